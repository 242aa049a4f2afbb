import { storable } from '../text.ts'
import type { Cell, Row, Rows } from './workbook.ts'

/** Own characters: a slice would keep the whole piece of XML it was cut from alive. */
const own = (s: string): string => (s.length < 13 ? s : ` ${s}`.slice(1))

const grow = <T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(a: T, need: number): T => {
  if (need <= a.length) return a
  const b = new (a.constructor as new (n: number) => T)(Math.max(need, Math.ceil(a.length * 1.6)))
  b.set(a as never)
  return b
}

const isText = 1
const isTrue = 2
const isFalse = 3
const isNumber = 4
const dated = 8
const calculated = 16

/**
 * The rows of a large sheet in a few typed arrays, some 15 bytes a cell, instead of an object each: a row's cells are
 * made when it is looked at and forgotten afterwards. Reads like an array of rows.
 */
export class PackedRows implements Rows {
  private values = new Float64Array(1024)
  private columns = new Uint16Array(1024)
  private kinds = new Uint8Array(1024)
  private looks = new Uint16Array(1024)
  private starts = new Uint32Array(256)
  private numbers = new Uint32Array(256)
  private cells = 0
  private count = 0
  private readonly texts: string[] = []
  private readonly known = new Map<string, number>()
  private readonly table: { fill?: string; ink?: string }[] = [{}]
  private readonly tableAt = new Map<string, number>()
  /** Changes a row as it is made, such as a conditional format. */
  private finish: ((row: Row) => void) | null = null

  get length(): number {
    return this.count
  }

  add(row: Row): void {
    const need = this.cells + row.cells.length
    this.values = grow(this.values, need)
    this.columns = grow(this.columns, need)
    this.kinds = grow(this.kinds, need)
    this.looks = grow(this.looks, need)
    this.starts = grow(this.starts, this.count + 2)
    this.numbers = grow(this.numbers, this.count + 2)
    this.starts[this.count] = this.cells
    this.numbers[this.count] = row.n
    for (const c of row.cells) {
      const i = this.cells
      this.cells += 1
      this.columns[i] = c.c
      let kind = 0
      if (typeof c.v === 'number') {
        kind = isNumber
        this.values[i] = c.v
      } else if (typeof c.v === 'boolean') kind = c.v ? isTrue : isFalse
      else if (c.v !== null) {
        kind = isText
        this.values[i] = this.textAt(c.v)
      }
      this.kinds[i] = kind | (c.date ? dated : 0) | (c.formula ? calculated : 0)
      this.looks[i] = c.fill || c.ink ? this.lookAt(c.fill, c.ink) : 0
    }
    this.count += 1
    this.starts[this.count] = this.cells
  }

  /** Room that was not needed is given back, when no more rows come. */
  full(): void {
    this.values = this.values.slice(0, this.cells)
    this.columns = this.columns.slice(0, this.cells)
    this.kinds = this.kinds.slice(0, this.cells)
    this.looks = this.looks.slice(0, this.cells)
    this.known.clear()
  }

  onRow(finish: (row: Row) => void): void {
    this.finish = finish
  }

  private textAt(s: string): number {
    // Words that come again and again are kept once; long texts are taken to be each their own.
    const at = s.length <= 24 ? this.known.get(s) : undefined
    if (at !== undefined) return at
    const word = own(s)
    const text = storable(word)
    this.texts.push(text)
    if (s.length <= 24) this.known.set(word, this.texts.length - 1)
    return this.texts.length - 1
  }

  private lookAt(fill: string | undefined, ink: string | undefined): number {
    const key = `${fill ?? ''}/${ink ?? ''}`
    const at = this.tableAt.get(key)
    if (at !== undefined) return at
    if (this.table.length > 65_000) return 0
    this.table.push({ ...(fill ? { fill } : {}), ...(ink ? { ink } : {}) })
    this.tableAt.set(key, this.table.length - 1)
    return this.table.length - 1
  }

  private make(i: number): Row {
    const cells: Cell[] = []
    for (let k = this.starts[i]!; k < this.starts[i + 1]!; k += 1) {
      const kind = this.kinds[k]!
      const what = kind & 7
      const cell: Cell = {
        c: this.columns[k]!,
        v:
          what === isNumber
            ? this.values[k]!
            : what === isText
              ? this.texts[this.values[k]!]!
              : what === isTrue
                ? true
                : what === isFalse
                  ? false
                  : null,
      }
      const look = this.looks[k]
      if (look) Object.assign(cell, this.table[look])
      if (kind & dated) cell.date = true
      if (kind & calculated) cell.formula = true
      cells.push(cell)
    }
    const row = { n: this.numbers[i]!, cells }
    this.finish?.(row)
    return row
  }

  at(i: number): Row | undefined {
    const k = i < 0 ? this.count + i : i
    return k >= 0 && k < this.count ? this.make(k) : undefined
  }

  /** The row of this number of the sheet. */
  numbered(n: number): Row | undefined {
    let low = 0
    let high = this.count - 1
    while (low <= high) {
      const mid = (low + high) >> 1
      const here = this.numbers[mid]!
      if (here === n) return this.make(mid)
      if (here < n) low = mid + 1
      else high = mid - 1
    }
    return undefined
  }

  *[Symbol.iterator](): IterableIterator<Row> {
    for (let i = 0; i < this.count; i += 1) yield this.make(i)
  }

  slice(from = 0, to = this.count): Row[] {
    const out: Row[] = []
    const first = from < 0 ? Math.max(0, this.count + from) : from
    const last = to < 0 ? this.count + to : Math.min(to, this.count)
    for (let i = first; i < last; i += 1) out.push(this.make(i))
    return out
  }
  map<T>(each: (row: Row, i: number) => T): T[] {
    const out: T[] = []
    for (let i = 0; i < this.count; i += 1) out.push(each(this.make(i), i))
    return out
  }
  filter(test: (row: Row, i: number) => boolean): Row[] {
    const out: Row[] = []
    for (let i = 0; i < this.count; i += 1) {
      const row = this.make(i)
      if (test(row, i)) out.push(row)
    }
    return out
  }
  findIndex(test: (row: Row, i: number) => boolean): number {
    for (let i = 0; i < this.count; i += 1) if (test(this.make(i), i)) return i
    return -1
  }
  find(test: (row: Row, i: number) => boolean): Row | undefined {
    const i = this.findIndex(test)
    return i < 0 ? undefined : this.make(i)
  }
  some(test: (row: Row, i: number) => boolean): boolean {
    return this.findIndex(test) >= 0
  }
}
