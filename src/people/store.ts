import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { type Held, rolesRefusal, whoFrom } from './holdings.ts'
import { soundOf } from './names.ts'
import { type Role, roles, type Who } from './roles.ts'
import type { Places, StaffRow } from './routes.ts'
import { type At, endSessions, hashPassword } from './session.store.ts'
import { initialRefusal } from './signin.ts'

/** A unique name or code met twice, or a reference to nothing, as a sentence. */
const sentences: Record<string, [field: string, sentence: string]> = {
  area_town_id_name_key: ['name', '已有同名的管区'],
  area_town_id_code_key: ['code', '此代码已有管区使用'],
  village_town_id_name_key: ['name', '已有同名的村，请加以区分'],
  village_town_id_code_key: ['code', '此代码已有村使用'],
  grid_town_id_code_key: ['code', '此代码已有网格使用'],
  unit_town_id_name_key: ['name', '已有同名的站所办'],
  unit_town_id_code_key: ['code', '此代码已有站所办使用'],
  account_town_id_username_key: ['username', '此账号已有人使用，请换一个'],
  town_code_key: ['town.code', '此区划代码已有乡镇使用'],
  village_town_id_area_id_fkey: ['areaId', '没有这个管区'],
  grid_town_id_village_id_fkey: ['villageId', '没有这个村'],
  post_town_id_area_id_fkey: ['areaId', '没有这个管区'],
  post_town_id_village_id_fkey: ['villageId', '没有这个村'],
  post_town_id_grid_id_fkey: ['gridId', '没有这个网格'],
  post_town_id_unit_id_fkey: ['unitId', '没有这个站所办'],
}

/** Turn a constraint the database holds into the sentence the person needs; anything else passes on. */
export const inWords = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    const known = sentences[(error as { constraint?: string })?.constraint ?? '']
    if (known) throw new Invalid(known[1], { [known[0]]: known[1] })
    throw error
  }
}

/** Posts held on a day, as JSON rows of `holding h join post o`. */
const heldJson = sql`coalesce(json_agg(json_build_object('name', o.name, 'role', o.role, 'rank', o.rank, 'areaId', o.area_id,
  'villageId', o.village_id, 'gridId', o.grid_id, 'unitId', o.unit_id, 'heads', o.heads) order by o.rank, o.sort, o.name), '[]')`

/** Everything the pickers choose from, the inactive included so that old matters keep their names. */
export const placesOf = async (tx: Tx, townId: string, today: Day): Promise<Places> => {
  const areas = await tx
    .selectFrom('area')
    .select(['id', 'code', 'name', 'active'])
    .where('townId', '=', townId)
    .orderBy('sort')
    .orderBy('name')
    .execute()
  const villages = await tx
    .selectFrom('village')
    .select(['id', 'code', 'name', 'areaId', 'pinyin', 'initials', 'households', 'population', 'active'])
    .where('townId', '=', townId)
    .orderBy('sort')
    .orderBy('name')
    .execute()
  const grids = await tx
    .selectFrom('grid')
    .select(['id', 'code', 'name', 'villageId', 'active'])
    .where('townId', '=', townId)
    .orderBy('code')
    .execute()
  const units = await tx
    .selectFrom('unit')
    .select(['id', 'code', 'name', 'pinyin', 'active'])
    .where('townId', '=', townId)
    .orderBy('sort')
    .orderBy('name')
    .execute()
  const people = await sql<{
    id: string
    name: string
    pinyin: string
    initials: string
    active: boolean
    held: Held[]
  }>`
    select s.id, s.name, s.pinyin, s.initials, s.active,
      (select ${heldJson} from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
        where h.town_id = s.town_id and h.staff_id = s.id and o.active
          and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)) as held
    from staff s where s.town_id = ${townId}::uuid order by s.name, s.id`.execute(tx)
  const staff = people.rows.map(({ held, pinyin, initials, active, ...p }) => {
    const { townId: _t, staffId, headsUnit: _h, ...who } = whoFrom({ townId, staffId: p.id, name: p.name }, held)
    return { id: staffId, ...who, pinyin, initials, active }
  })
  return { areas, villages, grids, units, staff: staff.sort((a, b) => a.rank - b.rank) } as Places
}

/** Open matters in which the person is named, for SQL over `petition p`. */
const namedIn = (staff: unknown) => sql<boolean>`(p.state <> 'closed' and ${staff}::uuid in
  (p.holder_id, p.main_handler_id, p.area_owner_id, p.village_owner_id, p.lead_official_id, p.signer_id, p.approver_id))`

/** How many open matters name the person, and how many of them are sealed accusations. */
export const openWork = async (tx: Tx, townId: string, staffId: string): Promise<{ open: number; sealed: number }> => {
  const r = await sql<{
    open: number
    sealed: number
  }>`select count(*)::int as open, (count(*) filter (where p.sealed))::int as sealed
    from petition p where p.town_id = ${townId}::uuid and ${namedIn(sql`${staffId}`)}`.execute(tx)
  return r.rows[0]!
}

const said = (
  tx: Tx,
  who: Who,
  at: At,
  subjectKind: string,
  subjectId: string,
  kind: string,
  says: string,
  data?: unknown,
) => writeTrace(tx, who, { subjectId, subjectKind, kind, says, data }, at.now)

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

export const postsOf = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{
      id: string
      name: string
      role: Role
      rank: number
      areaId: string | null
      villageId: string | null
      gridId: string | null
      unitId: string | null
      heads: boolean
      active: boolean
      holder: string
    }>`select o.id, o.name, o.role, o.rank, o.area_id, o.village_id, o.grid_id, o.unit_id, o.heads, o.active,
      coalesce((select string_agg(s.name, '、' order by s.name) from holding h join staff s on s.town_id = h.town_id and s.id = h.staff_id
        where h.town_id = o.town_id and h.post_id = o.id and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)), '') as holder
    from post o where o.town_id = ${townId}::uuid order by o.rank, o.sort, o.name`.execute(tx)
  ).rows

export interface PostInput {
  id?: string
  name: string
  role: Role
  rank: number
  areaId?: string | null
  villageId?: string | null
  gridId?: string | null
  unitId?: string | null
  heads: boolean
  active: boolean
}

/** Which place a role can't do without. */
const neededPlace: Partial<Record<Role, [key: 'areaId' | 'villageId' | 'gridId' | 'unitId', sentence: string]>> = {
  areaSecretary: ['areaId', '管区书记须指定管区'],
  villageOfficer: ['villageId', '村信访信息员须指定村'],
  gridWorker: ['gridId', '网格员须指定网格'],
  unitHandler: ['unitId', '站所办经办人须指定站所办'],
}

export const savePost = async (tx: Tx, who: Who, input: PostInput, at: At): Promise<{ id: string }> => {
  const { townId } = who
  const needed = neededPlace[input.role]
  if (needed && !input[needed[0]]) throw new Invalid(needed[1], { [needed[0]]: needed[1] })
  const row = {
    name: input.name,
    role: input.role,
    rank: input.rank,
    areaId: input.areaId ?? null,
    villageId: input.villageId ?? null,
    gridId: input.gridId ?? null,
    unitId: input.unitId ?? null,
    heads: input.heads,
    active: input.active,
  }
  if (!input.id) {
    const id = uuidv7(at.now.getTime())
    await inWords(
      tx
        .insertInto('post')
        .values({ townId, id, ...row, sort: 999 } as never)
        .execute(),
    )
    await said(tx, who, at, 'post', id, 'post', `新增岗位：${input.name}（${roles[input.role]}）`)
    return { id }
  }
  const before = await tx
    .selectFrom('post')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!before) throw new NotFound('没有这个岗位')
  const holders = await sql<{
    name: string
  }>`select distinct s.name from holding h join staff s on s.town_id = h.town_id and s.id = h.staff_id
    where h.town_id = ${townId}::uuid and h.post_id = ${input.id}::uuid and (h.until is null or h.until > ${at.today}::date)`.execute(
    tx,
  )
  const names = holders.rows.map((h) => h.name).join('、')
  // Another role under somebody's feet could join what 三员分立 keeps apart, or orphan open work.
  if (names && before.role !== input.role) throw new Refused(`${names}正任此岗位，不能改变角色；请另设岗位后办理任免`)
  if (names && !input.active) throw new Refused(`${names}正任此岗位，请先免去岗位或办理交接再停用`)
  await inWords(
    tx
      .updateTable('post')
      .set(row as never)
      .where('townId', '=', townId)
      .where('id', '=', input.id)
      .execute(),
  )
  await said(
    tx,
    who,
    at,
    'post',
    input.id,
    'post',
    `修改岗位：${input.name}（${roles[input.role]}）${input.active ? '' : '，停用'}`,
  )
  return { id: input.id }
}

/** People and accounts; kin are declared by the person and shown elsewhere (petitions/protect). Others ask `places`. */
export const staffOf = async (tx: Tx, who: Who, at: At): Promise<StaffRow[]> => {
  const r = await sql<StaffRow>`
    select s.id, s.name, s.phone, s.active, s.version, a.username, coalesce(a.disabled, false) as disabled,
      coalesce(a.locked_until > ${at.now.toISOString()}::timestamptz, false) as locked, a.last_sign_in,
      coalesce(w.n, 0)::int as open_matters,
      (select coalesce(json_agg(json_build_object('id', h.id, 'postId', o.id, 'post', o.name, 'role', o.role, 'since', h.since, 'until', h.until)
          order by h.until nulls first, o.rank), '[]')
        from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
        where h.town_id = s.town_id and h.staff_id = s.id) as holdings
    from staff s
    left join account a on a.town_id = s.town_id and a.staff_id = s.id
    left join (
      select x.staff_id, count(distinct p.id) as n from petition p
      cross join lateral unnest(array[p.holder_id, p.main_handler_id, p.area_owner_id, p.village_owner_id, p.lead_official_id, p.signer_id, p.approver_id]) as x(staff_id)
      where p.town_id = ${who.townId}::uuid and p.state <> 'closed' and x.staff_id is not null group by x.staff_id) w on w.staff_id = s.id
    where s.town_id = ${who.townId}::uuid order by s.active desc, s.name, s.id`.execute(tx)
  return r.rows
}

const findStaff = async (tx: Tx, townId: string, id: string) => {
  const row = await tx
    .selectFrom('staff')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new NotFound('没有这个人员')
  return row
}

/** Posts whose term has not ended before a day, those yet to begin included. */
const termsOf = async (tx: Tx, townId: string, staffId: string, today: Day) =>
  (
    await sql<{
      id: string
      postId: string
      post: string
      role: Role
      since: Day
      until: Day | null
    }>`select h.id, h.post_id, o.name as post, o.role, h.since, h.until
      from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      where h.town_id = ${townId}::uuid and h.staff_id = ${staffId}::uuid and o.active and (h.until is null or h.until > ${today}::date)`.execute(
      tx,
    )
  ).rows

/** Appoint: a post held from a day. The three administrators never meet each other or case work in one person. */
export const hold = async (
  tx: Tx,
  who: Who,
  staffId: string,
  input: { postId: string; since: Day },
  at: At,
): Promise<void> => {
  const { townId } = who
  if (staffId === who.staffId) throw new Refused('不能给自己任免岗位，请由另一名系统管理员办理')
  const person = await findStaff(tx, townId, staffId)
  if (!person.active) throw new Refused(`${person.name}已离任，不能任职`)
  const post = await tx
    .selectFrom('post')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', input.postId)
    .executeTakeFirst()
  if (!post?.active) throw new Invalid('没有这个岗位，或者已经停用', { postId: '请选择岗位' })
  const terms = await termsOf(tx, townId, staffId, input.since)
  const overlapping = terms.filter((t) => t.until === null || t.until > input.since)
  if (overlapping.some((t) => t.postId === input.postId)) throw new Refused(`${person.name}已任${post.name}`)
  const no = rolesRefusal([...overlapping.map((t) => t.role), post.role as Role])
  if (no) throw new Refused(no)
  await tx
    .insertInto('holding')
    .values({ townId, id: uuidv7(at.now.getTime()), staffId, postId: input.postId, since: input.since } as never)
    .execute()
  await said(
    tx,
    who,
    at,
    'staff',
    staffId,
    'holding',
    `任${person.name}为${post.name}（${roles[post.role as Role]}），自 ${input.since} 起`,
  )
}

export const saveStaff = async (
  tx: Tx,
  who: Who,
  input: {
    id?: string
    version?: number
    name: string
    phone: string
    postId?: string | null
    since?: Day
  },
  at: At,
): Promise<{ id: string }> => {
  const { townId } = who
  const row = {
    name: input.name,
    ...soundOf(input.name, true),
    phone: input.phone,
  }
  if (!input.id) {
    const id = uuidv7(at.now.getTime())
    await tx
      .insertInto('staff')
      .values({ townId, id, ...row } as never)
      .execute()
    await said(tx, who, at, 'staff', id, 'staff', `新增人员：${input.name}`)
    if (input.postId) await hold(tx, who, id, { postId: input.postId, since: input.since ?? at.today }, at)
    return { id }
  }
  const before = await findStaff(tx, townId, input.id)
  if (input.version !== before.version) throw new Refused('他人刚修改过此人员，请刷新后再改；您填写的内容没有丢失')
  await tx
    .updateTable('staff')
    .set({ ...row, version: before.version + 1 } as never)
    .where('townId', '=', townId)
    .where('id', '=', input.id)
    .execute()
  await said(
    tx,
    who,
    at,
    'staff',
    input.id,
    'staff',
    `修改人员：${before.name === input.name ? input.name : `${before.name}改为${input.name}`}`,
  )
  if (input.postId) await hold(tx, who, input.id, { postId: input.postId, since: input.since ?? at.today }, at)
  return { id: input.id }
}

const worksOnMatters = (role: Role) =>
  !['disciplineLiaison', 'auditor', 'systemAdmin', 'securityAdmin', 'auditAdmin'].includes(role)

/** Someone who can still sign in and holds this role from a day on, other than the person who leaves it. */
const othersWith = async (tx: Tx, townId: string, role: Role, notStaffId: string, on: Day) =>
  (
    await sql`select 1 from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      join account a on a.town_id = h.town_id and a.staff_id = h.staff_id and not a.disabled
      join staff s on s.town_id = h.town_id and s.id = h.staff_id and s.active
      where h.town_id = ${townId}::uuid and o.role = ${role} and o.active and h.staff_id <> ${notStaffId}::uuid
        and h.since <= ${on}::date and (h.until is null or h.until > ${on}::date) limit 1`.execute(tx)
  ).rows.length > 0

/** Without the one nobody can add people, without the other nobody can add accounts. */
const lastAdminRefusal = async (tx: Tx, townId: string, staffId: string, held: Role[], on: Day) => {
  for (const role of ['systemAdmin', 'securityAdmin'] as const)
    if (held.includes(role) && !(await othersWith(tx, townId, role, staffId, on)))
      return `这是最后一名可登录的${roles[role]}，请先任命接替的人并建立账号`
  return null
}

export const endHolding = async (tx: Tx, who: Who, id: string, until: Day, at: At): Promise<void> => {
  const { townId } = who
  const h = await tx
    .selectFrom('holding')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!h) throw new NotFound('没有这项任职')
  if (h.staffId === who.staffId) throw new Refused('不能给自己任免岗位，请由另一名系统管理员办理')
  if (h.until !== null && String(h.until) <= at.today) throw new Refused('这项任职已经结束')
  if (until < String(h.since)) throw new Invalid('免职日期不能早于任职日期', { until: '不能早于任职日期' })
  const person = await findStaff(tx, townId, h.staffId)
  const terms = await termsOf(tx, townId, h.staffId, at.today)
  const gone = terms.find((t) => t.id === id)
  const left = terms
    .filter((t) => t.id !== id && t.since <= until && (t.until === null || t.until > until))
    .map((t) => t.role)
  const { open, sealed } = await openWork(tx, townId, h.staffId)
  if ((open > sealed && !left.some(worksOnMatters)) || (sealed > 0 && !left.includes('disciplineLiaison')))
    throw new Refused(`${person.name}名下还有 ${open} 件在办事项，请先办理离任交接，交给接手的人`)
  const last =
    gone && !left.includes(gone.role) ? await lastAdminRefusal(tx, townId, h.staffId, [gone.role], until) : null
  if (last) throw new Refused(last)
  await tx
    .updateTable('holding')
    .set({ until } as never)
    .where('townId', '=', townId)
    .where('id', '=', id)
    .execute()
  await said(tx, who, at, 'staff', h.staffId, 'holding', `免去${person.name}的${gone?.post ?? '岗位'}，自 ${until} 起`)
}

/** Create an account, reset its password, rename, disable, enable or unlock it. */
export const saveAccount = async (
  tx: Tx,
  who: Who,
  staffId: string,
  input: { username?: string; password?: string; disabled?: boolean; unlock?: boolean },
  at: At,
): Promise<void> => {
  const { townId } = who
  const person = await findStaff(tx, townId, staffId)
  const account = await tx
    .selectFrom('account')
    .select(['username', 'disabled'])
    .where('townId', '=', townId)
    .where('staffId', '=', staffId)
    .forUpdate()
    .executeTakeFirst()
  const username = input.username ?? account?.username
  if (input.password !== undefined && username !== undefined) {
    const no = initialRefusal(input.password, username)
    if (no) throw new Invalid(no, { password: no })
  }
  const trace = (says: string) => said(tx, who, at, 'account', staffId, 'account', says)
  if (!account) {
    if (!username) throw new Invalid('请填写账号', { username: '请填写账号' })
    if (!input.password) throw new Invalid('请填写初始密码', { password: '请填写初始密码' })
    if (!person.active) throw new Refused(`${person.name}已离任，不能建立账号`)
    await inWords(
      tx
        .insertInto('account')
        .values({
          townId,
          staffId,
          username,
          passwordHash: await hashPassword(input.password),
          mustChange: true,
          changedAt: at.now.toISOString(),
        } as never)
        .execute(),
    )
    await trace(`为${person.name}建立账号 ${username}，首次登录须改密码`)
    return
  }
  const change = (set: object) =>
    inWords(
      tx
        .updateTable('account')
        .set(set as never)
        .where('townId', '=', townId)
        .where('staffId', '=', staffId)
        .execute(),
    )
  if (input.username !== undefined && input.username !== account.username) {
    await change({ username: input.username })
    await trace(`${person.name}的账号由 ${account.username} 改为 ${input.username}`)
  }
  if (input.password !== undefined) {
    if (staffId === who.staffId) throw new Refused('自己的密码请在“修改密码”中修改')
    await change({
      passwordHash: await hashPassword(input.password),
      mustChange: true,
      failures: 0,
      lockedUntil: null,
      changedAt: at.now.toISOString(),
    })
    await endSessions(tx, townId, staffId)
    await trace(`重设${person.name}的密码，已登录的设备全部退出，下次登录须改密码`)
  }
  if (input.unlock) {
    await change({ failures: 0, lockedUntil: null })
    await trace(`解锁${person.name}的账号`)
  }
  if (input.disabled === true && !account.disabled) {
    if (staffId === who.staffId) throw new Refused('不能停用自己的账号')
    const { open } = await openWork(tx, townId, staffId)
    if (open) throw new Refused(`${person.name}名下还有 ${open} 件在办事项，请先办理离任交接，交给接手的人`)
    const last = await lastAdminRefusal(
      tx,
      townId,
      staffId,
      (await termsOf(tx, townId, staffId, at.today)).map((t) => t.role),
      at.today,
    )
    if (last) throw new Refused(last)
    await change({ disabled: true })
    await endSessions(tx, townId, staffId)
    await trace(`停用${person.name}的账号`)
  }
  if (input.disabled === false && account.disabled) {
    if (!person.active) throw new Refused(`${person.name}已离任，不能启用账号`)
    await change({ disabled: false })
    await trace(`启用${person.name}的账号`)
  }
}

/** Names of the posts somebody holds or is about to hold. */
export const postsHeld = async (tx: Tx, townId: string, staffId: string, today: Day): Promise<string[]> =>
  (await termsOf(tx, townId, staffId, today)).map((t) => t.post)

/** What a handover makes of the two people: who goes, and who takes over as they will be on the day, posts included. */
export const handoverPeople = async (
  tx: Tx,
  who: Who,
  fromId: string,
  input: { successorId: string; on: Day; takePosts: boolean },
  at: At,
) => {
  const { townId } = who
  if (input.successorId === fromId) throw new Invalid('接手人不能是本人', { successorId: '请选择另一人' })
  if (fromId === who.staffId) throw new Refused('本人离任请由他人办理交接')
  if (input.on > at.today) throw new Invalid('请在离任当日或之后办理交接', { on: '不能晚于今天' })
  // Both rows in one order, so that two handovers can't wait for each other.
  const [a, b] = [fromId, input.successorId].sort()
  const locked = [await findStaff(tx, townId, a!), await findStaff(tx, townId, b!)]
  const from = locked.find((p) => p.id === fromId)!
  const to = locked.find((p) => p.id === input.successorId)!
  if (!to.active) throw new Refused(`${to.name}已离任，请另选接手人`)
  const leaving = await termsOf(tx, townId, fromId, at.today)
  const kept = await termsOf(tx, townId, input.successorId, at.today)
  const taken = input.takePosts ? leaving.filter((t) => !kept.some((k) => k.postId === t.postId)) : []
  const exclusive = rolesRefusal([...kept, ...taken].map((t) => t.role))
  if (exclusive) throw new Refused(`${to.name}不能接任：${exclusive}`)
  const untaken = leaving.filter((t) => !taken.includes(t)).map((t) => t.role)
  const last = await lastAdminRefusal(tx, townId, fromId, untaken, at.today)
  if (last) throw new Refused(last)
  return { from, to, leaving, taken }
}

/**
 * The person leaves: terms end on the day, posts pass on when asked, account disabled, sessions ended.
 * Only ever called by the handover, which has moved the open work first.
 */
export const leave = async (
  tx: Tx,
  who: Who,
  people: Awaited<ReturnType<typeof handoverPeople>>,
  input: { on: Day; reason: string; requestId: string; moved: number },
  at: At,
): Promise<void> => {
  const { townId } = who
  const { from, to, taken } = people
  const { open } = await openWork(tx, townId, from.id)
  if (open) throw new Refused(`${from.name}名下还有 ${open} 件在办事项没有交出，请重试`)
  await sql`update holding set until = greatest(since, ${input.on}::date) where town_id = ${townId}::uuid and staff_id = ${from.id}::uuid
    and (until is null or until > ${input.on}::date)`.execute(tx)
  for (const t of taken)
    await tx
      .insertInto('holding')
      .values({
        townId,
        id: uuidv7(),
        staffId: to.id,
        postId: t.postId,
        since: sql`greatest(${t.since}::date, ${input.on}::date)`,
        until: t.until,
      } as never)
      .execute()
  await tx
    .updateTable('staff')
    .set({ active: false, version: from.version + 1 } as never)
    .where('townId', '=', townId)
    .where('id', '=', from.id)
    .execute()
  await tx
    .updateTable('account')
    .set({ disabled: true } as never)
    .where('townId', '=', townId)
    .where('staffId', '=', from.id)
    .execute()
  await endSessions(tx, townId, from.id)
  await writeTrace(
    tx,
    who,
    {
      subjectId: from.id,
      subjectKind: 'staff',
      kind: 'handover',
      says: `${from.name}离任交接：${input.moved} 件在办事项由${to.name}接手${taken.length ? `，接任${taken.map((t) => t.post).join('、')}` : ''}；${input.reason}`,
      data: { moved: input.moved, successorId: to.id },
      requestId: input.requestId,
    },
    at.now,
  )
}
