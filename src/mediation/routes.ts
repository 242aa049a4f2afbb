import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { caseWorkers } from '../people/roles.ts'
import { DayText } from '../petitions/petition.ts'
import { purposes } from './binding.ts'
import { DisputeRow, RegisterInput, states } from './dispute/dispute.ts'
import type { DisputeViewOut } from './dispute/view.query.ts'
import { LetterInput, letterKinds } from './network/letter.ts'
import { Member, MemberAct, MemberInput, Station, StationInput } from './network/network.ts'
import { Report } from './numbers.ts'

const Id = z.object({ id: z.uuid() })
const Ok = z.object({ ok: z.literal(true) })
const requestId = z.uuid()
const version = z.number().int()

const Letter = z.object({
  id: z.string(),
  kind: codes(letterKinds),
  title: z.string(),
  body: z.string(),
  sha256: z.string(),
  fromOn: DayText,
  toOn: DayText,
  issuedOn: DayText,
  issuedName: z.string(),
})
const Pages = z.object({ from: z.int().min(1), to: z.int().min(1) })
const Signing = z.object({
  staffId: z.string(),
  name: z.string(),
  station: z.string(),
  read: z.boolean(),
  signedOn: DayText.nullable(),
  how: z.enum(['phone', 'paper']).nullable(),
  sha256: z.string().nullable(),
  fileId: z.string().nullable(),
  pages: Pages.nullable(),
})
const SheetOut = z.custom<import('../documents/sheet.ts').Sheet>((v) => typeof v === 'object' && v !== null)
export const Period = z.object({ from: DayText, to: DayText })
const ViewOut = z.custom<DisputeViewOut>((v) => typeof v === 'object' && v !== null)

export const mediationRoutes = {
  network: route({
    method: 'GET',
    path: '/api/mediation/network',
    says: '调解网络：站点、人数、空缺和任期届满',
    may: caseWorkers,
    response: z.object({
      mayKeep: z.boolean(),
      mayRegister: z.boolean(),
      stations: z.array(Station.extend({ members: z.number(), open: z.number() })),
      gaps: z.array(z.object({ stationId: z.string(), station: z.string(), says: z.string() })),
      counts: z.object({ centre: z.number(), area: z.number(), village: z.number(), grid: z.number() }),
    }),
  }),
  makeNetwork: route({
    method: 'POST',
    path: '/api/mediation/network',
    says: '按管区、村、网格和岗位补齐调解网络',
    may: caseWorkers,
    body: z.object({ requestId }),
    response: z.object({ stations: z.number(), members: z.number() }),
  }),
  station: route({
    method: 'GET',
    path: '/api/mediation/stations/:id',
    says: '一个调解站点：资料、成员、值班、空缺',
    may: caseWorkers,
    params: Id,
    response: z.object({
      station: Station,
      members: z.array(Member.extend({ seated: z.boolean() })),
      grids: z.array(z.object({ id: z.string(), name: z.string() })),
      gaps: z.array(z.string()),
      mayKeep: z.boolean(),
    }),
  }),
  keepStation: route({
    method: 'POST',
    path: '/api/mediation/stations/:id',
    says: '更新站点资料和值班',
    may: caseWorkers,
    params: Id,
    body: z.object({ requestId, version, input: StationInput }),
    response: Ok,
  }),
  addMember: route({
    method: 'POST',
    path: '/api/mediation/stations/:id/members',
    says: '聘任成员，任期三年',
    may: caseWorkers,
    params: Id,
    body: z.object({ requestId, input: MemberInput }),
    response: Ok,
  }),
  changeMember: route({
    method: 'POST',
    path: '/api/mediation/members/:id',
    says: '成员离任、续聘、更新专长语言和利害关系、处理违反第十五条的行为',
    may: caseWorkers,
    params: Id,
    body: z.object({
      requestId,
      version,
      act: MemberAct,
    }),
    response: Ok,
  }),
  letters: route({
    method: 'GET',
    path: '/api/mediation/letters',
    says: '诚信责任书：各份已签和应签人数',
    may: caseWorkers,
    response: z.object({
      mayIssue: z.boolean(),
      /** Kinds whose next term's letter is to be issued. */
      due: z.array(z.string()),
      rows: z.array(
        Letter.extend({ owed: z.number(), signed: z.number(), mine: z.enum(['none', 'toSign', 'signed']) }),
      ),
      texts: z.record(codes(letterKinds), z.string()),
    }),
  }),
  issueLetter: route({
    method: 'POST',
    path: '/api/mediation/letters',
    says: '签发诚信责任书',
    may: caseWorkers,
    body: z.object({ requestId, input: LetterInput }),
    response: Ok,
  }),
  letter: route({
    method: 'GET',
    path: '/api/mediation/letters/:id',
    says: '一份责任书：全文、校验值、谁签了谁还没有签',
    may: caseWorkers,
    params: Id,
    response: z.object({
      letter: Letter,
      rows: z.array(Signing),
      /** Scans with many people's letters, and the pages that are nobody's yet. */
      books: z.array(z.object({ id: z.string(), name: z.string(), pages: z.number(), free: z.array(Pages) })),
      mayKeep: z.boolean(),
    }),
  }),
  readLetter: route({
    method: 'POST',
    path: '/api/mediation/letters/:id/read',
    says: '本人已打开责任书阅读',
    may: caseWorkers,
    params: Id,
    response: Ok,
  }),
  signLetter: route({
    method: 'POST',
    path: '/api/mediation/letters/:id/sign',
    says: '签署责任书：本人在手机上，或补登纸质签字',
    may: caseWorkers,
    params: Id,
    body: z.discriminatedUnion('how', [
      z.object({ requestId, how: z.literal('phone'), name: z.string().trim().min(1, '请输入本人姓名').max(30) }),
      z.object({
        requestId,
        how: z.literal('paper'),
        staffId: z.uuid('请选择签字人'),
        fileId: z.uuid('请上传'),
        on: DayText,
        /** Which pages are this person's, when the scan holds many people's. */
        pages: Pages.nullable().default(null),
      }),
    ]),
    response: Ok,
  }),
  disputes: route({
    method: 'GET',
    path: '/api/disputes',
    says: '纠纷列表（只有看得到的）',
    may: caseWorkers,
    query: z.object({
      show: z.enum(['open', 'mine', 'all']).default('open'),
      state: codes(states).optional(),
      stationId: z.uuid().optional(),
      petitionId: z.uuid().optional(),
      /** Part of its number. */
      number: z.string().trim().max(40).optional(),
    }),
    response: z.array(DisputeRow.extend({ station: z.string() })),
  }),
  registerDispute: route({
    method: 'POST',
    path: '/api/disputes',
    says: '登记纠纷',
    may: caseWorkers,
    body: z.object({ requestId, input: RegisterInput }),
    response: z.object({ id: z.string() }),
  }),
  dispute: route({
    method: 'GET',
    path: '/api/disputes/:id',
    says: '一件纠纷；不承办的人只看得到进展',
    may: caseWorkers,
    params: Id,
    response: ViewOut,
  }),
  actOnDispute: route({
    method: 'POST',
    path: '/api/disputes/:id/moves/:move',
    says: '纠纷的每一步',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), move: z.string().max(40) }),
    body: z.object({ requestId, version, input: z.unknown() }),
    response: Ok,
  }),
  refileFile: route({
    method: 'POST',
    path: '/api/disputes/:id/files/:fileId/serves',
    says: '改一份材料的用途，决定订在卷内哪里',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), fileId: z.uuid() }),
    body: z.object({ requestId, serves: codes(purposes) }),
    response: Ok,
  }),
  disputePaper: route({
    method: 'GET',
    path: '/api/disputes/:id/papers/:paperId',
    says: '一份调解文书，用于屏幕和打印',
    may: caseWorkers,
    params: z.object({ id: z.uuid(), paperId: z.uuid() }),
    response: z.object({
      title: z.string(),
      sheet: SheetOut,
      sha256: z.string(),
      version: z.number(),
      issuedOn: z.string(),
    }),
  }),
  dossier: route({
    method: 'GET',
    path: '/api/disputes/:id/dossier',
    says: '整卷：封面、目录、各份文书、备考表',
    may: caseWorkers,
    params: Id,
    response: z.object({
      title: z.string(),
      number: z.string(),
      missing: z.array(z.string()),
      index: z.array(z.object({ title: z.string(), on: z.string(), from: z.number(), to: z.number() })),
      total: z.number(),
      papers: z.array(
        z.union([
          z.object({ title: z.string(), sheet: SheetOut }),
          /** An uploaded one: so many pages, or why it has none. */
          z.object({
            title: z.string(),
            file: z.object({ id: z.string(), pages: z.number(), apart: z.string(), sha256: z.string() }),
          }),
        ]),
      ),
    }),
  }),
  mediationReport: route({
    method: 'GET',
    path: '/api/mediation/report',
    says: '司法所月报：受理、达成、履行，按层级和类型；不含姓名和内容',
    may: caseWorkers,
    query: Period,
    response: Report,
  }),
  /** Not JSON (see api.ts): POST /api/mediation/letters/:id/files (multipart) · GET /api/mediation/letters/:id/files/:fileId
   *  · GET /api/mediation/letters/:id/files/:fileId/pages/:n?small
   *  · GET /api/mediation/letters/:id/paper.docx?staff= · GET /api/mediation/blank.docx · GET /api/mediation/report.xlsx?from=&to=
   *  · GET /api/disputes/:id/papers/:paperId/docx · GET /api/disputes/:id/dossier.docx
   *  · GET /api/disputes/:id/ahead.docx?kind=&about=
   *  · POST /api/disputes/:id/files · GET /api/disputes/:id/files/:fileId · GET /api/disputes/:id/files/:fileId/pages/:n */
}
