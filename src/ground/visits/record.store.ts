import type { Tx } from '../../audit/trace.ts'
import { dayRefusal } from '../../duty/promise/promise.ts'
import { lawDay, writePromise } from '../../duty/promise/store.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { setRow } from '../../kit/server/row.ts'
import type { Who } from '../../people/roles.ts'
import type { Matter } from '../../petitions/petition.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { findingKinds } from '../campaign.ts'
import { registerHeard } from '../heard.store.ts'
import { barred, inPost, say } from './deed.store.ts'
import { findVisit } from './list.store.ts'
import { recordProblems, visitKinds } from './record.ts'
import { type HeardInput, type RecordInput, recordRefusal } from './visits.ts'

const gistOf = (i: HeardInput) =>
  i.found.kind === 'matter' ? i.found.request : i.found.kind === 'answered' ? i.found.asked : i.said
const answerOf = (i: HeardInput) => (i.found.kind === 'answered' ? i.found.answer : i.said)

type Found = Awaited<ReturnType<typeof findMatter>>
type Visit = Awaited<ReturnType<typeof findVisit>>

/** What was promised about the n-th thing heard joins the one list of promises. */
const promised = async (
  tx: Tx,
  who: Who,
  v: Visit,
  n: number,
  { ownerId, dueOn, body }: NonNullable<HeardInput['promise']>,
  matter: Matter | null,
  staff: ReadonlyMap<string, string>,
  s: Setting,
): Promise<string> => {
  const field = `record.items.${n}.promise`
  if (!staff.has(ownerId)) throw new Invalid('兑现承诺的人没有在任的岗位，请另选', { [`${field}.ownerId`]: '请另选' })
  const bad = dayRefusal(v.onDay, dueOn, s.today, matter ? lawDay(matter) : null)
  if (bad) throw new Invalid(bad, { [`${field}.dueOn`]: bad })
  return writePromise(
    tx,
    who,
    {
      petitionId: matter?.id ?? null,
      sourceId: v.id,
      kind: 'visit',
      body,
      madeTo: matter ? '信访人' : '群众',
      ownerId,
      madeOn: v.onDay,
      dueOn,
    },
    s,
  )
}

/** What was said of a matter becomes a contact of record there. */
const spokenOf = async (
  tx: Tx,
  who: Who,
  v: Visit,
  item: HeardInput,
  promiseId: string | null,
  { matter, trace }: Found,
  s: Setting,
): Promise<void> => {
  const body = `${v.staff}${visitKinds[v.kind]}：${item.said}${item.promise ? `；承诺 ${item.promise.dueOn} 前${item.promise.body}` : ''}`
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'contact',
      says: body,
      data: { visitId: v.id, promiseId },
      record: {
        kind: 'contact',
        onDay: v.onDay,
        body,
        data: { way: v.kind === 'invited' ? 'face' : 'visit', whom: '信访人', heard: true, visitId: v.id },
      },
      set: {
        lastContactOn: matter.lastContactOn && matter.lastContactOn > v.onDay ? matter.lastContactOn : v.onDay,
      },
      tell: matter.holderId
        ? [{ staffId: matter.holderId, says: `${matter.number} ${v.staff}${visitKinds[v.kind]}：${item.said}` }]
        : [],
    },
    s,
    { move: 'visit' },
  )
}

/**
 * Who came, what was heard, what was promised, what came of it; heard today unless `heardOn` says when. A new matter goes into the ledger by the register move,
 * what concerns a matter becomes a contact of record there, a promise joins the one list of promises.
 */
export const recordVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; record: RecordInput; heardOn?: Day },
  s: Setting,
): Promise<void> => {
  const planned = await findVisit(tx, who, id)
  // Who went is who stood in for the one on leave.
  const stoodIn = planned.deputyId === who.staffId && planned.staffId !== who.staffId
  const v = stoodIn ? { ...planned, staffId: who.staffId, staff: who.name } : planned
  if (v.version !== given.version) throw new Refused('他人刚记过这次走访，请看过最新的内容再办；您填写的内容没有丢失')
  const no = recordRefusal(v, who, s.today)
  if (no) throw new Refused(no)
  const { record } = given
  const wrong = recordProblems(record, v)
  if (Object.keys(wrong).length)
    throw new Invalid(
      Object.values(wrong)[0]!,
      Object.fromEntries(Object.entries(wrong).map(([k, x]) => [`record.${k}`, x])),
    )
  const staff = await inPost(tx, who.townId, s.today)
  if (record.withIds.some((x) => !staff.has(x)))
    throw new Invalid('同去的人没有在任的岗位，请另选', { 'record.withIds': '请另选' })
  const made = await registerHeard(
    tx,
    who,
    { channel: 'visit', villageId: v.villageId, gridId: null, on: given.heardOn ?? s.today },
    record.items.flatMap((i) => (i.found.kind === 'matter' ? [{ ...i.found, readBack: i.readBack }] : [])),
    s,
  )
  const fresh = [...made]
  for (const [n, item] of record.items.entries()) {
    const petitionId =
      item.found.kind === 'matter' ? fresh.shift()!.id : item.found.kind === 'known' ? item.found.petitionId : null
    const found = petitionId ? await findMatter(tx, who, petitionId, { lock: true }) : null
    barred(found?.matter ?? null, [v.staffId, ...record.withIds, ...(item.promise ? [item.promise.ownerId] : [])])
    const promiseId = item.promise ? await promised(tx, who, v, n, item.promise, found?.matter ?? null, staff, s) : null
    await tx
      .insertInto('visitItem')
      .values({
        townId: who.townId,
        id: uuidv7(s.now.getTime()),
        visitId: id,
        n: n + 1,
        kind: item.found.kind,
        petitionId,
        promiseId,
        gist: gistOf(item),
        answer: answerOf(item),
        byId: who.staffId,
        byName: who.name,
        at: s.now.toISOString(),
      } as never)
      .execute()
    if (found) await spokenOf(tx, who, v, item, promiseId, found, s)
  }
  await setRow(tx, 'visit', who.townId, id, {
    status: 'done',
    headCount: record.headCount,
    withIds: record.withIds.filter((x) => x !== v.staffId),
    ...(stoodIn
      ? {
          staffId: v.staffId,
          history: JSON.stringify([
            ...v.history,
            { from: planned.staff, to: v.staff, reason: `${planned.staff}请假，由代理人去`, on: s.today, by: who.name },
          ]),
        }
      : {}),
    outcome: record.outcome,
    recordedOn: s.today,
    version: v.version + 1,
  })
  const counts = (Object.keys(findingKinds) as (keyof typeof findingKinds)[])
    .map((k) => [findingKinds[k], record.items.filter((i) => i.found.kind === k).length] as const)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${n} 件`)
  await say(
    tx,
    who,
    id,
    `${visitKinds[v.kind]}记录：见 ${record.headCount} 人${counts.length ? `，${counts.join('，')}` : ''}`,
    given.requestId,
    s,
  )
}
