import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { addDays, type Day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { legalLimits, type RuleId } from './clocks.ts'
import { remindKey } from './remind.ts'

/** Warn whoever holds a matter before each limit of the office and once when it is missed. Returns how many notices were new. */
export const remindDue = async (tx: Tx, townId: string, today: Day, now: Date): Promise<number> => {
  const rows = await sql<{
    petitionId: string
    rule: string
    dueOn: Day
    round: number
    number: string
    title: string
    who: string[]
  }>`
    select c.petition_id, c.rule, c.due_on, c.round, p.number, p.title,
      array(select distinct x from unnest(array[p.holder_id, p.main_handler_id, case when p.grade = 'red' then p.lead_official_id end]) x where x is not null) as who
    from petition_clock c join petition p on p.town_id = c.town_id and p.id = c.petition_id
    where c.town_id = ${townId}::uuid and c.ended_on is null and c.due_on <= ${addDays(today, 7)}::date and not p.sealed and p.step <> 'signoff'
    limit 20000`.execute(tx)
  let sent = 0
  for (const r of rows.rows) {
    if (legalLimits[r.rule as RuleId]?.kind !== 'duty') continue
    const step = remindKey(r, today)
    if (!step) continue
    const words = step.left < 0 ? `已超期 ${-step.left} 天` : step.left === 0 ? '今天到期' : `还有 ${step.left} 天到期`
    for (const staffId of r.who) {
      const made = await sql`insert into notice (town_id, id, staff_id, petition_id, kind, says, from_name, at, key)
        values (${townId}, ${uuidv7()}, ${staffId}, ${r.petitionId}, 'due', ${`${r.number} ${legalLimits[r.rule as RuleId].name}${words}：${r.title}`}, '期限提醒', ${now.toISOString()}, ${`${step.key}/${staffId}`})
        on conflict (town_id, key) do nothing`.execute(tx)
      sent += Number(made.numAffectedRows ?? 0)
    }
  }
  return sent
}
