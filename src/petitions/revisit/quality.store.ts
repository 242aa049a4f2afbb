import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import type { Change } from '../move.ts'
import type { Matter } from '../petition.ts'

/** Whether this change says that the petitioner is not content, whoever wrote it down. */
export const calledBad = ({ kind, set, rate }: Pick<Change, 'kind' | 'set' | 'rate'>): boolean =>
  kind === 'revisit' && [set?.ratingOffice, set?.ratingUnit, rate?.office, rate?.unit].some((r) => r === 'dissatisfied')

/**
 * A bad rating opens a check of the work, one a round, and never a visit to change the rating. Returns whom to tell: the heads of the
 * petition office, or for a sealed matter the liaison.
 */
export const openQuality = async (
  tx: Tx,
  m: Pick<Matter, 'townId' | 'id' | 'round' | 'number' | 'sealed'>,
  at: { today: Day; now: Date },
): Promise<NonNullable<Change['tell']>> => {
  const opened = await sql`insert into quality_check (town_id, id, petition_id, round, opened_on)
    values (${m.townId}::uuid, ${uuidv7(at.now.getTime())}::uuid, ${m.id}::uuid, ${m.round}, ${at.today}::date)
    on conflict (town_id, petition_id, round) do nothing returning 1`.execute(tx)
  if (opened.rows.length === 0) return []
  const heads = await sql<{ staffId: string }>`
    select distinct h.staff_id from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
    where h.town_id = ${m.townId}::uuid and p.role = ${m.sealed ? 'disciplineLiaison' : 'petitionHead'}
      and h.since <= ${at.today}::date and (h.until is null or h.until > ${at.today}::date)`.execute(tx)
  return heads.rows.map(({ staffId }) => ({
    staffId,
    says: `${m.number} 的信访人评价不满意，请做质量检查；不得上门要求改评价`,
    kind: 'quality',
  }))
}
