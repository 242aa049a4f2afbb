import { afterAll, beforeAll, expect, test } from 'vitest'
import { remindAll } from '../src/worker.ts'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office

beforeAll(async () => {
  office = await startOffice()
  await remindAll(office.world, { has: () => false, send: async () => {} })
})
afterAll(() => office?.close())

// One test a size: each opens six pages and looks at every one with axe.
test.each([
  ['电脑', desk],
  ['手机', phone],
] as const)('通报提醒各页在%s上没有无障碍问题，不横向滚动', async (_name, size) => {
  const page = await office.enter('zhuren', size)
  for (const [tab, seen] of [
    ['sent', '办理期限'],
    ['circulars', '草稿'],
    ['leaves', '登记请假'],
    ['contact', '我的接收方式'],
    ['policy', '上报线'],
    ['deliveries', '还没有外发过消息'],
  ] as const) {
    await page.goto(`${office.base}/reminders?tab=${tab}`)
    await page.locator('main').getByText(seen).first().waitFor()
    await clean(page)
    expect(await fits(page), `${tab} ${size.width}`).toBe(true)
  }
  await office.leave(page)
})

test('经办人登记请假和代理人，销假；主任改定并签发周通报，领导看得到', async () => {
  const page = await office.enter('zs1')
  await page.goto(`${office.base}/reminders?tab=leaves`)
  await page.getByLabel('从', { exact: true }).fill('2026-11-25')
  await page.getByLabel('到', { exact: true }).fill('2026-11-27')
  await page.getByRole('button', { name: '登记请假' }).click()
  await page.getByText('2026-11-25 至 2026-11-27').waitFor()
  await page.getByRole('button', { name: '销假' }).click()
  await page.getByRole('button', { name: '确定' }).click()
  await page.getByText('已销假').first().waitFor()
  await office.leave(page)

  const head = await office.enter('zhuren')
  await head.goto(`${office.base}/reminders?tab=circulars`)
  await head.getByRole('button', { name: /周通报/ }).click()
  await head.getByRole('button', { name: '签发' }).click()
  await head
    .getByRole('dialog', { name: /签发后不能再改/ })
    .getByRole('button', { name: '签发' })
    .click()
  await head.getByText('已签发').waitFor()
  await office.leave(head)

  const leader = await office.enter('shuji')
  await leader.goto(`${office.base}/reminders?tab=circulars`)
  await leader.getByRole('button', { name: /周通报/ }).click()
  await leader.getByText('办理情况通报如下').waitFor()
  await clean(leader)
  await office.leave(leader)
})

test('主任在事项页面发出督办，经办人答复，主任核查办结；通知书打得开', async () => {
  const head = await office.enter('zhuren')
  const found = await office.world.ownerPool.query(
    "select p.id, a.username from petition p join account a on a.town_id = p.town_id and a.staff_id = p.main_handler_id where p.step = 'handle' and not p.sealed and a.username like 'jb%' order by p.number limit 1",
  )
  const { id, username } = found.rows[0]
  await head.goto(`${office.base}/matter/${id}?tab=supervision`)
  await head.getByRole('button', { name: '督办', exact: true }).click()
  const form = head.getByRole('dialog', { name: '督办' })
  await form.getByLabel('发现的事实').fill('受理后没有联系信访人')
  await form.getByLabel('要求').fill('三日内联系信访人并报告进展')
  await clean(head)
  await form.getByRole('button', { name: '发出督办通知' }).click()
  await head.getByText('待答复').first().waitFor()
  await head
    .locator('main')
    .getByRole('link', { name: /〔2026〕|督办通知书/ })
    .first()
    .click()
  await head.waitForURL(/\/print\//)
  await head.getByText('督办情形').first().waitFor()
  await office.leave(head)

  const handler = await office.enter(username, phone)
  await handler.goto(`${office.base}/supervision`)
  await handler.getByRole('button', { name: '答复督办' }).click()
  await handler.getByLabel('答复', { exact: true }).fill('已联系信访人，约定现场查看')
  await handler.getByRole('dialog').getByRole('button', { name: '答复督办' }).click()
  await handler.getByText('待核查').first().waitFor()
  expect(await fits(handler)).toBe(true)
  await clean(handler)
  await office.leave(handler)

  const again = await office.enter('zhuren')
  await again.goto(`${office.base}/supervision`)
  await again.getByRole('button', { name: '核查', exact: true }).click()
  await again.getByLabel('核查情况').fill('联系记录属实')
  await again.getByRole('button', { name: '核查办结' }).click()
  await again.getByText('已办结').first().waitFor()
  for (const tab of ['advices', 'accountabilities']) {
    await again.goto(`${office.base}/supervision?tab=${tab}`)
    await again.getByRole('status').first().waitFor()
    await clean(again)
  }
  await office.leave(again)
})

test('页面没有报错', () => {
  expect(office.faults).toEqual([])
})
