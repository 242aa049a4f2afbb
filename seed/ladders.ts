import type { Tx } from '../src/audit/trace.ts'
import { petitioner, say } from '../src/citizen/store.ts'
import { addDays } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Who } from '../src/people/roles.ts'
import type { Matter } from '../src/petitions/petition.ts'
import type { Setting } from '../src/petitions/store.ts'
import { town } from './town.ts'

interface Ladder {
  /** Numbers of the papers of the organs above. */
  numbers?: [review: number, recheck?: number]
  review: string
  recheck?: string
  /** How far the organs above have come by the last day of the year. */
  until: 'reviewed' | 'served' | 'rechecked' | 'end'
}

/** By the numbers of the plans: who was not content with the answer, in their own words. */
export const ladders: Record<number, Ladder> = {
  226: { until: 'reviewed', review: '意见只公开近三年的，河滩地是二〇一九年起就包出去的，前面几年的钱去哪了没有说。' },
  236: { until: 'served', numbers: [61], review: '一个月以后才装隔音，这一个月夜里照样切，检测也没有通知我到场。' },
  240: {
    until: 'rechecked',
    numbers: [54],
    review: '机井列到下半年，冬灌等不到。路修了，三百多亩地还是浇不上水。',
    recheck: '复查意见说已经列入计划，可是没有写哪天打井，冬灌怎么办也没有说。',
  },
  248: {
    until: 'end',
    numbers: [38, 12],
    review: '补的 960 元只算了一亩多，我家是两亩四分，登记错了不能叫我吃亏。',
    recheck: '复查还是按错的登记算的，地是哪块、种的什么，邻居都可以作证。',
  },
}

type Then = (days: number, hour: number, who: string, go: (tx: Tx, who: Who, s: Setting) => Promise<void>) => void
type Step = (days: number, hour: number, who: string, move: string, input: (s: Setting, x: Matter) => unknown) => void

/** Review and recheck as the petitioner asks, the organs above decide and the township writes down and serves. */
export const climb = (l: Ladder, given: { then: Then; step: Step; id: () => string; clerk: string; name: string }) => {
  const { then, step, id, clerk, name } = given
  const ask = (days: number, kind: 'review' | 'recheck', body: string) =>
    then(days, 19, clerk, async (tx, me, s) => {
      await say(tx, petitioner(me.townId, id()), { kind, body, requestId: uuidv7(s.now.getTime()) }, s)
    })
  const admitted = () =>
    step(2, 10, clerk, 'answerReview', (s) => ({ admitted: true, onDay: s.today, note: '通知已经送达请求人' }))
  const decided = (days: number, kind: string, no: number | undefined, decision: string) =>
    step(days, 16, clerk, 'decideReview', (s) => ({
      outcome: 'maintained',
      decidedOn: s.today,
      number: `${kind}〔${s.today.slice(0, 4)}〕${no}号`,
      decision,
      faults: [],
    }))
  const served = () =>
    step(2, 15, clerk, 'serveReview', (s) => ({ servedOn: s.today, receiver: name, note: '当面送达' }))

  ask(4, 'review', l.review)
  admitted()
  step(1, 10, clerk, 'sendFile', (s) => ({
    onDay: s.today,
    what: '登记表、调查笔录、现场照片、处理意见书和送达回证，共二十六页',
  }))
  if (l.until === 'reviewed') return
  decided(
    9,
    '示政复查',
    l.numbers?.[0],
    '原处理意见认定事实清楚，依据正确，程序合法，予以维持；请承办单位按意见写明的期限抓紧落实。',
  )
  served()
  if (!l.recheck) return
  ask(8, 'recheck', l.recheck)
  admitted()
  if (l.until === 'rechecked') return
  step(8, 10, clerk, 'recheckHearing', (s) => ({
    fromOn: addDays(s.today, -1),
    toOn: s.today,
    note: '请求人、承办单位和两名邻居到场陈述',
  }))
  decided(
    10,
    '示市复核',
    l.numbers?.[1],
    `经听证，维持${town.superiorName}的复查意见；登记与实际不符的部分，由承办单位依意见更正。`,
  )
  served()
}
