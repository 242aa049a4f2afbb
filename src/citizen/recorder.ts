import { canRecord, record, type Voice } from '../kit/ui/voice.ts'

/** Whether files made here can be put into a form. */
const canFill = () => {
  try {
    return new DataTransfer().files instanceof FileList
  } catch {
    return false
  }
}
const words = (ms: number) => {
  const s = Math.round(ms / 1000)
  return s < 60 ? `${s} 秒` : `${Math.floor(s / 60)} 分 ${s % 60} 秒`
}
const make = <K extends keyof HTMLElementTagNameMap>(tag: K, text = ''): HTMLElementTagNameMap[K] => {
  const e = document.createElement(tag)
  e.textContent = text
  return e
}

/** Where the browser can, a button to speak takes the place of the field that asks the phone for a recording. */
export const recorders = (): void => {
  if (!canRecord() || !canFill()) return
  for (const input of document.querySelectorAll<HTMLInputElement>('input[data-voice]')) {
    if (input.nextElementSibling?.className === 'voice') continue
    const box = make('div')
    box.className = 'voice'
    const button = make('button', '开始录音')
    button.type = 'button'
    button.id = `${input.id}-button`
    const says = make('p')
    says.setAttribute('role', 'status')
    const list = make('ul')
    box.append(button, says, list)
    input.after(box)
    input.hidden = true
    input.multiple = true
    const label = document.querySelector<HTMLLabelElement>(`label[for="${input.id}"]`)
    if (label) label.htmlFor = button.id
    let files: File[] = []
    const fill = () => {
      const all = new DataTransfer()
      for (const f of files) all.items.add(f)
      input.files = all.files
    }
    const add = (file: File, ms: number) => {
      files = [...files, file]
      const item = make('li')
      const audio = make('audio')
      audio.controls = true
      audio.src = URL.createObjectURL(file)
      audio.setAttribute('aria-label', `听一听，${words(ms)}`)
      const off = make('button', '不要这段')
      off.type = 'button'
      off.addEventListener('click', () => {
        files = files.filter((f) => f !== file)
        URL.revokeObjectURL(audio.src)
        item.remove()
        says.textContent = '已经去掉'
        fill()
        button.focus()
      })
      item.append(audio, off)
      list.append(item)
      fill()
    }
    let voice: Voice | null = null
    let clock = 0
    const begin = async () => {
      button.disabled = true
      try {
        voice = await record(`录音${files.length + 1}`)
      } catch {
        says.textContent = '没有录音的权限。可以选手机里录好的录音'
        input.hidden = false
        return
      } finally {
        button.disabled = false
      }
      const from = Date.now()
      button.textContent = '说完了'
      button.classList.add('go')
      says.textContent = '正在录音，最长五分钟'
      // What ticks is seen and not read aloud every second.
      const seen = make('span')
      seen.setAttribute('aria-hidden', 'true')
      button.append(seen)
      clock = window.setInterval(() => {
        seen.textContent = ` ${words(Date.now() - from)}`
      }, 1000)
      const file = await voice.done
      clearInterval(clock)
      voice = null
      button.textContent = '再录一段'
      button.classList.remove('go')
      if (file.size === 0) {
        says.textContent = '没有录到声音，请再录一次'
        return
      }
      says.textContent = `录好了，${words(Date.now() - from)}。提交的时候一起送出`
      add(file, Date.now() - from)
    }
    button.addEventListener('click', () => {
      if (voice) voice.stop()
      else void begin()
    })
    // A form sent while one is still speaking takes what was said so far.
    input.form?.addEventListener(
      'submit',
      (event) => {
        if (!voice) return
        event.preventDefault()
        event.stopImmediatePropagation()
        const again = input.form?.querySelector<HTMLButtonElement>('button[type=submit]')
        void voice.done.then(() => setTimeout(() => again?.click(), 0))
        voice.stop()
      },
      true,
    )
  }
}
