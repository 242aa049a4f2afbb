import { options } from '../../kit/choice.ts'
import { agentKinds } from '../accept/split.ts'
import { legalRemedies, remediesOf } from '../clocks.ts'
import { hearingReasons } from '../handle/hearing.ts'
import { urgentTo } from '../handle/urgent.ts'
import {
  classes,
  idTypes,
  outcomes,
  petitionersOf,
  reviewFaults,
  reviewLevels,
  reviewOutcomes,
  type reviewStatuses,
  routes,
} from '../petition.ts'
import type { MatterView } from '../routes.ts'
import type { Ask } from './forms.ts'

const today = (_v: MatterView, day: string) => day
const day = (name: string, label: string, more: Partial<Ask> = {}): Ask => ({
  name,
  label,
  kind: 'day',
  initial: today,
  ...more,
})
const long = (name: string, label: string, more: Partial<Ask> = {}): Ask => ({ name, label, kind: 'long', ...more })
const line = (name: string, label: string, more: Partial<Ask> = {}): Ask => ({ name, label, kind: 'text', ...more })
const tick = (name: string, label: string, more: Partial<Ask> = {}): Ask => ({ name, label, kind: 'tick', ...more })
const choice = (name: string, label: string, choices: Record<string, string>, more: Partial<Ask> = {}): Ask => ({
  name,
  label,
  kind: 'choice',
  options: options(choices),
  ...more,
})
const yesNo = (name: string, label: string, words: [string, string], more: Partial<Ask> = {}): Ask => ({
  name,
  label,
  kind: 'yesNo',
  words,
  initial: () => true,
  ...more,
})

/** Which of several petitioners; not asked where there is only one. */
export const whichPetitioner = (label: string, hint: string): Ask => ({
  name: 'partyId',
  label,
  kind: 'choice',
  hint,
  optionsOf: (v) => petitionersOf(v).map((p) => ({ value: p.id, label: p.name })),
  show: (_x, v) => petitionersOf(v).length > 1,
})
/** Which request for review or recheck; not asked where only one fits. */
const whichRequest = (...statuses: (keyof typeof reviewStatuses)[]): Ask => {
  const fit = (v: MatterView) => v.reviews.filter((r) => statuses.includes(r.status) && r.servedOn === null)
  return {
    name: 'reviewId',
    label: '哪一件请求',
    kind: 'choice',
    optionsOf: (v) =>
      fit(v).map((r) => ({ value: r.id, label: `${r.askedOn} 向${r.organ}请求${reviewLevels[r.level]}` })),
    initial: (v) => (fit(v).length > 1 ? fit(v).at(-1)?.id : undefined),
    show: (_x, v) => fit(v).length > 1,
  }
}
const task: Ask = {
  name: 'taskId',
  label: '哪一项',
  kind: 'choice',
  optionsOf: (v) => v.tasks.filter((t) => !t.doneOn).map((t) => ({ value: t.id, label: t.body })),
  initial: (v) => v.tasks.filter((t) => !t.doneOn)[0]?.id,
}
const remedyNames = Object.fromEntries(Object.entries(legalRemedies).map(([k, r]) => [k, r.name]))
const needsDay = (x: Record<string, unknown>) =>
  typeof x.remedyId === 'string' && legalRemedies[x.remedyId as keyof typeof legalRemedies].period !== null
/** The remedy and the day from which its own period runs: the notice then says what is left. */
export const remedyAsks = (ofRoute: boolean): Ask[] => [
  {
    name: 'remedyId',
    label: '法定救济',
    kind: 'choice',
    hint: '选定后在告知书上写明还剩多少时间',
    ...(ofRoute
      ? {
          optionsOf: (v: MatterView) =>
            (remediesOf[v.matter.route ?? ''] ?? []).map((k) => ({ value: k, label: legalRemedies[k].name })),
        }
      : { options: options(remedyNames) }),
  },
  { name: 'knownOn', label: '信访人知道的日期（起算日）', kind: 'day', show: needsDay },
]
const request = (recheck: boolean): Ask[] => [
  whichPetitioner('谁请求', '不选即尚可请求的各人共同提出；每名信访人各有自己的三十日'),
  line('organ', recheck ? '复核机关' : '复查机关', {
    hint: recheck ? '复查机关的上一级机关' : '不填即本镇的上一级机关',
  }),
  choice(
    'way',
    '怎样提出',
    { here: '向本机关提交，由本机关转报', direct: '直接向上一级机关提出' },
    { initial: () => 'here' },
  ),
  day('askedOn', '信访人提出的日期'),
  day('receivedOn', '上一级机关收到的日期'),
  long('wants', '请求什么'),
  long('reasons', '理由（照录）'),
  long('lateCause', '逾期的正当理由', { hint: '在三十日内提出的不填' }),
]
const words = long('words', '照录本人的话')
const body = (label: string) => long('body', label)

/** Forms of the moves of the law that have no page of their own. */
export const lawForms: Record<string, Ask[]> = {
  split: [
    { name: 'parts', label: '拆出的事项', kind: 'parts', hint: '留下的一件不必填写；各件的期限都自原收到日期起算' },
    line('reason', '为什么应当拆分'),
  ],
  joinPetitioners: [{ name: 'people', label: '共同信访人', kind: 'people' }, line('note', '说明')],
  chooseRepresentatives: [
    {
      name: 'partyIds',
      label: '代表（不超过 5 人）',
      kind: 'choices',
      optionsOf: (v) => petitionersOf(v).map((p) => ({ value: p.id, label: `${p.name} ${p.phone}` })),
    },
    tick('told', '已告知代表：应当如实向其他信访人转达'),
  ],
  addAgent: [
    choice('role', '身份', { agent: '代理人', guardian: '监护人' }, { initial: () => 'agent' }),
    line('name', '姓名'),
    line('phone', '电话'),
    {
      name: 'forId',
      label: '代谁',
      kind: 'choice',
      optionsOf: (v) => petitionersOf(v).map((p) => ({ value: p.id, label: p.name })),
      initial: (v) => petitionersOf(v)[0]?.id,
    },
    choice('agentKind', '代理人是', agentKinds, { show: (v) => v.role !== 'guardian' }),
    tick('written', '已提交书面委托', { show: (v) => v.role !== 'guardian' }),
    line('scope', '委托的事项和权限', { show: (v) => v.role !== 'guardian' }),
  ],
  recall: [line('reason', '收回的理由')],
  referDispute: [
    choice('to', '提请谁', { superior: '镇党政主要领导（共同上级）', jointConference: '信访工作联席会议' }),
    {
      name: 'leaderId',
      label: '由哪位主要领导决定',
      kind: 'staff',
      roles: ['townLeader'],
      show: (v) => v.to === 'superior',
    },
    long('reason', '各方的意见和理由'),
  ],
  decideDispute: [
    { name: 'unitId', label: '由哪个单位办理', kind: 'unit' },
    long('reason', '决定的理由'),
    line('present', '参加人', { hint: '联席会议协调的填写' }),
  ],
  convertSimple: [line('reason', '为什么不再适用简易办理')],
  planHearing: [
    choice('why', '为什么听证', hearingReasons),
    long('subject', '听证什么'),
    { name: 'heldOn', label: '听证日期', kind: 'day', ahead: true, hint: '须提前十个工作日通知' },
    line('time', '时间', { hint: '例如：上午九时' }),
    line('place', '地点'),
    { name: 'hostId', label: '主持人', kind: 'staff', hint: '不能是承办人' },
    { name: 'officers', label: '听证员（五人以上，单数）', kind: 'names', hint: '输入姓名后按回车' },
    tick('open', '公开举行', { initial: () => true }),
    line('materials', '请信访人携带的材料'),
  ],
  holdHearing: [
    day('onDay', '举行日期'),
    line('present', '参加人'),
    line('recorder', '记录人'),
    long('minutes', '笔录'),
    long('facts', '查明的事实'),
    long('conclusion', '听证结论'),
    long('dissent', '评议中的不同意见'),
  ],
  cancelHearing: [long('reason', '理由')],
  refuseHearing: [day('askedOn', '信访人申请的日期'), long('reason', '不举行听证的理由')],
  offerMediation: [
    line('parties', '各方当事人'),
    long('dispute', '争议是什么'),
    tick('told', '已告知：自愿、免费，不影响其他途径，办理期限照算'),
  ],
  startMediation: [
    yesNo('consent', '各方意愿', ['都愿意调解', '有一方不愿意']),
    words,
    {
      name: 'mediatorId',
      label: '调解员',
      kind: 'staff',
      roles: ['mediator'],
      show: (v) => v.consent !== false,
    },
    line('committee', '调解委员会', { show: (v) => v.consent !== false }),
  ],
  endMediation: [
    yesNo('agreed', '结果', ['达成协议', '没有达成']),
    day('onDay', '日期'),
    body('协议的内容，或未成的原因'),
    line('agreement', '协议书编号', { show: (v) => v.agreed !== false }),
    tick('signed', '各方、调解员已签名，调解委员会已盖章', { show: (v) => v.agreed !== false }),
    tick('within', '在裁量权范围内，不违反法律和政策', { show: (v) => v.agreed !== false }),
    tick('remedyTold', '已告知其他途径', { show: (v) => v.agreed === false }),
  ],
  stopMediation: [words],
  recordOutcome: [
    choice('outcome', '哪一项', outcomes),
    yesNo('applies', '是否成立', ['成立，应当落实', '不涉及']),
    tick('done', '已经到位', { show: (v) => v.applies !== false }),
    body('依据和做法'),
    line('handedTo', '交给哪里办理', {
      hint: '帮扶交民政等；违法行为交法律规定的机关',
      show: (v) => v.applies !== false && ['relieved', 'lawful'].includes(String(v.outcome)),
    }),
    { name: 'evidenceIds', label: '证据', kind: 'proofs' },
  ],
  adopt: [
    choice('result', '是否采纳', { wholly: '全部采纳', partly: '部分采纳', not: '不采纳' }),
    body('论证情况和理由'),
    line('plan', '怎样落实、何时落实', { show: (v) => v.result !== 'not' }),
    line('reward', '奖励', { hint: '有贡献的' }),
  ],
  reportUrgent: [
    long('what', '情况'),
    long('measures', '已经采取的措施'),
    {
      name: 'to',
      label: '报告给谁',
      kind: 'choices',
      options: options(urgentTo),
      initial: () => ['committee', 'government', 'department', 'jointConference'],
    },
    line('notYet', '暂未报告的原因', { show: (v) => Array.isArray(v.to) && v.to.length < 4 }),
    day('onDay', '报告日期'),
    line('time', '报告时间', { hint: '例如：14:20' }),
  ],
  urgentFollow: [body('处置进展'), tick('over', '情况已经平稳')],
  planExecution: [
    { ...task, hint: '不选即新增一项', initial: (v) => v.tasks.filter((t) => !t.doneOn)[0]?.id },
    line('body', '执行什么', { hint: '选了上面一项的可以不填' }),
    { name: 'unitId', label: '执行单位', kind: 'unit', initial: (v) => v.matter.mainUnitId },
    { name: 'dueOn', label: '执行期限', kind: 'day', ahead: true },
  ],
  executed: [
    task,
    day('onDay', '执行日期'),
    long('text', '怎样执行的'),
    { name: 'evidenceIds', label: '执行的证据', kind: 'proofs' },
  ],
  pressExecution: [task, line('says', '督促的内容', { initial: () => '请按处理意见抓紧执行并反馈' })],
  completionReport: [
    long('facts', '查明的事实', { initial: (v) => v.opinion?.facts }),
    long('result', '处理结果', { initial: (v) => v.opinion?.opinion }),
    long('execution', '执行情况'),
    long('view', '信访人的意见'),
  ],
  askReview: request(false),
  askRecheck: request(true),
  sendFile: [
    day('onDay', '报送日期'),
    long('what', '报送了哪些材料'),
    line('to', '报送给', { initial: (v) => v.reviews.at(-1)?.organ }),
  ],
  answerReview: [
    whichRequest('asked'),
    yesNo('admitted', '上一级机关的答复', ['受理', '不予受理']),
    day('onDay', '日期'),
    long('note', '理由', { show: (v) => v.admitted === false }),
  ],
  recheckHearing: [
    { name: 'fromOn', label: '听证自', kind: 'day' },
    { name: 'toOn', label: '至', kind: 'day' },
    line('note', '说明'),
  ],
  decideReview: [
    whichRequest('admitted'),
    choice('outcome', '决定', reviewOutcomes),
    day('decidedOn', '决定日期'),
    line('number', '意见书文号'),
    long('decision', '决定（照录）'),
    {
      name: 'faults',
      label: '原意见的问题',
      kind: 'choices',
      options: options(reviewFaults),
      show: (v) => v.outcome !== 'maintained',
    },
    { name: 'servedOn', label: '送达信访人的日期', kind: 'day', hint: '还没有送达的不填' },
  ],
  serveReview: [
    whichRequest('decided'),
    whichPetitioner('送达谁', '不选即各请求人；请求复核的期限自各人收到之日起算'),
    day('servedOn', '送达日期'),
    line('receiver', '签收人'),
    line('note', '备注'),
  ],
  withdrawReview: [
    whichRequest('asked', 'admitted'),
    whichPetitioner('谁撤回', '不选即各请求人；只撤回自己的请求'),
    words,
    tick('voluntary', '已核实，出于本人自愿'),
  ],
}

/** Columns of a part that is split off, and of a person who joins. */
export const partClasses = options(classes)
export const partRoutes = options(routes)
export const personIds = options(idTypes)
