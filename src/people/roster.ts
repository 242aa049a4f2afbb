import { type Day, isDay } from '../kit/day.ts'
import type { Workbook } from '../kit/server/excel.ts'
import { filled, heads as placeHeads, squeeze } from './divisions.ts'
import { type Role, roles } from './roles.ts'

/** One person of a spreadsheet, as far as it says; what is empty was not there. */
export interface RosterLine {
  sheet: string
  row: number
  name: string
  phone: string
  post: string
  /** The role as the sheet names it, or as the post and the place tell it; null when nothing tells. */
  role: Role | null
  heads: boolean
  unit: string
  area: string
  village: string
  grid: string
  since: Day | null
}

export interface RosterRead {
  lines: RosterLine[]
  problems: string[]
}

/** First match wins; a column is used once. */
const words = {
  name: /^(姓名|名字|(人员|干部|职工|工作人员|网格员|网格长|信息员|负责人|责任人|成员)(姓名|名字|名单)?)$/,
  phone: /电话|手机|联系方式|联系号码/,
  role: /^(系统|信访)?角色$|权限/,
  since: /(任职|任现职|到岗|到任|聘用|起始|上岗)(时间|日期)|^任期起/,
  post: /职务|岗位|职位|担任|身份|分工/,
  gridName: placeHeads.grid,
  area: placeHeads.area,
  village: placeHeads.village,
  unit: /(单位|部门|站所|科室|办公室|处室)(名称)?$|站所办/,
} satisfies Record<string, RegExp>
type Head = keyof typeof words

const header = (v: unknown) => squeeze(v).replace(/[（(【[].*?[)）\]】]|[*＊:：]/g, '')
const total = /^(合计|小计|总计|共计|注|备注|说明|填表|制表|审核)/
/** The heading of a ledger of matters: the people in it are the petitioners. */
const ofMatters = /诉求|上访|来访|信访(人|事项)|反映(的)?(事项|问题|内容|情况)/
/** Posts of the whole town, whatever village stands in the lines above. */
const ofTown: (Role | null)[] = ['townLeader', 'leadOfficial', 'disciplineLiaison']
const han = /^[\p{Script=Han}·]{2,12}$/u

const dayOf = (text: string): Day | null => {
  if (/^\d{5}(\.0)?$/.test(text)) {
    const t = new Date(Date.UTC(1899, 11, 30) + Number(text) * 86_400_000).toISOString().slice(0, 10)
    return isDay(t) ? t : null
  }
  const m = /^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?$/.exec(text)
  if (!m) return null
  const t = `${m[1]}-${m[2]!.padStart(2, '0')}-${(m[3] ?? '1').padStart(2, '0')}`
  return isDay(t) ? t : null
}

/** What a post and a place make of a person, where the sheet names no role. Administrators never come from a guess. */
export const roleOf = (p: {
  post: string
  unit: string
  area: string
  village: string
  grid: string
}): { role: Role | null; heads: boolean } => {
  const { post, unit } = p
  const chief = /(所长|站长|主任|负责人|局长|队长|院长|校长)/.test(post) && !/副/.test(post)
  const as = (role: Role | null, heads = false) => ({ role, heads })
  if (/网格(员|长)/.test(post) || p.grid) return as('gridWorker')
  if (/(管区|片区|工作区|总支)(党总支)?(书记|主任|负责人|区长)/.test(post)) return as('areaSecretary')
  if (/信访信息员|村(党支部)?书记|村主任|村(支部)?委员|文书|村医/.test(post) || p.village) return as('villageOfficer')
  if (p.area && /书记|主任|负责人|片长/.test(post)) return as('areaSecretary')
  if (/^(镇|乡|街道)?党?(工)?委书记$|^(镇|乡)长$|^党委副书记、?(镇|乡)长$|^(街道)?办事处主任$/.test(post))
    return as('townLeader')
  if (/纪检?委?.*(联络|干事|监察员|专干)|纪委副书记/.test(post)) return as('disciplineLiaison')
  if (/副书记|副(镇|乡)长|人大主席|政协|委员|武装部长|纪委书记|副主席|班子/.test(post)) return as('leadOfficial')
  if (/信访/.test(unit) || /信访/.test(post)) return as(chief ? 'petitionHead' : 'clerk')
  if (/调解/.test(post)) return as('mediator')
  if (unit) return as('unitHandler', chief)
  return as(null)
}

/**
 * People of a spreadsheet, whatever its layout: titles above, columns in any order and under any of their usual names,
 * a head in two rows, several sheets (one a unit or an area, named so), merged or blank cells for what stands above.
 */
export const recogniseRoster = (workbook: Workbook): RosterRead => {
  const out: RosterRead = { lines: [], problems: [] }
  for (const sheet of workbook.sheets) {
    if (sheet.hidden) continue
    let column: Map<Head, number> | null = null
    let foreign = false
    let above = { unit: '', area: '', village: '' }
    const named = squeeze(sheet.name)
    const own = {
      unit: /(所|办|站|中心|局|院|队)$/.test(named) && !/网格|花名册|名单/.test(named) ? named : '',
      area: /(管区|片区|工作区)$/.test(named) ? named : '',
      village: /(村|社区|庄)$/.test(named) ? named : '',
    }
    for (const [n, cells] of filled(sheet)) {
      if (!column) {
        const found = new Map<Head, number>()
        for (const [c, v] of cells) {
          const t = header(v)
          if (!t || t.length > 14) continue
          const field = (Object.keys(words) as Head[]).find((f) => !found.has(f) && words[f].test(t))
          if (field) found.set(field, c)
        }
        if (!found.has('name') || found.size < 2) continue
        if ([...cells.values()].some((v) => ofMatters.test(squeeze(v)))) {
          out.problems.push(`“${sheet.name}”像是信访台账，里面的人是信访人，没有采用`)
          foreign = true
          break
        }
        column = found
        continue
      }
      const get = (f: Head) => squeeze(cells.get(column!.get(f) ?? -1))
      const name = get('name')
      if (words.name.test(header(name))) continue
      const first = squeeze([...cells.values()].find((v) => squeeze(v) !== ''))
      if (total.test(first) || total.test(name)) continue
      const told = { unit: get('unit'), area: get('area'), village: get('village') }
      const alone = ofTown.includes(roleOf({ post: get('post'), unit: '', area: '', village: '', grid: '' }).role)
      const place = told.unit || told.area || told.village || get('gridName') || alone ? told : { ...above }
      // A village under an area that is written once for all of them.
      if (!place.area && place.village && column.has('area')) place.area = above.area
      if (get('gridName') && !place.village) place.village = above.village
      above = { ...above, ...Object.fromEntries(Object.entries(place).filter(([, v]) => v)) }
      if (told.unit) above = { unit: told.unit, area: '', village: '' }
      if (!name) continue
      const names = name.split(/[、，,;；/]/).filter(Boolean)
      const phones = get('phone')
        .split(/[、，,;；/]/)
        .map((x) => x.replace(/\.0$/, '').replace(/[-\s]/g, ''))
      for (const [k, one] of names.entries()) {
        if (!han.test(one)) {
          out.problems.push(`${sheet.name} 第 ${n} 行：“${one.slice(0, 20)}”不像姓名，没有采用`)
          continue
        }
        const line = {
          post: get('post'),
          unit: place.unit || (place.area || place.village ? '' : own.unit),
          area: place.area || (place.unit ? '' : own.area),
          village: place.village || (place.unit ? '' : own.village),
          grid: get('gridName'),
        }
        const said = get('role')
        const spoken = (Object.keys(roles) as Role[]).find((r) => roles[r] === said)
        if (said && !spoken) out.problems.push(`${sheet.name} 第 ${n} 行：角色“${said}”不是系统里的角色，按职务判断`)
        const guess = roleOf(line)
        const since = dayOf(get('since'))
        if (get('since') && !since)
          out.problems.push(`${sheet.name} 第 ${n} 行：${one}的任职时间“${get('since')}”不是日期，按今天起`)
        const phone = (names.length === phones.length ? phones[k] : names.length === 1 ? phones[0] : '') ?? ''
        if (phone && !/^(1\d{10}|0\d{9,11}|\d{7,8})(转\d+)?$/.test(phone))
          out.problems.push(`${sheet.name} 第 ${n} 行：${one}的电话“${phone.slice(0, 20)}”不像电话号码，请核对`)
        out.lines.push({
          sheet: sheet.name,
          row: n,
          name: one,
          phone,
          ...line,
          role: spoken ?? guess.role,
          heads: (spoken ?? guess.role) === 'unitHandler' && guess.heads,
          since,
        })
      }
    }
    if (!column && !foreign && sheet.rows.length > 1) out.problems.push(`“${sheet.name}”没有认出“姓名”一列，没有采用`)
  }
  if (out.lines.length === 0)
    out.problems.push('没有认出人员：表头应有“姓名”，以及职务、单位、村、网格、电话中的至少一列')
  return out
}
