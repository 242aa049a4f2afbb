import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { Refused } from '../../kit/errors.ts'
import type { FileStore } from '../../kit/server/files.ts'
import { invalidOf } from '../../kit/server/http.ts'
import { sm4Suite } from '../../kit/server/keys.ts'
import type { Who } from '../../people/roles.ts'
import { bumpCounts } from '../counts.store.ts'
import { countKey } from '../counts.ts'
import { registerMany } from '../register/register.store.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import { filePlace } from './sealed.files.store.ts'
import { columns, findSealed, opened, type Row, ringOf, saveContent, writeSealedTrace } from './sealed.store.ts'
import { nextSafetyOn, type Sealed, SealedContent, sealedMoveOf } from './sealed.ts'
import { liaisonsOf, tellLiaisons } from './sealing.store.ts'

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
  if (matter.version !== given.version)
    throw new Refused('他人刚处理过此件，请看过最新的内容再办；您填写的内容没有丢失')
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
