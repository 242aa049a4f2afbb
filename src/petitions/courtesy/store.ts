import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { addDays, type Day, day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import {
  type CourtesyInput,
  courtesyRefusal,
  type Dimension,
  dimensionNames,
  dimensions,
  scoreNumbers,
  shownFrom,
} from './courtesy.ts'
import { joined, type Month, nameOf, percents, runsOf, type Span } from './runs.ts'
import { type Courtesy, courtesies, courtesyPlaces } from './words.ts'

export const courtesyChecks = async (tx: Tx, who: Who, petitionId: string) => {
  const { matter } = await findMatter(tx, who, petitionId)
  const rows = await tx
    .selectFrom('courtesyCheck')
    .select(['id', 'place', 'items', 'note', 'onDay', 'byName'])
    .where('townId', '=', who.townId)
    .where('petitionId', '=', matter.id)
    .orderBy('onDay', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  return rows as unknown as {
    id: string
    place: keyof typeof courtesyPlaces
    items: Courtesy[]
    note: string
    onDay: Day
    byName: string
  }[]
}

/** The receptionist's own check, once per request, with its trace on the matter. */
export const checkCourtesy = async (
  tx: Tx,
  who: Who,
  petitionId: string,
  given: { requestId: string; input: CourtesyInput; onDay?: Day },
  s: Setting,
): Promise<void> => {
  const { matter, trace, done } = await findMatter(tx, who, petitionId, { lock: true, requestId: given.requestId })
  if (done) return
  const no = courtesyRefusal(who)
  if (no) throw new Refused(no)
  const { place, items, note } = given.input
  await tx
    .insertInto('courtesyCheck')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      petitionId: matter.id,
      place,
      items,
      note,
      onDay: given.onDay ?? s.today,
      byId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()
  const names = items.map((i) => courtesies[i].split('：')[0])
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'contact',
      says: `接待自查（${courtesyPlaces[place]}）：${names.join('、')}${note ? `；${note}` : ''}`,
      data: { place, items, note },
    },
    s,
    { move: 'courtesy', requestId: given.requestId },
  )
}

/** What is said of one name in one month. */
type Said = Month & { name: string }

/**
 * How the petition office and each handling unit were rated, by month: the petitioner's own rating, else what he
 * said at the last return visit, in the month in which it was written down. Only who rated counts, and once.
 */
const unitMonths = async (tx: Tx, townId: string, before: Day) =>
  (
    await sql<Said>`
    with said as (
      select r.on_day, r.office, r.unit, p.main_unit_id
      from petitioner_rating r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
      where r.town_id = ${townId}::uuid
      union all
      select * from (
        select distinct on (r.petition_id, r.data->>'partyId') (r.at at time zone 'Asia/Shanghai')::date, r.data->>'ratingOffice',
          r.data->>'ratingUnit', p.main_unit_id
        from petition_record r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
        where r.town_id = ${townId}::uuid and r.kind = 'followUp' and r.data->>'ratingOffice' is not null
          and not exists (select from petitioner_rating o where o.town_id = r.town_id and o.petition_id = r.petition_id)
        order by r.petition_id, r.data->>'partyId', r.at desc, r.id desc
      ) last_visit
    ), each_one as (
      select on_day, null::uuid as unit_id, office as rating from said
      union all select on_day, main_unit_id, unit from said where main_unit_id is not null
    )
    select coalesce(u.name, '信访办') as name, to_char(e.on_day, 'YYYY-MM') as month, count(*)::int as n,
      (count(*) filter (where e.rating = 'satisfied'))::int as good, (count(*) filter (where e.rating = 'basicallySatisfied'))::int as fair,
      (count(*) filter (where e.rating = 'dissatisfied'))::int as poor
    from each_one e left join unit u on u.town_id = ${townId}::uuid and u.id = e.unit_id
    where e.rating in ('satisfied', 'basicallySatisfied', 'dissatisfied') and e.on_day < ${before}::date
    group by e.unit_id, u.name, 2 order by e.unit_id nulls first, 1, 2`.execute(tx)
  ).rows

/**
 * What petitioners said of each dimension, by month: at the public face themselves, and at the return visit, of which the petitioner's own
 * rating takes the place.
 */
const dimensionMonths = async (tx: Tx, townId: string, before: Day) => {
  const answers = sql.join(dimensionNames.map((d) => sql`(${d}, r.data->>${`dim_${d}`})`))
  const words = sql.join(Object.entries(scoreNumbers).map(([w, n]) => sql`(${w}, ${n}::int)`))
  const { rows } = await sql<Said & { name: Dimension }>`
    with said as (
      select r.on_day, d.key as dimension, (d.value)::int as score
      from petitioner_rating r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
      cross join jsonb_each_text(r.dimensions) d
      where r.town_id = ${townId}::uuid
      union all
      select * from (
        select distinct on (r.petition_id, r.data->>'partyId', d.dimension) (r.at at time zone 'Asia/Shanghai')::date, d.dimension, w.score
        from petition_record r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
        cross join (values ${words}) w(word, score)
        join lateral (values ${answers}) d(dimension, word) on d.word = w.word
        where r.town_id = ${townId}::uuid and r.kind = 'followUp'
          and not exists (select from petitioner_rating o where o.town_id = r.town_id and o.petition_id = r.petition_id and o.dimensions <> '{}'
            and o.on_day >= r.on_day)
        order by r.petition_id, r.data->>'partyId', d.dimension, r.at desc, r.id desc
      ) last_visit
    )
    select dimension as name, to_char(on_day, 'YYYY-MM') as month, count(*)::int as n,
      (count(*) filter (where score = ${scoreNumbers.good}))::int as good, (count(*) filter (where score = ${scoreNumbers.fair}))::int as fair,
      (count(*) filter (where score = ${scoreNumbers.poor}))::int as poor
    from said where on_day < ${before}::date group by 1, 2 order by 1, 2`.execute(tx)
  return dimensionNames.flatMap((d) =>
    rows.filter((r) => r.name === d).map((r): Said => ({ ...r, name: dimensions[d] })),
  )
}

/** The newest first; what ended more than two years ago is no longer told. */
const told = (said: Said[], by: Span, since: string) =>
  [...Map.groupBy(said, (m) => m.name)]
    .flatMap(([name, months]) => joined(runsOf(months), by).map((r) => ({ ...r, name, period: nameOf(r) })))
    .filter((r) => r.to >= since)
    .sort((a, b) => (a.to < b.to ? 1 : a.to > b.to ? -1 : 0))
    .map(({ period, name, n, ...r }) => {
      const [good, fair, poor] = percents([r.good, r.fair, r.poor]) as [number, number, number]
      return { period, name, n, good, fair, poor }
    })

/** What petitioners said of the work, as it may be told (runs.ts): ended months, ten or more together. */
export const courtesyResults = async (tx: Tx, townId: string, by: Span, today: Day) => {
  const since = addDays(today, -730)
  const before = day(`${today.slice(0, 7)}-01`)
  const checks = (
    await sql<{ place: keyof typeof courtesyPlaces; n: number; item: Courtesy; done: number }>`
    select c.place, t.n, i.item, (count(*) filter (where i.item = any (c.items)))::int as done
    from courtesy_check c
    join (select place, count(*)::int as n from courtesy_check where town_id = ${townId}::uuid and on_day >= ${since}::date group by place) t on t.place = c.place
    cross join unnest(${Object.keys(courtesies)}::text[]) i(item)
    where c.town_id = ${townId}::uuid and c.on_day >= ${since}::date and t.n >= ${shownFrom}
    group by c.place, t.n, i.item`.execute(tx)
  ).rows
  return {
    units: told(await unitMonths(tx, townId, before), by, since.slice(0, 7)),
    dimensions: told(await dimensionMonths(tx, townId, before), by, since.slice(0, 7)),
    checks: (Object.keys(courtesyPlaces) as (keyof typeof courtesyPlaces)[])
      .map((place) => ({ place, rows: checks.filter((c) => c.place === place) }))
      .filter((p) => p.rows.length)
      .map(({ place, rows }) => ({
        place,
        n: rows[0]!.n,
        items: (Object.keys(courtesies) as Courtesy[]).map((item) => ({
          item,
          percent: Math.round(((rows.find((r) => r.item === item)?.done ?? 0) / rows[0]!.n) * 100),
        })),
      })),
  }
}
