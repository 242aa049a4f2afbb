import { is, type Role, type Who } from '../people/roles.ts'
import type { Seat } from '../people/seats.ts'
import { bearerAt, holding } from '../petitions/pass/pass.ts'

/** Who answers for a place of a screening, who stands in for them today, and who is asked while it is blank. Pure. */
export interface PlaceFacts {
  id: string
  areaId: string
  villageId: string
  gridId: string | null
  leaderId: string | null
  secretaryId: string | null
  cadreId: string | null
  /** How often it has been reported. */
  version: number
}
type Placed = Pick<PlaceFacts, 'areaId' | 'villageId' | 'gridId' | 'leaderId' | 'cadreId'>

/** Those who answer for a place, the nearest first; within a level who was named, then whoever holds the post today. */
const lineOf = (p: Placed, seats: readonly Seat[]): { what: string; ids: readonly string[] }[] => {
  const holders = (role: Role, at: (s: Seat) => boolean) =>
    seats.flatMap((s) => (s.role === role && at(s) && s.staffId ? [s.staffId] : []))
  const named = (id: string | null) => (id ? [id] : [])
  const own = p.gridId
    ? holders('gridWorker', (s) => s.gridId === p.gridId)
    : holders('villageOfficer', (s) => s.villageId === p.villageId)
  return [
    { what: p.gridId ? '网格员' : '包村人员', ids: [...new Set([...named(p.cadreId), ...own])] },
    { what: '管区书记', ids: holders('areaSecretary', (s) => s.areaId === p.areaId) },
    { what: '包管区领导', ids: named(p.leaderId) },
  ]
}

/** Who stands in today for somebody on leave: a deputy in a working post who is there; undefined when nobody does. */
const standIn = (s: Seat, seats: readonly Seat[]): { staffId: string; name: string } | undefined =>
  s.away && s.deputyId && holding(seats).includes(s.deputyId) && !seats.some((x) => x.staffId === s.deputyId && x.away)
    ? { staffId: s.deputyId, name: s.deputy }
    : undefined

/** For whom this person stands in at a place today: the name of who is on leave; '' when for nobody. */
export const standsInFor = (who: Pick<Who, 'staffId'>, p: Placed, seats: readonly Seat[]): string => {
  const ids = lineOf(p, seats).flatMap((l) => l.ids)
  return (
    seats.find((s) => s.staffId && ids.includes(s.staffId) && standIn(s, seats)?.staffId === who.staffId)?.staff ?? ''
  )
}

/** Whether this person answers for the place: its own officer or grid worker, those who cover it, or who stands in for them. */
export const reportsFor = (who: Who, p: PlaceFacts, seats: readonly Seat[]): boolean =>
  [p.leaderId, p.secretaryId, p.cadreId].includes(who.staffId) ||
  (is(who, 'villageOfficer') && who.villageIds.includes(p.villageId)) ||
  (is(who, 'gridWorker') && p.gridId !== null && who.gridIds.includes(p.gridId)) ||
  (is(who, 'areaSecretary') && who.areaIds.includes(p.areaId)) ||
  standsInFor(who, p, seats) !== ''

/** Who is told of a blank, and in `notes` everyone passed over on the way, with the reason. */
export interface Chased {
  staffId: string
  name: string
  notes: readonly string[]
  how: 'own' | 'standIn' | 'above'
}

/**
 * The one who is asked for a blank: the nearest who answers for the place and is there, or stands in for who is on leave; else
 * the office. Null only when the whole town has nobody.
 */
export const chasedFor = (p: Placed, seats: readonly Seat[]): Chased | null => {
  const working = holding(seats)
  const notes: string[] = []
  for (const [n, { what, ids }] of lineOf(p, seats).entries()) {
    if (ids.length === 0) notes.push(`${what}空缺`)
    for (const id of ids) {
      const s = working.includes(id) ? seats.find((x) => x.staffId === id) : undefined
      if (!s) {
        notes.push(`${what}已不在岗`)
        continue
      }
      if (!s.away) return { staffId: id, name: s.staff, notes, how: n === 0 ? 'own' : 'above' }
      const other = standIn(s, seats)
      if (other) {
        notes.push(`${what}${s.staff}请假，由代理人${other.name}代收`)
        return { ...other, notes, how: n === 0 ? 'standIn' : 'above' }
      }
      notes.push(`${what}${s.staff}请假，没有能代收的人`)
    }
  }
  const nobody = { areaId: null, villageId: null, mainUnitId: null, mainHandlerId: null, barredIds: [] }
  const office = bearerAt('town', nobody, seats)
  return office && { staffId: office.staffId, name: office.name, notes: [...notes, ...office.notes], how: 'above' }
}

/** How many of the blanks were asked of somebody else, and why; '' when none. */
export const chaseSays = (n: { stoodIn: number; passedUp: number }): string =>
  [
    n.stoodIn ? `，其中 ${n.stoodIn} 处包保人请假，由代理人代收` : '',
    n.passedUp ? `，${n.stoodIn ? '' : '其中 '}${n.passedUp} 处没有人在岗，由上一级代收` : '',
  ].join('')
