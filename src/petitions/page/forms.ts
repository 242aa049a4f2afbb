import { options } from '../../kit/choice.ts'
import type { Role } from '../../people/roles.ts'
import { simpleReasons } from '../accept/simple.ts'
import { duties } from '../carry/duties.ts'
import { dimensionNames, dimensions, scores } from '../courtesy/courtesy.ts'
import { paperForms } from '../paper/forms.ts'
import { downLevels } from '../pass/pass.ts'
import { upReasons } from '../pass/words.ts'
import {
  channels,
  classes,
  contactWays,
  grades,
  levels,
  linkKinds,
  type Matter,
  notAcceptedGrounds,
  partyRoles,
  ratings,
  receiverRelations,
  routes,
} from '../petition.ts'
import { gradeAttributes } from '../register/grading.ts'
import type { MatterView } from '../routes.ts'
import { lawForms, remedyAsks, whichPetitioner } from './lawForms.ts'

type Values = Record<string, unknown>

/** One question of a move's form. The move's own schema judges the answers. */
export interface Ask {
  name: string
  label: string
  kind:
    | 'text'
    | 'long'
    | 'choice'
    | 'choices'
    | 'day'
    | 'int'
    | 'staff'
    | 'unit'
    | 'units'
    | 'tick'
    | 'yesNo'
    | 'paper'
    | 'linked'
    | 'matter'
    | 'category'
    | 'proofs'
    | 'names'
    | 'parts'
    | 'people'
    | 'place'
  options?: { value: string; label: string }[]
  /** Choices that depend on the matter. */
  optionsOf?: (v: MatterView) => { value: string; label: string }[]
  roles?: Role[]
  /** Only people of the unit chosen above. */
  ofUnit?: boolean
  /** A limit or a plan: a day typed without a year is one to come. */
  ahead?: boolean
  /** Further fields that the same answer fills in. */
  with?: string[]
  /** Left empty it stays as it is: protected words stand masked on the page, and what is masked must not come back as the text. */
  stays?: true
  /** Has to be answered here, though the rule itself can do without. */
  must?: boolean
  hint?: string
  initial?: (v: MatterView, today: string) => unknown
  show?: (values: Values, v: MatterView) => boolean
  /** The two words of a yes-or-no. */
  words?: [string, string]
}

const today = (_v: MatterView, day: string) => day
const onDay: Ask = { name: 'onDay', label: '日期', kind: 'day', initial: today }
const way: Ask = { name: 'way', label: '方式', kind: 'choice', options: options(contactWays), initial: () => 'phone' }
const agree = (yes: string, no: string): Ask => ({
  name: 'agree',
  label: '意见',
  kind: 'yesNo',
  words: [yes, no],
  initial: () => true,
})
const refused = (values: Values) => values.agree === false
/** Which of the five, of those done or still to do; the first that is planned, or is not, comes up. */
const dutyAsk = (done: boolean, planned: boolean): Ask => {
  const lines = (v: MatterView) => (v.matter.duties ?? []).filter((l) => (l.doneOn !== null) === done)
  return {
    name: 'duty',
    label: '哪一项',
    kind: 'choice',
    optionsOf: (v) => lines(v).map((l) => ({ value: l.duty, label: duties[l.duty] })),
    initial: (v) => (lines(v).find((l) => (l.due !== null) === planned) ?? lines(v)[0])?.duty,
  }
}
const leaders: Role[] = ['leadOfficial', 'townLeader']
const rate = (name: string, label: string): Ask => ({
  name,
  label,
  kind: 'choice',
  options: options(ratings),
  hint: '本人已经在网上评价的，以本人评的为准，可以不填',
  show: (v) => v.reached !== false,
})
const owners: Ask[] = [
  { name: 'mainUnitId', label: '承办单位', kind: 'unit', initial: (v) => v.matter.mainUnitId },
  {
    name: 'mainHandlerId',
    label: '主办人',
    kind: 'staff',
    roles: ['unitHandler', 'clerk', 'petitionHead', 'mediator'],
    ofUnit: true,
    initial: (v) => v.matter.mainHandlerId,
  },
  { name: 'assistUnitIds', label: '协办单位', kind: 'units', initial: (v) => v.matter.assistUnitIds },
  {
    name: 'areaOwnerId',
    label: '管区责任人',
    kind: 'staff',
    roles: ['areaSecretary'],
    initial: (v) => v.matter.areaOwnerId,
  },
  {
    name: 'villageOwnerId',
    label: '村责任人',
    kind: 'staff',
    roles: ['villageOfficer'],
    initial: (v) => v.matter.villageOwnerId,
  },
  { name: 'leadOfficialId', label: '包案领导', kind: 'staff', roles: leaders, initial: (v) => v.matter.leadOfficialId },
]

const personChosen = (values: Values) => Boolean(values.personId)

/** The form of each move, question by question. The opinion has a page section of its own. */
export const forms: Record<string, Ask[]> = {
  ...paperForms,
  confirmRegister: [{ name: 'note', label: '说明', kind: 'text' }],
  grade: [
    {
      name: 'gradeAttributes',
      label: '事项属性',
      kind: 'choices',
      options: options(gradeAttributes),
      initial: (v) => v.matter.gradeAttributes,
    },
    {
      name: 'grade',
      label: '级别',
      kind: 'choice',
      options: options(grades),
      initial: (v) => v.matter.grade,
      hint: '红色由另一人确认后生效',
    },
    { name: 'gradeReason', label: '理由', kind: 'long', initial: (v) => v.matter.gradeReason },
    { name: 'isKey', label: '列为重点事项', kind: 'tick', initial: (v) => v.matter.isKey },
  ],
  confirmReclass: [agree('同意更改', '不同意'), { name: 'note', label: '理由', kind: 'long', show: refused }],
  confirmGrade: [agree('同意定为红色', '不同意'), { name: 'note', label: '理由', kind: 'long', show: refused }],
  classify: [
    {
      name: 'class',
      label: '类别',
      kind: 'choice',
      options: options(classes),
      initial: (v) => v.matter.class,
      hint: '检举控告即时密封，只由纪检联络员办理',
    },
    {
      name: 'route',
      label: '办理路径（第三十一条）',
      kind: 'choice',
      options: options(routes),
      initial: (v) => v.matter.route,
      show: (v) => v.class === 'claim',
    },
    { name: 'category', label: '内容分类', kind: 'category', initial: (v) => v.matter.category },
    { name: 'reason', label: '改变分类的理由', kind: 'text', show: (_x, v) => v.matter.acceptedOn !== null },
  ],
  correct: [
    { name: 'title', label: '标题', kind: 'text', initial: (v) => v.matter.title },
    {
      name: 'receivedOn',
      label: '收到日期',
      kind: 'day',
      initial: (v) => v.matter.receivedOn,
      show: (_x, v) => ['received', 'registered'].includes(v.matter.state),
    },
    {
      name: 'channel',
      label: '信访形式',
      kind: 'choice',
      options: options(channels),
      initial: (v) => v.matter.channel,
    },
    {
      name: 'villageId',
      label: '村 / 网格',
      kind: 'place',
      with: ['areaId', 'gridId'],
      initial: (v) => v.matter.villageId,
    },
    {
      name: 'place',
      label: '具体地点',
      kind: 'text',
      initial: (v) => v.matter.place,
      show: (_x, v) => !v.matter.confidential,
    },
    { name: 'request', label: '诉求（重写）', kind: 'long', stays: true, hint: '不改的留空' },
    { name: 'facts', label: '事实和理由（重写）', kind: 'long', stays: true, hint: '不改的留空' },
    {
      name: 'personId',
      label: '更正谁的姓名、电话、住址',
      kind: 'choice',
      optionsOf: (v) => v.parties.map((p) => ({ value: p.id, label: `${partyRoles[p.role]} ${p.name}` })),
      show: (_x, v) => v.parties.length > 0,
    },
    { name: 'personName', label: '正确的姓名', kind: 'text', stays: true, hint: '不改的留空', show: personChosen },
    { name: 'personPhone', label: '正确的电话', kind: 'text', stays: true, hint: '不改的留空', show: personChosen },
    { name: 'personAddress', label: '正确的住址', kind: 'text', stays: true, hint: '不改的留空', show: personChosen },
    { name: 'headCount', label: '人数', kind: 'int', initial: (v) => v.matter.headCount },
    { name: 'affectedCount', label: '涉及户（人）数', kind: 'int', initial: (v) => v.matter.affectedCount },
    { name: 'confidential', label: '信访人要求保密', kind: 'tick', initial: (v) => v.matter.confidential },
    { name: 'reason', label: '更正理由', kind: 'text' },
  ],
  link: [
    { name: 'toId', label: '关联到', kind: 'matter' },
    { name: 'kind', label: '关系', kind: 'choice', options: options(linkKinds) },
    { name: 'note', label: '说明', kind: 'text' },
  ],
  unlink: [
    { name: 'linkId', label: '解除哪一件', kind: 'linked' },
    { name: 'reason', label: '理由', kind: 'text' },
  ],
  accept: [
    { name: 'opinion', label: '受理意见', kind: 'text' },
    { name: 'contact', label: '联系人和电话', kind: 'text', hint: '写在告知书上，便于信访人联系' },
    { name: 'simple', label: '适用简易办理（十个工作日内答复）', kind: 'tick' },
    {
      name: 'simpleWhy',
      label: '适用的情形',
      kind: 'choice',
      options: options(simpleReasons),
      show: (v) => v.simple === true,
    },
  ],
  proposeNotAccept: [
    { name: 'ground', label: '理由', kind: 'choice', options: options(notAcceptedGrounds), hint: '只有这几种法定理由' },
    { name: 'remedy', label: '应当向哪里、怎样提出', kind: 'long' },
    ...remedyAsks(false),
    { name: 'detail', label: '补充说明（文书文号等）', kind: 'long' },
  ],
  notAccept: [
    {
      name: 'agree',
      label: '决定',
      kind: 'yesNo',
      words: ['不予受理', '不同意，继续办理'],
      initial: () => true,
      show: (_x, v) => v.matter.pending?.move === 'notAccept',
    },
    {
      name: 'ground',
      label: '理由',
      kind: 'choice',
      options: options(notAcceptedGrounds),
      must: true,
      initial: (v) => (v.matter.pending?.move === 'notAccept' ? v.matter.pending.input.ground : undefined),
      show: (x) => x.agree !== false,
    },
    {
      name: 'remedy',
      label: '应当向哪里、怎样提出',
      kind: 'long',
      initial: (v) => (v.matter.pending?.move === 'notAccept' ? v.matter.pending.input.remedy : ''),
      show: (x) => x.agree !== false,
    },
    ...remedyAsks(false).map((a) => ({
      ...a,
      show: (x: Values, v: MatterView) => x.agree !== false && (a.show?.(x, v) ?? true),
    })),
    { name: 'detail', label: '说明', kind: 'long' },
  ],
  guide: [
    { name: 'where', label: '受理机关', kind: 'text' },
    { name: 'how', label: '怎样提出、需要哪些材料', kind: 'long' },
    ...remedyAsks(true),
    { name: 'timeLeft', label: '时限的说明', kind: 'text', hint: '上面没有的情形，例如：以仲裁机构告知的为准' },
  ],
  forward: [
    {
      name: 'mode',
      label: '方式',
      kind: 'choice',
      options: [
        { value: 'forward', label: '转送' },
        { value: 'assign', label: '交办（限期报告）' },
      ],
      initial: () => 'forward',
    },
    { name: 'unitId', label: '有权处理的单位', kind: 'unit' },
    { name: 'reason', label: '为什么属于该单位职权', kind: 'long' },
    { name: 'limitOn', label: '办结并报告的期限', kind: 'day', ahead: true, show: (v) => v.mode === 'assign' },
  ],
  object: [
    { name: 'reason', label: '理由', kind: 'long' },
    { name: 'suggest', label: '建议送往', kind: 'text' },
  ],
  answerObjection: [agree('同意异议，收回', '不同意异议'), { name: 'reason', label: '核实情况', kind: 'long' }],
  seal: [{ name: 'reason', label: '理由', kind: 'long' }],
  assignHandler: [...owners, { name: 'note', label: '交办要求', kind: 'long' }],
  reassign: [...owners, { name: 'reason', label: '调整理由', kind: 'text' }],
  passUp: [
    {
      name: 'to',
      label: '报到哪一级',
      kind: 'choice',
      options: [
        { value: 'area', label: '管区' },
        { value: 'town', label: '镇信访办' },
      ],
      initial: (v) => (v.matter.passes.at(-1)?.to === 'area' || v.matter.mainUnitId ? 'town' : 'area'),
      hint: '岗位空缺或请假的，由代理人或上一级代收，并写在记录里',
    },
    { name: 'why', label: '为什么上报', kind: 'choice', options: options(upReasons) },
    { name: 'reason', label: '本级做了什么、理由', kind: 'long' },
  ],
  passDown: [
    {
      name: 'to',
      label: '交给哪一级',
      kind: 'choice',
      optionsOf: (v) =>
        downLevels(v.matter as Matter).map((to) => ({ value: to, label: to === 'unit' ? '原承办单位' : levels[to] })),
    },
    { name: 'reason', label: '理由、要办什么', kind: 'long' },
    { name: 'dueOn', label: '哪天前办好', kind: 'day', ahead: true },
  ],
  tellBack: [
    { ...onDay, label: '告知日期' },
    { ...way, initial: () => 'face' },
    { name: 'body', label: '告知了什么、对方怎么说', kind: 'long' },
  ],
  askPressure: [onDay, { ...way, hint: '这里只记问过；说受到打压的，由“反映受到打压”直送纪检联络员，不写在这里' }],
  nameLead: [
    {
      name: 'leadOfficialId',
      label: '包案领导',
      kind: 'staff',
      roles: leaders,
      initial: (v) => v.matter.leadOfficialId,
    },
    { name: 'note', label: '说明', kind: 'text' },
  ],
  planDuty: [
    dutyAsk(false, false),
    { name: 'ownerId', label: '责任人', kind: 'staff', initial: (v) => v.matter.leadOfficialId },
    { name: 'what', label: '做什么', kind: 'text' },
    {
      name: 'due',
      label: '期限',
      kind: 'day',
      ahead: true,
      hint: '定了期限的包调查、包处理、包疏导教育，完成后才能销号',
      show: (v) => v.duty !== 'voluntarySettlement',
    },
  ],
  doDuty: [
    dutyAsk(false, true),
    { ...onDay, label: '完成日期' },
    { name: 'note', label: '做了什么、结果如何', kind: 'long', hint: '包息诉罢访：照录信访人自己的话' },
    { name: 'evidenceIds', label: '佐证', kind: 'proofs', show: (v) => v.duty !== 'voluntarySettlement' },
    {
      name: 'voluntary',
      label: '是信访人自愿的表示，没有附带任何条件',
      kind: 'tick',
      show: (v) => v.duty === 'voluntarySettlement',
    },
  ],
  undoDuty: [dutyAsk(true, true), { name: 'reason', label: '理由', kind: 'text' }],
  remind: [{ name: 'says', label: '提醒内容', kind: 'text', initial: () => '请抓紧办理并联系信访人' }],
  contact: [
    onDay,
    way,
    { name: 'whom', label: '联系了谁', kind: 'text' },
    { name: 'body', label: '谈了什么', kind: 'long' },
    { name: 'heard', label: '听取了信访人陈述', kind: 'tick' },
  ],
  investigate: [
    onDay,
    { name: 'place', label: '地点', kind: 'text' },
    { name: 'people', label: '参加人和被询问人', kind: 'text' },
    { name: 'body', label: '查明的情况', kind: 'long' },
  ],
  note: [{ name: 'body', label: '备注', kind: 'long' }],
  requestExtension: [
    { name: 'days', label: '延长几日（不超过 30）', kind: 'int' },
    { name: 'reason', label: '情况复杂的理由', kind: 'long' },
    { name: 'approverId', label: '批准的负责人', kind: 'staff', roles: leaders },
  ],
  decideExtension: [
    agree('批准', '不批准'),
    {
      name: 'days',
      label: '批准几日',
      kind: 'int',
      initial: (v) => v.matter.pending?.input.days,
      show: (v) => v.agree !== false,
    },
    { name: 'reason', label: '理由', kind: 'long', show: refused },
  ],
  withdraw: [
    whichPetitioner('谁撤回', '不选即全体信访人；一人撤回的，其他人的请求照常办理'),
    { name: 'words', label: '信访人本人的话（照录）', kind: 'long' },
    onDay,
    { name: 'voluntary', label: '已当面或电话核实，出于本人自愿', kind: 'tick' },
  ],
  checkOpinion: [
    agree('审核通过', '退回修改'),
    {
      name: 'signerId',
      label: '签发领导',
      kind: 'staff',
      roles: leaders,
      show: (v) => v.agree !== false,
      hint: '红色或重点事项由党政主要领导签发',
    },
    { name: 'note', label: '审核意见', kind: 'long' },
  ],
  signOpinion: [agree('签发', '退回修改'), { name: 'note', label: '理由', kind: 'long', show: refused }],
  serve: [
    { name: 'documentId', label: '文书', kind: 'paper' },
    whichPetitioner('送达谁', '不选即全体信访人（由其代表或受托人签收）；各人的复查期限自各人收到之日起算'),
    {
      name: 'way',
      label: '送达方式',
      kind: 'choice',
      options: [
        { value: 'inPerson', label: '当面' },
        { value: 'post', label: '邮寄' },
        { value: 'electronic', label: '电子（信访人同意）' },
        { value: 'other', label: '其他' },
      ],
      initial: () => 'inPerson',
    },
    { name: 'servedOn', label: '送达日期', kind: 'day', initial: today },
    {
      name: 'outcome',
      label: '签收情况',
      kind: 'choice',
      options: [
        { value: 'signed', label: '已签收' },
        { value: 'refused', label: '拒收' },
      ],
      initial: () => 'signed',
    },
    {
      name: 'postNumber',
      label: '邮件单号',
      kind: 'text',
      hint: '送达日期填回执上的签收日期',
      show: (v) => v.way === 'post',
    },
    {
      name: 'consent',
      label: '已取得本人对这次电子送达的书面同意',
      kind: 'tick',
      show: (v) => v.way === 'electronic',
    },
    { name: 'receiver', label: '签收人', kind: 'text', show: (v) => v.outcome !== 'refused' },
    {
      name: 'relation',
      label: '签收人是',
      kind: 'choice',
      options: options(receiverRelations),
      initial: () => 'self',
      show: (v) => v.outcome !== 'refused',
    },
    { name: 'place', label: '送达地点', kind: 'text' },
    {
      name: 'witness',
      label: '见证人',
      kind: 'text',
      hint: '基层组织或单位的代表',
      show: (v) => v.outcome === 'refused' && v.way !== 'post',
    },
    {
      name: 'attitude',
      label: '信访人的意见',
      kind: 'choice',
      options: [
        { value: 'none', label: '没有表示' },
        { value: 'agree', label: '同意' },
        { value: 'disagree', label: '不同意' },
      ],
      initial: () => 'none',
    },
    { name: 'note', label: '备注', kind: 'text', hint: '拒收的，写明事由' },
  ],
  followUp: [
    onDay,
    way,
    { name: 'reached', label: '是否联系上', kind: 'yesNo', words: ['联系上了', '没有联系上'], initial: () => true },
    whichPetitioner('回访了谁', '几名信访人各自评价'),
    rate('ratingOffice', '信访人对信访办'),
    rate('ratingUnit', '信访人对承办单位'),
    ...dimensionNames.map(
      (d): Ask => ({
        name: `dim_${d}`,
        label: `信访人说：${dimensions[d]}`,
        kind: 'choice',
        options: options(scores),
        optionsOf: () => options(scores),
        hint: '四声五心，不愿说的不填',
        show: (v) => v.reached !== false,
      }),
    ),
    { name: 'reasons', label: '信访人说的原因', kind: 'long', show: (v) => v.reached !== false },
    {
      name: 'executed',
      label: '意见执行情况',
      kind: 'choice',
      options: [
        { value: 'done', label: '已执行' },
        { value: 'partly', label: '部分执行' },
        { value: 'notYet', label: '尚未执行' },
        { value: 'none', label: '没有需要执行的事项' },
      ],
      // Asked, not assumed, as satisfaction is.
      must: true,
      show: (v) => v.reached !== false,
    },
    { name: 'newIssues', label: '新的情况', kind: 'text' },
    { name: 'remedyTold', label: '已告知救济途径', kind: 'tick' },
  ],
  conclude: [
    {
      name: 'ground',
      label: '办结依据',
      kind: 'choice',
      options: [
        { value: 'settled', label: '达成协议或诉求已经实现' },
        { value: 'mediated', label: '经调解达成协议' },
        { value: 'reviewLapsed', label: '复查、复核期限届满未申请' },
        { value: 'replied', label: '建议意见已答复' },
        { value: 'noSuccessor', label: '信访人死亡或终止，无人承继' },
      ],
    },
    { name: 'evidenceIds', label: '佐证', kind: 'proofs' },
    { name: 'note', label: '说明', kind: 'long' },
  ],
  reopen: [
    {
      name: 'why',
      label: '原因',
      kind: 'choice',
      options: [
        { value: 'newFacts', label: '有新的事实' },
        { value: 'newReasons', label: '有新的理由' },
        { value: 'breach', label: '承诺未兑现' },
        { value: 'notExecuted', label: '支持的意见未执行' },
        { value: 'refiled', label: '撤回后重新提出' },
      ],
    },
    { name: 'detail', label: '情况', kind: 'long' },
    { ...onDay, label: '提出日期' },
  ],
  ...lawForms,
}

/** Moves with a form of their own on the page. */
export const ownForms = [
  'draftOpinion',
  'submitOpinion',
  'proposeClosing',
  'close',
  'reissuePaper',
  'keyInPaper',
] as const
