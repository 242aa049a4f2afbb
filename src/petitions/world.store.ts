import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import type { Tx } from '../audit/trace.ts'
import { NotFound } from '../kit/errors.ts'
import type { Clock } from '../kit/server/clock.ts'
import type { FileStore } from '../kit/server/files.ts'
import { keyringOf } from '../kit/server/keys.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import type { TownFacts } from './paper/compose.ts'
import type { Setting } from './store.ts'

/** The edges, opened once: database, files, time. */
export interface World {
  db: Kysely<DB>
  files: FileStore
  clock: Clock
  dataDir: string
}

let calendarCache: { at: number; calendar: Calendar } | null = null
/** The editable calendar from its table; kept for a minute, or until something was loaded. */
export const calendarNow = async (tx: Tx | Kysely<DB>): Promise<Calendar> => {
  if (calendarCache && Date.now() - calendarCache.at < 60_000) return calendarCache.calendar
  const days = await tx.selectFrom('calendarDay').select(['date', 'name', 'isOff']).execute()
  const years = await tx.selectFrom('calendarYear').select('year').execute()
  const calendar = calendarOf(
    days.map((d) => ({ date: d.date as never, isOffDay: d.isOff, name: d.name })),
    years.map((y) => y.year),
  )
  calendarCache = { at: Date.now(), calendar }
  return calendar
}
export const forgetCalendar = () => {
  calendarCache = null
}

const towns = new Map<string, { at: number; town: TownFacts }>()
export const townFacts = async (tx: Tx | Kysely<DB>, townId: string): Promise<TownFacts> => {
  const kept = towns.get(townId)
  if (kept && Date.now() - kept.at < 60_000) return kept.town
  const t = await tx.selectFrom('town').selectAll().where('id', '=', townId).executeTakeFirst()
  if (!t) throw new NotFound('没有这个镇')
  const town: TownFacts = {
    id: t.id,
    code: t.code,
    name: t.name,
    shortName: t.shortName,
    superior: t.superiorName,
    isFiction: t.isFiction,
  }
  towns.set(townId, { at: Date.now(), town })
  return town
}
export const forgetTowns = () => towns.clear()

/** Where citizens reach the public face from outside, when the office has such an address. */
export const publicUrl = (): string | undefined => process.env.HUISHENG_PUBLIC_URL?.replace(/\/$/, '') || undefined

export const settingOf = async (tx: Tx, world: Pick<World, 'clock' | 'dataDir'>, townId: string): Promise<Setting> => {
  const town = await townFacts(tx, townId)
  return {
    law: { calendar: await calendarNow(tx), superior: town.superior },
    town,
    today: world.clock.today(),
    now: world.clock.now(),
    keys: keyringOf(world.dataDir),
    ...(publicUrl() ? { publicUrl: publicUrl() } : {}),
  }
}

/** Names of staff, units and places by id. */
export const namesOf = async (tx: Tx, townId: string, ids: string[]): Promise<Record<string, string>> => {
  if (ids.length === 0) return {}
  const r = await sql<{ id: string; name: string }>`
    select id, name from staff where town_id = ${townId}::uuid and id = any (${ids}::uuid[])
    union all select id, name from unit where town_id = ${townId}::uuid and id = any (${ids}::uuid[])
    union all select id, name from area where town_id = ${townId}::uuid and id = any (${ids}::uuid[])
    union all select id, name from village where town_id = ${townId}::uuid and id = any (${ids}::uuid[])
    union all select id, name from grid where town_id = ${townId}::uuid and id = any (${ids}::uuid[])`.execute(tx)
  return Object.fromEntries(r.rows.map((x) => [x.id, x.name]))
}
