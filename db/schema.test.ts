import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTown } from '../src/kit/server/db.ts'
import { type TestWorld, testWorld } from '../src/kit/server/testing.ts'
import { smallTown } from '../src/people/fixture.ts'
import { createTown } from '../src/people/setup.store.ts'
import { distribute, plan, referenceTables } from './distribute.ts'

/** The rules of the house that the database itself can be asked about (docs: town is the tenant). */
let world: TestWorld
let townId: string
const rows = async <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await world.ownerPool.query(text, values)).rows
beforeAll(async () => {
  world = await testWorld()
  townId = (
    await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }),
    )
  ).townId
})
afterAll(() => world.drop())

describe('镇是租户', () => {
  test('除了几张公用的小表，每张表都带镇，镇在主键、唯一键和外键的最前面', async () => {
    const tables = await rows<{ name: string; town: boolean }>(
      `select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped) as town
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`,
    )
    expect(
      tables
        .filter((t) => !t.town)
        .map((t) => t.name)
        .sort(),
    ).toEqual([...referenceTables, 'schema_migration'].sort())

    const without = await rows<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`,
    )
    expect(without, '没有主键').toEqual([])

    const unique = await rows<{ name: string; rel: string; cols: string[] }>(
      `select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as rel,
        array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality x(n, o) join pg_attribute a on a.attrelid = i.indrelid and a.attnum = x.n order by o) as cols
       from pg_index i join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace and i.indisunique`,
    )
    expect(unique.length).toBeGreaterThan(tables.length - 1)
    const townTables = new Set(tables.filter((t) => t.town).map((t) => t.name))
    expect(unique.filter((u) => townTables.has(u.rel) && u.cols[0] !== 'town_id').map((u) => u.name)).toEqual([])

    const foreign = await rows<{ name: string; rel: string; to: string; cols: string[]; there: string[] }>(
      `select k.conname as name, k.conrelid::regclass::text as rel, k.confrelid::regclass::text as to,
        array(select a.attname::text from unnest(k.conkey) with ordinality x(n, o) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.n order by o) as cols,
        array(select a.attname::text from unnest(k.confkey) with ordinality x(n, o) join pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.n order by o) as there
       from pg_constraint k where k.connamespace = 'public'::regnamespace and k.contype = 'f'`,
    )
    expect(foreign.length).toBeGreaterThan(30)
    for (const f of foreign) {
      if (!townTables.has(f.rel)) continue
      if (referenceTables.includes(f.to)) continue
      expect([f.cols[0], f.there[0]], `${f.rel} ${f.name}`).toEqual(['town_id', 'town_id'])
      // Citus sets no distribution column to null: a row is taken with its town or not at all.
    }
  })

  test('没有序列，没有触发器，不需要任何扩展', async () => {
    expect(
      await rows("select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace"),
    ).toEqual([])
    expect(
      await rows(
        "select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid where not tgisinternal and c.relnamespace = 'public'::regnamespace",
      ),
    ).toEqual([])
    expect(await rows("select extname from pg_extension where extname <> 'plpgsql'")).toEqual([])
  })

  test('带镇的表都开着行级安全，只认本次事务声明的镇', async () => {
    const open = await rows<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped)
       and (not c.relrowsecurity or not exists (select from pg_policy p where p.polrelid = c.oid and pg_get_expr(p.polqual, p.polrelid) like '%huisheng.town%'))`,
    )
    expect(open).toEqual([])
    const seen = async (town: string) =>
      inTown(world.db, town, (tx) =>
        tx
          .selectFrom('staff')
          .select('id')
          .execute()
          .then((r) => r.length),
      )
    expect(await seen(townId)).toBeGreaterThan(10)
    expect(await seen('00000000-0000-0000-0000-000000000001')).toBe(0)
    // Without any town there is nothing at all.
    expect((await world.db.selectFrom('staff').select('id').execute()).length).toBe(0)
    // Nor can a row be written into another town.
    await expect(
      inTown(world.db, '00000000-0000-0000-0000-000000000001', (tx) =>
        tx
          .insertInto('area')
          .values({ townId, id: townId, code: 'X', name: '越界' } as never)
          .execute(),
      ),
    ).rejects.toThrow(/row-level security/)
  })
})

describe('应用的数据库身份', () => {
  test('不能绕过行级安全，不是任何表的主人，不能建表', async () => {
    const [role] = await rows<Record<string, boolean>>(
      "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles where rolname = 'huisheng_app'",
    )
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolcanlogin: false,
    })
    expect(
      await rows(
        "select relname from pg_class where relowner = (select oid from pg_roles where rolname = 'huisheng_app')",
      ),
    ).toEqual([])
    expect(await rows("select has_schema_privilege('huisheng_app', 'public', 'create') as may")).toEqual([
      { may: false },
    ])
  })

  test('留痕、封存、密封件的留痕、文书和送达回证只能增加，不能改、不能删、不能清空', async () => {
    for (const table of ['trace', 'trace_seal', 'sealed_trace', 'document', 'document_file', 'service'])
      for (const right of ['update', 'delete', 'truncate', 'references', 'trigger']) {
        const [r] = await rows<{ may: boolean }>(
          "select has_table_privilege('huisheng_app', $1, $2) or case when $2 = 'update' then has_any_column_privilege('huisheng_app', $1, 'update') else false end as may",
          [table, right],
        )
        expect(r!.may, `${table} ${right}`).toBe(false)
      }
    const truncatable = await rows<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege('huisheng_app', oid, 'truncate')",
    )
    expect(truncatable).toEqual([])
  })

  test('能以主人身份运行的函数都认本次事务的镇，公众不能调用', async () => {
    const functions = await rows<{ name: string; open: boolean; path: string[] | null; body: string; app: boolean }>(
      `select p.proname as name, has_function_privilege('public', p.oid, 'execute') as open, p.proconfig as path, p.prosrc as body,
        has_function_privilege('huisheng_app', p.oid, 'execute') as app
       from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef`,
    )
    for (const f of functions) {
      expect(f.open, f.name).toBe(false)
      expect(
        f.path?.some((c) => c.startsWith('search_path=')),
        f.name,
      ).toBe(true)
      if (f.app) expect(f.body, f.name).toContain('huisheng.town')
    }
  })
})

describe('迁移文件', () => {
  test('编号不重，只向前：不删表，不删列', () => {
    const names = readdirSync(import.meta.dirname).filter((f) => /^\d{4}_.+\.sql$/.test(f))
    expect(new Set(names.map((n) => n.slice(0, 4))).size).toBe(names.length)
  })
})

describe('按镇分布', () => {
  test('不是 Citus 的库：明说，不动任何东西', async () => {
    await expect(distribute(world.ownerPool)).rejects.toThrow('这个数据库不是 Citus')
  })

  test('在 Citus 上：公用表先成为引用表，带镇的表按 town_id 同址分布，先被引用的在前', async () => {
    const steps = await plan(world.ownerPool)
    const at = (table: string) => steps.findIndex((s) => s.table === table)
    expect(
      steps
        .filter((s) => s.kind === 'reference')
        .map((s) => s.table)
        .sort(),
    ).toEqual([...referenceTables].sort())
    expect(at('category')).toBeLessThan(at('petition'))
    expect(at('staff')).toBeLessThan(at('petition'))
    expect(at('petition')).toBeLessThan(at('petition_party'))
    expect(steps.find((s) => s.kind === 'distributed')!.table).toBe('area')
    const all = await rows<{ n: number }>(
      "select count(*)::int as n from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migration'",
    )
    expect(steps.length).toBe(all[0]!.n)

    // Spoken to a server that says it is Citus: the statements, in their order.
    const said: string[] = []
    const citus = {
      connect: async () => ({
        query: async (text: string, values?: unknown[]) => {
          if (text.includes('pg_extension')) return { rows: [{ version: '13.0' }] }
          if (text.includes('pg_dist_partition')) return { rows: [{ name: 'category' }] }
          if (/create_(reference|distributed)_table/.test(text)) {
            said.push(`${text} ${JSON.stringify(values)}`)
            return { rows: [] }
          }
          return world.ownerPool.query(text, values)
        },
        release: () => {},
      }),
    }
    const done = await distribute(citus as never)
    expect(done).toMatchObject({ reference: referenceTables.length - 1, already: 1 })
    expect(said.filter((s) => s.includes('create_distributed_table')).every((s) => s.includes('town_id'))).toBe(true)
  })
})
