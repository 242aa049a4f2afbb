import { catalogue, type PaperData } from '../../documents/catalogue.ts'
import { type Day, formal } from '../../kit/day.ts'
import { channels, classes } from '../petition.ts'
import { organOf, type PaperSetting } from './compose.ts'
import { adviceKinds } from './move.ts'

/** What a year's report counts (第四十一条). Sealed accusations are in no total. */
export interface AnnualFacts {
  year: number
  /** The last day counted: the year's end, or today within the year. */
  upto: Day
  registered: number
  people: number
  byChannel: Record<string, number>
  byClass: Record<string, number>
  accepted: number
  notAccepted: number
  guided: number
  concluded: number
  /** Of the handling limits that ended: met and late; and those past their day that still run. */
  onTime: number
  late: number
  overdue: number
  fields: { name: string; n: number }[]
  organs: { name: string; n: number; concluded: number }[]
  forwarded: number
  assigned: number
  reported: number
  supervised: number
  answered: number
  advice: Record<string, number>
  adopted: Record<string, number>
}

const sum = (o: Record<string, number>) => Object.values(o).reduce((a, b) => a + b, 0)
/** A share with its whole; below ten a percentage says nothing. */
const share = (n: number, of: number) =>
  of === 0 ? '—' : of < 10 ? `${n}/${of}` : `${(Math.round((n / of) * 1000) / 10).toFixed(1)}%`
const listed = (o: Record<string, number>, names: Record<string, string>) =>
  Object.entries(names)
    .filter(([k]) => (o[k] ?? 0) > 0)
    .map(([k, name]) => `${name} ${o[k]} 件`)
    .join('、')

/** The year's report as a paper: every figure with what it counts. Pure. */
export const composeAnnual = (f: AnnualFacts, s: PaperSetting, contact: string, number: string | null): PaperData => {
  const due = f.onTime + f.late + f.overdue
  const organ = organOf(s.town)
  return {
    kind: 'annualReport',
    title: catalogue.annualReport.title,
    organ,
    number,
    issuedOn: s.today,
    values: {
      发文机关: organ,
      印发机关: organ,
      文号: number ?? '',
      标题: catalogue.annualReport.title,
      信访人: s.town.superior,
      成文日期: formal(s.today),
      联系: contact,
      抄送: '镇党委、人大',
      年度: `${f.year}`,
      总体情况: [
        `全年登记信访事项 ${f.registered} 件、${f.people} 人次。其中${listed(f.byClass, { ...classes, none: '待分类' }) || '没有已分类的事项'}。`,
        `受理 ${f.accepted} 件，不予受理、不再受理 ${f.notAccepted} 件，导入法定途径 ${f.guided} 件；已办结 ${f.concluded} 件。`,
        `应当办结 ${due} 件，按期 ${f.onTime} 件，按期办结率 ${share(f.onTime, due)}；超期办结 ${f.late} 件，超期未办结 ${f.overdue} 件。`,
      ].join('\n'),
      形式统计: listed(f.byChannel, channels) ? `按信访形式：${listed(f.byChannel, channels)}。` : '',
      转送交办督办: `全年转送 ${f.forwarded} 件，交办 ${f.assigned} 件，收到办结报告 ${f.reported} 件；发出督办通知 ${f.supervised} 份，收到答复 ${f.answered} 份。`,
      建议采纳:
        sum(f.advice) === 0
          ? '全年没有发出建议书。'
          : `全年提出建议 ${sum(f.advice)} 件，其中${listed(f.advice, adviceKinds)}。已反馈 ${sum(f.adopted)} 件：采纳 ${f.adopted.adopted ?? 0} 件，部分采纳 ${f.adopted.partly ?? 0} 件，不采纳 ${f.adopted.notAdopted ?? 0} 件。`,
      统计口径: `统计收到日期在 ${f.year} 年内的事项，截至${formal(f.upto)}。检举控告由纪检监察机关受理，不计入。信访数量只用于分析工作，不作排名。`,
    },
    rows: {
      领域统计: f.fields.map((x) => ({ 领域: x.name, 件数: String(x.n), 占比: share(x.n, f.registered) })),
      机关统计: f.organs.map((x) => ({ 机关: x.name, 件数: String(x.n), 已办结: String(x.concluded) })),
    },
    extra: { facts: f },
  }
}
