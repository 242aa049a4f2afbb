import { z } from 'zod'
import type { Day } from '../../kit/day.ts'
import type { Grade } from '../petition.ts'

/** What a column of a ledger may be. */
const fields = [
  'serial',
  'number',
  'area',
  'village',
  'grid',
  'petitionerName',
  'idNumber',
  'phone',
  'headCount',
  'channel',
  'category',
  'request',
  'title',
  'facts',
  'receivedOn',
  'grade',
  'key',
  'leadOfficial',
  'owner',
  'unit',
  'progress',
  'result',
  'dueOn',
  'address',
  'note',
] as const
export type Field = (typeof fields)[number]

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
/** A proposal as it comes back from the page, mended by a person. */
const place = z.number().int().min(0).max(2_000_000)
export const Mapping: z.ZodType<Proposal> = z.object({
  sheets: z
    .array(
      z.object({
        name: z.string().max(300),
        of: z.string().max(300).optional(),
        kind: z.enum(['ledger', 'other']),
        title: z.string().max(2000),
        year: z.number().int().min(1900).max(2200).nullable(),
        headerRows: z.array(place).max(50),
        firstRow: place,
        lastRow: place,
        columns: z
          .array(
            z.object({
              index: place,
              header: z.string().max(20_000),
              field: z.enum(fields).nullable(),
              confidence: z.number(),
              why: z.string().max(2000),
            }),
          )
          .max(20_000),
        fingerprint: z.string().max(300),
      }),
    )
    .max(500),
})
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
