import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { is, type Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import type { Matter } from '../../petitions/petition.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import {
  dayRefusal,
  moveRefusal,
  type PromiseEnd,
  type PromiseInput,
  type PromiseRow,
  promiseKinds,
  promiseRefusal,
} from './promise.ts'

/** The law's own day for this matter: the limit of handling that runs now; null when none runs. */
export const lawDay = (m: Pick<Matter, 'clocks'>): Day | null =>
  m.clocks
    .filter((c) => c.endedOn === null && ['D05', 'D12'].includes(c.rule))
    .map((c) => c.dueOn)
    .sort()[0] ?? null

/** Promises this person may see: their own, those on matters they see, and, for the office, those of no matter. */
export const promises = async (
  tx: Tx,
  who: Who,
  filter: { id?: string; petitionId?: string; status?: 'open' | 'kept' | 'broken'; mine?: boolean; villageId?: string },
): Promise<PromiseRow[]> => {
  const rows = await tx
    .selectFrom('promise')
    .leftJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'promise.townId').onRef('petition.id', '=', 'promise.petitionId'),
    )
    .innerJoin('staff', (j) => j.onRef('staff.townId', '=', 'promise.townId').onRef('staff.id', '=', 'promise.ownerId'))
    .selectAll('promise')
    .select(['petition.number', 'petition.title', 'staff.name as owner'])
    .where('promise.townId', '=', who.townId)
    .where((eb) =>
      eb.or([
        eb.and([eb('promise.petitionId', 'is not', null), visibleTo(who)(eb as never)]),
        eb.and([
          eb('promise.petitionId', 'is', null),
          is(who, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader')
            ? sql<boolean>`true`
            : eb('promise.ownerId', '=', who.staffId),
        ]),
      ]),
    )
    .$if(!!filter.id, (q) => q.where('promise.id', '=', filter.id!))
    .$if(!!filter.petitionId, (q) => q.where('promise.petitionId', '=', filter.petitionId!))
    .$if(!!filter.status, (q) => q.where('promise.status', '=', filter.status!))
    // Of a village: on its matters, or made on a visit there.
    .$if(!!filter.villageId, (q) =>
      q.where(sql<boolean>`(petition.village_id = ${filter.villageId}::uuid or exists (select from visit v
        where v.town_id = promise.town_id and v.id = promise.source_id and v.village_id = ${filter.villageId}::uuid))`),
    )
    .$if(!!filter.mine, (q) => q.where('promise.ownerId', '=', who.staffId))
    .orderBy(sql`case promise.status when 'open' then 0 when 'broken' then 1 else 2 end`)
    .orderBy('promise.dueOn')
    .limit(500)
    .execute()
  return rows.map((r) => {
    const p = { ...r, number: r.number ?? '', title: r.title ?? '' } as unknown as PromiseRow
    return { ...p, refusal: promiseRefusal(p, who) }
  })
}

const trace = (tx: Tx, who: Who, id: string, says: string, requestId: string, s: Setting) =>
  writeTrace(tx, byOf(who), { subjectId: id, subjectKind: 'promise', kind: 'promise', says, requestId }, s.now)

/** On a matter the promise belongs to the matter's own trace; otherwise it has one of its own. */
const say = async (
  tx: Tx,
  who: Who,
  petitionId: string | null,
  id: string,
  says: string,
  requestId: string,
  s: Setting,
  see: Who = who,
) => {
  if (!petitionId) return trace(tx, who, id, says, requestId, s)
  const found = await findMatter(tx, see, petitionId, { lock: true })
  await applyChange(tx, who, found.matter, found.trace, { kind: 'promise', says, data: { promiseId: id } }, s, {
    move: 'promise',
    requestId,
  })
}

/** Write a promise; the caller has settled who may. */
export const writePromise = async (
  tx: Tx,
  who: Who,
  input: PromiseInput & { sourceId?: string },
  s: Setting,
): Promise<string> => {
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('promise')
    .values({
      townId: who.townId,
      id,
      petitionId: input.petitionId,
      sourceId: input.sourceId ?? null,
      kind: input.kind,
      body: input.body,
      madeTo: input.madeTo,
      ownerId: input.ownerId,
      madeOn: input.madeOn,
      dueOn: input.dueOn,
      byId: who.staffId,
      byName: who.name,
    } as never)
    .execute()
  await tellStaff(
    tx,
    who,
    [
      {
        staffId: input.ownerId,
        says: `由您兑现的${promiseKinds[input.kind]}：${input.body}，${input.dueOn} 前`,
        petitionId: input.petitionId ?? undefined,
      },
    ],
    s.now,
    { kind: 'promise' },
  )
  return id
}

export const makePromise = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; input: PromiseInput },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const { input } = given
  const matter = input.petitionId ? (await findMatter(tx, who, input.petitionId)).matter : null
  const no = dayRefusal(input.madeOn, input.dueOn, s.today, matter ? lawDay(matter) : null)
  if (no) throw new Invalid(no, { dueOn: no })
  if (matter?.barredIds.includes(input.ownerId)) throw new Invalid('所选责任人应当回避，请另选', { ownerId: '请另选' })
  const id = await writePromise(tx, who, input, s)
  await say(
    tx,
    who,
    input.petitionId,
    id,
    `向${input.madeTo}承诺：${input.body}，${input.dueOn} 前兑现`,
    given.requestId,
    s,
  )
}

/** Kept, broken in the open, or moved to a day that the person it was made to agreed to. */
export const endPromise = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; end: PromiseEnd },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const [p] = await promises(tx, who, { id })
  if (!p) throw new NotFound()
  if (p.version !== given.version) throw new Refused('他人刚改过这项承诺，请看过最新的内容再办')
  const no = promiseRefusal(p, who)
  if (no) throw new Refused(no)
  const { end } = given
  let set: Record<string, unknown>
  let says: string
  if (end.how === 'moved') {
    const limit = p.petitionId ? lawDay((await findMatter(tx, who, p.petitionId)).matter) : null
    const bad = moveRefusal(p, end.dueOn, s.today, limit)
    if (bad) throw new Invalid(bad, { dueOn: bad })
    const entry = { from: p.dueOn, to: end.dueOn, reason: end.reason, words: end.words, on: s.today, by: who.name }
    set = { dueOn: end.dueOn, history: JSON.stringify([...p.history, entry]) }
    says = `承诺改期：由 ${p.dueOn} 改为 ${end.dueOn}，${end.reason}；${p.madeTo}：${end.words}`
  } else {
    set = { status: end.how, endedOn: s.today, words: end.words }
    says = end.how === 'kept' ? `承诺兑现：${p.body}；${end.words}` : `承诺未兑现：${p.body}；${end.words}`
  }
  const updated = await tx
    .updateTable('promise')
    .set({ ...set, version: p.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .where('version', '=', p.version)
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) throw new Refused('他人刚改过这项承诺，请看过最新的内容再办')
  await say(tx, who, p.petitionId, id, says, given.requestId, s)
}
