import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { type Day, isDay } from '../../kit/day.ts'

/**
 * 五包 read lawfully (domain reference §7.3): 包稳控 is contact, safety and care in hardship, never the watching of a
 * person; 包息诉罢访 is the petitioner's own statement, never asked for and never a condition of anything.
 */
export const duties = {
  investigate: '包调查',
  handle: '包处理',
  counsel: '包疏导教育',
  preventEscalation: '包稳控',
  voluntarySettlement: '包息诉罢访',
} as const
export type Duty = keyof typeof duties
export const dutyNames = Object.keys(duties) as Duty[]

/** One character each, for the five dots of a ledger row. */
export const dutyShort: Record<Duty, string> = {
  investigate: '调',
  handle: '处',
  counsel: '导',
  preventEscalation: '稳',
  voluntarySettlement: '息',
}

export const dutyReadings: Record<Duty, string> = {
  investigate: '查清事实：看现场、问当事人、核证据',
  handle: '依法依规提出并落实处理意见',
  counsel: '讲清政策和救济途径，听取意见，解释处理结果',
  preventEscalation: '保持联系，关心安全和生活困难，需要时协调救助；不是看管人',
  voluntarySettlement: '记录信访人自己的表示；出于自愿，不得要求，不作为办理、救助、销号的条件',
}

/** What closing may ask for when it was planned; the other two never. */
export const askedAtClosing: readonly Duty[] = ['investigate', 'handle', 'counsel']

const DayText = z.custom<Day>((v) => isDay(v), '日期应写作 2026-03-05')
export const DutyLine = z.object({
  duty: codes(duties),
  ownerId: z.string().nullable(),
  /** What is to be done, and by when; planned when `due` is set. */
  what: z.string(),
  due: DayText.nullable(),
  doneOn: DayText.nullable(),
  doneBy: z.string(),
  note: z.string(),
  evidenceIds: z.array(z.string()),
})
export type DutyLine = z.infer<typeof DutyLine>

/** Five lines for a matter just adopted: the leader owns each until another is named. */
export const freshDuties = (ownerId: string): DutyLine[] =>
  dutyNames.map((duty) => ({ duty, ownerId, what: '', due: null, doneOn: null, doneBy: '', note: '', evidenceIds: [] }))

/** The lines after a change of leader: what the former leader owned and has not done goes to the new one. */
export const dutiesFor = (now: DutyLine[] | null, from: string | null, to: string): DutyLine[] =>
  now === null
    ? freshDuties(to)
    : now.map((l) => (l.doneOn === null && (l.ownerId === from || l.ownerId === null) ? { ...l, ownerId: to } : l))

/** 'done' 已完成 · 'late' 已过期限 · 'planned' 已定期限 · 'open' 未定. */
export const dutyStatus = (l: DutyLine, today: Day): 'done' | 'late' | 'planned' | 'open' =>
  l.doneOn !== null ? 'done' : l.due === null ? 'open' : l.due < today ? 'late' : 'planned'
export const dutyStatusWords = { done: '已完成', late: '已过期限', planned: '进行中', open: '未定期限' } as const

/** The five as text for Excel and print: '调✓ 处○ 导! 稳○ 息–'; empty when the matter is not adopted. */
export const dutyText = (lines: DutyLine[] | null, today: Day): string =>
  (lines ?? [])
    .map((l) => `${dutyShort[l.duty]}${{ done: '✓', late: '!', planned: '○', open: '–' }[dutyStatus(l, today)]}`)
    .join(' ')

/** Planned duties that closing must wait for, by name. */
export const dutiesMissing = (lines: DutyLine[] | null): string[] =>
  (lines ?? [])
    .filter((l) => askedAtClosing.includes(l.duty) && l.due !== null && l.doneOn === null)
    .map((l) => `五包中已定期限的“${duties[l.duty]}”`)
