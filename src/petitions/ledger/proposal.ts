import type { Day } from '../../kit/day.ts'
import type { Grade } from '../petition.ts'

export type Field =
  | 'serial'
  | 'number'
  | 'area'
  | 'village'
  | 'grid'
  | 'petitionerName'
  | 'idNumber'
  | 'phone'
  | 'headCount'
  | 'channel'
  | 'category'
  | 'request'
  | 'title'
  | 'facts'
  | 'receivedOn'
  | 'grade'
  | 'key'
  | 'leadOfficial'
  | 'owner'
  | 'unit'
  | 'progress'
  | 'result'
  | 'dueOn'
  | 'address'
  | 'note'

export interface ColumnProposal {
  /** 1-based column of the sheet. */
  index: number
  header: string
  field: Field | null
  /** 0–1. */
  confidence: number
  why: string
}
export interface SheetProposal {
  name: string
  /** The sheet of the file that this is a part of, when tables stand side by side in it. */
  of?: string
  kind: 'ledger' | 'other'
  title: string
  year: number | null
  headerRows: number[]
  /** Rows of matters lie between these, with totals, notes and sections among them. */
  firstRow: number
  lastRow: number
  columns: ColumnProposal[]
  /** Same for sheets of the same head. */
  fingerprint: string
}
export interface Proposal {
  sheets: SheetProposal[]
}
export interface Flag {
  sheet: string
  row: number
  code: string
  message: string
}
export interface ParsedRow {
  sheet: string
  row: number
  raw: (string | number | null)[]
  verdict: 'ok' | 'warning' | 'rejected'
  flags: Flag[]
  area: string
  village: string
  grid: string
  names: string[]
  headCount: number | null
  phone: string
  idLast4: string
  idType: string
  channel: string | null
  category: string
  request: string
  title: string
  facts: string
  receivedOn: Day | null
  grade: Grade | null
  gradeFrom: 'text' | 'fill' | null
  key: boolean | null
  leadOfficial: string
  owner: string
  unit: string
  progress: string
  result: string
  outcome: 'resolved' | 'handling' | null
  dueOn: Day | null
  address: string
  note: string
  serial: string
  number: string
  repeatOf: { sheet: string; row: number } | null
}
export interface Reconciled {
  sheet: string
  row: number
  what: string
  stated: number
  counted: number
}

// ---- layout ----
