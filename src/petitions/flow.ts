import type { Day } from '../kit/day.ts'
import type { Who } from '../people/roles.ts'
import { acceptMoves } from './accept/move.ts'
import { assignMoves } from './assign/move.ts'
import { carryMoves } from './carry/move.ts'
import { handleMoves } from './handle/move.ts'
import type { Move } from './move.ts'
import { paperMoves } from './paper/move.ts'
import { passMoves } from './pass/move.ts'
import type { Matter } from './petition.ts'
import { pressureMoves } from './protect/pressure.ts'
import { registerMoves } from './register/move.ts'
import { replyMoves } from './reply/move.ts'
import { reviewMoves } from './review/move.ts'
import { revisitMoves } from './revisit/move.ts'
import { signoffMoves } from './signoff/move.ts'

/** Every move there is, by name. The address of a move is its name. */
export const moves = {
  ...registerMoves,
  ...acceptMoves,
  ...assignMoves,
  ...handleMoves,
  ...carryMoves,
  ...passMoves,
  ...pressureMoves,
  ...replyMoves,
  ...reviewMoves,
  ...revisitMoves,
  ...signoffMoves,
  ...paperMoves,
}
export type MoveName = keyof typeof moves

export const moveOf = (name: string): Move | undefined =>
  Object.hasOwn(moves, name) ? (moves[name as MoveName] as unknown as Move) : undefined

export interface Offer {
  move: MoveName
  label: string
  confirm: string | null
  refusal: string | null
  primary: boolean
}

/** Every move with its refusal or none, for the page: the first lawful primary one is the one big button. */
export const offers = (m: Matter, who: Who, today: Day): Offer[] =>
  (Object.keys(moves) as MoveName[]).map((name) => {
    const it = moves[name] as unknown as Move
    const refusal = it.refusal(m, who, today)
    return {
      move: name,
      label: it.label,
      confirm: it.confirm ?? null,
      refusal,
      primary: refusal === null && (it.primary?.(m, who) ?? false),
    }
  })

/** What is still missing for the next lawful step, as sentences; empty when nothing is. */
export { missingFor } from './missing.ts'
