import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { weeksFilled } from '../duty/watch/store.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { FileStore, Kept } from '../kit/server/files.ts'
import { is, type Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { dutiesOf, type OpenItem, type OpenKind, type Posted, privateIn, starterItems } from './due.ts'
import { foldSmall, publicFrom, type Share } from './figures.ts'
import type { ItemRow, NoticeRow } from './routes.ts'

interface At {
  today: Day
  now: Date
}
type Due = At & Pick<Setting, 'law'>
/** The petition office keeps the catalogue and may publish for the town and every village. */
export const mayManage = (who: Who) => is(who, 'clerk', 'petitionHead')

/** Why this person can't publish for this village (null: the town); null when they may. */
export const postRefusal = (who: Who, village: { id: string; areaId: string | null } | null): string | null => {
  if (mayManage(who)) return null
  if (!village) return '镇一级的内容由信访办公开'
  if (is(who, 'villageOfficer') && who.villageIds.includes(village.id)) return null
  if (is(who, 'areaSecretary') && village.areaId && who.areaIds.includes(village.areaId)) return null
  return '村里的内容由本村信息员、所在管区或信访办公开'
}

/** The town's villages in their order. */
export const villagesOf = (tx: Tx, townId: string) =>
  tx
    .selectFrom('village')
    .select(['id', 'name', 'areaId'])
    .where('townId', '=', townId)
    .orderBy('sort')
    .orderBy('name')
    .execute()

/** The catalogue; a town that has none begins with what the law asks. */
const itemsOf = async (tx: Tx, townId: string): Promise<ItemRow[]> =>
  (
    await sql<ItemRow>`select id, kind, level, title, rhythm, within_days, basis, since, active, version from open_item
      where town_id = ${townId}::uuid order by active desc, level, kind, title`.execute(tx)
  ).rows

/** Begin with what the law asks of every town; nothing happens when there is a catalogue already. */
export const startCatalogue = async (tx: Tx, who: Who, at: At): Promise<void> => {
  const { townId } = who
  const have = await sql`select from open_item where town_id = ${townId}::uuid limit 1`.execute(tx)
  if (have.rows.length) return
  for (const i of starterItems)
    await sql`insert into open_item (town_id, id, kind, level, title, rhythm, within_days, basis, since)
      values (${townId}::uuid, ${uuidv7()}::uuid, ${i.kind}, ${i.level}, ${i.title}, ${i.rhythm}, ${i.withinDays}, ${i.basis}, ${at.today}::date)`.execute(
      tx,
    )
  await writeTrace(
    tx,
    who,
    { subjectId: townId, subjectKind: 'open', kind: 'open', says: `公开目录从法定的 ${starterItems.length} 条开始` },
    at.now,
  )
}

/** So many are listed at once, the newest. */
export const noticesAtOnce = 500

const noticesOf = async (
  tx: Tx,
  townId: string,
  one: string | null,
  publicOn: Day | null,
  only: { kind?: string; village?: string } = {},
) =>
  (
    await sql<Omit<NoticeRow, 'mine'> & { byId: string; villageId: string | null; itemId: string | null }>`
      select n.id, n.kind, n.title, n.body, coalesce(v.name, '') as village, n.period, n.posted_on, n.until_on, n.by_name, n.by_id,
        n.withdrawn_on, n.withdrawn_reason, n.village_id, n.item_id,
        (select coalesce(json_agg(json_build_object('id', f.id, 'name', f.name, 'size', f.size) order by f.id), '[]')
          from open_file f where f.town_id = n.town_id and f.notice_id = n.id) as files
      from open_notice n left join village v on v.town_id = n.town_id and v.id = n.village_id
      where n.town_id = ${townId}::uuid and (${one}::uuid is null or n.id = ${one}::uuid)
        and (${publicOn}::date is null or (n.withdrawn_on is null and n.posted_on <= ${publicOn}::date and (n.until_on is null or n.until_on >= ${publicOn}::date)))
        and (${only.kind ?? ''} = '' or n.kind = ${only.kind ?? ''}) and (${only.village ?? ''} = '' or v.name = ${only.village ?? ''})
      order by n.posted_on desc, n.id desc limit ${noticesAtOnce}`.execute(tx)
  ).rows

/** What must be published by when in the town and each village, and whether it is. */
const dutiesNow = async (tx: Tx, townId: string, s: Due) => {
  const { today } = s
  const [villages, items] = [await villagesOf(tx, townId), await itemsOf(tx, townId)]
  const posted = (
    await sql<Posted>`select item_id, village_id, period, id, posted_on from open_notice
      where town_id = ${townId}::uuid and item_id is not null and withdrawn_on is null`.execute(tx)
  ).rows
  const nameOf = new Map(villages.map((v) => [v.id, v.name]))
  const duties = dutiesOf(
    items,
    villages.map((v) => v.id),
    posted,
    today,
    items.some((i) => i.active && i.rhythm === 'week') ? await weeksFilled(tx, townId, s) : [],
  ).map((d) => ({
    itemId: d.item.id,
    rhythm: d.item.rhythm,
    kind: d.item.kind,
    title: d.item.title,
    basis: d.item.basis,
    villageId: d.villageId,
    village: d.villageId ? (nameOf.get(d.villageId) ?? '') : '镇',
    period: d.period.key,
    periodName: d.period.name,
    dueOn: d.dueOn,
    state: d.state,
    noticeId: d.noticeId,
  }))
  return { villages, items, duties }
}
export type PublicDuty = Awaited<ReturnType<typeof publicDuties>>['duties'][number]
/** The register as anybody may read it. */
export const publicDuties = async (tx: Tx, townId: string, s: Due) => {
  const { villages, duties } = await dutiesNow(tx, townId, s)
  return { villages: villages.map((v) => v.name), duties }
}

export const openBoard = async (tx: Tx, who: Who, s: Due) => {
  const { villages, items, duties } = await dutiesNow(tx, who.townId, s)
  const notices = await noticesOf(tx, who.townId, null, null)
  const byId = new Map(villages.map((v) => [v.id, v]))
  const village = (id: string | null) => (id ? (byId.get(id) ?? null) : null)
  return {
    mayManage: mayManage(who),
    mayPostTown: postRefusal(who, null) === null,
    villages: villages.map((v) => ({ id: v.id, name: v.name, mayPost: postRefusal(who, v) === null })),
    items,
    duties: duties.map(({ basis: _b, ...d }) => ({
      ...d,
      mayPost: d.rhythm !== 'week' && postRefusal(who, village(d.villageId)) === null,
    })),
    notices: notices.map(({ byId: by, villageId, itemId: _i, ...n }) => ({
      ...n,
      mine: by === who.staffId || postRefusal(who, village(villageId)) === null,
    })),
  }
}

export const saveItem = async (
  tx: Tx,
  who: Who,
  given: Omit<OpenItem, 'id' | 'since'> & { id: string | null; version: number },
  at: At,
): Promise<void> => {
  const { kind, level, title, rhythm, withinDays, basis, active } = given
  const id = given.id ?? uuidv7(at.now.getTime())
  const old = (await itemsOf(tx, who.townId)).find((i) => i.id === given.id)
  if ((old?.rhythm === 'week') !== (rhythm === 'week'))
    throw new Invalid('每周公开的只有值班安排一条，别的请选每月、每季度或每年', { rhythm: '请选每月、每季度或每年' })
  if (given.id) {
    const r = await sql`update open_item set kind = ${kind}, level = ${level}, title = ${title}, rhythm = ${rhythm},
        within_days = ${withinDays}, basis = ${basis}, active = ${active}, version = version + 1
      where town_id = ${who.townId}::uuid and id = ${given.id}::uuid and version = ${given.version} returning 1`.execute(
      tx,
    )
    if (r.rows.length === 0) throw new Refused('他人刚改过这一条，请看过最新的内容再改')
  } else
    await sql`insert into open_item (town_id, id, kind, level, title, rhythm, within_days, basis, since, active)
      values (${who.townId}::uuid, ${id}::uuid, ${kind}, ${level}, ${title}, ${rhythm}, ${withinDays}, ${basis}, ${at.today}::date, ${active})`.execute(
      tx,
    )
  await writeTrace(
    tx,
    who,
    {
      subjectId: id,
      subjectKind: 'open',
      kind: 'open',
      says: `${given.id ? '修改' : '增加'}公开目录：${title}${active ? '' : '（停用）'}`,
    },
    at.now,
  )
}

export const postNotice = async (
  tx: Tx,
  who: Who,
  given: {
    requestId: string
    itemId: string | null
    villageId: string | null
    kind: OpenKind
    period: string
    title: string
    body: string
    untilOn: Day | null
  },
  at: At,
): Promise<{ id: string }> => {
  const again = await sql<{ id: string }>`select id from open_notice
    where town_id = ${who.townId}::uuid and request_id = ${given.requestId}::uuid`.execute(tx)
  if (again.rows[0]) return again.rows[0]
  const village = given.villageId
    ? await tx
        .selectFrom('village')
        .select(['id', 'areaId', 'name'])
        .where('townId', '=', who.townId)
        .where('id', '=', given.villageId)
        .executeTakeFirst()
    : null
  if (given.villageId && !village) throw new NotFound('没有这个村')
  const no = postRefusal(who, village ?? null)
  if (no) throw new Refused(no)
  for (const at of ['title', 'body'] as const) {
    const secret = privateIn(given[at])
    if (secret) throw new Invalid(secret, { [at]: secret })
  }
  if (given.untilOn && given.untilOn < at.today) throw new Invalid('公开期限不能早于今天', { untilOn: '不能早于今天' })
  const item = given.itemId ? (await itemsOf(tx, who.townId)).find((i) => i.id === given.itemId) : null
  if (given.itemId && !item) throw new NotFound('目录里没有这一条')
  if (item && (item.level === 'village') !== (village !== null))
    throw new Invalid(item.level === 'village' ? '这一条由各村公开，请选择村' : '这一条由镇公开，不选村', {
      villageId: item.level === 'village' ? '请选择村' : '不选村',
    })
  const id = uuidv7(at.now.getTime())
  await sql`insert into open_notice (town_id, id, item_id, village_id, kind, period, title, body, posted_on, until_on, by_id, by_name, request_id)
    values (${who.townId}::uuid, ${id}::uuid, ${given.itemId}::uuid, ${given.villageId}::uuid, ${item?.kind ?? given.kind}, ${item ? given.period : ''},
      ${given.title}, ${given.body}, ${at.today}::date, ${given.untilOn}::date, ${who.staffId}::uuid, ${who.name}, ${given.requestId}::uuid)`.execute(
    tx,
  )
  await writeTrace(
    tx,
    who,
    {
      subjectId: id,
      subjectKind: 'open',
      kind: 'open',
      says: `公开${village ? `（${village.name}）` : ''}：${given.title}`,
      requestId: given.requestId,
    },
    at.now,
  )
  return { id }
}

/** One notice that this person may change, or a refusal. */
const changeable = async (tx: Tx, who: Who, id: string) => {
  const [n] = await noticesOf(tx, who.townId, id, null)
  if (!n) throw new NotFound('没有这份公开内容')
  if (n.withdrawnOn) throw new Refused('这份内容已经撤下')
  const village = n.villageId ? (await villagesOf(tx, who.townId)).find((v) => v.id === n.villageId)! : null
  const no = n.byId === who.staffId ? null : postRefusal(who, village)
  if (no) throw new Refused(no)
  return n
}

export const withdrawNotice = async (tx: Tx, who: Who, id: string, reason: string, at: At): Promise<void> => {
  const n = await changeable(tx, who, id)
  await sql`update open_notice set withdrawn_on = ${at.today}::date, withdrawn_reason = ${reason}
    where town_id = ${who.townId}::uuid and id = ${id}::uuid`.execute(tx)
  const says = `撤下公开内容：${n.title}；${reason}`
  await writeTrace(tx, who, { subjectId: id, subjectKind: 'open', kind: 'open', says }, at.now)
}

/** Keep a file with a notice; the bytes go to the store first. The same bytes are kept once. */
export const keepOpenFile = async (
  tx: Tx,
  files: FileStore,
  who: Who,
  noticeId: string,
  file: { name: string; kept: Kept },
  at: At,
): Promise<void> => {
  const n = await changeable(tx, who, noticeId)
  const { kept, name } = file
  // The name of a file is read by anybody, as the text is.
  const secret = privateIn(name)
  if (secret) throw new Invalid(secret.replace('内容里', '文件名里').replace('删去后再公开', '改名后再传'))
  const have =
    await sql`select from open_file where town_id = ${who.townId}::uuid and notice_id = ${noticeId}::uuid and sha256 = ${kept.sha256}`.execute(
      tx,
    )
  if (have.rows.length) return
  const id = uuidv7(at.now.getTime())
  const key = `${who.townId}/open/${id}`
  await files.put(key, kept.data, kept.mime)
  await sql`insert into open_file (town_id, id, notice_id, name, mime, size, sha256, storage_key)
    values (${who.townId}::uuid, ${id}::uuid, ${noticeId}::uuid, ${name}, ${kept.mime}, ${kept.size}, ${kept.sha256}, ${key})`.execute(
    tx,
  )
  await writeTrace(
    tx,
    who,
    { subjectId: noticeId, subjectKind: 'open', kind: 'open', says: `公开内容“${n.title}”附${name}` },
    at.now,
  )
}

/** What anybody may read today. */
export const publicNotices = async (tx: Tx, townId: string, today: Day, only: { kind: string; village: string }) => {
  const items = new Map((await itemsOf(tx, townId)).map((i) => [i.id, i.title]))
  return (await noticesOf(tx, townId, null, today, only)).map((n) => ({ ...n, item: items.get(n.itemId ?? '') ?? '' }))
}

export interface PublicFigures {
  year: string
  /** '2026-03-05 09:10', Chinese time: the figures are of then. */
  at: string
  total: number
  /** Null where a part is too small to be told. */
  byState: Share[] | null
  byContent: Share[] | null
}
/** The year's figures of the whole town without what is sealed; null while there are too few. */
export const publicFigures = async (tx: Tx, townId: string, at: At): Promise<PublicFigures | null> => {
  const year = at.today.slice(0, 4)
  const rows = (
    await sql<{ content: string; closed: number; running: number }>`
    select coalesce(c.name, '') as content,
      (count(*) filter (where p.state in ('closed', 'notAccepted', 'withdrawn', 'guided', 'noLongerAccepted')))::int as closed,
      (count(*) filter (where p.state not in ('closed', 'notAccepted', 'withdrawn', 'guided', 'noLongerAccepted')))::int as running
    from petition p left join category c on c.code = left(p.category, 2)
    where p.town_id = ${townId}::uuid and not p.sealed and p.received_on >= ${`${year}-01-01`}::date and p.received_on <= ${at.today}::date
    group by 1`.execute(tx)
  ).rows
  const sum = (of: (r: (typeof rows)[number]) => number) => rows.reduce((n, r) => n + of(r), 0)
  const [closed, running] = [sum((r) => r.closed), sum((r) => r.running)]
  const total = closed + running
  if (total < publicFrom) return null
  const states = [
    { name: '已办结', n: closed },
    { name: '正在办理', n: running },
  ]
  return {
    year,
    at: new Date(at.now.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' '),
    total,
    byState: states.every((x) => x.n === 0 || x.n >= publicFrom) ? states : null,
    byContent: foldSmall(rows.map((r) => ({ name: r.content, n: r.closed + r.running }))),
  }
}
export const publicNotice = async (tx: Tx, townId: string, id: string, today: Day) => {
  const [n] = await noticesOf(tx, townId, id, today)
  if (!n) throw new NotFound('这份内容不在公开期内')
  return n
}
export const publicFile = async (tx: Tx, townId: string, noticeId: string, fileId: string, today: Day) => {
  await publicNotice(tx, townId, noticeId, today)
  const r = await sql<{ name: string; mime: string; storageKey: string }>`select name, mime, storage_key from open_file
    where town_id = ${townId}::uuid and notice_id = ${noticeId}::uuid and id = ${fileId}::uuid`.execute(tx)
  if (!r.rows[0]) throw new NotFound('没有这个附件')
  return r.rows[0]
}
