import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office

beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

test('主任拟定并开始考核；经办单位自报，主任核定；本人看得到每一项背后的事项并能申诉', async () => {
  const head = await office.enter('zhuren')
  await head.goto(`${office.base}/assessment?tab=plans`)
  await head.getByRole('button', { name: '拟定方案' }).click()
  await head.getByRole('button', { name: '开始考核' }).click()
  await head
    .getByRole('dialog', { name: /开始后/ })
    .getByRole('button', { name: '确定' })
    .click()
  await head.getByRole('button', { name: '用留痕重算' }).click()
  await head.getByText('与显示的完全一致').waitFor()
  await clean(head)
  await office.leave(head)

  const unit = await office.enter('zs1', phone)
  await unit.goto(`${office.base}/assessment`)
  await unit.getByRole('button', { name: '自报', exact: true }).click()
  await unit.getByLabel('完成情况').fill('提出改进建议两条，均已落实')
  await unit.getByLabel('佐证').fill('示政建〔2026〕3号')
  await unit.getByRole('button', { name: '提交自报' }).click()
  await unit.getByText('待核定').first().waitFor()
  await unit.getByRole('button', { name: /按期答复率.*逐件查看/ }).click()
  await unit.getByRole('dialog').getByText('统计截止').waitFor()
  await clean(unit)
  await unit
    .getByRole('button', { name: '关闭' })
    .or(unit.getByRole('button', { name: 'Close' }))
    .first()
    .click()
  await unit.getByRole('button', { name: '申诉', exact: true }).first().click()
  await unit.getByLabel('申诉理由').fill('其中一件系退回重办，不应计入')
  await unit.getByRole('button', { name: '提出申诉' }).click()
  await unit.getByText('待答复').waitFor()
  expect(await fits(unit)).toBe(true)
  await office.leave(unit)
})

test.each([
  ['电脑', desk],
  ['手机', phone],
] as const)('各人得分、方案、试算在%s上没有无障碍问题，不横向滚动', async (_name, size) => {
  const page = await office.enter('zhuren', size)
  for (const [tab, seen] of [
    ['people', '党委书记'],
    ['plans', '合计'],
    ['whatIf', '合计'],
  ] as const) {
    await page.goto(`${office.base}/assessment?tab=${tab}`)
    await page.locator('main').getByText(seen).first().waitFor()
    await clean(page)
    expect(await fits(page), `${tab} ${size.width}`).toBe(true)
  }
  await page.getByRole('button', { name: '试算', exact: true }).click()
  await page.getByText('没有人的得分变动').waitFor()
  await office.leave(page)
})

test('页面没有报错', () => {
  expect(office.faults).toEqual([])
})
