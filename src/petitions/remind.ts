import { type Day, daysBetween } from '../kit/day.ts'

/** The tightest step reached before a limit; its key lets it go out once, even after a day of downtime. */
export const remindSteps = [7, 3, 1, 0] as const
export const remindKey = (
  r: { petitionId: string; rule: string; dueOn: Day; round: number },
  today: Day,
): { key: string; left: number } | null => {
  const left = daysBetween(today, r.dueOn)
  const step = [...remindSteps].reverse().find((s) => left <= s)
  return step === undefined ? null : { key: `${r.petitionId}/${r.round}/${r.rule}/${left < 0 ? 'over' : step}`, left }
}
