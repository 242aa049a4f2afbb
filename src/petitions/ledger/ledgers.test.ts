import { expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { readWorkbook } from '../../kit/server/excel.ts'
import { toCsv, toGbk, toHtml, toUtf16, toXls, toXlsx } from '../../kit/server/workbook.fixture.ts'
import { differences, type MadeLedger, makeLedger } from './ledgers.fixture.ts'
import { applyMapping, recognise } from './recognise.ts'

const today = '2026-03-05' as Day

test.each(Array.from({ length: 20 }, (_, i) => [i * 15, i * 15 + 14]))(
  '各样的台账，第 %i 至 %i 种，逐件逐栏都对',
  (from, to) => {
    for (let seed = from; seed <= to; seed += 1) {
      const made = makeLedger(seed, { flat: seed % 5 === 4 })
      const proposal = recognise(made.workbook, { today, fileName: made.fileName })
      const { rows } = applyMapping(made.workbook, proposal, { today })
      expect(differences(made, rows), JSON.stringify(made.how)).toEqual([])
      expect(proposal.sheets.filter((s) => s.kind === 'ledger').length).toBeGreaterThan(0)
    }
  },
)

const utf8 = (s: string) => new TextEncoder().encode(s)
/** How the same ledger arrives: [what it is called, its bytes]. */
const files = (made: MadeLedger, flat: boolean): [string, Uint8Array][] =>
  flat
    ? [
        ['台账.csv', utf8(toCsv(made.workbook))],
        ['台账.csv', utf8(`\ufeff${toCsv(made.workbook)}`)],
        [
          '台账.csv',
          toGbk(toCsv(made.workbook).replace(/[🔴🟡🔵]/gu, (c) => (c === '🔴' ? '红' : c === '🟡' ? '黄' : '蓝'))),
        ],
        ['台账.txt', utf8(toCsv(made.workbook, '\t'))],
        ['台账.txt', toUtf16(toCsv(made.workbook, '\t'))],
        ['台账.csv', toUtf16(toCsv(made.workbook), { big: true })],
        ['台账.csv', toUtf16(toCsv(made.workbook), { mark: false })],
      ]
    : [
        ['台账.xlsx', toXlsx(made.workbook)],
        ['台账.xls', toXls(made.workbook, { split: 60 + (Number(made.how.seed) % 50) })],
        ['台账.et', toXls(made.workbook)],
        ...(made.workbook.sheets.length === 1
          ? [['台账.xls', utf8(toHtml(made.workbook))] as [string, Uint8Array]]
          : []),
      ]

test.each(Array.from({ length: 12 }, (_, i) => [i]))('同一台账存成各种文件，读出来一样，第 %i 组', async (part) => {
  for (let seed = 1000 + part * 5; seed < 1005 + part * 5; seed += 1) {
    const flat = seed % 5 === 4
    const made = makeLedger(seed, { flat })
    for (const [name, data] of files(made, flat)) {
      const workbook = await readWorkbook(data, name.replace('台账', made.fileName.replace('.xlsx', '')))
      const proposal = recognise(workbook, { today, fileName: made.fileName })
      const { rows } = applyMapping(workbook, proposal, { today })
      expect(differences(made, rows), `${name} ${JSON.stringify(made.how)}`).toEqual([])
    }
  }
})
