import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { addDays, type Day } from '../../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { has, useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { Days } from './Days.tsx'

const weekdayWords = ['一', '二', '三', '四', '五', '六', '日']

function Rota({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const [v, setV] = useState({
    from: me.today,
    to: addDays(me.today, 30),
    weekdays: [1, 4],
    leaders: [] as { id: string; name: string }[],
    place: '镇信访接待室',
    fromTime: '08:30',
    toTime: '11:30',
  })
  const { send, busy, error, fields } = useSend([['receptions']])
  const wrong = (k: string) => fields[k] ?? fields[`rota.${k}`]
  return (
    <Modal
      open
      width={620}
      title="排接访日"
      okText="排定"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const { leaders, ...rest } = v
        const done = await send(
          'rota',
          (requestId) =>
            call(dutyRoutes.makeRota, { body: { requestId, rota: { ...rest, leaderIds: leaders.map((l) => l.id) } } }),
          '已排定，各位领导都已告知',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <div className="hs-fields">
        <Field label="从哪天" wrong={wrong('from')}>
          <DayInput value={v.from} today={me.today} ahead onChange={(d) => setV({ ...v, from: d as Day })} />
        </Field>
        <Field label="到哪天" wrong={wrong('to')}>
          <DayInput value={v.to} today={me.today} ahead onChange={(d) => setV({ ...v, to: d as Day })} />
        </Field>
      </div>
      <fieldset className="hs-field hs-stackless">
        <legend>星期几（放假的日子不排，请假的往后轮）</legend>
        <Checkbox.Group
          value={v.weekdays}
          onChange={(weekdays) => setV({ ...v, weekdays: weekdays as number[] })}
          options={weekdayWords.map((w, i) => ({ value: i + 1, label: `周${w}` }))}
        />
        {wrong('weekdays') && <div className="hs-wrong">{wrong('weekdays')}</div>}
      </fieldset>
      <Field label="加一名接访领导" hint="按加入的先后轮流" wrong={wrong('leaderIds')}>
        <StaffPicker
          value={null}
          roles={['leadOfficial', 'townLeader']}
          onChange={(id, s) =>
            id &&
            !v.leaders.some((l) => l.id === id) &&
            setV({ ...v, leaders: [...v.leaders, { id, name: s?.name ?? '' }] })
          }
        />
      </Field>
      <ol aria-label="轮流次序">
        {v.leaders.map((l) => (
          <li key={l.id}>
            {l.name}{' '}
            <Button
              size="small"
              aria-label={`去掉${l.name}`}
              onClick={() => setV({ ...v, leaders: v.leaders.filter((x) => x.id !== l.id) })}
            >
              去掉
            </Button>
          </li>
        ))}
      </ol>
      <Field label="地点" wrong={wrong('place')}>
        <Input value={v.place} maxLength={100} onChange={(e) => setV({ ...v, place: e.target.value })} />
      </Field>
      <div className="hs-fields">
        <Field label="开始时刻" wrong={wrong('fromTime')}>
          <Input value={v.fromTime} maxLength={5} onChange={(e) => setV({ ...v, fromTime: e.target.value })} />
        </Field>
        <Field label="结束时刻" wrong={wrong('toTime')}>
          <Input value={v.toTime} maxLength={5} onChange={(e) => setV({ ...v, toTime: e.target.value })} />
        </Field>
      </div>
    </Modal>
  )
}

/** 领导接访: the rota, who came, what became of it. */
export default function Receptions() {
  const me = useMe()
  const q = useQuery({ queryKey: ['receptions', 'all'], queryFn: () => call(dutyRoutes.receptions, { query: {} }) })
  const [planning, setPlanning] = useState(false)
  const v = q.data
  return (
    <>
      <PageHead
        title="领导接访"
        extra={
          has(me, 'petitionHead') && (
            <Button type="primary" aria-haspopup="dialog" onClick={() => setPlanning(true)}>
              排接访日
            </Button>
          )
        }
      />
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {v && (
        <>
          <Panel title="接访安排">
            {v.coming.length === 0 ? (
              <Nothing>还没有排接访日。</Nothing>
            ) : (
              <Days label="接访安排" list={v.coming} coming={v.coming} />
            )}
          </Panel>
          <Panel title="近一年的接访">
            {v.past.length === 0 ? (
              <Nothing>还没有接访记录。</Nothing>
            ) : (
              <Days label="近一年的接访" list={v.past} coming={v.coming} />
            )}
          </Panel>
        </>
      )}
      {planning && <Rota onClose={() => setPlanning(false)} />}
    </>
  )
}
