import { z } from 'zod'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed, text } from '../../kit/text.ts'
import { dueForNow } from '../../petitions/clocks.ts'
import { DayText } from '../../petitions/petition.ts'
import { heads, type Mediator } from '../network/network.ts'
import { unlawfulIn } from './clauses.ts'
import {
  type Agreement,
  currentAgreement,
  type Dispute,
  live,
  partyRoles,
  principals,
  type Signature,
  spokenOnly,
  standing,
  unnamedCommittee,
} from './dispute.ts'
import { Fen, inFigures, sumAlone, sumsDisagree, sumsIn } from './money.ts'
import { type Around, type DisputeChange, disputeMove, first, inState, mediates } from './move.ts'

export const PerformanceInput = z.object({
  what: needed(200, '请写明履行什么'),
  way: needed(60, '请写明怎样履行'),
  payerId: z.uuid('请选择由谁履行'),
  payeeId: z.uuid('请选择向谁履行'),
  amountFen: Fen.min(1, '金额应大于零').nullable().default(null),
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
  /** Takes the place of what was agreed before, instead of standing beside it. */
  replaces: z.boolean().default(false),
  facts: needed(5000, '请写明主要事实、争议事项和各方责任'),
  issues: text(2000).default(''),
  clauses: z
    .array(z.object({ key: z.string().max(30), text: needed(1000, '请填写条款') }))
    .min(1, '协议至少有一条')
    .max(30, '条款太多，请合并'),
  performances: z.array(PerformanceInput).max(60, '履行太多，请合并').default([]),
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
      const no = sumsDisagree(c.text) ?? sumAlone(c.text)
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
    // Beside an agreement on part stands one on the rest; one that was not kept is agreed anew.
    const replaces = standing(d).length > 0 && (d.rest !== 'open' || input.replaces)
    const row: Omit<Agreement, 'id' | 'n'> = {
      status: oral ? 'effective' : 'draft',
      form: input.form,
      whole: input.whole,
      replaces,
      facts: input.facts,
      issues: input.issues,
      clauses: input.clauses,
      amountFen: owed(input.performances),
      madeOn: today,
      signatures: [],
      sealedOn: null,
      effectiveOn: oral ? today : null,
      writtenOn: null,
      // 第三十条：口头协议自达成之日起生效.
      confirmBy: oral ? dueForNow('D16', { from: today }, calendar).due : null,
      confirm: null,
    }
    return {
      says: oral ? '记录口头协议，自达成之日起生效' : `拟订${input.whole ? '' : '部分'}调解协议`,
      ...(old ? { voids: old.id } : {}),
      ...(oral ? takesEffect(d, row, input.performances, today) : { set: { state: 'signing' as const, nextOn: null } }),
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
      ...(oral ? { papers: [{ kind: 'mediationOral', about: String(d.agreements.length + 1) }] } : {}),
    }
  },
})

/** What becomes of the dispute when an agreement takes effect: one on part leaves the rest to be mediated on. */
const takesEffect = (
  d: Dispute,
  a: Pick<Agreement, 'whole' | 'replaces'>,
  list: readonly { amountFen: number | null; dueOn: Day }[],
  on: Day,
): Pick<DisputeChange, 'set' | 'replaces' | 'matters'> => {
  const kept = a.replaces ? [] : live(d)
  const undone = [...kept.filter((p) => p.status !== 'done'), ...list]
  const all = {
    nextOn: null,
    // The agreement reached first is what is counted; each keeps its own day.
    agreedOn: d.agreedOn ?? on,
    effectiveOn: d.effectiveOn ?? on,
    owedFen: owed([...kept, ...list]),
    paidFen: kept.reduce((n, p) => n + p.paidFen, 0),
    performedOn: null,
  }
  const { replaces } = a.replaces ? { replaces: standing(d).map((x) => x.id) } : { replaces: [] }
  if (!a.whole)
    return {
      set: { ...all, state: 'mediating', rest: 'open', followUpOn: null },
      replaces,
      matters: { event: 'partly', onDay: on },
    }
  return {
    set: {
      ...all,
      ...(d.rest === 'open' ? { rest: 'settled' as const } : {}),
      state: undone.some((p) => 'status' in p && p.status === 'breached')
        ? 'breached'
        : undone.length
          ? 'performing'
          : 'performed',
      ...(undone.length ? {} : { performedOn: on }),
      followUpOn: followUpDay(latest([on, ...undone.map((p) => p.dueOn)])),
    },
    replaces,
    matters: { event: 'agreed', onDay: on },
  }
}

const SignatureInput = z.object({
  by: z.string('请选择谁签').min(1, '请选择谁签'),
  how: z.enum(['签名', '盖章', '按指印'], { error: '请选择签名、盖章或按指印' }),
  onDay: DayText,
})

/** One more signature under an agreement; throws Invalid when it is not this person's to give or stands there already. */
const signed = (
  d: Dispute,
  a: Agreement,
  input: z.infer<typeof SignatureInput>,
  me: Mediator,
  today: Day,
  { stations }: Pick<Around, 'stations'>,
): { signatures: Signature[]; sealedOn: Day | null; left: string[]; how: string; on: Day } => {
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
        : stations.find((s) => s.id === d.stationId)?.committee || unnamedCommittee,
    how: by === 'seal' ? '盖章' : input.how,
    on: input.onDay,
  }
  const signatures = [...a.signatures, signature]
  return {
    signatures,
    sealedOn: by === 'seal' ? input.onDay : a.sealedOn,
    left: missingSignatures(d, { signatures }),
    how: signature.how,
    on: latest([a.madeOn, ...signatures.map((s) => s.on)]),
  }
}

/** 第二十九条：各方签名、盖章或者按指印，调解员签名并加盖印章之日起生效. One signature at a time; the last one makes it effective. */
export const sign = disputeMove({
  label: '记录签名、盖章',
  primary: (d) => d.state === 'signing',
  input: SignatureInput,
  refusal: (d, me) => first(inState(d, 'signing'), mediates(d, me)),
  decide: (d, input, me, today, around): DisputeChange => {
    const a = currentAgreement(d)
    if (a?.status !== 'draft') throw new Invalid('没有待签的协议')
    const { signatures, sealedOn, left, how, on } = signed(d, a, input, me, today, around)
    if (left.length > 0)
      return {
        says: `协议${how}一处，还差 ${left.length} 处`,
        agreement: { new: false, id: a.id, row: { signatures, sealedOn } },
      }
    return {
      says: `各方签名、调解员签名、盖章齐全，协议自 ${on} 生效`,
      ...takesEffect(
        d,
        a,
        d.performances.filter((p) => p.agreementId === a.id),
        on,
      ),
      agreement: {
        new: false,
        id: a.id,
        row: {
          signatures,
          sealedOn,
          status: 'effective',
          effectiveOn: on,
          confirmBy: dueForNow('D16', { from: on }, around.calendar).due,
        },
      },
      records: [{ kind: 'agreement', onDay: today, body: `协议自 ${on} 生效。` }],
      papers: [{ kind: 'mediationAgreement', about: String(a.n) }],
      ...(d.registeredBy ? { tell: [{ staffId: d.registeredBy, says: `您登记的纠纷 ${d.number} 已达成协议` }] } : {}),
    }
  },
})

/**
 * 第二十八条: by word of mouth where the parties see no need of a paper. The court asks for the paper, so whoever wants it confirmed has
 * the same agreement written down and signed. It was effective from its word (第三十条): its day and the thirty days stay.
 */
export const putInWriting = disputeMove({
  label: '口头协议补签书面',
  confirm: '内容与口头协议相同，各方、调解员签名并盖章；不改变口头协议的生效日期，也不延长共同申请司法确认的三十日。',
  input: SignatureInput,
  refusal: (d, me) =>
    first(
      inState(d, 'accepted', 'mediating', 'performing', 'performed', 'breached'),
      mediates(d, me),
      !standing(d).some(spokenOnly) && '没有要补签书面的口头协议',
    ),
  decide: (d, input, me, today, around): DisputeChange => {
    const a = standing(d).find(spokenOnly)!
    const { signatures, sealedOn, left, how, on } = signed(d, a, input, me, today, around)
    return {
      says: left.length ? `口头协议补签书面，${how}一处，还差 ${left.length} 处` : `口头协议于 ${on} 补签书面`,
      agreement: {
        new: false,
        id: a.id,
        row: { signatures, sealedOn, ...(left.length ? {} : { writtenOn: on }) },
      },
      ...(left.length
        ? {}
        : {
            records: [{ kind: 'agreement', onDay: today, body: `口头协议于 ${on} 补签书面。` }],
            papers: [{ kind: 'mediationAgreement', about: String(a.n) }],
          }),
    }
  },
})

export const voidDraft = disputeMove({
  label: '作废这一稿协议',
  confirm: '作废后重新拟订，已有的签名一并作废。',
  input: z.object({ reason: needed(500, '请写明理由') }),
  refusal: (d, me) => first(inState(d, 'signing'), mediates(d, me)),
  decide: (d, input, _me, today) => ({
    says: '作废一稿协议',
    set: { state: 'mediating' },
    agreement: { new: false, id: currentAgreement(d)!.id, row: { status: 'void' } },
    records: [{ kind: 'agreement', onDay: today, body: `作废这一稿协议：${input.reason}` }],
  }),
})

export const agreementMoves = { draftAgreement, sign, putInWriting, voidDraft }
