/** Object ids of the types whose arrays are written as they are; any other goes as text. */
const oids = { uuid: 2950, text: 25, integer: 23, boolean: 16 }
export const elements: ReadonlyMap<string, number> = new Map(Object.entries(oids))

/** Value of a hexadecimal digit by its character code; above 15 for anything else. */
const digit = new Uint8Array(65_536).fill(255)
for (const [i, c] of [...'0123456789abcdef'].entries()) {
  digit[c.charCodeAt(0)] = i
  digit[c.toUpperCase().charCodeAt(0)] = i
}

/** Bytes of a pad, and how many it keeps between two uses. */
const usual = 512 * 1024
const most = 4 * usual

/**
 * Arrays in the database's own binary form (PostgreSQL's array_send), one after another in a buffer that is used again:
 * as text they would be quoted, joined and encoded here and taken apart there, and every piece of it would be garbage.
 */
export class ArrayPad {
  private bytes = Buffer.allocUnsafe(usual)
  private at = 0

  private room(n: number): void {
    if (this.at + n <= this.bytes.length) return
    const more = Buffer.allocUnsafe(Math.max(this.at + n, this.bytes.length * 2))
    this.bytes.copy(more, 0, 0, this.at)
    this.bytes = more
  }

  /** Used again from its start, unless long texts have made it large. */
  empty(): this {
    this.at = 0
    if (this.bytes.length > most) this.bytes = Buffer.allocUnsafe(usual)
    return this
  }

  private text(s: string): void {
    // No character takes more than three bytes for each of its units.
    this.room(4 + 3 * s.length)
    const n = this.bytes.write(s, this.at + 4)
    this.bytes.writeInt32BE(n, this.at)
    this.at += 4 + n
  }

  private uuid(s: string): void {
    this.room(20)
    const { bytes } = this
    bytes.writeInt32BE(16, this.at)
    let to = this.at + 4
    let seen = 0
    for (let i = 0; i < 36 && s.length === 36; i += 2) {
      if (i === 8 || i === 13 || i === 18 || i === 23) i += 1
      const high = digit[s.charCodeAt(i)]!
      const low = digit[s.charCodeAt(i + 1)]!
      seen |= high | low
      bytes[to] = (high << 4) | low
      to += 1
    }
    if (seen > 15 || to !== this.at + 20) throw new Error(`不是编号：${s}`)
    this.at = to
  }

  /** One column of these rows. Valid until the next `empty`. `textOf` gives what goes as text. Throws for what is none of its type. */
  array(
    rows: readonly Record<string, unknown>[],
    key: string,
    type: string,
    textOf: (value: unknown, type: string) => string | null,
  ): Buffer {
    const oid = elements.get(type) ?? oids.text
    this.room(20)
    const from = this.at
    this.bytes.writeInt32BE(1, from)
    this.bytes.writeInt32BE(0, from + 4)
    this.bytes.writeInt32BE(oid, from + 8)
    this.bytes.writeInt32BE(rows.length, from + 12)
    this.bytes.writeInt32BE(1, from + 16)
    this.at += 20
    for (const row of rows) {
      const value = row[key]
      if (value === null) {
        this.room(4)
        this.bytes.writeInt32BE(-1, this.at)
        this.at += 4
        this.bytes.writeInt32BE(1, from + 4)
      } else if (oid === oids.uuid) this.uuid(value as string)
      else if (oid === oids.integer) {
        // What is none would be written as 0 or cut off.
        if (!Number.isInteger(value)) throw new Error(`不是整数：${value}`)
        this.room(8)
        this.bytes.writeInt32BE(4, this.at)
        this.bytes.writeInt32BE(value as number, this.at + 4)
        this.at += 8
      } else if (oid === oids.boolean) {
        if (typeof value !== 'boolean') throw new Error(`不是真假：${value}`)
        this.room(5)
        this.bytes.writeInt32BE(1, this.at)
        this.bytes[this.at + 4] = value ? 1 : 0
        this.at += 5
      } else this.text(textOf(value, type)!)
    }
    return this.bytes.subarray(from, this.at)
  }
}

const spare: ArrayPad[] = []
/** A pad that nobody uses; given back with `giveBack` when what it holds has been sent. */
export const borrowPad = (): ArrayPad => spare.pop() ?? new ArrayPad()
export const giveBack = (pad: ArrayPad): void => {
  spare.push(pad.empty())
}
