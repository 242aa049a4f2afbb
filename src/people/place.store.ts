import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inWords } from './constraints.ts'
import { soundOf } from './names.ts'
import type { Who } from './roles.ts'
import type { At } from './session.store.ts'
import { said } from './trace.store.ts'

type PlaceTable = 'area' | 'village' | 'grid' | 'unit'
const placeWords: Record<PlaceTable, string> = { area: '管区', village: '村', grid: '网格', unit: '站所办' }

/** Why a place can't be closed yet: something still lives there. */
const deactivationRefusal = async (tx: Tx, townId: string, table: PlaceTable, id: string, name: string, today: Day) => {
  const within = {
    area: sql`p.area_id = ${id}::uuid`,
    village: sql`p.village_id = ${id}::uuid`,
    grid: sql`p.grid_id = ${id}::uuid`,
    unit: sql`(p.main_unit_id = ${id}::uuid or ${id}::uuid = any (p.assist_unit_ids))`,
  }[table]
  const posted = {
    area: sql`o.area_id = ${id}::uuid`,
    village: sql`(o.village_id = ${id}::uuid or o.grid_id in (select g.id from grid g where g.town_id = o.town_id and g.village_id = ${id}::uuid))`,
    grid: sql`o.grid_id = ${id}::uuid`,
    unit: sql`o.unit_id = ${id}::uuid`,
  }[table]
  const r = await sql<{ matters: number; holders: string | null; villages: number }>`select
    (select count(*)::int from petition p where p.town_id = ${townId}::uuid and p.state <> 'closed' and ${within}) as matters,
    (select string_agg(distinct s.name, '、') from post o join holding h on h.town_id = o.town_id and h.post_id = o.id
      join staff s on s.town_id = h.town_id and s.id = h.staff_id
      where o.town_id = ${townId}::uuid and o.active and (h.until is null or h.until > ${today}::date) and ${posted}) as holders,
    (select count(*)::int from village v where v.town_id = ${townId}::uuid and v.active and ${table === 'area'} and v.area_id = ${id}::uuid) as villages`.execute(
    tx,
  )
  const { matters, holders, villages } = r.rows[0]!
  if (villages) return `${name}还有 ${villages} 个村，请先把村调到其他管区或停用`
  if (matters) return `${name}还有 ${matters} 件未销号的事项，暂不能停用`
  if (holders) return `${name}的岗位还有人任职（${holders}），请先免去岗位或办理交接`
  return null
}

interface PlaceInput {
  id?: string
  name: string
  code?: string
  active: boolean
}

/** The next free code of a place, after the habit of its kind. */
const nextCode = async (tx: Tx, townId: string, table: PlaceTable, villageId?: string): Promise<string> => {
  const codes = async (prefix: string) =>
    (
      await tx
        .selectFrom(table)
        .select('code')
        .where('townId', '=', townId)
        .where('code', 'like', `${prefix}%`)
        .execute()
    ).map((r) => r.code)
  const free = async (prefix: string, width: number, from: number) => {
    const taken = new Set(await codes(prefix))
    for (let n = from; ; n++) {
      const code = `${prefix}${String(n).padStart(width, '0')}`
      if (!taken.has(code)) return code
    }
  }
  if (table === 'area') return free('A', 2, 1)
  if (table === 'unit') return free('U', 2, 1)
  if (table === 'village') {
    const town = await tx.selectFrom('town').select('code').where('id', '=', townId).executeTakeFirstOrThrow()
    return free(town.code.slice(0, 9), 3, 200)
  }
  const village = await tx
    .selectFrom('village')
    .select('code')
    .where('townId', '=', townId)
    .where('id', '=', villageId!)
    .executeTakeFirst()
  if (!village) throw new Invalid('没有这个村', { villageId: '没有这个村' })
  return free(village.code, 2, 1)
}

const savePlace = async (
  tx: Tx,
  who: Who,
  table: PlaceTable,
  input: PlaceInput,
  rest: Record<string, unknown>,
  at: At,
): Promise<{ id: string }> => {
  const { townId } = who
  const word = placeWords[table]
  const name = input.name
  if (!input.id) {
    const id = uuidv7(at.now.getTime())
    const code = input.code || (await nextCode(tx, townId, table, rest.villageId as string | undefined))
    await inWords(
      tx
        .insertInto(table)
        .values({ townId, id, name, code, active: input.active, sort: 999, ...rest } as never)
        .execute(),
    )
    await said(tx, who, at, table, id, 'place', `新增${word}：${name}`)
    return { id }
  }
  const before = await tx
    .selectFrom(table)
    .select(['name', 'code', 'active'])
    .where('townId', '=', townId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!before) throw new NotFound(`没有这个${word}`)
  if (before.active && !input.active) {
    const no = await deactivationRefusal(tx, townId, table, input.id, before.name, at.today)
    if (no) throw new Refused(no)
    if (table === 'village')
      await tx
        .updateTable('grid')
        .set({ active: false })
        .where('townId', '=', townId)
        .where('villageId', '=', input.id)
        .execute()
  }
  await inWords(
    tx
      .updateTable(table)
      .set({ name, active: input.active, ...(input.code ? { code: input.code } : {}), ...rest } as never)
      .where('townId', '=', townId)
      .where('id', '=', input.id)
      .execute(),
  )
  const how = before.active === input.active ? '修改' : input.active ? '启用' : '停用'
  await said(
    tx,
    who,
    at,
    table,
    input.id,
    'place',
    `${how}${word}：${before.name === name ? name : `${before.name}改为${name}`}`,
  )
  return { id: input.id }
}

export const saveArea = (tx: Tx, who: Who, input: PlaceInput, at: At) =>
  savePlace(tx, who, 'area', input, { pinyin: soundOf(input.name).pinyin }, at)

export const saveVillage = async (
  tx: Tx,
  who: Who,
  {
    areaId,
    households,
    population,
    ...input
  }: PlaceInput & { areaId: string; households?: number | null; population?: number | null },
  at: At,
) => {
  const area = await tx
    .selectFrom('area')
    .select('active')
    .where('townId', '=', who.townId)
    .where('id', '=', areaId)
    .executeTakeFirst()
  if (!area?.active) throw new Invalid('没有这个管区，或者已经停用', { areaId: '请选择管区' })
  const saved = await savePlace(
    tx,
    who,
    'village',
    input,
    { areaId, ...soundOf(input.name), households: households ?? null, population: population ?? null },
    at,
  )
  return saved
}

export const saveGrid = async (
  tx: Tx,
  who: Who,
  { villageId, ...input }: PlaceInput & { villageId: string },
  at: At,
) => {
  const { townId } = who
  const village = await tx
    .selectFrom('village')
    .select('active')
    .where('townId', '=', townId)
    .where('id', '=', villageId)
    .executeTakeFirst()
  if (!village || (input.active && !village.active))
    throw new Invalid('没有这个村，或者已经停用', { villageId: '请选择村' })
  return savePlace(tx, who, 'grid', input, { villageId }, at)
}

export const saveUnit = (tx: Tx, who: Who, input: PlaceInput, at: At) =>
  savePlace(tx, who, 'unit', input, { pinyin: soundOf(input.name).pinyin }, at)
