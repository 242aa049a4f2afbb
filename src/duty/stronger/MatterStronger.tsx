import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Panel, Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import type { MatterPanelProps } from '../../petitions/page/slots.ts'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { Check } from './Check.tsx'
import { conditions, ownerLevels, toldPosts } from './stronger.ts'

/** 加强责任 on the matter: which rule applies, what it asks for, whether it is met, and the checks so far. */
export default function MatterStronger({ view, me, reload }: MatterPanelProps) {
  const { id, number } = view.matter
  const q = useQuery({
    queryKey: ['stronger', 'matter', id, view.matter.version],
    queryFn: () => call(dutyRoutes.strongerOf, { params: { petitionId: id } }),
  })
  const [checking, setChecking] = useState(false)
  if (q.error) return <Sentence error={q.error} retry={() => void q.refetch()} />
  if (!q.data || (!q.data.asked && q.data.checks.length === 0)) return null
  const { asked, rules, checks, refusal } = q.data
  return (
    <Panel
      title="加强责任"
      label="加强责任"
      extra={
        refusal === null && (
          <Button size="small" onClick={() => setChecking(true)}>
            记录检查
          </Button>
        )
      }
    >
      {asked && (
        <>
          <p className={asked.satisfied ? undefined : 'hs-late'}>
            由{ownerLevels[asked.needed]}包案{asked.satisfied ? '，已到位' : '，还没有到位'}
          </p>
          <p className={asked.checkDue < me.today ? 'hs-late' : undefined}>
            每 {asked.everyDays} 天检查一次，下次 {asked.checkDue} 前
          </p>
          <ul className="hs-missing">
            {rules.map((r) => (
              <li key={r.code}>
                {conditions[r.code]}
                <span className="hs-muted">
                  {' '}
                  由{ownerLevels[r.owner]}包案，每 {r.everyDays} 天检查，告知
                  {r.tell.map((t) => toldPosts[t]).join('、')}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {checks.length > 0 && (
        <ul className="hs-missing" aria-label="检查记录">
          {checks.map((c) => (
            <li key={c.id}>
              {c.onDay} {c.byName}：{c.found}
              {c.demand && <span className="hs-muted"> 要求：{c.demand}</span>}
            </li>
          ))}
        </ul>
      )}
      {checking && (
        <Check
          petitionId={id}
          number={number}
          onClose={() => {
            setChecking(false)
            reload()
          }}
        />
      )}
    </Panel>
  )
}
