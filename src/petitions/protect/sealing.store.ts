import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { nextNumber } from '../../documents/number.store.ts'
import { petitionNumber } from '../../documents/numbering.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { queryCode, uuidv7 } from '../../kit/server/crypto.ts'
import type { Keyring } from '../../kit/server/keys.ts'
import { nobody, staffIdOf, type Who } from '../../people/roles.ts'
import { bumpCounts } from '../counts.store.ts'
import { countKey } from '../counts.ts'
import type { Matter } from '../petition.ts'
import { type RegisterInput, titleOf } from '../register/move.ts'
import type { Setting } from '../store.ts'
import { columns, opened, openGate, place, type Row, ringOf, writeSealedTrace } from './sealed.store.ts'
import { nextSafetyOn, SealedContent } from './sealed.ts'

/** Liaisons of the town, those first whom the matter does not name. */
export const liaisonsOf = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{ id: string; name: string }>`select distinct s.id, s.name from staff s
      join holding h on h.town_id = s.town_id and h.staff_id = s.id join post p on p.town_id = h.town_id and p.id = h.post_id
      where s.town_id = ${townId}::uuid and s.active and p.role = 'disciplineLiaison' and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)`.execute(
      tx,
    )
  ).rows

export const tellLiaisons = async (tx: Tx, townId: string, ids: string[], says: string, now: Date) => {
  for (const staffId of ids)
    await sql`insert into notice (town_id, id, staff_id, kind, says, from_name, at) values (${townId}, ${uuidv7(now.getTime())}, ${staffId}, 'sealed', ${says}, '密封件', ${now.toISOString()})`.execute(
      tx,
    )
}

/** The slips by which the petitioner asks: its number now and before, each with the code. */
export const receiptsOf = (keys: Keyring, number: string, c: SealedContent) =>
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
