import { z } from 'zod'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { first, handlerOnly, inState } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type Matter } from '../petition.ts'

const body = (sentence: string) => z.string().trim().min(1, sentence).max(20_000, '不能超过 20000 字')

const mediates = (m: Matter) =>
  first(inState(m, 'handling'), m.class !== 'claim' && '建议意见不需要调解', m.sealed && '检举控告不适用')

/**
 * 办理中的调解与和解（第三十三条）：各方自愿，不收费，不影响其他救济，随时可以退出；信访事项的办理期限照算.
 */
const offerMediation = move({
  label: '征询调解意愿',
  input: z.object({
    parties: body('请写明各方当事人'),
    dispute: body('请写明争议是什么'),
    told: z.literal(true, { error: '请先告知：调解自愿、免费，不影响其他途径，办理期限照算' }),
  }),
  refusal: (m, who) =>
    first(
      mediates(m),
      handlerOnly(m, who),
      ['offered', 'running'].includes(m.mediation) && '正在征询或调解',
      m.mediation === 'agreed' && '已经达成协议',
    ),
  decide: (_m, input, _who, today): Change => ({
    kind: 'mediation',
    says: '征询各方是否愿意调解，已告知自愿、免费、不影响其他途径',
    set: { mediation: 'offered' },
    record: { kind: 'mediation', onDay: today, body: input.dispute, data: { parties: input.parties, offered: true } },
  }),
})

const startMediation = move({
  label: '登记调解意愿',
  input: z.object({
    consent: z.boolean(),
    words: body('请照录各方的意见'),
    mediatorId: z
      .uuid()
      .nullish()
      .transform((v) => v ?? null),
    mediatorName: text(60).default(''),
    committee: text(100).default(''),
  }),
  refusal: (m, who) =>
    first(
      mediates(m),
      m.mediation !== 'offered' && '还没有征询调解意愿',
      !is(who, 'petitionHead', 'mediator') && handlerOnly(m, who),
    ),
  decide: (m, input, _who, today): Change => {
    if (!input.consent)
      return {
        kind: 'mediation',
        says: '有一方不愿调解，继续依法办理',
        set: { mediation: 'none' },
        record: { kind: 'mediation', onDay: today, body: input.words, data: { consent: false } },
      }
    if (!input.mediatorId && input.committee === '')
      throw new Invalid('请写明由哪个调解委员会或哪位调解员调解', { committee: '请填写' })
    if (input.mediatorId && m.barredIds.includes(input.mediatorId))
      throw new Invalid('该调解员应当回避本事项', { mediatorId: '请另选' })
    return {
      kind: 'mediation',
      says: `各方同意调解，由${input.mediatorName || input.committee}主持；办理期限照算`,
      set: { mediation: 'running' },
      start: [{ rule: 'D15', from: today }],
      record: {
        kind: 'mediation',
        onDay: today,
        body: input.words,
        data: { consent: true, mediator: input.mediatorName, committee: input.committee },
      },
      tell: input.mediatorId
        ? [{ staffId: input.mediatorId, says: `请主持调解：${m.number} ${m.title}`, kind: 'assign' }]
        : [],
    }
  },
})

const endMediation = move({
  label: '登记调解结果',
  input: z.object({
    agreed: z.boolean(),
    onDay: DayText,
    body: body('请写明协议的内容，或未成的原因'),
    agreement: text(100).default(''),
    signed: z.boolean().default(false),
    within: z.boolean().default(false),
    remedyTold: z.boolean().default(false),
  }),
  refusal: (m, who) =>
    first(
      mediates(m),
      m.mediation !== 'running' && '没有正在进行的调解',
      !is(who, 'petitionHead', 'mediator') && handlerOnly(m, who),
    ),
  decide: (m, input, _who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    const from = m.clocks.find((c) => c.rule === 'D15' && c.endedOn === null)?.fromOn
    if (from && input.onDay < from) throw new Invalid('日期不能早于调解开始', { onDay: '不能早于调解开始' })
    if (input.agreed && !input.signed)
      throw new Invalid('协议自各方签名、调解员签名并加盖调解委员会印章时生效，请确认已经签署', {
        signed: '请确认',
      })
    if (input.agreed && !input.within)
      throw new Invalid('调解、和解应当在裁量权范围内，不违反法律和政策（第三十三条）', { within: '请确认' })
    if (!input.agreed && !input.remedyTold)
      throw new Invalid('调解未成的，应当告知当事人其他途径', { remedyTold: '请告知' })
    return {
      kind: 'mediation',
      says: input.agreed
        ? `调解达成协议${input.agreement ? `（${input.agreement}）` : ''}：${input.body}`
        : `调解未成：${input.body}；已告知其他途径，继续依法办理`,
      set: { mediation: input.agreed ? 'agreed' : 'failed' },
      end: [{ rule: 'D15', on: input.onDay }],
      start: input.agreed ? [{ rule: 'D16', from: input.onDay }] : [],
      record: {
        kind: 'mediation',
        onDay: input.onDay,
        body: input.body,
        data: { agreed: input.agreed, agreement: input.agreement },
      },
    }
  },
})

/** 当事人可以随时退出调解，不影响信访事项的办理. */
const stopMediation = move({
  label: '当事人退出调解',
  input: z.object({ words: body('请照录当事人的话') }),
  refusal: (m, who) =>
    first(
      !['offered', 'running'].includes(m.mediation) && '没有正在征询或进行的调解',
      m.state === 'closed' && '事项已销号',
      !is(who, 'clerk', 'petitionHead', 'mediator') && handlerOnly(m, who),
    ),
  decide: (_m, input, _who, today): Change => ({
    kind: 'mediation',
    says: '当事人退出调解，继续依法办理',
    set: { mediation: 'failed' },
    end: [{ rule: 'D15', cancelled: true }],
    record: { kind: 'mediation', onDay: today, body: input.words, data: { stopped: true } },
  }),
})

export const mediationMoves = { offerMediation, startMediation, endMediation, stopMediation }
