import { type Courtesy, courtesies } from '../petitions/courtesy/words.ts'
import type { Desk } from './desk.ts'
import { field, h, text, tick } from './dom.ts'

/** 四声五心 on the phone: the counter's list, gone through by whoever received somebody in the village or at home. */
export interface CourtesySaid {
  items: Courtesy[]
  note: string
}
export interface CourtesyBody extends CourtesySaid {
  petitionId: string
  number: string
  what: string
}
export const noCourtesy: CourtesySaid = { items: [], note: '' }
const names = Object.keys(courtesies) as Courtesy[]

/** What goes to the server; null when nothing was ticked: then it was not gone through. */
export const checked = (c: CourtesySaid | undefined): CourtesySaid | null => (c?.items.length ? c : null)

export const courtesyFields = (legend: string, given: CourtesySaid, put: (c: CourtesySaid) => void, wrong?: string) => {
  let c = given
  const set = (more: Partial<CourtesySaid>) => {
    c = { ...c, ...more }
    put(c)
  }
  return h(
    'fieldset',
    { class: 'choice' },
    h('legend', {}, legend),
    names.map((name) =>
      tick(courtesies[name], c.items.includes(name), (v) =>
        set({ items: names.filter((n) => (n === name ? v : c.items.includes(n))) }),
      ),
    ),
    field(
      '没有做到的，为什么（可以不填）',
      text(c.note, (note) => set({ note }), { maxlength: 300 }),
    ),
    wrong && h('p', { class: 'wrong' }, wrong),
  )
}

export const courtesyForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as CourtesyBody
  return [
    h('p', {}, `${b.number} ${b.what}`),
    courtesyFields(
      '做到的勾上',
      b,
      (c) => {
        Object.assign(b, c)
        d.change(b)
      },
      d.wrong.items,
    ),
  ]
}
export const courtesyMissing = (b: CourtesyBody): Record<string, string> =>
  b.items.length ? {} : { items: '请勾选做到的' }

export const courtesySaid = (c: CourtesySaid): [string, string][] =>
  c.items.length
    ? [
        ['四声五心做到', c.items.map((i) => courtesies[i].split('：')[0]!).join('、')],
        ...(c.note ? ([['没有做到的', c.note]] as [string, string][]) : []),
      ]
    : []
