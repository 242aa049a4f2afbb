import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, day, daysBetween } from '../kit/day.ts'
import { whoFrom } from '../people/holdings.ts'
import type { Role } from '../people/roles.ts'
import { composeCircular } from './circular.ts'
import {
  type Directory,
  digestOf,
  groupDigestOf,
  type HeldPost,
  type Matter,
  pageOf,
  plan,
  recipients,
  type Source,
  sendAfter,
  sources,
  stepReached,
  superiorsOf,
  type Thing,
  usualPolicy,
  waitsOn,
} from './remind.ts'

const today = day('2026-03-05')
const post = (name: string, role: Role, staffIds: string[], more: Partial<HeldPost> = {}): HeldPost => ({
  id: name,
  name,
  role,
  rank: 9,
  areaId: null,
  villageId: null,
  gridId: null,
  unitId: null,
  heads: false,
  staffIds,
  ...more,
})
const usual = [
  post('书记', 'townLeader', ['shuji'], { rank: 1 }),
  post('副书记', 'leadOfficial', ['fushuji'], { rank: 3 }),
  post('副镇长', 'leadOfficial', ['fuzhen'], { rank: 4 }),
  post('信访办主任', 'petitionHead', ['zhuren'], { rank: 5 }),
  post('登记员', 'clerk', ['chuangkou'], { rank: 8 }),
  post('所长', 'unitHandler', ['suozhang'], { unitId: 'u1', heads: true, rank: 6 }),
  post('经办人', 'unitHandler', ['jingban'], { unitId: 'u1', rank: 7 }),
  post('管区书记', 'areaSecretary', ['guanqu'], { areaId: 'a1', rank: 5 }),
  post('信息员', 'villageOfficer', ['cun'], { areaId: 'a1', villageId: 'v1' }),
  post('网格员', 'gridWorker', ['wangge'], { areaId: 'a1', villageId: 'v1', gridId: 'g1' }),
  post('纪检', 'disciplineLiaison', ['jijian'], { rank: 4 }),
]
const directory = (posts = usual, away: [string, string | null][] = []): Directory => ({
  posts,
  people: new Map(
    [...new Set(posts.flatMap((p) => p.staffIds))].map((id) => [
      id,
      whoFrom({ townId: 't', staffId: id, name: id }, posts.filter((p) => p.staffIds.includes(id)) as never),
    ]),
  ),
  away: new Map(away),
})
const matter = (more: Partial<Matter> = {}): Matter => ({
  townId: 't',
  id: 'm',
  number: 'XF2026-1',
  title: '宅基地边界纠纷',
  state: 'handling',
  sealed: false,
  barredIds: [],
  registeredBy: 'chuangkou',
  holderId: 'jingban',
  leadOfficialId: null,
  mainHandlerId: 'jingban',
  areaOwnerId: null,
  villageOwnerId: null,
  signerId: null,
  approverId: null,
  areaId: 'a1',
  villageId: 'v1',
  gridId: 'g1',
  mainUnitId: 'u1',
  assistUnitIds: [],
  ...more,
})
const limit = (left: number, more: Partial<Thing> = {}): Thing => ({
  source: 'limit',
  thing: 'limit/c',
  dueOn: addDays(today, left),
  name: '办理期限',
  owners: ['jingban'],
  matter: matter(),
  ...more,
})
const told = (t: Thing, d = directory()) => plan(t, usualPolicy, d, today)?.told.map((x) => x.staffId)

describe('到哪一档', () => {
  test('七天以前不提醒，之后每到一档提醒一档', () => {
    expect([8, 7, 6, 3, 2, 1, 0, -1, -2, -7, -40].map((left) => stepReached(usualPolicy.steps.limit!, left))).toEqual([
      null,
      0,
      0,
      1,
      1,
      2,
      3,
      4,
      4,
      5,
      5,
    ])
  })
  test('停机之后直接到最紧的一档，不补发错过的', () => {
    expect(plan(limit(0), usualPolicy, directory(), today)).toMatchObject({
      step: 3,
      says: 'XF2026-1 办理期限今天到期',
    })
  })
  test('每一类都有提醒的档，由早到晚', () => {
    for (const s of Object.keys(sources) as Source[]) {
      const list = usualPolicy.steps[s]!
      expect(list.length).toBeGreaterThan(0)
      expect([...list].sort((a, b) => b.left - a.left)).toEqual(list)
    }
  })
})

describe('告诉谁', () => {
  test('到期前只告诉经办人；超期报所长，再超报上一级', () => {
    expect(told(limit(3))).toEqual(['jingban'])
    expect(told(limit(-1))).toEqual(['jingban', 'suozhang'])
    expect(told(limit(-7))).toEqual(['jingban', 'suozhang', 'zhuren'])
    expect(told(limit(-7, { matter: matter({ leadOfficialId: 'fuzhen' }) }))).toEqual(['jingban', 'suozhang', 'fuzhen'])
  })
  test('没有到人的事项提醒它等着的岗位，超期照样逐级上报', () => {
    const m = matter({ holderId: null, mainHandlerId: null, state: 'forwarded' })
    expect(told(limit(3, { owners: [], matter: m }))).toEqual(['suozhang'])
    expect(told(limit(-1, { owners: [], matter: m }))).toEqual(['suozhang', 'zhuren'])
    const office = matter({ holderId: null, mainHandlerId: null, mainUnitId: null, state: 'registered' })
    expect(told(limit(1, { owners: [], matter: office }))).toEqual(['zhuren', 'chuangkou'])
    expect(told(limit(-1, { owners: [], matter: office }))).toEqual(['zhuren', 'chuangkou', 'fushuji'])
  })
  test('岗位空缺时由上一级代收，不会无人知道', () => {
    const empty = usual.map((p) => (p.name === '所长' || p.name === '经办人' ? { ...p, staffIds: [] } : p))
    const m = matter({ holderId: null, mainHandlerId: null, state: 'forwarded' })
    expect(told(limit(3, { owners: [], matter: m }), directory(empty))).toEqual(['zhuren'])
  })
  test('请假的由代理人收，代理人也请假的顺着找，绕成圈或没有代理人的报上级', () => {
    expect(told(limit(3), directory(usual, [['jingban', 'suozhang']]))).toEqual(['suozhang'])
    expect(plan(limit(3), usualPolicy, directory(usual, [['jingban', 'suozhang']]), today)?.told[0]?.says).toMatch(
      /^（代理）/,
    )
    expect(
      told(
        limit(3),
        directory(usual, [
          ['jingban', 'suozhang'],
          ['suozhang', 'chuangkou'],
        ]),
      ),
    ).toEqual(['chuangkou'])
    expect(
      told(
        limit(3),
        directory(usual, [
          ['jingban', 'suozhang'],
          ['suozhang', 'jingban'],
        ]),
      ),
    ).toEqual(['zhuren'])
    expect(told(limit(3), directory(usual, [['jingban', null]]))).toEqual(['suozhang'])
  })
  test('应当回避的人收不到，也不作代理人', () => {
    const m = matter({ barredIds: ['suozhang'] })
    expect(told(limit(-1, { matter: m }))).toEqual(['jingban', 'zhuren'])
    expect(told(limit(3, { matter: m }), directory(usual, [['jingban', 'suozhang']]))).toEqual(['zhuren'])
  })
  test('密封事项只告诉纪检联络员，不出现编号和标题，也不上报', () => {
    const m = matter({ sealed: true, holderId: null, mainHandlerId: null })
    for (const left of [3, -7]) {
      const r = plan(limit(left, { owners: [], matter: m }), usualPolicy, directory(), today)!
      expect(r.told.map((x) => x.staffId)).toEqual(['jijian'])
      expect(JSON.stringify([r.says, r.told.map((x) => x.says)])).not.toMatch(/XF2026|宅基地/)
    }
  })
  test('看不到这件事项的上级只知道编号，不知道内容', () => {
    const r = plan(limit(-7, { matter: matter({ leadOfficialId: null }) }), usualPolicy, directory(), today)!
    expect(r.told.find((x) => x.staffId === 'jingban')).toMatchObject({ petitionId: 'm' })
    const d = directory(usual.filter((p) => p.role !== 'petitionHead'))
    const far = plan(limit(-7, { owners: ['guanqu'], matter: matter({ areaId: 'a1' }) }), usualPolicy, d, today)
    expect(far!.told.map((x) => x.staffId)).toEqual(['guanqu'])
    const up = plan(limit(-1, { owners: ['zhuren'] }), usualPolicy, directory(), today)!
    expect(up.told.find((x) => x.staffId === 'fushuji')).toEqual({
      staffId: 'fushuji',
      petitionId: null,
      says: 'XF2026-1 办理期限已超期 1 天',
    })
  })
  test('镇里自己画的上报线优先', () => {
    const line = { 经办人: '副镇长' }
    expect(recipients(directory(), { line }, limit(-1), 1)).toEqual(['jingban', 'fuzhen'])
  })
  test('任何责任人、请假和回避的组合，都至少告诉一个不回避的人，且不重复', () => {
    const ids = usual.flatMap((p) => p.staffIds)
    fc.assert(
      fc.property(
        fc.subarray(ids),
        fc.array(fc.tuple(fc.constantFrom(...ids), fc.option(fc.constantFrom(...ids)))),
        fc.subarray(ids.filter((i) => i !== 'shuji')),
        fc.integer({ min: 0, max: 2 }),
        fc.constantFrom('registered', 'forwarded', 'handling', 'served' as const),
        (owners, away, barredIds, up, state) => {
          const d = directory(usual, away.filter(([a]) => a !== 'shuji') as never)
          const m = matter({ barredIds, state: state as never })
          const all = recipients(d, usualPolicy, limit(0, { owners, matter: m }), up)
          expect(all.length).toBeGreaterThan(0)
          expect(new Set(all).size).toBe(all.length)
          expect(all.some((id) => barredIds.includes(id) || d.away.has(id))).toBe(false)
        },
      ),
      { numRuns: 400 },
    )
  })
  test('等待的岗位和它的上级都不会是管理员', () => {
    const posts = [...usual, post('系统管理员', 'systemAdmin', ['guanli'])]
    for (const p of posts)
      for (const s of superiorsOf(directory(posts), usualPolicy, p, matter())) expect(s.role).not.toBe('systemAdmin')
    expect(waitsOn(directory(posts), matter()).map((p) => p.name)).toEqual(['所长'])
  })
})

describe('外发', () => {
  const quiet = usualPolicy.quiet
  test('安静时段里的消息等到早上七点半', () => {
    const at = (text: string) => sendAfter(new Date(`${text}+08:00`), quiet).toISOString()
    expect(at('2026-03-05T22:10:30')).toBe('2026-03-05T23:30:00.000Z')
    expect(at('2026-03-05T00:05:00')).toBe('2026-03-04T23:30:00.000Z')
    expect(at('2026-03-05T07:30:00')).toBe('2026-03-04T23:30:00.000Z')
    expect(at('2026-03-05T20:59:59')).toBe('2026-03-05T12:59:59.000Z')
    expect(at('2026-03-05T21:00:00')).toBe('2026-03-05T23:30:00.000Z')
  })
  test('不设安静时段时随到随发', () => {
    const now = new Date('2026-03-05T03:00:00+08:00')
    expect(sendAfter(now, { from: '00:00', to: '00:00' })).toEqual(now)
  })
  test('外发的话里只有件数和岗位', () => {
    expect(
      digestOf(
        [
          { source: 'limit', dueOn: addDays(today, -1) },
          { source: 'limit', dueOn: today },
          { source: 'revisit', dueOn: today },
        ],
        today,
      ),
    ).toBe('【回声】您有 3 件事项需要办理（法定期限 2 件，回访 1 件），其中 1 件已经超期。请登录系统查看。')
    expect(groupDigestOf([{ post: '自然资源所负责人', n: 2, late: 1 }], { n: 2, late: 1 })).toBe(
      '【回声】今日提醒 2 件，其中超期 1 件：\n自然资源所负责人：2 件（超期 1 件）\n请登录系统办理。',
    )
  })
})

describe('周通报', () => {
  const unit = (name: string, more = {}) => ({
    unit: name,
    met: 0,
    late: 0,
    overdue: [],
    silent: 0,
    coming: 0,
    ...more,
  })
  const facts = {
    weekOn: day('2026-03-02'),
    until: day('2026-03-08'),
    reminded: 12,
    waitingSignature: 1,
    waitingRevisit: 2,
    unassigned: 0,
    units: [
      unit('民政办', { met: 3, coming: 1 }),
      unit('自然资源所', {
        met: 5,
        late: 1,
        silent: 2,
        overdue: [{ number: 'XF2026-7', name: '办理期限', dueOn: day('2026-03-01'), days: 7 }],
      }),
    ],
  }
  test('按事实起草：不足十项不计百分比，超期的写明编号，单位不按件数排名', () => {
    const { title, body } = composeCircular(facts, '试验镇')
    expect(title).toContain('2026年3月2日')
    expect(body).toContain('本周到期 9 项，按期 8 项（不足 10 项，不计百分比）')
    expect(body).toContain('自然资源所：XF2026-7 办理期限（超 7 天）')
    expect(body).toContain('自然资源所 2 件超过规定天数没有进展')
    expect(body).not.toMatch(/排名|名列|第一/)
    expect(daysBetween(facts.weekOn, facts.until)).toBe(6)
  })
  test('没有超期时也说没有', () => {
    expect(composeCircular({ ...facts, units: [] }, '试验镇').body).toContain('二、超期未办。没有。')
  })
})

test('提醒都点得开：不在事项里办的，通到办它的页面', () => {
  expect(pageOf({ source: 'reception', thing: 'reception/1' })).toBe('/receptions')
  expect(pageOf({ source: 'outing', thing: 'outing/1' })).toBe('/visits')
  expect(pageOf({ source: 'commitment', thing: 'commitment/1' })).toBe('/promises')
  expect(pageOf({ source: 'correction', thing: 'correction/1' })).toBe('/supervision')
  expect(pageOf({ source: 'mediation', thing: 'mediation/7' })).toBe('/mediation/disputes/7')
  expect(pageOf({ source: 'limit', thing: 'limit/1' })).toBeNull()
})
