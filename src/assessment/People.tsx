import { useQuery } from '@tanstack/react-query'
import { Checkbox } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Nothing, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Rows } from '../kit/ui/Rows.tsx'
import { CardView } from './Card.tsx'
import { PlanSelect, usePlan } from './PlanSelect.tsx'
import { assessmentRoutes as r, statuses } from './routes.ts'
import { points } from './score.ts'

/** One's own page of duties and standing. */
export function Mine() {
  const q = useQuery({ queryKey: ['assessment', 'mine'], queryFn: () => call(r.myCard) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data?.cards.length === 0 && <Nothing>没有涉及您的考核方案。</Nothing>}
      {q.data?.cards.map((c) => (
        <section key={c.plan.id} aria-label={c.plan.name}>
          <h2>
            {c.plan.name} <span className="hs-muted">{statuses[c.plan.status]}</span>
          </h2>
          <CardView card={c} />
        </section>
      ))}
    </>
  )
}

/** Everybody in the order of posts, and one person's page. */
export function People() {
  const { q, plan, pick } = usePlan()
  const [params, setParams] = useSearchParams()
  const staffId = params.get('staff')
  const people = useQuery({
    queryKey: ['assessment', 'people', plan?.id],
    queryFn: () => call(r.people, { params: { id: plan!.id } }),
    enabled: !!plan && !staffId,
  })
  const [all, setAll] = useState(false)
  const card = useQuery({
    queryKey: ['assessment', 'card', plan?.id, staffId],
    queryFn: () => call(r.card, { params: { id: plan!.id, staffId: staffId! } }),
    enabled: !!plan && !!staffId,
  })
  if (q.data?.length === 0) return <Nothing>还没有考核方案，请先在“方案”里拟定。</Nothing>
  if (staffId)
    return (
      <div className="hs-stack">
        <p>
          <Link to={`?tab=people&plan=${plan?.id ?? ''}`}>返回各人得分</Link>
        </p>
        <Sentence error={card.error} retry={() => void card.refetch()} />
        {card.isPending && <Waiting />}
        {card.data && <CardView card={card.data} />}
      </div>
    )
  const bare = people.data?.people.filter((p) => p.total === null && !p.waiting).length ?? 0
  const shown = people.data?.people.filter((p) => all || p.total !== null || p.waiting) ?? []
  return (
    <div className="hs-stack">
      {q.data && <PlanSelect plans={q.data} value={plan?.id} onChange={pick} />}
      <Sentence error={people.error} retry={() => void people.refetch()} />
      {people.isPending && <Waiting />}
      {people.data && (
        <>
          <p className="hs-muted">按岗位次序排列，不按得分排名；统计截止 {people.data.cutoff}。信访件数不计分。</p>
          {bare > 0 && (
            <Checkbox checked={all} onChange={(e) => setAll(e.target.checked)}>
              还没有计分事项的 {bare} 人也列出
            </Checkbox>
          )}
          <Rows
            label="各人得分"
            rows={shown}
            keyOf={(p) => p.staffId}
            none={people.data.people.length ? '还没有人有计分的事项。' : '没有承担考核岗位的人员。'}
            columns={[
              { title: '岗位', of: (p) => p.post },
              {
                title: '姓名',
                of: (p) => (
                  <button
                    type="button"
                    className="hs-open"
                    onClick={() => setParams({ tab: 'people', plan: plan!.id, staff: p.staffId })}
                  >
                    {p.name}
                  </button>
                ),
              },
              { title: '总分', num: true, of: (p) => points(p.total) },
              { title: '待核定或答复', num: true, of: (p) => p.waiting || '' },
            ]}
          />
        </>
      )}
    </div>
  )
}
