import { sql } from 'kysely'
import { addDays, type Day } from '../src/kit/day.ts'
import { handClock } from '../src/kit/server/clock.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import { inTown } from '../src/kit/server/db.ts'
import { type Dispute, type DisputeKind, RegisterInput } from '../src/mediation/dispute/dispute.ts'
import { actOnDispute, findDispute, registerDispute } from '../src/mediation/dispute/store.ts'
import { issueLetter, lettersOf, readLetter, signLetter } from '../src/mediation/network/letter.store.ts'
import { letterText } from '../src/mediation/network/letter.ts'
import {
  addMember,
  keepStation,
  makeNetwork,
  mediatorOf,
  membersOf,
  stationsOf,
} from '../src/mediation/network/store.ts'
import type { NewTown } from '../src/people/setup.store.ts'
import { whoOfStaff } from '../src/people/who.store.ts'
import { settingOf, type World } from '../src/petitions/world.store.ts'
import { areas, personName, villages } from './town.ts'

type Ending =
  | 'registered'
  | 'refused'
  | 'mediating'
  | 'performing'
  | 'performed'
  | 'oral'
  | 'failed'
  | 'area'
  | 'centre'
interface Story {
  /** Place of the village in the town's list, and days before today. */
  village: number
  ago: number
  kind: DisputeKind
  title: string
  facts: string
  fen: number | null
  ending: Ending
}

/** A dozen invented disputes, each with another end. */
const stories: Story[] = [
  {
    village: 0,
    ago: 150,
    kind: 'neighbour',
    title: '屋后排水纠纷',
    facts: '两家共用的排水沟被杂物堵住，雨水倒灌进院。',
    fen: 200_000,
    ending: 'performed',
  },
  {
    village: 3,
    ago: 121,
    kind: 'land',
    title: '承包地边界纠纷',
    facts: '两家承包地之间的界石移动，多种了一垄。',
    fen: null,
    ending: 'oral',
  },
  {
    village: 7,
    ago: 104,
    kind: 'damage',
    title: '耕牛踩坏菜地赔偿纠纷',
    facts: '牛没有拴好，踩坏了邻家半亩菜地。',
    fen: 120_000,
    ending: 'performed',
  },
  {
    village: 12,
    ago: 96,
    kind: 'labour',
    title: '大棚用工工资纠纷',
    facts: '大棚主拖欠三名短工两个月工资。',
    fen: 1_860_000,
    ending: 'centre',
  },
  {
    village: 15,
    ago: 83,
    kind: 'family',
    title: '赡养老人纠纷',
    facts: '三个子女对老人的赡养费怎样分担说不拢。',
    fen: 60_000,
    ending: 'performed',
  },
  {
    village: 18,
    ago: 70,
    kind: 'contract',
    title: '粮食买卖货款纠纷',
    facts: '收粮人欠货款，写有欠条。',
    fen: 845_050,
    ending: 'failed',
  },
  {
    village: 21,
    ago: 58,
    kind: 'homestead',
    title: '翻建房屋采光纠纷',
    facts: '翻建的房屋加高后挡了后邻的光。',
    fen: null,
    ending: 'refused',
  },
  {
    village: 24,
    ago: 44,
    kind: 'consumer',
    title: '农药质量纠纷',
    facts: '买的农药不起作用，要求退款。',
    fen: 36_000,
    ending: 'performed',
  },
  {
    village: 27,
    ago: 30,
    kind: 'traffic',
    title: '村道碰撞赔偿纠纷',
    facts: '三轮车与电动车相碰，修车费谁出说不拢。',
    fen: 68_000,
    ending: 'performing',
  },
  {
    village: 30,
    ago: 21,
    kind: 'land',
    title: '林地流转租金纠纷',
    facts: '租金一直没有随合同约定调整。',
    fen: 520_000,
    ending: 'area',
  },
  {
    village: 33,
    ago: 9,
    kind: 'pollution',
    title: '养殖气味纠纷',
    facts: '养殖棚离住户近，夏天气味大。',
    fen: null,
    ending: 'mediating',
  },
  {
    village: 0,
    ago: 2,
    kind: 'neighbour',
    title: '树枝越界纠纷',
    facts: '院里的树枝伸到邻家屋顶，落叶堵了屋檐。',
    fen: null,
    ending: 'registered',
  },
]

/**
 * The mediation of the demo township: network, duty letters of all grid workers, a dozen disputes, through the real moves on
 * a simulated calendar. `made` names the town's people and places.
 */
export const playMediation = async (world: World, made: NewTown, opening: Day): Promise<void> => {
  const { townId } = made
  const today = world.clock.today()
  const clock = handClock(opening)
  const places = areas.flatMap((area) => villages[area]!)
  const within = (on: Day, hour: number, work: Parameters<typeof play>[2]) => play(on, hour, work)
  const play = async (
    on: Day,
    hour: number,
    work: (tx: never, s: Awaited<ReturnType<typeof settingOf>>) => Promise<void>,
  ) => {
    clock.set(on, hour)
    await inTown(world.db, townId, async (tx) => {
      await sql`set local synchronous_commit = off`.execute(tx)
      await work(tx as never, await settingOf(tx, { clock, dataDir: world.dataDir }, townId))
    })
  }
  const whos = new Map<string, Awaited<ReturnType<typeof whoOfStaff>>>()
  const who = async (tx: never, username: string) => {
    const kept = whos.get(username) ?? (await whoOfStaff(tx, townId, made.staff[username]!, today))
    whos.set(username, kept)
    return kept
  }
  await within(opening, 9, async (tx, s) => {
    const head = await who(tx, 'zhuren')
    await makeNetwork(tx, head, uuidv7(), s)
    const stations = await stationsOf(tx, townId)
    for (const [i, x] of stations.filter((y) => y.level === 'area').entries())
      for (const [k, as] of ['律师', '退休法官'].entries())
        await addMember(
          tx,
          head,
          x.id,
          {
            requestId: uuidv7(),
            input: {
              staffId: null,
              name: `${personName(900 + i * 2 + k)}（${as}）`,
              female: k === 1,
              duty: 'expert',
              since: s.today,
              fields: ['合同', '山林土地'],
              languages: ['普通话', '本地话'],
              interests: [],
              gridId: null,
            },
          },
          s,
        )
    // Rooms, hours and telephones of the centre, the stations and a few points; the rest are still to be filled in.
    const members = await membersOf(tx, townId)
    for (const [i, x] of stations.filter((y, n) => y.level !== 'village' || n % 8 === 0).entries()) {
      const own = members.filter((y) => y.stationId === x.id && y.staffId)
      await keepStation(
        tx,
        head,
        x.id,
        {
          requestId: uuidv7(),
          version: x.version,
          input: {
            committee: x.committee,
            room:
              x.level === 'centre' ? '镇综治中心二楼 203 室' : x.level === 'area' ? '管区办公室东侧' : '村委会调解室',
            hours: '工作日 8:30—12:00，14:00—17:30',
            phone: `0530-500${String(1000 + i)}`,
            roster: own.slice(0, 5).map((y, k) => ({ weekday: k + 1, memberId: y.id })),
          },
        },
        s,
      )
    }
    const to = addDays(s.today, 365)
    for (const kind of ['grid', 'mediator'] as const)
      await issueLetter(
        tx,
        head,
        {
          requestId: uuidv7(),
          input: {
            kind,
            title: `${kind === 'grid' ? '网格员' : '调解员'}诚信责任书`,
            body: letterText(kind, s.town.name, s.today, to),
            fromOn: s.today,
            toOn: to,
          },
        },
        s,
      )
  })
  await within(addDays(opening, 1), 10, async (tx, s) => {
    const letter = (await lettersOf(tx, townId)).find((l) => l.kind === 'grid')!
    const names = new Map(
      (await membersOf(tx, townId)).filter((m) => m.duty === 'grid').map((m) => [m.staffId, m.name]),
    )
    for (const [username, id] of Object.entries(made.staff)) {
      const name = names.get(id)
      if (!name) continue
      const me = await who(tx, username)
      await readLetter(tx, me, letter.id, s)
      await signLetter(tx, me, letter.id, { requestId: uuidv7(), how: 'phone', name }, s)
    }
  })

  const grid = (village: number) => `wg${places.slice(0, village).reduce((n, _p, i) => n + (i < 23 ? 3 : 2), 0) + 1}`
  const steps: { on: Day; do: (tx: never, s: Awaited<ReturnType<typeof settingOf>>) => Promise<void> }[] = []
  for (const [n, story] of stories.entries()) {
    const start = addDays(today, -story.ago)
    const officer = `cun${story.village + 1}`
    const area = areas.findIndex((a) => villages[a]!.includes(places[story.village]!)) + 1
    const secretary = `gq${area}`
    const [a, b] = [personName(700 + n * 2), personName(701 + n * 2)]
    let id = ''
    const step = (days: number, by: string, move: string, input: (d: Dispute, s: { today: Day }) => object) =>
      steps.push({
        on: addDays(start, days),
        do: async (tx, s) => {
          const me = await who(tx, by)
          const d = await findDispute(tx, await mediatorOf(tx, me, s.today), id)
          await actOnDispute(tx, me, id, move, { requestId: uuidv7(), input: input(d, s) }, s)
        },
      })
    steps.push({
      on: start,
      do: async (tx, s) => {
        const input = RegisterInput.parse({
          origin: 'ownMotion',
          kind: story.kind,
          title: story.title,
          facts: story.facts,
          claimsFen: story.fen,
          villageId: made.villages[places[story.village]!],
          parties: [
            { side: 'applicant', name: a, phone: '13000001000', claim: '依法依理解决' },
            { side: 'respondent', name: b, phone: '13000002000' },
          ],
        })
        id = await registerDispute(tx, await who(tx, grid(story.village)), { requestId: uuidv7(), input }, s)
      },
    })
    if (story.ending === 'registered') continue
    for (const k of [0, 1])
      step(0, officer, 'askConsent', (d, s) => ({
        partyId: d.parties[k]!.id,
        consent: k === 1 && story.ending === 'refused' ? 'no' : 'yes',
        words: k === 1 && story.ending === 'refused' ? '不用调，去法院说' : '愿意坐下来谈',
        onDay: s.today,
      }))
    if (story.ending === 'refused') {
      step(0, officer, 'notAccept', () => ({ ground: 'refused', remedies: '可以向人民法院起诉', remedyTold: true }))
      continue
    }
    step(0, officer, 'tellRights', (_d, s) => ({ onDay: s.today, way: 'oral', open: false, read: true }))
    step(1, officer, 'accept', () => ({}))
    step(1, officer, 'assign', () => ({ mediatorIds: [made.staff[officer]!], how: 'chosen' }))
    step(1, officer, 'planSession', (_d, s) => ({
      onDay: addDays(s.today, 2),
      time: '上午九时',
      place: `${places[story.village]}调解室`,
    }))
    if (story.ending === 'mediating') continue
    const held = (days: number, by: string, place: string) =>
      step(days, by, 'holdSession', (_d, s) => ({
        onDay: s.today,
        place,
        came: '双方当事人',
        minutes: 60 + n * 5,
        body: '双方各自说明情况，调解员讲明法律和道理，双方提出方案。',
        offers: '各让一步。',
        readBack: true,
      }))
    held(3, officer, `${places[story.village]}调解室`)
    if (story.ending === 'failed') {
      step(6, officer, 'fail', () => ({
        why: 'noAgreement',
        reason: '对还款日期说不拢',
        remedies: '可以凭欠条向人民法院起诉或者申请支付令',
        remedyTold: true,
      }))
      continue
    }
    let by = officer
    let sealer = officer
    let at = 5
    if (story.ending === 'area' || story.ending === 'centre') {
      step(5, officer, 'escalate', () => ({ reason: '涉及合同，村里谈不拢', agreed: true }))
      step(6, secretary, 'assign', () => ({ mediatorIds: [made.staff[secretary]!], how: 'assigned' }))
      if (story.ending === 'area') continue
      step(8, secretary, 'escalate', () => ({ reason: '需要司法所、人社所一起', agreed: true }))
      step(9, 'zhuren', 'assign', () => ({ mediatorIds: [made.staff.tiaojie!], how: 'assigned' }))
      step(9, 'zhuren', 'joinUp', () => ({
        units: ['司法所', '人社所'],
        lawyer: '',
        judge: '',
        reason: '工资数额需要核对',
      }))
      held(11, 'tiaojie', '镇调解中心')
      by = 'tiaojie'
      sealer = 'zhuren'
      at = 12
    }
    const oral = story.ending === 'oral'
    step(at, by, 'draftAgreement', (d, s) => ({
      form: oral ? 'oral' : 'written',
      whole: true,
      facts: story.facts,
      clauses: [
        { key: 'own', text: story.fen ? `${b}按履行约定付清款项。` : '双方以原界石为界，各自耕种。' },
        { key: 'settled', text: '以上履行完毕后，双方就本纠纷再无其他争议。' },
      ],
      performances: [
        {
          what: story.fen ? '付款' : '恢复界石',
          way: story.fen ? '转账' : '现场',
          payerId: d.parties[1]!.id,
          payeeId: d.parties[0]!.id,
          amountFen: story.fen,
          dueOn: addDays(s.today, 30),
        },
      ],
    }))
    if (!oral) {
      for (const k of [0, 1]) step(at, by, 'sign', (d, s) => ({ by: d.parties[k]!.id, how: '按指印', onDay: s.today }))
      step(at, by, 'sign', (_d, s) => ({ by: 'mediator', how: '签名', onDay: s.today }))
      step(at, sealer, 'sign', (_d, s) => ({ by: 'seal', how: '盖章', onDay: s.today }))
    }
    if (story.ending === 'centre') {
      step(at + 3, by, 'applyConfirm', (_d, s) => ({ appliedOn: s.today, court: '示范县人民法院', both: true }))
      step(at + 5, by, 'courtAccepts', (_d, s) => ({ acceptedOn: s.today }))
      step(at + 12, by, 'courtDecides', (_d, s) => ({
        result: 'confirmed',
        resultOn: s.today,
        ruling: `（${s.today.slice(0, 4)}）示法确${n + 1}号`,
      }))
    }
    if (story.ending === 'performing') continue
    step(at + 14, by, 'perform', (d, s) => ({
      performanceId: d.performances[0]!.id,
      onDay: s.today,
      fen: story.fen,
      proof: story.fen ? '转账记录' : '现场查看',
    }))
    // Somebody else visits: a grid worker of the village, or the head of the centre.
    const visitor = by === 'tiaojie' ? 'zhuren' : grid(story.village)
    if (visitor !== 'zhuren')
      step(at + 15, officer, 'assignFollower', (_d, s) => ({
        staffId: made.staff[visitor]!,
        onDay: addDays(s.today, 14),
      }))
    step(at + 20, visitor, 'followUp', (_d, s) => ({
      onDay: s.today,
      satisfaction: n % 3 ? 'satisfied' : 'basically',
      performance: '已全部履行',
      said: '没有再起争执',
      risk: '',
    }))
    if (n % 2 === 0) step(at + 22, sealer, 'close', () => ({ note: '' }))
  }
  const byDay = new Map<Day, typeof steps>()
  for (const x of steps.filter((y) => y.on <= today)) byDay.set(x.on, [...(byDay.get(x.on) ?? []), x])
  for (const [on, list] of [...byDay].sort(([x], [y]) => (x < y ? -1 : 1)))
    await within(on, 9, async (tx, s) => {
      for (const x of list) await x.do(tx, s)
    })
}
