import './citizen.css'
import { recorders } from './recorder.ts'
import { send } from './send.ts'
import { sha256 } from './sha256.ts'
import { spoken } from './spoken.ts'
import { enoughZeros, workText } from './work.ts'

/** Comforts on top of pages that work without it: large type, reading aloud, printing, drafts, one step at a time. */
const root = document.documentElement
const kept = {
  get: (k: string): string | null => {
    try {
      return localStorage.getItem(k)
    } catch {
      return null
    }
  },
  set: (k: string, v: string | null) => {
    try {
      if (v === null) localStorage.removeItem(k)
      else localStorage.setItem(k, v)
    } catch {
      // A full or forbidden storage costs the comfort, not the page.
    }
  },
}

const tools = document.querySelector<HTMLElement>('[data-tools]')
if (tools) tools.hidden = false

const large = document.querySelector<HTMLButtonElement>('[data-large]')
const setLarge = (on: boolean) => {
  root.classList.toggle('large', on)
  large?.setAttribute('aria-pressed', String(on))
  kept.set('large', on ? '1' : null)
}
setLarge(kept.get('large') === '1')
large?.addEventListener('click', () => setLarge(!root.classList.contains('large')))

const contrast = document.querySelector<HTMLButtonElement>('[data-contrast]')
const setContrast = (on: boolean) => {
  root.classList.toggle('contrast', on)
  contrast?.setAttribute('aria-pressed', String(on))
  kept.set('contrast', on ? '1' : null)
}
setContrast(kept.get('contrast') === '1')
contrast?.addEventListener('click', () => setContrast(!root.classList.contains('contrast')))

const speak = document.querySelector<HTMLButtonElement>('[data-speak]')
if (speak && !('speechSynthesis' in window)) speak.hidden = true
speak?.addEventListener('click', () => {
  if (speechSynthesis.speaking) {
    speechSynthesis.cancel()
    speak.textContent = '朗读'
    return
  }
  const main = document.querySelector<HTMLElement>('main')
  // biome-ignore lint/performance/useDomNodeTextContent: what is folded away is not read aloud
  const parts = spoken(main?.innerText ?? '')
  for (const [i, text] of parts.entries()) {
    const u = new SpeechSynthesisUtterance(text)
    u.lang = 'zh-CN'
    u.rate = 0.9
    if (i === parts.length - 1)
      u.onend = () => {
        speak.textContent = '朗读'
      }
    speechSynthesis.speak(u)
  }
  speak.textContent = '停止'
})
/** On paper the reasons stand open; what was folded is folded again afterwards. */
let unfolded: HTMLDetailsElement[] = []
addEventListener('beforeprint', () => {
  unfolded = [...document.querySelectorAll<HTMLDetailsElement>('main details:not(.right):not([open])')]
  for (const d of unfolded) d.open = true
})
addEventListener('afterprint', () => {
  for (const d of unfolded) d.open = false
})
document.querySelector('[data-print]')?.addEventListener('click', () => window.print())

/** Against floods, each form counts a little while it is filled in: a few milliseconds at a time, so that nobody notices. */
const counted = (form: HTMLFormElement): Promise<void> => {
  const seal = form.querySelector<HTMLInputElement>('input[name=seal]')
  const work = form.querySelector<HTMLInputElement>('input[name=work]')
  if (!seal || !work || work.value !== '') return Promise.resolve()
  const bits = Number(seal.dataset.bits)
  return new Promise((done) => {
    let n = 0
    const some = () => {
      const until = performance.now() + 8
      do {
        if (enoughZeros(sha256(workText(seal.value, n))[0]!, bits)) {
          work.value = String(n)
          done()
          return
        }
        n += 1
      } while (performance.now() < until)
      setTimeout(some, 4)
    }
    setTimeout(some, 0)
  })
}

/** What was typed survives a closed browser; files can't be kept. Emptied once the server has it. */
const keepDraft = (form: HTMLFormElement) => {
  const key = `draft-${form.dataset.draft}`
  const fields = () =>
    [...form.elements].filter(
      (e): e is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement =>
        (e instanceof HTMLInputElement &&
          (!['hidden', 'file', 'submit'].includes(e.type) || e.dataset.keep !== undefined)) ||
        e instanceof HTMLTextAreaElement ||
        e instanceof HTMLSelectElement,
    )
  const isTick = (e: Element): e is HTMLInputElement =>
    e instanceof HTMLInputElement && (e.type === 'checkbox' || e.type === 'radio')
  const text = kept.get(key)
  const isGiven = (e: Element) => e instanceof HTMLInputElement && e.type === 'hidden'
  const empty = fields().every((e) => isTick(e) || isGiven(e) || e instanceof HTMLSelectElement || e.value === '')
  const save = () =>
    kept.set(
      key,
      JSON.stringify(Object.fromEntries(fields().map((e) => [e.id, isTick(e) ? (e.checked ? '1' : '') : e.value]))),
    )
  if (text && empty) {
    const old = JSON.parse(text) as Record<string, string>
    const carried = form.querySelector<HTMLInputElement>('input[data-keep]')
    const before = carried && old[carried.id]
    if (before && carried.value === '' && location.pathname === '/c/new') {
      // What was answered before the form is told by the server, so it is asked with the answer.
      const q = new URLSearchParams(location.search)
      if (!q.has('b')) {
        q.set('b', before)
        location.replace(`${location.pathname}?${q}`)
        return
      }
    }
    for (const e of fields()) {
      if (!e.id || !(e.id in old) || isGiven(e)) continue
      if (isTick(e)) e.checked = old[e.id] === '1'
      else e.value = old[e.id]!
    }
    // Answered anew since.
    if (carried && carried.value !== before) save()
  }
  form.addEventListener('input', save)
}

/** One step on the screen at a time; without scripts all three stand below one another. */
const inSteps = (steps: HTMLFormElement) => {
  const sets = [...steps.querySelectorAll<HTMLFieldSetElement>(':scope > fieldset')]
  const submit = steps.querySelector<HTMLButtonElement>(':scope > button[type=submit]')!
  const bar = document.createElement('div')
  bar.className = 'steps-bar'
  const back = document.createElement('button')
  back.type = 'button'
  back.textContent = '上一步'
  const next = document.createElement('button')
  next.type = 'button'
  next.className = 'go'
  next.textContent = '下一步'
  bar.append(back, next)
  submit.before(bar)
  let at = Math.max(
    0,
    sets.findIndex((s) => s.querySelector('.wrong')),
  )
  const show = () => {
    for (const [i, s] of sets.entries()) s.toggleAttribute('data-step-hidden', i !== at)
    back.hidden = at === 0
    next.hidden = at === sets.length - 1
    submit.toggleAttribute('data-step-hidden', at !== sets.length - 1)
    steps.dataset.at = String(at)
  }
  const turn = (to: number) => {
    at = to
    show()
    // Its name is read out, and no keyboard covers the step before it was seen.
    const name = sets[at]!.querySelector('legend')!
    name.tabIndex = -1
    name.focus()
    steps.scrollIntoView()
  }
  const go = (to: number) => {
    history.pushState({ step: to }, '')
    turn(to)
  }
  back.addEventListener('click', () => go(at - 1))
  next.addEventListener('click', () => go(at + 1))
  steps.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && e.target instanceof HTMLInputElement && e.target.type !== 'file' && at < sets.length - 1) {
      e.preventDefault()
      go(at + 1)
    }
  })
  // The phone's own “back” goes a step back and loses nothing.
  history.replaceState({ step: at }, '')
  addEventListener('popstate', (e) => {
    const step = (e.state as { step?: number } | null)?.step
    if (steps.isConnected && step !== undefined && step !== at) turn(step)
  })
  show()
}

/** What is too large or too many is said when it is chosen, not after it was sent over a slow line. */
const looksAtFiles = (input: HTMLInputElement) => {
  const { most, megabytes, looked } = input.dataset
  // What was chosen goes over to a form that comes back, and is looked at already.
  if (looked) return
  input.dataset.looked = 'yes'
  const says = document.createElement('p')
  says.className = 'wrong'
  says.setAttribute('role', 'alert')
  input.addEventListener('change', () => {
    const all = [...(input.files ?? [])]
    const large = all.filter((f) => f.size > Number(megabytes) * 1024 * 1024)
    says.textContent =
      large.length > 0
        ? `“${large.map((f) => f.name).join('”、“')}”超过 ${megabytes} MB，传不了。请压缩了再选，或者带到镇信访窗口`
        : all.length > Number(most)
          ? `一次最多 ${most} 个，您选了 ${all.length} 个。请少选几个，其余的以后再补充`
          : ''
    if (says.textContent === '') return says.remove()
    input.value = ''
    input.after(says)
  })
}

/** What was chosen and recorded goes over to the form that came back. */
const keepFiles = (from: HTMLElement, to: HTMLElement) => {
  for (const old of from.querySelectorAll<HTMLInputElement>('input[type=file]')) {
    const fresh = old.files?.length && to.querySelector(`#${old.id}`)
    if (!fresh) continue
    const box = old.nextElementSibling
    fresh.replaceWith(old)
    if (box?.className === 'voice') {
      old.after(box)
      const label = to.querySelector<HTMLLabelElement>(`label[for="${old.id}"]`)
      if (label) label.htmlFor = `${old.id}-button`
    }
  }
}

/** Sends a form once: what it counts first, then the form itself; a broken line is said, and tried again once there is one. */
const sends = (form: HTMLFormElement) => {
  const ready = counted(form)
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]')
  if (!button) return
  const words = button.textContent
  let busy = false
  let broken = false
  const says = document.createElement('p')
  const say = (text: string, role: string) => {
    says.className = role === 'alert' ? 'problem' : 'note'
    says.setAttribute('role', role)
    says.textContent = text
    button.before(says)
  }
  const go = async () => {
    busy = true
    broken = false
    button.textContent = '正在提交……'
    await ready
    try {
      const answer = await send(form, (part) => {
        if (part < 1) button.textContent = `正在提交……${Math.floor(part * 100)}%`
      })
      // Kept when number and code are asked again first: nothing was said yet.
      const said = answer.went === 'elsewhere' && answer.url.includes('done=')
      if (said && form.dataset.draft?.startsWith('word')) kept.set(`draft-${form.dataset.draft}`, null)
      if (answer.went === 'elsewhere') location.assign(answer.url)
      else turnTo(answer.page)
    } catch {
      busy = false
      broken = true
      button.textContent = '再试一次'
      say(`网断了，没有送到。您写的、选的都还在；网好了会自己再送，也可以按“再试一次”`, 'alert')
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!busy) void go()
  })
  addEventListener('online', () => {
    if (broken && !busy && form.isConnected) void go()
  })
  addEventListener('pageshow', (e) => {
    // Come back to by “back”: it may be sent again.
    if (e.persisted) {
      busy = false
      button.textContent = words
    }
  })
}

/** A page that came back instead of another address: its middle takes the place of this one's. */
const turnTo = (page: Document) => {
  const now = document.querySelector('main')!
  const next = page.querySelector('main')!
  document.title = page.title
  keepFiles(now, next)
  now.replaceWith(document.adoptNode(next))
  prepare()
  scrollTo(0, 0)
}

/** Everything of the middle of a page, again when it has changed. */
const prepare = () => {
  const done = document.querySelector<HTMLElement>('[data-clear-draft]')?.dataset.clearDraft
  for (const name of done?.split(' ') ?? []) kept.set(`draft-${name}`, null)
  for (const e of document.querySelectorAll<HTMLElement>('[data-draft-of]'))
    e.hidden = kept.get(`draft-${e.dataset.draftOf}`) === null
  recorders()
  for (const input of document.querySelectorAll<HTMLInputElement>('input[data-most]')) looksAtFiles(input)
  for (const form of document.querySelectorAll<HTMLFormElement>('main form')) {
    if (form.dataset.draft) keepDraft(form)
    if (form.method === 'post') sends(form)
    if (form.dataset.steps !== undefined) inSteps(form)
  }
  document.querySelector<HTMLElement>('main .problem')?.focus()
}
prepare()

/** A link to something folded opens it. */
const unfold = () => {
  const id = location.hash.slice(1)
  const at = id && document.getElementById(id)
  if (at instanceof HTMLDetailsElement) {
    at.open = true
    at.querySelector('summary')?.focus()
  }
}
addEventListener('hashchange', unfold)
unfold()
