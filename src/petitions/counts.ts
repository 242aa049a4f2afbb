import type { Petition } from './petition.ts'

/** The counter row a matter stands in. */
export interface CountKey {
  villageId: string
  step: string
  grade: string
  isKey: boolean
  sealed: boolean
}

export const nowhere = '00000000-0000-0000-0000-000000000000'

export const countKey = (p: Pick<Petition, 'villageId' | 'step' | 'grade' | 'isKey' | 'sealed'>): CountKey => ({
  villageId: p.villageId ?? nowhere,
  step: p.step,
  grade: p.grade ?? 'none',
  isKey: p.isKey,
  sealed: p.sealed,
})

/** What a move takes from one counter and gives to another; nothing when the matter stays where it is counted. */
export const countMoves = (before: CountKey | null, after: CountKey): { key: CountKey; n: number }[] =>
  before && JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [...(before ? [{ key: before, n: -1 }] : []), { key: after, n: 1 }]
