/** SHA-256 (FIPS 180-4) of a short ASCII text, as 32-bit words. For browsers, whose own works in secure pages only and not at once. */
const primes = (count: number): number[] => {
  const out: number[] = []
  for (let n = 2; out.length < count; n += 1) if (out.every((p) => n % p)) out.push(n)
  return out
}
const fraction = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0
const first = primes(64)
const rounds = first.map((p) => fraction(Math.cbrt(p)))
const start = first.slice(0, 8).map((p) => fraction(Math.sqrt(p)))
const turn = (x: number, n: number) => (x >>> n) | (x << (32 - n))

export const sha256 = (text: string): Int32Array => {
  const length = ((text.length + 8) >> 6) * 16 + 16
  const words = new Int32Array(length)
  for (let i = 0; i < text.length; i += 1) words[i >> 2]! |= text.charCodeAt(i) << (24 - (i % 4) * 8)
  words[text.length >> 2]! |= 0x80 << (24 - (text.length % 4) * 8)
  words[length - 1] = text.length * 8
  const state = Int32Array.from(start)
  const w = new Int32Array(64)
  for (let at = 0; at < length; at += 16) {
    let [a, b, c, d, e, f, g, h] = state as unknown as number[] as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) w[i] = words[at + i]!
      else {
        const x = w[i - 15]!
        const y = w[i - 2]!
        w[i] =
          (w[i - 16]! + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7]! + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) |
          0
      }
      const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    for (const [i, x] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i]! + x) | 0
  }
  return state
}
