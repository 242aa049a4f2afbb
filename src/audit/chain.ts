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

/** JSON with sorted keys and nothing undefined: the same text before and after a trip through jsonb. */
export const canonical = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return JSON.stringify(value)
  let out = ''
  if (Array.isArray(value)) {
    for (const v of value) out += `${out ? ',' : ''}${canonical(v)}`
    return `[${out}]`
  }
  if ('toJSON' in value) return canonical((value as { toJSON(): unknown }).toJSON())
  for (const k of Object.keys(value).sort()) {
    const v = (value as Record<string, unknown>)[k]
    if (v !== undefined) out += `${out ? ',' : ''}${JSON.stringify(k)}:${canonical(v)}`
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
