import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { text } from '../../kit/text.ts'
import { is, type Role, type Who } from '../../people/roles.ts'
import { addMonths } from '../../petitions/clocks.ts'
import { DayText } from '../../petitions/petition.ts'

/** Levels of the network, the lowest first; a dispute goes up one at a time, and joint mediation stands above the centre. */
export const levels = { village: '村调解点', area: '片区调解站', centre: '镇调解中心' } as const
export type Level = keyof typeof levels
export const duties = {
  head: '主任',
  deputy: '副主任',
  mediator: '调解员',
  grid: '网格员',
  expert: '特邀（律师、专家）',
} as const
export type Duty = keyof typeof duties
export const weekdays = {
  1: '星期一',
  2: '星期二',
  3: '星期三',
  4: '星期四',
  5: '星期五',
  6: '星期六',
  7: '星期日',
} as const

const words = z.array(z.string().trim().min(1).max(60, '每项不能超过 60 字')).max(20, '最多二十项').default([])

export const Roster = z.array(z.object({ weekday: z.int().min(1).max(7), memberId: z.uuid() })).max(40)
export const Station = z.object({
  id: z.string(),
  level: codes(levels),
  name: z.string(),
  areaId: z.string().nullable(),
  villageId: z.string().nullable(),
  committee: z.string(),
  room: z.string(),
  hours: z.string(),
  phone: z.string(),
  roster: Roster,
  active: z.boolean(),
  version: z.number(),
})
export type Station = z.infer<typeof Station>

/** 人民调解法第十五条: what a mediator must not do, and what follows. */
export const faults = {
  bias: '偏袒一方当事人',
  insult: '侮辱当事人',
  benefit: '索取、收受财物或者牟取其他不正当利益',
  leak: '泄露当事人的个人隐私、商业秘密',
} as const
export const measures = { correct: '批评教育、责令改正', remove: '罢免或者解聘' } as const
export const Fault = z.object({
  kind: codes(faults),
  measure: codes(measures),
  facts: z.string(),
  on: DayText,
  byName: z.string(),
})

export const Member = z.object({
  id: z.string(),
  stationId: z.string(),
  staffId: z.string().nullable(),
  name: z.string(),
  female: z.boolean().nullable(),
  duty: codes(duties),
  since: DayText,
  until: DayText,
  endedOn: DayText.nullable(),
  endedReason: z.string(),
  fields: z.array(z.string()),
  languages: z.array(z.string()),
  interests: z.array(z.string()),
  gridId: z.string().nullable(),
  faults: z.array(Fault),
  version: z.number(),
})
export type Member = z.infer<typeof Member>

export const StationInput = z.object({
  committee: text(60).min(1, '请写明盖章的人民调解委员会'),
  room: text(100),
  hours: text(100),
  phone: text(40),
  roster: Roster,
})
export type StationInput = z.infer<typeof StationInput>

export const MemberInput = z
  .object({
    staffId: z.uuid().nullable().default(null),
    name: text(30).default(''),
    female: z.boolean().nullable().default(null),
    duty: codes(duties),
    since: DayText,
    fields: words,
    languages: words,
    interests: words,
    gridId: z.uuid().nullable().default(null),
  })
  .refine((m) => m.staffId !== null || m.name !== '', { path: ['name'], message: '请填写姓名，或选择工作人员' })
  .refine((m) => m.duty === 'expert' || m.staffId !== null, {
    path: ['staffId'],
    message: '外单位的人只能是特邀的律师、专家',
  })
export type MemberInput = z.infer<typeof MemberInput>

/** What can be done with a seat: it ends, goes on for a term, changes in its facts, or a fault of its holder is dealt with. */
export const MemberAct = z.discriminatedUnion('how', [
  z.object({ how: z.literal('end'), reason: text(200).min(1, '请写明理由') }),
  z.object({ how: z.literal('renew') }),
  z.object({
    how: z.literal('facts'),
    fields: words,
    languages: words,
    interests: words,
    female: z.boolean().nullable(),
  }),
  z.object({
    how: z.literal('fault'),
    kind: codes(faults, '请选择是什么行为'),
    measure: codes(measures, '请选择怎样处理'),
    facts: text(500).min(1, '请写明查实的情况'),
  }),
])
export type MemberAct = z.infer<typeof MemberAct>

/** 人民调解法第十三条：人民调解委员会委员每届任期三年，可以连选连任。The day the term is over. */
export const termEnd = (since: Day): Day => addMonths(since, 36)
/** Why somebody can't be appointed so at a station; null when he can. `grids` are those of the station's village. */
export const appointRefusal = (
  m: Pick<MemberInput, 'duty' | 'since' | 'gridId'>,
  s: Pick<Station, 'level'>,
  grids: readonly { id: string }[],
  today: Day,
): { field: 'since' | 'gridId' | 'duty'; says: string } | null =>
  termEnd(m.since) <= today
    ? { field: 'since', says: '这一天起算的任期已经届满' }
    : m.duty === 'grid' && s.level !== 'village'
      ? { field: 'duty', says: '网格员在村调解点聘任' }
      : m.duty === 'grid' && !grids.some((g) => g.id === m.gridId)
        ? { field: 'gridId', says: '请选择本村的网格' }
        : m.duty !== 'grid' && m.gridId !== null
          ? { field: 'gridId', says: '只有网格员有网格' }
          : null
/** 人民调解法第八条：委员三至九人组成，应当有妇女成员。 */
export const committeeSize = { least: 3, most: 9 } as const

/** Whether the seat is held on a day. */
export const seated = (m: Pick<Member, 'since' | 'until' | 'endedOn'>, today: Day): boolean =>
  m.since <= today && today < m.until && (m.endedOn === null || today < m.endedOn)

/** A seat of the person asking. */
export interface Seat {
  memberId: string
  stationId: string
  level: Level
  duty: Duty
}
/** Who is asking, with the seats held today. */
export type Mediator = Who & { seats: readonly Seat[] }

export const heads = (me: Mediator, stationId: string): boolean =>
  me.seats.some((s) => s.stationId === stationId && (s.duty === 'head' || s.duty === 'deputy'))
export const headsCentre = (me: Mediator): boolean =>
  me.seats.some((s) => s.level === 'centre' && (s.duty === 'head' || s.duty === 'deputy'))

/** Why this person may not change a station or its members; the centre's heads keep the network, each head the own station. */
export const keepRefusal = (me: Mediator, stationId: string | null): string | null =>
  is(me, 'petitionHead') || headsCentre(me) || (stationId !== null && heads(me, stationId))
    ? null
    : '由镇调解中心主任、副主任、信访办主任维护；各站点的资料也可以由本站主任维护'

export interface Gap {
  stationId: string
  says: string
}
/** What a station lacks: seats nobody holds, terms that are over or end within sixty days, the law's own composition. */
export const gapsOf = (
  s: Pick<Station, 'id' | 'level'>,
  members: readonly Member[],
  grids: readonly { id: string; name: string }[],
  today: Day,
  soon: Day,
): Gap[] => {
  const own = members.filter((m) => m.stationId === s.id && m.endedOn === null)
  const now = own.filter((m) => seated(m, today))
  const board = now.filter((m) => m.duty !== 'expert')
  const says: string[] = []
  if (!now.some((m) => m.duty === 'head')) says.push('缺主任')
  for (const g of grids) if (!now.some((m) => m.gridId === g.id)) says.push(`${g.name}缺网格员`)
  if (board.length < committeeSize.least) says.push(`委员 ${board.length} 人，不足三人（人民调解法第八条）`)
  if (board.length > committeeSize.most) says.push(`委员 ${board.length} 人，多于九人（人民调解法第八条）`)
  if (board.length > 0 && !board.some((m) => m.female !== false)) says.push('没有妇女成员（人民调解法第八条）')
  for (const m of own.filter((x) => x.until <= today)) says.push(`${m.name}任期已于 ${m.until} 届满，应换届`)
  for (const m of now.filter((x) => x.until <= soon)) says.push(`${m.name}任期将于 ${m.until} 届满`)
  return says.map((x) => ({ stationId: s.id, says: x }))
}

/** A person of the office as the network is first made: the posts held. */
export interface Colleague {
  staffId: string
  name: string
  posts: readonly {
    role: Role
    areaId: string | null
    villageId: string | null
    gridId: string | null
    unitName: string | null
    heads: boolean
  }[]
}

/** Which seats follow from posts: officer and grid workers at the village point, secretary at the area station, the office at the centre. */
export const seatsFrom = (
  people: readonly Colleague[],
): {
  staffId: string
  name: string
  duty: Duty
  at: { level: Level; placeId: string | null }
  gridId: string | null
}[] =>
  people.flatMap((p) =>
    p.posts.flatMap((o) => {
      const seat = (duty: Duty, level: Level, placeId: string | null, gridId: string | null = null) => [
        { staffId: p.staffId, name: p.name, duty, at: { level, placeId }, gridId },
      ]
      if (o.role === 'villageOfficer') return seat('head', 'village', o.villageId)
      if (o.role === 'gridWorker') return seat('grid', 'village', o.villageId, o.gridId)
      if (o.role === 'areaSecretary') return seat('head', 'area', o.areaId)
      if (o.role === 'petitionHead') return seat('head', 'centre', null)
      if (o.role === 'mediator') return seat('mediator', 'centre', null)
      if (o.role === 'unitHandler' && o.unitName?.includes('司法'))
        return seat(o.heads ? 'deputy' : 'mediator', 'centre', null)
      return []
    }),
  )
