import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { readWorkbook } from '../../kit/server/excel.ts'
import { readMessages } from '../ledger/messages.ts'
import { type CategoryModel, crossValidate, type Labelled, suggestCategory } from './suggest.ts'

const file = resolve(import.meta.dirname, '../../../../shared/data/citizen-messages-labelled.xlsx')
const shipped = JSON.parse(
  readFileSync(new URL('../../../db/reference/category-model.json', import.meta.url), 'utf8'),
) as CategoryModel

describe('分类建议', () => {
  test('给出类别、把握和依据的词，最像的在前', () => {
    const [first, second] = suggestCategory('小区对面工地夜里施工，噪声和扬尘扰民，环保投诉无果', shipped)
    expect(first!.name).toBe('环境保护')
    expect(first!.words.length).toBeGreaterThan(0)
    expect(first!.words.every((w) => '小区对面工地夜里施工，噪声和扬尘扰民，环保投诉无果'.includes(w))).toBe(true)
    expect(first!.confidence).toBeGreaterThan(second!.confidence)
    expect(suggestCategory('教师编制和学校学位的问题', shipped)[0]!.name).toBe('教育文体')
  })
  test('依据的词都读得通：不从词中间断开，不带“的”', () => {
    for (const text of [
      '要求修复被大车压坏的生产路，要求赔偿青苗',
      '路面沉降，大车碾压，雨天无法通行',
      '退役后优抚待遇未按时发放',
    ])
      for (const { words } of suggestCategory(text, shipped))
        for (const w of words) expect(`${w} ${/^的|的$|车压|坏的|遇未|天无/.test(w)}`).toBe(`${w} false`)
  })
  test('说得太少就不建议', () => {
    expect(suggestCategory('', shipped)).toEqual([])
    expect(suggestCategory('abc 123', shipped)).toEqual([])
  })
  test('每个类别都在分类表里', () => {
    const table = JSON.parse(
      readFileSync(new URL('../../../db/reference/categories.json', import.meta.url), 'utf8'),
    ) as { code: string; name: string; level: number }[]
    for (const c of shipped.classes)
      expect(table.find((t) => t.code === c.code)).toMatchObject({ name: c.name, level: 1 })
  })
  test.runIf(existsSync(file))(
    '495 条已标注留言，五折交叉验证的宏平均 F1 不低于 0.80',
    async () => {
      const { rows } = readMessages(await readWorkbook(readFileSync(file)), { today: '2026-03-05' as Day })
      const labelled: Labelled[] = rows.map((r) => ({ title: r.title, text: r.text, label: r.label! }))
      expect(labelled.length).toBe(495)
      const got = crossValidate(labelled, 5)
      expect(got.macroF1).toBeGreaterThanOrEqual(0.8)
      expect(got.perClass.length).toBe(7)
    },
    300_000,
  )
})
