import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { Nothing, PageHead, Panel, ShutPage, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Rows } from '../../kit/ui/Rows.tsx'
import { has, useMe } from '../../people/me.ts'
import { ledgerAddress } from '../../petitions/ledger/filter.ts'
import { grades } from '../../petitions/petition.ts'
import { readsProgress } from '../campaign.ts'
import { visitRoutes as r } from './routes.ts'
import { VisitLines } from './VisitLines.tsx'
import { contactStandings } from './visits.ts'
import '../ground.css'

/** One village: who is on duty, what the office owes it. */
export default function Village() {
  const { id = '' } = useParams()
  const me = useMe()
  const q = useQuery({ queryKey: ['village-page', id], queryFn: () => call(r.village, { params: { id } }) })
  const v = q.data
  if (!v) return q.error ? <ShutPage title="村" error={q.error} retry={() => void q.refetch()} /> : <Waiting />
  const vacant = v.people.filter((p) => p.vacant).length
  const ledger = ledgerAddress({ villageId: [v.id], step: ['register', 'accept', 'handle', 'reply', 'revisit'] })
  return (
    <>
      <PageHead title={v.name}>
        <span className="hs-muted">
          {v.area}
          {v.households !== null && `，${v.households} 户`}
        </span>
      </PageHead>
      <div className="hs-ground-two">
        <div>
          <Panel title="还没有办完的">
            <ul className="hs-ground-owed">
              <li>
                <Link to={ledger}>在办事项 {v.matters.open} 件</Link>
                {v.matters.byGrade.length > 0 &&
                  `：${v.matters.byGrade.map((g) => `${g.grade ? grades[g.grade] : '未定级'} ${g.n}`).join('，')}`}
                {v.matters.late > 0 && <span className="hs-late">，{v.matters.late} 件已过期限</span>}
              </li>
              <li>承诺 {v.promises.length} 项待兑现</li>
              {v.screening && (
                <li>
                  {has(me, ...readsProgress) ? (
                    <Link to={`/screening/${v.screening.id}`}>{v.screening.title}</Link>
                  ) : (
                    v.screening.title
                  )}
                  ：
                  {v.screening.blanks.length ? (
                    <span className={me.today > v.screening.dueOn ? 'hs-late' : undefined}>
                      {v.screening.blanks.join('、')}未报（{v.screening.dueOn} 前）
                    </span>
                  ) : (
                    '都已报告'
                  )}
                </li>
              )}
              <li>
                {v.open.length ? (
                  <>
                    <Link to="/open">三务公开</Link>
                    <span className="hs-late">超期 {v.open.length} 项</span>：
                    {v.open.map((o) => `${o.title}（${o.period}）`).join('、')}
                  </>
                ) : (
                  '三务公开没有超期的'
                )}
              </li>
              {vacant > 0 && <li className="hs-late">岗位空缺 {vacant} 个，收到的由上一级代收</li>}
            </ul>
          </Panel>
          <Panel title="待兑现的承诺">
            {v.promises.length === 0 ? (
              <Nothing>没有待兑现的承诺。</Nothing>
            ) : (
              <Rows
                label="待兑现的承诺"
                rows={v.promises}
                keyOf={(p) => p.id}
                none=""
                columns={[
                  { title: '承诺', of: (p) => p.body },
                  { title: '由谁', of: (p) => p.owner },
                  {
                    title: '哪天前',
                    of: (p) => <span className={p.dueOn < me.today ? 'hs-late' : undefined}>{p.dueOn}</span>,
                  },
                  {
                    title: '事项',
                    of: (p) => (p.petitionId ? <Link to={`/matter/${p.petitionId}`}>{p.number}</Link> : ''),
                  },
                ]}
              />
            )}
          </Panel>
          <Panel title="最近的走访" extra={<Link to="/visits">全部走访</Link>}>
            {v.visits.length === 0 ? (
              <Nothing>还没有走访记录。</Nothing>
            ) : (
              <VisitLines label="最近的走访" list={v.visits} />
            )}
          </Panel>
        </div>
        <div>
          <Panel title="在岗人员">
            <ul className="hs-ground-people">
              {v.people.map((p) => (
                <li key={`${p.post}${p.place}${p.name}`}>
                  <span className="hs-muted">{p.post.includes(p.place) ? p.post : `${p.place} ${p.post}`}</span>
                  {p.vacant ? (
                    <b className="hs-late">空缺</b>
                  ) : (
                    <b>
                      {p.name} {p.phone && <a href={`tel:${p.phone}`}>{p.phone}</a>}
                    </b>
                  )}
                  {p.away && <small className="hs-late">请假{p.deputy ? `，代理人${p.deputy}` : '，没有代理人'}</small>}
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title="联系干部">
            {v.contacts.length === 0 ? (
              <Nothing>这个村还没有排联系干部。</Nothing>
            ) : (
              <ul className="hs-ground-people">
                {v.contacts.map((c) => (
                  <li key={c.id}>
                    <b>{c.staff}</b>
                    <span className="hs-muted">{c.post}</span>
                    {c.gone && <small className="hs-late">已不在岗，等待换人</small>}
                    {c.away && (
                      <small className="hs-late">请假{c.deputy ? `，代理人${c.deputy}` : '，没有代理人'}</small>
                    )}
                    <small className={c.standing === 'late' ? 'hs-late' : 'hs-muted'}>
                      {c.lastOn ? `上次 ${c.lastOn} 去` : '还没有去'}，最迟 {c.dueOn}，{contactStandings[c.standing]}
                    </small>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
    </>
  )
}
