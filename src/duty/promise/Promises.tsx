import { useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Radio, Segmented, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { options } from '../../kit/choice.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { type PromiseEnd, type PromiseRow, promiseKinds, promiseStatuses } from './promise.ts'

const keys = [['promises'], ['matter'], ['petitions']] as const
const daysWords = (p: PromiseRow, today: Day) => {
  const left = daysBetween(today, p.dueOn)
  return left < 0 ? `超 ${-left} 天` : left === 0 ? '今天' : `还有 ${left} 天`
}

/** One promise with what may be done about it. */
export function PromiseItem({ p, onEnd }: { p: PromiseRow; onEnd?: (p: PromiseRow) => void }) {
  const me = useMe()
  const left = daysBetween(me.today, p.dueOn)
  return (
    <li>
      <span
        className={
          p.status === 'kept'
            ? 'hs-done'
            : p.status === 'broken' || left < 0
              ? 'hs-late'
              : left <= 3
                ? 'hs-soon'
                : 'hs-muted'
        }
      >
        {p.status === 'open' ? daysWords(p, me.today) : promiseStatuses[p.status]}
      </span>
      <div>
        <b>{p.body}</b>
        <small>
          {[promiseKinds[p.kind], `向${p.madeTo}`, `责任人${p.owner}`, `${p.madeOn} 承诺`, `${p.dueOn} 前`].map(
            (x, i) => (
              <span key={x}>
                {i > 0 && ' · '}
                <span className="hs-whole">{x}</span>
              </span>
            ),
          )}
        </small>
        {p.petitionId && (
          <small>
            <Link to={`/matter/${p.petitionId}`}>{p.number}</Link> {p.title}
          </small>
        )}
        {p.history.map((h) => (
          <small key={`${h.on}${h.to}`}>
            {h.on} 改期 {h.from} → {h.to}：{h.reason}（对方：{h.words}）
          </small>
        ))}
        {p.words && (
          <small>
            {p.endedOn} {p.words}
          </small>
        )}
      </div>
      <div className="hs-case-do">
        {p.status === 'open' && onEnd && (
          <Button size="small" disabled={p.refusal !== null} title={p.refusal ?? undefined} onClick={() => onEnd(p)}>
            记录结果
          </Button>
        )}
      </div>
    </li>
  )
}

/** Kept, broken in the open, or a new day that the other side agreed to. */
export function EndPromise({ p, onClose }: { p: PromiseRow; onClose: () => void }) {
  const me = useMe()
  const [end, setEnd] = useState<PromiseEnd>({ how: 'kept', words: '' })
  const { send, busy, error, fields } = useSend(keys)
  return (
    <Modal
      open
      title={`承诺：${p.body}`}
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'end',
          (requestId) =>
            call(dutyRoutes.endPromise, { params: { id: p.id }, body: { requestId, version: p.version, end } }),
          '已记录',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="结果">
        <Radio.Group
          value={end.how}
          onChange={(e) =>
            setEnd(
              e.target.value === 'moved'
                ? { how: 'moved', dueOn: p.dueOn, reason: '', words: '' }
                : { how: e.target.value, words: '' },
            )
          }
          options={[
            { value: 'kept', label: '已兑现' },
            { value: 'moved', label: '与对方商定改期' },
            { value: 'broken', label: '没有兑现' },
          ]}
        />
      </Field>
      {end.how === 'moved' && (
        <>
          <Field label="新的日期" wrong={fields.dueOn ?? fields['end.dueOn']}>
            <DayInput value={end.dueOn} today={me.today} ahead onChange={(d) => setEnd({ ...end, dueOn: d as Day })} />
          </Field>
          <Field label="改期的理由" wrong={fields['end.reason']}>
            <Input value={end.reason} onChange={(e) => setEnd({ ...end, reason: e.target.value })} maxLength={300} />
          </Field>
        </>
      )}
      <Field
        label={
          end.how === 'kept'
            ? '怎样兑现的'
            : end.how === 'moved'
              ? '对方同意的话（照录）'
              : '没有兑现的原因、怎样向对方说明'
        }
        wrong={fields['end.words']}
      >
        <Input.TextArea
          value={end.words}
          onChange={(e) => setEnd({ ...end, words: e.target.value })}
          autoSize={{ minRows: 2 }}
          maxLength={500}
        />
      </Field>
    </Modal>
  )
}

/** A new promise, of a matter or of none. */
export function MakePromise({ petitionId, onClose }: { petitionId: string | null; onClose: () => void }) {
  const me = useMe()
  const [v, setV] = useState({
    petitionId,
    kind: 'office' as keyof typeof promiseKinds,
    body: '',
    madeTo: petitionId ? '信访人' : '',
    ownerId: me.staffId,
    madeOn: me.today,
    dueOn: '' as Day,
  })
  const { send, busy, error, fields } = useSend(keys)
  const wrong = (k: string) => fields[k] ?? fields[`input.${k}`]
  return (
    <Modal
      open
      title="登记承诺"
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'make',
          (requestId) => call(dutyRoutes.makePromise, { body: { requestId, input: v } }),
          '已登记',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="承诺了什么" wrong={wrong('body')}>
        <Input.TextArea
          value={v.body}
          onChange={(e) => setV({ ...v, body: e.target.value })}
          autoSize
          maxLength={500}
        />
      </Field>
      <Field label="在哪里承诺">
        <Select
          value={v.kind}
          onChange={(kind) => setV({ ...v, kind })}
          options={options(promiseKinds).filter((x) => !['consultation', 'dispatch'].includes(x.value))}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="向谁承诺" wrong={wrong('madeTo')}>
        <Input value={v.madeTo} onChange={(e) => setV({ ...v, madeTo: e.target.value })} maxLength={60} />
      </Field>
      <Field label="责任人" wrong={wrong('ownerId')}>
        <StaffPicker value={v.ownerId} onChange={(x) => setV({ ...v, ownerId: x ?? '' })} />
      </Field>
      <Field label="兑现的日期" hint="不能晚于法定期限" wrong={wrong('dueOn')}>
        <DayInput value={v.dueOn} today={me.today} ahead onChange={(d) => setV({ ...v, dueOn: d as Day })} />
      </Field>
    </Modal>
  )
}

/** 承诺: every promise with its owner and day; broken ones stand in the open. */
export default function Promises() {
  const [show, setShow] = useState<'open' | 'broken' | 'kept'>('open')
  const [mine, setMine] = useState(false)
  const [ending, setEnding] = useState<PromiseRow | null>(null)
  const [making, setMaking] = useState(false)
  const q = useQuery({
    queryKey: ['promises', show, mine],
    queryFn: () => call(dutyRoutes.promises, { query: { status: show, mine: mine ? '1' : undefined } }),
  })
  return (
    <>
      <PageHead
        title="承诺"
        extra={
          <Button type="primary" onClick={() => setMaking(true)}>
            登记承诺
          </Button>
        }
      >
        <Segmented
          value={show}
          onChange={setShow}
          options={[
            { value: 'open', label: '待兑现' },
            { value: 'broken', label: '未兑现' },
            { value: 'kept', label: '已兑现' },
          ]}
        />
        <Segmented
          value={mine ? 'mine' : 'all'}
          onChange={(x) => setMine(x === 'mine')}
          options={[
            { value: 'all', label: '全部' },
            { value: 'mine', label: '我负责的' },
          ]}
        />
      </PageHead>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {!q.data && !q.error && <Waiting />}
      {q.data && (
        <Panel label="承诺">
          {q.data.length === 0 ? (
            <Nothing>这里没有承诺。说了什么时候办、办什么，就登记在这里，到期提醒。</Nothing>
          ) : (
            <ul className="hs-cases">
              {q.data.map((p) => (
                <PromiseItem key={p.id} p={p} onEnd={setEnding} />
              ))}
            </ul>
          )}
        </Panel>
      )}
      {ending && <EndPromise p={ending} onClose={() => setEnding(null)} />}
      {making && <MakePromise petitionId={null} onClose={() => setMaking(false)} />}
    </>
  )
}
