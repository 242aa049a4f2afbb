import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres } from '../src/kit/server/postgres.ts'
import { clean, type Office, startOffice } from './fixture.ts'

let office: Office
let folder: string
let again: Awaited<ReturnType<typeof startPostgres>> | undefined
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'huisheng-e2e-'))
  office = await startOffice()
})
afterAll(async () => {
  await office?.close()
  await again?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const drawer = (page: Page) => page.locator('.ant-drawer-open').getByRole('dialog')
const gone = (page: Page) => page.locator('.ant-drawer-open').waitFor({ state: 'detached' })
const begin = async (page: Page, label: string) => {
  await page.getByRole('button', { name: '更多' }).click()
  await page.getByRole('menuitem', { name: label }).first().click()
  await drawer(page).waitFor()
}
/** Opens a matter in this step. */
const matter = async (page: Page, query: string) => {
  await page.goto(`${office.base}/ledger?${query}`)
  await page.locator('.hs-grid tbody tr a').first().click()
  await page.locator('.hs-matter h1').waitFor()
  return new URL(page.url()).pathname
}

test('两名登记员同办一件：后办的得到一句话，写的内容都在，再按一次就办成', async () => {
  const first = await office.enter('chuangkou')
  const path = await matter(first, 'step=handle')
  const second = await office.enter('chuangkou2')
  await second.goto(office.base + path)
  await second.locator('.hs-matter h1').waitFor()
  const traces = first.getByRole('tab', { name: /^全程记录/ })
  const before = await traces.textContent()
  await begin(first, '记备注')
  await drawer(first).getByLabel('备注').fill('甲：信访人来电询问进展，已答复正在调查')
  await begin(second, '记备注')
  await drawer(second).getByLabel('备注').fill('乙：村委会送来会议记录一份')
  await drawer(second).getByRole('button', { name: '记备注' }).click()
  await gone(second)
  await drawer(first).getByRole('button', { name: '记备注' }).click()
  await drawer(first)
    .getByRole('alert')
    .getByText(/他人刚处理过此事项.*没有丢失/)
    .waitFor()
  expect(await drawer(first).getByLabel('备注').inputValue()).toBe('甲：信访人来电询问进展，已答复正在调查')
  await clean(first)
  // The page behind has been read anew meanwhile: the same button now does it.
  await expect.poll(() => traces.textContent()).not.toBe(before)
  await drawer(first).getByRole('button', { name: '记备注' }).click()
  await gone(first)
  await first.getByRole('tab', { name: /^联系/ }).click()
  for (const words of ['甲：信访人来电询问进展', '乙：村委会送来会议记录'])
    await first.getByText(words).first().waitFor()
  await office.leave(first)
  await office.leave(second)
})

test('几份材料一起传，坏的一份说明原因，其余照样传上；坏的可以不传了', async () => {
  const page = await office.enter('chuangkou')
  await matter(page, 'step=handle')
  await page.getByRole('tab', { name: /^证据/ }).click()
  await page.getByLabel('选择材料').setInputFiles([
    { name: '村务记录.txt', mimeType: 'text/plain', buffer: Buffer.from('二〇二六年十一月三日会议记录') },
    { name: '空白.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) },
    { name: '程序.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('MZ\u0090\u0000\u0003\u0000\u0000\u0000不是照片') },
    { name: '收据.txt', mimeType: 'text/plain', buffer: Buffer.from('收据：承包费 300 元') },
  ])
  await page.getByRole('link', { name: '村务记录.txt' }).waitFor()
  await page.getByRole('link', { name: '收据.txt' }).waitFor()
  const broken = page.locator('.hs-going')
  await broken.first().locator('.hs-late').waitFor()
  await clean(page)
  for (const says of await broken.locator('.hs-late').allInnerTexts()) expect(says).toMatch(/[\u4e00-\u9fff]{4}/)
  while (await broken.count()) await broken.first().getByRole('button', { name: '不传了' }).click()
  await office.leave(page)
})

test('超过 50 MB 的文件、改了名的文件，导入页各有一句话，什么也没有写入', async () => {
  const page = await office.enter('chuangkou')
  await page.goto(`${office.base}/import`)
  await page.getByRole('heading', { name: '选择文件' }).waitFor()
  const big = join(folder, '全年台账.xlsx')
  writeFileSync(big, Buffer.alloc(51 * 1024 * 1024, 'PK'))
  await page.locator('input[type=file]').setInputFiles(big)
  await page.getByRole('alert').getByText('超过 50 MB').waitFor()
  await clean(page)
  const image = { name: '台账.xlsx', mimeType: 'image/png', buffer: Buffer.from('\u0089PNG\r\n\u001a\n不是表格') }
  await page.locator('input[type=file]').setInputFiles(image)
  await page.getByRole('alert').getByText('没有写入任何内容').waitFor()
  await office.leave(page)
})

test('页面开着时数据库断了：有一句话，写的内容都在；数据库回来后接着办成', async () => {
  const page = await office.enter('chuangkou')
  await page.goto(`${office.base}/register`)
  await page.getByLabel('姓名', { exact: true }).fill('断电人')
  await page.getByLabel(/^诉求/).fill('恢复村口的路灯照明')
  await page.getByLabel(/^已向信访人宣读/).check()
  const home = office.world.dataDir
  const file = (readdirSync(home, { recursive: true }) as string[]).find((f) => f.endsWith('postmaster.pid'))!
  process.kill(Number(readFileSync(join(home, file), 'utf8').split('\n')[0]), 'SIGKILL')
  // On a busy machine its processes live on for a moment, and would still register the matter.
  while ((await fetch(`${office.base}/healthz`)).ok) await page.waitForTimeout(20)
  await page.keyboard.press('Control+Enter')
  await page
    .getByRole('alert')
    .getByText(/没有丢失/)
    .first()
    .waitFor()
  expect(await page.getByLabel(/^诉求/).inputValue()).toBe('恢复村口的路灯照明')
  await page.reload()
  again = await startPostgres(home, { fast: true })
  // Whoever reloads while it is away waits for the page, not for his words.
  await page.reload()
  await page.getByText('接着上次没有登记完的内容').waitFor()
  expect(await page.getByLabel('姓名', { exact: true }).inputValue()).toBe('断电人')
  await page.getByLabel(/^诉求/).focus()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { name: '已登记' }).waitFor()
  await office.leave(page)
})
