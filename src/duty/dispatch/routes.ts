import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText, grades } from '../../petitions/petition.ts'
import { runsIt, table } from '../posts.ts'
import { promiseStatuses } from '../promise/promise.ts'
import { BacklogRule, Item, ItemRecord, meetingStatuses, Replan } from './dispatch.ts'

export const BacklogRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  grade: codes(grades).nullable(),
  village: z.string(),
  receivedOn: DayText,
  nextDueOn: DayText.nullable(),
  /** Why it stands on the agenda: backlog, past a limit, red. */
  because: z.array(z.string()),
  backlog: z.boolean(),
  /** The three key people, by name; empty where none is named. */
  villageOwner: z.string(),
  areaOwner: z.string(),
  lead: z.string(),
  missing: z.array(z.string()),
})
export type BacklogRow = z.infer<typeof BacklogRow>

export const MeetingLine = z.object({
  id: z.string(),
  title: z.string(),
  status: codes(meetingStatuses),
  onDay: DayText,
  place: z.string(),
  chairName: z.string(),
  items: z.number(),
  decisions: z.number(),
  open: z.number(),
  late: z.number(),
})
export const MeetingView = z.object({
  id: z.string(),
  title: z.string(),
  status: codes(meetingStatuses),
  onDay: DayText,
  place: z.string(),
  chairName: z.string(),
  attendees: z.array(z.string()),
  /** Why it was put off or given up, the last time. */
  reason: z.string(),
  version: z.number(),
  records: z.boolean(),
  /** Who reads may put it off or give it up. */
  replans: z.boolean(),
  items: z.array(Item),
  /** What became of each decision, by its promise. */
  outcomes: z.record(
    z.string(),
    z.object({ status: codes(promiseStatuses), dueOn: DayText, endedOn: DayText.nullable(), words: z.string() }),
  ),
})
export type MeetingView = z.infer<typeof MeetingView>

const Id = z.object({ id: z.uuid() })
const requestId = z.uuid()
const version = z.number().int()
const recorders = ['clerk', 'petitionHead']
const callers = ['petitionHead', 'leadOfficial', 'townLeader']

export const dispatchRoutes = {
  backlog: route({
    method: 'GET',
    path: '/api/dispatch/backlog',
    says: '积案、三个关键人、化解情况',
    may: table,
    response: z.object({
      rule: BacklogRule,
      rows: z.array(BacklogRow),
      /** This year, from the matters themselves. */
      year: z.number(),
      resolved: z.number(),
      people: z.number(),
      byKind: z.array(z.object({ kind: z.string(), n: z.number(), people: z.number() })),
    }),
  }),
  backlogRule: route({
    method: 'POST',
    path: '/api/dispatch/backlog-rule',
    says: '改定积案的定义',
    may: runsIt,
    body: z.object({ requestId, rule: BacklogRule }),
    response: z.object({ ok: z.literal(true) }),
  }),
  meetings: route({
    method: 'GET',
    path: '/api/dispatch/meetings',
    says: '调度会议',
    may: table,
    response: z.array(MeetingLine),
  }),
  callMeeting: route({
    method: 'POST',
    path: '/api/dispatch/meetings',
    says: '召集调度会议',
    may: callers,
    body: z.object({
      requestId,
      title: needed(60, '请写会议名称'),
      onDay: DayText,
      place: text(100).default(''),
      chairId: z.uuid('请选择主持人'),
      petitionIds: z.array(z.uuid()).min(1, '请至少放入一件').max(100),
    }),
    response: z.object({ id: z.string() }),
  }),
  meeting: route({
    method: 'GET',
    path: '/api/dispatch/meetings/:id',
    says: '一次调度会议',
    may: table,
    params: Id,
    response: MeetingView,
  }),
  recordItem: route({
    method: 'POST',
    path: '/api/dispatch/meetings/:id/items/:petitionId',
    says: '会上逐件记录情况、决定、不同意见',
    may: recorders,
    params: z.object({ id: z.uuid(), petitionId: z.uuid() }),
    body: z.object({ requestId, version, record: ItemRecord }),
    response: MeetingView,
  }),
  replanMeeting: route({
    method: 'POST',
    path: '/api/dispatch/meetings/:id/replan',
    says: '调度会议改期或取消，写明理由',
    may: callers,
    params: Id,
    body: z.object({ requestId, version, plan: Replan }),
    response: MeetingView,
  }),
  endMeeting: route({
    method: 'POST',
    path: '/api/dispatch/meetings/:id/end',
    says: '结束会议，形成纪要',
    may: recorders,
    params: Id,
    body: z.object({
      requestId,
      version,
      attendees: z.array(text(40).min(1)).min(1, '请写参加人').max(100),
    }),
    response: MeetingView,
  }),
}
