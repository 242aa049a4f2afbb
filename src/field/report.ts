import type { Desk } from './desk.ts'
import { area, button, choice, field, h, text, tick } from './dom.ts'
import { type Finding, foundFields, foundKinds, foundMissing, newFinding } from './found.ts'
import type { Today } from './routes.ts'

/** A screening report of one place: what was found, a zero, or a correction of what was reported before. */
export interface ReportBody {
  campaignId: string
  placeId: string
  name: string
  version: number
  /** Findings reported before that hold so far; missing in drafts of older versions. */
  standing?: number
  input: {
    zero: boolean | null
    visited: number
    note: string
    reason: string
    findings: Finding[]
    /** Reported before and taken back now; missing in drafts of older versions. */
    retract?: { id: string; reason: string }[]
  }
}
type Task = Today['screening'][number]

export const emptyReport = (s: Pick<Task, 'campaignId' | 'placeId' | 'name' | 'version' | 'standing'>): ReportBody => ({
  campaignId: s.campaignId,
  placeId: s.placeId,
  name: s.name,
  version: s.version,
  standing: s.standing,
  input: { zero: null, visited: 0, note: '', reason: '', findings: [], retract: [] },
})

/** Written against what stands now: the version, and nothing taken back that is gone already. */
export const reportAnew = (b: ReportBody, s: Pick<Task, 'version' | 'standing' | 'found'>) => {
  b.version = s.version
  b.standing = s.standing
  b.input.retract = b.input.retract?.filter((r) => s.found.some((f) => f.id === r.id))
}

/** Findings reported before that this report leaves standing. */
const left = ({ standing = 0, input }: ReportBody): number => standing - (input.retract?.length ?? 0)

export const reportMissing = (b: ReportBody): Record<string, string> => {
  const { input, version } = b
  const out: Record<string, string> = {}
  if (input.visited < 1) out.visited = '请填写走访了多少户；没有走访不能报告'
  if (input.zero === null) out.zero = '请选择有没有发现'
  if (input.zero && left(b) > 0) out.zero = `先前报的还有 ${left(b)} 件，不能零报告；确有错报的先撤回`
  if (version > 0 && !input.reason.trim()) out.reason = '已经报过的，再报是更正，请写明理由'
  for (const r of input.retract ?? []) if (!r.reason.trim()) out[`retract.${r.id}`] = '请写明撤回的理由'
  if (input.zero !== false) return out
  if (input.findings.length + left(b) === 0) out.findings = '请逐件写；没有发现的请选择零报告'
  for (const [n, f] of input.findings.entries())
    for (const [k, sentence] of Object.entries(foundMissing(f))) out[`findings.${n}.${k}`] = sentence
  return out
}

/** What it says, in a word. */
export const reportGist = ({ input }: ReportBody): string =>
  input.zero === null
    ? '还没有报完'
    : input.zero
      ? '零报告'
      : input.findings.length || !input.retract?.length
        ? `发现 ${input.findings.length} 件`
        : `撤回 ${input.retract.length} 件`

/** What the server is asked: whoever began to write findings and then reports a zero, reports none. */
export const reportInput = ({ campaignId, placeId, version, input }: ReportBody) => ({
  campaignId,
  placeId,
  version,
  input: { ...input, findings: input.zero ? [] : input.findings, retract: input.retract ?? [] },
})

/** What was reported before, each to be taken back with a reason. */
const beforeFields = (d: Desk, b: ReportBody, task: Task) => {
  const gone = b.input.retract ?? []
  const put = (retract: typeof gone) => {
    b.input.retract = retract
    d.change(b)
  }
  return h(
    'fieldset',
    { class: 'finding' },
    h('legend', {}, `先前报的 ${task.standing} 件`),
    h('p', { class: 'muted' }, '报错了的可以撤回；已登记的事项仍在台账里办。'),
    task.found.map((f) => {
      const now = gone.find((r) => r.id === f.id)
      return [
        tick(`撤回：${f.what}`, now !== undefined, (v) => {
          put(v ? [...gone, { id: f.id, reason: '' }] : gone.filter((r) => r.id !== f.id))
          d.again()
        }),
        now &&
          field(
            '撤回的理由',
            text(now.reason, (v) => put(gone.map((r) => (r.id === f.id ? Object.assign(r, { reason: v }) : r))), {
              maxlength: 300,
            }),
            { wrong: d.wrong[`retract.${f.id}`] },
          ),
      ]
    }),
  )
}

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
    ...(task?.found.length ? [beforeFields(d, b, task)] : []),
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
        const first = v === 'some' && findings.length === 0 && left(b) <= 0
        set({ zero: v === 'zero', findings: first ? [newFinding('matter')] : findings })
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
