import { addDays, type Day, formal, weekday } from '../kit/day.ts'

/** What a week was like at one unit; numbers that open their list, and matter numbers, never persons. */
export interface UnitFacts {
  unit: string
  /** Limits of the organ that fell in the week: kept, missed, and still open past their day. */
  met: number
  late: number
  overdue: { number: string; name: string; dueOn: Day; days: number }[]
  silent: number
  /** Fall due in the coming week. */
  coming: number
}
export interface CircularFacts {
  weekOn: Day
  until: Day
  reminded: number
  units: UnitFacts[]
  waitingSignature: number
  waitingRevisit: number
  unassigned: number
}

/** The Monday of a day's week. */
export const mondayOf = (d: Day): Day => addDays(d, 1 - weekday(d))

/**
 * The weekly circular from facts, for a person to amend and sign. Units stand in their usual order: how many petitions somebody
 * has is neither counted nor ranked (domain reference §11); only what was not done is named, by the number of the matter.
 */
export const composeCircular = (f: CircularFacts, town: string): { title: string; body: string } => {
  const sum = (of: (u: UnitFacts) => number) => f.units.reduce((n, u) => n + of(u), 0)
  const met = sum((u) => u.met)
  const late = sum((u) => u.late)
  const overdue = sum((u) => u.overdue.length)
  const due = met + late
  const rate =
    due === 0
      ? '本周没有到期的法定期限'
      : due < 10
        ? `本周到期 ${due} 项，按期 ${met} 项（不足 10 项，不计百分比）`
        : `本周到期 ${due} 项，按期 ${met} 项，按期率 ${((met / due) * 100).toFixed(1)}%`
  const lines = [
    `${formal(f.weekOn)}至${formal(f.until)}，全镇信访事项办理情况通报如下（统计截止 ${formal(f.until)}）。`,
    `一、期限。${rate}；截至周末仍有 ${overdue} 项超期未办。系统共提醒 ${f.reminded} 次。`,
  ]
  const behind = f.units.filter((u) => u.overdue.length)
  if (behind.length) {
    lines.push('二、超期未办。')
    for (const u of behind)
      lines.push(
        `${u.unit}：${u.overdue
          .slice(0, 20)
          .map((o) => `${o.number} ${o.name}（超 ${o.days} 天）`)
          .join('、')}${u.overdue.length > 20 ? `等 ${u.overdue.length} 项` : ''}。`,
      )
  } else lines.push('二、超期未办。没有。')
  const silent = f.units.filter((u) => u.silent)
  lines.push(
    `三、没有进展。${silent.length ? `${silent.map((u) => `${u.unit} ${u.silent} 件`).join('、')}超过规定天数没有进展记录，请说明情况。` : '没有。'}`,
    `四、待办环节。待签发或审核意见书 ${f.waitingSignature} 件，待回访 ${f.waitingRevisit} 件，未交办到人 ${f.unassigned} 件。`,
    `五、下周到期 ${sum((u) => u.coming)} 项：${
      f.units
        .filter((u) => u.coming)
        .map((u) => `${u.unit} ${u.coming} 项`)
        .join('、') || '没有'
    }。`,
    '对通报的事实有异议的，请在收到后三日内向信访办提出，核实后更正。',
  )
  return { title: `${town}信访事项办理情况周通报（${formal(f.weekOn)}至${formal(f.until)}）`, body: lines.join('\n') }
}
