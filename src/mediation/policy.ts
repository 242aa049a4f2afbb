import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import { caseWorkers, is } from '../people/roles.ts'
import type { Dispute } from './dispute/dispute.ts'
import { headsCentre, type Mediator } from './network/network.ts'

/** file: everything but other people's caucus notes · outline: that it is there, where it stands and how it ended, no words · none. */
export type Look = 'file' | 'outline' | 'none'

type Seen = Pick<
  Dispute,
  'townId' | 'state' | 'stationId' | 'registeredBy' | 'mediatorIds' | 'formerIds' | 'barredIds' | 'followerId'
>

/**
 * The one rule of confidentiality (人民调解法第十五条第四项、第二十三条): what the parties said is for the mediators, the head of the
 * committee that has the dispute and seals its agreement, and whoever visits afterwards. Colleagues of the station, whoever reported or
 * passed it on, and the heads of the centre see how it stands. A leader's post opens nothing.
 */
export const looksAt = (me: Mediator, d: Seen): Look => {
  if (d.townId !== me.townId || d.barredIds.includes(me.staffId) || me.petitionId !== undefined) return 'none'
  if (!is(me, ...caseWorkers)) return 'none'
  const here = me.seats.filter((s) => s.stationId === d.stationId && s.duty !== 'expert')
  if (
    d.mediatorIds.includes(me.staffId) ||
    d.followerId === me.staffId ||
    here.some((s) => s.duty === 'head' || s.duty === 'deputy') ||
    // Whoever wrote the report down still has it before them until it is taken up.
    (d.registeredBy === me.staffId && d.state === 'registered')
  )
    return 'file'
  if (here.length || d.registeredBy === me.staffId || d.formerIds.includes(me.staffId) || headsCentre(me))
    return 'outline'
  return 'none'
}

/** Why this person registers no disputes; null when he does. Leaders and supervisors do not. */
export const registerRefusal = (me: Mediator): string | null =>
  is(me, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'gridWorker', 'mediator') || me.seats.length > 0
    ? null
    : '由调解网络成员、村和管区、信访窗口登记'

/** Who may add material: whoever reads the file, and whoever registered it, whose photos may come over a bad line after the mediators took over. */
export const addsFiles = (me: Mediator, d: Seen): boolean => {
  const look = looksAt(me, d)
  return look === 'file' || (look === 'outline' && d.registeredBy === me.staffId)
}

/** Disputes of which this person sees at least the outline: list, totals and single record ask here. A property test holds it to `looksAt`. */
export const disputeVisibleTo =
  (me: Mediator) =>
  (eb: ExpressionBuilder<DB, 'dispute'>): Expression<SqlBool> => {
    if (me.petitionId !== undefined || !is(me, ...caseWorkers)) return sql<SqlBool>`false`
    const stations = me.seats.filter((s) => s.duty !== 'expert').map((s) => s.stationId)
    return eb.and([
      eb('dispute.townId', '=', me.townId),
      sql<SqlBool>`not (${me.staffId}::uuid = any (dispute.barred_ids))`,
      headsCentre(me)
        ? sql<SqlBool>`true`
        : eb.or([
            sql<SqlBool>`${me.staffId}::uuid = any (dispute.mediator_ids)`,
            sql<SqlBool>`${me.staffId}::uuid = any (dispute.former_ids)`,
            eb('dispute.registeredBy', '=', me.staffId),
            eb('dispute.followerId', '=', me.staffId),
            sql<SqlBool>`dispute.station_id = any (${stations}::uuid[])`,
          ]),
    ])
  }

/** A caucus is between the mediator and one party: nobody else reads the note, whatever the post. */
export const readsRecord = (me: Pick<Mediator, 'staffId'>, record: { privateTo: string | null }): boolean =>
  record.privateTo === null || record.privateTo === me.staffId
