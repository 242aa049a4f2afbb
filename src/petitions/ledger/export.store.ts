import { sql } from 'kysely'
import { byOf, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { is, type Who } from '../../people/roles.ts'
import { type LedgerDbRow, ledgerPage, rowView } from '../query.ts'
import type { LedgerFilter, LedgerRow } from '../routes.ts'
import type { Setting } from '../store.ts'
import { type Column, columnsOf } from './columns.ts'
import { writeLedger } from './export.ts'
import type { Order } from './filter.ts'

/** The rows of a filter in their order, fetched a few thousand at a time: the ledger is never held whole. */
export async function* rowsInOrder(
  tx: Tx,
  who: Who,
  filter: LedgerFilter,
  order: Order,
  today: Day,
): AsyncGenerator<LedgerDbRow> {
  const query = ledgerPage(tx, who, { ...filter, ...order, size: most }, today)
  await sql`declare huisheng_export no scroll cursor for ${query}`.execute(tx)
  for (;;) {
    const { rows } = await sql<LedgerDbRow>`fetch 2000 from huisheng_export`.execute(tx)
    for (const r of rows) yield r
    if (rows.length < 2000) break
  }
  await sql`close huisheng_export`.execute(tx)
}
/** An .xlsx ends here. */
const most = 1_048_000

export interface ExportWish {
  filter: LedgerFilter
  order: Order
  /** Keys of columns in their order; none means the default ones. */
  columns?: readonly string[]
  /** Names in full: for the petition office, with a purpose that is written down. */
  unmasked?: boolean
  purpose?: string
}

/**
 * Exactly what is seen, as .xlsx: the same filter, order and columns, only what this person may see, names masked
 * unless the office says what for. Leaves a trace of who, what and why, which the file carries too.
 */
export const exportLedger = async (
  tx: Tx,
  who: Who,
  wish: ExportWish,
  s: Setting,
): Promise<{ file: Uint8Array; rows: number }> => {
  const purpose = wish.purpose?.trim() ?? ''
  if (wish.unmasked && !is(who, 'clerk', 'petitionHead')) throw new Refused('不遮盖导出只限信访办')
  if (wish.unmasked && purpose.length < 2) throw new Invalid('不遮盖导出须写明用途', { purpose: '请写明用途' })
  const shown: Column[] = columnsOf(wish.columns)
  let count = 0
  const view = async function* (): AsyncGenerator<LedgerRow> {
    for await (const r of rowsInOrder(tx, who, wish.filter, wish.order, s.today)) {
      count += 1
      const v = rowView(r, s.today)
      yield wish.unmasked
        ? {
            ...v,
            title: r.title,
            petitioner: `${r.anonymous ? '匿名' : r.petitionerName || '未留名'}${r.headCount > 1 ? `等${r.headCount}人` : ''}`,
          }
        : v
    }
  }
  const file = await writeLedger(view(), shown, {
    title: `${s.town.name}信访事项台账`,
    by: who.name,
    today: s.today,
    purpose: wish.unmasked ? purpose : '',
  })
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: who.townId,
      subjectKind: 'export',
      kind: 'export',
      says: `导出台账 ${count} 件${wish.unmasked ? `（不遮盖，用途：${purpose}）` : '（已遮盖）'}`,
      data: { filter: wish.filter, columns: shown.map((c) => c.key) },
    },
    s.now,
  )
  return { file, rows: count }
}
