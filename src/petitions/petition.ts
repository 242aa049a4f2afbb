import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { type Day, isDay } from '../kit/day.ts'
import { DutyLine } from './carry/duties.ts'

/** 信访形式（信访工作条例第十七条、第二十一条）. */
export const channels = {
  visit: '来访',
  letter: '来信',
  phone: '来电',
  online: '网上',
  hotline: '12345热线',
  screening: '排查',
  mailbox: '领导信箱',
  fax: '传真',
} as const
export type Channel = keyof typeof channels

export const states = {
  received: '已收到',
  registered: '待受理',
  forwarded: '已转送交办',
  objected: '单位提出异议',
  notAccepted: '不予受理',
  noLongerAccepted: '不再受理',
  guided: '已导入法定途径',
  accepted: '已受理，待交办',
  handling: '办理中',
  opinionDraft: '意见书审签中',
  opinionSigned: '待送达',
  served: '已送达',
  inReview: '复查中',
  inRecheck: '复核中',
  concluded: '已办结',
  closed: '已销号',
  withdrawn: '已撤回',
} as const
export type State = keyof typeof states

/** 环节：台账上看的六步，合计等于全部. */
export const steps = {
  register: '登记',
  accept: '受理',
  handle: '办理',
  reply: '答复',
  revisit: '回访',
  signoff: '销号',
} as const
export type Step = keyof typeof steps

export const stepOf = (state: State): Step =>
  state === 'closed'
    ? 'signoff'
    : ['received', 'registered'].includes(state)
      ? 'register'
      : ['forwarded', 'objected', 'accepted'].includes(state)
        ? 'accept'
        : state === 'handling'
          ? 'handle'
          : ['opinionDraft', 'opinionSigned'].includes(state)
            ? 'reply'
            : 'revisit'

export const isOpen = (state: State): boolean => state !== 'closed'

/** 三类事项（第二十九条至第三十一条）. */
export const classes = { suggestion: '建议意见', accusation: '检举控告', claim: '申诉求决' } as const
export type PetitionClass = keyof typeof classes

/** 第三十一条六种办理路径. */
export const routes = {
  litigation: '（一）涉法涉诉，依诉讼程序',
  arbitration: '（二）仲裁',
  partyAppeal: '（三）党员申诉、申请复审',
  adminProcedure: '（四）行政复议、裁决、确认、许可、处罚等程序',
  statutoryDuty: '（五）申请查处违法、履行保护职责',
  petitionProcedure: '（六）信访程序',
} as const
export type Route = keyof typeof routes

export const grades = { red: '红色', yellow: '黄色', blue: '蓝色' } as const
export type Grade = keyof typeof grades

/** 第 3.1 节：不予受理只有这几种理由；态度、次数、时期都不是理由. */
export const notAcceptedGrounds = {
  alreadyHandling: '同一事项已在办理期限内（第十九条第三款）',
  reviewRightUnused: '可以复查、复核而未申请（省条例第三十三条）',
  legalRoute: '应当通过法定途径解决（第三十一条第一至五项）',
  notMyPower: '不属于本机关职权（第二十三条）',
  rechecked: '已经复核终结，同一事实和理由（第三十六条）',
} as const

export const claimResults = { supported: '支持', explained: '合理但缺乏依据，作解释', notSupported: '不支持' } as const
export const ratings = {
  satisfied: '满意',
  basicallySatisfied: '基本满意',
  dissatisfied: '不满意',
  declined: '不作评价',
} as const
export type Rating = keyof typeof ratings
export const closingTests = {
  facts: '事实清楚',
  nature: '定性准确',
  handling: '处理恰当',
  evidence: '证据齐全',
} as const
export type ClosingTestName = keyof typeof closingTests
export const contactWays = {
  face: '当面',
  phone: '电话',
  message: '短信或微信',
  visit: '上门',
  letter: '书信',
} as const
export const partyRoles = { petitioner: '信访人', agent: '代理人', guardian: '监护人' } as const
export const partyKinds = { person: '个人', organization: '单位' } as const
export const idTypes = {
  '': '未出示',
  id: '居民身份证',
  passport: '护照',
  hkmt: '港澳台通行证',
  uscc: '统一社会信用代码',
  other: '其他',
} as const
export const conclusions = {
  settled: '达成协议或诉求已经实现',
  reviewLapsed: '复查期限届满未申请',
  replied: '建议意见已答复',
  noSuccessor: '信访人死亡或终止，无人承继',
  notTaken: '不予受理或已导入法定途径',
  prior: '原台账载明已经化解',
  withdrawn: '信访人自愿撤回',
  mediated: '经调解达成协议',
  rechecked: '复核终结',
} as const
export const hearings = { none: '', planned: '听证已定', held: '已听证' } as const
export const mediations = {
  none: '',
  offered: '调解征询中',
  running: '调解中',
  agreed: '调解达成协议',
  failed: '调解未成',
} as const
export const sendModes = { forward: '转送', assign: '交办' } as const

/** 三到位一处理（第二十七条）：四项各自独立，可以同时成立，任何一项都不是另一项的代价. */
export const outcomes = {
  solved: '诉求合理的解决问题到位',
  explained: '诉求无理的思想教育到位',
  relieved: '生活困难的帮扶救助到位',
  lawful: '行为违法的依法处理',
} as const
export type OutcomeName = keyof typeof outcomes

/** Who took a paper, seen from whom it is for (参照《民事诉讼法》第八十八条). */
export const receiverRelations = {
  self: '本人',
  family: '同住成年家属',
  agent: '代理人或指定代收人',
  representative: '推选的代表',
  unit: '单位收件人',
} as const

export const reviewLevels = { review: '复查', recheck: '复核' } as const
export const reviewOutcomes = { maintained: '维持', changed: '变更', revoked: '撤销，责令重新办理' } as const
export const reviewStatuses = {
  asked: '已提出',
  admitted: '已受理',
  refused: '未予受理',
  decided: '已决定',
  withdrawn: '信访人撤回请求',
  moot: '原意见已撤销，请求随之终结',
} as const
/** What a review may find wrong (省条例第四十五条). */
export const reviewFaults = {
  facts: '主要事实不清、证据不足',
  basis: '适用依据错误',
  procedure: '违反法定程序',
  overstepping: '超越或者滥用职权',
  improper: '处理明显不当',
} as const
export const extensions = { none: '', requested: '延期待批', granted: '已延期', refused: '延期未批' } as const
export const closings = { none: '', proposed: '销号待核验', refused: '销号退回', confirmed: '已核验' } as const
export const linkKinds = { duplicate: '同一事项重复登记', repeat: '同一人再次反映', related: '有关联' } as const
export const recordKinds = {
  contact: '联系信访人',
  investigation: '调查核实',
  note: '办理备注',
  followUp: '回访',
  service: '送达',
  objection: '单位异议',
  withdrawal: '撤回',
  hearing: '听证',
  mediation: '调解',
  urgent: '重大紧急报告',
  dispute: '职权争议',
  adoption: '建议采纳',
  report: '办结报告',
  review: '复查复核',
  before: '以前反映过没有',
} as const

export const DayText = z.custom<Day>((v) => isDay(v), {
  error: ({ input }) =>
    input === '' || input === null || input === undefined ? '请填写日期' : '日期应写作 2026-03-05',
})
const nullable = <T extends z.ZodType>(t: T) => t.nullable()

/** The levels a matter may wait at, the lowest first. */
export const levels = { village: '村', area: '管区', town: '镇信访办', unit: '承办单位' } as const
export type Level = keyof typeof levels
/** One step up or down between the levels. */
export const Pass = z.object({
  on: DayText,
  from: codes(levels),
  to: codes(levels),
  by: z.string(),
  toId: z.string(),
  toName: z.string(),
  reason: z.string(),
  dueOn: DayText.nullable(),
  /** Who was vacant, away or barred on the way, said openly; '' when it went where it should. */
  stoodIn: z.string(),
  /** Taken over from somebody on leave, to whom it goes back. */
  forId: z.string().nullish(),
})
export type Pass = z.infer<typeof Pass>
/** The word owed to the petitioner: who tells it, what, by when, and when it was told. */
export const Echo = z.object({
  ownerId: z.string(),
  ownerName: z.string(),
  what: z.string(),
  dueOn: DayText,
  doneOn: DayText.nullable(),
})
export type Echo = z.infer<typeof Echo>
const id = z.string()

/** The row of one matter. Field names follow the glossary. */
export const Petition = z.object({
  townId: id,
  id,
  number: z.string(),
  queryCode: z.string(),
  round: z.number(),
  channel: codes(channels),
  receivedOn: DayText,
  registeredOn: DayText,
  registeredBy: nullable(id),
  title: z.string(),
  request: z.string(),
  facts: z.string(),
  oral: z.boolean(),
  readBack: z.boolean(),
  petitionerName: z.string(),
  headCount: z.number(),
  affectedCount: nullable(z.number()),
  anonymous: z.boolean(),
  confidential: z.boolean(),
  sealed: z.boolean(),
  areaId: nullable(id),
  villageId: nullable(id),
  gridId: nullable(id),
  place: z.string(),
  class: nullable(codes(classes)),
  route: nullable(codes(routes)),
  category: nullable(z.string()),
  categoryText: z.string(),
  grade: nullable(codes(grades)),
  gradeReason: z.string(),
  gradeAttributes: z.array(z.string()),
  gradeProposed: nullable(codes(grades)),
  gradeProposedBy: nullable(id),
  reviewOn: nullable(DayText),
  isKey: z.boolean(),
  repeat: z.boolean(),
  firstTime: z.boolean(),
  state: codes(states),
  step: codes(steps),
  pending: nullable(
    z.object({
      move: z.string(),
      by: id,
      byName: z.string(),
      on: DayText,
      /** What was proposed, for whoever decides. */
      says: z.string().default(''),
      input: z.record(z.string(), z.unknown()),
    }),
  ),
  extension: codes(extensions),
  closing: codes(closings),
  hearing: codes(hearings),
  mediation: codes(mediations),
  simple: z.boolean(),
  urgentOn: nullable(DayText),
  sendMode: nullable(codes(sendModes)),
  limitOn: nullable(DayText),
  reportedOn: nullable(DayText),
  holderId: nullable(id),
  leadOfficialId: nullable(id),
  mainUnitId: nullable(id),
  mainHandlerId: nullable(id),
  areaOwnerId: nullable(id),
  villageOwnerId: nullable(id),
  signerId: nullable(id),
  approverId: nullable(id),
  assistUnitIds: z.array(id),
  barredIds: z.array(id),
  acceptedOn: nullable(DayText),
  servedOn: nullable(DayText),
  concludedOn: nullable(DayText),
  closedOn: nullable(DayText),
  conclusion: nullable(codes(conclusions)),
  nextDueOn: nullable(DayText),
  nextDueRule: nullable(z.string()),
  lastContactOn: nullable(DayText),
  lastProgressOn: DayText,
  followedUpOn: nullable(DayText),
  ratingOffice: nullable(codes(ratings)),
  ratingUnit: nullable(codes(ratings)),
  outcomeText: z.string(),
  /** 五包: null until a leader has adopted the matter. */
  duties: nullable(z.array(DutyLine)),
  /** 上报与交回, in order. */
  passes: z.array(Pass),
  echo: nullable(Echo),
  /** Begun, but their last day falls into a year whose calendar is not published yet. */
  uncounted: z.array(z.object({ rule: z.string(), from: DayText, partyId: nullable(id) })),
  version: z.number(),
})
export type Petition = z.infer<typeof Petition>

export const Party = z.object({
  id,
  sort: z.number(),
  role: codes(partyRoles),
  kind: codes(partyKinds),
  name: z.string(),
  phone: z.string(),
  address: z.string(),
  idType: z.string(),
  idLast4: z.string(),
  idChecked: z.boolean(),
  isRepresentative: z.boolean(),
  eService: z.boolean(),
  actsFor: z.string(),
  note: z.string(),
  /** What this petitioner said of the work; each of several petitioners rates for themselves. */
  ratingOffice: nullable(codes(ratings)),
  ratingUnit: nullable(codes(ratings)),
  ratedOn: nullable(DayText),
})
export type Party = z.infer<typeof Party>

export const Clock = z.object({
  id,
  rule: z.string(),
  round: z.number(),
  fromOn: DayText,
  dueOn: DayText,
  extension: z.number(),
  endedOn: nullable(DayText),
  outcome: nullable(z.enum(['met', 'late', 'cancelled'])),
  steps: z.array(z.string()),
  /** Whose right it is, where several petitioners were served on different days. */
  partyId: nullable(id),
  /** Days of a hearing in a recheck, left out of the count. */
  excluded: z.number(),
})
export type Clock = z.infer<typeof Clock>

export const Claim = z.object({
  id,
  sort: z.number(),
  body: z.string(),
  result: nullable(codes(claimResults)),
  answer: z.string(),
  basis: z.string(),
})
export type Claim = z.infer<typeof Claim>

export const PetitionRecord = z.object({
  id,
  kind: codes(recordKinds),
  onDay: DayText,
  body: z.string(),
  data: z.record(z.string(), z.unknown()),
  staffId: nullable(id),
  byName: z.string(),
  at: z.string(),
})
export type PetitionRecord = z.infer<typeof PetitionRecord>

export const Attachment = z.object({
  id,
  name: z.string(),
  kind: z.string(),
  note: z.string(),
  mime: z.string(),
  size: z.number(),
  sha256: z.string(),
  staffId: nullable(id),
  byName: z.string(),
  at: z.string(),
  /** The petitioner's own, brought at the public face or across the counter. */
  brought: z.boolean(),
  withdrawnAt: nullable(z.string()),
  withdrawnReason: nullable(z.string()),
})
export type Attachment = z.infer<typeof Attachment>

export const opinionStatuses = {
  draft: '起草中',
  submitted: '待审核',
  checked: '待签发',
  signed: '已签发',
  returned: '退回修改',
} as const
export const Opinion = z.object({
  id,
  round: z.number(),
  n: z.number(),
  status: codes(opinionStatuses),
  request: z.string(),
  facts: z.string(),
  reasons: z.string(),
  opinion: z.string(),
  legalBasis: z.string(),
  remedy: z.string(),
  draftedBy: nullable(id),
  draftedOn: nullable(DayText),
  checkedBy: nullable(id),
  checkedOn: nullable(DayText),
  signedBy: nullable(id),
  signedOn: nullable(DayText),
  returnedReason: z.string(),
  documentId: nullable(id),
})
export type Opinion = z.infer<typeof Opinion>

export const ClosingTest = z.object({
  test: codes(closingTests),
  answer: z.string(),
  evidenceIds: z.array(id),
  answeredBy: nullable(id),
  answeredOn: nullable(DayText),
  confirmed: nullable(z.boolean()),
  confirmedBy: nullable(id),
  confirmedOn: nullable(DayText),
  reason: z.string(),
})
export type ClosingTest = z.infer<typeof ClosingTest>

export const DocumentRow = z.object({
  id,
  kind: z.string(),
  number: nullable(z.string()),
  title: z.string(),
  issuedOn: DayText,
  byName: z.string(),
  at: z.string(),
  sha256: z.string(),
  version: z.number(),
  replacesId: nullable(id),
  /** Why it was issued again. */
  reason: z.string(),
})
export type DocumentRow = z.infer<typeof DocumentRow>

export const ServiceRow = z.object({
  id,
  documentId: id,
  way: z.string(),
  servedOn: DayText,
  receiver: z.string(),
  relation: codes(receiverRelations),
  place: z.string(),
  postNumber: z.string(),
  /** Agreed in writing to this one electronic service, besides what the petitioner said at registration. */
  consent: z.boolean(),
  outcome: z.string(),
  witness: z.string(),
  attitude: z.string(),
  note: z.string(),
  byName: z.string(),
  at: z.string(),
  /** Which of several petitioners it was served on; null covers all of them. */
  partyId: nullable(id),
})
export type ServiceRow = z.infer<typeof ServiceRow>

export const Link = z.object({
  id,
  kind: codes(linkKinds),
  note: z.string(),
  petitionId: id,
  number: z.string(),
  title: z.string(),
  state: codes(states),
  conclusion: nullable(codes(conclusions)),
})
export type Link = z.infer<typeof Link>

/** One rung of the ladder of review (第三十五条、第三十六条): decided by the organ above, recorded and carried out here. */
export const Review = z.object({
  id,
  round: z.number(),
  level: codes(reviewLevels),
  /** Who asked; empty stands for the whole petition. */
  partyIds: z.array(id),
  /** Which draft of the opinion it is about. */
  opinionN: z.number(),
  organ: z.string(),
  /** The organ asked, where it uses this same system: its answer and decision come back by themselves. */
  upperTownId: nullable(id),
  way: z.enum(['here', 'direct']),
  askedOn: DayText,
  receivedOn: DayText,
  reasons: z.string(),
  lateCause: z.string(),
  /** Number and words of the decision that is challenged. */
  challenged: z.string(),
  challengedOpinion: z.string(),
  status: codes(reviewStatuses),
  answeredOn: nullable(DayText),
  answerNote: z.string(),
  hearingDays: z.number(),
  decidedOn: nullable(DayText),
  outcome: nullable(codes(reviewOutcomes)),
  number: z.string(),
  decision: z.string(),
  faults: z.array(z.string()),
  servedOn: nullable(DayText),
})
export type Review = z.infer<typeof Review>

/** One thing a supported opinion obliges somebody to do (第三十二条第二款). */
export const Task = z.object({
  id,
  round: z.number(),
  body: z.string(),
  unitId: nullable(id),
  unitName: z.string(),
  dueOn: nullable(DayText),
  doneOn: nullable(DayText),
  doneText: z.string(),
  evidenceIds: z.array(id),
  pressed: z.number(),
  pressedOn: nullable(DayText),
})
export type Task = z.infer<typeof Task>

export const Outcome = z.object({
  outcome: codes(outcomes),
  round: z.number(),
  applies: z.boolean(),
  done: z.boolean(),
  body: z.string(),
  handedTo: z.string(),
  evidenceIds: z.array(id),
  onDay: DayText,
  staffId: nullable(id),
  byName: z.string(),
})
export type Outcome = z.infer<typeof Outcome>

/** One matter with all that belongs to it: what the rules look at. */
export interface Matter extends Petition {
  parties: Party[]
  clocks: Clock[]
  claims: Claim[]
  records: PetitionRecord[]
  attachments: Attachment[]
  /** The newest opinion of this round. */
  opinionNow: Opinion | null
  tests: ClosingTest[]
  documents: DocumentRow[]
  services: ServiceRow[]
  links: Link[]
  /** The ladder of review of this round, oldest first. */
  reviews: Review[]
  /** Execution of what was supported, of every round. */
  tasks: Task[]
  /** 三到位一处理, of this round. */
  outcomes: Outcome[]
  /** Staff whose recusal on it is still open. */
  recusing?: string[]
  /** What the petitioner said himself at the public face in this round; nobody changes it. */
  ownRating?: { office: Rating; unit: Rating } | null
}

/** The six "what is missing" sentences and so on live with the moves; this one only with the data. */
/** Petitioners who are named. */
export const petitionersOf = (m: Pick<Matter, 'parties'>): Party[] =>
  m.parties.filter((p) => p.role === 'petitioner' && p.name !== '')

/** Who must be served: the representatives, who pass it on (第二十条); without them every named petitioner. */
export const toServe = (m: Pick<Matter, 'parties'>): Party[] => {
  const all = petitionersOf(m)
  const some = all.filter((p) => p.isRepresentative)
  return some.length ? some : all
}

/** Everything a closing test or an outcome may rest on: attachments, papers, records. */
export const proofIds = (m: Matter): string[] => [
  ...m.attachments.filter((a) => a.withdrawnAt === null).map((a) => a.id),
  ...m.documents.map((d) => d.id),
  ...m.records.map((r) => r.id),
]

/** The last day on which anything with a date of its own happened: a step keyed in later can't be older. */
export const latestStep = (m: Matter): Day =>
  [
    m.receivedOn,
    m.acceptedOn,
    m.servedOn,
    m.concludedOn,
    m.closedOn,
    m.followedUpOn,
    m.pending?.on,
    m.opinionNow?.draftedOn,
    m.opinionNow?.checkedOn,
    m.opinionNow?.signedOn,
    ...m.clocks.filter((c) => c.round === m.round).map((c) => c.endedOn),
    ...m.documents.map((d) => d.issuedOn),
    ...m.reviews.flatMap((r) => [r.askedOn, r.answeredOn, r.decidedOn, r.servedOn]),
  ].reduce<Day>((a, b) => (b && b > a ? b : a), m.receivedOn)

/** A clock that still runs in this round. */
export const running = (m: Pick<Matter, 'clocks' | 'round'>, rule: string): Clock | undefined =>
  m.clocks.find((c) => c.rule === rule && c.round === m.round && c.endedOn === null)

export const representativesOf = (parties: Pick<Party, 'role' | 'isRepresentative'>[]) =>
  parties.filter((p) => p.role === 'petitioner' && p.isRepresentative).length

/** Of a matter on which nobody has worked yet. */
export const noParts = () =>
  ({
    records: [],
    attachments: [],
    opinionNow: null,
    tests: [],
    documents: [],
    services: [],
    links: [],
    reviews: [],
    tasks: [],
    outcomes: [],
  }) satisfies Partial<Matter>
