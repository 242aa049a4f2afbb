import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Side } from '../kit/ui/Form.tsx'
import { Rows } from '../kit/ui/Rows.tsx'
import { type Card, assessmentRoutes as r } from './routes.ts'

/** The matters behind one line. */
export function Behind({ card, item, onClose }: { card: Card; item: string; onClose: () => void }) {
  const params = { id: card.plan.id, staffId: card.person.staffId, item }
  const q = useQuery({ queryKey: ['assessment', 'line', params], queryFn: () => call(r.line, { params }) })
  return (
    <Side title={q.data?.name ?? '逐件'} onClose={onClose} wide={640}>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <div className="hs-stack">
          <p className="hs-muted">
            {q.data.formula}；统计截止 <span className="hs-unbroken">{q.data.cutoff}</span>
          </p>
          <Rows
            label="逐件"
            rows={q.data.items}
            keyOf={(i) => `${i.id}${i.why}`}
            none="这一项还没有到期的事项。"
            columns={[
              { title: '编号', of: (i) => (i.opens ? <Link to={`/matter/${i.id}`}>{i.number}</Link> : i.number) },
              { title: '计入分子', of: (i) => (i.setAside ? '申诉剔除' : i.ok ? '是' : '否') },
              { title: '依据', of: (i) => i.why },
            ]}
          />
        </div>
      )}
    </Side>
  )
}
