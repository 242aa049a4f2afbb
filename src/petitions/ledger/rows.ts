import { type Day, yearOf } from '../../kit/day.ts'
import type { Cell, Merge, Sheet, Workbook } from '../../kit/server/excel.ts'
import type { Grade } from '../petition.ts'
import { cellsOf, cleanHeader, filled, gridOf } from './heads.ts'
import { andMore, joined, namesUnitAndPerson, outcomeOfColumns, type Said, unitAndPerson } from './joined.ts'
import {
  areaWords,
  channelOfHeading,
  gradeOfHeading,
  kindOf,
  monthOfHeading,
  outcomeOfHeading,
  type RowKind,
  sectionNameOf,
  settingOf,
  yearOfHeading,
} from './lines.ts'
import type { Field, Flag, ParsedRow, Proposal, Reconciled, SheetProposal } from './proposal.ts'
import { fieldColumns, isMergedWide } from './recognise.ts'
import { repeatFinder } from './repeats.ts'
import { tablesOf } from './tables.ts'
import { addTo, noSums, totalsIn } from './totals.ts'
import {
  channelOf,
  credible,
  gradeOfFill,
  gradeOfText,
  isBlank,
  isOrange,
  keyOf,
  phonesOf,
  readCount,
  readDay,
  readId,
  readPeople,
  squeeze,
  textOf,
} from './values.ts'

const cellError = /^#(REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!)$/
const sameAsAbove = /^(〃|″|′′|〞|〝|”|“|"|''|同上|\/\/|同前)$/
const cellText = (v: Cell['v']): string | number | null => (typeof v === 'boolean' ? (v ? '是' : '否') : v)

/** Which cell merged downwards covers a place; merges of one column never overlap. */
const tallMerges = (sheet: Sheet, start: number, width: number) => {
  const byColumn = new Map<number, Merge[]>()
  for (const m of sheet.merges)
    if (m.r2 > m.r1 && m.r1 > start)
      for (let c = m.c1; c <= Math.min(m.c2, width); c += 1) byColumn.set(c, [...(byColumn.get(c) ?? []), m])
  for (const list of byColumn.values()) list.sort((a, b) => a.r1 - b.r1)
  return (row: number, c: number): Merge | undefined => {
    const list = byColumn.get(c)
    if (!list) return undefined
    let low = 0
    let high = list.length - 1
    while (low <= high) {
      const mid = (low + high) >> 1
      const m = list[mid]!
      if (row < m.r1) high = mid - 1
      else if (row > m.r2) low = mid + 1
      else return m
    }
    return undefined
  }
}

/** The identity number of a cell that may hold a phone or a name beside it; null when there is none. `whole`: only an unbroken one. */
const idIn = (v: Cell['v'], whole = false): Cell['v'] => {
  if (v === null || typeof v !== 'string') return whole ? null : v
  const found = /(?<!\d)\d{17}[\dXx](?!\d)/.exec(textOf(v).normalize('NFKC'))?.[0]
  if (found || whole) return found ?? null
  const squeezed = squeeze(v)
  // Only a phone stands there.
  return phonesOf(v).length && !/\d{12}|E\+/i.test(squeezed) ? null : v
}
const withoutId = (s: string): string => s.normalize('NFKC').replace(/(?<!\d)\d{17}[\dXx](?!\d)/g, ' ')
const areaWithVillage =
  /^(\p{Script=Han}{1,6}?(?:管区|片区|工作区|工作片|管理区))[^\p{Script=Han}]*(\p{Script=Han}{2,}.*)$/u

/** '东岭村（2件）'. */
const placeName = (v: Cell['v']): string => {
  const s = squeeze(v)
  return s.endsWith(')') ? s.replace(/\([^()]*\d+[件户人起个宗]\)$/, '') : s
}

/** The rows of one sheet, one after the other; what concerns no single row goes to `flags` and `reconciled`. */
const parseSheet = function* (
  sheet: Sheet,
  proposal: SheetProposal,
  options: { today: Day; year?: number },
  flags: Flag[],
  reconciled: Reconciled[],
): Generator<ParsedRow> {
  const grid = gridOf(sheet)
  const setting = settingOf(sheet, proposal.headerRows, '')
  const headers = new Map(proposal.columns.filter((c) => c.header !== '').map((c) => [c.index, c.header]))
  const at = fieldColumns(proposal.columns)
  const width = Math.max(0, ...proposal.columns.map((c) => c.index))
  let year = options.year ?? proposal.year ?? setting.year ?? yearOf(options.today)
  let { month, channel: channelHeading, outcome: outcomeHeading } = setting
  const yearColumn = proposal.columns.find((c) => /(年度|年份)$/.test(cleanHeader(c.header)))?.index
  const yearEnd = `${year}-12-31` as Day
  let until = setting.until && setting.until <= options.today ? setting.until : options.today
  // A list filled in early next year still means the year it is titled; a later today says nothing.
  if (!setting.until && yearEnd < until) until = yearEnd
  if (setting.until && yearOf(setting.until) < year) until = options.today
  const ofYear = (y: number) => {
    year = y
    const end = `${y}-12-31` as Day
    until = options.today
    if (end < until) until = end
  }
  const wide = isMergedWide(sheet)
  const start = proposal.headerRows.at(-1) ?? 0
  const tallIn = tallMerges(sheet, start, width)
  const gradeColumn = at.get('grade')
  const areaColumn = at.get('area')
  const villageColumn = at.get('village')

  // What must be known of all rows before the first is read: how the grade is given, what is written once for many.
  const kinds = new Map<number, RowKind>()
  let data = 0
  let graded = 0
  let numbered = 0
  const marks = [at.get('serial'), at.get('petitionerName'), at.get('receivedOn')].filter((c) => c !== undefined)
  let inked = 0
  const inks = new Set<Grade>()
  const fills = new Set<Grade>()
  const header = (f: Field) => headers.get(at.get(f) ?? 0) ?? ''
  const written = new Map(
    [areaColumn, villageColumn].filter((c) => c !== undefined).map((c) => [c, { given: 0, doubled: false, last: '' }]),
  )
  for (const r of sheet.rows) {
    if (r.n <= start) continue
    const cells = cellsOf(r)
    const kind = kindOf(filled(cells), headers, at, wide(r.n))
    if (kind !== 'data') {
      kinds.set(r.n, kind)
      continue
    }
    data += 1
    if (gradeColumn !== undefined && gradeOfText(cells.get(gradeColumn)?.v) !== null) graded += 1
    if (marks.some((c) => !isBlank(cells.get(c)?.v))) numbered += 1
    let ink: Grade | null = null
    for (const c of cells.values()) {
      const painted = gradeOfFill(c.fill)
      if (painted) fills.add(painted)
      if (c.v !== null) ink ??= gradeOfFill(c.ink)
    }
    if (ink) {
      inked += 1
      inks.add(ink)
    }
    for (const [c, w] of written) {
      const v = squeeze(cells.get(c)?.v)
      if (v === '') continue
      w.given += 1
      if (v === w.last) w.doubled = true
      w.last = v
    }
  }
  const columnsOf = (f: Field) => proposal.columns.filter((c) => c.field === f).map((c) => c.index)
  const progressColumns = columnsOf('progress')
  const resultColumns = columnsOf('result')
  const requestColumns = columnsOf('request')
  const unitAndOwner =
    at.has('unit') !== at.has('owner') && namesUnitAndPerson(header(at.has('unit') ? 'unit' : 'owner'))
  const alsoNamed = columnsOf('petitionerName').slice(1)
  const named = data > 1 && numbered >= data * 0.6
  const textColumns = new Set(
    (['request', 'title', 'facts', 'progress', 'result', 'note'] as const).flatMap((f) => at.get(f) ?? []),
  )
  let lastData = 0
  const gradedByText = graded > data / 2
  // One red word is emphasis; many rows in several colours are grades, when nothing else says them.
  const gradedByInk = gradeColumn === undefined && fills.size === 0 && inks.size > 1 && inked > data / 2
  /** Orange is what the sheet lacks: yellow beside red, red beside yellow. */
  const orange: Grade | null = fills.has('red') === fills.has('yellow') ? null : fills.has('red') ? 'yellow' : 'red'
  const ofFill = (hex: string | undefined): Grade | null => gradeOfFill(hex) ?? (isOrange(hex) ? orange : null)
  /** Written once above many rows, without merged cells. */
  const sparse = (c: number | undefined, share: number): boolean => {
    const w = c === undefined ? undefined : written.get(c)
    return w !== undefined && w.given > 0 && w.given < data && !w.doubled && (share === 1 || w.given < data * share)
  }
  const sparseArea =
    sparse(areaColumn, 1) ||
    (areaColumn !== undefined && written.get(areaColumn)!.given > 0 && written.get(areaColumn)!.given < data * 0.7)
  const sparseVillage = sparse(villageColumn, 0.6)
  const hidden = new Set(sheet.hiddenRows ?? [])
  let hiddenRead = 0

  const above = new Map<number, Cell['v']>()
  let area = setting.area
  let village = setting.village
  let heading = setting.grade
  let gradeAbove: Grade | null = null
  let lastArea = ''
  let lastVillage = ''
  const whole = noSums()
  let since = noSums()
  let pending: ParsedRow | null = null
  const finish = (row: ParsedRow): ParsedRow => {
    for (const s of [whole, since]) addTo(s, row)
    return row
  }

  for (const r of sheet.rows) {
    if (r.n <= start) continue
    const cells = cellsOf(r)
    const kind = kinds.get(r.n) ?? 'data'
    const texts = filled(cells)
    if (kind === 'section') {
      const line = squeeze(texts[0]!.v)
      const name = sectionNameOf(line)
      const graded = gradeOfHeading(name)
      const [ofWhen, inMonth] = [yearOfHeading(line), monthOfHeading(line)]
      const [came, ended] = [channelOfHeading(name), outcomeOfHeading(name)]
      if (ofWhen || inMonth) {
        if (ofWhen) ofYear(ofWhen)
        month = inMonth
      } else if (graded) heading = graded
      else if (came) channelHeading = came
      else if (ended) outcomeHeading = ended
      else if (areaWords.test(name)) {
        area = name
        village = ''
      } else village = name
      above.clear()
      lastArea = ''
      lastVillage = ''
      continue
    }
    if (kind === 'total') {
      if (pending) yield finish(pending)
      pending = null
      const label = squeeze(texts[0]!.v)
      const part = /小计/.test(label) ? since : whole
      for (const { what, stated, counted } of totalsIn(texts, at, part)) {
        reconciled.push({ sheet: sheet.name, row: r.n, what, stated, counted })
        if (stated !== counted)
          flags.push({
            sheet: sheet.name,
            row: r.n,
            code: 'totalsDiffer',
            message: `${label.slice(0, 4)}行的${what}为 ${stated}，逐行统计为 ${counted}，请核对`,
          })
      }
      if (/小计/.test(label)) since = noSums()
      continue
    }
    if (kind !== 'data') continue
    if (hidden.has(r.n)) hiddenRead += 1

    const own: Flag[] = []
    const flag = (code: string, message: string) => own.push({ sheet: sheet.name, row: r.n, code, message })
    const cellAt = (c: number | undefined): Cell | undefined => {
      if (c === undefined) return undefined
      const m = tallIn(r.n, c)
      const cell = m && m.r1 !== r.n ? (grid.get(m.r1)?.get(m.c1) ?? cells.get(c)) : cells.get(c)
      if (!cell || typeof cell.v !== 'string') return cell
      if (sameAsAbove.test(squeeze(cell.v))) return { ...cell, v: above.get(c) ?? null }
      return cellError.test(cell.v.trim()) ? { ...cell, v: null } : cell
    }
    const mapped = texts.filter((c) => headers.has(c.c) && cellError.test(String(c.v).trim()))
    if (mapped.length)
      flag(
        'cellError',
        `${mapped.map((c) => `“${headers.get(c.c)}”`).join('、')}一栏的公式出错（${textOf(mapped[0]!.v)}），没有采用，请核对原表`,
      )
    const uncounted = r.cells.filter((c) => c.formula && c.v === null && headers.has(c.c))
    if (uncounted.length)
      flag(
        'formulaEmpty',
        `${uncounted.map((c) => `“${headers.get(c.c)}”`).join('、')}一栏是没有计算过的公式，请用 Excel 或 WPS 打开保存一次再导入`,
      )
    for (let c = 1; c <= width; c += 1) {
      const v = cellAt(c)?.v
      if (v !== undefined && !isBlank(v)) above.set(c, v)
    }
    const get = (f: Field): Cell['v'] => cellAt(at.get(f))?.v ?? null
    const text = (f: Field): string => textOf(cellText(get(f)))
    const saidIn = (columns: readonly number[]): Said[] =>
      columns.flatMap((c) => {
        const said = textOf(cellText(cellAt(c)?.v ?? null))
        return said === '' ? [] : [{ said, of: headers.get(c) ?? '' }]
      })
    /** One column as it is, several under their headers. */
    const together = (columns: readonly number[], said: readonly Said[]): string =>
      columns.length > 1 ? joined(said) : (said[0]?.said ?? '')

    // One matter of several people: request and serial merged over their rows.
    const continued = (f: Field) => {
      const c = at.get(f)
      const m = c === undefined ? undefined : tallIn(r.n, c)
      return m !== undefined && m.r1 < r.n && pending !== null && pending.row >= m.r1
    }
    if (
      pending &&
      continued('request') &&
      (!at.has('serial') || continued('serial') || squeeze(get('serial')) === '')
    ) {
      for (const name of readPeople(get('petitionerName')).names)
        if (!pending.names.includes(name)) pending.names.push(name)
      pending.headCount = Math.max(pending.headCount ?? 1, pending.names.length)
      pending.phone ||= phonesOf(get('phone'))[0] ?? phonesOf(text('petitionerName'))[0] ?? ''
      // How it went on, a row each.
      for (const f of ['progress', 'result', 'note', 'unit', 'owner', 'leadOfficial'] as const)
        for (const c of columnsOf(f)) {
          const more = cells.get(c)?.v
          if (isBlank(more)) continue
          pending[f] = andMore(pending[f], cellText(more!))
          if (f === 'progress' || f === 'result')
            pending.outcome =
              outcomeOfColumns([{ said: textOf(cellText(more!)), of: headers.get(c) ?? '' }]) ?? pending.outcome
        }
      continue
    }
    // Written on into the row below: only text stands there, where every matter has its number or its name.
    if (
      pending &&
      named &&
      lastData === r.n - 1 &&
      texts.every((c) => textColumns.has(c.c)) &&
      texts.some((c) => c.c !== at.get('note'))
    ) {
      for (const f of ['request', 'title', 'facts', 'progress', 'result', 'note'] as const) {
        const more = textOf(cells.get(at.get(f) ?? 0)?.v)
        if (more) pending[f] += more
      }
      flag('rowJoined', `第 ${r.n} 行只有文字，是第 ${pending.row} 行的续写，已并入`)
      pending.flags.push(...own.map((f) => ({ ...f, row: pending!.row })))
      if (pending.verdict === 'ok') pending.verdict = 'warning'
      lastData = r.n
      continue
    }
    lastData = r.n
    if (pending) yield finish(pending)
    pending = null

    let rowArea = placeName(get('area'))
    let ownVillage = placeName(get('village'))
    // '城东管区/石桥村' in one cell.
    const both = rowArea === '' ? ownVillage : ownVillage === '' && !areaWords.test(rowArea) ? rowArea : ''
    const parts = both.length > 4 ? areaWithVillage.exec(both) : null
    if (parts) [, rowArea, ownVillage] = parts as unknown as [string, string, string]
    if (rowArea === '' && sparseArea) rowArea = lastArea
    if (rowArea !== lastArea) lastVillage = ''
    if (rowArea !== '') lastArea = rowArea
    if (ownVillage === '' && sparseVillage) ownVillage = lastVillage
    if (ownVillage !== '') lastVillage = ownVillage
    const rowVillage = ownVillage || village

    const people = readPeople(get('petitionerName'))
    for (const c of alsoNamed)
      for (const name of readPeople(cellAt(c)?.v ?? null).names)
        if (!people.names.includes(name)) people.names.push(name)
    if (alsoNamed.length && people.names.length > 1)
      people.headCount = Math.max(people.headCount ?? 0, people.names.length)
    const stated = readCount(get('headCount'))
    const counted = credible(stated)
    const told = credible(people.headCount)
    if (counted !== stated || told !== people.headCount)
      flag('headCountUnclear', `人数“${counted !== stated ? stated : people.headCount}”太大，没有采用，请核对`)
    people.headCount = told
    if (counted !== null && people.headCount !== null && people.headCount > counted)
      flag(
        'headCountDiffers',
        `姓名栏写“${text('petitionerName')}”，人数栏为 ${counted}，按 ${people.headCount} 人登记`,
      )

    const id = readId(idIn(get('idNumber')) ?? idIn(text('phone'), true) ?? idIn(text('petitionerName'), true))
    if (id.damaged) flag('idDamaged', '身份证号不完整或校验不符（可能被 Excel 改成了数字），没有采用，请核对原件')
    const phones = [
      ...phonesOf(get('phone')),
      ...phonesOf(text('petitionerName')),
      ...(at.has('phone') ? [] : phonesOf(withoutId(text('idNumber')))),
    ]
    const phone = phones[0] ?? ''
    if (phone === '' && text('phone') !== '' && !/^[-—/\\无]+$/.test(squeeze(text('phone'))))
      flag('phoneUnclear', `联系电话“${text('phone')}”不是有效的号码，没有采用`)

    const instead = (f: 'receivedOn' | 'dueOn') => (f === 'receivedOn' ? '先按导入当天登记，请核对' : '已留空')
    const dayOfField = (f: 'receivedOn' | 'dueOn', name: string): Day | null => {
      const cell = cellAt(at.get(f))
      if (!cell || isBlank(cell.v)) return null
      // '30日' is how long, not when.
      if (f === 'dueOn' && /^\d{1,3}个?(工作日|日|天|月|年)内?$/.test(squeeze(cell.v))) return null
      const got = readDay(cell.v, {
        year,
        until: f === 'receivedOn' ? until : null,
        isDate: cell.date,
        month,
      })
      if (got.day === null) {
        if (got.unclear) flag('dateUnclear', `${name}“${textOf(cell.v)}”不是有效的日期，${instead(f)}`)
        return null
      }
      if (f === 'receivedOn' && got.day > options.today) {
        flag('dateUnclear', `${name}“${textOf(cell.date ? got.day : cell.v)}”晚于今天，${instead(f)}`)
        return null
      }
      if (got.yearAssumed) flag('yearAssumed', `${name}“${textOf(cell.v)}”没有写年份，按 ${yearOf(got.day)} 年登记`)
      if (got.dayAssumed)
        flag('dayAssumed', `${name}“${textOf(cell.v)}”没有写日，按 ${Number(got.day.slice(8))} 日登记`)
      if (got.unsure) flag('dateUnsure', `${name}“${textOf(cell.v)}”${got.unsure}，请核对`)
      return got.day
    }
    if (yearColumn !== undefined) {
      const of = /^(20\d{2})年?度?$/.exec(squeeze(cellAt(yearColumn)?.v))
      if (of) ofYear(Number(of[1]))
    }
    const receivedOn = dayOfField('receivedOn', '登记时间')
    if (
      receivedOn === null &&
      at.has('receivedOn') &&
      !own.some((f) => ['dateUnclear', 'cellError', 'formulaEmpty'].includes(f.code))
    )
      flag('dateMissing', '没有登记时间，先按导入当天登记，请核对')
    const dueOn = dayOfField('dueOn', '期限')

    const gradeCell = cellAt(gradeColumn)
    let grade = gradeOfText(gradeCell?.v)
    let gradeFrom: ParsedRow['gradeFrom'] = grade ? 'text' : null
    // '红色（2件）' stands for the rows below it, too.
    if (grade && /[件户][)）]\s*$/.test(String(gradeCell?.v))) gradeAbove = grade
    if (!grade) {
      grade = ofFill(gradeCell?.fill) ?? (gradeCell?.v ? gradeOfFill(gradeCell.ink) : null)
      if (!grade && !gradedByText) {
        const colours = new Set(
          [...cells.values()]
            // An empty cell painted by itself waits for something to be written.
            .filter((c) => c.v !== null)
            .flatMap((c) => [ofFill(c.fill), gradedByInk && c.v !== null ? gradeOfFill(c.ink) : null])
            .filter((g) => g !== null),
        )
        if (colours.size === 1) grade = [...colours][0]!
        else if (colours.size > 1) flag('gradeUnclear', '这一行有几种底色，分不清等级，请选定')
        else if (!heading && r.cells.some((c) => isOrange(c.fill)))
          flag('gradeUnclear', '底色是橙色，分不清是红还是黄，请选定')
      }
      if (grade) gradeFrom = 'fill'
    } else {
      const painted = ofFill(gradeCell?.fill)
      if (painted && painted !== grade) flag('gradeDiffers', '等级的文字与底色不一致，按文字登记')
    }

    if (!grade) {
      // '【红】反映…'
      grade = gradeOfText(/^[【[(（]([红黄蓝]色?)[】\])）]/.exec(text('title') || text('request'))?.[1])
      if (grade) gradeFrom = 'text'
    }
    if (!grade && (gradeAbove ?? heading)) {
      grade = gradeAbove ?? heading
      gradeFrom = 'text'
    }

    const title = text('title')
    const category = text('category')
    const facts = text('facts')
    let request =
      requestColumns.length > 1
        ? saidIn(requestColumns)
            .map((x) => x.said)
            .join('；')
        : text('request')
    if (request === '' && title === '' && category === '' && facts === '') {
      flag('nothingToRegister', '没有诉求、标题或类别，无法登记')
    } else if (request === '') {
      request = title || facts || category
      flag('requestMissing', '没有写诉求，以标题或类别代替')
    }
    const channel = channelOf(get('channel')) ?? (text('channel') === '' ? channelHeading : null)
    if (channel === null && text('channel') !== '')
      flag('channelUnclear', `信访形式“${text('channel')}”不在目录中，请选定`)
    const steps = saidIn(progressColumns)
    const results = saidIn(resultColumns)
    const held = unitAndOwner
      ? unitAndPerson(text('unit') || text('owner'))
      : { unit: text('unit'), owner: text('owner') }
    const rejected = own.some((f) => f.code === 'nothingToRegister')
    pending = {
      sheet: sheet.name,
      row: r.n,
      raw: Array.from({ length: width }, (_, i) => cellText(cells.get(i + 1)?.v ?? null)),
      verdict: rejected ? 'rejected' : own.length ? 'warning' : 'ok',
      flags: own,
      area: rowArea || area,
      village: rowVillage,
      grid: text('grid'),
      names: people.names,
      headCount:
        people.headCount !== null || counted !== null ? Math.max(people.headCount ?? 0, counted ?? 0, 1) : null,
      phone,
      idLast4: id.last4,
      idType: id.last4 ? 'id' : '',
      channel,
      category,
      request,
      title,
      facts,
      receivedOn,
      grade,
      gradeFrom,
      key: keyOf(get('key')),
      leadOfficial: text('leadOfficial'),
      owner: held.owner,
      unit: held.unit,
      progress: together(progressColumns, steps),
      result: together(resultColumns, results),
      outcome: outcomeOfColumns(results) ?? outcomeOfColumns(steps) ?? outcomeHeading,
      dueOn,
      address: text('address') || (people.place ?? ''),
      note: text('note'),
      serial: text('serial'),
      number: text('number'),
      repeatOf: null,
    }
  }
  if (pending) yield finish(pending)
  if (hiddenRead)
    flags.push({
      sheet: sheet.name,
      row: 0,
      code: 'rowsHidden',
      message: `表中有 ${hiddenRead} 行是隐藏或被筛选掉的，已一并读取`,
    })
  const unseen = (sheet.hiddenColumns ?? []).filter((c) => proposal.columns.some((x) => x.index === c && x.field))
  if (unseen.length)
    flags.push({
      sheet: sheet.name,
      row: 0,
      code: 'columnsHidden',
      message: `${unseen.map((c) => `“${headers.get(c) ?? ''}”`).join('、')}列是隐藏的，已一并读取`,
    })
}

/**
 * Rows of a workbook by a proposal (as recognised, or mended by a person), one after the other, so that a large file is
 * never held whole. Nothing is dropped silently; `flags` and `reconciled` are complete when the rows have been read. Pure.
 */
export const readRows = (
  workbook: Workbook,
  proposal: Proposal,
  options: { today: Day; year?: number },
): { rows: () => Generator<ParsedRow>; flags: Flag[]; reconciled: Reconciled[] } => {
  const flags: Flag[] = []
  const reconciled: Reconciled[] = []
  const rows = function* (): Generator<ParsedRow> {
    flags.length = 0
    reconciled.length = 0
    const link = repeatFinder()
    const tables = tablesOf(workbook)
    for (const p of proposal.sheets) {
      const sheet = tables.find((s) => s.name === p.name)
      if (!sheet) continue
      if (p.kind !== 'ledger') {
        if (sheet.hidden && sheet.rows.length)
          flags.push({ sheet: p.name, row: 0, code: 'sheetHidden', message: `工作表“${p.name}”是隐藏的，没有读取` })
        continue
      }
      for (const row of parseSheet(sheet, p, options, flags, reconciled)) {
        link(row)
        yield row
      }
    }
  }
  return { rows, flags, reconciled }
}
