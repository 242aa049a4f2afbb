import { canRecord, record, type Voice } from '../kit/ui/voice.ts'
import type { Desk } from './desk.ts'
import { button, h, newId } from './dom.ts'
import { type FileRef, withFiles } from './outbox.ts'
import { Full } from './shelf.ts'

const size = (n: number) =>
  n < 1024 * 1024 ? `${Math.max(1, Math.round(n / 1024))} KB` : `${(n / 1024 / 1024).toFixed(1)} MB`
const stamp = () => {
  const t = new Date()
  return [t.getMonth() + 1, t.getDate(), t.getHours(), t.getMinutes(), t.getSeconds()]
    .map((n) => String(n).padStart(2, '0'))
    .join('')
}

/** A photo no larger than paper needs, upright, without the place it was taken; as it came where the phone can't. */
const smaller = async (file: File): Promise<Blob> => {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type)) return file
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const k = Math.min(1, 2000 / Math.max(bitmap.width, bitmap.height))
    const canvas = h('canvas', {})
    canvas.width = Math.round(bitmap.width * k)
    canvas.height = Math.round(bitmap.height * k)
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const out = await new Promise<Blob | null>((ok) => canvas.toBlob(ok, 'image/jpeg', 0.82))
    return out ?? file
  } catch {
    return file
  }
}

/** What is still on its way into the phone's store, and the voice note that is being spoken, with its record. */
let storing: Promise<unknown> = Promise.resolve()
let speaking: { of: string; voice: Voice } | null = null
const stored = <T>(work: Promise<T>): Promise<T> => {
  storing = Promise.allSettled([storing, work])
  return work
}
/** Before a record is sent or its page left: the voice note ends, and every photo is with its record. */
export const settleFiles = async (): Promise<void> => {
  speaking?.voice.stop()
  await storing
}

/** A small picture of a photo, so that one knows which is which; nothing where the phone can't show it. */
const thumb = (d: Desk, f: FileRef): HTMLElement | null => {
  if (f.done || !/\.(jpe?g|png|webp)$/i.test(f.name)) return null
  const img = h('img', { class: 'thumb', alt: '' })
  void d.shelf.file(f, 'image/jpeg').then((blob) => {
    if (!blob) return
    const url = URL.createObjectURL(blob)
    img.onload = img.onerror = () => URL.revokeObjectURL(url)
    img.src = url
  })
  return img
}
/** A voice note is heard before it is sent. */
const listen = (d: Desk, f: FileRef): HTMLElement | null => {
  if (f.done || !/^录音/.test(f.name)) return null
  const b = button(
    '听',
    async () => {
      const blob = await d.shelf.file(f, /\.webm$/.test(f.name) ? 'audio/webm' : 'audio/mp4')
      if (!blob) return d.says(`“${f.name}”打不开，请重新录一次`, true)
      b.replaceWith(h('audio', { controls: true, autoplay: true, src: URL.createObjectURL(blob) }))
    },
    'quiet',
    { 'aria-label': `听${f.name}` },
  )
  return b
}

/** Photos, files and a voice note of a record. */
export const filesOf = (d: Desk): HTMLElement => {
  const keep = async (name: string, blob: Blob) => {
    if (blob.size > 50 * 1024 * 1024) {
      d.says(`“${name}”超过 50 MB，请剪短或分段`, true)
      return
    }
    if (blob.size === 0) {
      d.says(`“${name}”是空的，没有添加`, true)
      return
    }
    try {
      const ref = await d.shelf.addFile(newId(), name, blob)
      if (!(await d.files((i) => withFiles(i, [...i.files, ref])))) await d.shelf.dropFile(ref.id)
    } catch (e) {
      d.says(
        e instanceof Full
          ? `手机存储空间满了，“${name}”没有存下；文字和先前的材料都在。请删掉手机里不用的照片或应用，再添加一次`
          : `“${name}”没有存下，请再添加一次`,
        true,
      )
    }
  }
  const take = async (list: FileList | null) => {
    for (const f of list ?? []) {
      d.says(`正在存“${f.name}”……`)
      const blob = await smaller(f)
      const n = d.item().files.filter((x) => /^照片/.test(x.name)).length + 1
      await keep(blob === f ? f.name.slice(-100) : `照片${n}-${stamp()}.jpg`, blob)
    }
    d.again()
  }
  const photo = h('input', {
    type: 'file',
    accept: 'image/*',
    multiple: true,
    class: 'hidden',
    tabindex: -1,
    'aria-label': '选择照片',
  })
  photo.addEventListener('change', () => void stored(take(photo.files)))
  const other = h('input', {
    type: 'file',
    accept: 'audio/*,video/*,application/pdf',
    class: 'hidden',
    tabindex: -1,
    'aria-label': '选择录音或文件',
  })
  other.addEventListener('change', () => void stored(take(other.files)))
  const remove = async (f: FileRef) => {
    await d.files((i) => ({ ...i, files: i.files.filter((x) => x.id !== f.id) }))
    await d.shelf.dropFile(f.id)
    d.again()
  }
  return h(
    'div',
    { class: 'field' },
    h('p', { class: 'label' }, '照片和录音'),
    d.item().files.length > 0 &&
      h(
        'ul',
        { class: 'files' },
        d
          .item()
          .files.map((f) =>
            h(
              'li',
              {},
              thumb(d, f),
              h(
                'span',
                { class: 'grow' },
                `${f.name}（${size(f.size)}）${f.done ? ' 已送达' : ''}`,
                f.sentence && h('span', { class: 'wrong' }, f.sentence),
              ),
              listen(d, f),
              !f.done && button('去掉', () => void remove(f), 'quiet', { 'aria-label': `去掉${f.name}` }),
            ),
          ),
      ),
    h(
      'div',
      { class: 'row' },
      button('拍照或选照片', () => photo.click()),
      recorder(d, keep),
      button('选文件', () => other.click()),
    ),
    photo,
    other,
  )
}

/** A voice note where the phone can record one; everywhere a recording can be chosen as a file. */
const recorder = (d: Desk, keep: (name: string, blob: Blob) => Promise<void>): HTMLElement | null => {
  if (!canRecord()) return null
  const of = d.item().id
  const spoken = async (voice: Voice) => {
    const file = await voice.done
    speaking = null
    await keep(file.name, file)
    d.again()
  }
  return button(speaking?.of === of ? '停止录音' : '录音', async () => {
    if (speaking) return speaking.voice.stop()
    try {
      const voice = await record(`录音-${stamp()}`)
      speaking = { of, voice }
      void stored(spoken(voice))
    } catch {
      d.says('没有录音的权限，可以先用手机自带的录音，再“选文件”', true)
      return
    }
    d.says('正在录音，说完按“停止录音”')
    d.again()
  })
}
