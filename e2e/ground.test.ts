import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
const small = { width: 360, height: 800 }

beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

/** The demo's screening that is under way. */
const running = async () =>
  (await office.world.ownerPool.query("select id, title from campaign where state = 'open' and routine_on is null"))
    .rows[0] as {
    id: string
    title: string
  }

test('村信息员在手机上逐件报告，网格员零报告，信访办看到并定级落实', async () => {
  const page = await office.enter('cun43', small)
  await page.goto(`${office.base}/screening`)
  await page.getByText('由我报告').first().waitFor()
  expect(await fits(page)).toBe(true)
  await clean(page)
  await page
    .getByRole('link', { name: /^水磨头\s*未报告/ })
    .first()
    .click()
  await page.getByLabel('走访了多少户').fill('36')
  await page.getByText('有，逐件写').click()
  await page.getByLabel('反映什么、要求什么').fill('反映村东排水沟堵塞，雨后进院，要求清通')
  await page.getByLabel('姓名').fill('试验人甲')
  expect(await fits(page)).toBe(true)
  await clean(page)
  // What was typed survives a reload.
  await page.reload()
  await page.getByText('已恢复').waitFor()
  await page.getByRole('button', { name: '报告', exact: true }).click()
  await page.waitForURL(/\/screening$/)
  await page.getByText('按期报告').first().waitFor()
  await office.leave(page)

  const worker = await office.enter('wg109', small)
  await worker.goto(`${office.base}/screening`)
  await worker.getByRole('link', { name: /水磨头 第/ }).click()
  await worker.getByText('没有，零报告').click()
  await worker.getByLabel('走访了多少户').fill('12')
  await worker.getByRole('button', { name: '零报告', exact: true }).click()
  await worker.waitForURL(/\/screening$/)
  await office.leave(worker)

  const { id } = await running()
  const head = await office.enter('zhuren')
  await head.goto(`${office.base}/screening/${id}?tab=findings`)
  const row = head.getByRole('row').filter({ hasText: '排水沟堵塞' })
  await row.getByRole('button', { name: '定级落实' }).click()
  const form = head.getByRole('dialog', { name: '定级落实' })
  await form.getByLabel('定级理由').fill('一户一事，当季可以解决')
  await clean(head)
  await form.getByRole('button', { name: '定级并落实到人' }).click()
  await row.getByText('蓝色').waitFor()
  expect(await row.getByText('未落实').count()).toBe(0)
  await head.getByRole('button', { name: '催报' }).click()
  await head.getByText(/新提醒 \d+ 人/).waitFor()
  await office.leave(head)
})

test.each([
  ['电脑', desk],
  ['手机', small],
] as const)('排查各页在%s上没有无障碍问题，不横向滚动', async (_name, size) => {
  const { id } = await running()
  const page = await office.enter('zhuren', size)
  for (const [path, seen] of [
    ['screening', '历次排查'],
    [`screening/${id}?tab=table`, '应报'],
    [`screening/${id}?tab=blanks`, '管区书记'],
    [`screening/${id}?tab=findings`, '当场解答'],
    [`screening/${id}?tab=check`, '台账上本期排查'],
  ] as const) {
    await page.goto(`${office.base}/${path}`)
    await page.locator('main').getByText(seen).first().waitFor()
    await clean(page)
    expect(await fits(page), `${path} ${size.width}`).toBe(true)
  }
  await office.leave(page)
})

test('主任发起下一次排查前须先结束这一次；结束后结清表固定，可以导出', async () => {
  const { id, title } = await running()
  const page = await office.enter('zhuren')
  await page.goto(`${office.base}/screening/${id}`)
  await page.getByRole('button', { name: '结束排查' }).click()
  const ask = page.getByRole('dialog', { name: '结束排查' })
  await ask.getByRole('button', { name: '结束并固定结清表' }).click()
  await ask.getByText(/处没有报告；确需结束的请写明理由/).waitFor()
  await ask.getByLabel('说明').fill('其余各处由管区书记下周补排')
  await ask.getByRole('button', { name: '结束并固定结清表' }).click()
  await page.getByText('结束时的说明').waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 Excel' }).click(),
  ])
  expect(file.suggestedFilename()).toBe(`${title} 结清表.xlsx`)
  await page.goto(`${office.base}/screening`)
  await page.getByRole('button', { name: '发起排查' }).click()
  const form = page.getByRole('dialog', { name: '发起排查' })
  await form.getByLabel('报告截止').fill('2026-12-05')
  await clean(page)
  await form.getByRole('button', { name: '发起排查' }).click()
  await page.getByText('未报（152）').waitFor()
  // The weekly screening becomes a daily one, and stands beside it.
  await page.goto(`${office.base}/screening`)
  await page.getByRole('button', { name: '改安排' }).click()
  const daily = page.getByRole('dialog', { name: '日常排查' })
  await daily.getByLabel('每天').check()
  await clean(page)
  await daily.getByRole('button', { name: '改定', exact: true }).click()
  await page.getByText('每天一期，当天报告').waitFor()
  await page.getByText('还没有开始').waitFor()
  await clean(page)
  await office.leave(page)

  const leader = await office.enter('shuji', phone)
  await leader.goto(`${office.base}/screening`)
  await leader.getByText('已结束').first().waitFor()
  await office.leave(leader)
})

test('页面没有报错', () => {
  expect(office.faults).toEqual([])
})
