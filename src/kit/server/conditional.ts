import type { Cell, Row } from './workbook.ts'

/**
 * Conditional formats of a sheet, as far as ledgers use them to colour a grade: compared with constants, contains,
 * begins with, and formulas that compare one cell with a constant. Anything cleverer is left uncoloured.
 */
export interface Rule {
  ranges: { r1: number; c1: number; r2: number; c2: number }[]
  priority: number
  fill: string
  test: Test
}
interface Test {
  /** The cell looked at: offsets from the cell itself, or a fixed column or row. */
  column: number | null
  row: number | null
  columnOffset: number
  rowOffset: number
  how: 'equal' | 'contains' | 'begins' | Compare
  value: string
  /** The other end of between. */
  to?: string
}
type Compare =
  | 'notEqual'
  | 'greaterThan'
  | 'greaterThanOrEqual'
  | 'lessThan'
  | 'lessThanOrEqual'
  | 'between'
  | 'notBetween'
const signs: Record<string, Compare | 'equal'> = {
  '=': 'equal',
  '<>': 'notEqual',
  '>': 'greaterThan',
  '>=': 'greaterThanOrEqual',
  '<': 'lessThan',
  '<=': 'lessThanOrEqual',
}
const comparing = new Set<string>([...Object.values(signs), 'between', 'notBetween'])
const compared = (how: Compare, v: string, value: string, to: string | undefined): boolean => {
  if (how === 'notEqual') return v !== value
  const n = v === '' ? Number.NaN : Number(v)
  const a = Number(value)
  if (Number.isNaN(n) || Number.isNaN(a)) return false
  const within = n >= Math.min(a, Number(to)) && n <= Math.max(a, Number(to))
  return {
    greaterThan: n > a,
    greaterThanOrEqual: n >= a,
    lessThan: n < a,
    lessThanOrEqual: n <= a,
    between: within,
    notBetween: !within,
  }[how]
}

const text = (v: Cell['v'] | undefined): string => (v === null || v === undefined ? '' : String(v).trim())
const constant = (s: string): string | null => {
  const t = s.trim()
  const quoted = /^"((?:[^"]|"")*)"$/.exec(t)
  if (quoted) return quoted[1]!.replaceAll('""', '"')
  return /^-?\d+(\.\d+)?$/.test(t) ? String(Number(t)) : null
}
const columnNumber = (letters: string) => [...letters.toUpperCase()].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0)

/** The range words of sqref: 'L4:L79 N4'. */
export const rangesOf = (sqref: string): Rule['ranges'] =>
  sqref.split(/\s+/).flatMap((part) => {
    const m = /^\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?$/i.exec(part)
    if (!m) return []
    const [c1, r1] = [columnNumber(m[1]!), Number(m[2])]
    return [{ r1, c1, r2: m[4] ? Number(m[4]) : r1, c2: m[3] ? columnNumber(m[3]) : c1 }]
  })

/** A rule's test, or null when it is not understood. `first` is the top left cell that relative references count from. */
export const testOf = (
  rule: { type: string; operator: string | null; text: string | null; formulas: string[] },
  first: { r1: number; c1: number },
): Test | null => {
  const self = { column: null, row: null, columnOffset: 0, rowOffset: 0 }
  const formula = (rule.formulas[0] ?? '').trim().replace(/^=/, '')
  if (rule.type === 'cellIs') {
    const value = constant(formula)
    const to = constant((rule.formulas[1] ?? '').trim().replace(/^=/, ''))
    const how = (rule.operator ?? '') as 'equal' | Compare
    if (value === null || !(how === 'equal' || comparing.has(how))) return null
    if (/between/i.test(how)) return to === null ? null : { ...self, how, value, to }
    return { ...self, how, value }
  }
  if ((rule.type === 'containsText' || rule.type === 'beginsWith') && rule.text)
    return { ...self, how: rule.type === 'beginsWith' ? 'begins' : 'contains', value: rule.text }
  if (rule.type !== 'expression') return null
  const reference = '(\\$?)([A-Z]{1,3})(\\$?)(\\d+)'
  const at = (fixedColumn: string, letters: string, fixedRow: string, row: string) => ({
    column: fixedColumn ? columnNumber(letters) : null,
    columnOffset: fixedColumn ? 0 : columnNumber(letters) - first.c1,
    row: fixedRow ? Number(row) : null,
    rowOffset: fixedRow ? 0 : Number(row) - first.r1,
  })
  let m = new RegExp(`^${reference}\\s*(<>|>=|<=|=|>|<)\\s*(.+)$`, 'i').exec(formula)
  if (m) {
    const value = constant(m[6]!)
    return value === null ? null : { ...at(m[1]!, m[2]!, m[3]!, m[4]!), how: signs[m[5]!]!, value }
  }
  m = new RegExp(`^LEFT\\(\\s*${reference}\\s*,\\s*\\d+\\s*\\)\\s*=\\s*(.+)$`, 'i').exec(formula)
  if (m) {
    const value = constant(m[5]!)
    return value === null ? null : { ...at(m[1]!, m[2]!, m[3]!, m[4]!), how: 'begins', value }
  }
  m = new RegExp(`(?:SEARCH|FIND)\\(\\s*("(?:[^"]|"")*")\\s*,\\s*${reference}\\s*\\)`, 'i').exec(formula)
  if (m && /^(?:ISNUMBER|NOT\(ISERROR|IFERROR|SEARCH|FIND)/i.test(formula))
    return { ...at(m[2]!, m[3]!, m[4]!, m[5]!), how: 'contains', value: constant(m[1]!) ?? '' }
  return null
}

/**
 * Paints the cells of a row that a rule holds for; a painted cell that had no value appears, a fill of its own is
 * painted over, as on screen. `rowAt` is asked when a rule looks at another row.
 */
export const painter = (rules: Rule[], rowAt: (n: number) => Row | undefined): ((row: Row) => void) => {
  const ordered = [...rules].sort((a, b) => a.priority - b.priority)
  return (row) => {
    const painted = new Map<number, string>()
    for (const { ranges, test, fill } of ordered)
      for (const g of ranges) {
        if (row.n < g.r1 || row.n > g.r2) continue
        for (let c = g.c1; c <= Math.min(g.c2, g.c1 + 199); c += 1) {
          if (painted.has(c)) continue
          const n = test.row ?? row.n + test.rowOffset
          const column = test.column ?? c + test.columnOffset
          const v = text((n === row.n ? row : rowAt(n))?.cells.find((x) => x.c === column)?.v)
          const holds =
            test.how === 'equal'
              ? v === test.value
              : v !== '' &&
                (test.how === 'begins'
                  ? v.startsWith(test.value)
                  : test.how === 'contains'
                    ? v.includes(test.value)
                    : compared(test.how, v, test.value, test.to))
          if (holds) painted.set(c, fill)
        }
      }
    if (painted.size === 0) return
    for (const [c, fill] of painted) {
      const cell = row.cells.find((x) => x.c === c)
      if (cell) cell.fill = fill
      else row.cells.push({ c, v: null, fill })
    }
    row.cells.sort((a, b) => a.c - b.c)
  }
}
