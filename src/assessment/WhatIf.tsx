import { Button } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { Nothing, Sentence } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Rows, useWrite } from '../kit/ui/Rows.tsx'
import { PlanSelect, usePlan } from './PlanSelect.tsx'
import { assessmentRoutes as r } from './routes.ts'
import { type Lists, points } from './score.ts'
import { Weights } from './Weights.tsx'

/** Other weights on trial: who moves and why. */
export function WhatIf() {
  const { q, plan, pick } = usePlan()
  const [lists, setLists] = useState<{ id: string; lists: Lists } | null>(null)
  const now = plan && lists?.id === plan.id ? lists.lists : plan?.lists
  const run = useWrite((_: undefined) => call(r.whatIf, { params: { id: plan!.id }, body: { lists: now! } }), [])
  const moved = run.data as z.infer<(typeof r.whatIf)['response']> | undefined
  if (q.data?.length === 0) return <Nothing>还没有考核方案。</Nothing>
  return (
    <div className="hs-stack">
      <p className="hs-note">改变权重看看谁的得分变动、为什么；什么都不保存。</p>
      {q.data && <PlanSelect plans={q.data} value={plan?.id} onChange={pick} />}
      {now && <Weights lists={now} onChange={(l) => setLists({ id: plan!.id, lists: l })} />}
      <Sentence error={run.error} />
      <div className="hs-actions">
        <Button type="primary" disabled={!now} loading={run.isPending} onClick={() => run.mutate(undefined)}>
          试算
        </Button>
      </div>
      {moved && (
        <Rows
          label="试算结果"
          rows={moved}
          keyOf={(m) => m.staffId}
          none="没有人的得分变动。"
          columns={[
            { title: '岗位', of: (m) => m.post },
            { title: '姓名', of: (m) => m.name },
            { title: '现在', num: true, of: (m) => points(m.before) },
            { title: '试算', num: true, of: (m) => points(m.after) },
            { title: '变动', num: true, of: (m) => `${m.change > 0 ? '+' : ''}${m.change.toFixed(2)}` },
            {
              title: '原因',
              of: (m) => m.why.map((w) => `${w.name} ${w.change > 0 ? '+' : ''}${w.change.toFixed(2)}`).join('，'),
            },
          ]}
        />
      )}
    </div>
  )
}
