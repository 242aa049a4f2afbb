type Kid = Node | string | number | null | undefined | false | readonly Kid[]
type Props = Record<string, unknown>

/** An element with attributes, `on…` listeners and children; false, null and undefined leave nothing. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...kids: Kid[]
): HTMLElementTagNameMap[K] => {
  const e = document.createElement(tag)
  for (const [k, v] of Object.entries(props)) {
    if (v === undefined || v === null || v === false) continue
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v as EventListener)
    else if (k === 'value' || k === 'checked' || k === 'disabled') (e as unknown as Props)[k] = v
    else e.setAttribute(k, v === true ? '' : String(v))
  }
  add(e, kids)
  return e
}
const add = (e: HTMLElement, kids: readonly Kid[]): void => {
  for (const k of kids) {
    if (k === null || k === undefined || k === false) continue
    if (Array.isArray(k)) add(e, k)
    else if (k instanceof Node || e instanceof HTMLOptionElement) e.append(k as Node | string)
    // A day is never broken over two lines.
    else
      for (const [n, part] of String(k)
        .split(/(\d{4}-\d{2}-\d{2})/)
        .entries())
        e.append(n % 2 === 1 ? h('span', { class: 'day' }, document.createTextNode(part)) : part)
  }
}

/** An id for a request; phones back to Chromium 86 have no crypto.randomUUID. */
export const newId = (): string => {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  const hex = Array.from(b, (n) => n.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** A sentence about what is wrong, gone as soon as something is changed there. */
const complaint = (sentence: string | undefined, of: HTMLElement, id?: string) => {
  if (!sentence) return null
  const e = h('p', { class: 'wrong', id }, sentence)
  const gone = () => {
    e.remove()
    for (const c of [of, ...of.querySelectorAll('[aria-invalid]')]) c.removeAttribute('aria-invalid')
  }
  of.addEventListener('input', gone)
  return e
}

let serial = 0
/** A labelled control with a hint and what is wrong with it, tied together for screen readers. */
export const field = (
  label: string,
  control: HTMLElement,
  more: { hint?: string | undefined; wrong?: string | undefined } = {},
): HTMLElement => {
  serial += 1
  const id = `f${serial}`
  control.id = id
  const said = [more.wrong && `${id}w`, more.hint && `${id}h`].filter(Boolean).join(' ')
  if (said) control.setAttribute('aria-describedby', said)
  if (more.wrong) control.setAttribute('aria-invalid', 'true')
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    more.hint && h('p', { class: 'muted', id: `${id}h` }, more.hint),
    control,
    complaint(more.wrong, control, `${id}w`),
  )
}

export const text = (value: string, set: (v: string) => void, more: Props = {}) =>
  h('input', { value, autocomplete: 'off', ...more, oninput: (e: Event) => set((e.target as HTMLInputElement).value) })
export const area = (value: string, set: (v: string) => void, more: Props = {}) => {
  const e = h('textarea', { rows: 4, ...more, oninput: () => set(e.value) })
  e.value = value
  return e
}
export const select = (value: string, options: readonly (readonly [string, string])[], set: (v: string) => void) => {
  const e = h(
    'select',
    { onchange: () => set(e.value) },
    options.map(([v, label]) => h('option', { value: v }, label)),
  )
  e.value = value
  return e
}
export const tick = (label: string, value: boolean, set: (v: boolean) => void, wrong?: string) => {
  const e = h(
    'label',
    { class: 'tick' },
    h('input', {
      type: 'checkbox',
      checked: value,
      'aria-invalid': wrong ? 'true' : undefined,
      onchange: (e: Event) => set((e.target as HTMLInputElement).checked),
    }),
    h('span', {}, label),
  )
  return h('div', { class: 'field' }, e, complaint(wrong, e))
}
/** One of a few, as large buttons to press. */
export const choice = (
  legend: string,
  value: string | null,
  options: readonly (readonly [string, string])[],
  set: (v: string) => void,
  wrong?: string,
) => {
  serial += 1
  const name = `c${serial}`
  const e = h(
    'fieldset',
    { class: 'choice' },
    h('legend', {}, legend),
    options.map(([v, label]) =>
      h(
        'label',
        { class: 'tick' },
        h('input', { type: 'radio', name, value: v, checked: v === value, onchange: () => set(v) }),
        h('span', {}, label),
      ),
    ),
  )
  add(e, [complaint(wrong, e)])
  return e
}
export const button = (
  label: string,
  press: () => void,
  kind: 'main' | 'plain' | 'quiet' = 'plain',
  more: Props = {},
) => h('button', { type: 'button', class: kind, onclick: press, ...more }, label)
