import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import type { Who } from '../people/roles.ts'
import { factsFromRows, factsFromTrace, peopleOn } from './facts.query.ts'
import { indicators, isIndicator } from './measure.ts'
import type { PlanRow } from './routes.ts'
import {
  type Assessing,
  assessing,
  type Correction,
  type Line,
  type Lists,
  type Person,
  periodOf,
  type Report,
  type Score,
  whatIf,
} from './score.ts'
import type { At } from './trail.store.ts'

export const plansOf = async (tx: Tx, townId: string): Promise<PlanRow[]> =>
  (await tx
    .selectFrom('assessmentPlan')
    .select(['id', 'name', 'fromOn', 'toOn', 'status', 'closedOn', 'version', 'lists'])
    .where('townId', '=', townId)
    .orderBy('fromOn', 'desc')
    .orderBy('id', 'desc')
    .execute()) as never

export const findPlan = async (tx: Tx, townId: string, id: string, lock = false): Promise<PlanRow> => {
  let q = tx
    .selectFrom('assessmentPlan')
    .select(['id', 'name', 'fromOn', 'toOn', 'status', 'closedOn', 'version', 'lists'])
    .where('townId', '=', townId)
    .where('id', '=', id)
  if (lock) q = q.forUpdate()
  const row = await q.executeTakeFirst()
  if (!row) throw new NotFound('没有这个考核方案')
  return row as never
}

export const openPlan = (plan: PlanRow) => {
  if (plan.status !== 'open') throw new Refused(plan.status === 'draft' ? '方案还没有开始' : '方案已经关闭')
}

export const itemName = (plan: PlanRow, item: string) =>
  isIndicator(item) ? indicators[item].name : (plan.lists.tasks.find((t) => t.code === item)?.text ?? item)

/** Reports and upheld appeals of a plan, by person. */
export const givenOf = async (tx: Tx, townId: string, planId: string) => {
  const reports = await tx
    .selectFrom('assessmentReport')
    .selectAll()
    .where('townId', '=', townId)
    .where('planId', '=', planId)
    .execute()
  const appeals = await tx
    .selectFrom('assessmentAppeal')
    .selectAll()
    .where('townId', '=', townId)
    .where('planId', '=', planId)
    .orderBy('madeOn')
    .orderBy('id')
    .execute()
  return {
    reports,
    appeals,
    of: (staffId: string): { reports: Report[]; corrections: Correction[] } => ({
      reports: reports.filter((r) => r.staffId === staffId) as never,
      corrections: appeals.filter((a) => a.staffId === staffId && a.state === 'upheld') as never,
    }),
  }
}

/** The instant a plan was closed: what was known then is what its result was made of. */
const closedAt = async (tx: Tx, townId: string, planId: string): Promise<string | null> => {
  const r = await sql<{
    at: string
  }>`select at from trace where town_id = ${townId}::uuid and subject_id = ${planId}::uuid
    and kind = 'assess' and data->>'to' = 'closed' order by seq desc limit 1`.execute(tx)
  return r.rows[0]?.at ?? null
}

export interface Standing {
  plan: PlanRow
  cutoff: Day
  people: { person: Person; score: Score }[]
  given: Awaited<ReturnType<typeof givenOf>>
  book: Assessing
}

/**
 * Everybody's score under a plan. An open plan is counted from the facts as they are; a closed one is what was fixed when it
 * was closed. `from: 'trace'` replays the trace instead of reading the rows.
 */
export const standingOf = async (
  tx: Tx,
  townId: string,
  plan: PlanRow,
  today: Day,
  options: { from?: 'rows' | 'trace'; anew?: boolean } = {},
): Promise<Standing> => {
  const period = periodOf(plan, today)
  const facts =
    options.from === 'trace'
      ? await factsFromTrace(tx, townId, plan.status === 'closed' ? await closedAt(tx, townId, plan.id) : null)
      : await factsFromRows(tx, townId)
  const book = assessing(facts, period)
  const given = await givenOf(tx, townId, plan.id)
  const fixed =
    plan.status === 'closed' && !options.anew
      ? new Map(
          (
            await tx
              .selectFrom('assessmentResult')
              .selectAll()
              .where('townId', '=', townId)
              .where('planId', '=', plan.id)
              .execute()
          ).map((r) => [r.staffId, { lines: r.lines as Line[], total: r.total }]),
        )
      : null
  const people = (await peopleOn(tx, townId, period.cutoff))
    .filter((p) => !fixed || fixed.has(p.staffId))
    .map((person) => ({
      person,
      score: fixed?.get(person.staffId) ?? book.score(person, { ...given.of(person.staffId), lists: plan.lists }),
    }))
  return { plan, cutoff: period.cutoff, people, given, book }
}

/** Try other weights: nothing is written. */
export const tryWeights = async (tx: Tx, who: Who, planId: string, lists: Lists, at: At) => {
  const plan = await findPlan(tx, who.townId, planId)
  const s = await standingOf(tx, who.townId, plan, at.today, { anew: true })
  return whatIf(
    s.people,
    s.people.map(({ person }) => s.book.score(person, { ...s.given.of(person.staffId), lists })),
  )
}

/** Count again from the trace and say where it differs from what is shown. */
export const recount = async (tx: Tx, townId: string, planId: string, today: Day) => {
  const plan = await findPlan(tx, townId, planId)
  const shown = await standingOf(tx, townId, plan, today)
  const again = await standingOf(tx, townId, plan, today, { from: 'trace', anew: true })
  const differences: string[] = []
  for (const { person, score } of shown.people) {
    const other = again.people.find((p) => p.person.staffId === person.staffId)?.score
    for (const line of score.lines) {
      const l = other?.lines.find((x) => x.item === line.item)
      if (!l || l.num !== line.num || l.den !== line.den || l.points !== line.points)
        differences.push(
          `${person.post}“${line.name}”：显示 ${line.num ?? '—'}/${line.den ?? '—'}，留痕 ${l?.num ?? '—'}/${l?.den ?? '—'}`,
        )
    }
    if (other?.total !== score.total) differences.push(`${person.post}总分：显示 ${score.total}，留痕 ${other?.total}`)
  }
  const matters = await sql<{
    n: number
  }>`select count(*)::int as n from petition where town_id = ${townId}::uuid`.execute(tx)
  return {
    same: differences.length === 0,
    people: shown.people.length,
    matters: matters.rows[0]!.n,
    differences: differences.slice(0, 50),
  }
}
