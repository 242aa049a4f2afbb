import { afterMoves } from './after.ts'
import { agreementMoves } from './agreement.ts'
import { confirmMoves } from './confirm.ts'
import { intakeMoves } from './intake.ts'
import { messageMoves } from './message.ts'
import type { DisputeMove } from './move.ts'
import { performanceMoves } from './performance.ts'
import { sessionMoves } from './session.ts'

/** Every move of a dispute by its name; one route serves them all. */
export const disputeMoves = {
  ...intakeMoves,
  ...sessionMoves,
  ...messageMoves,
  ...agreementMoves,
  ...performanceMoves,
  ...confirmMoves,
  ...afterMoves,
} as const
export type DisputeMoveName = keyof typeof disputeMoves
export const moveNames = Object.keys(disputeMoves) as DisputeMoveName[]
export const moveOf = (name: string): DisputeMove<unknown> | undefined =>
  Object.hasOwn(disputeMoves, name) ? (disputeMoves[name as DisputeMoveName] as DisputeMove<unknown>) : undefined
