import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link, useNavigate } from 'react-router'
import { formal, shortMoment, weekdayName } from '../kit/day.ts'
import { count, Nothing, PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { useShortcuts } from '../kit/ui/shortcuts.tsx'
import { registers, useMe } from '../people/me.ts'
import { deskCards } from './desk.ts'
import { daysLeftWords } from './ledger/columns.ts'
import { ledgerAddress } from './ledger/filter.ts'
import { steps } from './petition.ts'
import { petitionRoutes } from './routes.ts'
import { GradeTag } from './tags.tsx'

/** Where a notice that belongs to no matter is looked into. */
const noticePages: Record<string, string> = {
  accountability: '/supervision?tab=accountabilities',
  adoption: '/adoption',
  advice: '/supervision?tab=advices',
  assess: '/assessment',
  circular: '/reminders?tab=circulars',
  letter: '/mediation',
  mediation: '/mediation',
  meeting: '/dispatch',
  promise: '/promises',
  reception: '/receptions',
  screening: '/screening',
  supervision: '/supervision',
  visit: '/visits',
}
const noticePage = (n: { kind: string; petitionId: string | null; link: string | null }): string | undefined =>
  n.petitionId ? `/matter/${n.petitionId}` : (n.link ?? noticePages[n.kind])

export const dueClass = (left: number | null) =>
  left === null ? '' : left < 0 ? 'hs-late' : left <= 3 ? 'hs-soon' : ''

/** What waits for me today: counts that open their list, notices, and what is due soon. */
export default function Desk() {
  const me = useMe()
  const client = useQueryClient()
  const go = useNavigate()
  const mayRegister = registers(me)
  const desk = useQuery({
    queryKey: ['petitions', 'desk'],
    queryFn: () => call(petitionRoutes.desk),
    refetchInterval: 60_000,
  })
  const read = useMutation({
    mutationFn: (ids: string[]) => call(petitionRoutes.readNotices, { body: { ids } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['petitions', 'desk'] })
      void client.invalidateQueries({ queryKey: ['me'] })
    },
  })
  useShortcuts([
    ...(mayRegister ? [{ key: 'n', says: '登记', run: () => void go('/register') }] : []),
    { key: '/', says: '到台账里搜索', run: () => void go('/ledger?focus=1') },
  ])
  const { data } = desk
  const unread = data?.notices.filter((n) => !n.readAt) ?? []
  // The list is the latest of them; the bar at the side counts all.
  const more = me.unread > unread.length
  return (
    <>
      <PageHead
        title="工作台"
        extra={
          mayRegister && (
            <Button type="primary" onClick={() => go('/register')}>
              登记<span className="hs-key-hint">（N）</span>
            </Button>
          )
        }
      >
        <span className="hs-muted">
          {formal(me.today)} {weekdayName(me.today)}
        </span>
      </PageHead>
      <Sentence error={desk.error} retry={() => void desk.refetch()} />
      {!data && !desk.error && <Waiting />}
      {data && (
        <>
          <ul className="hs-owed">
            {deskCards(me, data.cards).map((t) => (
              <li key={t.key}>
                <Link to={ledgerAddress(t.filter)}>
                  {t.label}
                  <b className={t.n > 0 && t.key === 'overdue' ? 'hs-late' : undefined}>{count(t.n)}</b>
                </Link>
              </li>
            ))}
          </ul>
          <div className="hs-desk">
            <Panel
              title="我手上的事项"
              extra={<Link to={ledgerAddress({ mine: true }, { sort: 'nextDueOn', dir: 'asc' })}>全部按期限看</Link>}
            >
              {data.rows.length === 0 ? (
                <Nothing>手上没有在办的事项。</Nothing>
              ) : (
                <div className="hs-rows">
                  {data.rows.map((r) => (
                    <Link key={r.id} className="hs-row" to={`/matter/${r.id}`}>
                      <GradeTag grade={r.grade} />
                      <span className="hs-row-main">
                        <b>{r.title}</b>
                        <small>{[r.number, r.village, steps[r.step], r.holder].filter(Boolean).join(' · ')}</small>
                      </span>
                      <span className={`hs-row-left ${dueClass(r.daysLeft)}`}>
                        {daysLeftWords(r.daysLeft)}
                        <small>{r.dueName}</small>
                      </span>
                    </Link>
                  ))}
                </div>
              )}
            </Panel>
            <Panel
              title={
                unread.length
                  ? `提醒（未读 ${more ? `${me.unread}，列出最近 ${unread.length}` : unread.length}）`
                  : '提醒'
              }
              extra={
                unread.length > 0 && (
                  <Button
                    type="link"
                    size="small"
                    loading={read.isPending}
                    onClick={() => read.mutate(unread.map((n) => n.id))}
                  >
                    {more ? '这些标为已读' : '全部标为已读'}
                  </Button>
                )
              }
            >
              <Sentence error={read.error} />
              {data.notices.length === 0 ? (
                <Nothing>还没有提醒。</Nothing>
              ) : (
                <ul className="hs-notices">
                  {data.notices.map((n) => {
                    const page = noticePage(n)
                    return (
                      <li key={n.id} className={n.readAt ? undefined : 'hs-unread'}>
                        {page ? (
                          <Link to={page} onClick={() => !n.readAt && read.mutate([n.id])}>
                            {n.says}
                          </Link>
                        ) : (
                          n.says
                        )}
                        <div>
                          <time dateTime={n.at}>{shortMoment(n.at)}</time>
                        </div>
                      </li>
                    )
                  })}
                </ul>
              )}
            </Panel>
          </div>
        </>
      )}
    </>
  )
}
