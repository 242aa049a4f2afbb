import type { Tx } from '../src/audit/trace.ts'
import { addDays, type Day } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Who } from '../src/people/roles.ts'
import { gridName } from '../src/people/setup.store.ts'
import { act } from '../src/petitions/act.store.ts'
import { dimensionNames } from '../src/petitions/courtesy/courtesy.ts'
import { checkCourtesy } from '../src/petitions/courtesy/store.ts'
import { type Courtesy, courtesies } from '../src/petitions/courtesy/words.ts'
import type { Channel, Grade, Matter } from '../src/petitions/petition.ts'
import { RegisterInput } from '../src/petitions/register/move.ts'
import { registerMany } from '../src/petitions/register/register.store.ts'
import { findMatter, type Setting, traceRead } from '../src/petitions/store.ts'
import type { Deed } from './duty.ts'
import { climb, ladders } from './ladders.ts'
import { type Story, stories, suggestionStories } from './stories.ts'
import { areas, personName, phoneOf, town, units, villages } from './town.ts'

/** Deterministic chance (mulberry32): the same demo every time. */
const dice = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

interface Plan {
  received: Day
  channel: Channel
  story: Story
  village: string
  area: string
  grid: number
  grade: Grade
  key: boolean
  suggestion: boolean
  ending: 'close' | 'guide' | 'notAccept' | 'withdraw' | 'slow' | 'forward'
  people: number
  n: number
  reopen: boolean
  extend: boolean
}

const pick = <T>(r: () => number, list: readonly T[]): T => list[Math.floor(r() * list.length)]!

const leadersFor = (story: Story, grade: Grade, r: () => number): string =>
  grade === 'red'
    ? pick(r, ['shuji', 'zhenzhang', 'fushuji'])
    : story.unit === '自然资源所'
      ? 'fuzhen1'
      : story.unit === '农业农村办'
        ? 'fuzhen2'
        : pick(r, ['renda', 'zuzhi', 'xuanchuan', 'fuzhen3'])

/** The plans of a year: 76 from the opening screening (38 blue, 24 yellow, 14 red; 20 key), then what came in. */
export const plansOf = (today: Day): Plan[] => {
  const r = dice(20230376)
  const places = areas.flatMap((area) => villages[area]!.map((village) => ({ area, village })))
  const grades: Grade[] = [
    ...Array<Grade>(14).fill('red'),
    ...Array<Grade>(24).fill('yellow'),
    ...Array<Grade>(38).fill('blue'),
  ]
  const opening = addDays(today, -325)
  const screening: Plan[] = grades.map((grade, i) => {
    const place = places[(i * 11) % places.length]!
    return {
      received: addDays(opening, i % 18),
      channel: 'screening',
      story: stories[i % stories.length]!,
      ...place,
      grid: 1 + (i % 2),
      grade,
      key: grade === 'red' || (grade === 'yellow' && i % 4 === 2),
      suggestion: false,
      people: grade === 'red' ? 6 + (i % 9) : 1 + (i % 3),
      ending: i % 19 === 7 ? 'slow' : 'close',
      n: i,
      reopen: i === 30,
      extend: i % 11 === 4,
    }
  })
  let keys = screening.filter((p) => p.key).length
  for (const p of screening) {
    if (keys === 20) break
    if (keys < 20 && !p.key && p.grade === 'yellow') {
      p.key = true
      keys += 1
    } else if (keys > 20 && p.key && p.grade === 'yellow') {
      p.key = false
      keys -= 1
    }
  }
  const rest: Plan[] = Array.from({ length: 84 }, (_, i) => {
    const place = pick(r, places)
    const suggestion = i % 9 === 5
    const endings: Plan['ending'][] = [
      'close',
      'close',
      'close',
      'forward',
      'close',
      'guide',
      'close',
      'close',
      'forward',
      'notAccept',
      'close',
      'withdraw',
    ]
    return {
      // More of them lately, so that the ledger has work in every step.
      received: addDays(today, -Math.floor((i / 84) ** 1.6 * 290)),
      channel: pick(r, ['visit', 'visit', 'visit', 'letter', 'phone', 'hotline', 'online', 'mailbox'] as const),
      story: suggestion ? suggestionStories[0]! : pick(r, stories),
      ...place,
      grid: 1 + (i % 2),
      grade: pick(r, ['blue', 'blue', 'blue', 'yellow'] as const),
      key: false,
      suggestion,
      people: i % 13 === 6 ? 8 : 1 + (i % 2),
      ending: suggestion ? 'close' : endings[i % endings.length]!,
      n: 200 + i,
      reopen: false,
      extend: i % 17 === 3,
    }
  })
  return [...screening, ...rest].sort((a, b) =>
    a.received < b.received ? -1 : a.received > b.received ? 1 : a.n - b.n,
  )
}

/** Play one matter's life as deeds on days; each deed looks at the matter as it then is. */
export const deedsOf = (
  p: Plan,
  staff: Record<string, string>,
  placeIds: { villages: Record<string, string>; grids: Record<string, string>; units: Record<string, string> },
  categoryOf: (word: string) => string | null,
): Deed[] => {
  const r = dice(p.n + 99)
  let id = ''
  const fill = (t: string) => t.replaceAll('{v}', p.village)
  const unit = p.story.unit
  const u = units.indexOf(unit as never)
  const handler = r() < 0.5 ? `jb${u}` : `zs${u}`
  const areaOwner = `gq${areas.indexOf(p.area) + 1}`
  const all = areas.flatMap((a) => villages[a]!)
  const villageOwner = `cun${all.indexOf(p.village) + 1}`
  const leader = leadersFor(p.story, p.grade, r)
  const principal = r() < 0.5 ? 'shuji' : 'zhenzhang'
  const deputy = ['shuji', 'zhenzhang'].includes(leader) ? 'fushuji' : leader
  const deeds: Deed[] = []
  let at = p.received
  const then = (days: number, hour: number, who: string, go: (tx: Tx, who: Who, s: Setting) => Promise<void>) => {
    at = addDays(at, days)
    deeds.push({ on: at, hour, who, do: go })
  }
  const step = (days: number, hour: number, who: string, move: string, input: (s: Setting, x: Matter) => unknown) =>
    then(days, hour, who, async (tx, me, s) => {
      // The whole matter is read only for a step that looks at it.
      const x =
        input.length > 1
          ? (await findMatter(tx, me, id)).matter
          : ((await tx
              .selectFrom('petition')
              .select('version')
              .where('townId', '=', me.townId)
              .where('id', '=', id)
              .executeTakeFirstOrThrow()) as Matter)
      await act(tx, me, { id, move, version: x.version, requestId: uuidv7(s.now.getTime()), input: input(s, x) }, s)
    })
  const serve = (days: number, who: string, kind: string, receiver: string) =>
    step(days, 15, who, 'serve', (s, x) => ({
      documentId: x.documents.filter((d) => d.kind === kind).at(-1)!.id,
      way: 'inPerson',
      servedOn: s.today,
      receiver,
      outcome: 'signed',
      attitude: 'agree',
    }))

  const name = personName(700 + p.n * 3)
  const village = p.channel === 'screening'
  then(0, 9, village ? villageOwner : p.n % 2 ? 'chuangkou' : 'chuangkou2', async (tx, me, s) => {
    const input = RegisterInput.parse({
      channel: p.channel,
      receivedOn: s.today,
      title: fill(p.story.title),
      request: fill(p.story.request),
      facts: fill(p.story.facts),
      oral: p.channel === 'visit',
      readBack: p.channel === 'visit',
      headCount: p.people,
      affectedCount: p.grade === 'red' ? 30 + (p.n % 20) : p.grade === 'yellow' ? 6 + (p.n % 10) : null,
      villageId: placeIds.villages[p.village],
      gridId: placeIds.grids[`${p.village}/${gridName(p.grid)}`] ?? null,
      parties: [
        {
          name,
          phone: phoneOf(900 + p.n),
          address: `${town.name}${p.village}`,
          idType: 'id',
          idLast4: String(1000 + ((p.n * 7) % 9000)),
          idChecked: p.channel === 'visit',
          isRepresentative: p.people > 1,
        },
        ...(p.people > 1 ? [{ name: personName(701 + p.n * 3), isRepresentative: true }] : []),
      ],
      isKey: p.key,
    })
    id = (await registerMany(tx, me, [{ input, requestId: uuidv7(s.now.getTime()) }], s))[0]!.id
  })
  const clerk = p.n % 2 ? 'chuangkou' : 'chuangkou2'
  if (p.n % 4 === 0)
    then(0, 10, village ? villageOwner : clerk, (tx, me, s) =>
      checkCourtesy(
        tx,
        me,
        id,
        {
          requestId: uuidv7(s.now.getTime()),
          input: {
            place: village ? 'field' : 'counter',
            items: (Object.keys(courtesies) as Courtesy[]).filter((_, k) => (p.n + k) % 5 !== 1),
            note: '',
          },
        },
        s,
      ),
    )
  if (village) step(0, 11, clerk, 'confirmRegister', () => ({}))
  if (p.suggestion)
    step(0, 14, clerk, 'classify', () => ({ class: 'suggestion', category: categoryOf(p.story.category) }))
  else
    step(0, 14, clerk, 'classify', () => ({
      class: 'claim',
      route: p.ending === 'guide' ? 'litigation' : 'petitionProcedure',
      category: categoryOf(p.story.category),
      categoryText: '',
    }))
  const reasons = { red: ['manyAffected'], yellow: ['severalAffected'], blue: [] as string[] }[p.grade]
  step(0, 15, clerk, 'grade', () => ({
    grade: p.grade,
    gradeReason: {
      red: '涉及三十户以上，且有生计资产面临直接损失',
      yellow: '涉及五户以上或须多个单位办理',
      blue: '没有红、黄情形，一般事项',
    }[p.grade],
    gradeAttributes: reasons,
    isKey: p.key,
  }))
  if (p.grade === 'red') step(0, 16, 'zhuren', 'confirmGrade', () => ({ agree: true }))
  if (p.grade === 'red' || p.key) {
    // A few red matters of late still wait for their leader: the office should see them in its list.
    step(1, 9, 'zhuren', 'nameLead', () => ({ leadOfficialId: staff[leader] }))
  }
  const review = 12 + Math.floor(r() * 16)
  if (p.ending === 'guide') {
    step(3, 10, 'zhuren', 'guide', () => ({
      where: '示范县人民法院',
      how: '携带身份证明和合同等证据到县法院诉讼服务中心立案，经济困难的可以同时申请法律援助',
      timeLeft: '一般诉讼时效三年，自知道权利受损之日起算',
    }))
    serve(1, clerk, 'guidanceNotice', name)
  } else if (p.ending === 'notAccept') {
    step(2, 10, clerk, 'proposeNotAccept', () => ({
      ground: 'notMyPower',
      remedy: '请向示范县交通运输局提出，该路段由其管养；信访办可代为转递材料',
      detail: '所反映路段属于县道，由县交通运输局管养',
    }))
    step(2, 10, 'zhuren', 'notAccept', () => ({ agree: true }))
    serve(1, clerk, 'nonAcceptanceNotice', name)
  } else {
    if (p.ending === 'forward') {
      step(2, 10, 'zhuren', 'forward', () => ({
        mode: 'forward',
        unitId: placeIds.units[unit],
        reason: `属于${unit}职权`,
      }))
      serve(1, clerk, 'whereSentNotice', name)
      step(2, 10, `zs${u}`, 'accept', () => ({}))
      serve(1, `zs${u}`, 'acceptanceNotice', name)
      step(1, 10, `zs${u}`, 'assignHandler', () => ({
        mainUnitId: placeIds.units[unit],
        mainHandlerId: staff[handler],
        areaOwnerId: staff[areaOwner],
        villageOwnerId: staff[villageOwner],
      }))
    } else {
      step(1 + Math.floor(r() * 4), 10, 'zhuren', 'accept', () => ({ contact: '信访办窗口 0000-0000000' }))
      serve(1, clerk, 'acceptanceNotice', name)
      step(0, 16, 'zhuren', 'assignHandler', () => ({
        mainUnitId: placeIds.units[unit],
        mainHandlerId: staff[handler],
        areaOwnerId: staff[areaOwner],
        villageOwnerId: staff[villageOwner],
        assistUnitIds: p.grade === 'red' ? [placeIds.units.司法所] : [],
      }))
    }
    if (p.ending === 'withdraw') {
      step(6, 10, 'zhuren', 'withdraw', (s) => ({
        words: '两家已经说和了，我不再反映了，以后有事再来。',
        onDay: s.today,
        voluntary: true,
      }))
    } else {
      then(2, 9, handler, async (tx, me, s) => {
        if (p.n < 200) return
        const { matter, trace } = await findMatter(tx, me, id, { lock: true })
        await traceRead(tx, me, matter, trace, '查看信访人信息，用途：电话联系', null, s)
      })
      step(0, 9, handler, 'contact', (s) => ({
        onDay: s.today,
        way: 'phone',
        whom: '信访人本人',
        body: '告知承办人和办理期限，约定现场查看时间，听取补充陈述。',
        heard: true,
      }))
      step(4 + Math.floor(r() * 8), 15, handler, 'investigate', (s) => ({
        onDay: s.today,
        place: p.village,
        people: `${p.village}两委、信访人`,
        body: fill(p.story.findings),
      }))
      if (p.extend) {
        step(30, 9, handler, 'requestExtension', () => ({
          days: 20,
          reason: '须等待测绘成果和多个单位会商，情况复杂',
          approverId: staff[deputy],
        }))
        step(1, 9, deputy, 'decideExtension', () => ({ agree: true }))
        serve(1, handler, 'extensionNotice', name)
      }
      step(3 + Math.floor(r() * 5), 9, handler, 'contact', (s) => ({
        onDay: s.today,
        way: 'visit',
        whom: '信访人本人',
        body: '上门说明查明的情况和拟处理意见，信访人表示理解。',
        heard: true,
      }))
      if (p.ending !== 'slow') {
        step(review - 8, 10, handler, 'submitOpinion', (_s, x) => ({
          request: fill(p.story.request),
          facts: fill(p.story.findings),
          reasons: `上述事实有现场记录、有关合同和当事人陈述佐证。${p.story.result === 'supported' ? '信访人的请求事实清楚，于法有据。' : '信访人的请求部分合理，但缺乏直接依据，应当作出解释并依法帮助。'}`,
          opinion: fill(p.story.opinion),
          legalBasis: p.story.basis || '《信访工作条例》第二十九条',
          remedy: `对本意见不服的，可以自收到之日起三十日内向${town.superiorName}请求复查。`,
          claims: x.claims.map((c) => ({
            body: c.body,
            result: p.story.result,
            answer: fill(p.story.opinion),
            basis: p.story.basis,
          })),
        }))
        const signer = p.grade === 'red' || p.key ? principal : deputy
        step(1, 10, clerk === 'chuangkou' ? 'chuangkou2' : 'zhuren', 'checkOpinion', () => ({
          agree: true,
          signerId: staff[signer],
          note: '程序、依据、救济途径齐全',
        }))
        step(1, 17, signer, 'signOpinion', () => ({ agree: true }))
        serve(1, handler, p.suggestion ? 'suggestionReply' : 'handlingOpinion', name)
        const ladder = ladders[p.n]
        if (ladder) {
          climb(ladder, { then, step, id: () => id, clerk, name })
          return deeds
        }
      }
    }
  }
  if (p.ending !== 'slow') {
    const rating = p.n % 10 === 9 ? 'dissatisfied' : p.n % 4 === 3 ? 'basicallySatisfied' : 'satisfied'
    step(5, 10, clerk, 'followUp', (s) => ({
      onDay: s.today,
      way: 'phone',
      reached: true,
      ratingOffice: rating === 'dissatisfied' ? 'basicallySatisfied' : rating,
      ratingUnit: rating,
      reasons: rating === 'dissatisfied' ? '办得慢，希望早点告知进度' : '说清楚了，也办了',
      executed: 'done',
      remedyTold: true,
      ...Object.fromEntries(
        dimensionNames.map((d, i) => [
          `dim_${d}`,
          rating === 'dissatisfied' && i > 2 ? 'poor' : (p.n + i) % 7 === 0 ? 'fair' : 'good',
        ]),
      ),
    }))
    if (p.ending === 'close' || p.ending === 'forward')
      step(2, 10, 'zhuren', 'conclude', () =>
        p.suggestion ? { ground: 'replied' } : { ground: 'settled', note: '意见已执行，信访人在回访中确认' },
      )
    if (village)
      step(0, 15, villageOwner, 'tellBack', (s) => ({
        onDay: s.today,
        way: 'visit',
        body: '上门把结果和依据讲清楚，信访人说知道了，有事再找村里。',
      }))
    const proposer = p.ending === 'close' || p.ending === 'forward' ? handler : clerk
    step(2, 10, proposer, 'proposeClosing', (_s, x) => {
      const docs = x.documents.map((d) => d.id)
      const recs = x.records.map((q) => q.id)
      const t = (answer: string) => ({ answer, evidenceIds: [...docs, ...recs].slice(0, 3) })
      return {
        facts: t('现场查看、书证和双方陈述一致。'),
        nature: t('类别、路径和适用依据准确。'),
        handling: t('意见已送达并执行，救济途径已告知。'),
        evidence: t('记录、文书、送达回证齐全。'),
        outcomes: [
          {
            outcome: 'solved',
            applies: true,
            done: true,
            body: '合理诉求已按意见落实。',
            evidenceIds: docs.slice(0, 3),
          },
          { outcome: 'explained', applies: false, body: '没有无理诉求。' },
          { outcome: 'relieved', applies: false, body: '已问过，没有需要帮扶的困难。' },
          { outcome: 'lawful', applies: false, body: '没有违法行为。' },
        ],
      }
    })
    const ok = { confirmed: true, reason: '' }
    step(1, 15, proposer === 'chuangkou' ? 'chuangkou2' : 'zhuren', 'close', () => ({
      facts: ok,
      nature: ok,
      handling: ok,
      evidence: ok,
    }))
    if (p.reopen)
      step(20, 9, clerk, 'reopen', (s) => ({
        why: 'breach',
        detail: '约定的修补没有做完，信访人要求继续办理。',
        onDay: s.today,
      }))
  }
  return deeds
}
