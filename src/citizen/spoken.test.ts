import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spoken } from './spoken.ts'

const one = (s: string) => spoken(s).join('|')

test('编号、查询码、电话一个一个念', () => {
  expect(one('编号 XF2026-0120')).toBe('编号 X F 2 0 2 6，0 1 2 0')
  expect(one('YP8TT T26ZE')).toBe('Y P 8 T T，T 2 6 Z E')
  expect(one('查询码 YP8TTT26ZE。')).toBe('查询码 Y P 8 T T T 2 6 Z E。')
  expect(one('打 12345')).toBe('打 1 2 3 4 5')
  expect(one('电话 0000-0000000')).toBe('电话 0 0 0 0，0 0 0 0 0 0 0')
  expect(one('13800001234')).toBe('1 3 8 0 0 0 0 1 2 3 4')
})
test('日期、时间、文号照人说话的样子念；数量、天数不拆开', () => {
  expect(one('2026-01-05 起算')).toBe('2026年1月5日 起算')
  expect(one('最迟 2026年12月15日（星期二），还有 15 天')).toBe('最迟 2026年12月15日（星期二），还有 15 天')
  expect(one('8:30—11:30，14:00-17:05')).toBe('8点30分到11点30分，14点到17点5分')
  expect(one('示信处〔2026〕12号')).toBe('示信处，2 0 2 6 年，12号')
  expect(one('补偿 26,400 元，180 户')).toBe('补偿 26,400 元，180 户')
})
test('隐去的字不念成星号，记号不念出来', () => {
  expect(one('王*国 · 周**')).toBe('王某国，周某')
  expect(one('138****1234')).toBe('1 3 8，中间隐去，1 2 3 4')
  expect(one('✓ 看一看《受理告知书》')).toBe('看一看受理告知书')
})
test('一句一句；空的不念', () => {
  expect(spoken('一。\n\n·\n二')).toEqual(['一。', '二'])
})
test('随便什么话：没有记号，汉字一个不少', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'受理，。\n王*·《》0123456789ABF-:〔〕✓ ') }), (text) => {
      const all = spoken(text).join('')
      expect(all).not.toMatch(/[*·《》✓]/)
      expect(all.replace(/[^受理王]/g, '')).toBe(text.replace(/[^受理王]/g, ''))
    }),
  )
})
