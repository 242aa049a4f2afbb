/** Scans that hold the signed letters of many people, one after the other. Pure. */

/** Pages of a scan, both included, counted from 1. */
export interface PageRange {
  from: number
  to: number
}
/** What of a scan has been given to somebody; all of it when no pages are named. */
export interface Given {
  name: string
  pages: PageRange | null
}
const span = ({ from, to }: PageRange) => (from === to ? `第 ${from} 页` : `第 ${from} 至 ${to} 页`)
const meet = (a: PageRange, b: PageRange) => a.from <= b.to && b.from <= a.to

/** Why these pages of a scan, or all of it, can't be one person's letter; null when they can. */
export const scanRefusal = (asked: PageRange | null, pages: number, given: readonly Given[]): string | null => {
  if (asked && (asked.from > asked.to || asked.to > pages)) return `页次不对：这份扫描件共 ${pages} 页`
  const other = given.find((g) => asked === null || g.pages === null || meet(asked, g.pages))
  return !other
    ? null
    : asked && other.pages
      ? `${span(other.pages)}已经登记为${other.name}的，请另选`
      : `这份扫描件已经登记为${other.name}的，请换一份`
}

/** Pages that are nobody's yet, run by run. */
export const freeRuns = (pages: number, given: readonly PageRange[]): PageRange[] => {
  const out: PageRange[] = []
  for (let n = 1; n <= pages; n += 1) {
    if (given.some((g) => meet(g, { from: n, to: n }))) continue
    const last = out.at(-1)
    if (last?.to === n - 1) last.to = n
    else out.push({ from: n, to: n })
  }
  return out
}

/** Runs cut into letters of so many pages; what is left at the end of a run is shorter. */
export const cutInto = (runs: readonly PageRange[], each: number): PageRange[] =>
  runs.flatMap(({ from, to }) =>
    Array.from({ length: Math.ceil((to - from + 1) / each) }, (_, i) => ({
      from: from + i * each,
      to: Math.min(to, from + (i + 1) * each - 1),
    })),
  )

/** How many pages a letter has in a scan of `pages` for so many people, as far as it comes out even; otherwise one. */
export const eachOf = (pages: number, people: number): number =>
  people > 0 && pages % people === 0 && pages / people <= 10 ? pages / people : 1
