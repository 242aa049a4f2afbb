import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { first, handles, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type Matter, type Outcome, type OutcomeName, outcomes, proofIds } from '../petition.ts'

/** What is said of one of the four: whether it holds, and if so what was done, by whom, and the proof. */
export const OutcomeInput = z.object({
  outcome: codes(outcomes),
  applies: z.boolean({ error: '请选择是否成立' }),
  done: z.boolean().default(false),
  body: text(5000).default(''),
  handedTo: text(200).default(''),
  evidenceIds: z.array(z.uuid()).max(50).default([]),
  onDay: DayText.nullish(),
})
export type OutcomeInput = z.infer<typeof OutcomeInput>

/**
 * 三到位一处理（第二十七条）：四项各自认定，各有证据，可以同时成立；帮扶救助不以息访、撤回为条件.
 * Throws Invalid when the words, the proof or the organ that the law names are missing.
 */
const judged = (m: Matter, input: OutcomeInput, who: Who, today: Day): Omit<Outcome, 'round'> => {
  const name = outcomes[input.outcome]
  const onDay = input.onDay ?? today
  if (onDay > today || onDay < m.receivedOn)
    throw new Invalid('日期应在收到信访事项之后、今天之前', { onDay: '日期不对' })
  if (input.applies && input.body === '')
    throw new Invalid(`“${name}”成立的，请写明认定的依据和做法`, { body: '请填写' })
  if (input.evidenceIds.some((e) => !proofIds(m).includes(e)))
    throw new Invalid('所选证据不在本事项中', { evidenceIds: '请重新选择' })
  if (input.applies && input.done && input.evidenceIds.length === 0)
    throw new Invalid(`“${name}”已经到位的，须有证据、文书或记录佐证`, { evidenceIds: '请选择证据' })
  if (input.applies && input.outcome === 'relieved' && input.handedTo === '')
    throw new Invalid('请写明帮扶救助交给哪里办理', { handedTo: '例如：民政办临时救助' })
  if (input.applies && input.outcome === 'lawful' && input.handedTo === '')
    throw new Invalid('违法行为由法律规定的机关处理，请写明交给哪个机关', { handedTo: '例如：派出所' })
  if (input.applies && input.outcome === 'lawful' && input.evidenceIds.length === 0)
    throw new Invalid('认定行为违法须有具体事实的证据；信访本身不是违法行为', { evidenceIds: '请选择证据' })
  const { onDay: _d, ...said } = input
  return { ...said, done: input.applies && input.done, onDay, staffId: who.staffId, byName: who.name }
}
const inWords = (o: Omit<Outcome, 'round'>) =>
  `${outcomes[o.outcome]}：${o.applies ? (o.done ? '已到位' : '应当落实') : '不涉及'}${o.body ? `——${o.body}` : ''}${o.handedTo ? `；交${o.handedTo}` : ''}`

const recordOutcome = move({
  label: '认定三到位一处理',
  input: OutcomeInput.extend({ body: text(5000).min(1, '请写明认定的依据和做法') }),
  refusal: (m, who) =>
    first(
      m.acceptedOn === null && '受理之后再作认定',
      ['closed', 'withdrawn'].includes(m.state) && '事项已结束',
      m.sealed && '检举控告由纪检监察机关处理',
      !handles(m, who) && !is(who, 'clerk', 'petitionHead') && '由承办人或信访办认定',
    ),
  decide: (m, input, who, today): Change => {
    const o = judged(m, input, who, today)
    return { kind: 'outcome', says: inWords(o), data: { ...input }, outcomes: [o] }
  },
})

/** A matter that was taken on its merits is closed only when each of the four has been looked at (第二十七条). */
export const outcomesAsked = (m: Pick<Matter, 'acceptedOn' | 'conclusion'>): boolean =>
  m.acceptedOn !== null && !['withdrawn', 'noSuccessor', 'prior'].includes(m.conclusion ?? '')

/**
 * The four outcomes as told when closing is proposed, on top of what was recorded before. Throws Invalid naming those
 * nobody spoke of, and those that hold and are neither done nor handed on.
 */
export const outcomesAtClosing = (
  m: Matter,
  given: OutcomeInput[],
  who: Who,
  today: Day,
): { outcomes: Omit<Outcome, 'round'>[]; says: string } => {
  if (!outcomesAsked(m)) return { outcomes: [], says: '' }
  const told = given.map((g) => judged(m, g, who, today))
  const missing = (Object.keys(outcomes) as OutcomeName[]).flatMap((name) => {
    const o = told.find((x) => x.outcome === name) ?? m.outcomes.find((x) => x.outcome === name)
    if (!o) return [`${outcomes[name]}（尚未认定）`]
    return o.applies && !o.done && o.handedTo === '' ? [`${outcomes[name]}（尚未落实）`] : []
  })
  if (missing.length) throw new Invalid(`三到位一处理还缺：${missing.join('、')}`, { outcomes: '四项各自认定' })
  return { outcomes: told, says: told.length ? `；${told.map(inWords).join('；')}` : '' }
}

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
