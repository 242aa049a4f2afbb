import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { type Day, formal } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { legalLimits, type RuleId } from '../petitions/clocks.ts'
import type { Channels } from './channels.ts'

/** The office's duties under the law: what is late when they pass. */
const duties = (Object.keys(legalLimits) as RuleId[]).filter((r) => legalLimits[r].kind === 'duty')

/**
 * Where the phone of a matter's petitioner is: the petitioner's own, else of whoever acts for them. Messages go to mobile phones only.
 * `p` is the petition's row.
 */
export const phoneSql = sql<string | null>`(select y.phone from petition_party y
  where y.town_id = p.town_id and y.petition_id = p.id and y.phone ~ '^1[0-9]{10}$' order by (y.role = 'petitioner') desc, y.sort limit 1)`

/**
 * A missed limit is told to the petitioner before he finds it, once, by message where he agreed to it and the office has a way to send it:
 * that it is late, where to read why and whom to complain to; never what the matter is about. Sealed and confidential matters are not told
 * by message. Returns how many were queued.
 */
export const tellLate = async (
  tx: Tx,
  townId: string,
  given: { today: Day; now: Date; channels: Pick<Channels, 'has'> },
): Promise<number> => {
  const { today, now, channels } = given
  if (!channels.has('sms')) return 0
  const { rows } = await sql<{
    petitionId: string
    number: string
    rule: RuleId
    dueOn: Day
    town: string
    hotline: string
  }>`select p.id as petition_id, p.number, c.rule, c.due_on, t.name as town, coalesce(t.settings -> 'public' ->> 'hotline', '') as hotline
    from message_consent m
    join petition p on p.town_id = m.town_id and p.id = m.petition_id and not p.sealed and not p.confidential
    join petition_clock c on c.town_id = p.town_id and c.petition_id = p.id and c.round = p.round and c.ended_on is null
      and c.due_on < ${today}::date and c.rule = any (${duties})
    join town t on t.id = p.town_id
    where m.town_id = ${townId}::uuid and m.withdrawn_on is null and ${phoneSql} is not null
      and not exists (select from outgoing o where o.town_id = p.town_id and o.key = 'late/' || p.id || '/' || c.rule || '/' || c.due_on)
    order by c.due_on limit 500`.execute(tx)
  for (const r of rows) {
    const body = `【${r.town}信访办】您好，您反映的 ${r.number} 号事项，${legalLimits[r.rule].name}本应在${formal(r.dueOn)}前完成，我们超期了，向您致歉。凭编号和查询码可以看原因和向谁投诉${r.hotline ? `，也可以打 ${r.hotline}` : ''}。`
    await tx
      .insertInto('outgoing')
      .values({
        townId,
        id: uuidv7(now.getTime()),
        channel: 'sms',
        petitionId: r.petitionId,
        subject: '超期告知',
        body,
        key: `late/${r.petitionId}/${r.rule}/${r.dueOn}`,
        madeAt: now.toISOString(),
        notBefore: now.toISOString(),
      } as never)
      .onConflict((oc) => oc.columns(['townId', 'key']).doNothing())
      .execute()
  }
  return rows.length
}
