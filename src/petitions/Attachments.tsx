import { App, Button, Input } from 'antd'
import { useRef, useState } from 'react'
import { Nothing } from '../kit/ui/bits.tsx'
import { call, sentenceOf, upload } from '../kit/ui/call.ts'
import { newRequestId } from '../kit/ui/draft.ts'
import { type MatterView, petitionRoutes } from './routes.ts'

interface Going {
  key: string
  file: File
  part: number
  wrong: string | null
}

const size = (n: number) =>
  n > 1024 * 1024 ? `${(n / 1024 / 1024).toFixed(1)} MB` : `${Math.max(1, Math.round(n / 1024))} KB`

/** Evidence: each file is a request of its own, so that one broken upload never holds up the others. */
export function Attachments({ view, mayAdd, onChanged }: { view: MatterView; mayAdd: boolean; onChanged: () => void }) {
  const [going, setGoing] = useState<Going[]>([])
  const input = useRef<HTMLInputElement>(null)
  const { modal } = App.useApp()
  const set = (key: string, more: Partial<Going> | null) =>
    setGoing((g) => (more ? g.map((x) => (x.key === key ? { ...x, ...more } : x)) : g.filter((x) => x.key !== key)))
  const start = async (item: Going) => {
    set(item.key, { wrong: null, part: 0 })
    const form = new FormData()
    form.set('requestId', item.key)
    form.set('file', item.file)
    try {
      await upload(`/api/petitions/${view.matter.id}/attachments`, form, (part) => set(item.key, { part }))
      set(item.key, null)
      onChanged()
    } catch (e) {
      set(item.key, { wrong: sentenceOf(e) })
    }
  }
  const add = (files: FileList | File[]) => {
    const fresh = [...files].map((file) => ({ key: newRequestId(), file, part: 0, wrong: null }))
    setGoing((g) => [...g, ...fresh])
    for (const item of fresh) void start(item)
  }
  const withdraw = (id: string, name: string) => {
    let reason = ''
    modal.confirm({
      title: `撤下“${name}”`,
      content: (
        <Input aria-label="撤下的理由" placeholder="理由；原件和留痕保留" onChange={(e) => (reason = e.target.value)} />
      ),
      okText: '撤下',
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(petitionRoutes.withdrawAttachment, {
            params: { id: view.matter.id, attachmentId: id },
            body: { requestId: newRequestId(), reason },
          })
          onChanged()
        } catch (e) {
          modal.error({ title: sentenceOf(e), okText: '知道了' })
        }
      },
    })
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
          <span className="hs-muted">
            照片、PDF、录音、录像、Office 文档，每个不超过 50 MB；可拖到这里。照片的位置信息会去掉。
          </span>
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
      {view.attachments.length === 0 && going.length === 0 && <Nothing>还没有材料。</Nothing>}
      <ul className="hs-files">
        {view.attachments.map((a) => (
          <li key={a.id}>
            {a.mime.startsWith('image/') && !a.withdrawnAt && (
              <img src={`/api/petitions/${view.matter.id}/attachments/${a.id}?thumb=1`} alt={a.name} loading="lazy" />
            )}
            <div>
              {a.withdrawnAt ? (
                <s>{a.name}</s>
              ) : (
                <a href={`/api/petitions/${view.matter.id}/attachments/${a.id}`} target="_blank" rel="noreferrer">
                  {a.name}
                </a>
              )}
              <p className="hs-muted">
                {a.kind} · {size(a.size)} · {a.byName} {a.at.slice(0, 10)} · 存证 {a.sha256.slice(0, 4)}…
                {a.sha256.slice(-4)}
                {a.withdrawnAt && ` · 已撤下：${a.withdrawnReason}`}
              </p>
            </div>
            {mayAdd && !a.withdrawnAt && (
              <Button size="small" onClick={() => withdraw(a.id, a.name)}>
                撤下
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
