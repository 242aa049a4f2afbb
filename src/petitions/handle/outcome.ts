import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { is } from '../../people/roles.ts'
import { first, handles, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type Matter, type OutcomeName, outcomes, proofIds } from '../petition.ts'

const text = (max: number) => z.string().trim().max(max, `不能超过 ${max} 字`)

/**
 * 三到位一处理（第二十七条）：四项各自认定，各有证据，可以同时成立；帮扶救助不以息访、撤回为条件.
 */
const recordOutcome = move({
  label: '认定三到位一处理',
  input: z.object({
    outcome: codes(outcomes),
    applies: z.boolean(),
    done: z.boolean().default(false),
    body: z.string().trim().min(1, '请写明认定的依据和做法').max(5000),
    handedTo: text(200).default(''),
    evidenceIds: z.array(z.uuid()).max(50).default([]),
    onDay: DayText.nullish(),
  }),
  refusal: (m, who) =>
    first(
      m.acceptedOn === null && '受理之后再作认定',
      ['closed', 'withdrawn'].includes(m.state) && '事项已结束',
      m.sealed && '检举控告由纪检监察机关处理',
      !handles(m, who) && !is(who, 'clerk', 'petitionHead') && '由承办人或信访办认定',
    ),
  decide: (m, input, who, today): Change => {
    const onDay = input.onDay ?? today
    if (onDay > today || onDay < m.receivedOn)
      throw new Invalid('日期应在收到信访事项之后、今天之前', { onDay: '日期不对' })
    const strange = input.evidenceIds.find((e) => !proofIds(m).includes(e))
    if (strange) throw new Invalid('所选证据不在本事项中', { evidenceIds: '请重新选择' })
    if (input.applies && input.done && input.evidenceIds.length === 0)
      throw new Invalid('已经到位的，须有证据、文书或记录佐证', { evidenceIds: '请选择证据' })
    if (input.applies && input.outcome === 'relieved' && input.handedTo === '')
      throw new Invalid('请写明帮扶救助交给哪里办理', { handedTo: '例如：民政办临时救助' })
    if (input.applies && input.outcome === 'lawful' && input.handedTo === '')
      throw new Invalid('违法行为由法律规定的机关处理，请写明交给哪个机关', { handedTo: '例如：派出所' })
    if (input.applies && input.outcome === 'lawful' && input.evidenceIds.length === 0)
      throw new Invalid('认定行为违法须有具体事实的证据；信访本身不是违法行为', { evidenceIds: '请选择证据' })
    return {
      kind: 'outcome',
      says: `${outcomes[input.outcome]}：${input.applies ? (input.done ? '已到位' : '应当落实') : '不涉及'}——${input.body}${input.handedTo ? `；交${input.handedTo}` : ''}`,
      data: input,
      outcome: {
        outcome: input.outcome,
        applies: input.applies,
        done: input.applies && input.done,
        body: input.body,
        handedTo: input.handedTo,
        evidenceIds: input.evidenceIds,
        onDay,
        staffId: who.staffId,
        byName: who.name,
      },
    }
  },
})

/** Which of the four are still open, as sentences: nobody said yet whether it holds, or it holds and is not done. */
export const outcomesOpen = (m: Pick<Matter, 'outcomes' | 'claims'>): string[] =>
  (Object.keys(outcomes) as OutcomeName[]).flatMap((name) => {
    const o = m.outcomes.find((x) => x.outcome === name)
    const due =
      (name === 'solved' && m.claims.some((c) => c.result === 'supported')) ||
      (name === 'explained' && m.claims.some((c) => c.result === 'explained' || c.result === 'notSupported'))
    if (!o) return [`${outcomes[name]}：${due ? '按处理意见应当落实，尚未认定' : '尚未认定'}`]
    return o.applies && !o.done ? [`${outcomes[name]}：尚未落实`] : []
  })

/** 建议意见：研究论证，合理可行的全部或部分采纳，并答复（第二十九条）；有贡献的给予奖励. */
const adopt = move({
  label: '研究采纳建议',
  input: z.object({
    result: z.enum(['wholly', 'partly', 'not'], { error: '请选择是否采纳' }),
    body: z.string().trim().min(1, '请写明论证情况和理由').max(5000),
    plan: text(1000).default(''),
    reward: text(300).default(''),
  }),
  refusal: (m, who) =>
    first(
      m.class !== 'suggestion' && '只适用于建议意见',
      !['accepted', 'handling', 'opinionDraft', 'opinionSigned', 'served', 'concluded'].includes(m.state) &&
        '受理之后、销号之前才能登记',
      !handles(m, who) && only(who, 'petitionHead', 'townLeader', 'leadOfficial'),
    ),
  decide: (_m, input, _who, today): Change => {
    if (input.result !== 'not' && input.plan === '')
      throw new Invalid('采纳的建议须写明怎样落实、何时落实', { plan: '请填写' })
    return {
      kind: 'outcome',
      says: `建议${{ wholly: '全部采纳', partly: '部分采纳', not: '未采纳' }[input.result]}：${input.body}`,
      record: { kind: 'adoption', onDay: today, body: input.body, data: { ...input } },
    }
  },
})

export const outcomeMoves = { recordOutcome, adopt }
