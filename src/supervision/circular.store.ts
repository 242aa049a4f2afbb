import { sql } from 'kysely'
import { byOf, bySystem, type Tx, writeTrace } from '../audit/trace.ts'
import { addDays, type Day, daysBetween } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { lockRow, setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import { legalLimits, type RuleId } from '../petitions/clocks.ts'
import { type CircularFacts, composeCircular, mondayOf, type UnitFacts } from './circular.ts'
import { policyOf } from './remind.query.ts'

const dutyRules = (Object.keys(legalLimits) as RuleId[]).filter((r) => legalLimits[r].kind === 'duty')

/** Facts of the week that begins on a Monday, from the rows; sealed matters are left out altogether (第三十条). */
export const factsOf = async (tx: Tx, townId: string, weekOn: Day): Promise<CircularFacts> => {
  const until = addDays(weekOn, 6)
  const { policy } = await policyOf(tx, townId)
  const clocks = await sql<{
    unit: string
    number: string
    rule: string
    dueOn: Day
    kind: 'met' | 'late' | 'overdue' | 'coming'
  }>`
    select coalesce(u.name, '信访办') as unit, p.number, c.rule, c.due_on,
      case when c.ended_on is not null and c.ended_on <= ${until}::date and c.due_on >= ${weekOn}::date and c.due_on <= ${until}::date
          then case when c.ended_on > c.due_on then 'late' else 'met' end
        when c.due_on <= ${until}::date then 'overdue' else 'coming' end as kind
    from petition_clock c join petition p on p.town_id = c.town_id and p.id = c.petition_id
    left join unit u on u.town_id = p.town_id and u.id = p.main_unit_id and c.rule not in ('D01', 'D02')
    where c.town_id = ${townId}::uuid and not p.sealed and c.rule = any (${dutyRules as string[]}) and c.outcome is distinct from 'cancelled'
      and c.from_on <= ${until}::date
      and ((c.due_on between ${weekOn}::date and ${until}::date and c.ended_on is not null and c.ended_on <= ${until}::date)
        or (c.due_on <= ${until}::date and (c.ended_on is null or c.ended_on > ${until}::date))
        or (c.due_on between ${until}::date + 1 and ${until}::date + 7 and (c.ended_on is null or c.ended_on > ${until}::date)))
    order by c.due_on`.execute(tx)
  const silent = await sql<{ unit: string; n: number }>`
    select coalesce(u.name, '信访办') as unit, count(*)::int as n from petition p
    left join unit u on u.town_id = p.town_id and u.id = p.main_unit_id
    where p.town_id = ${townId}::uuid and not p.sealed and p.step in ('register', 'accept', 'handle', 'reply')
      and p.last_progress_on <= ${until}::date - ${policy.silentDays}::int group by 1`.execute(tx)
  const waiting = await sql<{ paper: number; revisit: number; unassigned: number; reminded: number }>`
    select (count(*) filter (where state = 'opinionDraft'))::int as paper,
      (count(*) filter (where step = 'revisit' and followed_up_on is null and state not in ('inReview', 'inRecheck')))::int as revisit,
      (count(*) filter (where step in ('accept', 'handle') and main_handler_id is null))::int as unassigned,
      (select count(*)::int from reminder r where r.town_id = ${townId}::uuid and r.on_day between ${weekOn}::date and ${until}::date) as reminded
    from petition where town_id = ${townId}::uuid and not sealed and step <> 'signoff'`.execute(tx)
  const order = (
    await tx.selectFrom('unit').select('name').where('townId', '=', townId).orderBy('sort').orderBy('name').execute()
  ).map((u) => u.name)
  const names = [...new Set(['信访办', ...order])]
  const units: UnitFacts[] = names
    .map((unit) => {
      const mine = clocks.rows.filter((c) => c.unit === unit)
      return {
        unit,
        met: mine.filter((c) => c.kind === 'met').length,
        late: mine.filter((c) => c.kind === 'late').length,
        overdue: mine
          .filter((c) => c.kind === 'overdue')
          .map((c) => ({
            number: c.number,
            name: legalLimits[c.rule as RuleId].name,
            dueOn: c.dueOn,
            days: daysBetween(c.dueOn, until),
          })),
        silent: silent.rows.find((s) => s.unit === unit)?.n ?? 0,
        coming: mine.filter((c) => c.kind === 'coming').length,
      }
    })
    .filter((u) => u.met + u.late + u.overdue.length + u.silent + u.coming > 0)
  const w = waiting.rows[0]!
  return {
    weekOn,
    until,
    reminded: w.reminded,
    units,
    waitingSignature: w.paper,
    waitingRevisit: w.revisit,
    unassigned: w.unassigned,
  }
}

/** Draft last week's circular, once. Returns whether one was made. Afterwards it is the office's text, not the machine's. */
export const draftCircular = async (tx: Tx, townId: string, at: { today: Day; now: Date }): Promise<boolean> => {
  const weekOn = addDays(mondayOf(at.today), -7)
  const there = await tx
    .selectFrom('circular')
    .select('id')
    .where('townId', '=', townId)
    .where('weekOn', '=', weekOn)
    .executeTakeFirst()
  if (there) return false
  const busy = await sql`select 1 from petition where town_id = ${townId}::uuid limit 1`.execute(tx)
  if (busy.rows.length === 0) return false
  const town = await tx.selectFrom('town').select('name').where('id', '=', townId).executeTakeFirstOrThrow()
  const facts = await factsOf(tx, townId, weekOn)
  const id = uuidv7(at.now.getTime())
  const made = await tx
    .insertInto('circular')
    .values({
      townId,
      id,
      weekOn,
      ...composeCircular(facts, town.name),
      facts: JSON.stringify(facts),
      draftedAt: at.now.toISOString(),
    } as never)
    .onConflict((oc) => oc.columns(['townId', 'weekOn']).doNothing())
    .executeTakeFirst()
  if (!made.numInsertedOrUpdatedRows) return false
  await writeTrace(
    tx,
    bySystem(townId),
    { subjectId: id, subjectKind: 'circular', kind: 'circular', says: `起草周通报（${weekOn} 起一周）`, data: facts },
    at.now,
  )
  return true
}

/** The office amends the draft or signs it; a signed circular no longer changes, and is told to heads and leaders once. */
export const saveCircular = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { version: number; title: string; body: string; issue: boolean; requestId: string },
  at: { today: Day; now: Date },
): Promise<{ told: string[] }> => {
  const row = await lockRow(tx, 'circular', who.townId, id)
  if (row.status === 'issued') throw new Refused('通报已经签发，不能再改；有误的，请在下一期更正')
  if (row.version !== input.version) throw new Refused('他人刚改过这份通报，请看过最新的内容再改；您填写的内容没有丢失')
  await setRow(tx, 'circular', who.townId, id, {
    title: input.title,
    body: input.body,
    version: row.version + 1,
    ...(input.issue
      ? { status: 'issued', issuedOn: at.today, issuedBy: who.staffId, issuedName: `${who.post} ${who.name}`.trim() }
      : {}),
  })
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: id,
      subjectKind: 'circular',
      kind: 'circular',
      says: input.issue ? `签发《${input.title}》` : `修改周通报《${input.title}》`,
      data: { title: input.title, body: input.body },
      requestId: input.requestId,
    },
    at.now,
  )
  if (!input.issue) return { told: [] }
  const told = await sql<{ staffId: string }>`
    insert into notice (town_id, id, staff_id, kind, says, from_name, at, key)
    select ${who.townId}::uuid, gen_random_uuid(), s.id, 'circular', ${`周通报：${input.title}`}, ${who.name}, ${at.now.toISOString()}::timestamptz,
      'circular/' || ${id}::text || '/' || s.id
    from staff s where s.town_id = ${who.townId}::uuid and s.active and exists (
      select from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      where h.town_id = s.town_id and h.staff_id = s.id and h.since <= ${at.today}::date and (h.until is null or h.until > ${at.today}::date)
        and (o.role in ('leadOfficial', 'townLeader', 'petitionHead', 'areaSecretary') or (o.role = 'unitHandler' and o.heads)))
    on conflict (town_id, key) do nothing returning staff_id`.execute(tx)
  return { told: told.rows.map((r) => r.staffId) }
}
