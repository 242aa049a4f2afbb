import { sql, type Transaction } from 'kysely'
import type { DB } from '../../db/types.ts'
import { dayOf } from '../kit/day.ts'
import { sm3, uuidv7 } from '../kit/server/crypto.ts'
import { staffIdOf, type Who } from '../people/roles.ts'
import { canonical, chainText, type TraceEntry } from './chain.ts'

export type Tx = Transaction<DB>

/** Who wrote it: a signed-in person, or the system itself. */
export type By = Pick<Who, 'townId' | 'name' | 'post'> & { staffId: string | null }

/** Who acts, as the trace keeps it. */
export const byOf = (who: Who): By => ({
  townId: who.townId,
  staffId: staffIdOf(who),
  name: who.name,
  post: who.post,
})
/** What nobody did: the nightly scan, a first set-up. */
export const bySystem = (townId: string): By => ({ townId, staffId: null, name: '系统', post: '' })

export interface Said {
  subjectId: string
  subjectKind: string
  kind: string
  says: string
  data?: unknown
  move?: string | null
  requestId?: string | null
}

/** The next link of a subject's chain as it is stored, `data` as its canonical JSON; pure but for the id. */
export const traceRow = (by: By, said: Said, seq: number, prev: string, now: Date) => {
  const data = said.data === undefined || said.data === null ? null : canonical(said.data)
  const entry = {
    townId: by.townId,
    subjectId: said.subjectId,
    seq,
    id: uuidv7(now.getTime()),
    subjectKind: said.subjectKind,
    kind: said.kind,
    move: said.move ?? null,
    at: now.toISOString(),
    day: dayOf(now),
    staffId: by.staffId,
    byName: by.name,
    byPost: by.post,
    says: said.says,
    data,
    requestId: said.requestId ?? null,
    prev,
  }
  return { ...entry, hash: sm3(chainText(entry satisfies TraceEntry, data ?? 'null')) }
}

/** Trace of anything but a petition: staff, account, town, import, export. The head row keeps the chain in order. */
export const writeTrace = async (tx: Tx, by: By, said: Said, now: Date): Promise<void> => {
  const head = await sql<{ seq: number; hash: string }>`
    insert into trace_head (town_id, subject_id, seq, hash) values (${by.townId}, ${said.subjectId}, 1, '')
    on conflict (town_id, subject_id) do update set seq = trace_head.seq + 1
    returning seq, hash`.execute(tx)
  const { seq, hash: prev } = head.rows[0]!
  const row = traceRow(by, said, seq, prev, now)
  await tx
    .insertInto('trace')
    .values(row as never)
    .execute()
  await tx
    .updateTable('traceHead')
    .set({ hash: row.hash })
    .where('townId', '=', by.townId)
    .where('subjectId', '=', said.subjectId)
    .execute()
}

/** What a request already carried out was about, or null: a repeat meets its own success. */
export const happened = async (tx: Tx, townId: string, requestId: string): Promise<string | null> =>
  (
    await sql<{ subjectId: string }>`select subject_id from trace
      where town_id = ${townId}::uuid and request_id = ${requestId}::uuid limit 1`.execute(tx)
  ).rows[0]?.subjectId ?? null
