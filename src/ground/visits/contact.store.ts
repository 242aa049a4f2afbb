import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { setRow } from '../../kit/server/row.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../../petitions/store.ts'
import { lastContactVisit } from './contact.query.ts'
import { inPost, say, tell } from './deed.store.ts'
import type { ContactRow } from './routes.ts'
import { contactDue, contactRefusal, contactStanding, type RotaInput, rotaProblems } from './visits.ts'

/** The rota of villages, current and to come, with the last visit of each village's cadre. */
export const contacts = async (tx: Tx, who: Who, today: Day, villageId?: string): Promise<ContactRow[]> => {
  const rows = (
    await sql<ContactRow>`select c.id, c.village_id, v.name as village, a.name as area, c.staff_id, s.name as staff,
        coalesce(p.name, '') as post, p.name is null or not s.active as gone, l.id is not null as away, d.id as deputy_id, coalesce(d.name, '') as deputy,
        c.from_on, c.to_on, c.every_days, c.history, c.version,
        ${sql.raw(lastContactVisit())} as last_on
      from village_contact c join village v on v.town_id = c.town_id and v.id = c.village_id
      join area a on a.town_id = v.town_id and a.id = v.area_id
      join staff s on s.town_id = c.town_id and s.id = c.staff_id
      left join lateral (select o.name from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
        where h.town_id = c.town_id and h.staff_id = c.staff_id and o.active and h.since <= ${today}::date
          and (h.until is null or h.until > ${today}::date) order by o.rank, o.sort limit 1) p on true
      left join lateral (select l.id, l.deputy_id from staff_leave l where l.town_id = c.town_id and l.staff_id = c.staff_id
        and l.cancelled_at is null and ${today}::date between l.from_on and l.to_on order by l.at desc limit 1) l on true
      left join staff d on d.town_id = c.town_id and d.id = l.deputy_id and d.active
      where c.town_id = ${who.townId}::uuid and c.to_on >= ${today}::date
        and (${villageId ?? null}::uuid is null or c.village_id = ${villageId ?? null}::uuid)
      order by a.sort, a.code, v.sort, v.code, c.from_on, s.name`.execute(tx)
  ).rows
  return rows.map((c) => ({
    ...c,
    dueOn: contactDue(c, c.lastOn),
    standing: contactStanding(c, c.lastOn, today),
    refusal: contactRefusal(c, who, today),
  }))
}

/** Lay down who keeps in touch with which village; lines that run in the same days stay as they are. Returns how many were made. */
export const makeContacts = async (
  tx: Tx,
  who: Who,
  rota: RotaInput,
  requestId: string,
  s: Setting,
): Promise<number> => {
  const wrong = rotaProblems(rota, s.today)
  if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)
  const staff = await inPost(tx, who.townId, s.today)
  if (rota.pairs.some((p) => !staff.has(p.staffId)))
    throw new Invalid('所选联系干部没有在任的岗位，请另选', { pairs: '请重新选择联系干部' })
  const villages = new Map(
    (
      await tx
        .selectFrom('village')
        .select(['id', 'name'])
        .where('townId', '=', who.townId)
        .where('active', '=', true)
        .execute()
    ).map((v) => [v.id, v.name]),
  )
  if (rota.pairs.some((p) => !villages.has(p.villageId)))
    throw new Invalid('所选的村已不在本镇，请看过最新的内容再选', { pairs: '请重新选择村' })
  const taken = new Set(
    (
      await sql<{ key: string }>`select village_id || '/' || staff_id as key from village_contact
        where town_id = ${who.townId}::uuid and from_on <= ${rota.toOn}::date and to_on >= ${rota.fromOn}::date`.execute(
        tx,
      )
    ).rows.map((r) => r.key),
  )
  const fresh = rota.pairs.filter((p) => !taken.has(`${p.villageId}/${p.staffId}`))
  if (fresh.length === 0) throw new Refused('这些村在这段时间里已经排过同样的联系干部')
  const first = uuidv7(s.now.getTime())
  await tx
    .insertInto('villageContact')
    .values(
      fresh.map((p, i) => ({
        townId: who.townId,
        id: i === 0 ? first : uuidv7(s.now.getTime()),
        ...p,
        fromOn: rota.fromOn,
        toOn: rota.toOn,
        everyDays: rota.everyDays,
        byId: who.staffId,
        byName: who.name,
      })) as never,
    )
    .execute()
  await say(
    tx,
    who,
    first,
    `排定联系村 ${rota.fromOn} 至 ${rota.toOn}：${fresh.length} 个村次，至少每 ${rota.everyDays} 天去一次`,
    requestId,
    s,
  )
  const of = new Map<string, string[]>()
  for (const p of fresh) of.set(p.staffId, [...(of.get(p.staffId) ?? []), villages.get(p.villageId)!])
  await tell(
    tx,
    who,
    [...of].map(([staffId, names]) => ({
      staffId,
      says: `${rota.fromOn} 起由您联系：${names.join('、')}，至少每 ${rota.everyDays} 天去一次`,
    })),
    s,
  )
  return fresh.length
}

const findContact = async (tx: Tx, townId: string, id: string) => {
  const c = (
    await sql<ContactRow>`select c.*, v.name as village, s.name as staff from village_contact c
      join village v on v.town_id = c.town_id and v.id = c.village_id join staff s on s.town_id = c.town_id and s.id = c.staff_id
      where c.town_id = ${townId}::uuid and c.id = ${id}::uuid for update of c`.execute(tx)
  ).rows[0]
  if (!c) throw new NotFound('没有这一条联系村')
  return c
}

/** Another cadre takes the village, or two change places; both are told. */
export const passContact = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; toId: string | null; withId: string | null; reason: string },
  s: Setting,
): Promise<void> => {
  const c = await findContact(tx, who.townId, id)
  if (c.version !== given.version) throw new Refused('他人刚改过这一条，请看过最新的内容再办')
  const no = contactRefusal(c, who, s.today)
  if (no) throw new Refused(no)
  const other = given.withId && given.withId !== id ? await findContact(tx, who.townId, given.withId) : null
  if (given.withId && !other) throw new Invalid('请选择另一个村', { withId: '请另选' })
  if (other && s.today > other.toOn) throw new Refused('对调的那一条已经期满')
  const toId = other?.staffId ?? given.toId
  if (!toId) throw new Invalid('请选择换成谁', { toId: '请选择' })
  if (toId === c.staffId) throw new Invalid('还是同一个人', { [other ? 'withId' : 'toId']: '请另选' })
  const to = (await inPost(tx, who.townId, s.today)).get(toId)
  if (!to) throw new Invalid('所选联系干部没有在任的岗位，请另选', { toId: '请另选' })
  const set = async (x: ContactRow, staffId: string, from: string, name: string) => {
    const clash =
      await sql`select from village_contact where town_id = ${who.townId}::uuid and village_id = ${x.villageId}::uuid
      and staff_id = ${staffId}::uuid and from_on = ${x.fromOn}::date`.execute(tx)
    if (clash.rows.length) throw new Refused(`${name}这一期已经联系${x.village}`)
    await setRow(tx, 'villageContact', who.townId, x.id, {
      staffId,
      history: JSON.stringify([...x.history, { from, to: name, reason: given.reason, on: s.today, by: who.name }]),
      version: x.version + 1,
    })
  }
  await set(c, toId, c.staff, to)
  if (other) await set(other, c.staffId, other.staff, c.staff)
  await say(
    tx,
    who,
    id,
    other
      ? `联系村对调：${c.village}由${to}、${other.village}由${c.staff}；${given.reason}`
      : `联系村换人：${c.village}由${c.staff}换为${to}；${given.reason}`,
    given.requestId,
    s,
  )
  await tell(
    tx,
    who,
    [
      { staffId: toId, says: `${c.village}由您联系：${given.reason}` },
      {
        staffId: c.staffId,
        says: other ? `您联系的村由${c.village}调为${other.village}` : `${c.village}已换由${to}联系`,
      },
    ],
    s,
  )
}
