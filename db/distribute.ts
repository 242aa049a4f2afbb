import type pg from 'pg'
import { Refused } from '../src/kit/errors.ts'
import { openWorld } from '../src/world.ts'

/** Small tables that every node keeps whole; `town` is looked up by its code before a town is known. */
export const referenceTables = ['town', 'category', 'calendar_year', 'calendar_day', 'division']

export interface Step {
  table: string
  kind: 'reference' | 'distributed'
}

type Client = Pick<pg.ClientBase, 'query'>

const planWith = async (client: Client): Promise<Step[]> => {
  const tables = (
    await client.query(
      `select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped) as town
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_migration' order by 1`,
    )
  ).rows as { name: string; town: boolean }[]
  const refs = (
    await client.query(
      "select conrelid::regclass::text as a, confrelid::regclass::text as b from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace",
    )
  ).rows as { a: string; b: string }[]
  const stray = tables.filter((t) => !t.town && !referenceTables.includes(t.name)).map((t) => t.name)
  if (stray.length) throw new Refused(`这些表没有镇，也不在公用表之列，不能分布：${stray.join('、')}`)
  // What is referred to comes before what refers to it.
  const order: string[] = []
  const visit = (t: string, path: string[]) => {
    if (order.includes(t) || path.includes(t)) return
    for (const r of refs) if (r.a === t && r.b !== t) visit(r.b, [...path, t])
    order.push(t)
  }
  // `area` refers to nothing and is the first of the towns' tables: the others are placed beside it.
  const rank = (t: { name: string; town: boolean }) => (!t.town ? 0 : t.name === 'area' ? 1 : 2)
  for (const t of [...tables].sort((x, y) => rank(x) - rank(y))) visit(t.name, [])
  return order.map((table) => ({ table, kind: referenceTables.includes(table) ? 'reference' : 'distributed' }))
}

/** How the tables would be spread: reference tables first, then every town's table by town_id, all in one colocation group. */
export const plan = async (pool: pg.Pool): Promise<Step[]> => {
  const client = await pool.connect()
  try {
    return await planWith(client)
  } finally {
    client.release()
  }
}

/**
 * Spread the migrated tables over a Citus cluster by town. Repeat-safe: what is spread already is left alone.
 * Throws Refused, with nothing changed, when the database is not Citus.
 */
export const distribute = async (
  pool: pg.Pool,
): Promise<{ version: string; reference: number; distributed: number; already: number }> => {
  const client = await pool.connect()
  try {
    const citus = (await client.query("select extversion as version from pg_extension where extname = 'citus'")).rows[0]
    if (!citus)
      throw new Refused(
        '这个数据库不是 Citus，没有可以分布的节点，什么也没有改动。单台 PostgreSQL 不需要这一步；要分布，请用 DATABASE_URL 指向装有 Citus 的库（CREATE EXTENSION citus）',
      )
    const spread = new Set(
      (await client.query('select logicalrelid::text as name from pg_dist_partition')).rows.map(
        (r) => r.name as string,
      ),
    )
    const done = { version: citus.version as string, reference: 0, distributed: 0, already: 0 }
    for (const { table, kind } of await planWith(client)) {
      if (spread.has(table)) {
        done.already += 1
        continue
      }
      if (kind === 'reference') await client.query('select create_reference_table($1::regclass)', [table])
      else
        await client.query("select create_distributed_table($1::regclass, 'town_id', colocate_with => $2)", [
          table,
          table === 'area' ? 'default' : 'area',
        ])
      done[kind] += 1
    }
    // The town that a transaction names reaches the nodes with it: row-level security holds there too.
    await client.query(`do $$ begin
      execute format('alter database %I set citus.propagate_set_commands = ''local''', current_database());
    end $$`)
    return done
  } finally {
    client.release()
  }
}

if (import.meta.main) {
  let code = 0
  try {
    const opened = await openWorld()
    try {
      const d = await distribute(opened.world.ownerPool)
      console.log(
        `Citus ${d.version}：公用表 ${d.reference} 张、按镇分布 ${d.distributed} 张${d.already ? `，${d.already} 张原已分布` : ''}`,
      )
    } finally {
      await opened.close()
    }
  } catch (error) {
    console.error(error instanceof Refused ? error.message : `没有分布成：${(error as Error).message}`)
    code = 1
  }
  process.exit(code)
}
