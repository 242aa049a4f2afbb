import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoAccounts } from '../seed/people.ts'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

const shared = resolve(import.meta.dirname, '../../shared/data')

let office: Office
let base: string
let faults: string[]
let open: Office['open']
let enter: Office['signIn']

beforeAll(async () => {
  office = await startOffice()
  ;({ base, faults, open, signIn: enter } = office)
})
afterAll(() => office?.close())

const rows = (page: Page) => page.locator('.hs-grid tbody tr')
test('登录页、工作台、台账在电脑和手机上都没有无障碍问题，手机上不横向滚动', async () => {
  for (const size of [desk, phone]) {
    const page = await open(size)
    await page.getByRole('heading', { name: '演示账号' }).waitFor()
    await clean(page)
    await enter(page, 'zhuren')
    await page.getByRole('heading', { name: '我手上的事项' }).waitFor()
    await clean(page)
    expect(await fits(page)).toBe(true)
    await page.goto(`${base}/ledger`)
    await page.getByText('已显示 50 / 162').waitFor()
    await clean(page)
    expect(await fits(page)).toBe(true)
    await page.context().close()
  }
})

test('台账不滚动就能看到二十四行，合计与各项相等', async () => {
  const page = await open(desk)
  await enter(page, 'zhuren')
  await page.goto(`${base}/ledger`)
  await rows(page).nth(23).waitFor()
  const box = await rows(page).nth(23).boundingBox()
  expect(box!.y + box!.height).toBeLessThan(desk.height)
  await expect(page.getByRole('region', { name: '合计' }).locator('.hs-sum').allInnerTexts()).resolves.toEqual([
    '= 162 ✓',
    '= 162 ✓',
    '= 162 ✓',
  ])
  await page.context().close()
})

test('只用键盘：走行、选中、搜索、查看快捷键；输入时快捷键不起作用；返回后还在原来的行', async () => {
  const page = await open(desk)
  await enter(page, 'zhuren')
  await page.goto(`${base}/ledger`)
  await rows(page).first().waitFor()
  for (const key of ['j', 'j', 'x', 'j', 'k', 'j', 'x']) await page.keyboard.press(key)
  await page.getByText('已选 2 件').waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: '快捷键' }).waitFor()
  await clean(page)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: '快捷键' }).waitFor({ state: 'hidden' })
  const third = await rows(page).nth(2).getByRole('link').textContent()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/matter\//)
  await page.goBack()
  await rows(page).first().waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(third)
  await page.keyboard.press('/')
  await page.keyboard.type('jjx')
  await expect.poll(() => page.getByLabel('搜索', { exact: true }).inputValue()).toBe('jjx')
  await page.waitForURL(/q=jjx/)
  await page.getByText('没有符合这些条件的事项').waitFor()
  await page.getByRole('button', { name: '清除筛选' }).last().click()
  await page.getByText('已显示 50 / 162').waitFor()
  await page.context().close()
})

test('筛选都在地址里：数字能点开，后退回到原来的筛选', async () => {
  const page = await open(desk)
  await enter(page, 'zhuren')
  await page.goto(`${base}/ledger`)
  await page.getByRole('button', { name: /^红 14$/ }).click()
  await page.getByText('已显示 14 / 14').waitFor()
  expect(page.url()).toContain('grade=red')
  await page.getByRole('button', { name: /^重点 / }).click()
  await page.waitForURL(/key=1/)
  await page.goBack()
  await page.waitForURL((u) => !u.search.includes('key') && u.search.includes('grade=red'))
  await page.getByRole('button', { name: '去掉 红色' }).click()
  await page.getByText('已显示 50 / 162').waitFor()
  await page.context().close()
})

test('没有写完的提醒刷新后还在；登录到期后重新登录接着办，页面不丢', async () => {
  const page = await open(desk)
  await enter(page, 'zhuren')
  await page.goto(`${base}/ledger?due=overdue`)
  await rows(page).first().waitFor()
  const remind = async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: '提醒', exact: true }).click()
  }
  await remind()
  await page.getByLabel('提醒内容').fill('请尽快答复信访人')
  await page.reload()
  await rows(page).first().waitFor()
  await remind()
  await expect.poll(() => page.getByLabel('提醒内容').inputValue()).toBe('请尽快答复信访人')
  await page.context().clearCookies()
  await page.getByRole('button', { name: '提醒经办人 1 件' }).click()
  const again = page.getByRole('dialog', { name: '请重新登录' })
  await again.waitFor()
  await clean(page)
  await again.getByLabel('密码', { exact: true }).fill(demoAccounts().find((a) => a.username === 'zhuren')!.password)
  await again.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByText('办成 1 件').waitFor()
  await page.context().close()
})

test('导入本单位的台账：先看每一行，再导入七十六件，台账里三色合计相符', async () => {
  const page = await open(desk)
  await enter(page, 'chuangkou')
  await page.goto(`${base}/import`)
  await page.getByRole('heading', { name: '选择文件' }).waitFor()
  await clean(page)
  await page.locator('input[type=file]').setInputFiles(resolve(shared, 'office-ledger.xlsx'))
  await page.getByRole('heading', { name: '逐行核对' }).waitFor()
  await page.getByText('= 76 ✓').waitFor()
  await clean(page)
  await page.getByRole('button', { name: '导入 76 件' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '导入', exact: true }).click()
  await page.getByRole('heading', { name: '已导入' }).waitFor()
  await clean(page)
  await page.getByRole('button', { name: '在台账中查看' }).click()
  for (const part of [/^蓝 38$/, /^黄 24$/, /^红 14$/]) await page.getByRole('button', { name: part }).waitFor()
  await page.context().close()
})

test('传错的文件有一句话说明，什么也没有写入', async () => {
  const page = await open(desk)
  await enter(page, 'chuangkou')
  await page.goto(`${base}/import`)
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: '照片.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('不是表格') })
  await page.getByRole('alert').getByText('没有写入任何内容').waitFor()
  expect(await page.getByRole('alert').textContent()).not.toMatch(/异常|[！!]/)
  faults.splice(0, faults.length, ...faults.filter((f) => !/status of 4\d\d/.test(f)))
  await page.context().close()
})

test('各岗位只看到自己的菜单，页面脚本没有出错', async () => {
  for (const [username, menu, never] of [
    ['xitong', ['人员与地点'], ['工作台', '信访台账', '登记', '导入', '留痕查阅']],
    ['chuangkou', ['工作台', '信访台账', '登记', '导入'], ['人员与地点', '留痕查阅']],
    ['shuji', ['工作台', '信访台账'], ['导入', '人员与地点', '留痕查阅']],
  ] as const) {
    const page = await open(desk)
    await enter(page, username)
    await page.locator('.hs-rail nav a').first().waitFor()
    const seen = await page.locator('.hs-rail nav a').evaluateAll((all) => all.map((a) => a.firstChild?.textContent))
    expect(seen).toEqual(expect.arrayContaining([...menu]))
    for (const line of never) expect(seen, `${username} 不应看到 ${line}`).not.toContain(line)
    await page.context().close()
  }
  expect(faults).toEqual([])
})
