import type { Tx } from '../src/audit/trace.ts'
import { report } from '../src/ground/campaign.store.ts'
import { ReportInput } from '../src/ground/campaign.ts'
import { openRoutine } from '../src/ground/routine.job.ts'
import { setRhythm } from '../src/ground/routine.store.ts'
import { RhythmInput } from '../src/ground/routine.ts'
import { addDays, type Day, weekday } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Who } from '../src/people/roles.ts'
import type { Setting } from '../src/petitions/store.ts'
import type { Deed } from './duty.ts'

/** What villages hear in an ordinary week and settle on the spot. */
const answers = [
  ['合作医疗断缴怎样补', '告知补缴期限和线上办法，当场帮助登记'],
  ['门前路灯不亮找谁', '留下维修电话，约定两天内修好'],
  ['宅基地确权证什么时候发', '与自然资源所核对，下月初统一发放'],
] as const

/** The report of a village for the period that has begun last: most weeks a zero, now and then a question answered. */
const reported = (n: number, on: Day) => async (tx: Tx, who: Who, s: Setting) => {
  const place = await tx
    .selectFrom('campaignPlace as p')
    .innerJoin('campaign as c', (j) => j.onRef('c.townId', '=', 'p.townId').onRef('c.id', '=', 'p.campaignId'))
    .select(['p.id', 'p.campaignId'])
    .where('p.townId', '=', who.townId)
    .where('p.cadreId', '=', who.staffId)
    .where('c.routineOn', '=', on as never)
    .executeTakeFirstOrThrow()
  const heard = n % 9 === 4 ? answers[n % answers.length]! : null
  const input = ReportInput.parse({
    zero: heard === null,
    visited: 8 + ((n * 5) % 17),
    findings: heard ? [{ kind: 'answered', asked: heard[0], answer: heard[1] }] : [],
  })
  await report(tx, who, place.campaignId, place.id, { requestId: uuidv7(s.now.getTime()), version: 0, input }, s)
}

/**
 * The weekly screening of every village: set a week ago, when all reported, two of them late; this week's has begun, and the
 * first have reported. `villages` is how many there are; the n-th officer is `cunN`.
 */
export const routineDeeds = (today: Day, villages: number): Deed[] => {
  const first = addDays(today, -7)
  const open = async (tx: Tx, who: Who, s: Setting) => {
    await openRoutine(tx, who.townId, s)
  }
  const input = RhythmInput.parse({
    every: 'week',
    weekday: weekday(first),
    days: 3,
    withGrids: false,
    asks: '本周入户走访中听到的矛盾、诉求和风险；没有的零报告',
  })
  const reports = (on: Day, of: (n: number) => { after: number; hour: number } | null): Deed[] =>
    Array.from({ length: villages }, (_, i) => i + 1).flatMap((n) => {
      const when = of(n)
      return when ? [{ on: addDays(on, when.after), hour: when.hour, who: `cun${n}`, do: reported(n, on) }] : []
    })
  return [
    {
      on: first,
      hour: 8,
      who: 'zhuren',
      do: async (tx, who, s) => {
        await setRhythm(tx, who, { requestId: uuidv7(s.now.getTime()), version: 0, input }, s)
        await open(tx, who, s)
      },
    },
    ...reports(first, (n) => (n % 21 === 6 ? { after: 4, hour: 9 } : { after: n % 3, hour: 16 })),
    { on: today, hour: 8, who: 'zhuren', do: open },
    ...reports(today, (n) => (n % 6 === 3 ? { after: 0, hour: 10 } : null)),
  ]
}
