import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, type Day } from '../kit/day.ts'
import { inTown } from '../kit/server/db.ts'
import { readWorkbook } from '../kit/server/excel.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { toXlsx } from '../kit/server/workbook.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import { operator } from '../people/roles.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { keepFile, loadImport, placesForImport } from '../petitions/ledger/import.store.ts'
import { readImport } from '../petitions/ledger/reading.ts'
import { settingOf } from '../petitions/world.store.ts'
import { sourceSelects } from './remind.query.ts'
import { usualPolicy } from './remind.ts'

let world: TestWorld
let town: NewTown
beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
})
afterAll(() => world?.drop())

test('随旧台账进来的，进入系统以前的日子不算回访、进展超期', async () => {
  const who = operator(town.townId)
  const lines = [
    ['序号', '信访人', '主要诉求', '登记时间', '办理情况'],
    [1, '张三', '要求修好村里的路灯', '2023-02-02', '已化解'],
    [2, '李四', '要求公开承包费收支', '2023-03-03', '正在调查'],
  ]
  const data = toXlsx({
    sheets: [
      {
        name: '台账',
        hidden: false,
        merges: [],
        rows: lines.map((l, i) => ({ n: i + 1, cells: l.map((v, c) => ({ c: c + 1, v })) })),
      },
    ],
  })
  const workbook = await readWorkbook(data, '台账.xlsx')
  await inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const places = await placesForImport(tx, town.townId)
    const reading = readImport('ledger', '台账.xlsx', workbook, places, { today: s.today })
    const id = await keepFile(tx, world.files, who, 'ledger', '台账.xlsx', data, reading.proposal, s.now)
    await loadImport(tx, who, id, reading, s)
  })
  const due = async (source: 'revisit' | 'silence', today: Day) => {
    const text = sourceSelects(usualPolicy)[source](`'${town.townId}'::uuid`, `'${today}'::date`)
    return (await sql.raw<{ due_on: string }>(text).execute(world.ownerDb)).rows.length
  }
  const today = world.clock.today()
  expect([await due('revisit', today), await due('silence', today)]).toEqual([0, 0])
  expect([await due('revisit', addDays(today, 15)), await due('silence', addDays(today, 15))]).toEqual([1, 1])
})
