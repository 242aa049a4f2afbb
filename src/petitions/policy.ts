import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import { is, type Who } from '../people/roles.ts'
import type { Petition } from './petition.ts'

/** What of a matter decides who sees it. */
export type Seen = Pick<
  Petition,
  | 'id'
  | 'townId'
  | 'sealed'
  | 'barredIds'
  | 'registeredBy'
  | 'holderId'
  | 'leadOfficialId'
  | 'mainHandlerId'
  | 'areaOwnerId'
  | 'villageOwnerId'
  | 'signerId'
  | 'approverId'
  | 'areaId'
  | 'villageId'
  | 'gridId'
  | 'mainUnitId'
  | 'assistUnitIds'
>

/** Named on the matter itself: its registrar, holder, owners, signer, approver. */
const personal = [
  'registeredBy',
  'holderId',
  'leadOfficialId',
  'mainHandlerId',
  'areaOwnerId',
  'villageOwnerId',
  'signerId',
  'approverId',
] as const

/** Posts that take part in case work at all; administrators and the auditor see no matter. */
const worksOnMatters = (who: Who) =>
  is(
    who,
    'clerk',
    'petitionHead',
    'areaSecretary',
    'villageOfficer',
    'gridWorker',
    'unitHandler',
    'leadOfficial',
    'townLeader',
    'mediator',
  )

/**
 * Whether this person may see this matter: the access matrix of the domain reference §12.
 * The same rule as `visibleTo`; a property test holds the two together.
 */
export const sees = (who: Who, p: Seen): boolean => {
  if (p.townId !== who.townId || p.barredIds.includes(who.staffId)) return false
  // A petitioner sees the matter opened by its number and code, and nothing else.
  if (who.petitionId !== undefined) return p.id === who.petitionId
  // 第三十条：检举控告只有纪检联络员可见
  if (p.sealed) return is(who, 'disciplineLiaison')
  if (!worksOnMatters(who)) return false
  if (is(who, 'clerk', 'petitionHead')) return true
  return (
    personal.some((k) => p[k] === who.staffId) ||
    (is(who, 'areaSecretary') && p.areaId !== null && who.areaIds.includes(p.areaId)) ||
    (is(who, 'villageOfficer') && p.villageId !== null && who.villageIds.includes(p.villageId)) ||
    (is(who, 'gridWorker') && p.gridId !== null && who.gridIds.includes(p.gridId)) ||
    (is(who, 'unitHandler') &&
      ((p.mainUnitId !== null && who.unitIds.includes(p.mainUnitId)) ||
        p.assistUnitIds.some((u) => who.unitIds.includes(u))))
  )
}

/** True when the person sees every unsealed matter of the town, so the town's counters are their totals. */
export const seesWholeTown = (who: Who): boolean => is(who, 'clerk', 'petitionHead')

/** The one SQL condition for list, export, totals, search, attachment, document and single record. */
export const visibleTo =
  (who: Who) =>
  (eb: ExpressionBuilder<DB, 'petition'>): Expression<SqlBool> => {
    const me = who.staffId
    if (who.petitionId !== undefined)
      return eb.and([eb('petition.townId', '=', who.townId), eb('petition.id', '=', who.petitionId ?? me)])
    const uuids = (list: readonly string[]) => sql<string[]>`${list}::uuid[]`
    const base = [eb('petition.townId', '=', who.townId), sql<SqlBool>`not (${me}::uuid = any (petition.barred_ids))`]
    if (is(who, 'disciplineLiaison') && !worksOnMatters(who)) return eb.and([...base, eb('petition.sealed', '=', true)])
    if (!worksOnMatters(who)) return eb.and([...base, sql<SqlBool>`false`])
    const open: Expression<SqlBool>[] = is(who, 'clerk', 'petitionHead')
      ? []
      : [
          eb.or([
            ...personal.map((k) => eb(`petition.${k}`, '=', me)),
            ...(is(who, 'areaSecretary') ? [sql<SqlBool>`petition.area_id = any (${uuids(who.areaIds)})`] : []),
            ...(is(who, 'villageOfficer') ? [sql<SqlBool>`petition.village_id = any (${uuids(who.villageIds)})`] : []),
            ...(is(who, 'gridWorker') ? [sql<SqlBool>`petition.grid_id = any (${uuids(who.gridIds)})`] : []),
            ...(is(who, 'unitHandler')
              ? [
                  sql<SqlBool>`petition.main_unit_id = any (${uuids(who.unitIds)})`,
                  sql<SqlBool>`petition.assist_unit_ids && ${uuids(who.unitIds)}`,
                ]
              : []),
          ]),
        ]
    const unsealed = eb.and([eb('petition.sealed', '=', false), ...open])
    return eb.and([
      ...base,
      is(who, 'disciplineLiaison') ? eb.or([eb('petition.sealed', '=', true), unsealed]) : unsealed,
    ])
  }

/**
 * Whether protected fields (name, phone, address in full) may be opened, with a purpose and a trace. Village and grid see them for
 * a task they own (个人信息保护法第六条、第三十四条: no more than the duty needs); a closed matter has no task left for them.
 */
export const mayReveal = (who: Who, p: Seen & Pick<Petition, 'state'>): boolean =>
  sees(who, p) &&
  (is(who, 'clerk', 'petitionHead', 'disciplineLiaison') ||
    (!(p.state === 'closed' && is(who, 'villageOfficer', 'gridWorker')) &&
      ([p.mainHandlerId, p.holderId, p.leadOfficialId, p.villageOwnerId, p.signerId, p.registeredBy].includes(
        who.staffId,
      ) ||
        (is(who, 'unitHandler') && p.mainUnitId !== null && who.unitIds.includes(p.mainUnitId)))))

/** Whether this person may open a file of the matter: it may show what is protected, like a paper. Who put it there knows it. */
export const mayOpen = (who: Who, p: Seen & Pick<Petition, 'state'>, file: { staffId: string | null }): boolean =>
  mayReveal(who, p) || (sees(who, p) && file.staffId === who.staffId)
