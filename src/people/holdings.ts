import type { Day } from '../kit/day.ts'
import { administrators, type Role, roles, type Who } from './roles.ts'

/** A post as somebody holds it. */
export interface Held {
  name: string
  role: Role
  rank: number
  areaId: string | null
  villageId: string | null
  gridId: string | null
  unitId: string | null
  heads: boolean
}

/** Rank of a post when nobody says otherwise: 1 is the highest. */
export const usualRank: Record<Role, number> = {
  townLeader: 1,
  leadOfficial: 3,
  disciplineLiaison: 4,
  petitionHead: 5,
  areaSecretary: 5,
  mediator: 7,
  unitHandler: 7,
  clerk: 8,
  villageOfficer: 9,
  gridWorker: 9,
  auditor: 9,
  systemAdmin: 9,
  securityAdmin: 9,
  auditAdmin: 9,
}

/** A post is held from the first day to the day before the last. */
export const current = (h: { since: Day; until: Day | null }, today: Day): boolean =>
  h.since <= today && (h.until === null || today < h.until)

/**
 * What the posts held today make of a person. A place counts only with the role it belongs to:
 * a leader in charge of a village does not read it as the village's own officer does.
 */
export const whoFrom = (person: { townId: string; staffId: string; name: string }, held: readonly Held[]): Who => {
  const byRank = [...held].sort((a, b) => a.rank - b.rank)
  const ids = (role: Role, key: 'areaId' | 'villageId' | 'gridId' | 'unitId') => [
    ...new Set(held.filter((h) => h.role === role).flatMap((h) => h[key] ?? [])),
  ]
  return {
    ...person,
    post: byRank[0]?.name ?? '',
    roles: [...new Set(byRank.map((h) => h.role))],
    areaIds: ids('areaSecretary', 'areaId'),
    villageIds: ids('villageOfficer', 'villageId'),
    gridIds: ids('gridWorker', 'gridId'),
    unitIds: ids('unitHandler', 'unitId'),
    headsUnit: held.some((h) => h.role === 'unitHandler' && h.unitId !== null && h.heads),
    rank: byRank[0]?.rank ?? 99,
  }
}

/** Why these roles may not meet in one person (三员分立); null when they may. */
export const rolesRefusal = (held: readonly Role[]): string | null => {
  const all = [...new Set(held)]
  const admin = administrators.find((a) => all.includes(a))
  const other = all.find((r) => r !== admin)
  return admin && other ? `三员分立：${roles[admin]}不能同时担任${roles[other]}` : null
}
