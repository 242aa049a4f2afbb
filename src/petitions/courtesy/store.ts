import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import {
  type CourtesyInput,
  courtesyRefusal,
  type Dimension,
  dimensionNames,
  scoreNumbers,
  shareOf,
  shownFrom,
  type Told,
} from './courtesy.ts'
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

const trunc = { month: 'YYYY"年"MM"月"', quarter: 'YYYY"年"Q"季度"', year: 'YYYY"年"' } as const

/**
 * How the petition office and each handling unit were rated over the last two years, by time: the petitioner's own rating, else what was
 * said at the return visit. Only who rated counts, and only where ten or more did; nothing is told of the others, nor how many they are.
 */
const unitRatings = async (tx: Tx, townId: string, by: keyof typeof trunc, today: Day) => {
  const since = addDays(today, -730)
  return (
    await sql<{ period: string; unit: string; n: number; good: number; fair: number; poor: number }>`
    with said as (
      select r.on_day, r.office, r.unit, p.main_unit_id
      from petitioner_rating r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
      where r.town_id = ${townId}::uuid and r.on_day between ${since}::date and ${today}::date
      union all
      select r.on_day, r.data->>'ratingOffice', r.data->>'ratingUnit', p.main_unit_id
      from petition_record r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
      where r.town_id = ${townId}::uuid and r.kind = 'followUp' and r.on_day between ${since}::date and ${today}::date
        and not exists (select from petitioner_rating o where o.town_id = r.town_id and o.petition_id = r.petition_id)
    ), each_one as (
      select on_day, null::uuid as unit_id, office as rating from said
      union all select on_day, main_unit_id, unit from said where main_unit_id is not null
    )
    select to_char(e.on_day, ${trunc[by]}) as period, coalesce(u.name, '信访办') as unit, count(*)::int as n,
      (count(*) filter (where e.rating = 'satisfied'))::int as good, (count(*) filter (where e.rating = 'basicallySatisfied'))::int as fair,
      (count(*) filter (where e.rating = 'dissatisfied'))::int as poor
    from each_one e left join unit u on u.town_id = ${townId}::uuid and u.id = e.unit_id
    where e.rating in ('satisfied', 'basicallySatisfied', 'dissatisfied')
    group by 1, e.unit_id, u.name having count(*) >= ${shownFrom} order by 1 desc, e.unit_id nulls first, 2`.execute(tx)
  ).rows.map(({ good, fair, poor, ...r }) => ({
    ...r,
    good: Math.round((good / r.n) * 100),
    fair: Math.round((fair / r.n) * 100),
    poor: Math.round((poor / r.n) * 100),
  }))
}

/**
 * What petitioners said of each dimension over the last two years: at the public face themselves, and at the return visit, of which the
 * petitioner's own rating takes the place. Whole numbers of people only, and none where there are fewer than ten.
 */
export const courtesyResults = async (tx: Tx, townId: string, by: keyof typeof trunc, today: Day) => {
  const since = addDays(today, -730)
  const answers = sql.join(dimensionNames.map((d) => sql`(${d}, r.data->>${`dim_${d}`})`))
  const words = sql.join(Object.entries(scoreNumbers).map(([w, n]) => sql`(${w}, ${n}::int)`))
  const told = (
    await sql<Told>`
    with said as (
      select r.on_day, d.key as dimension, (d.value)::int as score
      from petitioner_rating r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
      cross join jsonb_each_text(r.dimensions) d
      where r.town_id = ${townId}::uuid and r.on_day between ${since}::date and ${today}::date
      union all
      select r.on_day, d.dimension, w.score
      from petition_record r join petition p on p.town_id = r.town_id and p.id = r.petition_id and not p.sealed
      cross join (values ${words}) w(word, score)
      join lateral (values ${answers}) d(dimension, word) on d.word = w.word
      where r.town_id = ${townId}::uuid and r.kind = 'followUp' and r.on_day between ${since}::date and ${today}::date
        and not exists (select from petitioner_rating o where o.town_id = r.town_id and o.petition_id = r.petition_id and o.dimensions <> '{}'
          and o.on_day >= r.on_day)
    )
    select to_char(on_day, ${trunc[by]}) as period, dimension, count(*)::int as n,
      (count(*) filter (where score = ${scoreNumbers.good}))::int as good, (count(*) filter (where score = ${scoreNumbers.poor}))::int as poor
    from said group by 1, 2 order by 1 desc`.execute(tx)
  ).rows
  const periods = [...new Set(told.map((t) => t.period))]
  const found = (period: string, dimension: Dimension) =>
    told.find((t) => t.period === period && t.dimension === dimension)
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
    units: await unitRatings(tx, townId, by, today),
    periods: periods.map((period) => ({
      period,
      dimensions: dimensionNames.map((dimension) => {
        const t = found(period, dimension) ?? { n: 0, good: 0, poor: 0 }
        const share = shareOf(t)
        // Below the limit not even how many there were is told.
        return { dimension, n: share ? t.n : 0, share }
      }),
    })),
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
