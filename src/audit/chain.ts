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
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join(',')}}`
  return JSON.stringify(value)
}

/** The text whose hash is stored; every column but the hash itself, in a fixed order. */
export const chainText = (t: TraceEntry): string =>
  canonical([
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
