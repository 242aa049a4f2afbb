import { Button, Modal, Select } from 'antd'
import { useState } from 'react'
import { withWeekday } from '../../kit/day.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { useSend } from '../../kit/ui/useSend.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { dutyRoutes } from '../routes.ts'
import { PeoplePicker } from './PeoplePicker.tsx'
import type { WatchDay } from './routes.ts'
import { hoursOf, overlaps, type Rule, type Shift, type ShiftPlan, shiftOrder, shifts } from './watch.ts'

export const watchKeys = [['watch'], ['open']] as const
export const leaderRoles = ['leadOfficial', 'townLeader'] as const

const empty = (shift: Shift): ShiftPlan => ({ shift, windowIds: [], leadId: null })

/** One day: its shifts, who sits at the window in each, who is in charge. */
export function DayForm({ day, rule, onClose }: { day: WatchDay; rule: Rule; onClose: () => void }) {
  const [plan, setPlan] = useState<ShiftPlan[]>(
    day.shifts.length
      ? day.shifts.map((s) => ({
          shift: s.shift,
          windowIds: s.window.map((p) => p.id),
          leadId: s.lead?.id ?? null,
        }))
      : [empty('day')],
  )
  const { send, busy, error } = useSend(watchKeys)
  const free = shiftOrder.filter((s) => !plan.some((p) => overlaps(p.shift, s)))
  const set = (i: number, more: Partial<ShiftPlan>) =>
    setPlan((all) => all.map((p, k) => (k === i ? { ...p, ...more } : p)))
  const problems = day.shifts.flatMap((s) => [
    ...s.window.flatMap((p) => p.problem ?? []),
    ...(s.lead?.problem ? [s.lead.problem] : []),
  ])
  const save = async (next: ShiftPlan[], says: string) => {
    const done = await send(
      'day',
      (requestId) =>
        call(dutyRoutes.fillWatch, {
          body: { requestId, days: [{ on: day.on, version: day.version, shifts: next }] },
        }),
      says,
    )
    if (done) onClose()
  }
  return (
    <Modal
      open
      title={`${withWeekday(day.on)}值班`}
      onCancel={onClose}
      footer={
        <>
          {day.shifts.length > 0 && (
            <Button danger disabled={busy !== ''} onClick={() => save([], '已清空这一天')}>
              清空这一天
            </Button>
          )}
          <Button onClick={onClose}>返回</Button>
          <Button type="primary" loading={busy !== ''} onClick={() => save(plan, '已排定，排到的人都已告知')}>
            保存
          </Button>
        </>
      }
    >
      <Sentence error={error} />
      {(day.named !== '' || !day.worked) && (
        <p className="hs-muted">
          {day.named || '周末'}，{day.worked ? '照常上班' : '窗口不上班，可以排也可以不排'}
        </p>
      )}
      {problems.map((p) => (
        <p className="hs-late" key={p}>
          {p}
        </p>
      ))}
      {plan.map((p, i) => (
        <fieldset className="hs-field hs-watch-shift" key={p.shift}>
          <legend>
            {shifts[p.shift]} <span className="hs-muted">{hoursOf(rule, p.shift)}</span>
          </legend>
          <Field label="窗口值班">
            <PeoplePicker value={p.windowIds} onChange={(windowIds) => set(i, { windowIds })} />
          </Field>
          <Field label="带班领导">
            <StaffPicker value={p.leadId} roles={[...leaderRoles]} onChange={(leadId) => set(i, { leadId })} />
          </Field>
          {plan.length > 1 && (
            <Button size="small" onClick={() => setPlan((all) => all.filter((_, k) => k !== i))}>
              去掉{shifts[p.shift]}
            </Button>
          )}
        </fieldset>
      ))}
      {plan.length === 1 && plan[0]!.windowIds.length === 0 && plan[0]!.leadId === null ? (
        <Field label="班次">
          <Select
            value={plan[0]!.shift}
            onChange={(shift) => setPlan([empty(shift)])}
            options={shiftOrder.map((s) => ({ value: s, label: shifts[s] }))}
            style={{ width: '100%' }}
          />
        </Field>
      ) : (
        free.map((s) => (
          <Button key={s} size="small" onClick={() => setPlan((all) => [...all, empty(s)])}>
            加{shifts[s]}
          </Button>
        ))
      )}
    </Modal>
  )
}
