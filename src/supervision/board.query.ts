import { sql } from 'kysely'
import { byOf, type Tx, writeTrace } from '../audit/trace.ts'
import { quotedId, strongerRules, strongSql } from '../duty/stronger/stronger.query.ts'
import type { Day } from '../kit/day.ts'
import type { Who } from '../people/roles.ts'
import { visibleTo } from '../petitions/policy.ts'
import { type RuleCode, rulesOf, type TownRule } from './board.ts'

/** Where the loop of each system is open, over the columns of one open matter. */
const gapSql = (today: Day, strong: string): Record<RuleCode, string> => {
  const t = `'${today}'::date`
  return {
    ledger: `(petition.state <> 'received' and (petition.class is null or petition.grade is null or petition.area_id is null))`,
    remind: `(petition.next_due_on < ${t} and not exists (select from reminder r where r.town_id = petition.town_id and r.petition_id = petition.id))`,
    revisit: `(petition.step = 'revisit' and petition.followed_up_on is null and petition.state not in ('inReview', 'inRecheck') and greatest(coalesce(petition.served_on, petition.concluded_on, petition.last_progress_on), petition.registered_on) < ${t} - 15)`,
    closeOut: `(petition.closing = 'refused' or (petition.closing = 'none' and petition.followed_up_on < ${t} - 30))`,
    analysis: `(petition.review_on < ${t})`,
    account: `(petition.next_due_on < ${t} - 30 and not exists (select from supervision v where v.town_id = petition.town_id and v.petition_id = petition.id and v.state <> 'withdrawn')
      and not exists (select from accountability a where a.town_id = petition.town_id and a.petition_id = petition.id))`,
    screening: `((petition.grade = 'red' and petition.lead_official_id is null) or petition.id in (select s.id from (${strong}) s where not s.satisfied))`,
    supervise: `((petition.next_due_on < ${t} - 7 and not exists (select from supervision v where v.town_id = petition.town_id and v.petition_id = petition.id and v.state <> 'withdrawn'))
      or exists (select from supervision v where v.town_id = petition.town_id and v.petition_id = petition.id and v.state = 'issued' and v.answer_due_on < ${t}))`,
    consult: `exists (select from petition_clock c where c.town_id = petition.town_id and c.petition_id = petition.id and c.rule = 'D20' and c.ended_on is null and c.due_on < ${t})`,
    stronger: `(petition.id in (select s.id from (${strong}) s where s.check_due < ${t}))`,
    adopt: `(petition.is_key and petition.lead_official_id is null)`,
  }
}

export const townRules = async (tx: Tx, townId: string): Promise<TownRule[]> =>
  rulesOf(
    await tx
      .selectFrom('governanceRule')
      .select(['code', 'name', 'sort', 'active'])
      .where('townId', '=', townId)
      .execute(),
  )

/** One board over every open matter one may see: how many, and where each system's loop is not closed. */
export const boardOf = async (tx: Tx, who: Who, today: Day, rule: RuleCode | undefined) => {
  const rules = await townRules(tx, who.townId)
  const active = rules.filter((r) => r.active)
  const gaps = gapSql(today, strongSql((await strongerRules(tx, who.townId)).rules, quotedId(who.townId), today))
  const open = tx
    .selectFrom('petition')
    .where((eb) => visibleTo(who)(eb))
    .where('petition.step', '<>', 'signoff')
    .where('petition.sealed', '=', false)
  const counts = (await open
    .select([
      sql<number>`count(*)::int`.as('open'),
      ...active.map((r) => sql<number>`(count(*) filter (where ${sql.raw(gaps[r.code])}))::int`.as(`gap_${r.code}`)),
    ])
    .executeTakeFirstOrThrow()) as unknown as Record<string, number>
  const key = (code: string) => `gap${code[0]!.toUpperCase()}${code.slice(1)}`
  const asked = active.filter((r) => rule === undefined || r.code === rule)
  const matters =
    asked.length > 0
      ? await open
          .leftJoin('staff', (j) =>
            j.onRef('staff.townId', '=', 'petition.townId').onRef('staff.id', '=', 'petition.holderId'),
          )
          .select(['petition.id', 'petition.number', 'petition.title', 'petition.state', 'petition.nextDueOn'])
          .select(sql<string>`coalesce(staff.name, '')`.as('holder'))
          .select(
            sql<
              RuleCode[]
            >`array_remove(array[${sql.raw(active.map((r) => `case when ${gaps[r.code]} then '${r.code}' end`).join(', '))}], null)`.as(
              'gaps',
            ),
          )
          .where(sql<boolean>`(${sql.raw(asked.map((r) => gaps[r.code]).join(' or '))})`)
          .orderBy('petition.nextDueOn')
          .orderBy('petition.id')
          .limit(300)
          .execute()
      : []
  return {
    open: counts.open ?? 0,
    rules: rules.map((r) => ({ ...r, gaps: r.active ? (counts[key(r.code)] ?? counts[`gap_${r.code}`] ?? 0) : 0 })),
    matters,
  }
}

/** Keep the town's names, order and choice. */
export const saveRules = async (tx: Tx, who: Who, rules: TownRule[], requestId: string, now: Date): Promise<void> => {
  const before = await townRules(tx, who.townId)
  for (const [sort, r] of rules.entries())
    await sql`insert into governance_rule (town_id, code, name, sort, active) values (${who.townId}::uuid, ${r.code}, ${r.name}, ${sort}, ${r.active})
      on conflict (town_id, code) do update set name = excluded.name, sort = excluded.sort, active = excluded.active`.execute(
      tx,
    )
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: who.townId,
      subjectKind: 'town',
      kind: 'policy',
      says: `修改清单加闭环制度：${rules
        .filter((r) => r.active)
        .map((r) => r.name)
        .join('、')}`,
      data: { from: before, to: rules },
      requestId,
    },
    now,
  )
}
