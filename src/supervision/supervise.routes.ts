import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { needed, text } from '../kit/text.ts'
import type { Role } from '../people/roles.ts'
import { DayText, states as matterStates } from '../petitions/petition.ts'
import { type RuleCode, ruleCodes } from './board.ts'
import { adoptions, adviceKinds, causes, faults, states } from './supervise.ts'

const Ok = z.object({ ok: z.literal(true) })
const Id = z.object({ id: z.uuid() })
const requestId = z.uuid()
const version = z.int()

export const SupervisionRow = z.object({
  id: z.string(),
  petitionId: z.string(),
  matter: z.string(),
  /** Whether the reader may open the matter: who only decides on the listing may not. */
  sees: z.boolean(),
  number: z.string(),
  documentId: z.string().nullable(),
  fault: codes(faults),
  facts: z.string(),
  demand: z.string(),
  unit: z.string(),
  staff: z.string(),
  listed: z.boolean(),
  decider: z.string(),
  state: codes(states),
  issuedOn: DayText,
  issuedName: z.string(),
  answerDueOn: DayText,
  answer: z.string(),
  answeredOn: DayText.nullable(),
  answeredName: z.string(),
  correctDueOn: DayText.nullable(),
  correction: z.string(),
  correctedOn: DayText.nullable(),
  checkedName: z.string(),
  checkedOn: DayText.nullable(),
  checkNote: z.string(),
  version: z.number(),
  /** Every step so far, as the trace has it. */
  steps: z.array(z.object({ on: DayText, by: z.string(), says: z.string() })),
  /** What who asks may do now; a sentence where not. */
  may: z.object({
    decide: z.string().nullable(),
    answer: z.string().nullable(),
    correct: z.string().nullable(),
    check: z.string().nullable(),
    withdraw: z.string().nullable(),
  }),
})
export type SupervisionRow = z.infer<typeof SupervisionRow>

export const AdviceRow = z.object({
  id: z.string(),
  petitionId: z.string(),
  matter: z.string(),
  number: z.string(),
  documentId: z.string().nullable(),
  kind: codes(adviceKinds),
  problem: z.string(),
  advice: z.string(),
  unit: z.string(),
  sentOn: DayText,
  sentName: z.string(),
  feedbackDueOn: DayText,
  adopted: codes(adoptions).nullable(),
  feedback: z.string(),
  feedbackOn: DayText.nullable(),
  feedbackName: z.string(),
  version: z.number(),
  mayFeedback: z.boolean(),
})
export type AdviceRow = z.infer<typeof AdviceRow>

const Member = z.object({
  staffId: z.string(),
  name: z.string(),
  statement: z.string(),
  dissent: z.string(),
  minutes: z.string(),
})
const Fact = z.object({ text: needed(500, '请写明事实'), evidence: needed(300, '每项事实须有证据') })
export const AccountabilityRow = z.object({
  id: z.string(),
  petitionId: z.string(),
  matter: z.string(),
  cause: codes(causes),
  facts: z.array(z.object({ text: z.string(), evidence: z.string() })),
  members: z.array(Member),
  collective: z.boolean(),
  raisedOn: DayText,
  raisedName: z.string(),
  decider: z.string(),
  state: z.enum(['open', 'decided', 'dropped']),
  decision: z.string(),
  liable: z.array(z.string()),
  decidedOn: DayText.nullable(),
  version: z.number(),
  /** The reader decides; the reader is named and may be heard. */
  mayDecide: z.boolean(),
  mayState: z.boolean(),
})
export type AccountabilityRow = z.infer<typeof AccountabilityRow>

const heads: Role[] = ['petitionHead', 'townLeader']
const staffed: Role[] = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'unitHandler',
  'leadOfficial',
  'townLeader',
  'disciplineLiaison',
]

const Rule = z.object({
  code: z.enum(ruleCodes as [RuleCode, ...RuleCode[]]),
  name: needed(20, '请填写名称'),
  active: z.boolean(),
})

export const superviseRoutes = {
  supervisions: route({
    method: 'GET',
    path: '/api/supervisions',
    says: '督办：我能看到的事项上的，和督办我的',
    may: staffed,
    query: z.object({ petitionId: z.uuid().optional() }),
    response: z.array(SupervisionRow),
  }),
  supervise: route({
    method: 'POST',
    path: '/api/supervisions',
    says: '发出督办通知：情形、事实、要求、答复期限；出具督办通知书',
    may: heads,
    body: z.object({
      requestId,
      petitionId: z.uuid('请选择事项'),
      fault: codes(faults),
      facts: needed(2000, '请写明发现的事实'),
      demand: needed(1000, '请写明要求怎样改正'),
      staffId: z.uuid('请选择被督办人'),
      answerDueOn: DayText,
      /** Before whom a listed one is put, where who issues it is no principal leader. */
      deciderId: z.uuid().nullish(),
      listed: z.boolean().default(false),
    }),
    response: z.object({ id: z.string() }),
  }),
  decideListed: route({
    method: 'POST',
    path: '/api/supervisions/:id/listed',
    says: '党政主要领导决定挂牌督办：同意的即出具通知书，不同意的写明理由',
    may: ['townLeader'],
    params: Id,
    body: z.object({ requestId, version, agree: z.boolean(), answerDueOn: DayText, note: text(500).default('') }),
    response: Ok,
  }),
  answerSupervision: route({
    method: 'POST',
    path: '/api/supervisions/:id/answer',
    says: '答复督办',
    may: staffed,
    params: Id,
    body: z.object({ requestId, version, answer: needed(2000, '请写明答复') }),
    response: Ok,
  }),
  checkSupervision: route({
    method: 'POST',
    path: '/api/supervisions/:id/check',
    says: '核查：办结，或责令整改并定期限',
    may: heads,
    params: Id,
    body: z.object({
      requestId,
      version,
      enough: z.boolean(),
      note: needed(1000, '请写明核查情况'),
      correctDueOn: DayText.nullable().default(null),
    }),
    response: Ok,
  }),
  correctSupervision: route({
    method: 'POST',
    path: '/api/supervisions/:id/correct',
    says: '报告整改',
    may: staffed,
    params: Id,
    body: z.object({ requestId, version, correction: needed(2000, '请写明整改情况') }),
    response: Ok,
  }),
  withdrawSupervision: route({
    method: 'POST',
    path: '/api/supervisions/:id/withdraw',
    says: '撤销督办，写明理由，记录保留',
    may: heads,
    params: Id,
    body: z.object({ requestId, version, reason: needed(500, '请写明理由') }),
    response: Ok,
  }),
  advices: route({
    method: 'GET',
    path: '/api/advices',
    says: '改进工作、完善政策、追究责任的建议及反馈',
    may: staffed,
    response: z.array(AdviceRow),
  }),
  advise: route({
    method: 'POST',
    path: '/api/advices',
    says: '提出建议，出具建议书；三十日内书面反馈',
    may: heads,
    body: z.object({
      requestId,
      petitionId: z.uuid('请选择事项'),
      kind: codes(adviceKinds),
      problem: needed(2000, '请写明发现的问题'),
      advice: needed(2000, '请写明建议'),
      unitId: z.uuid('请选择单位'),
    }),
    response: z.object({ id: z.string() }),
  }),
  feedback: route({
    method: 'POST',
    path: '/api/advices/:id/feedback',
    says: '书面反馈采纳情况',
    may: staffed,
    params: Id,
    body: z.object({
      requestId,
      version,
      adopted: codes(adoptions),
      feedback: needed(2000, '请写明采纳情况；不采纳的写明理由'),
    }),
    response: Ok,
  }),
  factsOf: route({
    method: 'GET',
    path: '/api/petitions/:id/accountability-facts',
    says: '一件事项的记录里能看到的超期、未答复等事实，供人判断',
    may: [...heads, 'disciplineLiaison'],
    params: Id,
    response: z.array(z.object({ text: z.string(), evidence: z.string() })),
  }),
  dissentsOn: route({
    method: 'GET',
    path: '/api/petitions/:id/recorded-dissents',
    says: '一件事项的调度会纪要、会诊记录里的不同意见',
    may: [...heads, 'disciplineLiaison'],
    params: Id,
    response: z.array(
      z.object({ staffId: z.string().nullable(), by: z.string(), text: z.string(), minutes: z.string() }),
    ),
  }),
  accountabilities: route({
    method: 'GET',
    path: '/api/accountabilities',
    says: '追责线索：提出的、待我决定的、涉及我的',
    may: staffed,
    response: z.array(AccountabilityRow),
  }),
  raise: route({
    method: 'POST',
    path: '/api/accountabilities',
    says: '把事实和证据提交给有权决定的人',
    may: heads,
    body: z.object({
      requestId,
      petitionId: z.uuid('请选择事项'),
      cause: codes(causes),
      facts: z.array(Fact).min(1, '请至少写明一项事实和证据').max(40),
      collective: z.boolean().default(false),
      members: z
        .array(
          z.object({ staffId: z.uuid('请选择人员'), dissent: text(500).default(''), minutes: text(120).default('') }),
        )
        .min(1, '请写明有关人员')
        .max(20),
      deciderId: z.uuid('请选择决定人'),
    }),
    response: z.object({ id: z.string() }),
  }),
  state: route({
    method: 'POST',
    path: '/api/accountabilities/:id/state',
    says: '有关人员陈述和申辩',
    may: staffed,
    params: Id,
    body: z.object({ requestId, statement: needed(2000, '请写明陈述和申辩') }),
    response: Ok,
  }),
  decide: route({
    method: 'POST',
    path: '/api/accountabilities/:id/decide',
    says: '由人作出决定；会议上明确反对的不承担集体责任',
    may: ['townLeader', 'disciplineLiaison'],
    params: Id,
    body: z.object({
      requestId,
      version,
      liable: z.array(z.uuid()).max(20),
      decision: needed(2000, '请写明决定和理由'),
    }),
    response: Ok,
  }),
  board: route({
    method: 'GET',
    path: '/api/governance-board',
    says: '清单加闭环：每项制度在在办事项上的缺口',
    may: staffed,
    query: z.object({ rule: z.enum(ruleCodes as [RuleCode, ...RuleCode[]]).optional() }),
    response: z.object({
      open: z.number(),
      rules: z.array(Rule.extend({ gaps: z.number() })),
      matters: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          title: z.string(),
          state: codes(matterStates),
          holder: z.string(),
          nextDueOn: DayText.nullable(),
          /** The systems whose loop is open on it. */
          gaps: z.array(z.enum(ruleCodes as [RuleCode, ...RuleCode[]])),
        }),
      ),
    }),
  }),
  saveRules: route({
    method: 'POST',
    path: '/api/governance-rules',
    says: '本镇的清单加闭环制度：名称、次序、用哪几项',
    may: ['petitionHead'],
    body: z.object({
      requestId,
      rules: z
        .array(Rule)
        .max(ruleCodes.length)
        .refine((l) => new Set(l.map((r) => r.code)).size === l.length, '同一项制度只能有一行'),
    }),
    response: Ok,
  }),
}
