import type { Role } from '../people/roles.ts'

/** What each post is first asked about in the morning, in that order; keys of the ready-made filters. */
const usual: Partial<Record<Role, readonly string[]>> = {
  petitionHead: ['mine', 'unassigned', 'soon', 'overdue', 'toRevisit', 'redNoLead', 'silent', 'toSign'],
  clerk: ['mine', 'toRevisit', 'unassigned', 'soon', 'overdue', 'silent'],
  townLeader: ['toSign', 'redNoLead', 'overdue', 'soon', 'silent', 'mine'],
  leadOfficial: ['toSign', 'mine', 'soon', 'overdue', 'silent'],
  areaSecretary: ['mine', 'soon', 'overdue', 'silent', 'toRevisit'],
  unitHandler: ['mine', 'soon', 'overdue', 'silent'],
  villageOfficer: ['mine', 'soon', 'overdue', 'toRevisit'],
  gridWorker: ['mine', 'soon', 'overdue'],
  mediator: ['mine', 'soon', 'overdue'],
  disciplineLiaison: ['mine', 'soon', 'overdue'],
}

/** The counts on the desk of who holds these posts: the usual ones in their order, then every other one that is not nought. */
export const deskCards = <T extends { key: string; n: number }>(
  me: { roles: readonly Role[]; headsUnit: boolean },
  all: readonly T[],
): T[] => {
  const keys = [...new Set([...me.roles.flatMap((r) => usual[r] ?? []), ...(me.headsUnit ? ['unassigned'] : [])])]
  return [
    ...keys.flatMap((k) => all.find((c) => c.key === k) ?? []),
    ...all.filter((c) => !keys.includes(c.key) && c.n > 0),
  ]
}
