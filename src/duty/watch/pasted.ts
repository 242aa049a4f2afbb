import { type Day, formal } from '../../kit/day.ts'
import { typedDay } from '../../kit/typed-day.ts'
import { type DayPlan, planRefusal, type Shift, shifts } from './watch.ts'

const shiftIn = (cell: string): Shift | undefined =>
  (Object.keys(shifts) as Shift[]).find((k) => shifts[k] === cell || shifts[k] === cell.replace(/班$/, '')) ??
  (/^(晚上|晚班|夜班|夜)$/.test(cell) ? 'night' : /^(白天|白班|全日)$/.test(cell) ? 'day' : undefined)

/**
 * Lines pasted from a sheet: 日期, 班次 (全天 where there is none), 值班人员, 带班领导; parted by tabs, or by blanks where there
 * is no tab. A column of weekdays is passed over, a date left empty is the one above. What is wrong is said line by line.
 */
export const watchIn = (
  text: string,
  staff: readonly { id: string; name: string; active: boolean }[],
  today: Day,
): { days: DayPlan[]; wrong: string[] } => {
  const wrong: string[] = []
  const days = new Map<Day, DayPlan>()
  const nameOf = (id: string) => staff.find((s) => s.id === id)?.name ?? ''
  let on: Day | null = null
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    const at = `第 ${n + 1} 行`
    const tabbed = line.includes('\t')
    const cells: string[] = (tabbed ? line.split('\t') : line.trim().split(/[\s,，]+/)).map((c) => c.trim())
    if (cells.every((c) => c === '') || cells.some((c) => /^(日期|值班日期|值班人员|值班人)$/.test(c))) continue
    const first = cells.shift()!.replace(/[（(].*$/, '')
    if (first !== '') on = typedDay(first, today, true)
    if (on === null) {
      wrong.push(`${at}：“${first}”不是日期`)
      continue
    }
    const rest = cells.filter((c, i) => !(i === 0 && /^(星期|周|礼拜)[一二三四五六日天]$/.test(c)))
    const named = rest[0] === undefined ? undefined : shiftIn(rest[0])
    if (named) rest.shift()
    const shift: Shift = named ?? 'day'
    const people = (cell: string | undefined) =>
      (cell ?? '')
        .split(/[、,，;；/\s]+/)
        .filter(Boolean)
        .flatMap((name) => {
          const found = staff.filter((s) => s.active && s.name === name)
          if (found.length === 1) return [found[0]!.id]
          wrong.push(
            found.length ? `${at}：有 ${found.length} 个“${name}”，请在页面上选` : `${at}：没有“${name}”这个人`,
          )
          return []
        })
    const before = wrong.length
    const windowIds = people(rest[0])
    const leads = people(rest[1])
    if (wrong.length > before) continue
    if (on < today) wrong.push(`${at}：${formal(on)}已经过去`)
    else if (windowIds.length === 0) wrong.push(`${at}：没有写值班的人`)
    else if (leads.length > 1) wrong.push(`${at}：带班领导只写一名`)
    else {
      const plan: DayPlan = days.get(on) ?? { on, shifts: [] }
      const next = [...plan.shifts, { shift, windowIds, leadId: leads[0] ?? null }]
      const no = planRefusal(next, nameOf)
      if (no) wrong.push(`${at}：${no}`)
      else days.set(on, { on, shifts: next })
    }
  }
  return { days: [...days.values()], wrong }
}
