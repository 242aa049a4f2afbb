import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { first, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { contactWays, DayText, type Matter } from '../petition.ts'
import { nextSafetyOn } from './sealed.ts'

/** The attribute of a matter that concerns officials: their conduct, or the village's finances. */
export const concernsOfficials = 'cadreOrFinance'

/** When to ask next whether the petitioner has come under pressure; null when all have been asked, or it is no such matter. */
export const nextPressureOn = (m: Pick<Matter, 'receivedOn' | 'gradeAttributes' | 'records'>): Day | null =>
  m.gradeAttributes.includes(concernsOfficials)
    ? nextSafetyOn(
        m.receivedOn,
        m.records.flatMap((r) => (r.data?.pressure ? [{ kind: 'safety' }] : [])),
      )
    : null

/**
 * 条例第四十六条（六）: after a complaint about officials the office asks at set intervals, closed or not, whether there is
 * pressure. That it was asked stands in the matter; what was answered does not, since the unit handling it reads there:
 * pressure goes sealed and straight to the discipline liaison.
 */
const askPressure = move({
  label: '问有没有受到打压',
  input: z.object({ onDay: DayText, way: codes(contactWays) }),
  refusal: (m, who, today) => {
    const next = nextPressureOn(m)
    return first(
      only(who, 'clerk', 'petitionHead'),
      m.mainHandlerId === who.staffId && '由经办人以外的人问',
      !m.gradeAttributes.includes(concernsOfficials) && '此步只用于反映干部和村级财务的事项',
      next === null && '三次都问过了',
      next !== null && next > today && `下一次在 ${next}`,
    )
  },
  decide: (m, input, who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.onDay < m.receivedOn) throw new Invalid('日期不能早于收到日期', { onDay: '不能早于收到日期' })
    const body = '问过信访人有没有因为反映问题受到打压；回答不记在这里，有的直送纪检联络员'
    return {
      kind: 'contact',
      says: `${who.name}${contactWays[input.way]}${body}`,
      standsStill: true,
      record: { kind: 'contact', onDay: input.onDay, body, data: { way: input.way, whom: '信访人', pressure: true } },
    }
  },
})

export const pressureMoves = { askPressure }
