import { type Likely, likeness, surely } from '../register/similar.ts'
import type { ParsedRow } from './proposal.ts'

/** What is kept of a row to find it again: words it shares with the sheet, and nothing made anew, for a hundred thousand of them. */
interface Seen extends Pick<ParsedRow, 'sheet' | 'row' | 'phone' | 'idLast4' | 'village' | 'title' | 'request'> {
  /** One name as it is, several as a list. */
  names: string | string[]
}
const likelyOf = (r: Seen): Likely => ({
  names: typeof r.names === 'string' ? [r.names] : r.names,
  phones: r.phone ? [r.phone] : [],
  idLast4: r.idLast4 ? [r.idLast4] : [],
  villageId: r.village || null,
  text: r.title ? `${r.title}\n${r.request}` : r.request,
})
/** The later of two rows of the same people about the same thing points at the earlier. */
export const repeatFinder = () => {
  const seen: Seen[] = []
  /** Most words stand for one row only, which needs no list. */
  const byKey = new Map<string, number | number[]>()
  const rowsOf = (key: string): number[] => {
    const at = byKey.get(key)
    return at === undefined ? [] : typeof at === 'number' ? [at] : at.slice(-12)
  }
  return (row: ParsedRow): void => {
    if (row.verdict === 'rejected') return
    const keys = [...row.names.filter((n) => !/^(群众|村民|业主|部分)/.test(n)), row.phone].filter((k) => k !== '')
    const likely = likelyOf(row)
    let first: Seen | null = null
    look: for (const k of keys)
      for (const i of rowsOf(k)) {
        const earlier = seen[i]!
        if (likeness(likely, likelyOf(earlier)).score < surely) continue
        first = earlier
        break look
      }
    if (first) {
      row.repeatOf = { sheet: first.sheet, row: first.row }
      row.flags.push({
        sheet: row.sheet,
        row: row.row,
        code: 'repeatInFile',
        message: `与${first.sheet === row.sheet ? '' : `“${first.sheet}”`}第 ${first.row} 行是同一人同一事项，两行都登记并互相关联`,
      })
      if (row.verdict === 'ok') row.verdict = 'warning'
      // A third row points at the first again; the second need not be compared with.
      return
    }
    const at = seen.length
    const { sheet, row: n, phone, idLast4, village, title, request } = row
    const names = row.names.length === 1 ? row.names[0]! : row.names
    seen.push({ sheet, row: n, names, phone, idLast4, village, title, request })
    for (const k of keys) {
      const list = byKey.get(k)
      if (list === undefined) byKey.set(k, at)
      else if (typeof list === 'number') byKey.set(k, [list, at])
      else list.push(at)
    }
  }
}
