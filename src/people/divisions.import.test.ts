import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import { connectDatabase, inTown, type OpenedDatabase } from '../kit/server/db.ts'
import { migrate } from '../kit/server/migrate.ts'
import { startPostgres } from '../kit/server/postgres.ts'
import { type DivisionsRead, importDivisions } from './divisions.import.ts'
import { smallTown } from './fixture.ts'
import { createTown, type NewTown } from './setup.store.ts'
import { placesOf } from './store.ts'
import { whoOfStaff } from './who.store.ts'

const at = { now: new Date('2026-03-05T01:00:00Z'), today: day('2026-03-05') }
let dir: string
let stop: () => Promise<void>
let opened: OpenedDatabase
let town: NewTown

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'divisions-'))
  const running = await startPostgres(dir, { fast: true })
  stop = running.stop
  opened = connectDatabase(running.connection)
  await migrate(opened.ownerPool)
  town = await opened.db.transaction().execute((tx) => createTown(tx, smallTown(), at))
})
afterAll(async () => {
  await opened?.close()
  await stop?.()
  rmSync(dir, { recursive: true, force: true })
})

const read: DivisionsRead = {
  areas: ['东部管区', '北部管区'],
  villages: [
    {
      name: '东庄村',
      area: '东部管区',
      households: 320,
      population: 1100,
      grids: [
        { name: '第1网格', worker: '网格员甲', phone: '13800000001' },
        { name: '第2网格', worker: '孙八' },
        { name: '', worker: '周九', phone: '13800000009' },
      ],
    },
    { name: '北庄村', area: '北部管区', code: '370900001301', grids: [{ name: '第1网格', worker: '吴十' }] },
    { name: '无主村', area: '', grids: [] },
  ],
  problems: ['第 9 行：没有村名'],
}
const run = (given: DivisionsRead, dryRun: boolean) =>
  inTown(opened.db, town.townId, async (tx) => {
    const who = await whoOfStaff(tx, town.townId, town.staff.systemAdmin!, at.today)
    return importDivisions(tx, who, given, { ...at, dryRun })
  })
const expected = {
  areas: { added: 1, updated: 0, same: 1 },
  villages: { added: 1, updated: 1, same: 0 },
  grids: { added: 2, updated: 0, same: 2 },
  workers: { added: 3, updated: 1, same: 0 },
  problems: ['第 9 行：没有村名', '无主村没有写明管区，没有导入'],
}
const places = () => inTown(opened.db, town.townId, (tx) => placesOf(tx, town.townId, at.today))

test('试导入说明会增加、修改什么，一行不写', async () => {
  const before = await places()
  // 村里现任网格员与表中同名，只补电话
  await opened.ownerPool.query("update staff set name = '网格员甲' where id = $1", [town.staff.gridWorker])
  expect(await run(read, true)).toEqual(expected)
  const after = await places()
  expect(after.villages).toEqual(before.villages)
  expect(after.staff.length).toBe(before.staff.length)
})

test('导入写入管区、村、网格、网格员；再导一次全是不变', async () => {
  expect(await run(read, false)).toEqual(expected)
  const p = await places()
  const north = p.villages.find((v) => v.name === '北庄村')!
  expect(north).toMatchObject({ code: '370900001301', pinyin: 'beizhuangcun', initials: 'bzc' })
  expect(p.grids.filter((g) => g.villageId === north.id).map((g) => g.name)).toEqual(['第1网格'])
  const worker = p.staff.find((s) => s.name === '周九')!
  expect(worker).toMatchObject({ roles: ['gridWorker'], post: '东庄村第3网格网格员' })
  expect(p.villages.find((v) => v.name === '东庄村')).toMatchObject({ households: 320, population: 1100 })
  const again = await run(read, false)
  for (const key of ['areas', 'villages', 'grids', 'workers'] as const)
    expect([again[key].added, again[key].updated], key).toEqual([0, 0])
})

test('换网格员不由表格悄悄完成，须办交接', async () => {
  const other = structuredClone(read)
  other.villages[1]!.grids[0]!.worker = '郑十一'
  const report = await run(other, false)
  expect(report.problems.some((p) => p.includes('现任网格员是吴十') && p.includes('离任交接'))).toBe(true)
  expect((await places()).staff.some((s) => s.name === '郑十一')).toBe(false)
})
