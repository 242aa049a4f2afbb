import { isDay } from './day.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** What is wrong with an 18-character identity number (GB 11643), or null. */
export const idNumberFault = (raw: string): string | null => {
  const id = raw.normalize('NFKC').trim().toUpperCase()
  if (!/^\d{17}[\dX]$/.test(id)) return '身份证号应为 18 位'
  if (!/^[1-8]\d/.test(id)) return '身份证号的地区码不对'
  if (!isDay(`${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`)) return '身份证号的出生日期不对'
  const sum = weights.reduce((a, w, i) => a + w * Number(id[i]), 0)
  return '10X98765432'[sum % 11] === id[17] ? null : '身份证号的校验码不对'
}

const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** What is wrong with a unified social credit code (GB 32100-2015), or null. */
export const creditCodeFault = (raw: string): string | null => {
  const code = raw.normalize('NFKC').trim().toUpperCase()
  if (code.length !== 18 || [...code].some((c) => !letters.includes(c)))
    return '统一社会信用代码应为 18 位，不含 I、O、S、V、Z'
  const sum = creditWeights.reduce((a, w, i) => a + w * letters.indexOf(code[i]!), 0)
  return letters[(31 - (sum % 31)) % 31] === code[17] ? null : '统一社会信用代码的校验码不对'
}

export const lastFour = (id: string): string => id.normalize('NFKC').trim().toUpperCase().slice(-4)
