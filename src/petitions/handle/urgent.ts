import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { is } from '../../people/roles.ts'
import { first, notClosed, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText } from '../petition.ts'

/** To whom the law says (第二十五条): own party committee and government, the competent department, the joint conference. */
export const urgentTo = {
  committee: '本级党委',
  government: '本级政府',
  department: '有关主管部门',
  jointConference: '本级信访工作联席会议办公室',
  superior: '上一级党委、政府',
} as const
const must = ['committee', 'government', 'department', 'jointConference'] as const

/** 可能造成社会影响的重大、紧急信访事项：立即报告，采取措施，不得隐瞒、谎报、缓报（第二十五条、第四十六条）. */
const reportUrgent = move({
  label: '报告重大紧急情况',
  input: z.object({
    what: z.string().trim().min(1, '请写明情况').max(5000),
    measures: z.string().trim().min(1, '请写明已经采取的措施').max(5000),
    to: z.array(codes(urgentTo)).min(1, '请选择报告给谁'),
    notYet: z.string().trim().max(300).default(''),
    onDay: DayText,
    time: z.string().trim().max(20).default(''),
    /** Leaders to be told at once; filled in by the server from the posts held. */
    leaderIds: z.array(z.string()).default([]),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.sealed && '检举控告不在此报告',
      only(
        who,
        'clerk',
        'petitionHead',
        'areaSecretary',
        'villageOfficer',
        'gridWorker',
        'unitHandler',
        'leadOfficial',
        'townLeader',
      ),
    ),
  decide: (m, input, _who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    const missing = must.filter((t) => !input.to.includes(t))
    if (missing.length && input.notYet === '')
      throw new Invalid(`还应报告：${missing.map((t) => urgentTo[t]).join('、')}；暂未报告的请写明原因`, {
        notYet: '请写明原因',
      })
    return {
      kind: 'urgent',
      says: `重大紧急情况已报告${input.to.map((t) => urgentTo[t]).join('、')}：${input.what}；措施：${input.measures}`,
      set: m.urgentOn ? {} : { urgentOn: input.onDay },
      record: {
        kind: 'urgent',
        onDay: input.onDay,
        body: input.what,
        data: { to: input.to, measures: input.measures, notYet: input.notYet, time: input.time },
      },
      tell: input.leaderIds.map((staffId) => ({
        staffId,
        says: `重大紧急：${m.number} ${m.title}——${input.what}`,
        kind: 'urgent',
      })),
    }
  },
})

const urgentFollow = move({
  label: '续报处置情况',
  input: z.object({ body: z.string().trim().min(1, '请写明处置进展').max(5000), over: z.boolean().default(false) }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.urgentOn === null && '没有报告过重大紧急情况',
      !is(who, 'unitHandler', 'leadOfficial', 'townLeader', 'areaSecretary', 'villageOfficer') &&
        only(who, 'clerk', 'petitionHead'),
    ),
  decide: (_m, input, _who, today): Change => ({
    kind: 'urgent',
    says: `续报${input.over ? '，情况已经平稳' : ''}：${input.body}`,
    record: { kind: 'urgent', onDay: today, body: input.body, data: { follow: true, over: input.over } },
  }),
})

export const urgentMoves = { reportUrgent, urgentFollow }
