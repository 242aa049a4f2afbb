import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

interface Known {
  id: string
  number: string
  code: string
  handler: string
}
const matters = async (where: string): Promise<Known[]> =>
  (
    await office.world.ownerPool.query(`select p.id, p.number, p.query_code as code,
      (select username from account a where a.town_id = p.town_id and a.staff_id = p.main_handler_id) as handler
      from petition p where ${where} order by p.received_on desc`)
  ).rows
const follow = async (page: Page, m: Known) => {
  await page.goto(`${office.base}/c/query`)
  await page.getByLabel('编号').fill(m.number)
  await page.getByLabel('查询码').fill(m.code)
  await page.getByRole('button', { name: '查询', exact: true }).click()
  await page.getByRole('heading', { name: '办到哪一步' }).waitFor()
}

test('演示镇有正在复查、正在复核、复核过的；排查来的仍是 76 件：蓝 38、黄 24、红 14，重点 20', async () => {
  for (const where of ["p.state = 'inReview'", "p.state = 'inRecheck'", "p.conclusion = 'rechecked'"])
    expect((await matters(where)).length, where).toBeGreaterThan(0)
  const { rows } = await office.world.ownerPool.query(
    "select grade, count(*)::int as n, (count(*) filter (where is_key))::int as keys from petition where channel = 'screening' group by 1 order by 1",
  )
  const by = Object.fromEntries(rows.map((r) => [r.grade, r.n]))
  expect([by, rows.reduce((sum, r) => sum + r.keys, 0)]).toEqual([{ blue: 38, yellow: 24, red: 14 }, 20])
})

test('正在复核的，信访人看得到复查意见的原话和文号、复核哪天受理、最迟哪天；朗读时编号一个一个念', async () => {
  const [m] = await matters("p.state = 'inRecheck'")
  const page = await office.open(phone)
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(window, { said })
    Object.defineProperty(window, 'speechSynthesis', {
      value: { speaking: false, cancel: () => {}, speak: (u: { text: string }) => said.push(u.text) },
    })
    Object.assign(window, {
      SpeechSynthesisUtterance: class {
        text: string
        constructor(text: string) {
          this.text = text
        }
      },
    })
  })
  await follow(page, m!)
  const steps = await page.locator('.steps').textContent()
  expect(steps).toMatch(/示范县人民政府作出复查意见（示政复查〔\d{4}〕\d+号）：维持，.*送达。意见是：/)
  expect(steps).toMatch(/请求，.*受理，上一级机关正在复核/)
  await page.getByRole('button', { name: '朗读' }).click()
  const said = ((await page.evaluate('said')) as string[]).join('\n')
  expect(said).toContain([...m!.number.replace('-', '，')].join(' ').replace(' ， ', '，'))
  expect(said).not.toMatch(/[*·《》〔]/)
  await clean(page)
  await office.leave(page)
})

test('看过了半小时再提交：说明为什么要重新输入，写的话还在；受到打压的话不留在手机里，当场给编号和查询码', async () => {
  const [m] = await matters("p.state = 'inReview'")
  const page = await office.open(phone)
  await follow(page, m!)
  const facts = page.locator('#right-facts')
  await facts.locator('summary').click()
  await facts.locator('textarea').fill('又找到一张当年的收据。')
  await page.context().clearCookies()
  await facts.getByRole('button', { name: '提交' }).click()
  await page.getByText('过了半小时要重新输入编号和查询码').waitFor()
  await clean(page)
  await follow(page, m!)
  await facts.locator('summary').click()
  expect(await facts.locator('textarea').inputValue()).toBe('又找到一张当年的收据。')
  await facts.getByRole('button', { name: '提交' }).click()
  await page.getByText('已经收到，并告诉了承办人').waitFor()
  const pressure = page.locator('#right-pressure')
  await pressure.locator('summary').click()
  await pressure.locator('textarea').fill('有人上门叫我别再问了。')
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('别再问了')
  await pressure.getByRole('button', { name: '提交' }).click()
  await page.getByText(/这一条的编号 MF\d{4}-\d{4}，查询码 \w{5} \w{5}/).waitFor()
  await clean(page)
  await page.reload()
  expect(await page.getByText(/MF\d{4}-\d{4}/).count()).toBe(0)
  await office.leave(page)
})

test('手机上不用展开，就看得到信访人有话等着回复；点一下到那里，回复了就不再写', async () => {
  const [m] = await matters(
    "exists (select from petitioner_word w where w.petition_id = p.id and w.answered_on is null and w.kind = 'facts')",
  )
  const page = await office.enter(m!.handler, phone)
  await page.goto(`${office.base}/matter/${m!.id}`)
  const waits = page.getByText('信访人有 1 条话等您回复：补充情况')
  await waits.waitFor()
  await page.getByRole('button', { name: '去看' }).click()
  await page.getByLabel('回复“补充情况”').fill('照片明天交到村里也行。')
  await clean(page)
  await page.getByRole('button', { name: '回复', exact: true }).click()
  await waits.waitFor({ state: 'detached' })
  await office.leave(page)
})

test('别人先回复了的，再按有一句话，页面自己读到那句回复，不用刷新', async () => {
  const [m] = await matters('exists (select from petitioner_ask k where k.petition_id = p.id and k.ended is null)')
  const one = await office.enter(m!.handler, desk)
  await one.goto(`${office.base}/matter/${m!.id}`)
  const two = await office.enter('chuangkou', desk)
  await two.goto(`${office.base}/matter/${m!.id}`)
  const done = { name: '已经收到', exact: true } as const
  await one.getByRole('button', done).waitFor()
  await two.getByRole('button', done).click()
  await two.getByRole('button', done).waitFor({ state: 'detached' })
  await one.getByRole('button', done).click()
  await one.getByText('这一项已经有人处理过').waitFor()
  await one.getByRole('button', done).waitFor({ state: 'detached' })
  expect(await one.getByRole('button', { name: '重试' }).count()).toBe(0)
  await office.leave(one)
  await office.leave(two)
  expect(office.faults).toEqual([])
})
