import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { type Day, daysBetween } from '../kit/day.ts'
import { needed, text } from '../kit/text.ts'
import { is, type Role, type Who } from '../people/roles.ts'
import type { Seat } from '../people/seats.ts'
import { DayText, type Grade } from '../petitions/petition.ts'
import { type PlaceFacts, reportsFor } from './cover.ts'

/** Screening campaigns (兜底清仓): every village and grid reports matter by matter, or an honest zero. */
export const campaignStates = { open: '进行中', closed: '已结束' } as const
export const findingKinds = { matter: '新登记事项', known: '已在册事项', answered: '当场解答' } as const
export type FindingKind = keyof typeof findingKinds
export const standings = { onTime: '按期报告', late: '逾期报告', blank: '未报告' } as const
export type Standing = keyof typeof standings

/** Who runs a campaign, and who reads its progress: of the whole town, or an area secretary of the own area. */
export const runsCampaign = ['petitionHead'] as const satisfies Role[]
export const office = ['clerk', 'petitionHead'] as const satisfies Role[]
export const readsTown = ['clerk', 'petitionHead', 'leadOfficial', 'townLeader'] as const satisfies Role[]
export const readsProgress = [...readsTown, 'areaSecretary'] as const satisfies Role[]

/** One finding as reported: registered now, already in the ledger, or answered on the spot. */
export const FindingInput = z.discriminatedUnion(
  'kind',
  [
    z.object({
      kind: z.literal('matter'),
      request: needed(2000, '请写明反映的问题和诉求'),
      name: text(60).default(''),
      phone: text(40).default(''),
      anonymous: z.boolean().default(false),
      headCount: z.int('人数应为整数').min(1, '人数至少为 1').max(100_000).default(1),
      place: text(200).default(''),
    }),
    z.object({ kind: z.literal('known'), petitionId: z.uuid('请选择已在册的事项') }),
    z.object({
      kind: z.literal('answered'),
      asked: needed(500, '请写明群众问了什么'),
      answer: needed(1000, '请写明怎样解答的'),
    }),
  ],
  { error: `请选择：${Object.values(findingKinds).join('、')}` },
)
export type FindingInput = z.infer<typeof FindingInput>

export const ReportInput = z.object({
  zero: z.boolean(),
  visited: z.int('走访户数应为整数').min(1, '请填写走访了多少户；没有走访不能报告').max(100_000),
  note: text(500).default(''),
  reason: text(300).default(''),
  findings: z.array(FindingInput).max(50, '一次最多报五十件，其余请再报一次').default([]),
  retract: z
    .array(z.object({ id: z.uuid(), reason: needed(300, '请写明撤回的理由') }))
    .max(50)
    .default([]),
})
export type ReportInput = z.infer<typeof ReportInput>

export const CampaignInput = z.object({
  title: needed(60, '请填写名称'),
  asks: needed(2000, '请写明排查什么'),
  fromOn: DayText,
  dueOn: DayText,
  withGrids: z.boolean().default(true),
  /** The leader who covers an area; who covers a village when it is not its information officer. */
  leaders: z.record(z.string(), z.uuid()).default({}),
  cadres: z.record(z.string(), z.uuid()).default({}),
})
export type CampaignInput = z.infer<typeof CampaignInput>

/** A campaign is over in a season: a later day is a slip of the pen. */
export const longest = 120

/** What is wrong with the days of a new campaign, field by field. */
export const campaignProblems = (i: Pick<CampaignInput, 'fromOn' | 'dueOn'>, today: Day): Record<string, string> => ({
  ...(i.dueOn < i.fromOn
    ? { dueOn: '报告截止日期不能早于开始日期' }
    : i.dueOn < today
      ? { dueOn: '报告截止日期已经过了' }
      : daysBetween(i.fromOn, i.dueOn) > longest
        ? {
            dueOn: `报告截止日期 ${i.dueOn} 离开始有 ${daysBetween(i.fromOn, i.dueOn)} 天，一次排查不超过 ${longest} 天`,
          }
        : daysBetween(today, i.fromOn) > longest
          ? { fromOn: `开始日期 ${i.fromOn} 太远，不能超过 ${longest} 天以后` }
          : {}),
})

/** Why this person can't report for this place; null when they can. The office may key in what came on paper. */
export const reportRefusal = (
  who: Who,
  c: { state: 'open' | 'closed'; fromOn: Day },
  p: PlaceFacts,
  seats: readonly Seat[],
  today: Day,
): string | null =>
  c.state === 'closed'
    ? '本次排查已经结束，新发现的问题请直接登记'
    : today < c.fromOn
      ? `本次排查从 ${c.fromOn} 开始`
      : reportsFor(who, p, seats) || is(who, ...office)
        ? null
        : '由包保人、村信访信息员或网格员报告'

/**
 * What is wrong with a report, field by field; empty when nothing is. `standing` are the findings of this place that
 * hold so far: a zero is said, never assumed, and never beside a finding.
 */
export const reportProblems = (
  i: Pick<ReportInput, 'zero' | 'reason' | 'findings' | 'retract'>,
  before: { version: number; standing: readonly string[] },
): Record<string, string> => {
  const gone = new Set(i.retract.map((r) => r.id))
  const left = before.standing.filter((id) => !gone.has(id)).length + i.findings.length
  if ([...gone].some((id) => !before.standing.includes(id))) return { retract: '要撤回的这一条不在本处的报告里' }
  if (before.version > 0 && i.reason === '') return { reason: '更正请写明理由' }
  if (i.zero && left > 0) return { zero: `还有 ${left} 件发现，不能零报告；确有错报的先撤回` }
  if (!i.zero && left === 0) return { zero: '没有发现问题的，请明确选择零报告' }
  const known = i.findings.flatMap((f) => (f.kind === 'known' ? [f.petitionId] : []))
  if (new Set(known).size < known.length) return { findings: '同一件在册事项报了两次' }
  return {}
}

// ---- the table ----

export interface ReportFacts {
  placeId: string
  seq: number
  zero: boolean
  visited: number
  late: boolean
}
export interface FindingFacts {
  placeId: string
  kind: FindingKind
  retracted: boolean
  grade: Grade | null
  /** Somebody by name answers for it beyond the counter: a leader, a handler, an owner in the area or village. */
  named: boolean
}

/** The columns of the table. Every number but those that count alone is part of exactly one partition of `partitions`. */
export const columns = {
  expected: '应报',
  onTime: '按期',
  late: '逾期',
  blank: '未报',
  zero: '零报告',
  withFindings: '有发现',
  corrected: '更正次数',
  visited: '走访户数',
  found: '发现合计',
  matter: '新登记',
  known: '已在册',
  answered: '当场解答',
  held: '事项合计',
  red: '红色',
  yellow: '黄色',
  blue: '蓝色',
  ungraded: '未定级',
  named: '已落实到人',
  unnamed: '未落实到人',
  retracted: '撤回',
} as const
export type Column = keyof typeof columns
export type Counts = Record<Column, number>
export const Counts = z.object(
  Object.fromEntries(Object.keys(columns).map((k) => [k, z.number()])) as Record<Column, z.ZodNumber>,
)

/** A whole and its parts: what makes the table add up. */
export const partitions: readonly { whole: Column | readonly Column[]; parts: readonly Column[] }[] = [
  { whole: 'expected', parts: ['onTime', 'late', 'blank'] },
  { whole: ['onTime', 'late'], parts: ['zero', 'withFindings'] },
  { whole: 'found', parts: ['matter', 'known', 'answered'] },
  { whole: 'held', parts: ['matter', 'known'] },
  { whole: 'held', parts: ['red', 'yellow', 'blue', 'ungraded'] },
  { whole: 'held', parts: ['named', 'unnamed'] },
]

export const nothing = (): Counts => Object.fromEntries((Object.keys(columns) as Column[]).map((k) => [k, 0])) as Counts
const plus = (a: Counts, b: Counts): Counts =>
  Object.fromEntries((Object.keys(columns) as Column[]).map((k) => [k, a[k] + b[k]])) as Counts

export const standingOf = (first: ReportFacts | undefined): Standing =>
  first === undefined ? 'blank' : first.late ? 'late' : 'onTime'

/** One place's line. The first report settles whether it came in time; the last one says zero or not. */
export const lineOf = (reports: readonly ReportFacts[], findings: readonly FindingFacts[]): Counts => {
  const c = nothing()
  const ordered = [...reports].sort((a, b) => a.seq - b.seq)
  c.expected = 1
  c[standingOf(ordered[0])] = 1
  const last = ordered.at(-1)
  if (last) {
    c[last.zero ? 'zero' : 'withFindings'] = 1
    c.corrected = ordered.length - 1
    c.visited = last.visited
  }
  for (const f of findings) {
    if (f.retracted) {
      c.retracted += 1
      continue
    }
    c.found += 1
    c[f.kind] += 1
    if (f.kind === 'answered') continue
    c.held += 1
    c[f.grade ?? 'ungraded'] += 1
    c[f.named ? 'named' : 'unnamed'] += 1
  }
  return c
}

export const PlaceLine = z.object({
  placeId: z.string(),
  gridId: z.string().nullable(),
  name: z.string(),
  standing: codes(standings),
  corrected: z.number(),
  cadre: z.string(),
  reportedOn: DayText.nullable(),
})
export const VillageLine = z.object({
  villageId: z.string(),
  name: z.string(),
  counts: Counts,
  places: z.array(PlaceLine),
})
export const AreaLine = z.object({
  areaId: z.string(),
  name: z.string(),
  leader: z.string(),
  secretary: z.string(),
  counts: Counts,
  villages: z.array(VillageLine),
})
export const Table = z.object({ areas: z.array(AreaLine), total: Counts })
export type Table = z.infer<typeof Table>

export interface NamedPlace extends PlaceFacts {
  area: string
  village: string
  grid: string | null
  leader: string
  secretary: string
  cadre: string
  firstOn: Day | null
}

/**
 * The table of a campaign: places in the order given, each counted once; a village is the sum of its places, an area of
 * its villages, the town of its areas. Nothing is counted anywhere else.
 */
export const tableOf = (
  places: readonly NamedPlace[],
  reports: readonly ReportFacts[],
  findings: readonly FindingFacts[],
): Table => {
  const group = <T extends { placeId: string }>(list: readonly T[]) => {
    const by = new Map<string, T[]>()
    for (const x of list) by.set(x.placeId, [...(by.get(x.placeId) ?? []), x])
    return by
  }
  const reportsOf = group(reports)
  const findingsOf = group(findings)
  const areas = new Map<string, Table['areas'][number]>()
  const villages = new Map<string, Table['areas'][number]['villages'][number]>()
  for (const p of places) {
    let area = areas.get(p.areaId)
    if (!area) {
      area = {
        areaId: p.areaId,
        name: p.area,
        leader: p.leader,
        secretary: p.secretary,
        counts: nothing(),
        villages: [],
      }
      areas.set(p.areaId, area)
    }
    let village = villages.get(p.villageId)
    if (!village) {
      village = { villageId: p.villageId, name: p.village, counts: nothing(), places: [] }
      villages.set(p.villageId, village)
      area.villages.push(village)
    }
    const line = lineOf(reportsOf.get(p.id) ?? [], findingsOf.get(p.id) ?? [])
    village.counts = plus(village.counts, line)
    village.places.push({
      placeId: p.id,
      gridId: p.gridId,
      name: p.grid ?? p.village,
      standing: line.blank ? 'blank' : line.late ? 'late' : 'onTime',
      corrected: line.corrected,
      cadre: p.cadre,
      reportedOn: p.firstOn,
    })
  }
  const all = [...areas.values()]
  for (const a of all) a.counts = a.villages.reduce((sum, v) => plus(sum, v.counts), nothing())
  return { areas: all, total: all.reduce((sum, a) => plus(sum, a.counts), nothing()) }
}

/** Where a table does not add up, a sentence each; empty when it does. Checked before a campaign is closed. */
export const faultsOf = (t: Table): string[] => {
  const out: string[] = []
  const sum = (c: Counts, keys: Column | readonly Column[]) =>
    (typeof keys === 'string' ? [keys] : keys).reduce((n, k) => n + c[k], 0)
  const name = (keys: Column | readonly Column[]) =>
    (typeof keys === 'string' ? [keys] : keys).map((k) => columns[k]).join('加')
  const check = (where: string, c: Counts) => {
    for (const p of partitions)
      if (sum(c, p.whole) !== sum(c, p.parts))
        out.push(`${where}：${name(p.whole)} ${sum(c, p.whole)}，${name(p.parts)} ${sum(c, p.parts)}`)
  }
  const same = (where: string, c: Counts, parts: readonly Counts[]) => {
    const s = parts.reduce(plus, nothing())
    for (const k of Object.keys(columns) as Column[])
      if (s[k] !== c[k]) out.push(`${where}：${columns[k]} ${c[k]}，各行相加 ${s[k]}`)
  }
  check('全镇', t.total)
  same(
    '全镇',
    t.total,
    t.areas.map((a) => a.counts),
  )
  for (const a of t.areas) {
    check(a.name, a.counts)
    same(
      a.name,
      a.counts,
      a.villages.map((v) => v.counts),
    )
    for (const v of a.villages) {
      check(v.name, v.counts)
      if (v.counts.expected !== v.places.length)
        out.push(`${v.name}：应报 ${v.counts.expected}，列出 ${v.places.length} 处`)
    }
  }
  return out
}

/** Only these areas, with the total over them. */
export const onlyAreas = (t: Table, areaIds: readonly string[]): Table => {
  const areas = t.areas.filter((a) => areaIds.includes(a.areaId))
  return { areas, total: areas.reduce((sum, a) => plus(sum, a.counts), nothing()) }
}

export const Reconciled = z.object({
  /** Screening matters received in the period, as the ledger has them. */
  ledger: z.number(),
  /** Of those: newly registered by this campaign and standing; registered by it and later retracted; not from it. */
  both: z.number(),
  retracted: z.number(),
  ledgerOnly: z.number(),
  /** Newly registered by this campaign, but in the ledger under another channel or day by now. */
  outside: z.number(),
})
export type Reconciled = z.infer<typeof Reconciled>

/** The campaign beside the ledger: ledger = both + retracted + ledgerOnly; newly registered = both + outside. */
export const reconcile = (
  ledger: readonly string[],
  registered: readonly string[],
  retracted: readonly string[],
): Reconciled & { ledgerOnlyIds: string[]; outsideIds: string[] } => {
  const l = new Set(ledger)
  const c = new Set(registered)
  const r = new Set(retracted.filter((id) => !c.has(id)))
  const ledgerOnlyIds = [...l].filter((id) => !c.has(id) && !r.has(id))
  const outsideIds = [...c].filter((id) => !l.has(id))
  return {
    ledger: l.size,
    both: c.size - outsideIds.length,
    retracted: [...r].filter((id) => l.has(id)).length,
    ledgerOnly: ledgerOnlyIds.length,
    outside: outsideIds.length,
    ledgerOnlyIds,
    outsideIds,
  }
}

/** Why a campaign can't be closed now; null when it can. Blanks don't vanish: who closes over them says why. */
export const closeRefusal = (who: Who, c: { state: 'open' | 'closed' }, total: Counts, note: string): string | null =>
  c.state === 'closed'
    ? '本次排查已经结束'
    : !is(who, ...runsCampaign)
      ? '排查由信访办主任结束'
      : total.blank > 0 && note === ''
        ? `还有 ${total.blank} 处没有报告；确需结束的请写明理由`
        : null
