import { sql } from 'kysely'
import { happened, type Tx, writeTrace } from '../../audit/trace.ts'
import type { DocumentKind } from '../../documents/catalogue.ts'
import { nextNumber } from '../../documents/number.store.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { invalidOf } from '../../kit/server/http.ts'
import { setRow } from '../../kit/server/row.ts'
import { nobody, systemOf, type Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { type MatterEvent, onMatter, referRefusal } from '../matter.ts'
import { type Mediator, seated } from '../network/network.ts'
import { mediatorOf, membersOf, stationsOf } from '../network/store.ts'
import { disputeVisibleTo, looksAt, registerRefusal } from '../policy.ts'
import { type Candidate, type Dispute, disputeKinds, openStates, type RegisterInput } from './dispute.ts'
import { steppedDown } from './intake.ts'
import { type DisputeChange, headsOf } from './move.ts'
import { moveOf } from './moves.ts'
import { issuePaper } from './paper.store.ts'

/** （2026）示人调字第12号 */
export const caseNumber = (short: string, year: number, n: number): string => `（${year}）${short}人调字第${n}号`

const camel = (key: string) => key.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())
const camelRows = (rows: unknown) =>
  (rows as Record<string, unknown>[]).map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [camel(k), v])))
const children = (table: string, order: string) =>
  sql`(select coalesce(json_agg(x), '[]') from (select * from ${sql.raw(table)} c where c.town_id = dispute.town_id and c.dispute_id = dispute.id order by ${sql.raw(order)}) x)`

/** One dispute with all that belongs to it, if this person sees at least its outline. Unseen is not found. */
export const findDispute = async (
  tx: Tx,
  me: Mediator,
  id: string,
  options: { lock?: boolean } = {},
): Promise<Dispute> => {
  let q = tx
    .selectFrom('dispute')
    .selectAll('dispute')
    .select([
      children('dispute_party', 'n').as('parties'),
      children('dispute_record', 'n').as('records'),
      children('dispute_agreement', 'n').as('agreements'),
      children('dispute_performance', 'n').as('performances'),
    ])
    .where('dispute.id', '=', id)
    .where((eb) => disputeVisibleTo(me)(eb))
  if (options.lock) q = q.forUpdate('dispute')
  const row = await q.executeTakeFirst()
  if (!row) throw new NotFound()
  const { parties, records, agreements, performances, claimsFen, owedFen, paidFen, ...rest } = row as Record<
    string,
    unknown
  >
  return {
    ...(rest as unknown as Dispute),
    claimsFen: claimsFen === null ? null : Number(claimsFen),
    owedFen: Number(owedFen),
    paidFen: Number(paidFen),
    parties: camelRows(parties) as never,
    records: camelRows(records) as never,
    agreements: camelRows(agreements) as never,
    performances: camelRows(performances) as never,
  }
}

const trace = (
  tx: Tx,
  who: Who,
  id: string,
  says: string,
  s: Setting,
  more: { move?: string; requestId?: string; data?: unknown } = {},
) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    { subjectId: id, subjectKind: 'dispute', kind: 'mediation', says, ...more },
    s.now,
  )

/** Tells people of a dispute; whoever sees nothing of it finds nothing behind the link. */
const tellAll = (tx: Tx, who: Who, id: string, list: { staffId: string; says: string }[], s: Setting) =>
  tellStaff(
    tx,
    who,
    list.map((n) => ({ ...n, link: `/mediation/disputes/${id}` })),
    s.now,
    { kind: 'mediation' },
  )

/**
 * Register a dispute at the point where it arose, or at the station of whoever writes it down; `note` is kept with the trace.
 * Returns its id.
 */
export const registerDispute = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; input: RegisterInput; note?: string },
  s: Setting,
): Promise<string> => {
  const again = await sql<{
    subjectId: string
  }>`select subject_id from trace where town_id = ${who.townId}::uuid and request_id = ${given.requestId}::uuid and subject_kind = 'dispute'`.execute(
    tx,
  )
  if (again.rows[0]) return again.rows[0].subjectId
  const me = await mediatorOf(tx, who, s.today)
  const no = registerRefusal(me)
  if (no) throw new Refused(no)
  const { input } = given
  const stations = (await stationsOf(tx, who.townId)).filter((x) => x.active)
  if (stations.length === 0) throw new Refused('还没有建立调解网络，请先在“网络”里建立')
  const village = input.villageId
    ? await tx
        .selectFrom('village')
        .select(['id', 'areaId'])
        .where('townId', '=', who.townId)
        .where('id', '=', input.villageId)
        .executeTakeFirst()
    : null
  if (input.villageId && !village) throw new Invalid('没有这个村', { villageId: '没有这个村' })
  if (input.gridId) {
    const grid = await tx
      .selectFrom('grid')
      .select('id')
      .where('townId', '=', who.townId)
      .where('id', '=', input.gridId)
      .where('villageId', '=', input.villageId ?? uuidv7())
      .executeTakeFirst()
    if (!grid) throw new Invalid('没有这个网格', { gridId: '网格不在这个村' })
  }
  const station =
    (village && stations.find((x) => x.villageId === village.id)) ??
    stations.find((x) => me.seats.some((y) => y.stationId === x.id)) ??
    stations.find((x) => x.level === 'centre')
  if (!station) throw new Refused('没有接收的调解站，请先建立网络')
  const petitionIds = [...new Set(input.petitionIds)]
  for (const petitionId of petitionIds) {
    const apart = referRefusal((await findMatter(tx, who, petitionId)).matter)
    if (apart) throw new Invalid(apart, { petitionIds: apart })
  }
  if (input.relapseOf) await findDispute(tx, me, input.relapseOf)
  const id = uuidv7(s.now.getTime())
  const year = +s.today.slice(0, 4)
  const code = `JF${year}-${String(await nextNumber(tx, who.townId, 'dispute', year)).padStart(4, '0')}`
  await tx
    .insertInto('dispute')
    .values({
      townId: who.townId,
      id,
      code,
      kind: input.kind,
      title: input.title,
      facts: input.facts,
      origin: input.origin,
      originNote: input.originNote,
      claimsFen: input.claimsFen,
      areaId: village?.areaId ?? station.areaId,
      villageId: village?.id ?? station.villageId,
      gridId: input.gridId,
      stationId: station.id,
      level: station.level,
      registeredOn: s.today,
      registeredBy: who.staffId,
      registeredName: who.name,
      petitionIds,
      relapseOf: input.relapseOf,
    } as never)
    .execute()
  const ids = input.parties.map(() => uuidv7(s.now.getTime()))
  const order = [...input.parties.entries()].sort(
    ([, a], [, b]) => Number(a.role !== 'party') - Number(b.role !== 'party'),
  )
  await tx
    .insertInto('disputeParty')
    .values(
      order.map(([i, { forIndex, ...p }], n) => ({
        townId: who.townId,
        id: ids[i]!,
        disputeId: id,
        n: n + 1,
        forId: forIndex === null ? null : ids[forIndex]!,
        ...p,
      })) as never,
    )
    .execute()
  await trace(
    tx,
    who,
    id,
    `登记纠纷 ${code}（${disputeKinds[input.kind]}），由${station.name}处理${given.note ? `；${given.note}` : ''}`,
    s,
    {
      move: 'register',
      requestId: given.requestId,
    },
  )
  await tellMatters(
    tx,
    who,
    { id, townId: who.townId, code, number: null, petitionIds },
    { event: 'opened', onDay: s.today },
    s,
  )
  const headsHere = (await membersOf(tx, who.townId, station.id)).filter(
    (m) => m.staffId && seated(m, s.today) && ['head', 'deputy'].includes(m.duty),
  )
  await tellAll(
    tx,
    who,
    id,
    headsHere.map((m) => ({ staffId: m.staffId!, says: `新登记纠纷 ${code}，请处理` })),
    s,
  )
  return id
}

/** Those who could mediate where the dispute is: the station's seated members, with what they declared. */
export const candidatesOf = async (
  tx: Tx,
  townId: string,
  stationId: string,
  s: Setting,
): Promise<(Candidate & { duty: string; fields: string[] })[]> => {
  const members = (await membersOf(tx, townId, stationId)).filter(
    (m) => m.staffId && m.duty !== 'expert' && seated(m, s.today),
  )
  const ids = members.map((m) => m.staffId!)
  if (ids.length === 0) return []
  const kin = await tx
    .selectFrom('staff')
    .select(['id', 'kin'])
    .where('townId', '=', townId)
    .where('id', 'in', ids)
    .where('active', '=', true)
    .execute()
  const of = new Map(kin.map((k) => [k.id, k.kin]))
  return members
    .filter((m, i) => of.has(m.staffId!) && ids.indexOf(m.staffId!) === i)
    .map((m) => ({
      staffId: m.staffId!,
      name: m.name,
      kin: of.get(m.staffId!)!,
      interests: m.interests,
      duty: m.duty,
      fields: m.fields,
    }))
}

const json = (row: object, keys: string[]) =>
  Object.fromEntries(
    Object.entries(row).map(([k, v]) => [k, keys.includes(k) && v !== null && v !== undefined ? JSON.stringify(v) : v]),
  )

/** Write everything a change says, with one trace row. Throws Refused when somebody else was quicker. */
const apply = async (
  tx: Tx,
  who: Who,
  d: Dispute,
  change: DisputeChange,
  s: Setting,
  more: { move: string; requestId: string },
): Promise<void> => {
  const { townId } = who
  const set: Record<string, unknown> = json({ ...change.set }, ['helpers', 'path', 'joint'])
  if (change.number && d.number === null) {
    const year = +s.today.slice(0, 4)
    set.number = caseNumber(s.town.shortName, year, await nextNumber(tx, townId, 'mediationCase', year))
  }
  const done = await tx
    .updateTable('dispute')
    .set({ ...set, version: d.version + 1 } as never)
    .where('townId', '=', townId)
    .where('id', '=', d.id)
    .where('version', '=', d.version)
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) throw new Refused('他人刚办过这件纠纷，请看过最新的内容再办；您填写的内容没有丢失')
  for (const { id, ...p } of change.parties ?? [])
    await tx
      .updateTable('disputeParty')
      .set(p as never)
      .where('townId', '=', townId)
      .where('disputeId', '=', d.id)
      .where('id', '=', id)
      .execute()
  if (change.newParties?.length)
    await tx
      .insertInto('disputeParty')
      .values(
        change.newParties.map((p, i) => ({
          townId,
          id: uuidv7(s.now.getTime()),
          disputeId: d.id,
          n: d.parties.length + i + 1,
          ...p,
        })) as never,
      )
      .execute()
  let n = d.records.length
  for (const r of change.records ?? [])
    await tx
      .insertInto('disputeRecord')
      .values({
        townId,
        id: uuidv7(s.now.getTime()),
        disputeId: d.id,
        n: ++n,
        kind: r.kind,
        onDay: r.onDay,
        body: r.body,
        data: JSON.stringify(r.data ?? {}),
        privateTo: r.private ? who.staffId : null,
        staffId: who.staffId,
        byName: who.name,
        at: s.now.toISOString(),
      } as never)
      .execute()
  if (change.voids) await setRow(tx, 'disputeAgreement', townId, change.voids, { status: 'void' })
  if (change.replaces?.length)
    await tx
      .updateTable('disputeAgreement')
      .set({ status: 'replaced' } as never)
      .where('townId', '=', townId)
      .where('disputeId', '=', d.id)
      .where('id', 'in', change.replaces)
      .execute()
  let agreementId: string | null = null
  if (change.agreement?.new) {
    agreementId = uuidv7(s.now.getTime())
    await tx
      .insertInto('disputeAgreement')
      .values({
        townId,
        id: agreementId,
        disputeId: d.id,
        n: d.agreements.length + 1,
        ...json(change.agreement.row, ['clauses', 'signatures', 'confirm']),
      } as never)
      .execute()
  } else if (change.agreement)
    await tx
      .updateTable('disputeAgreement')
      .set(json(change.agreement.row, ['clauses', 'signatures', 'confirm']) as never)
      .where('townId', '=', townId)
      .where('disputeId', '=', d.id)
      .where('id', '=', change.agreement.id)
      .execute()
  for (const p of change.performances?.new ?? [])
    await tx
      .insertInto('disputePerformance')
      .values({
        townId,
        id: uuidv7(s.now.getTime()),
        disputeId: d.id,
        agreementId: agreementId!,
        ...json(p, ['proofs']),
      } as never)
      .execute()
  for (const { id, ...p } of change.performances?.change ?? [])
    await tx
      .updateTable('disputePerformance')
      .set(json(p, ['proofs']) as never)
      .where('townId', '=', townId)
      .where('disputeId', '=', d.id)
      .where('id', '=', id)
      .execute()
  await trace(tx, who, d.id, change.says, s, more)
  await tellAll(tx, who, d.id, change.tell ?? [], s)
  if (change.papers?.length) {
    const after = await findAsSystem(tx, townId, d.id)
    for (const p of change.papers) await issuePaper(tx, who, after, p.kind as DocumentKind, p.about ?? '', s)
  }
  if (change.messages?.length)
    await tx
      .insertInto('outgoing')
      .values(
        change.messages.map((m, i) => ({
          townId,
          id: uuidv7(s.now.getTime()),
          channel: 'sms',
          disputeId: d.id,
          partyId: m.partyId,
          subject: '调解通知',
          body: m.body,
          key: `party/${more.requestId}/${i}`,
          madeAt: s.now.toISOString(),
          notBefore: s.now.toISOString(),
        })) as never,
      )
      .execute()
  if (change.matters)
    await tellMatters(tx, who, { ...d, number: (set.number as string) ?? d.number }, change.matters, s)
}

/** The dispute as the work itself needs it after a move, when the mover may have just handed it on. */
const findAsSystem = (tx: Tx, townId: string, id: string): Promise<Dispute> =>
  findDispute(
    tx,
    { ...systemOf(townId), seats: [{ memberId: '', stationId: nobody, level: 'centre', duty: 'head' }] },
    id,
  )

/** The matters hear how it stands, not what was said; their own clocks have run on. */
const tellMatters = async (
  tx: Tx,
  who: Who,
  d: Pick<Dispute, 'id' | 'townId' | 'code' | 'number' | 'petitionIds'>,
  { event, onDay }: { event: MatterEvent; onDay: Day },
  s: Setting,
) => {
  for (const petitionId of d.petitionIds) {
    // Whoever mediates need not see the matter, and may be barred from it: it hears the outcome all the same.
    const { matter, trace: last } = await findMatter(tx, systemOf(d.townId), petitionId, { lock: true })
    if (matter.state === 'closed') continue
    const change = onMatter(matter, event, onDay, d.number ?? d.code, d.id)
    await applyChange(
      tx,
      who,
      matter,
      last,
      {
        ...change,
        tell: [...new Set([matter.mainHandlerId, matter.holderId])]
          .filter((x): x is string => x !== null && x !== who.staffId)
          .map((staffId) => ({ staffId, says: `${matter.number} ${change.says}`, kind: 'mediation' })),
      },
      s,
      { move: 'mediationOutcome' },
    )
  }
}

/** What a member of the station may do without reading the file: take in what was reported, and report a danger. */
export const outlineMoves = ['reportDanger', 'escalate', 'accept', 'tellRights', 'notAccept']

/** Carry out one move. A repeat of the same request is its own success; a page that is behind is told so. */
export const actOnDispute = async (
  tx: Tx,
  who: Who,
  id: string,
  name: string,
  given: { requestId: string; version?: number; input: unknown },
  s: Setting,
): Promise<void> => {
  const move = moveOf(name)
  if (!move) throw new NotFound('没有这一步')
  if (await happened(tx, who.townId, given.requestId)) return
  const me = await mediatorOf(tx, who, s.today)
  const d = await findDispute(tx, me, id, { lock: true })
  // The same request may have been done while this one waited for the row.
  if (await happened(tx, who.townId, given.requestId)) return
  const no =
    looksAt(me, d) !== 'file' && !outlineMoves.includes(name) ? '这件纠纷不由您办理' : move.refusal(d, me, s.today)
  if (no) throw new Refused(no)
  if (given.version !== undefined && given.version !== d.version)
    throw new Refused('他人刚办过这件纠纷，请看过最新的内容再办；您填写的内容没有丢失')
  const parsed = move.input.safeParse(given.input ?? {})
  if (!parsed.success) {
    throw invalidOf(parsed.error.issues)
  }
  const around = {
    calendar: s.law.calendar,
    stations: await stationsOf(tx, who.townId),
    candidates: await candidatesOf(tx, who.townId, d.stationId, s),
  }
  await apply(tx, who, d, move.decide(d, parsed.data, me, s.today, around), s, {
    move: name,
    requestId: given.requestId,
  })
}

/** Whoever has left a committee no longer mediates for it nor reads what was said: its heads name another. */
export const stepDown = async (
  tx: Tx,
  who: Who,
  { stationId, staffId }: { stationId: string; staffId: string },
  s: Setting,
): Promise<void> => {
  const open = await tx
    .selectFrom('dispute')
    .select('id')
    .where('townId', '=', who.townId)
    .where('stationId', '=', stationId)
    .where('state', 'in', [...openStates])
    .where(sql<boolean>`${staffId}::uuid = any (mediator_ids)`)
    .execute()
  const heads = headsOf({ candidates: await candidatesOf(tx, who.townId, stationId, s) })
  for (const { id } of open) {
    const d = await findAsSystem(tx, who.townId, id)
    await apply(tx, who, d, steppedDown(d, staffId, s.today, heads), s, { move: 'stepDown', requestId: uuidv7() })
  }
}
