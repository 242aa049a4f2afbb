import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Segmented } from 'antd'
import { useState } from 'react'
import { options } from '../../kit/choice.ts'
import { Panel, Sentence } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has } from '../../people/me.ts'
import type { MatterPanelProps } from '../page/slots.ts'
import { courtesyRoutes } from './routes.ts'
import { type Courtesy, courtesies, courtesyPlaces, receivers } from './words.ts'

/** 接待自查: nine lines to tick once the person has been received; the receptionist's own, nothing about the petitioner. */
export function CourtesyForm({
  petitionId,
  place: first,
  onDone,
}: {
  petitionId: string
  place: keyof typeof courtesyPlaces
  onDone: () => void
}) {
  const client = useQueryClient()
  const [items, setItems] = useState<Courtesy[]>([])
  const [place, setPlace] = useState(first)
  const [note, setNote] = useState('')
  const [requestId, setRequestId] = useState(newRequestId)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await call(courtesyRoutes.checkCourtesy, {
        params: { id: petitionId },
        body: { requestId, input: { place, items, note } },
      })
      void client.invalidateQueries({ queryKey: ['courtesy'] })
      onDone()
    } catch (e) {
      if (e instanceof Failure && e.status >= 400 && e.status < 500 && e.status !== 401) setRequestId(newRequestId())
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="hs-courtesy">
      <Segmented aria-label="在哪里接待" value={place} options={options(courtesyPlaces)} onChange={setPlace} />
      <ul className="hs-missing" aria-label="四声五心">
        {options(courtesies).map((c) => (
          <li key={c.value}>
            <Checkbox
              checked={items.includes(c.value)}
              onChange={(e) => setItems(e.target.checked ? [...items, c.value] : items.filter((i) => i !== c.value))}
            >
              {c.label}
            </Checkbox>
          </li>
        ))}
      </ul>
      <Field label="没有做到的，为什么（可以不填）">
        <Input value={note} maxLength={300} onChange={(e) => setNote(e.target.value)} />
      </Field>
      <Sentence error={error} />
      <Button loading={busy} disabled={items.length === 0} onClick={send}>
        保存自查
      </Button>
    </div>
  )
}

/** On the matter: the checks made so far, and a new one. */
export default function CourtesyPanel({ view, me, reload }: MatterPanelProps) {
  const { id } = view.matter
  const q = useQuery({
    queryKey: ['courtesy', id],
    queryFn: () => call(courtesyRoutes.courtesyChecks, { params: { id } }),
  })
  const [open, setOpen] = useState(false)
  const may = has(me, ...receivers) && view.matter.state !== 'closed'
  if (q.error) return <Sentence error={q.error} retry={() => void q.refetch()} />
  if (!q.data || (!may && q.data.length === 0)) return null
  return (
    <Panel
      title="接待自查"
      label="接待自查"
      extra={
        may &&
        !open && (
          <Button size="small" onClick={() => setOpen(true)}>
            对照四声五心
          </Button>
        )
      }
    >
      {open && (
        <CourtesyForm
          petitionId={id}
          place={has(me, 'clerk', 'petitionHead') ? 'counter' : 'field'}
          onDone={() => {
            setOpen(false)
            reload()
          }}
        />
      )}
      {q.data.length === 0 && !open && <p className="hs-muted">还没有接待自查。</p>}
      <ul className="hs-missing">
        {q.data.map((c) => (
          <li key={c.id}>
            {c.onDay} {courtesyPlaces[c.place]} {c.byName}：做到 {c.items.length} 项
            {c.note && <span className="hs-muted"> {c.note}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
