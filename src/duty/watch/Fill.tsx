import { App, Checkbox, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { options } from '../../kit/choice.ts'
import { addDays, type Day, formal, short } from '../../kit/day.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { useSend } from '../../kit/ui/useSend.ts'
import { useMe, usePlaces } from '../../people/me.ts'
import { dutyRoutes } from '../routes.ts'
import { watchKeys } from './DayForm.tsx'
import { PeoplePicker } from './PeoplePicker.tsx'
import { watchIn } from './pasted.ts'
import type { WatchDay } from './routes.ts'
import {
  kindsOfDay,
  leaderRoles,
  leadTurns,
  mondayOf,
  overlaps,
  overs,
  type Shift,
  type Spot,
  shiftOrder,
  shifts,
  type TurnInput,
} from './watch.ts'

/** How many days were filled, and those for which nobody is there. */
export const useTellMade = () => {
  const { message } = App.useApp()
  return ({ made, empty }: { made: number; empty: Day[] }) =>
    empty.length
      ? message.warning(
          `排定 ${made} 天；${empty.slice(0, 8).map(formal).join('、')}${empty.length > 8 ? ` 等 ${empty.length} 天` : ''}还没有人`,
          6,
        )
      : message.success(`排定 ${made} 天，排到的人都已告知`)
}

/** Fill a span by people in turn. */
export function Turn({ from, onClose }: { from: Day; onClose: () => void }) {
  const me = useMe()
  const tell = useTellMade()
  const [v, setV] = useState<TurnInput>({
    from: from < me.today ? me.today : from,
    to: addDays(mondayOf(from < me.today ? me.today : from), 27),
    days: 'workdays',
    shifts: ['day'],
    windowIds: [],
    perShift: 1,
    leadIds: [],
    leadTurn: 'day',
    over: 'keep',
  })
  const { send, busy, error, fields } = useSend(watchKeys)
  const wrong = (k: string) => fields[k] ?? fields[`turn.${k}`]
  const set = (more: Partial<TurnInput>) => setV({ ...v, ...more })
  return (
    <Modal
      open
      width={620}
      title="按人轮流排"
      okText="排定"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const made = await send('turn', (requestId) => call(dutyRoutes.turnWatch, { body: { requestId, turn: v } }))
        if (!made) return
        tell(made)
        onClose()
      }}
    >
      <Sentence error={error} />
      <div className="hs-fields">
        <Field label="从哪天" wrong={wrong('from')}>
          <DayInput value={v.from} today={me.today} ahead onChange={(d) => set({ from: d as Day })} />
        </Field>
        <Field label="到哪天" wrong={wrong('to')}>
          <DayInput value={v.to} today={me.today} ahead onChange={(d) => set({ to: d as Day })} />
        </Field>
      </div>
      <fieldset className="hs-field hs-stackless">
        <legend>哪些日子（按“放假安排”，调休上班的算工作日）</legend>
        <Radio.Group
          aria-label="哪些日子"
          value={v.days}
          options={options(kindsOfDay)}
          onChange={(e) => set({ days: e.target.value })}
        />
      </fieldset>
      <fieldset className="hs-field hs-stackless">
        <legend>班次</legend>
        <Checkbox.Group
          value={v.shifts}
          options={shiftOrder.map((s) => ({
            value: s,
            label: shifts[s],
            disabled: !v.shifts.includes(s) && v.shifts.some((x) => overlaps(x, s)),
          }))}
          onChange={(list) => set({ shifts: list as Shift[] })}
        />
        {wrong('shifts') && <div className="hs-wrong">{wrong('shifts')}</div>}
      </fieldset>
      <Field label="窗口值班的人" hint="按选的先后轮流；请假、到时不在岗的跳过，往后补" wrong={wrong('windowIds')}>
        <PeoplePicker value={v.windowIds} onChange={(windowIds) => set({ windowIds })} />
      </Field>
      <Field label="每班几人" wrong={wrong('perShift')}>
        <NumberInput min={1} max={10} precision={0} value={v.perShift} onChange={(n) => set({ perShift: n ?? 1 })} />
      </Field>
      <Field label="带班领导（可以不选）" wrong={wrong('leadIds')}>
        <PeoplePicker value={v.leadIds} roles={leaderRoles} onChange={(leadIds) => set({ leadIds })} />
      </Field>
      {v.leadIds.length > 1 && (
        <Radio.Group
          aria-label="带班多久一换"
          value={v.leadTurn}
          options={options(leadTurns)}
          onChange={(e) => set({ leadTurn: e.target.value })}
        />
      )}
      <fieldset className="hs-field hs-stackless">
        <legend>已经排了的日子</legend>
        <Radio.Group
          aria-label="已经排了的日子"
          value={v.over}
          options={options(overs)}
          onChange={(e) => set({ over: e.target.value })}
        />
      </fieldset>
    </Modal>
  )
}

/** Lines from a sheet; what is wrong is said before anything is written. */
export function Paste({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const { staff } = usePlaces()
  const [text, setText] = useState('')
  const { days, wrong } = watchIn(text, staff, me.today)
  const { send, busy, error } = useSend(watchKeys)
  return (
    <Modal
      open
      width={620}
      title="从表格贴"
      okText={days.length ? `排定 ${days.length} 天` : '请贴上值班表'}
      cancelText="返回"
      okButtonProps={{ disabled: days.length === 0 || wrong.length > 0 }}
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'paste',
          (requestId) =>
            call(dutyRoutes.fillWatch, { body: { requestId, days: days.map((d) => ({ ...d, version: null })) } }),
          `排定 ${days.length} 天，排到的人都已告知`,
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field
        label="一行一班：日期、班次、值班人员、带班领导"
        hint="从 Excel、WPS 里选中几列复制过来；没有班次的算全天，几个人用顿号隔开。贴上的日子原来排过的会换掉，换错了可以撤回"
        wrong={wrong.slice(0, 8).join('；') || undefined}
      >
        <Input.TextArea
          autoSize={{ minRows: 6, maxRows: 16 }}
          value={text}
          onChange={(e) => setText(e.target.value)}
          placeholder={'12月7日\t全天\t张三、李四\t王五\n12月8日\t全天\t赵六\t王五'}
        />
      </Field>
    </Modal>
  )
}

type Chosen = Spot & { version: number }

/** Two people change places. */
export function Swap({ days, onClose }: { days: WatchDay[]; onClose: () => void }) {
  const me = useMe()
  const [a, setA] = useState<string | null>(null)
  const [b, setB] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const { send, busy, error } = useSend(watchKeys)
  const all = days
    .filter((d) => d.on >= me.today)
    .flatMap((d) =>
      d.shifts.flatMap((s) =>
        [...s.window.map((p) => ({ p, seat: 'window' })), ...(s.lead ? [{ p: s.lead, seat: 'lead' }] : [])].map(
          ({ p, seat }) => ({
            value: `${d.on} ${s.shift} ${p.id}`,
            label: `${short(d.on)} ${shifts[s.shift]}${seat === 'lead' ? '带班' : ''} ${p.name}`,
            seat,
            id: p.id,
            spot: { on: d.on, shift: s.shift, staffId: p.id, version: d.version } as Chosen,
          }),
        ),
      ),
    )
  const first = all.find((x) => x.value === a)
  const second = all.find((x) => x.value === b)
  const others = all.filter((x) => x.value !== a && (!first || (x.seat === first.seat && x.id !== first.id)))
  return (
    <Modal
      open
      title="两个人对调"
      okText="对调"
      cancelText="返回"
      okButtonProps={{ disabled: !first || !second }}
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'swap',
          (requestId) => call(dutyRoutes.swapWatch, { body: { requestId, a: first!.spot, b: second!.spot, reason } }),
          '已对调，双方都已告知',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="谁" hint="在看的这些日子里选；要换的在别的周，先翻到那一周或者用月">
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={a}
          onChange={(x) => {
            setA(x)
            setB(null)
          }}
          options={all}
          placeholder="哪天哪班谁"
          notFoundContent="这些日子还没有排班"
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="和谁对调">
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          value={b}
          onChange={setB}
          options={others}
          placeholder="哪天哪班谁"
          notFoundContent="没有可以对调的"
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="理由（可以不填）">
        <Input value={reason} maxLength={200} onChange={(e) => setReason(e.target.value)} />
      </Field>
    </Modal>
  )
}
