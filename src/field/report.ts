import type { Desk } from './desk.ts'
import { area, button, choice, field, h, text } from './dom.ts'
import type { ReportBody } from './forms.ts'
import { type Finding, foundFields, foundKinds, newFinding } from './found.ts'

export const reportForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as ReportBody
  const task = d.today?.screening.find((s) => s.placeId === b.placeId)
  const set = (more: Partial<ReportBody['input']>) => {
    Object.assign(b.input, more)
    d.change(b)
  }
  const findings = b.input.findings
  const add = (f: Finding) => {
    set({ findings: [...findings, f] })
    d.again()
  }
  return [
    task ? h('p', { class: 'muted' }, `${task.campaign}，${task.dueOn} 前。${task.asks}`) : h('p', {}),
    ...(b.version > 0 ? [h('p', { class: 'note' }, '这一处已经报过，再报就是更正。')] : []),
    field(
      '走访了多少户',
      text(b.input.visited ? String(b.input.visited) : '', (v) => set({ visited: Number.parseInt(v, 10) || 0 }), {
        inputmode: 'numeric',
      }),
      { wrong: d.wrong.visited },
    ),
    choice(
      '有没有发现矛盾和诉求',
      b.input.zero === null ? null : b.input.zero ? 'zero' : 'some',
      [
        ['some', '有，逐件写'],
        ['zero', '没有，零报告'],
      ],
      (v) => {
        set({ zero: v === 'zero', findings: v === 'some' && findings.length === 0 ? [newFinding('matter')] : findings })
        d.again()
      },
      d.wrong.zero,
    ),
    ...(b.input.zero === false
      ? [
          ...findings.map((f, n) => {
            const put = (more: object) => {
              Object.assign(f, more)
              d.change(b)
            }
            const w = (k: string) => d.wrong[`findings.${n}.${k}`]
            return h(
              'fieldset',
              { class: 'finding' },
              h('legend', {}, `第 ${n + 1} 件：${foundKinds[f.kind]}`),
              foundFields(f, put, w, task?.known ?? []),
              button(
                `去掉第 ${n + 1} 件`,
                () => {
                  set({ findings: findings.filter((_, k) => k !== n) })
                  d.again()
                },
                'quiet',
              ),
            )
          }),
          h(
            'div',
            { class: 'row field' },
            button('再写一件', () => add(newFinding('matter'))),
            button('已在册的', () => add(newFinding('known'))),
            button('当场解答的', () => add(newFinding('answered'))),
          ),
          ...(d.wrong.findings ? [h('p', { class: 'wrong' }, d.wrong.findings)] : []),
        ]
      : []),
    field(
      '备注',
      area(b.input.note, (v) => set({ note: v }), { rows: 2, maxlength: 500 }),
      { hint: '可以不填', wrong: d.wrong.note },
    ),
    ...(b.version > 0
      ? [
          field(
            '更正的理由',
            text(b.input.reason, (v) => set({ reason: v }), { maxlength: 300 }),
            { wrong: d.wrong.reason },
          ),
        ]
      : []),
  ]
}
