import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { type Office, openOffice } from '../duty/fixture.ts'
import { addDays, type Day, day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { readWorkbook } from '../kit/server/excel.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { DayText } from '../petitions/petition.ts'
import { settingOf } from '../petitions/world.store.ts'
import { remindAll } from '../worker.ts'
import type { CampaignView, FindingRow, PlaceTask, PlaceView } from './campaign.routes.ts'
import { closeCampaign, openCampaign, report } from './campaign.store.ts'
import {
  type Counts,
  campaignProblems,
  columns,
  type FindingFacts,
  faultsOf,
  lineOf,
  partitions,
  type ReportFacts,
  ReportInput,
  reconcile,
  reportProblems,
  tableOf,
} from './campaign.ts'
import { factsOf } from './table.store.ts'

test('一次排查不超过 120 天：把日子写成了下一年的说出来', () => {
  const wrong = (fromOn: string, dueOn: string) =>
    campaignProblems({ fromOn: day(fromOn), dueOn: day(dueOn) }, day('2026-11-30'))
  expect(wrong('2026-11-30', '2027-11-29').dueOn).toContain('364 天')
  expect(wrong('2027-11-30', '2027-12-02').fromOn).toContain('太远')
  expect(wrong('2026-11-30', '2027-03-30')).toEqual({})
  expect(wrong('2026-11-30', '2026-11-29').dueOn).toContain('早于开始')
})

test('没有填的日期说请填写，写错的说怎样写', () => {
  for (const [given, says] of [
    ['', '请填写日期'],
    [null, '请填写日期'],
    ['2026-13-40', '日期应写作 2026-03-05'],
  ] as const)
    expect(DayText.safeParse(given).error!.issues[0]!.message).toBe(says)
})

describe('规则', () => {
  const reportOf = (more: object) => ReportInput.parse({ zero: false, visited: 10, ...more })
  const one = { kind: 'answered', asked: '低保怎么申请', answer: '已告知材料和窗口' } as const
  test('零报告要明确说；有发现的不能零报告；更正要写理由；只能撤回本处的', () => {
    const fresh = { version: 0, standing: [] }
    expect(reportProblems(reportOf({ zero: true }), fresh)).toEqual({})
    expect(reportProblems(reportOf({}), fresh).zero).toContain('明确选择零报告')
    expect(reportProblems(reportOf({ zero: true, findings: [one] }), fresh).zero).toContain('还有 1 件')
    const [a, b] = [uuidv7(), uuidv7()]
    const later = { version: 1, standing: [a] }
    const out = [{ id: a, reason: '重复' }]
    expect(reportProblems(reportOf({ zero: true, retract: out }), later).reason).toContain('理由')
    expect(reportProblems(reportOf({ zero: true, retract: out, reason: '核对' }), later)).toEqual({})
    expect(reportProblems(reportOf({ retract: [{ id: b, reason: '重复' }], reason: '核对' }), later).retract).toContain(
      '不在本处',
    )
    expect(ReportInput.safeParse({ zero: true, visited: 0 }).error?.issues[0]?.message).toContain('走访')
  })

  test('任意的报告和发现，各行各列都加得起来；动了任何一格就对不上', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `p${i}`)
    const places = ids.map((id, i) => ({
      id,
      areaId: `a${i % 3}`,
      villageId: `v${i % 6}`,
      gridId: i < 6 ? null : `g${i}`,
      leaderId: null,
      secretaryId: null,
      cadreId: null,
      version: 0,
      area: `管区${i % 3}`,
      village: `村${i % 6}`,
      grid: i < 6 ? null : `网格${i}`,
      leader: '',
      secretary: '',
      cadre: '',
      firstOn: null,
    }))
    const reports = fc.array(
      fc.record({ placeId: fc.constantFrom(...ids), zero: fc.boolean(), visited: fc.nat(300), late: fc.boolean() }),
      { maxLength: 30 },
    )
    const findings = fc.array(
      fc.record({
        placeId: fc.constantFrom(...ids),
        kind: fc.constantFrom('matter' as const, 'known' as const, 'answered' as const),
        retracted: fc.boolean(),
        grade: fc.constantFrom('red' as const, 'yellow' as const, 'blue' as const, null),
        named: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    const parts = [...new Set(partitions.flatMap((p) => [p.whole, p.parts].flat()))]
    fc.assert(
      fc.property(reports, findings, fc.constantFrom(...parts), (given, found, column) => {
        const seq = new Map<string, number>()
        const rows: ReportFacts[] = given.map((r) => {
          const n = (seq.get(r.placeId) ?? 0) + 1
          seq.set(r.placeId, n)
          return { ...r, seq: n }
        })
        const t = tableOf(places, rows, found as FindingFacts[])
        expect(faultsOf(t)).toEqual([])
        expect(t.total.expected).toBe(12)
        expect(t.total.found + t.total.retracted).toBe(found.length)
        t.areas[0]!.villages[0]!.counts[column] += 1
        expect(faultsOf(t).length).toBeGreaterThan(0)
      }),
    )
  })

  test('与台账核对：每一件恰在一处', () => {
    const some = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 })
    fc.assert(
      fc.property(some, some, some, (ledger, own, gone) => {
        const r = reconcile(ledger, own, gone)
        expect(r.both + r.retracted + r.ledgerOnly).toBe(ledger.length)
        expect(r.both + r.outside).toBe(own.length)
      }),
    )
  })
})

describe('四十三个村走完一次排查', () => {
  let world: TestWorld
  let town: NewTown
  const areas = ['一', '二', '三', '四', '五'].map((n) => `${n}管区`)
  const names = Array.from({ length: 43 }, (_, i) => ({ name: `${i + 1}号村`, area: areas[i % 5]!, grids: 1 }))
  beforeAll(async () => {
    world = await testWorld('2026-03-02')
    town = await world.db.transaction().execute((tx) =>
      createTown(
        tx,
        {
          town: { code: '370900043', name: '试验镇', shortName: '试', superiorName: '某县人民政府', isFiction: true },
          areas: areas.map((name) => ({ name })),
          villages: names,
          units: [{ name: '信访办' }],
          accounts: [
            { username: 'head', name: '主任甲', role: 'petitionHead', password, mustChange: false },
            ...names.map((v, i) => ({
              username: `cun${i}`,
              name: `信息员${i}`,
              role: 'villageOfficer' as const,
              village: v.name,
              password,
              mustChange: false,
            })),
          ],
        },
        { now: world.clock.now(), today: world.clock.today() },
      ),
    )
  })
  afterAll(() => world?.drop())

  /** One deed: the n-th village reports some new matters and some answers, retracting what it reported before or not. */
  const deed = fc.record({
    village: fc.nat(42),
    matters: fc.nat(2),
    answers: fc.nat(1),
    undo: fc.boolean(),
    nextDay: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  })

  test('迟报、更正、撤回交错，任何时刻都加得起来，与模型一致；未报的不写理由结束不了', async () => {
    let from: Day = day('2026-03-02')
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 40, maxLength: 70 }), async (deeds) => {
        let today = from
        const due = addDays(from, 2)
        const at = async <T>(username: string, work: (tx: never, who: never, s: never) => Promise<T>) =>
          inTown(world.db, town.townId, async (tx) => {
            world.clock.set(today, 9)
            const s = await settingOf(tx, world, town.townId)
            return work(
              tx as never,
              (await whoOfStaff(tx, town.townId, town.staff[username]!, today)) as never,
              s as never,
            )
          })
        const id = await at('head', (tx, who, s) =>
          openCampaign(
            tx,
            who,
            {
              title: '兜底清仓',
              asks: '矛盾纠纷',
              fromOn: from,
              dueOn: due,
              withGrids: false,
              leaders: {},
              cadres: {},
            },
            uuidv7(),
            s,
          ),
        )
        const placeIds = new Map(
          (await inTown(world.db, town.townId, (tx) => factsOf(tx, town.townId, id))).places.map((p) => [
            p.villageId,
            p.id,
          ]),
        )
        /** What each village has said, kept apart from the code under test. */
        const model = names.map(() => ({ first: '' as '' | 'onTime' | 'late', times: 0, held: 0, answers: 0, gone: 0 }))
        for (const d of deeds) {
          if (d.nextDay) today = addDays(today, 1)
          const m = model[d.village]!
          const placeId = placeIds.get(town.villages[names[d.village]!.name]!)!
          await at(`cun${d.village}`, async (tx, who, s) => {
            const rows = await (tx as import('../audit/trace.ts').Tx)
              .selectFrom('campaignFinding')
              .select(['id'])
              .where('placeId', '=', placeId)
              .where('retractedBy', 'is', null)
              .execute()
            const undo = d.undo ? rows : []
            const left = rows.length - undo.length + d.matters + d.answers
            await report(
              tx,
              who,
              id,
              placeId,
              {
                requestId: uuidv7(),
                version: m.times,
                input: ReportInput.parse({
                  zero: left === 0,
                  visited: 20,
                  reason: m.times ? '入户后补报' : '',
                  findings: [
                    ...Array.from({ length: d.matters }, () => ({
                      kind: 'matter',
                      request: '请求查清排水沟归属',
                      name: '村民某',
                    })),
                    ...Array.from({ length: d.answers }, () => ({
                      kind: 'answered',
                      asked: '怎么办',
                      answer: '已说明',
                    })),
                  ],
                  retract: undo.map((f) => ({ id: f.id, reason: '记错了' })),
                }),
              },
              s,
            )
            if (undo.length) {
              m.gone += undo.length
              m.held = 0
              m.answers = 0
            }
            m.held += d.matters
            m.answers += d.answers
            m.times += 1
            if (m.first === '') m.first = today > due ? 'late' : 'onTime'
          })
          const facts = await inTown(world.db, town.townId, (tx) => factsOf(tx, town.townId, id))
          const t = tableOf(facts.places, facts.reports, facts.findings)
          expect(faultsOf(t)).toEqual([])
          const sum = (f: (m: (typeof model)[number]) => number) => model.reduce((n, m) => n + f(m), 0)
          expect(t.total).toMatchObject({
            expected: 43,
            onTime: sum((m) => +(m.first === 'onTime')),
            late: sum((m) => +(m.first === 'late')),
            blank: sum((m) => +(m.first === '')),
            corrected: sum((m) => Math.max(0, m.times - 1)),
            matter: sum((m) => m.held),
            answered: sum((m) => m.answers),
            retracted: sum((m) => m.gone),
            withFindings: sum((m) => +(m.times > 0 && m.held + m.answers > 0)),
          } satisfies Partial<Counts>)
        }
        const close = (note: string) =>
          at('head', (tx, who, s) => closeCampaign(tx, who, id, { requestId: uuidv7(), version: 1, note }, s))
        if (model.some((m) => m.times === 0)) await expect(close('')).rejects.toThrow('没有报告')
        await close('其余各村正在换届，另行补排')
        from = addDays(today, 1)
      }),
      { numRuns: 3 },
    )
    expect((await inTown(world.db, town.townId, (tx) => verifyTown(tx, town.townId))).ok).toBe(true)
  })
})

describe('一次排查的全过程', () => {
  let o: Office
  beforeAll(async () => {
    o = await openOffice('2026-03-05')
  })
  afterAll(() => o?.close())
  const post = (who: string, url: string, body: Record<string, unknown>) =>
    o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
  const input = {
    title: '春季兜底清仓',
    asks: '土地、邻里、欠薪等矛盾纠纷',
    fromOn: '2026-03-05',
    dueOn: '2026-03-07',
  }
  const open = async () => {
    const r = await post('petitionHead', '/api/screenings', {
      input: { ...input, leaders: { [o.town.areas.东部管区!]: o.id('leadOfficial') } },
    })
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json.id as string
  }
  const view = async (id: string, who = 'petitionHead') =>
    (await o.as(who, 'GET', `/api/screenings/${id}`)).json as CampaignView
  const tasks = async (who: string) => (await o.as(who, 'GET', '/api/screening-tasks')).json as PlaceTask[]
  const place = async (who: string, t: { campaignId: string; placeId: string }) =>
    o.as(who, 'GET', `/api/screenings/${t.campaignId}/places/${t.placeId}`)
  const send = (who: string, t: { campaignId: string; placeId: string }, version: number, report: object) =>
    post(who, `/api/screenings/${t.campaignId}/places/${t.placeId}/reports`, { version, input: report })

  test('发起、逐件报告、零报告、催报、定级落实、结清、导出、与上次比较', async () => {
    expect((await post('clerk', '/api/screenings', { input })).status).toBe(403)
    expect(
      (await post('petitionHead', '/api/screenings', { input: { ...input, dueOn: '2026-03-01' } })).json.fields.dueOn,
    ).toContain('不能早于')
    const id = await open()
    expect((await post('petitionHead', '/api/screenings', { input })).json.message).toContain('还没有结束')
    // 三个村、四个网格
    expect((await view(id)).table.total).toMatchObject({ expected: 7, blank: 7 })

    const mine = await tasks('villageOfficer')
    expect(mine.map((t) => t.name)).toEqual(['东庄村', '第1网格', '第2网格'])
    expect(await tasks('unitHandler')).toEqual([])
    const village = mine[0]!
    expect((await place('unitHandler', village)).status).toBe(404)
    const request = {
      zero: false,
      visited: 32,
      findings: [
        { kind: 'matter', request: '要求修复被拆的院墙', name: '王某', phone: '13900000000', headCount: 2 },
        { kind: 'answered', asked: '医保怎么缴', answer: '已告知线上缴费办法' },
      ],
    }
    const requestId = uuidv7()
    for (let n = 0; n < 2; n += 1)
      expect(
        (
          await o.as('villageOfficer', 'POST', `/api/screenings/${id}/places/${village.placeId}/reports`, {
            requestId,
            version: 0,
            input: request,
          })
        ).status,
      ).toBe(200)
    expect((await send('villageOfficer', village, 0, request)).json.message).toContain('最新的内容')
    expect((await send('villageOfficer', village, 1, { ...request, findings: [] })).json.fields.reason).toContain(
      '理由',
    )
    const grid = mine[1]!
    expect((await send('gridWorker', grid, 0, { zero: true, visited: 0 })).json.fields.visited).toContain('走访')
    expect((await send('gridWorker', grid, 0, { zero: true, visited: 18 })).status).toBe(200)
    let v = await view(id)
    expect(v.table.total).toMatchObject({
      onTime: 2,
      blank: 5,
      zero: 1,
      withFindings: 1,
      matter: 1,
      answered: 1,
      ungraded: 1,
      unnamed: 1,
      visited: 50,
    })

    // 催报：西庄村没有信息员，由上一级代收；当天再催不重复
    const told = (await post('clerk', `/api/screenings/${id}/chase`, {})).json
    expect(told.blank).toBe(5)
    expect(told.passedUp).toBeGreaterThan(0)
    expect(told.told).toBeGreaterThan(0)
    expect((await post('clerk', `/api/screenings/${id}/chase`, {})).json.told).toBe(0)

    // 定级、落实到人
    const findings = async (who = 'petitionHead') =>
      (await o.as(who, 'GET', `/api/screenings/${id}/findings`)).json as FindingRow[]
    const matter = (await findings()).find((f) => f.kind === 'matter')!
    expect(matter).toMatchObject({ state: 'received', grade: null, names: '' })
    const settle = (who: string, more: object) =>
      post(who, `/api/screenings/${id}/settle`, {
        petitionId: matter.petitionId,
        version: matter.version,
        grade: 'yellow',
        gradeReason: '涉及多户',
        ...more,
      })
    expect((await settle('petitionHead', {})).json.fields.cadreId).toContain('责任人')
    expect(
      (
        await settle('petitionHead', {
          leaderId: o.id('leadOfficial'),
          secretaryId: o.id('areaSecretary'),
          cadreId: o.id('villageOfficer'),
        })
      ).status,
    ).toBe(200)
    v = await view(id)
    expect(v.table.total).toMatchObject({ yellow: 1, ungraded: 0, named: 1, unnamed: 0 })
    const seen = await o.view('petitionHead', matter.petitionId!)
    expect(seen.matter).toMatchObject({ channel: 'screening', state: 'registered', grade: 'yellow' })
    expect(seen.matter.leadOfficialId).toBe(o.id('leadOfficial'))

    // 已在册的只计一次
    const secondGrid = mine[2]!
    expect(
      (
        await send('villageOfficer', secondGrid, 0, {
          zero: false,
          visited: 9,
          findings: [{ kind: 'known', petitionId: matter.petitionId }],
        })
      ).json.message,
    ).toContain('只计一次')
    const other = await o.register({ villageId: o.town.villages.东庄村 })
    const listed = ((await place('villageOfficer', secondGrid)).json as PlaceView).known
    expect(listed.map((k) => k.id)).toContain(other)
    expect(
      (
        await send('villageOfficer', secondGrid, 0, {
          zero: false,
          visited: 9,
          findings: [{ kind: 'known', petitionId: other }],
        })
      ).status,
    ).toBe(200)

    // 逾期报告和更正分开记
    o.world.clock.set(day('2026-03-09'), 10)
    const east = (await tasks('areaSecretary')).find((t) => t.name === '南庄村')!
    expect((await send('areaSecretary', east, 0, { zero: true, visited: 40 })).status).toBe(200)
    const answered = (await findings()).find((f) => f.kind === 'answered')!
    expect(
      (
        await send('villageOfficer', village, 1, {
          zero: false,
          visited: 35,
          reason: '复核后更正',
          retract: [{ id: answered.id, reason: '属于咨询，不计' }],
        })
      ).status,
    ).toBe(200)
    v = await view(id)
    expect(v.table.total).toMatchObject({
      onTime: 3,
      late: 1,
      corrected: 1,
      retracted: 1,
      answered: 0,
      known: 1,
      blank: 3,
    })
    // 管区书记只看到本管区
    const area = await view(id, 'areaSecretary')
    expect(area.table.areas.map((a) => a.name)).toEqual(['东部管区'])
    expect(area.reconciled).toBe(null)
    expect(v.reconciled).toMatchObject({ ledger: 1, both: 1, ledgerOnly: 0, outside: 0 })

    // 改包保人后由新的人报告
    expect(
      (
        await post('petitionHead', `/api/screenings/${id}/cover`, {
          villageId: o.town.villages.西庄村,
          staffId: o.id('unitHandler2'),
        })
      ).status,
    ).toBe(200)
    const west = (await tasks('unitHandler2'))[0]!
    expect(west.name).toBe('西庄村')
    expect(
      (
        await send('unitHandler2', west, 0, {
          zero: false,
          visited: 5,
          findings: [{ kind: 'matter', request: '反映道路积水', anonymous: true }],
        })
      ).json.message,
    ).toContain('此事由')
    expect((await send('unitHandler2', west, 0, { zero: true, visited: 5 })).status).toBe(200)

    const file = await o.as('petitionHead', 'GET', `/api/screenings/${id}/table.xlsx`)
    expect(file.status).toBe(200)
    const sheet = (await readWorkbook(new Uint8Array(file.raw))).sheets[0]!
    const text = JSON.stringify([...sheet.rows])
    for (const c of Object.values(columns)) expect(text).toContain(c)
    expect(text).toContain('全镇')

    const close = (note: string) => post('petitionHead', `/api/screenings/${id}/close`, { version: 1, note })
    expect((await close('')).json.message).toContain('还有 2 处没有报告')
    expect((await close('两个网格正在调整，由村代为走访')).status).toBe(200)
    expect(
      (await send('villageOfficer', village, 2, { zero: true, visited: 5, reason: '再报' })).json.message,
    ).toContain('已经结束')
    const closed = await view(id)
    // 结清表固定：此后事项怎样变都不动
    await o.move('petitionHead', matter.petitionId!, 'grade', { grade: 'blue', gradeReason: '核实后降级' })
    expect((await view(id)).table).toEqual(closed.table)
    const next = await post('petitionHead', '/api/screenings', {
      input: { ...input, fromOn: '2026-03-10', dueOn: '2026-03-12', withGrids: false },
    })
    expect((await view(next.json.id)).before).toEqual({ title: input.title, total: closed.table.total })
    expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
  })

  test('期限前一天起每天自动催一次，重复运行不重复', async () => {
    o.world.clock.set(day('2026-03-11'), 8)
    const notices = async () =>
      (
        await o.world.ownerPool.query(
          "select count(*)::int as n from notice where kind = 'screening' and key like '%2026-03-11%'",
        )
      ).rows[0].n as number
    const quiet = { has: () => false, send: async () => {} }
    await remindAll(o.world, quiet)
    const first = await notices()
    expect(first).toBeGreaterThan(0)
    await remindAll(o.world, quiet)
    expect(await notices()).toBe(first)
  })

  test('事项密封后，排查里也没有它，表仍加得起来', async () => {
    const t = (await tasks('villageOfficer'))[0]!
    expect(
      (
        await send('villageOfficer', t, 0, {
          zero: false,
          visited: 12,
          findings: [{ kind: 'matter', request: '反映账目不清', name: '某村民' }],
        })
      ).status,
    ).toBe(200)
    const rows = (await o.as('petitionHead', 'GET', `/api/screenings/${t.campaignId}/findings`)).json as FindingRow[]
    const sealed = rows.find((f) => f.kind === 'matter')!
    await o.as('petitionHead', 'POST', `/api/petitions/${sealed.petitionId}/moves/classify`, {
      requestId: uuidv7(),
      version: sealed.version,
      input: { class: 'accusation' },
    })
    const after = await view(t.campaignId)
    expect(after.table.total.matter).toBe(0)
    expect(faultsOf(after.table)).toEqual([])
    expect(
      ((await o.as('petitionHead', 'GET', `/api/screenings/${t.campaignId}/findings`)).json as FindingRow[]).length,
    ).toBe(0)
    const traces = await o.world.ownerPool.query("select says, data::text from trace where subject_kind = 'campaign'")
    expect(JSON.stringify(traces.rows)).not.toContain('账目不清')
    expect(JSON.stringify(traces.rows)).not.toContain(sealed.petitionId)
  })

  test('一处只报过一次、零报告的，行也加得起来', () => {
    const c = lineOf([{ placeId: 'p', seq: 1, zero: true, visited: 3, late: true }], [])
    expect(c).toMatchObject({ expected: 1, late: 1, onTime: 0, blank: 0, zero: 1, found: 0 })
  })
})
