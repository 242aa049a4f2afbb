import type { DocumentKind } from '../documents/catalogue.ts'
import type { Day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import { withConsultation } from './carry/consult.ts'
import type { Change, Law, PartyChange } from './move.ts'
import type { Matter, Party } from './petition.ts'
import { nextDue, wind } from './wind.ts'

/** An opinion nobody has worked on yet. */
export const blankOpinion = {
  request: '',
  facts: '',
  reasons: '',
  opinion: '',
  legalBasis: '',
  remedy: '',
  draftedBy: null,
  draftedOn: null,
  checkedBy: null,
  checkedOn: null,
  signedBy: null,
  signedOn: null,
  returnedReason: '',
  documentId: null,
}

/** The people of a matter after a change: the same person keeps the row, and with it service, rating and right. Pure. */
export const keepParties = (before: Party[], given: PartyChange[]): Party[] => {
  const taken = new Set<string>()
  return given.map((p, sort) => {
    const was =
      before.find((b) => b.id === p.id && !taken.has(b.id)) ??
      before.find((b) => !taken.has(b.id) && b.role === p.role && b.name === p.name)
    if (was) taken.add(was.id)
    return {
      ...p,
      id: was?.id ?? uuidv7(),
      sort,
      ratingOffice: was?.ratingOffice ?? null,
      ratingUnit: was?.ratingUnit ?? null,
      ratedOn: was?.ratedOn ?? null,
    }
  })
}

/**
 * A matter after a change, without a database: what the store writes, as a value. Papers are issued bare (kind and day only).
 * For models and what-ifs; the store's own writing is held to it by the tests of whole lives.
 */
export const applied = (before: Matter, change: Change, who: Who, today: Day, law: Law): Matter => {
  const set = change.set ?? {}
  const round = set.round ?? before.round
  const wound = wind(before, withConsultation(before, { ...before, ...set }, change, today), round, today, law)
  const at = `${today}T09:00:00.000Z`
  const by = { byName: who.name, at }
  const m: Matter = {
    ...before,
    ...set,
    ...nextDue(wound.all),
    clocks: wound.all,
    uncounted: wound.uncounted,
    version: before.version + 1,
  }
  if (round !== before.round) Object.assign(m, { opinionNow: null, tests: [], reviews: [], outcomes: [] })
  if (change.parties) m.parties = keepParties(before.parties, change.parties)
  if (change.rate) {
    const { partyId, office, unit, on } = change.rate
    m.parties = m.parties.map((p) =>
      p.id === partyId ? { ...p, ratingOffice: office, ratingUnit: unit, ratedOn: on } : p,
    )
  }
  if (change.claims) m.claims = change.claims.map((c, sort) => ({ ...c, id: uuidv7(), sort }))
  if (change.record) {
    const { kind, onDay, body, data = {} } = change.record
    m.records = [...m.records, { id: uuidv7(), kind, onDay, body, data, staffId: who.staffId, ...by }]
  }
  if (change.opinion) {
    const { new: fresh, ...o } = change.opinion
    m.opinionNow = fresh
      ? {
          id: uuidv7(),
          round,
          n: (before.opinionNow?.n ?? 0) + 1,
          status: 'draft',
          ...blankOpinion,
          ...o,
        }
      : before.opinionNow && { ...before.opinionNow, ...o }
  }
  if (change.tests) m.tests = change.tests
  if (change.review?.new) m.reviews = [...m.reviews, { id: uuidv7(), round, ...change.review.row }]
  else if (change.review) {
    const { rows } = change.review
    m.reviews = m.reviews.map((r) => ({ ...r, ...rows.find((c) => c.id === r.id) }))
  }
  if (change.tasks)
    m.tasks = [
      ...m.tasks.map((t) => ({ ...t, ...change.tasks!.change?.find((c) => c.id === t.id) })),
      ...(change.tasks.new ?? []).map((t) => ({ id: uuidv7(), round, ...t })),
    ]
  for (const given of change.outcomes ?? []) {
    const row = { round, ...given }
    m.outcomes = [...m.outcomes.filter((o) => o.outcome !== row.outcome), row]
  }
  for (const paper of change.papers ?? [])
    m.documents = [
      ...m.documents,
      {
        id: uuidv7(),
        kind: paper.kind as DocumentKind,
        number: null,
        title: paper.kind,
        issuedOn: today,
        sha256: '',
        version: 1,
        replacesId: null,
        reason: '',
        ...by,
      } as never,
    ]
  if (change.service) m.services = [...m.services, { id: uuidv7(), partyId: null, ...change.service, ...by } as never]
  return m
}
