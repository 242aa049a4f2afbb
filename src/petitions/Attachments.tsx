import { App, Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { moment } from '../kit/day.ts'
import { Nothing } from '../kit/ui/bits.tsx'
import { call, sentenceOf } from '../kit/ui/call.ts'
import { newRequestId } from '../kit/ui/draft.ts'
import { sizeWords, Uploads } from '../kit/ui/Uploads.tsx'
import { type MatterView, petitionRoutes } from './routes.ts'

/** Evidence of a matter: what is there, what is on its way, what was withdrawn and why. */
export function Attachments({ view, mayAdd, onChanged }: { view: MatterView; mayAdd: boolean; onChanged: () => void }) {
  const { modal } = App.useApp()
  const [brought, setBrought] = useState(false)
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
    <Uploads
      to={`/api/petitions/${view.matter.id}/attachments`}
      mayAdd={mayAdd}
      with={brought ? { brought: '1' } : {}}
      asked={
        <Checkbox checked={brought} onChange={(e) => setBrought(e.target.checked)}>
          信访人交来的（本人查进度时能看到、能下载）
        </Checkbox>
      }
      onDone={onChanged}
    >
      {(busy) => (
        <>
          {view.attachments.length === 0 && !busy && <Nothing>还没有材料。</Nothing>}
          <ul className="hs-files">
            {view.attachments.map((a) => (
              <li key={a.id}>
                {a.mime.startsWith('image/') && a.opens && !a.withdrawnAt && (
                  <img
                    src={`/api/petitions/${view.matter.id}/attachments/${a.id}?thumb=1`}
                    alt={a.name}
                    loading="lazy"
                  />
                )}
                <div>
                  {a.withdrawnAt ? (
                    <s>{a.name}</s>
                  ) : !a.opens ? (
                    <span>
                      {a.name} <span className="hs-muted">（承担本事项任务的人才能打开）</span>
                    </span>
                  ) : (
                    <a href={`/api/petitions/${view.matter.id}/attachments/${a.id}`} target="_blank" rel="noreferrer">
                      {a.name}
                    </a>
                  )}
                  {a.mime.startsWith('audio/') && a.opens && !a.withdrawnAt && (
                    // biome-ignore lint/a11y/useMediaCaption: what was said is written down by whoever listens
                    <audio
                      controls
                      preload="none"
                      aria-label={`听 ${a.name}`}
                      src={`/api/petitions/${view.matter.id}/attachments/${a.id}`}
                    />
                  )}
                  <p className="hs-muted">
                    {a.brought && '信访人交来 · '}
                    {a.kind} · {sizeWords(a.size)} · {a.byName} {moment(a.at).slice(0, 10)} · 存证{' '}
                    {a.sha256.slice(0, 4)}…{a.sha256.slice(-4)}
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
        </>
      )}
    </Uploads>
  )
}
