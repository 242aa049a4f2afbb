import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { canonical } from '../../audit/chain.ts'
import type { Tx } from '../../audit/trace.ts'
import { nextNumber } from '../../documents/number.store.ts'
import { petitionNumber } from '../../documents/numbering.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { queryCode, sha256, sm3, uuidv7 } from '../../kit/server/crypto.ts'
import type { FileStore } from '../../kit/server/files.ts'
import { invalidOf } from '../../kit/server/http.ts'
import { type Keyring, sm4Suite } from '../../kit/server/keys.ts'
import { nobody, staffIdOf, type Who } from '../../people/roles.ts'
import { bumpCounts } from '../counts.store.ts'
import { countKey } from '../counts.ts'
import type { Matter } from '../petition.ts'
import { type RegisterInput, titleOf } from '../register/move.ts'
import { registerMany } from '../register/register.store.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import {
  type KeptFile,
  mayOpenSealed,
  nextSafetyOn,
  type Sealed,
  SealedContent,
  type SealedState,
  sealedMoveOf,
} from './sealed.ts'

/** From here on this transaction sees the sealed store; it ends with the transaction. */
const openGate = (tx: Tx) => sql`select set_config('huisheng.sealed', 'on', true)`.execute(tx)

const ringOf = (s: Pick<Setting, 'keys'>): Keyring => {
  if (!s.keys) throw new Refused('没有打开密封密钥，这一步没有保存')
  return s.keys
}

interface Row {
  id: string
  number: string
  state: SealedState
  receivedOn: Day
  dueOn: Day | null
  forwardedOn: Day | null
  closedOn: Day | null
  contactOn: Day | null
  kid: string
  body: Buffer
  barred: string[]
  asked: string | null
  version: number
  traceSeq: number
  traceHash: string
}
const place = (townId: string, id: string) => `sealed_matter/${townId}/${id}`
const tracePlace = (townId: string, id: string, seq: number) => `sealed_trace/${townId}/${id}/${seq}`

const opened = (keys: Keyring, townId: string, r: Row): Sealed => ({
  id: r.id,
  number: r.number,
  state: r.state,
  receivedOn: r.receivedOn,
  dueOn: r.dueOn,
  forwardedOn: r.forwardedOn,
  closedOn: r.closedOn,
  contactOn: r.contactOn,
  version: r.version,
  content: SealedContent.parse(JSON.parse(keys.open(r.kid, r.body, place(townId, r.id)).toString('utf8'))),
})

const columns = sql.raw(
  'id, number, state, received_on, due_on, forwarded_on, closed_on, contact_on, kid, body, barred, asked, version, trace_seq, trace_hash',
)

export interface SealedTrace {
  id: string
  at: string
  by: string
  says: string
}

/** One more link of the sealed matter's own chain: words encrypted, hashed in the clear so that a new key does not break it. */
const writeSealedTrace = async (
  tx: Tx,
  keys: Keyring,
  townId: string,
  matterId: string,
  last: { seq: number; hash: string },
  by: { staffId: string | null; name: string; post: string },
  says: string,
  now: Date,
  requestId: string | null,
): Promise<{ seq: number; hash: string }> => {
  const seq = last.seq + 1
  const entry = {
    id: uuidv7(now.getTime()),
    at: now.toISOString(),
    staffId: by.staffId,
    byName: by.name,
    byPost: by.post,
    says,
  }
  const { kid, body } = keys.seal(JSON.stringify(entry), tracePlace(townId, matterId, seq))
  const hash = sm3(canonical([townId, matterId, seq, entry, last.hash]))
  await sql`insert into sealed_trace (town_id, matter_id, seq, id, at, kid, body, request_id, prev, hash)
    values (${townId}, ${matterId}, ${seq}, ${entry.id}, ${entry.at}, ${kid}, ${Buffer.from(body)}, ${requestId}, ${last.hash}, ${hash})`.execute(
    tx,
  )
  return { seq, hash }
}

/** Liaisons of the town, those first whom the matter does not name. */
const liaisonsOf = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{ id: string; name: string }>`select distinct s.id, s.name from staff s
      join holding h on h.town_id = s.town_id and h.staff_id = s.id join post p on p.town_id = h.town_id and p.id = h.post_id
      where s.town_id = ${townId}::uuid and s.active and p.role = 'disciplineLiaison' and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)`.execute(
      tx,
    )
  ).rows

const tellLiaisons = async (tx: Tx, townId: string, ids: string[], says: string, now: Date) => {
  for (const staffId of ids)
    await sql`insert into notice (town_id, id, staff_id, kind, says, from_name, at) values (${townId}, ${uuidv7(now.getTime())}, ${staffId}, 'sealed', ${says}, '密封件', ${now.toISOString()})`.execute(
      tx,
    )
}

/** The slips by which the petitioner asks: its number now and before, each with the code. */
const receiptsOf = (keys: Keyring, number: string, c: SealedContent) =>
  [number, ...(c.before ? [c.before.number] : [])].map((n) => keys.blind(`${n}/${c.queryCode}`))

const insertSealed = async (
  tx: Tx,
  who: Who,
  content: SealedContent,
  s: Setting,
  requestId: string | null,
  says: string,
): Promise<{ id: string; number: string }> => {
  const keys = ringOf(s)
  const { townId } = who
  await openGate(tx)
  const id = uuidv7(s.now.getTime())
  const year = +s.today.slice(0, 4)
  const number = petitionNumber('MF', year, await nextNumber(tx, townId, 'sealed', year))
  const all = await liaisonsOf(tx, townId, s.today)
  const words = [content.input.title, content.input.request, content.input.facts].join('\n')
  const accused = all.filter((l) => words.includes(l.name))
  const kept: SealedContent = { ...content, barredIds: accused.map((l) => l.id) }
  const { kid, body } = keys.seal(JSON.stringify(kept), place(townId, id))
  const trace = await writeSealedTrace(tx, keys, townId, id, { seq: 0, hash: '' }, who, says, s.now, requestId)
  await sql`insert into sealed_matter (town_id, id, number, state, received_on, due_on, contact_on, kid, body, barred, receipts, request_id, trace_seq, trace_hash)
    values (${townId}, ${id}, ${number}, 'sealed', ${content.input.receivedOn}, ${addDays(content.input.receivedOn, 15)}, ${nextSafetyOn(s.today, [])}, ${kid}, ${Buffer.from(body)},
      ${accused.map((l) => keys.blind(l.id))}::text[], ${receiptsOf(keys, number, kept)}::text[], ${requestId}, ${trace.seq}, ${trace.hash})`.execute(
    tx,
  )
  const free = all.filter((l) => !accused.includes(l))
  await tellLiaisons(
    tx,
    townId,
    free.map((l) => l.id),
    '有一件密封件待办理，请到“密封件”中查看',
    s.now,
  )
  // Nobody left who may open it: the head of the town is asked for another liaison, and learns no more than that.
  if (free.length === 0) {
    const heads = await sql<{
      id: string
    }>`select distinct h.staff_id as id from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
      where h.town_id = ${townId}::uuid and p.role = 'townLeader' and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(
      tx,
    )
    await tellLiaisons(
      tx,
      townId,
      heads.rows.map((x) => x.id),
      '请为本镇指定一名（另一名）纪检联络员',
      s.now,
    )
  }
  return { id, number }
}

/** Sealed at the counter: nothing of it ever enters the common tables; who registered keeps the receipt and nothing else. */
export const registerSealed = async (
  tx: Tx,
  who: Who,
  input: RegisterInput,
  s: Setting,
  requestId: string | null,
): Promise<{ id: string; number: string; queryCode: string }> => {
  const code = queryCode()
  const made = await insertSealed(
    tx,
    who,
    SealedContent.parse({
      why: input.class === 'accusation' ? 'accusation' : 'confidential',
      input: { ...input, title: input.title || titleOf(input.request), links: [] },
      queryCode: code,
      registeredOn: s.today,
      registeredBy: staffIdOf(who),
      registeredByName: who.name,
    }),
    s,
    requestId,
    '登记并即时密封',
  )
  return { ...made, queryCode: code }
}

/**
 * Pressure on a petitioner, told past village, area and unit: straight to the liaison, sealed, with the number of the matter it is about.
 * From whoever takes it down, or from the petitioner at the public face.
 */
export const reportPressure = async (
  tx: Tx,
  who: Who,
  given: {
    requestId: string
    about: { petitionId: string; number: string } | null
    what: string
    by: string
    name: string
    phone: string
    channel: 'visit' | 'phone' | 'online' | 'letter'
  },
  s: Setting,
): Promise<{ id: string; number: string; queryCode: string }> => {
  const again = await sealedReceipt(tx, who, given.requestId, s)
  if (again) return again
  const code = queryCode()
  const made = await insertSealed(
    tx,
    who,
    SealedContent.parse({
      why: 'pressure',
      input: {
        channel: given.channel,
        receivedOn: s.today,
        title: given.about ? `${given.about.number} 的信访人反映受到打压` : '信访人反映受到打压',
        request: given.what,
        anonymous: given.name === '',
        parties: given.name ? [{ name: given.name, phone: given.phone }] : [],
      },
      accused: given.by ? [{ name: given.by, unit: '' }] : [],
      queryCode: code,
      registeredOn: s.today,
      registeredBy: staffIdOf(who),
      registeredByName: who.staffId === nobody ? '信访人' : who.name,
      about: given.about,
    }),
    s,
    given.requestId,
    '反映受到打压，直送纪检联络员',
  )
  return { ...made, queryCode: code }
}

/** Tell the liaisons once of what falls due: to forward within the fifteen days, and to ask whether there is pressure. */
export const remindSealed = async (tx: Tx, townId: string, s: Setting): Promise<number> => {
  const keys = ringOf(s)
  await openGate(tx)
  const soon = addDays(s.today, 3)
  const r = await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid and state <> 'returned'
    and ((state = 'sealed' and due_on <= ${soon}::date) or contact_on <= ${s.today}::date)`.execute(tx)
  const all = await liaisonsOf(tx, townId, s.today)
  let sent = 0
  for (const m of r.rows) {
    const what: [string, string][] = []
    if (m.state === 'sealed' && m.dueOn && m.dueOn <= soon)
      what.push([`due/${m.dueOn}`, '有一件密封件即将满十五日，请及时转送'])
    if (m.contactOn && m.contactOn <= s.today)
      what.push([`contact/${m.contactOn}`, '有一件密封件应当回访信访人是否受到打压'])
    for (const l of all.filter((x) => !m.barred.includes(keys.blind(x.id))))
      for (const [key, says] of what) {
        const made = await sql`insert into notice (town_id, id, staff_id, kind, says, from_name, at, key)
          values (${townId}, ${uuidv7(s.now.getTime())}, ${l.id}, 'sealed', ${says}, '密封件', ${s.now.toISOString()}, ${`sealed/${keys.blind(`${m.id}/${key}/${l.id}`)}`})
          on conflict (town_id, key) do nothing`.execute(tx)
        sent += Number(made.numAffectedRows ?? 0)
      }
  }
  return sent
}

/** The receipt of a registration that this same person sent before and that was sealed; undefined when there is none. */
export const sealedReceipt = async (tx: Tx, who: Who, requestId: string, s: Setting) => {
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${who.townId}::uuid and request_id = ${requestId}::uuid`.execute(
      tx,
    )
  if (!r.rows[0]) return
  const m = opened(ringOf(s), who.townId, r.rows[0])
  return (m.content.registeredBy ?? nobody) === who.staffId
    ? { id: m.id, number: m.number, queryCode: m.content.queryCode }
    : undefined
}

/** A matter of the common ledger becomes sealed: everything of it leaves the common tables in this same transaction. */
export const sealAway = async (tx: Tx, who: Who, m: Matter, s: Setting): Promise<void> => {
  const { townId } = who
  const r = await sql<{
    kept: { rows: { table: string; rows: Record<string, unknown>[] }[]; trace: unknown[] }
  }>`select seal_away(${townId}::uuid, ${m.id}::uuid) as kept`.execute(tx)
  const kept = r.rows[0]!.kept
  await bumpCounts(tx, townId, [{ key: countKey(m), n: -1 }])
  const files = (kept.rows.find((x) => x.table === 'attachment')?.rows ?? []) as Record<string, string & number>[]
  await insertSealed(
    tx,
    who,
    SealedContent.parse({
      why: m.confidential && m.class !== 'accusation' ? 'confidential' : 'midway',
      input: {
        channel: m.channel,
        receivedOn: m.receivedOn,
        title: m.title,
        request: m.request,
        facts: m.facts,
        oral: m.oral,
        readBack: m.readBack,
        anonymous: m.anonymous,
        confidential: m.confidential,
        headCount: m.headCount,
        affectedCount: m.affectedCount,
        areaId: m.areaId,
        villageId: m.villageId,
        gridId: m.gridId,
        place: m.place,
        parties: m.parties.map(({ id: _i, sort: _s, ...p }) => p),
        class: m.class,
        route: m.route,
        category: m.category,
        categoryText: m.categoryText,
        claims: m.claims.map((c) => c.body),
      },
      queryCode: m.queryCode,
      registeredOn: m.registeredOn,
      registeredBy: m.registeredBy,
      registeredByName: '',
      files: files.map((f) => ({
        id: f.id,
        name: f.name,
        mime: f.mime,
        size: Number(f.size),
        sha256: f.sha256,
        key: f.storage_key,
        secret: null,
        byName: f.by_name,
        at: f.at,
      })),
      before: { petitionId: m.id, number: m.number, kept },
    }),
    s,
    null,
    `由${m.number}办理中密封，原内容全部移出公共台账`,
  )
}

/** Rows this person may see. The condition is the same whether or not there is anything, so the work is too. */
const visible = (who: Who, keys: Keyring) =>
  sql`town_id = ${who.townId}::uuid and not (${keys.blind(who.staffId)} = any (barred)) and ${mayOpenSealed(who)}::boolean`

/** One sealed matter for the liaison, or for the one person asked to confirm its return. Unseen is not found. */
export const findSealed = async (
  tx: Tx,
  who: Who,
  id: string,
  s: Setting,
  options: { lock?: boolean; asConfirmer?: boolean; own?: boolean } = {},
): Promise<{ matter: Sealed; trace: { seq: number; hash: string } }> => {
  const keys = ringOf(s)
  await openGate(tx)
  const mine = options.own
    ? sql`town_id = ${who.townId}::uuid and request_id is not null`
    : options.asConfirmer
      ? sql`town_id = ${who.townId}::uuid and asked = ${keys.blind(who.staffId)}`
      : visible(who, keys)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where id = ${id}::uuid and ${mine} ${options.lock ? sql`for update` : sql``}`.execute(
      tx,
    )
  const row = r.rows[0]
  if (!row) throw new NotFound()
  return { matter: opened(keys, who.townId, row), trace: { seq: row.traceSeq, hash: row.traceHash } }
}

/** The list, without content; with a text to look for, only what contains it (and the search leaves a trace on what it found). */
export const listSealed = async (tx: Tx, who: Who, q: { text?: string; state?: SealedState }, s: Setting) => {
  if (!mayOpenSealed(who)) throw new NotFound()
  const keys = ringOf(s)
  await openGate(tx)
  const r = await sql<Row>`select ${columns} from sealed_matter where ${visible(who, keys)}
    ${q.state ? sql`and state = ${q.state}` : sql``} order by received_on desc, id desc limit 2000`.execute(tx)
  let rows = r.rows
  if (q.text) {
    const wanted = q.text.toLowerCase()
    rows = rows.filter((x) =>
      keys.open(x.kid, x.body, place(who.townId, x.id)).toString('utf8').toLowerCase().includes(wanted),
    )
  }
  return rows.map(({ id, number, state, receivedOn, dueOn, forwardedOn, closedOn, contactOn, version }) => ({
    id,
    number,
    state,
    receivedOn,
    dueOn: state === 'sealed' ? dueOn : null,
    forwardedOn,
    closedOn,
    contactOn,
    version,
  }))
}

const setTrace = (tx: Tx, townId: string, id: string, t: { seq: number; hash: string }) =>
  sql`update sealed_matter set trace_seq = ${t.seq}, trace_hash = ${t.hash} where town_id = ${townId}::uuid and id = ${id}::uuid`.execute(
    tx,
  )

/** Open the content: with a purpose, and a trace. */
export const openSealed = async (tx: Tx, who: Who, id: string, purpose: string, s: Setting): Promise<Sealed> => {
  const { matter, trace } = await findSealed(tx, who, id, s, { lock: true })
  const t = await writeSealedTrace(tx, ringOf(s), who.townId, id, trace, who, `打开，用途：${purpose}`, s.now, null)
  await setTrace(tx, who.townId, id, t)
  return matter
}

const saveContent = async (tx: Tx, townId: string, m: Sealed, content: SealedContent, keys: Keyring) => {
  const { kid, body } = keys.seal(JSON.stringify(content), place(townId, m.id))
  const asked = content.asked ? keys.blind(content.asked.confirmerId) : null
  const barred = content.barredIds.map((b) => keys.blind(b))
  const r =
    await sql`update sealed_matter set kid = ${kid}, body = ${Buffer.from(body)}, asked = ${asked}, barred = ${barred}::text[], version = version + 1
    where town_id = ${townId}::uuid and id = ${m.id}::uuid and version = ${m.version}`.execute(tx)
  if (Number(r.numAffectedRows) === 0) throw new Refused('他人刚处理过此件，请刷新后再办；您填写的内容没有丢失')
}

/** One step on a sealed matter, once; the answer is null when the matter has left this person's sight. */
export const actSealed = async (
  tx: Tx,
  who: Who,
  given: { id: string; move: string; version: number; requestId: string; input: unknown },
  files: FileStore,
  s: Setting,
): Promise<Sealed> => {
  const keys = ringOf(s)
  const { townId } = who
  const { matter, trace } = await findSealed(tx, who, given.id, s, {
    lock: true,
    asConfirmer: given.move === 'answerReturn',
  })
  const done =
    await sql`select 1 from sealed_trace where town_id = ${townId}::uuid and request_id = ${given.requestId}::uuid`.execute(
      tx,
    )
  if (done.rows.length) return matter
  const m = sealedMoveOf(given.move)
  if (!m) throw new Refused('没有这一步')
  if (matter.version !== given.version) throw new Refused('他人刚处理过此件，请刷新后再办；您填写的内容没有丢失')
  const no = m.refusal(matter, who)
  if (no) throw new Refused(no)
  let raw = given.input ?? {}
  if (given.move === 'askReturn') {
    const c = (raw as { confirmerId?: unknown }).confirmerId
    const r = await sql<{
      name: string
      ok: boolean
    }>`select s.name, bool_or(p.role in ('petitionHead', 'disciplineLiaison', 'townLeader')) as ok from staff s
      join holding h on h.town_id = s.town_id and h.staff_id = s.id join post p on p.town_id = h.town_id and p.id = h.post_id
      where s.town_id = ${townId}::uuid and s.active and s.id::text = ${String(c)} and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date) group by s.name`.execute(
      tx,
    )
    if (!r.rows[0]?.ok) throw new Refused('确认人应为信访办主任、党政主要领导或另一名纪检联络员')
    raw = { ...(raw as object), confirmerName: r.rows[0].name }
  }
  const parsed = m.input.safeParse(raw)
  if (!parsed.success) throw invalidOf(parsed.error.issues)
  const change = m.decide(matter, parsed.data, who, s.today)
  const content = SealedContent.parse(change.content)
  if (given.move === 'nameAccused') {
    const all = await liaisonsOf(tx, townId, s.today)
    const named = all.filter((l) => content.accused.some((a) => a.name === l.name)).map((l) => l.id)
    if (named.includes(who.staffId))
      throw new Refused(
        '被反映人与您同名：如确为本人，请立即停止办理，由另一名纪检联络员接手；如为同名，请在姓名后注明单位以区分',
      )
    content.barredIds = [...new Set([...content.barredIds, ...named])]
  }
  if (change.back) content.returnedAs = await bringBack(tx, who, matter, change.back.class, files, s)
  await saveContent(tx, townId, matter, content, keys)
  const t = await writeSealedTrace(tx, keys, townId, matter.id, trace, who, change.says, s.now, given.requestId)
  await sql`update sealed_matter set state = ${change.state ?? matter.state}, forwarded_on = ${change.forwardedOn ?? matter.forwardedOn},
    closed_on = ${change.closedOn ?? matter.closedOn},
    contact_on = ${change.back ? null : nextSafetyOn(content.registeredOn, content.notes)}, trace_seq = ${t.seq}, trace_hash = ${t.hash}
    where town_id = ${townId}::uuid and id = ${matter.id}::uuid`.execute(tx)
  if (given.move === 'askReturn' && content.asked)
    await tellLiaisons(
      tx,
      townId,
      [content.asked.confirmerId],
      '有一件事项请您确认是否转入普通办理，请到“转回确认”中查看',
      s.now,
    )
  const after =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid and id = ${matter.id}::uuid`.execute(
      tx,
    )
  return opened(keys, townId, after.rows[0]!)
}

/** Back into the common ledger: as it stood before, or registered anew with the day it was truly received; with all its files. */
const bringBack = async (
  tx: Tx,
  who: Who,
  m: Sealed,
  cls: 'claim' | 'suggestion' | null,
  files: FileStore,
  s: Setting,
): Promise<string> => {
  const { before, input, asked } = m.content
  const { townId } = who
  const says = `经${asked?.byName ?? ''}提请、${who.name}确认，转入普通办理`
  let petitionId: string
  const kept = before?.kept as
    | { rows: { table: string; rows: Record<string, unknown>[] }[]; trace: unknown[] }
    | undefined
  if (before && kept) {
    petitionId = before.petitionId
    const others = kept.rows
      .filter((x) => x.table === 'petition_link')
      .flatMap((x) => x.rows.flatMap((l) => [l.from_id, l.to_id])) as string[]
    const there = new Set(
      (
        await sql<{
          id: string
        }>`select id from petition where town_id = ${townId}::uuid and id = any (${others}::uuid[])`.execute(tx)
      ).rows.map((x) => x.id),
    ).add(petitionId)
    const change: Record<string, (rows: Record<string, unknown>[]) => Record<string, unknown>[]> = {
      petition: (rows) => rows.map((p) => ({ ...p, class: cls, route: null, sealed: false, confidential: false })),
      petition_link: (rows) => rows.filter((l) => there.has(l.from_id as string) && there.has(l.to_id as string)),
    }
    const rows = kept.rows
      .map((part) => ({ table: part.table, rows: change[part.table]?.(part.rows) ?? part.rows }))
      .filter((part) => part.rows.length > 0)
    await sql`select bring_back(${townId}::uuid, ${petitionId}::uuid, ${JSON.stringify({ rows, trace: kept.trace })}::jsonb)`.execute(
      tx,
    )
  } else {
    const open = { ...input, class: cls, route: null, confidential: false, links: [] }
    const [made] = await registerMany(tx, { ...who, roles: ['clerk'] }, [{ input: open }], s)
    petitionId = made!.id
    // The code on the petitioner's slip stays good.
    await sql`update petition set query_code = ${m.content.queryCode} where town_id = ${townId}::uuid and id = ${petitionId}::uuid`.execute(
      tx,
    )
  }
  for (const f of m.content.files) {
    const raw = await files.get(f.key)
    const data = f.secret ? sm4Suite.open(Buffer.from(f.secret, 'base64'), raw, filePlace(f.id)) : raw
    const storageKey = `${townId}/${petitionId}/${f.id}`
    await files.put(storageKey, data, f.mime)
    await sql`insert into attachment (town_id, id, petition_id, name, kind, mime, size, sha256, storage_key, by_name, at, brought)
      values (${townId}, ${f.id}, ${petitionId}, ${f.name}, '材料', ${f.mime}, ${f.size}, ${f.sha256}, ${storageKey}, ${f.byName}, ${f.at}, ${f.byName === '信访人'})
      on conflict (town_id, id) do update set storage_key = excluded.storage_key`.execute(tx)
  }
  const found = await findMatter(tx, { ...who, roles: ['petitionHead'] }, petitionId, { lock: true })
  if (before) await bumpCounts(tx, townId, [{ key: countKey(found.matter), n: 1 }])
  await applyChange(
    tx,
    who,
    found.matter,
    found.trace,
    { kind: 'classify', says, set: { title: found.matter.title } },
    s,
    { move: 'unseal' },
  )
  return found.matter.number
}

/** What the petitioner is told who comes with the slip of a sealed matter; undefined when number and code open none. */
export const sealedByReceipt = async (tx: Tx, townId: string, number: string, code: string, s: Setting) => {
  const keys = ringOf(s)
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid and receipts @> array[${keys.blind(`${number}/${code}`)}]`.execute(
      tx,
    )
  if (!r.rows[0]) return
  const m = opened(keys, townId, r.rows[0])
  // Back in the common ledger under the same number and code: the petitioner is served there.
  if (m.content.before && m.state === 'returned') return
  return { number: m.number, state: m.state, receivedOn: m.receivedOn, returnedAs: m.content.returnedAs }
}

/** Returns that wait for this person's word: number and reason, nothing else. */
export const returnsAskedOf = async (tx: Tx, who: Who, s: Setting) => {
  const keys = ringOf(s)
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${who.townId}::uuid and asked = ${keys.blind(who.staffId)} and state = 'sealed' order by received_on`.execute(
      tx,
    )
  return r.rows.map((row) => {
    const m = opened(keys, who.townId, row)
    return {
      id: m.id,
      number: m.number,
      version: m.version,
      reason: m.content.asked!.reason,
      byName: m.content.asked!.byName,
      onDay: m.content.asked!.onDay,
    }
  })
}

export const sealedTimeline = async (tx: Tx, who: Who, id: string, s: Setting): Promise<SealedTrace[]> => {
  const keys = ringOf(s)
  await findSealed(tx, who, id, s)
  const r = await sql<{
    seq: number
    kid: string
    body: Buffer
  }>`select seq, kid, body from sealed_trace where town_id = ${who.townId}::uuid and matter_id = ${id}::uuid order by seq desc`.execute(
    tx,
  )
  return r.rows.map((row) => {
    const e = JSON.parse(keys.open(row.kid, row.body, tracePlace(who.townId, id, row.seq)).toString('utf8')) as {
      id: string
      at: string
      byName: string
      byPost: string
      says: string
    }
    return { id: e.id, at: e.at, by: `${e.byPost ? `${e.byPost} ` : ''}${e.byName}`, says: e.says }
  })
}

/** Attempts to open this matter by people who were told “not found”. */
export const attemptsOn = async (tx: Tx, townId: string, ids: string[], only?: readonly string[]) =>
  (
    await sql<{
      day: Day
      n: number
      name: string
    }>`select m.day, m.n, s.name from access_miss m join staff s on s.town_id = m.town_id and s.id = m.staff_id
      where m.town_id = ${townId}::uuid and m.asked_id = any (${ids}::uuid[]) ${only ? sql`and m.staff_id = any (${only}::uuid[])` : sql``} order by m.last_at desc limit 200`.execute(
      tx,
    )
  ).rows

const fileKey = (townId: string) => `${townId}/s/${uuidv7()}`
const filePlace = (id: string) => `sealed_file/${id}`

/** Keep one more file, encrypted under a key of its own that lies inside the sealed content. */
export const addSealedFile = async (
  tx: Tx,
  who: Who,
  given: {
    id: string
    requestId: string
    name: string
    /** By the petitioner in the same breath as registering. */
    own?: boolean
    kept: { data: Uint8Array; mime: string; size: number; sha256: string }
  },
  files: FileStore,
  s: Setting,
): Promise<void> => {
  const keys = ringOf(s)
  const { matter, trace } = await findSealed(tx, who, given.id, s, { lock: true, own: given.own })
  const done =
    await sql`select 1 from sealed_trace where town_id = ${who.townId}::uuid and request_id = ${given.requestId}::uuid`.execute(
      tx,
    )
  if (done.rows.length) return
  const id = uuidv7()
  const secret = randomBytes(32)
  const key = fileKey(who.townId)
  await files.put(key, sm4Suite.seal(secret, given.kept.data, filePlace(id)), 'application/octet-stream')
  const file: KeptFile = {
    id,
    name: given.name,
    mime: given.kept.mime,
    size: given.kept.size,
    sha256: given.kept.sha256,
    key,
    secret: secret.toString('base64'),
    byName: who.name,
    at: s.now.toISOString(),
  }
  await saveContent(tx, who.townId, matter, { ...matter.content, files: [...matter.content.files, file] }, keys)
  const t = await writeSealedTrace(tx, keys, who.townId, matter.id, trace, who, '加入一份材料', s.now, given.requestId)
  await setTrace(tx, who.townId, matter.id, t)
}

export const readSealedFile = async (tx: Tx, who: Who, id: string, fileId: string, files: FileStore, s: Setting) => {
  const keys = ringOf(s)
  const { matter, trace } = await findSealed(tx, who, id, s, { lock: true })
  const file = matter.content.files.find((f) => f.id === fileId)
  if (!file) throw new NotFound()
  const raw = await files.get(file.key)
  const data = file.secret
    ? Buffer.from(sm4Suite.open(Buffer.from(file.secret, 'base64'), raw, filePlace(file.id)))
    : Buffer.from(raw)
  if (sha256(data) !== file.sha256) throw new Refused('文件与存证的校验值不符，可能已损坏或被改动，请从备份恢复')
  const t = await writeSealedTrace(tx, keys, who.townId, id, trace, who, '打开一份材料', s.now, null)
  await setTrace(tx, who.townId, id, t)
  return { file, data }
}

/** Files of matters sealed midway, still lying unsealed where they were: seal each and remove the old one. Repeatable. */
export const sealFiles = async (tx: Tx, townId: string, files: FileStore, s: Setting): Promise<string[]> => {
  const keys = ringOf(s)
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid and state <> 'returned' for update`.execute(
      tx,
    )
  const old: string[] = []
  for (const row of r.rows) {
    const m = opened(keys, townId, row)
    if (m.content.files.every((f) => f.secret !== null)) continue
    const next: KeptFile[] = []
    for (const f of m.content.files) {
      if (f.secret !== null) {
        next.push(f)
        continue
      }
      const secret = randomBytes(32)
      const key = fileKey(townId)
      await files.put(key, sm4Suite.seal(secret, await files.get(f.key), filePlace(f.id)), 'application/octet-stream')
      old.push(f.key)
      next.push({ ...f, key, secret: secret.toString('base64') })
    }
    await saveContent(tx, townId, m, { ...m.content, files: next }, keys)
  }
  return old
}

/** Everything sealed under the new key; afterwards the old keys are of no use. As the owner, all towns; returns how many rows. */
export const rewrap = async (tx: Tx, keys: Keyring): Promise<number> => {
  await openGate(tx)
  const matters = await sql<Row & { townId: string }>`select town_id, ${columns} from sealed_matter for update`.execute(
    tx,
  )
  for (const r of matters.rows) {
    const plain = keys.open(r.kid, r.body, place(r.townId, r.id))
    const content = SealedContent.parse(JSON.parse(plain.toString('utf8')))
    const { kid, body } = keys.seal(plain, place(r.townId, r.id))
    await sql`update sealed_matter set kid = ${kid}, body = ${Buffer.from(body)}, barred = ${content.barredIds.map((b) => keys.blind(b))}::text[],
      asked = ${content.asked ? keys.blind(content.asked.confirmerId) : null}, receipts = ${receiptsOf(keys, r.number, content)}::text[] where town_id = ${r.townId}::uuid and id = ${r.id}::uuid`.execute(
      tx,
    )
  }
  const traces = await sql<{
    townId: string
    matterId: string
    seq: number
    kid: string
    body: Buffer
  }>`select town_id, matter_id, seq, kid, body from sealed_trace`.execute(tx)
  for (const t of traces.rows) {
    const at = tracePlace(t.townId, t.matterId, t.seq)
    const { kid, body } = keys.seal(keys.open(t.kid, t.body, at), at)
    await sql`update sealed_trace set kid = ${kid}, body = ${Buffer.from(body)} where town_id = ${t.townId}::uuid and matter_id = ${t.matterId}::uuid and seq = ${t.seq}`.execute(
      tx,
    )
  }
  return matters.rows.length + traces.rows.length
}

/** The sealed chains re-computed: true when every link, head and content agrees. Says nothing of how many there are. */
export const verifySealed = async (tx: Tx, townId: string, keys: Keyring): Promise<string[]> => {
  await openGate(tx)
  const problems: string[] = []
  const matters = await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid`.execute(tx)
  for (const r of matters.rows) {
    try {
      opened(keys, townId, r)
      const links = await sql<{
        seq: number
        kid: string
        body: Buffer
        prev: string
        hash: string
      }>`select seq, kid, body, prev, hash from sealed_trace where town_id = ${townId}::uuid and matter_id = ${r.id}::uuid order by seq`.execute(
        tx,
      )
      let prev = ''
      for (const [i, l] of links.rows.entries()) {
        const entry = JSON.parse(keys.open(l.kid, l.body, tracePlace(townId, r.id, l.seq)).toString('utf8'))
        if (l.seq !== i + 1 || l.prev !== prev || sm3(canonical([townId, r.id, l.seq, entry, prev])) !== l.hash)
          throw new Refused('留痕对不上')
        prev = l.hash
      }
      if (prev !== r.traceHash) throw new Refused('留痕末尾对不上')
    } catch (error) {
      problems.push(`密封件 ${r.number}：${(error as Error).message}`)
    }
  }
  return problems
}
