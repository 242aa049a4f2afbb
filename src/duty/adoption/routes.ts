import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText, grades } from '../../petitions/petition.ts'
import { prepares, runsIt, table } from '../posts.ts'
import { RoundEvent, RoundRules, strategies } from './round.ts'

export const roundKinds = { full: '全体轮次', leaver: '离任交接轮次' } as const
export const roundStates = { draft: '准备中', open: '进行中', done: '已结束', cancelled: '已取消' } as const

/** What the table shows of a matter: enough to choose by, nothing of who brought it. */
export const CaseRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  grade: codes(grades).nullable(),
  isKey: z.boolean(),
  village: z.string(),
  category: z.string(),
  receivedOn: DayText,
  repeat: z.boolean(),
  affectedCount: z.number().nullable(),
  /** Points of difficulty, and what they are made of. */
  points: z.number(),
  because: z.array(z.string()),
  lead: z.string(),
  leadId: z.string().nullable(),
  /** How many of those taking part must keep out. */
  barred: z.number(),
  /** Taken, by whom, and whether chosen or allotted. */
  ownerId: z.string().nullable(),
  how: z.enum(['picked', 'allotted']).nullable(),
  /** Who picked it for the leader; empty where the leader did. */
  pickedBy: z.string(),
  removed: z.boolean(),
  /** Why the person asking can't pick it now; null when they can. */
  refusal: z.string().nullable(),
})
export type CaseRow = z.infer<typeof CaseRow>

export const LeaderRow = z.object({
  id: z.string(),
  name: z.string(),
  post: z.string(),
  rank: z.number(),
  /** Points and matters carried from before. */
  load: z.number(),
  held: z.number(),
  quota: z.number(),
  points: z.number(),
  away: z.boolean(),
  delegateId: z.string().nullable(),
  delegate: z.string(),
  taken: z.number(),
})
export type LeaderRow = z.infer<typeof LeaderRow>

const Outcome = z.array(
  z.object({ leaderId: z.string(), name: z.string(), before: z.number(), after: z.number(), n: z.number() }),
)

const Seat = z.object({
  id: z.uuid(),
  away: z.boolean().default(false),
  quota: z.number().int().min(1).max(1000).nullable().default(null),
})
export const Draft = z.object({
  title: needed(60, '请写轮次名称'),
  kind: codes(roundKinds),
  leaverId: z.uuid().nullable().default(null),
  note: text(500).default(''),
  dueOn: DayText.nullable().default(null),
  rules: RoundRules,
  seats: z.array(Seat).max(60),
  caseIds: z.array(z.uuid()).max(500),
})
export type Draft = z.infer<typeof Draft>

export const RoundLine = z.object({
  id: z.string(),
  title: z.string(),
  kind: codes(roundKinds),
  state: codes(roundStates),
  dueOn: DayText.nullable(),
  openedOn: DayText.nullable(),
  finishedOn: DayText.nullable(),
  cases: z.number(),
  leaders: z.number(),
  taken: z.number(),
  turn: z.string(),
  myTurn: z.boolean(),
})

export type RoundLine = z.infer<typeof RoundLine>

export const RoundView = RoundLine.extend({
  version: z.number(),
  note: z.string(),
  leaverId: z.string().nullable(),
  leaver: z.string(),
  rules: RoundRules,
  lap: z.number(),
  turnId: z.string().nullable(),
  /** For whom the person asking may choose now: themselves or someone who delegated. */
  choosesFor: z.string().nullable(),
  runs: z.boolean(),
  takesPart: z.boolean(),
  order: z.array(z.string()),
  rows: z.array(CaseRow),
  people: z.array(LeaderRow),
  faults: z.array(z.string()),
  /** A draft that nothing stands in the way of. */
  mayOpen: z.boolean(),
  draft: Draft.nullable(),
  cancelledReason: z.string(),
  log: z.array(z.object({ seq: z.number(), at: z.string(), by: z.string(), says: z.string() })),
})
export type RoundView = z.infer<typeof RoundView>

const Id = z.object({ id: z.uuid() })
const requestId = z.uuid()
const version = z.number().int()

export const adoptionRoutes = {
  rounds: route({
    method: 'GET',
    may: table,
    path: '/api/adoption/rounds',
    says: '包案轮次',
    response: z.array(RoundLine),
  }),
  roundCandidates: route({
    method: 'GET',
    may: prepares,
    path: '/api/adoption/candidates',
    says: '可以放入轮次的事项和可以参加的领导',
    query: z.object({ leaverId: z.uuid().optional() }),
    response: z.object({
      rows: z.array(CaseRow),
      people: z.array(LeaderRow),
      rules: RoundRules,
      /** Ids usually put in: red or key ones without a leader, or everything of the one who leaves. */
      usual: z.array(z.string()),
    }),
  }),
  roundTry: route({
    method: 'POST',
    may: prepares,
    path: '/api/adoption/try',
    says: '开轮前模拟：按几种选法各走一遍',
    body: Draft,
    response: z.object({
      faults: z.array(z.string()),
      quota: z.number(),
      order: z.array(z.string()),
      outcomes: z.array(z.object({ strategy: codes(strategies), leaders: Outcome })),
    }),
  }),
  roundSave: route({
    method: 'POST',
    may: runsIt,
    path: '/api/adoption/rounds',
    says: '保存准备中的轮次',
    body: z.object({ requestId, id: z.uuid().nullable().default(null), version: version.default(0), draft: Draft }),
    response: z.object({ id: z.string() }),
  }),
  round: route({
    method: 'GET',
    may: table,
    path: '/api/adoption/rounds/:id',
    says: '一个轮次',
    params: Id,
    response: RoundView,
  }),
  roundOpen: route({
    method: 'POST',
    may: runsIt,
    path: '/api/adoption/rounds/:id/open',
    says: '开轮',
    params: Id,
    body: z.object({ requestId, version }),
    response: RoundView,
  }),
  roundEvent: route({
    method: 'POST',
    may: table,
    path: '/api/adoption/rounds/:id/events',
    says: '选择、跳过、委托、回避、移出',
    params: Id,
    body: z.object({ requestId, version, event: RoundEvent }),
    response: RoundView,
  }),
  roundCancel: route({
    method: 'POST',
    may: runsIt,
    path: '/api/adoption/rounds/:id/cancel',
    says: '取消轮次',
    params: Id,
    body: z.object({ requestId, version, reason: needed(300, '请写明取消的理由') }),
    response: RoundView,
  }),
}
