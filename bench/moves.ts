import { uuidv7 } from '../src/kit/server/crypto.ts'
import { inTown } from '../src/kit/server/db.ts'
import type { Who } from '../src/people/roles.ts'
import { act } from '../src/petitions/act.store.ts'
import { settingOf } from '../src/petitions/world.store.ts'
import { loop } from './load.ts'
import { type BenchTown, benchPlace, rawPool, recording, type Statement } from './place.ts'
import type { Bench } from './table.ts'

const minimal = { prefer: 'return=minimal' }
const input = { onDay: '', way: 'phone', body: '电话听取陈述，约定下周到村里看现场' }

class Undo extends Error {}

/** One move over HTTP against its own statements through the bare driver; then whole lives, register to sign-off. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  const raw = rawPool(place, clients)
  try {
    const { ownerPool } = place.world
    const today = place.world.clock.today()
    const contact = { ...input, onDay: today }
    // Matters under way in the first towns, each with its handler, who may note a contact at any time.
    const open = (
      await ownerPool.query(
        `select p.town_id, p.id, p.version, a.username from petition p
         join account a on a.town_id = p.town_id and a.staff_id = p.main_handler_id
         where p.town_id = any ($1) and p.state = 'handling' and not p.sealed order by p.id limit 3000`,
        [place.towns.slice(0, 20).map((t) => t.id)],
      )
    ).rows as { town_id: string; id: string; version: number; username: string }[]
    if (open.length < 40) throw new Error('合成数据中办理中的事项太少')
    const townOf = new Map(place.towns.map((t) => [t.id, t]))
    const cookies = new Map<string, string>()
    const people = new Map<string, Who>()
    const keyOf = (p: { town_id: string; username: string }) => `${p.town_id}/${p.username}`
    for (const p of open) {
      const key = keyOf(p)
      if (cookies.has(key)) continue
      cookies.set(key, await server.signIn(townOf.get(p.town_id)!, p.username))
      people.set(key, await place.whoIs(townOf.get(p.town_id)!, p.username))
    }
    // Half for the bare driver: decided and recorded in transactions that are undone.
    const half = Math.floor(open.length / 2)
    const recorded: Statement[][] = []
    for (const p of open.slice(0, half)) {
      const said = await recording(() =>
        inTown(place.world.db, p.town_id, async (tx) => {
          const s = await settingOf(tx, place.world, p.town_id)
          await act(
            tx,
            people.get(keyOf(p))!,
            { id: p.id, move: 'contact', version: p.version, requestId: uuidv7(), input: contact },
            s,
          )
          throw new Undo()
        }).catch((e) => {
          if (!(e instanceof Undo)) throw e
        }),
      )
      recorded.push(said.map((x) => (x.text === 'rollback' ? { text: 'commit', values: [] } : x)))
    }
    const mine = new Map(open.slice(half).map((p) => [p.id, p.version]))
    const ids = open.slice(half)
    const http = await loop(clients, seconds, async (c) => {
      // Each client keeps to matters of its own, as handlers do.
      const own = ids.filter((_, i) => i % clients === c)
      const p = own[Math.floor(Math.random() * own.length)]!
      const version = mine.get(p.id)!
      const r = await server.must('POST', `/api/petitions/${p.id}/moves/contact`, {
        cookie: cookies.get(keyOf(p))!,
        headers: minimal,
        body: { requestId: uuidv7(), version, input: contact },
      })
      mine.set(p.id, Number(r.headers['x-version']))
    })
    let next = 0
    const began = performance.now()
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (next < recorded.length) await raw.run(recorded[next++]!)
      }),
    )
    const barePerSecond = recorded.length / ((performance.now() - began) / 1000)

    const lives = await livesOf(place, server, place.towns.slice(0, 8), clients, seconds)
    return [
      {
        what: '一个动作（授权、判断、写行、留痕、期限、排队）',
        value: http.perSecond,
        unit: '次/秒',
        note: `${clients} 个并发，HTTP`,
      },
      { what: '同样的语句直接经驱动', value: barePerSecond, unit: '次/秒' },
      { what: '二者之比', value: (100 * http.perSecond) / barePerSecond, unit: '%', line: { at: 40, is: 'least' } },
      { what: '一个动作 p95', value: http.p95, unit: 'ms' },
      {
        what: '事项的一生（登记到销号）',
        value: lives.perSecond,
        unit: '件/秒',
        line: { at: 60, is: 'least' },
        note: `每件 ${lives.steps} 个动作，${clients} 个并发`,
      },
    ]
  } finally {
    await raw.close()
    await server.stop()
    await place.close()
  }
}

type Server = Awaited<ReturnType<Awaited<ReturnType<typeof benchPlace>>['serve']>>
type Place = Awaited<ReturnType<typeof benchPlace>>
interface Seen {
  matter: { version: number; state: string }
  documents: { id: string; kind: string }[]
}

/** Whole lives over HTTP, each by four people of its town: registered, accepted, handled, answered, visited, signed off. */
const livesOf = async (place: Place, server: Server, towns: BenchTown[], clients: number, seconds: number) => {
  const today = place.world.clock.today()
  const casts = await Promise.all(
    towns.map(async (town) => {
      const cookie = Object.fromEntries(
        await Promise.all(
          ['chuangkou', 'zhuren', 'jb1', 'fushuji'].map(async (u) => [u, await server.signIn(town, u)]),
        ),
      ) as Record<string, string>
      const handler = await place.whoIs(town, 'jb1')
      const lead = await place.whoIs(town, 'fushuji')
      const village = await place.whoIs(town, 'cun1')
      const area = await place.whoIs(town, 'gq1')
      return { cookie, handler, lead, village, area }
    }),
  )
  let steps = 0
  const life = async (c: number) => {
    const cast = casts[c % casts.length]!
    let n = 0
    const post = async (who: string, path: string, body: object, headers: Record<string, string> = {}) => {
      n += 1
      return server.must('POST', path, { cookie: cast.cookie[who]!, headers, body: { requestId: uuidv7(), ...body } })
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
    steps = n
  }
  const r = await loop(clients, Math.max(seconds, 10), life)
  return { perSecond: r.perSecond, steps }
}
