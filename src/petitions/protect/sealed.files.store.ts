import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { FileStore } from '../../kit/server/files.ts'
import { sm4Suite } from '../../kit/server/keys.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../store.ts'
import {
  columns,
  findSealed,
  opened,
  openGate,
  type Row,
  ringOf,
  saveContent,
  setTrace,
  writeSealedTrace,
} from './sealed.store.ts'
import type { KeptFile } from './sealed.ts'

const fileKey = (townId: string) => `${townId}/s/${uuidv7()}`
export const filePlace = (id: string) => `sealed_file/${id}`

/** Keep one more file, encrypted under a key of its own that lies inside the sealed content. */
export const addSealedFile = async (
  tx: Tx,
  who: Who,
  given: {
    id: string
    requestId: string
    name: string
    /** By the petitioner in the same breath as registering. */
    own?: boolean
    kept: { data: Uint8Array; mime: string; size: number; sha256: string }
  },
  files: FileStore,
  s: Setting,
): Promise<void> => {
  const keys = ringOf(s)
  const { matter, trace } = await findSealed(tx, who, given.id, s, { lock: true, own: given.own })
  const done =
    await sql`select 1 from sealed_trace where town_id = ${who.townId}::uuid and request_id = ${given.requestId}::uuid`.execute(
      tx,
    )
  if (done.rows.length) return
  const id = uuidv7()
  const secret = randomBytes(32)
  const key = fileKey(who.townId)
  await files.put(key, sm4Suite.seal(secret, given.kept.data, filePlace(id)), 'application/octet-stream')
  const file: KeptFile = {
    id,
    name: given.name,
    mime: given.kept.mime,
    size: given.kept.size,
    sha256: given.kept.sha256,
    key,
    secret: secret.toString('base64'),
    byName: who.name,
    at: s.now.toISOString(),
  }
  await saveContent(tx, who.townId, matter, { ...matter.content, files: [...matter.content.files, file] }, keys)
  const t = await writeSealedTrace(tx, keys, who.townId, matter.id, trace, who, '加入一份材料', s.now, given.requestId)
  await setTrace(tx, who.townId, matter.id, t)
}

export const readSealedFile = async (tx: Tx, who: Who, id: string, fileId: string, files: FileStore, s: Setting) => {
  const keys = ringOf(s)
  const { matter, trace } = await findSealed(tx, who, id, s, { lock: true })
  const file = matter.content.files.find((f) => f.id === fileId)
  if (!file) throw new NotFound()
  const raw = await files.get(file.key)
  const data = file.secret
    ? Buffer.from(sm4Suite.open(Buffer.from(file.secret, 'base64'), raw, filePlace(file.id)))
    : Buffer.from(raw)
  if (sha256(data) !== file.sha256) throw new Refused('文件与存证的校验值不符，可能已损坏或被改动，请从备份恢复')
  const t = await writeSealedTrace(tx, keys, who.townId, id, trace, who, '打开一份材料', s.now, null)
  await setTrace(tx, who.townId, id, t)
  return { file, data }
}

/** Files of matters sealed midway, still lying unsealed where they were: seal each and remove the old one. Repeatable. */
export const sealFiles = async (tx: Tx, townId: string, files: FileStore, s: Setting): Promise<string[]> => {
  const keys = ringOf(s)
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid and state <> 'returned' for update`.execute(
      tx,
    )
  const old: string[] = []
  for (const row of r.rows) {
    const m = opened(keys, townId, row)
    if (m.content.files.every((f) => f.secret !== null)) continue
    const next: KeptFile[] = []
    for (const f of m.content.files) {
      if (f.secret !== null) {
        next.push(f)
        continue
      }
      const secret = randomBytes(32)
      const key = fileKey(townId)
      await files.put(key, sm4Suite.seal(secret, await files.get(f.key), filePlace(f.id)), 'application/octet-stream')
      old.push(f.key)
      next.push({ ...f, key, secret: secret.toString('base64') })
    }
    await saveContent(tx, townId, m, { ...m.content, files: next }, keys)
  }
  return old
}
