/** What every reader of spreadsheets gives, whatever the file was. */
export interface Cell {
  /** 1-based column. */
  c: number
  v: string | number | boolean | null
  /** The number format of the cell is a date. */
  date?: boolean
  /** RGB hex such as 'FFC000', of solid fills only. */
  fill?: string
  /** RGB hex of the letters, when they are neither black nor automatic. */
  ink?: string
  /** The value is what a formula last gave; without a value the formula was never calculated. */
  formula?: boolean
}
export interface Row {
  /** 1-based row of the sheet. */
  n: number
  cells: Cell[]
}
/** Rows in order, as an array or packed: what readers of a sheet may ask of them. */
export interface Rows extends Iterable<Row> {
  readonly length: number
  at(i: number): Row | undefined
  slice(from?: number, to?: number): Row[]
  map<T>(each: (row: Row, i: number) => T): T[]
  filter(test: (row: Row, i: number) => boolean): Row[]
  find(test: (row: Row, i: number) => boolean): Row | undefined
  findIndex(test: (row: Row, i: number) => boolean): number
  some(test: (row: Row, i: number) => boolean): boolean
}
export interface Merge {
  r1: number
  c1: number
  r2: number
  c2: number
}
export interface Sheet {
  name: string
  hidden: boolean
  /** Rows and columns (1-based) that a person does not see in the office program; their cells are read all the same. */
  hiddenRows?: number[]
  hiddenColumns?: number[]
  /** Only rows with a value, only cells with a value or a fill. */
  rows: Rows
  merges: Merge[]
}
export interface Workbook {
  sheets: Sheet[]
}

/** The colours of the old palette, by index from 0; cells count from 8 on. */
export const standardIndexed = (
  '000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF ' +
  '800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF ' +
  '000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 ' +
  '3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333'
).split(' ')
/** Whether a number format shows a day: `id` of the built-in ones, `code` of the workbook's own. */
export const isDateFormat = (id: number, code: string | undefined): boolean => {
  if (code === undefined)
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
  const bare = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h|m|s)[^\]]*\]/gi, '')
    .replace(/general/gi, '')
  return /[ymdhs]/i.test(bare.split(';')[0]!)
}
