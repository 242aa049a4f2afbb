import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Rows } from '../kit/ui/Rows.tsx'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import { states } from './dispute/dispute.ts'
import { mediationRoutes as r } from './routes.ts'

/** Disputes that came from this matter, as far as this person sees them, and how to open one. */
export default function MatterMediation({ view }: MatterPanelProps) {
  const { id, state, mediation } = view.matter
  const q = useQuery({
    queryKey: ['disputes', 'petition', id],
    queryFn: () => call(r.disputes, { query: { show: 'all', petitionId: id } }),
  })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Rows
          label="调解"
          rows={q.data}
          keyOf={(d) => d.id}
          none="没有您看得到的调解。结果会记在本事项的经过里。"
          columns={[
            { title: '编号', of: (d) => <Link to={`/mediation/disputes/${d.id}`}>{d.number ?? d.code}</Link> },
            { title: '状态', of: (d) => states[d.state] },
            { title: '由谁调解', of: (d) => d.station },
            { title: '登记', of: (d) => d.registeredOn },
          ]}
        />
      )}
      {state === 'handling' && view.matter.class === 'claim' && !['running', 'agreed'].includes(mediation) && (
        <p>
          可以<Link to={`/mediation/new?petition=${id}`}>转到调解网络</Link>
          ：各方都愿意才开始调解，信访事项的办理期限照算，结果回到这里。
        </p>
      )}
    </>
  )
}
