import { inTown } from '../src/kit/server/db.ts'
import { ledger } from '../src/petitions/query.ts'
import { LedgerQuery } from '../src/petitions/routes.ts'
import { loop } from './load.ts'
import { benchPlace, rawPool, recording } from './place.ts'
import type { Bench } from './table.ts'

/** Two-character words from what the town's matters really say: rare, middling and frequent ones. */
const wordsOf = (texts: readonly string[], wanted: number): { rare: string[]; frequent: string[] } => {
  const seen = new Map<string, number>()
  for (const text of texts)
    for (const w of new Set(
      text.match(/(?=([\u4e00-\u9fff]{2}))/g) ? [...text.matchAll(/(?=([\u4e00-\u9fff]{2}))/g)].map((m) => m[1]!) : [],
    ))
      seen.set(w, (seen.get(w) ?? 0) + 1)
  const sorted = [...seen].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([w]) => w)
  return { rare: sorted.slice(0, wanted), frequent: sorted.slice(-wanted) }
}

/** A search for a two-character word over HTTP: one client for the time of an answer, all for the rate; and the same SQL through the bare driver. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  const raw = rawPool(place, clients)
  try {
    const town = place.towns[0]!
    const cookie = await server.signIn(town, 'chuangkou')
    const texts = (
      await place.world.ownerPool.query('select text from petition_search where town_id = $1 limit 3000', [town.id])
    ).rows.map((r) => r.text as string)
    const { rare, frequent } = wordsOf(texts, 200)
    const ask = (words: readonly string[]) => (_c: number, n: number) =>
      server.must('GET', `/api/petitions?q=${encodeURIComponent(words[n % words.length]!)}`, { cookie })
    const one = await loop(1, seconds, ask(rare))
    const often = await loop(1, seconds, ask(frequent))
    const all = await loop(clients, seconds, ask([...rare, ...frequent]))
    const who = await place.whoIs(town, 'chuangkou')
    const today = place.world.clock.today()
    const statements: Awaited<ReturnType<typeof recording>>[] = []
    for (const q of [...rare, ...frequent])
      statements.push(
        await recording(() =>
          inTown(place.world.db, town.id, (tx) => ledger(tx, who, LedgerQuery.parse({ q }), today), { readOnly: true }),
        ),
      )
    const bare = await loop(clients, seconds, (_c, n) => raw.run(statements[n % statements.length]!))
    return [
      { what: '少见的两字词 p95', value: one.p95, unit: 'ms', line: { at: 100, is: 'most' }, note: '一个人查' },
      { what: '常见的两字词 p95', value: often.p95, unit: 'ms', line: { at: 100, is: 'most' }, note: '一个人查' },
      {
        what: '一起查 p95',
        value: all.p95,
        unit: 'ms',
        line: { at: 100, is: 'most' },
        note: `${clients} 个并发，常见少见各半`,
      },
      { what: '一起查', value: all.perSecond, unit: '次/秒' },
      {
        what: '同样的 SQL 直接经驱动',
        value: bare.perSecond,
        unit: '次/秒',
        note: `p95 ${bare.p95.toFixed(1)} ms；二者之比 ${((100 * all.perSecond) / bare.perSecond).toFixed(0)} %`,
      },
    ]
  } finally {
    await raw.close()
    await server.stop()
    await place.close()
  }
}
