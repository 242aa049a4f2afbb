import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useSearchParams } from 'react-router'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { type PlanRow, assessmentRoutes as r, statuses } from './routes.ts'

/** The plan that the address names, else the newest. */
export const usePlan = () => {
  const [params, setParams] = useSearchParams()
  const q = useQuery({ queryKey: ['assessment', 'plans'], queryFn: () => call(r.plans) })
  const plan = q.data?.find((p) => p.id === params.get('plan')) ?? q.data?.[0]
  return { q, plan, pick: (id: string) => setParams((p) => ({ ...Object.fromEntries(p), plan: id })) }
}
/** Which plan is looked at. */
export const PlanSelect = ({
  plans,
  value,
  onChange,
}: {
  plans: PlanRow[]
  value?: string
  onChange: (id: string) => void
}) => (
  <Field label="方案">
    <Select
      value={value}
      onChange={onChange}
      options={plans.map((p) => ({ value: p.id, label: `${p.name}（${statuses[p.status]}）` }))}
      style={{ width: '100%' }}
    />
  </Field>
)
