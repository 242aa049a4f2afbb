import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, day, formal } from '../../kit/day.ts'
import {
  type Before,
  beforeFaults,
  beforeGiven,
  befores,
  beforeWords,
  elsewheres,
  isToCome,
  mostChars,
  noAnswer,
} from './before.ts'

const today = day('2026-03-05')
const given = (more: Partial<Before>): Before => ({ answer: 'lost', ...noAnswer, ...more })
const any: fc.Arbitrary<Before> = fc.record({
  answer: fc.constantFrom(...(Object.keys(befores) as Before['answer'][])),
  at: fc.option(fc.constantFrom(...(Object.keys(elsewheres) as NonNullable<Before['at']>[]))),
  number: fc.string({ maxLength: 60 }),
  whom: fc.string({ maxLength: 90 }),
  when: fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('去年秋天', '2027年', '昨天', '１２月')),
})

describe('以前反映过吗', () => {
  test('还没有到的时间不行，怎样写都认得出；说不清的、以前的都行', () => {
    for (const said of [
      '2027年',
      '2027',
      '2026年3月6日',
      '２０２６年４月',
      '2026-12',
      '二〇二七年',
      '二零二六年4月',
      '今年12月',
      '明天',
      '明年春天',
      '下个月',
      '下周',
    ])
      expect(isToCome(said, today), said).toBe(true)
    for (const said of [
      '',
      '去年秋天',
      '2025年10月',
      '2026年3月5日',
      '2026年3月',
      '今年2月',
      '12月',
      '昨天',
      '二〇二五年',
      '修路那年',
      '3月5日',
      '前年腊月',
      '电话 0538 2012 9999',
    ])
      expect(isToCome(said, today), said).toBe(false)
  })
  test('随便哪天：写成哪种样子，过了今天的都不行，没过的都行', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), (n) => {
        const d = addDays(today, n)
        for (const said of [d, formal(d), d.replace(/-/g, '.'), `${formal(d)}上午`])
          expect(isToCome(said, today), said).toBe(said.endsWith('上午') ? d.slice(0, 7) > today.slice(0, 7) : n > 0)
      }),
    )
  })
  test('在别处反映过的要写在哪里；太长的不行', () => {
    expect(beforeFaults(given({ answer: 'elsewhere' }), today)).toEqual({ at: '请选择在哪里反映过' })
    expect(beforeFaults(given({ answer: 'elsewhere', at: 'court' }), today)).toEqual({})
    expect(Object.keys(beforeFaults(given({ when: '久'.repeat(41), whom: '人'.repeat(61) }), today))).toEqual([
      'whom',
      'when',
    ])
  })
  test('随便怎样答：只留下这个答案该有的；说成的话里有答的每一样，没有别的', () => {
    fc.assert(
      fc.property(any, (b) => {
        const kept = beforeGiven(b)!
        expect(beforeGiven(kept)).toEqual(kept)
        expect(
          [kept.answer !== 'elsewhere' && kept.at, kept.answer !== 'again' && kept.number].filter(Boolean),
        ).toEqual([])
        const words = beforeWords(kept)
        for (const k of ['number', 'whom', 'when'] as const) expect(words).toContain(kept[k])
        if (kept.answer === 'elsewhere' && kept.at) expect(words).toContain(elsewheres[kept.at])
        for (const [k, sentence] of Object.entries(beforeFaults(kept, today)))
          expect([k in { ...mostChars, at: 1 }, sentence.length > 4]).toEqual([true, true])
      }),
    )
  })
})
