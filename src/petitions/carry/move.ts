import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { first, handles, notClosed } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type Matter } from '../petition.ts'
import { type DutyLine, duties, dutiesFor } from './duties.ts'

const lineOf = (m: Matter, duty: DutyLine['duty']) => m.duties?.find((l) => l.duty === duty)
const leads = (m: Matter, who: Who) => m.leadOfficialId === who.staffId
const adopted = (m: Matter) =>
  m.sealed ? '检举控告不适用' : m.leadOfficialId === null || m.duties === null ? '还没有包案领导，没有五包责任' : null

/** 五包责任: owner, what is due and by when. The petitioner's own statement has no date and can't be demanded. */
const planDuty = move({
  label: '安排五包',
  input: z.object({
    duty: codes(duties),
    ownerId: z.uuid('请选择责任人'),
    /** The owner's name, filled in by the store. */
    ownerName: text(100).default(''),
    what: text(500).default(''),
    due: DayText.nullish().transform((v) => v ?? null),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      adopted(m),
      !leads(m, who) && !is(who, 'petitionHead', 'townLeader') && '由包案领导或信访办主任安排',
    ),
  decide: (m, input, _who, today): Change => {
    const line = lineOf(m, input.duty)!
    if (line.doneOn) throw new Invalid('此项已经完成，先撤回完成再改', { duty: '已经完成' })
    if (m.barredIds.includes(input.ownerId)) throw new Invalid('所选人员应当回避本事项，请另选', { ownerId: '请另选' })
    if (input.duty === 'voluntarySettlement') {
      if (input.due) throw new Invalid('息诉罢访是信访人自己的意愿，不设期限', { due: '不设期限' })
    } else {
      const wrong: Record<string, string> = {
        ...(!input.due ? { due: '请定一个期限' } : input.due < today ? { due: '期限不能早于今天' } : {}),
        ...(input.what ? {} : { what: '请写明做什么' }),
      }
      if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)
    }
    const next: DutyLine = { ...line, ownerId: input.ownerId, what: input.what, due: input.due }
    return {
      kind: 'duty',
      says: `安排“${duties[input.duty]}”${input.ownerName ? `：${input.ownerName}` : ''}${input.what ? `，${input.what}` : ''}${input.due ? `，${input.due} 前完成` : ''}`,
      data: { from: line, to: next },
      set: { duties: m.duties!.map((l) => (l.duty === input.duty ? next : l)) },
      tell:
        input.ownerId === line.ownerId && input.due === line.due
          ? []
          : [
              {
                staffId: input.ownerId,
                says: `${m.number} 的“${duties[input.duty]}”由您负责${input.due ? `，${input.due} 前完成` : ''}`,
                kind: 'duty',
              },
            ],
    }
  },
})

/** One duty done, with what shows it. */
const doDuty = move({
  label: '完成五包',
  input: z.object({
    duty: codes(duties),
    onDay: DayText,
    note: text(1000).min(1, '请写明做了什么、结果如何'),
    evidenceIds: z.array(z.uuid()).max(50).default([]),
    /** Only for the petitioner's own statement: told freely, without any condition. */
    voluntary: z.boolean().default(false),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      adopted(m),
      !leads(m, who) &&
        !(m.duties ?? []).some((l) => l.ownerId === who.staffId) &&
        !handles(m, who) &&
        !is(who, 'petitionHead') &&
        '由包案领导、此项责任人或承办人记录',
    ),
  decide: (m, input, who, today): Change => {
    const line = lineOf(m, input.duty)!
    if (line.doneOn) throw new Invalid('此项已经完成', { duty: '已经完成' })
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.onDay < m.receivedOn) throw new Invalid('日期不能早于收到日期', { onDay: '不能早于收到日期' })
    const papers = [
      ...m.attachments.filter((a) => a.withdrawnAt === null).map((a) => a.id),
      ...m.documents.map((d) => d.id),
      ...m.records.map((r) => r.id),
    ]
    if (input.evidenceIds.some((e) => !papers.includes(e)))
      throw new Invalid('关联的证据不在本事项中', { evidenceIds: '请重新选择' })
    if (input.duty === 'voluntarySettlement') {
      if (!input.voluntary) throw new Invalid('须是信访人自愿的表示，没有附带任何条件', { voluntary: '请确认出于自愿' })
    } else if (input.evidenceIds.length === 0)
      throw new Invalid('请选择能说明此项的记录、文书或附件', { evidenceIds: '请选择佐证' })
    const next: DutyLine = {
      ...line,
      ownerId: line.ownerId ?? who.staffId,
      doneOn: input.onDay,
      doneBy: who.name,
      note: input.note,
      evidenceIds: input.evidenceIds,
    }
    return {
      kind: 'duty',
      says:
        input.duty === 'voluntarySettlement'
          ? `信访人自愿表示：${input.note}`
          : `完成“${duties[input.duty]}”：${input.note}`,
      data: { duty: input.duty, evidenceIds: input.evidenceIds },
      set: { duties: m.duties!.map((l) => (l.duty === input.duty ? next : l)) },
    }
  },
})

/** What was recorded as done turned out not to be. */
const undoDuty = move({
  label: '撤回五包完成',
  input: z.object({ duty: codes(duties), reason: text(500).min(1, '请写明理由') }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      adopted(m),
      !(m.duties ?? []).some((l) => l.doneOn !== null) && '没有已完成的五包责任',
      !leads(m, who) && !is(who, 'petitionHead', 'townLeader') && '由包案领导或信访办主任撤回',
    ),
  decide: (m, input): Change => {
    const line = lineOf(m, input.duty)!
    if (!line.doneOn) throw new Invalid('此项尚未完成', { duty: '尚未完成' })
    const next: DutyLine = { ...line, doneOn: null, doneBy: '', note: '', evidenceIds: [] }
    return {
      kind: 'duty',
      says: `撤回“${duties[input.duty]}”的完成：${input.reason}`,
      data: { from: line },
      set: { duties: m.duties!.map((l) => (l.duty === input.duty ? next : l)) },
      tell: line.ownerId
        ? [
            {
              staffId: line.ownerId,
              says: `${m.number} 的“${duties[input.duty]}”被撤回：${input.reason}`,
              kind: 'duty',
            },
          ]
        : [],
    }
  },
})

/** What naming a leader changes: the leader, and the five duties that come with it. */
export const withLead = (m: Pick<Matter, 'leadOfficialId' | 'duties'>, to: string) => ({
  leadOfficialId: to,
  duties: dutiesFor(m.duties, m.leadOfficialId, to),
})

/** The end of an adoption round for one matter. Not a move of the page: the round decides it. */
export const adoptChange = (
  m: Matter,
  to: { staffId: string; name: string },
  how: 'picked' | 'allotted',
  round: { id: string; title: string },
): Change => ({
  kind: 'duty',
  says: `包案轮次“${round.title}”${how === 'picked' ? '选定' : '无人选择，按职级由高到低确定'}：由${to.name}包案`,
  data: { roundId: round.id, how, from: m.leadOfficialId, to: to.staffId },
  set: withLead(m, to.staffId),
  tell: [{ staffId: to.staffId, says: `由您包案：${m.number} ${m.title}`, kind: 'duty' }],
})

export const carryMoves = { planDuty, doDuty, undoDuty }
