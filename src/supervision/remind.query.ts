import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { quotedId, strongSql } from '../duty/stronger/stronger.query.ts'
import type { StrongerRule } from '../duty/stronger/stronger.ts'
import { unfilledWeeks } from '../duty/watch/gap.query.ts'
import { lastContactVisit } from '../ground/visits/contact.query.ts'
import type { Day } from '../kit/day.ts'
import { isDay } from '../kit/day.ts'
import { whoFrom } from '../people/holdings.ts'
import type { Role, Who } from '../people/roles.ts'
import { duties, dutyNames } from '../petitions/carry/duties.ts'
import { legalLimits, type RuleId } from '../petitions/clocks.ts'
import { concernsOfficials } from '../petitions/protect/pressure.ts'
import { safetyDays } from '../petitions/protect/sealed.ts'
import {
  type Directory,
  type HeldPost,
  type Matter,
  Policy,
  type Source,
  type Step,
  type Thing,
  usualPolicy,
} from './remind.ts'

/** The town's policy, or the usual one. What an older version stored and this one does not know falls back to the usual. */
export const policyOf = async (tx: Tx, townId: string): Promise<{ policy: Policy; version: number }> => {
  const row = await tx
    .selectFrom('reminderPolicy')
    .select(['policy', 'version'])
    .where('townId', '=', townId)
    .executeTakeFirst()
  if (!row) return { policy: usualPolicy, version: 0 }
  const stored = row.policy as Partial<Policy>
  const parsed = Policy.safeParse({ ...usualPolicy, ...stored, steps: { ...usualPolicy.steps, ...stored.steps } })
  return { policy: parsed.success ? parsed.data : usualPolicy, version: row.version }
}

/** Posts held today, the people in them, and who is away with whom standing in. */
export const directoryOf = async (tx: Tx, townId: string, today: Day): Promise<Directory> => {
  const posts = (
    await sql<HeldPost & { staffIds: string[] }>`select o.id, o.name, o.role, o.rank,
        coalesce(o.area_id, (select v.area_id from village v where v.town_id = o.town_id and v.id = o.village_id)) as area_id,
        o.village_id, o.grid_id, o.unit_id, o.heads,
        coalesce(array_agg(s.id) filter (where s.id is not null), '{}') as staff_ids
      from post o
      left join holding h on h.town_id = o.town_id and h.post_id = o.id and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)
      left join staff s on s.town_id = h.town_id and s.id = h.staff_id and s.active
      where o.town_id = ${townId}::uuid and o.active group by o.town_id, o.id`.execute(tx)
  ).rows
  const staff = (
    await sql<{
      id: string
      name: string
    }>`select id, name from staff where town_id = ${townId}::uuid and active`.execute(tx)
  ).rows
  const held = new Map<string, HeldPost[]>()
  for (const p of posts) for (const id of p.staffIds) held.set(id, [...(held.get(id) ?? []), p])
  const people = new Map<string, Who>(
    staff.map((s) => [
      s.id,
      whoFrom({ townId, staffId: s.id, name: s.name }, (held.get(s.id) ?? []) as (HeldPost & { role: Role })[]),
    ]),
  )
  const leaves = (
    await sql<{
      staffId: string
      deputyId: string | null
    }>`select distinct on (staff_id) staff_id, deputy_id from staff_leave
      where town_id = ${townId}::uuid and cancelled_at is null and ${today}::date between from_on and to_on
      order by staff_id, at desc`.execute(tx)
  ).rows
  return { posts, people, away: new Map(leaves.map((l) => [l.staffId, l.deputyId])) }
}

/** The step reached as SQL, from the same list that the pure plan reads. `left` is an SQL expression of whole days. */
const stepSql = (left: string, list: readonly Step[]): string =>
  `case ${[...list.entries()]
    .reverse()
    .map(([i, s]) => `when ${left} <= ${s.left} then ${i}`)
    .join(' ')} end`

const matterColumns = `p.town_id, p.id, p.number, p.title, p.state, p.sealed, p.barred_ids, p.registered_by, p.holder_id, p.lead_official_id,
  p.main_handler_id, p.area_owner_id, p.village_owner_id, p.signer_id, p.approver_id, p.area_id, p.village_id, p.grid_id, p.main_unit_id, p.assist_unit_ids`
const noMatter = (
  barred = "'{}'::uuid[]",
) => `null::uuid as town_id, null::uuid as id, '' as number, '' as title, '' as state, false as sealed, ${barred} as barred_ids,
  ${['registered_by', 'holder_id', 'lead_official_id', 'main_handler_id', 'area_owner_id', 'village_owner_id', 'signer_id', 'approver_id', 'area_id', 'village_id', 'grid_id', 'main_unit_id'].map((c) => `null::uuid as ${c}`).join(', ')}, '{}'::uuid[] as assist_unit_ids`

const compact = (...ids: string[]) =>
  `(select coalesce(array_agg(distinct x), '{}') from unnest(array[${ids.join(', ')}]::uuid[]) x where x is not null)`

const dutyRules = (Object.keys(legalLimits) as RuleId[])
  .filter((r) => legalLimits[r].kind === 'duty')
  .map((r) => `'${r}'`)
  .join(', ')

/**
 * One select per source: (source, thing, due_on, name, owners, matter columns). `horizon` is the earliest step in days, so that
 * the index on the due day bounds the scan. Another folder's table joins by adding an entry here. `strong` is the open matters to which
 * a rule of stronger duty applies, looked for once. What came with an old ledger is nobody's delay before the day it came.
 */
export const sourceSelects = (policy: Policy): Record<Source, (town: string, today: string) => string> => {
  const horizon = (s: Source) => Math.max(...policy.steps[s]!.map((x) => x.left))
  return {
    limit: (town, today) => `
      select 'limit' as source, 'limit/' || c.id || '/' || c.due_on as thing, c.due_on, c.rule as name,
        ${compact('p.holder_id', "case when p.state in ('handling', 'opinionDraft', 'opinionSigned') then p.main_handler_id end", "case when p.grade = 'red' then p.lead_official_id end")} as owners, ${matterColumns}
      from petition_clock c join petition p on p.town_id = c.town_id and p.id = c.petition_id
      where c.town_id = ${town} and c.ended_on is null and c.due_on <= ${today} + ${horizon('limit')} and c.rule in (${dutyRules}) and p.step <> 'signoff'`,
    silence: (town, today) => `
      select 'silence', 'silence/' || p.id || '/' || p.last_progress_on, greatest(p.last_progress_on, p.registered_on) + ${policy.silentDays}, '进展',
        ${compact('p.holder_id', "case when p.state = 'handling' then p.main_handler_id end")}, ${matterColumns}
      from petition p where p.town_id = ${town} and p.step in ('register', 'accept', 'handle', 'reply')
        and p.last_progress_on <= ${today} - ${policy.silentDays - horizon('silence')}
        and p.registered_on <= ${today} - ${policy.silentDays - horizon('silence')}`,
    revisit: (town, today) => `
      select 'revisit', 'revisit/' || p.id || '/' || p.round, greatest(coalesce(p.served_on, p.concluded_on, p.last_progress_on), p.registered_on) + ${policy.revisitDays}, '回访',
        array(select x from unnest(array[p.holder_id, p.village_owner_id, p.area_owner_id]) x where x is not null and x is distinct from p.main_handler_id limit 1), ${matterColumns}
      from petition p where p.town_id = ${town} and p.step = 'revisit' and p.followed_up_on is null and p.state not in ('inReview', 'inRecheck')
        and coalesce(p.served_on, p.concluded_on, p.last_progress_on) <= ${today} - ${policy.revisitDays - horizon('revisit')}
        and p.registered_on <= ${today} - ${policy.revisitDays - horizon('revisit')}`,
    paper: (town, today) => `
      select 'paper', 'paper/' || o.id || '/' || o.status, coalesce(o.checked_on, o.drafted_on) + ${policy.paperDays},
        case o.status when 'checked' then '意见书待签发' else '意见书待审核' end,
        case when o.status = 'checked' and p.signer_id is not null then array[p.signer_id] else '{}'::uuid[] end, ${matterColumns}
      from petition_opinion o join petition p on p.town_id = o.town_id and p.id = o.petition_id and p.round = o.round
      where o.town_id = ${town} and p.state = 'opinionDraft' and o.status in ('submitted', 'checked')
        and coalesce(o.checked_on, o.drafted_on) <= ${today} - ${policy.paperDays - horizon('paper')}`,
    approval: (town, today) => `
      select 'approval', 'approval/' || p.id || '/' || p.round || '/' || p.last_progress_on, p.last_progress_on + ${policy.paperDays}, '延期审批',
        ${compact('p.approver_id')}, ${matterColumns}
      from petition p where p.town_id = ${town} and p.step = 'handle' and p.extension = 'requested'
        and p.last_progress_on <= ${today} - ${policy.paperDays - horizon('approval')}
      union all select 'approval', 'listed/' || v.id, v.issued_on + ${policy.paperDays}, '挂牌督办待决定', array[v.decider_id], ${matterColumns}
      from supervision v join petition p on p.town_id = v.town_id and p.id = v.petition_id
      where v.town_id = ${town} and v.state = 'proposed' and v.issued_on <= ${today} - ${policy.paperDays - horizon('approval')}`,
    unread: (town, today) => `
      select 'unread', 'unread/' || n.id, (n.at at time zone 'Asia/Shanghai')::date + ${policy.unreadDays}, '交办',
        array[n.staff_id], ${matterColumns}
      from notice n join petition p on p.town_id = n.town_id and p.id = n.petition_id
      where n.town_id = ${town} and n.kind = 'assign' and n.read_at is null
        and n.at < (${today} - ${policy.unreadDays - horizon('unread')} + 1)::timestamp at time zone 'Asia/Shanghai'
        and n.staff_id in (p.holder_id, p.main_handler_id, p.lead_official_id) and p.step <> 'signoff'
        and not exists (select from trace a where a.town_id = n.town_id and a.subject_id = p.id and a.staff_id = n.staff_id and a.at >= n.at)`,
    commitment: (town, today) => `
      select 'commitment', 'promise/' || c.id || '/' || c.due_on, c.due_on, '承诺', array[c.owner_id], ${matterColumns}
      from promise c join petition p on p.town_id = c.town_id and p.id = c.petition_id
      where c.town_id = ${town} and c.status = 'open' and c.due_on <= ${today} + ${horizon('commitment')}
      union all select 'commitment', 'promise/' || c.id || '/' || c.due_on, c.due_on, '承诺', array[c.owner_id], ${noMatter()}
      from promise c where c.town_id = ${town} and c.petition_id is null and c.status = 'open' and c.due_on <= ${today} + ${horizon('commitment')}`,
    supervision: (town, today) => `
      select 'supervision', 'supervision/' || v.id || '/' || v.answer_due_on, v.answer_due_on, '督办答复', array[v.staff_id], ${matterColumns}
      from supervision v join petition p on p.town_id = v.town_id and p.id = v.petition_id
      where v.town_id = ${town} and v.state = 'issued' and v.answer_due_on <= ${today} + ${horizon('supervision')}`,
    correction: (town, today) => `
      select 'correction', 'correction/' || v.id || '/' || v.correct_due_on, v.correct_due_on, '督办整改', array[v.staff_id], ${matterColumns}
      from supervision v join petition p on p.town_id = v.town_id and p.id = v.petition_id
      where v.town_id = ${town} and v.state = 'correcting' and v.correct_due_on <= ${today} + ${horizon('correction')}`,
    advice: (town, today) => `
      select 'advice', 'advice/' || v.id, v.feedback_due_on, '建议书面反馈', array[v.staff_id], ${matterColumns}
      from advice v join petition p on p.town_id = v.town_id and p.id = v.petition_id
      where v.town_id = ${town} and v.adopted is null and v.feedback_due_on <= ${today} + ${horizon('advice')}`,
    reception: (town, today) => `
      select 'reception', 'reception/' || d.id || '/' || d.on_day || '/' || d.leader_id, d.on_day, '您的接访日', array[d.leader_id], ${noMatter()}
      from reception_day d where d.town_id = ${town} and d.status = 'planned' and d.on_day between ${today} - 60 and ${today} + ${horizon('reception')}`,
    watch: (town, today) => `
      select 'watch', 'watch/' || w.monday, w.monday - 3, to_char(w.monday, 'FMMM月FMDD日') || '起这一周的值班', '{}'::uuid[], ${noMatter()}
      from (${unfilledWeeks(town, today)}) w where w.monday - 3 <= ${today} + ${horizon('watch')}`,
    stronger: (_town, today) => `
      select 'stronger', 'stronger/' || p.id || '/' || c, ${today}, c, '{}'::uuid[], ${matterColumns}
      from strong s join petition p on p.town_id = s.town_id and p.id = s.id cross join unnest(s.fired) c`,
    // Two days after it was told that the rule applies.
    owner: () => `
      select 'owner', 'owner/' || p.id || '/' || s.needed, t.told_on + 2, case s.needed when 'principal' then '由党政主要领导包案' else '由班子成员包案' end,
        '{}'::uuid[], ${matterColumns}
      from strong s join petition p on p.town_id = s.town_id and p.id = s.id
      cross join lateral (select min(r.on_day) as told_on from reminder r where r.town_id = s.town_id and r.step = 0
        and r.thing = any (array(select 'stronger/' || s.id || '/' || c from unnest(s.fired) c))) t
      where not s.satisfied and t.told_on is not null`,
    check: (_town, today) => `
      select 'check', 'check/' || p.id || '/' || s.check_due, s.check_due, '加强责任的检查', ${compact('p.lead_official_id')}, ${matterColumns}
      from strong s join petition p on p.town_id = s.town_id and p.id = s.id where s.check_due <= ${today} + ${horizon('check')}`,
    // To be called (two working days, D20), to be held on the day set, to be told to the petitioner.
    consult: (town, today) => `
      select 'consult', 'consult/' || c.id || '/' || c.due_on, c.due_on, '召集会诊（两个工作日）', '{}'::uuid[], ${matterColumns}
      from petition_clock c join petition p on p.town_id = c.town_id and p.id = c.petition_id
      where c.town_id = ${town} and c.ended_on is null and c.rule = 'D20' and c.due_on <= ${today} + ${horizon('consult')}
      union all select 'consult', 'consult/' || c.id || '/' || c.status || '/' || x.due_on, x.due_on,
        case c.status when 'called' then '举行会诊' else '把会诊决定告知信访人' end, array[c.called_by], ${matterColumns}
      from consultation c join petition p on p.town_id = c.town_id and p.id = c.petition_id
      cross join lateral (select case c.status when 'called' then c.plan_on else c.held_on + ${policy.paperDays} end as due_on) x
      where c.town_id = ${town} and c.status <> 'told' and x.due_on <= ${today} + 1 and p.step <> 'signoff'`,
    duty: (town, today) => `
      select 'duty', 'duty/' || p.id || '/' || (l->>'duty') || '/' || (l->>'due'), (l->>'due')::date,
        case l->>'duty' ${dutyNames.map((d) => `when '${d}' then '${duties[d]}'`).join(' ')} end, array[(l->>'ownerId')::uuid], ${matterColumns}
      from petition p cross join jsonb_array_elements(p.duties) l
      where p.town_id = ${town} and p.duties is not null and p.step <> 'signoff' and l->>'doneOn' is null
        and (l->>'due')::date <= ${today} + ${horizon('duty')}`,
    session: (town, today) => `
      select 'session', 'session/' || d.id || '/' || d.next_on, d.next_on, d.number, ${tends('d.next_on', today)}, ${noMatter('d.barred_ids')}
      from dispute d where d.town_id = ${town} and d.state = 'mediating' and d.next_on <= ${today} + ${horizon('session')}`,
    mediation: (town, today) => `
      select 'mediation', 'mediation/' || d.id || '/' || d.due_on, d.due_on, d.number || ' 调解期限', ${tends('d.due_on', today)}, ${noMatter('d.barred_ids')}
      from dispute d where d.town_id = ${town} and d.state in ('accepted', 'mediating', 'signing') and (d.effective_on is null or d.rest = 'open')
        and d.due_on <= ${today} + ${horizon('mediation')}`,
    performance: (town, today) => `
      select 'performance', 'performance/' || x.id || '/' || x.due_on, x.due_on, d.number || ' 第' || x.n || '项履行', ${tends('x.due_on', today)}, ${noMatter('d.barred_ids')}
      from dispute_performance x join dispute d on d.town_id = x.town_id and d.id = x.dispute_id
      join dispute_agreement a on a.town_id = x.town_id and a.id = x.agreement_id
      where x.town_id = ${town} and x.status in ('due', 'partial') and a.status = 'effective' and (d.state in ('performing', 'breached') or d.rest = 'open')
        and x.due_on <= ${today} + ${horizon('performance')}`,
    visit: (town, today) => `
      select 'visit', 'visit/' || d.id || '/' || d.follow_up_on, d.follow_up_on, d.number || ' 回访',
        case when d.follower_id is null then ${seatedHeads(today)} else array[d.follower_id] end, ${noMatter('d.barred_ids')}
      from dispute d where d.town_id = ${town} and d.follow_up_on is not null and d.number is not null
        and d.state in ('performing', 'performed', 'breached', 'failed', 'withdrawn') and d.follow_up_on <= ${today} + ${horizon('visit')}`,
    // 第三十三条: the thirty days are the parties' right; once lapsed there is nothing left to remind of.
    confirmation: (town, today) => `
      select 'confirmation', 'confirm/' || a.id || '/' || a.confirm_by, a.confirm_by, d.number || ' 共同申请司法确认', ${tends('a.confirm_by', today)}, ${noMatter('d.barred_ids')}
      from dispute_agreement a join dispute d on d.town_id = a.town_id and d.id = a.dispute_id
      where a.town_id = ${town} and a.status = 'effective' and a.confirm is null and (d.state in ('performing', 'breached') or d.rest = 'open')
        and a.confirm_by between ${today} and ${today} + ${horizon('confirmation')}
      union all select 'confirmation', 'court/' || a.id || '/' || (a.confirm->>'dueOn'), (a.confirm->>'dueOn')::date, d.number || ' 法院审查司法确认',
        ${tends("(a.confirm->>'dueOn')::date", today)}, ${noMatter('d.barred_ids')}
      from dispute_agreement a join dispute d on d.town_id = a.town_id and d.id = a.dispute_id
      where a.town_id = ${town} and a.status = 'effective' and a.confirm->>'result' is null and (d.state in ('performing', 'performed', 'breached') or d.rest = 'open')
        and (a.confirm->>'dueOn')::date <= ${today} + ${horizon('confirmation')}`,
    echo: (town, today) => `
      select 'echo', 'echo/' || p.id || '/' || (p.echo->>'dueOn'), (p.echo->>'dueOn')::date, '把结果告知信访人', array[(p.echo->>'ownerId')::uuid], ${matterColumns}
      from petition p where p.town_id = ${town} and p.echo is not null and p.echo->>'doneOn' is null
        and (p.echo->>'dueOn')::date <= ${today} + ${horizon('echo')}`,
    outing: (town, today) => `
      select 'outing', 'outing/' || v.id || '/' || v.on_day, v.on_day, '约定的走访', array[v.staff_id], ${noMatter()}
      from visit v where v.town_id = ${town} and v.status = 'planned' and v.on_day between ${today} - 60 and ${today} + ${horizon('outing')}`,
    // What fell due in a term that has ended is nobody's to catch up on.
    contact: (town, today) => `
      select 'contact', 'contact/' || x.id || '/' || x.staff_id || '/' || x.due_on, x.due_on, '去联系村' || x.village, array[x.staff_id], ${noMatter()}
      from (select c.id, c.staff_id, v.name as village, greatest(c.from_on, ${lastContactVisit()}) + c.every_days as due_on
        from village_contact c join village v on v.town_id = c.town_id and v.id = c.village_id
        where c.town_id = ${town} and ${today} between c.from_on and c.to_on) x
      where x.due_on between ${today} - 60 and ${today} + ${horizon('contact')}`,
    pressure: (town, today) => `
      select 'pressure', 'pressure/' || p.id || '/' || n.asked, p.received_on + (array[${safetyDays.join(', ')}])[n.asked + 1], '问信访人有没有受到打压', '{}'::uuid[], ${matterColumns}
      from petition p cross join lateral (select count(*)::int as asked from petition_record r
        where r.town_id = p.town_id and r.petition_id = p.id and r.kind = 'contact' and r.data->>'pressure' = 'true') n
      where p.town_id = ${town} and p.grade_attributes @> array['${concernsOfficials}'] and n.asked < ${safetyDays.length}
        and p.received_on between ${today} - ${safetyDays.at(-1)! + 60} and ${today} - ${safetyDays[0] - horizon('pressure')}
        and p.received_on + (array[${safetyDays.join(', ')}])[n.asked + 1] <= ${today} + ${horizon('pressure')}`,
  }
}

/** Heads and deputies of the station that has the dispute, in their term. */
const seatedHeads = (today: string) =>
  `(select coalesce(array_agg(distinct m.staff_id), '{}') from mediation_member m where m.town_id = d.town_id and m.station_id = d.station_id
    and m.duty in ('head', 'deputy') and m.staff_id is not null and m.ended_on is null and m.since <= ${today} and m.until > ${today})`
/** Its mediators; without one, or once it is late, the heads of its station too. */
const tends = (due: string, today: string) =>
  `case when cardinality(d.mediator_ids) = 0 then ${seatedHeads(today)}
    when ${due} < ${today} then d.mediator_ids || ${seatedHeads(today)} else d.mediator_ids end`

interface Row extends Omit<Matter, 'id' | 'townId'> {
  source: Source
  thing: string
  dueOn: Day
  name: string
  owners: string[]
  id: string | null
  townId: string | null
}

const thingOf = ({ source, thing, dueOn, name, owners, ...m }: Row): Thing => ({
  source,
  thing,
  dueOn,
  name: source === 'limit' ? (legalLimits[name as RuleId]?.name ?? '期限') : name,
  owners,
  matter: m.id === null ? null : (m as unknown as Matter),
  ...(m.id === null ? { barredIds: m.barredIds } : {}),
})

/**
 * Everything that has reached a step it was not yet reminded of, in batches; one pass over the indexes, whatever the town's size.
 * The town is a checked uuid and the day a checked day: a cursor's text takes no parameters.
 */
export const eachDue = async (
  tx: Tx,
  townId: string,
  today: Day,
  policy: Policy,
  rules: readonly StrongerRule[],
  work: (batch: Thing[]) => Promise<void>,
): Promise<void> => {
  if (!isDay(today)) throw new RangeError('day')
  const selects = Object.entries(sourceSelects(policy))
    .map(([source, of]) => [source as Source, of(quotedId(townId), `'${today}'::date`)] as const)
    .filter(([, text]) => text !== '')
    .map(([source, text]) => {
      const step = stepSql(`(d.due_on - '${today}'::date)`, policy.steps[source]!)
      const cols = 'source, thing, due_on, name, owners'
      return `select d.* from (${text}) d(${cols}, ${matterNames}) where ${step} is not null and not exists
        (select from reminder r where r.town_id = ${quotedId(townId)} and r.thing = d.thing and r.step >= ${step})`
    })
  await sql
    .raw(
      `declare due no scroll cursor for with strong as materialized (${strongSql(rules, quotedId(townId), today)}) ${selects.join(' union all ')}`,
    )
    .execute(tx)
  for (;;) {
    const { rows } = await sql.raw<Row>('fetch 5000 from due').execute(tx)
    if (rows.length === 0) break
    await work(rows.map(thingOf))
  }
  await sql.raw('close due').execute(tx)
}
const matterNames =
  'town_id, id, number, title, state, sealed, barred_ids, registered_by, holder_id, lead_official_id, main_handler_id, area_owner_id, village_owner_id, signer_id, approver_id, area_id, village_id, grid_id, main_unit_id, assist_unit_ids'
