import type { Day } from '../kit/day.ts'
import { is, type Who } from '../people/roles.ts'

/** When the office must press a unit (信访工作条例第四十条；省条例第五十九条). */
export const faults = {
  wrongAcceptance: '违反规定受理或不受理',
  wrongProcedure: '违反规定的办理程序',
  shirking: '推诿、敷衍、拖延',
  fraud: '弄虚作假',
  refusal: '拒不执行支持信访请求的意见',
  overdue: '无正当理由超过办理期限',
  noFeedback: '未按规定反馈办理结果',
} as const
export type Fault = keyof typeof faults
export const faultBasis: Record<Fault, string> = {
  wrongAcceptance: '《信访工作条例》第四十条第一项',
  wrongProcedure: '《信访工作条例》第四十条',
  shirking: '《信访工作条例》第四十条',
  fraud: '《信访工作条例》第四十条',
  refusal: '《信访工作条例》第三十二条、第四十条',
  overdue: '《山东省信访条例》第五十九条',
  noFeedback: '《山东省信访条例》第五十九条',
}

export const states = {
  proposed: '待决定挂牌',
  issued: '待答复',
  answered: '待核查',
  correcting: '整改中',
  corrected: '整改待核查',
  closed: '已办结',
  withdrawn: '已撤销',
} as const
export type State = keyof typeof states

export const adviceKinds = { work: '改进工作', policy: '完善政策', accountability: '追究责任' } as const
export const adoptions = { adopted: '采纳', partly: '部分采纳', declined: '不采纳' } as const

/** Causes of accountability, as the regulation lists them (第四十二条至第四十六条). */
export const causes = {
  A42: '引发信访：越权、不作为、适用法律错误、违反程序、拒不执行支持意见（第四十二条）',
  A43: '信访部门：未按规定登记、转送、交办、督办（第四十三条）',
  A44: '收到机关：未按规定登记、受理，未在期限内书面告知（第四十四条）',
  A45: '办理机关：推诿、拖延，对合法请求不予支持，不采纳建议（第四十五条）',
  A46: '任何人：作风粗暴、谋取利益、处置失当、瞒报缓报、泄露检举控告、打击报复（第四十六条）',
} as const
export type Cause = keyof typeof causes

export interface Supervision {
  state: State
  staffId: string
  answeredBy: string | null
  listed: boolean
  /** The principal leader it was put before (报请挂牌). */
  deciderId: string | null
}

const no = (condition: boolean, sentence: string) => (condition ? sentence : null)
const first = (...list: (string | null)[]) => list.find((x) => x !== null) ?? null

/** Why not, as a sentence; null when it may be done. */
export const refusals = {
  issue: (who: Who) => no(!is(who, 'petitionHead', 'townLeader'), '督办由信访办主任或党政主要领导发出'),
  decide: (who: Who, s: Supervision) =>
    first(
      no(s.state !== 'proposed', `此督办${states[s.state]}，没有报请挂牌`),
      no(s.deciderId !== who.staffId, '由报请的党政主要领导决定'),
      no(s.staffId === who.staffId, '不能督办自己'),
    ),
  answer: (who: Who, s: Supervision, unitHead: boolean) =>
    first(
      no(s.state !== 'issued', `此督办${states[s.state]}，不能再答复`),
      no(s.staffId !== who.staffId && !unitHead, '由被督办人或其单位负责人答复'),
    ),
  check: (who: Who, s: Supervision) =>
    first(
      no(s.state !== 'answered' && s.state !== 'corrected', `此督办${states[s.state]}，还不能核查`),
      no(!is(who, 'petitionHead', 'townLeader'), '核查由信访办主任或党政主要领导办理'),
      no(s.listed && !is(who, 'townLeader'), '挂牌督办由党政主要领导核查'),
      no(s.answeredBy === who.staffId || s.staffId === who.staffId, '不能核查自己的答复'),
    ),
  correct: (who: Who, s: Supervision, unitHead: boolean) =>
    first(
      no(s.state !== 'correcting', `此督办${states[s.state]}，没有要求整改`),
      no(s.staffId !== who.staffId && !unitHead, '由被督办人或其单位负责人报告整改'),
    ),
  withdraw: (who: Who, s: Supervision) =>
    first(
      no(s.state === 'closed' || s.state === 'withdrawn', `此督办${states[s.state]}`),
      no(s.state === 'proposed' && s.deciderId === who.staffId, '报请您的，请直接决定'),
      no(!is(who, 'petitionHead', 'townLeader'), '撤销由信访办主任或党政主要领导办理'),
      no(s.staffId === who.staffId, '不能撤销对自己的督办'),
    ),
}

export interface Member {
  staffId: string
  name: string
  /** What the person says to it. */
  statement: string
  /** The dissent as the minutes have it, and where; empty when none was recorded. */
  dissent: string
  minutes: string
}

/**
 * Why these people can't be held liable; null when they can. Who clearly objected, as the minutes show, is not liable
 * (信访工作责任制实施办法第十一条); everybody named is heard first; nobody decides about themselves.
 */
export const liableRefusal = (
  members: readonly Member[],
  liable: readonly string[],
  deciderId: string,
  collective: boolean,
): string | null => {
  for (const id of liable) {
    const m = members.find((x) => x.staffId === id)
    if (!m) return '只能在线索所列的人员中认定'
    if (id === deciderId) return '不能对自己作决定'
    if (collective && m.dissent !== '')
      return `${m.name}在会议上明确提出了不同意见（${m.minutes}），不承担集体决定的责任`
    if (m.statement === '') return `还没有听取${m.name}的陈述和申辩`
  }
  return null
}

/** A dissent as the minutes of a meeting on this matter have it; whose it is, where the name says so beyond doubt. */
export interface Recorded {
  staffId: string | null
  by: string
  text: string
  minutes: string
}

/** What was recorded of one person, as one sentence and where it is found. */
export const dissentOf = (
  list: readonly Recorded[],
  staffId: string,
  name: string,
): { dissent: string; minutes: string } | null => {
  // Where the minutes name two people alike, it stands with whoever of them is named here: it protects.
  const own = list.filter((r) => r.staffId === staffId || (r.staffId === null && name !== '' && r.by.includes(name)))
  return own.length
    ? {
        dissent: own.map((r) => r.text).join('；'),
        minutes: [...new Set(own.map((r) => r.minutes))].join('、'),
      }
    : null
}

/** Days a unit has to answer, unless the notice says otherwise; the law sets none. */
export const usualAnswerDays = 10

export interface Fact {
  text: string
  /** Where it can be seen: a limit, a trace, a paper, a supervision. */
  evidence: string
}

/** Facts that the records themselves show of a matter. They say what happened, not whose fault it is. */
export const factsFrom = (
  clocks: readonly {
    name: string
    article: string
    dueOn: Day
    endedOn: Day | null
    outcome: string | null
    days: number
  }[],
  supervisions: readonly { number: string; answerDueOn: Day; answeredOn: Day | null; late: number }[],
  advices: readonly { number: string; feedbackDueOn: Day; late: number }[],
): Fact[] => [
  ...clocks
    .filter((c) => c.outcome !== 'cancelled' && c.days > 0)
    .map((c) => ({
      text: `${c.name}（${c.article}）${c.dueOn} 届满，${c.endedOn ? `${c.endedOn} 才办，超期 ${c.days} 天` : `至今未办，已超 ${c.days} 天`}`,
      evidence: `期限记录 ${c.name}`,
    })),
  ...supervisions
    .filter((s) => s.late > 0)
    .map((s) => ({
      text: `督办通知${s.number}要求 ${s.answerDueOn} 前答复，${s.answeredOn ? `${s.answeredOn} 才答复` : '至今没有答复'}`,
      evidence: `督办 ${s.number}`,
    })),
  ...advices
    .filter((a) => a.late > 0)
    .map((a) => ({
      text: `建议书${a.number}应于 ${a.feedbackDueOn} 前书面反馈，至今没有反馈（已超 ${a.late} 天）`,
      evidence: `建议书 ${a.number}`,
    })),
]
