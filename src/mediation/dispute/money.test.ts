import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fromWords,
  inFigures,
  inWords,
  money,
  mostFen,
  readYuan,
  sumAlone,
  sumsDisagree,
  withBothWays,
} from './money.ts'

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

describe('金额怎样输入都读得出，读不出的不猜', () => {
  test.each([
    ['12000', 1_200_000],
    ['12,000元', 1_200_000],
    ['１２，０００．５', 1_200_050],
    ['￥ 800', 80_000],
    ['人民币800元整', 80_000],
    ['1.2万', 1_200_000],
    ['0.05', 5],
    ['壹万贰仟元整', 1_200_000],
    ['0', 0],
  ])('%s', (typed, fen) => expect(readYuan(typed)).toBe(fen))
  test.each(['', '12000.005', '12,00', '-5', '一万二', '约八百', '1e5', '800美元', '1.2.3', '99999999999999'])(
    '“%s”不是金额',
    (typed) => expect(readYuan(typed)).toBeNull(),
  )
  test('任何金额，写成数字、带千分位、大写，读出来都是它', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), (fen) => {
        for (const typed of [inFigures(fen), `￥${inFigures(fen)}元`, String(fen / 100), inWords(fen)])
          expect(readYuan(typed)).toBe(fen)
      }),
    )
  })
})

describe('条款里的金额大写、小写都写上', () => {
  test.each([
    ['付8000元', '付捌仟元整（￥8,000.00）'],
    ['付￥8,000.50。', '付捌仟元伍角整（￥8,000.50）。'],
    ['付一万二千元', '付壹万贰仟元整（￥12,000.00）'],
    ['付一万二千元（￥12,000.00）', '付壹万贰仟元整（￥12,000.00）'],
    ['付12,000元（一万二千元）', '付壹万贰仟元整（￥12,000.00）'],
    ['付1.2万元，另付五百元', '付壹万贰仟元整（￥12,000.00），另付伍佰元整（￥500.00）'],
    ['付捌佰元整，20日前付清', '付捌佰元整（￥800.00），20日前付清'],
    ['𠮷家付二百五十块钱', '𠮷家付贰佰伍拾元整（￥250.00）'],
    ['付一百零二元', '付壹佰零贰元整（￥102.00）'],
    ['付一亿二千万元', '付壹亿贰仟万元整（￥120,000,000.00）'],
  ])('%s', (before, after) => {
    expect(sumAlone(before)).toContain('请把大写、小写都写上')
    expect(withBothWays(before)).toBe(after)
    expect(sumAlone(after)).toBeNull()
    expect(sumsDisagree(after)).toBeNull()
  })
  test.each([
    '付叁仟元整（￥3,000.00）',
    '付8000元（大写：捌仟元整）',
    '三块地各一半，二〇二六年元旦前交还',
    '于2026年3月20日前，以东墙为界，留三十厘米',
    '实行多元化解',
    '本协议一式三份',
  ])('“%s”不用补', (text) => {
    expect(sumAlone(text)).toBeNull()
    expect(withBothWays(text)).toBe(text)
  })
  test('两处说的不是一个数，不替人改', () => {
    expect(sumAlone('付一万二千元（￥1,200.00）')).toContain('请核对金额')
    expect(withBothWays('付一万二千元（￥1,200.00）')).toBe('付一万二千元（￥1,200.00）')
    expect(sumAlone('付8000.005元')).toContain('请核对金额')
  })
})
