import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText } from '../../petitions/petition.ts'
import { heads } from '../network/network.ts'
import { type Dispute, satisfactions, standing } from './dispute.ts'
import { disputeMove, first, inState, leads } from './move.ts'

/** The follow-up is somebody else's: neither mediator, nor one of before. */
export const assignFollower = disputeMove({
  label: '指定回访人',
  input: z.object({ staffId: z.uuid('请选择回访人'), onDay: DayText }),
  refusal: (d, me) =>
    first(
      inState(d, 'performing', 'performed', 'breached', 'failed', 'withdrawn'),
      leads(d, me),
      d.followedOn !== null && d.followUpOn === null && '已经回访',
    ),
  decide: (d, input, _me, today, { candidates }) => {
    if (d.mediatorIds.includes(input.staffId) || d.formerIds.includes(input.staffId))
      throw new Invalid('回访由没有承办过的人进行', { staffId: '请另选' })
    if (!candidates.some((c) => c.staffId === input.staffId))
      throw new Invalid('请选择本站现任成员', { staffId: '请另选' })
    if (input.onDay < today) throw new Invalid('日期不能早于今天', { onDay: '不能早于今天' })
    return {
      says: `指定回访人，${input.onDay} 前回访`,
      set: { followerId: input.staffId, followUpOn: input.onDay },
      tell: [{ staffId: input.staffId, says: `请于 ${input.onDay} 前回访 ${d.number}` }],
    }
  },
})

export const followUp = disputeMove({
  label: '回访',
  primary: (d, me) => d.followerId === me.staffId && d.followUpOn !== null,
  input: z.object({
    onDay: DayText,
    satisfaction: codes(satisfactions),
    performance: needed(500, '请写明履行情况'),
    said: text(2000).default(''),
    risk: text(500).default(''),
    /** When to ask again; nothing when once is enough. */
    againOn: DayText.nullable().default(null),
  }),
  refusal: (d, me) =>
    first(
      inState(d, 'performing', 'performed', 'breached', 'failed', 'withdrawn'),
      (d.mediatorIds.includes(me.staffId) || d.formerIds.includes(me.staffId)) && '回访由没有承办过的人进行',
      d.followerId !== me.staffId && !heads(me, d.stationId) && '由指定的回访人或本站主任回访',
    ),
  decide: (d, input, _me, today) => {
    if (input.onDay > today || input.onDay < d.registeredOn) throw new Invalid('日期不对', { onDay: '日期不对' })
    if (input.againOn !== null && input.againOn <= today)
      throw new Invalid('再次回访的日期应在今天之后', { againOn: '应在今天之后' })
    if (input.risk !== '' && input.againOn === null)
      throw new Invalid('还有隐患的，请定下再次回访的日期', { againOn: '请填写' })
    const n = d.records.filter((r) => r.kind === 'followUp').length + 1
    return {
      says: `回访：${satisfactions[input.satisfaction]}`,
      set: { followedOn: input.onDay, satisfaction: input.satisfaction, followUpOn: input.againOn },
      records: [
        {
          kind: 'followUp',
          onDay: input.onDay,
          body: input.said,
          data: { n, satisfaction: input.satisfaction, performance: input.performance, risk: input.risk },
        },
      ],
      papers: [{ kind: 'mediationFollowUp', about: String(n) }],
    }
  },
})

/** What keeps a dossier from being closed; empty when nothing does. */
export const closeMissing = (d: Dispute): string[] => [
  ...(d.state === 'performed' && d.followedOn === null ? ['还没有回访'] : []),
  ...(d.followedOn !== null && d.followUpOn !== null ? [`还要在 ${d.followUpOn} 前再次回访`] : []),
  ...(standing(d).some((a) => a.confirm !== null && a.confirm.result === null) ? ['司法确认还没有结果'] : []),
]

export const close = disputeMove({
  label: '归档',
  confirm: '归档后不再改动；再起纠纷的，另行登记并关联。',
  primary: (d) => d.state === 'performed' && closeMissing(d).length === 0,
  input: z.object({ note: text(1000).default('') }),
  refusal: (d, me) =>
    first(inState(d, 'performed', 'failed', 'notAccepted', 'withdrawn', 'breached'), leads(d, me), closeMissing(d)[0]),
  decide: (d, input, _me, today) => {
    if (d.state === 'breached' && input.note === '')
      throw new Invalid('未履行的归档，请写明当事人走了哪条路（执行、起诉）', { note: '请写明' })
    return {
      says: '归档',
      set: {
        state: 'closed',
        closedOn: today,
        ...(d.endReason === '' && d.state === 'breached' ? { endReason: '未履行，转司法途径', endedOn: today } : {}),
      },
      records: [{ kind: 'note', onDay: today, body: `归档。${input.note}`.trim() }],
    }
  },
})

export const afterMoves = { assignFollower, followUp, close }
