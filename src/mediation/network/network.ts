import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
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

const text = (max: number) => z.string().trim().max(max, `不能超过 ${max} 字`)
const words = z.array(z.string().trim().min(1).max(60)).max(20, '最多二十项').default([])

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

/** 人民调解法第十三条：人民调解委员会委员每届任期三年，可以连选连任。The day the term is over. */
export const termEnd = (since: Day): Day => addMonths(since, 36)
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
