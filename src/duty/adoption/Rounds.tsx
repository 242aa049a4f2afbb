import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link, useNavigate } from 'react-router'
import { PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Rows } from '../../kit/ui/Rows.tsx'
import { has, useMe } from '../../people/me.ts'
import { dutyRoutes } from '../routes.ts'
import { roundKinds, roundStates } from './routes.ts'

/** All adoption rounds: those under way first said whose turn it is. */
export default function Rounds() {
  const me = useMe()
  const go = useNavigate()
  const q = useQuery({
    queryKey: ['adoption', 'rounds'],
    queryFn: () => call(dutyRoutes.rounds),
    refetchInterval: 30_000,
  })
  return (
    <>
      <PageHead
        title="包案轮次"
        extra={
          has(me, 'petitionHead') && (
            <Button type="primary" onClick={() => go('/adoption/new')}>
              准备新的轮次
            </Button>
          )
        }
      >
        <span className="hs-muted">按职务由低到高选择包案</span>
      </PageHead>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {!q.data && !q.error && <Waiting />}
      {q.data && (
        <Panel>
          <Rows
            label="包案轮次"
            rows={q.data}
            keyOf={(r) => r.id}
            none="还没有包案轮次。信访办主任准备好事项和参加的领导后开始。"
            columns={[
              {
                title: '轮次',
                of: (r) => (
                  <>
                    <Link to={`/adoption/${r.id}`}>{r.title}</Link>
                    {r.kind === 'leaver' && <span className="hs-tag"> {roundKinds.leaver}</span>}
                  </>
                ),
              },
              { title: '状态', of: (r) => roundStates[r.state] },
              {
                title: '轮到',
                of: (r) => (r.myTurn ? <span className="hs-soon">轮到您</span> : r.turn || '—'),
              },
              { title: '事项', num: true, of: (r) => r.cases },
              { title: '已定', num: true, of: (r) => r.taken },
              { title: '领导', num: true, of: (r) => r.leaders },
              { title: '开始', of: (r) => r.openedOn ?? '—' },
              { title: '结束', of: (r) => r.finishedOn ?? '—' },
            ]}
          />
        </Panel>
      )}
    </>
  )
}
