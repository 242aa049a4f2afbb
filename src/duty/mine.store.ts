import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Who } from '../people/roles.ts'
import { type DutyLine, dutyNames } from '../petitions/carry/duties.ts'
import { visibleTo } from '../petitions/policy.ts'
import type { MineRow, MyVisit } from './carried.routes.ts'

/** What this person answers for: matters adopted, duties due, opinions waiting for the signature, visits paid on them. */
export const mine = async (tx: Tx, who: Who) => {
  const rows = (await tx
    .selectFrom('petition')
    .select([
      'id',
      'number',
      'title',
      'grade',
      'step',
      'nextDueOn',
      'lastContactOn',
      'duties',
      'leadOfficialId',
      'signerId',
      'state',
    ])
    .where((eb) => visibleTo(who)(eb))
    .where('state', '<>', 'closed')
    .where((eb) =>
      eb.or([
        eb('leadOfficialId', '=', who.staffId),
        eb.and([eb('signerId', '=', who.staffId), eb('state', '=', 'opinionDraft')]),
        sql<boolean>`duties @> ${JSON.stringify([{ ownerId: who.staffId }])}::jsonb`,
      ]),
    )
    .orderBy(sql`next_due_on nulls last`)
    .limit(500)
    .execute()) as unknown as (MineRow & { leadOfficialId: string | null; signerId: string | null; state: string })[]
  const visits = (
    await sql<MyVisit>`select r.id, null::text as kind, false as planned, r.on_day, r.body, p.id as petition_id, p.number, p.title, coalesce(v.name, '') as village
      from petition p join petition_record r on r.town_id = p.town_id and r.petition_id = p.id
      left join village v on v.town_id = p.town_id and v.id = p.village_id
      where p.town_id = ${who.townId}::uuid and p.lead_official_id = ${who.staffId}::uuid and not p.sealed and not (${who.staffId}::uuid = any (p.barred_ids))
        and r.kind = 'contact' and r.staff_id = ${who.staffId}::uuid and r.data->>'way' in ('visit', 'face') and r.data->>'receptionId' is null
      union all select x.id, x.kind, x.status = 'planned', x.on_day,
        case x.status when 'planned' then concat_ws(' ', nullif(x.at_time, ''), nullif(x.place, ''), nullif(x.about, '')) else x.outcome end,
        p.id, coalesce(p.number, ''), coalesce(p.title, ''), coalesce(v.name, '')
      from visit x left join village v on v.town_id = x.town_id and v.id = x.village_id
      left join petition p on p.town_id = x.town_id and p.id = x.petition_id and not p.sealed and not (${who.staffId}::uuid = any (p.barred_ids))
      where x.town_id = ${who.townId}::uuid and x.status <> 'cancelled' and (x.staff_id = ${who.staffId}::uuid or ${who.staffId}::uuid = any (x.with_ids))
      order by planned desc, on_day desc, id desc limit 30`.execute(tx)
  ).rows
  return {
    visits,
    adopted: rows.filter((r) => r.leadOfficialId === who.staffId),
    due: rows
      .flatMap((r) =>
        (r.duties ?? [])
          .filter(
            (l): l is DutyLine & { due: NonNullable<DutyLine['due']> } =>
              l.ownerId === who.staffId && l.due !== null && l.doneOn === null,
          )
          .map((l) => ({ id: r.id, number: r.number, title: r.title, duty: l.duty, what: l.what, due: l.due })),
      )
      .sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : dutyNames.indexOf(a.duty) - dutyNames.indexOf(b.duty))),
    toSign: rows.filter((r) => r.signerId === who.staffId && r.state === 'opinionDraft'),
  }
}
