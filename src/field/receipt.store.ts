import QRCode from 'qrcode'
import type { Tx } from '../audit/trace.ts'
import { queryPath } from '../citizen/address.ts'
import { townOfMany } from '../citizen/card.store.ts'
import { addDays, formal } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import type { Who } from '../people/roles.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import type { Receipt } from './routes.ts'

/**
 * The receipt of what was just taken down, to be shown to the petitioner: number, query code, by when he is told. Only to whoever
 * registered it, that day and the next; later a code is renewed after the identity is checked. Showing it leaves a trace.
 */
export const receiptFor = async (tx: Tx, who: Who, id: string, address: string, s: Setting): Promise<Receipt> => {
  const { matter: m, trace } = await findMatter(tx, who, id, { lock: true })
  if (m.registeredBy !== who.staffId) throw new NotFound()
  if (m.registeredOn < addDays(s.today, -1))
    throw new Refused('登记已经过了两天，这里不再显示查询码。本人查询码丢了的，核对身份证件后换发')
  await applyChange(tx, who, m, trace, { kind: 'read', says: '把登记回执给信访人看', standsStill: true }, s, {
    move: 'showReceipt',
  })
  const url = `${address}${queryPath(m.number, await townOfMany(tx, who.townId))}`
  const tell = m.clocks.find((c) => c.rule === 'D02' && c.endedOn === null)
  return {
    number: m.number,
    queryCode: m.queryCode,
    tellBy: tell ? formal(tell.dueOn) : '',
    at: `${address}/c/query`,
    qr: await QRCode.toDataURL(url, { margin: 1, width: 280 }),
  }
}
