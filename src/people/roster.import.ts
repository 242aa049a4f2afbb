import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import { usualRank } from './holdings.ts'
import { saveUnit } from './place.store.ts'
import { hold, postsOf, savePost } from './post.store.ts'
import { administrators, type Role, roles, type Who } from './roles.ts'
import type { RosterLine, RosterRead } from './roster.ts'
import type { At } from './session.store.ts'
import { gridName } from './setup.store.ts'
import { placesOf, saveStaff } from './store.ts'

export const rosterVerdicts = { added: '新增', updated: '修改', same: '不变', refused: '没有导入' } as const

export interface RosterReport {
  rows: {
    sheet: string
    row: number
    name: string
    post: string
    role: string
    verdict: keyof typeof rosterVerdicts
    says: string
  }[]
  added: number
  updated: number
  same: number
  refused: number
  problems: string[]
}

/** Posts that one person holds at a time: another name in the sheet is a change of hands, and open work must be handed over. */
const single: Role[] = ['townLeader', 'petitionHead', 'areaSecretary', 'gridWorker']

const numerals = '〇一二三四五六七八九十'
/** '1', '第一网格', '1号网格' → 1; null when no number is in it. */
const numberOf = (text: string): number | null => {
  const digits = /\d+/.exec(text)?.[0]
  if (digits) return Number(digits)
  const m = /[一二三四五六七八九十]/.exec(text)
  return m ? numerals.indexOf(m[0]) : null
}

/**
 * Add the people of a spreadsheet with their posts and places, through the same steps as on screen: each row is
 * judged by itself, what can't be taken is said and left out, nobody is removed. Accounts are not made here: those
 * are the security administrator's (三员分立). Throws nothing for a wrong row.
 */
export const importRoster = async (tx: Tx, who: Who, read: RosterRead, at: At): Promise<RosterReport> => {
  const { townId } = who
  const report: RosterReport = { rows: [], added: 0, updated: 0, same: 0, refused: 0, problems: [...read.problems] }
  const places = await placesOf(tx, townId, at.today)
  const units = new Map(places.units.map((u) => [u.name, u.id]))

  const one = async (
    line: RosterLine,
  ): Promise<{ verdict: keyof typeof rosterVerdicts; says: string; post: string }> => {
    const { role } = line
    if (!role) throw new Refused('没有认出角色：请写明职务，或加一列“角色”')
    if ([...administrators, 'auditor'].includes(role as never))
      throw new Refused(`${roles[role]}请在“岗位”中单独设置（三员分立）`)
    const village = line.village
      ? places.villages.find(
          (v) => v.active && [v.name, `${v.name}村`, v.name.replace(/村$/, '')].includes(line.village),
        )
      : undefined
    if (line.village && !village) throw new Refused(`没有“${line.village}”这个村，请先在“管区·村·网格”中建立`)
    const area = line.area ? places.areas.find((a) => a.active && a.name === line.area) : undefined
    if (line.area && !area && role === 'areaSecretary') throw new Refused(`没有“${line.area}”这个管区`)
    const grid =
      role === 'gridWorker'
        ? places.grids.find(
            (g) =>
              g.villageId === village?.id &&
              (g.name === line.grid || g.name === gridName(numberOf(line.grid || line.post) ?? 1)),
          )
        : undefined
    if (role === 'gridWorker' && !village) throw new Refused('网格员须写明村')
    if (role === 'gridWorker' && !grid) throw new Refused(`${village!.name}没有“${line.grid}”这个网格`)
    if (role === 'villageOfficer' && !village) throw new Refused('村信访信息员须写明村')
    if (role === 'areaSecretary' && !area) throw new Refused('管区书记须写明管区')
    if (role === 'unitHandler' && !line.unit) throw new Refused('站所办经办人须写明单位')
    let unitId = units.get(line.unit)
    if (line.unit && !unitId) {
      unitId = (await saveUnit(tx, who, { name: line.unit, active: true }, at)).id
      units.set(line.unit, unitId)
      report.problems.push(`站所办中还没有“${line.unit}”，导入时一并建立；名称写错的请先改表`)
    }
    const where = village && grid ? `${village.name}${grid.name}` : (village?.name ?? area?.name ?? line.unit)
    const usual = { gridWorker: '网格员', villageOfficer: '信访信息员', areaSecretary: '书记', unitHandler: '经办人' }
    const bare = line.post || usual[role as keyof typeof usual] || roles[role]
    const name = (where && !bare.includes(where) && role in usual ? `${where}${bare}` : bare).slice(0, 40)

    const posts = (await postsOf(tx, townId, at.today)).filter((p) => p.active && p.role === role)
    const post =
      (grid && posts.find((p) => p.gridId === grid.id)) ||
      (role === 'areaSecretary' && posts.find((p) => p.areaId === area!.id)) ||
      posts.find((p) => p.name === name)
    const people = await sql<{ id: string; phone: string; version: number; posts: string[] }>`
      select s.id, s.phone, s.version, coalesce(array_agg(h.post_id::text) filter (where h.post_id is not null), '{}') as posts
      from staff s left join holding h on h.town_id = s.town_id and h.staff_id = s.id and h.since <= ${at.today}::date
        and (h.until is null or h.until > ${at.today}::date)
      where s.town_id = ${townId}::uuid and s.active and s.name = ${line.name} group by s.id, s.phone, s.version`.execute(
      tx,
    )
    const same = people.rows
    const person =
      same.find((p) => post && p.posts.includes(post.id)) ??
      same.find((p) => line.phone !== '' && p.phone === line.phone) ??
      (same.length === 1 && (!line.phone || !same[0]!.phone) ? same[0] : undefined)
    const holds = person !== undefined && post !== undefined && person.posts.includes(post.id)
    if (post?.holder && !holds && single.includes(role))
      throw new Refused(`${post.name}现由${post.holder}担任：换人请办理离任交接`)
    const postId =
      post?.id ??
      (
        await savePost(
          tx,
          who,
          {
            name,
            role,
            rank: usualRank[role],
            areaId: role === 'areaSecretary' ? area!.id : null,
            villageId: village?.id ?? null,
            gridId: grid?.id ?? null,
            unitId: unitId ?? null,
            heads: line.heads,
            active: true,
          },
          at,
        )
      ).id
    const as = post?.name ?? name
    if (!person) {
      const { id } = await saveStaff(tx, who, { name: line.name, phone: line.phone }, at)
      await hold(tx, who, id, { postId, since: line.since ?? at.today }, at)
      return { verdict: 'added', says: '', post: as }
    }
    const phone = line.phone && line.phone !== person.phone
    if (phone)
      await saveStaff(tx, who, { id: person.id, version: person.version, name: line.name, phone: line.phone }, at)
    if (!holds) await hold(tx, who, person.id, { postId, since: line.since ?? at.today }, at)
    return {
      verdict: phone || !holds ? 'updated' : 'same',
      says: [phone ? '电话' : '', holds ? '' : '另任岗位'].filter(Boolean).join('、'),
      post: as,
    }
  }

  for (const line of read.lines) {
    await sql`savepoint person`.execute(tx)
    const { sheet, row, name } = line
    const role = line.role ? roles[line.role] : ''
    try {
      const done = await one(line)
      await sql`release savepoint person`.execute(tx)
      report.rows.push({ sheet, row, name, role, ...done })
      report[done.verdict] += 1
    } catch (e) {
      if (!(e instanceof Refused)) throw e
      await sql`rollback to savepoint person`.execute(tx)
      report.rows.push({ sheet, row, name, post: line.post, role, verdict: 'refused', says: e.message })
      report.refused += 1
    }
  }
  const says = `导入人员：新增 ${report.added}、修改 ${report.updated}、不变 ${report.same}、没有导入 ${report.refused}`
  await writeTrace(tx, who, { subjectId: townId, subjectKind: 'town', kind: 'import', says }, at.now)
  return report
}
