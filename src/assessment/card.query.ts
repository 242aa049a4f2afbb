import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { NotFound } from '../kit/errors.ts'
import type { Who } from '../people/roles.ts'
import { visibleTo } from '../petitions/policy.ts'
import { indicators, isIndicator } from './measure.ts'
import { itemName, type Standing } from './standing.query.ts'

const standingWords = (people: Standing['people'], staffId: string): string | null => {
  const me = people.find((p) => p.person.staffId === staffId)
  if (!me || me.score.total === null) return null
  const peers = people
    .filter((p) => p.person.role === me.person.role && p.score.total !== null)
    .map((p) => p.score.total!)
    .sort((a, b) => a - b)
  // Fewer than ten could be told from one another.
  if (peers.length < 10) return null
  const middle = (peers[Math.floor((peers.length - 1) / 2)]! + peers[Math.ceil((peers.length - 1) / 2)]!) / 2
  return `同岗位 ${peers.length} 人，中位数 ${middle.toFixed(1)} 分，${me.score.total > middle ? '高于' : me.score.total < middle ? '低于' : '等于'}中位数`
}

/** Files a person has put to the tasks of a plan. */
export const filesOf = async (tx: Tx, townId: string, planId: string, staffId: string) =>
  (await tx
    .selectFrom('assessmentFile')
    .select(['id', 'item', 'name', 'size'])
    .where('townId', '=', townId)
    .where('planId', '=', planId)
    .where('staffId', '=', staffId)
    .orderBy('id')
    .execute()) as { id: string; item: string; name: string; size: number }[]

/** One person's page under a plan. */
export const cardOf = async (tx: Tx, who: Who, s: Standing, staffId: string, mayManage: boolean) => {
  const one = s.people.find((p) => p.person.staffId === staffId)
  if (!one) throw new NotFound('这个人员不在这一考核方案之内')
  const { person, score } = one
  const outcomes = await tx
    .selectFrom('assessmentOutcome')
    .select(['id', 'kind', 'body', 'basis', 'decidedBy', 'decidedOn', 'byName'])
    .where('townId', '=', who.townId)
    .where('planId', '=', s.plan.id)
    .where('staffId', '=', staffId)
    .orderBy('decidedOn')
    .execute()
  return {
    plan: s.plan,
    person,
    cutoff: s.cutoff,
    ...score,
    duties: s.plan.lists.duties
      .filter((d) => d.roles.includes(person.role))
      .map(({ text, basis }) => ({ text, basis })),
    tasks: s.plan.lists.tasks
      .filter((t) => t.roles.includes(person.role))
      .map(({ code, text, dueOn }) => ({ code, text, dueOn })),
    reports: s.given.reports.filter((r) => r.staffId === staffId) as never,
    files: await filesOf(tx, who.townId, s.plan.id, staffId),
    appeals: s.given.appeals
      .filter((a) => a.staffId === staffId)
      .map((a) => ({ ...a, itemName: itemName(s.plan, a.item), setAside: a.petitionIds.length })) as never,
    outcomes: outcomes as never,
    standing: standingWords(s.people, staffId),
    mine: staffId === who.staffId,
    mayManage: mayManage && staffId !== who.staffId,
  }
}

/** The matters behind one line, each with whether it counts above the line and why. */
export const lineOf = async (tx: Tx, who: Who, s: Standing, staffId: string, item: string) => {
  const one = s.people.find((p) => p.person.staffId === staffId)
  if (!one) throw new NotFound('这个人员不在这一考核方案之内')
  if (!isIndicator(item)) throw new NotFound('这一项没有逐件的事项')
  const items = s.book.items(one.person, item)
  const without = new Set(
    s.given
      .of(staffId)
      .corrections.filter((c) => c.item === item)
      .flatMap((c) => c.petitionIds),
  )
  const ids = [...new Set(items.map((i) => i.id))]
  const opens = new Set(
    ids.length
      ? (
          await tx
            .selectFrom('petition')
            .select('petition.id')
            .where((eb) => visibleTo(who)(eb))
            .where(sql<boolean>`petition.id = any (${ids}::uuid[])`)
            .execute()
        ).map((p) => p.id)
      : [],
  )
  return {
    name: indicators[item].name,
    formula: indicators[item].formula,
    cutoff: s.cutoff,
    items: items.map(({ id, number, ok, why }) => ({
      id,
      number,
      ok,
      why,
      opens: opens.has(id),
      setAside: without.has(id),
    })),
  }
}
