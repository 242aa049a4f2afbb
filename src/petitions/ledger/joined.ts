import type { ParsedRow } from './proposal.ts'
import { isName, outcomeOf, squeeze, textOf } from './values.ts'

/** What one cell says of several things, and what several columns say of one. Pure. */

/** '责任单位及责任人', '责任单位（人）', '承办单位/承办人'. */
export const namesUnitAndPerson = (header: string): boolean =>
  /(单位|部门|科室|站所).*(人|干部|领导|负责)/.test(squeeze(header).replace(/(?:联系)?电话|手机/g, ''))

const unitWords =
  /(所|站|办|局|院|中心|科|队|部|委|委员会|村|社区|居委会|公司|单位|组|厅|室|会|学校|小学|中学|镇|乡|街道|政府|管区|片区|专班)$/
const title = /(长|主任|书记|干部|委员|主席|助理|员)$/
const isUnit = (s: string) => unitWords.test(s) && !isName(s)

/** '财政所 贺某', '林业站（熊某）', '教育办：滕某、罗某' → the units, and who answers in them; what can't be told apart is who. */
export const unitAndPerson = (text: string): { unit: string; owner: string } => {
  const units: string[] = []
  let owner = ''
  for (const part of text.normalize('NFKC').split(/[\s、,，;；:/|()（）]+/)) {
    if (part === '') continue
    // '财政所贺某'
    const name = isUnit(part)
      ? 0
      : ([2, 3].find((n) => isUnit(part.slice(0, -n)) && isName(part.slice(-n))) ?? part.length)
    const unit = part.slice(0, part.length - name)
    const rest = part.slice(part.length - name)
    if (unit && !units.includes(unit)) units.push(unit)
    if (rest) owner += owner === '' ? rest : `${title.test(owner) || /^\d/.test(rest) ? ' ' : '、'}${rest}`
  }
  return { unit: units.join('、'), owner }
}

/** What a column of several for one field says in this row, under its header. */
export interface Said {
  said: string
  of: string
}
/** In the order of the columns, each under its own header. */
export const joined = (parts: readonly Said[]): string =>
  parts.map((p) => (p.of ? `${p.of}：${p.said}` : p.said)).join('；')

/** 是/否 under '是否化解'. */
const yesNo = ({ of, said }: Said): ParsedRow['outcome'] =>
  !/(是否|已否).*(办结|化解|解决|息|销号|答复|处理)|与否|没有/.test(of)
    ? null
    : /^(是|已|√|✓|✔|Y|1)$/i.test(squeeze(said))
      ? 'resolved'
      : /^(否|未|×|X|N|0)$/i.test(squeeze(said))
        ? 'handling'
        : null
/** Heads of what is to be done. */
export const plans = /(措施|方案|打算|计划)$|^下一?步/
/** '协调解决' under '化解措施' is no end. */
const tells = ({ of, said }: Said): boolean => !plans.test(of) || /已/.test(said)

/** Whether the matter is over, by the latest column that says so. */
export const outcomeOfColumns = (parts: readonly Said[]): ParsedRow['outcome'] => {
  for (let i = parts.length - 1; i >= 0; i -= 1) {
    const p = parts[i]!
    const ended = yesNo(p) ?? (tells(p) ? outcomeOf(p.said) : null)
    if (ended) return ended
  }
  return null
}

/** `more` after what is written already. */
export const andMore = (written: string, more: unknown): string => {
  const said = textOf(more)
  return said === '' || written === said ? written : written === '' ? said : `${written}；${said}`
}
