import './citizen.css'
import { sha256 } from './sha256.ts'
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
  // Long texts are read sentence by sentence: some phones stop in the middle of a long one.
  // biome-ignore lint/performance/useDomNodeTextContent: what is folded away is not read aloud
  const parts = (main?.innerText ?? '').split(/(?<=[。；！？\n])/u).filter((s) => s.trim() !== '')
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
for (const form of document.querySelectorAll<HTMLFormElement>('form')) {
  if (!form.querySelector('input[name=seal]')) continue
  let ready = false
  const done = counted(form).then(() => {
    ready = true
  })
  form.addEventListener('submit', (event) => {
    if (ready || event.defaultPrevented) return
    event.preventDefault()
    void done.then(() => form.submit())
  })
}

/** What was typed survives a closed browser; files can't be kept. Emptied once the number is on screen. */
const done = document.querySelector<HTMLElement>('[data-clear-draft]')?.dataset.clearDraft
if (done) kept.set(`draft-${done}`, null)
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
  const key = `draft-${form.dataset.draft}`
  const fields = () =>
    [...form.elements].filter(
      (e): e is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement =>
        (e instanceof HTMLInputElement && !['hidden', 'file', 'submit'].includes(e.type)) ||
        e instanceof HTMLTextAreaElement ||
        e instanceof HTMLSelectElement,
    )
  const isTick = (e: Element): e is HTMLInputElement =>
    e instanceof HTMLInputElement && (e.type === 'checkbox' || e.type === 'radio')
  const text = kept.get(key)
  const empty = fields().every((e) => isTick(e) || e instanceof HTMLSelectElement || e.value === '')
  if (text && empty) {
    const old = JSON.parse(text) as Record<string, string>
    for (const e of fields()) {
      if (!e.id || !(e.id in old)) continue
      if (isTick(e)) e.checked = old[e.id] === '1'
      else e.value = old[e.id]!
    }
  }
  form.addEventListener('input', () =>
    kept.set(
      key,
      JSON.stringify(Object.fromEntries(fields().map((e) => [e.id, isTick(e) ? (e.checked ? '1' : '') : e.value]))),
    ),
  )
  form.addEventListener('submit', (event) => {
    const button = form.querySelector<HTMLButtonElement>('button[type=submit]')
    if (!button) return
    if (button.dataset.sent) {
      event.preventDefault()
      return
    }
    button.dataset.sent = '1'
    button.textContent = '正在提交……'
    if (key.startsWith('draft-word')) kept.set(key, null)
  })
}

/** One step on the screen at a time; without scripts all three stand below one another. */
const steps = document.querySelector<HTMLFormElement>('form[data-steps]')
if (steps) {
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
  const show = (focus: boolean) => {
    for (const [i, s] of sets.entries()) s.toggleAttribute('data-step-hidden', i !== at)
    back.hidden = at === 0
    next.hidden = at === sets.length - 1
    submit.toggleAttribute('data-step-hidden', at !== sets.length - 1)
    if (focus) sets[at]!.querySelector<HTMLElement>('input, textarea, select')?.focus()
  }
  back.addEventListener('click', () => {
    at -= 1
    show(true)
  })
  next.addEventListener('click', () => {
    at += 1
    show(true)
  })
  steps.addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && e.target instanceof HTMLInputElement && at < sets.length - 1) {
      e.preventDefault()
      at += 1
      show(true)
    }
  })
  show(false)
}

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

document.querySelector<HTMLElement>('.problem')?.focus()
