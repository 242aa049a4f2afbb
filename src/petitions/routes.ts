import { z } from 'zod'
import { traceKinds } from '../audit/kinds.ts'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { caseWorkers } from '../people/roles.ts'
import { DutyLine } from './carry/duties.ts'
import { Origin } from './ledger/origin.ts'
import {
  Attachment,
  Claim,
  Clock,
  ClosingTest,
  channels,
  classes,
  DayText,
  DocumentRow,
  grades,
  Link,
  Opinion,
  Outcome,
  Party,
  Petition,
  PetitionRecord,
  Review,
  ratings,
  ServiceRow,
  states,
  steps,
  Task,
} from './petition.ts'
import { RegisterInput, registrars } from './register/move.ts'

const many = <T extends z.ZodType>(t: T) =>
  z.preprocess(
    (v) => (v === undefined || v === '' ? undefined : Array.isArray(v) ? v : String(v).split(',')),
    z.array(t).optional(),
  )
const flag = z
  .union([z.boolean(), z.enum(['1', '0', 'true', 'false'])])
  .transform((v) => v === true || v === '1' || v === 'true')
  .optional()

/** Due filters: overdue, due within three days, later, none running. */
export const dueFilters = { overdue: '超期', soon: '三日内到期', later: '三日以后', none: '没有期限' } as const
export const sorts = { receivedOn: '收到日期', nextDueOn: '期限', lastProgressOn: '最近进展' } as const

/** Filters of the ledger; they combine with “and”. The same for page, totals, export and bulk work. */
export const LedgerFilter = z.object({
  /** Text: number, title, request, name, pinyin initials. */
  q: z.string().trim().max(100).optional(),
  areaId: many(z.uuid()),
  villageId: many(z.uuid()),
  gridId: many(z.uuid()),
  unitId: many(z.uuid()),
  grade: many(z.enum([...(Object.keys(grades) as (keyof typeof grades)[]), 'none'])),
  step: many(codes(steps)),
  state: many(codes(states)),
  class: many(codes(classes)),
  /** Category code or its prefix (a whole branch). */
  category: z.string().max(20).optional(),
  channel: many(codes(channels)),
  receivedFrom: DayText.optional(),
  receivedTo: DayText.optional(),
  due: many(z.enum(Object.keys(dueFilters) as [keyof typeof dueFilters])),
  /** No progress for seven days, still open. */
  silent: flag,
  unassigned: flag,
  mine: flag,
  myUnit: flag,
  key: flag,
  repeat: flag,
  redNoLead: flag,
  toSign: flag,
  toRevisit: flag,
  leadOfficialId: z.uuid().optional(),
  holderId: z.uuid().optional(),
  importId: z.uuid().optional(),
})
export type LedgerFilter = z.infer<typeof LedgerFilter>

export const LedgerQuery = LedgerFilter.extend({
  sort: z.enum(Object.keys(sorts) as [keyof typeof sorts]).default('receivedOn'),
  dir: z.enum(['asc', 'desc']).default('desc'),
  /** Keyset cursor from the last answer's `next`. */
  after: z.string().max(200).optional(),
  size: z.coerce.number().int().min(1).max(200).default(50),
})
export type LedgerQuery = z.infer<typeof LedgerQuery>

export const LedgerRow = z.object({
  id: z.string(),
  number: z.string(),
  version: z.number(),
  grade: codes(grades).nullable(),
  isKey: z.boolean(),
  repeat: z.boolean(),
  title: z.string(),
  /** Masked: 王*国等3人. */
  petitioner: z.string(),
  headCount: z.number(),
  area: z.string(),
  village: z.string(),
  category: z.string(),
  channel: codes(channels),
  class: codes(classes).nullable(),
  state: codes(states),
  step: codes(steps),
  holder: z.string(),
  unit: z.string(),
  lead: z.string(),
  duties: z.array(DutyLine).nullable(),
  receivedOn: DayText,
  acceptedOn: DayText.nullable(),
  dueOn: DayText.nullable(),
  /** Which clock: 办理期限 第三十四条. */
  dueName: z.string(),
  daysLeft: z.number().nullable(),
  lastContactOn: DayText.nullable(),
  lastProgressOn: DayText,
  rating: codes(ratings).nullable(),
})
export type LedgerRow = z.infer<typeof LedgerRow>

export const Totals = z.object({
  total: z.number(),
  byGrade: z.object({ red: z.number(), yellow: z.number(), blue: z.number(), none: z.number() }),
  byStep: z.record(z.string(), z.number()),
  key: z.number(),
  general: z.number(),
})
export type Totals = z.infer<typeof Totals>

const OfferRow = z.object({
  move: z.string(),
  label: z.string(),
  confirm: z.string().nullable(),
  refusal: z.string().nullable(),
  primary: z.boolean(),
})

export const ClockView = Clock.extend({
  name: z.string(),
  article: z.string(),
  unit: z.string(),
  /** 'duty' of the office or 'right' of the petitioner. */
  kind: z.string(),
  daysLeft: z.number().nullable(),
  words: z.string(),
  /** Whose right, masked; '' when it is everybody's or the office's. */
  party: z.string(),
})
export type ClockView = z.infer<typeof ClockView>

/** One matter for its page. Names and phones are masked until revealed with a purpose. */
export const MatterView = z.object({
  matter: Petition,
  parties: z.array(Party),
  clocks: z.array(ClockView),
  claims: z.array(Claim),
  records: z.array(PetitionRecord),
  /** `opens`: whether this person may open it. */
  attachments: z.array(Attachment.extend({ opens: z.boolean() })),
  opinion: Opinion.nullable(),
  tests: z.array(ClosingTest),
  documents: z.array(DocumentRow),
  services: z.array(ServiceRow),
  links: z.array(Link),
  reviews: z.array(Review),
  tasks: z.array(Task),
  outcomes: z.array(Outcome),
  offers: z.array(OfferRow),
  missing: z.object({ step: z.string(), missing: z.array(z.string()), done: z.array(z.string()) }).nullable(),
  /** Steps across the top: who and when. */
  progress: z.array(
    z.object({ label: z.string(), status: z.enum(['done', 'now', 'later']), on: DayText.nullable(), by: z.string() }),
  ),
  /** Names of every staff, unit and place id that occurs. */
  names: z.record(z.string(), z.string()),
  categoryPath: z.string(),
  mayReveal: z.boolean(),
  traceCount: z.number(),
})
export type MatterView = z.infer<typeof MatterView>

export const TraceRow = z.object({
  id: z.string(),
  seq: z.number(),
  kind: codes(traceKinds).or(z.string()),
  at: z.string(),
  by: z.string(),
  says: z.string(),
  data: z.unknown(),
  hash: z.string(),
})
export type TraceRow = z.infer<typeof TraceRow>

const IdParam = z.object({ id: z.uuid() })
const Ok = z.object({ ok: z.literal(true) })

export const SimilarRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  request: z.string(),
  petitioner: z.string(),
  village: z.string(),
  receivedOn: DayText,
  state: codes(states),
  score: z.number(),
  kind: z.string(),
  why: z.array(z.string()),
})
export type SimilarRow = z.infer<typeof SimilarRow>

export const petitionRoutes = {
  ledger: route({
    method: 'GET',
    path: '/api/petitions',
    says: '台账：一页、下一页游标、合计（仅第一页）',
    may: caseWorkers,
    query: LedgerQuery,
    response: z.object({
      rows: z.array(LedgerRow),
      next: z.string().nullable(),
      totals: Totals.nullable(),
      today: DayText,
    }),
  }),
  totals: route({
    method: 'GET',
    path: '/api/petitions/totals',
    says: '按颜色、环节、村的合计，各项之和等于总数；以及各现成筛选的件数',
    may: caseWorkers,
    query: LedgerFilter,
    response: Totals.extend({
      byVillage: z.array(
        z.object({
          villageId: z.string().nullable(),
          village: z.string(),
          area: z.string(),
          n: z.number(),
          red: z.number(),
          yellow: z.number(),
          blue: z.number(),
          none: z.number(),
        }),
      ),
    }),
  }),
  presets: route({
    method: 'GET',
    path: '/api/petitions/presets',
    says: '现成筛选的件数',
    may: caseWorkers,
    response: z.array(
      z.object({ key: z.string(), label: z.string(), filter: z.record(z.string(), z.unknown()), n: z.number() }),
    ),
  }),
  register: route({
    method: 'POST',
    path: '/api/petitions',
    says: '登记',
    may: registrars,
    body: z.object({ requestId: z.uuid(), input: RegisterInput }),
    response: z.object({
      id: z.string(),
      number: z.string(),
      queryCode: z.string(),
      /** Sealed at once: the receipt is all that who registered keeps of it. */
      sealed: z.boolean().optional(),
    }),
  }),
  similar: route({
    method: 'POST',
    path: '/api/petitions/similar',
    says: '可能重复的事项',
    may: caseWorkers,
    body: z.object({
      text: z.string().max(20_000).default(''),
      names: z.array(z.string().max(60)).max(50).default([]),
      phones: z.array(z.string().max(40)).max(50).default([]),
      idLast4: z.array(z.string().max(4)).max(50).default([]),
      villageId: z.uuid().nullish(),
      notId: z.uuid().optional(),
    }),
    response: z.array(SimilarRow),
  }),
  likely: route({
    method: 'GET',
    path: '/api/petitions/:id/likely',
    says: '与这一件可能是同一件事的事项，审查受理时并列',
    may: caseWorkers,
    params: IdParam,
    response: z.array(SimilarRow),
  }),
  suggestCategory: route({
    method: 'POST',
    path: '/api/petitions/suggest-category',
    says: '内容分类建议：把握和依据的词，由登记员选定',
    may: caseWorkers,
    body: z.object({ text: z.string().max(20_000) }),
    response: z.array(
      z.object({ code: z.string(), name: z.string(), confidence: z.number(), words: z.array(z.string()) }),
    ),
  }),
  suggestGrade: route({
    method: 'POST',
    path: '/api/petitions/suggest-grade',
    says: '定级建议及理由',
    may: caseWorkers,
    body: z.object({
      attributes: z.array(z.string()).max(30),
      affectedCount: z.number().nullish(),
      repeat: z.boolean().default(false),
    }),
    response: z.object({
      grade: codes(grades),
      because: z.array(z.string()),
      reviewInDays: z.number(),
      response: z.string(),
    }),
  }),
  one: route({
    method: 'GET',
    path: '/api/petitions/:id',
    says: '一件事项',
    may: caseWorkers,
    params: IdParam,
    response: MatterView,
  }),
  move: route({
    method: 'POST',
    path: '/api/petitions/:id/moves/:move',
    says: '办理一步；requestId 可安全重发，version 为页面所见版本',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), move: z.string().max(40) }),
    body: z.object({
      requestId: z.uuid(),
      version: z.number().int(),
      input: z.unknown(),
      /** Done on paper first and keyed in later: the true day and the reason for the delay. */
      late: z.object({ doneOn: DayText, reason: z.string().trim().min(2, '请写明补录的原因').max(300) }).nullish(),
    }),
    response: MatterView,
  }),
  bulk: route({
    method: 'POST',
    path: '/api/petitions/bulk/:move',
    says: '批量办理（交办、提醒、确定包案领导），逐件给出结果',
    may: caseWorkers,
    params: z.object({ move: z.enum(['assignHandler', 'remind', 'nameLead', 'reassign', 'confirmRegister']) }),
    body: z.object({
      requestId: z.uuid(),
      items: z
        .array(z.object({ id: z.uuid(), version: z.number().int() }))
        .min(1, '请先选择事项')
        .max(500, '一次最多 500 件'),
      input: z.unknown(),
    }),
    response: z.object({
      done: z.number(),
      refused: z.array(z.object({ id: z.string(), number: z.string(), sentence: z.string() })),
    }),
  }),
  timeline: route({
    method: 'GET',
    path: '/api/petitions/:id/timeline',
    says: '全程记录',
    may: caseWorkers,
    params: IdParam,
    query: z.object({ kind: many(z.string()) }),
    response: z.array(TraceRow),
  }),
  reveal: route({
    method: 'POST',
    path: '/api/petitions/:id/reveal',
    says: '查看受保护信息：须写明用途，留痕',
    may: caseWorkers,
    params: IdParam,
    body: z.object({ purpose: z.string().trim().min(2, '请写明用途').max(200) }),
    response: z.object({ parties: z.array(Party), request: z.string(), facts: z.string(), origin: Origin.nullable() }),
  }),
  withdrawAttachment: route({
    method: 'POST',
    path: '/api/petitions/:id/attachments/:attachmentId/withdraw',
    says: '撤下误传的材料（保留原件和留痕）',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), attachmentId: z.uuid() }),
    body: z.object({ requestId: z.uuid(), reason: z.string().trim().min(1, '请写明理由').max(300) }),
    response: Ok,
  }),
  /** Not JSON (see api.ts): GET …/documents/:documentId/docx · POST …/attachments (multipart) · GET …/attachments/:attachmentId
   *  · GET /api/petitions/export.xlsx?filter&unmasked&purpose */
  savedFilters: route({
    method: 'GET',
    path: '/api/saved-filters',
    says: '我保存的筛选',
    may: caseWorkers,
    response: z.array(z.object({ id: z.string(), name: z.string(), filter: z.unknown(), columns: z.unknown() })),
  }),
  saveFilter: route({
    method: 'POST',
    path: '/api/saved-filters',
    says: '保存筛选',
    may: caseWorkers,
    body: z.object({
      name: z.string().trim().min(1, '请填写名称').max(30),
      filter: z.record(z.string(), z.unknown()),
      columns: z.array(z.string()).nullish(),
    }),
    response: z.object({ id: z.string() }),
  }),
  dropFilter: route({
    method: 'DELETE',
    path: '/api/saved-filters/:id',
    says: '删除保存的筛选',
    may: caseWorkers,
    params: IdParam,
    response: Ok,
  }),
  categories: route({
    method: 'GET',
    path: '/api/categories',
    says: '内容分类三级表',
    may: 'signedIn',
    response: z.array(
      z.object({
        code: z.string(),
        name: z.string(),
        parent: z.string().nullable(),
        level: z.number(),
        initials: z.string(),
      }),
    ),
  }),
  desk: route({
    method: 'GET',
    path: '/api/desk',
    says: '工作台：我的待办、提醒、期限',
    may: caseWorkers,
    response: z.object({
      cards: z.array(
        z.object({ key: z.string(), label: z.string(), n: z.number(), filter: z.record(z.string(), z.unknown()) }),
      ),
      rows: z.array(LedgerRow),
      notices: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          says: z.string(),
          at: z.string(),
          readAt: z.string().nullable(),
          petitionId: z.string().nullable(),
          link: z.string().nullable(),
        }),
      ),
      totals: Totals,
    }),
  }),
  readNotices: route({
    method: 'POST',
    path: '/api/notices/read',
    says: '提醒标为已读',
    may: 'signedIn',
    body: z.object({ ids: z.array(z.uuid()).max(500) }),
    response: Ok,
  }),
}
