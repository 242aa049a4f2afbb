import { sql } from 'kysely'
import { byOf, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { invalidFields } from '../../kit/fields.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { FileStore } from '../../kit/server/files.ts'
import { setRow } from '../../kit/server/row.ts'
import { columnTypesOf, Together } from '../../kit/server/together.ts'
import { cut } from '../../kit/text.ts'
import { staffIdOf, type Who } from '../../people/roles.ts'
import { grades } from '../petition.ts'
import { RegisterInput } from '../register/move.ts'
import { gatherRegistrations, type Registration, reserveMany } from '../register/register.store.ts'
import type { Setting } from '../store.ts'
import { matchExisting } from './match.store.ts'
import { mended, remembered } from './preview.ts'
import type { Proposal } from './proposal.ts'
import {
  counter,
  type ImportKind,
  type ImportRow,
  inChunks,
  type Places,
  type Reading,
  type Report,
  type RowVerdict,
  rowForScreen,
} from './reading.ts'

export const placesForImport = async (tx: Tx, townId: string): Promise<Places> => ({
  areas: await tx.selectFrom('area').select(['id', 'name']).where('townId', '=', townId).execute(),
  villages: await tx.selectFrom('village').select(['id', 'name', 'areaId']).where('townId', '=', townId).execute(),
  categories: await tx.selectFrom('category').select(['code', 'name', 'level']).execute(),
})
/** Read a file against the register and keep what a person will look at; the counts of the verdicts and the report. */
export const previewImport = async (
  tx: Tx,
  who: Who,
  importId: string,
  reading: Reading,
): Promise<{ report: Report; verdicts: Record<RowVerdict, number> }> => {
  await tx.deleteFrom('importPreview').where('townId', '=', who.townId).where('importId', '=', importId).execute()
  const c = counter(reading)
  const seen = new Set<string>()
  let n = 0
  for (const part of inChunks(reading.rows())) {
    await matchExisting(tx, who, part, seen)
    c.add(part)
    const rows = part.map((r) => {
      n += 1
      return { n, sheet: r.sheet, row: r.row, verdict: r.verdict, view: rowForScreen(r) }
    })
    await sql`insert into import_preview (town_id, import_id, n, sheet, row, verdict, view)
      select ${who.townId}::uuid, ${importId}::uuid, x.n, x.sheet, x.row, x.verdict, x.view
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(n int, sheet text, row int, verdict text, view jsonb)`.execute(
      tx,
    )
  }
  return { report: c.report(), verdicts: c.verdicts }
}

const registrationOf = (r: ImportRow, importId: string, today: Day, index: number | null): Registration => {
  const p = r.parsed
  const people = p.names.filter((n) => n !== '')
  const { data: input, error } = RegisterInput.safeParse({
    channel: p.channel,
    receivedOn: p.receivedOn ?? today,
    title: cut(p.title, 120),
    request: cut(p.request || '（原台账未写诉求）', 20_000),
    facts: cut(p.facts, 50_000),
    anonymous: people.length === 0,
    headCount: p.headCount,
    areaId: p.areaId,
    villageId: p.villageId,
    place: p.villageId ? '' : cut([p.area, p.village].filter(Boolean).join(' '), 200),
    parties: people.slice(0, 200).map((name, i) => ({
      name: cut(name, 60),
      phone: i === 0 ? p.phone.slice(0, 40) : '',
      address: i === 0 ? cut(p.address, 200) : '',
      idType: i === 0 ? p.idType : '',
      idLast4: i === 0 ? p.idLast4 : '',
    })),
    category: p.category,
    categoryText: cut(p.categoryText, 60),
    grade: p.grade,
    gradeReason: p.grade ? `原台账定为${grades[p.grade]}` : '',
    isKey: p.key,
    links: p.existing ? [{ toId: p.existing.id, kind: 'repeat', note: cut(p.existing.why.join('、'), 200) }] : [],
  })
  if (error) {
    const [[field, says] = ['', '']] = Object.entries(invalidFields(error.issues))
    throw new Refused(`“${r.sheet}”第 ${r.row} 行登记不了：${says}（${field}），请改正后再导入`)
  }
  const told = [
    p.progress,
    p.leadOfficial && `包案领导：${p.leadOfficial}`,
    p.owner && `责任人：${p.owner}`,
    p.unit && `责任单位：${p.unit}`,
  ]
    .filter(Boolean)
    .join('\n')
  return {
    input,
    prior: {
      resolved: p.resolved,
      on: p.resolvedOn && p.resolvedOn <= today && p.resolvedOn >= input.receivedOn ? p.resolvedOn : null,
      text: told,
    },
    importId,
    externalId: p.externalId ?? undefined,
    repeatOfIndex: index ?? undefined,
    set: { holderId: null },
  }
}

/** Keep the file as evidence and note that it was read. */
export const keepFile = async (
  tx: Tx,
  files: FileStore,
  who: Who,
  kind: ImportKind,
  name: string,
  data: Uint8Array,
  mapping: unknown,
  now: Date,
): Promise<string> => {
  const id = uuidv7(now.getTime())
  const key = `${who.townId}/imports/${id}`
  await files.put(key, data, 'application/octet-stream')
  await tx
    .insertInto('import')
    .values({
      townId: who.townId,
      id,
      kind,
      fileName: name,
      sha256: sha256(data),
      storageKey: key,
      status: 'read',
      mapping: mapping ? JSON.stringify(mapping) : null,
      staffId: staffIdOf(who),
      byName: who.name,
      at: now.toISOString(),
    } as never)
    .execute()
  return id
}

/**
 * Load a file: every row that is neither known nor rejected, through the register move, in the caller's one
 * transaction, with every original row kept, whatever became of it. `step` hears how far it is. What a row is compared
 * with is asked through `ask`: on a connection of its own it is answered while this one writes.
 */
export const loadImport = async (
  tx: Tx,
  who: Who,
  importId: string,
  reading: Reading,
  s: Setting,
  o: { step?: (done: number) => void; ask?: <T>(work: (tx: Tx) => Promise<T>) => Promise<T> } = {},
): Promise<Report> => {
  const ask = o.ask ?? ((work) => work(tx))
  const c = counter(reading)
  const seen = new Set<string>()
  const placeOf = (at: { sheet: string; row: number }) => `${at.sheet}\u0000${at.row}`
  /** Ids of the handful before this one, by place; older ones stand in the database. */
  let before = new Map<string, string>()
  /** Ids of the earlier rows that some of these repeat. */
  const repeated = async (
    part: readonly ImportRow[],
  ): Promise<(at: { sheet: string; row: number }) => string | undefined> => {
    const here = new Set(part.map(placeOf))
    const wanted = part.flatMap((r) =>
      r.parsed.repeatOf && !here.has(placeOf(r.parsed.repeatOf)) ? [r.parsed.repeatOf] : [],
    )
    const older = wanted.filter((at) => !before.has(placeOf(at)))
    const found = new Map<string, string>()
    if (older.length) {
      const r = await sql<{ sheet: string; row: number; petitionId: string }>`
        select i.sheet, i.row, i.petition_id from unnest(${older.map((o) => o.sheet)}::text[], ${older.map((o) => o.row)}::int[]) as w(sheet, row)
          cross join lateral (select * from import_row i where i.town_id = ${who.townId}::uuid and i.import_id = ${importId}::uuid
            and i.sheet = w.sheet and i.row = w.row) i
        where i.petition_id is not null`.execute(tx)
      for (const x of r.rows) found.set(placeOf(x), x.petitionId)
    }
    const recent = before
    return (at) => recent.get(placeOf(at)) ?? found.get(placeOf(at))
  }
  let done = 0
  const typesOf = await columnTypesOf(tx)
  const numbers = await reserveMany(tx, who, s)
  const parts = inChunks(reading.rows())
  const read = () => {
    const part = parts.next().value as ImportRow[] | undefined
    if (!part) return undefined
    const compared = ask((other) => matchExisting(other, who, part, seen, importId))
    compared.catch(() => {})
    return { part, compared }
  }
  // A handful is read, compared and made into rows while the database writes the one before; another is on its way to it.
  let writing: Promise<unknown> = Promise.resolve()
  let sent: Promise<unknown> = Promise.resolve()
  /** What the database refused first: what comes after it is only told that the transaction is lost. */
  const refused: unknown[] = []
  // The tables this fills have no statistics until it is committed.
  let grown = 1000
  try {
    for (let now = read(); now; ) {
      const { part } = now
      await now.compared
      c.add(part)
      const taken = part.filter((r) => r.verdict === 'ok' || r.verdict === 'warning')
      const place = new Map(taken.map((r, i) => [placeOf(r), i]))
      const earlier = await repeated(taken)
      const registrations = taken.map((r, k) => {
        const of = r.parsed.repeatOf
        const here = of ? place.get(placeOf(of)) : undefined
        const registration = registrationOf(r, importId, s.today, here !== undefined && here < k ? here : null)
        const first = of && here === undefined ? earlier(of) : undefined
        if (first && !registration.input.links.some((l) => l.toId === first))
          registration.input.links.push({ toId: first, kind: 'repeat', note: '同一台账中再次出现' })
        return registration
      })
      await numbers.open(registrations)
      const w = new Together()
      const ids = await gatherRegistrations(tx, w, who, registrations, s, numbers.reserved)
      const idAt = new Map(taken.map((r, k) => [r, ids[k]!.id]))
      before = new Map()
      for (const r of part) {
        const id = idAt.get(r) ?? (r.verdict === 'known' ? r.parsed.existing?.id : undefined)
        if (id) before.set(placeOf(r), id)
      }
      w.insertMany(
        'importRow',
        part.map((r) => ({
          townId: who.townId,
          importId,
          sheet: r.sheet,
          row: r.row,
          raw: JSON.stringify(r.raw ?? []),
          verdict: r.verdict,
          petitionId: before.get(placeOf(r)) ?? null,
        })),
        typesOf('importRow'),
      )
      now = read()
      await writing
      writing = sent
      if (done >= grown) {
        await sql`select know_new_rows()`.execute(tx)
        grown *= 10
      }
      sent = w.write(tx)
      sent.catch((error) => refused.push(error))
      // The socket takes a few hundred KB at a time: until all of it has left, the database has nothing to do while rows are made.
      await new Promise((r) => setTimeout(r, 1))
      done += taken.length
      o.step?.(done)
    }
    await writing
    await sent
  } catch (error) {
    await Promise.allSettled([writing, sent])
    throw refused[0] ?? error
  }
  await numbers.close()
  const report = c.report()
  if (report.registered === 0 && report.linked === 0) throw new Refused('没有可以导入的行，请核对各行的说明')
  await setRow(tx, 'import', who.townId, importId, {
    status: 'loaded',
    report: JSON.stringify({ ...report, flags: report.flags.slice(0, 2000) }),
    mapping: reading.proposal ? JSON.stringify(reading.proposal) : null,
    loadedAt: s.now.toISOString(),
  })
  await tx.deleteFrom('importPreview').where('townId', '=', who.townId).where('importId', '=', importId).execute()
  // Only what a person settled is remembered: what is recognised anew may be recognised better.
  for (const sheet of reading.proposal?.sheets ?? [])
    if (sheet.headerRows.length > 0 && sheet.columns.some((x) => x.why === mended || x.why === remembered))
      await sql`insert into import_mapping (town_id, fingerprint, mapping) values (${who.townId}::uuid, ${sheet.fingerprint}, ${JSON.stringify(sheet.columns)}::jsonb)
        on conflict (town_id, fingerprint) do update set mapping = excluded.mapping, at = now()`.execute(tx)
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: importId,
      subjectKind: 'import',
      kind: 'import',
      says: `导入“${report.file}”：登记 ${report.registered} 件，关联 ${report.linked} 件，未导入 ${report.rejected} 行`,
    },
    s.now,
  )
  return report
}

/** A mapping that somebody mended once is used again on sheets of the same head. */
export const recallMapping = async (tx: Tx, townId: string, proposal: Proposal): Promise<Proposal> => {
  const marks = proposal.sheets.map((s) => s.fingerprint)
  if (marks.length === 0) return proposal
  const kept = await tx
    .selectFrom('importMapping')
    .select(['fingerprint', 'mapping'])
    .where('townId', '=', townId)
    .where('fingerprint', 'in', marks)
    .execute()
  return {
    ...proposal,
    sheets: proposal.sheets.map((s) => {
      const k = kept.find((x) => x.fingerprint === s.fingerprint)?.mapping as
        | { index: number; field: (typeof s.columns)[number]['field'] }[]
        | undefined
      return k
        ? {
            ...s,
            columns: s.columns.map((c) => ({
              ...c,
              ...(k.find((x) => x.index === c.index)
                ? { field: k.find((x) => x.index === c.index)!.field, confidence: 1, why: remembered }
                : {}),
            })),
          }
        : s
    }),
  }
}
