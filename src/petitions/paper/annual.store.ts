import { sql } from 'kysely'
import { canonical } from '../../audit/chain.ts'
import { type Tx, writeTrace } from '../../audit/trace.ts'
import { catalogue } from '../../documents/catalogue.ts'
import { nextNumber } from '../../documents/number.store.ts'
import { type Day, yearOf } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { sm3, uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../store.ts'
import { type AnnualFacts, composeAnnual } from './annual.ts'

/** Count one year of a town. Throws Refused for a year still to come. */
export const annualFacts = async (tx: Tx, townId: string, year: number, today: Day): Promise<AnnualFacts> => {
  if (!Number.isInteger(year) || year < 2000 || year > yearOf(today))
    throw new Refused(`没有 ${year} 年的数据，请改填年份`)
  const first = `${year}-01-01`
  const end = `${year}-12-31` as Day
  const upto = end < today ? end : today
  const own = sql`p.town_id = ${townId}::uuid and not p.sealed and p.received_on between ${first}::date and ${upto}::date`
  const by = async (column: string) =>
    Object.fromEntries(
      (
        await sql<{ k: string; n: number }>`select coalesce(${sql.ref(`p.${column}`)}, 'none') as k, count(*)::int as n
          from petition p where ${own} group by 1`.execute(tx)
      ).rows.map((r) => [r.k, r.n]),
    ) as Record<string, number>
  const whole = (
    await sql<
      Record<'registered' | 'people' | 'accepted' | 'notAccepted' | 'guided' | 'concluded' | 'reported', number>
    >`
      select count(*)::int as registered, coalesce(sum(p.head_count), 0)::int as people,
        count(*) filter (where p.accepted_on is not null)::int as accepted,
        count(*) filter (where p.state in ('notAccepted', 'noLongerAccepted'))::int as not_accepted,
        count(*) filter (where p.state = 'guided')::int as guided,
        count(*) filter (where p.concluded_on is not null)::int as concluded,
        count(*) filter (where p.reported_on is not null)::int as reported
      from petition p where ${own}`.execute(tx)
  ).rows[0]!
  const clocks = (
    await sql<{ onTime: number; late: number; overdue: number }>`
      select count(*) filter (where c.outcome = 'met')::int as on_time, count(*) filter (where c.outcome = 'late')::int as late,
        count(*) filter (where c.ended_on is null and c.due_on < ${upto}::date)::int as overdue
      from petition_clock c join petition p on p.town_id = c.town_id and p.id = c.petition_id
      where ${own} and c.town_id = ${townId}::uuid and c.rule = 'D05'`.execute(tx)
  ).rows[0]!
  const fields = (
    await sql<{ name: string; n: number }>`
      with recursive up as (
        select code as leaf, code, name, parent from category
        union all select up.leaf, c.code, c.name, c.parent from category c join up on up.parent = c.code)
      select coalesce(t.name, '未分类') as name, count(*)::int as n from petition p
      left join up t on t.leaf = p.category and t.parent is null
      where ${own} group by 1 order by 2 desc, 1`.execute(tx)
  ).rows
  const organs = (
    await sql<{ name: string; n: number; concluded: number }>`
      select u.name, count(*)::int as n, count(*) filter (where p.concluded_on is not null)::int as concluded
      from petition p join unit u on u.town_id = p.town_id and u.id = p.main_unit_id
      where ${own} group by 1 order by 2 desc, 1 limit 10`.execute(tx)
  ).rows
  const papers = new Map(
    (
      await sql<{ kind: string; n: number }>`select d.kind, count(*)::int as n from document d
        where d.town_id = ${townId}::uuid and d.version = 1 and d.issued_on between ${first}::date and ${upto}::date
          and d.kind in ('forwardLetter', 'assignLetter', 'supervisionNotice') group by 1`.execute(tx)
    ).rows.map((r) => [r.kind, r.n]),
  )
  const notes = async (key: 'adviceKind' | 'adopted') =>
    Object.fromEntries(
      (
        await sql<{ k: string; n: number }>`select r.data ->> ${key} as k, count(*)::int as n from petition_record r
          where r.town_id = ${townId}::uuid and r.kind = 'note' and r.on_day between ${first}::date and ${upto}::date
            and r.data ->> ${key} is not null group by 1`.execute(tx)
      ).rows.map((r) => [r.k, r.n]),
    ) as Record<string, number>
  const answered = (
    await sql<{ n: number }>`select count(*)::int as n from petition_record r
      join document d on d.town_id = r.town_id and d.id::text = r.data ->> 'answers' and d.kind = 'supervisionNotice'
      where r.town_id = ${townId}::uuid and r.kind = 'note' and d.issued_on between ${first}::date and ${upto}::date`.execute(
      tx,
    )
  ).rows[0]!.n
  return {
    year,
    upto,
    ...whole,
    ...clocks,
    byChannel: await by('channel'),
    byClass: await by('class'),
    fields,
    organs,
    forwarded: papers.get('forwardLetter') ?? 0,
    assigned: papers.get('assignLetter') ?? 0,
    supervised: papers.get('supervisionNotice') ?? 0,
    answered,
    advice: await notes('adviceKind'),
    adopted: await notes('adopted'),
  }
}

/** The draft of a year's report, not numbered. */
export const annualDraft = async (tx: Tx, townId: string, year: number, s: Setting) =>
  composeAnnual(await annualFacts(tx, townId, year, s.today), s, `${s.town.name}信访办`, null)

/** Issued reports of a town, the newest first. */
export const annualIssued = (tx: Tx, townId: string) =>
  tx
    .selectFrom('document')
    .select(['id', 'kind', 'title', 'number', 'issuedOn', 'data', 'templateId', 'byName'])
    .where('townId', '=', townId)
    .where('kind', '=', 'annualReport')
    .where('petitionId', 'is', null)
    .orderBy('at', 'desc')
    .execute()

/** Issue a year's report under a number of its own; the figures are fixed as they stand. */
export const issueAnnual = async (
  tx: Tx,
  who: Who,
  year: number,
  requestId: string,
  s: Setting,
): Promise<{ id: string }> => {
  const done = await tx
    .selectFrom('trace')
    .select('data')
    .where('townId', '=', who.townId)
    .where('requestId', '=', requestId)
    .executeTakeFirst()
  if (done) return { id: String((done.data as { documentId?: string } | null)?.documentId) }
  const facts = await annualFacts(tx, who.townId, year, s.today)
  const in_ = yearOf(s.today)
  const number = catalogue.annualReport.number(
    s.town.shortName,
    in_,
    await nextNumber(tx, who.townId, 'annualReport', in_),
  )
  const data = composeAnnual(facts, s, `${s.town.name}信访办 ${who.name}`, number)
  const missing = catalogue.annualReport.missing(data)
  if (missing.length) throw new Refused(`《${data.title}》还缺：${missing.join('、')}`)
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('document')
    .values({
      townId: who.townId,
      id,
      petitionId: null,
      kind: 'annualReport',
      number,
      title: data.title,
      issuedOn: s.today,
      data: JSON.stringify(data),
      sha256: sm3(canonical(data)),
      staffId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
      templateId: sql`(select id from document_template where town_id = ${who.townId}::uuid and kind = 'annualReport' order by version desc limit 1)`,
    } as never)
    .execute()
  await writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    {
      subjectId: who.townId,
      subjectKind: 'report',
      kind: 'paper',
      says: `出具《${data.title}》${number}（${year} 年）`,
      data: { documentId: id, year },
      requestId,
    },
    s.now,
  )
  return { id }
}
