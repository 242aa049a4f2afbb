export interface VillageLine {
  area: string
  name: string
  code: string
  grids: number
  households: number | null
  population: number | null
}

const whole = (text: string | undefined): number | null => {
  const n = Number((text ?? '').normalize('NFKC').replace(/[,，\s]/g, ''))
  return text?.trim() && Number.isInteger(n) && n >= 0 ? n : null
}

/** Lines pasted from a sheet or typed: 管区, 村, 网格数, 户数, 人口; parted by tabs, commas or spaces. An area left empty is the one above, as in merged cells. */
export const villagesIn = (text: string): VillageLine[] => {
  const out: VillageLine[] = []
  for (const line of text.split(/\r?\n/)) {
    const cells = (line.includes('\t') ? line.split('\t') : line.trim().split(/[,，、\s]+/)).map((c) => c.trim())
    if (cells.every((c) => c === '') || cells.some((c) => /^(村名|村|行政村|村庄)$/.test(c))) continue
    const alone = cells.length === 1
    const area = (alone ? '' : cells[0]) || out.at(-1)?.area || ''
    const name = (alone ? cells[0] : cells[1]) ?? ''
    if (name)
      out.push({
        area,
        name,
        code: '',
        grids: whole(cells[2]) ?? 1,
        households: whole(cells[3]),
        population: whole(cells[4]),
      })
  }
  return out
}
