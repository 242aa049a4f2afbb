import { acceptMoves } from '../accept/move.ts'
import { assignMoves } from '../assign/move.ts'
import { carryMoves } from '../carry/move.ts'
import { handleMoves } from '../handle/move.ts'
import { passMoves } from '../pass/move.ts'
import { registerMoves } from '../register/move.ts'
import { replyMoves } from '../reply/move.ts'
import { reviewMoves } from '../review/move.ts'
import { revisitMoves } from '../revisit/move.ts'
import { signoffMoves } from '../signoff/move.ts'

/** The steps of the menu by subject, in the order of the work; what is in none is a paper or supervision. */
const subjects: [string, object][] = [
  ['登记和受理', { ...registerMoves, ...acceptMoves }],
  ['交办和责任', { ...assignMoves, ...carryMoves, ...passMoves }],
  ['办理', handleMoves],
  ['答复和复查', { ...replyMoves, ...reviewMoves }],
  ['回访和销号', { ...revisitMoves, ...signoffMoves }],
]
const others = '文书和督办'

type Offered = { move: string; refusal: string | null }

/** What can be done now, by subject; what can't, apart with its reasons. */
export const offerGroups = <O extends Offered>(all: O[]): { may: { name: string; offers: O[] }[]; mayNot: O[] } => {
  const may = all.filter((o) => o.refusal === null)
  const subjectOf = (o: O) => subjects.find(([, moves]) => o.move in moves)?.[0] ?? others
  return {
    may: [...subjects.map(([name]) => name), others]
      .map((name) => ({ name, offers: may.filter((o) => subjectOf(o) === name) }))
      .filter((g) => g.offers.length > 0),
    mayNot: all.filter((o) => o.refusal !== null),
  }
}
