import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { caseWorkers } from '../people/roles.ts'
import { DayText, grades, states } from '../petitions/petition.ts'
import {
  CampaignInput,
  Counts,
  campaignStates,
  findingKinds,
  office,
  PlaceLine,
  Reconciled,
  ReportInput,
  readsProgress,
  runsCampaign,
  Table,
} from './campaign.ts'
import { RhythmInput, rhythms } from './routine.ts'

const Ok = z.object({ ok: z.literal(true) })
const Made = z.object({ id: z.string() })
const Id = z.object({ id: z.uuid() })
const requestId = z.uuid()

export const CampaignRow = z.object({
  id: z.string(),
  title: z.string(),
  fromOn: DayText,
  dueOn: DayText,
  state: codes(campaignStates),
  /** A period of the routine screening. */
  routine: z.boolean(),
  expected: z.number(),
  reported: z.number(),
})
export type CampaignRow = z.infer<typeof CampaignRow>

export const CampaignView = z.object({
  id: z.string(),
  title: z.string(),
  asks: z.string(),
  fromOn: DayText,
  dueOn: DayText,
  withGrids: z.boolean(),
  routine: z.boolean(),
  state: codes(campaignStates),
  openedName: z.string(),
  closedOn: DayText.nullable(),
  closedName: z.string(),
  closeNote: z.string(),
  version: z.number(),
  table: Table,
  /** Who is asked today for each place without a report, and why not who covers it; empty once it is closed. */
  asked: z.record(z.string(), z.object({ name: z.string(), why: z.string() })),
  /** The last campaign closed before this one began; only for those who see the whole town. */
  before: z.object({ title: z.string(), total: Counts }).nullable(),
  reconciled: Reconciled.extend({
    ledgerOnlyMatters: z.array(z.object({ id: z.string(), number: z.string() })),
    outsideMatters: z.array(z.object({ id: z.string(), number: z.string() })),
  }).nullable(),
  may: z.object({ run: z.boolean(), settle: z.boolean() }),
})
export type CampaignView = z.infer<typeof CampaignView>

export const FindingRow = z.object({
  id: z.string(),
  kind: codes(findingKinds),
  village: z.string(),
  grid: z.string(),
  petitionId: z.string().nullable(),
  number: z.string(),
  title: z.string(),
  state: codes(states).nullable(),
  grade: codes(grades).nullable(),
  gradeProposed: codes(grades).nullable(),
  answer: z.string(),
  names: z.string(),
  foundOn: DayText,
  byName: z.string(),
  retractReason: z.string(),
  leaderId: z.string().nullable(),
  secretaryId: z.string().nullable(),
  cadreId: z.string().nullable(),
  version: z.number().nullable(),
})
export type FindingRow = z.infer<typeof FindingRow>

export const PlaceTask = PlaceLine.extend({
  campaignId: z.string(),
  campaign: z.string(),
  routine: z.boolean(),
  fromOn: DayText,
  dueOn: DayText,
  village: z.string(),
  /** Who is on leave and has this person stand in; '' when nobody. */
  standsFor: z.string(),
})
export type PlaceTask = z.infer<typeof PlaceTask>

/** A place as a phone carries it. */
export const CarriedPlace = z.object({
  campaignId: z.string(),
  placeId: z.string(),
  campaign: z.string(),
  asks: z.string(),
  name: z.string(),
  /** Who is on leave and has this person stand in; '' when nobody. */
  standsFor: z.string(),
  /** A period of the routine screening. */
  routine: z.boolean(),
  /** Carried the day before, so that it is there without network; not to be reported earlier. */
  fromOn: DayText,
  dueOn: DayText,
  version: z.number(),
  refusal: z.string().nullable(),
  reportedOn: DayText.nullable(),
  /** Findings reported and standing: how many, and those that this person may take back. */
  standing: z.number(),
  found: z.array(z.object({ id: z.string(), what: z.string() })),
  known: z.array(z.object({ id: z.string(), number: z.string(), title: z.string() })),
})
export type CarriedPlace = z.infer<typeof CarriedPlace>

export const PlaceView = z.object({
  campaign: z.object({
    id: z.string(),
    title: z.string(),
    asks: z.string(),
    dueOn: DayText,
    state: codes(campaignStates),
  }),
  placeId: z.string(),
  name: z.string(),
  area: z.string(),
  version: z.number(),
  refusal: z.string().nullable(),
  cover: z.array(z.object({ what: z.string(), name: z.string() })),
  reports: z.array(
    z.object({
      seq: z.number(),
      zero: z.boolean(),
      visited: z.number(),
      note: z.string(),
      reason: z.string(),
      late: z.boolean(),
      reportedOn: DayText,
      byName: z.string(),
    }),
  ),
  findings: z.array(FindingRow),
  /** Open matters of this village that the person sees and that this campaign has not counted yet. */
  known: z.array(z.object({ id: z.string(), number: z.string(), title: z.string() })),
})
export type PlaceView = z.infer<typeof PlaceView>

const RhythmView = z.object({
  every: codes(rhythms),
  weekday: z.number().nullable(),
  days: z.number(),
  withGrids: z.boolean(),
  asks: z.string(),
  since: DayText,
  active: z.boolean(),
  version: z.number(),
  byName: z.string(),
})
export type RhythmView = z.infer<typeof RhythmView>

export const campaignRoutes = {
  campaigns: route({
    method: 'GET',
    path: '/api/screenings',
    says: '历次排查',
    may: caseWorkers,
    response: z.array(CampaignRow),
  }),
  openCampaign: route({
    method: 'POST',
    path: '/api/screenings',
    says: '发起排查：起止、要求、谁包哪些村',
    may: runsCampaign,
    body: z.object({ requestId, input: CampaignInput }),
    response: Made,
  }),
  rhythm: route({
    method: 'GET',
    path: '/api/screening-rhythm',
    says: '日常排查怎样安排',
    may: caseWorkers,
    response: RhythmView.nullable(),
  }),
  setRhythm: route({
    method: 'POST',
    path: '/api/screening-rhythm',
    says: '定日常排查：每天或每周哪一天，由系统按期发起；或者停止',
    may: runsCampaign,
    body: z.object({ requestId, version: z.int(), input: RhythmInput }),
    response: Ok,
  }),
  campaign: route({
    method: 'GET',
    path: '/api/screenings/:id',
    says: '一次排查：进度、结清表、与台账核对、与上次比较',
    may: readsProgress,
    params: Id,
    response: CampaignView,
  }),
  findings: route({
    method: 'GET',
    path: '/api/screenings/:id/findings',
    says: '排查发现；各人只看到自己看得见的事项',
    may: readsProgress,
    params: Id,
    response: z.array(FindingRow),
  }),
  tasks: route({
    method: 'GET',
    path: '/api/screening-tasks',
    says: '由我报告的村和网格',
    may: caseWorkers,
    response: z.array(PlaceTask),
  }),
  place: route({
    method: 'GET',
    path: '/api/screenings/:id/places/:placeId',
    says: '一处的报告和发现',
    may: caseWorkers,
    params: Id.extend({ placeId: z.uuid() }),
    response: PlaceView,
  }),
  report: route({
    method: 'POST',
    path: '/api/screenings/:id/places/:placeId/reports',
    says: '报告：逐件或零报告；再报即更正，写明理由',
    may: caseWorkers,
    params: Id.extend({ placeId: z.uuid() }),
    body: z.object({ requestId, version: z.int(), input: ReportInput }),
    response: Ok,
  }),
  cover: route({
    method: 'POST',
    path: '/api/screenings/:id/cover',
    says: '改定包保人：管区的包管区领导，或一个村的包村人员',
    may: runsCampaign,
    params: Id,
    body: z.object({
      requestId,
      areaId: z.uuid().optional(),
      villageId: z.uuid().optional(),
      staffId: z.uuid('请选择人员').nullable(),
    }),
    response: Ok,
  }),
  chase: route({
    method: 'POST',
    path: '/api/screenings/:id/chase',
    says: '催报：提醒没有报告的包保人，请假的由代理人、空缺的由上一级代收',
    may: office,
    params: Id,
    body: z.object({ requestId }),
    response: z.object({ blank: z.number(), told: z.number(), stoodIn: z.number(), passedUp: z.number() }),
  }),
  settle: route({
    method: 'POST',
    path: '/api/screenings/:id/settle',
    says: '排查发现的事项确认登记、定级、落实到人，一步办完',
    may: office,
    params: Id,
    body: z.object({
      requestId,
      petitionId: z.uuid('请选择事项'),
      version: z.int(),
      grade: codes(grades),
      gradeReason: z.string().trim().min(1, '请写明定级理由').max(300),
      leaderId: z.uuid().nullable().default(null),
      secretaryId: z.uuid().nullable().default(null),
      cadreId: z.uuid().nullable().default(null),
    }),
    response: Ok,
  }),
  closeCampaign: route({
    method: 'POST',
    path: '/api/screenings/:id/close',
    says: '结束排查，固定结清表；还有未报的写明理由',
    may: runsCampaign,
    params: Id,
    body: z.object({ requestId, version: z.int(), note: z.string().trim().max(500).default('') }),
    response: Ok,
  }),
}
