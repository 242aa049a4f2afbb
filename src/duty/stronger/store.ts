import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { is, type Who } from '../../people/roles.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { table } from '../posts.ts'
import type { StrongerRow } from './routes.ts'
import { strongerRules, strongMatters } from './stronger.query.ts'
import { checkRefusal, ruleSays, type StrongerRule } from './stronger.ts'

/**
 * Open matters to which a rule applies: the office and the leaders look over all of them, as when they meet, others over those they
 * see; nobody over what they keep out of. Those without the owner asked for come first, then by the next check.
 */
export const strongerList = async (tx: Tx, who: Who, today: Day): Promise<StrongerRow[]> => {
  const { rules } = await strongerRules(tx, who.townId)
  const all = new Map((await strongMatters(tx, who.townId, today, rules)).map((r) => [r.id, r]))
  if (all.size === 0) return []
  const among = sql<string>`any(${[...all.keys()]}::uuid[])`
  const seen = new Set(
    (
      await tx
        .selectFrom('petition')
        .select('id')
        .where((eb) => visibleTo(who)(eb))
        .where('id', '=', among)
        .execute()
    ).map((r) => r.id),
  )
  const rows = await tx
    .selectFrom('petition')
    .leftJoin('staff', (j) =>
      j.onRef('staff.townId', '=', 'petition.townId').onRef('staff.id', '=', 'petition.leadOfficialId'),
    )
    .select(['petition.id', 'petition.number', 'petition.title', 'petition.grade', 'petition.state'])
    .select(['petition.leadOfficialId', 'petition.mainHandlerId'])
    .select(sql<string>`coalesce(staff.name, '')`.as('lead'))
    .where('petition.townId', '=', who.townId)
    .where(sql<boolean>`not (${who.staffId}::uuid = any (petition.barred_ids))`)
    .where('petition.id', '=', among)
    .execute()
  return rows
    .filter((r) => is(who, ...table) || seen.has(r.id))
    .map((r) => {
      const opens = seen.has(r.id)
      const checks = opens && checkRefusal(r as never, who) === null
      return { ...r, ...all.get(r.id)!, opens, checks } as unknown as StrongerRow
    })
    .sort(
      (a, b) =>
        Number(a.satisfied) - Number(b.satisfied) ||
        (a.checkDue < b.checkDue ? -1 : a.checkDue > b.checkDue ? 1 : a.number < b.number ? -1 : 1),
    )
}

/** What the rules ask of one matter, with the checks made so far. Unseen is not found. */
export const strongerOf = async (tx: Tx, who: Who, petitionId: string, today: Day) => {
  const { matter } = await findMatter(tx, who, petitionId)
  const { rules } = await strongerRules(tx, who.townId)
  const [asked] = await strongMatters(tx, who.townId, today, rules, matter.id)
  const checks = await tx
    .selectFrom('dutyCheck')
    .select(['id', 'onDay', 'found', 'demand', 'byName'])
    .where('townId', '=', who.townId)
    .where('petitionId', '=', matter.id)
    .orderBy('onDay', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
  return {
    asked: asked ?? null,
    rules: rules.filter((r) => asked?.fired.includes(r.code)),
    checks,
    refusal: checkRefusal(matter, who),
  }
}

/** The town's own rules; a change is traced with what was before. */
export const saveStrongerRules = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; version: number; rules: StrongerRule[] },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  await sql`select from town where id = ${who.townId}::uuid for update`.execute(tx)
  const before = await strongerRules(tx, who.townId)
  if (before.version !== given.version) throw new Refused('他人刚改过规则，请看过最新的内容再改；您填写的内容没有丢失')
  const stronger = { rules: given.rules, version: before.version + 1 }
  await sql`update town set settings = settings || ${JSON.stringify({ stronger })}::jsonb where id = ${who.townId}::uuid`.execute(
    tx,
  )
  const on = given.rules.filter((r) => r.active)
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: who.townId,
      subjectKind: 'town',
      kind: 'dutyRule',
      says: `改定加强责任的规则：${on.map(ruleSays).join('；') || '都不采用'}`,
      data: { from: before.rules, to: given.rules },
      requestId: given.requestId,
    },
    s.now,
  )
}

/** One check of a matter, by those who answer for it and do not handle it. */
export const recordCheck = async (
  tx: Tx,
  who: Who,
  petitionId: string,
  given: { requestId: string; onDay: Day; found: string; demand: string },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const { matter, trace } = await findMatter(tx, who, petitionId, { lock: true })
  const no = checkRefusal(matter, who)
  if (no) throw new Refused(no)
  if (given.onDay > s.today) throw new Invalid('检查日期不能晚于今天', { onDay: '不能晚于今天' })
  if (given.onDay < matter.registeredOn) throw new Invalid('检查日期不能早于登记日期', { onDay: '不能早于登记日期' })
  await tx
    .insertInto('dutyCheck')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      petitionId: matter.id,
      onDay: given.onDay,
      found: given.found,
      demand: given.demand,
      byId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'duty',
      standsStill: true,
      says: `检查：${given.found}${given.demand ? `；要求：${given.demand}` : ''}`,
      data: { onDay: given.onDay, found: given.found, demand: given.demand },
      tell:
        matter.mainHandlerId && given.demand
          ? [{ staffId: matter.mainHandlerId, says: `${matter.number} 检查后要求：${given.demand}`, kind: 'duty' }]
          : [],
    },
    s,
    { move: 'check', requestId: given.requestId },
  )
}
