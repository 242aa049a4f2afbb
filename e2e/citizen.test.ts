import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium as driver, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromium } from '../src/kit/server/chromium.ts'
import { type TestWorld, testWorld } from '../src/kit/server/testing.ts'
import { smallTown } from '../src/people/fixture.ts'
import { createTown } from '../src/people/setup.store.ts'
import { createApp } from '../src/server.ts'

const dist = resolve(import.meta.dirname, '../dist')
let world: TestWorld
let app: Awaited<ReturnType<typeof createApp>>
let browser: Browser
let base: string
const faults: string[] = []

beforeAll(async () => {
  if (!existsSync(resolve(dist, 'citizen/.vite/manifest.json'))) throw new Error('页面还没有生成：先运行 npm run build')
  world = await testWorld('2026-03-05')
  await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  process.env.SMS_GATEWAY_URL = 'http://127.0.0.1:9/'
  app = await createApp(world, { dist })
  delete process.env.SMS_GATEWAY_URL
  base = await app.listen({ port: 0, host: '127.0.0.1' })
  const { args = [], ...how } = await chromium()
  // A microphone that beeps, given without asking.
  const microphone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  browser = await driver.launch({ ...how, args: [...args, ...microphone] })
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await world?.drop()
})

const open = async (width: number, height: number, more: { scripts?: boolean } = {}): Promise<Page> => {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    javaScriptEnabled: more.scripts ?? true,
  })
  const page = await context.newPage()
  page.on('pageerror', (e) => faults.push(e.message))
  return page
}
const clean = async (page: Page) => {
  const found = await new AxeBuilder({ page }).analyze()
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([])
}
const noSideScroll = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)

for (const [name, width, height] of [
  ['窄屏', 320, 640],
  ['手机', 390, 844],
  ['电脑', 1440, 900],
] as const)
  test(`${name}：三步反映，得到编号，看到最迟日期，补一句话`, async () => {
    const page = await open(width, height)
    await page.goto(`${base}/c`)
    await clean(page)
    await page.getByRole('link', { name: '我要反映' }).click()
    await page.getByLabel('您要求解决什么').fill(`要求把${name}的路灯修好`)
    await clean(page)
    // What sends it stands only at the end.
    expect(await page.getByRole('button', { name: '提交' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByLabel('哪个村（可以不选）').selectOption({ label: '东庄村' })
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByRole('button', { name: '提交' }).click()
    // Who was left out: the sentence stands at the field, and what was typed is still there.
    await page.getByText('请填写姓名；不愿留名的请勾选“匿名”').first().waitFor()
    await page.getByLabel('您的姓名').fill('王建国')
    await clean(page)
    await page.getByRole('button', { name: '提交' }).click()
    await page.waitForURL('**/c/receipt')
    await page.getByText('2026年3月20日（星期五）', { exact: true }).waitFor()
    await noSideScroll(page)
    await clean(page)
    await page.getByRole('link', { name: '看进度' }).click()
    await page.getByRole('heading', { name: '您的事项已经收到，正在登记' }).waitFor()
    await page.getByText('补充情况', { exact: true }).click()
    await page.getByLabel('要补充的情况').fill('昨天又坏了一盏')
    await page.getByLabel('要补充的情况').locator('xpath=ancestor::form').getByRole('button', { name: '提交' }).click()
    await page.getByRole('status').waitFor()
    await page.locator('.said', { hasText: '昨天又坏了一盏' }).waitFor()
    await page.getByRole('button', { name: '大字' }).click()
    await noSideScroll(page)
    await clean(page)
    await page.context().close()
  })

test('慢线上传到一半断了：写的、选的、录的都还在，网好了自己再送，只登记一次；同意短信和网页送达', async () => {
  const page = await open(390, 844)
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('要求修好机井')
  await page.getByRole('button', { name: '不方便写字，可以录一段话' }).click()
  await page.getByText('正在录音').waitFor()
  await page.waitForTimeout(400)
  await page.getByRole('button', { name: '不方便写字，可以录一段话' }).click()
  await page.getByText('录好了').waitFor()
  await clean(page)
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('照片、文件或者录好的录音').setInputFiles({
    name: '机井.txt',
    mimeType: 'text/plain',
    buffer: Buffer.alloc(600_000, '井'),
  })
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('您的姓名').fill('王建国')
  await page.getByLabel('手机号（可以不填）').fill('13800001234')
  await page.getByLabel('我们超期的时候，发短信告诉我').check()
  // The line is lost while the file is on its way.
  await page.route('**/c/new', async (r) => {
    await page.context().setOffline(true)
    await r.abort('connectionreset')
  })
  await page.getByRole('button', { name: '提交' }).click()
  await page.getByText('网断了，没有送到').waitFor()
  await clean(page)
  // Sent again by itself, with what was chosen and recorded.
  await page.unroute('**/c/new')
  await page.context().setOffline(false)
  await page.waitForURL('**/c/receipt')
  await page.getByRole('link', { name: '看进度' }).click()
  await page.getByText('录音1.webm、机井.txt').waitFor()
  const many = await world.ownerPool.query("select count(*)::int as n from petition where request = '要求修好机井'")
  expect(many.rows[0].n).toBe(1)
  await page.getByRole('button', { name: '不要短信' }).waitFor()
  await page.getByRole('button', { name: '同意用网页送达' }).click()
  await page.getByRole('button', { name: '不再用网页送达' }).waitFor()
  await clean(page)
  await page.context().close()
})

test('没有脚本也能反映和查进度', async () => {
  const page = await open(390, 844, { scripts: false })
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('要求清理水沟')
  await page.getByLabel('您的姓名').fill('赵六')
  await page.getByRole('button', { name: '提交' }).click()
  // Nothing counts here while one writes: a short wait takes its place, and nothing is lost.
  await page.getByText('请过 20 秒再按一次“提交”').waitFor()
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('要求清理水沟')
  world.clock.set('2026-03-05', 9, 1)
  await page.getByRole('button', { name: '提交' }).click()
  await page.waitForURL('**/c/receipt')
  const [number, code] = await page.locator('.big').allInnerTexts()
  await page.getByRole('link', { name: '看进度' }).click()
  await page.getByRole('button', { name: '看完了，退出' }).click()
  await page.getByRole('link', { name: '查进度' }).click()
  await page.getByLabel('编号').fill(number!)
  await page.getByLabel('查询码').fill(code!)
  await page.getByRole('button', { name: '查询' }).click()
  await page.getByRole('heading', { name: '您的事项已经收到，正在登记' }).waitFor()
  await page.context().close()
})

test('写到一半关掉浏览器，再打开还在；只用键盘也能提交', async () => {
  const page = await open(390, 844)
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('写到一半的诉求')
  await page.goto(`${base}/c`)
  await page.goto(`${base}/c/new`)
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('写到一半的诉求')
  await page.getByRole('button', { name: '下一步' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '下一步' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('匿名').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: '提交' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/receipt')
  await page.goto(`${base}/c/matter`)
  await page.goto(`${base}/c/new`)
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('')
  await page.context().close()
  expect(faults).toEqual([])
})
