import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { MoveName } from './flow.ts'
import { lawOf } from './law.ts'
import { type State, states } from './petition.ts'

/**
 * Walk a matter's moves again over the table of the law: which states it can be in after each.
 * Returns a sentence when a move was not possible where it stands, or when they don't lead to the state it is in; null when all is lawful.
 */
export const walk = (moves: readonly string[], now: State): string | null => {
  // An import may begin a matter at its end.
  let at = new Set<State>(['received', 'registered', 'concluded'])
  for (const [i, name] of moves.entries()) {
    const rule = lawOf[name as MoveName]
    if (!rule) continue
    const next = new Set<State>()
    for (const s of at) if (rule.from.includes(s)) for (const to of rule.to) next.add(to === 'same' ? s : to)
    if (next.size === 0)
      return `重放到第 ${i + 1} 步“${name}”：此前只可能是${[...at].map((s) => states[s]).join('、')}，不能有这一步`
    at = next
  }
  return at.has(now) ? null : `重放到最后应是${[...at].map((s) => states[s]).join('、')}，所记却是${states[now]}`
}

/** Every matter of a town replayed from its trace; at most fifty sentences. Reads only. */
export const walkTown = async (tx: Tx, townId: string): Promise<string[]> => {
  const problems: string[] = []
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page = await sql<{ id: string; number: string; state: State; moves: string[] }>`
      select p.id, p.number, p.state, coalesce((select array_agg(t.move order by t.seq) from trace t
        where t.town_id = p.town_id and t.subject_id = p.id and t.move is not null), '{}') as moves
      from petition p where p.town_id = ${townId}::uuid and p.id > ${after}::uuid order by p.id limit 2000`.execute(tx)
    for (const m of page.rows) {
      const wrong = walk(m.moves, m.state)
      if (wrong && problems.length < 50) problems.push(`事项 ${m.number}：${wrong}`)
    }
    if (page.rows.length < 2000) return problems
    after = page.rows.at(-1)!.id
  }
}
