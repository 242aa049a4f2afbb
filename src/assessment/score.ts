import { z } from 'zod'
import type { Day } from '../kit/day.ts'
import { text } from '../kit/text.ts'
import { type Role, roles } from '../people/roles.ts'
import { DayText } from '../petitions/petition.ts'
import type { Facts } from '../petitions/replay.ts'
import {
  cameBackOf,
  type IndicatorCode,
  type Item,
  indicators,
  isIndicator,
  itemsOf,
  type Measure,
  measureOf,
  type Period,
  type Scope,
  scopeKey,
  scopesOf,
} from './measure.ts'

/** Posts that can be assessed. Mass organisations, auditors and administrators are not. */
export const assessed = [
  'townLeader',
  'leadOfficial',
  'petitionHead',
  'clerk',
  'areaSecretary',
  'unitHandler',
  'villageOfficer',
  'gridWorker',
] as const satisfies Role[]
export type Assessed = (typeof assessed)[number]

const RoleList = z.array(z.enum(assessed)).min(1, '请选择岗位')
const Code = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,29}$/)

/** The lists of a plan: duties to be read, tasks to be reported with evidence, weights per post over indicators and tasks. */
export const Lists = z
  .object({
    duties: z
      .array(z.object({ code: Code, text: text(200).min(1, '请填写职责'), basis: text(100), roles: RoleList }))
      .max(60),
    tasks: z
      .array(z.object({ code: Code, text: text(200).min(1, '请填写任务'), dueOn: DayText.nullable(), roles: RoleList }))
      .max(60),
    weights: z.partialRecord(z.enum(assessed), z.record(Code, z.int().min(0).max(100))),
  })
  .superRefine((l, ctx) => {
    for (const [role, w] of Object.entries(l.weights)) {
      for (const code of Object.keys(w)) {
        if (
          isIndicator(code)
            ? indicators[code].scored
            : l.tasks.some((t) => t.code === code && t.roles.includes(role as Assessed))
        )
          continue
        ctx.addIssue({
          code: 'custom',
          path: ['weights', role, code],
          message: isIndicator(code)
            ? `“${indicators[code].name}”只看不计分`
            : `没有“${code}”这一项，或者不由这一岗位承担`,
        })
      }
      const sum = Object.values(w).reduce((a, b) => a + b, 0)
      if (sum !== 0 && sum !== 100)
        ctx.addIssue({
          code: 'custom',
          path: ['weights', role],
          message: `${roles[role as Role]}的权重合计应为 100，现为 ${sum}`,
        })
    }
    const codes = [...l.duties, ...l.tasks].map((x) => x.code)
    const twice = codes.find((c, i) => codes.indexOf(c) !== i || isIndicator(c))
    if (twice) ctx.addIssue({ code: 'custom', path: ['tasks'], message: `编号“${twice}”重复` })
  })
export type Lists = z.infer<typeof Lists>

/** What a plan begins with; the office amends it. */
export const usualLists: Lists = {
  duties: [
    {
      code: 'Dlead',
      text: '阅批来信、接待来访、定期下访，包案化解疑难复杂问题',
      basis: '《信访工作条例》第十八条',
      roles: ['townLeader', 'leadOfficial'],
    },
    { code: 'Dfirst', text: '首次办理时把合理诉求解决到位', basis: '首办责任制', roles: ['unitHandler'] },
    {
      code: 'Doffice',
      text: '每件登记，按期分流、告知、督办、回访',
      basis: '《信访工作条例》第二十二条、第四十条',
      roles: ['petitionHead', 'clerk'],
    },
    {
      code: 'Darea',
      text: '排查在前、上门听取意见，协助办理并回访',
      basis: '清单加闭环八项制度',
      roles: ['areaSecretary', 'villageOfficer', 'gridWorker'],
    },
    {
      code: 'Dsecret',
      text: '不泄露检举控告，不打击报复，不限制任何人信访',
      basis: '《信访工作条例》第三十条、第四十六条',
      roles: [...assessed],
    },
  ],
  tasks: [
    { code: 'Treception', text: '接访、下访、约访及其办理结果', dueOn: null, roles: ['townLeader', 'leadOfficial'] },
    {
      code: 'Tscreening',
      text: '矛盾纠纷排查及化解情况',
      dueOn: null,
      roles: ['areaSecretary', 'villageOfficer', 'gridWorker'],
    },
    { code: 'Tcause', text: '分析原因、改进工作的建议及落实', dueOn: null, roles: ['petitionHead', 'unitHandler'] },
  ],
  weights: {
    townLeader: { replyOnTime: 40, satisfied: 30, Treception: 30 },
    leadOfficial: { replyOnTime: 40, followedUp: 20, satisfied: 20, Treception: 20 },
    petitionHead: { sortOnTime: 30, noticeOnTime: 20, followedUp: 30, Tcause: 20 },
    clerk: { sortOnTime: 50, noticeOnTime: 50 },
    areaSecretary: { firstContact: 30, followedUp: 30, Tscreening: 40 },
    unitHandler: { replyOnTime: 40, firstContact: 20, executed: 10, satisfied: 20, Tcause: 10 },
    villageOfficer: { firstContact: 30, followedUp: 20, Tscreening: 50 },
    gridWorker: { Tscreening: 100 },
  },
}

/** The lists without one task or duty, and without the weights that stood on it. */
export const withoutItem = (lists: Lists, code: string): Lists => ({
  duties: lists.duties.filter((d) => d.code !== code),
  tasks: lists.tasks.filter((t) => t.code !== code),
  weights: Object.fromEntries(
    Object.entries(lists.weights).map(([role, w]) => [
      role,
      Object.fromEntries(Object.entries(w).filter(([c]) => c !== code)),
    ]),
  ),
})

/** Whose matters a post answers for. */
export const scopeFor = (p: Person): Scope => {
  switch (p.role) {
    case 'townLeader':
    case 'petitionHead':
      return { by: 'town' }
    case 'leadOfficial':
      return { by: 'leadOfficialId', id: p.staffId }
    case 'areaSecretary':
      return { by: 'areaOwnerId', id: p.staffId }
    case 'villageOfficer':
      return { by: 'villageOwnerId', id: p.staffId }
    case 'unitHandler':
      return p.headsUnitId ? { by: 'mainUnitId', id: p.headsUnitId } : { by: 'mainHandlerId', id: p.staffId }
    default:
      return { by: 'registeredBy', id: p.staffId }
  }
}

export interface Person {
  staffId: string
  name: string
  post: string
  role: Assessed
  /** Set for the head of a unit, who answers for the whole unit. */
  headsUnitId: string | null
}

export interface Report {
  item: string
  claimed: number
  score: number | null
}
/** What an upheld appeal changed. */
export interface Correction {
  item: string
  petitionIds: readonly string[]
  score: number | null
}

/** Below this a percentage would say more than there is. */
export const atLeast = 10

export interface Line {
  item: string
  kind: 'indicator' | 'task'
  name: string
  formula: string
  num: number | null
  den: number | null
  /** '93.5%', '不足 10 件', '4.2 天', '—'. */
  shown: string
  /** 0 to 1; null when it is not counted. */
  rate: number | null
  weight: number
  /** rate × weight, two decimals; null when not counted. */
  points: number | null
  note: string
}
export interface Score {
  lines: Line[]
  /** Out of 100 over what could be counted; null when nothing could. */
  total: number | null
}

/** Points as shown: two decimals, a dash where nothing could be counted. */
export const points = (n: number | null): string => (n === null ? '—' : n.toFixed(2))

const cents = (n: number) => Math.round(n * 100) / 100

const percent = (m: Measure) => `${((m.num / m.den) * 100).toFixed(1)}%`

const indicatorLine = (code: IndicatorCode, m: Measure, weight: number, setAside: number): Line => {
  const it = indicators[code]
  const few = m.den < atLeast
  const rate = it.scored && !few ? m.num / m.den : null
  const note = [
    setAside ? `申诉成立，剔除 ${setAside} 件` : '',
    !it.scored ? '' : m.den === 0 ? '没有到期的事项，不计分' : few ? '不足 10 件，不计百分比，不计分' : '',
  ]
    .filter(Boolean)
    .join('；')
  return {
    item: code,
    kind: 'indicator',
    name: it.name,
    formula: it.formula,
    ...m,
    shown:
      m.den === 0 ? '—' : it.unit === 'days' ? `${(m.num / m.den).toFixed(1)} 天` : few ? '不足 10 件' : percent(m),
    rate,
    weight,
    points: rate === null || weight === 0 ? null : cents(rate * weight),
    note,
  }
}

const taskLine = (
  t: Lists['tasks'][number],
  report: Report | undefined,
  corrected: number | null,
  weight: number,
): Line => {
  const score = corrected ?? report?.score ?? null
  const rate = score === null ? null : score / 100
  return {
    item: t.code,
    kind: 'task',
    name: t.text,
    formula: '自报并附佐证，由另一人核定（0–100）',
    num: score,
    den: score === null ? null : 100,
    shown: score === null ? '—' : `${score} 分`,
    rate,
    weight,
    points: rate === null || weight === 0 ? null : cents(rate * weight),
    note:
      corrected !== null
        ? '申诉成立，已更正'
        : report === undefined
          ? '没有自报'
          : report.score === null
            ? `自报 ${report.claimed} 分，待核定`
            : '',
  }
}

/** Total over the lines that could be counted, so that few matters neither help nor harm. */
export const totalOf = (lines: readonly Pick<Line, 'points' | 'weight'>[]): number | null => {
  const counted = lines.filter((l) => l.points !== null)
  const weight = counted.reduce((n, l) => n + l.weight, 0)
  return weight === 0 ? null : cents((counted.reduce((n, l) => n + l.points!, 0) / weight) * 100)
}

export interface Assessing {
  /** Items behind a line, matter by matter. */
  items(p: Person, code: IndicatorCode): Item[]
  score(p: Person, given: { reports: readonly Report[]; corrections: readonly Correction[]; lists: Lists }): Score
}

/**
 * Assess any number of people over the same facts. Pure: rows and a replay of the trace give the same answer when they give
 * the same facts. Items are found once for each scope and indicator.
 */
export const assessing = (facts: readonly Facts[], period: Period): Assessing => {
  const scoped = scopesOf(facts)
  const back = cameBackOf(facts)
  const kept = new Map<string, Measure>()
  const measure = (p: Person, code: IndicatorCode, without: ReadonlySet<string>): Measure => {
    const scope = scopeFor(p)
    if (without.size) return measureOf(code, scoped(scope), period, back, without)
    const key = `${code}/${scopeKey(scope)}`
    let m = kept.get(key)
    if (!m) {
      m = measureOf(code, scoped(scope), period, back)
      kept.set(key, m)
    }
    return m
  }
  const items = (p: Person, code: IndicatorCode) => itemsOf(code, scoped(scopeFor(p)), period, back)
  return {
    items,
    score: (p, { reports, corrections, lists }) => {
      const weights = lists.weights[p.role] ?? {}
      const lines = [
        ...(Object.keys(indicators) as IndicatorCode[])
          .filter((c) => (weights[c] ?? 0) > 0 || (!indicators[c].scored && p.role !== 'gridWorker'))
          .map((c) => {
            const without = new Set(corrections.filter((x) => x.item === c).flatMap((x) => x.petitionIds))
            return indicatorLine(c, measure(p, c, without), weights[c] ?? 0, without.size)
          }),
        ...lists.tasks
          .filter((t) => t.roles.includes(p.role))
          .map((t) =>
            taskLine(
              t,
              reports.find((r) => r.item === t.code),
              corrections.findLast((x) => x.item === t.code && x.score !== null)?.score ?? null,
              weights[t.code] ?? 0,
            ),
          ),
      ]
      return { lines, total: totalOf(lines) }
    },
  }
}

export interface Mover {
  staffId: string
  name: string
  post: string
  before: number | null
  after: number | null
  change: number
  why: { name: string; change: number }[]
}

/** Change the weights: whose total moves, by how much, and through which lines. In the order of the posts, never of the totals. */
export const whatIf = (before: readonly { person: Person; score: Score }[], after: readonly Score[]): Mover[] =>
  before.flatMap(({ person, score }, n) => {
    const now = after[n]!
    const change = cents((now.total ?? 0) - (score.total ?? 0))
    if (score.total === now.total) return []
    const share = (s: Score, item: string) => {
      const line = s.lines.find((l) => l.item === item)
      const weight = s.lines.filter((l) => l.points !== null).reduce((sum, l) => sum + l.weight, 0)
      return line && line.points !== null && weight ? (line.points / weight) * 100 : 0
    }
    const items = [...new Set([...score.lines, ...now.lines].map((l) => l.item))]
    const why = items
      .map((item) => ({
        name: (now.lines.find((l) => l.item === item) ?? score.lines.find((l) => l.item === item))!.name,
        change: cents(share(now, item) - share(score, item)),
      }))
      .filter((w) => w.change !== 0)
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    return [
      {
        staffId: person.staffId,
        name: person.name,
        post: person.post,
        before: score.total,
        after: now.total,
        change,
        why,
      },
    ]
  })

/** The period of a plan on a day. */
export const periodOf = (plan: { fromOn: Day; toOn: Day; closedOn: Day | null }, today: Day): Period => ({
  from: plan.fromOn,
  to: plan.toOn,
  cutoff: plan.closedOn ?? (today < plan.toOn ? today : plan.toOn),
})
