import { z } from 'zod'
import type { Sheet } from '../../documents/sheet.ts'
import { route } from '../../kit/route.ts'
import { caseWorkers } from '../../people/roles.ts'
import { DayText } from '../petition.ts'

const SheetOut = z.custom<Sheet>((v) => typeof v === 'object' && v !== null)

export const Shown = z.object({
  kind: z.string(),
  title: z.string(),
  number: z.string().nullable(),
  issuedOn: DayText,
  sheet: SheetOut,
})
export type Shown = z.infer<typeof Shown>

export const paperRoutes = {
  /** One paper, as its kept Word file says, for the screen and the printer. */
  paper: route({
    method: 'GET',
    path: '/api/petitions/:id/documents/:documentId',
    says: '一份文书，按存档的 Word 文件显示，用于打印页',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), documentId: z.uuid() }),
    response: Shown.extend({
      version: z.number(),
      reason: z.string(),
      /** The versions of this paper, the newest first. */
      versions: z.array(
        z.object({ id: z.string(), version: z.number(), issuedOn: DayText, reason: z.string(), byName: z.string() }),
      ),
      sha256: z.string(),
      fiction: z.boolean(),
    }),
  }),
  preview: route({
    method: 'POST',
    path: '/api/petitions/:id/moves/:move/preview',
    says: '预览这一步将要出具的文书：照真办一遍再撤回，什么也不写入',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), move: z.string().max(40) }),
    body: z.object({ version: z.number().int(), input: z.unknown() }),
    response: z.array(Shown),
  }),
}

export const annualRoutes = {
  annual: route({
    method: 'GET',
    path: '/api/annual',
    says: '年度报告：某一年的草稿和已出具的报告（第四十一条）',
    may: ['clerk', 'petitionHead', 'townLeader', 'leadOfficial'],
    query: z.object({ year: z.coerce.number().int().min(2000).max(2100) }),
    response: z.object({
      year: z.number(),
      title: z.string(),
      sheet: SheetOut,
      issued: z.array(
        z.object({
          id: z.string(),
          number: z.string().nullable(),
          issuedOn: DayText,
          year: z.number(),
          byName: z.string(),
        }),
      ),
    }),
  }),
  issueAnnual: route({
    method: 'POST',
    path: '/api/annual',
    says: '出具年度报告，编文号，数字从此不变',
    may: ['petitionHead'],
    body: z.object({ requestId: z.uuid(), year: z.number().int().min(2000).max(2100) }),
    response: z.object({ id: z.string() }),
  }),
  annualOne: route({
    method: 'GET',
    path: '/api/annual/:id',
    says: '一份已出具的年度报告',
    may: ['clerk', 'petitionHead', 'townLeader', 'leadOfficial'],
    params: z.object({ id: z.uuid() }),
    response: Shown.extend({ sha256: z.string() }),
  }),
  /** Not JSON: GET /api/annual/:id/docx */
}
