import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { first, noneWaiting, notClosed, only } from '../guard.ts'
import { type Change, move, proposal } from '../move.ts'
import { grades } from '../petition.ts'
import { gradeAttributes, reviewDays } from './grading.ts'

const graders = ['clerk', 'petitionHead', 'areaSecretary', 'leadOfficial', 'townLeader', 'disciplineLiaison'] as const

export const gradeMove = move({
  label: '定级',
  input: z.object({
    grade: codes(grades),
    gradeReason: text(300).min(1, '请写明定级理由'),
    gradeAttributes: z.array(z.string().max(40)).max(30).default([]),
    isKey: z.boolean().optional(),
  }),
  refusal: (m, who) => first(notClosed(m), only(who, ...graders)),
  decide: (m, input, who, today): Change => {
    const unknown = input.gradeAttributes.find((a) => !Object.hasOwn(gradeAttributes, a))
    if (unknown) throw new Invalid(`没有“${unknown}”这一属性`)
    const key = input.isKey === undefined ? {} : { isKey: input.isKey }
    if (input.grade === 'red' && m.grade !== 'red') {
      const waiting = m.pending?.move === 'confirmGrade' ? null : noneWaiting(m)
      if (waiting) throw new Refused(waiting)
      return {
        kind: 'classify',
        says: `拟定红色：${input.gradeReason}（待另一人确认）`,
        data: { from: m.grade, to: 'red', proposed: true },
        set: {
          ...key,
          gradeProposed: 'red',
          gradeProposedBy: who.staffId,
          gradeAttributes: input.gradeAttributes,
          pending: proposal(
            'confirmGrade',
            `定为红色：${input.gradeReason}`,
            { grade: 'red', gradeReason: input.gradeReason },
            who,
            today,
          ),
        },
      }
    }
    return {
      kind: 'classify',
      says: `定为${grades[input.grade]}：${input.gradeReason}；${reviewDays[input.grade]} 日内复核`,
      data: { from: m.grade, to: input.grade },
      set: {
        ...key,
        grade: input.grade,
        gradeReason: input.gradeReason,
        gradeAttributes: input.gradeAttributes,
        gradeProposed: null,
        gradeProposedBy: null,
        reviewOn: addDays(today, reviewDays[input.grade]),
        ...(m.pending?.move === 'confirmGrade' ? { pending: null } : {}),
      },
    }
  },
})

/** Red is settled by a second person. */
export const confirmGrade = move({
  label: '确认红色定级',
  input: z.object({ agree: z.boolean(), note: text(300).default('') }),
  primary: (m) => m.state === 'registered',
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.gradeProposed !== 'red' && '没有待确认的红色定级',
      only(who, ...graders),
      m.gradeProposedBy === who.staffId && '红色须由另一人确认，不能自己确认自己提出的定级',
    ),
  decide: (m, { agree, note }, who, today): Change => {
    const reason = String(m.pending?.input.gradeReason ?? '') || note || '按事项属性定级'
    const clear = {
      gradeProposed: null,
      gradeProposedBy: null,
      ...(m.pending?.move === 'confirmGrade' ? { pending: null } : {}),
    }
    if (!agree) {
      if (!note) throw new Invalid('不同意时请写明理由', { note: '请写明理由' })
      return { kind: 'classify', says: `未同意定为红色：${note}`, set: clear }
    }
    return {
      kind: 'classify',
      says: `${who.name}确认红色：${reason}；${reviewDays.red} 日内复核`,
      data: { from: m.grade, to: 'red' },
      set: { ...clear, grade: 'red', gradeReason: reason, reviewOn: addDays(today, reviewDays.red) },
    }
  },
})
