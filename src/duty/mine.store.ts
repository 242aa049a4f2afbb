import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Who } from '../people/roles.ts'
import { type DutyLine, dutyNames } from '../petitions/carry/duties.ts'
import { visibleTo } from '../petitions/policy.ts'
import type { MineRow } from './carried.routes.ts'

/** What this person answers for: matters adopted, duties due, opinions waiting for the signature. */
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
  return {
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
