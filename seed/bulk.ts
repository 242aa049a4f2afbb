import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { addDays } from '../src/kit/day.ts'
import { Refused } from '../src/kit/errors.ts'
import { inTown } from '../src/kit/server/db.ts'
import { createTown } from '../src/people/setup.store.ts'
import type { World } from '../src/petitions/world.store.ts'
import { calendarNow } from '../src/petitions/world.store.ts'
import { type OpenedDatabase, openWorld } from '../src/world.ts'
import { type Actor, type BulkTown, bulkMatter, dice, emptyRows, type Rows } from './bulk.matter.ts'
import { peopleOf } from './people.ts'
import { stories } from './stories.ts'
import { areas, gridsOf, units, villages } from './town.ts'

/** Code and name mark a bulk town; nothing is ever added beside a town of another kind. */
const codeOf = (n: number) => `98${String(n).padStart(4, '0')}101000`
const isBulk = (code: string) => /^98\d{4}101000$/.test(code)

const snake = (key: string) => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
const escaped = (text: string) =>
  text.replace(/[\\\t\n\r]/g, (c) => (c === '\\' ? '\\\\' : c === '\t' ? '\\t' : c === '\n' ? '\\n' : '\\r'))

/** One value in COPY's text format: arrays as {…} (ids only), other objects and lists of words as JSON. */
const field = (value: unknown, key: string): string => {
  if (value === null || value === undefined) return '\\N'
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (typeof value === 'number') return String(value)
  if (key === 'evidenceIds') return `{${(value as string[]).join(',')}}`
  return escaped(JSON.stringify(value))
}

/** Send rows of one table by COPY. */
const copyRows = async (client: pg.ClientBase, table: string, rows: Record<string, unknown>[]): Promise<void> => {
  if (rows.length === 0) return
  const keys = Object.keys(rows[0]!)
  const stream = client.query(copyFrom(`copy ${table} (${keys.map(snake).join(', ')}) from stdin`))
  const done = finished(stream)
  let text = ''
  for (const row of rows) {
    for (let i = 0; i < keys.length; i += 1) text += `${i ? '\t' : ''}${field(row[keys[i]!], keys[i]!)}`
    text += '\n'
    if (text.length > 60_000) {
      if (!stream.write(text)) await once(stream, 'drain')
      text = ''
    }
  }
  stream.end(text)
  await done
}

const tables = Object.keys(emptyRows()) as (keyof Rows)[]

/**
 * Indexes, unique keys and foreign keys of the tables to be filled are taken off and made again in the same transaction:
 * building an index once is several times cheaper than feeding it a million times, and a kill in between undoes all of it.
 */
const takeOffKeys = async (client: pg.ClientBase): Promise<() => Promise<void>> => {
  const names = tables.map(snake)
  const constraints = (
    await client.query(
      `select conrelid::regclass::text as rel, conname as name, contype as kind, pg_get_constraintdef(oid) as def from pg_constraint
       where (conrelid = any ($1::regclass[]) or confrelid = any ($1::regclass[])) and contype in ('f', 'u') order by contype`,
      [names],
    )
  ).rows as { rel: string; name: string; kind: string; def: string }[]
  const indexes = (
    await client.query(
      `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as def from pg_index i
       where i.indrelid = any ($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
      [names],
    )
  ).rows as { name: string; def: string }[]
  const quoted = (n: string) => client.escapeIdentifier(n)
  for (const c of constraints) await client.query(`alter table ${c.rel} drop constraint ${quoted(c.name)}`)
  for (const i of indexes) await client.query(`drop index ${i.name}`)
  return async () => {
    for (const i of indexes) await client.query(i.def)
    for (const c of [...constraints].reverse())
      await client.query(`alter table ${c.rel} add constraint ${quoted(c.name)} ${c.def}`)
  }
}

/** A hundred towns with the demo's places and posts, each its own tenant. */
const makeTowns = async (world: World, count: number, say: (line: string) => void) => {
  const have = new Set((await world.db.selectFrom('town').select('code').execute()).map((t) => t.code))
  const at = { now: world.clock.now(), today: addDays(world.clock.today(), -800) }
  const accounts = peopleOf()
  for (let n = 1; n <= count; n += 1) {
    if (have.has(codeOf(n))) continue
    // A town is bound inside createTown; the transaction begins with none.
    await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(
        tx,
        {
          town: {
            code: codeOf(n),
            name: `批量${n}镇`,
            shortName: '批',
            superiorName: '批量县人民政府',
            isFiction: true,
          },
          areas: areas.map((name) => ({ name })),
          villages: areas
            .flatMap((area) => villages[area]!)
            .map((name, i) => ({
              name,
              area: areas.find((a) => villages[a]!.includes(name))!,
              grids: gridsOf(i),
            })),
          units: units.map((name) => ({ name })),
          accounts,
        },
        at,
      ),
    )
    if (n % 20 === 0) say(`已建 ${n} 个镇`)
  }
}

const townsOf = async (client: pg.ClientBase): Promise<BulkTown[]> => {
  const q = async <T>(text: string) => (await client.query(text)).rows as T[]
  const towns = await q<{ id: string; code: string }>('select id, code from town order by code')
  const staff = await q<
    Actor & { town: string; role: string; village: string | null; area: string | null; unit: string | null }
  >(
    `select h.town_id as town, h.staff_id as "staffId", s.name, p.name as post, p.role, p.village_id as village, p.area_id as area, p.unit_id as unit
     from holding h join post p on p.town_id = h.town_id and p.id = h.post_id join staff s on s.town_id = h.town_id and s.id = h.staff_id order by p.town_id, p.rank, p.sort`,
  )
  const villageRows = await q<{ town: string; id: string; name: string; area: string; grids: string[] }>(
    `select v.town_id as town, v.id, v.name, v.area_id as area, array(select g.id from grid g where g.town_id = v.town_id and g.village_id = v.id order by g.sort) as grids from village v order by v.town_id, v.sort`,
  )
  const unitRows = await q<{ town: string; id: string; name: string }>('select town_id as town, id, name from unit')
  const numbers = await q<{ town: string; year: number; n: number }>(
    "select town_id as town, year, n from number_counter where kind = 'petition'",
  )
  const by = <T extends { town: string }>(rows: T[]) => Map.groupBy(rows, (r) => r.town)
  const [staffBy, villagesBy, unitsBy, numbersBy] = [by(staff), by(villageRows), by(unitRows), by(numbers)]
  return towns.map(({ id }) => {
    const people = staffBy.get(id)!
    const of = (role: string, more: (p: (typeof people)[number]) => boolean = () => true) =>
      people.filter((p) => p.role === role && more(p))
    return {
      townId: id,
      clerk: of('clerk')[0]!,
      head: of('petitionHead')[0]!,
      liaison: of('disciplineLiaison')[0]!,
      leaders: [...of('townLeader'), ...of('leadOfficial')],
      villages: villagesBy.get(id)!.map((v) => ({
        id: v.id,
        name: v.name,
        areaId: v.area,
        grids: v.grids,
        officer: of('villageOfficer', (p) => p.village === v.id)[0]!,
        secretary: of('areaSecretary', (p) => p.area === v.area)[0]!,
      })),
      units: new Map(
        unitsBy
          .get(id)!
          .map((u) => [
            u.name,
            { id: u.id, handler: of('unitHandler', (p) => p.unit === u.id).at(-1) ?? of('clerk')[0]! },
          ]),
      ),
      numbers: new Map((numbersBy.get(id) ?? []).map((n) => [n.year, n.n])),
    }
  })
}

/**
 * Fill an empty data folder (or one filled so before) with invented matters over many towns, for benchmarks.
 * All matters go in one transaction: half of them is never there. Throws Refused beside a town that is not of its own making.
 */
export const seedBulk = async (
  world: World & OpenedDatabase,
  options: { matters: number; towns?: number; days?: number },
  say: (line: string) => void = () => {},
): Promise<{ matters: number; rows: number; seconds: number }> => {
  const others = (await world.ownerDb.selectFrom('town').select(['code', 'name']).execute()).filter(
    (t) => !isBulk(t.code),
  )
  if (others.length)
    throw new Refused(`这个数据文件夹里已有${others[0]!.name}，批量数据不与其混放；请另设一个空的 HUISHENG_DATA`)
  const started = performance.now()
  await makeTowns(world, options.towns ?? 100, say)
  const law = { calendar: await calendarNow(world.db), superior: '批量县人民政府' }
  const today = world.clock.today()
  const client = await world.ownerPool.connect()
  let rows = 0
  try {
    const running = await client.query("select pg_try_advisory_lock(hashtext('huisheng.server')) as mine")
    if (!running.rows[0].mine) throw new Refused('这份数据有一个回声正在运行，请先把它停下')
    const towns = await townsOf(client)
    const existing = Number((await client.query('select count(*)::int as n from petition')).rows[0].n)
    const r = dice(20260001 + existing)
    const span = options.days ?? 730
    const { matters } = options
    await client.query(
      "begin; set local maintenance_work_mem = '512MB'; set local max_parallel_maintenance_workers = 2; set local work_mem = '128MB'",
    )
    const putBack = matters * 4 >= existing && matters >= 2_000 ? await takeOffKeys(client) : async () => {}
    const counts = new Map<string, number>()
    let sending: Promise<void> = Promise.resolve()
    const send = (batch: Rows) => async () => {
      for (const t of tables) {
        rows += batch[t].length
        await copyRows(client, snake(t), batch[t])
      }
    }
    const size = 2_500
    for (let from = 0; from < matters; from += size) {
      const batch = emptyRows()
      const to = Math.min(matters, from + size)
      for (let i = from; i < to; i += 1) {
        // In the order of time and across the towns, as they would have come in.
        const received = addDays(today, -Math.floor(((matters - i) / matters) * span))
        const town = towns[Math.floor(r() * towns.length)]!
        const key = bulkMatter(batch, town, stories[Math.floor(r() * stories.length)]!, received, today, law, r)
        const slot = [town.townId, key.villageId, key.step, key.grade, key.isKey, key.sealed].join('\t')
        counts.set(slot, (counts.get(slot) ?? 0) + 1)
      }
      await sending
      sending = send(batch)()
      // A failure is met at the next turn, not as an unhandled one.
      sending.catch(() => {})
      if (Math.floor(to / 50_000) > Math.floor(from / 50_000))
        say(`${to} 件，${rows} 行，${Math.round((rows * 1000) / (performance.now() - started))} 行/秒`)
    }
    await sending
    await client.query(
      `insert into petition_count (town_id, village_id, step, grade, is_key, sealed, shard, n)
       select split_part(k, e'\\t', 1)::uuid, split_part(k, e'\\t', 2)::uuid, split_part(k, e'\\t', 3), split_part(k, e'\\t', 4),
         split_part(k, e'\\t', 5)::boolean, split_part(k, e'\\t', 6)::boolean, 0, n from unnest($1::text[], $2::int[]) as x(k, n)
       on conflict (town_id, village_id, step, grade, is_key, sealed, shard) do update set n = petition_count.n + excluded.n`,
      [[...counts.keys()], [...counts.values()]],
    )
    const numbered = towns.flatMap((t) => [...t.numbers].map(([year, n]) => ({ town: t.townId, year, n })))
    await client.query(
      `insert into number_counter (town_id, kind, year, n) select t, 'petition', y, n from unnest($1::uuid[], $2::int[], $3::int[]) as x(t, y, n)
       on conflict (town_id, kind, year) do update set n = excluded.n`,
      [numbered.map((x) => x.town), numbered.map((x) => x.year), numbered.map((x) => x.n)],
    )
    say('正在建立索引……')
    await putBack()
    await client.query('commit')
    await client.query(
      `vacuum (analyze) ${[...tables.map(snake), 'petition_count', 'staff', 'village', 'post', 'holding'].join(', ')}`,
    )
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    await client.query("select pg_advisory_unlock(hashtext('huisheng.server'))").catch(() => {})
    client.release()
  }
  return { matters: options.matters, rows, seconds: (performance.now() - started) / 1000 }
}

const usage =
  '用法：npm run seed -- --matters 数量 [--towns 100] [--json]\n在空的数据文件夹里批量生成虚构事项，只供性能测试。'

const main = async (): Promise<number> => {
  const parse = () =>
    parseArgs({
      options: {
        matters: { type: 'string' },
        towns: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  let values: ReturnType<typeof parse>
  try {
    values = parse()
  } catch (error) {
    console.error(`参数不对：${(error as Error).message}\n${usage}`)
    return 2
  }
  if (values.help) {
    console.log(usage)
    return 0
  }
  const matters = Number(values.matters)
  const towns = Number(values.towns ?? 100)
  if (
    !Number.isInteger(matters) ||
    matters < 1 ||
    matters > 20_000_000 ||
    !Number.isInteger(towns) ||
    towns < 1 ||
    towns > 9_999
  ) {
    console.error(usage)
    return 2
  }
  try {
    const opened = await openWorld()
    try {
      const done = await seedBulk(opened.world, { matters, towns }, (line) => console.error(line))
      const speed = Math.round(done.rows / done.seconds)
      console.log(
        values.json
          ? JSON.stringify({ ...done, towns, rowsPerSecond: speed })
          : `已生成 ${done.matters} 件（${done.rows} 行，${towns} 个镇），用时 ${done.seconds.toFixed(1)} 秒，每秒 ${speed} 行`,
      )
      return 0
    } finally {
      await opened.close()
    }
  } catch (error) {
    console.error(error instanceof Refused ? error.message : `没有生成：${(error as Error).message}`)
    return 1
  }
}

if (import.meta.main) process.exit(await main())
