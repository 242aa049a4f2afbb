import { statSync } from 'node:fs'
import { join } from 'node:path'
import { command } from './child.ts'
import { benchPlace } from './place.ts'
import type { Bench } from './table.ts'

/** `huisheng export ledger` of one town's whole ledger, as a process of its own, from its start to its end. */
export const run: Bench = async ({ matters }) => {
  const place = await benchPlace(matters)
  const town = place.towns[0]!
  const { dataDir, env } = place
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
    { what: '导出的内存峰值', value: done.peak, unit: 'MB', line: { at: 300, is: 'most' }, note: '进程常驻内存' },
  ]
}
