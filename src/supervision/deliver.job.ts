import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Channel, Channels } from './channels.ts'
import { phoneSql } from './late.store.ts'
import { policyOf } from './remind.query.ts'
import { sendAfter } from './remind.ts'

/** Minutes to wait after each failure; after the last the message stays on the list as not delivered. */
export const waits = [5, 30, 120, 480] as const

interface Waiting {
  id: string
  channel: Channel
  subject: string
  body: string
  tries: number
  to: string | null
  /** What stands in the way of sending, when something does. */
  no: string | null
}

/**
 * Send what may leave now, a few at a time, and note what became of it. The rows are locked meanwhile, so two workers never
 * send the same one; a crash between sending and noting may send it twice, under the same id. Returns how many were tried.
 */
export const deliverTown = async (tx: Tx, townId: string, now: Date, channels: Channels): Promise<number> => {
  const { policy } = await policyOf(tx, townId)
  // Reminders to staff carry the end of the quiet hours; messages to a party of a dispute or a petitioner wait here.
  const quiet = sendAfter(now, policy.quiet) > now
  const { rows } = await sql<Waiting>`
    select o.id, o.channel, o.subject, o.body, o.tries,
      case when o.party_id is not null then d.phone when o.petition_id is not null then ${phoneSql} when o.channel = 'email' then w.email when o.channel = 'sms' then s.phone else '' end as to,
      case when o.party_id is not null and d.messages_on is null then '当事人已不同意用短信通知'
        when o.petition_id is not null and (c.withdrawn_on is not null or p.sealed or p.confidential) then '信访人已不同意用短信通知' end as no
    from outgoing o
    left join staff s on s.town_id = o.town_id and s.id = o.staff_id
    left join contact_way w on w.town_id = o.town_id and w.staff_id = o.staff_id
    left join dispute_party d on d.town_id = o.town_id and d.id = o.party_id
    left join petition p on p.town_id = o.town_id and p.id = o.petition_id
    left join message_consent c on c.town_id = o.town_id and c.petition_id = o.petition_id
    where o.town_id = ${townId}::uuid and (o.staff_id is not null or o.channel in ('wecom', 'dingtalk') or not ${quiet}) and o.sent_at is null and o.not_before <= ${now.toISOString()}::timestamptz and o.tries <= ${waits.length}
    order by o.not_before limit 20 for update of o skip locked`.execute(tx)
  for (const m of rows) {
    let failed = m.no ?? ''
    if (failed) {
      // Consent was taken back meanwhile: it is not tried again.
    } else if (m.to === null || (m.to === '' && (m.channel === 'email' || m.channel === 'sms')))
      failed = m.channel === 'sms' ? '没有登记手机号' : '没有填写邮箱'
    else
      await channels
        .send({ id: m.id, channel: m.channel, to: m.to, subject: m.subject, body: m.body })
        .catch((error: Error) => {
          failed = error.message
        })
    const tries = m.no ? waits.length + 1 : m.tries + 1
    const next = new Date(now.getTime() + (waits[m.tries] ?? 0) * 60_000).toISOString()
    await (failed
      ? sql`update outgoing set tries = ${tries}, failed = ${failed.slice(0, 200)}, not_before = ${next}::timestamptz
          where town_id = ${townId}::uuid and id = ${m.id}::uuid`
      : sql`update outgoing set tries = ${tries}, failed = '', sent_at = ${now.toISOString()}::timestamptz
          where town_id = ${townId}::uuid and id = ${m.id}::uuid`
    ).execute(tx)
  }
  return rows.length
}
