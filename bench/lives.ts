import { uuidv7 } from '../src/kit/server/crypto.ts'
import { loop } from './load.ts'
import { benchPlace } from './place.ts'
import type { Bench, Figure } from './table.ts'

/** Asks for a move without the page that follows it. */
export const minimal = { prefer: 'return=minimal' }

type Server = Awaited<ReturnType<Awaited<ReturnType<typeof benchPlace>>['serve']>>
type Place = Awaited<ReturnType<typeof benchPlace>>
interface Seen {
  matter: { version: number; state: string }
  documents: { id: string; kind: string }[]
}

/** Whole lives over HTTP, each by four people of its town: registered, accepted, handled, answered, visited, signed off. */
export const livesOf = async (place: Place, server: Server, clients: number, seconds: number): Promise<Figure> => {
  const today = place.world.clock.today()
  const casts = await Promise.all(
    place.towns.slice(0, 8).map(async (town) => {
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
  return {
    what: '事项的一生（登记到销号）',
    value: r.perSecond,
    unit: '件/秒',
    line: { at: 60, is: 'least' },
    note: `每件 ${steps} 个动作，${clients} 个并发`,
  }
}

/** Whole lives alone, without the single move that `moves` measures before. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  try {
    return [await livesOf(place, server, clients, seconds)]
  } finally {
    await server.stop()
    await place.close()
  }
}
