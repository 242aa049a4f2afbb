import { is, type Who } from '../people/roles.ts'
import { type Matter, petitionersOf } from '../petitions/petition.ts'
import { hands } from '../petitions/revisit/move.ts'

export const answerKinds = { answer: '答复', suggestion: '人民建议' } as const
export type AnswerKind = keyof typeof answerKinds

/** How large a group must be for one of it not to be made out; set by the petition office. */
export interface PublishRule {
  /** People of the village, at least. */
  people: number
  /** Matters of the same content in the town within two years, at least. */
  alike: number
}
export const usualRule: PublishRule = { people: 300, alike: 3 }

/** What must be known of a matter besides itself. */
export interface PublishFacts {
  consent: boolean
  /** People of the matter's village as the register of places has them; null when nobody entered it. */
  population: number | null
  /** Matters of the same content in the town within two years, this one among them; none where its content isn't classified. */
  alike: number
}

/** The written answer, as it was given; empty while there is none. */
export const answerOf = (m: Matter): string =>
  m.claims
    .map((c) => c.answer.trim())
    .filter(Boolean)
    .join('\n') ||
  (m.opinionNow?.opinion.trim() ?? '')

/** Why the answer to this matter can't be published; null when it may, once its words are struck and checked. */
export const publishRefusal = (m: Matter, facts: PublishFacts, rule: PublishRule): string | null => {
  if (m.sealed || m.confidential || m.class === 'accusation') return '检举控告和要求保密的事项不公开'
  if (!facts.consent) return '信访人没有同意公开'
  if (m.headCount > 1 || petitionersOf(m).length > 1) return '几个人共同反映的，一个人的同意不够，不公开'
  if (m.servedOn === null || answerOf(m) === '') return '书面答复送达以后才能公开'
  if (m.villageId !== null && facts.population === null) return '没有登记所在村的人口，不能判断会不会被认出来，不公开'
  if (m.villageId !== null && facts.population! < rule.people)
    return `所在村不足 ${rule.people} 人，容易被认出来，不公开`
  if (m.category === null) return '还没有归入内容类别，不能判断同类事项够不够多，不公开；请先分类'
  if (facts.alike < rule.alike) return `两年内同类事项不足 ${rule.alike} 件，容易被认出来，不公开`
  return null
}

/** Why this person can't be the one who checks; null when they may. */
export const checkRefusal = (m: Matter, who: Who): string | null =>
  !is(who, 'clerk', 'petitionHead')
    ? '由信访办核对后公开'
    : hands(m).includes(who.staffId)
      ? '公开前由经办人以外的人核对'
      : null
