import { z } from 'zod'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { first, handles, inState, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type Matter, proofIds, type Task } from '../petition.ts'

const open = (m: Matter) => m.tasks.filter((t) => t.doneOn === null)
const taskOf = (m: Matter, id: string): Task => {
  const t = m.tasks.find((x) => x.id === id)
  if (!t) throw new Invalid('没有这一项执行任务', { taskId: '请重新选择' })
  if (t.doneOn) throw new Invalid('这一项已经执行完毕', { taskId: '请重新选择' })
  return t
}
/** The tasks that follow from an opinion: one for each claim that is supported (第三十二条第二款). */
export const tasksOf = (m: Pick<Matter, 'claims' | 'mainUnitId'>, dueOn: Task['dueOn']): Omit<Task, 'id' | 'round'>[] =>
  m.claims
    .filter((c) => c.result === 'supported')
    .map((c) => ({
      body: c.answer || c.body,
      unitId: m.mainUnitId,
      unitName: '',
      dueOn,
      doneOn: null,
      doneText: '',
      evidenceIds: [],
      pressed: 0,
      pressedOn: null,
    }))

/** 支持请求的意见，有权处理机关应当督促有关机关、单位执行（第三十二条第二款）；拒不执行的追责（第四十二条第四项）. */
const planExecution = move({
  label: '安排执行',
  input: z.object({
    taskId: z.uuid().nullish(),
    body: text(2000).default(''),
    unitId: z.uuid('请选择执行单位'),
    unitName: text(100).default(''),
    dueOn: DayText,
  }),
  refusal: (m, who) =>
    first(
      inState(m, 'served', 'inReview', 'inRecheck', 'concluded') && '处理意见送达之后、销号之前安排执行',
      !handles(m, who) && only(who, 'petitionHead', 'leadOfficial', 'townLeader'),
    ),
  decide: (m, input, _who, today): Change => {
    if (input.dueOn < today) throw new Invalid('执行期限不能早于今天', { dueOn: '不能早于今天' })
    const set = { unitId: input.unitId, unitName: input.unitName, dueOn: input.dueOn }
    if (input.taskId) {
      const t = taskOf(m, input.taskId)
      return {
        kind: 'execute',
        says: `执行安排：${t.body}，由${input.unitName}于 ${input.dueOn} 前完成`,
        data: { from: { unitId: t.unitId, dueOn: t.dueOn } },
        tasks: { change: [{ id: t.id, ...set, ...(input.body ? { body: input.body } : {}) }] },
      }
    }
    if (input.body === '') throw new Invalid('请写明执行什么', { body: '请填写' })
    return {
      kind: 'execute',
      says: `执行任务：${input.body}，由${input.unitName}于 ${input.dueOn} 前完成`,
      tasks: {
        new: [{ body: input.body, ...set, doneOn: null, doneText: '', evidenceIds: [], pressed: 0, pressedOn: null }],
      },
    }
  },
})

const executed = move({
  label: '登记执行完毕',
  input: z.object({
    taskId: z.uuid('请选择哪一项'),
    onDay: DayText,
    text: z.string().trim().min(1, '请写明怎样执行的').max(2000),
    evidenceIds: z.array(z.uuid()).min(1, '请关联执行的证据').max(50),
  }),
  refusal: (m, who) =>
    first(
      open(m).length === 0 && '没有待执行的任务',
      !(is(who, 'unitHandler') && open(m).some((t) => t.unitId !== null && who.unitIds.includes(t.unitId))) &&
        !handles(m, who) &&
        only(who, 'petitionHead'),
    ),
  decide: (m, input, _who, today): Change => {
    const t = taskOf(m, input.taskId)
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    if (m.servedOn && input.onDay < m.receivedOn)
      throw new Invalid('日期不能早于收到日期', { onDay: '不能早于收到日期' })
    if (input.evidenceIds.some((e) => !proofIds(m).includes(e)))
      throw new Invalid('所选证据不在本事项中', { evidenceIds: '请重新选择' })
    return {
      kind: 'execute',
      says: `执行完毕：${t.body}——${input.text}`,
      tasks: {
        change: [{ id: t.id, doneOn: input.onDay, doneText: input.text, evidenceIds: input.evidenceIds }],
      },
    }
  },
})

const pressExecution = move({
  label: '督促执行',
  input: z.object({
    taskId: z.uuid('请选择哪一项'),
    says: z.string().trim().min(1, '请写明督促的内容').max(500),
    /** People of the unit, filled in by the server. */
    unitStaffIds: z.array(z.string()).default([]),
  }),
  refusal: (m, who) =>
    first(open(m).length === 0 && '没有待执行的任务', only(who, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader')),
  decide: (m, input, who, today): Change => {
    const t = taskOf(m, input.taskId)
    const to = new Set([...input.unitStaffIds, ...(m.mainHandlerId ? [m.mainHandlerId] : [])])
    return {
      kind: 'execute',
      says: `第 ${t.pressed + 1} 次督促执行（${t.body}）：${input.says}`,
      tasks: { change: [{ id: t.id, pressed: t.pressed + 1, pressedOn: today }] },
      tell: [...to].map((staffId) => ({
        staffId,
        says: `${who.post}${who.name}督促执行：${m.number} ${input.says}`,
        kind: 'press',
      })),
    }
  },
})

/** 办结报告：交办的事项办结后向交办机关报告（第二十二条第三项）. */
const completionReport = move({
  label: '提交办结报告',
  input: z.object({
    facts: z.string().trim().min(1, '请写明查明的事实').max(20_000),
    result: z.string().trim().min(1, '请写明处理结果').max(20_000),
    execution: z.string().trim().min(1, '请写明执行情况').max(5000),
    view: z.string().trim().min(1, '请写明信访人的意见').max(5000),
  }),
  refusal: (m, who) =>
    first(
      m.sendMode !== 'assign' && '不是交办的事项，无须办结报告',
      m.sealed && '检举控告不适用',
      m.reportedOn !== null && '已经提交办结报告',
      !['served', 'inReview', 'inRecheck', 'concluded', 'notAccepted', 'noLongerAccepted'].includes(m.state) &&
        '答复送达之后提交',
      !handles(m, who) && '由承办单位提交',
    ),
  decide: (m, input, _who, today): Change => ({
    kind: 'reply',
    says: `提交办结报告${m.limitOn && today > m.limitOn ? `（超过交办期限 ${m.limitOn}）` : ''}`,
    set: { reportedOn: today },
    record: { kind: 'report', onDay: today, body: input.result, data: { ...input } },
    papers: [
      {
        kind: 'completionReport',
        extra: {
          ...input,
          assignNumber: m.documents.filter((d) => d.kind === 'assignLetter').at(-1)?.number ?? m.number,
        },
      },
    ],
  }),
})

export const executeMoves = { planExecution, executed, pressExecution, completionReport }
