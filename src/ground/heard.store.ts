import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import type { Who } from '../people/roles.ts'
import type { Channel } from '../petitions/petition.ts'
import { findConflicts, wordsIn } from '../petitions/protect/recusal.store.ts'
import { RegisterInput, registerRefusal } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import type { Setting } from '../petitions/store.ts'
import type { FindingInput } from './campaign.ts'

/**
 * Matters heard in a village go into the ledger by the ordinary register move, and conflicts of interest are looked for
 * as at the counter; `on` is the day they were heard. Ids and numbers in the order given. Throws Refused when this post registers nothing.
 */
export const registerHeard = async (
  tx: Tx,
  who: Who,
  place: { channel: Channel; villageId: string | null; gridId: string | null; on: Day },
  heard: (Extract<FindingInput, { kind: 'matter' }> & { readBack?: boolean })[],
  s: Setting,
): Promise<{ id: string; number: string }[]> => {
  if (heard.length === 0) return []
  const no = registerRefusal(who)
  if (no) throw new Refused(no)
  const { on, ...where } = place
  const inputs = heard.map((f) => {
    const unnamed = f.anonymous || f.name === ''
    return RegisterInput.parse({
      ...where,
      receivedOn: on,
      request: f.request,
      anonymous: unnamed,
      headCount: f.headCount,
      place: f.place,
      ...(f.readBack === undefined ? {} : { oral: true, readBack: f.readBack }),
      parties: unnamed ? [] : [{ name: f.name, phone: f.phone }],
    })
  })
  const made = await registerMany(
    tx,
    who,
    inputs.map((input) => ({ input })),
    s,
  )
  for (const [n, i] of inputs.entries()) await findConflicts(tx, who, wordsIn({ ...i, id: made[n]!.id, round: 1 }), s)
  return made
}
