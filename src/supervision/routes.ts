import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { needed, text } from '../kit/text.ts'
import { administrators, type Role, roles } from '../people/roles.ts'
import { DayText } from '../petitions/petition.ts'
import { Policy, sources } from './remind.ts'

const Ok = z.object({ ok: z.literal(true) })
const Id = z.object({ id: z.uuid() })
const requestId = z.uuid()

export const ReminderRow = z.object({
  thing: z.string(),
  step: z.number(),
  source: codes(sources),
  petitionId: z.string().nullable(),
  dueOn: DayText,
  onDay: DayText,
  up: z.number(),
  says: z.string(),
  told: z.array(z.string()),
})
export type ReminderRow = z.infer<typeof ReminderRow>

export const LeaveRow = z.object({
  id: z.string(),
  staffId: z.string(),
  name: z.string(),
  deputyId: z.string().nullable(),
  deputy: z.string(),
  fromOn: DayText,
  toOn: DayText,
  reason: z.string(),
  byName: z.string(),
  cancelled: z.boolean(),
})
export type LeaveRow = z.infer<typeof LeaveRow>

export const CircularRow = z.object({
  id: z.string(),
  weekOn: DayText,
  title: z.string(),
  body: z.string(),
  status: z.enum(['draft', 'issued']),
  issuedOn: DayText.nullable(),
  issuedName: z.string(),
  version: z.number(),
})
export type CircularRow = z.infer<typeof CircularRow>

/** Who may call what. Reminders of others are read by the petition office, which sees every unsealed matter. */
const staffed = (Object.keys(roles) as Role[]).filter((r) => !(administrators as readonly Role[]).includes(r))
const office: Role[] = ['clerk', 'petitionHead']
const leaders: Role[] = ['petitionHead', 'leadOfficial', 'townLeader']

export const supervisionRoutes = {
  reminders: route({
    method: 'GET',
    path: '/api/reminders',
    says: '已发提醒（最近三百条）',
    may: office,
    query: z.object({ source: codes(sources).optional(), from: DayText.optional(), to: DayText.optional() }),
    response: z.array(ReminderRow),
  }),
  reminderPolicy: route({
    method: 'GET',
    path: '/api/reminders/policy',
    says: '提醒规则：各档天数、安静时段、上报线',
    may: ['petitionHead'],
    response: z.object({
      policy: Policy,
      version: z.number(),
      channels: z.array(z.string()),
      posts: z.array(z.object({ id: z.string(), name: z.string(), superior: z.string() })),
    }),
  }),
  saveReminderPolicy: route({
    method: 'POST',
    path: '/api/reminders/policy',
    says: '修改提醒规则',
    may: ['petitionHead'],
    body: z.object({ requestId, version: z.int(), policy: Policy }),
    response: Ok,
  }),
  leaves: route({ method: 'GET', path: '/api/leaves', says: '请假与代理', may: staffed, response: z.array(LeaveRow) }),
  saveLeave: route({
    method: 'POST',
    path: '/api/leaves',
    says: '登记请假和代理人；本人或信访办主任',
    may: staffed,
    body: z.object({
      requestId,
      staffId: z.uuid('请选择人员'),
      deputyId: z.uuid('请选择代理人').nullable(),
      fromOn: DayText,
      toOn: DayText,
      reason: text(100).default(''),
    }),
    response: z.object({ id: z.string() }),
  }),
  cancelLeave: route({
    method: 'POST',
    path: '/api/leaves/:id/cancel',
    says: '销假',
    may: staffed,
    params: Id,
    body: z.object({ requestId }),
    response: Ok,
  }),
  contactWay: route({
    method: 'GET',
    path: '/api/contact-way',
    says: '我的接收方式',
    may: staffed,
    response: z.object({
      email: z.string(),
      byEmail: z.boolean(),
      bySms: z.boolean(),
      hasPhone: z.boolean(),
      channels: z.array(z.string()),
    }),
  }),
  saveContactWay: route({
    method: 'POST',
    path: '/api/contact-way',
    says: '修改我的接收方式',
    may: staffed,
    body: z.object({
      requestId,
      email: z.union([z.literal(''), z.email('邮箱写法不对')]),
      byEmail: z.boolean(),
      bySms: z.boolean(),
    }),
    response: Ok,
  }),
  deliveries: route({
    method: 'GET',
    path: '/api/deliveries',
    says: '外发记录：渠道、对象岗位、结果，不含地址和号码',
    may: ['petitionHead'],
    response: z.array(
      z.object({
        id: z.string(),
        channel: z.string(),
        to: z.string(),
        body: z.string(),
        madeAt: z.string(),
        sentAt: z.string().nullable(),
        notBefore: z.string(),
        tries: z.number(),
        failed: z.string(),
        gaveUp: z.boolean(),
      }),
    ),
  }),
  circulars: route({
    method: 'GET',
    path: '/api/circulars',
    says: '周通报',
    may: [...leaders, 'clerk', 'areaSecretary', 'unitHandler'],
    response: z.array(CircularRow),
  }),
  saveCircular: route({
    method: 'POST',
    path: '/api/circulars/:id',
    says: '修改或签发周通报',
    may: ['petitionHead'],
    params: Id,
    body: z.object({
      requestId,
      version: z.int(),
      title: needed(120, '请填写标题'),
      body: needed(8000, '请填写正文'),
      issue: z.boolean().default(false),
    }),
    response: Ok,
  }),
}
