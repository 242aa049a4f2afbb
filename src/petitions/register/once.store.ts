import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { Refused } from '../../kit/errors.ts'
import { staffIdOf, type Who } from '../../people/roles.ts'
import { findConflicts, wordsIn } from '../protect/recusal.store.ts'
import { mustSeal } from '../protect/sealed.ts'
import { registerSealed, sealedReceipt } from '../protect/sealing.store.ts'
import { findMatter, type Setting } from '../store.ts'
import { decideRegister, type RegisterInput, registerRefusal } from './move.ts'
import { registerMany } from './register.store.ts'

export interface Receipt {
  id: string
  number: string
  queryCode: string
  /** Sealed at once: the receipt is all that who registered keeps of it. */
  sealed?: boolean
}

/**
 * Register one matter, once for each request id: a repeat is given its own receipt again (第二十二条). Throws Refused when
 * the post may not register, Invalid with a sentence per field.
 */
export const registerOnce = async (
  tx: Tx,
  who: Who,
  input: RegisterInput,
  requestId: string,
  s: Setting,
): Promise<Receipt> => {
  const before = await sql<Receipt>`select p.id, p.number, p.query_code from trace t
    join petition p on p.town_id = t.town_id and p.id = t.subject_id
    where t.town_id = ${who.townId}::uuid and t.request_id = ${requestId}::uuid and t.seq = 1
      and t.staff_id is not distinct from ${staffIdOf(who)}::uuid`.execute(tx)
  if (before.rows[0]) return before.rows[0]
  const no = registerRefusal(who)
  if (no) throw new Refused(no)
  const kept = await sealedReceipt(tx, who, requestId, s)
  if (kept) return { ...kept, sealed: true }
  for (const l of input.links) await findMatter(tx, who, l.toId)
  if (mustSeal(input)) {
    decideRegister(input, who, s.today)
    return { ...(await registerSealed(tx, who, input, s, requestId)), sealed: true }
  }
  const [made] = await registerMany(tx, who, [{ input, requestId }], s)
  await findConflicts(tx, who, wordsIn({ ...input, id: made!.id, round: 1 }), s)
  return { id: made!.id, number: made!.number, queryCode: made!.queryCode }
}
