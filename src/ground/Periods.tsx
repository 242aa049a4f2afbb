import { Link } from 'react-router'
import { Rows } from '../kit/ui/Rows.tsx'
import { has, useMe } from '../people/me.ts'
import type { CampaignRow } from './campaign.routes.ts'
import { campaignStates, readsProgress } from './campaign.ts'

/** Screenings one below the other: how far each has come. */
export function Periods({ label, rows }: { label: string; rows: readonly CampaignRow[] }) {
  const me = useMe()
  const reads = has(me, ...readsProgress)
  return (
    <Rows
      label={label}
      rows={rows}
      keyOf={(c) => c.id}
      none=""
      columns={[
        { title: '名称', of: (c) => (reads ? <Link to={`/screening/${c.id}`}>{c.title}</Link> : c.title) },
        { title: '起止', of: (c) => (c.fromOn === c.dueOn ? c.fromOn : `${c.fromOn} 至 ${c.dueOn}`) },
        {
          title: '状态',
          of: (c) =>
            c.state === 'closed'
              ? campaignStates.closed
              : c.fromOn > me.today
                ? '还没有开始'
                : c.dueOn < me.today
                  ? '期限已过，仍可补报'
                  : campaignStates.open,
        },
        { title: '已报 / 应报', of: (c) => `${c.reported} / ${c.expected}`, num: true },
      ]}
    />
  )
}
