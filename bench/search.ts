import { loop } from './load.ts'
import { benchPlace } from './place.ts'
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

/** A search for a two-character word over HTTP: one client for the time of an answer, all for the rate. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
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
    ]
  } finally {
    await server.stop()
    await place.close()
  }
}
