import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import { text } from '../../kit/text.ts'
import { DayText } from '../../petitions/petition.ts'
import { levels } from '../network/network.ts'
import { Fen } from './money.ts'

/** 纠纷类型: the code set of the domain reference §8.1. */
export const disputeKinds = {
  family: '婚姻家庭',
  neighbour: '邻里',
  homestead: '房屋宅基地',
  contract: '合同',
  business: '生产经营',
  damage: '损害赔偿',
  land: '山林土地',
  acquisition: '征地拆迁',
  pollution: '环境污染',
  labour: '劳动争议',
  medical: '医疗',
  traffic: '道路交通事故',
  property: '物业',
  consumer: '消费',
  other: '其他',
} as const
export type DisputeKind = keyof typeof disputeKinds
export const origins = {
  application: '当事人申请',
  ownMotion: '主动调解',
  matter: '信访事项转来',
  police: '公安派出所移送',
  court: '人民法院引导或委托',
} as const
export const states = {
  registered: '已登记',
  accepted: '已受理',
  mediating: '调解中',
  signing: '协议待签',
  performing: '履行中',
  performed: '已履行',
  breached: '未履行',
  failed: '调解不成',
  notAccepted: '不予受理',
  withdrawn: '当事人退出',
  closed: '已归档',
} as const
export type DisputeState = keyof typeof states
/** Where it still asks for work. */
export const openStates = [
  'registered',
  'accepted',
  'mediating',
  'signing',
  'performing',
  'breached',
] as const satisfies DisputeState[]

export const sides = { applicant: '申请人', respondent: '被申请人' } as const
export const partyRoles = { party: '当事人', agent: '委托代理人', guardian: '监护人' } as const
export const partyKinds = { person: '个人', family: '家庭', group: '村组', firm: '单位' } as const
export const consents = { asked: '待征求', yes: '愿意', no: '明确拒绝' } as const
/** What became of the part an agreement on part of the dispute left open. */
export const rests = {
  open: '其余争议仍在调解',
  settled: '其余争议也已达成协议',
  failed: '其余争议没有达成协议',
  left: '其余争议当事人不再调解',
} as const
export const rightsWays = { oral: '口头', written: '书面' } as const
export const mediatorHows = { chosen: '当事人选择', assigned: '委员会指定' } as const
export const satisfactions = {
  satisfied: '满意',
  basically: '基本满意',
  unsatisfied: '不满意',
  none: '不作评价',
} as const
export const dangers = {
  violence: '可能激化为暴力',
  selfHarm: '可能自伤自杀',
  child: '涉及未成年人受侵害',
  domestic: '涉及家庭暴力',
  crowd: '可能聚众',
} as const
/** 人民调解法第二十五条；未成年人保护法第十一条；反家庭暴力法第十三条: whom it is reported to at once. */
export const dangerTo: Record<keyof typeof dangers, string> = {
  violence: '公安机关（110、派出所）',
  selfHarm: '公安机关（110、派出所），并通知家属',
  child: '公安机关、民政、教育等有关部门（未成年人保护法第十一条）',
  domestic: '公安机关，告知可以申请人身安全保护令（反家庭暴力法）',
  crowd: '公安机关（110、派出所）',
}
/** 不得调解或应当走别的路: 《人民调解工作若干规定》第二十二条. */
export const notAcceptGrounds = {
  refused: '一方当事人明确拒绝调解',
  reserved: '法律、法规规定只能由专门机关管辖处理，或者禁止民间调解',
  inCourt: '人民法院、公安机关或者其他行政机关已经受理或者解决',
  notCivil: '不属于民间纠纷',
  elsewhere: '应当由别的调解委员会调解',
} as const
export const recordKinds = {
  report: '登记',
  consent: '征求意愿',
  rights: '告知权利义务',
  plan: '约定调解',
  session: '调解记录',
  caucus: '单独谈话',
  investigation: '调查记录',
  evidence: '证据',
  remind: '通知当事人',
  danger: '危险报告',
  move: '移交',
  note: '附卷说明',
  agreement: '协议',
  performance: '履行',
  breach: '未履行',
  confirm: '司法确认',
  end: '终结',
  followUp: '回访',
  outcome: '结果返回',
} as const
export type RecordKind = keyof typeof recordKinds

export const PartyInput = z.object({
  side: codes(sides),
  role: codes(partyRoles).default('party'),
  /** For whom an agent or guardian acts: the place in the list, from 0. */
  forIndex: z.int().min(0).nullable().default(null),
  kind: codes(partyKinds).default('person'),
  name: text(60).min(1, '请填写姓名或名称'),
  sex: z.enum(['', '男', '女']).default(''),
  ethnicity: text(20).default(''),
  age: z.int('年龄应为整数').min(0, '年龄不对').max(130, '年龄不对').nullable().default(null),
  occupation: text(40).default(''),
  phone: text(30).default(''),
  address: text(120).default(''),
  idType: text(20).default(''),
  idLast4: z
    .string()
    .trim()
    .toUpperCase()
    // Letters stand in the codes of firms.
    .regex(/^([0-9A-Z]{4})?$/, '证件只记后四位')
    .default(''),
  claim: text(2000).default(''),
})
export type PartyInput = z.infer<typeof PartyInput>

export const DisputeParty = PartyInput.omit({ forIndex: true }).extend({
  id: z.string(),
  n: z.number(),
  forId: z.string().nullable(),
  consent: codes(consents),
  consentWords: z.string(),
  consentOn: DayText.nullable(),
  /** The day on which this party agreed to messages. */
  messagesOn: DayText.nullable(),
})
export type DisputeParty = z.infer<typeof DisputeParty>

export const DisputeRecord = z.object({
  id: z.string(),
  n: z.number(),
  kind: codes(recordKinds),
  onDay: DayText,
  body: z.string(),
  data: z.record(z.string(), z.unknown()),
  privateTo: z.string().nullable(),
  staffId: z.string().nullable(),
  byName: z.string(),
  at: z.string(),
})
export type DisputeRecord = z.infer<typeof DisputeRecord>

export const Clause = z.object({ key: z.string(), text: z.string() })
export const Signature = z.object({
  /** A party's id, `mediator` or `seal`. */
  by: z.string(),
  /** Which of the mediators. */
  staffId: z.string().nullish(),
  name: z.string(),
  how: z.string(),
  on: DayText,
})
export type Signature = z.infer<typeof Signature>
/** How a seal was written down before the committee's name stood beside it. */
export const unnamedCommittee = '调解委员会'
export const confirmResults = { confirmed: '裁定确认有效', rejected: '裁定驳回', withdrawn: '撤回申请' } as const
export const Confirmation = z.object({
  appliedOn: DayText,
  court: z.string(),
  acceptedOn: DayText.nullable(),
  dueOn: DayText.nullable(),
  result: codes(confirmResults).nullable(),
  resultOn: DayText.nullable(),
  ruling: z.string(),
})
export type Confirmation = z.infer<typeof Confirmation>
export const Agreement = z.object({
  id: z.string(),
  n: z.number(),
  /** `replaced`: it took effect, and a later one took its place. */
  status: z.enum(['draft', 'effective', 'void', 'replaced']),
  form: z.enum(['written', 'oral']),
  whole: z.boolean(),
  /** Once effective it takes the place of those before; otherwise they go on beside it. */
  replaces: z.boolean(),
  facts: z.string(),
  issues: z.string(),
  clauses: z.array(Clause),
  amountFen: z.number(),
  madeOn: DayText,
  signatures: z.array(Signature),
  sealedOn: DayText.nullable(),
  effectiveOn: DayText.nullable(),
  /** When an oral one had been put in writing and signed by all. */
  writtenOn: DayText.nullable(),
  confirmBy: DayText.nullable(),
  confirm: Confirmation.nullable(),
})
export type Agreement = z.infer<typeof Agreement>

export const performanceStates = { due: '待履行', partial: '部分履行', done: '已履行', breached: '未履行' } as const
export const Proof = z.object({ on: DayText, fen: z.number(), text: z.string(), by: z.string() })
export const Performance = z.object({
  id: z.string(),
  agreementId: z.string(),
  n: z.number(),
  what: z.string(),
  way: z.string(),
  payerId: z.string(),
  payeeId: z.string(),
  amountFen: z.number().nullable(),
  dueOn: DayText,
  paidFen: z.number(),
  status: codes(performanceStates),
  doneOn: DayText.nullable(),
  proofs: z.array(Proof),
})
export type Performance = z.infer<typeof Performance>

export const Helper = z.object({ name: z.string(), as: z.string(), on: DayText })
export const Step = z.object({ stationId: z.string(), name: z.string(), on: DayText, why: z.string() })
export const Joint = z.object({ units: z.array(z.string()), lawyer: z.string(), judge: z.string(), on: DayText })

export const DisputeRow = z.object({
  id: z.string(),
  code: z.string(),
  number: z.string().nullable(),
  state: codes(states),
  kind: codes(disputeKinds),
  title: z.string(),
  stationId: z.string(),
  level: codes({ ...levels, joint: '联合调解' }),
  villageId: z.string().nullable(),
  registeredOn: DayText,
  dueOn: DayText.nullable(),
  nextOn: DayText.nullable(),
  version: z.number(),
})
export type DisputeRow = z.infer<typeof DisputeRow>

/** So many are listed; more are looked for by number, state or station. */
export const mostListed = 500

/** One dispute with all that belongs to it, as the rules see it. Amounts in fen. */
export interface Dispute extends DisputeRow {
  townId: string
  facts: string
  origin: keyof typeof origins
  originNote: string
  claimsFen: number | null
  areaId: string | null
  gridId: string | null
  registeredBy: string | null
  registeredName: string
  rightsToldOn: Day | null
  rightsWay: keyof typeof rightsWays | null
  openSession: boolean | null
  acceptedOn: Day | null
  mediatorIds: string[]
  formerIds: string[]
  mediatorHow: keyof typeof mediatorHows | null
  barredIds: string[]
  helpers: z.infer<typeof Helper>[]
  path: z.infer<typeof Step>[]
  joint: z.infer<typeof Joint> | null
  agreedOn: Day | null
  effectiveOn: Day | null
  endedOn: Day | null
  endReason: string
  rest: keyof typeof rests | null
  agreedFacts: string
  owedFen: number
  paidFen: number
  performedOn: Day | null
  followerId: string | null
  followUpOn: Day | null
  followedOn: Day | null
  satisfaction: keyof typeof satisfactions | null
  relapseOf: string | null
  petitionIds: string[]
  closedOn: Day | null
  parties: DisputeParty[]
  records: DisputeRecord[]
  agreements: Agreement[]
  performances: Performance[]
}

/** The list without one of its people and without whoever acts for him; the others still act for the same person. */
export const withoutParty = <P extends { forIndex: number | null }>(list: readonly P[], i: number): P[] =>
  list
    .filter((p, k) => k !== i && p.forIndex !== i)
    .map((p) =>
      p.forIndex === null
        ? p
        : { ...p, forIndex: list.slice(0, p.forIndex).filter((x, k) => k !== i && x.forIndex !== i).length },
    )

export const RegisterInput = z
  .object({
    origin: codes(origins),
    originNote: text(200).default(''),
    kind: codes(disputeKinds),
    title: text(80).min(1, '请用一句话写明是什么纠纷'),
    facts: text(5000).min(1, '请写明纠纷的经过'),
    claimsFen: Fen.min(0, '金额不能小于零').nullable().default(null),
    villageId: z.uuid().nullable().default(null),
    gridId: z.uuid().nullable().default(null),
    petitionIds: z.array(z.uuid()).max(20).default([]),
    relapseOf: z.uuid().nullable().default(null),
    parties: z.array(PartyInput).min(2, '纠纷至少有双方当事人').max(30, '当事人太多，请推举代表，其余写在经过里'),
  })
  .superRefine((d, ctx) => {
    for (const side of ['applicant', 'respondent'] as const)
      if (!d.parties.some((p) => p.side === side && p.role === 'party'))
        ctx.addIssue({
          code: 'custom',
          path: ['parties'],
          message: `请填写${side === 'applicant' ? '一方' : '另一方'}当事人`,
        })
    d.parties.forEach((p, i) => {
      const of = p.forIndex === null ? undefined : d.parties[p.forIndex]
      if ((p.role === 'party') !== (p.forIndex === null) || (of && (of.role !== 'party' || of.side !== p.side)))
        ctx.addIssue({
          code: 'custom',
          path: ['parties', i, 'forIndex'],
          message: '代理人、监护人应写明是哪一位当事人的',
        })
    })
    const names = d.parties.filter((p) => p.role === 'party').map((p) => `${p.name}/${p.idLast4}`)
    if (new Set(names).size !== names.length)
      ctx.addIssue({ code: 'custom', path: ['parties'], message: '同一当事人填了两次' })
    if (d.origin !== 'application' && d.origin !== 'ownMotion' && d.origin !== 'matter' && d.originNote === '')
      ctx.addIssue({ code: 'custom', path: ['originNote'], message: '请写明移送的单位和文号' })
    if (d.origin === 'matter' && d.petitionIds.length === 0)
      ctx.addIssue({ code: 'custom', path: ['petitionIds'], message: '请写明从哪件信访事项转来' })
  })
export type RegisterInput = z.infer<typeof RegisterInput>

export const principals = (d: Pick<Dispute, 'parties'>): DisputeParty[] => d.parties.filter((p) => p.role === 'party')
export const refuser = (d: Pick<Dispute, 'parties'>): DisputeParty | undefined =>
  principals(d).find((p) => p.consent === 'no')
/** 第十七条: once a party clearly refuses, nothing of the mediation goes on, also after it was taken up. The sentence, or null. */
export const refusedNow = (d: Pick<Dispute, 'parties'>): string | null => {
  const no = refuser(d)
  return no ? `${no.name}明确拒绝调解，不得继续调解（人民调解法第十七条）；请终止并告知其他途径` : null
}
export const currentAgreement = (d: Pick<Dispute, 'agreements'>): Agreement | undefined =>
  d.agreements.findLast((a) => a.status === 'draft' || a.status === 'effective')
/** Agreements in force: several when the first settled only a part. */
export const standing = (d: Pick<Dispute, 'agreements'>): Agreement[] =>
  d.agreements.filter((a) => a.status === 'effective')
/** What is to be performed under the agreements in force. */
export const live = (d: Pick<Dispute, 'agreements' | 'performances'>): Performance[] => {
  const ids = new Set(standing(d).map((a) => a.id))
  return d.performances.filter((p) => ids.has(p.agreementId))
}
/** An oral agreement not yet put in writing. */
export const spokenOnly = (a: Pick<Agreement, 'form' | 'writtenOn'>): boolean => a.form === 'oral' && !a.writtenOn
/** What waits for signatures: a draft, or else an oral agreement that may be put in writing. */
export const toSign = (d: Pick<Dispute, 'agreements'>): Agreement | undefined =>
  d.agreements.find((a) => a.status === 'draft') ?? standing(d).find(spokenOnly)
/** Whole days from acceptance to the agreement, or to the end without one; null while it runs. */
export const daysTaken = (d: Pick<Dispute, 'acceptedOn' | 'effectiveOn' | 'endedOn'>): number | null => {
  const to = d.effectiveOn ?? d.endedOn
  return d.acceptedOn && to ? daysBetween(d.acceptedOn, to) : null
}

/** One who could mediate, as far as stepping aside needs it. */
export interface Candidate {
  staffId: string
  name: string
  duty?: string
  kin: readonly string[]
  interests: readonly string[]
}
/**
 * Why a mediator must step aside: a party himself, near kin as declared, or a declared interest in a party. A name may be a
 * namesake's; then another mediator is taken all the same, which costs nothing.
 */
export const stepsAside = (c: Candidate, d: Pick<Dispute, 'parties' | 'barredIds'>): string | null => {
  const names = d.parties.map((p) => p.name)
  if (d.barredIds.includes(c.staffId)) return `${c.name}已经回避`
  if (names.includes(c.name)) return `${c.name}与当事人同名，应当回避`
  if (c.kin.some((k) => k.length >= 2 && names.includes(k))) return `${c.name}申报的近亲属与当事人同名，应当回避`
  const interest = c.interests.find((i) => i.length >= 2 && names.some((n) => n.includes(i)))
  return interest ? `${c.name}申报过与“${interest}”的利害关系，应当回避` : null
}
