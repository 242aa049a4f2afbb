import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText } from '../../petitions/petition.ts'
import type { Level, Mediator, Station } from '../network/network.ts'
import { type Dispute, dangers, dangerTo, refusedNow } from './dispute.ts'
import { messageRefusal, messageText } from './message.ts'
import { type DisputeChange, disputeMove, first, headsOf, inState, mediates, receives } from './move.ts'
import { restEnded } from './performance.ts'

const past = (on: string, d: Dispute, today: string) => {
  if (on > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
  if (on < d.registeredOn) throw new Invalid('日期不能早于登记', { onDay: '不能早于登记' })
}
const running = (d: Dispute) => inState(d, 'mediating', 'signing', 'performing', 'breached')
const partyOf = (d: Dispute, id: string) => {
  const p = d.parties.find((x) => x.id === id)
  if (!p) throw new Invalid('请选择当事人', { partyId: '请选择当事人' })
  return p
}

export const planSession = disputeMove({
  label: '约定调解',
  primary: (d) => d.state === 'mediating' && d.nextOn === null,
  input: z.object({
    onDay: DayText,
    time: needed(20, '请写明几点'),
    place: needed(100, '请写明地点'),
    messages: z.boolean().default(false),
  }),
  refusal: (d, me) => first(inState(d, 'mediating'), mediates(d, me), refusedNow(d)),
  decide: (d, { messages, ...input }, _me, today, { stations }) => {
    if (input.onDay < today) throw new Invalid('日期不能早于今天', { onDay: '不能早于今天' })
    if (input.onDay > addDays(today, 60)) throw new Invalid('约定的日期太远，请在六十日以内', { onDay: '太远' })
    const n = d.records.filter((r) => r.kind === 'plan').length + 1
    const planned = { ...d, nextOn: input.onDay, records: [...d.records, { kind: 'plan', data: input } as never] }
    const station = stations.find((s) => s.id === d.stationId)
    return {
      says: `约定 ${input.onDay} 调解`,
      set: { nextOn: input.onDay },
      records: [
        {
          kind: 'plan',
          onDay: today,
          body: `定于 ${input.onDay} ${input.time} 在${input.place}调解。`,
          data: { ...input, n },
        },
      ],
      papers: [{ kind: 'mediationSlip', about: String(n) }],
      messages: messages
        ? d.parties
            .filter((p) => messageRefusal(p) === null)
            .map((p) => ({ partyId: p.id, body: messageText('session', planned, p, station)! }))
        : [],
      tell: d.mediatorIds.map((staffId) => ({ staffId, says: `${d.number} 定于 ${input.onDay} ${input.time} 调解` })),
    }
  },
})

export const holdSession = disputeMove({
  label: '记录调解',
  primary: (d) => d.state === 'mediating' && d.nextOn !== null,
  input: z.object({
    onDay: DayText,
    place: needed(100, '请写明地点'),
    came: needed(500, '请写明到场的人'),
    minutes: z.int('请填写用时').min(1, '请填写用时').max(1440, '用时不超过一天，请分次记'),
    body: needed(20_000, '请记录各方说了什么、提出了什么方案'),
    offers: text(3000).default(''),
    readBack: z.literal(true, { error: '记录应当当场宣读或交当事人核对' }),
  }),
  refusal: (d, me) => first(inState(d, 'mediating'), mediates(d, me)),
  decide: (d, input, _me, today) => {
    past(input.onDay, d, today)
    const n = d.records.filter((r) => r.kind === 'session').length + 1
    return {
      says: `记录第 ${n} 次调解，用时 ${input.minutes} 分钟`,
      set: { nextOn: null },
      records: [
        {
          kind: 'session',
          onDay: input.onDay,
          body: input.body,
          data: { n, place: input.place, came: input.came, minutes: input.minutes, offers: input.offers },
        },
      ],
      papers: [{ kind: 'mediationRecord', about: String(n) }],
    }
  },
})

/** 背对背谈话: what one party said alone. Only the mediator who heard it ever reads it. */
export const caucus = disputeMove({
  label: '记单独谈话',
  input: z.object({ partyId: z.uuid('请选择当事人'), onDay: DayText, body: needed(10_000, '请写下谈话要点') }),
  refusal: (d, me) =>
    first(inState(d, 'mediating', 'signing'), !d.mediatorIds.includes(me.staffId) && '只有承办的调解员可以记单独谈话'),
  decide: (d, input, _me, today) => {
    past(input.onDay, d, today)
    partyOf(d, input.partyId)
    return {
      says: '记了一次单独谈话（内容只有本人可见）',
      records: [
        { kind: 'caucus', onDay: input.onDay, body: input.body, data: { partyId: input.partyId }, private: true },
      ],
    }
  },
})

export const investigate = disputeMove({
  label: '记调查',
  input: z.object({
    onDay: DayText,
    place: needed(100, '请写明地点'),
    whom: needed(200, '请写明向谁调查、在场的人'),
    body: needed(10_000, '请写明问了什么、看到什么'),
  }),
  refusal: (d, me) => first(running(d), mediates(d, me)),
  decide: (d, input, _me, today) => {
    past(input.onDay, d, today)
    const n = d.records.filter((r) => r.kind === 'investigation').length + 1
    return {
      says: '记录调查',
      records: [
        {
          kind: 'investigation',
          onDay: input.onDay,
          body: input.body,
          data: { n, place: input.place, whom: input.whom },
        },
      ],
      papers: [{ kind: 'mediationInvestigation', about: String(n) }],
    }
  },
})

export const addEvidence = disputeMove({
  label: '登记证据',
  input: z.object({
    onDay: DayText,
    name: needed(100, '请写明证据名称'),
    from: needed(100, '请写明谁提供'),
    body: text(2000).default(''),
    pages: z.int('请填写页数').min(1, '请填写页数').max(500, '页数太多，请分开登记').default(1),
  }),
  refusal: (d, me) => first(running(d), mediates(d, me)),
  decide: (d, input, _me, today) => {
    past(input.onDay, d, today)
    return {
      says: '登记一份证据',
      records: [
        {
          kind: 'evidence',
          onDay: input.onDay,
          body: `${input.name}（${input.from}提供）${input.body ? `：${input.body}` : ''}`,
          data: { name: input.name, from: input.from, pages: input.pages },
        },
      ],
    }
  },
})

export const remindWays = { phone: '电话', message: '自己的手机发短信', visit: '上门', slip: '通知单' } as const
export const remindParty = disputeMove({
  label: '通知当事人',
  input: z.object({
    partyId: z.uuid('请选择当事人'),
    onDay: DayText,
    way: codes(remindWays),
    body: needed(500, '请写明通知了什么、对方怎么说'),
  }),
  refusal: (d, me) => first(running(d), mediates(d, me)),
  decide: (d, input, _me, today) => {
    past(input.onDay, d, today)
    partyOf(d, input.partyId)
    return {
      says: `${remindWays[input.way]}通知一方当事人`,
      records: [
        { kind: 'remind', onDay: input.onDay, body: input.body, data: { partyId: input.partyId, way: input.way } },
      ],
    }
  },
})

/** 第二十条：可以邀请亲属、邻里、同事、有专门知识的人参加，须征得双方同意. */
export const inviteHelper = disputeMove({
  label: '邀请协助人',
  input: z.object({
    name: needed(30, '请写明姓名'),
    as: needed(60, '请写明身份：亲属、邻居、律师、专家等'),
    agreed: z.literal(true, { error: '须先征得双方当事人同意（人民调解法第二十条）' }),
  }),
  refusal: (d, me) => first(inState(d, 'mediating'), mediates(d, me)),
  decide: (d, input, _me, today) => ({
    says: '经双方同意邀请一名协助人',
    set: { helpers: [...d.helpers, { name: input.name, as: input.as, on: today }] },
    records: [{ kind: 'note', onDay: today, body: `经双方同意，邀请${input.as}${input.name}协助调解。` }],
  }),
})

/** 第二十五条：可能激化的采取预防措施；可能引起治安、刑事案件的，及时向公安机关报告. */
export const reportDanger = disputeMove({
  label: '报告危险',
  input: z.object({
    kind: codes(dangers, '请选择是什么危险'),
    facts: needed(1000, '请写明看到、听到了什么'),
    to: needed(200, '请写明已经向谁报告'),
    time: needed(30, '请写明几点报告的'),
    measures: text(1000).default(''),
    reported: z.literal(true, { error: '请先电话报告，再来登记' }),
  }),
  refusal: (d, me) => first(['closed'].includes(d.state) && '纠纷已归档', receives(d, me) !== null && mediates(d, me)),
  decide: (d, input, _me, today, around) => ({
    says: `报告危险：${dangers[input.kind]}，已向有权机关报告`,
    records: [
      {
        kind: 'danger',
        onDay: today,
        body: `${dangers[input.kind]}。${input.facts}\n${input.time} 向${input.to}报告。${input.measures ? `采取的措施：${input.measures}` : ''}`,
        data: { kind: input.kind, to: input.to, law: dangerTo[input.kind] },
      },
    ],
    tell: [...new Set([...d.mediatorIds, ...headsOf(around)])].map((staffId) => ({
      staffId,
      says: `${d.number ?? d.code} 已报告危险：${dangers[input.kind]}，请注意各方安全`,
    })),
  }),
})

const order: Level[] = ['village', 'area', 'centre']
/** The next station up for a dispute, or `joint` above the centre; undefined when there is none. */
export const above = (d: Pick<Dispute, 'level' | 'areaId'>, stations: readonly Station[]) => {
  const next = order[order.indexOf(d.level as Level) + 1]
  return next && stations.find((s) => s.active && s.level === next && (next === 'centre' || s.areaId === d.areaId))
}

/** Another station takes it with its papers. Whoever had it, and whoever passes it on, go on seeing how it stands. */
const handTo = (
  d: Dispute,
  to: Station,
  what: '移送' | '交回',
  why: string,
  me: Mediator,
  today: Day,
  stations: readonly Station[],
): DisputeChange => ({
  says: `${what}${to.name}`,
  set: {
    stationId: to.id,
    level: to.level,
    path: [
      ...d.path,
      { stationId: d.stationId, name: stations.find((s) => s.id === d.stationId)?.name ?? '', on: today, why },
    ],
    mediatorIds: [],
    formerIds: [...new Set([...d.formerIds, ...d.mediatorIds, me.staffId])],
    nextOn: null,
    ...(d.state === 'mediating' ? { state: 'accepted' as const } : {}),
  },
  records: [{ kind: 'move', onDay: today, body: `${what}${to.name}：${why}`, data: { to: to.id } }],
})

export const escalate = disputeMove({
  label: '移送上一级',
  confirm: '材料一并移送；原调解员不再承办，能看到进展和结果。',
  input: z.object({ reason: needed(500, '请写明调解过几次、为什么需要上一级'), agreed: z.boolean().default(false) }),
  refusal: (d, me) =>
    first(
      inState(d, 'registered', 'accepted', 'mediating', 'breached'),
      d.state === 'registered' ? receives(d, me) : mediates(d, me),
      d.level === 'centre' && '镇调解中心之上请用“联合调解”',
      d.level === 'joint' && '已经是联合调解',
      refusedNow(d),
    ),
  decide: (d, input, me, today, { stations }) => {
    const to = above(d, stations)
    if (!to) throw new Invalid('没有找到上一级调解站，请先在网络里设立', { reason: '没有上一级' })
    if (d.state !== 'registered' && !input.agreed)
      throw new Invalid('移送须征得双方同意；不同意的按调解不成办理', { agreed: '请确认双方同意' })
    return handTo(d, to, '移送', input.reason, me, today, stations)
  },
})

/** 联合调解: units, a lawyer and a judge's guidance join the centre. */
export const joinUp = disputeMove({
  label: '联合调解',
  input: z.object({
    units: z
      .array(z.string().trim().min(1).max(40, '单位名称不能超过 40 字'))
      .min(1, '请写明参加的单位')
      .max(12, '单位不超过十二个'),
    lawyer: text(60).default(''),
    judge: text(60).default(''),
    reason: needed(500, '请写明为什么需要联合调解'),
  }),
  refusal: (d, me) =>
    first(
      inState(d, 'accepted', 'mediating', 'breached'),
      d.level !== 'centre' && '由镇调解中心召集联合调解',
      mediates(d, me),
    ),
  decide: (_d, input, _me, today) => ({
    says: `召集联合调解：${input.units.join('、')}`,
    set: { level: 'joint', joint: { units: input.units, lawyer: input.lawyer, judge: input.judge, on: today } },
    records: [
      {
        kind: 'move',
        onDay: today,
        body: `召集联合调解：${input.units.join('、')}${input.lawyer ? `；律师${input.lawyer}` : ''}${input.judge ? `；法官${input.judge}指导` : ''}。${input.reason}`,
      },
    ],
  }),
})

/** Down again, where the parties live: for performance, or when a lower station can do it. */
export const sendDown = disputeMove({
  label: '交回下级',
  input: z.object({ stationId: z.uuid('请选择调解点'), reason: needed(500, '请写明交回的理由') }),
  refusal: (d, me) =>
    first(
      inState(d, 'accepted', 'mediating', 'performing'),
      d.level === 'village' && '已经在村调解点',
      mediates(d, me),
    ),
  decide: (d, input, me, today, { stations }) => {
    const to = stations.find((s) => s.id === input.stationId && s.active)
    const now = d.level === 'joint' ? 3 : order.indexOf(d.level as Level)
    if (!to || order.indexOf(to.level) >= now)
      throw new Invalid('请选择下级的调解站或调解点', { stationId: '请选择下级' })
    if (to.level === 'area' ? to.areaId !== d.areaId : to.villageId !== d.villageId)
      throw new Invalid('应当交回纠纷所在的片区或村', { stationId: '不是纠纷所在地' })
    return handTo(d, to, '交回', input.reason, me, today, stations)
  },
})

/** 当事人有权要求终止调解（第二十三条第二项）；调解不成的，终止并告知其他途径（第二十六条）. */
export const fail = disputeMove({
  label: '终止：调解不成',
  confirm: '终止后不再调解，请先把其他途径告知当事人。已就一部分达成协议的，那一部分照旧履行。',
  input: z.object({
    why: z.enum(['noAgreement', 'partyStops'], { error: '请选择原因' }),
    reason: needed(1000, '请写明没有达成协议的原因，或当事人的话'),
    remedies: needed(1000, '请写明告知了哪些途径：仲裁、行政、司法'),
    remedyTold: z.literal(true, { error: '请先把其他途径告知当事人' }),
    agreedFacts: text(3000).default(''),
    factsConsent: z.boolean().default(false),
  }),
  refusal: (d, me) => first(inState(d, 'accepted', 'mediating', 'signing', 'breached'), mediates(d, me)),
  decide: (d, input, _me, today) => {
    if (input.agreedFacts !== '' && !input.factsConsent)
      throw new Invalid('无争议的事实须经双方同意才能记录下来', { factsConsent: '请先征得双方同意' })
    const draft = d.agreements.find((a) => a.status === 'draft')
    const stops = input.why === 'partyStops'
    const partly = d.rest === 'open'
    const what = partly ? '其余争议' : ''
    return {
      says: `${what}${stops ? '当事人要求终止调解' : '调解不成，终止'}；已告知其他途径`,
      set: {
        ...(partly
          ? restEnded(d, stops ? 'left' : 'failed', today)
          : { state: stops ? ('withdrawn' as const) : ('failed' as const), endedOn: today, nextOn: null }),
        endReason: `${what}${stops ? '当事人要求终止' : '没有达成协议'}`,
        agreedFacts: input.agreedFacts,
      },
      records: [
        {
          kind: 'end',
          onDay: today,
          body: `${input.reason}\n告知的途径：${input.remedies}${input.agreedFacts ? `\n双方同意记录的无争议事实：${input.agreedFacts}` : ''}`,
          data: { reason: input.reason, remedies: input.remedies },
        },
      ],
      papers: [{ kind: 'mediationEnd' }],
      ...(draft ? { agreement: { new: false as const, id: draft.id, row: { status: 'void' as const } } } : {}),
      ...(partly || d.effectiveOn === null
        ? { matters: { event: partly ? ('restEnded' as const) : ('failed' as const), onDay: today } }
        : {}),
    }
  },
})

export const sessionMoves = {
  planSession,
  holdSession,
  caucus,
  investigate,
  addEvidence,
  remindParty,
  inviteHelper,
  reportDanger,
  escalate,
  joinUp,
  sendDown,
  fail,
}
