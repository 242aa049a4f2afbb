import { sql } from 'kysely'
import { byOf, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { maskName } from '../../kit/mask.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { Workbook } from '../../kit/server/excel.ts'
import type { FileStore } from '../../kit/server/files.ts'
import { jsonColumnsOf, Together } from '../../kit/server/together.ts'
import { outsider, staffIdOf, type Who } from '../../people/roles.ts'
import { type Channel, type Grade, grades } from '../petition.ts'
import { RegisterInput } from '../register/move.ts'
import { gatherRegistrations, type Registration, reserve } from '../register/register.store.ts'
import { likeness, surely, textLikeness } from '../register/similar.ts'
import type { Setting } from '../store.ts'
import { type Message, readMessages } from './messages.ts'
import { mended, remembered } from './preview.ts'
import { type Flag, type ParsedRow, type Proposal, readRows, recognise } from './recognise.ts'
import { squeeze } from './values.ts'

export type ImportKind = 'ledger' | 'messages'

/** ok and warning are registered; known is in the register already; rejected is left out, with the reason. */
export type RowVerdict = 'ok' | 'warning' | 'known' | 'rejected'

/** One row on its way in: what was read, what it will become, and what a person should look at. */
export interface ImportRow {
  sheet: string
  row: number
  verdict: RowVerdict
  flags: Flag[]
  raw: unknown
  parsed: {
    number: string
    title: string
    request: string
    facts: string
    names: string[]
    headCount: number
    village: string
    area: string
    villageId: string | null
    areaId: string | null
    receivedOn: Day | null
    channel: Channel
    grade: Grade | null
    key: boolean
    category: string | null
    categoryText: string
    phone: string
    idLast4: string
    idType: string
    address: string
    leadOfficial: string
    owner: string
    unit: string
    progress: string
    resolved: boolean
    resolvedOn: Day | null
    /** The same row gives the same one, whenever it is read again. */
    externalId: string | null
    repeatOf: { sheet: string; row: number } | null
    existing: { id: string; number: string; title: string; why: string[] } | null
  }
}

/** A file as it will be read, as often as needed, row by row; `flags` are those of no single row, complete after a reading. */
export interface Reading {
  kind: ImportKind
  file: string
  sheets: number
  proposal: Proposal | null
  flags: Flag[]
  rows: () => Iterable<ImportRow>
}

/** The contract of `huisheng import … --json`. */
export interface Report {
  file: string
  sheets: number
  rows: number
  registered: number
  linked: number
  rejected: number
  byGrade: { red: number; yellow: number; blue: number; none: number }
  key: number
  flags: Flag[]
}

export interface Places {
  areas: { id: string; name: string }[]
  villages: { id: string; name: string; areaId: string }[]
  categories: { code: string; name: string; level: number }[]
}

export const placesForImport = async (tx: Tx, townId: string): Promise<Places> => ({
  areas: await tx.selectFrom('area').select(['id', 'name']).where('townId', '=', townId).execute(),
  villages: await tx.selectFrom('village').select(['id', 'name', 'areaId']).where('townId', '=', townId).execute(),
  categories: await tx.selectFrom('category').select(['code', 'name', 'level']).execute(),
})
export const noPlaces: Places = { areas: [], villages: [], categories: [] }

const bare = (name: string) => name.replace(/\s/g, '').replace(/(村民委员会|村委会|社区|管区|片区|村)$/, '')
/** By its whole name, then without 村 or 管区, then with the town written before it; every name is looked up once. */
const finder = <T extends { name: string }>(list: readonly T[]) => {
  const known = new Map<string, T | undefined>([['', undefined]])
  return (name: string): T | undefined => {
    if (!known.has(name))
      known.set(
        name,
        list.find((x) => x.name === name) ??
          list.find((x) => bare(x.name) === bare(name)) ??
          (/[镇乡街道]/.test(name)
            ? list.find((x) => bare(name).endsWith(bare(x.name)) && bare(x.name).length > 1)
            : undefined),
      )
    return known.get(name)
  }
}

const blank = { areaId: null, villageId: null, existing: null, externalId: null, resolvedOn: null, category: null }

const ledgerRows = (places: Places, known: boolean) => {
  const villageOf = finder(places.villages)
  const areaOf = finder(places.areas)
  const categoryOf = new Map(places.categories.map((c) => [c.name, c.code]))
  const met = new Map<string, number>()
  return (r: ParsedRow): ImportRow => {
    const village = villageOf(r.village)
    const area = areaOf(r.area)
    const flags = [...r.flags]
    if (known && r.village && !village)
      flags.push({
        sheet: r.sheet,
        row: r.row,
        code: 'villageUnknown',
        message: `“${r.village}”不在本镇的村名录中，地点按原文保留`,
      })
    if (village && area && village.areaId !== area.id)
      flags.push({
        sheet: r.sheet,
        row: r.row,
        code: 'areaDiffers',
        message: `${r.village}不属于${r.area}，按村所在的管区登记`,
      })
    // What says that two rows are one: who, when, what and where, not how far it has come. The second of two equal rows is a second one.
    const mark = sha256(
      new TextEncoder().encode(
        JSON.stringify([
          [...r.names].sort(),
          r.receivedOn,
          squeeze(r.request),
          squeeze(r.title),
          squeeze(r.village || r.area),
        ]),
      ),
    ).slice(0, 24)
    const times = (met.get(mark) ?? 0) + 1
    met.set(mark, times)
    return {
      sheet: r.sheet,
      row: r.row,
      verdict: r.verdict === 'ok' && flags.length > r.flags.length ? 'warning' : r.verdict,
      flags,
      raw: r.raw,
      parsed: {
        ...blank,
        number: r.number,
        title: r.title,
        request: r.request || r.title || r.category || '',
        facts: r.facts,
        names: r.names,
        headCount: Math.max(r.headCount ?? 1, r.names.length, 1),
        village: r.village,
        area: r.area,
        villageId: village?.id ?? null,
        areaId: village?.areaId ?? area?.id ?? null,
        receivedOn: r.receivedOn,
        channel: (r.channel ?? 'visit') as Channel,
        grade: r.grade,
        key: r.key ?? false,
        category: categoryOf.get(r.category) ?? null,
        categoryText: r.category,
        phone: r.phone,
        idLast4: r.idLast4,
        idType: r.idLast4 ? 'id' : '',
        address: r.address,
        leadOfficial: r.leadOfficial,
        owner: r.owner,
        unit: r.unit,
        progress: [r.progress, r.result, r.note].filter(Boolean).join('；'),
        resolved: r.outcome === 'resolved',
        externalId: `台账${mark}${times > 1 ? `-${times}` : ''}`,
        repeatOf: r.repeatOf,
      },
    }
  }
}

const messageRow = (m: Message, flags: Flag[], places: Places): ImportRow => ({
  sheet: m.sheet,
  row: m.row,
  verdict: flags.length ? 'warning' : 'ok',
  flags,
  raw: [m.externalId, m.user, m.title, m.receivedAt, m.text, m.reply ?? null, m.repliedOn ?? null, m.label ?? null],
  parsed: {
    ...blank,
    number: '',
    title: [...m.title].slice(0, 120).join(''),
    request: m.text || m.title,
    facts: '',
    names: m.user ? [m.user] : [],
    headCount: 1,
    village: '',
    area: '',
    receivedOn: m.receivedOn,
    channel: 'online',
    grade: null,
    key: false,
    category: places.categories.find((c) => c.level === 1 && c.name === m.label)?.code ?? null,
    categoryText: m.label ?? '',
    phone: '',
    idLast4: '',
    idType: '',
    address: '',
    leadOfficial: '',
    owner: '',
    unit: '',
    progress: m.reply ?? '',
    resolved: !!m.reply,
    resolvedOn: m.repliedOn ?? null,
    externalId: m.externalId
      ? `留言${m.externalId}`
      : `留言${sha256(new TextEncoder().encode(JSON.stringify([m.user, m.receivedAt, m.title, m.text]))).slice(0, 24)}`,
    repeatOf: null,
  },
})

/** A workbook as rows with verdicts; nothing is written. `mapping` is a proposal that a person has mended. */
export const readImport = (
  kind: ImportKind,
  file: string,
  workbook: Workbook,
  places: Places,
  options: { today: Day; year?: number; mapping?: Proposal; known?: boolean; mending?: boolean },
): Reading => {
  if (kind === 'messages') {
    const read = readMessages(workbook)
    if (read.rows.length === 0 && read.refused.length === 0)
      throw new Refused('没有找到留言：表头应有“留言主题”“留言时间”“留言详情”等列')
    const flagsOf = new Map<string, Flag[]>()
    for (const f of read.flags) flagsOf.set(`${f.sheet}/${f.row}`, [...(flagsOf.get(`${f.sheet}/${f.row}`) ?? []), f])
    const rows = function* (): Generator<ImportRow> {
      const all = [...read.rows, ...read.refused].sort((a, b) => (a.sheet === b.sheet ? a.row - b.row : 0))
      for (const m of all) {
        const row = messageRow(m as Message, flagsOf.get(`${m.sheet}/${m.row}`) ?? [], places)
        yield 'refused' in m ? { ...row, verdict: 'rejected' } : row
      }
    }
    return { kind, file, sheets: read.sheets, proposal: null, flags: [], rows }
  }
  const proposal = options.mapping ?? recognise(workbook, { today: options.today, year: options.year, fileName: file })
  if (!proposal.sheets.some((s) => s.kind === 'ledger')) {
    const message = '没有认出台账：表中应有“主要诉求”或“反映问题”这样的列'
    // On screen a person can say which column is what; a command line can't be asked.
    if (!options.mending || !proposal.sheets.some((s) => s.columns.length > 0))
      throw new Refused(`${message}，请检查是否选对了文件`)
    const flags = [
      { sheet: proposal.sheets[0]!.name, row: 0, code: 'notLedger', message: `${message}，请在“列的对应”里指定` },
    ]
    return { kind, file, sheets: 0, proposal, flags, rows: () => [] }
  }
  const read = readRows(workbook, proposal, { today: options.today, year: options.year })
  return {
    kind,
    file,
    sheets: new Set(proposal.sheets.filter((s) => s.kind === 'ledger').map((s) => s.of ?? s.name)).size,
    proposal,
    flags: read.flags,
    rows: function* () {
      const toRow = ledgerRows(places, options.known ?? false)
      for (const r of read.rows()) yield toRow(r)
    },
  }
}

/** Rows in handfuls, so that the database is asked once for many. */
export const inChunks = function* (rows: Iterable<ImportRow>, size = 500): Generator<ImportRow[]> {
  let part: ImportRow[] = []
  for (const r of rows) {
    part.push(r)
    if (part.length === size) {
      yield part
      part = []
    }
  }
  if (part.length) yield part
}

/** Counts rows into the report of the contract. */
export const counter = (reading: Reading) => {
  const byGrade = { red: 0, yellow: 0, blue: 0, none: 0 }
  const n = { rows: 0, registered: 0, linked: 0, rejected: 0, key: 0 }
  const verdicts: Record<RowVerdict, number> = { ok: 0, warning: 0, known: 0, rejected: 0 }
  const flags: Flag[] = []
  return {
    verdicts,
    add: (rows: readonly ImportRow[]) => {
      for (const r of rows) {
        n.rows += 1
        verdicts[r.verdict] += 1
        for (const f of r.flags) flags.push(f)
        if (r.verdict === 'rejected') {
          n.rejected += 1
          continue
        }
        byGrade[r.parsed.grade ?? 'none'] += 1
        if (r.parsed.key) n.key += 1
        if (r.verdict !== 'known') n.registered += 1
        if (r.verdict === 'known' || r.parsed.repeatOf || r.parsed.existing) n.linked += 1
      }
    },
    report: (): Report => ({
      file: reading.file,
      sheets: reading.sheets,
      rows: n.rows,
      registered: n.registered,
      linked: n.linked,
      rejected: n.rejected,
      byGrade,
      key: n.key,
      flags: [...reading.flags, ...flags],
    }),
  }
}

/** Everything at once, without a database: for a trial run and for tests. */
export const reportOf = (reading: Reading): Report => {
  const c = counter(reading)
  c.add([...reading.rows()])
  return c.report()
}

const chunked = async <T, R>(
  list: readonly T[],
  size: number,
  ask: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> => {
  const out: R[] = []
  for (let i = 0; i < list.length; i += size) out.push(...(await ask(list.slice(i, i + size))))
  return out
}

/**
 * Mark rows that are in the register already (read before, or our own export come back): they are not registered
 * again; and rows that repeat a matter of the same people: registered and linked, never dropped. Changes the rows.
 * `seen` lives as long as the reading of one file. What the import `importId` itself registered is not compared with:
 * rows of one file are compared when they are read.
 */
export const matchExisting = async (
  tx: Tx,
  who: Who,
  rows: readonly ImportRow[],
  seen: Set<string> = new Set(),
  importId: string | null = null,
): Promise<void> => {
  const know = (r: ImportRow, m: { id: string; number: string; title: string }, why: string) => {
    r.verdict = 'known'
    r.parsed.existing = { ...m, why: [why] }
    r.flags.push({
      sheet: r.sheet,
      row: r.row,
      code: 'alreadyRegistered',
      message: `已在册（${m.number}），${why}，不重复登记`,
    })
  }
  const open = () => rows.filter((r) => r.verdict === 'ok' || r.verdict === 'warning')
  // Each is looked up by its index: `= any` of a thousand would read the whole town, whose new rows have no statistics yet.
  const externals = open()
    .map((r) => r.parsed.externalId)
    .filter((e): e is string => e !== null)
  const have = new Map(
    (
      await chunked(
        externals,
        5000,
        async (part) =>
          (
            await sql<{ externalId: string; id: string; number: string; title: string }>`
          select p.external_id, p.id, p.number, p.title from unnest(${part}::text[]) as w(wanted)
            cross join lateral (select * from petition p where p.town_id = ${who.townId}::uuid and p.external_id = w.wanted) p
            where p.import_id is distinct from ${importId}::uuid`.execute(tx)
          ).rows,
      )
    ).map((x) => [x.externalId, { id: x.id, number: x.number, title: x.title }]),
  )
  for (const r of open()) {
    const e = r.parsed.externalId
    if (e === null) continue
    const m = have.get(e)
    if (m && e.startsWith('留言') && r.parsed.title !== '' && textLikeness(m.title, r.parsed.title) < 0.3) {
      // Another system counts from 1 too: the same number over other words is another message.
      r.parsed.externalId = `留言${sha256(new TextEncoder().encode(JSON.stringify([r.parsed.names, r.parsed.receivedOn, r.parsed.title, r.parsed.request]))).slice(0, 24)}`
      r.flags.push({
        sheet: r.sheet,
        row: r.row,
        code: 'numberTaken',
        message: `编号${e.slice(2)}在册的是另一件（${m.number}），另行登记`,
      })
      r.verdict = 'warning'
    } else if (m) know(r, m, '这一行以前导入过')
    else if (seen.has(e)) {
      r.verdict = 'rejected'
      r.flags.push({ sheet: r.sheet, row: r.row, code: 'doubled', message: '与本文件前面的一行编号相同，不重复登记' })
    }
    seen.add(e)
  }

  // Our own numbers come back in our own export; another office's number is no such thing unless the matter is the same.
  const numbered = open().filter((r) => /^[A-Z]{2}\d{4}-\d{4,}$/.test(r.parsed.number))
  if (numbered.length) {
    const mine = new Map(
      (
        await sql<{ id: string; number: string; title: string }>`
        select id, number, title from petition
        where town_id = ${who.townId}::uuid and number = any (${numbered.map((r) => r.parsed.number)}::text[]) and import_id is distinct from ${importId}::uuid`.execute(
          tx,
        )
      ).rows.map((x) => [x.number, x]),
    )
    for (const r of numbered) {
      const m = mine.get(r.parsed.number)
      if (!m) continue
      const same =
        squeeze(m.title) === squeeze(r.parsed.title) || textLikeness(m.title, r.parsed.title || r.parsed.request) >= 0.5
      if (same) know(r, m, '编号相同')
      else
        r.flags.push({
          sheet: r.sheet,
          row: r.row,
          code: 'numberTaken',
          message: `编号 ${m.number} 在本系统是另一事项，另行登记`,
        })
    }
  }

  const left = open().filter((r) => !r.parsed.externalId?.startsWith('留言'))
  const names = [...new Set(left.flatMap((r) => r.parsed.names))]
  if (names.length === 0) return
  const found = await chunked(
    names,
    2000,
    async (part) =>
      (
        await sql<{
          id: string
          number: string
          title: string
          request: string
          receivedOn: Day
          villageId: string | null
          names: string[]
          phones: string[]
          idLast4: string[]
        }>`
      select p.id, p.number, p.title, p.request, p.received_on, p.village_id, array_agg(x.name) as names, array_agg(x.phone) as phones, array_agg(x.id_last4) as id_last4
      from unnest(${part}::text[]) as w(wanted)
        cross join lateral (select * from petition_party x where x.town_id = ${who.townId}::uuid and x.name = w.wanted) x
        join petition p on p.town_id = x.town_id and p.id = x.petition_id
      where not p.sealed and p.import_id is distinct from ${importId}::uuid
      group by p.id, p.number, p.title, p.request, p.received_on, p.village_id limit 20000`.execute(tx)
      ).rows,
  )
  if (found.length === 0) return
  const byPerson = new Map<string, typeof found>()
  for (const f of found)
    for (const n of new Set(f.names)) {
      const list = byPerson.get(n)
      if (list) list.push(f)
      else byPerson.set(n, [f])
    }
  for (const r of left) {
    const p = r.parsed
    const text = `${p.title}\n${p.request}`
    let best: { c: (typeof found)[number]; score: number; why: string[] } | null = null
    for (const c of new Set(p.names.flatMap((n) => byPerson.get(n)?.slice(-40) ?? []))) {
      if (c.receivedOn === p.receivedOn && squeeze(c.request) === squeeze(p.request)) {
        know(r, { id: c.id, number: c.number, title: c.title }, '同一人、同一天、同一诉求')
        best = null
        break
      }
      const l = likeness(
        {
          names: p.names,
          phones: p.phone ? [p.phone] : [],
          idLast4: p.idLast4 ? [p.idLast4] : [],
          villageId: p.villageId,
          text,
        },
        {
          ...c,
          phones: c.phones.filter(Boolean),
          idLast4: c.idLast4.filter(Boolean),
          text: `${c.title}\n${c.request}`,
        },
      )
      if (l.score >= surely && l.score > (best?.score ?? 0)) best = { c, score: l.score, why: l.why }
    }
    if (!best) continue
    p.existing = { id: best.c.id, number: best.c.number, title: best.c.title, why: best.why }
    r.flags.push({
      sheet: r.sheet,
      row: r.row,
      code: 'repeatStored',
      message: `与已登记的 ${best.c.number} 可能是同一事项，导入后互相关联（${best.why.join('、')}）`,
    })
    if (r.verdict === 'ok') r.verdict = 'warning'
  }
}

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
  const input = RegisterInput.parse({
    channel: p.channel,
    receivedOn: p.receivedOn ?? today,
    title: [...p.title].slice(0, 120).join(''),
    request: [...(p.request || '（原台账未写诉求）')].slice(0, 20_000).join(''),
    facts: p.facts,
    anonymous: people.length === 0,
    headCount: p.headCount,
    areaId: p.areaId,
    villageId: p.villageId,
    place: p.villageId ? '' : [p.area, p.village].filter(Boolean).join(' ').slice(0, 200),
    parties: people.slice(0, 200).map((name, i) => ({
      name: [...name].slice(0, 60).join(''),
      phone: i === 0 ? p.phone.slice(0, 40) : '',
      address: i === 0 ? p.address.slice(0, 200) : '',
      idType: i === 0 ? p.idType : '',
      idLast4: i === 0 ? p.idLast4 : '',
    })),
    category: p.category,
    categoryText: [...p.categoryText].slice(0, 60).join(''),
    grade: p.grade,
    gradeReason: p.grade ? `原台账定为${grades[p.grade]}` : '',
    isKey: p.key,
    links: p.existing ? [{ toId: p.existing.id, kind: 'repeat', note: p.existing.why.join('、').slice(0, 200) }] : [],
  })
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

/** Nobody of the staff: the operator at the command line. */
export const operator = (townId: string): Who => outsider(townId, { name: '命令行', post: '系统', roles: ['clerk'] })

/**
 * Load a file: every row that is neither known nor rejected, through the register move, in the caller's one
 * transaction, with every original row kept, whatever became of it. `step` hears how far it is.
 */
export const loadImport = async (
  tx: Tx,
  who: Who,
  importId: string,
  reading: Reading,
  s: Setting,
  step: (done: number) => void = () => {},
): Promise<Report> => {
  const c = counter(reading)
  const seen = new Set<string>()
  /** Ids by sheet and row, for the rows that repeat an earlier one. */
  const made = new Map<string, Map<number, string>>()
  const idOf = (of: { sheet: string; row: number } | null) => (of ? made.get(of.sheet)?.get(of.row) : undefined)
  let done = 0
  const jsonOf = await jsonColumnsOf(tx)
  // A handful is read and made into rows while the database writes the one before.
  let ready: Together | null = null
  let writing: Promise<unknown> = Promise.resolve()
  const send = async () => {
    if (!ready) return
    writing = ready.write(tx)
    writing.catch(() => {})
    // Let the statement leave before the next rows are made.
    await new Promise((r) => setImmediate(r))
  }
  // The tables this fills have no statistics until it is committed.
  let grown = 1000
  for (const part of inChunks(reading.rows())) {
    await writing
    if (done >= grown) {
      await sql`select know_new_rows()`.execute(tx)
      grown *= 10
    }
    await matchExisting(tx, who, part, seen, importId)
    c.add(part)
    const taken = part.filter((r) => r.verdict === 'ok' || r.verdict === 'warning')
    const place = new Map(taken.map((r, i) => [`${r.sheet}\u0000${r.row}`, i]))
    const registrations = taken.map((r, k) => {
      const of = r.parsed.repeatOf
      const here = of ? place.get(`${of.sheet}\u0000${of.row}`) : undefined
      const registration = registrationOf(r, importId, s.today, here !== undefined && here < k ? here : null)
      const before = here === undefined ? idOf(of) : undefined
      if (before && !registration.input.links.some((l) => l.toId === before))
        registration.input.links.push({ toId: before, kind: 'repeat', note: '同一台账中再次出现' })
      return registration
    })
    const reserved = await reserve(tx, who, registrations, s)
    await send()
    const w = new Together()
    const ids = await gatherRegistrations(tx, w, who, registrations, s, reserved)
    const idAt = new Map(taken.map((r, k) => [r, ids[k]!.id]))
    for (const r of part) {
      const id = idAt.get(r) ?? (r.verdict === 'known' ? r.parsed.existing?.id : undefined)
      if (!id) continue
      const sheet = made.get(r.sheet) ?? new Map<number, string>()
      sheet.set(r.row, id)
      made.set(r.sheet, sheet)
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
        petitionId: made.get(r.sheet)?.get(r.row) ?? null,
      })),
      jsonOf('importRow'),
    )
    ready = w
    done += taken.length
    step(done)
  }
  await writing
  await send()
  await writing
  const report = c.report()
  if (report.registered === 0 && report.linked === 0) throw new Refused('没有可以导入的行，请核对各行的说明')
  await tx
    .updateTable('import')
    .set({
      status: 'loaded',
      report: JSON.stringify({ ...report, flags: report.flags.slice(0, 2000) }),
      mapping: reading.proposal ? JSON.stringify(reading.proposal) : null,
      loadedAt: s.now.toISOString(),
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', importId)
    .execute()
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

/** What the screen sees of a row: the people masked. */
export const rowForScreen = (r: ImportRow) => ({
  sheet: r.sheet,
  row: r.row,
  verdict: r.verdict,
  flags: r.flags,
  parsed: {
    ...r.parsed,
    names: r.parsed.names.map(maskName),
    phone: r.parsed.phone ? '已读出' : '',
    address: '',
    request: [...r.parsed.request].slice(0, 300).join(''),
  },
})
