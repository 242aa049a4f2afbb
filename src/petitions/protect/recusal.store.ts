import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { is, type Role, type Who } from '../../people/roles.ts'
import type { Matter, Petition } from '../petition.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import {
  aimedAt,
  type Colleague,
  type Conflict,
  conflictsIn,
  decideRefusal,
  formerHandlers,
  placesHeld,
  type Recusal,
  type RecusalGround,
  readsRecusal,
  recusalGrounds,
  recusalSources,
} from './recusal.ts'
import { attemptsOn } from './sealed.store.ts'

/** The eye that the barrier itself needs: the matter as the office sees it. Never handed to a page. */
const officeEye = (who: Who): Who => ({
  ...who,
  staffId: '00000000-0000-0000-0000-000000000001',
  roles: ['petitionHead'],
  petitionId: undefined,
})

const rolesOn = sql`(select coalesce(array_agg(distinct p.role), '{}') from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
  where h.town_id = s.town_id and h.staff_id = s.id and p.active and h.since <= current_day and (h.until is null or h.until > current_day))`

/** Officials whom the words of a matter concern: one statement over the staff of the town. */
const colleaguesNamed = async (
  tx: Tx,
  townId: string,
  m: { names: string[]; text: string },
  s: Setting,
): Promise<Colleague[]> =>
  (
    await sql<Colleague>`select s.id, s.name, s.kin, ${rolesOn} as roles from staff s, (select ${s.today}::date as current_day) d
      where s.town_id = ${townId}::uuid and s.active and (s.name = any (${m.names}::text[]) or s.kin && ${m.names}::text[]
        or position(s.name in ${m.text}) > 0 or exists (select from unnest(s.kin) k where length(k) > 1 and position(k in ${m.text}) > 0))`.execute(
      tx,
    )
  ).rows

const headsFor = async (tx: Tx, townId: string, concerned: readonly Role[], not: string, s: Setting) => {
  const role = concerned.includes('petitionHead') || concerned.includes('townLeader') ? 'townLeader' : 'petitionHead'
  return (
    await sql<{
      id: string
    }>`select distinct h.staff_id as id from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
      where h.town_id = ${townId}::uuid and p.role = ${role} and h.staff_id <> ${not}::uuid and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(
      tx,
    )
  ).rows.map((x) => x.id)
}

const rolesOf = async (tx: Tx, townId: string, staffId: string, s: Setting) => {
  const r = await sql<{
    name: string
    active: boolean
    roles: Role[]
  }>`select s.name, s.active, ${rolesOn} as roles from staff s, (select ${s.today}::date as current_day) d
    where s.town_id = ${townId}::uuid and s.id = ${staffId}::uuid`.execute(tx)
  return r.rows[0]
}

const insert = (tx: Tx, townId: string, r: Record<string, unknown>) =>
  tx
    .insertInto('recusal')
    .values({ townId, ...r } as never)
    .execute()

const tellHeads = async (
  tx: Tx,
  townId: string,
  ids: string[],
  petitionId: string | null,
  says: string,
  s: Setting,
) => {
  for (const staffId of ids)
    await sql`insert into notice (town_id, id, staff_id, petition_id, kind, says, from_name, at) values (${townId}, ${uuidv7(s.now.getTime())}, ${staffId}, ${petitionId}, 'recusal', ${says}, '回避', ${s.now.toISOString()})`.execute(
      tx,
    )
}

/** Notices about the matter that already lie on the desk of somebody who is to see nothing of it. */
const takeNotices = (tx: Tx, townId: string, petitionId: string, staffIds: string[]) =>
  sql`delete from notice where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid and staff_id = any (${staffIds}::uuid[])`.execute(
    tx,
  )

/** What the search for conflicts looks at; `round` above one also looks at who made the former decision. */
export interface Words {
  id: string
  round: number
  names: string[]
  text: string
}
export const wordsIn = (m: {
  id: string
  round: number
  title: string
  request: string
  facts: string
  parties: readonly { name: string }[]
}): Words => ({
  id: m.id,
  round: m.round,
  names: m.parties.map((p) => p.name).filter((n) => n.length >= 2),
  text: `${m.title}\n${m.request}\n${m.facts}`,
})

/**
 * Look for conflicts of interest and open a recusal for each that is new; kin and the petitioner himself lose sight of it at once.
 * Runs inside the transaction of the step that brought the words (`words`) or the persons (`named`). Returns what was opened.
 */
export const findConflicts = async (
  tx: Tx,
  who: Who,
  m: Words,
  s: Setting,
  given: { words: boolean; named: string[] } = { words: true, named: [] },
): Promise<Conflict[]> => {
  const { townId } = who
  const petitionId = m.id
  const staff = given.words ? await colleaguesNamed(tx, townId, m, s) : []
  const former =
    m.round > 1 && given.named.length
      ? (
          await sql<{
            id: string
          }>`select distinct x as id from petition_opinion o, unnest(array[o.drafted_by, o.checked_by, o.signed_by]) x
            where o.town_id = ${townId}::uuid and o.petition_id = ${petitionId}::uuid and o.round < ${m.round} and x is not null`.execute(
            tx,
          )
        ).rows.map((x) => x.id)
      : []
  const conflicts = [...conflictsIn(m, staff), ...formerHandlers(former, given.named)]
  if (conflicts.length === 0) return []
  const known = new Set(
    (
      await sql<{
        k: string
      }>`select staff_id || '/' || ground as k from recusal where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid`.execute(
        tx,
      )
    ).rows.map((x) => x.k),
  )
  const fresh = conflicts.filter((c) => !known.has(`${c.staffId}/${c.ground}`))
  if (fresh.length === 0) return []
  for (const c of fresh)
    await insert(tx, townId, {
      id: uuidv7(s.now.getTime()),
      petitionId,
      staffId: c.staffId,
      source: 'found',
      ground: c.ground,
      detail: c.detail,
      byName: '系统',
      onDay: s.today,
    })
  const hidden = fresh.filter((c) => c.atOnce).map((c) => c.staffId)
  const { matter, trace } = await findMatter(tx, officeEye(who), petitionId, { lock: true })
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'recuse',
      says: `系统发现 ${fresh.length} 处可能应当回避，待决定`,
      set: hidden.length ? { barredIds: [...new Set([...matter.barredIds, ...hidden])] } : {},
    },
    s,
    { move: 'findConflicts' },
  )
  if (hidden.length) await takeNotices(tx, townId, petitionId, hidden)
  for (const c of fresh) {
    const concerned =
      staff.find((x) => x.id === c.staffId)?.roles ?? (await rolesOf(tx, townId, c.staffId, s))?.roles ?? []
    await tellHeads(
      tx,
      townId,
      await headsFor(tx, townId, concerned, c.staffId, s),
      null,
      `${matter.number} 有一项回避待您决定`,
      s,
    )
  }
  return fresh
}

/** The ids of the staff whose recusal on this matter is still open. */
export const openRecusals = async (tx: Tx, townId: string, petitionId: string): Promise<string[]> =>
  (
    await sql<{
      id: string
    }>`select staff_id as id from recusal where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid and status = 'open'`.execute(
      tx,
    )
  ).rows.map((x) => x.id)

/** A person declares for himself, or the office writes down what the petitioner asks. */
export const askRecusal = async (
  tx: Tx,
  who: Who,
  given: {
    petitionId: string
    requestId: string
    source: 'declared' | 'asked'
    staffId: string | null
    ground: RecusalGround
    detail: string
    byName: string
  },
  s: Setting,
): Promise<void> => {
  const { townId } = who
  const { matter: m, trace } = await findMatter(tx, who, given.petitionId, { lock: true })
  const before =
    await sql`select 1 from recusal where town_id = ${townId}::uuid and request_id = ${given.requestId}::uuid`.execute(
      tx,
    )
  if (before.rows.length) return
  if (m.state === 'closed') throw new Refused('已销号，不能再申请回避；重新启动后可以')
  if (given.source === 'asked' && !is(who, 'clerk', 'petitionHead')) throw new Refused('信访人的回避申请由信访办登记')
  const staffId = given.source === 'declared' ? who.staffId : given.staffId
  if (!staffId) throw new Invalid('请选择要求回避的人', { staffId: '请选择要求回避的人' })
  const concerned = await rolesOf(tx, townId, staffId, s)
  if (!concerned) throw new Refused('所选人员不在本镇')
  const twice =
    await sql`select 1 from recusal where town_id = ${townId}::uuid and petition_id = ${m.id}::uuid and staff_id = ${staffId}::uuid and status <> 'refused' and ground = ${given.ground}`.execute(
      tx,
    )
  if (twice.rows.length) throw new Refused('同一理由的回避已经提出')
  await insert(tx, townId, {
    id: uuidv7(s.now.getTime()),
    petitionId: m.id,
    staffId,
    source: given.source,
    ground: given.ground,
    detail: given.detail,
    byName: given.source === 'declared' ? who.name : given.byName || '信访人',
    byId: who.staffId,
    onDay: s.today,
    requestId: given.requestId,
  })
  await applyChange(
    tx,
    who,
    m,
    trace,
    { kind: 'recuse', says: `${recusalSources[given.source]}：${concerned.name}回避，${recusalGrounds[given.ground]}` },
    s,
    { move: 'askRecusal', requestId: given.requestId },
  )
  await tellHeads(
    tx,
    townId,
    await headsFor(tx, townId, concerned.roles, staffId, s),
    null,
    `${m.number} 有一项回避待您决定`,
    s,
  )
}

/**
 * The petitioner asks in person that somebody step aside: whoever of the matter the words speak of, and the petition head, is recorded
 * at once, so that it lies before who decides. Returns whom; nobody when the words name none of them.
 */
export const askedByPetitioner = async (tx: Tx, who: Who, m: Matter, words: string, s: Setting): Promise<string[]> => {
  const onIt = [
    m.holderId,
    m.mainHandlerId,
    m.leadOfficialId,
    m.areaOwnerId,
    m.villageOwnerId,
    m.signerId,
    m.approverId,
  ]
  const near = await sql<{ id: string; name: string; post: string; roles: Role[] }>`
    select s.id, s.name, ${rolesOn} as roles, coalesce((select p.name from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
        where h.town_id = s.town_id and h.staff_id = s.id and p.active and h.since <= current_day and (h.until is null or h.until > current_day)
        order by p.rank, p.name limit 1), '') as post
    from staff s, (select ${s.today}::date as current_day) d
    where s.town_id = ${who.townId}::uuid and s.active and (s.id = any (${onIt.filter((x) => x !== null)}::uuid[]) or 'petitionHead' = any (${rolesOn}::text[]))`.execute(
    tx,
  )
  const aimed = near.rows.filter((p) => aimedAt(words, { ...p, handles: p.id === (m.mainHandlerId ?? m.holderId) }))
  const had = await sql<{ id: string }>`select staff_id as id from recusal
    where town_id = ${who.townId}::uuid and petition_id = ${m.id}::uuid and source = 'asked' and status = 'open'`.execute(
    tx,
  )
  for (const p of aimed.filter((x) => !had.rows.some((h) => h.id === x.id))) {
    await insert(tx, who.townId, {
      id: uuidv7(s.now.getTime()),
      petitionId: m.id,
      staffId: p.id,
      source: 'asked',
      ground: 'other',
      detail: words,
      byName: '信访人本人',
      onDay: s.today,
    })
    const heads = await headsFor(tx, who.townId, p.roles, p.id, s)
    await tellHeads(tx, who.townId, heads, null, `${m.number} 有一项回避待您决定`, s)
  }
  return aimed.map((p) => p.id)
}

/** Whether this person reads what a petitioner wrote when asking that somebody step aside. */
export const recusalWordsReader = async (tx: Tx, who: Who, m: Pick<Matter, 'id' | 'mainHandlerId'>) => {
  const asked = await sql<{ staffId: string; detail: string }>`select staff_id, detail from recusal
    where town_id = ${who.townId}::uuid and petition_id = ${m.id}::uuid and source = 'asked'`.execute(tx)
  const staffIds = asked.rows.map((r) => r.staffId)
  return (words: string) => readsRecusal(who, { staffIds, source: 'asked', mainHandlerId: m.mainHandlerId, words })
}

interface QueueRow extends Recusal {
  number: string
  title: string
  staffName: string
  staffPost: string
  concerned: Role[]
  held: string[]
}

const listWhere = async (tx: Tx, townId: string, s: Setting, condition: ReturnType<typeof sql>): Promise<QueueRow[]> =>
  (
    await sql<QueueRow>`select r.id, r.petition_id, r.staff_id, r.source, r.ground, r.detail, r.by_name, r.on_day, r.status, r.decided_name, r.decided_on, r.reason,
        q.number, q.title, s.name as staff_name, ${rolesOn} as concerned,
        coalesce((select p.name from holding h join post p on p.town_id = h.town_id and p.id = h.post_id where h.town_id = s.town_id and h.staff_id = s.id
          and h.since <= current_day and (h.until is null or h.until > current_day) order by p.rank, p.name limit 1), '') as staff_post,
        array_remove(array[case when q.holder_id = s.id then 'holderId' end, case when q.main_handler_id = s.id then 'mainHandlerId' end,
          case when q.lead_official_id = s.id then 'leadOfficialId' end, case when q.area_owner_id = s.id then 'areaOwnerId' end,
          case when q.village_owner_id = s.id then 'villageOwnerId' end, case when q.signer_id = s.id then 'signerId' end,
          case when q.approver_id = s.id then 'approverId' end], null) as held
      from recusal r join petition q on q.town_id = r.town_id and q.id = r.petition_id
      join staff s on s.town_id = r.town_id and s.id = r.staff_id, (select ${s.today}::date as current_day) d
      where r.town_id = ${townId}::uuid and ${condition} order by r.on_day desc, r.id desc limit 500`.execute(tx)
  ).rows

/** What waits for this person's decision. Matters of which the person himself is to see nothing are not among them. */
export const recusalsToDecide = async (tx: Tx, who: Who, s: Setting) =>
  (
    await listWhere(tx, who.townId, s, sql`r.status = 'open' and not (${who.staffId}::uuid = any (q.barred_ids))`)
  ).filter((r) => decideRefusal(r, r.concerned, who) === null)

/** All recusals of one matter, for those who see the matter; attempts only for the petition head. */
export const recusalsOf = async (tx: Tx, who: Who, petitionId: string, s: Setting) => {
  const { matter } = await findMatter(tx, who, petitionId)
  const rows = await listWhere(tx, who.townId, s, sql`r.petition_id = ${petitionId}::uuid`)
  const attempts =
    is(who, 'petitionHead') && matter.barredIds.length
      ? await attemptsOn(tx, who.townId, [petitionId], matter.barredIds)
      : []
  const told = (r: QueueRow) => {
    const { source, detail: words } = r
    return readsRecusal(who, { staffIds: [r.staffId], source, mainHandlerId: matter.mainHandlerId, words })
      ? r
      : { ...r, ground: null, detail: '', byName: '' }
  }
  return { rows: rows.map((r) => ({ ...told(r), refusal: decideRefusal(r, r.concerned, who) })), attempts }
}

/** Decide: when upheld a real barrier, with the work handed to another by name; when refused the person works on. */
export const decideRecusal = async (
  tx: Tx,
  who: Who,
  given: { id: string; requestId: string; agree: boolean; reason: string; successorId: string | null },
  s: Setting,
): Promise<void> => {
  const { townId } = who
  const [r] = await listWhere(
    tx,
    townId,
    s,
    sql`r.id = ${given.id}::uuid and not (${who.staffId}::uuid = any (q.barred_ids))`,
  )
  if (!r || !is(who, 'petitionHead', 'townLeader')) throw new NotFound()
  const done =
    await sql`select 1 from recusal where town_id = ${townId}::uuid and decision_id = ${given.requestId}::uuid`.execute(
      tx,
    )
  if (done.rows.length) return
  const no = decideRefusal(r, r.concerned, who)
  if (no) throw new Refused(no)
  if (!given.agree && !given.reason) throw new Invalid('不予回避时请写明理由', { reason: '请写明理由' })
  const { matter: m, trace } = await findMatter(tx, officeEye(who), r.petitionId, { lock: true })
  const held = placesHeld(m, r.staffId)
  const set: Partial<Petition> = {}
  let successor = ''
  if (given.agree) {
    if (held.length) {
      if (!given.successorId) throw new Invalid('请选择接手的人', { successorId: '请选择接手的人' })
      const next = await rolesOf(tx, townId, given.successorId, s)
      if (!next?.active) throw new Refused('接手的人不在任，请另选')
      if (given.successorId === r.staffId || m.barredIds.includes(given.successorId))
        throw new Refused('接手的人也应当回避，请另选')
      if (
        held.some((k) => ['leadOfficialId', 'signerId', 'approverId'].includes(k)) &&
        !next.roles.some((x) => x === 'leadOfficial' || x === 'townLeader')
      )
        throw new Refused('包案、签发和延期审批由班子成员接手，请另选')
      for (const k of held) set[k] = given.successorId
      successor = next.name
    }
    set.barredIds = [...new Set([...m.barredIds, r.staffId])]
  } else {
    const still =
      await sql`select 1 from recusal where town_id = ${townId}::uuid and petition_id = ${m.id}::uuid and staff_id = ${r.staffId}::uuid and id <> ${r.id}::uuid
      and (status = 'upheld' or (status = 'open' and source = 'found'))`.execute(tx)
    if (m.barredIds.includes(r.staffId) && still.rows.length === 0)
      set.barredIds = m.barredIds.filter((x) => x !== r.staffId)
  }
  // An upheld recusal settles every other open one of the same person.
  await sql`update recusal set status = ${given.agree ? 'upheld' : 'refused'}, decided_by = ${who.staffId}, decided_name = ${who.name}, decided_on = ${s.today},
      reason = ${given.reason}, successor_id = ${held.length && given.agree ? given.successorId : null}, decision_id = ${given.requestId}
    where town_id = ${townId}::uuid and id = ${r.id}::uuid`.execute(tx)
  if (given.agree)
    await sql`update recusal set status = 'upheld', decided_by = ${who.staffId}, decided_name = ${who.name}, decided_on = ${s.today}, reason = ${given.reason}
      where town_id = ${townId}::uuid and petition_id = ${m.id}::uuid and staff_id = ${r.staffId}::uuid and status = 'open'`.execute(
      tx,
    )
  await applyChange(
    tx,
    who,
    m,
    trace,
    {
      kind: 'recuse',
      says: given.agree
        ? `决定${r.staffName}回避：${recusalGrounds[r.ground]}${successor ? `；由${successor}接手` : ''}`
        : `不予回避（${r.staffName}）：${given.reason}`,
      set,
      tell: [
        ...(successor && given.successorId
          ? [{ staffId: given.successorId, says: `${m.number} 因他人回避由您接手，请继续办理`, kind: 'assign' }]
          : []),
      ],
    },
    s,
    { move: 'decideRecusal', requestId: given.requestId },
  )
  if (given.agree) await takeNotices(tx, townId, m.id, [r.staffId])
  // Told are who declared it and, of a petitioner's request, who worked on the matter and must know; the others learn of nothing.
  if (r.source === 'declared' || (r.source === 'asked' && held.length > 0)) {
    const what = r.source === 'declared' ? '您申报的回避' : `${m.number} 要求您回避的申请`
    const outcome = given.agree
      ? `应当回避${r.source === 'asked' && successor ? `，由${successor}接手` : ''}`
      : `不予回避${r.source === 'asked' ? `（${given.reason}）` : ''}，请继续办理`
    await tellHeads(tx, townId, [r.staffId], null, `${what}已经决定：${outcome}`, s)
  }
  // The petitioner who asked at the public face reads there what was decided.
  if (r.source === 'asked')
    await sql`update petitioner_word set answer = case when answer = '' then w.says else answer || E'\n' || w.says end,
        answered_by = ${who.staffId}::uuid, answered_name = ${who.name}, answered_on = ${s.today}::date
      from (select ${given.agree ? `已经决定换人：${r.staffName}不再参与办理` : `已经决定：${r.staffName}不需要回避。${given.reason}`}::text as says) w
      where town_id = ${townId}::uuid and petition_id = ${m.id}::uuid and kind = 'recusal'
        and id = (select x.id from petitioner_word x where x.town_id = ${townId}::uuid and x.petition_id = ${m.id}::uuid and x.kind = 'recusal' order by x.at desc limit 1)`.execute(
      tx,
    )
}

/** Nobody of the unit of an official who must step aside as the one complained of may have the matter as main unit. */
export const unitBarred = async (
  tx: Tx,
  townId: string,
  m: Matter,
  unitId: string,
  s: Setting,
): Promise<string | null> => {
  const r = await sql<{
    name: string
  }>`select distinct u.name from recusal r join holding h on h.town_id = r.town_id and h.staff_id = r.staff_id
    join post p on p.town_id = h.town_id and p.id = h.post_id join unit u on u.town_id = p.town_id and u.id = p.unit_id
    where r.town_id = ${townId}::uuid and r.petition_id = ${m.id}::uuid and r.status <> 'refused' and r.ground in ('accused', 'unit') and u.id = ${unitId}::uuid
      and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
  return r.rows[0] ? `所反映的人在${r.rows[0].name}任职，不能由该单位主办（第三十条、第二十八条）` : null
}
