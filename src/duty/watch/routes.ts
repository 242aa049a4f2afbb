import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { text } from '../../kit/text.ts'
import { caseWorkers } from '../../people/roles.ts'
import { DayText } from '../../petitions/petition.ts'
import { overs, Rule, ShiftPlan, shifts, TurnInput } from './watch.ts'

const requestId = z.uuid()
const Ok = z.object({ ok: z.literal(true) })
const Made = z.object({ made: z.number(), empty: z.array(DayText) })

const Person = z.object({
  id: z.string(),
  name: z.string(),
  post: z.string(),
  /** Why this person will not be there, in a sentence. */
  problem: z.string().nullable(),
})
export const WatchDay = z.object({
  on: DayText,
  /** 春节, 调休上班 …; '' for an ordinary day. */
  named: z.string(),
  worked: z.boolean(),
  /** A day that needs somebody and has nobody who will be there. */
  gap: z.boolean(),
  version: z.number(),
  shifts: z.array(z.object({ shift: codes(shifts), window: z.array(Person), lead: Person.nullable() })),
})
export type WatchDay = z.infer<typeof WatchDay>
export type WatchPerson = z.infer<typeof Person>

const Spot = z.object({ on: DayText, shift: codes(shifts), staffId: z.uuid(), version: z.int() })

/** Who keeps the roster: the petition office; its head also the rule. */
export const keepers = ['clerk', 'petitionHead'] as const

export const watchRoutes = {
  watch: route({
    method: 'GET',
    path: '/api/watch',
    says: '值班安排：每天每班谁在窗口、谁带班，哪天没有人，谁到时不在',
    may: caseWorkers,
    query: z.object({ from: DayText, to: DayText }),
    response: z.object({
      days: z.array(WatchDay),
      rule: Rule,
      ruleVersion: z.number(),
      /** The office's public telephone and place, where the rule names none. */
      hotline: z.string(),
      address: z.string(),
      mayEdit: z.boolean(),
      mayRule: z.boolean(),
      /** Years whose holidays are not published yet: their days go by the days of the week. */
      unknownYears: z.array(z.number()),
      /** Days from today on that need somebody and have nobody, up to the end of next week. */
      gaps: z.array(DayText),
      changes: z.array(
        z.object({ requestId: z.string(), at: z.string(), byName: z.string(), says: z.string(), mayUndo: z.boolean() }),
      ),
    }),
  }),
  fillWatch: route({
    method: 'POST',
    path: '/api/watch/days',
    says: '排定一天或几天的值班',
    may: keepers,
    body: z.object({
      requestId,
      days: z
        .array(
          z.object({
            on: DayText,
            /** What was seen, 0 where the day was empty; null replaces whatever is there. */
            version: z.int().min(0).nullable(),
            shifts: z.array(ShiftPlan).max(4),
          }),
        )
        .min(1, '没有要排的日子')
        .max(366),
    }),
    response: Ok,
  }),
  turnWatch: route({
    method: 'POST',
    path: '/api/watch/turn',
    says: '按名单轮流排值班',
    may: keepers,
    body: z.object({ requestId, turn: TurnInput }),
    response: Made,
  }),
  copyWatch: route({
    method: 'POST',
    path: '/api/watch/copy',
    says: '照一周的值班排另一周',
    may: keepers,
    body: z.object({ requestId, from: DayText, to: DayText, over: codes(overs) }),
    response: Made,
  }),
  swapWatch: route({
    method: 'POST',
    path: '/api/watch/swap',
    says: '两个人对调值班',
    may: keepers,
    body: z.object({ requestId, a: Spot, b: Spot, reason: text(200).default('') }),
    response: Ok,
  }),
  undoWatch: route({
    method: 'POST',
    path: '/api/watch/undo',
    says: '撤回一次值班改动，其后没有人再改过才能撤回',
    may: keepers,
    body: z.object({ requestId, of: z.uuid() }),
    response: Ok,
  }),
  saveWatchRule: route({
    method: 'POST',
    path: '/api/watch/rule',
    says: '值班的规矩：哪些日子要有人、各班的时间、公开的电话和地点',
    may: ['petitionHead'],
    body: z.object({ requestId, version: z.int(), rule: Rule }),
    response: Ok,
  }),
}
