import { cpus, totalmem } from 'node:os'

/** What a bench was asked for on the command line. */
export interface BenchOptions {
  /** Matters stored over all towns. */
  matters: number
  /** Requests under way at the same time. */
  clients: number
  /** How long each measurement lasts, seconds. */
  seconds: number
}

/** One line of a result: what was measured, the figure with its unit, and the line of design.md §5 where there is one. */
export interface Figure {
  what: string
  value: number
  unit: string
  /** The line to hold, with its direction. */
  line?: { at: number; is: 'most' | 'least' }
  note?: string
}

/** A bench by name: measures and returns its figures. */
export type Bench = (options: BenchOptions) => Promise<Figure[]>

export const percentile = (sorted: readonly number[], p: number): number =>
  sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))]!

const round = (n: number) => (n >= 100 ? Math.round(n) : n >= 10 ? Math.round(n * 10) / 10 : Math.round(n * 100) / 100)

export const held = (f: Figure): boolean | null =>
  f.line ? (f.line.is === 'most' ? f.value <= f.line.at : f.value >= f.line.at) : null

/** A Markdown table of the figures. */
export const tableOf = (figures: readonly Figure[]): string =>
  [
    '| 项目 | 数值 | 要求 | 达到 | 说明 |',
    '|---|---|---|---|---|',
    ...figures.map((f) => {
      const h = held(f)
      const line = f.line ? `${f.line.is === 'most' ? '≤' : '≥'} ${f.line.at} ${f.unit}` : ''
      return `| ${f.what} | ${round(f.value)} ${f.unit} | ${line} | ${h === null ? '' : h ? '是' : '否'} | ${f.note ?? ''} |`
    }),
  ].join('\n')

/** The machine in one line, for the record beside the figures. */
export const machine = (): string =>
  `${cpus().length} 核 ${cpus()[0]?.model.trim() ?? ''}，${Math.round(totalmem() / 2 ** 30)} GiB 内存，Node ${process.versions.node}`
