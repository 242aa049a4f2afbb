import { expect, test } from 'vitest'
import { found } from './match.ts'

const village = { name: '东柳庄', pinyin: 'dong liu zhuang', initials: 'dlz' }
test('按汉字、全拼、首字母都能找到', () => {
  for (const q of ['东柳', '柳庄', 'dongliu', 'dlz', 'DLZ', 'lz', 'ｄｌｚ', ' '])
    expect(found(q, village), q).toBe(true)
  for (const q of ['西', 'xlz', 'zhuangliu']) expect(found(q, village), q).toBe(false)
})
test('没有首字母时取拼音各字的首字母', () => {
  expect(found('zrzy', { name: '自然资源所', pinyin: 'zi ran zi yuan suo' })).toBe(true)
})
test('连写的拼音也能取出首字母', () => {
  for (const [q, name, pinyin] of [
    ['zrzys', '自然资源所', 'ziranziyuansuo'],
    ['nyncb', '农业农村办', 'nongyenongcunban'],
    ['mzb', '民政办', 'minzhengban'],
    ['shbz', '社会保障所', 'shehuibaozhangsuo'],
  ] as const)
    expect(found(q, { name, pinyin }), q).toBe(true)
})
