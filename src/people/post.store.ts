import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { lockRow, setRow } from '../kit/server/row.ts'
import { inWords } from './constraints.ts'
import { type Held, rolesRefusal } from './holdings.ts'
import { type Role, roles, type Who } from './roles.ts'
import type { At } from './session.store.ts'
import { findStaff } from './store.ts'
import { said } from './trace.store.ts'
import { openWork, worksOnMatters } from './work.store.ts'

export const postsOf = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<
      Held & { id: string; active: boolean; holder: string }
    >`select o.id, o.name, o.role, o.rank, o.area_id, o.village_id, o.grid_id, o.unit_id, o.heads, o.active,
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
  const before = await lockRow(tx, 'post', townId, input.id, '没有这个岗位')
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
  await inWords(setRow(tx, 'post', townId, input.id, row))
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

/** Posts whose term has not ended before a day, those yet to begin included. */
export const termsOf = async (tx: Tx, townId: string, staffId: string, today: Day) =>
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
export const lastAdminRefusal = async (tx: Tx, townId: string, staffId: string, held: Role[], on: Day) => {
  for (const role of ['systemAdmin', 'securityAdmin'] as const)
    if (held.includes(role) && !(await othersWith(tx, townId, role, staffId, on)))
      return `这是最后一名可登录的${roles[role]}，请先任命接替的人并建立账号`
  return null
}

export const endHolding = async (tx: Tx, who: Who, id: string, until: Day, at: At): Promise<void> => {
  const { townId } = who
  const h = await lockRow(tx, 'holding', townId, id, '没有这项任职')
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
  await setRow(tx, 'holding', townId, id, { until })
  await said(tx, who, at, 'staff', h.staffId, 'holding', `免去${person.name}的${gone?.post ?? '岗位'}，自 ${until} 起`)
}
