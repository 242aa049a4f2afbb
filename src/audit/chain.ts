/** One row of the trace, as it is hashed. Times are ISO with milliseconds, days are days. */
export interface TraceEntry {
  townId: string
  subjectId: string
  seq: number
  id: string
  subjectKind: string
  kind: string
  move: string | null
  at: string
  day: string
  staffId: string | null
  byName: string
  byPost: string
  says: string
  data: unknown
  requestId: string | null
  prev: string
}

/** Text that JSON only puts into quotation marks. */
const plain = /^[\u0020\u0021\u0023-\u005b\u005d-\ud7ff\ue000-\uffff]*$/
const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text))
const inOrder = (keys: readonly string[]): boolean => {
  for (let i = 1; i < keys.length; i += 1) if (keys[i - 1]! > keys[i]!) return false
  return true
}

/** JSON with sorted keys and nothing undefined: the same text before and after a trip through jsonb. */
export const canonical = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return JSON.stringify(value)
  let out = ''
  if (Array.isArray(value)) {
    for (const v of value) out += `${out ? ',' : ''}${canonical(v)}`
    return `[${out}]`
  }
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return canonical(toJSON.call(value))
  const keys = Object.keys(value)
  if (!inOrder(keys)) keys.sort()
  for (const k of keys) {
    const v = (value as Record<string, unknown>)[k]
    if (v !== undefined) out += `${out ? ',' : ''}${quoted(k)}:${canonical(v)}`
  }
  return `{${out}}`
}

/** The text whose hash is stored; every column but the hash itself, in a fixed order. `data` is its canonical text, if it is known already. */
export const chainText = (t: TraceEntry, data: string = canonical(t.data)): string => {
  const before = canonical([
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
  ])
  return `${before.slice(0, -1)},${data},${canonical([t.requestId, t.prev]).slice(1)}`
}
