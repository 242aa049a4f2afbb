import { type Tx, writeTrace } from '../audit/trace.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inWords } from './constraints.ts'
import { usualRank } from './holdings.ts'
import { soundOf } from './names.ts'
import type { Who } from './roles.ts'
import type { At } from './session.store.ts'
import { gridName } from './setup.store.ts'

interface Tally {
  added: number
  updated: number
  same: number
}

export interface DivisionReport {
  areas: Tally
  villages: Tally
  grids: Tally
  workers: Tally
  problems: string[]
}

/** What a spreadsheet said, as far as this import needs it: one entry a village, its grids in order. */
export interface DivisionsRead {
  areas: string[]
  villages: {
    name: string
    area: string
    code?: string
    households?: number | null
    population?: number | null
    grids: { name: string; code?: string; worker?: string; phone?: string }[]
  }[]
  problems: string[]
}

const tally = (): Tally => ({ added: 0, updated: 0, same: 0 })

/**
 * Add and update areas, villages, grids and grid workers from what was recognised. Places are met by name within
 * their parent; nothing is removed. With `dryRun` the report is the same and nothing is written.
 */
export const importDivisions = async (
  tx: Tx,
  who: Who,
  read: DivisionsRead,
  { dryRun = false, ...at }: At & { dryRun?: boolean },
): Promise<DivisionReport> => {
  const { townId } = who
  const report: DivisionReport = {
    areas: tally(),
    villages: tally(),
    grids: tally(),
    workers: tally(),
    problems: [...read.problems],
  }
  const town = await tx.selectFrom('town').select('code').where('id', '=', townId).executeTakeFirstOrThrow()
  const areas = await tx.selectFrom('area').select(['id', 'name', 'code']).where('townId', '=', townId).execute()
  const villages = await tx
    .selectFrom('village')
    .select(['id', 'areaId', 'name', 'code', 'households', 'population'])
    .where('townId', '=', townId)
    .execute()
  const grids = await tx
    .selectFrom('grid')
    .select(['id', 'villageId', 'name', 'code'])
    .where('townId', '=', townId)
    .execute()
  const workers = await tx
    .selectFrom('holding')
    .innerJoin('post', (j) => j.onRef('post.townId', '=', 'holding.townId').onRef('post.id', '=', 'holding.postId'))
    .innerJoin('staff', (j) => j.onRef('staff.townId', '=', 'holding.townId').onRef('staff.id', '=', 'holding.staffId'))
    .select(['post.gridId', 'staff.id', 'staff.name', 'staff.phone'])
    .where('holding.townId', '=', townId)
    .where('post.role', '=', 'gridWorker')
    .where('staff.active', '=', true)
    .where((eb) => eb.or([eb('holding.until', 'is', null), eb('holding.until', '>', at.today as never)]))
    .execute()
  const areaIds = new Map(areas.map((a) => [a.name, a.id]))
  const villageOf = new Map(villages.map((v) => [v.name, v]))
  const gridOf = new Map(grids.map((g) => [`${g.villageId}/${g.name}`, g]))
  const workersOf = new Map<string, typeof workers>()
  for (const w of workers) if (w.gridId) workersOf.set(w.gridId, [...(workersOf.get(w.gridId) ?? []), w])
  const codes = new Set([...areas, ...villages, ...grids].map((x) => x.code))
  for (const v of read.villages) if (v.code) codes.add(v.code)
  const free = (prefix: string, width: number, from: number) => {
    for (let n = from; ; n++) {
      const code = `${prefix}${String(n).padStart(width, '0')}`
      if (codes.has(code)) continue
      codes.add(code)
      return code
    }
  }
  const insert = async (table: 'area' | 'village' | 'grid' | 'staff' | 'post' | 'holding', row: object) => {
    if (!dryRun)
      await inWords(
        tx
          .insertInto(table)
          .values({ townId, ...row } as never)
          .execute(),
      )
  }
  const update = async (table: 'village' | 'staff', id: string, set: object) => {
    if (!dryRun)
      await inWords(
        tx
          .updateTable(table)
          .set(set as never)
          .where('townId', '=', townId)
          .where('id', '=', id)
          .execute(),
      )
  }

  for (const name of new Set([...read.areas, ...read.villages.map((v) => v.area)])) {
    if (!name) continue
    if (areaIds.has(name)) report.areas.same++
    else {
      const id = uuidv7()
      areaIds.set(name, id)
      await insert('area', { id, name, code: free('A', 2, 1), pinyin: soundOf(name).pinyin, sort: areaIds.size })
      report.areas.added++
    }
  }
  for (const [sort, v] of read.villages.entries()) {
    const areaId = areaIds.get(v.area) ?? villageOf.get(v.name)?.areaId
    if (!areaId) {
      report.problems.push(`${v.name}没有写明管区，没有导入`)
      continue
    }
    const before = villageOf.get(v.name)
    let village: { id: string; code: string }
    if (before) {
      village = before
      const set = {
        ...(before.areaId === areaId ? {} : { areaId }),
        ...(v.code && v.code !== before.code ? { code: v.code } : {}),
        ...(v.households != null && v.households !== before.households ? { households: v.households } : {}),
        ...(v.population != null && v.population !== before.population ? { population: v.population } : {}),
      }
      if (Object.keys(set).length) {
        await update('village', before.id, set)
        report.villages.updated++
      } else report.villages.same++
    } else {
      village = { id: uuidv7(), code: v.code || free(town.code.slice(0, 9), 3, 200) }
      await insert('village', {
        ...village,
        areaId,
        name: v.name,
        ...soundOf(v.name),
        households: v.households ?? null,
        population: v.population ?? null,
        sort,
      })
      villageOf.set(v.name, { ...village, areaId, name: v.name, households: null, population: null })
      report.villages.added++
    }
    for (const [n, g] of v.grids.entries()) {
      const name = g.name || gridName(n + 1)
      let grid = gridOf.get(`${village.id}/${name}`)
      if (grid) report.grids.same++
      else {
        const code = g.code && !codes.has(g.code) ? g.code : free(village.code, 2, n + 1)
        codes.add(code)
        grid = { id: uuidv7(), villageId: village.id, name, code }
        gridOf.set(`${village.id}/${name}`, grid)
        await insert('grid', { ...grid, sort: n + 1 })
        report.grids.added++
      }
      if (!g.worker) continue
      const now = workersOf.get(grid.id) ?? []
      const same = now.find((w) => w.name === g.worker)
      if (same) {
        if (g.phone && g.phone !== same.phone) {
          await update('staff', same.id, { phone: g.phone })
          report.workers.updated++
        } else report.workers.same++
      } else if (now.length) {
        report.problems.push(
          `${v.name}${name}现任网格员是${now.map((w) => w.name).join('、')}，表中为${g.worker}：换人请办理离任交接`,
        )
      } else {
        const staffId = uuidv7()
        const postId = uuidv7()
        await insert('staff', { id: staffId, name: g.worker, ...soundOf(g.worker, true), phone: g.phone ?? '' })
        await insert('post', {
          id: postId,
          name: `${v.name}${name}网格员`,
          role: 'gridWorker',
          rank: usualRank.gridWorker,
          villageId: village.id,
          gridId: grid.id,
          sort: 999,
        })
        await insert('holding', { id: uuidv7(), staffId, postId, since: at.today })
        workersOf.set(grid.id, [{ gridId: grid.id, id: staffId, name: g.worker, phone: g.phone ?? '' }])
        report.workers.added++
      }
    }
  }
  if (!dryRun) {
    const n = (t: Tally) => `新增 ${t.added}、修改 ${t.updated}`
    const says = `导入区划：管区${n(report.areas)}；村${n(report.villages)}；网格${n(report.grids)}；网格员${n(report.workers)}`
    await writeTrace(tx, who, { subjectId: townId, subjectKind: 'town', kind: 'import', says }, at.now)
  }
  return report
}
