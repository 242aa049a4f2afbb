import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link, useNavigate } from 'react-router'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Scroll } from '../../kit/ui/Scroll.tsx'
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
          {q.data.length === 0 ? (
            <Nothing>还没有包案轮次。信访办主任准备好事项和参加的领导后开始。</Nothing>
          ) : (
            <Scroll label="包案轮次">
              <table className="hs-table">
                <thead>
                  <tr>
                    <th scope="col">轮次</th>
                    <th scope="col">状态</th>
                    <th scope="col">轮到</th>
                    <th scope="col" className="hs-num">
                      事项
                    </th>
                    <th scope="col" className="hs-num">
                      已定
                    </th>
                    <th scope="col" className="hs-num">
                      领导
                    </th>
                    <th scope="col">开始</th>
                    <th scope="col">结束</th>
                  </tr>
                </thead>
                <tbody>
                  {q.data.map((r) => (
                    <tr key={r.id}>
                      <td>
                        <Link to={`/adoption/${r.id}`}>{r.title}</Link>
                        {r.kind === 'leaver' && <span className="hs-tag"> {roundKinds.leaver}</span>}
                      </td>
                      <td>{roundStates[r.state]}</td>
                      <td className={r.myTurn ? 'hs-soon' : undefined}>{r.myTurn ? '轮到您' : r.turn || '—'}</td>
                      <td className="hs-num">{r.cases}</td>
                      <td className="hs-num">{r.taken}</td>
                      <td className="hs-num">{r.leaders}</td>
                      <td>{r.openedOn ?? '—'}</td>
                      <td>{r.finishedOn ?? '—'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </Panel>
      )}
    </>
  )
}
