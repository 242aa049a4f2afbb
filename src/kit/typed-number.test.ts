import { expect, test } from 'vitest'
import { typedNumber } from './typed-number.ts'

test('数字照输入法打的认：全角、千分号、单位都行', () => {
  expect(['２０', '２，０００', '－３．５', '12 人', '二十', ''].map(typedNumber)).toEqual([
    '20',
    '2000',
    '-3.5',
    '12',
    '',
    '',
  ])
})
