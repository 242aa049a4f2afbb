import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type pg from 'pg'
import { Refused } from '../errors.ts'
import { makeFolder, whyNoFolder } from './folder.ts'

export interface Manifest {
  format: 1
  at: string
  migrations: { name: string; sha256: string }[]
  tables: { name: string; rows: number; sha256: string }[]
  files: number
}

/** Tables in an order in which each comes after what it refers to. */
const tablesInOrder = async (client: pg.ClientBase): Promise<string[]> => {
  const tables = (
    await client.query(
      "select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and relkind = 'r' and relname <> 'schema_migration' order by 1",
    )
  ).rows.map((r) => r.name as string)
  const refs = (
    await client.query(
      "select conrelid::regclass::text as a, confrelid::regclass::text as b from pg_constraint where contype = 'f'",
    )
  ).rows as { a: string; b: string }[]
  const out: string[] = []
  const visit = (t: string, seen: string[]) => {
    if (out.includes(t) || seen.includes(t)) return
    for (const r of refs) if (r.a === t && r.b !== t) visit(r.b, [...seen, t])
    out.push(t)
  }
  for (const t of tables) visit(t, [])
  return out
}

/**
 * Everything of one moment into a folder: one repeatable-read snapshot, a line of JSON a row, gzip; the stored files; a manifest with
 * row counts and hashes. Portable across PostgreSQL versions. Refuses a folder that already holds something.
 */
export const backup = async (pool: pg.Pool, filesDir: string, target: string, now: Date): Promise<Manifest> => {
  try {
    makeFolder(target)
  } catch (e) {
    throw new Refused(`备份目录 ${target} 不能使用：${whyNoFolder(e)}，请换一个目录`)
  }
  if ((await readdir(target)).length > 0) throw new Refused(`备份目录 ${target} 不是空的，请换一个新目录`)
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query("set local intervalstyle = 'iso_8601'; set local timezone = 'UTC'")
    const manifest: Manifest = {
      format: 1,
      at: now.toISOString(),
      migrations: (await client.query('select name, sha256 from schema_migration order by name')).rows,
      tables: [],
      files: 0,
    }
    for (const name of await tablesInOrder(client)) {
      const hash = createHash('sha256')
      const gzip = createGzip({ level: 6 })
      const out = gzip.pipe(createWriteStream(join(target, `${name}.jsonl.gz`), { mode: 0o600 }))
      let rows = 0
      await client.query(
        `declare c no scroll cursor for select to_jsonb(t)::text as line from ${client.escapeIdentifier(name)} t`,
      )
      for (;;) {
        const page = await client.query('fetch 2000 from c')
        if (page.rows.length === 0) break
        const text = page.rows.map((r) => `${r.line}\n`).join('')
        hash.update(text)
        rows += page.rows.length
        if (!gzip.write(text)) await new Promise((r) => gzip.once('drain', r))
      }
      await client.query('close c')
      gzip.end()
      await finished(out)
      manifest.tables.push({ name, rows, sha256: hash.digest('hex') })
    }
    await client.query('commit')
    if (existsSync(filesDir)) {
      await cp(filesDir, join(target, 'files'), { recursive: true, filter: (p) => !p.endsWith('.part') })
      manifest.files = (await readdir(filesDir, { recursive: true, withFileTypes: true })).filter((f) =>
        f.isFile(),
      ).length
    }
    await writeFile(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    return manifest
  } finally {
    client.release()
  }
}

/** Put a backup into an empty, migrated database: all of it in one transaction, checked against the manifest. */
export const restore = async (pool: pg.Pool, source: string, filesDir: string): Promise<Manifest> => {
  if (!(await stat(join(source, 'manifest.json')).catch(() => null)))
    throw new Refused(`${source} 里没有 manifest.json，不是完整的备份`)
  const manifest = JSON.parse(await readFile(join(source, 'manifest.json'), 'utf8')) as Manifest
  const client = await pool.connect()
  try {
    const here = (await client.query('select name, sha256 from schema_migration order by name'))
      .rows as Manifest['migrations']
    const unknown = manifest.migrations.find((m) => !here.some((h) => h.name === m.name && h.sha256 === m.sha256))
    if (unknown) throw new Refused(`备份来自更新的版本（${unknown.name}），请先升级程序再恢复`)
    if ((await client.query('select 1 from town limit 1')).rowCount)
      throw new Refused('目标数据库里已有数据，只能恢复到空的数据文件夹')
    await client.query('begin')
    const order = (await tablesInOrder(client)).filter((t) => manifest.tables.some((m) => m.name === t))
    // A table that refers to itself gets that key back at the end: its rows come in no order of theirs.
    const selfKeys = (
      await client.query(
        "select conrelid::regclass::text as rel, conname as name, pg_get_constraintdef(oid) as def from pg_constraint where contype = 'f' and conrelid = confrelid and connamespace = 'public'::regnamespace",
      )
    ).rows as { rel: string; name: string; def: string }[]
    for (const k of selfKeys)
      await client.query(`alter table ${k.rel} drop constraint ${client.escapeIdentifier(k.name)}`)
    // Reference rows that a fresh start brings are replaced by the backup's.
    for (const t of [...order].reverse()) await client.query(`delete from ${client.escapeIdentifier(t)}`)
    for (const t of order) {
      const want = manifest.tables.find((m) => m.name === t)!
      const hash = createHash('sha256')
      let rows = 0
      let batch: string[] = []
      const flush = async () => {
        if (batch.length === 0) return
        await client.query(
          `insert into ${client.escapeIdentifier(t)} select r.* from jsonb_array_elements($1::jsonb) x, jsonb_populate_record(null::${client.escapeIdentifier(t)}, x) r`,
          [`[${batch.join(',')}]`],
        )
        batch = []
      }
      const lines = createInterface({
        input: createReadStream(join(source, `${t}.jsonl.gz`)).pipe(createGunzip()),
        crlfDelay: Number.POSITIVE_INFINITY,
      })
      for await (const line of lines) {
        hash.update(`${line}\n`)
        rows += 1
        batch.push(line)
        if (batch.length === 500) await flush()
      }
      await flush()
      if (rows !== want.rows || hash.digest('hex') !== want.sha256)
        throw new Refused(`备份文件 ${t} 与清单不符（应有 ${want.rows} 行，实有 ${rows} 行），没有恢复任何内容`)
    }
    for (const k of selfKeys)
      await client.query(`alter table ${k.rel} add constraint ${client.escapeIdentifier(k.name)} ${k.def}`)
    await client.query('commit')
    if (existsSync(join(source, 'files'))) await cp(join(source, 'files'), filesDir, { recursive: true })
    return manifest
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
