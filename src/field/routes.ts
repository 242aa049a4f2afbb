import { z } from 'zod'
import { CarriedPlace } from '../ground/campaign.routes.ts'
import { ReportInput } from '../ground/campaign.ts'
import { ContactRow, VisitRow } from '../ground/visits/routes.ts'
import { HeardInput, RecordInput, visitors } from '../ground/visits/visits.ts'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { needed, text } from '../kit/text.ts'
import { RegisterInput as DisputeInput } from '../mediation/dispute/dispute.ts'
import { caseWorkers } from '../people/roles.ts'
import { CourtesyInput } from '../petitions/courtesy/courtesy.ts'
import { receivers } from '../petitions/courtesy/words.ts'
import { upReasons } from '../petitions/pass/words.ts'
import { DayText, grades } from '../petitions/petition.ts'
import { BeforeInput, registrars } from '../petitions/register/move.ts'

const requestId = z.uuid('缺少请求编号，请重新打开手机端')
const uuidOrNull = z
  .uuid()
  .nullish()
  .transform((v) => v ?? null)

/** When it was written down and when it was sent, by the phone's own clock, in milliseconds since the epoch. */
const Times = { heardAt: z.number(), sentAt: z.number() }

const Courtesy = CourtesyInput.pick({ items: true, note: true })

/** A matter taken down on the spot; what the office needs besides is asked later. */
export const FieldMatter = z.object({
  channel: z.enum(['visit', 'phone', 'screening']).default('visit'),
  request: needed(5000, '请写明反映什么、要求什么'),
  name: text(60).default(''),
  phone: text(40).default(''),
  anonymous: z.boolean().default(false),
  headCount: z.int('人数应为整数').min(1, '人数至少为 1').max(100_000).default(1),
  villageId: uuidOrNull,
  gridId: uuidOrNull,
  place: text(200).default(''),
  /** Read back to who said it (第十九条). */
  readBack: z.boolean().default(false),
  /** What was answered on the spot (当场解答); '' when nothing was. */
  answer: text(2000).default(''),
  /** Passed up in the same go (上报), with what was tried; null leaves it to the office. */
  up: z
    .object({
      to: z.enum(['area', 'town'], { error: '请选择报到哪一级' }),
      why: codes(upReasons),
      reason: needed(500, '请写明做了什么、为什么上报'),
    })
    .nullish()
    .transform((v) => v ?? null),
  /** 四声五心, gone through while it was taken down; null when it was not. */
  courtesy: Courtesy.nullish().transform((v) => v ?? null),
  before: BeforeInput.nullish().transform((v) => v ?? null),
})
/** How an earlier matter stands, that this person may see. */
export const Earlier = z.object({
  number: z.string(),
  title: z.string(),
  state: z.string(),
  dueOn: DayText.nullable(),
  bearer: z.string(),
})
export type Earlier = z.infer<typeof Earlier>
/** What is shown to the petitioner whose matter was taken down; `tellBy` in words. */
export const Receipt = z.object({
  number: z.string(),
  queryCode: z.string(),
  tellBy: z.string(),
  at: z.string(),
  qr: z.string(),
})
export type Receipt = z.infer<typeof Receipt>
export type FieldMatter = z.infer<typeof FieldMatter>

/** A visit paid (走访、下访), or one that was planned and now took place. What was promised is the visitor's own to keep. */
export const FieldVisit = z.object({
  /** The planned visit, and the version of it that was seen; null for one that was not planned. */
  planned: z
    .object({ id: z.uuid(), version: z.int() })
    .nullish()
    .transform((v) => v ?? null),
  kind: z.enum(['callOn', 'goDown', 'invited']).default('callOn'),
  villageId: uuidOrNull,
  place: text(100).default(''),
  record: RecordInput.extend({
    items: z
      .array(
        HeardInput.extend({
          promise: z
            .object({ body: needed(500, '请写明承诺了什么'), dueOn: DayText })
            .nullish()
            .transform((v) => v ?? null),
        }),
      )
      .max(30, '一次最多记三十件')
      .default([]),
  }),
})
export type FieldVisit = z.infer<typeof FieldVisit>

const Line = z.object({
  id: z.string(),
  number: z.string(),
  version: z.number(),
  title: z.string(),
  /** Masked. */
  petitioner: z.string(),
  village: z.string(),
  /** The state in words. */
  state: z.string(),
  grade: codes(grades).nullable(),
  dueOn: DayText.nullable(),
  /** What is to be rated at a return visit: whether a unit handled it. */
  byUnit: z.boolean(),
  closed: z.boolean(),
  /** Who has it in hand; '' when it is closed. */
  bearer: z.string(),
  /** Every step up and down so far, the first first. */
  course: z.array(z.string()),
  /** Where this person may pass it up to, the nearest first; empty when it is not theirs to pass. */
  up: z.array(z.enum(['area', 'town'])),
  /** Where this person may hand it down to; empty when it is not theirs to hand. */
  down: z.array(z.enum(['area', 'village', 'unit'])),
  /** An outcome that this person is to tell the petitioner. */
  tell: z.object({ what: z.string(), dueOn: DayText }).nullable(),
})
export type Line = z.infer<typeof Line>

export const Today = z.object({
  today: DayText,
  /** The server's clock, milliseconds since the epoch: the phone's own may be wrong. */
  now: z.number(),
  screening: z.array(CarriedPlace),
  revisits: z.array(Line),
  /** Matters this person holds, handles or answers for. */
  mine: z.array(Line),
  /** Matters this person reported, and how far they have come. */
  reported: z.array(Line),
  /** Outcomes this person is to tell the petitioner (告知). */
  tell: z.array(Line),
  /** Visits agreed or planned that this person pays (goes), or planned for somebody else. */
  visits: z.array(
    VisitRow.pick({
      id: true,
      version: true,
      kind: true,
      onDay: true,
      atTime: true,
      place: true,
      about: true,
      villageId: true,
      village: true,
      petitionId: true,
      number: true,
      staffId: true,
      staff: true,
    }).extend({ goes: z.boolean(), refusal: z.string().nullable(), mayChange: z.boolean() }),
  ),
  /** Villages this person keeps in touch with, and by when the next visit is due. */
  contacts: z.array(ContactRow.pick({ villageId: true, village: true, dueOn: true })),
  /** What this person promised and has not kept yet. */
  promises: z.array(
    z.object({
      id: z.string(),
      version: z.number(),
      body: z.string(),
      madeTo: z.string(),
      dueOn: DayText,
      number: z.string(),
    }),
  ),
  /** The kinds of dispute; empty for posts that register none. */
  disputeKinds: z.array(z.object({ code: z.string(), name: z.string() })),
  /** Who may come along on a visit: people of the same ground and the office. */
  people: z.array(z.object({ id: z.string(), name: z.string(), post: z.string() })),
  /** Whether this person plans visits for others as well; null when not even their own. */
  mayPlan: z.object({ others: z.boolean() }).nullable(),
  notices: z.array(
    z.object({
      id: z.string(),
      says: z.string(),
      at: z.string(),
      read: z.boolean(),
      petitionId: z.string().nullable(),
      link: z.string().nullable(),
    }),
  ),
  villages: z.array(
    z.object({ id: z.string(), name: z.string(), grids: z.array(z.object({ id: z.string(), name: z.string() })) }),
  ),
})
export type Today = z.infer<typeof Today>

export const UploadState = z.object({ received: z.number(), done: z.boolean() })
export type UploadState = z.infer<typeof UploadState>

export const fieldRoutes = {
  today: route({
    method: 'GET',
    path: '/api/field/today',
    says: '手机端：今天要做的',
    may: caseWorkers,
    response: Today,
  }),
  key: route({
    method: 'POST',
    path: '/api/field/phone',
    says: '手机端登记这部手机，取得本机内容的钥匙',
    may: caseWorkers,
    body: z.object({ id: z.uuid(), secret: z.string().min(32).max(100) }),
    response: z.object({ key: z.string() }),
  }),
  matter: route({
    method: 'POST',
    path: '/api/field/matters',
    says: '手机端当场登记；当场解答的一并记下。日期按服务器推算',
    may: registrars,
    body: z.object({ requestId, ...Times, input: FieldMatter }),
    response: z.object({ id: z.string(), number: z.string() }),
  }),
  receipt: route({
    method: 'GET',
    path: '/api/field/matters/:id/receipt',
    says: '登记的人把回执给信访人看：编号、查询码、最迟哪天告知；只在登记当天和第二天，留痕',
    may: registrars,
    params: z.object({ id: z.uuid() }),
    response: Receipt,
  }),
  earlier: route({
    method: 'POST',
    path: '/api/field/earlier',
    says: '手机端按编号查以前的一件办到哪一步；只在本人看得到的范围内查',
    may: registrars,
    body: z.object({ number: text(40) }),
    response: z.object({ found: Earlier.nullable() }),
  }),
  dispute: route({
    method: 'POST',
    path: '/api/field/disputes',
    says: '手机端登记双方的纠纷，由调解组织征求意愿；没有网络时写下的注明哪天写的',
    may: caseWorkers,
    body: z.object({ requestId, ...Times, input: DisputeInput }),
    response: z.object({ id: z.string(), number: z.string() }),
  }),
  report: route({
    method: 'POST',
    path: '/api/field/reports',
    says: '手机端排查报告：没有网络时写下的，按写下的那天算按期还是逾期',
    may: caseWorkers,
    body: z.object({
      requestId,
      ...Times,
      input: z.object({ campaignId: z.uuid(), placeId: z.uuid(), version: z.int(), input: ReportInput }),
    }),
    response: z.object({ ok: z.literal(true) }),
  }),
  visit: route({
    method: 'POST',
    path: '/api/field/visits',
    says: '手机端记走访：见了多少人、听到什么、承诺什么。日期按服务器推算',
    may: visitors,
    body: z.object({ requestId, ...Times, input: FieldVisit }),
    response: z.object({ id: z.string() }),
  }),
  note: route({
    method: 'POST',
    path: '/api/field/notes',
    says: '手机端给看得见的事项记一笔；只增不改，不问版本',
    may: caseWorkers,
    body: z.object({
      requestId,
      ...Times,
      input: z.object({ petitionId: z.uuid('请选择事项'), body: needed(5000, '请写明情况') }),
    }),
    response: z.object({ id: z.string(), number: z.string() }),
  }),
  courtesy: route({
    method: 'POST',
    path: '/api/field/courtesy',
    says: '手机端接待自查（四声五心）：和窗口同一张',
    may: [...receivers],
    body: z.object({ requestId, ...Times, input: Courtesy.extend({ petitionId: z.uuid('请选择事项') }) }),
    response: z.object({ id: z.string(), number: z.string() }),
  }),
  openUpload: route({
    method: 'POST',
    path: '/api/field/uploads',
    says: '分段上传：开始，或者问已收到多少字节',
    may: caseWorkers,
    body: z
      .object({
        /** Made once on the phone; also the request id of keeping the file. */
        id: requestId,
        /** What it is material of: the one or the other. */
        petitionId: uuidOrNull,
        disputeId: uuidOrNull,
        name: needed(120, '缺少文件名'),
        size: z
          .int()
          .min(1, '空文件')
          .max(50 * 1024 * 1024, '单个文件不超过 50 MB，请压缩或分段后再传'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, '缺少校验值'),
      })
      .refine((u) => (u.petitionId === null) !== (u.disputeId === null), '不知道是哪一件的材料'),
    response: UploadState,
  }),
  /** Not JSON (see api.ts): PUT /api/field/uploads/:id/:offset, the bytes of one piece → UploadState. */
  finishUpload: route({
    method: 'POST',
    path: '/api/field/uploads/:id/finish',
    says: '分段上传：收齐后核对校验值，成为事项、纠纷的材料；不符的从头再传',
    may: caseWorkers,
    params: z.object({ id: z.uuid() }),
    response: UploadState,
  }),
}
