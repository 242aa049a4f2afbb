import type { Matter } from './petition.ts'
import { missingInOpinion } from './reply/move.ts'
import { missingToClose } from './signoff/move.ts'

/** What an answer still lacks, of what is saved or of what is being written. */
export const toAnswer = (missing: string[]) => {
  const all = ['听取信访人陈述（至少一次联系记录）', '调查核实记录', '查明的事实', '处理意见', '法律法规政策依据']
  return { step: '答复', missing, done: all.filter((x) => !missing.includes(x)) }
}

/** 还差什么: the title of the next step and what it still lacks, for the right column of the page. */
export const missingFor = (m: Matter): { step: string; missing: string[]; done: string[] } | null => {
  if (m.state === 'registered') {
    const lacks = [
      ...(m.class === null ? ['分类'] : []),
      ...(m.class === 'claim' && m.route === null ? ['办理路径（第三十一条）'] : []),
      ...(m.grade === null ? [m.gradeProposed ? '红色定级待另一人确认' : '定级'] : []),
    ]
    return { step: '受理', missing: lacks, done: ['登记'] }
  }
  if (m.state === 'accepted') return { step: '办理', missing: ['交办到人'], done: ['受理'] }
  if (m.state === 'handling') return toAnswer(missingInOpinion(m.opinionNow, m.claims, m))
  if (m.state === 'opinionSigned') return { step: '送达', missing: ['送达回证'], done: ['签发'] }
  if (['served', 'concluded', 'guided', 'notAccepted', 'noLongerAccepted', 'withdrawn'].includes(m.state)) {
    const tests = m.closing === 'proposed' ? ['四项标准待核验'] : m.closing === 'confirmed' ? [] : ['四项标准']
    return {
      step: '销号',
      missing: [...(m.state === 'served' ? ['办结'] : []), ...missingToClose(m), ...tests],
      done: [],
    }
  }
  return null
}
