import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { is } from '../../people/roles.ts'
import { DimensionAnswers } from '../courtesy/courtesy.ts'
import { first, inState, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { contactWays, DayText, type Matter, petitionersOf, type Rating, ratings } from '../petition.ts'

/** Everyone who had a hand in the handling: none of them makes the return visit or the final check. */
export const hands = (m: Matter): (string | null)[] => [
  m.mainHandlerId,
  m.opinionNow?.draftedBy ?? null,
  ...m.records.filter((r) => r.kind === 'investigation').map((r) => r.staffId),
]

const order: Rating[] = ['dissatisfied', 'basicallySatisfied', 'satisfied', 'declined']
/** What stands on a matter that several people rated: the least content, no average, nothing supposed. */
export const worst = (all: (Rating | null)[]): Rating | null => order.find((r) => all.includes(r)) ?? null

/** 回访：由经办人以外的人进行；满意与否由信访人说，不作推定. */
const followUp = move({
  label: '登记回访',
  input: z
    .object({
      onDay: DayText,
      way: codes(contactWays),
      reached: z.boolean().default(true),
      ratingOffice: codes(ratings)
        .nullish()
        .transform((v) => v ?? null),
      ratingUnit: codes(ratings)
        .nullish()
        .transform((v) => v ?? null),
      reasons: z.string().trim().max(2000).default(''),
      executed: z.enum(['done', 'partly', 'notYet', 'none']).default('none'),
      newIssues: z.string().trim().max(2000).default(''),
      remedyTold: z.boolean().default(false),
      /** Which of several petitioners was asked; each rates for themselves. */
      partyId: z
        .uuid()
        .nullish()
        .transform((v) => v ?? null),
      ...DimensionAnswers,
    })
    .strict(),
  primary: (m) =>
    ['served', 'concluded', 'guided', 'notAccepted', 'noLongerAccepted', 'withdrawn'].includes(m.state) &&
    m.followedUpOn === null,
  refusal: (m, who) =>
    first(
      inState(m, 'served', 'concluded', 'guided', 'notAccepted', 'noLongerAccepted', 'withdrawn'),
      !is(who, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'leadOfficial', 'townLeader') &&
        only(who, 'clerk', 'petitionHead'),
      hands(m).includes(who.staffId) && '回访须由经办人以外的人进行',
    ),
  decide: (m, input, _who, today): Change => {
    if (input.onDay > today) throw new Invalid('回访日期不能晚于今天', { onDay: '不能晚于今天' })
    if (m.servedOn && input.onDay < m.servedOn) throw new Invalid('回访应当在送达之后', { onDay: '不能早于送达日期' })
    const own = m.ownRating ?? null
    const unasked = {
      ...(input.ratingOffice ? {} : { ratingOffice: '请选择信访人对信访办的评价' }),
      ...(input.ratingUnit || !m.mainUnitId ? {} : { ratingUnit: '请选择信访人对承办单位的评价' }),
    }
    if (input.reached && !own && Object.keys(unasked).length)
      throw new Invalid('请分别记录信访人对信访办和承办单位的评价；不愿评价的选“不作评价”', unasked)
    const petitioners = petitionersOf(m)
    const asked =
      petitioners.find((p) => p.id === input.partyId) ?? (petitioners.length === 1 ? petitioners[0] : undefined)
    if (input.partyId && !asked) throw new Invalid('这个人不是本事项的信访人', { partyId: '请重新选择' })
    const others = petitioners.filter((p) => p.id !== asked?.id)
    const word = (r: keyof typeof ratings | null) => (r ? ratings[r] : '—')
    return {
      kind: 'revisit',
      says: input.reached
        ? `回访（${contactWays[input.way]}）：信访办${word(input.ratingOffice)}，承办单位${word(input.ratingUnit)}${input.reasons ? `；${input.reasons}` : ''}${input.newIssues ? `；新情况：${input.newIssues}` : ''}`
        : `回访（${contactWays[input.way]}）：未能联系上信访人`,
      record: { kind: 'followUp', onDay: input.onDay, body: input.reasons, data: { ...input } },
      set: {
        followedUpOn: input.onDay,
        ...(input.reached
          ? {
              // What one person said himself no visit changes, for better or worse.
              ...(own && petitioners.length <= 1
                ? {}
                : {
                    ratingOffice: worst([
                      input.ratingOffice,
                      own?.office ?? null,
                      ...others.map((p) => p.ratingOffice),
                    ]),
                    ratingUnit: worst([input.ratingUnit, own?.unit ?? null, ...others.map((p) => p.ratingUnit)]),
                  }),
              lastContactOn: m.lastContactOn && m.lastContactOn > input.onDay ? m.lastContactOn : input.onDay,
            }
          : {}),
      },
      ...(input.reached && asked
        ? { rate: { partyId: asked.id, office: input.ratingOffice, unit: input.ratingUnit, on: input.onDay } }
        : {}),
      papers: [{ kind: 'followUpRecord', extra: { ...input } }],
    }
  },
})

export const revisitMoves = { followUp }
