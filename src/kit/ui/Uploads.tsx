import { Button } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { sentenceOf, upload } from './call.ts'
import { newRequestId } from './draft.ts'
import './uploads.css'

interface Going {
  key: string
  file: File
  /** As it was chosen with the file, also when it is sent again. */
  with: Record<string, string>
  part: number
  wrong: string | null
}

/**
 * A button and a place to drop files: each file is a request of its own, so that one broken upload never holds up the others.
 * What is there already stands below it; `children` hears whether something is on its way.
 */
export function Uploads({
  to,
  mayAdd,
  with: more = {},
  asked,
  note = '照片、PDF、录音、录像、Office 文档，每个不超过 50 MB；可拖到这里。照片的位置信息会去掉。',
  onDone,
  children,
}: {
  to: string
  mayAdd: boolean
  /** What is sent with each file. */
  with?: Record<string, string>
  /** Where that is said, beside the button. */
  asked?: ReactNode
  note?: string
  onDone: () => void
  children: (busy: boolean) => ReactNode
}) {
  const [going, setGoing] = useState<Going[]>([])
  const input = useRef<HTMLInputElement>(null)
  const set = (key: string, more: Partial<Going> | null) =>
    setGoing((g) => (more ? g.map((x) => (x.key === key ? { ...x, ...more } : x)) : g.filter((x) => x.key !== key)))
  const start = async (item: Going) => {
    set(item.key, { wrong: null, part: 0 })
    const form = new FormData()
    form.set('requestId', item.key)
    for (const [k, x] of Object.entries(item.with)) form.set(k, x)
    form.set('file', item.file)
    try {
      await upload(to, form, (part) => set(item.key, { part }))
      set(item.key, null)
      onDone()
    } catch (e) {
      set(item.key, { wrong: sentenceOf(e) })
    }
  }
  const add = (files: FileList | File[]) => {
    const fresh = [...files].map((file) => ({ key: newRequestId(), file, with: more, part: 0, wrong: null }))
    setGoing((g) => [...g, ...fresh])
    for (const item of fresh) void start(item)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is an extra; the button does the same
    <div
      onDragOver={(e) => e.preventDefault()}
      onDrop={(e) => {
        e.preventDefault()
        if (mayAdd) add(e.dataTransfer.files)
      }}
    >
      {mayAdd && (
        <div className="hs-upload">
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label="选择材料"
            onChange={(e) => {
              add(e.target.files ?? [])
              e.target.value = ''
            }}
          />
          <Button onClick={() => input.current?.click()}>上传材料</Button>
          {asked}
          <span className="hs-muted">{note}</span>
        </div>
      )}
      {going.map((g) => (
        <div className="hs-going" key={g.key} role="status">
          <span>{g.file.name}</span>
          {g.wrong ? (
            <>
              <span className="hs-late">{g.wrong}</span>
              <Button size="small" onClick={() => void start(g)}>
                重试
              </Button>
              <Button size="small" onClick={() => set(g.key, null)}>
                不传了
              </Button>
            </>
          ) : (
            <progress max={1} value={g.part} aria-label={`正在上传 ${g.file.name}`} />
          )}
        </div>
      ))}
      {children(going.length > 0)}
    </div>
  )
}

/** 1.2 MB, 34 KB. */
export const sizeWords = (bytes: number): string =>
  bytes > 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`
