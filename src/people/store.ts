import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { lockRow, setRow } from '../kit/server/row.ts'
import { type Held, rolesRefusal, whoFrom } from './holdings.ts'
import { soundOf } from './names.ts'
import { hold, lastAdminRefusal, termsOf } from './post.store.ts'
import type { Who } from './roles.ts'
import type { Places, StaffRow } from './routes.ts'
import { type At, endSessions } from './session.store.ts'
import { said } from './trace.store.ts'
import { heldJson, openWork } from './work.store.ts'

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

export const findStaff = async (tx: Tx, townId: string, id: string) => {
  const row = await lockRow(tx, 'staff', townId, id, '没有这个人员')
  return row
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
  if (input.version !== before.version)
    throw new Refused('他人刚修改过此人员，请看过最新的内容再改；您填写的内容没有丢失')
  await setRow(tx, 'staff', townId, input.id, { ...row, version: before.version + 1 })
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
  await setRow(tx, 'staff', townId, from.id, { active: false, version: from.version + 1 })
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
