import { sql } from 'kysely'
import { type Tx, writeTrace } from '../../audit/trace.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { is, type Who } from '../../people/roles.ts'
import type { Setting } from '../store.ts'
import type { Kin } from './kin.ts'

/** Only the person and the security administrator; to anyone else there is nothing here. */
const mine = (who: Who, staffId: string) => staffId === who.staffId || is(who, 'securityAdmin')

/** The kin a person has declared, for recusal and nothing else. Throws NotFound for whoever may not see it. */
export const kinOf = async (
  tx: Tx,
  who: Who,
  staffId: string,
): Promise<{ name: string; kin: Kin[]; version: number }> => {
  const r = await sql<{ name: string; kin: Kin[]; version: number }>`select name, version,
      case when jsonb_array_length(kin_declared) > 0 then kin_declared
        else (select coalesce(jsonb_agg(jsonb_build_object('name', k, 'relation', 'other')), '[]') from unnest(kin) k) end as kin
    from staff where town_id = ${who.townId}::uuid and id = ${staffId}::uuid and ${mine(who, staffId)}::boolean`.execute(
    tx,
  )
  if (!r.rows[0]) throw new NotFound()
  return r.rows[0]
}

/** Declare anew; the names also serve the search for conflicts. The trace tells how many, never who. */
export const declareKin = async (
  tx: Tx,
  who: Who,
  given: { staffId: string; version: number; kin: Kin[] },
  s: Setting,
): Promise<void> => {
  const before = await kinOf(tx, who, given.staffId)
  if (before.version !== given.version)
    throw new Refused('他人刚修改过此人员，请看过最新的内容再填；您填写的内容没有丢失')
  const kin = given.kin.filter((k) => k.name !== '')
  await sql`update staff set kin_declared = ${JSON.stringify(kin)}::jsonb, kin = ${kin.map((k) => k.name)}::text[], version = version + 1
    where town_id = ${who.townId}::uuid and id = ${given.staffId}::uuid`.execute(tx)
  await writeTrace(
    tx,
    who,
    {
      subjectId: given.staffId,
      subjectKind: 'staff',
      kind: 'staff',
      says: `申报近亲属 ${kin.length} 名（仅用于回避）`,
    },
    s.now,
  )
}
