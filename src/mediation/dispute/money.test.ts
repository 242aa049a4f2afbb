import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromWords, inFigures, inWords, money, mostFen, sumsDisagree } from './money.ts'

describe('金额大写', () => {
  test.each([
    [0, '零元整'],
    [5, '伍分'],
    [30, '叁角整'],
    [35, '叁角伍分'],
    [100, '壹元整'],
    [105, '壹元零伍分'],
    [1000, '壹拾元整'],
    [11000, '壹佰壹拾元整'],
    [100_100, '壹仟零壹元整'],
    [1_204_530, '壹万贰仟零肆拾伍元叁角整'],
    [10_000_000, '壹拾万元整'],
    [10_050_000, '壹拾万零伍佰元整'],
    [100_000_000_00, '壹亿元整'],
    [100_000_001_00, '壹亿零壹元整'],
    [100_100_000_00, '壹亿零壹拾万元整'],
    [105_000_300_001, '壹拾亿伍仟万叁仟元零壹分'],
  ])('%d 分写作%s', (fen, words) => {
    expect(inWords(fen)).toBe(words)
  })

  test('任何金额写成大写再读回来不变；写法唯一，没有连续的零，以整或分结尾', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: mostFen })), (fen) => {
        const words = inWords(fen)
        expect(fromWords(words)).toBe(fen)
        expect(words).not.toMatch(/零零|零万|零亿|.零元/)
        expect(words).toMatch(/[整分]$/)
        expect(sumsDisagree(`赔偿${money(fen)}，`)).toBeNull()
      }),
      { numRuns: 2000 },
    )
  })

  test('大小写不一致的说出来；规范的不同写法认得', () => {
    expect(sumsDisagree('甲方付给乙方叁仟元整（￥30,000.00）。')).toContain('大写应为“叁万元整”')
    expect(sumsDisagree('人民币伍佰圆正（500元）')).toBeNull()
    expect(sumsDisagree('付款壹万元整（￥1.00）')).toContain('不一致')
    // In either order, with or without brackets of one kind, named or not.
    for (const bad of [
      '付8000元（捌佰元整）',
      '付￥8,000.00（大写：人民币捌佰元整）',
      '付捌佰（8000元）',
      '付大写捌佰元整，小写：8000元',
      '先付壹佰元整（100元），再付捌佰元整(¥8000)',
    ])
      expect(sumsDisagree(bad), bad).toContain('不一致')
    expect(sumsDisagree('付佰捌元（￥108.00）')).toContain('不')
    for (const good of [
      '付800元（大写：捌佰元整）',
      '分叁期付叁仟元整（3,000元），每期壹仟元整（1000元）',
      '付捌佰元整，20日前付清',
      '本协议壹式叁份（3份），2026年3月20日（星期五）起',
    ])
      expect(sumsDisagree(good), good).toBeNull()
    expect(sumsDisagree('没有金额的条款')).toBeNull()
  })

  test('不是整分、负数、太大的不写', () => {
    for (const bad of [-1, 1.5, Number.NaN, mostFen + 1]) expect(() => inWords(bad)).toThrow('金额')
    expect(inFigures(1_204_530)).toBe('12,045.30')
  })
})
