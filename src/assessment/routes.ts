import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { needed } from '../kit/text.ts'
import { administrators, type Role, roles } from '../people/roles.ts'
import { DayText } from '../petitions/petition.ts'
import { assessed, Lists } from './score.ts'

const Ok = z.object({ ok: z.literal(true) })
const Id = z.object({ id: z.uuid() })
const PersonParam = z.object({ id: z.uuid(), staffId: z.uuid() })
const requestId = z.uuid()

export const statuses = { draft: '拟定中', open: '进行中', closed: '已关闭' } as const
/** Kinds of outcome; a person decides, the system records. */
export const outcomes = {
  commend: '表扬',
  reward: '奖励',
  talk: '约谈',
  circular: '通报',
  admonish: '诫勉',
  adjust: '组织调整',
  sanction: '处分',
} as const
export const appealStates = { open: '待答复', upheld: '成立', dismissed: '不成立' } as const

export const PlanRow = z.object({
  id: z.string(),
  name: z.string(),
  fromOn: DayText,
  toOn: DayText,
  status: codes(statuses),
  closedOn: DayText.nullable(),
  version: z.number(),
  lists: Lists,
})
export type PlanRow = z.infer<typeof PlanRow>

export const LineView = z.object({
  item: z.string(),
  kind: z.enum(['indicator', 'task']),
  name: z.string(),
  formula: z.string(),
  num: z.number().nullable(),
  den: z.number().nullable(),
  shown: z.string(),
  rate: z.number().nullable(),
  weight: z.number(),
  points: z.number().nullable(),
  note: z.string(),
})

const PersonView = z.object({
  staffId: z.string(),
  name: z.string(),
  post: z.string(),
  role: z.enum(assessed),
  headsUnitId: z.string().nullable(),
})

export const ReportView = z.object({
  id: z.string(),
  item: z.string(),
  body: z.string(),
  evidence: z.array(z.string()),
  claimed: z.number(),
  reportedOn: DayText,
  score: z.number().nullable(),
  note: z.string(),
  reviewedName: z.string(),
  reviewedOn: DayText.nullable(),
  version: z.number(),
})
export const AppealView = z.object({
  id: z.string(),
  item: z.string(),
  itemName: z.string(),
  reason: z.string(),
  madeOn: DayText,
  state: codes(appealStates),
  answer: z.string(),
  setAside: z.number(),
  score: z.number().nullable(),
  answeredName: z.string(),
  answeredOn: DayText.nullable(),
})
export const OutcomeView = z.object({
  id: z.string(),
  kind: codes(outcomes),
  body: z.string(),
  basis: z.string(),
  decidedBy: z.string(),
  decidedOn: DayText,
  byName: z.string(),
})

export const Card = z.object({
  plan: PlanRow,
  person: PersonView,
  cutoff: DayText,
  lines: z.array(LineView),
  total: z.number().nullable(),
  duties: z.array(z.object({ text: z.string(), basis: z.string() })),
  tasks: z.array(z.object({ code: z.string(), text: z.string(), dueOn: DayText.nullable() })),
  reports: z.array(ReportView),
  /** Evidence attached as files, by task. */
  files: z.array(z.object({ id: z.string(), item: z.string(), name: z.string(), size: z.number() })),
  appeals: z.array(AppealView),
  outcomes: z.array(OutcomeView),
  /** Where one stands among those of the same post; null below ten of them. */
  standing: z.string().nullable(),
  mine: z.boolean(),
  mayManage: z.boolean(),
})
export type Card = z.infer<typeof Card>

/** One's own card is one's own; others' are read by those who manage the plan. */
export const managers: Role[] = ['petitionHead', 'townLeader']
const staffed = (Object.keys(roles) as Role[]).filter((r) => !(administrators as readonly Role[]).includes(r))

export const assessmentRoutes = {
  plans: route({
    method: 'GET',
    path: '/api/assessment/plans',
    says: '考核方案',
    may: staffed,
    response: z.array(PlanRow),
  }),
  savePlan: route({
    method: 'POST',
    path: '/api/assessment/plans',
    says: '新建或修改考核方案：职责清单、任务清单、各岗位权重',
    may: managers,
    body: z.object({
      requestId,
      id: z.uuid().optional(),
      version: z.int().optional(),
      name: needed(60, '请填写名称'),
      fromOn: DayText,
      toOn: DayText,
      lists: Lists.optional(),
    }),
    response: z.object({ id: z.string() }),
  }),
  turnPlan: route({
    method: 'POST',
    path: '/api/assessment/plans/:id/turn',
    says: '开始或关闭考核方案；关闭时固定结果',
    may: managers,
    params: Id,
    body: z.object({ requestId, version: z.int(), to: z.enum(['open', 'closed']) }),
    response: Ok,
  }),
  people: route({
    method: 'GET',
    path: '/api/assessment/plans/:id/people',
    says: '各人得分，按岗位次序',
    may: managers,
    params: Id,
    response: z.object({
      plan: PlanRow,
      cutoff: DayText,
      people: z.array(PersonView.extend({ total: z.number().nullable(), waiting: z.number() })),
    }),
  }),
  myCard: route({
    method: 'GET',
    path: '/api/assessment/mine',
    says: '我的职责和考核',
    may: staffed,
    response: z.object({ cards: z.array(Card) }),
  }),
  card: route({
    method: 'GET',
    path: '/api/assessment/plans/:id/people/:staffId',
    says: '一个人的职责、任务、逐项得分、自报、申诉和奖惩',
    may: staffed,
    params: PersonParam,
    response: Card,
  }),
  line: route({
    method: 'GET',
    path: '/api/assessment/plans/:id/people/:staffId/lines/:item',
    says: '一项得分背后的事项',
    may: staffed,
    params: PersonParam.extend({ item: z.string().max(30) }),
    response: z.object({
      name: z.string(),
      formula: z.string(),
      cutoff: DayText,
      items: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          ok: z.boolean(),
          why: z.string(),
          /** Whether who asks may open it. */
          opens: z.boolean(),
          setAside: z.boolean(),
        }),
      ),
    }),
  }),
  report: route({
    method: 'POST',
    path: '/api/assessment/plans/:id/report',
    says: '自报一项任务，附佐证',
    may: assessed,
    params: Id,
    body: z.object({
      requestId,
      item: z.string().max(30),
      version: z.int().optional(),
      body: needed(2000, '请写明完成情况'),
      evidence: z.array(needed(200, '佐证不能为空')).max(20),
      claimed: z.int().min(0).max(100),
    }),
    response: Ok,
  }),
  review: route({
    method: 'POST',
    path: '/api/assessment/reports/:id/review',
    says: '核定自报；不能核定本人的',
    may: managers,
    params: Id,
    body: z.object({
      requestId,
      version: z.int(),
      score: z.int().min(0).max(100),
      note: needed(500, '请写明核定理由'),
    }),
    response: Ok,
  }),
  appeal: route({
    method: 'POST',
    path: '/api/assessment/plans/:id/appeal',
    says: '对一项得分提出申诉',
    may: assessed,
    params: Id,
    body: z.object({ requestId, item: z.string().max(30), reason: needed(1000, '请写明理由') }),
    response: Ok,
  }),
  answer: route({
    method: 'POST',
    path: '/api/assessment/appeals/:id/answer',
    says: '答复申诉：成立的剔除事项或更正分数',
    may: managers,
    params: Id,
    body: z.object({
      requestId,
      upheld: z.boolean(),
      answer: needed(1000, '请写明答复和依据'),
      petitionIds: z.array(z.uuid()).max(500).default([]),
      score: z.int().min(0).max(100).nullable().default(null),
    }),
    response: Ok,
  }),
  outcome: route({
    method: 'POST',
    path: '/api/assessment/plans/:id/people/:staffId/outcome',
    says: '记录奖惩：由谁决定、依据什么',
    may: managers,
    params: PersonParam,
    body: z.object({
      requestId,
      kind: codes(outcomes),
      body: needed(500, '请写明内容'),
      basis: needed(200, '请写明依据'),
      decidedBy: needed(60, '请写明决定的机关或会议'),
      decidedOn: DayText,
    }),
    response: Ok,
  }),
  whatIf: route({
    method: 'POST',
    path: '/api/assessment/plans/:id/what-if',
    says: '试算：改变权重，谁的得分变动、为什么；什么都不保存',
    may: managers,
    params: Id,
    body: z.object({ lists: Lists }),
    response: z.array(
      z.object({
        staffId: z.string(),
        name: z.string(),
        post: z.string(),
        before: z.number().nullable(),
        after: z.number().nullable(),
        change: z.number(),
        why: z.array(z.object({ name: z.string(), change: z.number() })),
      }),
    ),
  }),
  recount: route({
    method: 'GET',
    path: '/api/assessment/plans/:id/recount',
    says: '用留痕重算，核对与显示的是否一致',
    may: [...managers, 'auditor'],
    params: Id,
    response: z.object({
      same: z.boolean(),
      people: z.number(),
      matters: z.number(),
      differences: z.array(z.string()),
    }),
  }),
}
