import { type Matter, petitionersOf, type Review } from '../petition.ts'

type Rungs = Pick<Matter, 'reviews' | 'round' | 'opinionNow' | 'parties'>

/** Requests about the opinion that stands: when one is revoked, what was asked about it ends with it. */
export const ladder = (m: Rungs): Review[] =>
  m.reviews.filter((r) => r.round === m.round && r.opinionN === (m.opinionNow?.n ?? 0))

export const isLive = (r: Review): boolean => r.status === 'asked' || r.status === 'admitted'
/** Requests the organ above has still to decide: at most one a level, since who asks later joins. */
export const liveOf = (m: Rungs, level?: Review['level']): Review[] =>
  ladder(m).filter((r) => isLive(r) && (level === undefined || r.level === level))
/** Decided, and not yet in the hands of everybody who asked. */
export const unserved = (m: Rungs): Review[] => ladder(m).filter((r) => r.status === 'decided' && r.servedOn === null)

/** Each named petitioner with a right of his own; one without a name stands for the whole petition. */
export const rightHolders = (m: Rungs): (string | null)[] => {
  const all = petitionersOf(m)
  return all.length > 1 ? all.map((p) => p.id) : [null]
}
const asked = (r: Review, holder: string | null) =>
  r.partyIds.length === 0 || holder === null || r.partyIds.includes(holder)
/** Who asked for this one, by their ids; null stands for the whole petition. */
export const askersOf = (m: Rungs, r: Review): (string | null)[] => rightHolders(m).filter((h) => asked(r, h))

/** The newest decision this petitioner asked for and got: what he may challenge next. */
export const decidedFor = (m: Rungs, holder: string | null): Review | undefined =>
  ladder(m)
    .filter((r) => r.status === 'decided' && r.outcome !== 'revoked' && asked(r, holder))
    .at(-1)

/** Whose right to this level is neither used nor in use (第三十五条、第三十六条): each petitioner has his own. */
export const mayAsk = (m: Rungs, level: Review['level']): (string | null)[] =>
  rightHolders(m).filter((h) => {
    if (liveOf(m).some((r) => asked(r, h))) return false
    const had = decidedFor(m, h)
    return level === 'review' ? had === undefined : had?.level === 'review'
  })

/** The recheck that ends the procedure for those who asked for it, once it is served. */
export const rechecked = (m: Rungs): Review | undefined =>
  ladder(m)
    .filter((r) => r.level === 'recheck' && r.servedOn !== null && r.outcome !== 'revoked')
    .at(-1)
/** The procedure is at its end for every petitioner: nobody can be heard again on the same facts and reasons. */
export const ended = (m: Rungs): boolean => rightHolders(m).every((h) => decidedFor(m, h)?.level === 'recheck')
