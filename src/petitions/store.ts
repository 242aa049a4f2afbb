import { sql } from 'kysely'
import { byOf, type Tx, traceRow } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Keyring } from '../kit/server/keys.ts'
import { Together } from '../kit/server/together.ts'
import type { Who } from '../people/roles.ts'
import { blankOpinion, keepParties } from './apply.ts'
import { withConsultation } from './carry/consult.ts'
import { bump } from './counts.store.ts'
import { countKey, countMoves } from './counts.ts'
import type { Change, Law, Paper } from './move.ts'
import type { TownFacts } from './paper/compose.ts'
import { issue } from './paper/issue.store.ts'
import type { Clock, Matter, Petition } from './petition.ts'
import { visibleTo } from './policy.ts'
import { replayStep } from './replay.ts'
import { calledBad, openQuality } from './revisit/quality.store.ts'
import { nextDue, wind } from './wind.ts'

/** What the edges hand to the store besides the transaction. */
export interface Setting {
  law: Law
  town: TownFacts
  today: Day
  now: Date
  /** The keys of the sealed store; without them nothing can be sealed. */
  keys?: Keyring
  /** Where citizens look up progress; unset while this office has no such address. */
  publicUrl?: string
}

const camel = (key: string) => key.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase())
/** Rows aggregated as JSON inside the database come with column names; one level deep they become ours. */
const camelRow = <T>(row: Record<string, unknown>): T =>
  Object.fromEntries(Object.entries(row).map(([k, v]) => [camel(k), v])) as T

const agg = (table: string, columns: string, order: string, where = '') =>
  sql`(select coalesce(json_agg(x), '[]') from (select ${sql.raw(columns)} from ${sql.raw(table)} c where c.town_id = petition.town_id and c.petition_id = petition.id ${sql.raw(where)} order by ${sql.raw(order)}) x)`

/** What a request that was carried out before did, and for whom. */
export interface DoneAs {
  move: string | null
  staffId: string | null
}

/**
 * One matter with all that belongs to it, if this person may see it; locked for the transaction when it is to be changed.
 * `done` tells as what this request has been carried out before. Unseen is not found.
 */
export const findMatter = async (
  tx: Tx,
  who: Who,
  id: string,
  options: { lock?: boolean; requestId?: string } = {},
): Promise<{ matter: Matter; trace: { seq: number; hash: string }; done: DoneAs | null }> => {
  let query = tx
    .selectFrom('petition')
    .selectAll('petition')
    .select([
      agg(
        'petition_party',
        'id, sort, role, kind, name, phone, address, id_type, id_last4, id_checked, is_representative, e_service, acts_for, note, rating_office, rating_unit, rated_on',
        'c.sort, c.id',
      ).as('parties'),
      agg(
        'petition_clock',
        'id, rule, round, from_on, due_on, extension, ended_on, outcome, steps, party_id, excluded',
        'c.from_on, c.rule, c.id',
      ).as('clocks'),
      agg('petition_claim', 'id, sort, body, result, answer, basis', 'c.sort, c.id').as('claims'),
      agg('petition_record', 'id, kind, on_day, body, data, staff_id, by_name, at', 'c.at, c.id').as('records'),
      agg(
        'attachment',
        'id, name, kind, note, mime, size, sha256, staff_id, by_name, at, brought, withdrawn_at, withdrawn_reason',
        'c.at, c.id',
      ).as('attachments'),
      agg('petition_opinion', '*', 'c.n desc', 'and c.round = petition.round').as('opinions'),
      agg('closing_test', '*', 'c.test', 'and c.round = petition.round').as('tests'),
      agg(
        'document',
        'id, kind, number, title, issued_on, by_name, at, sha256, version, replaces_id, reason',
        'c.at, c.version, c.id',
      ).as('documents'),
      agg(
        'service',
        'id, document_id, way, served_on, receiver, relation, place, post_number, consent, outcome, witness, attitude, note, by_name, at, party_id',
        'c.at, c.id',
      ).as('services'),
      agg('petition_review', '*', 'c.asked_on, c.level desc, c.id', 'and c.round = petition.round').as('reviews'),
      agg('petition_task', '*', 'c.id').as('tasks'),
      agg('petition_outcome', '*', 'c.outcome', 'and c.round = petition.round').as('outcomes'),
      sql`(select coalesce(json_agg(x), '[]') from (
        select l.id, l.kind, l.note, q.id as petition_id, q.number, q.title, q.state, q.conclusion
        from petition_link l join petition q on q.town_id = l.town_id and q.id = case when l.from_id = petition.id then l.to_id else l.from_id end
        where l.town_id = petition.town_id and (l.from_id = petition.id or l.to_id = petition.id)
          and not q.sealed and not (${who.staffId}::uuid = any (q.barred_ids)) order by q.number) x)`.as('links'),
      sql<
        string[]
      >`array(select r.staff_id from recusal r where r.town_id = petition.town_id and r.petition_id = petition.id and r.status = 'open')`.as(
        'recusing',
      ),
      sql<
        Matter['ownRating']
      >`(select json_build_object('office', r.office, 'unit', r.unit) from petitioner_rating r where r.town_id = petition.town_id and r.petition_id = petition.id and r.round = petition.round)`.as(
        'ownRating',
      ),
      sql<DoneAs | null>`(select json_build_object('move', t.move, 'staffId', t.staff_id) from trace t
        where t.town_id = petition.town_id and t.request_id = ${options.requestId ?? null}::uuid and t.subject_id = petition.id)`.as(
        'done',
      ),
    ])
    .where('petition.id', '=', id)
    .where((eb) => visibleTo(who)(eb))
  if (options.lock) query = query.forUpdate('petition')
  const row = (await query.executeTakeFirst()) as Record<string, never> | undefined
  if (!row) throw new NotFound()
  const rows = <T>(k: string) =>
    ((row as Record<string, unknown>)[k] as Record<string, unknown>[]).map((r) => camelRow<T>(r))
  const opinions = rows<NonNullable<Matter['opinionNow']>>('opinions')
  const {
    parties,
    clocks,
    claims,
    records,
    attachments,
    opinions: _o,
    tests,
    documents,
    services,
    links,
    reviews,
    tasks,
    outcomes,
    done,
    traceSeq,
    traceHash,
    ...petition
  } = row as Record<string, unknown>
  return {
    matter: {
      ...(petition as unknown as Petition),
      parties: rows('parties'),
      clocks: rows('clocks'),
      claims: rows('claims'),
      records: rows('records'),
      attachments: rows('attachments'),
      opinionNow: opinions[0] ?? null,
      tests: rows('tests'),
      documents: rows('documents'),
      services: rows('services'),
      links: rows('links'),
      reviews: rows('reviews'),
      tasks: rows('tasks'),
      outcomes: rows('outcomes'),
    },
    trace: { seq: traceSeq as number, hash: traceHash as string },
    done: done as DoneAs | null,
  }
}

const clockChanges = ['dueOn', 'extension', 'endedOn', 'outcome', 'steps', 'excluded']
const testChanges = [
  'answer',
  'evidenceIds',
  'answeredBy',
  'answeredOn',
  'confirmed',
  'confirmedBy',
  'confirmedOn',
  'reason',
]
const outcomeChanges = ['applies', 'done', 'body', 'handedTo', 'evidenceIds', 'onDay', 'staffId', 'byName']
const stepsAsWritten = new WeakMap<readonly string[], string>()
/** Matters that run by one limit share its steps: they are written out once. */
const stepsText = (steps: readonly string[]): string => {
  const before = stepsAsWritten.get(steps)
  if (before !== undefined) return before
  const text = JSON.stringify(steps)
  stepsAsWritten.set(steps, text)
  return text
}
export const clockValues = (townId: string, petitionId: string) => (c: Clock) => ({
  townId,
  id: c.id,
  petitionId,
  round: c.round,
  rule: c.rule,
  fromOn: c.fromOn,
  dueOn: c.dueOn,
  extension: c.extension,
  endedOn: c.endedOn,
  outcome: c.outcome,
  steps: stepsText(c.steps),
  partyId: c.partyId,
  excluded: c.excluded,
})

export const petitionColumns = (set: Partial<Petition>): Record<string, unknown> => {
  const out: Record<string, unknown> = { ...set }
  if ('pending' in set) out.pending = set.pending === null ? null : JSON.stringify(set.pending)
  if ('duties' in set) out.duties = set.duties ? JSON.stringify(set.duties) : null
  if ('passes' in set) out.passes = JSON.stringify(set.passes)
  if ('uncounted' in set) out.uncounted = JSON.stringify(set.uncounted)
  if ('echo' in set) out.echo = set.echo ? JSON.stringify(set.echo) : null
  return out
}

/** A move made on paper first and keyed in later: the true day, and why only now. */
export interface Late {
  doneOn: Day
  reason: string
}

const partyColumns = [
  'sort',
  'role',
  'kind',
  'name',
  'phone',
  'address',
  'idType',
  'idLast4',
  'idChecked',
  'isRepresentative',
  'eService',
  'actsFor',
  'note',
] as const

export interface Applied {
  matter: Matter
  version: number
}

/**
 * Write one change: row, trace, clocks, papers, records, counters, notices, search queue, in the caller's transaction.
 * Throws Refused when somebody changed the matter meanwhile.
 */
export const applyChange = async (
  tx: Tx,
  who: Who,
  before: Matter,
  trace: { seq: number; hash: string },
  change: Change,
  s: Setting,
  said: { move: string; requestId?: string | null; late?: Late },
): Promise<Applied> => {
  const { townId, id } = before
  const { now, today } = s
  const set: Partial<Petition> = { ...change.set }
  const round = set.round ?? before.round
  const wound = wind(before, withConsultation(before, { ...before, ...set }, change, today), round, today, s.law)
  Object.assign(set, nextDue(wound.all))
  if (wound.uncounted.length + before.uncounted.length) set.uncounted = wound.uncounted
  if (change.kind !== 'read' && change.kind !== 'remind' && !change.standsStill) set.lastProgressOn = today
  const after: Matter = { ...before, ...set, clocks: wound.all }
  const w = new Together()

  if (change.parties) {
    // Rows keep their ids: service, ratings and rights hang on them.
    const kept = keepParties(before.parties, change.parties)
    const gone = before.parties.filter((p) => !kept.some((k) => k.id === p.id)).map((p) => p.id)
    if (gone.length) await tx.deleteFrom('petitionParty').where('townId', '=', townId).where('id', 'in', gone).execute()
    if (kept.length)
      await tx
        .insertInto('petitionParty')
        .values(kept.map((p) => ({ townId, petitionId: id, ...p })) as never)
        .onConflict((oc) =>
          oc
            .columns(['townId', 'id'])
            .doUpdateSet((eb) => Object.fromEntries(partyColumns.map((c) => [c, eb.ref(`excluded.${c}`)])) as never),
        )
        .execute()
    after.parties = kept
  }
  if (change.rate) {
    const { partyId, office, unit, on } = change.rate
    w.update(
      'petitionParty',
      { ratingOffice: office, ratingUnit: unit, ratedOn: on },
      { townId, id: partyId, petitionId: id },
    )
    after.parties = after.parties.map((p) =>
      p.id === partyId ? { ...p, ratingOffice: office, ratingUnit: unit, ratedOn: on } : p,
    )
  }
  const checks = calledBad(change) ? await openQuality(tx, after, s) : []
  if (change.review) {
    if (change.review.new) {
      const row = { id: uuidv7(now.getTime()), round, ...change.review.row }
      await tx
        .insertInto('petitionReview')
        .values({ townId, petitionId: id, ...row } as never)
        .execute()
      after.reviews = [...after.reviews, row]
    } else {
      for (const { id: reviewId, ...row } of change.review.rows) {
        await tx
          .updateTable('petitionReview')
          .set(row as never)
          .where('townId', '=', townId)
          .where('id', '=', reviewId)
          .where('petitionId', '=', id)
          .execute()
        after.reviews = after.reviews.map((r) => (r.id === reviewId ? { ...r, ...row } : r))
      }
    }
  }
  if (change.tasks?.new?.length) {
    const rows = change.tasks.new.map((t) => ({ id: uuidv7(now.getTime()), round, ...t }))
    await tx
      .insertInto('petitionTask')
      .values(rows.map((t) => ({ townId, petitionId: id, ...t })) as never)
      .execute()
    after.tasks = [...after.tasks, ...rows]
  }
  for (const { id: taskId, ...t } of change.tasks?.change ?? []) {
    await tx
      .updateTable('petitionTask')
      .set(t as never)
      .where('townId', '=', townId)
      .where('id', '=', taskId)
      .where('petitionId', '=', id)
      .execute()
    after.tasks = after.tasks.map((x) => (x.id === taskId ? { ...x, ...t } : x))
  }
  if (change.outcomes) {
    const told = new Map(change.outcomes.map((o) => [o.outcome, { round, ...o }]))
    w.upsert(
      'petitionOutcome',
      [...told.values()].map((o) => ({ townId, petitionId: id, ...o })),
      ['townId', 'petitionId', 'round', 'outcome'],
      outcomeChanges,
    )
    after.outcomes = [...after.outcomes.filter((o) => !told.has(o.outcome)), ...told.values()]
  }
  if (change.claims) {
    if (before.claims.length)
      await tx.deleteFrom('petitionClaim').where('townId', '=', townId).where('petitionId', '=', id).execute()
    const rows = change.claims.map((c, sort) => ({ townId, id: uuidv7(), petitionId: id, ...c, sort }))
    w.insert('petitionClaim', rows)
    after.claims = rows as never
  }
  w.upsert('petitionClock', wound.changed.map(clockValues(townId, id)), ['townId', 'id'], clockChanges)
  if (change.record) {
    const row = {
      townId,
      id: uuidv7(now.getTime()),
      petitionId: id,
      kind: change.record.kind,
      onDay: change.record.onDay,
      body: change.record.body,
      data: JSON.stringify(change.record.data ?? {}),
      staffId: who.staffId,
      byName: who.name,
      at: now.toISOString(),
    }
    w.insert('petitionRecord', [row])
    after.records = [...after.records, { ...row, data: change.record.data ?? {} } as never]
  }
  if (change.opinion) {
    const { new: fresh, ...o } = change.opinion
    if (!fresh && !before.opinionNow) throw new Refused('没有意见书草稿')
    after.opinionNow = (
      fresh
        ? { ...blankOpinion, townId, id: uuidv7(), petitionId: id, round, n: (before.opinionNow?.n ?? 0) + 1, ...o }
        : { ...before.opinionNow, ...o }
    ) as never
  }
  if (change.tests) {
    const rows = change.tests.map((t) => ({
      townId,
      petitionId: id,
      round,
      test: t.test,
      answer: t.answer,
      evidenceIds: t.evidenceIds,
      answeredBy: t.answeredBy,
      answeredOn: t.answeredOn,
      confirmed: t.confirmed,
      confirmedBy: t.confirmedBy,
      confirmedOn: t.confirmedOn,
      reason: t.reason,
    }))
    w.upsert('closingTest', rows, ['townId', 'petitionId', 'round', 'test'], testChanges)
    after.tests = change.tests
  }
  const papers: string[] = []
  // Every service has its 送达回证.
  const issued: Paper[] = [
    ...(change.papers ?? []),
    ...(change.service ? [{ kind: 'serviceReceipt', extra: { ...change.service } }] : []),
  ]
  for (const paper of issued) {
    const d = await issue(tx, w, who, after, paper, s)
    papers.push(`《${d.title}》${d.number ?? ''}${d.version > 1 ? `第 ${d.version} 版` : ''}`)
    after.documents = [...after.documents, d]
    if (after.opinionNow && (paper.kind === 'handlingOpinion' || paper.kind === 'suggestionReply'))
      after.opinionNow = { ...after.opinionNow, documentId: d.id }
  }
  if (after.opinionNow && after.opinionNow !== before.opinionNow) {
    const { new: fresh, ...o } = change.opinion ?? {}
    const { documentId } = after.opinionNow
    if (fresh) w.insert('petitionOpinion', [{ ...after.opinionNow }])
    else w.update('petitionOpinion', { ...o, documentId }, { townId, id: after.opinionNow.id })
  }
  if (change.service) {
    const row = {
      id: uuidv7(now.getTime()),
      partyId: null,
      relation: 'self' as const,
      place: '',
      postNumber: '',
      consent: false,
      ...change.service,
      byName: who.name,
      at: now.toISOString(),
    }
    w.insert('service', [{ townId, petitionId: id, ...row, staffId: who.staffId }])
    after.services = [...after.services, row]
  }
  if (change.link) {
    const { toId, kind, note } = change.link
    w.insert('petitionLink', [
      { townId, id: uuidv7(), fromId: id, toId, kind, note, byId: who.staffId, at: now.toISOString() },
    ])
  }
  if (change.unlink)
    await tx.deleteFrom('petitionLink').where('townId', '=', townId).where('id', '=', change.unlink).execute()

  const late = said.late ? `（线下于 ${said.late.doneOn} 办理，今日补录；${said.late.reason}）` : ''
  const consult = wound.changed.find((c) => c.rule === 'D20' && !before.clocks.some((b) => b.id === c.id))
  const says = [
    change.says,
    ...(papers.length ? [`出具${papers.join('、')}`] : []),
    ...(consult ? [`重大初信初访，${consult.dueOn} 前召集会诊`] : []),
    ...wound.warnings,
  ]
    .join('；')
    .concat(late)
  const row = traceRow(
    byOf(who),
    {
      subjectId: id,
      subjectKind: 'petition',
      kind: change.kind,
      says,
      data: {
        ...change.data,
        ...(wound.warnings.length ? { warnings: wound.warnings } : {}),
        ...(said.late ? { late: said.late } : {}),
        ...replayStep(set, wound.changed, change),
      },
      move: said.move,
      requestId: said.requestId ?? null,
    },
    trace.seq + 1,
    trace.hash,
    now,
  )
  w.insert('trace', [row])
  bump(w, townId, countMoves(countKey(before), countKey(after)))
  // Who must step aside learns nothing of it.
  tell(
    w,
    townId,
    id,
    who,
    [...(change.tell ?? []), ...checks].filter((n) => !after.barredIds.includes(n.staffId)),
    now,
  )
  if (
    change.set?.title !== undefined ||
    change.set?.request !== undefined ||
    change.set?.facts !== undefined ||
    change.parties
  )
    queueSearch(w, townId, [id])
  const version = before.version + (change.kind === 'read' ? 0 : 1)
  w.update(
    'petition',
    { ...petitionColumns(set), version, traceSeq: row.seq, traceHash: row.hash, updatedAt: now.toISOString() },
    { townId, id, version: before.version, traceSeq: trace.seq },
  )
  if ((await w.write(tx)) === 0) throw new Refused('他人刚处理过此事项，请看过最新的内容再办')
  return { matter: { ...after, version }, version }
}

const queueSearch = (w: Together, townId: string, ids: string[]) =>
  w.insert(
    'searchQueue',
    ids.map((petitionId) => ({ townId, petitionId })),
    'on conflict (town_id, petition_id) do nothing',
  )

const tell = (
  w: Together,
  townId: string,
  petitionId: string | null,
  who: Who,
  notes: NonNullable<Change['tell']>,
  now: Date,
) =>
  w.insert(
    'notice',
    notes
      .filter((n) => n.staffId !== who.staffId)
      .map((n) => ({
        townId,
        id: uuidv7(now.getTime()),
        staffId: n.staffId,
        petitionId,
        kind: n.kind ?? 'tell',
        says: n.says,
        fromName: who.name,
        at: now.toISOString(),
      })),
  )

/** Write a trace of reading: no version change, the chain moves on. */
export const traceRead = async (
  tx: Tx,
  who: Who,
  m: Matter,
  trace: { seq: number; hash: string },
  says: string,
  data: unknown,
  s: Setting,
) =>
  applyChange(tx, who, m, trace, { kind: 'read', says, data: data as Record<string, unknown> }, s, { move: 'reveal' })
