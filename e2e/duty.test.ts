import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let o: Office
beforeAll(async () => {
  o = await startOffice()
})
afterAll(() => o?.close())

/** Opens a picker and takes its first choice. */
const pick = async (page: Page, box: Locator) => {
  await box.click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click()
}
const idOf = async (text: string) => (await o.world.ownerPool.query(text)).rows[0].id as string

test.each([
  ['电脑', desk],
  ['手机', phone],
] as const)('责任各页在%s上有内容，没有无障碍问题，不横向滚动', async (_name, size) => {
  for (const [who, pages] of [
    ['zhuren', ['stronger', 'receptions', 'courtesy', 'consultations', 'dispatch', 'promises', 'adoption']],
    ['fushuji', ['mine', 'stronger', 'receptions']],
  ] as const) {
    const page = await o.enter(who, size)
    for (const path of pages) {
      await page.goto(`${o.base}/${path}`)
      await page.locator('main h1').waitFor()
      // What a page shows while it waits has list items too.
      await page.locator('main :is(li, td):not(.hs-waiting li)').first().waitFor()
      await clean(page)
      expect(await fits(page), `${path} ${size.width}`).toBe(true)
    }
    await o.leave(page)
  }
})

test('会诊：晚于两个工作日的写明理由才召集得成；主任召集，记方案、不同意见、决定和承诺日期，告知信访人，承诺进入清单', async () => {
  // 一件还没有会诊的重大初信初访
  const id = await idOf(`update petition set first_time = true, repeat = false, is_key = true
    where id = (select id from petition where state = 'handling' and not sealed
      and not exists (select from consultation c where c.petition_id = petition.id) order by received_on desc limit 1) returning id`)
  const page = await o.enter('zhuren')
  // 等待会诊的一件，定到两个工作日以后
  await page.goto(`${o.base}/consultations`)
  const waiting = page.getByRole('list', { name: '等待会诊' }).getByRole('listitem').filter({ hasText: '前召集' })
  const number = /XF\S+/.exec((await waiting.first().textContent())!)![0]
  await waiting.first().getByRole('button', { name: '召集会诊' }).click()
  const late = page.getByRole('dialog', { name: '召集会诊' })
  await late.getByLabel('会诊日期').fill('12.9')
  await late.getByLabel('地点').fill('镇二楼会议室')
  await late.getByRole('button', { name: '召集', exact: true }).click()
  await late.getByText('晚的请写明理由').first().waitFor()
  await late.getByLabel('晚于两个工作日的理由').fill('分管领导在外培训')
  await clean(page)
  await late.getByRole('button', { name: '召集', exact: true }).click()
  await page
    .getByRole('listitem')
    .filter({ hasText: number })
    .getByText(/晚于两个工作日.*理由：分管领导在外培训/)
    .waitFor()
  await page.goto(`${o.base}/matter/${id}?tab=duty`)
  await page.getByRole('button', { name: '召集会诊' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '召集', exact: true }).click()
  await page.getByRole('button', { name: '记录会诊' }).click()
  const form = page.getByRole('dialog', { name: /会诊记录/ })
  for (const n of [1, 2, 3]) await pick(page, form.getByRole('combobox', { name: `参加人 ${n} 姓名` }))
  await form.getByLabel('方案 1 是谁的').fill('承办单位')
  await form.getByLabel('方案 1 内容').fill('先丈量再协商')
  await form.getByRole('button', { name: '加不同意见' }).click()
  await form.getByLabel('不同意见 1 是谁的').fill('司法所')
  await form.getByLabel('不同意见 1 内容').fill('应先调解')
  await form.getByLabel('会诊决定').fill('三日内现场丈量')
  await form.getByLabel('承诺办结的日期').fill('今天')
  await clean(page)
  await form.getByRole('button', { name: '保存记录' }).click()
  await page.getByRole('button', { name: '告知信访人' }).click()
  await page.getByLabel('信访人说了什么').fill('知道了')
  await page
    .getByRole('dialog', { name: /告知信访人/ })
    .getByRole('button', { name: '保存' })
    .click()
  await page.getByText('已告知信访人').first().waitFor()
  await page.getByText('不同意见：司法所——应先调解').first().waitFor()
  await page.goto(`${o.base}/promises`)
  await page.getByText('三日内现场丈量').first().waitFor()
  await o.leave(page)
})

test('调度会议：副书记从台账选议题召集，主任在会上记决定和期限，结束出纪要，决定跟到落实', async () => {
  const chair = await o.enter('fushuji')
  await chair.goto(`${o.base}/dispatch`)
  await chair
    .getByRole('checkbox', { name: /^放入 / })
    .first()
    .check()
  await chair.getByRole('button', { name: /召集会议/ }).click()
  const form = chair.getByRole('dialog')
  await form.getByLabel('会议名称').fill('专题调度会')
  await pick(chair, form.getByRole('combobox', { name: '主持人' }))
  await form.getByRole('button', { name: '召集', exact: true }).click()
  await chair.waitForURL(/\/dispatch\/[0-9a-f-]{36}/)
  const address = chair.url()
  await o.leave(chair)

  const head = await o.enter('zhuren')
  await head.goto(address)
  await head
    .getByRole('button', { name: /^记录 XF/ })
    .first()
    .click()
  const record = head.getByRole('dialog')
  await record.getByLabel('通报的情况').fill('已经核实，双方愿意协商')
  await record.getByRole('button', { name: '加决定' }).click()
  await record.getByLabel('决定 1', { exact: true }).fill('当日形成书面意见')
  await pick(head, record.getByRole('combobox', { name: '决定 1 责任人' }))
  await record.getByLabel('决定 1 期限').fill('今天')
  await record.getByRole('button', { name: '加不同意见' }).click()
  await record.getByLabel('不同意见 1 是谁的').fill('司法所')
  await record.getByLabel('不同意见 1 内容').fill('宜先调解')
  await clean(head)
  await record.getByRole('button', { name: '记下' }).click()
  await head.getByText('落实中').waitFor()
  await head.getByRole('button', { name: '结束会议' }).click()
  await head.getByLabel('参加人').fill('党委副书记、信访办主任')
  await head.getByRole('dialog').getByRole('button', { name: '结束会议' }).click()
  await head.getByText('参加：党委副书记、信访办主任').waitFor()
  const minutes = await head.request.get(
    `${o.base}/api${new URL(address).pathname.replace('dispatch', 'dispatch/meetings')}/minutes.docx`,
  )
  expect(minutes.status()).toBe(200)
  expect((await minutes.body()).subarray(0, 2).toString()).toBe('PK')

  // 决定像承诺一样跟到落实
  await head.goto(`${o.base}/promises`)
  const line = head.getByRole('listitem').filter({ hasText: '当日形成书面意见' })
  await line.getByRole('button').first().click()
  await head.getByRole('dialog').getByRole('textbox').first().fill('书面意见已报信访办')
  await head.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await head.getByRole('dialog').waitFor({ state: 'hidden' })
  await head.goto(address)
  await head.getByText('已落实').waitFor()
  await o.leave(head)
})

test('领导接访：主任排班，领导在手机上看到自己的接访日，换人留理由；窗口记来访，对照四声五心', async () => {
  const head = await o.enter('zhuren')
  await head.goto(`${o.base}/receptions`)
  await head.getByRole('button', { name: '换人' }).first().click()
  const over = head.getByRole('dialog', { name: /接访换人/ })
  await pick(head, over.getByRole('combobox', { name: '换成谁' }))
  await over.getByLabel('理由').fill('到县里开会')
  await clean(head)
  await over.getByRole('button', { name: '换人' }).click()
  await head.getByText('到县里开会').first().waitFor()
  await o.leave(head)

  const leader = await o.enter('fushuji', phone)
  await leader.goto(`${o.base}/mine`)
  await leader.getByRole('region', { name: '我的接访日' }).getByText('镇信访接待室').first().waitFor()
  await leader.getByRole('region', { name: '我的走访' }).waitFor()
  expect(await fits(leader)).toBe(true)
  await o.leave(leader)

  const clerk = await o.enter('chuangkou')
  await clerk.goto(`${o.base}/receptions`)
  await clerk.getByRole('button', { name: '记来访' }).first().click()
  const visit = clerk.getByRole('dialog', { name: /记录来访/ })
  await visit.getByLabel('问什么、要求什么').fill('问公益性岗位怎么报名')
  await visit.getByLabel('怎样答复、交给谁').fill('当场说明，给了人社所电话')
  await clean(clerk)
  await visit.getByRole('button', { name: '保存' }).click()
  await clerk.getByText('问公益性岗位怎么报名').first().waitFor()
  await o.leave(clerk)
})

test('加强责任：事项页写明触发的规则，主任记检查，改定规则', async () => {
  const page = await o.enter('zhuren')
  await page.goto(`${o.base}/stronger`)
  await page.locator('main td a').first().click()
  const panel = page.getByRole('region', { name: '加强责任' })
  await panel.getByText(/天检查一次/).waitFor()
  await panel.getByRole('button', { name: '记录检查' }).click()
  await page.getByLabel('看到的情况').fill('已约好现场丈量')
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await panel.getByText('已约好现场丈量').waitFor()
  await page.goto(`${o.base}/stronger`)
  await page.getByRole('button', { name: '改定规则' }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('checkbox', { name: '须几个单位共同办理' }).uncheck()
  await clean(page)
  await drawer.getByRole('button', { name: '保存' }).click()
  await page.getByText('须几个单位共同办理：不采用').waitFor()
  await o.leave(page)
})

test('页面没有报错', () => {
  expect(o.faults.filter((f) => !/status of 400/.test(f))).toEqual([])
})
