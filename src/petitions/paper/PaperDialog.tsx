import { Button, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { catalogue, type DocumentKind, isDocumentKind } from '../../documents/catalogue.ts'
import type { Day } from '../../kit/day.ts'
import { Sentence, usePhone } from '../../kit/ui/bits.tsx'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { useMove } from '../page/MoveDialog.tsx'
import type { MatterView } from '../routes.ts'
import { handKinds, newestOf } from './move.ts'
import { PreviewButton } from './Preview.tsx'

/** 重新出具文书 and 补录手写文书: which paper, why, and what it says otherwise, tag by tag. */
export function PaperDialog({
  view,
  move,
  today,
  onClose,
  onDone,
}: {
  view: MatterView
  move: 'reissuePaper' | 'keyInPaper'
  today: Day
  onClose: () => void
  onDone: (v: MatterView) => void
}) {
  const phone = usePhone()
  const again = move === 'reissuePaper'
  const [documentId, setDocumentId] = useState<string>()
  const [kind, setKind] = useState<DocumentKind>()
  const [onDay, setOnDay] = useState<string>(today)
  const [reason, setReason] = useState('')
  const [words, setWords] = useState<Record<string, string>>({})
  const { send, busy, error, wrong } = useMove(view, move, onDone)
  const label = view.offers.find((o) => o.move === move)?.label ?? ''
  const chosen = again ? view.documents.find((d) => d.id === documentId)?.kind : kind
  const tags = chosen && isDocumentKind(chosen) ? catalogue[chosen].tags.filter((t) => !t.rows && !t.image) : []
  const changed = Object.entries(words)
    .filter(([tag, text]) => text.trim() !== '' && tags.some((t) => t.name === tag))
    .map(([tag, text]) => ({ tag, text }))
  const input = () => (again ? { documentId, reason, corrections: changed } : { kind, onDay, reason, content: changed })
  return (
    <Drawer
      open
      title={label}
      onClose={onClose}
      size={phone ? '100%' : 560}
      footer={
        <div className="hs-actions">
          <Button onClick={onClose}>取消</Button>
          <PreviewButton view={view} move={move} input={input} />
          <Button type="primary" loading={busy} onClick={() => send(input())}>
            {label}
          </Button>
        </div>
      }
    >
      <Sentence error={error} />
      <div className="hs-fields">
        {again ? (
          <Field label="文书" wrong={wrong.documentId} hint="文号不变，出新的一版；旧版保留可读，标明已被代替">
            <Select
              value={documentId}
              onChange={(v) => {
                setDocumentId(v)
                setWords({})
              }}
              placeholder="请选择文书"
              options={newestOf(view.documents).map((d) => ({
                value: d.id,
                label: `${d.title} ${d.number ?? ''} ${d.issuedOn}${d.version > 1 ? ` 第 ${d.version} 版` : ''}`,
              }))}
              style={{ width: '100%' }}
            />
          </Field>
        ) : (
          <>
            <Field label="文书" wrong={wrong.kind}>
              <Select
                value={kind}
                onChange={(v) => {
                  setKind(v)
                  setWords({})
                }}
                placeholder="请选择文书"
                options={handKinds.map((k) => ({ value: k, label: catalogue[k].title }))}
                style={{ width: '100%' }}
              />
            </Field>
            <Field label="纸上的日期" wrong={wrong.onDay}>
              <DayInput value={onDay} today={today} onChange={setOnDay} />
            </Field>
          </>
        )}
        <Field label={again ? '重新出具的理由' : '没有当时录入的理由'} wrong={wrong.reason}>
          <Input value={reason} onChange={(e) => setReason(e.target.value)} />
        </Field>
        {tags.length > 0 && (
          <p className="hs-muted">{again ? '只填需要改动的项目，其余照旧。' : '照纸上写的录入；空着的按事项填。'}</p>
        )}
        {tags.map((t) => (
          <Field key={t.name} label={t.name} hint={t.says}>
            <Input.TextArea
              value={words[t.name] ?? ''}
              onChange={(e) => setWords((w) => ({ ...w, [t.name]: e.target.value }))}
              autoSize={{ minRows: t.lines > 1 ? 2 : 1, maxRows: 10 }}
            />
          </Field>
        ))}
      </div>
    </Drawer>
  )
}
