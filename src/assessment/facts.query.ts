import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { type Facts, replay, replayed } from '../petitions/replay.ts'
import { type Assessed, assessed, type Person } from './score.ts'

const snake = (k: string) => k.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

/** Counted facts of every matter of the town from its rows, in a few joined passes. */
export const factsFromRows = async (tx: Tx, townId: string): Promise<Facts[]> => {
  const r = await sql<Facts>`
    with clocks as (
      select petition_id, json_agg(json_build_array(rule, from_on, due_on, ended_on, outcome) order by id) as list
      from petition_clock where town_id = ${townId}::uuid group by petition_id),
    claims as (
      select petition_id, count(*)::int as n from petition_claim where town_id = ${townId}::uuid and result = 'supported' group by petition_id),
    visits as (
      select distinct on (petition_id) petition_id, coalesce(data->>'executed', '') as executed
      from petition_record where town_id = ${townId}::uuid and kind = 'followUp' order by petition_id, at desc, id desc),
    again as (
      select from_id, array_agg(to_id order by to_id) as list from petition_link where town_id = ${townId}::uuid and kind = 'repeat' group by from_id)
    select p.id, p.number, ${sql.raw(replayed.map((k) => `p.${snake(k)}`).join(', '))},
      coalesce(clocks.list, '[]') as clocks, coalesce(claims.n, 0) as supported, visits.executed, coalesce(again.list, '{}') as repeats
    from petition p
    left join clocks on clocks.petition_id = p.id
    left join claims on claims.petition_id = p.id
    left join visits on visits.petition_id = p.id
    left join again on again.from_id = p.id
    where p.town_id = ${townId}::uuid`.execute(tx)
  return r.rows
}

/** The same from the trace alone, by replaying it (as it stood at `upto`); the rows lend only the number of each matter. */
export const factsFromTrace = async (tx: Tx, townId: string, upto: string | null = null): Promise<Facts[]> => {
  const numbers = new Map(
    (await tx.selectFrom('petition').select(['id', 'number']).where('townId', '=', townId).execute()).map((p) => [
      p.id,
      p.number,
    ]),
  )
  const out: Facts[] = []
  let subject = ''
  let data: unknown[] = []
  const flush = () => {
    if (subject) out.push(replay(subject, numbers.get(subject) ?? '', data))
  }
  let from = { subjectId: '00000000-0000-0000-0000-000000000000', seq: 0 }
  for (;;) {
    const page = await sql<{ subjectId: string; seq: number; data: unknown }>`
      select subject_id, seq, data from trace where town_id = ${townId}::uuid and subject_kind = 'petition'
        and (subject_id, seq) > (${from.subjectId}::uuid, ${from.seq}::int)
        ${upto ? sql`and at <= ${upto}::timestamptz` : sql``}
      order by subject_id, seq limit 20000`.execute(tx)
    for (const row of page.rows) {
      if (row.subjectId !== subject) {
        flush()
        subject = row.subjectId
        data = []
      }
      data.push(row.data)
    }
    const last = page.rows.at(-1)
    if (!last) break
    from = { subjectId: last.subjectId, seq: last.seq }
  }
  flush()
  return out
}

/** Who held an assessed post on a day, each once, in the highest of their posts; in the order of posts and names. */
export const peopleOn = async (tx: Tx, townId: string, on: Day): Promise<Person[]> => {
  const r = await sql<{ staffId: string; name: string; post: string; role: Assessed; headsUnitId: string | null }>`
    select distinct on (s.id) s.id as staff_id, s.name, o.name as post, o.role, o.rank, o.sort,
      case when o.heads then o.unit_id end as heads_unit_id
    from holding h join post o on o.town_id = h.town_id and o.id = h.post_id join staff s on s.town_id = h.town_id and s.id = h.staff_id
    where h.town_id = ${townId}::uuid and h.since <= ${on}::date and (h.until is null or h.until > ${on}::date)
      and o.role = any (${assessed as unknown as string[]})
    order by s.id, o.rank, o.sort, o.name`.execute(tx)
  return (r.rows as unknown as (Person & { rank: number; sort: number })[])
    .sort(
      (a, b) =>
        a.rank - b.rank || a.sort - b.sort || (a.post < b.post ? -1 : a.post > b.post ? 1 : a.name < b.name ? -1 : 1),
    )
    .map(({ staffId, name, post, role, headsUnitId }) => ({ staffId, name, post, role, headsUnitId }))
}
