import type { Day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { maskName } from '../../kit/mask.ts'
import { shortMark } from '../../kit/server/crypto.ts'
import type { Workbook } from '../../kit/server/excel.ts'
import { cut } from '../../kit/text.ts'
import type { Channel, Grade } from '../petition.ts'
import { type Message, readMessages } from './messages.ts'
import type { Field, Flag, ParsedRow, Proposal } from './proposal.ts'
import { recognise } from './recognise.ts'
import { readRows } from './rows.ts'
import { tablesOf } from './tables.ts'
import { isName, readDay, squeeze } from './values.ts'

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
  samples: Record<string, Record<number, string>>
  rows: () => Iterable<ImportRow>
}

/** The first two things written in each column, names and numbers of people masked. */
const samplesOf = (workbook: Workbook, proposal: Proposal): Reading['samples'] => {
  const tables = tablesOf(workbook)
  return Object.fromEntries(
    proposal.sheets.map((p) => {
      const said = new Map<number, string[]>()
      const start = p.headerRows.at(-1) ?? 0
      const columnsAs = (...fields: (Field | null)[]) =>
        new Set(p.columns.filter((c) => fields.includes(c.field)).map((c) => c.index))
      const people = columnsAs('petitionerName')
      const unknown = columnsAs(null, 'owner', 'leadOfficial', 'address', 'note')
      const rows = tables.find((t) => t.name === p.name)?.rows.slice(0, 60) ?? []
      // A lone cell is a heading, no example.
      for (const r of rows.filter((x) => x.n > start && x.cells.filter((c) => c.v !== null).length > 1))
        for (const c of r.cells) {
          if (c.v === null || squeeze(c.v) === '') continue
          const list = said.get(c.c) ?? []
          const day = c.date ? readDay(c.v, { year: 2000, isDate: true }).day : null
          const isPerson = people.has(c.c) || (unknown.has(c.c) && isName(c.v))
          const text = day ?? (isPerson ? maskName(squeeze(c.v)) : String(c.v).replace(/\s+/g, ' ').trim())
          const shown = cut(
            text.replace(/\d{7,}/g, (d) => `${d.slice(0, 2)}…`),
            16,
          )
          if (list.length < 2 && !list.includes(shown)) said.set(c.c, [...list, shown])
        }
      return [p.name, Object.fromEntries([...said].map(([c, list]) => [c, list.join('、')]))]
    }),
  )
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
            : undefined) ??
          // '龙井村/3组', '龙井村第一网格'.
          list.find(
            (x) =>
              name.startsWith(x.name) &&
              /^[/、\-（(]?(第?[\d一二三四五六七八九十]+|[东西南北中前后])/.test(name.slice(x.name.length)),
          ),
      )
    return known.get(name)
  }
}

/** The village that an address speaks of: one of the town's, else by its word. */
const villageIn = (address: string, villages: readonly { name: string }[]): string => {
  const s = squeeze(address)
  if (s === '') return ''
  const own = villages
    .map((v) => v.name)
    .filter((n) => n.length > 1 && s.includes(n))
    .sort((a, b) => b.length - a.length)[0]
  const words = /^(?:.*(?:[省市县区镇乡]|街道|办事处))?(\p{Script=Han}{1,5}(?:村|社区))/u.exec(s)?.[1]
  return own ?? (words && !/[自小本该同全外农乡]村$|^.?(本|该)/.test(words) ? words : '')
}

const blank = { areaId: null, villageId: null, existing: null, externalId: null, resolvedOn: null, category: null }

const ledgerRows = (places: Places, known: boolean) => {
  const villageOf = finder(places.villages)
  const areaOf = finder(places.areas)
  const categoryOf = new Map(places.categories.map((c) => [c.name, c.code]))
  const met = new Map<string, number>()
  return (r: ParsedRow): ImportRow => {
    const place = r.village || villageIn(r.address, places.villages)
    const village = villageOf(place)
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
    const mark = shortMark(
      JSON.stringify([
        [...r.names].sort(),
        r.receivedOn,
        squeeze(r.request),
        squeeze(r.title),
        squeeze(r.village || r.area),
      ]),
    )
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
        village: place,
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

const messageRow = (
  m: Message,
  flags: Flag[],
  places: Places,
  village: Places['villages'][number] | undefined,
): ImportRow => ({
  sheet: m.sheet,
  row: m.row,
  verdict: flags.length ? 'warning' : 'ok',
  flags,
  raw: [m.externalId, m.user, m.title, m.receivedAt, m.text, m.reply ?? null, m.repliedOn ?? null, m.label ?? null],
  parsed: {
    ...blank,
    villageId: village?.id ?? null,
    areaId: village?.areaId ?? null,
    number: '',
    title: cut(m.title, 120),
    request: m.text || m.title,
    facts: '',
    names: m.user ? [m.user] : [],
    headCount: 1,
    village: village?.name ?? '',
    area: '',
    receivedOn: m.receivedOn,
    channel: 'online',
    grade: null,
    key: false,
    category: places.categories.find((c) => c.level === 1 && c.name === m.label)?.code ?? null,
    categoryText: m.label ?? '',
    phone: m.phone,
    idLast4: '',
    idType: '',
    address: m.address,
    leadOfficial: '',
    owner: '',
    unit: '',
    progress: m.reply ?? '',
    resolved: !!m.reply,
    resolvedOn: m.repliedOn ?? null,
    externalId: m.externalId
      ? `留言${m.externalId}`
      : `留言${shortMark(JSON.stringify([m.user, m.receivedAt, m.title, m.text]))}`,
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
    const read = readMessages(workbook, { today: options.today, year: options.year, fileName: file })
    if (read.rows.length === 0 && read.refused.length === 0)
      throw new Refused('没有找到留言：表头应有“留言主题”“留言时间”“留言详情”等列')
    const villageOf = finder(places.villages)
    const flagsOf = new Map<string, Flag[]>()
    for (const f of read.flags) flagsOf.set(`${f.sheet}/${f.row}`, [...(flagsOf.get(`${f.sheet}/${f.row}`) ?? []), f])
    const rows = function* (): Generator<ImportRow> {
      const all = [...read.rows, ...read.refused].sort((a, b) => (a.sheet === b.sheet ? a.row - b.row : 0))
      for (const m of all) {
        const place = m.address ? villageOf(villageIn(m.address, places.villages)) : undefined
        const row = messageRow(m as Message, flagsOf.get(`${m.sheet}/${m.row}`) ?? [], places, place)
        yield 'refused' in m ? { ...row, verdict: 'rejected' } : row
      }
    }
    return { kind, file, sheets: read.sheets, proposal: null, flags: [], samples: {}, rows }
  }
  const proposal = options.mapping ?? recognise(workbook, { today: options.today, year: options.year, fileName: file })
  if (!proposal.sheets.some((s) => s.kind === 'ledger')) {
    const headed = proposal.sheets.some((x) => x.firstRow === 0 && x.columns.some((c) => c.field === 'request'))
    const message = headed ? '表里只有表头，没有事项' : '没有认出台账：表中应有“主要诉求”或“反映问题”这样的列'
    // On screen a person can say which column is what; a command line can't be asked.
    if (!options.mending || !proposal.sheets.some((s) => s.columns.length > 0))
      throw new Refused(`${message}，请检查是否选对了文件`)
    const flags = [
      { sheet: proposal.sheets[0]!.name, row: 0, code: 'notLedger', message: `${message}，请在“列的对应”里指定` },
    ]
    return { kind, file, sheets: 0, proposal, flags, samples: samplesOf(workbook, proposal), rows: () => [] }
  }
  const read = readRows(workbook, proposal, { today: options.today, year: options.year })
  return {
    kind,
    file,
    sheets: new Set(proposal.sheets.filter((s) => s.kind === 'ledger').map((s) => s.of ?? s.name)).size,
    proposal,
    flags: read.flags,
    samples: samplesOf(workbook, proposal),
    rows: function* () {
      const toRow = ledgerRows(places, options.known ?? false)
      for (const r of read.rows()) yield toRow(r)
    },
  }
}

/** Rows in handfuls, so that the database is asked once for many. */
export const inChunks = function* (rows: Iterable<ImportRow>, size = 100): Generator<ImportRow[]> {
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
    request: cut(r.parsed.request, 300),
  },
})
