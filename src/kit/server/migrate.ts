import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runMigrations } from 'graphile-worker'
import type pg from 'pg'
import { Refused } from '../errors.ts'

const folder = resolve(import.meta.dirname, '../../../db')

/** The numbered SQL files, in order, with their hashes. */
export const migrationsIn = (dir = folder): { name: string; text: string; sha256: string }[] =>
  readdirSync(dir)
    .filter((f) => /^\d{4}_.+\.sql$/.test(f))
    .sort()
    .map((name) => {
      const text = readFileSync(join(dir, name), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    })

/**
 * Bring the database up to date: plain forward-only SQL under an advisory lock, each file in its own transaction.
 * Throws Refused when the server is too old, a role can't be made, or an applied file was changed.
 */
export const migrate = async (pool: pg.Pool, dir = folder): Promise<{ applied: string[]; total: number }> => {
  const client = await pool.connect()
  const applied: string[] = []
  try {
    const version = Number((await client.query('show server_version_num')).rows[0].server_version_num)
    if (version < 150_000)
      throw new Refused(`数据库版本太旧（${Math.floor(version / 10_000)}），需要 PostgreSQL 15 至 18`)
    await client.query("select pg_advisory_lock(hashtext('huisheng.migrate'))")
    try {
      const role = await client.query("select 1 from pg_roles where rolname = 'huisheng_app'")
      if (role.rowCount === 0)
        await client.query('create role huisheng_app nologin').catch((error) => {
          if (error.code === '42710' || error.code === '23505') return
          throw new Refused(
            '数据库用户没有建立角色的权限。请由数据库管理员执行：CREATE ROLE huisheng_app NOLOGIN; GRANT huisheng_app TO 本用户;',
          )
        })
      await client.query('grant huisheng_app to current_user').catch((error) => {
        if (error.code !== '0LP01' && error.code !== '42501') throw error
      })
      await client.query(
        'create table if not exists schema_migration (name text primary key, sha256 text not null, at timestamptz not null default now())',
      )
      await client.query('grant select on schema_migration to huisheng_app')
      const done = new Map(
        (await client.query('select name, sha256 from schema_migration')).rows.map((r) => [
          r.name as string,
          r.sha256 as string,
        ]),
      )
      const all = migrationsIn(dir)
      for (const m of all) {
        const before = done.get(m.name)
        if (before && before !== m.sha256) throw new Refused(`迁移文件 ${m.name} 在执行之后被改动过，请恢复原文件`)
        if (before) continue
        await client.query('begin')
        try {
          await client.query(m.text)
          await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [m.name, m.sha256])
          await client.query('commit')
        } catch (error) {
          await client.query('rollback')
          throw error
        }
        applied.push(m.name)
      }
      if (
        applied.length ||
        (await client.query("select to_regnamespace('graphile_worker') is null as none")).rows[0].none
      )
        await runMigrations({ pgPool: pool })
      return { applied, total: all.length }
    } finally {
      await client.query("select pg_advisory_unlock(hashtext('huisheng.migrate'))").catch(() => {})
    }
  } finally {
    client.release()
  }
}
