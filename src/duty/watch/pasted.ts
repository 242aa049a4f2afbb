import { type Day, formal } from '../../kit/day.ts'
import { typedDay } from '../../kit/typed-day.ts'
import type { StaffPick } from '../../people/routes.ts'
import { type DayPlan, planRefusal, type Seat, type Shift, shifts } from './watch.ts'

const shiftIn = (cell: string): Shift | undefined =>
  (Object.keys(shifts) as Shift[]).find((k) => shifts[k] === cell || shifts[k] === cell.replace(/班$/, '')) ??
  (/^(晚上|晚班|夜班|夜)$/.test(cell) ? 'night' : /^(白天|白班|全日)$/.test(cell) ? 'day' : undefined)

const heads = { on: /日期|^时间$/, shift: /班次|时段/, window: /值班人|值班员|窗口|^值班$/, lead: /带班|领导/ } as const
type Column = keyof typeof heads
/** Which column is which, by the head of the sheet; null when the line is no head. */
const headIn = (cells: readonly string[]): Partial<Record<Column, number>> | null => {
  const at = Object.fromEntries(
    (Object.keys(heads) as Column[]).flatMap((k) => {
      const i = cells.findIndex((c) => heads[k].test(c))
      return i < 0 ? [] : [[k, i]]
    }),
  ) as Partial<Record<Column, number>>
  return at.on !== undefined && at.window !== undefined ? at : null
}
/** One of the staff as the pickers know them. */
type Named = Pick<StaffPick, 'id' | 'name' | 'post' | 'roles' | 'active'>
/** Who is meant by a name, or by 姓名（职务）. Of namesakes the leader is in charge, and one of the petition office sits at the window. */
const matching = (staff: readonly Named[], said: string, seat: Seat): Named[] => {
  const [, name = said, post = ''] = /^(.+?)[（(](.+)[）)]$/.exec(said) ?? []
  const all = staff.filter((s) => s.active && s.name === name && s.post.includes(post))
  const likely = all.filter((s) =>
    s.roles.some((r) => (seat === 'lead' ? ['leadOfficial', 'townLeader'] : ['clerk', 'petitionHead']).includes(r)),
  )
  return likely.length === 1 ? likely : all
}
const isWeekday = (c: string) => /^(星期|周|礼拜)[一二三四五六日天]$/.test(c)

/**
 * Lines pasted from a sheet: 日期, 班次 (全天 where there is none), 值班人员, 带班领导, in this order or as the head says; parted by
 * tabs, or by blanks where there is no tab. A column of weekdays is passed over, a date left empty is the one above. What is wrong
 * is said line by line.
 */
export const watchIn = (text: string, staff: readonly Named[], today: Day): { days: DayPlan[]; wrong: string[] } => {
  const wrong: string[] = []
  const days = new Map<Day, DayPlan>()
  const nameOf = (id: string) => staff.find((s) => s.id === id)?.name ?? ''
  let on: Day | null = null
  let head: ReturnType<typeof headIn> = null
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    const at = `第 ${n + 1} 行`
    const cells = (line.includes('\t') ? line.split('\t') : line.trim().split(/[\s,，]+/)).map((c) => c.trim())
    if (cells.every((c) => c === '')) continue
    const named = headIn(cells)
    if (named) {
      head = named
      continue
    }
    const first = (cells[head?.on ?? 0] ?? '').replace(/[（(].*$/, '')
    if (first !== '') on = typedDay(first, today, true)
    if (on === null) {
      wrong.push(`${at}：“${first}”不是日期`)
      continue
    }
    let rest = cells.slice(1)
    if (isWeekday(rest[0] ?? '') || (rest[0] === '' && shiftIn(rest[1] ?? ''))) rest = rest.slice(1)
    const word = head
      ? head.shift === undefined
        ? ''
        : (cells[head.shift] ?? '')
      : shiftIn(rest[0] ?? '')
        ? rest[0]!
        : ''
    if (!head && word !== '') rest = rest.slice(1)
    const shift = word === '' ? 'day' : shiftIn(word)
    if (!shift) {
      wrong.push(`${at}：“${word}”不是班次，请写全天、上午、下午或夜间`)
      continue
    }
    const people = (cell: string | undefined, seat: Seat) =>
      (cell ?? '')
        .split(/[、,，;；/\s]+/)
        .filter(Boolean)
        .flatMap((said) => {
          const found = matching(staff, said, seat)
          if (found.length === 1) return [found[0]!.id]
          wrong.push(
            found.length
              ? `${at}：有 ${found.length} 个“${said}”，请写成“${said}（职务）”，或者在页面上选`
              : `${at}：没有“${said}”这个人`,
          )
          return []
        })
    const before = wrong.length
    const windowIds = people(head ? cells[head.window!] : rest[0], 'window')
    const leads = people(head ? (head.lead === undefined ? '' : cells[head.lead]) : rest[1], 'lead')
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
