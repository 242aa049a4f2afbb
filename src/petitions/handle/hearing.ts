import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { formal } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { hearingNoticeBy, hearingRules } from '../clocks.ts'
import { first, handlerOnly, inState } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type Matter } from '../petition.ts'

const body = (sentence: string) => z.string().trim().min(1, sentence).max(20_000, '不能超过 20000 字')

export const hearingReasons = {
  major: '事项重大',
  complex: '情况复杂、疑难',
  disputed: '各方对事实争议较大',
  asked: '信访人申请，适宜听证',
} as const

const sits = (m: Matter) =>
  first(
    inState(m, 'handling'),
    m.class !== 'claim' && '听证适用于申诉求决（第三十一条第六项）',
    m.sealed && '检举控告不适用',
  )
/** What the hearing was planned to be, from its newest record. */
export const plannedHearing = (m: Matter): Record<string, unknown> | null =>
  m.records.filter((r) => r.kind === 'hearing' && r.data.planned === true).at(-1)?.data ?? null

/** 听证（第三十一条第六项；山东省信访事项听证办法（试行））：五名以上单数听证员，十个工作日前通知，主持人不是承办人. */
const planHearing = move({
  label: '决定听证',
  input: z.object({
    why: codes(hearingReasons),
    subject: body('请写明听证什么'),
    heldOn: DayText,
    time: text(40).default(''),
    place: body('请写明地点'),
    hostId: z.uuid('请选择主持人'),
    hostName: text(60).default(''),
    officers: z.array(z.string().trim().min(1).max(60)).max(30),
    open: z.boolean().default(true),
    materials: text(500).default(''),
  }),
  refusal: (m, who) =>
    first(
      sits(m),
      !is(who, 'petitionHead') && handlerOnly(m, who),
      m.hearing === 'planned' && '听证已经定下，请先举行或取消',
    ),
  decide: (m, input, _who, today, law): Change => {
    const officers = [...new Set(input.officers)]
    if (officers.length < hearingRules.fewestOfficers || officers.length % 2 === 0)
      throw new Invalid(`听证员应为 ${hearingRules.fewestOfficers} 人以上的单数，现有 ${officers.length} 人`, {
        officers: '五人以上，单数',
      })
    if (input.hostId === m.mainHandlerId || m.barredIds.includes(input.hostId))
      throw new Invalid('主持人不能是本事项的承办人或应当回避的人', { hostId: '请另选' })
    if (officers.includes(input.hostName) && officers.filter((o) => o !== input.hostName).length < 4)
      throw new Invalid('主持人以外的听证员不足', { officers: '请补充' })
    const by = hearingNoticeBy(input.heldOn, law.calendar)
    if (today > by)
      throw new Invalid(
        `听证应当提前 ${hearingRules.noticeDays} 个工作日通知（${hearingRules.article}）：${formal(input.heldOn)}的听证最迟 ${formal(by)}通知，请另定日期`,
        { heldOn: '日期太近' },
      )
    const { hostId: _h, officers: _o, ...rest } = input
    const data = { ...rest, officers, planned: true, noticeBy: by }
    return {
      kind: 'hearing',
      says: `决定 ${input.heldOn} 听证（${hearingReasons[input.why]}），主持人${input.hostName}，听证员 ${officers.length} 人`,
      data,
      set: { hearing: 'planned' },
      record: { kind: 'hearing', onDay: today, body: input.subject, data },
      papers: [
        {
          kind: 'hearingNotice',
          extra: {
            time: `${formal(input.heldOn)}${input.time}`,
            place: input.place,
            host: input.hostName,
            officers: officers.join('、'),
            subject: input.subject,
            materials: input.materials,
          },
        },
      ],
    }
  },
})

const holdHearing = move({
  label: '登记听证',
  input: z.object({
    onDay: DayText,
    present: body('请写明参加人'),
    recorder: text(60).default(''),
    minutes: body('请记录各方的陈述、举证、质证'),
    facts: body('请写明经听证查明的事实'),
    conclusion: body('请写明听证结论'),
    dissent: text(2000).default(''),
  }),
  primary: (m) => m.hearing === 'planned',
  refusal: (m, who) =>
    first(
      sits(m),
      m.hearing !== 'planned' && '没有定下的听证',
      !is(who, 'petitionHead') && handlerOnly(m, who),
      !m.documents.some((d) => d.kind === 'hearingNotice' && m.services.some((s) => s.documentId === d.id)) &&
        m.documents.some((d) => d.kind === 'hearingNotice') &&
        '听证通知书还没有送达信访人',
    ),
  decide: (m, input, who, today): Change => {
    if (input.onDay > today) throw new Invalid('听证日期不能晚于今天', { onDay: '不能晚于今天' })
    const plan = plannedHearing(m) ?? {}
    if (typeof plan.heldOn === 'string' && input.onDay < plan.heldOn)
      throw new Invalid(`听证定于 ${plan.heldOn}，不能提前举行`, { onDay: '不能早于通知的日期' })
    const extra = {
      time: formal(input.onDay),
      place: String(plan.place ?? ''),
      host: String(plan.hostName ?? ''),
      officers: Array.isArray(plan.officers) ? plan.officers.join('、') : '',
      subject: String(plan.subject ?? ''),
      recorder: input.recorder || who.name,
      attendees: input.present,
      record: input.minutes,
      facts: input.facts,
      conclusion: input.conclusion,
      deliberation: input.dissent,
    }
    return {
      kind: 'hearing',
      says: `已于 ${input.onDay} 举行听证，结论：${input.conclusion}`,
      set: { hearing: 'held' },
      record: { kind: 'hearing', onDay: input.onDay, body: input.conclusion, data: { ...input, held: true } },
      papers: [
        { kind: 'hearingRecord', extra },
        { kind: 'hearingConclusion', extra },
      ],
    }
  },
})

const cancelHearing = move({
  label: '取消听证',
  input: z.object({ reason: body('请写明理由；信访人申请的，须告知本人') }),
  refusal: (m, who) =>
    first(sits(m), m.hearing !== 'planned' && '没有定下的听证', !is(who, 'petitionHead') && handlerOnly(m, who)),
  decide: (_m, input, _who, today): Change => ({
    kind: 'hearing',
    says: `取消听证：${input.reason}`,
    set: { hearing: 'none' },
    record: { kind: 'hearing', onDay: today, body: `取消听证：${input.reason}`, data: { cancelled: true } },
  }),
})

/** A petitioner's application that is not suitable is answered with a reason, not passed over. */
const refuseHearing = move({
  label: '答复听证申请',
  input: z.object({ askedOn: DayText, reason: body('请写明不举行听证的理由，并告知信访人') }),
  refusal: (m, who) =>
    first(sits(m), m.hearing !== 'none' && '听证已经定下或已经举行', !is(who, 'petitionHead') && handlerOnly(m, who)),
  decide: (m, input, _who, today): Change => {
    if (input.askedOn > today || input.askedOn < m.receivedOn)
      throw new Invalid('申请日期应在收到信访事项之后、今天之前', { askedOn: '日期不对' })
    return {
      kind: 'hearing',
      says: `信访人申请听证，未予举行：${input.reason}`,
      record: { kind: 'hearing', onDay: today, body: input.reason, data: { askedOn: input.askedOn, refused: true } },
    }
  },
})

export const hearingMoves = { planHearing, holdHearing, cancelHearing, refuseHearing }
