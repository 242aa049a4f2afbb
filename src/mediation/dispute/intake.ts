import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed, text } from '../../kit/text.ts'
import { dueOf } from '../../petitions/clocks.ts'
import { DayText } from '../../petitions/petition.ts'
import {
  consents,
  type Dispute,
  mediatorHows,
  notAcceptGrounds,
  PartyInput,
  partyRoles,
  principals,
  refusedNow,
  refuser,
  rightsWays,
  stepsAside,
} from './dispute.ts'
import { type DisputeChange, disputeMove, first, inState, leads, mediates, receives } from './move.ts'

const notAfter = (on: string, today: string, field: string) => {
  if (on > today) throw new Invalid('日期不能晚于今天', { [field]: '不能晚于今天' })
}

/** 第十七条：当事人一方明确拒绝调解的，不得调解. Each party is asked and answers in own words. */
export const askConsent = disputeMove({
  label: '记录当事人意愿',
  primary: (d) => d.state === 'registered' && !refuser(d) && principals(d).some((p) => p.consent === 'asked'),
  input: z.object({
    partyId: z.uuid('请选择当事人'),
    consent: z.enum(['yes', 'no'], { error: '请选择：愿意、明确拒绝' }),
    words: needed(1000, '请照录当事人的话'),
    onDay: DayText,
    messages: z.boolean().default(false),
  }),
  refusal: (d, me) => first(inState(d, 'registered', 'accepted'), receives(d, me)),
  decide: (d, input, _me, today) => {
    notAfter(input.onDay, today, 'onDay')
    if (input.onDay < d.registeredOn) throw new Invalid('日期不能早于登记', { onDay: '不能早于登记' })
    const p = principals(d).find((x) => x.id === input.partyId)
    if (!p) throw new Invalid('请选择当事人', { partyId: '请选择当事人' })
    return {
      says: `记录一方当事人的意愿：${consents[input.consent]}`,
      parties: [
        {
          id: p.id,
          consent: input.consent,
          consentWords: input.words,
          consentOn: input.onDay,
          messagesOn: input.messages ? input.onDay : p.messagesOn,
        },
      ],
      records: [
        { kind: 'consent', onDay: input.onDay, body: input.words, data: { partyId: p.id, consent: input.consent } },
      ],
    }
  },
})

/** 第二十三条、《若干规定》第三十条：调解前告知性质、原则、效力，和当事人的权利义务. */
export const tellRights = disputeMove({
  label: '告知权利义务',
  primary: (d) => d.state === 'registered' && !refuser(d) && d.rightsToldOn === null,
  input: z.object({
    onDay: DayText,
    way: codes(rightsWays),
    open: z.boolean('请选择：公开、不公开'),
    read: z.literal(true, { error: '请先向双方宣读或交付权利义务告知书' }),
  }),
  refusal: (d, me) =>
    first(inState(d, 'registered'), receives(d, me), d.rightsToldOn !== null && `已于 ${d.rightsToldOn} 告知`),
  decide: (d, input, _me, today) => {
    notAfter(input.onDay, today, 'onDay')
    if (input.onDay < d.registeredOn) throw new Invalid('日期不能早于登记', { onDay: '不能早于登记' })
    return {
      says: `${rightsWays[input.way]}告知双方权利义务；按当事人的意愿${input.open ? '公开' : '不公开'}进行`,
      set: { rightsToldOn: input.onDay, rightsWay: input.way, openSession: input.open },
      records: [
        {
          kind: 'rights',
          onDay: input.onDay,
          body: `${rightsWays[input.way]}告知调解的性质、原则、效力和双方的权利义务；当事人要求${input.open ? '公开' : '不公开'}进行。`,
        },
      ],
      papers: [{ kind: 'mediationRights' }],
    }
  },
})

/** Why mediation can't begin; null when both want it and both were told. */
export const startRefusal = (d: Pick<Dispute, 'parties' | 'rightsToldOn'>): string | null => {
  const no = refuser(d)
  if (no) return `${no.name}明确拒绝调解，不得调解（人民调解法第十七条）；请登记不予受理并告知其他途径`
  const asked = principals(d).filter((p) => p.consent !== 'yes')
  return first(
    asked.length > 0 && `还没有征得${asked.map((p) => p.name).join('、')}同意`,
    d.rightsToldOn === null && '还没有告知双方权利义务',
  )
}

/** What a dossier begins with: application or intake, identities, and an authorisation for each agent. */
const openingPapers = (d: Pick<Dispute, 'origin' | 'parties'>) => [
  { kind: d.origin === 'application' ? 'mediationApplication' : 'mediationIntake' },
  { kind: 'mediationIdentity' },
  ...d.parties.filter((p) => p.role === 'agent').map((p) => ({ kind: 'mediationAuthority', about: String(p.n) })),
]

export const accept = disputeMove({
  label: '受理',
  primary: (d) => d.state === 'registered' && startRefusal(d) === null,
  input: z.object({}),
  refusal: (d, me) =>
    first(
      inState(d, 'registered'),
      !me.seats.some((s) => s.stationId === d.stationId && s.duty !== 'expert') && '由本站人员受理',
      startRefusal(d),
    ),
  decide: (d, _input, _me, today, { calendar }) => ({
    says: '受理调解',
    number: true,
    set: { state: 'accepted', acceptedOn: today, dueOn: dueOf('D15', { from: today }, calendar).due },
    papers: openingPapers(d),
    matters: { event: 'accepted', onDay: today },
    ...(d.registeredBy ? { tell: [{ staffId: d.registeredBy, says: `您登记的纠纷 ${d.code} 已受理` }] } : {}),
  }),
})

export const notAccept = disputeMove({
  label: '不予受理',
  confirm: '登记不予受理后不再调解；当事人以后都愿意的，可以重新登记。',
  primary: (d) => d.state === 'registered' && refuser(d) !== undefined,
  input: z.object({
    ground: codes(notAcceptGrounds, '请选择不予受理的理由'),
    detail: text(1000).default(''),
    remedies: needed(1000, '请写明告知了哪些途径：仲裁、行政、司法'),
    remedyTold: z.literal(true, { error: '请先把其他途径告知当事人' }),
  }),
  refusal: (d, me) => first(inState(d, 'registered'), receives(d, me)),
  decide: (d, input, _me, today) => {
    if (input.ground === 'refused' && !refuser(d))
      throw new Invalid('没有哪一方明确拒绝：请先记录当事人的意愿', { ground: '请先记录当事人的意愿' })
    return {
      says: `不予受理：${notAcceptGrounds[input.ground]}；已告知其他途径`,
      set: { state: 'notAccepted', endedOn: today, endReason: notAcceptGrounds[input.ground], nextOn: null },
      records: [
        {
          kind: 'end',
          onDay: today,
          body: `${notAcceptGrounds[input.ground]}${input.detail ? `。${input.detail}` : ''}。告知的途径：${input.remedies}`,
          data: { ground: input.ground, reason: input.detail, remedies: input.remedies },
        },
      ],
      papers: [{ kind: 'mediationEnd' }],
      matters: { event: 'failed', onDay: today },
    }
  },
})

/** 第十九条：当事人选择，或者委员会指定，一名或者数名. */
export const assign = disputeMove({
  label: '确定调解员',
  primary: (d) => d.state === 'accepted' && d.mediatorIds.length === 0,
  input: z.object({
    mediatorIds: z.array(z.uuid()).min(1, '请选择调解员').max(3, '调解员不超过三人'),
    how: codes(mediatorHows),
    reason: text(300).default(''),
  }),
  refusal: (d, me) =>
    first(inState(d, 'accepted', 'mediating', 'performing', 'breached'), leads(d, me), refusedNow(d), startRefusal(d)),
  decide: (d, input, _me, today, { candidates }) => {
    const ids = [...new Set(input.mediatorIds)]
    for (const id of ids) {
      const c = candidates.find((x) => x.staffId === id)
      if (!c) throw new Invalid('所选的人不是本站现任的调解员', { mediatorIds: '请另选' })
      const no = stepsAside(c, d)
      if (no) throw new Invalid(no, { mediatorIds: no })
    }
    if (d.mediatorIds.length > 0 && input.reason === '')
      throw new Invalid('更换调解员请写明理由', { reason: '请写明理由' })
    const names = ids.map((id) => candidates.find((x) => x.staffId === id)!.name).join('、')
    return {
      says: `${mediatorHows[input.how]}调解员：${names}`,
      set: {
        // Handed on for performance, or after a breach, somebody sees to it; what stands, stands.
        state: d.state === 'performing' || d.state === 'breached' ? d.state : 'mediating',
        mediatorIds: ids,
        mediatorHow: input.how,
        formerIds: [...new Set([...d.formerIds, ...d.mediatorIds.filter((x) => !ids.includes(x))])],
      },
      records: [
        { kind: 'note', onDay: today, body: `${mediatorHows[input.how]}调解员：${names}。${input.reason}`.trim() },
      ],
      tell: ids.map((staffId) => ({ staffId, says: `请主持调解：${d.number} ${d.title}` })),
    }
  },
})

/** A mediator steps aside, by own wish or because a party asks; nothing of the dispute is seen any more. */
export const recuse = disputeMove({
  label: '调解员回避',
  confirm: '回避后，这位调解员看不到这件纠纷；需要另选调解员。',
  input: z.object({ staffId: z.uuid('请选择调解员'), reason: needed(300, '请写明回避的理由，或当事人不接受的话') }),
  refusal: (d, me) =>
    first(
      inState(d, 'accepted', 'mediating', 'signing'),
      d.mediatorIds.length === 0 && '还没有调解员',
      mediates(d, me),
    ),
  decide: (d, input, _me, today) => {
    if (!d.mediatorIds.includes(input.staffId)) throw new Invalid('他不是这件纠纷的调解员', { staffId: '请另选' })
    const left = d.mediatorIds.filter((x) => x !== input.staffId)
    return {
      says: '一名调解员回避',
      set: {
        mediatorIds: left,
        barredIds: [...d.barredIds, input.staffId],
        ...(left.length === 0 && d.state === 'mediating' ? { state: 'accepted' as const } : {}),
      },
      records: [{ kind: 'note', onDay: today, body: `一名调解员回避：${input.reason}` }],
    }
  },
})

/** A mediator has left the committee: what becomes of one of his disputes. He goes on seeing how it stands, like one who passed it on. */
export const steppedDown = (d: Dispute, staffId: string, today: Day, heads: readonly string[]): DisputeChange => {
  const left = d.mediatorIds.filter((x) => x !== staffId)
  return {
    says: '一名调解员离任，不再承办',
    set: {
      mediatorIds: left,
      formerIds: [...new Set([...d.formerIds, staffId])],
      ...(left.length === 0 && d.state === 'mediating' ? { state: 'accepted' as const } : {}),
    },
    records: [{ kind: 'note', onDay: today, body: '一名调解员离任，不再承办。' }],
    tell: heads.map((head) => ({ staffId: head, says: `${d.number ?? d.code} 的调解员已经离任，请另行确定` })),
  }
}

const Person = PartyInput.omit({ side: true, role: true, forIndex: true })
const partyWords: Record<keyof z.infer<typeof Person>, string> = {
  kind: '类别',
  name: '姓名',
  sex: '性别',
  ethnicity: '民族',
  age: '年龄',
  occupation: '职业',
  phone: '电话',
  address: '住址',
  idType: '证件',
  idLast4: '证件后四位',
  claim: '要求',
}

/** What the papers must say of a party (姓名、性别、民族、年龄、职业、联系方式、住址、身份证明), put right or filled in later than the first report. */
export const keepParty = disputeMove({
  label: '补充当事人情况',
  input: Person.extend({ partyId: z.uuid('请选择当事人') }),
  refusal: (d, me) => first(inState(d, 'registered', 'accepted', 'mediating'), receives(d, me) && mediates(d, me)),
  decide: (d, { partyId, ...input }, _me, today): DisputeChange => {
    const p = d.parties.find((x) => x.id === partyId)
    if (!p) throw new Invalid('请选择当事人', { partyId: '请选择当事人' })
    const changed = (Object.keys(partyWords) as (keyof typeof partyWords)[]).filter((k) => input[k] !== p[k])
    if (changed.length === 0) throw new Invalid('没有改动', { partyId: '没有改动' })
    if (
      d.parties.some((x) => x.id !== p.id && x.role === p.role && x.name === input.name && x.idLast4 === input.idLast4)
    )
      throw new Invalid('同一当事人填了两次', { name: '与另一位相同' })
    const what = changed.map((k) => partyWords[k]).join('、')
    return {
      says: `补充、更正一方当事人的情况：${what}`,
      parties: [{ id: p.id, ...input, ...(/^1\d{10}$/.test(input.phone) ? {} : { messagesOn: null }) }],
      records: [{ kind: 'note', onDay: today, body: `补充、更正${p.name}的情况：${what}。`, data: { partyId: p.id } }],
      // What was made out with less is made out again; the version before is kept.
      ...(d.acceptedOn ? { papers: openingPapers(d) } : {}),
    }
  },
})

/** A party, agent or guardian who came in later. Whoever joins as a party is asked and told like the others. */
export const addParty = disputeMove({
  label: '加当事人、代理人',
  input: PartyInput.omit({ forIndex: true }).extend({
    forId: z.uuid().nullable().default(null),
    told: z.boolean().default(false),
  }),
  refusal: (d, me) =>
    first(
      inState(d, 'registered', 'accepted', 'mediating', 'signing', 'performing', 'breached'),
      receives(d, me) && mediates(d, me),
      d.parties.length >= 30 && '当事人太多，请推举代表，其余写在经过里',
    ),
  decide: (d, { told, ...input }, _me, today): DisputeChange => {
    const of = d.parties.find((p) => p.id === input.forId)
    if (input.role === 'party') {
      if (!['registered', 'accepted'].includes(d.state))
        throw new Invalid('已经开始调解，新的当事人请另行登记一件', { role: '只能加代理人、监护人' })
      if (input.forId !== null) throw new Invalid('当事人不代别人', { forId: '不用选' })
      if (d.rightsToldOn !== null && !told)
        throw new Invalid('请先向新的当事人告知权利义务', { told: '请先告知权利义务' })
    } else if (of?.role !== 'party') throw new Invalid('请写明是哪一位当事人的', { forId: '请选择当事人' })
    if (d.parties.some((x) => x.role === input.role && x.name === input.name && x.idLast4 === input.idLast4))
      throw new Invalid('同一当事人填了两次', { name: '与另一位相同' })
    // The notice is made out again with everybody's name.
    const joins = input.role === 'party' && d.rightsToldOn !== null
    return {
      says: `加一位${partyRoles[input.role]}`,
      newParties: [
        {
          ...input,
          side: of?.side ?? input.side,
          consent: 'asked',
          consentWords: '',
          consentOn: null,
          messagesOn: null,
        },
      ],
      records: [
        {
          kind: 'note',
          onDay: today,
          body: `加${of ? `${of.name}的` : ''}${partyRoles[input.role]}${input.name}${joins ? '，已向其告知权利义务' : ''}。`,
        },
      ],
      ...(joins && !d.acceptedOn ? { papers: [{ kind: 'mediationRights' }] } : {}),
      ...(d.acceptedOn
        ? {
            papers: [
              ...(joins ? [{ kind: 'mediationRights' }] : []),
              { kind: 'mediationIdentity' },
              ...(input.role === 'agent' ? [{ kind: 'mediationAuthority', about: String(d.parties.length + 1) }] : []),
            ],
          }
        : {}),
    }
  },
})

export const intakeMoves = { askConsent, tellRights, accept, notAccept, assign, recuse, keepParty, addParty }
