import { statSync } from 'node:fs'
import { join } from 'node:path'
import { inTown } from '../src/kit/server/db.ts'
import { rowsInOrder } from '../src/petitions/ledger/export.store.ts'
import { orderOf } from '../src/petitions/ledger/filter.ts'
import { command } from './child.ts'
import { type BenchPlace, benchPlace, rawPool, recording } from './place.ts'
import type { Bench } from './table.ts'

/** Seconds in which the bare driver fetches the same rows by the same statements and does nothing with them. */
const driverAlone = async (place: BenchPlace): Promise<number> => {
  const town = place.towns[0]!
  const who = await place.whoIs(town, 'zhuren')
  const today = place.world.clock.today()
  const fetching = await recording(() =>
    inTown(
      place.world.db,
      town.id,
      async (tx) => {
        for await (const _row of rowsInOrder(tx, who, {}, orderOf([]), today));
      },
      { readOnly: true },
    ),
  )
  const raw = rawPool(place, 1)
  try {
    await raw.run(fetching)
    const began = performance.now()
    await raw.run(fetching)
    return (performance.now() - began) / 1000
  } finally {
    await raw.close()
  }
}

/** `huisheng export ledger` of one town's whole ledger, as a process of its own, from its start to its end. */
export const run: Bench = async ({ matters }) => {
  // One town has them all: what is exported is a town's whole ledger.
  const place = await benchPlace(matters, 1)
  const town = place.towns[0]!
  const { dataDir, env } = place
  const driver = await driverAlone(place)
  await place.close()
  const file = join(dataDir, 'export.xlsx')
  const done = await command(['export', 'ledger', file, '--town', town.code, '--json'], env)
  const { rows } = JSON.parse(done.out) as { rows: number }
  return [
    {
      what: `导出 ${rows} 行`,
      value: rows / done.seconds,
      unit: '行/秒',
      line: { at: 3000, is: 'least' },
      note: `用时 ${done.seconds.toFixed(1)} 秒，含启动数据库；文件 ${(statSync(file).size / 1e6).toFixed(1)} MB`,
    },
    {
      what: '同样的语句经驱动取出',
      value: rows / driver,
      unit: '行/秒',
      note: `不做表格，也不含启动；二者之比 ${((100 * driver) / done.seconds).toFixed(0)} %`,
    },
    { what: '导出的内存峰值', value: done.peak, unit: 'MB', line: { at: 300, is: 'most' }, note: '进程常驻内存' },
  ]
}
