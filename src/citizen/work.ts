/**
 * Against floods at the public face, without any outside service and with nothing to solve by eye: whoever sends a form has let the
 * browser count a little, which nobody notices while writing; where no scripts run, a short wait takes its place. Pure.
 */

/** A form's number to be found: its hash with the seal begins with this many zero bits. */
export const workText = (seal: string, n: number | string): string => `${seal}:${n}`
/** Whether a hash, as 32-bit words, begins with so many zero bits (at most 32). */
export const enoughZeros = (firstWord: number, bits: number): boolean => firstWord >>> (32 - bits) === 0

const usual = 15
const most = 20
/** Bits asked of a form given out now: a second's work of a slow phone, doubled each time the town's sendings of ten minutes double. */
export const bitsFor = (recent: number): number =>
  Math.min(most, usual + Math.max(0, Math.floor(Math.log2(Math.max(1, recent / 20)))))

export const uses = {
  /** A matter or a suggestion; a form may lie open over a weekend. */
  write: { waitSeconds: 20, validMs: 4 * 24 * 3_600_000 },
  /** A query code, after some wrong ones. */
  guess: { waitSeconds: 20, validMs: 15 * 60_000 },
} as const
export type Use = keyof typeof uses

/** Wrong codes from one address after which the next tries cost work. */
export const freeMisses = 3
/** Sendings without work that one town takes in ten minutes; beyond them they wait longer. */
export const slowPerTenMinutes = 20

export interface Sent {
  /** Milliseconds since this server gave the form out; null when it didn't, or too long ago. */
  age: number | null
  solved: boolean
  /** It was sent already, for another try. */
  used: boolean
  /** Sendings without work in this town in the last ten minutes. */
  slow: number
}

/** Why a form isn't taken yet, and what to do; null when it is. */
export const workRefusal = (use: Use, s: Sent, button: string): string | null => {
  const why = use === 'guess' ? '连着几次没有对上，为防别人乱试，要多核对一次。' : ''
  if (s.age === null || s.used) return `${why}请再按一次“${button}”，您写的都还在`
  if (s.solved) return null
  const left = Math.ceil((uses[use].waitSeconds * 1000 - s.age) / 1000)
  if (left > 0) return `${why}请过 ${left} 秒再按一次“${button}”，您写的都还在`
  if (s.slow >= slowPerTenMinutes) return `现在提交的人很多，请过几分钟再按一次“${button}”；急事请打镇信访电话`
  return null
}
