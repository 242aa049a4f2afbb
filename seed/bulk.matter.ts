import { type By, traceRow } from '../src/audit/trace.ts'
import { petitionNumber } from '../src/documents/numbering.ts'
import { initials } from '../src/kit/chinese.ts'
import { addDays, type Day, daysBetween, formal, yearOf } from '../src/kit/day.ts'
import { queryCode, uuidv7 } from '../src/kit/server/crypto.ts'
import { countKey } from '../src/petitions/counts.ts'
import type { Law } from '../src/petitions/move.ts'
import { type Channel, type Clock, channels, type Grade, type State, stepOf } from '../src/petitions/petition.ts'
import { searchRow } from '../src/petitions/search.ts'
import { nextDue, startClock } from '../src/petitions/wind.ts'
import type { Story } from './stories.ts'
import { personName, phoneOf } from './town.ts'

/** Somebody who acts in a bulk life. */
export interface Actor {
  staffId: string
  name: string
  post: string
}

/** What a life needs to know of a bulk town. */
export interface BulkTown {
  townId: string
  clerk: Actor
  head: Actor
  liaison: Actor
  leaders: Actor[]
  villages: { id: string; name: string; areaId: string; grids: string[]; officer: Actor; secretary: Actor }[]
  /** Unit by its name, with who heads it and who handles. */
  units: Map<string, { id: string; handler: Actor }>
  /** The last number given, by year. */
  numbers: Map<number, number>
}

/** Rows by table, in the order of the foreign keys; keys are column names in camel case. */
export type Rows = Record<
  | 'petition'
  | 'petitionParty'
  | 'petitionClock'
  | 'petitionClaim'
  | 'petitionRecord'
  | 'petitionOpinion'
  | 'closingTest'
  | 'trace'
  | 'petitionSearch',
  Record<string, unknown>[]
>
export const emptyRows = (): Rows => ({
  petition: [],
  petitionParty: [],
  petitionClock: [],
  petitionClaim: [],
  petitionRecord: [],
  petitionOpinion: [],
  closingTest: [],
  trace: [],
  petitionSearch: [],
})

/** Deterministic chance (mulberry32). */
export const dice = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

/** Words of the village, from common to rare (Zipf), so that a search finds now half of the matters, now a handful. */
const things = [
  ...'道路 水渠 路灯 机井 宅基地 承包费 围墙 大棚 排水沟 变压器 自来水 垃圾池 养老金 医保 低保 补贴 工钱 果园 桥涵 水塘'.split(
    ' ',
  ),
  ...'鱼塘 猪舍 噪音 粉尘 烟道 化粪池 界桩 树木 电线杆 广播 健身器材 文化广场 学校 校车 卫生室 药费 残疾证 危房 翻建 祠堂'.split(
    ' ',
  ),
  ...'坟地 采石场 砖厂 沙场 货车 限高杆 护栏 标线 公交 站牌 快递 网线 信号塔 光伏板 煤改气 暖气 壁炉 蜂箱 苗圃 茶园'.split(
    ' ',
  ),
  ...'葡萄架 石榴 核桃 板栗 花生 地瓜 玉米 小麦 种子 农药 化肥 农机 收割机 合作社 分红 账目 公章 选举 户口 婚丧'.split(
    ' ',
  ),
  ...'水库 闸门 堤坝 滑坡 塌陷 裂缝 渗水 漏雨 檐沟 山墙 滴水 石磨 碾盘 古槐 牌坊 碑刻 戏台 窑洞 豆腐坊 榨油坊'.split(
    ' ',
  ),
]
const zipf = things.map((_, i) => 1 / (i + 1))
const zipfSum = zipf.reduce((a, x) => a + x, 0)
const thing = (r: number): string => {
  let left = r * zipfSum
  for (const [i, w] of zipf.entries()) {
    left -= w
    if (left <= 0) return things[i]!
  }
  return things.at(-1)!
}
const sayings = [
  '多次向村里反映，一直没有答复',
  '希望镇里派人到现场看一看',
  '邻居也可以作证，有照片为凭',
  '已经影响到一家人的正常生活',
  '请有关部门尽快查明情况并答复',
  '本人年纪大，出门不便，盼上门了解',
]

const initialsOf = new Map<string, string>()
const soundOf = (title: string): string => {
  let s = initialsOf.get(title)
  if (s === undefined) {
    s = initials(title).slice(0, 60)
    initialsOf.set(title, s)
  }
  return s
}

const clocksOf = new Map<string, Clock>()
/** The same rule from the same day gives the same date; each matter has its own row of it. */
const clock = (rule: string, from: Day, law: Law): Clock => {
  const key = `${rule}${from}`
  let c = clocksOf.get(key)
  if (!c) {
    c = startClock(rule, from, law, 1).clock!
    clocksOf.set(key, c)
  }
  return { ...c, id: uuidv7() }
}
const ended = (c: Clock, on: Day): Clock => ({ ...c, endedOn: on, outcome: on > c.dueOn ? 'late' : 'met' })

/** How far a matter of this age has come. Old ones are settled but for a few; sealed ones stay with the discipline liaison. */
const reached = (age: number, p: number): State => {
  if (age < 4) return 'registered'
  if (age < 16) return p < 0.35 ? 'registered' : p < 0.55 ? 'accepted' : 'handling'
  if (age < 70)
    return p < 0.01 ? 'registered' : p < 0.55 ? 'handling' : p < 0.7 ? 'opinionDraft' : p < 0.93 ? 'served' : 'closed'
  if (age < 130) return p < 0.04 ? 'handling' : p < 0.05 ? 'opinionDraft' : p < 0.3 ? 'served' : 'closed'
  return p < 0.003 ? 'handling' : p < 0.008 ? 'served' : 'closed'
}

const mornings = new Map<Day, number>()
const at = (day: Day, minute: number) => {
  let morning = mornings.get(day)
  if (morning === undefined) {
    morning = Date.parse(`${day}T08:30:00+08:00`)
    mornings.set(day, morning)
  }
  return new Date(morning + minute * 60_000)
}

/**
 * One synthetic matter as the moves would have left it: row, people, clocks, records, opinion, tests, trace and search.
 * Papers are left out (they would be three quarters of the volume), so an old matter shows none. Returns its counter's key.
 */
export const bulkMatter = (
  out: Rows,
  town: BulkTown,
  story: Story,
  received: Day,
  today: Day,
  law: Law,
  r: () => number,
): ReturnType<typeof countKey> => {
  const { townId } = town
  const village = town.villages[Math.floor(r() * town.villages.length)]!
  const age = daysBetween(received, today)
  const sealed = r() < 0.006
  const state: State = sealed ? 'registered' : reached(age, r())
  const past = (s: State) => order.indexOf(state) >= order.indexOf(s)
  const done = state === 'closed'
  const p = r()
  const grade: Grade | null = age < 3 ? null : p < 0.12 ? 'red' : p < 0.4 ? 'yellow' : 'blue'
  const isKey = grade === 'red' || (grade === 'yellow' && r() < 0.15)
  const unit = town.units.get(story.unit)!
  const leader =
    grade === 'red' ? town.leaders[Math.floor(r() * 2)]! : town.leaders[Math.floor(r() * town.leaders.length)]!
  const n = Math.floor(r() * 2000)
  const people = r() < 0.08 ? 5 + Math.floor(r() * 30) : 1
  const name = personName(n)
  const word = thing(r())
  const channel = (['visit', 'visit', 'visit', 'letter', 'phone', 'online', 'hotline', 'screening'] as Channel[])[
    Math.floor(r() * 8)
  ]!

  const minute = Math.floor(r() * 480)
  const until = (d: Day) => (d > today ? today : d)
  const acceptedOn = past('accepted') ? until(addDays(received, 2 + Math.floor(r() * 10))) : null
  const assignedOn = past('handling') ? until(addDays(acceptedOn!, 1)) : null
  const investigatedOn = past('handling') && r() < 0.8 ? until(addDays(assignedOn!, 2 + Math.floor(r() * 12))) : null
  const draftedOn = past('opinionDraft') ? until(addDays(assignedOn!, 14 + Math.floor(r() * 30))) : null
  const servedOn = past('served') ? until(addDays(draftedOn!, 1 + Math.floor(r() * 8))) : null
  const followedUpOn = servedOn && (done || r() < 0.5) ? until(addDays(servedOn, 5 + Math.floor(r() * 15))) : null
  const closedOn = done ? until(addDays(servedOn!, 31 + Math.floor(r() * 10))) : null
  const lastDay =
    closedOn ?? followedUpOn ?? servedOn ?? draftedOn ?? investigatedOn ?? assignedOn ?? acceptedOn ?? received

  const year = yearOf(received)
  const nth = (town.numbers.get(year) ?? 0) + 1
  town.numbers.set(year, nth)
  const registeredAt = at(received, minute)
  const id = uuidv7(registeredAt.getTime())
  const number = petitionNumber('XF', year, nth)
  const title = story.title.replaceAll('{v}', village.name)
  const request = `${story.request.replaceAll('{v}', village.name)}另涉及${word}一事，请一并查明。`
  const facts = `${story.facts.replaceAll('{v}', village.name)}${name}反映，${sayings[Math.floor(r() * sayings.length)]}，${word}问题自${year - 1 - Math.floor(r() * 5)}年${1 + Math.floor(r() * 12)}月起至今，涉及${1 + Math.floor(r() * 40)}户。`

  let d01 = clock('D01', received, law)
  let d02 = clock('D02', received, law)
  const clocks: Clock[] = []
  if (acceptedOn) {
    d01 = ended(d01, acceptedOn)
    d02 = ended(d02, acceptedOn)
    const d05 = clock('D05', acceptedOn, law)
    clocks.push(servedOn ? ended(d05, servedOn) : d05)
    if (servedOn) {
      const d07 = clock('D07', servedOn, law)
      clocks.push(closedOn ? { ...d07, endedOn: closedOn, outcome: closedOn > d07.dueOn ? 'met' : 'cancelled' } : d07)
    }
  }
  clocks.unshift(d01, d02)

  // The trace: one chain from registration on, by the one whose turn it was.
  let prev = ''
  let seq = 0
  const say = (by: Actor, kind: string, move: string, day: Day, more: number, says: string) => {
    const who: By = { townId, staffId: by.staffId, name: by.name, post: by.post }
    seq += 1
    const row = traceRow(
      who,
      { subjectId: id, subjectKind: 'petition', kind, says, move },
      seq,
      prev,
      at(day, minute + more),
    )
    prev = row.hash
    out.trace.push(row)
  }
  const records: string[] = []
  const record = (by: Actor, kind: string, day: Day, more: number, body: string, data: unknown) => {
    const rid = uuidv7(at(day, minute + more).getTime())
    records.push(rid)
    out.petitionRecord.push({
      townId,
      id: rid,
      petitionId: id,
      kind,
      onDay: day,
      body,
      data,
      staffId: by.staffId,
      byName: by.name,
      at: at(day, minute + more).toISOString(),
    })
  }
  const registrar = sealed ? town.liaison : town.clerk
  say(registrar, 'register', 'register', received, 0, `登记：${channels[channel]}，${formal(received)}收到`)
  if (acceptedOn) say(town.head, 'accept', 'accept', acceptedOn, 3, '受理；办理期限自今日起算')
  if (assignedOn) say(town.head, 'assign', 'assignHandler', assignedOn, 6, `交办：${story.unit}、${unit.handler.name}`)
  if (investigatedOn) {
    const body = story.findings.replaceAll('{v}', village.name)
    record(unit.handler, 'investigation', investigatedOn, 9, body, { way: 'visit' })
    say(unit.handler, 'investigate', 'investigate', investigatedOn, 9, `调查核实：${body}`)
  }
  if (draftedOn) {
    say(unit.handler, 'reply', 'submitOpinion', draftedOn, 12, '处理意见送审')
    out.petitionOpinion.push({
      townId,
      id: uuidv7(at(draftedOn, minute + 12).getTime()),
      petitionId: id,
      round: 1,
      n: 1,
      status: servedOn ? 'signed' : 'submitted',
      request,
      facts: story.findings.replaceAll('{v}', village.name),
      reasons: '经核查，上述事实有现场记录和有关材料佐证。',
      opinion: story.opinion.replaceAll('{v}', village.name),
      legalBasis: story.basis,
      remedy: '如不服本处理意见，可以自收到之日起三十日内向上一级人民政府提出复查请求。',
      draftedBy: unit.handler.staffId,
      draftedOn,
      checkedBy: servedOn ? town.head.staffId : null,
      checkedOn: servedOn,
      signedBy: servedOn ? leader.staffId : null,
      signedOn: servedOn,
    })
  }
  if (servedOn) {
    say(leader, 'reply', 'signOpinion', servedOn, 15, `${leader.post}${leader.name}签发处理意见`)
    say(unit.handler, 'serve', 'serve', servedOn, 18, '送达《信访事项处理意见书》（当面，已签收）')
    record(unit.handler, 'service', servedOn, 18, '当面送达，已签收', {})
  }
  const rating = !followedUpOn ? null : r() < 0.8 ? 'satisfied' : r() < 0.7 ? 'basicallySatisfied' : 'dissatisfied'
  if (followedUpOn) {
    record(town.clerk, 'followUp', followedUpOn, 21, '', {
      way: 'phone',
      reached: true,
      ratingOffice: rating,
      ratingUnit: rating,
    })
    say(town.clerk, 'revisit', 'followUp', followedUpOn, 21, '回访（电话）')
  }
  if (closedOn) {
    say(town.clerk, 'signoff', 'conclude', closedOn, 24, '办结：复查期限届满未申请')
    say(
      unit.handler,
      'signoff',
      'proposeClosing',
      closedOn,
      27,
      '按四项标准提交销号：事实清楚、定性准确、处理恰当、证据齐全',
    )
    say(town.head, 'signoff', 'close', closedOn, 30, `${town.head.name}核验四项标准均成立，销号`)
    for (const [test, answer] of Object.entries({
      facts: '现场查看与双方陈述一致',
      nature: '性质与适用依据相符',
      handling: '处理意见已经送达并兑现',
      evidence: '调查、送达、回访记录齐全',
    }))
      out.closingTest.push({
        townId,
        petitionId: id,
        round: 1,
        test,
        answer,
        evidenceIds: records.slice(0, 2),
        answeredBy: unit.handler.staffId,
        answeredOn: closedOn,
        confirmed: true,
        confirmedBy: town.head.staffId,
        confirmedOn: closedOn,
      })
  }

  const holder =
    sealed || done
      ? null
      : servedOn
        ? town.clerk
        : draftedOn
          ? null
          : assignedOn
            ? unit.handler
            : acceptedOn
              ? town.head
              : town.clerk
  const row = {
    townId,
    id,
    number,
    queryCode: queryCode(),
    channel,
    receivedOn: received,
    registeredOn: received,
    registeredBy: registrar.staffId,
    title: sealed ? '检举控告件' : title,
    request,
    facts,
    petitionerName: name,
    headCount: people,
    affectedCount: people > 1 ? people : null,
    sealed,
    areaId: village.areaId,
    villageId: village.id,
    gridId: village.grids.length && r() < 0.7 ? village.grids[Math.floor(r() * village.grids.length)]! : null,
    class: sealed ? 'accusation' : 'claim',
    route: sealed ? null : 'petitionProcedure',
    categoryText: story.category,
    grade,
    gradeReason: grade ? '按事项属性定级' : '',
    reviewOn: grade ? addDays(received, 30) : null,
    isKey,
    state,
    step: stepOf(state),
    closing: done ? 'confirmed' : 'none',
    holderId: holder?.staffId ?? null,
    leadOfficialId: grade === 'red' && r() < 0.85 ? leader.staffId : null,
    mainUnitId: assignedOn ? unit.id : null,
    mainHandlerId: assignedOn ? unit.handler.staffId : null,
    areaOwnerId: assignedOn ? village.secretary.staffId : null,
    villageOwnerId: assignedOn ? village.officer.staffId : null,
    signerId: servedOn ? leader.staffId : null,
    acceptedOn,
    servedOn,
    concludedOn: closedOn,
    closedOn,
    conclusion: done ? 'reviewLapsed' : null,
    ...nextDue(done ? [] : clocks),
    lastContactOn: followedUpOn ?? servedOn,
    lastProgressOn: lastDay,
    followedUpOn,
    ratingOffice: rating,
    ratingUnit: rating,
    initials: soundOf(sealed ? '检举控告件' : title),
    traceSeq: seq,
    traceHash: prev,
    version: seq,
    createdAt: registeredAt.toISOString(),
    updatedAt: at(lastDay, minute + 30).toISOString(),
  }
  out.petition.push(row)
  out.petitionParty.push({
    townId,
    id: uuidv7(),
    petitionId: id,
    sort: 0,
    name,
    phone: phoneOf(n),
    address: village.name,
    isRepresentative: people > 1,
  })
  for (const c of clocks)
    out.petitionClock.push({
      townId,
      id: c.id,
      petitionId: id,
      round: 1,
      rule: c.rule,
      fromOn: c.fromOn,
      dueOn: c.dueOn,
      extension: c.extension,
      endedOn: c.endedOn,
      outcome: c.outcome,
      steps: c.steps,
    })
  out.petitionClaim.push({
    townId,
    id: uuidv7(),
    petitionId: id,
    sort: 0,
    body: request.slice(0, 200),
    result: servedOn ? story.result : null,
    answer: servedOn ? story.opinion.replaceAll('{v}', village.name) : '',
    basis: servedOn ? story.basis : '',
  })
  const found = { number, title, names: [name], request, facts, initials: row.initials }
  out.petitionSearch.push({ townId, petitionId: id, ...(sealed ? { text: '', grams: '' } : searchRow(townId, found)) })
  return countKey({ villageId: village.id, step: row.step, grade, isKey, sealed })
}

const order: State[] = ['registered', 'accepted', 'handling', 'opinionDraft', 'served', 'closed']
