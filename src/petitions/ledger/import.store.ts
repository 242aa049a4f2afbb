import { sql } from 'kysely'
import { type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { maskName } from '../../kit/mask.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { Workbook } from '../../kit/server/excel.ts'
import type { FileStore } from '../../kit/server/files.ts'
import type { Who } from '../../people/roles.ts'
import { type Channel, type Grade, grades } from '../petition.ts'
import { RegisterInput } from '../register/move.ts'
import { likeness, surely } from '../register/similar.ts'
import { type Registration, registerMany, type Setting } from '../store.ts'
import { readMessages } from './messages.ts'
import { applyMapping, type Flag, type ParsedRow, type Proposal, recognise } from './recognise.ts'

export type ImportKind = 'ledger' | 'messages'

/** One row on its way in: what was read, what it will become, and what a person should look at. */
export interface ImportRow {
  sheet: string
  row: number
  verdict: 'ok' | 'warning' | 'rejected'
  flags: Flag[]
  raw: unknown
  parsed: {
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
    externalId: string | null
    repeatOf: { sheet: string; row: number } | null
    existing: { id: string; number: string; title: string; why: string[] } | null
  }
}

export interface Plan {
  rows: ImportRow[]
  flags: Flag[]
  summary: Report
  proposal: Proposal | null
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
const byName = <T extends { name: string }>(list: readonly T[], name: string): T | undefined =>
  name === '' ? undefined : (list.find((x) => x.name === name) ?? list.find((x) => bare(x.name) === bare(name)))

const blank = { areaId: null, villageId: null, existing: null, externalId: null, resolvedOn: null, category: null }

const ledgerRow = (r: ParsedRow, places: Places, known: boolean): ImportRow => {
  const village = byName(places.villages, r.village ?? '')
  const area = byName(places.areas, r.area ?? '')
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
  const category = places.categories.find((c) => c.name === r.category)
  return {
    sheet: r.sheet,
    row: r.row,
    verdict: r.verdict === 'ok' && flags.length > r.flags.length ? 'warning' : r.verdict,
    flags,
    raw: r.raw,
    parsed: {
      ...blank,
      title: r.title ?? '',
      request: r.request || r.title || r.category || '',
      facts: r.facts ?? '',
      names: r.names,
      headCount: Math.max(r.headCount ?? 1, r.names.length, 1),
      village: r.village ?? '',
      area: r.area ?? '',
      villageId: village?.id ?? null,
      areaId: village?.areaId ?? area?.id ?? null,
      receivedOn: r.receivedOn,
      channel: (r.channel ?? 'visit') as Channel,
      grade: r.grade,
      key: r.key ?? false,
      category: category?.code ?? null,
      categoryText: r.category ?? '',
      phone: r.phone ?? '',
      idLast4: r.idLast4 ?? '',
      idType: r.idLast4 ? 'id' : '',
      address: r.address ?? '',
      leadOfficial: r.leadOfficial ?? '',
      owner: r.owner ?? '',
      unit: r.unit ?? '',
      progress: [r.progress, r.result, r.note].filter(Boolean).join('；'),
      resolved: r.outcome === 'resolved',
      repeatOf: r.repeatOf,
    },
  }
}

const summarise = (file: string, sheets: number, rows: ImportRow[], flags: Flag[]): Report => {
  const taken = rows.filter((r) => r.verdict !== 'rejected')
  const byGrade = { red: 0, yellow: 0, blue: 0, none: 0 }
  for (const r of taken) byGrade[r.parsed.grade ?? 'none'] += 1
  return {
    file,
    sheets,
    rows: rows.length,
    registered: taken.length,
    linked: taken.filter((r) => r.parsed.repeatOf || r.parsed.existing).length,
    rejected: rows.length - taken.length,
    byGrade,
    key: taken.filter((r) => r.parsed.key).length,
    flags: [...flags, ...rows.flatMap((r) => r.flags)].filter(
      (f, i, all) =>
        all.findIndex((g) => g.sheet === f.sheet && g.row === f.row && g.code === f.code && g.message === f.message) ===
        i,
    ),
  }
}

/** Read a workbook into rows with verdicts; nothing is written. `mapping` is a proposal that a person has mended. */
export const planImport = (
  kind: ImportKind,
  file: string,
  workbook: Workbook,
  places: Places,
  options: { today: Day; year?: number; mapping?: Proposal; known?: boolean },
): Plan => {
  if (kind === 'messages') {
    const read = readMessages(workbook)
    const rows: ImportRow[] = read.rows.map((m) => ({
      sheet: m.sheet,
      row: m.row,
      verdict: 'ok',
      flags: read.flags.filter((f) => f.sheet === m.sheet && f.row === m.row),
      raw: [m.externalId, m.user, m.title, m.receivedAt, m.text, m.reply ?? null, m.repliedOn ?? null, m.label ?? null],
      parsed: {
        ...blank,
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
        externalId: m.externalId ? `留言${m.externalId}` : null,
        repeatOf: null,
      },
    }))
    if (rows.length === 0) throw new Refused('没有找到留言：表头应有“留言主题”“留言时间”“留言详情”等列')
    return {
      rows,
      flags: read.flags,
      summary: summarise(file, workbook.sheets.length, rows, read.flags),
      proposal: null,
    }
  }
  const proposal = options.mapping ?? recognise(workbook, { today: options.today, year: options.year, fileName: file })
  if (!proposal.sheets.some((s) => s.kind === 'ledger'))
    throw new Refused('没有认出台账：表中应有“主要诉求”或“反映问题”这样的列，请检查是否选对了文件')
  const applied = applyMapping(workbook, proposal, { today: options.today, year: options.year })
  const rows = applied.rows.map((r) => ledgerRow(r, places, options.known ?? false))
  return {
    rows,
    flags: applied.flags,
    summary: summarise(file, proposal.sheets.filter((s) => s.kind === 'ledger').length, rows, applied.flags),
    proposal,
  }
}

/** Mark rows that repeat what is already stored: linked, never dropped; a message loaded before is left out and said so. */
export const matchExisting = async (tx: Tx, who: Who, plan: Plan): Promise<void> => {
  const externals = plan.rows.map((r) => r.parsed.externalId).filter((e): e is string => e !== null)
  const have = new Set<string>()
  for (let i = 0; i < externals.length; i += 20_000) {
    const r = await sql<{
      externalId: string
    }>`select external_id from petition where town_id = ${who.townId}::uuid and external_id = any (${externals.slice(i, i + 20_000)}::text[])`.execute(
      tx,
    )
    for (const x of r.rows) have.add(x.externalId)
  }
  const seen = new Set<string>()
  for (const r of plan.rows) {
    const e = r.parsed.externalId
    if (e === null) continue
    if (have.has(e) || seen.has(e)) {
      r.verdict = 'rejected'
      r.flags.push({ sheet: r.sheet, row: r.row, code: 'alreadyImported', message: `${e} 已经导入过，不重复登记` })
    }
    seen.add(e)
  }
  const names = [...new Set(plan.rows.filter((r) => !r.parsed.externalId).flatMap((r) => r.parsed.names))]
  if (names.length) {
    const found = await sql<{
      id: string
      number: string
      title: string
      request: string
      villageId: string | null
      names: string[]
      phones: string[]
      idLast4: string[]
    }>`
      select p.id, p.number, p.title, p.request, p.village_id, array_agg(x.name) as names, array_agg(x.phone) as phones, array_agg(x.id_last4) as id_last4
      from petition_party x join petition p on p.town_id = x.town_id and p.id = x.petition_id
      where x.town_id = ${who.townId}::uuid and x.name = any (${names}::text[]) and not p.sealed
      group by p.id, p.number, p.title, p.request, p.village_id limit 20000`.execute(tx)
    const byPerson = new Map<string, typeof found.rows>()
    for (const f of found.rows) for (const n of new Set(f.names)) byPerson.set(n, [...(byPerson.get(n) ?? []), f])
    for (const r of plan.rows) {
      const p = r.parsed
      const candidates = new Set(p.names.flatMap((n) => byPerson.get(n) ?? []))
      const text = `${p.title}\n${p.request}`
      const best = [...candidates]
        .map((c) => ({
          c,
          l: likeness(
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
          ),
        }))
        .sort((a, b) => b.l.score - a.l.score)[0]
      if (best && best.l.score >= surely) {
        p.existing = { id: best.c.id, number: best.c.number, title: best.c.title, why: best.l.why }
        r.flags.push({
          sheet: r.sheet,
          row: r.row,
          code: 'repeatStored',
          message: `与已登记的 ${best.c.number} 可能是同一事项，导入后互相关联（${best.l.why.join('、')}）`,
        })
        if (r.verdict === 'ok') r.verdict = 'warning'
      }
    }
  }
  plan.summary = summarise(plan.summary.file, plan.summary.sheets, plan.rows, plan.flags)
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
      staffId: who.staffId === operatorId ? null : who.staffId,
      byName: who.name,
      at: now.toISOString(),
    } as never)
    .execute()
  return id
}

/** Nobody in particular: the operator at the command line. */
export const operatorId = '00000000-0000-0000-0000-000000000000'
export const operator = (townId: string): Who => ({
  townId,
  staffId: operatorId,
  name: '命令行',
  post: '系统',
  roles: ['clerk'],
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 99,
})

/**
 * Load a plan: every row that is not rejected, through the register move, in the caller's one transaction,
 * with the original row kept. `step` hears how far it is.
 */
export const loadPlan = async (
  tx: Tx,
  who: Who,
  importId: string,
  plan: Plan,
  s: Setting,
  step: (done: number, total: number) => void = () => {},
): Promise<Report> => {
  const rows = plan.rows.filter((r) => r.verdict !== 'rejected')
  const place = new Map(rows.map((r, i) => [`${r.sheet}\u0000${r.row}`, i]))
  const made: string[] = []
  const chunk = 2000
  for (let i = 0; i < rows.length; i += chunk) {
    const part = rows.slice(i, i + chunk)
    const registrations = part.map((r) => {
      const of = r.parsed.repeatOf ? place.get(`${r.parsed.repeatOf.sheet}\u0000${r.parsed.repeatOf.row}`) : undefined
      return registrationOf(r, importId, s.today, of ?? null)
    })
    for (const [k, r] of registrations.entries()) {
      const of = r.repeatOfIndex
      if (of !== undefined && of < i && made[of]) {
        r.input.links.push({ toId: made[of], kind: 'repeat', note: '同一台账中再次出现' })
        r.repeatOfIndex = undefined
      } else if (of !== undefined) r.repeatOfIndex = of - i < k ? of - i : undefined
    }
    const done = await registerMany(tx, who, registrations, s)
    made.push(...done.map((d) => d.id))
    await sql`insert into import_row (town_id, import_id, sheet, row, raw, verdict, petition_id)
      select ${who.townId}::uuid, ${importId}::uuid, x.sheet, x.row, x.raw, x.verdict, x.petition::uuid
      from jsonb_to_recordset(${JSON.stringify(part.map((r, k) => ({ sheet: r.sheet, row: r.row, raw: r.raw ?? [], verdict: r.verdict, petition: done[k]!.id })))}::jsonb)
        as x(sheet text, row int, raw jsonb, verdict text, petition text)`.execute(tx)
    step(made.length, rows.length)
  }
  const report = plan.summary
  await tx
    .updateTable('import')
    .set({
      status: 'loaded',
      report: JSON.stringify({ ...report, flags: report.flags.slice(0, 2000) }),
      mapping: plan.proposal ? JSON.stringify(plan.proposal) : null,
      loadedAt: s.now.toISOString(),
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', importId)
    .execute()
  if (plan.proposal)
    for (const sheet of plan.proposal.sheets.filter((x) => x.kind === 'ledger'))
      await sql`insert into import_mapping (town_id, fingerprint, mapping) values (${who.townId}::uuid, ${sheet.fingerprint}, ${JSON.stringify(sheet.columns)}::jsonb)
        on conflict (town_id, fingerprint) do update set mapping = excluded.mapping, at = now()`.execute(tx)
  await writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId === operatorId ? null : who.staffId, name: who.name, post: who.post },
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
                ? { field: k.find((x) => x.index === c.index)!.field, why: '沿用上次的对应' }
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
