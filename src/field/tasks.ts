import { visitKinds } from '../ground/visits/record.ts'
import type { Today } from './routes.ts'

/** One thing to do today or soon, with the page of this face where it is done. */
export interface Task {
  href: string
  what: string
  dueOn: string | null
}

const within = (t: Today, dueOn: string, days: number) => Date.parse(dueOn) - Date.parse(t.today) <= days * 86_400_000

/** Today's tasks, the most pressing first: what is late, due today, or so near that it is to be thought of. */
export const tasksOf = (t: Today): Task[] => {
  const blank = t.screening.filter((s) => s.reportedOn === null && !s.refusal)
  const first = blank.map((s) => s.dueOn).sort()[0] ?? null
  const visited = new Set(t.visits.map((v) => v.villageId))
  const out: Task[] = [
    ...(blank.length
      ? [
          {
            href: '#/screening',
            what: `矛盾排查：${blank.length === 1 ? blank[0]!.name : `${blank.length} 处`}还没有报`,
            dueOn: first,
          },
        ]
      : []),
    ...t.visits
      .filter((v) => within(t, v.onDay, 1))
      .map((v) => ({
        href: '#/visits',
        what: `${visitKinds[v.kind]}：${[v.village || v.place, v.atTime].filter(Boolean).join(' ')}`,
        dueOn: v.onDay,
      })),
    ...t.contacts
      .filter((c) => within(t, c.dueOn, 7) && !visited.has(c.villageId))
      .map((c) => ({ href: '#/visits', what: `联系村：去${c.village}`, dueOn: c.dueOn })),
    ...t.tell.map((l) => ({
      href: '#/tell',
      what: `把结果告诉信访人：${l.number} ${l.tell?.what ?? ''}`,
      dueOn: l.tell?.dueOn ?? null,
    })),
    ...t.promises
      .filter((p) => within(t, p.dueOn, 3))
      .map((p) => ({ href: '#/promises', what: `兑现承诺：${p.body}`, dueOn: p.dueOn })),
    ...t.mine
      .filter((l) => l.dueOn !== null && within(t, l.dueOn, 3))
      .map((l) => ({ href: `#/matter/${l.id}`, what: `${l.number} ${l.title}`, dueOn: l.dueOn })),
  ]
  out.sort((a, b) => (a.dueOn ?? '9').localeCompare(b.dueOn ?? '9'))
  return t.revisits.length ? [...out, { href: '#/revisits', what: `${t.revisits.length} 件等回访`, dueOn: null }] : out
}
