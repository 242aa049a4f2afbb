import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { stylesOf } from './excel.styles.ts'
import { excelDate, readWorkbook } from './excel.ts'
import { writeRows } from './excel.write.ts'

const shared = resolve(import.meta.dirname, '../../../../shared/data')
const columns = [{ title: '文本' }, { title: '数', type: 'number' as const }, { title: '日期', type: 'date' as const }]

describe('写出再读回', () => {
  test('生僻字、换行、前导零、像公式的文字、一万字，都不变', async () => {
    const texts = ['𠮷䶮', '一\n二', '0012', '=1+1', '+86', '@x', '长'.repeat(10_000), ' 空格 ', '<b>&amp;"', '_x000D_']
    const data = await writeRows(
      columns,
      texts.map((value, i) => [{ value, fill: i === 0 ? 'FDECEB' : undefined }, { value: i }, { value: '2026-03-05' }]),
      { sheet: '台账' },
    )
    const [sheet] = (await readWorkbook(data)).sheets
    expect(sheet!.rows.slice(1).map((r) => r.cells[0]!.v)).toEqual(texts)
    expect(sheet!.rows.at(1)!.cells[0]!.fill).toBe('FDECEB')
    const d = sheet!.rows.at(1)!.cells[2]!
    expect([d.date, excelDate(d.v as number)]).toEqual([true, '2026-03-05'])
    expect(sheet!.rows.some((r) => r.cells.some((c) => c.formula))).toBe(false)
  })
  test('任何文字', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom(...'信访<>&"\'𠮷 =+-@\n_x0009'), minLength: 1 }), {
          minLength: 1,
          maxLength: 5,
        }),
        async (texts) => {
          const data = await writeRows(
            [{ title: '文' }],
            texts.map((value) => [{ value }]),
            { sheet: 's' },
          )
          const got = (await readWorkbook(data)).sheets[0]!.rows.slice(1).map((r) => r.cells[0]!.v)
          expect(got).toEqual(texts)
        },
      ),
    )
  })
})

describe('读不了的，说清楚', () => {
  const bytes = (s: string) => new TextEncoder().encode(s)
  test('旧版、网页改名、空文件、不是工作簿', async () => {
    await expect(readWorkbook(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0]))).rejects.toThrow(/损坏/)
    await expect(readWorkbook(bytes('<html><table></table></html>'))).rejects.toThrow(/没有表格内容/)
    await expect(readWorkbook(new Uint8Array())).rejects.toThrow(/空/)
    await expect(readWorkbook(zipSync({ 'a.txt': bytes('x') }))).rejects.toThrow(/[\u4e00-\u9fff]/)
  })
  test('压缩炸弹：说了实话的在展开前停下，谎报大小的在展开途中停下', async () => {
    const zeros = new Uint8Array(30 * 1024 * 1024)
    const bomb = zipSync({ 'xl/workbook.xml': bytes('<workbook/>'), 'xl/worksheets/sheet1.xml': zeros }, { level: 6 })
    await expect(readWorkbook(bomb)).rejects.toThrow(/过大/)
    // The directory says one byte of the workbook's part.
    const lying = zipSync({ 'xl/workbook.xml': zeros.subarray(0, 1024 * 1024) }, { level: 6 })
    const at = lying.findLastIndex((b, i) => b === 0x50 && lying[i + 1] === 0x4b && lying[i + 2] === 1)
    new DataView(lying.buffer).setUint32(at + 24, 1, true)
    await expect(readWorkbook(lying)).rejects.toThrow(/过大/)
  })
  test('CSV 当作一张表', async () => {
    const b = await readWorkbook(bytes('姓名,诉求\n"王,某","要求""答复"""\n'), 'a.csv')
    expect(b.sheets[0]!.rows.at(1)!.cells.map((c) => c.v)).toEqual(['王,某', '要求"答复"'])
  })
})

test.runIf(existsSync(shared))('真实的表：台账 81 行，一百万空行的表只读有内容的', async () => {
  const ledger = await readWorkbook(readFileSync(resolve(shared, 'office-ledger.xlsx')))
  expect(ledger.sheets[0]!.rows.length).toBe(81)
  expect(ledger.sheets[0]!.merges.length).toBeGreaterThan(0)
  const big = await readWorkbook(readFileSync(resolve(shared, 'citizen-messages-labelled.xlsx')))
  expect(big.sheets[0]!.rows.length).toBe(496)
})

test('样式表里没写属性的样式也占一个位子', () => {
  const { cells } = stylesOf(
    '<styleSheet><fills><fill/><fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills><cellXfs><xf/><xf ></xf><xf numFmtId="14"/><xf fillId="1"/></cellXfs></styleSheet>',
    '',
  )
  expect(cells.map((s) => [s.date, s.fill])).toEqual([
    [false, undefined],
    [false, undefined],
    [true, undefined],
    [false, 'FF0000'],
  ])
})
