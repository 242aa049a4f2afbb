import type { Field, Proposal } from './proposal.ts'
import type { rowForScreen } from './reading.ts'

export type { ImportKind, Report } from './reading.ts'
export type { Field, Proposal }
export type PreviewRow = ReturnType<typeof rowForScreen>
export interface PreviewPage {
  /** `other` is the earlier row that a repeat points at. */
  rows: (PreviewRow & { other: PreviewRow | null })[]
  total: number
}
/** Rows of one page of the preview. */
export const pageSize = 100

/** What the server read of a file; nothing is written yet. */
export interface Preview {
  id: string
  kind: 'ledger' | 'messages'
  fileName: string
  /** Null when the columns are fixed, as for messages. */
  proposal: Proposal | null
  /** How many rows of each verdict; the rows themselves come by the page. */
  verdicts: Record<Verdict, number>
  total: number
  flags: { sheet: string; row: number; code: string; message: string }[]
  /** What stands in a column, by sheet and index, people masked: a person mends by what is seen. */
  samples: Record<string, Record<number, string>>
  summary: {
    rows: number
    registered: number
    linked: number
    rejected: number
    byGrade: { red: number; yellow: number; blue: number; none: number }
    key: number
  }
}

/** Why a column is what it is: a person said so, now or an earlier time. */
export const mended = '人工指定'
export const remembered = '沿用上次的对应'

export const verdicts = { ok: '可以导入', warning: '需注意', known: '已在册', rejected: '不能导入' } as const
export type Verdict = keyof typeof verdicts

/** What a column of an office's spreadsheet can hold. */
export const fieldNames = {
  serial: '序号',
  number: '编号',
  receivedOn: '收到日期',
  area: '管区',
  village: '村',
  grid: '网格',
  petitionerName: '信访人',
  headCount: '人数',
  idNumber: '身份证号',
  phone: '电话',
  address: '住址',
  channel: '信访形式',
  category: '分类',
  title: '事项',
  request: '主要诉求',
  facts: '事实和理由',
  grade: '级别（颜色）',
  key: '重点',
  leadOfficial: '包案领导',
  owner: '责任人',
  unit: '责任单位',
  progress: '办理进展',
  result: '办理结果',
  dueOn: '期限',
  note: '备注',
} as const satisfies Record<Field, string>

/** 1 is A, 27 is AA: the letter over a spreadsheet's column. */
export const letterOf = (index: number): string =>
  index > 26
    ? letterOf(Math.floor((index - 1) / 26)) + letterOf(((index - 1) % 26) + 1)
    : String.fromCharCode(64 + index)

/** The proposal with one column given another field; a field held twice leaves its earlier column, but progress may have several. */
export const withField = (p: Proposal, sheet: string, index: number, field: Field | null): Proposal => ({
  ...p,
  sheets: p.sheets.map((s) =>
    s.name !== sheet
      ? s
      : {
          ...s,
          // Whoever says where the request stands means the sheet to be read.
          kind: field === 'request' || field === 'title' || field === 'facts' ? ('ledger' as const) : s.kind,
          columns: s.columns.map((c) =>
            c.index === index
              ? { ...c, field, confidence: 1, why: mended }
              : field !== null && c.field === field && field !== 'progress'
                ? { ...c, field: null, why: '已改用别的列' }
                : c,
          ),
        },
  ),
})

export const withKind = (p: Proposal, sheet: string, kind: 'ledger' | 'other'): Proposal => ({
  ...p,
  sheets: p.sheets.map((s) => (s.name === sheet ? { ...s, kind } : s)),
})
