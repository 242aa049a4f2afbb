import { z } from 'zod'
import { route } from '../kit/route.ts'
import type { Role } from '../people/roles.ts'
import { type DocumentKind, documentKinds } from './catalogue.ts'
import type { Sheet } from './sheet.ts'

/** Who may read the papers' templates and blank forms: whoever writes papers, and who keeps the system. */
export const templateReaders = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'unitHandler',
  'leadOfficial',
  'townLeader',
  'mediator',
  'systemAdmin',
] as const satisfies Role[]
export const templateKeepers = ['systemAdmin', 'petitionHead'] as const satisfies Role[]

const Kind = z.enum(documentKinds as [DocumentKind, ...DocumentKind[]], { error: '没有这种文书' })
export const KindParam = z.object({ kind: Kind })
const SheetOut = z.custom<Sheet>((v) => typeof v === 'object' && v !== null)

export const TemplateRow = z.object({
  kind: Kind,
  /** 0: the built-in template is in use. */
  version: z.number(),
  versions: z.array(
    z.object({
      version: z.number(),
      fileName: z.string(),
      note: z.string(),
      builtIn: z.boolean(),
      byName: z.string(),
      at: z.string(),
      sha256: z.string(),
    }),
  ),
})
export type TemplateRow = z.infer<typeof TemplateRow>

export const templateRoutes = {
  templates: route({
    method: 'GET',
    path: '/api/templates',
    says: '文书目录：每种文书现用的模板和历次版本',
    may: templateReaders,
    response: z.object({ mayChange: z.boolean(), rows: z.array(TemplateRow) }),
  }),
  templateSheet: route({
    method: 'GET',
    path: '/api/templates/:kind/sheet',
    says: '空白文书（手填）或样张，用于屏幕和打印',
    may: templateReaders,
    params: KindParam,
    query: z.object({ as: z.enum(['blank', 'sample']).default('blank') }),
    response: z.object({ title: z.string(), sheet: SheetOut }),
  }),
  restoreTemplate: route({
    method: 'POST',
    path: '/api/templates/:kind/restore',
    says: '恢复某一版模板（0 为内置模板），作为新的一版启用',
    may: templateKeepers,
    params: KindParam,
    body: z.object({
      version: z.number().int().min(0),
      reason: z.string().trim().min(1, '请写明理由').max(200),
    }),
    response: z.object({ version: z.number() }),
  }),
  /** Not JSON (see api.ts): GET /api/templates/:kind/docx?version= · GET /api/templates/:kind/blank.docx
   *  · POST /api/templates/:kind (multipart: file, note) */
}
