import type { Day } from '../kit/day.ts'
import {
  type Before,
  beforeFaults,
  beforeGiven,
  befores,
  elsewheres,
  mostChars,
  noAnswer,
} from '../petitions/register/before.ts'
import type { Desk } from './desk.ts'
import { button, choice, field, h, select, text } from './dom.ts'
import { ask } from './line.ts'
import type { Earlier } from './routes.ts'

/** “这件事以前反映过吗？” asked with an officer's help. The officer never asks for the query code: it is the petitioner's own. */
export const beforeMissing = (b: Before | undefined, today: Day): Record<string, string> =>
  b ? Object.fromEntries(Object.entries(beforeFaults(beforeGiven(b)!, today)).map(([k, v]) => [`before.${k}`, v])) : {}

/** What was found of the number written, by number: asked of the server, or known to the phone. */
const found = new Map<string, Earlier | null>()
const numberOf = (raw: string) => raw.normalize('NFKC').replace(/\s/g, '').toUpperCase()

const earlierWords = (e: Earlier | null) =>
  e
    ? `${e.number} ${e.title}：${e.state}${e.dueOn ? `，期限 ${e.dueOn}` : ''}${e.bearer ? `，现由${e.bearer}办` : ''}`
    : '在您看得到的事项里没有这个编号。照样可以登记，编号一起记下，由镇里核对'

export const beforeForm = (d: Desk, b: Before | undefined, put: (b: Before | undefined) => void): HTMLElement[] => {
  const now: Before = b ?? { answer: 'none', ...noAnswer }
  const set = (more: Partial<Before>) => put({ ...now, ...Object.assign(now, more) })
  const line = (k: keyof typeof mostChars, label: string, hint: string) =>
    field(
      label,
      text(now[k], (v) => set({ [k]: v }), { maxlength: mostChars[k] }),
      { hint, wrong: d.wrong[`before.${k}`] },
    )
  const number = numberOf(now.number)
  const known = [d.today?.mine, d.today?.reported, d.today?.revisits]
    .flatMap((l) => l ?? [])
    .find((l) => l.number === number)
  const seen = known ?? found.get(number)
  return [
    choice('问一问：这件事以前反映过吗', b?.answer ?? null, Object.entries(befores), (v) => {
      put({ ...now, answer: v as Before['answer'] })
      d.again()
    }),
    ...(b?.answer === 'again'
      ? [
          line('number', '回执上的编号', '只看编号；查询码是本人的，不要问'),
          button('查一查办到哪一步', async () => {
            const n = numberOf(now.number)
            if (n === '') return d.says('请先写编号', true)
            const r = await ask('POST', '/api/field/earlier', { number: n })
            if (r?.status !== 200) return d.says('现在查不了，先写下编号，送出的时候再核对', true)
            found.set(n, (r.json as { found: Earlier | null }).found)
            d.again()
          }),
          ...(number && seen !== undefined ? [h('p', { class: 'note', role: 'status' }, earlierWords(seen))] : []),
        ]
      : []),
    ...(b?.answer === 'lost'
      ? [h('p', { class: 'note' }, '查询码丢了的，核对身份证件后可以在电脑上给本人换一个。')]
      : []),
    ...(b?.answer === 'elsewhere'
      ? [
          field(
            '在哪里',
            select(now.at ?? '', [['', '请选择'], ...Object.entries(elsewheres)], (v) =>
              set({ at: (v || null) as Before['at'] }),
            ),
            { wrong: d.wrong['before.at'] },
          ),
        ]
      : []),
    ...(b && b.answer !== 'none' ? [line('when', '大概什么时候', '可以不填，例如：去年秋天')] : []),
    ...(b?.answer === 'again' || b?.answer === 'lost' ? [line('whom', '找的谁', '可以不填')] : []),
  ]
}
