import { sql } from 'kysely'
import { bySystem, type Tx, writeTrace } from '../audit/trace.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { rolesRefusal, usualRank } from './holdings.ts'
import { soundOf } from './names.ts'
import { type Role, roles } from './roles.ts'
import { type At, hashPassword } from './session.store.ts'
import { initialRefusal } from './signin.ts'

/** A post to be held by somebody of a new town; places by name. */
export interface NewPost {
  role: Role
  post?: string
  area?: string
  village?: string
  /** Name of the grid within the village. */
  grid?: string
  unit?: string
  rank?: number
  heads?: boolean
}

export interface NewPerson extends NewPost {
  username: string
  name: string
  password: string
  phone?: string
  kin?: string[]
  /** False only in the demo: real accounts change their first password. */
  mustChange?: boolean
  /** Further posts of the same person. */
  also?: NewPost[]
}

export interface TownInput {
  town: { code: string; name: string; shortName: string; superiorName: string; isFiction?: boolean }
  areas: { name: string }[]
  /** `grids`: how many, named 第1网格 and on. */
  villages: {
    name: string
    area: string
    code?: string
    grids?: number
    households?: number | null
    population?: number | null
  }[]
  units?: { name: string }[]
  accounts: NewPerson[]
}

/** Ids of a new town by name; grids by 村名/网格名, staff by username. */
export interface NewTown {
  townId: string
  areas: Record<string, string>
  villages: Record<string, string>
  grids: Record<string, string>
  units: Record<string, string>
  staff: Record<string, string>
}

export const gridName = (n: number) => `第${n}网格`

const digits = (n: number, width: number) => String(n).padStart(width, '0')

/** A post's name when none is given: 东部管区书记, 北村信访信息员. */
export const postName = (p: NewPost): string =>
  p.post?.trim() ||
  (p.role === 'areaSecretary'
    ? `${p.area}书记`
    : p.role === 'villageOfficer'
      ? `${p.village}信访信息员`
      : p.role === 'gridWorker'
        ? `${p.village}${p.grid ?? ''}网格员`
        : p.role === 'unitHandler'
          ? `${p.unit}${p.heads ? '负责人' : '经办人'}`
          : roles[p.role])

/** What is wrong with a new town, field by field; empty when nothing is. */
export const townProblems = (input: TownInput): Record<string, string> => {
  const no: Record<string, string> = {}
  const twice = (list: { name: string }[], key: string, word: string) => {
    const seen = new Set<string>()
    list.forEach((x, i) => {
      if (seen.has(x.name)) no[`${key}.${i}.name`] = `第 ${i + 1} 行：${word}“${x.name}”前面已有，请删去一行或者改名`
      seen.add(x.name)
    })
    return seen
  }
  const areas = twice(input.areas, 'areas', '管区')
  const villages = twice(input.villages, 'villages', '村')
  const units = twice(input.units ?? [], 'units', '站所办')
  const codes = new Set<string>()
  input.villages.forEach((v, i) => {
    if (!areas.has(v.area)) no[`villages.${i}.area`] = v.area ? `没有名为“${v.area}”的管区` : `请填写${v.name}所属管区`
    if (v.code && codes.has(v.code)) no[`villages.${i}.code`] = `村代码 ${v.code} 重复`
    if (v.code) codes.add(v.code)
  })
  const usernames = new Set<string>()
  input.accounts.forEach((a, i) => {
    if (usernames.has(a.username)) no[`accounts.${i}.username`] = `${a.name}的账号“${a.username}”和前面的重复，请改一个`
    usernames.add(a.username)
    const bad = input.town.isFiction ? null : initialRefusal(a.password, a.username)
    if (bad) no[`accounts.${i}.password`] = `${a.name}的初始密码：${bad}`
    const held = [a, ...(a.also ?? [])]
    const exclusive = rolesRefusal(held.map((p) => p.role))
    if (exclusive) no[`accounts.${i}.role`] = exclusive
    for (const p of held) {
      const place = (value: string | undefined, known: Set<string>, needed: boolean, key: string, word: string) => {
        if (value && !known.has(value)) no[`accounts.${i}.${key}`] = `${a.name}：没有名为“${value}”的${word}`
        if (!value && needed) no[`accounts.${i}.${key}`] = `${a.name}：${roles[p.role]}须指定${word}`
      }
      place(p.area, areas, p.role === 'areaSecretary', 'area', '管区')
      place(p.village, villages, p.role === 'villageOfficer' || p.role === 'gridWorker', 'village', '村')
      place(p.unit, units, p.role === 'unitHandler', 'unit', '站所办')
    }
  })
  return no
}

/** What the sign-in page of an invented town lists: a few accounts of every role. */
const demoAccounts = (accounts: NewPerson[]) => {
  const seen = new Map<Role, number>()
  return accounts
    .filter((a) => {
      seen.set(a.role, (seen.get(a.role) ?? 0) + 1)
      return seen.get(a.role)! <= 6
    })
    .map((a) => ({ username: a.username, password: a.password, name: a.name, post: postName(a), role: roles[a.role] }))
}

const insertAll = async (
  tx: Tx,
  table: 'area' | 'village' | 'grid' | 'unit' | 'post' | 'staff' | 'holding' | 'account',
  rows: object[],
) => {
  for (let i = 0; i < rows.length; i += 2_000)
    await tx
      .insertInto(table)
      .values(rows.slice(i, i + 2_000) as never)
      .execute()
}

/**
 * Make a town with its places, posts, people and accounts, in the caller's transaction, which is bound to the new town.
 * For the first set-up, the demo and tests alike.
 */
export const createTown = async (tx: Tx, input: TownInput, at: At): Promise<NewTown> => {
  const problems = townProblems(input)
  const first = Object.values(problems)[0]
  if (first) throw new Invalid(first, problems)
  const townId = uuidv7(at.now.getTime())
  const { town } = input
  const taken = await tx.selectFrom('town').select('id').where('code', '=', town.code).executeTakeFirst()
  if (taken) throw new Refused(`区划代码 ${town.code} 已有乡镇使用`)
  await tx
    .insertInto('town')
    .values({
      id: townId,
      code: town.code,
      name: town.name,
      shortName: town.shortName,
      superiorName: town.superiorName,
      isFiction: town.isFiction ?? false,
      settings: JSON.stringify(town.isFiction ? { demoAccounts: demoAccounts(input.accounts) } : {}),
    } as never)
    .execute()
  await sql`select set_config('huisheng.town', ${townId}, true)`.execute(tx)

  const out: NewTown = { townId, areas: {}, villages: {}, grids: {}, units: {}, staff: {} }
  const areas = input.areas.map((a, i) => {
    out.areas[a.name] = uuidv7()
    return {
      townId,
      id: out.areas[a.name]!,
      code: `A${digits(i + 1, 2)}`,
      name: a.name,
      pinyin: soundOf(a.name).pinyin,
      sort: i,
    }
  })
  // 统计用区划代码: nine digits of the town, three of the village; villagers' committees begin at 200.
  const given = new Set(input.villages.map((v) => v.code).filter(Boolean))
  let next = 200
  const freeCode = () => {
    let code = ''
    do code = `${town.code.slice(0, 9)}${digits(next++, 3)}`
    while (given.has(code))
    return code
  }
  const grids: object[] = []
  const villages = input.villages.map((v, i) => {
    const id = uuidv7()
    const code = v.code || freeCode()
    out.villages[v.name] = id
    for (let n = 1; n <= (v.grids ?? 1); n++) {
      const gridId = uuidv7()
      out.grids[`${v.name}/${gridName(n)}`] = gridId
      grids.push({ townId, id: gridId, villageId: id, code: `${code}${digits(n, 2)}`, name: gridName(n), sort: n })
    }
    return {
      townId,
      id,
      areaId: out.areas[v.area]!,
      code,
      name: v.name,
      ...soundOf(v.name),
      households: v.households ?? null,
      population: v.population ?? null,
      sort: i,
    }
  })
  const units = (input.units ?? []).map((u, i) => {
    out.units[u.name] = uuidv7()
    return {
      townId,
      id: out.units[u.name]!,
      code: `U${digits(i + 1, 2)}`,
      name: u.name,
      pinyin: soundOf(u.name).pinyin,
      sort: i,
    }
  })

  const posts: object[] = []
  const staff: object[] = []
  const holdings: object[] = []
  const accounts: object[] = []
  // The demo's hundreds of accounts share one published password; real ones are hashed one by one.
  const shared = new Map<string, string>()
  const hashOf = async (password: string) => {
    const known = town.isFiction ? shared.get(password) : undefined
    const hash = known ?? (await hashPassword(password))
    shared.set(password, hash)
    return hash
  }
  for (const [i, a] of input.accounts.entries()) {
    const staffId = uuidv7()
    out.staff[a.username] = staffId
    staff.push({ townId, id: staffId, name: a.name, ...soundOf(a.name, true), phone: a.phone ?? '', kin: a.kin ?? [] })
    for (const p of [a, ...(a.also ?? [])]) {
      const postId = uuidv7()
      const gridId = p.role === 'gridWorker' ? (out.grids[`${p.village}/${p.grid ?? gridName(1)}`] ?? null) : null
      if (p.role === 'gridWorker' && !gridId)
        throw new Invalid(`${p.village}没有“${p.grid ?? gridName(1)}”`, { [`accounts.${i}.village`]: '没有这个网格' })
      posts.push({
        townId,
        id: postId,
        name: postName(p),
        role: p.role,
        rank: p.rank ?? usualRank[p.role],
        areaId: p.area ? out.areas[p.area]! : null,
        villageId: p.village ? out.villages[p.village]! : null,
        gridId,
        unitId: p.unit ? out.units[p.unit]! : null,
        heads: p.heads ?? false,
        sort: posts.length,
      })
      holdings.push({ townId, id: uuidv7(), staffId, postId, since: at.today })
    }
    accounts.push({
      townId,
      staffId,
      username: a.username,
      passwordHash: await hashOf(a.password),
      mustChange: a.mustChange ?? true,
      changedAt: at.now.toISOString(),
    })
  }
  await insertAll(tx, 'area', areas)
  await insertAll(tx, 'village', villages)
  await insertAll(tx, 'grid', grids)
  await insertAll(tx, 'unit', units)
  await insertAll(tx, 'staff', staff)
  await insertAll(tx, 'post', posts)
  await insertAll(tx, 'holding', holdings)
  await insertAll(tx, 'account', accounts)
  const says = `建立${town.name}：${areas.length} 个管区、${villages.length} 个村、${grids.length} 个网格、${units.length} 个站所办、${staff.length} 个账号`
  await writeTrace(tx, bySystem(townId), { subjectId: townId, subjectKind: 'town', kind: 'setup', says }, at.now)
  return out
}

export const townExists = async (tx: Tx): Promise<boolean> =>
  (await tx.selectFrom('town').select('id').limit(1).executeTakeFirst()) !== undefined

/** The first set-up: once only, and never into a dead end without the two administrators who can add people and accounts. */
export const setUp = async (tx: Tx, input: TownInput, at: At): Promise<NewTown> => {
  // Two browsers on an empty system: the second waits, then sees the first one's town.
  await sql`select pg_advisory_xact_lock(hashtext('huisheng.setup'))`.execute(tx)
  if (await townExists(tx)) throw new Refused('系统已经设置过，请直接登录')
  const has = (role: Role) => input.accounts.some((a) => a.role === role)
  const missing = (['systemAdmin', 'securityAdmin'] as const).filter((r) => !has(r))
  if (missing.length)
    throw new Invalid(
      `首批账号还缺${missing.map((r) => roles[r]).join('、')}：没有系统管理员不能增加人员，没有安全管理员不能增加账号`,
      {
        accounts: `请添加${missing.map((r) => roles[r]).join('、')}`,
      },
    )
  return createTown(tx, input, at)
}
