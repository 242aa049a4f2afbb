import { createHash, getHashes, randomBytes, randomInt } from 'node:crypto'

/** GB/T 32905 SM3 where this Node's OpenSSL has it; a build without it can't verify the chain, so it refuses to start. */
if (!getHashes().includes('sm3')) throw new Error('此 Node.js 的 OpenSSL 不含 SM3，请改用官方 Node.js 22 以上版本')

/** Hex of 64 characters. */
export const sm3 = (text: string | Uint8Array): string => createHash('sm3').update(text).digest('hex')
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** UUIDv7: time-ordered, so new rows stay together in the index. */
export const uuidv7 = (now = Date.now()): string => {
  const b = randomBytes(16)
  b.writeUIntBE(now, 0, 6)
  b[6] = (b[6]! & 0x0f) | 0x70
  b[8] = (b[8]! & 0x3f) | 0x80
  const h = b.toString('hex')
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`
}

/** Digits and capitals that can't be mistaken for one another when read aloud or copied by hand. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
/** 10 characters, 50 bits: the petitioner's query code. */
export const queryCode = (): string => Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('')
