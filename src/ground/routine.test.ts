import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { type Office, openOffice } from '../duty/fixture.ts'
import type { Today } from '../field/routes.ts'
import { addDays, type Day, day, weekday } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { remindAll } from '../worker.ts'
import type { CampaignRow, CampaignView } from './campaign.routes.ts'
import { periodsFor, periodTitle, type Rhythm, RhythmInput, rhythmSays, skipped } from './routine.ts'

const rhythm = (more: Partial<Rhythm> = {}): Rhythm => ({
  every: 'week',
  weekday: 1,
  days: 2,
  withGrids: true,
  asks: '矛盾纠纷',
  active: true,
  since: day('2026-03-01'),
  ...more,
})

describe('日常排查的日子', () => {
  test('每周一的：周二看是昨天那一期，周日就有明天的；定下以前的日子不发起；停了就没有', () => {
    expect(periodsFor(rhythm(), day('2026-03-03'))).toEqual([{ on: '2026-03-02', dueOn: '2026-03-03' }])
    expect(periodsFor(rhythm(), day('2026-03-08')).map((p) => p.on)).toEqual(['2026-03-02', '2026-03-09'])
    // 停机一周后：过了期限的至少留当天报告
    expect(periodsFor(rhythm(), day('2026-03-06'))[0]).toEqual({ on: '2026-03-02', dueOn: '2026-03-06' })
    expect(periodsFor(rhythm({ since: day('2026-03-03') }), day('2026-03-05'))).toEqual([])
    expect(periodsFor(rhythm({ active: false }), day('2026-03-03'))).toEqual([])
    expect(periodsFor(rhythm({ every: 'day', weekday: null, days: 1 }), day('2026-03-05')).map((p) => p.on)).toEqual([
      '2026-03-05',
      '2026-03-06',
    ])
  })

  test('任意一段日子里天天看、隔几天看一次：每个该有的日子最多一期，停机缺的都说得出来', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(null, 1, 2, 3, 4, 5, 6, 7),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 }),
        (w, steps) => {
          const r = rhythm(w === null ? { every: 'day', weekday: null, days: 1 } : { weekday: w })
          let today = r.since
          let last: Day | null = null
          const opened: Day[] = []
          const missed: Day[] = []
          for (const n of [0, ...steps]) {
            today = addDays(today, n)
            for (const p of periodsFor(r, today)) {
              if (last !== null && p.on <= last) continue
              missed.push(...skipped(r, last, p.on))
              opened.push(p.on)
              last = p.on
              expect(p.dueOn >= today || p.on > today).toBe(true)
            }
          }
          expect(new Set(opened).size).toBe(opened.length)
          const all: Day[] = []
          if (opened.length)
            for (let d = opened[0]!; d <= opened.at(-1)!; d = addDays(d, 1))
              if (w === null || weekday(d) === w) all.push(d)
          expect([...opened, ...missed].sort()).toEqual(all)
        },
      ),
    )
  })

  test('每周的要说周几，每天的不问；怎样说', () => {
    const wrong = RhythmInput.safeParse({ every: 'week', asks: '矛盾纠纷' })
    expect(wrong.error!.issues.map((i) => i.message)).toEqual(['请选择周几'])
    expect(RhythmInput.parse({ every: 'day', weekday: 3, days: 5, asks: '矛盾纠纷' })).toMatchObject({
      weekday: null,
      days: 1,
    })
    expect(rhythmSays(rhythm())).toBe('每周一开始一期，2 天内报告')
    expect(periodTitle({ every: 'day' }, day('2026-03-05'))).toBe('每日排查 3月5日')
  })
})

describe('定一次，按期自己发起', () => {
  let o: Office
  beforeAll(async () => {
    o = await openOffice('2026-03-05')
  })
  afterAll(() => o?.close())
  const quiet = { has: () => false, send: async () => {} }
  const post = (who: string, url: string, body: object) => o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
  const set = (version: number, more: object = {}, who = 'petitionHead') =>
    post(who, '/api/screening-rhythm', { version, input: { every: 'day', asks: '矛盾纠纷', ...more } })
  const list = async () => (await o.as('petitionHead', 'GET', '/api/screenings')).json as CampaignRow[]
  const screening = async (who = 'gridWorker') => ((await o.as(who, 'GET', '/api/field/today')).json as Today).screening
  const zero = (t: Today['screening'][number], more: object = {}) =>
    post('gridWorker', '/api/field/reports', {
      heardAt: o.world.clock.now().getTime(),
      sentAt: o.world.clock.now().getTime(),
      input: { campaignId: t.campaignId, placeId: t.placeId, version: t.version, input: { zero: true, visited: 8 } },
      ...more,
    })

  test('信访办主任定；手机上今天就有，明天的先带着、今天报不了；零报告照样要走访户数', async () => {
    expect((await set(0, {}, 'clerk')).status).toBe(403)
    expect((await set(0, { every: 'week' })).json.fields).toEqual({ weekday: '请选择周几' })
    expect((await set(0)).status).toBe(200)
    expect((await set(0)).json.message).toContain('最新的内容')
    expect((await list()).map((c) => [c.title, c.fromOn, c.dueOn, c.routine])).toEqual([
      ['每日排查 3月6日', '2026-03-06', '2026-03-06', true],
      ['每日排查 3月5日', '2026-03-05', '2026-03-05', true],
    ])
    const [today, tomorrow] = (await screening()).sort((a, b) => a.fromOn.localeCompare(b.fromOn))
    expect([today!.refusal, tomorrow!.refusal, tomorrow!.fromOn]).toEqual([null, null, '2026-03-06'])
    expect((await zero(today!, { input: { ...today!, input: { zero: true, visited: 0 } } })).status).toBe(400)
    expect((await zero(today!)).status).toBe(200)
    expect((await zero(tomorrow!)).json.message).toContain('从 2026-03-06 开始')
  })

  test('专项排查照样可以发起，互不耽误；天天运行、一天几次，每期只有一次', async () => {
    const made = await post('petitionHead', '/api/screenings', {
      input: { title: '春季兜底清仓', asks: '矛盾纠纷', fromOn: '2026-03-05', dueOn: '2026-03-20' },
    })
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    const village = (await o.as('petitionHead', 'GET', `/api/villages/${o.town.villages.东庄村}/page`)).json
    expect(village.screening.title).toBe('春季兜底清仓')
    o.world.clock.set(day('2026-03-06'), 8)
    for (let n = 0; n < 3; n += 1) await remindAll(o.world, quiet)
    const routine = (await list()).filter((c) => c.routine)
    expect(routine.map((c) => c.fromOn)).toEqual(['2026-03-07', '2026-03-06', '2026-03-05'])
    // 昨天没有报的，今天提醒一次；过后不再天天催
    const chased = async (title: string) =>
      (await o.world.ownerPool.query("select 1 from notice where kind = 'screening' and says like $1", [`%${title}%`]))
        .rows.length
    const first = await chased('3月5日”还有')
    expect(first).toBeGreaterThan(0)
    o.world.clock.set(day('2026-03-07'), 8)
    await remindAll(o.world, quiet)
    expect(await chased('3月5日”还有')).toBe(first)
  })

  test('停机几天回来：只发起当天的，缺了哪几期写进留痕；没有网络时写下的零报告七天内送到仍算按期', async () => {
    const sixth = (await screening()).find((t) => t.campaign === '每日排查 3月6日')!
    o.world.clock.set(day('2026-03-12'), 8)
    await remindAll(o.world, quiet)
    const says = (
      await o.world.ownerPool.query("select says, by_name, staff_id from trace where says like '%每日排查 3月12日%'")
    ).rows
    expect(says).toEqual([
      { says: expect.stringContaining('2026-03-09 至 2026-03-11 共 3 期没有发起'), by_name: '系统', staff_id: null },
    ])
    const ago = { heardAt: o.world.clock.now().getTime() - 6 * 86_400_000, sentAt: o.world.clock.now().getTime() }
    const late = await zero(sixth, ago)
    expect(late.status, JSON.stringify(late.json)).toBe(200)
    const view = (await o.as('petitionHead', 'GET', `/api/screenings/${sixth.campaignId}`)).json as CampaignView
    expect(view.table.total).toMatchObject({ onTime: 1, late: 0, zero: 1 })
  })

  test('过期七天自动结束，没有报的写明；停了不再发起，改成每周的从改的那天算', async () => {
    o.world.clock.set(day('2026-03-14'), 8)
    await remindAll(o.world, quiet)
    const [ended] = (await list()).filter((c) => c.fromOn === '2026-03-05' && c.routine)
    const view = (await o.as('petitionHead', 'GET', `/api/screenings/${ended!.id}`)).json as CampaignView
    expect([view.state, view.closedName, view.closeNote]).toEqual(['closed', '系统', '过期 7 天自动结束，6 处没有报告'])
    const stop = await set(1, { active: false })
    expect(stop.status, JSON.stringify(stop.json)).toBe(200)
    o.world.clock.set(day('2026-03-18'), 8)
    await remindAll(o.world, quiet)
    expect((await list())[0]!.fromOn).toBe('2026-03-15')
    expect((await set(2, { every: 'week', weekday: 5, days: 2 })).status).toBe(200)
    expect((await list())[0]!.fromOn).toBe('2026-03-15')
    o.world.clock.set(day('2026-03-19'), 8)
    await remindAll(o.world, quiet)
    expect((await list())[0]).toMatchObject({ title: '每周排查 3月20日', dueOn: '2026-03-21' })
    expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
  })
})
