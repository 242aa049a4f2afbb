import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { remindAll } from '../src/worker.ts'
import { clean, fits, nameOf, type Office, phone, startOffice } from './fixture.ts'

let office: Office

beforeAll(async () => {
  office = await startOffice()
  await remindAll(office.world, { has: () => false, send: async () => {} })
})
afterAll(() => office?.close())

const tabs = [
  ['已发提醒', '办理期限'],
  ['周通报', '草稿'],
  ['请假与代理', '登记请假'],
  ['接收方式', '我的接收方式'],
  ['提醒规则', '上报线'],
  ['外发记录', '还没有外发过消息'],
] as const

/** Each part of 通报提醒 in turn; what is done there is done by `there`. */
const eachTab = async (page: Page, there: Partial<Record<(typeof tabs)[number][0], () => Promise<void>>> = {}) => {
  await page.goto(`${office.base}/reminders`)
  for (const [tab, seen] of tabs) {
    await page.getByRole('navigation', { name: '通报提醒' }).getByRole('link', { name: tab }).click()
    await page.locator('main').getByText(seen).first().waitFor()
    await clean(page, tab)
    expect(await fits(page), tab).toBe(true)
    await there[tab]?.()
  }
}

test('通报提醒各页在手机上没有无障碍问题，不横向滚动', async () => {
  const page = await office.enter('zhuren', phone)
  await eachTab(page)
  await office.leave(page)
})

test('主任签发周通报、改安静时段，在事项页面督办、建议、提交追责线索；经办人请假、答复、陈述；核查办结；领导看通报，不能认定会上反对的人', async () => {
  const head = await office.enter('zhuren')
  await eachTab(head, {
    周通报: async () => {
      await head.getByRole('button', { name: /周通报/ }).click()
      await head.getByLabel('正文').waitFor()
      await head.getByRole('button', { name: '签发' }).click()
      await head
        .getByRole('dialog', { name: /签发后不能再改/ })
        .getByRole('button', { name: '签发' })
        .click()
      await head.getByRole('cell', { name: '已签发' }).waitFor()
    },
    提醒规则: async () => {
      await head.getByLabel('安静时段从').fill('25:00')
      await head.getByRole('button', { name: '保存规则' }).click()
      await head.getByText('时刻应写作 21:00').first().waitFor()
      await head.getByLabel('安静时段从').fill('20:00')
      await head.getByRole('button', { name: '法定期限加一档' }).click()
      await head.getByRole('button', { name: '保存规则' }).click()
      await head.getByText('超 8 天报上两级').waitFor()
    },
  })

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
  await head.getByRole('button', { name: '提出建议' }).click()
  await head.getByLabel('问题').fill('村务公示不及时')
  await head.getByLabel('建议', { exact: true }).fill('按季公示，张贴照片存档')
  await head.getByRole('button', { name: '出具建议书' }).click()
  await head.getByText('建议书已出具').waitFor()
  await head.getByRole('button', { name: '提交追责线索' }).click()
  const raise = head.getByRole('dialog', { name: '提交追责线索' })
  await raise.getByLabel('另外的事实').fill('集体研究后没有支持合理诉求')
  await raise.getByLabel('它的证据').fill('会议纪要〔2026〕3号')
  await raise.getByRole('checkbox', { name: '属于集体决定的事项' }).check()
  await raise.getByLabel('会议上的不同意见 1').fill('主张支持')
  await raise.getByLabel('见于会议纪要 1').fill('会议纪要〔2026〕3号')
  await raise.getByLabel('决定人').fill(nameOf('shuji'))
  await head.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click()
  await raise.getByRole('button', { name: '提交', exact: true }).click()
  await head.getByText('已提交给决定人').waitFor()
  await head
    .locator('main')
    .getByRole('link', { name: /〔2026〕|督办通知书/ })
    .first()
    .click()
  await head.waitForURL(/\/print\//)
  await head.getByText('督办情形').first().waitFor()

  const handler = await office.enter(username, phone)
  await handler.goto(`${office.base}/reminders?tab=leaves`)
  await handler.getByLabel('从', { exact: true }).fill('11.25')
  await handler.getByLabel('到', { exact: true }).fill('11.27')
  await handler.getByRole('button', { name: '登记请假' }).click()
  await handler.getByText('2026-11-25 至 2026-11-27').waitFor()
  await handler.getByRole('button', { name: '销假' }).click()
  await handler.getByRole('button', { name: '确定' }).click()
  await handler.getByText('已销假').first().waitFor()
  await handler.goto(`${office.base}/supervision`)
  await handler.getByRole('button', { name: '答复督办' }).click()
  await handler.getByLabel('答复', { exact: true }).fill('已联系信访人，约定现场查看')
  await handler.getByRole('dialog').getByRole('button', { name: '答复督办' }).click()
  await handler.getByText('待核查').first().waitFor()
  expect(await fits(handler)).toBe(true)
  await clean(handler)
  await handler.getByRole('navigation', { name: '督导督办' }).getByRole('link', { name: '追责线索' }).click()
  await handler.getByRole('button', { name: '陈述和申辩' }).click()
  await handler.getByRole('textbox', { name: '陈述和申辩' }).fill('我在会上主张支持，纪要有记录')
  await handler.getByRole('button', { name: '提交', exact: true }).click()
  await handler.getByText(/我在会上主张支持/).waitFor()
  await office.leave(handler)

  await head.goto(`${office.base}/supervision`)
  await head.getByRole('button', { name: '核查', exact: true }).click()
  await head.getByLabel('核查情况').fill('联系记录属实')
  await head.getByRole('button', { name: '核查办结' }).click()
  await head.getByRole('button', { name: /^确\s?定$/ }).click()
  await head.getByText('已办结').first().waitFor()
  await head.getByRole('navigation', { name: '督导督办' }).getByRole('link', { name: '建议与反馈' }).click()
  await head.getByText('按季公示，张贴照片存档').waitFor()
  await clean(head)
  await office.leave(head)

  const leader = await office.enter('shuji')
  await leader.goto(`${office.base}/reminders?tab=circulars`)
  await leader.getByRole('button', { name: /周通报/ }).click()
  await leader.getByText('办理情况通报如下').waitFor()
  await clean(leader)
  await leader.goto(`${office.base}/supervision?tab=accountabilities`)
  await leader.getByRole('button', { name: '作出决定' }).click()
  const decide = leader.getByRole('dialog', { name: '作出决定' })
  await decide.getByLabel('认定承担责任的人').click()
  await leader.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click()
  await leader.keyboard.press('Escape')
  await decide.getByLabel('决定和理由').fill('予以约谈')
  await decide.getByRole('button', { name: '作出决定' }).click()
  await leader.getByRole('button', { name: /^确\s?定$/ }).click()
  await decide.getByText('不承担集体决定的责任').waitFor()
  await clean(leader)
  await office.leave(leader)
})

test('页面没有报错', () => {
  expect(office.faults.filter((f) => !/status of 400/.test(f))).toEqual([])
})
