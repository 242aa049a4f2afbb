import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day, formal } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { contactWays, DayText } from '../petition.ts'
import { RegisterInput } from '../register/move.ts'

/** A sealed matter has a life of its own, short and apart: the office does not investigate cadres (第三十条). */
export const sealedStates = {
  sealed: '已密封，待转送',
  forwarded: '已转送，待签收',
  closed: '已签收结束',
  returned: '已转回普通办理',
} as const
export type SealedState = keyof typeof sealedStates

export const sealedWhys = {
  accusation: '检举控告',
  confidential: '信访人要求保密',
  midway: '办理中发现属检举控告',
  pressure: '反映受到打压',
} as const
export const noteKinds = {
  contact: '联系信访人',
  feedback: '向实名检举人反馈',
  safety: '回访是否受到打压',
  note: '备注',
} as const

/** Days after receipt on which the liaison asks whether the petitioner has come under pressure: the office's own interval, not the law's. */
export const safetyDays = [30, 90, 180] as const

/** The next such day; null when all have been done. */
export const nextSafetyOn = (from: Day, notes: readonly { kind: string }[]): Day | null => {
  const days = safetyDays[notes.filter((n) => n.kind === 'safety').length]
  return days === undefined ? null : addDays(from, days)
}

const KeptFile = z.object({
  id: z.string(),
  name: z.string(),
  mime: z.string(),
  size: z.number(),
  sha256: z.string(),
  key: z.string(),
  /** Base64 of the file's own key; null while the file still lies unsealed where it was. */
  secret: z.string().nullable(),
  byName: z.string(),
  at: z.string(),
})
export type KeptFile = z.infer<typeof KeptFile>

/** All there is to a sealed matter; only ever stored encrypted. */
export const SealedContent = z.object({
  why: codes(sealedWhys),
  input: RegisterInput,
  queryCode: z.string(),
  registeredOn: DayText,
  registeredBy: z.string().nullable(),
  registeredByName: z.string(),
  accused: z.array(z.object({ name: z.string(), unit: z.string() })).default([]),
  /** Ids of liaisons who are themselves accused: they see nothing of it. */
  barredIds: z.array(z.string()).default([]),
  files: z.array(KeptFile).default([]),
  notes: z
    .array(z.object({ onDay: DayText, kind: codes(noteKinds), way: z.string(), body: z.string(), byName: z.string() }))
    .default([]),
  forwarded: z
    .object({ organ: z.string(), basis: z.string(), way: z.string(), onDay: DayText, byName: z.string() })
    .nullable()
    .default(null),
  acknowledged: z.object({ number: z.string(), onDay: DayText, byName: z.string() }).nullable().default(null),
  asked: z
    .object({
      reason: z.string(),
      class: z.enum(['claim', 'suggestion']).nullable(),
      byId: z.string(),
      byName: z.string(),
      onDay: DayText,
      confirmerId: z.string(),
      confirmerName: z.string(),
    })
    .nullable()
    .default(null),
  /** The matter as it stood in the common tables, when it was sealed midway. */
  before: z.object({ petitionId: z.string(), number: z.string(), kept: z.unknown() }).nullable().default(null),
  /** The matter of the common ledger of which this is told, when it is about pressure. */
  about: z.object({ petitionId: z.string(), number: z.string() }).nullable().default(null),
  /** Its number in the common ledger after it was returned there. */
  returnedAs: z.string().default(''),
})
export type SealedContent = z.infer<typeof SealedContent>

export interface Sealed {
  id: string
  number: string
  state: SealedState
  receivedOn: Day
  dueOn: Day | null
  forwardedOn: Day | null
  closedOn: Day | null
  contactOn: Day | null
  version: number
  content: SealedContent
}

/** T23: sealed at once when it is an accusation, or when the petitioner asks that nobody learn of it. */
export const mustSeal = (m: { class: string | null; confidential: boolean }): boolean =>
  m.class === 'accusation' || m.confidential

/** What the petitioner of a sealed matter is told who comes with the slip. */
export const sealedWords = (m: { number: string; state: SealedState; receivedOn: Day; returnedAs: string }): string =>
  `您的事项（编号 ${m.number}，${formal(m.receivedOn)}收到）已经密封，只有纪检联络员能够看到。${
    {
      sealed: '正在按规定转送有权处理的机关。',
      forwarded: '已经转送有权处理的机关，等待对方签收。',
      closed: '有权处理的机关已经签收，由该机关依照其规定处理和反馈。',
      returned: `已经按您的同意转入普通办理，请用编号 ${m.returnedAs} 和原来的查询码查询。`,
    }[m.state]
  }要补充情况，请带回执到镇信访窗口，请纪检联络员接待。`

export const mayOpenSealed = (who: Who): boolean => is(who, 'disciplineLiaison')

/** What a step on a sealed matter changes. */
export interface SealedChange {
  says: string
  state?: SealedState
  forwardedOn?: Day
  closedOn?: Day
  content: SealedContent
  /** Returned to the common ledger by this step. */
  back?: { class: 'claim' | 'suggestion' | null }
}

interface SealedMove<I> {
  label: string
  input: z.ZodType<I>
  refusal: (s: Sealed, who: Who) => string | null
  decide: (s: Sealed, input: I, who: Who, today: Day) => SealedChange
}
const move = <I>(m: SealedMove<I>) => m

const liaisonOnly = (who: Who) => (mayOpenSealed(who) ? null : '由纪检联络员办理')
const running = (s: Sealed) => (s.state === 'closed' || s.state === 'returned' ? `此件${sealedStates[s.state]}` : null)
const notLater = (day: Day, today: Day, s: Sealed) => {
  if (day > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
  if (day < s.receivedOn) throw new Invalid('日期不能早于收到日期', { onDay: '不能早于收到日期' })
}

export const sealedMoves = {
  nameAccused: move({
    label: '写明被反映人',
    input: z.object({
      accused: z
        .array(z.object({ name: text(40).min(1, '请填写姓名'), unit: text(80).default('') }))
        .max(30)
        .default([]),
    }),
    refusal: (s, who) => liaisonOnly(who) ?? running(s),
    decide: (s, { accused }) => ({
      says: `写明被反映人 ${accused.length} 名`,
      content: { ...s.content, accused },
    }),
  }),
  note: move({
    label: '记录',
    input: z.object({
      kind: codes(noteKinds),
      onDay: DayText,
      way: z.enum(['', ...(Object.keys(contactWays) as (keyof typeof contactWays)[])]).default(''),
      body: text(5000).min(1, '请写明内容'),
    }),
    refusal: (s, who) => liaisonOnly(who) ?? (s.state === 'returned' ? '此件已转回普通办理' : null),
    decide: (s, input, who, today) => {
      notLater(input.onDay, today, s)
      return {
        says: noteKinds[input.kind],
        content: { ...s.content, notes: [...s.content.notes, { ...input, byName: who.name }] },
      }
    },
  }),
  /** 第二十二条第二款、第三十条：按干部管理权限转送，本机关不调查. */
  forward: move({
    label: '转送纪检监察机关',
    input: z.object({
      organ: text(80).min(1, '请写明转送的机关'),
      basis: text(200).default(''),
      way: text(40).min(1, '请写明转送方式'),
      onDay: DayText,
    }),
    refusal: (s, who) =>
      liaisonOnly(who) ??
      (s.state !== 'sealed' ? `此件${sealedStates[s.state]}` : s.content.asked ? '正在等待确认转回' : null),
    decide: (s, input, who, today) => {
      notLater(input.onDay, today, s)
      return {
        says: '转送有管理权限的机关',
        state: 'forwarded',
        forwardedOn: input.onDay,
        content: { ...s.content, forwarded: { ...input, byName: who.name } },
      }
    },
  }),
  acknowledge: move({
    label: '登记签收回执',
    input: z.object({ number: text(100).default(''), onDay: DayText }),
    refusal: (s, who) => liaisonOnly(who) ?? (s.state !== 'forwarded' ? `此件${sealedStates[s.state]}` : null),
    decide: (s, input, who, today) => {
      notLater(input.onDay, today, s)
      if (input.onDay < (s.forwardedOn ?? s.receivedOn))
        throw new Invalid('签收日期不能早于转送日期', { onDay: '不能早于转送日期' })
      return {
        says: '对方已签收，本机关环节结束',
        state: 'closed',
        closedOn: input.onDay,
        content: { ...s.content, acknowledged: { ...input, byName: who.name } },
      }
    },
  }),
  /** Out of the seal only by two: one proposes, the other confirms, both on record. */
  askReturn: move({
    label: '提请转回普通办理',
    input: z.object({
      reason: text(500).min(4, '请写明理由'),
      class: z
        .enum(['claim', 'suggestion'])
        .nullish()
        .transform((v) => v ?? null),
      consent: z.boolean().default(false),
      confirmerId: z.uuid('请选择确认的人'),
      confirmerName: z.string().default(''),
    }),
    refusal: (s, who) =>
      liaisonOnly(who) ??
      (s.state !== 'sealed' ? `此件${sealedStates[s.state]}` : s.content.asked ? '已经提请，等待确认' : null),
    decide: (s, input, who, today) => {
      if (input.confirmerId === who.staffId) throw new Invalid('须由另一人确认', { confirmerId: '须由另一人确认' })
      if (
        s.content.barredIds.includes(input.confirmerId) ||
        s.content.accused.some((a) => a.name === input.confirmerName)
      )
        throw new Invalid('被反映的人不能确认', { confirmerId: '请另选一人' })
      if (!input.consent)
        throw new Invalid('转回后承办人员将看到信访人信息，须先征得信访人同意', { consent: '须征得信访人同意' })
      return {
        says: `提请转回普通办理，请${input.confirmerName}确认`,
        content: {
          ...s.content,
          asked: {
            reason: input.reason,
            class: input.class,
            byId: who.staffId,
            byName: who.name,
            onDay: today,
            confirmerId: input.confirmerId,
            confirmerName: input.confirmerName,
          },
        },
      }
    },
  }),
  answerReturn: move({
    label: '确认转回',
    input: z.object({ agree: z.boolean(), reason: text(500).default('') }),
    refusal: (s, who) =>
      !s.content.asked
        ? '没有待确认的转回'
        : s.content.asked.confirmerId !== who.staffId
          ? `由${s.content.asked.confirmerName}确认`
          : null,
    decide: (s, { agree, reason }, who, today) => {
      const { asked } = s.content
      if (!asked) throw new Refused('没有待确认的转回')
      if (!agree) {
        if (!reason) throw new Invalid('不同意时请写明理由', { reason: '请写明理由' })
        return { says: `${who.name}不同意转回：${reason}`, content: { ...s.content, asked: null } }
      }
      return {
        says: `${who.name}确认转回普通办理`,
        state: 'returned',
        closedOn: today,
        content: s.content,
        back: { class: asked.class },
      }
    },
  }),
}
export type SealedMoveName = keyof typeof sealedMoves
export const sealedMoveOf = (name: string): SealedMove<unknown> | undefined =>
  Object.hasOwn(sealedMoves, name) ? (sealedMoves[name as SealedMoveName] as unknown as SealedMove<unknown>) : undefined

/** The steps the liaison is offered, with the reason why not. */
export const sealedOffers = (s: Sealed, who: Who) =>
  (Object.keys(sealedMoves) as SealedMoveName[])
    .filter((k) => k !== 'answerReturn')
    .map((k) => ({ move: k as string, label: sealedMoves[k].label as string, refusal: sealedMoves[k].refusal(s, who) }))
