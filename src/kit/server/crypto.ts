import { getHashes, hash, randomFillSync, randomInt } from 'node:crypto'

/** GB/T 32905 SM3 where this Node's OpenSSL has it; a build without it can't verify the chain, so it refuses to start. */
if (!getHashes().includes('sm3')) throw new Error('此 Node.js 的 OpenSSL 不含 SM3，请改用官方 Node.js 22 以上版本')

/** Hex of 64 characters. */
export const sm3 = (text: string | Uint8Array): string => hash('sm3', text, 'hex')
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data, 'hex')
/** Its first 24 characters, in memory of their own: a slice would keep all 64 alive for each of a hundred thousand rows. */
export const shortMark = (text: string): string => hash('sha256', text, 'buffer').toString('hex', 0, 12)

/** Random bytes are drawn a few thousand at a time: one draw an id costs more than all the rest of it. */
const drawn = Buffer.alloc(4096)
let used = drawn.length

/** The millisecond last asked for, as it is written, and the count within it. */
interface Tick {
  at: number
  text: string
  count: number
}
const present: Tick = { at: -1, text: '', count: 0 }
const stated: Tick = { at: -1, text: '', count: 0 }

/**
 * UUIDv7 (RFC 9562), in the order of being made: within one millisecond the 26 bits after the time are a counter that
 * starts at random (§6.2, method 1), the other 48 are random. A hundred thousand rows of one moment thus go to the end of
 * every index instead of all over it.
 */
export const uuidv7 = (now?: number): string => {
  const tick = now === undefined ? present : stated
  const at = now ?? Date.now()
  if (used + 10 > drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  if (tick.at !== at) {
    const t = at.toString(16).padStart(12, '0')
    tick.at = at
    tick.text = `${t.slice(0, 8)}-${t.slice(8)}-7`
    // Its highest bit is left free, so that thirty million more fit.
    tick.count = drawn.readUInt32BE(used) & 0x1ffffff
  } else tick.count = (tick.count + 1) & 0x3ffffff
  // Twelve bits, the two beside the variant's, twelve more.
  const high = (tick.count >>> 14).toString(16).padStart(3, '0')
  const low = (0x8000 | (tick.count & 0x3fff)).toString(16)
  const rest = drawn.toString('hex', used + 4, used + 10)
  // What has been given out is not kept.
  drawn.fill(0, used, used + 10)
  used += 10
  return `${tick.text}${high}-${low}-${rest}`
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (text: unknown): text is string => typeof text === 'string' && uuid.test(text)

/** A stable uuid from a text, for the parts of one request. */
export const uuidOf = (text: string): string => {
  const h = sha256(text)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`
}

/** Digits and capitals that can't be mistaken for one another when read aloud or copied by hand. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
/** 10 characters, 50 bits: the petitioner's query code. */
export const queryCode = (): string => Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('')
