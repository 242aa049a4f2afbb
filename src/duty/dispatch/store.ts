import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { setRow } from '../../kit/server/row.ts'
import { is, type Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import type { Grade } from '../../petitions/petition.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { dayRefusal } from '../promise/promise.ts'
import { lawDay, writePromise } from '../promise/store.ts'
import {
  BacklogRule,
  backlogBecause,
  type Item,
  type ItemRecord,
  keyPeopleMissing,
  type Replan,
  usualBacklog,
} from './dispatch.ts'
import type { Minutes } from './minutes.ts'
import type { BacklogRow, MeetingView } from './routes.ts'

const say = (
  tx: Tx,
  who: Who,
  subjectId: string,
  kind: 'meeting' | 'dutyRule',
  says: string,
  requestId: string,
  s: Setting,
  data?: unknown,
) =>
  writeTrace(
    tx,
    byOf(who),
    { subjectId, subjectKind: kind === 'meeting' ? 'dispatchMeeting' : 'town', kind, says, requestId, data },
    s.now,
  )

export const backlogRule = async (tx: Tx, townId: string): Promise<BacklogRule> => {
  const r = await tx.selectFrom('town').select('settings').where('id', '=', townId).executeTakeFirst()
  const parsed = BacklogRule.safeParse((r?.settings as { backlog?: unknown } | undefined)?.backlog)
  return parsed.success ? parsed.data : usualBacklog
}

export const saveBacklogRule = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; rule: BacklogRule },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  await sql`update town set settings = settings || ${JSON.stringify({ backlog: given.rule })}::jsonb where id = ${who.townId}::uuid`.execute(
    tx,
  )
  await say(
    tx,
    who,
    who.townId,
    'dutyRule',
    `改定积案：满 ${given.rule.days} 天未结${given.rule.repeat ? '，或同一事项重复反映' : ''}`,
    given.requestId,
    s,
    given.rule,
  )
}

interface Aged {
  id: string
  number: string
  title: string
  grade: Grade | null
  village: string
  kind: string
  receivedOn: Day
  closedOn: Day | null
  nextDueOn: Day | null
  repeat: boolean
  headCount: number
  state: string
  villageId: string | null
  villageOwnerId: string | null
  areaOwnerId: string | null
  leadOfficialId: string | null
  villageOwner: string
  areaOwner: string
  lead: string
}
/** Matters that are not sealed and that this person need not keep out of; leaders meet over all of them. */
const aged = async (tx: Tx, who: Who, where: ReturnType<typeof sql>): Promise<Aged[]> =>
  (
    await sql<Aged>`select p.id, p.number, p.title, p.grade, coalesce(v.name, '') as village, p.received_on, p.closed_on, p.next_due_on,
        coalesce((with recursive up as (select code, name, parent from category where code = p.category
          union all select c.code, c.name, c.parent from category c join up on up.parent = c.code) select name from up where parent is null), nullif(p.category_text, ''), '未分类') as kind,
        p.repeat, p.head_count, p.state, p.village_id, p.village_owner_id, p.area_owner_id, p.lead_official_id,
        coalesce(vo.name, '') as village_owner, coalesce(ao.name, '') as area_owner, coalesce(lo.name, '') as lead
      from petition p
      left join village v on v.town_id = p.town_id and v.id = p.village_id
      left join staff vo on vo.town_id = p.town_id and vo.id = p.village_owner_id
      left join staff ao on ao.town_id = p.town_id and ao.id = p.area_owner_id
      left join staff lo on lo.town_id = p.town_id and lo.id = p.lead_official_id
      where p.town_id = ${who.townId}::uuid and not p.sealed and not (${who.staffId}::uuid = any (p.barred_ids)) and ${where}
      order by p.received_on, p.id`.execute(tx)
  ).rows

/** The backlog with its three key people, what else the agenda draws from the ledger, and what was resolved this year. */
export const backlog = async (tx: Tx, who: Who, today: Day) => {
  const rule = await backlogRule(tx, who.townId)
  const year = +today.slice(0, 4)
  const open = await aged(
    tx,
    who,
    sql`p.state not in ('closed', 'withdrawn', 'received', 'notAccepted', 'noLongerAccepted', 'guided')`,
  )
  const rows: BacklogRow[] = open.flatMap((p) => {
    const why = backlogBecause(p, rule, today)
    const because = [
      ...(why ? [`积案：${why}`] : []),
      ...(p.nextDueOn && p.nextDueOn < today ? ['超过法定期限'] : []),
      ...(p.grade === 'red' ? ['红色'] : []),
    ]
    return because.length
      ? [{ ...p, because, backlog: why !== null, missing: why ? keyPeopleMissing(p) : [] } as BacklogRow]
      : []
  })
  const resolved = (
    await aged(
      tx,
      who,
      sql`p.state = 'closed' and p.closed_on >= ${`${year}-01-01`}::date and p.closed_on <= ${today}::date`,
    )
  ).filter((p) => backlogBecause(p, rule, today) !== null)
  const byKind = new Map<string, { n: number; people: number }>()
  for (const p of resolved) {
    const now = byKind.get(p.kind) ?? { n: 0, people: 0 }
    byKind.set(p.kind, { n: now.n + 1, people: now.people + p.headCount })
  }
  return {
    rule,
    rows,
    year,
    resolved: resolved.length,
    people: resolved.reduce((n, p) => n + p.headCount, 0),
    byKind: [...byKind].map(([kind, x]) => ({ kind, ...x })).sort((a, b) => b.n - a.n || (a.kind < b.kind ? -1 : 1)),
  }
}

export const callMeeting = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; title: string; onDay: Day; place: string; chairId: string; petitionIds: string[] },
  s: Setting,
): Promise<{ id: string }> => {
  const done = await happened(tx, who.townId, given.requestId)
  if (done) return { id: done }
  if (given.onDay < s.today) throw new Invalid('会议日期不能早于今天', { onDay: '不能早于今天' })
  const chair = await tx
    .selectFrom('staff')
    .select(['id', 'name'])
    .where('townId', '=', who.townId)
    .where('id', '=', given.chairId)
    .where('active', '=', true)
    .executeTakeFirst()
  if (!chair) throw new Invalid('请选择主持人', { chairId: '请选择主持人' })
  const found = await aged(tx, who, sql`p.id = any (${given.petitionIds}::uuid[]) and p.state <> 'closed'`)
  if (found.length < given.petitionIds.length)
    throw new Refused('其中有的事项已经销号，或者您不能放入，请看过最新的内容再选')
  const id = uuidv7(s.now.getTime())
  const items: Item[] = given.petitionIds.map((petitionId) => {
    const p = found.find((x) => x.id === petitionId)!
    return { petitionId, number: p.number, title: p.title, report: '', decisions: [], dissent: [] }
  })
  await tx
    .insertInto('dispatchMeeting')
    .values({
      townId: who.townId,
      id,
      title: given.title,
      onDay: given.onDay,
      place: given.place,
      chairId: chair.id,
      chairName: chair.name,
      items: JSON.stringify(items),
      calledBy: who.staffId,
      calledByName: who.name,
    } as never)
    .execute()
  await say(tx, who, id, 'meeting', `召集“${given.title}”：${given.onDay}，${items.length} 件`, given.requestId, s, {
    petitionIds: given.petitionIds,
  })
  await tellStaff(
    tx,
    who,
    [...new Set([chair.id, ...found.flatMap((p) => p.leadOfficialId ?? [])])].map((staffId) => ({
      staffId,
      says: `“${given.title}”定于 ${given.onDay} 召开`,
    })),
    s.now,
    { kind: 'meeting' },
  )
  return { id }
}

const findMeeting = async (tx: Tx, townId: string, id: string, lock = false) => {
  const q = tx.selectFrom('dispatchMeeting').selectAll().where('townId', '=', townId).where('id', '=', id)
  const m = await (lock ? q.forUpdate() : q).executeTakeFirst()
  if (!m) throw new NotFound('没有这次会议')
  return asMeeting(m)
}
const asMeeting = <M extends { items: unknown; attendees: unknown }>(m: M) => ({
  ...m,
  items: m.items as Item[],
  attendees: m.attendees as string[],
})
const ended = (status: string) => (status === 'held' ? '已经结束' : '已经取消')
type Meeting = Awaited<ReturnType<typeof findMeeting>>

/** Of these matters, those that this person may see: none they keep out of, none sealed since. */
const seenIds = async (tx: Tx, who: Who, items: Item[]): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await sql<{
        id: string
      }>`select id from petition where town_id = ${who.townId}::uuid and id = any (${items.map((i) => i.petitionId)}::uuid[])
        and not sealed and not (${who.staffId}::uuid = any (barred_ids))`.execute(tx)
    ).rows.map((r) => r.id),
  )

/** Meetings as this person may see them, with what became of each decision. */
const viewsOf = async (tx: Tx, who: Who, list: Meeting[]): Promise<MeetingView[]> => {
  if (list.length === 0) return []
  const seen = await seenIds(
    tx,
    who,
    list.flatMap((m) => m.items),
  )
  const outcomes = await tx
    .selectFrom('promise')
    .select(['id', 'sourceId', 'status', 'dueOn', 'endedOn', 'words'])
    .where('townId', '=', who.townId)
    .where(
      'sourceId',
      'in',
      list.map((m) => m.id),
    )
    .execute()
  return list.map((m) => ({
    id: m.id,
    title: m.title,
    status: m.status as MeetingView['status'],
    onDay: m.onDay,
    place: m.place,
    chairName: m.chairName,
    attendees: m.attendees,
    reason: m.reason,
    version: m.version,
    records: is(who, 'clerk', 'petitionHead'),
    replans: m.status === 'called' && is(who, 'petitionHead', 'leadOfficial', 'townLeader'),
    items: m.items.filter((i) => seen.has(i.petitionId)),
    outcomes: Object.fromEntries(
      outcomes.filter((o) => o.sourceId === m.id).map(({ id, sourceId: _, ...o }) => [id, o]),
    ) as MeetingView['outcomes'],
  }))
}

export const meetingView = async (tx: Tx, who: Who, id: string): Promise<MeetingView> =>
  (await viewsOf(tx, who, [await findMeeting(tx, who.townId, id)]))[0]!

export const meetings = async (tx: Tx, who: Who, today: Day) => {
  const rows = await tx
    .selectFrom('dispatchMeeting')
    .selectAll()
    .where('townId', '=', who.townId)
    .orderBy('onDay', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  return (await viewsOf(tx, who, rows.map(asMeeting))).map((v) => {
    const ends = v.items.flatMap((i) => i.decisions.flatMap((d) => v.outcomes[d.promiseId] ?? []))
    const open = ends.filter((e) => e.status === 'open')
    return {
      id: v.id,
      title: v.title,
      status: v.status,
      onDay: v.onDay,
      place: v.place,
      chairName: v.chairName,
      items: v.items.length,
      decisions: ends.length,
      open: open.length,
      late: open.filter((e) => e.dueOn < today).length,
    }
  })
}

export const recordItem = async (
  tx: Tx,
  who: Who,
  id: string,
  petitionId: string,
  given: { requestId: string; version: number; record: ItemRecord },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const m = await findMeeting(tx, who.townId, id, true)
  if (m.status !== 'called') throw new Refused(`会议${ended(m.status)}，纪要不能再改`)
  if (m.onDay > s.today) throw new Refused(`会议定于 ${m.onDay}，还没有召开；提前开的，先改期`)
  if (m.version !== given.version) throw new Refused('他人刚记录过，请看过最新的内容再记；您填写的内容没有丢失')
  const item = m.items.find((i) => i.petitionId === petitionId)
  if (!item) throw new NotFound()
  const { matter, trace } = await findMatter(tx, who, petitionId, { lock: true })
  const { record } = given
  if (!record.report && record.decisions.length === 0 && record.dissent.length === 0)
    throw new Invalid('还没有填写内容')
  const names = new Map(
    (
      await tx
        .selectFrom('staff')
        .select(['id', 'name'])
        .where('townId', '=', who.townId)
        .where('active', '=', true)
        .execute()
    ).map((x) => [x.id, x.name]),
  )
  const made: Item['decisions'] = []
  for (const d of record.decisions) {
    const owner = names.get(d.ownerId)
    if (!owner) throw new Invalid('所选责任人不在岗', { decisions: '请另选责任人' })
    if (matter.barredIds.includes(d.ownerId))
      throw new Invalid(`${owner}应当回避此件，请另选责任人`, { decisions: '请另选责任人' })
    const no = dayRefusal(s.today, d.dueOn, s.today, lawDay(matter))
    if (no) throw new Invalid(no, { decisions: no })
    const promiseId = await writePromise(
      tx,
      who,
      {
        petitionId,
        sourceId: id,
        kind: 'dispatch',
        body: d.text,
        madeTo: `${m.title}`,
        ownerId: d.ownerId,
        madeOn: s.today,
        dueOn: d.dueOn,
      },
      s,
    )
    made.push({ ...d, owner, promiseId })
  }
  const next: Item = {
    ...item,
    report: [item.report, record.report].filter(Boolean).join('\n'),
    decisions: [...item.decisions, ...made],
    dissent: [...item.dissent, ...record.dissent],
  }
  await setRow(tx, 'dispatchMeeting', who.townId, id, {
    items: JSON.stringify(m.items.map((i) => (i.petitionId === petitionId ? next : i))),
    version: m.version + 1,
  })
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'dispatch',
      says: [
        `“${m.title}”调度`,
        record.report,
        ...made.map((d) => `决定：${d.text}，${d.owner}，${d.dueOn} 前`),
        ...record.dissent.map((d) => `不同意见（${d.by}）：${d.text}`),
      ]
        .filter(Boolean)
        .join('；'),
      data: { meetingId: id, record },
    },
    s,
    { move: 'dispatch', requestId: given.requestId },
  )
}

export const endMeeting = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; attendees: string[] },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const m = await findMeeting(tx, who.townId, id, true)
  if (m.status !== 'called') throw new Refused(`会议${ended(m.status)}`)
  if (m.version !== given.version) throw new Refused('他人刚记录过，请看过最新的内容再办')
  if (m.onDay > s.today) throw new Refused(`会议定于 ${m.onDay}，还没有召开`)
  await setRow(tx, 'dispatchMeeting', who.townId, id, {
    status: 'held',
    attendees: JSON.stringify(given.attendees),
    version: m.version + 1,
  })
  await say(
    tx,
    who,
    id,
    'meeting',
    `“${m.title}”结束，形成纪要：${m.items.reduce((n, i) => n + i.decisions.length, 0)} 项决定`,
    given.requestId,
    s,
    {
      attendees: given.attendees,
      items: m.items,
    },
  )
}

/** A meeting that is called moves to another day, or is given up where nothing was recorded yet; who was called hears of it. */
export const replanMeeting = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; plan: Replan },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const m = await findMeeting(tx, who.townId, id, true)
  if (m.status !== 'called') throw new Refused(`会议${ended(m.status)}，不能改期或取消`)
  if (m.version !== given.version) throw new Refused('他人刚改过，请看过最新的内容再办；您填写的内容没有丢失')
  const { plan } = given
  if (m.items.some((i) => i.report || i.decisions.length || i.dissent.length))
    throw new Refused('会上已经有记录，不能改期或取消')
  if (plan.how === 'moved' && plan.onDay < s.today)
    throw new Invalid('会议日期不能早于今天', { 'plan.onDay': '不能早于今天' })
  await setRow(tx, 'dispatchMeeting', who.townId, id, {
    ...(plan.how === 'moved' ? { onDay: plan.onDay, place: plan.place } : { status: 'cancelled' }),
    reason: plan.reason,
    version: m.version + 1,
  })
  const says =
    plan.how === 'moved'
      ? `“${m.title}”由 ${m.onDay} 改到 ${plan.onDay}：${plan.reason}`
      : `“${m.title}”取消：${plan.reason}`
  await say(tx, who, id, 'meeting', says, given.requestId, s, plan)
  const leads = await tx
    .selectFrom('petition')
    .select('leadOfficialId')
    .where('townId', '=', who.townId)
    .where(
      'id',
      'in',
      m.items.map((i) => i.petitionId),
    )
    .execute()
  await tellStaff(
    tx,
    who,
    [...new Set([m.chairId, ...leads.flatMap((p) => p.leadOfficialId ?? [])])].map((staffId) => ({ staffId, says })),
    s.now,
    { kind: 'meeting' },
  )
}

/** What the minutes of this meeting hold for this person. */
export const minutesOf = async (tx: Tx, who: Who, id: string, town: string): Promise<Minutes> => {
  const m = await findMeeting(tx, who.townId, id)
  return {
    town,
    title: m.title,
    onDay: m.onDay,
    place: m.place,
    chair: m.chairName,
    attendees: m.attendees,
    items: (await viewsOf(tx, who, [m]))[0]!.items,
  }
}
