import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { maskName } from '../../kit/mask.ts'
import type { Who } from '../../people/roles.ts'
import { visibleTo } from '../../petitions/policy.ts'
import type { Setting } from '../../petitions/store.ts'
import type { Level } from '../network/network.ts'
import { mediatorOf, stationsOf } from '../network/store.ts'
import { disputeVisibleTo, looksAt, readsRecord } from '../policy.ts'
import { aheadOf } from './ahead.ts'
import {
  type DisputeRow,
  type DisputeState,
  disputeKinds,
  mostListed,
  openStates,
  principals,
  stepsAside,
} from './dispute.ts'
import { moveNames, moveOf } from './moves.ts'
import { mediatorNames } from './paper.store.ts'
import { candidatesOf, findDispute, outlineMoves } from './store.ts'

export interface DisputeFilter {
  show: 'open' | 'mine' | 'all'
  state?: DisputeState
  stationId?: string
  petitionId?: string
  /** Part of its number. */
  number?: string
}
/** The list a person sees: number, kind, state; no names of parties. */
export const disputes = async (
  tx: Tx,
  who: Who,
  filter: DisputeFilter,
  s: Setting,
): Promise<(DisputeRow & { station: string })[]> => {
  const me = await mediatorOf(tx, who, s.today)
  const rows = await tx
    .selectFrom('dispute')
    .innerJoin('mediationStation as st', (j) =>
      j.onRef('st.townId', '=', 'dispute.townId').onRef('st.id', '=', 'dispute.stationId'),
    )
    .select([
      'dispute.id',
      'dispute.code',
      'dispute.number',
      'dispute.state',
      'dispute.kind',
      'dispute.title',
      'dispute.stationId',
      'dispute.level',
      'dispute.villageId',
      'dispute.registeredOn',
      'dispute.dueOn',
      'dispute.nextOn',
      'dispute.version',
      'st.name as station',
      'dispute.townId',
      'dispute.registeredBy',
      'dispute.mediatorIds',
      'dispute.formerIds',
      'dispute.barredIds',
      'dispute.followerId',
    ])
    .where((eb) => disputeVisibleTo(me)(eb as never))
    .$if(filter.show === 'open', (q) => q.where('dispute.state', 'in', [...openStates]))
    .$if(filter.show === 'mine', (q) =>
      q.where((eb) =>
        eb.or([
          sql<boolean>`${who.staffId}::uuid = any (dispute.mediator_ids)`,
          eb('dispute.registeredBy', '=', who.staffId),
          eb('dispute.followerId', '=', who.staffId),
        ]),
      ),
    )
    .$if(filter.state !== undefined, (q) => q.where('dispute.state', '=', filter.state!))
    .$if(filter.stationId !== undefined, (q) => q.where('dispute.stationId', '=', filter.stationId!))
    .$if(filter.petitionId !== undefined, (q) =>
      q.where(sql<boolean>`${filter.petitionId}::uuid = any (dispute.petition_ids)`),
    )
    .$if(!!filter.number, (q) =>
      q.where((eb) =>
        eb.or(
          (['dispute.number', 'dispute.code'] as const).map((c) =>
            eb(c, 'like', `%${filter.number!.replace(/[\\%_]/g, '\\$&')}%`),
          ),
        ),
      ),
    )
    .orderBy('dispute.registeredOn', 'desc')
    .orderBy('dispute.id', 'desc')
    .limit(mostListed)
    .execute()
  return rows.map((r) => ({
    ...(r as unknown as DisputeRow & { station: string }),
    // A title may carry a name: colleagues who see the outline read the kind instead.
    title: looksAt(me, r as never) === 'file' ? r.title : `${disputeKinds[r.kind as keyof typeof disputeKinds]}纠纷`,
  }))
}

/** One dispute as this person may see it: everything, or the outline without anybody's words. */
export const disputeView = async (tx: Tx, who: Who, id: string, s: Setting) => {
  const me = await mediatorOf(tx, who, s.today)
  const d = await findDispute(tx, me, id)
  const look = looksAt(me, d)
  const stations = await stationsOf(tx, who.townId)
  const station = stations.find((x) => x.id === d.stationId)
  const shared = {
    id: d.id,
    look,
    code: d.code,
    number: d.number,
    state: d.state,
    rest: d.rest,
    kind: d.kind,
    level: d.level,
    station: station?.name ?? '',
    stationId: d.stationId,
    registeredOn: d.registeredOn,
    registeredName: d.registeredName,
    acceptedOn: d.acceptedOn,
    dueOn: d.dueOn,
    nextOn: d.nextOn,
    effectiveOn: d.effectiveOn,
    performedOn: d.performedOn,
    endedOn: d.endedOn,
    closedOn: d.closedOn,
    mediators: await mediatorNames(tx, d),
    path: d.path.map((p) => ({ ...p, why: look === 'file' ? p.why : '' })),
    partyNames: principals(d).map((p) => (look === 'file' ? p.name : maskName(p.name))),
    version: d.version,
    moves: moveNames
      .map((name) => {
        const m = moveOf(name)!
        return {
          name,
          label: m.label,
          confirm: m.confirm ?? null,
          primary: m.primary?.(d, me) ?? false,
          refusal: m.refusal(d, me, s.today),
        }
      })
      .filter((m) => look === 'file' || outlineMoves.includes(m.name)),
  }
  if (look !== 'file') return { ...shared, file: null }
  const petitions = d.petitionIds.length
    ? await tx
        .selectFrom('petition')
        .select(['id', 'number', 'title'])
        .where((eb) => visibleTo(who)(eb))
        .where('id', 'in', d.petitionIds)
        .execute()
    : []
  const papers = await tx
    .selectFrom('disputePaper')
    .select(['id', 'kind', 'title', 'version', 'about', 'issuedOn', 'sha256'])
    .where('townId', '=', who.townId)
    .where('disputeId', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const files = await tx
    .selectFrom('mediationFile')
    .select(['id', 'name', 'kind', 'size', 'byName', 'sha256', 'serves', 'pages'])
    .select(sql<string>`(at at time zone 'Asia/Shanghai')::date::text`.as('onDay'))
    .where('townId', '=', who.townId)
    .where('disputeId', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const messages = await tx
    .selectFrom('outgoing')
    .select(['id', 'partyId', 'body', 'failed', 'tries'])
    .select(sql<string>`(made_at at time zone 'Asia/Shanghai')::date::text`.as('onDay'))
    .select(sql<string | null>`to_char(sent_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')`.as('sent'))
    .where('townId', '=', who.townId)
    .where('disputeId', '=', id)
    .orderBy('madeAt', 'desc')
    .orderBy('id', 'desc')
    .execute()
  const { townId: _t, records, barredIds: _b, path: _p, stationId: _s, ...file } = d
  return {
    ...shared,
    file: {
      ...file,
      records: records.filter((r) => readsRecord(me, r)),
      petitions,
      papers,
      files,
      messages,
      ahead: aheadOf(d, s.today),
      candidates: (await candidatesOf(tx, who.townId, d.stationId, s)).map((c) => ({
        staffId: c.staffId,
        name: c.name,
        duty: c.duty,
        fields: c.fields,
        aside: stepsAside(c, d) !== null,
      })),
      below: stations
        .filter(
          (x) =>
            x.active &&
            x.id !== d.stationId &&
            (x.level as Level) !== 'centre' &&
            (x.villageId === d.villageId || (x.level === 'area' && x.areaId === d.areaId)),
        )
        .map((x) => ({ id: x.id, name: x.name })),
    },
  }
}
export type DisputeViewOut = Awaited<ReturnType<typeof disputeView>>
