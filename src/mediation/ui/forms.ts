import { type Choice, options } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { missingSignatures } from '../dispute/agreement.ts'
import { confirmRefusal } from '../dispute/confirm.ts'
import {
  confirmResults,
  consents,
  dangers,
  dangerTo,
  live,
  mediatorHows,
  notAcceptGrounds,
  partyKinds,
  partyRoles,
  rightsWays,
  satisfactions,
  sides,
  standing,
  toSign,
} from '../dispute/dispute.ts'
import { messageAbouts, messageRefusal } from '../dispute/message.ts'
import { inFigures } from '../dispute/money.ts'
import { breachWays } from '../dispute/performance.ts'
import { remindWays } from '../dispute/session.ts'
import type { DisputeViewOut } from '../dispute/view.query.ts'

export type DisputeFile = NonNullable<DisputeViewOut['file']>
interface Opt {
  value: string
  label: string
  disabled?: boolean
}
/** One field of a move's form. `date` may be typed; `yuan` is shown in yuan and sent in fen; `tick` must be ticked, `check` may. */
export interface FormField {
  key: string
  label: string
  type: 'line' | 'text' | 'date' | 'pick' | 'many' | 'tick' | 'check' | 'number' | 'yuan' | 'words'
  hint?: string | ((values: Record<string, unknown>, f: DisputeFile) => string | undefined)
  /** The least number; one when not said. */
  least?: number
  options?: (f: DisputeFile, today: Day) => Opt[]
  initial?: unknown
  /** What stands there until it is typed over, from what was chosen before. */
  known?: (f: DisputeFile, values: Record<string, unknown>) => unknown
  /** Only asked where there is something to choose. */
  when?: (f: DisputeFile) => boolean
  /** A day to come is meant, when no year is written. */
  ahead?: true
  /** Choosing anew forgets what was typed for the one before. */
  restarts?: true
}
const line = (key: string, label: string, more: Partial<FormField> = {}): FormField => ({
  key,
  label,
  type: 'line',
  ...more,
})
const area = (key: string, label: string, more: Partial<FormField> = {}): FormField => ({
  key,
  label,
  type: 'text',
  ...more,
})
const date = (key: string, label: string, more: Partial<FormField> = {}): FormField => ({
  key,
  label,
  type: 'date',
  ...more,
})
const tick = (key: string, label: string): FormField => ({ key, label, type: 'tick' })
const check = (key: string, label: string, more: Partial<FormField> = {}): FormField => ({
  key,
  label,
  type: 'check',
  initial: false,
  ...more,
})
const pick = (key: string, label: string, choice: Choice, more: Partial<FormField> = {}): FormField => ({
  key,
  label,
  type: 'pick',
  options: () => options(choice),
  ...more,
})
const parties = (f: DisputeFile): Opt[] =>
  f.parties.filter((p) => p.role === 'party').map((p) => ({ value: p.id, label: p.name }))
const anyone: FormField = {
  key: 'partyId',
  label: '当事人',
  type: 'pick',
  options: (f) => f.parties.map((p) => ({ value: p.id, label: p.name })),
}
const reachable = (f: DisputeFile): Opt[] =>
  f.parties.filter((p) => messageRefusal(p) === null).map((p) => ({ value: p.id, label: p.name }))
const people = (f: DisputeFile): Opt[] => f.candidates.map((c) => ({ value: c.staffId, label: c.name }))
/** Those who could mediate, with what they know best; whoever must step aside can't be chosen. */
const mediators = (f: DisputeFile): Opt[] =>
  f.candidates.map((c) => ({
    value: c.staffId,
    label: `${c.name}${c.aside ? '（应当回避）' : c.fields.length ? `（${c.fields.join('、')}）` : ''}`,
    disabled: c.aside,
  }))
/** What papers say of a party; `known` as it stands for the one chosen. */
const ofParty = (known: boolean): FormField[] => {
  const of = (f: FormField): FormField =>
    known
      ? {
          ...f,
          initial: undefined,
          known: (file, v) =>
            (file.parties.find((p) => p.id === v.partyId) as Record<string, unknown> | undefined)?.[f.key],
        }
      : f
  return [
    line('name', '姓名或名称'),
    pick('kind', '类别', partyKinds, { initial: 'person' }),
    {
      key: 'sex',
      label: '性别',
      type: 'pick',
      options: () => ['男', '女'].map((x) => ({ value: x, label: x })),
      initial: '',
    },
    line('ethnicity', '民族'),
    { key: 'age', label: '年龄', type: 'number', least: 0 },
    line('occupation', '职业或职务'),
    line('phone', '电话'),
    line('address', '住址'),
    line('idType', '核对过的证件', { hint: '如 身份证、营业执照；委托代理人写授权委托书' }),
    line('idLast4', '证件号码后四位'),
    area('claim', '要求'),
  ].map((f) => of(f as FormField))
}
const agreementName = (f: DisputeFile, id: string) => {
  const all = standing(f)
  return all.length > 1 ? `协议${all.findIndex((a) => a.id === id) + 1} ` : ''
}
const performances =
  (due: boolean) =>
  (f: DisputeFile, today: Day): Opt[] =>
    live(f)
      .filter((p) => p.status !== 'done' && (!due || p.dueOn < today))
      .map((p) => ({ value: p.id, label: `${agreementName(f, p.agreementId)}${p.n}．${p.what}（${p.dueOn}）` }))
/** Which agreement, where more than one would do. */
const agreement = (fits: (a: DisputeFile['agreements'][number]) => boolean): FormField => ({
  key: 'agreementId',
  label: '哪一份协议',
  type: 'pick',
  when: (f) => standing(f).filter(fits).length > 1,
  options: (f) =>
    standing(f)
      .filter(fits)
      .map((a) => ({ value: a.id, label: `${agreementName(f, a.id)}${a.effectiveOn} ${a.whole ? '' : '部分'}协议` })),
})
/** One signature under what waits for signatures. */
const signature: FormField[] = [
  {
    key: 'by',
    label: '谁签',
    type: 'pick',
    options: (f) => {
      const a = toSign(f)
      const signed = new Set(a?.signatures.map((s) => s.by))
      // Each of several mediators signs.
      if (a && missingSignatures(f, a).includes('调解员')) signed.delete('mediator')
      return [
        ...f.parties.map((p) =>
          p.role === 'party'
            ? { value: p.id, label: p.name }
            : {
                value: `${p.forId}/${p.id}`,
                label: `${f.parties.find((x) => x.id === p.forId)?.name ?? ''}（${partyRoles[p.role]}${p.name}代签）`,
              },
        ),
        { value: 'mediator', label: '调解员本人' },
        { value: 'seal', label: '调解委员会印章' },
      ].filter((x) => !signed.has(x.value.split('/')[0]!))
    },
  },
  {
    key: 'how',
    label: '方式',
    type: 'pick',
    options: () => ['签名', '盖章', '按指印'].map((x) => ({ value: x, label: x })),
  },
  date('onDay', '日期'),
]

/** The forms of all moves but the agreement's, which has a page of its own. */
export const disputeForms: Record<string, FormField[]> = {
  askConsent: [
    { key: 'partyId', label: '当事人', type: 'pick', options: parties },
    {
      key: 'consent',
      label: '意愿',
      type: 'pick',
      options: () => options(consents).filter((x) => x.value !== 'asked'),
    },
    area('words', '当事人的话（照录）'),
    date('onDay', '日期'),
    check('messages', '同意用短信通知'),
  ],
  tellRights: [
    pick('way', '告知方式', rightsWays),
    {
      key: 'open',
      label: '调解是否公开',
      type: 'pick',
      options: () => [
        { value: 'yes', label: '公开' },
        { value: 'no', label: '不公开' },
      ],
    },
    date('onDay', '日期'),
    tick('read', '已向双方宣读或交付权利义务告知书'),
  ],
  accept: [],
  notAccept: [
    pick('ground', '理由', notAcceptGrounds),
    area('detail', '说明'),
    area('remedies', '告知的途径', { hint: '仲裁、行政、司法等' }),
    tick('remedyTold', '已告知当事人'),
  ],
  assign: [
    { key: 'mediatorIds', label: '调解员', type: 'many', options: mediators },
    pick('how', '怎样确定', mediatorHows),
    line('reason', '理由', { hint: '更换调解员时必填' }),
  ],
  keepParty: [{ ...anyone, restarts: true }, ...ofParty(true)],
  addParty: [
    pick('role', '是什么人', partyRoles),
    {
      key: 'forId',
      label: '是谁的代理人、监护人',
      type: 'pick',
      hint: '新的当事人不选',
      options: parties,
      initial: null,
    },
    pick('side', '哪一方', sides, { hint: '代理人、监护人随他代的人', initial: 'applicant' }),
    ...ofParty(false),
    check('told', '新的当事人：已向其告知权利义务', { when: (f) => f.rightsToldOn !== null }),
  ],
  recuse: [
    {
      key: 'staffId',
      label: '回避的调解员',
      type: 'pick',
      options: (f) => people(f).filter((p) => f.mediatorIds.includes(p.value)),
    },
    area('reason', '理由'),
  ],
  planSession: [
    date('onDay', '日期', { ahead: true }),
    line('time', '时间', { hint: '如 上午九时' }),
    line('place', '地点'),
    check('messages', '给同意用短信通知的当事人发短信'),
  ],
  askMessages: [anyone, check('agreed', '同意用短信通知（不勾选就是不同意）')],
  sendMessage: [{ ...anyone, options: reachable }, pick('about', '通知什么', messageAbouts)],
  holdSession: [
    date('onDay', '日期'),
    line('place', '地点'),
    line('came', '到场的人'),
    { key: 'minutes', label: '用时（分钟）', type: 'number' },
    area('body', '各方说了什么'),
    area('offers', '提出的方案'),
    tick('readBack', '已当场宣读或交当事人核对'),
  ],
  caucus: [
    { key: 'partyId', label: '和谁谈', type: 'pick', options: parties },
    date('onDay', '日期'),
    area('body', '谈话要点', { hint: '只有您本人看得到' }),
  ],
  investigate: [
    date('onDay', '日期'),
    line('place', '地点'),
    line('whom', '被调查人、在场的人'),
    area('body', '调查内容'),
  ],
  addEvidence: [
    date('onDay', '日期'),
    line('name', '证据名称'),
    line('from', '谁提供'),
    area('body', '说明'),
    { key: 'pages', label: '页数', type: 'number', initial: 1 },
  ],
  remindParty: [anyone, date('onDay', '日期'), pick('way', '方式', remindWays), area('body', '通知了什么、对方怎么说')],
  inviteHelper: [line('name', '姓名'), line('as', '身份'), tick('agreed', '双方当事人都同意')],
  reportDanger: [
    pick('kind', '什么危险', dangers),
    area('facts', '看到、听到了什么'),
    line('to', '已经向谁报告', {
      hint: (v) => (v.kind ? `应当报告：${dangerTo[v.kind as keyof typeof dangers]}` : '公安机关、110、派出所等'),
    }),
    line('time', '几点报告'),
    area('measures', '采取的措施'),
    tick('reported', '已经电话报告'),
  ],
  escalate: [area('reason', '理由'), check('agreed', '双方同意移送')],
  joinUp: [
    { key: 'units', label: '参加的单位', type: 'words', hint: '几个单位用顿号隔开' },
    line('lawyer', '律师'),
    line('judge', '指导的法官'),
    area('reason', '理由'),
  ],
  sendDown: [
    {
      key: 'stationId',
      label: '交给哪个站点',
      type: 'pick',
      options: (f) => f.below.map((x) => ({ value: x.id, label: x.name })),
    },
    area('reason', '理由'),
  ],
  fail: [
    {
      key: 'why',
      label: '原因',
      type: 'pick',
      options: () => [
        { value: 'noAgreement', label: '没有达成协议' },
        { value: 'partyStops', label: '当事人要求终止' },
      ],
    },
    area('reason', '说明'),
    area('remedies', '告知的途径', { hint: '仲裁、行政、司法等' }),
    tick('remedyTold', '已告知当事人'),
    area('agreedFacts', '无争议的事实', { hint: '须双方同意才记录' }),
    check('factsConsent', '双方同意记录上述事实'),
  ],
  sign: signature,
  putInWriting: signature,
  voidDraft: [area('reason', '理由')],
  applyConfirm: [
    agreement((a) => confirmRefusal(a) === null),
    date('appliedOn', '申请日期'),
    line('court', '向哪个人民法院'),
    tick('both', '双方共同申请'),
    check('property', '只申请确认赡养、财产等内容，不涉及婚姻、收养等身份关系', { when: (f) => f.kind === 'family' }),
  ],
  courtAccepts: [
    agreement((a) => a.confirm?.result === null && !a.confirm.acceptedOn),
    date('acceptedOn', '法院受理日期'),
  ],
  courtDecides: [
    agreement((a) => a.confirm?.result === null),
    pick('result', '结果', confirmResults),
    date('resultOn', '日期'),
    line('ruling', '裁定书文号'),
  ],
  perform: [
    { key: 'performanceId', label: '哪一项', type: 'pick', options: performances(false) },
    date('onDay', '日期'),
    {
      key: 'fen',
      label: '金额（元）',
      type: 'yuan',
      hint: (v, f) => {
        const p = f.performances.find((x) => x.id === v.performanceId)
        return p && p.amountFen !== null ? `还应履行 ${inFigures(p.amountFen - p.paidFen)} 元` : '不是付款的不填'
      },
    },
    area('proof', '凭证', { hint: '收条、转账记录、现场查看等' }),
  ],
  breach: [
    { key: 'performanceId', label: '哪一项', type: 'pick', options: performances(true) },
    area('reason', '没有履行的原因'),
    pick('way', '接下来', breachWays),
    tick('told', '已告知对方可以怎样做'),
    check('agreed', '双方愿意再行调解'),
  ],
  assignFollower: [
    { key: 'staffId', label: '回访人', type: 'pick', options: people },
    date('onDay', '回访期限', { ahead: true }),
  ],
  followUp: [
    date('onDay', '日期'),
    pick('satisfaction', '评价', satisfactions),
    line('performance', '履行情况'),
    area('said', '当事人的话'),
    line('risk', '还有没有隐患', { hint: '没有的不填；有的要定下再次回访的日期' }),
    date('againOn', '再次回访', { hint: '需要的才填', initial: '', ahead: true }),
  ],
  close: [
    area('note', '说明', {
      hint: (_, f) => (f.state === 'breached' ? '未履行的，写明当事人走了哪条路（执行、起诉）' : '可以不填'),
    }),
  ],
}

/** The further steps as the menu groups them; every step stands in one. */
export const stepGroups: { name: string; steps: string[] }[] = [
  {
    name: '调解',
    steps: [
      'accept',
      'assign',
      'recuse',
      'planSession',
      'holdSession',
      'caucus',
      'investigate',
      'addEvidence',
      'inviteHelper',
    ],
  },
  {
    name: '当事人',
    steps: ['askConsent', 'tellRights', 'keepParty', 'addParty', 'remindParty', 'askMessages', 'sendMessage'],
  },
  { name: '协议', steps: ['draftAgreement', 'sign', 'putInWriting', 'voidDraft', 'perform', 'breach'] },
  { name: '司法确认', steps: ['applyConfirm', 'courtAccepts', 'courtDecides'] },
  { name: '移送、终止', steps: ['escalate', 'joinUp', 'sendDown', 'notAccept', 'fail'] },
  { name: '危险', steps: ['reportDanger'] },
  { name: '回访、归档', steps: ['assignFollower', 'followUp', 'close'] },
]
