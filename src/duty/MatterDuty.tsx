import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Nothing, Panel, Sentence } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import { ConsultationList } from './consultation/Consultations.tsx'
import { EndPromise, MakePromise, PromiseItem } from './promise/Promises.tsx'
import type { PromiseRow } from './promise/promise.ts'
import { dutyRoutes } from './routes.ts'
import './ui/duty.css'

/** What was decided together on this matter, and what was promised. */
export default function MatterDuty({ view, reload }: MatterPanelProps) {
  const id = view.matter.id
  const q = useQuery({
    queryKey: ['promises', id, view.matter.version],
    queryFn: () => call(dutyRoutes.promises, { query: { petitionId: id } }),
  })
  const [ending, setEnding] = useState<PromiseRow | null>(null)
  const [making, setMaking] = useState(false)
  const close = () => {
    setEnding(null)
    setMaking(false)
    reload()
  }
  return (
    <div className="hs-stack">
      <Panel title="会诊">
        <ConsultationList petitionId={id} />
      </Panel>
      <Panel
        title="承诺"
        extra={
          view.matter.state !== 'closed' && (
            <Button size="small" onClick={() => setMaking(true)}>
              登记承诺
            </Button>
          )
        }
      >
        <Sentence error={q.error} retry={() => void q.refetch()} />
        {q.data && q.data.length === 0 && <Nothing>还没有登记承诺。</Nothing>}
        <ul className="hs-cases">
          {q.data?.map((p) => (
            <PromiseItem key={p.id} p={p} onEnd={setEnding} />
          ))}
        </ul>
      </Panel>
      {ending && <EndPromise p={ending} onClose={close} />}
      {making && <MakePromise petitionId={id} onClose={close} />}
    </div>
  )
}
