import type { Sheet, Workbook } from '../kit/server/excel.ts'
import type { DivisionsRead } from './divisions.import.ts'

export const squeeze = (v: unknown): string =>
  v === null || v === undefined ? '' : String(v).normalize('NFKC').replace(/\s+/g, '')

export const heads = {
  worker: /网格(员|长)(姓名)?$|^姓名$/,
  phone: /电话|手机|联系方式/,
  gridCode: /网格(编码|代码|编号)/,
  grids: /网格(个|总)?数/,
  grid: /^(所属)?网格(名称)?$/,
  code: /(村|区划|行政区划|统计)(.*)(代码|编码)|^代码$|^编码$/,
  households: /户数/,
  population: /人口|人数/,
  area: /管区|片区|工作区/,
  village: /^(所属)?(行政)?村(名|庄|名称|（?居）?|\(居\)|居|委会)?(名称)?$|村居|社区/,
} satisfies Record<string, RegExp>

/** The heading of a ledger of matters: its people, telephones and numbers are the petitioners', not the village's. */
const ofMatters = /诉求|反映|信访|上访|来访|受理|交办|化解|包案/

/** The area that the name of a sheet or the title above its table speaks of. */
const areaIn = (text: string): string =>
  /\p{Script=Han}{1,8}?(管区|片区|工作区)/u.exec(text)?.[0].replace(/^.*[镇乡]/, '') ?? ''

type Village = DivisionsRead['villages'][number]

/** Cells of merged ranges carry the value of their first cell. */
export const filled = (sheet: Sheet): Map<number, Map<number, unknown>> => {
  const rows = new Map(sheet.rows.map((r) => [r.n, new Map(r.cells.map((c) => [c.c, c.v as unknown]))]))
  for (const m of sheet.merges) {
    const v = rows.get(m.r1)?.get(m.c1)
    if (v === undefined || v === null || m.r2 - m.r1 > 5000) continue
    for (let r = m.r1; r <= m.r2; r += 1) for (let c = m.c1; c <= m.c2; c += 1) rows.get(r)?.set(c, v)
  }
  return rows
}

/** Areas, villages, grids and grid workers of a spreadsheet, columns in any order; what is blank below an area or village belongs to it. */
export const recogniseDivisions = (workbook: Workbook): DivisionsRead => {
  const out: DivisionsRead = { areas: [], villages: [], problems: [] }
  /** How many grids a village has by its line, where they aren't listed one by one. */
  const counted = new Map<Village, number>()
  for (const sheet of workbook.sheets) {
    if (sheet.hidden) continue
    const rows = filled(sheet)
    let column: Map<string, number> | null = null
    let area = ''
    let title = ''
    let village: Village | null = null as Village | null
    for (const [n, cells] of rows) {
      const texts = [...cells].map(([c, v]) => [c, squeeze(v)] as const)
      if (!column) {
        const found = new Map<string, number>()
        const met = new Set<string>()
        for (const [c, t] of texts) {
          // A merged title stands in every cell of its row; a heading says each thing once.
          if (met.has(t)) continue
          met.add(t)
          const field = (Object.keys(heads) as (keyof typeof heads)[]).find((f) => !found.has(f) && heads[f].test(t))
          if (field) found.set(field, c)
        }
        if (found.has('village') && found.size >= 2) {
          column = found
          if (texts.some(([, t]) => ofMatters.test(t)))
            for (const field of found.keys()) if (field !== 'village' && field !== 'area') found.delete(field)
        } else title ||= texts.map(([, t]) => areaIn(t)).find(Boolean) ?? ''
        continue
      }
      const get = (f: string) => squeeze(cells.get(column!.get(f) ?? -1))
      const name = get('village')
      if (/^(合计|小计|总计|共计|注|备注|说明)/.test(texts[0]?.[1] ?? '') || /^(合计|小计|总计)$/.test(name)) continue
      if (get('area')) area = get('area')
      else if (!column.has('area') && !area) area = areaIn(squeeze(sheet.name)) || title || '未分管区'
      if (name && name !== village?.name) {
        if (!area) out.problems.push(`${sheet.name} 第 ${n} 行：${name}没有写明管区`)
        const known: Village | undefined = out.villages.find((v) => v.name === name && v.area === (area || '未分管区'))
        village = known ?? { name, area: area || '未分管区', grids: [] }
        if (!known) out.villages.push(village)
        const code = get('code').replace(/\.0$/, '')
        if (code) {
          if (/^\d{3}$|^\d{9}$|^\d{12}$/.test(code)) village.code = code
          else out.problems.push(`${sheet.name} 第 ${n} 行：村代码“${code}”应为 12 位数字，没有采用`)
        }
        const number = (f: string) => {
          const m = /^([\d,]+)(?:\.0)?[户人口个]?$/.exec(get(f))
          return m ? Number(m[1]!.replaceAll(',', '')) : null
        }
        counted.set(village, number('grids') ?? 0)
        village.households = number('households')
        village.population = number('population')
      }
      if (!village) continue
      if (!out.areas.includes(village.area)) out.areas.push(village.area)
      const grid = get('grid') || get('gridCode')
      const worker = get('worker')
      if (grid || worker)
        village.grids.push({
          name: grid || `第${village.grids.length + 1}网格`,
          ...(get('gridCode') ? { code: get('gridCode') } : {}),
          ...(worker ? { worker } : {}),
          ...(get('phone') ? { phone: get('phone').replace(/\.0$/, '') } : {}),
        })
    }
  }
  for (const [v, n] of counted)
    if (v.grids.length === 0) for (let i = 0; i < Math.min(n, 200); i += 1) v.grids.push({ name: '' })
  const met = new Map<string, Village>()
  for (const v of out.villages)
    for (const [key, says] of [
      [`村${v.name}`, `${v.name}出现在两个管区`],
      [`码${v.code ?? ''}`, `代码 ${v.code} 用了两次`],
    ] as const) {
      const other = met.get(key)
      if (other && key !== '码') out.problems.push(`${says}（${other.area}${other.name}、${v.area}${v.name}），请核对`)
      else met.set(key, v)
    }
  if (out.villages.length === 0) out.problems.push('没有认出村名录：表头应有“管区”“村”两列')
  return out
}
