import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldSmall, publicFrom } from './figures.ts'

const parts = fc.array(
  fc.record({ name: fc.constantFrom('', '农村农业', '城乡建设', '民政', '教育'), n: fc.nat(40) }),
  {
    maxLength: 8,
  },
)

test('公开的各类加起来等于总数；没有一类是一个以上、十个以下，连没有列出来的也算不出来', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const told = foldSmall(given)
      const large = given.filter((x) => x.name !== '' && x.n >= publicFrom)
      if (large.length === 0) expect(told).toBe(null)
      if (told === null) {
        expect(large.length).toBeLessThanOrEqual(1)
        return
      }
      const sum = (all: readonly { n: number }[]) => all.reduce((n, x) => n + x.n, 0)
      expect(sum(told)).toBe(sum(given))
      for (const x of told) expect(x.n).toBeGreaterThanOrEqual(publicFrom)
      expect(told.filter((x) => x.name === '其他').length).toBeLessThanOrEqual(1)
    }),
  )
})

test('太小的并入其他；其他还太小，就把最小的一类也并进去；只剩其他就不分', () => {
  expect(
    foldSmall([
      { name: '甲', n: 30 },
      { name: '乙', n: 12 },
      { name: '丙', n: 6 },
      { name: '', n: 5 },
    ]),
  ).toEqual([
    { name: '甲', n: 30 },
    { name: '乙', n: 12 },
    { name: '其他', n: 11 },
  ])
  expect(
    foldSmall([
      { name: '甲', n: 30 },
      { name: '乙', n: 12 },
      { name: '丙', n: 1 },
    ]),
  ).toEqual([
    { name: '甲', n: 30 },
    { name: '其他', n: 13 },
  ])
  expect(
    foldSmall([
      { name: '甲', n: 30 },
      { name: '', n: 1 },
    ]),
  ).toBe(null)
  expect(foldSmall([{ name: '甲', n: 30 }])).toEqual([{ name: '甲', n: 30 }])
})
