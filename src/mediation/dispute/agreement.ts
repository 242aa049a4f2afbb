import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { dueOf } from '../../petitions/clocks.ts'
import { DayText } from '../../petitions/petition.ts'
import { heads } from '../network/network.ts'
import {
  type Agreement,
  confirmResults,
  currentAgreement,
  type Dispute,
  type DisputeKind,
  type Performance,
  partyRoles,
  principals,
  type Signature,
  satisfactions,
} from './dispute.ts'
import { inFigures, money, sumsDisagree, sumsIn } from './money.ts'
import { type DisputeChange, disputeMove, first, inState, leads, mediates, need, text } from './move.ts'

/** Clauses that come up again and again; 〔 〕 is filled in by hand. */
export const clauseLibrary: { key: string; title: string; text: string; kinds?: DisputeKind[] }[] = [
  { key: 'pay', title: '一次付清', text: '〔甲方〕于〔日期〕前一次付给〔乙方〕〔金额大写（￥小写）〕。' },
  {
    key: 'instalments',
    title: '分期付款',
    text: '〔甲方〕分〔几〕期付给〔乙方〕〔金额大写（￥小写）〕，各期日期和金额见履行约定；任何一期逾期的，其余各期一并到期。',
  },
  {
    key: 'boundary',
    title: '划定界线',
    text: '双方以〔界址〕为界，各自使用，任何一方不得越界建房、种植、堆放。',
    kinds: ['neighbour', 'homestead', 'land'],
  },
  {
    key: 'remove',
    title: '清除、恢复',
    text: '〔甲方〕于〔日期〕前清除〔物〕，恢复原状，费用由〔甲方〕负担。',
    kinds: ['neighbour', 'homestead', 'land', 'pollution'],
  },
  {
    key: 'passage',
    title: '通行、排水',
    text: '〔甲方〕允许〔乙方〕经〔位置〕通行（排水），〔乙方〕不得扩大使用，造成损害的予以赔偿。',
    kinds: ['neighbour', 'homestead'],
  },
  {
    key: 'support',
    title: '赡养',
    text: '各子女每月〔日〕前各付给〔父母〕赡养费〔金额大写（￥小写）〕，生病的医疗费按〔办法〕分担，并经常看望。',
    kinds: ['family'],
  },
  {
    key: 'wages',
    title: '支付工资',
    text: '〔用人单位〕于〔日期〕前付清〔劳动者〕〔起止〕的工资〔金额大写（￥小写）〕。',
    kinds: ['labour', 'contract'],
  },
  {
    key: 'medical',
    title: '医疗费等赔偿',
    text: '〔甲方〕赔偿〔乙方〕医疗费、误工费等共〔金额大写（￥小写）〕，于〔日期〕前付清。',
    kinds: ['damage', 'traffic', 'medical'],
  },
  { key: 'apology', title: '赔礼道歉', text: '〔甲方〕当面向〔乙方〕赔礼道歉。' },
  { key: 'settled', title: '一次了结', text: '以上履行完毕后，双方就本纠纷再无其他争议。' },
  { key: 'costs', title: '不收费用', text: '本次调解不收取任何费用。' },
]

/**
 * What an agreement may not contain, by its own words. The words give a warning a person reads; these few are refused outright:
 * no private agreement settles status, criminal liability, or another's right, and none is the price of withdrawing a petition.
 */
const unlawful: { test: RegExp; says: string }[] = [
  {
    test: /(?:不再|不得|不能|不许|不准|放弃|保证不|承诺不|永不|绝不|决不|今后不|以后不)[^。；，可]{0,12}(?:信访|上访|反映问题|举报|检举|控告|投诉|报案|报警|告状|起诉|诉讼|打官司|申诉|仲裁|复议)|不(?:上访|信访|举报|报警|告状|起诉)/,
    says: '协议不得限制当事人信访、举报、报警、起诉的权利',
  },
  {
    test: /(撤回|撤销|撤掉)[^。；]{0,8}(信访|举报|检举|控告|报案|投诉)|息访|息诉/,
    says: '不能以撤回信访、举报、报案作为履行的条件',
  },
  { test: /(不追究|免除|放弃追究|私了)[^。；]{0,8}刑事责任/, says: '刑事责任不能由调解协议处分' },
  {
    test: /(解除|终止|恢复|确认)[^。；]{0,6}(婚姻关系|收养关系|亲子关系|父子关系|母子关系)/,
    says: '身份关系不能由调解协议确认或者解除，请到有权机关办理',
  },
  { test: /(买卖|转让)[^。；]{0,8}(宅基地|耕地)[^。；]{0,4}(所有权)/, says: '土地所有权不能由当事人处分' },
  {
    test: /(罚款|拘禁|关押|体罚|扣押身份证|限制[^。；]{0,4}(人身自由|出门|外出))/,
    says: '调解协议不得约定处罚、限制人身自由',
  },
  {
    test: /(保密费|封口费|赌债|高利贷|代孕|彩礼换)/,
    says: '赌债、高利贷等不受法律保护，不能写进协议',
  },
  { test: /断绝[^。；]{0,6}关系/, says: '协议不得违背公序良俗' },
]
/** The sentence of what may not stand in an agreement; null when nothing of the kind is found. A person still reads it. */
export const unlawfulIn = (words: string): string | null => unlawful.find((u) => u.test.test(words))?.says ?? null

/** 民事诉讼法第二百零五条、司法解释第三百五十五条：不予确认的. Whether the court confirms agreements on this kind of dispute at all. */
export const confirmable = (d: Pick<Dispute, 'kind'>): string | null =>
  d.kind === 'family' ? '涉及婚姻、收养、亲子等身份关系的内容，法院不予确认；赡养、财产等内容可以申请' : null

export const PerformanceInput = z.object({
  what: need(200, '请写明履行什么'),
  way: need(60, '请写明怎样履行'),
  payerId: z.uuid('请选择由谁履行'),
  payeeId: z.uuid('请选择向谁履行'),
  amountFen: z.int('金额精确到分').min(1, '金额应大于零').max(100_000_000_000).nullable().default(null),
  dueOn: DayText,
})

/** Mediators who have not signed; a signature kept without its mediator counts for all. Nobody mediating leaves one missing. */
const mediatorsLeft = (d: Pick<Dispute, 'mediatorIds'>, a: Pick<Agreement, 'signatures'>): number => {
  const by = a.signatures.filter((s) => s.by === 'mediator')
  return by.some((s) => !s.staffId)
    ? 0
    : Math.max(d.mediatorIds.filter((id) => !by.some((s) => s.staffId === id)).length, by.length ? 0 : 1)
}

/** What is still missing of the signatures: names, in the order of the parties; then every mediator; then the seal. */
export const missingSignatures = (
  d: Pick<Dispute, 'parties' | 'mediatorIds'>,
  a: Pick<Agreement, 'signatures'>,
): string[] => {
  const has = (by: string) => a.signatures.some((s) => s.by === by)
  const left = mediatorsLeft(d, a)
  return [
    ...principals(d)
      .filter((p) => !has(p.id))
      .map((p) => p.name),
    ...Array.from({ length: left }, () => '调解员'),
    ...(has('seal') ? [] : ['调解委员会印章']),
  ]
}

const owed = (list: readonly { amountFen: number | null }[]) => list.reduce((n, p) => n + (p.amountFen ?? 0), 0)

/**
 * Whether the one sum the clauses name is none of what is to be paid, singly or in all: then one of the two was mistyped. Clauses that
 * name several sums may speak of what was owed before, and a person reads them.
 */
export const sumsApart = (clauses: string, list: readonly { amountFen: number | null }[]): string | null => {
  const named = new Set(sumsIn(clauses).map((s) => s.figures))
  const [one] = named
  const all = owed(list)
  return named.size === 1 && all > 0 && one !== all && !list.some((p) => p.amountFen === one)
    ? `条款写的是 ${inFigures(one!)} 元，履行约定合计 ${inFigures(all)} 元，两处不一致，请核对`
    : null
}

const latest = (days: Day[]): Day => days.sort().at(-1)!

/** When the return visit is due: a fortnight after the last performance, or after it took effect. */
export const followUpDay = (from: Day): Day => addDays(from, 15)

const Draft = z.object({
  form: z.enum(['written', 'oral'], { error: '请选择书面或口头' }),
  whole: z.boolean(),
  facts: need(5000, '请写明主要事实、争议事项和各方责任'),
  issues: text(2000).default(''),
  clauses: z
    .array(z.object({ key: z.string().max(30), text: need(1000, '请填写条款') }))
    .min(1, '协议至少有一条')
    .max(30),
  performances: z.array(PerformanceInput).max(60).default([]),
})

export const draftAgreement = disputeMove({
  label: '拟订协议',
  input: Draft,
  refusal: (d, me) =>
    first(
      inState(d, 'mediating', 'signing'),
      mediates(d, me),
      !d.records.some((r) => r.kind === 'session') && '还没有调解记录',
      d.agreements.some((a) => a.status === 'draft' && a.signatures.length > 0) && '已经有人签名，要改的先作废这一稿',
    ),
  decide: (d, input, _me, today, { calendar }): DisputeChange => {
    for (const [i, c] of input.clauses.entries()) {
      const no = unlawfulIn(c.text)
      if (no) throw new Invalid(no, { [`clauses.${i}.text`]: no })
    }
    for (const [i, p] of input.performances.entries()) {
      const no = unlawfulIn(`${p.what}；${p.way}`)
      if (no) throw new Invalid(no, { [`performances.${i}.what`]: no })
    }
    if (/[〔〕]/.test(input.clauses.map((c) => c.text).join('')))
      throw new Invalid('条款里还有〔 〕没有填', { clauses: '请把〔 〕填写完整' })
    for (const [i, c] of input.clauses.entries()) {
      const no = sumsDisagree(c.text)
      if (no) throw new Invalid(no, { [`clauses.${i}.text`]: no })
    }
    const apart = sumsApart(input.clauses.map((c) => c.text).join('\n'), input.performances)
    if (apart) throw new Invalid(apart, { clauses: apart })
    const ids = new Set(principals(d).map((p) => p.id))
    input.performances.forEach((p, i) => {
      if (!ids.has(p.payerId) || !ids.has(p.payeeId))
        throw new Invalid('履行的双方应当是当事人', { [`performances.${i}`]: '请选择当事人' })
      if (p.payerId === p.payeeId)
        throw new Invalid('履行方和接受方是同一人', { [`performances.${i}.payeeId`]: '请另选' })
      if (p.dueOn < today) throw new Invalid('履行日期不能早于今天', { [`performances.${i}.dueOn`]: '不能早于今天' })
    })
    const old = d.agreements.find((a) => a.status === 'draft')
    const oral = input.form === 'oral'
    const row: Omit<Agreement, 'id' | 'n'> = {
      status: oral ? 'effective' : 'draft',
      form: input.form,
      whole: input.whole,
      facts: input.facts,
      issues: input.issues,
      clauses: input.clauses,
      amountFen: owed(input.performances),
      madeOn: today,
      signatures: [],
      sealedOn: null,
      effectiveOn: oral ? today : null,
      // 第三十条：口头协议自达成之日起生效.
      confirmBy: oral ? dueOf('D16', { from: today }, calendar).due : null,
      confirm: null,
    }
    return {
      says: oral ? '记录口头协议，自达成之日起生效' : `拟订${input.whole ? '' : '部分'}调解协议`,
      ...(old ? { voids: old.id } : {}),
      set: { state: 'signing', nextOn: null, ...(oral ? effectiveSet(d, input.performances, today) : {}) },
      agreement: { new: true, row },
      performances: {
        new: input.performances.map((p, i) => ({
          ...p,
          n: i + 1,
          paidFen: 0,
          status: 'due',
          doneOn: null,
          proofs: [],
        })),
      },
      records: [
        {
          kind: 'agreement',
          onDay: today,
          body: `${oral ? '达成口头协议' : '拟订协议'}：${input.clauses.map((c) => c.text).join('')}`,
        },
      ],
      ...(oral ? { papers: [{ kind: 'mediationOral' }], matters: { event: 'agreed' as const, onDay: today } } : {}),
    }
  },
})

/** What becomes of the dispute when its agreement takes effect. */
const effectiveSet = (_d: Dispute, list: readonly { amountFen: number | null; dueOn: Day }[], on: Day) => {
  const last = latest([on, ...list.map((p) => p.dueOn)])
  return {
    state: list.length ? ('performing' as const) : ('performed' as const),
    agreedOn: on,
    effectiveOn: on,
    owedFen: owed(list),
    paidFen: 0,
    ...(list.length ? {} : { performedOn: on }),
    followUpOn: followUpDay(last),
  }
}

/** 第二十九条：各方签名、盖章或者按指印，调解员签名并加盖印章之日起生效. One signature at a time; the last one makes it effective. */
export const sign = disputeMove({
  label: '记录签名、盖章',
  primary: (d) => d.state === 'signing',
  input: z.object({
    by: z.string().min(1, '请选择谁签'),
    how: z.enum(['签名', '盖章', '按指印'], { error: '请选择签名、盖章或按指印' }),
    onDay: DayText,
  }),
  refusal: (d, me) => first(inState(d, 'signing'), mediates(d, me)),
  decide: (d, input, me, today, { calendar }): DisputeChange => {
    const a = currentAgreement(d)
    if (a?.status !== 'draft') throw new Invalid('没有待签的协议')
    if (input.onDay > today || input.onDay < a.madeOn)
      throw new Invalid('签名日期应在拟订之后、不晚于今天', { onDay: '日期不对' })
    const [by = '', through] = input.by.split('/')
    const party = principals(d).find((p) => p.id === by)
    const agent = through ? d.parties.find((p) => p.id === through && p.forId === by) : undefined
    if (through && !agent) throw new Invalid('代签的应当是这一方的代理人、监护人', { by: '请选择' })
    if (!party && input.by !== 'mediator' && input.by !== 'seal') throw new Invalid('请选择谁签', { by: '请选择' })
    if (input.by === 'mediator' && !d.mediatorIds.includes(me.staffId))
      throw new Invalid('由承办的调解员本人签名', { by: '由调解员本人签名' })
    if (input.by === 'seal' && !heads(me, d.stationId))
      throw new Invalid('由本站主任、副主任加盖调解委员会印章', { by: '由主任盖章' })
    if (a.signatures.some((s) => s.by === by && (by !== 'mediator' || s.staffId === me.staffId)))
      throw new Invalid('已经签过', { by: '已经签过' })
    const signature: Signature = {
      by,
      staffId: by === 'mediator' ? me.staffId : null,
      name: party
        ? `${party.name}${agent ? `（${partyRoles[agent.role]}${agent.name}代）` : ''}`
        : by === 'mediator'
          ? me.name
          : '调解委员会',
      how: by === 'seal' ? '盖章' : input.how,
      on: input.onDay,
    }
    const signatures = [...a.signatures, signature]
    const left = missingSignatures(d, { signatures })
    const sealedOn = input.by === 'seal' ? input.onDay : a.sealedOn
    if (left.length > 0)
      return {
        says: `协议${signature.how}一处，还差 ${left.length} 处`,
        agreement: { new: false, id: a.id, row: { signatures, sealedOn } },
      }
    const on = latest([a.madeOn, ...signatures.map((s) => s.on)])
    const mine = d.performances.filter((p) => p.agreementId === a.id)
    return {
      says: `各方签名、调解员签名、盖章齐全，协议自 ${on} 生效`,
      set: effectiveSet(d, mine, on),
      agreement: {
        new: false,
        id: a.id,
        row: {
          signatures,
          sealedOn,
          status: 'effective',
          effectiveOn: on,
          confirmBy: dueOf('D16', { from: on }, calendar).due,
        },
      },
      records: [{ kind: 'agreement', onDay: today, body: `协议自 ${on} 生效。` }],
      papers: [{ kind: 'mediationAgreement', about: String(a.n) }],
      matters: { event: 'agreed' as const, onDay: on },
      ...(d.registeredBy ? { tell: [{ staffId: d.registeredBy, says: `您登记的纠纷 ${d.number} 已达成协议` }] } : {}),
    }
  },
})

export const voidDraft = disputeMove({
  label: '作废这一稿协议',
  confirm: '作废后重新拟订，已有的签名一并作废。',
  input: z.object({ reason: need(500, '请写明理由') }),
  refusal: (d, me) => first(inState(d, 'signing'), mediates(d, me)),
  decide: (d, input, _me, today) => ({
    says: '作废一稿协议',
    set: { state: 'mediating' },
    agreement: { new: false, id: currentAgreement(d)!.id, row: { status: 'void' } },
    records: [{ kind: 'agreement', onDay: today, body: `作废这一稿协议：${input.reason}` }],
  }),
})

const effective = (d: Dispute) => {
  const a = d.agreements.findLast((x) => x.status === 'effective')
  return a ?? null
}
const live = (d: Dispute): Performance[] => d.performances.filter((p) => p.agreementId === effective(d)?.id)

/** 第三十三条：双方自协议生效之日起三十日内可以共同申请司法确认. */
export const applyConfirm = disputeMove({
  label: '共同申请司法确认',
  input: z.object({
    appliedOn: DayText,
    court: need(60, '请写明向哪个人民法院申请'),
    both: z.literal(true, { error: '须由双方共同申请' }),
    property: z.boolean().default(false),
  }),
  refusal: (d, me) => {
    const a = effective(d)
    return first(
      inState(d, 'performing', 'performed', 'breached'),
      mediates(d, me),
      a?.confirm != null && a.confirm.result === null && '已经申请，等待法院',
      a?.confirm?.result === 'confirmed' && '法院已经确认',
    )
  },
  decide: (d, input, _me, today) => {
    const a = effective(d)!
    if (input.appliedOn > today || input.appliedOn < a.effectiveOn!)
      throw new Invalid('申请日期应在协议生效之后、不晚于今天', { appliedOn: '日期不对' })
    const status = confirmable(d)
    if (status && !input.property) throw new Invalid(status, { property: '请确认只申请确认赡养、财产等内容' })
    if (input.appliedOn > a.confirmBy!)
      throw new Invalid(`共同申请的期限到 ${a.confirmBy} 为止（人民调解法第三十三条），已经过了`, {
        appliedOn: '已过期限',
      })
    return {
      says: `双方共同向法院申请司法确认`,
      agreement: {
        new: false,
        id: a.id,
        row: {
          confirm: {
            appliedOn: input.appliedOn,
            court: input.court,
            acceptedOn: null,
            dueOn: null,
            result: null,
            resultOn: null,
            ruling: '',
          },
        },
      },
      records: [{ kind: 'confirm', onDay: input.appliedOn, body: `双方共同向${input.court}申请司法确认。` }],
      papers: [{ kind: 'confirmationApplication', about: String(a.n) }],
    }
  },
})

export const courtAccepts = disputeMove({
  label: '法院受理确认申请',
  input: z.object({ acceptedOn: DayText }),
  refusal: (d, me) =>
    first(
      mediates(d, me),
      (effective(d)?.confirm ?? null) === null && '还没有申请司法确认',
      effective(d)?.confirm?.acceptedOn && '已登记法院受理',
      effective(d)?.confirm?.result && '法院已有结果',
    ),
  decide: (d, input, _me, today, { calendar }) => {
    const a = effective(d)!
    const c = a.confirm!
    if (input.acceptedOn > today || input.acceptedOn < c.appliedOn)
      throw new Invalid('受理日期应在申请之后、不晚于今天', { acceptedOn: '日期不对' })
    const dueOn = dueOf('D17', { from: input.acceptedOn }, calendar).due
    return {
      says: '法院受理司法确认申请',
      agreement: { new: false, id: a.id, row: { confirm: { ...c, acceptedOn: input.acceptedOn, dueOn } } },
      records: [{ kind: 'confirm', onDay: input.acceptedOn, body: `${c.court}受理，审查期限到 ${dueOn}。` }],
    }
  },
})

export const courtDecides = disputeMove({
  label: '登记法院裁定',
  input: z.object({ result: codes(confirmResults), resultOn: DayText, ruling: text(60).default('') }),
  refusal: (d, me) =>
    first(
      mediates(d, me),
      (effective(d)?.confirm ?? null) === null && '还没有申请司法确认',
      effective(d)?.confirm?.result && '已登记结果',
    ),
  decide: (d, input, _me, today) => {
    const a = effective(d)!
    const c = a.confirm!
    if (input.resultOn > today || input.resultOn < (c.acceptedOn ?? c.appliedOn))
      throw new Invalid('裁定日期应在受理之后、不晚于今天', { resultOn: '日期不对' })
    if (input.result !== 'withdrawn' && !c.acceptedOn)
      throw new Invalid('请先登记法院受理的日期', { resultOn: '请先登记受理' })
    if (input.result !== 'withdrawn' && input.ruling === '') throw new Invalid('请填写裁定书文号', { ruling: '请填写' })
    return {
      says: `司法确认：${confirmResults[input.result]}`,
      agreement: {
        new: false,
        id: a.id,
        row: { confirm: { ...c, result: input.result, resultOn: input.resultOn, ruling: input.ruling } },
      },
      records: [
        {
          kind: 'confirm',
          onDay: input.resultOn,
          body: `${c.court}${confirmResults[input.result]}${input.ruling ? `（${input.ruling}）` : ''}。${input.result === 'rejected' ? '双方可以变更协议、重新达成协议，或者向法院起诉。' : input.result === 'confirmed' ? '一方不履行或者未全部履行的，对方可以申请强制执行。' : ''}`,
        },
      ],
    }
  },
})

/**
 * A performance and what has been paid on it, counted again. Never more than what is owed.
 * Throws Invalid when this payment would exceed it.
 */
export const paid = (
  p: Pick<Performance, 'amountFen' | 'paidFen'>,
  fen: number | null,
): { paidFen: number; done: boolean } => {
  if (p.amountFen === null) return { paidFen: 0, done: true }
  if (fen === null || fen <= 0) throw new Invalid('请填写这次履行的金额', { fen: '请填写金额' })
  const total = p.paidFen + fen
  if (total > p.amountFen)
    throw new Invalid(`超过约定：还应履行 ${money(p.amountFen - p.paidFen)}`, { fen: '超过还应履行的金额' })
  return { paidFen: total, done: total === p.amountFen }
}

export const perform = disputeMove({
  label: '登记履行',
  primary: (d) => d.state === 'performing',
  input: z.object({
    performanceId: z.uuid('请选择哪一项履行'),
    onDay: DayText,
    fen: z.int('金额精确到分').min(1).nullable().default(null),
    proof: need(1000, '请写明凭证：收条、转账记录、现场查看等'),
  }),
  refusal: (d, me) => first(inState(d, 'performing', 'breached'), mediates(d, me)),
  decide: (d, input, me, today): DisputeChange => {
    const a = effective(d)!
    if (input.onDay > today || input.onDay < a.effectiveOn!)
      throw new Invalid('履行日期应在协议生效之后、不晚于今天', { onDay: '日期不对' })
    const p = live(d).find((x) => x.id === input.performanceId)
    if (!p || p.status === 'done') throw new Invalid('请选择还没有履行完的一项', { performanceId: '请选择' })
    const now = paid(p, input.fen)
    const rest = live(d).filter((x) => x.id !== p.id)
    const all = now.done && rest.every((x) => x.status === 'done')
    const breached = rest.some((x) => x.status === 'breached')
    const sum = now.paidFen + rest.reduce((n, x) => n + x.paidFen, 0)
    return {
      says: now.done ? '一项履行完毕' : '登记部分履行',
      set: {
        paidFen: sum,
        state: all ? 'performed' : breached ? 'breached' : 'performing',
        ...(all ? { performedOn: input.onDay, followUpOn: followUpDay(input.onDay) } : {}),
      },
      performances: {
        change: [
          {
            id: p.id,
            paidFen: now.paidFen,
            status: now.done ? 'done' : 'partial',
            doneOn: now.done ? input.onDay : null,
            proofs: [
              ...p.proofs,
              { on: input.onDay, fen: p.amountFen === null ? 0 : input.fen!, text: input.proof, by: me.name },
            ],
          },
        ],
      },
      records: [
        {
          kind: 'performance',
          onDay: input.onDay,
          body: `${p.what}${p.amountFen === null ? '' : `：履行 ${money(input.fen!)}`}；${input.proof}`,
          data: { performanceId: p.id },
        },
      ],
      ...(now.done ? { papers: [{ kind: 'performanceProof', about: `${a.n}-${p.n}` }] } : {}),
      ...(all ? { matters: { event: 'performed' as const, onDay: input.onDay } } : {}),
    }
  },
})

export const breachWays = {
  again: '双方愿意，再行调解',
  enforce: '已经司法确认，申请法院强制执行',
  court: '就协议的履行或内容向法院起诉',
} as const
/** Whether a way out of a breach is open: only a confirmed agreement can be enforced (第三十三条), else the court (第三十二条). */
export const breachRefusal = (d: Dispute, way: keyof typeof breachWays): string | null => {
  const confirmed = effective(d)?.confirm?.result === 'confirmed'
  return way === 'enforce' && !confirmed
    ? '协议没有经法院确认，不能申请强制执行，可以向法院起诉'
    : way === 'court' && confirmed
      ? '协议已经法院确认，可以直接申请强制执行，不必另行起诉'
      : null
}

export const breach = disputeMove({
  label: '登记未履行',
  input: z.object({
    performanceId: z.uuid('请选择哪一项履行'),
    reason: need(1000, '请写明没有履行的原因'),
    way: codes(breachWays),
    told: z.literal(true, { error: '请先把接下来可以怎样做告知对方' }),
    agreed: z.boolean().default(false),
  }),
  refusal: (d, me, today) =>
    first(
      inState(d, 'performing', 'breached'),
      mediates(d, me),
      !live(d).some((p) => p.status !== 'done' && p.dueOn < today) && '还没有到期未履行的约定',
    ),
  decide: (d, input, _me, today) => {
    const p = live(d).find((x) => x.id === input.performanceId)
    if (!p || p.status === 'done' || p.dueOn >= today)
      throw new Invalid('请选择到期没有履行的一项', { performanceId: '请选择' })
    const no = breachRefusal(d, input.way)
    if (no) throw new Invalid(no, { way: no })
    if (input.way === 'again' && !input.agreed) throw new Invalid('再行调解须双方愿意', { agreed: '请确认双方愿意' })
    return {
      says: `登记未履行；${breachWays[input.way]}`,
      matters: { event: 'breached', onDay: today },
      set: { state: input.way === 'again' ? 'mediating' : 'breached', nextOn: null },
      performances: { change: [{ id: p.id, status: 'breached' }] },
      records: [
        {
          kind: 'breach',
          onDay: today,
          body: `${p.what}到期没有履行：${input.reason}。接下来：${breachWays[input.way]}。`,
          data: { performanceId: p.id, way: input.way },
        },
      ],
    }
  },
})

/** The follow-up is somebody else's: neither mediator, nor one of before. */
export const assignFollower = disputeMove({
  label: '指定回访人',
  input: z.object({ staffId: z.uuid('请选择回访人'), onDay: DayText }),
  refusal: (d, me) =>
    first(
      inState(d, 'performing', 'performed', 'breached', 'failed', 'withdrawn'),
      leads(d, me),
      d.followedOn !== null && d.followUpOn === null && '已经回访',
    ),
  decide: (d, input, _me, today, { candidates }) => {
    if (d.mediatorIds.includes(input.staffId) || d.formerIds.includes(input.staffId))
      throw new Invalid('回访由没有承办过的人进行', { staffId: '请另选' })
    if (!candidates.some((c) => c.staffId === input.staffId))
      throw new Invalid('请选择本站现任成员', { staffId: '请另选' })
    if (input.onDay < today) throw new Invalid('日期不能早于今天', { onDay: '不能早于今天' })
    return {
      says: `指定回访人，${input.onDay} 前回访`,
      set: { followerId: input.staffId, followUpOn: input.onDay },
      tell: [{ staffId: input.staffId, says: `请于 ${input.onDay} 前回访 ${d.number}` }],
    }
  },
})

export const followUp = disputeMove({
  label: '回访',
  primary: (d, me) => d.followerId === me.staffId && d.followUpOn !== null,
  input: z.object({
    onDay: DayText,
    satisfaction: codes(satisfactions),
    performance: need(500, '请写明履行情况'),
    said: text(2000).default(''),
    risk: text(500).default(''),
    /** When to ask again; nothing when once is enough. */
    againOn: DayText.nullable().default(null),
  }),
  refusal: (d, me) =>
    first(
      inState(d, 'performing', 'performed', 'breached', 'failed', 'withdrawn'),
      (d.mediatorIds.includes(me.staffId) || d.formerIds.includes(me.staffId)) && '回访由没有承办过的人进行',
      d.followerId !== me.staffId && !heads(me, d.stationId) && '由指定的回访人或本站主任回访',
    ),
  decide: (d, input, _me, today) => {
    if (input.onDay > today || input.onDay < d.registeredOn) throw new Invalid('日期不对', { onDay: '日期不对' })
    if (input.againOn !== null && input.againOn <= today)
      throw new Invalid('再次回访的日期应在今天之后', { againOn: '应在今天之后' })
    if (input.risk !== '' && input.againOn === null)
      throw new Invalid('还有隐患的，请定下再次回访的日期', { againOn: '请填写' })
    const n = d.records.filter((r) => r.kind === 'followUp').length + 1
    return {
      says: `回访：${satisfactions[input.satisfaction]}`,
      set: { followedOn: input.onDay, satisfaction: input.satisfaction, followUpOn: input.againOn },
      records: [
        {
          kind: 'followUp',
          onDay: input.onDay,
          body: input.said,
          data: { n, satisfaction: input.satisfaction, performance: input.performance, risk: input.risk },
        },
      ],
      papers: [{ kind: 'mediationFollowUp', about: String(n) }],
    }
  },
})

/** What keeps a dossier from being closed; empty when nothing does. */
export const closeMissing = (d: Dispute): string[] => [
  ...(d.state === 'performed' && d.followedOn === null ? ['还没有回访'] : []),
  ...(d.followedOn !== null && d.followUpOn !== null ? [`还要在 ${d.followUpOn} 前再次回访`] : []),
  ...(effective(d)?.confirm != null && effective(d)!.confirm!.result === null ? ['司法确认还没有结果'] : []),
]

export const close = disputeMove({
  label: '归档',
  confirm: '归档后不再改动；再起纠纷的，另行登记并关联。',
  primary: (d) => d.state === 'performed' && closeMissing(d).length === 0,
  input: z.object({ note: text(1000).default('') }),
  refusal: (d, me) =>
    first(inState(d, 'performed', 'failed', 'notAccepted', 'withdrawn', 'breached'), leads(d, me), closeMissing(d)[0]),
  decide: (d, input, _me, today) => {
    if (d.state === 'breached' && input.note === '')
      throw new Invalid('未履行的归档，请写明当事人走了哪条路（执行、起诉）', { note: '请写明' })
    return {
      says: '归档',
      set: {
        state: 'closed',
        closedOn: today,
        ...(d.endReason === '' && d.state === 'breached' ? { endReason: '未履行，转司法途径', endedOn: today } : {}),
      },
      records: [{ kind: 'note', onDay: today, body: `归档。${input.note}`.trim() }],
    }
  },
})

export const agreementMoves = {
  draftAgreement,
  sign,
  voidDraft,
  applyConfirm,
  courtAccepts,
  courtDecides,
  perform,
  breach,
  assignFollower,
  followUp,
  close,
}
