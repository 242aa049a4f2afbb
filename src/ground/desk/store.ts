import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import type { Who } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { bearerOf, passSays } from '../../petitions/pass/pass.ts'
import type { Matter } from '../../petitions/petition.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { headsOf, stuckBecause } from './desk.ts'
import type { DeskRow } from './routes.ts'

/** The desk of whoever asks: open matters on their ground, and those whose outcome they still have to tell. */
export const areaDesk = async (tx: Tx, who: Who, today: Day): Promise<DeskRow[]> => {
  const rows = (await tx
    .selectFrom('petition')
    .leftJoin('village', (j) =>
      j.onRef('village.townId', '=', 'petition.townId').onRef('village.id', '=', 'petition.villageId'),
    )
    .selectAll('petition')
    .select('village.name as village')
    .where((eb) => visibleTo(who)(eb as never))
    .where('petition.areaId', 'is not', null)
    .where(
      sql<boolean>`(petition.state <> 'closed' or (petition.echo is not null and petition.echo ->> 'doneOn' is null))`,
    )
    .orderBy('petition.nextDueOn', (o) => o.asc().nullsLast())
    .orderBy('petition.number')
    .limit(1000)
    .execute()) as unknown as (Matter & { village: string | null })[]
  const seats = await seatsOf(tx, who.townId, today)
  return rows.flatMap((m) => {
    const bearer = bearerOf(m, seats)
    const last = m.passes.at(-1)
    const here = last && last.toId === m.holderId ? last : undefined
    const facts = {
      ...m,
      level: bearer?.level ?? ('town' as const),
      bearerId: bearer?.staffId ?? '',
      passes: m.passes.length,
      dueOn: here?.dueOn ?? null,
      notes: bearer ? bearer.notes : ['全镇没有在任的人可以接收'],
      echoOwner: m.echo?.ownerId ?? null,
      echoDone: m.echo === null || m.echo.doneOn !== null,
    }
    const under = headsOf(facts, who, today)
    return under.length === 0
      ? []
      : [
          {
            id: m.id,
            number: m.number,
            title: m.title,
            village: m.village ?? '',
            grade: m.grade,
            state: m.state,
            level: facts.level,
            bearer: bearer ? `${bearer.post}${bearer.name}` : '',
            notes: facts.notes,
            lastPass: last ? passSays(last) : '',
            dueOn: facts.dueOn,
            stuck: stuckBecause(facts, today) ?? '',
            echoDueOn: facts.echoDone ? null : (m.echo?.dueOn ?? null),
            echo: facts.echoDone ? '' : (m.echo?.what ?? ''),
            heads: under,
          },
        ]
  })
}
