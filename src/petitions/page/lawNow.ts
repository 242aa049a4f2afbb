import { addDays, type Day, daysBetween } from '../../kit/day.ts'
import { legalLimits } from '../clocks.ts'
import type { MoveName } from '../flow.ts'
import { lawOf } from '../law.ts'
import type { MatterView } from '../routes.ts'

export interface Coming {
  on: Day
  left: number
  says: string
  basis: string
  /** A duty that is late or nearly; a right of a person never is. */
  duty: boolean
}

/** Whose right a limit is: the unit a matter was sent to may object within it; all others are the petitioner's. */
export const rightOf = (rule: string): string => (rule === 'D04' ? '收到单位的权利' : '当事人的权利')

/** What falls due next, soonest first: every running limit, and what hangs on a limit without being one. */
export const comingOf = (v: MatterView, today: Day): Coming[] => {
  const m = v.matter
  const out: Coming[] = v.clocks
    .filter((c) => c.endedOn === null)
    .map((c) => ({
      on: c.dueOn,
      left: daysBetween(today, c.dueOn),
      says: `${c.name}${c.party ? `（${c.party}）` : ''}`,
      basis: `${c.article}${c.kind === 'right' ? `，${rightOf(c.rule)}` : c.kind === 'house' && !c.article.includes('内部要求') ? '，内部要求' : ''}`,
      duty: c.kind === 'duty',
    }))
  const add = (on: Day, says: string, basis: string, duty = true) =>
    out.push({ on, left: daysBetween(today, on), says, basis, duty })
  const d05 = v.clocks.find((c) => c.rule === 'D05' && c.endedOn === null)
  const notice = v.documents.filter((d) => d.kind === 'extensionNotice').at(-1)
  if (m.extension === 'granted' && d05 && notice && !v.services.some((s) => s.documentId === notice.id))
    add(addDays(d05.fromOn, legalLimits.D05.days), '延期告知书送达信访人', '《信访工作条例》第三十四条')
  if (m.limitOn && !m.reportedOn && m.state !== 'closed') add(m.limitOn, '提交办结报告', '《信访工作条例》第二十二条')
  for (const t of v.tasks.filter((x) => !x.doneOn && x.dueOn))
    add(t.dueOn!, `执行：${t.body}`, '《信访工作条例》第三十二条')
  if (m.reviewOn && m.state !== 'closed') add(m.reviewOn, '复核级别', '镇红黄蓝分级办法', false)
  const hearing = v.records.filter((r) => r.kind === 'hearing' && r.data.planned === true).at(-1)?.data
  if (m.hearing === 'planned' && hearing) {
    const served = v.documents.some((d) => d.kind === 'hearingNotice' && v.services.some((s) => s.documentId === d.id))
    if (!served) add(hearing.noticeBy as Day, '听证通知书送达', '《山东省信访事项听证办法（试行）》')
    add(hearing.heldOn as Day, '举行听证', '《信访工作条例》第三十一条')
  }
  return out.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}

export interface Choice {
  move: string
  label: string
  article: string
  refusal: string | null
  /** A step from one state to another, as against work within one. */
  step: boolean
}

/** Refusals that only say “not your post” or “not in this state” teach nothing about this matter. */
const plain = (sentence: string) => /^(此事由|由|事项)/.test(sentence)

/** What the law allows now, and what it forbids with the reason; the steps first. */
export const choicesOf = (v: Pick<MatterView, 'offers' | 'matter'>): { may: Choice[]; mayNot: Choice[] } => {
  const all = v.offers.map((o) => {
    const rule = lawOf[o.move as MoveName]
    return {
      move: o.move,
      label: o.label,
      article: rule?.article ?? '',
      refusal: o.refusal,
      step: rule !== undefined && rule.t !== '',
      near: rule?.from.includes(v.matter.state) ?? false,
    }
  })
  const sorted = (list: typeof all) =>
    list.sort((a, b) => Number(b.step) - Number(a.step)).map(({ near: _n, ...c }) => c)
  return {
    may: sorted(all.filter((c) => c.refusal === null)),
    mayNot: sorted(
      all.filter((c) => c.refusal !== null && c.step && (c.near || !plain(c.refusal)) && c.article !== ''),
    ),
  }
}
