import { visitKinds } from '../ground/visits/record.ts'
import type { Item } from './outbox.ts'
import type { ReportBody } from './report.ts'
import type { Today } from './routes.ts'
import type { PromiseBody, TellBody } from './steps.ts'
import type { VisitBody } from './visit.ts'

/** One thing to do today or soon, with the page of this face where it is done. */
export interface Task {
  href: string
  what: string
  dueOn: string | null
}

/**
 * What was written down here and waits to be sent, by what it is about: done as far as whoever wrote it is concerned, though the
 * server has not heard of it yet.
 */
export const writtenOf = (items: Iterable<Pick<Item, 'kind' | 'phase' | 'body'>>): ReadonlySet<string> => {
  const of = ({ kind, body }: Pick<Item, 'kind' | 'body'>): string | null => {
    if (kind === 'report') return (body as ReportBody).placeId
    if (kind === 'visit') return (body as VisitBody).planned?.id ?? null
    if (kind === 'tell') return (body as TellBody).petitionId
    if (kind === 'promise') return (body as PromiseBody).promiseId
    return null
  }
  return new Set([...items].flatMap((i) => (i.phase === 'waiting' ? (of(i) ?? []) : [])))
}

/** Places still to be reported, of what has begun by `today`. */
export const blanksOf = (t: Today, today: string, written: ReadonlySet<string>): Today['screening'] =>
  t.screening.filter((s) => s.reportedOn === null && !s.refusal && s.fromOn <= today && !written.has(s.placeId))

/** A line for each screening; the routine periods that are over, in one. */
const screeningTasks = (t: Today, today: string, written: ReadonlySet<string>): Task[] => {
  const groups = new Map<string, Today['screening']>()
  for (const s of blanksOf(t, today, written)) {
    const key = s.routine && s.dueOn < today ? 'late' : s.campaignId
    groups.set(key, [...(groups.get(key) ?? []), s])
  }
  return [...groups].map(([key, list]) => ({
    href: '#/screening',
    what: `${key === 'late' ? '日常排查' : list[0]!.campaign}：${list.length === 1 ? list[0]!.name : `${list.length} 处`}${key === 'late' ? '过期没有报' : '还没有报'}`,
    dueOn: list.map((s) => s.dueOn).sort()[0]!,
  }))
}

/** Today's tasks, the most pressing first: what is late, due today, or so near that it is to be thought of. */
export const tasksOf = (t: Today, today: string, written: ReadonlySet<string> = new Set()): Task[] => {
  const within = (dueOn: string, days: number) => Date.parse(dueOn) - Date.parse(today) <= days * 86_400_000
  const visited = new Set(t.visits.filter((v) => v.goes).map((v) => v.villageId))
  const out: Task[] = [
    ...screeningTasks(t, today, written),
    ...t.visits
      .filter((v) => v.goes && within(v.onDay, 1) && !written.has(v.id))
      .map((v) => ({
        href: '#/visits',
        what: `${visitKinds[v.kind]}：${[v.village || v.place, v.atTime].filter(Boolean).join(' ')}`,
        dueOn: v.onDay,
      })),
    ...t.contacts
      .filter((c) => within(c.dueOn, 7) && !visited.has(c.villageId))
      .map((c) => ({ href: '#/visits', what: `联系村：去${c.village}`, dueOn: c.dueOn })),
    ...t.tell
      .filter((l) => !written.has(l.id))
      .map((l) => ({
        href: '#/tell',
        what: `把结果告诉信访人：${l.number} ${l.tell?.what ?? ''}`,
        dueOn: l.tell?.dueOn ?? null,
      })),
    ...t.promises
      .filter((p) => within(p.dueOn, 3) && !written.has(p.id))
      .map((p) => ({ href: '#/promises', what: `兑现承诺：${p.body}`, dueOn: p.dueOn })),
    ...t.mine
      .filter((l) => l.dueOn !== null && within(l.dueOn, 3))
      .map((l) => ({ href: `#/matter/${l.id}`, what: `${l.number} ${l.title}`, dueOn: l.dueOn })),
  ]
  out.sort((a, b) => (a.dueOn ?? '9').localeCompare(b.dueOn ?? '9'))
  return t.revisits.length ? [...out, { href: '#/revisits', what: `${t.revisits.length} 件等回访`, dueOn: null }] : out
}
