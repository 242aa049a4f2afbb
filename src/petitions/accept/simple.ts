import { type Matter, petitionersOf } from '../petition.ts'

/** 简易办理适用的情形（《信访事项简易办理办法（试行）》）. */
export const simpleReasons = {
  clear: '事实清楚、责任明确、争议不大、易于解决',
  answerable: '咨询、意见建议、表扬感谢，可以即时答复',
  daily: '涉及群众日常生产生活、时效性强，应当即时处理',
  promised: '有关机关已有明确承诺或结论',
} as const

/** Why the simple procedure is not for this matter, or null (domain reference §3.3). */
export const simpleRefusal = (m: Matter): string | null =>
  m.repeat || !m.firstTime
    ? '简易办理只适用于初次信访事项'
    : m.class === 'claim' && m.route !== 'petitionProcedure'
      ? '属于法定途径的，不适用简易办理'
      : m.class === 'accusation'
        ? '检举控告不适用简易办理'
        : m.assistUnitIds.length > 0
          ? '涉及几个责任单位的，不适用简易办理'
          : m.grade === 'red' || m.gradeProposed === 'red'
            ? '红色事项情况复杂，不适用简易办理'
            : Math.max(m.headCount, petitionersOf(m).length) >= 5
              ? '多人联名或走访的，不适用简易办理'
              : null
