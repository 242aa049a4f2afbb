import type { Day } from '../../kit/day.ts'
import { writeRows } from '../../kit/server/excel.write.ts'
import type { LedgerRow } from '../routes.ts'
import type { Column } from './columns.ts'

export const fills = { red: 'FDECEB', yellow: 'FFF4D6', blue: 'E6F0FC' } as const

/** The ledger as .xlsx: exactly the rows and columns seen, typed, frozen header, the colour in its cell, and who took it out. */
export const writeLedger = async (
  rows: Iterable<LedgerRow> | AsyncIterable<LedgerRow>,
  columns: Column[],
  about: { title: string; by: string; today: Day; purpose?: string },
): Promise<Uint8Array> =>
  writeRows(
    columns.map((c) => ({ title: c.title, width: Math.max(8, Math.round(c.width / 7)), type: c.excel ?? 'text' })),
    (async function* () {
      for await (const r of rows)
        yield columns.map((c) => ({
          value: c.value(r, about.today),
          ...(c.key === 'grade' && r.grade ? { fill: fills[r.grade] } : {}),
        }))
    })(),
    {
      sheet: '信访台账',
      title: about.title,
      mark: `${about.by} ${about.today} 导出，${about.purpose ? `未遮盖，用途：${about.purpose}` : '姓名已遮盖'}；请按规定保管，不得外传`,
      by: about.by,
    },
  )
