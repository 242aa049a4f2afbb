/**
 * How often a query code may be tried: per number and per address, pure.
 * A code has 50 bits (32^10). With at most 5 wrong tries per number an hour and 30 per address an hour, each further run of
 * failures doubling the wait up to a day, a million tries in a year don't come near one of a thousand codes.
 */
export interface Tries {
  /** Wrong tries in a row. */
  failures: number
  /** Instant in ms until which nothing is looked up. */
  lockedUntil: number
  /** Instant in ms of the last wrong try. */
  at: number
}

export const limits = {
  number: { free: 5, first: 15 * 60_000 },
  address: { free: 30, first: 60 * 60_000 },
} as const
export type GateKind = keyof typeof limits

const day = 24 * 3_600_000

/** Milliseconds still to wait; 0 when one may try. */
export const waitOf = (t: Tries | undefined, now: number): number => (t ? Math.max(0, t.lockedUntil - now) : 0)

/** The count after a wrong try; a day without one starts afresh. */
export const afterWrong = (kind: GateKind, t: Tries | undefined, now: number): Tries => {
  const failures = (t && now - t.at < day ? t.failures : 0) + 1
  const { free, first } = limits[kind]
  const beyond = failures - free
  return { failures, at: now, lockedUntil: beyond < 0 ? 0 : now + Math.min(first * 2 ** beyond, day) }
}

/** '约 15 分钟', '约 2 小时': how long, in words. */
export const waitWords = (ms: number): string =>
  ms <= 60_000
    ? '1 分钟'
    : ms < 3_600_000
      ? `约 ${Math.ceil(ms / 60_000)} 分钟`
      : `约 ${Math.ceil(ms / 3_600_000)} 小时`
