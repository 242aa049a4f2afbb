import { expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { type MadeLedger, makeLedger } from './ledgers.fixture.ts'
import { applyMapping, type ParsedRow, recognise } from './recognise.ts'

const today = '2026-03-05' as Day

/** What differs between what is true and what was read, as sentences. */
export const differences = (made: MadeLedger, got: readonly ParsedRow[]): string[] => {
  const out: string[] = []
  const is = (what: string, at: number, expected: unknown, found: unknown) => {
    if (JSON.stringify(expected) !== JSON.stringify(found))
      out.push(`${what} 第 ${at + 1} 件：应为 ${JSON.stringify(expected)}，读成 ${JSON.stringify(found)}`)
  }
  is('件数', -1, made.truths.length, got.length)
  if (out.length) return out
  const shown = (k: string) => made.shown.has(k)
  made.truths.forEach((t, i) => {
    const g = got[i]!
    if (shown('area')) is('管区', i, t.area, g.area)
    is('村', i, t.village, g.village)
    is('姓名', i, t.names, g.names)
    is('人数', i, t.headCount ?? 1, g.headCount ?? 1)
    if (shown('phone')) is('电话', i, t.phone, g.phone)
    if (shown('id')) is('证件后四位', i, t.idDamaged ? '' : t.idLast4, g.idLast4)
    if (shown('id'))
      is(
        '证件损坏',
        i,
        t.idDamaged,
        g.flags.some((f) => f.code === 'idDamaged'),
      )
    if (shown('channel')) is('形式', i, t.channel, g.channel)
    if (shown('category')) is('类别', i, t.category, g.category)
    is('诉求', i, t.request, g.request)
    is('日期', i, t.receivedOn, g.receivedOn)
    is('颜色', i, t.grade, g.grade)
    if (shown('key')) is('重点', i, t.key, g.key)
    if (shown('lead')) is('包案领导', i, t.lead, g.leadOfficial)
    if (shown('owner')) is('责任人', i, t.owner, g.owner)
    if (shown('unit')) is('责任单位', i, t.unit, g.unit)
    if (shown('progress')) is('进展', i, [t.progress, t.outcome], [g.progress, g.outcome])
    if (t.repeats !== null) is('重复', i, got[t.repeats]!.row, g.repeatOf?.row)
  })
  return out
}

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
