import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../audit/trace.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { invalidOf } from '../kit/server/http.ts'
import { type Role, staffIdOf, type Who } from '../people/roles.ts'
import { seatsOf } from '../people/seats.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { moveOf } from './flow.ts'
import type { Change, Move } from './move.ts'
import { bearerAt, bringsOutcome, echoed, reportsFromGround, tellerOf } from './pass/pass.ts'
import { latestStep, levels, type Matter } from './petition.ts'
import { sees } from './policy.ts'
import { findConflicts, unitBarred, wordsIn } from './protect/recusal.store.ts'
import { heldByRecusal, namedBy } from './protect/recusal.ts'
import { mustSeal } from './protect/sealed.ts'
import { registerSealed, sealAway } from './protect/sealing.store.ts'
import type { RegisterInput } from './register/move.ts'
import { placesOf, registerMany } from './register/register.store.ts'
import { applyChange, findMatter, type Late, type Setting } from './store.ts'
import { organInSystem } from './upper/organ.store.ts'

const Level = z.enum(Object.keys(levels) as [keyof typeof levels])

/** Facts that only the database knows are put into the input here, so that the rules stay pure. */
const complete = async (tx: Tx, who: Who, name: string, raw: unknown, s: Setting, m: Matter): Promise<unknown> => {
  if (typeof raw !== 'object' || raw === null) return raw
  const input = raw as Record<string, unknown>
  const staffName = async (id: unknown) => {
    if (typeof id !== 'string') return ''
    const r = await sql<{
      name: string
      active: boolean
    }>`select name, active from staff where town_id = ${who.townId}::uuid and id::text = ${id}`.execute(tx)
    const row = r.rows[0]
    if (!row) throw new Refused('所选人员不在本镇')
    if (!row.active) throw new Refused(`${row.name}已离任，请另选`)
    return row.name
  }
  const unitName = async (id: unknown) => {
    if (typeof id !== 'string') return ''
    const r = await sql<{
      name: string
    }>`select name from unit where town_id = ${who.townId}::uuid and id::text = ${id}`.execute(tx)
    if (!r.rows[0]) throw new Refused('所选单位不在本镇')
    return r.rows[0].name
  }
  /** Roles by the posts held today. */
  const rolesOf = async (id: unknown) =>
    (
      await sql<{
        role: string
        unitId: string | null
      }>`select p.role, p.unit_id from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
        where h.town_id = ${who.townId}::uuid and h.staff_id::text = ${String(id)} and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(
        tx,
      )
    ).rows
  /** Who is told for a unit: its heads, or everyone in it where it has none. */
  const peopleOf = async (unitIds: unknown) => {
    const ids = (Array.isArray(unitIds) ? unitIds : [unitIds]).filter((x) => typeof x === 'string')
    if (ids.length === 0) return []
    const held = await sql<{
      id: string
      unitId: string
      heads: boolean
    }>`select h.staff_id as id, p.unit_id, p.heads
      from holding h join post p on p.town_id = h.town_id and p.id = h.post_id join staff t on t.town_id = h.town_id and t.id = h.staff_id
      where h.town_id = ${who.townId}::uuid and p.unit_id::text = any (${ids}::text[]) and p.role = 'unitHandler' and t.active
        and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
    const headed = new Set(held.rows.filter((h) => h.heads).map((h) => h.unitId))
    return [...new Set(held.rows.filter((h) => h.heads || !headed.has(h.unitId)).map((h) => h.id))]
  }
  switch (name) {
    case 'forward':
    case 'decideDispute':
      return { ...input, unitName: await unitName(input.unitId), unitStaffIds: await peopleOf(input.unitId) }
    case 'recall':
    case 'answerObjection':
      return { ...input, unitStaffIds: await peopleOf(m.mainUnitId) }
    case 'object': {
      const heads = await sql<{ id: string }>`select distinct h.staff_id as id from holding h
        join post p on p.town_id = h.town_id and p.id = h.post_id join staff t on t.town_id = h.town_id and t.id = h.staff_id
        where h.town_id = ${who.townId}::uuid and p.role = 'petitionHead' and t.active
          and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
      return { ...input, officeStaffIds: heads.rows.map((x) => x.id) }
    }
    case 'planExecution':
    case 'superviseUnit':
    case 'advise':
      return { ...input, unitName: await unitName(input.unitId) }
    case 'referDispute':
      if (input.leaderId && !(await rolesOf(input.leaderId)).some((r) => r.role === 'townLeader'))
        throw new Refused('职权争议由党政主要领导决定')
      return input
    case 'askReview':
    case 'askRecheck': {
      const organ = String(input.organ || (name === 'askReview' ? s.law.superior : ''))
      return { ...input, upperTownId: await organInSystem(tx, organ, who.townId) }
    }
    case 'planHearing':
      return { ...input, hostName: await staffName(input.hostId) }
    case 'startMediation':
      return { ...input, mediatorName: await staffName(input.mediatorId) }
    case 'reportUrgent': {
      const r = await sql<{ id: string }>`select distinct h.staff_id as id from holding h
        join post p on p.town_id = h.town_id and p.id = h.post_id join staff t on t.town_id = h.town_id and t.id = h.staff_id
        where h.town_id = ${who.townId}::uuid and p.role in ('townLeader', 'petitionHead') and t.active
          and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
      return { ...input, leaderIds: r.rows.map((x) => x.id) }
    }
    case 'pressExecution': {
      const r = await sql<{ id: string }>`select distinct h.staff_id as id from holding h
        join post p on p.town_id = h.town_id and p.id = h.post_id join staff t on t.town_id = h.town_id and t.id = h.staff_id
        join petition_task k on k.town_id = p.town_id and k.unit_id = p.unit_id
        where h.town_id = ${who.townId}::uuid and k.id::text = ${String(input.taskId)} and t.active
          and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
      return { ...input, unitStaffIds: r.rows.map((x) => x.id) }
    }
    case 'assignHandler':
    case 'reassign': {
      const parts = [
        await unitName(input.mainUnitId),
        input.mainHandlerId ? `主办${await staffName(input.mainHandlerId)}` : '',
        input.areaOwnerId ? `管区${await staffName(input.areaOwnerId)}` : '',
        input.villageOwnerId ? `村${await staffName(input.villageOwnerId)}` : '',
        input.leadOfficialId ? `包案${await staffName(input.leadOfficialId)}` : '',
      ].filter(Boolean)
      for (const u of Array.isArray(input.assistUnitIds) ? input.assistUnitIds : [])
        parts.push(`协办${await unitName(u)}`)
      if (
        input.leadOfficialId &&
        !(await rolesOf(input.leadOfficialId)).some((r) => ['leadOfficial', 'townLeader'].includes(r.role))
      )
        throw new Refused('包案领导须是班子成员')
      // Who is not named at all is missed by the form itself; a matter keeps its handler only where its unit stays his.
      const handlerId = input.mainHandlerId ?? m.mainHandlerId
      if (handlerId && (input.mainHandlerId || input.mainUnitId)) {
        const unitId = input.mainUnitId ?? m.mainUnitId
        if (!(await rolesOf(handlerId)).some((r) => r.unitId === unitId))
          throw new Invalid('主办人应当是承办单位的人', { mainHandlerId: '请在承办单位的人里选主办人' })
      }
      return { ...input, names: parts.join('，'), assistStaffIds: await peopleOf(input.assistUnitIds) }
    }
    case 'nameLead':
      if (!(await rolesOf(input.leadOfficialId)).some((r) => ['leadOfficial', 'townLeader'].includes(r.role)))
        throw new Refused('包案领导须是班子成员')
      return { ...input, names: await staffName(input.leadOfficialId) }
    case 'requestExtension':
      if (!(await rolesOf(input.approverId)).some((r) => ['leadOfficial', 'townLeader'].includes(r.role)))
        throw new Refused('延期由办理机关负责人批准，请选择镇领导')
      return { ...input, approverName: await staffName(input.approverId) }
    case 'checkOpinion': {
      if (!input.signerId) return { ...input, signerIsPrincipal: false }
      const held = await rolesOf(input.signerId)
      if (!held.some((r) => ['leadOfficial', 'townLeader'].includes(r.role)))
        throw new Refused('意见书由班子成员或党政主要领导签发')
      return {
        ...input,
        signerName: await staffName(input.signerId),
        signerIsPrincipal: held.some((r) => r.role === 'townLeader'),
      }
    }
    case 'passUp':
    case 'passDown': {
      const to = Level.safeParse(input.to).data
      return { ...input, taker: to ? bearerAt(to, m, await seatsOf(tx, who.townId, s.today)) : null }
    }
    // A village moves with its area, and a grid belongs to its village: what is not said follows from what is.
    case 'correct': {
      const said = z
        .object({ areaId: z.uuid().nullish(), villageId: z.uuid().nullish(), gridId: z.uuid().nullish() })
        .safeParse(input).data
      if (said?.areaId === undefined && said?.villageId === undefined && said?.gridId === undefined) return raw
      const villageId = said.villageId === undefined && !said.areaId ? m.villageId : (said.villageId ?? null)
      const gridId = said.gridId === undefined && villageId === m.villageId ? m.gridId : (said.gridId ?? null)
      const given = { areaId: said.areaId === undefined ? m.areaId : said.areaId, villageId, gridId }
      const place = await placesOf(tx, who.townId, [{ input: given }])
      return { ...input, ...place(given) }
    }
    case 'planDuty': {
      if (typeof input.ownerId !== 'string') return raw
      const name = await staffName(input.ownerId)
      const owner = await whoOfStaff(tx, who.townId, input.ownerId, s.today)
      if (!sees(owner, m)) throw new Refused(`${name}看不到此件，请先把他列为此件的责任人`)
      return { ...input, ownerName: name }
    }
    default:
      return raw
  }
}

/** Links must point at matters this person may see, of the same town. */
const checkLink = async (tx: Tx, who: Who, change: { link?: { toId: string } }) => {
  if (change.link) await findMatter(tx, who, change.link.toId)
}

/** What came of a report from a grid, village or area goes back to whoever made it, or who stands in there by now. */
const withEcho = async (tx: Tx, who: Who, m: Matter, change: Change, s: Setting): Promise<Change> => {
  if (!m.registeredBy || !bringsOutcome(m, change)) return change
  if (!reportsFromGround({ roles: await roleHistory(tx, who.townId, m.registeredBy) })) return change
  const teller = tellerOf(m, await seatsOf(tx, who.townId, s.today))
  return teller ? echoed(m, change, teller, s.today) : change
}

/** Every role a person has ever held: who reported from the ground may hold no post by now. */
const roleHistory = async (tx: Tx, townId: string, staffId: string): Promise<Role[]> =>
  (
    await sql<{
      role: Role
    }>`select distinct o.role from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      where h.town_id = ${townId}::uuid and h.staff_id = ${staffId}::uuid`.execute(tx)
  ).rows.map((r) => r.role)

/** Each part becomes a matter of its own. A part that is to be sealed goes to the sealed store: neither its number nor a link is told. */
const splitOff = async (tx: Tx, who: Who, parts: RegisterInput[], s: Setting): Promise<string> => {
  for (const l of parts.flatMap((p) => p.links)) await findMatter(tx, who, l.toId)
  const open = parts.filter((p) => !mustSeal(p))
  const made = await registerMany(
    tx,
    who,
    open.map((input) => ({ input })),
    s,
  )
  for (const p of parts.filter(mustSeal)) await registerSealed(tx, who, p, s, null)
  return made.length ? `；另立 ${made.map((x) => x.number).join('、')}` : ''
}

/**
 * Keying in what was done on paper (纸质与系统同效): the rules look at the true day, the trace keeps both days.
 * Throws Invalid when the day is not between the matter's last dated step and today.
 */
export const onPaper = (m: Matter, late: Late, s: Setting): Setting => {
  if (late.doneOn > s.today) throw new Invalid('线下办理日期不能晚于今天', { 'late.doneOn': '不能晚于今天' })
  const last = latestStep(m)
  if (late.doneOn < last)
    throw new Invalid(`线下办理日期不能早于上一步（${last}）`, { 'late.doneOn': `不能早于 ${last}` })
  return { ...s, today: late.doneOn }
}

/**
 * One move, once: find (unseen is not found), has it been done, is the page stale, is it lawful, decide, write.
 * A repeat of the same request meets its own success.
 */
export const act = async (
  tx: Tx,
  who: Who,
  given: { id: string; move: string; version: number; requestId: string; input: unknown; late?: Late | null },
  now: Setting,
): Promise<{ matter: Matter; traceCount: number; sealed?: boolean }> => {
  const m = moveOf(given.move) as Move | undefined
  if (!m) throw new Refused('没有这一步')
  const { matter, trace, done } = await findMatter(tx, who, given.id, { lock: true, requestId: given.requestId })
  if (done) {
    // The same number with another step, or from another person, is no repeat: that one must not believe it done.
    if (done.move !== given.move || done.staffId !== staffIdOf(who)) {
      const as = done.move && moveOf(done.move)
      throw new Refused(`这次提交的编号已经用在${as ? `“${as.label}”` : '别的一步'}上，没有保存，请刷新页面后重试`)
    }
    return { matter, traceCount: trace.seq }
  }
  if (matter.version !== given.version)
    throw new Refused('他人刚处理过此事项，请看过最新的内容再办；您填写的内容没有丢失')
  if (given.late && m.booksOnly) throw new Refused(`“${m.label}”是系统里的操作，没有线下办理的日期`)
  const s = given.late ? onPaper(matter, given.late, now) : now
  const no = heldByRecusal(matter.recusing ?? [], who, given.move) ?? m.refusal(matter, who, s.today)
  if (no) throw new Refused(no)
  const parsed = m.input.safeParse(await complete(tx, who, given.move, given.input ?? {}, s, matter))
  if (!parsed.success) throw invalidOf(parsed.error.issues)
  const change = await withEcho(tx, who, matter, m.decide(matter, parsed.data, who, s.today, s.law), s)
  await checkLink(tx, who, change)
  if (change.set?.mainUnitId) {
    const barred = await unitBarred(tx, who.townId, matter, change.set.mainUnitId, s)
    if (barred) throw new Refused(barred)
  }
  if (change.split) change.says += await splitOff(tx, who, change.split, s)
  const applied = await applyChange(tx, who, matter, trace, change, s, {
    move: given.move,
    requestId: given.requestId,
    ...(given.late ? { late: given.late } : {}),
  })
  // 第三十条：即时密封，同一事务内移出公共台账
  const sealed = mustSeal(applied.matter)
  if (sealed) await sealAway(tx, who, applied.matter, s)
  else {
    // New words or new persons: look for conflicts of interest (第二十八条).
    const { set, parties } = change
    const words = parties !== undefined || [set?.title, set?.request, set?.facts].some((x) => x !== undefined)
    const named = namedBy(change)
    if (words || (named.length && applied.matter.round > 1)) {
      const opened = await findConflicts(tx, who, wordsIn(applied.matter), now, { words, named })
      // That was a change of its own.
      if (opened.length)
        return { matter: { ...applied.matter, version: applied.version + 1 }, traceCount: trace.seq + 2, sealed }
    }
  }
  return { matter: applied.matter, traceCount: trace.seq + 1, sealed }
}
