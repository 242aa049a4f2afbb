import type { Day } from '../src/kit/day.ts'
import { queryCode, uuidv7 } from '../src/kit/server/crypto.ts'
import { createApp } from '../src/server.ts'
import { loop } from './load.ts'
import { type BenchTown, benchPlace, rawPool, recording, type Statement, signInBy } from './place.ts'
import type { Bench, Figure } from './table.ts'

/** Asks for a move without the page that follows it. */
export const minimal = { prefer: 'return=minimal' }

type Place = Awaited<ReturnType<typeof benchPlace>>
/** Who carries a request: the server of its own over HTTP, or the product within this process. */
type Through = Pick<Awaited<ReturnType<Place['serve']>>, 'must' | 'signIn'>
interface Seen {
  matter: { version: number; state: string }
  documents: { id: string; kind: string }[]
}

/** The people of a town who carry a matter through its life, signed in. */
const castOf = async (place: Place, through: Through, town: BenchTown) => {
  const cookie: Record<string, string> = {}
  for (const u of ['chuangkou', 'zhuren', 'jb1', 'fushuji']) cookie[u] = await through.signIn(town, u)
  const [handler, lead, village, area] = await Promise.all(
    ['jb1', 'fushuji', 'cun1', 'gq1'].map((u) => place.whoIs(town, u)),
  )
  return { cookie, handler: handler!, lead: lead!, village: village!, area: area! }
}
type Cast = Awaited<ReturnType<typeof castOf>>

/** One matter, registered, accepted, handled, answered, visited and signed off by four people of its town; how many moves that took. */
const life = async (through: Through, cast: Cast, today: Day): Promise<number> => {
  let n = 0
  const post = async (who: string, path: string, body: object, headers: Record<string, string> = {}) => {
    n += 1
    return through.must('POST', path, { cookie: cast.cookie[who]!, headers, body: { requestId: uuidv7(), ...body } })
  }
  const made = JSON.parse(
    (
      await post('chuangkou', '/api/petitions', {
        input: {
          channel: 'visit',
          receivedOn: today,
          request: '要求按合同补足少分的承包地',
          facts: '二〇一九年调整时少分',
          oral: true,
          readBack: true,
          parties: [{ name: '王建国', phone: '13800001234' }],
          villageId: cast.village.villageIds[0],
        },
      })
    ).body,
  ) as { id: string }
  let version = 1
  /** A move whose page is not wanted; the next version comes in a header. */
  const quick = async (who: string, move: string, input: object) => {
    const r = await post(who, `/api/petitions/${made.id}/moves/${move}`, { version, input }, minimal)
    version = Number(r.headers['x-version'])
  }
  const shown = async (who: string, move: string, input: object): Promise<Seen> => {
    const r = await post(who, `/api/petitions/${made.id}/moves/${move}`, { version, input })
    const seen = JSON.parse(r.body) as Seen
    version = seen.matter.version
    return seen
  }
  const served = (documentId: string) => ({
    documentId,
    way: 'inPerson',
    servedOn: today,
    receiver: '王建国',
    outcome: 'signed',
    attitude: 'agree',
  })
  await quick('chuangkou', 'classify', { class: 'claim', route: 'petitionProcedure' })
  await quick('chuangkou', 'grade', { grade: 'blue', gradeReason: '一般' })
  const accepted = await shown('zhuren', 'accept', {})
  await quick('chuangkou', 'serve', served(accepted.documents.find((d) => d.kind === 'acceptanceNotice')!.id))
  await quick('zhuren', 'assignHandler', {
    mainUnitId: cast.handler.unitIds[0],
    mainHandlerId: cast.handler.staffId,
    areaOwnerId: cast.area.staffId,
    villageOwnerId: cast.village.staffId,
  })
  await quick('jb1', 'contact', { onDay: today, way: 'phone', body: '听取陈述' })
  await quick('jb1', 'investigate', { onDay: today, body: '现场丈量' })
  await quick('jb1', 'submitOpinion', {
    request: '补足承包地',
    facts: '丈量属实',
    reasons: '合同有据',
    opinion: '支持',
    legalBasis: '《农村土地承包法》第五十六条',
    remedy: '三十日内可以请求复查',
    claims: [{ body: '补足', result: 'explained', answer: '秋后另行协商', basis: '合同' }],
  })
  await quick('zhuren', 'checkOpinion', { agree: true, signerId: cast.lead.staffId })
  const signed = await shown('fushuji', 'signOpinion', { agree: true })
  const opinion = signed.documents.find((d) => d.kind === 'handlingOpinion')!.id
  await quick('jb1', 'serve', served(opinion))
  await quick('chuangkou', 'followUp', {
    onDay: today,
    way: 'phone',
    reached: true,
    ratingOffice: 'satisfied',
    ratingUnit: 'satisfied',
    executed: 'none',
  })
  await quick('zhuren', 'conclude', { ground: 'settled' })
  const t = { answer: '见意见书', evidenceIds: [opinion] }
  await quick('jb1', 'proposeClosing', {
    facts: t,
    nature: t,
    handling: t,
    evidence: t,
    outcomes: ['solved', 'explained', 'relieved', 'lawful'].map((outcome) => ({ outcome, applies: false })),
  })
  const yes = { confirmed: true, reason: '' }
  const closed = await shown('zhuren', 'close', { facts: yes, nature: yes, handling: yes, evidence: yes })
  if (closed.matter.state !== 'closed') throw new Error(`没有走到销号：${closed.matter.state}`)
  return n
}

/** The product within this process, without sockets: for recording what it asks of the database. */
const within = async (place: Place): Promise<Through & { close(): Promise<unknown> }> => {
  const app = await createApp(place.world)
  const must: Through['must'] = async (method, url, o = {}) => {
    const r = await app.inject({
      method,
      url,
      headers: { host: '127.0.0.1', ...(o.cookie ? { cookie: o.cookie } : {}), ...o.headers },
      ...(o.body === undefined ? {} : { payload: o.body as object }),
    })
    if (r.statusCode >= 300) throw new Error(`${method} ${url}: ${r.statusCode} ${r.body.slice(0, 300)}`)
    return { status: r.statusCode, body: r.body, headers: r.headers as never }
  }
  return { must, signIn: signInBy(must), close: () => app.close() }
}

/**
 * The same statements once more for another matter: what was minted in the life that was recorded (ids, numbers, query
 * code) is minted anew.
 */
const another = (said: readonly Statement[], born: number): Statement[] => {
  const anew = new Map<string, string>()
  const mint = (old: string, make: () => string): string => {
    const made = anew.get(old) ?? make()
    anew.set(old, made)
    return made
  }
  const fresh = (text: string): string =>
    text
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) =>
        Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) >= born ? mint(id, uuidv7) : id,
      )
      .replace(/XF\d{4}-\d+|〔\d{4}〕\d+号/g, (number) => mint(number, () => uuidv7()))
  const value = (v: unknown, column: string): unknown =>
    typeof v === 'string'
      ? column === 'query_code'
        ? mint(v, queryCode)
        : fresh(v)
      : Array.isArray(v)
        ? v.map((x) => value(x, ''))
        : v
  return said.map((s) => {
    const columns = /insert into petition \(([^)]+)\)/.exec(s.text)?.[1]?.split(', ') ?? []
    return { text: s.text, values: s.values.map((v, i) => value(v, columns[i] ?? '')) }
  })
}

/** Whole lives over HTTP, and the same statements straight through the driver. */
export const livesOf = async (place: Place, server: Through, clients: number, seconds: number): Promise<Figure[]> => {
  const today = place.world.clock.today()
  const towns = place.towns.slice(0, 8)
  const casts = await Promise.all(towns.map((town) => castOf(place, server, town)))
  const long = Math.max(seconds, 10)
  let steps = 0
  const http = await loop(clients, long, async (c) => {
    steps = await life(server, casts[c % casts.length]!, today)
  })

  const inside = await within(place)
  const said: { statements: Statement[]; born: number }[] = []
  for (const town of towns) {
    const cast = await castOf(place, inside, town)
    // The first time fills what the product remembers.
    await life(inside, cast, today)
    const born = Date.now()
    said.push({ statements: await recording(() => life(inside, cast, today)), born })
  }
  await inside.close()
  const raw = rawPool(place, clients)
  const bare = await loop(clients, long, (c) => {
    const { statements, born } = said[c % said.length]!
    return raw.run(another(statements, born))
  }).finally(raw.close)
  return [
    {
      what: '事项的一生（登记到销号）',
      value: http.perSecond,
      unit: '件/秒',
      line: { at: 60, is: 'least' },
      note: `每件 ${steps} 个动作，${clients} 个并发，HTTP`,
    },
    {
      what: '一生同样的语句直接经驱动',
      value: bare.perSecond,
      unit: '件/秒',
      note: `每件 ${said[0]!.statements.length} 条语句`,
    },
    { what: '二者之比', value: (100 * http.perSecond) / bare.perSecond, unit: '%' },
  ]
}

/** Whole lives alone, without the single move that `moves` measures before. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  try {
    return await livesOf(place, server, clients, seconds)
  } finally {
    await server.stop()
    await place.close()
  }
}
