import { sql } from 'kysely'
import type { Tx } from '../src/audit/trace.ts'
import { saveBacklogRule } from '../src/duty/dispatch/store.ts'
import { addDays, type Day } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import { whoOfStaff } from '../src/people/who.store.ts'
import type { Setting } from '../src/petitions/store.ts'
import { advise, feedback } from '../src/supervision/advice.store.ts'
import { answerSupervision, checkSupervision, decideListed, supervise } from '../src/supervision/supervise.store.ts'
import type { Deed } from './duty.ts'

const fresh = (s: Setting) => uuidv7(s.now.getTime())

/** Matters with somebody of a unit at work on them, the longest overdue first; none that was pressed before. */
const late = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{ id: string; handlerId: string; unitId: string }>`
      select p.id, p.main_handler_id as handler_id, p.main_unit_id as unit_id from petition p
      where p.town_id = ${townId}::uuid and not p.sealed and p.state = 'handling' and p.next_due_on < ${today}::date
        and p.main_handler_id is not null and p.main_unit_id is not null and p.barred_ids = '{}'
        and not exists (select from supervision v where v.town_id = p.town_id and v.petition_id = p.id)
        and exists (select from post o join holding h on h.town_id = o.town_id and h.post_id = o.id
          where o.town_id = p.town_id and o.unit_id = p.main_unit_id and o.heads and o.active)
      order by p.next_due_on, p.id limit 1`.execute(tx)
  ).rows[0]

/** What presses late work: a supervision carried to its end, a listed one that waits, advice taken up and advice that waits. */
export const supervisionDeeds = (today: Day, staff: Record<string, string>): Deed[] => {
  const deeds: Deed[] = []
  const at = (on: Day, hour: number, who: string, go: Deed['do']) => deeds.push({ on, hour, who, do: go })

  // 示范镇把积案定为满一百八十天
  at(addDays(today, -120), 8, 'zhuren', (tx, who, s) =>
    saveBacklogRule(tx, who, { requestId: fresh(s), rule: { days: 60, repeat: true } }, s),
  )
  at(addDays(today, -28), 9, 'zhuren', async (tx, who, s) => {
    const m = await late(tx, who.townId, s.today)
    if (!m) return
    const id = await supervise(
      tx,
      who,
      {
        requestId: fresh(s),
        petitionId: m.id,
        fault: 'overdue',
        facts: '办理期限届满后没有出具处理意见，也没有说明原因',
        demand: '五日内说明原因，书面告知信访人进度和救济途径',
        staffId: m.handlerId,
        answerDueOn: addDays(s.today, 5),
        listed: false,
      },
      s,
    )
    const handler = await whoOfStaff(tx, who.townId, m.handlerId, s.today)
    const answer = '鉴定机构延误，已当面向信访人说明并书面告知'
    await answerSupervision(tx, handler, id, { requestId: fresh(s), version: 1, answer }, s)
    await checkSupervision(
      tx,
      who,
      id,
      {
        requestId: fresh(s),
        version: 2,
        enough: true,
        note: '查看了告知记录，电话核实信访人已经知道',
        correctDueOn: null,
      },
      s,
    )
    const advice = (kind: 'work' | 'policy', problem: string, body: string) =>
      advise(tx, who, { requestId: fresh(s), petitionId: m.id, kind, problem, advice: body, unitId: m.unitId }, s)
    const first = await advice('work', '委托鉴定没有约定期限，耽误办理', '委托时写明期限，到期前三天催办')
    const head = await whoOfStaff(
      tx,
      who.townId,
      (await sql<{ staffId: string }>`select staff_id from advice where id = ${first}::uuid`.execute(tx)).rows[0]!
        .staffId,
      s.today,
    )
    await feedback(
      tx,
      head,
      first,
      { requestId: fresh(s), version: 1, adopted: 'adopted', feedback: '已在委托书里写明期限，并指定专人催办' },
      s,
    )
    await advice('policy', '补偿标准没有随公示更新', '每年一季度公示当年标准，张贴到村')
  })
  at(addDays(today, -6), 9, 'zhuren', async (tx, who, s) => {
    const m = await late(tx, who.townId, s.today)
    if (!m) return
    const id = await supervise(
      tx,
      who,
      {
        requestId: fresh(s),
        petitionId: m.id,
        fault: 'shirking',
        facts: '超过办理期限半年以上，两次调度会的决定没有落实',
        demand: '十日内出具处理意见；不能出具的，说明差什么、谁来办、什么时候办',
        staffId: m.handlerId,
        answerDueOn: addDays(s.today, 10),
        listed: true,
        deciderId: staff.shuji,
      },
      s,
    )
    const leader = await whoOfStaff(tx, who.townId, staff.shuji!, s.today)
    const given = { requestId: fresh(s), version: 1, agree: true, answerDueOn: addDays(s.today, 10), note: '' }
    await decideListed(tx, leader, id, given, s)
  })
  return deeds
}
