import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { is, outsider, type Who } from '../people/roles.ts'
import { handoverPeople, leave, postsHeld } from '../people/store.ts'
import { findWho } from '../people/who.store.ts'
import { type Matter, type Petition, states } from './petition.ts'
import { sees } from './policy.ts'
import { principalSigns } from './reply/move.ts'
import { applyChange, findMatter, type Setting } from './store.ts'

/** In what capacity a matter names somebody. */
export const capacities = {
  holderId: '经办人',
  mainHandlerId: '主办人',
  areaOwnerId: '管区责任人',
  villageOwnerId: '村责任人',
  leadOfficialId: '包案领导',
  signerId: '签发人',
  approverId: '延期审批人',
} as const
export type Capacity = keyof typeof capacities
const keys = Object.keys(capacities) as Capacity[]

/** The hand that moves matters sees all of them; the person it moves them for need not, and is shown only what they may see. */
const hand = (townId: string): Who =>
  outsider(townId, { name: '', post: '', roles: ['petitionHead', 'disciplineLiaison'] })

const named = (p: Pick<Petition, Capacity>, staffId: string): Capacity[] => keys.filter((k) => p[k] === staffId)

const openIds = async (tx: Tx, townId: string, staffId: string): Promise<string[]> =>
  (
    await sql<{ id: string }>`select p.id from petition p where p.town_id = ${townId}::uuid and p.state <> 'closed'
      and ${staffId}::uuid in (p.holder_id, p.main_handler_id, p.area_owner_id, p.village_owner_id, p.lead_official_id, p.signer_id, p.approver_id)
      order by p.number`.execute(tx)
  ).rows.map((r) => r.id)

interface Unseen {
  as: string[]
  state: string
  n: number
  late: number
  soonest: Day | null
}

/** Open matters that name the person, and as what. Those the asker may not see are only counted, by capacity and state. */
export const handoverPreview = async (tx: Tx, who: Who, staffId: string, today: Day) => {
  const { townId } = who
  if (!(await findWho(tx, townId, staffId, today))) throw new NotFound('没有这个人员')
  const matters: { id: string; number: string; title: string; as: string[]; state: string; dueOn: Day | null }[] = []
  const unseen = new Map<string, Unseen>()
  for (const id of await openIds(tx, townId, staffId)) {
    const p = (await tx
      .selectFrom('petition')
      .selectAll()
      .where('townId', '=', townId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()) as unknown as Petition
    const as = named(p, staffId).map((k) => capacities[k])
    const dueOn = p.nextDueOn
    if (sees(who, p)) {
      matters.push({ id, number: p.number, title: p.title, as, state: states[p.state], dueOn })
      continue
    }
    // Of what is sealed not even the step is told.
    const state = p.sealed ? '—' : states[p.state]
    const key = `${as.join()} ${state}`
    const g = unseen.get(key) ?? { as, state, n: 0, late: 0, soonest: null }
    g.n += 1
    if (dueOn && !p.sealed) {
      if (dueOn < today) g.late += 1
      if (g.soonest === null || dueOn < g.soonest) g.soonest = dueOn
    }
    unseen.set(key, g)
  }
  return { matters, unseen: [...unseen.values()], posts: await postsHeld(tx, townId, staffId, today) }
}

/** Why this person can't lawfully take over this matter; null when they can. */
export const successorRefusal = (m: Matter, to: Who, as: Capacity[]): string | null => {
  if (m.barredIds.includes(to.staffId)) return '应当回避其中的事项'
  const after = { ...m, ...Object.fromEntries(as.map((k) => [k, to.staffId])) }
  if (!sees(to, after)) return m.sealed ? '不是纪检联络员，不能接手其中的事项' : '的岗位不承办信访事项'
  if (as.some((k) => k === 'leadOfficialId' || k === 'signerId' || k === 'approverId')) {
    if (!is(to, 'leadOfficial', 'townLeader')) return '不是班子成员，不能接手包案、签发或审批'
  }
  if (as.includes('signerId') && m.state === 'opinionDraft') {
    if (principalSigns(m) && !is(to, 'townLeader')) return '不是党政主要领导，不能签发红色或重点事项的意见书'
    const o = m.opinionNow
    if (o && (o.draftedBy === to.staffId || o.checkedBy === to.staffId))
      return '起草或审核过其中的意见书，不能又作签发人'
  }
  return null
}

const merge = (a: Who, b: Who): Who => ({
  ...a,
  roles: [...new Set([...a.roles, ...b.roles])],
  areaIds: [...new Set([...a.areaIds, ...b.areaIds])],
  villageIds: [...new Set([...a.villageIds, ...b.villageIds])],
  gridIds: [...new Set([...a.gridIds, ...b.gridIds])],
  unitIds: [...new Set([...a.unitIds, ...b.unitIds])],
  headsUnit: a.headsUnit || b.headsUnit,
  rank: Math.min(a.rank, b.rank),
})

/** Every open matter of one person to another, one trace each. Refused as a whole when one of them can't go there. */
export const handoverMatters = async (
  tx: Tx,
  who: Who,
  from: { id: string; name: string },
  to: Who,
  reason: string,
  s: Setting,
): Promise<number> => {
  const found: { matter: Matter; trace: { seq: number; hash: string } }[] = []
  for (const id of await openIds(tx, who.townId, from.id))
    found.push(await findMatter(tx, hand(who.townId), id, { lock: true }))
  const no = new Map<string, number>()
  for (const { matter } of found) {
    const sentence = successorRefusal(matter, to, named(matter, from.id))
    if (sentence) no.set(sentence, (no.get(sentence) ?? 0) + 1)
  }
  if (no.size)
    throw new Refused(
      `不能都交给${to.name}：${[...no].map(([why, n]) => `${to.name}${why}（${n} 件）`).join('；')}。请另选接手人，或先调整这些事项的责任人`,
    )
  for (const { matter, trace } of found) {
    const as = named(matter, from.id)
    await applyChange(
      tx,
      who,
      matter,
      trace,
      {
        kind: 'assign',
        says: `离任交接：${from.name}的${as.map((k) => capacities[k]).join('、')}由${to.name}接手；${reason}`,
        data: { from: from.id, to: to.staffId, as },
        set: Object.fromEntries(as.map((k) => [k, to.staffId])),
        tell: [
          { staffId: to.staffId, says: `${from.name}离任，交接给您：${matter.number} ${matter.title}`, kind: 'assign' },
        ],
      },
      s,
      { move: 'handover' },
    )
  }
  return found.length
}

/** When someone leaves: open work to the named successor, terms ended, account disabled; all or nothing, and once. */
export const handover = async (
  tx: Tx,
  who: Who,
  fromId: string,
  input: { requestId: string; successorId: string; on: Day; takePosts: boolean; reason: string },
  s: Setting,
): Promise<{ moved: number }> => {
  const { townId } = who
  const before = await sql<{ moved: number }>`select (data->>'moved')::int as moved from trace
    where town_id = ${townId}::uuid and request_id = ${input.requestId}::uuid`.execute(tx)
  if (before.rows[0]) return { moved: before.rows[0].moved }
  const at = { now: s.now, today: s.today }
  const people = await handoverPeople(tx, who, fromId, input, at)
  const successor = await findWho(tx, townId, input.successorId, s.today)
  const leaving = await findWho(tx, townId, fromId, s.today)
  if (!successor || !leaving) throw new NotFound('没有这个人员')
  const to = input.takePosts ? merge(successor, leaving) : successor
  const moved = await handoverMatters(tx, who, people.from, to, input.reason, s)
  await leave(tx, who, people, { ...input, moved }, at)
  return { moved }
}
