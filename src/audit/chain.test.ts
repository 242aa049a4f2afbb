import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sm3 } from '../kit/server/crypto.ts'
import { operator } from '../people/roles.ts'
import { canonical, chainText, type TraceEntry } from './chain.ts'
import { byOf, traceRow } from './trace.ts'

/** The text as the first traces were hashed, written out once more: no change of the code may change what is in the chain. */
const plain = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return `[${value.map(plain).join(',')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([k, v]) => `${JSON.stringify(k)}:${plain(v)}`)
      .join(',')}}`
  return JSON.stringify(value)
}
const plainChain = (t: TraceEntry): string =>
  plain([
    t.townId,
    t.subjectId,
    t.seq,
    t.id,
    t.subjectKind,
    t.kind,
    t.move,
    new Date(t.at).toISOString(),
    t.day,
    t.staffId,
    t.byName,
    t.byPost,
    t.says,
    t.data ?? null,
    t.requestId,
    t.prev,
  ])

/** Without escapes: Node 24 itself mistakes a key that has one for another when it reads JSON. */
const keys = fc.string().filter((k) => !/["\\]/.test(k))
/** What a move hands to its trace: also a Date, something undefined, and keys that mean something to JavaScript. */
const { tree: given } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(keys, fc.constantFrom('toJSON', '__proto__', '10', '9', '办结', '𠮷')), tie('tree'), {
      maxKeys: 5,
    }),
  ),
}))

test('任何内容：留痕的原文和校验值与先前的写法逐字相同，存进数据库再读出来也一样', () => {
  const by = byOf(operator('018f0000-0000-7000-8000-000000000001'))
  fc.assert(
    fc.property(given, fc.string(), fc.option(fc.uuid()), (data, says, requestId) => {
      const said = { subjectId: by.townId, subjectKind: 'town', kind: 'watch', says, data, requestId } as const
      const row = traceRow(by, said, 3, 'a'.repeat(64), new Date('2026-03-05T01:02:03.004Z'))
      const { hash, ...entry } = row
      const stored = data === undefined ? null : JSON.parse(JSON.stringify(data))
      const before = { ...entry, data: stored }
      expect(canonical(data)).toBe(plain(stored))
      expect(hash).toBe(sm3(plainChain(before)))
      const read = { ...entry, data: row.data === null ? null : JSON.parse(row.data) }
      expect(chainText(read)).toBe(plainChain(before))
    }),
    { numRuns: 1000 },
  )
})
