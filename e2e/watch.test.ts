import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, type Day, day, withWeekday } from '../src/kit/day.ts'
import { clean, desk, fits, nameOf, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

/** The Monday after the demo's roster ends, at the desk; a week later on the phone. */
const weeks = { 电脑: day('2026-12-07'), 手机: day('2026-12-14') }
const pick = async (page: Page, label: string, names: string[]) => {
  const box = page.getByRole('dialog').getByRole('combobox', { name: label })
  for (const name of names) {
    await box.fill(name)
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').first().click()
    await box.fill('')
  }
  await page.getByRole('dialog').locator('.ant-modal-title').click()
}
const cell = (page: Page, on: Day) => page.getByRole('button', { name: new RegExp(`^${withWeekday(on)}`) })

for (const [name, size] of [
  ['电脑', desk],
  ['手机', phone],
] as const)
  test(`${name}：轮流排一周、改一天、对调、撤回；没有人的日子看得出；打印一张 A4；公众看到谁值班`, async () => {
    const monday = weeks[name]
    const [first, second] = [nameOf('chuangkou'), nameOf('jb1')]
    const page = await office.enter('zhuren', size)
    await page.goto(`${office.base}/watch`)
    await page.getByRole('heading', { name: '值班安排' }).waitFor()
    await page.getByRole('list', { name: /的值班$/ }).waitFor()
    expect(await fits(page)).toBe(true)
    await clean(page)

    // Nothing chosen: said at the field.
    await page.getByRole('button', { name: '按人轮流排' }).click()
    const ok = page.getByRole('dialog').getByRole('button', { name: /^排\s?定$/ })
    await ok.click()
    await page.getByText('请选择轮流值班的人').first().waitFor()
    await clean(page)
    await page.getByLabel('从哪天').fill(monday)
    await page.getByLabel('到哪天').fill(addDays(monday, 6))
    await pick(page, '窗口值班的人', [first, second])
    await pick(page, '带班领导（可以不选）', [nameOf('fuzhen1')])
    await ok.click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    while (!(await cell(page, monday).isVisible())) {
      await page.getByRole('button', { name: '下一周' }).click()
      await page.waitForFunction(() => !document.querySelector('.hs-watch-grid[aria-busy=true]'))
    }
    await page.getByRole('button', { name: new RegExp(`^${withWeekday(monday)}，全天${first}，带班`) }).waitFor()

    // Two change places.
    await page.getByRole('button', { name: /^对\s?调$/ }).click()
    for (const [label, on] of [
      ['谁', monday],
      ['和谁对调', addDays(monday, 1)],
    ] as const) {
      await page.getByRole('dialog').getByRole('combobox', { name: label, exact: true }).click()
      await page
        .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option')
        .filter({ hasText: `${on.slice(5)} 全天 ` })
        .first()
        .click()
    }
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^对\s?调$/ })
      .click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: new RegExp(`^${withWeekday(monday)}，全天${second}`) }).waitFor()
    await page
      .getByRole('button', { name: /^撤\s?回$/ })
      .first()
      .click()
    await page
      .locator('.ant-modal-confirm')
      .getByRole('button', { name: /^撤\s?回$/ })
      .click()
    await page.getByRole('button', { name: new RegExp(`^${withWeekday(monday)}，全天${first}`) }).waitFor()

    // One day emptied stands out.
    await cell(page, addDays(monday, 2)).click()
    await clean(page)
    await page.getByRole('dialog').getByRole('button', { name: '清空这一天' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: new RegExp(`^${withWeekday(addDays(monday, 2))}，没有人值班`) }).waitFor()
    await clean(page)
    expect(await fits(page)).toBe(true)
    await page.getByText('月', { exact: true }).click()
    await cell(page, monday).waitFor()
    expect(await fits(page)).toBe(true)
    await clean(page)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
    await office.leave(page)

    const outside = await office.open(size)
    await outside.goto(`${office.base}/c`)
    await outside.getByRole('heading', { name: '今天谁值班' }).waitFor()
    await outside.getByRole('link', { name: '以后七天谁值班' }).click()
    await outside.getByRole('heading', { name: '谁值班', exact: true }).waitFor()
    expect(await outside.getByRole('heading', { level: 2 }).count()).toBe(8)
    expect(await fits(outside)).toBe(true)
    await clean(outside)
    await office.leave(outside)
  })

test('没有脚本也看得到今天谁值班；领导看得到值班表，改不了', async () => {
  const context = await office.browser.newContext({ javaScriptEnabled: false, viewport: phone })
  const page = await context.newPage()
  await page.goto(`${office.base}/c/duty`)
  await page.getByText(nameOf('chuangkou')).first().waitFor()
  await context.close()
  const leader = await office.enter('fuzhen1', phone)
  await leader.goto(`${office.base}/watch`)
  await leader.getByRole('list', { name: /的值班$/ }).waitFor()
  expect(await leader.getByRole('button', { name: '按人轮流排' }).count()).toBe(0)
  expect(await leader.locator('.hs-watch-day button').count()).toBe(0)
  await office.leave(leader)
  // 400 is what the empty form was answered.
  expect(office.faults.filter((f) => !f.includes('status of 400'))).toEqual([])
})
