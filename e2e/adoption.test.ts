import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let o: Office
beforeAll(async () => {
  o = await startOffice()
})
afterAll(() => o?.close())

const choose = async (page: Page) => {
  const button = page
    .getByRole('button', { name: /^选 XF/ })
    .and(page.locator(':enabled'))
    .first()
  const name = (await button.getAttribute('aria-label'))!
  await button.click()
  await page.getByRole('dialog').getByRole('button', { name: '确定', exact: true }).click()
  // The matter is now in the list of those settled.
  await page.getByRole('region', { name: '已定事项' }).getByText(name.replace('选 ', '')).waitFor()
}

test('准备、模拟、开始；三名领导在各自的设备上轮流选择，一人掉线后接着选；结果固定，五包责任上台账和事项页', async () => {
  const head = await o.enter('zhuren')
  await head.goto(`${o.base}/adoption/new`)
  await head.getByRole('heading', { name: '准备包案轮次' }).waitFor()
  await head.getByText(/^事项：已放入 \d+ 件$/).waitFor()
  await head.getByLabel('名称').fill('年中补充包案')
  await head.getByRole('button', { name: '清空' }).click()
  const boxes = head.getByRole('checkbox', { name: /^放入 / })
  for (const n of [0, 1, 2, 3]) await boxes.nth(n).check()
  for (const post of [
    '党委书记',
    '镇长',
    '人大主席',
    '副镇长（分管自然资源）',
    '副镇长（分管农业农村）',
    '副镇长（分管民政社保）',
  ])
    await head.getByRole('checkbox', { name: new RegExp(`${post.replace(/[（）]/g, '.')}$`) }).uncheck()
  await head.getByRole('checkbox', { name: '原有包案计入负担' }).uncheck()
  await head.getByRole('button', { name: '模拟' }).click()
  await head.getByRole('region', { name: '模拟结果' }).first().waitFor()
  await clean(head)
  await head.getByRole('button', { name: '保存' }).click()
  await head.getByRole('button', { name: '开始轮次' }).click()
  await head.getByRole('dialog').getByRole('button', { name: '开始', exact: true }).click()
  await head.getByRole('region', { name: '轮到谁' }).waitFor()
  const address = head.url()

  const names = ['zuzhi', 'xuanchuan', 'fushuji']
  const pages: Page[] = []
  for (const [n, name] of names.entries()) {
    const page = await o.enter(name, n === 2 ? phone : desk)
    await page.goto(address)
    await page.getByRole('region', { name: '轮到谁' }).waitFor()
    pages.push(page)
  }
  await clean(pages[2]!)
  expect(await fits(pages[2]!)).toBe(true)

  const mine = (page: Page) => page.getByText('轮到您选择')
  const [a, b] = pages as [Page, Page, Page]
  await Promise.race([mine(a).waitFor(), mine(b).waitFor()])
  const [first, second] = (await mine(a).count()) ? [a, b] : [b, a]
  await choose(first)
  // Others hear of it without doing anything.
  await mine(second).waitFor()
  await head.getByRole('region', { name: '已定事项' }).waitFor()

  // The second drops out in the middle; the others see the turn stay; back again, it goes on where it was.
  await second.context().setOffline(true)
  await second
    .getByRole('button', { name: /^选 XF/ })
    .and(second.locator(':enabled'))
    .first()
    .click()
  await second.getByRole('dialog').getByRole('button', { name: '确定', exact: true }).click()
  await second.getByText('连不上服务器').first().waitFor()
  expect(await pages[2]!.getByText('轮到您选择').count()).toBe(0)
  await second.context().setOffline(false)
  await second.goto(address)
  await mine(second).waitFor()
  await choose(second)

  const third = pages[2]!
  await mine(third).waitFor()
  await choose(third)

  // 余下的一件：还有定额的人接着轮；都跳过以后由高到低确定
  for (let n = 0; n < 6; n += 1) {
    await head.reload()
    await head.locator('h1').waitFor()
    await head
      .getByText(/结果已于|第 \d+ 轮/)
      .first()
      .waitFor()
    if (await head.getByText('结果已于').count()) break
    await head.getByRole('button', { name: '跳过', exact: true }).click()
    await head.getByLabel('理由').fill('会上表示不再选')
    await head.getByRole('dialog').getByRole('button', { name: '确定', exact: true }).click()
    await head.getByRole('dialog').waitFor({ state: 'hidden' })
  }
  await head.getByText('结果已于').waitFor()
  for (const page of pages) await page.getByText('结果已于').waitFor()
  await clean(head)

  // Each matter now carries its five duties, on its page and in the ledger.
  await head.getByRole('region', { name: '已定事项' }).getByRole('link').first().click()
  await head.getByRole('region', { name: '五包责任' }).getByText('包调查').waitFor()
  await head.goto(`${o.base}/ledger?key=1`)
  await head
    .getByRole('img', { name: /包调查/ })
    .first()
    .waitFor()
  for (const page of [head, ...pages]) await o.leave(page)
  expect(o.faults.filter((f) => !/ERR_|status of/.test(f))).toEqual([])
})
