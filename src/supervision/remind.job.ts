import { sql } from 'kysely'
import { bySystem, type Tx, writeTrace } from '../audit/trace.ts'
import { strongerRules } from '../duty/stronger/stronger.query.ts'
import type { Day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Channels } from './channels.ts'
import { tellLate } from './late.store.ts'
import { directoryOf, eachDue, policyOf } from './remind.query.ts'
import { digestOf, groupDigestOf, type Policy, pageOf, plan, type Reminder, sendAfter, withOwners } from './remind.ts'

/** Columns an older database may hand over as text. */
const recordset = 'jsonb_to_recordset'

/** Write reminders that were not written before; returns the keys that are new. One statement for reminders, one for notices. */
const write = async (tx: Tx, townId: string, list: Reminder[], today: Day, now: Date): Promise<Reminder[]> => {
  const at = now.toISOString()
  const made = await sql<{ thing: string; step: number }>`
    insert into reminder (town_id, thing, step, source, petition_id, due_on, on_day, up, says, staff_ids, at)
    select ${townId}::uuid, x.thing, x.step, x.source, x.petition, x.due, ${today}::date, x.up, x.says,
      array(select jsonb_array_elements_text(x.staff)::uuid), ${at}::timestamptz
    from ${sql.raw(recordset)}(${JSON.stringify(
      list.map((r) => ({
        thing: r.thing,
        step: r.step,
        source: r.source,
        petition: r.petitionId,
        due: r.dueOn,
        up: r.up,
        says: r.says,
        staff: r.told.map((t) => t.staffId),
      })),
    )}::jsonb) as x(thing text, step int, source text, petition uuid, due date, up int, says text, staff jsonb)
    on conflict (town_id, thing, step) do nothing returning thing, step`.execute(tx)
  const fresh = new Set(made.rows.map((r) => `${r.thing}/${r.step}`))
  const news = list.filter((r) => fresh.has(`${r.thing}/${r.step}`))
  const notices = news.flatMap((r) =>
    r.told.map((t) => ({
      id: uuidv7(now.getTime()),
      staff: t.staffId,
      petition: t.petitionId,
      link: pageOf(r),
      says: t.says,
      key: `${r.thing}/${r.step}/${t.staffId}`,
    })),
  )
  if (notices.length)
    await sql`insert into notice (town_id, id, staff_id, petition_id, link, kind, says, from_name, at, key)
      select ${townId}::uuid, x.id, x.staff, x.petition, x.link, 'due', x.says, '通报提醒', ${at}::timestamptz, x.key
      from ${sql.raw(recordset)}(${JSON.stringify(notices)}::jsonb) as x(id uuid, staff uuid, petition uuid, link text, says text, key text)
      on conflict (town_id, key) do nothing`.execute(tx)
  return news
}

/** Messages for those who asked for them, and one for each work group, after the quiet hours. */
const queue = async (
  tx: Tx,
  townId: string,
  news: Map<string, Pick<Reminder, 'source' | 'dueOn'>[]>,
  total: { n: number; late: number },
  postOf: (staffId: string) => string,
  given: { policy: Policy; channels: Pick<Channels, 'has'>; today: Day; now: Date },
): Promise<void> => {
  const { policy, channels, today, now } = given
  const notBefore = sendAfter(now, policy.quiet).toISOString()
  const rows: Record<string, unknown>[] = []
  const add = (channel: string, staffId: string | null, body: string) =>
    rows.push({
      townId,
      id: uuidv7(now.getTime()),
      channel,
      staffId,
      subject: '回声：事项提醒',
      body,
      key: `${channel}/${staffId ?? 'group'}/${now.toISOString()}`,
      madeAt: now.toISOString(),
      notBefore,
    })
  const ways = await tx
    .selectFrom('contactWay')
    .select(['staffId', 'byEmail', 'bySms'])
    .where('townId', '=', townId)
    .execute()
  for (const w of ways) {
    const mine = news.get(w.staffId)
    if (!mine) continue
    if (w.byEmail && channels.has('email')) add('email', w.staffId, digestOf(mine, today))
    if (w.bySms && channels.has('sms')) add('sms', w.staffId, digestOf(mine, today))
  }
  const byPost = new Map<string, { post: string; n: number; late: number }>()
  for (const [staffId, list] of news) {
    const post = postOf(staffId)
    const p = byPost.get(post) ?? { post, n: 0, late: 0 }
    p.n += list.length
    p.late += list.filter((r) => r.dueOn < today).length
    byPost.set(post, p)
  }
  const posts = [...byPost.values()].sort((a, b) => b.late - a.late || (a.post < b.post ? -1 : 1))
  for (const group of ['wecom', 'dingtalk'] as const)
    if (channels.has(group)) add(group, null, groupDigestOf(posts, total))
  if (rows.length)
    await tx
      .insertInto('outgoing')
      .values(rows as never)
      .onConflict((oc) => oc.columns(['townId', 'key']).doNothing())
      .execute()
}

/**
 * The nightly (and hourly) scan of one town, in the caller's transaction: every due thing at the tightest step it has reached,
 * once. Returns how many reminders were new. Runs as often as one likes; after downtime it catches up.
 */
export const remindTown = async (
  tx: Tx,
  townId: string,
  given: { today: Day; now: Date; channels: Pick<Channels, 'has'> },
): Promise<number> => {
  const { today, now, channels } = given
  const { policy } = await policyOf(tx, townId)
  const { rules } = await strongerRules(tx, townId)
  const directory = await directoryOf(tx, townId, today)
  const byPerson = new Map<string, Pick<Reminder, 'source' | 'dueOn'>[]>()
  let n = 0
  let late = 0
  await eachDue(tx, townId, today, policy, rules, async (batch) => {
    const list = batch
      .map((t) => plan(withOwners(t, directory, rules), policy, directory, today))
      .filter((r): r is Reminder => r !== null)
    for (const r of await write(tx, townId, list, today, now)) {
      n += 1
      if (r.dueOn < today) late += 1
      for (const t of r.told) {
        const mine = byPerson.get(t.staffId)
        if (mine) mine.push({ source: r.source, dueOn: r.dueOn })
        else byPerson.set(t.staffId, [{ source: r.source, dueOn: r.dueOn }])
      }
    }
  })
  await tellLate(tx, townId, given)
  if (n === 0) return 0
  await queue(tx, townId, byPerson, { n, late }, (id) => directory.people.get(id)?.post || '未任职', {
    policy,
    channels,
    today,
    now,
  })
  await writeTrace(
    tx,
    bySystem(townId),
    {
      subjectId: townId,
      subjectKind: 'town',
      kind: 'remind',
      says: `通报提醒 ${n} 件，其中超期 ${late} 件，告知 ${byPerson.size} 人`,
      data: { on: today, n, late, people: byPerson.size },
    },
    now,
  )
  return n
}
