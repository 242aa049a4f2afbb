import type { Day } from '../../kit/day.ts'
import type { Grade } from '../petition.ts'

export type ImportKind = 'ledger' | 'messages'

export const fieldNames = {
  serial: '序号',
  petitioner: '信访人',
  title: '事项',
} as const
export type FieldName = string

export interface Mapping {
  year?: number
  sheets: {
    name: string
    columns: { column: number; title: string; field: FieldName | null; because: string; samples: string[] }[]
  }[]
}
export interface PreviewRow {
  sheet: string
  row: number
  verdict: 'ok' | 'note' | 'bad' | 'skip'
  flags: { code: string; message: string }[]
  sameAs?: { sheet: string; row: number }
  shown: { grade: Grade | null; receivedOn: Day | ''; petitioner: string; village: string; title: string }
}
export interface Report {
  registered: number
  linked: number
  rejected: number
  byGrade: Partial<Record<Grade | 'none', number>>
  key: number
  flags: { sheet: string; row: number; code: string; message: string }[]
}
export interface Preview {
  id: string
  fileName: string
  proposal: Mapping
  rows: PreviewRow[]
  summary: {
    ok: number
    rejected: number
    linked: number
    byGrade: Partial<Record<Grade | 'none', number>>
    key: number
  }
}
