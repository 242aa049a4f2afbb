import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, day } from '../kit/day.ts'
import { disputeKinds, states } from './dispute/dispute.ts'
import { type Counted, monthOf, report, reportLevels } from './numbers.ts'

const start = day('2026-01-01')
const on = (n: number) => addDays(start, n)
const counted = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(disputeKinds) as (keyof typeof disputeKinds)[])),
    level: fc.constantFrom(...(Object.keys(reportLevels) as (keyof typeof reportLevels)[])),
    state: fc.constantFrom(...(Object.keys(states) as (keyof typeof states)[])),
    registered: fc.integer({ min: 0, max: 120 }),
    steps: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }),
    reach: fc.integer({ min: 0, max: 4 }),
    owedFen: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ registered, steps, reach, ...d }): Counted => {
    const at = (k: number) => on(registered + steps.slice(0, k).reduce((a, b) => a + b, 0))
    // 0 waiting, 1 being mediated, 2 ended without, 3 agreed, 4 performed.
    return {
      ...d,
      registeredOn: on(registered),
      acceptedOn: reach >= 1 ? at(1) : null,
      endedOn: reach === 2 ? at(2) : null,
      effectiveOn: reach >= 3 ? at(2) : null,
      performedOn: reach === 4 ? at(3) : null,
      followedOn: null,
      satisfaction: null,
      relapse: false,
      oral: false,
      partly: false,
      confirmed: false,
      minutes: 30,
    }
  })

test('任何纠纷、任何一段时间：期初加受理等于达成、不成加期末；上月的期末是下月的期初；各层级、各类型加起来是合计', () => {
  fc.assert(
    fc.property(fc.array(counted, { maxLength: 40 }), fc.integer({ min: 0, max: 5 }), (all, month) => {
      const { from, to } = monthOf(addDays(start, month * 30))
      const r = report(all, from, to)
      for (const f of [r.flow.total, ...r.flow.byLevel, ...r.flow.byKind])
        expect(f.opening + f.accepted).toBe(f.agreed + f.failed + f.closing)
      for (const l of [r.total, ...r.byLevel, ...r.byKind]) {
        expect(l.accepted).toBe(l.agreed + l.failed + l.running)
        expect(l.agreed).toBe(l.performed + l.breached + l.performing)
      }
      for (const by of ['byLevel', 'byKind'] as const) {
        for (const k of ['opening', 'accepted', 'agreed', 'failed', 'closing', 'performed'] as const)
          expect(r.flow[by].reduce((n, x) => n + x[k], 0)).toBe(r.flow.total[k])
        for (const k of ['registered', 'accepted', 'agreed', 'owedFen', 'days', 'minutes'] as const)
          expect(r[by].reduce((n, x) => n + x[k], 0)).toBe(r.total[k])
      }
      expect(r.within.week + r.within.month + r.within.longer).toBe(r.total.agreed)
      const next = monthOf(addDays(to, 1))
      expect(report(all, next.from, next.to).flow.total.opening).toBe(r.flow.total.closing)
    }),
  )
})
