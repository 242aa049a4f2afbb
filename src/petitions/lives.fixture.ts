import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { servedKinds } from '../documents/catalogue.ts'
import { addDays, type Day, day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Role, Who } from '../people/roles.ts'
import { calendarOf } from './calendar.ts'
import { hearingNoticeBy } from './clocks.ts'
import type { MoveName } from './flow.ts'
import type { Law } from './move.ts'
import { type Matter, noParts, petitionersOf, proofIds } from './petition.ts'

const tables = Object.entries(
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../../db/reference/calendar.json'), 'utf8')) as Record<
    string,
    { off: Record<string, string>; work: Record<string, string> }
  >,
)
/** The calendar that comes with the product: 2022 to 2026. */
export const builtInCalendar = calendarOf(
  tables.flatMap(([year, t]) => [
    ...Object.entries(t.off).map(([d, name]) => ({ date: `${year}-${d}` as Day, isOffDay: true, name })),
    ...Object.entries(t.work).map(([d, name]) => ({ date: `${year}-${d}` as Day, isOffDay: false, name })),
  ]),
  tables.map(([year]) => +year),
)
export const law: Law = { calendar: builtInCalendar, superior: '某县人民政府' }

/** Somebody of a post in the small town of the models. */
export const person = (role: Role, more: Partial<Who> = {}): Who => ({
  townId: 'town',
  staffId: uuidv7(),
  name: `${role}甲`,
  post: '',
  roles: [role],
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 9,
  ...more,
})

/** A matter just registered, with everything at its beginning. */
export const newMatter = (more: Partial<Matter> = {}): Matter => ({
  townId: 'town',
  id: uuidv7(),
  number: 'XF2026-0001',
  queryCode: '',
  round: 1,
  channel: 'visit',
  receivedOn: day('2026-03-05'),
  registeredOn: day('2026-03-05'),
  registeredBy: null,
  title: '路灯不亮',
  request: '修复路灯',
  facts: '',
  oral: false,
  readBack: false,
  petitionerName: '王建国',
  headCount: 1,
  affectedCount: null,
  anonymous: false,
  confidential: false,
  sealed: false,
  areaId: null,
  villageId: null,
  gridId: null,
  place: '',
  class: null,
  route: null,
  category: null,
  categoryText: '',
  grade: null,
  gradeReason: '',
  gradeAttributes: [],
  gradeProposed: null,
  gradeProposedBy: null,
  reviewOn: null,
  isKey: false,
  repeat: false,
  firstTime: true,
  state: 'registered',
  step: 'register',
  pending: null,
  extension: 'none',
  closing: 'none',
  hearing: 'none',
  mediation: 'none',
  simple: false,
  urgentOn: null,
  sendMode: null,
  limitOn: null,
  reportedOn: null,
  holderId: null,
  leadOfficialId: null,
  mainUnitId: null,
  mainHandlerId: null,
  areaOwnerId: null,
  villageOwnerId: null,
  signerId: null,
  approverId: null,
  assistUnitIds: [],
  barredIds: [],
  acceptedOn: null,
  servedOn: null,
  concludedOn: null,
  closedOn: null,
  conclusion: null,
  nextDueOn: null,
  nextDueRule: null,
  lastContactOn: null,
  lastProgressOn: day('2026-03-05'),
  followedUpOn: null,
  ratingOffice: null,
  ratingUnit: null,
  outcomeText: '',
  version: 1,
  parties: [
    {
      id: uuidv7(),
      sort: 0,
      role: 'petitioner',
      kind: 'person',
      name: '王建国',
      phone: '13800001234',
      address: '',
      idType: '',
      idLast4: '',
      idChecked: false,
      isRepresentative: false,
      eService: false,
      actsFor: '',
      note: '',
      ratingOffice: null,
      ratingUnit: null,
      ratedOn: null,
    },
  ],
  clocks: [],
  claims: [{ id: uuidv7(), sort: 0, body: '修复路灯', result: null, answer: '', basis: '' }],
  ...noParts(),
  duties: null,
  passes: [],
  echo: null,
  uncounted: [],
  ...more,
})

/** The people and units that random lives draw from. */
export interface Cast {
  unitIds: string[]
  handlerIds: string[]
  leaderIds: string[]
  principalIds: string[]
  mediatorIds: string[]
  headIds: string[]
  villageOwnerId?: string
  areaOwnerId?: string
}

export type Dice = () => number
/** Chance that a seed repeats (mulberry32). */
export const dice =
  (seed: number): Dice =>
  () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
const pick = <T>(r: Dice, list: readonly T[]): T => list[Math.floor(r() * list.length)]!

/** An input for a move that is mostly acceptable and now and then is not. */
export const inputFor = (move: MoveName, m: Matter, today: Day, cast: Cast, r: Dice): Record<string, unknown> => {
  const chance = (p: number) => r() < p
  const proofs = proofIds(m)
  const proof = () => (proofs.length && !chance(0.05) ? [pick(r, proofs)] : [])
  const someDay = () => (chance(0.05) ? addDays(today, 3) : today)
  const people = petitionersOf(m)
  const someone = () => (people.length > 1 && chance(0.5) ? pick(r, people).id : null)
  /** Any request, fitting or not; most often the newest. */
  const request = () => (chance(0.8) ? m.reviews.at(-1)?.id : m.reviews[0]?.id)
  const open = m.tasks.filter((t) => t.doneOn === null)
  const agree = !chance(0.2)
  const opinion = () => ({
    request: '修复路灯',
    facts: '现场查看属实',
    reasons: '证据充分',
    opinion: `支持其请求，第 ${Math.floor(r() * 1000)} 稿`,
    legalBasis: '《信访工作条例》',
    remedy: '三十日内请求复查',
    claims: [
      { body: '修复路灯', result: pick(r, ['supported', 'explained', 'notSupported']), answer: '已答复', basis: '' },
    ],
  })
  switch (move) {
    case 'classify':
      return chance(0.2)
        ? { class: 'suggestion', reason: '重新分类' }
        : {
            class: 'claim',
            route: chance(0.15) ? pick(r, ['litigation', 'arbitration', 'adminProcedure']) : 'petitionProcedure',
            reason: '重新分类',
          }
    case 'grade':
      return { grade: pick(r, ['red', 'yellow', 'blue', 'blue']), gradeReason: '按属性' }
    case 'confirmGrade':
      return { agree, note: '理由' }
    case 'accept':
      return { simple: chance(0.3), simpleWhy: 'clear' }
    case 'proposeNotAccept':
    case 'notAccept':
      return {
        agree,
        ground: pick(r, ['alreadyHandling', 'reviewRightUnused', 'legalRoute', 'notMyPower', 'rechecked']),
        remedy: '请向县交通运输局提出',
        detail: chance(0.2) ? '' : '文号略',
        ...(chance(0.3) ? { remedyId: 'reconsideration', knownOn: chance(0.8) ? m.receivedOn : undefined } : {}),
      }
    case 'guide':
      return {
        where: '县人民法院',
        how: '携带材料立案',
        remedyId: chance(0.4) ? 'civilSuit' : undefined,
        knownOn: m.receivedOn,
      }
    case 'forward': {
      const mode = chance(0.5) ? 'assign' : 'forward'
      return {
        mode,
        unitId: pick(r, cast.unitIds),
        reason: '属其职权',
        limitOn: chance(0.9) ? addDays(today, 40) : null,
      }
    }
    case 'object':
      return { reason: '不属于本单位职权' }
    case 'answerObjection':
      return { agree: chance(0.5), reason: '经核实' }
    case 'referDispute':
      return { to: pick(r, ['superior', 'jointConference']), reason: '各执一词', leaderId: pick(r, cast.principalIds) }
    case 'decideDispute':
      return { unitId: pick(r, cast.unitIds), reason: '经协调' }
    case 'assignHandler':
    case 'reassign':
      return {
        mainUnitId: m.mainUnitId ?? pick(r, cast.unitIds),
        mainHandlerId: pick(r, cast.handlerIds),
        ...(cast.areaOwnerId ? { areaOwnerId: cast.areaOwnerId } : {}),
        ...(cast.villageOwnerId ? { villageOwnerId: cast.villageOwnerId } : {}),
        reason: '调整',
      }
    case 'passUp':
    case 'passDown': {
      const to = pick(r, move === 'passUp' ? ['area', 'town'] : ['area', 'village', 'unit'])
      const staffId = pick(r, cast.headIds)
      const taker = { level: to, staffId, name: '接收人', post: '岗位', notes: chance(0.3) ? ['村信访信息员空缺'] : [] }
      return { to, why: 'cannot', reason: '已经上门两次', dueOn: addDays(today, 3), taker: chance(0.9) ? taker : null }
    }
    case 'tellBack':
      return { onDay: someDay(), way: 'face', body: '已当面说明' }
    case 'askPressure':
      return { onDay: someDay(), way: 'phone' }
    case 'nameLead':
      return { leadOfficialId: pick(r, cast.leaderIds) }
    case 'requestExtension':
      return {
        days: chance(0.1) ? 31 : 1 + Math.floor(r() * 30),
        reason: '情况复杂',
        approverId: pick(r, cast.leaderIds),
      }
    case 'decideExtension':
      return { agree, reason: '理由' }
    case 'planHearing': {
      let heldOn = addDays(today, 16)
      try {
        while (today > hearingNoticeBy(heldOn, builtInCalendar)) heldOn = addDays(heldOn, 1)
      } catch {
        heldOn = addDays(today, 20)
      }
      return {
        why: 'complex',
        subject: '是否属于公共照明',
        heldOn: chance(0.1) ? today : heldOn,
        place: '镇会议室',
        hostId: pick(r, cast.headIds),
        officers: chance(0.1) ? ['甲', '乙'] : ['甲', '乙', '丙', '丁', '戊'],
      }
    }
    case 'holdHearing':
      return { onDay: today, present: '各方', minutes: '笔录', facts: '属实', conclusion: '属于公共照明' }
    case 'cancelHearing':
      return { reason: '信访人不再要求' }
    case 'refuseHearing':
      return { askedOn: m.receivedOn, reason: '事实清楚，无须听证' }
    case 'offerMediation':
      return { parties: '双方', dispute: '相邻关系', told: true }
    case 'startMediation':
      return { consent: agree, words: '愿意', committee: '村调委会' }
    case 'endMediation':
      return {
        agreed: chance(0.5),
        onDay: someDay(),
        body: '各让一步',
        signed: !chance(0.1),
        within: true,
        remedyTold: true,
      }
    case 'stopMediation':
      return { words: '不调了' }
    case 'draftOpinion':
    case 'submitOpinion':
      return opinion()
    case 'checkOpinion':
      return { agree, note: '意见', signerId: pick(r, cast.principalIds), signerIsPrincipal: true }
    case 'signOpinion':
      return { agree, note: '退回理由' }
    case 'serve': {
      const waiting = m.documents.filter(
        (d) => (servedKinds as readonly string[]).includes(d.kind) && !m.services.some((s) => s.documentId === d.id),
      )
      const doc = waiting.at(-1) ?? m.documents.at(-1)
      return {
        documentId: doc?.id ?? uuidv7(),
        way: 'inPerson',
        servedOn: someDay(),
        receiver: '本人',
        outcome: chance(0.1) ? 'refused' : 'signed',
        witness: chance(0.5) ? '见证人' : '',
        partyId: people.length > 1 && chance(0.5) ? pick(r, people).id : null,
      }
    }
    case 'followUp':
      return {
        onDay: someDay(),
        way: 'phone',
        reached: agree,
        ratingOffice: 'satisfied',
        ratingUnit: pick(r, ['satisfied', 'dissatisfied', 'declined']),
        partyId: people.length > 1 ? pick(r, people).id : null,
      }
    case 'askReview':
    case 'askRecheck':
      return {
        organ: move === 'askRecheck' ? '某市人民政府' : '',
        askedOn: someDay(),
        wants: '撤销原意见',
        reasons: '不服',
        lateCause: chance(0.3) ? '住院' : '',
        partyId: people.length > 1 && chance(0.7) ? pick(r, people).id : null,
      }
    case 'answerReview':
      return { admitted: agree, onDay: someDay(), note: '理由', reviewId: request() }
    case 'sendFile':
      return { onDay: today, what: '全部案卷' }
    case 'recheckHearing':
      return { fromOn: m.reviews.at(-1)?.receivedOn ?? today, toOn: today }
    case 'decideReview':
      return {
        reviewId: request(),
        outcome: pick(r, ['maintained', 'changed', 'revoked']),
        decidedOn: someDay(),
        number: '县复查〔2026〕1号',
        decision: '决定如下',
        faults: ['facts'],
        servedOn: chance(0.5) ? today : null,
      }
    case 'serveReview':
      return { servedOn: someDay(), receiver: '本人', reviewId: request(), partyId: someone() }
    case 'withdrawReview':
    case 'withdraw':
      return { words: '不再反映了', voluntary: true, onDay: someDay(), reviewId: request(), partyId: someone() }
    case 'conclude':
      return {
        ground: pick(r, ['settled', 'mediated', 'reviewLapsed', 'replied', 'noSuccessor']),
        note: '情况',
        evidenceIds: proof(),
      }
    case 'proposeClosing': {
      const t = () => ({ answer: '清楚', evidenceIds: proof() })
      const four = (['solved', 'explained', 'relieved', 'lawful'] as const).map((outcome) => ({
        outcome,
        applies: false,
      }))
      return { facts: t(), nature: t(), handling: t(), evidence: t(), outcomes: chance(0.9) ? four : [] }
    }
    case 'close': {
      const v = () => ({ confirmed: !chance(0.05), reason: '依据不足' })
      return { facts: v(), nature: v(), handling: v(), evidence: v() }
    }
    case 'reopen':
      return {
        why: pick(r, ['newFacts', 'newReasons', 'breach', 'notExecuted', 'refiled']),
        detail: '又坏了',
        onDay: someDay(),
      }
    case 'recordOutcome':
      return {
        outcome: pick(r, ['solved', 'explained', 'relieved', 'lawful']),
        applies: chance(0.7),
        done: chance(0.5),
        body: '依据',
        handedTo: chance(0.8) ? '民政办' : '',
        evidenceIds: proof(),
      }
    case 'adopt':
      return { result: pick(r, ['wholly', 'partly', 'not']), body: '可行', plan: '年内落实' }
    case 'planExecution':
      return {
        taskId: open.length ? pick(r, open).id : null,
        body: '更换灯泡',
        unitId: pick(r, cast.unitIds),
        dueOn: addDays(today, 20),
      }
    case 'executed':
      return { taskId: open[0]?.id ?? uuidv7(), onDay: someDay(), text: '已更换', evidenceIds: proof() }
    case 'pressExecution':
      return { taskId: open[0]?.id ?? uuidv7(), says: '请抓紧' }
    case 'completionReport':
      return { facts: '属实', result: '已修复', execution: '完毕', view: '满意' }
    case 'reportUrgent':
      return {
        what: '有人聚集',
        measures: '到场劝导',
        to: chance(0.8) ? ['committee', 'government', 'department', 'jointConference'] : ['committee'],
        onDay: someDay(),
      }
    case 'urgentFollow':
      return { body: '已平稳', over: true }
    case 'joinPetitioners':
      return { people: [{ name: `李${Math.floor(r() * 5)}` }] }
    case 'chooseRepresentatives':
      return { partyIds: people.slice(0, 1 + Math.floor(r() * 6)).map((p) => p.id), told: true }
    case 'addAgent':
      return {
        role: chance(0.7) ? 'agent' : 'guardian',
        name: `代理${Math.floor(r() * 9)}`,
        forId: people[0]?.id ?? uuidv7(),
        agentKind: 'relative',
        written: !chance(0.2),
      }
    case 'convertSimple':
    case 'recall':
      return { reason: '情况变化' }
    case 'contact':
      return { onDay: someDay(), way: 'phone', body: '听取陈述', heard: true }
    case 'investigate':
      return { onDay: someDay(), body: '现场查看' }
    case 'remind':
      return { says: '请抓紧' }
    case 'correct':
      return { headCount: m.headCount + 1, reason: '更正人数' }
    case 'split':
      return { parts: [{ request: '另一件事' }], reason: '两件事' }
    default:
      return { body: '备注', note: '备注' }
  }
}
