import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, type Day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { smallTown } from '../people/fixture.ts'
import type { Role, Who } from '../people/roles.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { indexAll } from '../worker.ts'
import { wordsOf } from './ledger/filter.ts'
import { channels, classes, grades, type Petition, states, stepOf, steps } from './petition.ts'
import { sees } from './policy.ts'
import { ledger, presetCounts, totalsByVillage, totalsOf } from './query.ts'
import { RegisterInput } from './register/move.ts'
import { registerMany } from './register/register.store.ts'
import { dueFilters, LedgerFilter, LedgerQuery, sorts } from './routes.ts'
import { settingOf } from './world.store.ts'

const today = '2026-03-05' as Day
const roles: Role[] = ['petitionHead', 'areaSecretary', 'villageOfficer', 'unitHandler', 'leadOfficial', 'auditor']
const texts = ['要求补足承包地', '村口路灯不亮', '拖欠工资一千二', '水库渗漏淹了麦田', '承包费没有退还']

type Row = Petition & { text: string; importId: string | null }

let world: TestWorld
let town: NewTown
let matters: Row[]
let people: Who[]
let ids: { area: string[]; village: string[]; grid: string[]; unit: string[]; staff: string[]; import: string[] }

/** A number from nothing but its place, so that a failure can be seen again. */
const nth = (i: number, salt: number) => Math.abs(Math.imul((i + 1) * 2654435761, salt * 40503 + 7) >>> 7)
const of = <T>(list: readonly T[], i: number, salt: number): T => list[nth(i, salt) % list.length]!

beforeAll(async () => {
  world = await testWorld(today)
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  const query = async (text: string, values: unknown[] = []) => (await world.ownerPool.query(text, values)).rows
  const idsOf = async (table: string) =>
    (await query(`select id from ${table} where town_id = $1 order by id`, [town.townId])).map((r) => r.id as string)
  ids = {
    area: await idsOf('area'),
    village: await idsOf('village'),
    grid: await idsOf('grid'),
    unit: await idsOf('unit'),
    staff: roles.map((r) => town.staff[r]!),
    import: [],
  }
  const made = await inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const who = await whoOfStaff(tx, town.townId, town.staff.clerk!, s.today)
    people = await Promise.all(roles.map((r) => whoOfStaff(tx, town.townId, town.staff[r]!, s.today)))
    return registerMany(
      tx,
      who,
      Array.from({ length: 140 }, (_, i) => ({
        input: RegisterInput.parse({
          channel: of(Object.keys(channels), i, 1),
          receivedOn: addDays(today, -(nth(i, 2) % 40)),
          title: of(texts, i, 3),
          request: of(texts, i, 4),
          villageId: i % 6 === 0 ? null : of(ids.village, i, 5),
          oral: false,
          parties: [{ name: of(['王建国', '李秀英', '𠮷大有'], i, 6) }],
        }),
        requestId: uuidv7(),
      })),
      s,
    )
  })
  await indexAll(world)
  const file = uuidv7()
  await query(
    `insert into import (town_id, id, kind, file_name, sha256, storage_key, status, staff_id, at) values ($1, $2, 'ledger', 'a', 'a', 'a', 'loaded', $3, now())`,
    [town.townId, file, town.staff.clerk],
  )
  ids.import = [file]
  // What a year of work does to a ledger, at once: any state with any owner, limit and mark; counters as verify reckons them.
  const some = <T>(list: readonly T[], i: number, salt: number): T | null =>
    nth(i, salt) % 3 === 0 ? null : of(list, i, salt)
  for (const [i, { id }] of made.entries()) {
    const state = of(Object.keys(states) as (keyof typeof states)[], i, 7)
    const set: Record<string, unknown> = {
      state,
      step: stepOf(state),
      grade: some(Object.keys(grades), i, 8),
      class: some(['suggestion', 'claim'], i, 9),
      category: some(['0101', '0102', '020103', '0502'], i, 10),
      is_key: nth(i, 11) % 4 === 0,
      repeat: nth(i, 12) % 4 === 0,
      next_due_on: some(
        [-3, -1, 0, 1, 3, 4, 30].map((n) => addDays(today, n)),
        i,
        13,
      ),
      last_progress_on: addDays(today, -(nth(i, 14) % 12)),
      holder_id: some(ids.staff, i, 15),
      main_handler_id: ['handling', 'opinionDraft'].includes(state) ? of(ids.staff, i, 16) : some(ids.staff, i, 16),
      grade_reason: '一般',
      accepted_on: today,
      served_on: today,
      closed_on: today,
      lead_official_id: some(ids.staff, i, 17),
      signer_id: some(ids.staff, i, 18),
      approver_id: some(ids.staff, i, 19),
      extension: of(['none', 'requested'], i, 20),
      main_unit_id: some(ids.unit, i, 21),
      assist_unit_ids: nth(i, 22) % 5 === 0 ? [of(ids.unit, i, 22)] : [],
      followed_up_on: some([today], i, 23),
      import_id: some(ids.import, i, 24),
      grid_id: null,
      barred_ids: nth(i, 25) % 9 === 0 ? [of(ids.staff, i, 25)] : [],
    }
    const keys = Object.keys(set)
    await query(
      `update petition set ${keys.map((k, n) => `${k} = $${n + 3}`).join(', ')} where town_id = $1 and id = $2`,
      [town.townId, id, ...Object.values(set)],
    )
  }
  await query('delete from petition_count where town_id = $1', [town.townId])
  await query(
    `insert into petition_count (town_id, village_id, step, grade, is_key, sealed, shard, n)
     select town_id, coalesce(village_id, '00000000-0000-0000-0000-000000000000'), step, coalesce(grade, 'none'), is_key, sealed, 0, count(*)
     from petition where town_id = $1 group by 1, 2, 3, 4, 5, 6`,
    [town.townId],
  )
  matters = (await inTown(world.db, town.townId, (tx) =>
    tx
      .selectFrom('petition')
      .innerJoin('petitionSearch as s', 's.petitionId', 'petition.id')
      .selectAll('petition')
      .select('s.text')
      .execute(),
  )) as never
})
afterAll(() => world?.drop())

/** The filters once more, as plainly as they can be said. */
const passes = (who: Who, f: LedgerFilter, m: Row): boolean => {
  const open = m.step !== 'signoff'
  const among = (list: readonly unknown[] | undefined, v: unknown) => !list?.length || list.includes(v)
  const left =
    m.nextDueOn === null
      ? 'none'
      : m.nextDueOn < today
        ? 'overdue'
        : m.nextDueOn <= addDays(today, 3)
          ? 'soon'
          : 'later'
  return (
    sees(who, m) &&
    (!f.q || m.text.includes(f.q)) &&
    among(f.areaId, m.areaId) &&
    among(f.villageId, m.villageId) &&
    among(f.gridId, m.gridId) &&
    among(f.unitId, m.mainUnitId) &&
    among(f.grade, m.grade ?? 'none') &&
    among(f.step, m.step) &&
    among(f.state, m.state) &&
    among(f.class, m.class) &&
    (!f.category || (m.category ?? '').startsWith(f.category)) &&
    among(f.channel, m.channel) &&
    (!f.receivedFrom || m.receivedOn >= f.receivedFrom) &&
    (!f.receivedTo || m.receivedOn <= f.receivedTo) &&
    among(f.due, left) &&
    (!f.silent || (open && m.lastProgressOn <= addDays(today, -7))) &&
    (!f.unassigned || (open && m.mainHandlerId === null)) &&
    (!f.mine || (open && m.holderId === who.staffId)) &&
    (!f.myUnit || (m.mainUnitId !== null && who.unitIds.includes(m.mainUnitId))) &&
    (f.key === undefined || m.isKey === f.key) &&
    (f.repeat === undefined || m.repeat === f.repeat) &&
    (!f.redNoLead || (open && m.grade === 'red' && m.leadOfficialId === null)) &&
    (!f.toSign ||
      (m.state === 'opinionDraft' && m.signerId === who.staffId) ||
      (m.extension === 'requested' && m.approverId === who.staffId)) &&
    (!f.toRevisit || (m.step === 'revisit' && m.followedUpOn === null)) &&
    (!f.leadOfficialId || m.leadOfficialId === f.leadOfficialId) &&
    (!f.holderId || m.holderId === f.holderId) &&
    (!f.importId || m.importId === f.importId)
  )
}

/** Few conditions at a time, so that something is found. */
const filters = (): fc.Arbitrary<Record<string, unknown>> => {
  const some = (list: readonly string[]) =>
    fc.subarray([...list], { minLength: 1, maxLength: Math.ceil(list.length / 2) + 1 })
  const one: Record<keyof LedgerFilter, fc.Arbitrary<unknown>> = {
    q: fc.constantFrom('承包', '路灯', '麦', '王建国', '𠮷大有', 'cbd', '没有的字'),
    areaId: some(ids.area),
    villageId: some(ids.village),
    gridId: some(ids.grid),
    unitId: some(ids.unit),
    grade: some([...Object.keys(grades), 'none']),
    step: some(Object.keys(steps)),
    state: some(Object.keys(states)),
    class: some(Object.keys(classes)),
    category: fc.constantFrom('01', '0101', '02', '0502', '09'),
    channel: some(Object.keys(channels)),
    receivedFrom: fc.integer({ min: 0, max: 41 }).map((n) => addDays(today, -n)),
    receivedTo: fc.integer({ min: 0, max: 41 }).map((n) => addDays(today, -n)),
    due: some(Object.keys(dueFilters)),
    silent: fc.boolean(),
    unassigned: fc.boolean(),
    mine: fc.boolean(),
    myUnit: fc.boolean(),
    key: fc.boolean(),
    repeat: fc.boolean(),
    redNoLead: fc.boolean(),
    toSign: fc.boolean(),
    toRevisit: fc.boolean(),
    leadOfficialId: fc.constantFrom(...ids.staff),
    holderId: fc.constantFrom(...ids.staff),
    importId: fc.constantFrom(...ids.import),
  }
  return fc
    .subarray(Object.keys(one) as (keyof LedgerFilter)[], { maxLength: 3 })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((k) => [k, one[k]]))))
}
const sum = (o: Record<string, number>) => Object.values(o).reduce((a, b) => a + b, 0)

test('各种筛选随意合用：列出的、翻页翻出的、各项合计，与逐件比对一致；合计相加总等于总数', async () => {
  let hits = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...people),
      filters(),
      fc.constantFrom(...(Object.keys(sorts) as (keyof typeof sorts)[])),
      fc.constantFrom('asc' as const, 'desc' as const),
      async (who, wish, sort, dir) => {
        // As an address says it.
        const f = LedgerFilter.parse(wordsOf(wish))
        const expected = matters.filter((m) => passes(who, f, m))
        hits += expected.length
        await inTown(
          world.db,
          town.townId,
          async (tx) => {
            const seen: string[] = []
            let after: string | undefined
            for (let pages = 0; pages < 40; pages += 1) {
              const page = await ledger(
                tx,
                who,
                LedgerQuery.parse({ ...wordsOf(wish), sort, dir, after, size: 23 }),
                today,
              )
              if (pages === 0) expect(page.totals?.total).toBe(expected.length)
              seen.push(...page.rows.map((r) => r.id))
              if (page.next === null) break
              after = page.next
            }
            expect(seen).toHaveLength(new Set(seen).size)
            expect([...seen].sort()).toEqual(expected.map((m) => m.id).sort())
            const at = new Map(expected.map((m) => [m.id, m[sort] as string | null]))
            // Without a limit comes last, either way.
            const inOrder = seen.map((id) => at.get(id) ?? (dir === 'desc' ? '' : '9'))
            const sorted = [...inOrder].sort()
            expect(inOrder).toEqual(dir === 'desc' ? sorted.reverse() : sorted)

            const totals = await totalsOf(tx, who, f, today)
            const villages = await totalsByVillage(tx, who, f, today)
            for (const n of [
              totals.total,
              sum(totals.byGrade),
              sum(totals.byStep),
              totals.key + totals.general,
              villages.reduce((a, v) => a + v.n, 0),
              villages.reduce((a, v) => a + v.red + v.yellow + v.blue + v.none, 0),
            ])
              expect(n).toBe(expected.length)
            const counted = (of: (m: Petition) => string) => {
              const n: Record<string, number> = {}
              for (const m of expected) n[of(m)] = (n[of(m)] ?? 0) + 1
              return n
            }
            expect(totals.byGrade).toMatchObject(counted((m) => m.grade ?? 'none'))
            expect(totals.byStep).toMatchObject(counted((m) => m.step))
            expect(Object.fromEntries(villages.map((v) => [v.villageId, v.n]))).toEqual(
              counted((m) => String(m.villageId)),
            )
          },
          { readOnly: true },
        )
      },
    ),
    { numRuns: 250 },
  )
  expect(hits).toBeGreaterThan(1000)
})

test('现成筛选旁的件数，就是点进去看到的件数', async () => {
  await inTown(world.db, town.townId, async (tx) => {
    for (const who of people)
      for (const p of await presetCounts(tx, who, today)) {
        const f = LedgerFilter.parse(wordsOf(p.filter))
        expect([who.roles, p.label, p.n]).toEqual([who.roles, p.label, matters.filter((m) => passes(who, f, m)).length])
      }
  })
})
