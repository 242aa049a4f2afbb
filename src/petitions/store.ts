import { sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import { canonical } from '../audit/chain.ts'
import { byOf, type Tx, traceRow, traceValues } from '../audit/trace.ts'
import { catalogue, type DocumentKind } from '../documents/catalogue.ts'
import { petitionNumber } from '../documents/numbering.ts'
import { initials } from '../kit/chinese.ts'
import { type Day, formal } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { queryCode, sm3, uuidv7 } from '../kit/server/crypto.ts'
import type { Keyring } from '../kit/server/keys.ts'
import { jsonColumnsOf, Together, type Worked } from '../kit/server/together.ts'
import type { Who } from '../people/roles.ts'
import { withConsultation } from './carry/consult.ts'
import { dueOf, legalLimits, type RuleId } from './clocks.ts'
import { type CountKey, countKey, countMoves } from './counts.ts'
import type { Change, Law, Paper, PartyChange } from './move.ts'
import { composePaper, type TownFacts } from './paper/compose.ts'
import type { Clock, Matter, Party, Petition } from './petition.ts'
import { visibleTo } from './policy.ts'
import { mustSeal } from './protect/sealed.ts'
import type { Prior, RegisterInput } from './register/move.ts'
import { decideRegister } from './register/move.ts'
import { replayStep } from './replay.ts'
import { calledBad, openQuality } from './revisit/quality.store.ts'

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

/**
 * One matter with all that belongs to it, if this person may see it; locked for the transaction when it is to be changed.
 * `done` tells whether this request has been carried out before. Unseen is not found.
 */
export const findMatter = async (
  tx: Tx,
  who: Who,
  id: string,
  options: { lock?: boolean; requestId?: string } = {},
): Promise<{ matter: Matter; trace: { seq: number; hash: string }; done: boolean }> => {
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
      sql<boolean>`exists (select from trace t where t.town_id = petition.town_id and t.request_id = ${options.requestId ?? null}::uuid)`.as(
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
    done: done as boolean,
  }
}

/** A right (D07) or a window (D04) is not a duty of the office and never makes a matter late. */
const isDuty = (rule: string) => legalLimits[rule as RuleId]?.kind === 'duty'

/** A clock from the law; without a published calendar a right is kept at its bare calendar day, and a working-day window is left out and said so. */
export const startClock = (
  rule: string,
  from: Day,
  law: Law,
  round: number,
  partyId: string | null = null,
): { clock?: Clock; warning?: string } => {
  const fresh = {
    id: uuidv7(),
    rule,
    round,
    fromOn: from,
    extension: 0,
    excluded: 0,
    endedOn: null,
    outcome: null,
    partyId,
  }
  try {
    const due = dueOf(rule as RuleId, { from }, law.calendar)
    return { clock: { ...fresh, dueOn: due.due, steps: due.steps } }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const limit = legalLimits[rule as RuleId]
    if (limit.unit === 'working') return { warning: error.message }
    const everyDay = { has: () => true, isWorkday: () => true, nameOf: () => '' } as unknown as Law['calendar']
    const due = dueOf(rule as RuleId, { from }, everyDay)
    return {
      clock: {
        ...fresh,
        dueOn: due.due,
        steps: [...due.steps, `${error.message}；暂按日历日计，公布后如遇休息日顺延`],
      },
    }
  }
}

/** The clocks after a change, and which of them are new or altered. Pure. */
export const wind = (
  clocks: Clock[],
  change: Change,
  round: number,
  today: Day,
  law: Law,
): { all: Clock[]; changed: Clock[]; warnings: string[] } => {
  const warnings: string[] = []
  const changed = new Map<string, Clock>()
  const all = clocks.map((c) => {
    if (c.endedOn !== null) return c
    const end = change.end?.find(
      (e) => (e.rule === '*' || e.rule === c.rule) && (e.partyId === undefined || c.partyId === e.partyId),
    )
    if (end) {
      const on = end.on ?? today
      const next: Clock = { ...c, endedOn: on, outcome: end.cancelled ? 'cancelled' : on > c.dueOn ? 'late' : 'met' }
      changed.set(c.id, next)
      return next
    }
    const extension = change.extend?.rule === c.rule ? change.extend.days : c.extension
    const excluded = change.exclude?.rule === c.rule ? change.exclude.days : c.excluded
    if (extension !== c.extension || excluded !== c.excluded || change.reckon?.includes(c.id)) {
      const due = dueOf(c.rule as RuleId, { from: c.fromOn, extension, excluded }, law.calendar)
      const next: Clock = { ...c, dueOn: due.due, extension, excluded, steps: due.steps }
      changed.set(c.id, next)
      return next
    }
    return c
  })
  for (const s of change.start ?? []) {
    const { clock, warning } = startClock(s.rule, s.from, law, round, s.partyId ?? null)
    if (warning) warnings.push(warning)
    if (!clock) continue
    // An import starts a clock and ends it in the same breath; in any other move `end` speaks of the clocks that ran before.
    const end = clocks.length === 0 ? change.end?.find((e) => e.rule === s.rule) : undefined
    const fresh = end
      ? {
          ...clock,
          endedOn: end.on ?? today,
          outcome: end.cancelled
            ? ('cancelled' as const)
            : (end.on ?? today) > clock.dueOn
              ? ('late' as const)
              : ('met' as const),
        }
      : clock
    all.push(fresh)
    changed.set(fresh.id, fresh)
  }
  return { all, changed: [...changed.values()], warnings }
}

/** The duty that falls due first. */
export const nextDue = (clocks: Clock[]): { nextDueOn: Day | null; nextDueRule: string | null } => {
  const running = clocks
    .filter((c) => c.endedOn === null && isDuty(c.rule))
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.rule < b.rule ? -1 : 1))
  return { nextDueOn: running[0]?.dueOn ?? null, nextDueRule: running[0]?.rule ?? null }
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
const blankOpinion = {
  request: '',
  facts: '',
  reasons: '',
  opinion: '',
  legalBasis: '',
  remedy: '',
  draftedBy: null,
  draftedOn: null,
  checkedBy: null,
  checkedOn: null,
  signedBy: null,
  signedOn: null,
  returnedReason: '',
  documentId: null,
}
const clockValues = (townId: string, petitionId: string) => (c: Clock) => ({
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
  steps: JSON.stringify(c.steps),
  partyId: c.partyId,
  excluded: c.excluded,
})

/** The next number of a kind and year; the row is locked until the transaction ends, so no number is missing or doubled. */
export const nextNumber = async (tx: Tx, townId: string, kind: string, year: number, by = 1): Promise<number> => {
  const r = await sql<{
    n: number
  }>`insert into number_counter (town_id, kind, year, n) values (${townId}, ${kind}, ${year}, ${by})
    on conflict (town_id, kind, year) do update set n = number_counter.n + ${by} returning n`.execute(tx)
  return r.rows[0]!.n
}

/** Counters spread over shards, so that moves at the same step do not wait for one another. */
const shards = 8
const bump = (w: Together, townId: string, moves: { key: CountKey; n: number }[]): void => {
  const shard = Math.floor(Math.random() * shards)
  const sorted = [...moves].sort((a, b) => (canonical(a.key) < canonical(b.key) ? -1 : 1))
  w.insert(
    'petitionCount',
    sorted.map(({ key, n }) => ({ townId, ...key, shard, n })),
    'on conflict (town_id, village_id, step, grade, is_key, sealed, shard) do update set n = petition_count.n + excluded.n',
  )
}
export const bumpCounts = async (tx: Tx, townId: string, moves: { key: CountKey; n: number }[]): Promise<void> => {
  const w = new Together()
  bump(w, townId, moves)
  await w.write(tx)
}

const petitionColumns = (set: Partial<Petition>): Record<string, unknown> => {
  const out: Record<string, unknown> = { ...set }
  if ('pending' in set) out.pending = set.pending === null ? null : JSON.stringify(set.pending)
  if ('duties' in set) out.duties = set.duties ? JSON.stringify(set.duties) : null
  if ('passes' in set) out.passes = JSON.stringify(set.passes)
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

/** The people of a matter after a change: the same person keeps the row, and with it service, rating and right. Pure. */
export const keepParties = (before: Party[], given: PartyChange[]): Party[] => {
  const taken = new Set<string>()
  return given.map((p, sort) => {
    const was =
      before.find((b) => b.id === p.id && !taken.has(b.id)) ??
      before.find((b) => !taken.has(b.id) && b.role === p.role && b.name === p.name)
    if (was) taken.add(was.id)
    return {
      ...p,
      id: was?.id ?? uuidv7(),
      sort,
      ratingOffice: was?.ratingOffice ?? null,
      ratingUnit: was?.ratingUnit ?? null,
      ratedOn: was?.ratedOn ?? null,
    }
  })
}

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
  const wound = wind(before.clocks, withConsultation(before, { ...before, ...set }, change, today), round, today, s.law)
  Object.assign(set, nextDue(wound.all))
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
  for (const given of change.outcomes ?? []) {
    const row = { round, ...given }
    await tx
      .insertInto('petitionOutcome')
      .values({ townId, petitionId: id, ...row } as never)
      .onConflict((oc) =>
        oc.columns(['townId', 'petitionId', 'round', 'outcome']).doUpdateSet((eb) => ({
          applies: eb.ref('excluded.applies'),
          done: eb.ref('excluded.done'),
          body: eb.ref('excluded.body'),
          handedTo: eb.ref('excluded.handedTo'),
          evidenceIds: eb.ref('excluded.evidenceIds'),
          onDay: eb.ref('excluded.onDay'),
          staffId: eb.ref('excluded.staffId'),
          byName: eb.ref('excluded.byName'),
        })),
      )
      .execute()
    after.outcomes = [...after.outcomes.filter((o) => o.outcome !== row.outcome), row]
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
  w.insert('trace', [traceValues(row)])
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
  if ((await w.write(tx)) === 0) throw new Refused('他人刚处理过此事项，请刷新后再办')
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

/**
 * Issue a paper: numbered where its kind is numbered, its content fixed and hashed. A new version keeps the number of
 * the one it replaces, which stays as it is. It is written with `w`. Throws Refused naming what is missing.
 */
const issue = async (tx: Tx, w: Together, who: Who, m: Matter, paper: Paper, s: Setting) => {
  const kind = paper.kind as DocumentKind
  const entry = catalogue[kind]
  const before = paper.replaces ? await paperToReplace(tx, m, paper.replaces) : null
  const issuedOn = paper.issuedOn ?? s.today
  const year = +issuedOn.slice(0, 4)
  // A paper written by hand had no number when it was written, and gets none afterwards.
  const handwritten = paper.extra.handwritten === true
  const number = before
    ? before.number
    : entry.numbered && !handwritten
      ? entry.number(s.town.shortName, year, await nextNumber(tx, m.townId, kind, year))
      : null
  const extra = {
    ...before?.extra,
    ...paper.extra,
    ...(before?.extra.values || paper.extra.values
      ? { values: { ...(before?.extra.values as object), ...(paper.extra.values as object) } }
      : {}),
  }
  const data = composePaper(kind, m, extra, who, s, number, issuedOn)
  const version = before ? before.version + 1 : 1
  const reason = paper.reason ?? ''
  if (before)
    data.values.版次说明 = `第${version}版，代替${formal(before.issuedOn)}出具的第${before.version}版。重新出具的理由：${reason}`
  if (handwritten)
    data.values.版次说明 = `手写文书，${formal(s.today)}补录。未当时录入的理由：${String(paper.extra.reason ?? '')}`
  const missing = entry.missing(data)
  if (missing.length) throw new Refused(`《${data.title}》还缺：${missing.join('、')}`)
  const row = {
    townId: m.townId,
    id: uuidv7(s.now.getTime()),
    petitionId: m.id === '' ? null : m.id,
    kind,
    number,
    title: data.title,
    issuedOn,
    data: JSON.stringify(data),
    sha256: sm3(canonical(data)),
    staffId: who.staffId,
    byName: who.name,
    at: s.now.toISOString(),
    version,
    replacesId: before ? paper.replaces! : null,
    reason,
    templateId: ((p) =>
      `(select id from document_template where town_id = ${p(m.townId)}::uuid and kind = ${p(kind)} order by version desc limit 1)`) as Worked,
  }
  w.insert('document', [row])
  return {
    id: row.id,
    kind,
    number,
    title: row.title,
    issuedOn,
    byName: who.name,
    at: row.at,
    sha256: row.sha256,
    version,
    replacesId: row.replacesId,
    reason,
  }
}

/** Issue one paper that goes with no move of a matter, in the caller's transaction. */
export const issueAlone = async (tx: Tx, who: Who, m: Matter, paper: Paper, s: Setting) => {
  const w = new Together()
  const d = await issue(tx, w, who, m, paper, s)
  await w.write(tx)
  return d
}

/** The newest version of a paper, to be replaced by one more. */
const paperToReplace = async (tx: Tx, m: Matter, id: string) => {
  const d = await tx
    .selectFrom('document')
    .select(['number', 'version', 'issuedOn', 'data'])
    .where('townId', '=', m.townId)
    .where('petitionId', '=', m.id)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!d) throw new NotFound('没有这份文书')
  if (m.documents.some((x) => x.replacesId === id)) throw new Refused('这份文书已有新版本，请对最新的一版重新出具')
  return {
    number: d.number,
    version: d.version,
    issuedOn: d.issuedOn as unknown as Day,
    extra: (d.data as { extra?: Record<string, unknown> }).extra ?? {},
  }
}

export interface Registration {
  input: RegisterInput
  prior?: Prior
  requestId?: string | null
  importId?: string
  externalId?: string
  /** The place in this same batch of the matter it repeats. */
  repeatOfIndex?: number
  /** Columns that an import settles otherwise than a counter would. */
  set?: Partial<Petition>
}

/** Why a place can't be: a village outside its area, a grid outside its village. Fills the levels above. */
export const placesOf = async (tx: Tx, townId: string) => {
  const [villages, grids] = [
    await tx.selectFrom('village').select(['id', 'areaId']).where('townId', '=', townId).execute(),
    await tx.selectFrom('grid').select(['id', 'villageId']).where('townId', '=', townId).execute(),
  ]
  const areaOf = new Map(villages.map((v) => [v.id, v.areaId]))
  const villageOf = new Map(grids.map((g) => [g.id, g.villageId]))
  return (i: Pick<RegisterInput, 'areaId' | 'villageId' | 'gridId'>) => {
    const villageId = i.gridId ? (villageOf.get(i.gridId) ?? null) : i.villageId
    if (i.gridId && !villageId) throw new Refused('没有这个网格')
    if (villageId && !areaOf.has(villageId)) throw new Refused('没有这个村')
    return { gridId: i.gridId, villageId, areaId: villageId ? areaOf.get(villageId)! : i.areaId }
  }
}

export interface Registered {
  id: string
  number: string
  queryCode: string
  warnings: string[]
}

/**
 * Register matters (T1, T2), one or thousands, through the same rule; every one gets its number, query code, trace and
 * clocks. Returns them in order.
 */
export const registerMany = async (tx: Tx, who: Who, given: Registration[], s: Setting): Promise<Registered[]> => {
  const w = new Together()
  const made = await gatherRegistrations(tx, w, who, given, s)
  await w.write(tx)
  return made
}

/** What registrations need of the database before they can be gathered: the places, and their numbers set aside. */
export const reserve = async (tx: Tx, who: Who, given: readonly Registration[], s: Setting) => {
  const years = new Map<number, number>()
  for (const g of given) {
    const y = yearOf(g, s)
    years.set(y, (years.get(y) ?? 0) + 1)
  }
  const nextOf = new Map<number, number>()
  for (const [y, count] of [...years].sort((a, b) => a[0] - b[0]))
    nextOf.set(y, (await nextNumber(tx, who.townId, 'petition', y, count)) - count)
  return { place: await placesOf(tx, who.townId), nextOf }
}
const yearOf = (g: Registration, s: Setting) => +(g.prior ? g.input.receivedOn : s.today).slice(0, 4)

/**
 * The same, gathered into `w`: nothing but their numbers is in the database before that is written. With what is
 * `reserved` already, matters of earlier days, which have no receipt, are gathered without asking the database.
 */
export const gatherRegistrations = async (
  tx: Tx,
  w: Together,
  who: Who,
  given: Registration[],
  s: Setting,
  reserved?: Awaited<ReturnType<typeof reserve>>,
): Promise<Registered[]> => {
  if (given.length === 0) return []
  // What must be sealed goes to its own store (protect/sealed.store.ts) and never touches these tables.
  if (given.some((g) => mustSeal(g.input))) throw new Refused('检举控告和要求保密的事项须即时密封，不能登入公共台账')
  const { townId } = who
  const { place, nextOf } = reserved ?? (await reserve(tx, who, given, s))

  const petitions: Record<string, unknown>[] = []
  const parties: Record<string, unknown>[] = []
  const clocks: ReturnType<ReturnType<typeof clockValues>>[] = []
  const claims: Record<string, unknown>[] = []
  const records: Record<string, unknown>[] = []
  const links: Record<string, unknown>[] = []
  const traces: ReturnType<typeof traceValues>[] = []
  const counts = new Map<string, { key: CountKey; n: number }>()
  const out: Registered[] = []
  const receipts: { matter: Matter; row: Record<string, unknown> }[] = []

  for (const g of given) {
    const input = { ...g.input, ...place(g.input) }
    const { set: decided, change, claims: claimTexts } = decideRegister(input, who, s.today, g.prior)
    const repeated = g.repeatOfIndex === undefined ? undefined : out[g.repeatOfIndex]
    const set = { ...decided, ...g.set, ...(repeated ? { repeat: true, firstTime: false } : {}) }
    const id = uuidv7(s.now.getTime())
    const y = yearOf(g, s)
    const n = nextOf.get(y)! + 1
    nextOf.set(y, n)
    const number = petitionNumber('XF', y, n)
    const code = queryCode()
    // A matter of earlier days was consulted on then, or was not: nobody is asked for it now.
    const asked = g.prior ? change : withConsultation(null, { ...(set as Petition), round: 1 }, change, s.today)
    const wound = wind([], asked, 1, s.today, s.law)
    const row = {
      townId,
      id,
      number,
      queryCode: code,
      ...petitionColumns(set),
      initials: initials(`${set.title ?? ''}`.slice(0, 60)),
      ...nextDue(wound.all),
      importId: g.importId ?? null,
      externalId: g.externalId ?? null,
      createdAt: s.now.toISOString(),
      updatedAt: s.now.toISOString(),
      version: 1,
    } as Record<string, unknown>
    const people = input.parties
      .filter((p) => p.name !== '')
      .map((p, sort) => ({ townId, id: uuidv7(), petitionId: id, ...p, sort }))
    parties.push(...people)
    clocks.push(...wound.all.map(clockValues(townId, id)))
    const claimRows = claimTexts.map((body, sort) => ({ townId, id: uuidv7(), petitionId: id, body, sort }))
    claims.push(...claimRows)
    if (change.record)
      records.push({
        townId,
        id: uuidv7(s.now.getTime()),
        petitionId: id,
        kind: change.record.kind,
        onDay: change.record.onDay,
        body: change.record.body,
        data: JSON.stringify(change.record.data ?? {}),
        staffId: who.staffId,
        byName: who.name,
        at: s.now.toISOString(),
      })
    for (const l of input.links)
      links.push({
        townId,
        id: uuidv7(),
        fromId: id,
        toId: l.toId,
        kind: l.kind,
        note: l.note,
        byId: who.staffId,
        at: s.now.toISOString(),
      })
    if (repeated)
      links.push({
        townId,
        id: uuidv7(),
        fromId: id,
        toId: repeated.id,
        kind: 'repeat',
        note: '同一台账中再次出现',
        byId: who.staffId,
        at: s.now.toISOString(),
      })
    const repeats = [
      ...input.links.filter((l) => l.kind === 'repeat').map((l) => l.toId),
      ...(repeated ? [repeated.id] : []),
    ]
    const trace = traceRow(
      byOf(who),
      {
        subjectId: id,
        subjectKind: 'petition',
        kind: 'register',
        says: change.says,
        move: 'register',
        requestId: g.requestId ?? null,
        data: {
          ...(g.externalId ? { externalId: g.externalId } : {}),
          ...replayStep(set, wound.all, {}),
          ...(repeats.length ? { repeats } : {}),
        },
      },
      1,
      '',
      s.now,
    )
    traces.push(traceValues(trace))
    row.traceSeq = 1
    row.traceHash = trace.hash
    petitions.push(row)
    const key = countKey(set as Petition)
    const slot = canonical(key)
    counts.set(slot, { key, n: (counts.get(slot)?.n ?? 0) + 1 })
    out.push({ id, number, queryCode: code, warnings: wound.warnings })
    if (change.papers?.length)
      receipts.push({
        matter: {
          ...(row as unknown as Petition),
          parties: people as never,
          clocks: wound.all,
          claims: claimRows as never,
          records: [],
          attachments: [],
          opinionNow: null,
          tests: [],
          documents: [],
          services: [],
          links: [],
          reviews: [],
          tasks: [],
          outcomes: [],
        },
        row,
      })
  }
  const few = given.length <= 50
  const jsonOf = few ? null : await jsonColumnsOf(tx)
  const all = (table: keyof DB, rows: readonly object[]) =>
    jsonOf ? w.insertMany(table, rows as never, jsonOf(table)) : w.insert(table, rows as never)
  all('petition', petitions)
  all('petitionParty', parties)
  all('petitionClock', clocks)
  all('petitionClaim', claims)
  all('petitionRecord', records)
  all('petitionLink', links)
  all('trace', traces)
  all(
    'searchQueue',
    out.map((o) => ({ townId, petitionId: o.id })),
  )
  bump(w, townId, [...counts.values()])
  for (const r of receipts) await issue(tx, w, who, r.matter, { kind: 'registrationReceipt', extra: {} }, s)
  return out
}

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
