import { inTown } from '../src/kit/server/db.ts'
import { ledger } from '../src/petitions/query.ts'
import { LedgerQuery } from '../src/petitions/routes.ts'
import { loop } from './load.ts'
import { benchPlace, rawPool, recording } from './place.ts'
import type { Bench } from './table.ts'

/** What clerks ask of the ledger: the first page, filters that combine, other orders, other posts. */
const asks: { who: string; query: Record<string, string> }[] = [
  { who: 'chuangkou', query: {} },
  { who: 'chuangkou', query: { grade: 'red,yellow' } },
  { who: 'chuangkou', query: { step: 'handle', sort: 'nextDueOn', dir: 'asc' } },
  { who: 'zhuren', query: { due: 'overdue', sort: 'nextDueOn', dir: 'asc' } },
  { who: 'zhuren', query: { grade: 'red', step: 'handle,reply', key: '1' } },
  { who: 'gq1', query: { due: 'soon' } },
  { who: 'cun1', query: {} },
  { who: 'chuangkou', query: { silent: '1', sort: 'lastProgressOn', dir: 'asc' } },
]

/** A ledger page of 50 with filters, sort and exact total over HTTP, against the same SQL through the bare driver. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  const raw = rawPool(place, clients)
  try {
    const towns = place.towns.slice(0, Math.min(8, place.towns.length))
    const today = place.world.clock.today()
    const jobs: { cookie: string; path: string; statements: Awaited<ReturnType<typeof recording>> }[] = []
    for (const town of towns) {
      for (const username of new Set(asks.map((a) => a.who))) {
        const cookie = await server.signIn(town, username)
        const who = await place.whoIs(town, username)
        for (const a of asks.filter((x) => x.who === username)) {
          const q = LedgerQuery.parse(a.query)
          const statements = await recording(() =>
            inTown(place.world.db, town.id, (tx) => ledger(tx, who, q, today), { readOnly: true }),
          )
          jobs.push({ cookie, path: `/api/petitions?${new URLSearchParams(a.query)}`, statements })
        }
      }
    }
    const pick = (n: number) => jobs[(n * 7) % jobs.length]!
    const http = await loop(clients, seconds, (_c, n) => {
      const j = pick(n)
      return server.must('GET', j.path, { cookie: j.cookie })
    })
    const bare = await loop(clients, seconds, (_c, n) => raw.run(pick(n).statements))
    return [
      {
        what: '台账一页（50 行，带筛选、排序、合计）',
        value: http.perSecond,
        unit: '次/秒',
        note: `${clients} 个并发，HTTP`,
      },
      { what: '同样的 SQL 直接经驱动', value: bare.perSecond, unit: '次/秒' },
      { what: '二者之比', value: (100 * http.perSecond) / bare.perSecond, unit: '%', line: { at: 50, is: 'least' } },
      { what: '台账一页 p50', value: http.p50, unit: 'ms' },
      {
        what: '台账一页 p95',
        value: http.p95,
        unit: 'ms',
        line: { at: 60, is: 'most' },
        note: `直接经驱动 ${bare.p95.toFixed(1)} ms`,
      },
    ]
  } finally {
    await raw.close()
    await server.stop()
    await place.close()
  }
}
