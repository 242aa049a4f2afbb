import { httpClient, loop } from './load.ts'
import { benchPlace } from './place.ts'
import type { Bench } from './table.ts'

const readers = 200
/** What the office asks for meanwhile: the ledger as its clerks do. */
const asks = [
  { who: 'chuangkou', path: '/api/petitions' },
  { who: 'chuangkou', path: '/api/petitions?grade=red%2Cyellow' },
  { who: 'zhuren', path: '/api/petitions?due=overdue&sort=nextDueOn&dir=asc' },
  { who: 'gq1', path: '/api/petitions?due=soon' },
]
const pages = ['/c', '/c/open', '/c/about', '/c/answers', '/c/new', '/c/query']

/** Two hundred readers on the public pages at once, each asking again as soon as it is answered, beside an office at work. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  // Lines of their own: waiting for one behind two hundred readers would be the client's delay, not the server's.
  const reader = httpClient(server.port, readers)
  try {
    const towns = place.towns.slice(0, Math.min(8, place.towns.length))
    const jobs: { cookie: string; path: string }[] = []
    for (const town of towns)
      for (const a of asks) jobs.push({ cookie: await server.signIn(town, a.who), path: a.path })
    const office = () =>
      loop(clients, seconds, (_c, n) => {
        const j = jobs[(n * 7) % jobs.length]!
        return server.must('GET', j.path, { cookie: j.cookie })
      })
    const alone = await office()
    let refused = 0
    const read = () =>
      loop(readers, seconds, async (c, n) => {
        const town = towns[c % towns.length]!
        const r = await reader.call('GET', `${pages[n % pages.length]}?t=${town.code}`)
        if (r.status === 503) {
          refused += 1
          await new Promise((done) => setTimeout(done, 1000))
        } else if (r.status !== 200) throw new Error(`${r.status} ${r.body.slice(0, 200)}`)
      })
    const [beside, public_] = await Promise.all([office(), read()])
    return [
      { what: '台账一页 p95，没有公众访问', value: alone.p95, unit: 'ms', note: `${clients} 个并发` },
      { what: `台账一页 p95，同时有 ${readers} 人看公众页面`, value: beside.p95, unit: 'ms' },
      { what: '二者之比', value: beside.p95 / alone.p95, unit: '倍', line: { at: 2, is: 'most' } },
      {
        what: '公众页面',
        value: public_.perSecond,
        unit: '页/秒',
        note: `p95 ${Math.round(public_.p95)} ms，请稍后再试 ${refused} 次`,
      },
    ]
  } finally {
    reader.close()
    await server.stop()
    await place.close()
  }
}
