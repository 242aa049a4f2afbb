import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { setRow } from '../../kit/server/row.ts'
import type { Who } from '../../people/roles.ts'
import { findMatter, type Setting } from '../../petitions/store.ts'
import { barred, inPost, say, tell } from './deed.store.ts'
import { findVisit } from './list.store.ts'
import { recordVisit } from './record.store.ts'
import { visitKinds } from './record.ts'
import { changeRefusal, type PlanInput, planDayRefusal, planRefusal, type RecordInput } from './visits.ts'

/** Plan a visit, or key in one already paid together with its record. */
export const planVisit = async (
  tx: Tx,
  who: Who,
  plan: PlanInput,
  record: RecordInput | null,
  requestId: string,
  s: Setting,
): Promise<string> => {
  const badDay = planDayRefusal(plan.onDay, s.today, record !== null)
  if (badDay) throw new Invalid(badDay, { 'plan.onDay': badDay })
  const matter = plan.petitionId ? (await findMatter(tx, who, plan.petitionId)).matter : null
  const villageId = matter ? matter.villageId : plan.villageId
  const village = villageId
    ? await tx
        .selectFrom('village')
        .select(['name', 'areaId'])
        .where('townId', '=', who.townId)
        .where('id', '=', villageId)
        .executeTakeFirst()
    : undefined
  if (villageId && !village) throw new Invalid('本镇没有这个村', { 'plan.villageId': '请另选' })
  const no = planRefusal({ staffId: plan.staffId, areaId: village?.areaId ?? null }, who)
  if (no) throw new Refused(no)
  const staff = await inPost(tx, who.townId, s.today)
  for (const id of [plan.staffId, ...plan.withIds])
    if (!staff.has(id)) throw new Invalid('所选人员没有在任的岗位，请另选', { 'plan.staffId': '请另选' })
  barred(matter, [plan.staffId, ...plan.withIds])
  const line = villageId
    ? (
        await sql<{
          id: string
        }>`select c.id from village_contact c where c.town_id = ${who.townId}::uuid and c.village_id = ${villageId}::uuid
          and ${plan.onDay}::date between c.from_on and c.to_on
          and (c.staff_id = ${plan.staffId}::uuid or exists (select from staff_leave l where l.town_id = c.town_id
            and l.staff_id = c.staff_id and l.deputy_id = ${plan.staffId}::uuid and l.cancelled_at is null
            and ${plan.onDay}::date between l.from_on and l.to_on))
          order by c.staff_id = ${plan.staffId}::uuid desc limit 1`.execute(tx)
      ).rows[0]
    : undefined
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('visit')
    .values({
      townId: who.townId,
      id,
      kind: plan.kind,
      villageId,
      petitionId: plan.petitionId,
      contactId: plan.kind === 'goDown' ? (line?.id ?? null) : null,
      staffId: plan.staffId,
      withIds: plan.withIds,
      onDay: plan.onDay,
      atTime: plan.atTime,
      place: plan.place,
      about: plan.about,
      byId: who.staffId,
      byName: who.name,
    } as never)
    .execute()
  const where = village?.name ?? plan.place
  await say(
    tx,
    who,
    id,
    `${record ? '补记' : '安排'}${visitKinds[plan.kind]}：${staff.get(plan.staffId)}，${plan.onDay}${where ? ` ${where}` : ''}`,
    record ? null : requestId,
    s,
  )
  if (record) await recordVisit(tx, who, id, { requestId, version: 1, record, heardOn: plan.onDay }, s)
  else
    await tell(
      tx,
      who,
      [plan.staffId, ...plan.withIds].map((staffId) => ({
        staffId,
        says: `${visitKinds[plan.kind]}：${plan.onDay}${plan.atTime ? ` ${plan.atTime}` : ''} ${plan.place || where}`,
      })),
      s,
    )
  return id
}

export const changeVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: {
    requestId: string
    version: number
    onDay: Day
    atTime: string
    place: string
    staffId: string
    reason: string
  },
  s: Setting,
): Promise<void> => {
  const v = await findVisit(tx, who, id)
  if (v.version !== given.version) throw new Refused('他人刚改过这次走访，请看过最新的内容再办')
  const no = changeRefusal(v, who)
  if (no) throw new Refused(no)
  const badDay = planDayRefusal(given.onDay, s.today, false)
  if (badDay) throw new Invalid(badDay, { onDay: badDay })
  if (v.kind === 'invited') {
    if (!given.atTime) throw new Invalid('请填写与对方约定的时刻', { atTime: '请填写' })
    if (!given.place) throw new Invalid('请填写与对方约定的地点', { place: '请填写' })
  }
  const to = (await inPost(tx, who.townId, s.today)).get(given.staffId)
  if (!to) throw new Invalid('所选人员没有在任的岗位，请另选', { staffId: '请另选' })
  if (v.petitionId) barred((await findMatter(tx, who, v.petitionId)).matter, [given.staffId])
  const line = (day: Day, time: string, place: string, name: string) =>
    [day, time, place, name].filter(Boolean).join(' ')
  const [from, now] = [line(v.onDay, v.atTime, v.place, v.staff), line(given.onDay, given.atTime, given.place, to)]
  if (from === now) throw new Invalid('没有改动')
  await setRow(tx, 'visit', who.townId, id, {
    onDay: given.onDay,
    atTime: given.atTime,
    place: given.place,
    staffId: given.staffId,
    withIds: v.withIds.filter((x) => x !== given.staffId),
    history: JSON.stringify([...v.history, { from, to: now, reason: given.reason, on: s.today, by: who.name }]),
    version: v.version + 1,
  })
  await say(tx, who, id, `${visitKinds[v.kind]}由 ${from} 改为 ${now}：${given.reason}`, given.requestId, s)
  await tell(
    tx,
    who,
    [...new Set([v.staffId, given.staffId, ...v.withIds])].map((staffId) => ({
      staffId,
      says: `${visitKinds[v.kind]}由 ${from} 改为 ${now}：${given.reason}`,
    })),
    s,
  )
}

export const cancelVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; reason: string },
  s: Setting,
): Promise<void> => {
  const v = await findVisit(tx, who, id)
  if (v.version !== given.version) throw new Refused('他人刚改过这次走访，请看过最新的内容再办')
  const no = changeRefusal(v, who)
  if (no) throw new Refused(no)
  await setRow(tx, 'visit', who.townId, id, { status: 'cancelled', note: given.reason, version: v.version + 1 })
  await say(tx, who, id, `取消 ${v.onDay} 的${visitKinds[v.kind]}：${given.reason}`, given.requestId, s)
  await tell(
    tx,
    who,
    [v.staffId, ...v.withIds].map((staffId) => ({
      staffId,
      says: `${v.onDay} 的${visitKinds[v.kind]}已取消：${given.reason}`,
    })),
    s,
  )
}
