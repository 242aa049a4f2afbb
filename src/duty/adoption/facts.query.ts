import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import type { Grade } from '../../petitions/petition.ts'
import { type RoundRules, weigh } from './round.ts'

export interface CaseFacts {
  id: string
  number: string
  title: string
  grade: Grade | null
  isKey: boolean
  village: string
  category: string
  receivedOn: Day
  repeat: boolean
  affectedCount: number | null
  barredIds: string[]
  leadId: string | null
  lead: string
  open: boolean
}

/** What the table looks at of these matters; sealed ones are never here (第三十条). */
export const caseFacts = async (tx: Tx, townId: string, where: ReturnType<typeof sql<boolean>>): Promise<CaseFacts[]> =>
  (
    await sql<CaseFacts>`select p.id, p.number, p.title, p.grade, p.is_key, coalesce(v.name, '') as village,
        coalesce(c.name, p.category_text) as category, p.received_on, p.repeat, p.affected_count, p.barred_ids,
        p.lead_official_id as lead_id, coalesce(l.name, '') as lead, p.state not in ('closed', 'withdrawn') as open
      from petition p
      left join village v on v.town_id = p.town_id and v.id = p.village_id
      left join staff l on l.town_id = p.town_id and l.id = p.lead_official_id
      left join category c on c.code = p.category
      where p.town_id = ${townId}::uuid and not p.sealed and ${where}
      order by case p.grade when 'red' then 0 when 'yellow' then 1 when 'blue' then 2 else 3 end, p.received_on, p.id`.execute(
      tx,
    )
  ).rows

export const weightOf = (c: CaseFacts, rules: RoundRules, today: Day) =>
  weigh(
    {
      grade: c.grade,
      repeat: c.repeat,
      affectedCount: c.affectedCount,
      ageDays: daysBetween(c.receivedOn, today),
    },
    rules.weights,
  )

/** Points and matters each carries outside these matters. */
export const loadsOf = async (tx: Tx, townId: string, rules: RoundRules, but: string[], today: Day) => {
  const carried = await caseFacts(
    tx,
    townId,
    sql<boolean>`p.lead_official_id is not null and p.state not in ('closed', 'withdrawn') and not (p.id = any (${but}::uuid[]))`,
  )
  const loads = new Map<string, { points: number; n: number }>()
  for (const c of carried) {
    const now = loads.get(c.leadId!) ?? { points: 0, n: 0 }
    loads.set(c.leadId!, { points: now.points + weightOf(c, rules, today).points, n: now.n + 1 })
  }
  return loads
}
