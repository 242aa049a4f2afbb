import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { visitKinds } from '../ground/visits/record.ts'
import { daysBetween } from '../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { useMe } from '../people/me.ts'
import { DutyDots } from '../petitions/carry/Dots.tsx'
import { duties } from '../petitions/carry/duties.ts'
import { steps } from '../petitions/petition.ts'
import { GradeTag } from '../petitions/tags.tsx'
import { EndPromise, PromiseItem } from './promise/Promises.tsx'
import type { PromiseRow } from './promise/promise.ts'
import { Days } from './reception/Days.tsx'
import { dutyRoutes } from './routes.ts'
import './ui/duty.css'

/** 我的责任: adopted matters, duties due, signatures waiting, promises, reception days, visits; the same on desk and phone. */
export default function Mine() {
  const me = useMe()
  const q = useQuery({ queryKey: ['duty', 'mine'], queryFn: () => call(dutyRoutes.mine) })
  const promises = useQuery({
    queryKey: ['promises', 'open', true],
    queryFn: () => call(dutyRoutes.promises, { query: { status: 'open', mine: '1' } }),
  })
  const days = useQuery({
    queryKey: ['receptions', 'mine'],
    queryFn: () => call(dutyRoutes.receptions, { query: { mine: '1' } }),
  })
  const [ending, setEnding] = useState<PromiseRow | null>(null)
  const left = (d: string) => {
    const n = daysBetween(me.today, d as never)
    return (
      <span className={n < 0 ? 'hs-late' : n <= 3 ? 'hs-soon' : 'hs-muted'}>
        {n < 0 ? `超 ${-n} 天` : n === 0 ? '今天' : `${n} 天`}
      </span>
    )
  }
  const v = q.data
  return (
    <>
      <PageHead title="我的责任" />
      <Sentence
        error={q.error ?? promises.error ?? days.error}
        retry={() => void Promise.all([q.refetch(), promises.refetch(), days.refetch()])}
      />
      {!v && !q.error && <Waiting />}
      {v && (
        <div className="hs-duty-cols hs-duty-two">
          <div>
            {v.toSign.length > 0 && (
              <Panel title={`待我签发 ${v.toSign.length} 件`} label="待我签发">
                <ul className="hs-cases">
                  {v.toSign.map((r) => (
                    <li key={r.id}>
                      <GradeTag grade={r.grade} />
                      <div>
                        <Link to={`/matter/${r.id}`}>{r.title}</Link>
                        <small>{r.number}</small>
                      </div>
                      <div className="hs-case-do">{r.nextDueOn && left(r.nextDueOn)}</div>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            <Panel title={`我包的案 ${v.adopted.length} 件`} label="我包的案">
              {v.adopted.length === 0 ? (
                <Nothing>现在没有在办的包案。</Nothing>
              ) : (
                <ul className="hs-cases">
                  {v.adopted.map((r) => (
                    <li key={r.id}>
                      <GradeTag grade={r.grade} />
                      <div>
                        <Link to={`/matter/${r.id}`}>{r.title}</Link>
                        <small>
                          {[r.number, steps[r.step], r.lastContactOn ? `${r.lastContactOn} 联系过` : '还没有联系'].join(
                            ' · ',
                          )}
                        </small>
                        <DutyDots lines={r.duties} today={me.today} />
                      </div>
                      <div className="hs-case-do">{r.nextDueOn && left(r.nextDueOn)}</div>
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
            <Panel title={`到期的五包 ${v.due.length} 项`} label="到期的五包">
              {v.due.length === 0 ? (
                <Nothing>没有定了期限、还没完成的五包责任。</Nothing>
              ) : (
                <ul className="hs-cases">
                  {v.due.map((d) => (
                    <li key={d.id + d.duty}>
                      {left(d.due)}
                      <div>
                        <b>{duties[d.duty]}</b> {d.what}
                        <small>
                          <Link to={`/matter/${d.id}`} className="hs-unbroken">
                            {d.number}
                          </Link>{' '}
                          {d.title} · <span className="hs-whole">{d.due} 前</span>
                        </small>
                      </div>
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
          </div>
          <div>
            <Panel title={`我的承诺 ${promises.data?.length ?? 0} 项`} label="我的承诺">
              {promises.data?.length === 0 ? (
                <Nothing>没有待兑现的承诺。</Nothing>
              ) : (
                <ul className="hs-cases">
                  {promises.data?.map((p) => (
                    <PromiseItem key={p.id} p={p} onEnd={setEnding} />
                  ))}
                </ul>
              )}
            </Panel>
            <Panel title="我的接访日" label="我的接访日">
              {days.data && days.data.coming.length + days.data.past.length === 0 ? (
                <Nothing>还没有排到您的接访日。</Nothing>
              ) : (
                <Days
                  label="我的接访日"
                  list={[...(days.data?.coming ?? []).slice(0, 4), ...(days.data?.past ?? []).slice(0, 4)]}
                  coming={days.data?.coming ?? []}
                />
              )}
            </Panel>
            <Panel
              title={`我的走访 ${v.visits.filter((r) => !r.planned).length} 次`}
              label="我的走访"
              extra={<Link to="/visits">安排、记录</Link>}
            >
              {v.visits.length === 0 ? (
                <Nothing>还没有走访：在“走访”里安排、记录，或者在包案事项里“记录联系”，方式选上门或当面。</Nothing>
              ) : (
                <ul className="hs-plain">
                  {v.visits.map((r) => (
                    <li key={r.id}>
                      {r.planned && <span className={r.onDay < me.today ? 'hs-late' : 'hs-soon'}>待去 </span>}
                      {r.onDay} {r.kind && `${visitKinds[r.kind]} `}
                      {r.petitionId && <Link to={`/matter/${r.petitionId}`}>{r.number}</Link>} {r.village} {r.body}
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
          </div>
        </div>
      )}
      {ending && <EndPromise p={ending} onClose={() => setEnding(null)} />}
    </>
  )
}
