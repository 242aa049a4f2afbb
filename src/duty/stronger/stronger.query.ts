import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { type Day, isDay } from '../../kit/day.ts'
import { type Condition, conditionNames, rulesFrom, type StrongerRule } from './stronger.ts'

/** The town's rules and the version of its settings of them. */
export const strongerRules = async (tx: Tx, townId: string): Promise<{ rules: StrongerRule[]; version: number }> => {
  const r = await tx.selectFrom('town').select('settings').where('id', '=', townId).executeTakeFirst()
  const s = (r?.settings as { stronger?: { rules?: unknown; version?: number } } | undefined)?.stronger
  return { rules: rulesFrom(s?.rules), version: s?.version ?? 0 }
}

const list = (codes: readonly string[]) => `array[${codes.map((c) => `'${c}'`).join(', ')}]::text[]`

/** When a condition holds of a matter `p`. The only place that says so. */
const holds = (r: StrongerRule, today: Day): string => {
  const content = r.categories.length
    ? ` or exists (select from unnest(${list(r.categories)}) c where starts_with(p.category, c))`
    : ''
  return {
    cadreOrFinance: `'cadreOrFinance' = any (p.grade_attributes)${content}`,
    repeated: `p.repeat or 'secondTime' = any (p.grade_attributes)`,
    raisedHigher: `'raisedHigher' = any (p.grade_attributes)`,
    severalUnits: `'severalUnits' = any (p.grade_attributes) or p.assist_unit_ids <> '{}'`,
    opinionUnexecuted: `'opinionUnexecuted' = any (p.grade_attributes) or exists (select from petition_task k
      where k.town_id = p.town_id and k.petition_id = p.id and k.done_on is null and k.due_on < '${today}'::date)`,
    projectRelated: `'projectRelated' = any (p.grade_attributes)${content}`,
  }[r.code]
}

/**
 * Open matters to which a rule applies, as SQL over one town in one pass: id, fired (codes in the order of the rules), needed
 * ('leader' or 'principal'), every_days, satisfied (whether such a leader owns it), check_due. `where` narrows the matters `p`.
 * Texts come from checked codes and days only.
 */
export const strongSql = (rules: readonly StrongerRule[], town: string, today: Day, where = 'true'): string => {
  if (!isDay(today)) throw new RangeError('day')
  const active = rules.filter((r) => r.active)
  const fired = `array_remove(array[${
    active.map((r) => `case when ${holds(r, today)} then '${r.code}' end`).join(', ') || 'null'
  }]::text[], null)`
  const principal = list(active.filter((r) => r.owner === 'principal').map((r) => r.code))
  const every = active.map((r) => `case when '${r.code}' = any (f.fired) then ${r.everyDays} end`).join(', ') || 'null'
  return `select x.*, coalesce((select max(k.on_day) from duty_check k where k.town_id = x.town_id and k.petition_id = x.id), x.registered_on) + x.every_days as check_due,
      x.lead_official_id is not null and (x.needed = 'leader' or x.lead_official_id = any (array(select h.staff_id from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
        where h.town_id = ${town} and o.role = 'townLeader' and h.since <= '${today}'::date and (h.until is null or h.until > '${today}'::date)))) as satisfied
    from (select p.town_id, p.id, p.registered_on, p.lead_official_id, f.fired,
        case when f.fired && ${principal} then 'principal' else 'leader' end as needed, least(${every})::int as every_days
      from petition p cross join lateral (select ${fired} as fired) f
      where p.town_id = ${town} and p.step <> 'signoff' and not p.sealed and (${where}) and f.fired <> '{}') x`
}

export interface StrongRow {
  id: string
  fired: Condition[]
  needed: StrongerRule['owner']
  everyDays: number
  satisfied: boolean
  checkDue: Day
}

/** A checked uuid as SQL text: a cursor's text and a subquery shared by several take no parameters. */
export const quotedId = (id: string): string => {
  if (!/^[0-9a-f-]{36}$/i.test(id)) throw new RangeError('id')
  return `'${id}'::uuid`
}

/** The matters of one town to which rules apply; or the one matter asked for. */
export const strongMatters = async (
  tx: Tx,
  townId: string,
  today: Day,
  rules: readonly StrongerRule[],
  petitionId?: string,
): Promise<StrongRow[]> =>
  (
    await sql
      .raw<StrongRow>(strongSql(rules, quotedId(townId), today, petitionId ? `p.id = ${quotedId(petitionId)}` : 'true'))
      .execute(tx)
  ).rows.map((r) => ({ ...r, fired: conditionNames.filter((c) => r.fired.includes(c)) }))
