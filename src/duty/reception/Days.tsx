import { Button, Checkbox, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { options } from '../../kit/choice.ts'
import { type Day, formal } from '../../kit/day.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { CourtesyForm } from '../../petitions/courtesy/Panel.tsx'
import { MatterPicker } from '../../petitions/page/Question.tsx'
import { states } from '../../petitions/petition.ts'
import { promiseStatuses } from '../promise/promise.ts'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { receptionResults, receptionStatuses, type VisitInput } from './reception.ts'
import type { ReceptionDay } from './routes.ts'

const keys = [['receptions'], ['promises'], ['duty'], ['matter']] as const

function HandOver({ d, coming, onClose }: { d: ReceptionDay; coming: ReceptionDay[]; onClose: () => void }) {
  const me = useMe()
  const [v, setV] = useState({
    how: 'to',
    toId: d.deputyId,
    withId: null as string | null,
    reason: d.away ? '请假' : '',
  })
  const { send, busy, error, fields } = useSend(keys)
  const others = coming.filter((x) => x.status === 'planned' && x.leaderId !== d.leaderId && x.onDay >= me.today)
  return (
    <Modal
      open
      title={`${formal(d.onDay)}接访换人`}
      okText="换人"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const swap = v.how === 'with'
        const done = await send(
          'over',
          (requestId) =>
            call(dutyRoutes.handOver, {
              params: { id: d.id },
              body: {
                requestId,
                version: d.version,
                reason: v.reason,
                toId: swap ? null : v.toId,
                withId: swap ? v.withId : null,
              },
            }),
          '已换人，双方都已告知',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Radio.Group
        aria-label="怎样换"
        value={v.how}
        onChange={(e) => setV({ ...v, how: e.target.value as string })}
        options={[
          { value: 'to', label: '由别人顶替' },
          { value: 'with', label: '与另一天对调' },
        ]}
      />
      {v.how === 'to' ? (
        <Field label="换成谁" wrong={fields.toId}>
          <StaffPicker
            value={v.toId}
            onChange={(toId) => setV({ ...v, toId })}
            roles={['leadOfficial', 'townLeader']}
          />
        </Field>
      ) : (
        <Field label="与哪一天对调" wrong={fields.withId}>
          <Select
            value={v.withId}
            onChange={(withId) => setV({ ...v, withId })}
            options={others.map((x) => ({ value: x.id, label: `${x.onDay} ${x.leader}` }))}
            placeholder="请选择"
            style={{ width: '100%' }}
          />
        </Field>
      )}
      <Field label="理由" wrong={fields.reason}>
        <Input value={v.reason} maxLength={200} onChange={(e) => setV({ ...v, reason: e.target.value })} />
      </Field>
    </Modal>
  )
}

function Cancel({ d, onClose }: { d: ReceptionDay; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const { send, busy, error, fields } = useSend(keys)
  return (
    <Modal
      open
      title={`取消${formal(d.onDay)}的接访`}
      okText="取消接访"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'cancel',
          (requestId) =>
            call(dutyRoutes.cancelReception, {
              params: { id: d.id },
              body: { requestId, version: d.version, reason },
            }),
          '已取消',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="理由" hint="能换人的请换人，不要让群众白跑" wrong={fields.reason}>
        <Input value={reason} maxLength={200} onChange={(e) => setReason(e.target.value)} />
      </Field>
    </Modal>
  )
}

const blank: VisitInput = {
  petitionId: null,
  headCount: 1,
  gist: '',
  result: 'answered',
  outcome: '',
  promise: null,
}

function Visit({ d, onClose }: { d: ReceptionDay; onClose: () => void }) {
  const me = useMe()
  const draft = useDraft<VisitInput>(`reception:${d.id}`, blank)
  const { value: v, set } = draft
  const [received, setReceived] = useState<string | null>(null)
  const { send, busy, error, fields } = useSend(keys)
  const wrong = (k: string) => fields[k] ?? fields[`visit.${k}`]
  if (received)
    return (
      <Modal open title="接待自查（四声五心）" footer={null} onCancel={onClose}>
        <CourtesyForm petitionId={received} place="leader" onDone={onClose} />
      </Modal>
    )
  return (
    <Modal
      open
      width={620}
      title={`${formal(d.onDay)} ${d.leader}接访：记录来访`}
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'visit',
          (requestId) => call(dutyRoutes.recordVisit, { params: { id: d.id }, body: { requestId, visit: v } }),
          '已记录',
        )
        if (!done) return
        draft.clear()
        if (v.petitionId) setReceived(v.petitionId)
        else onClose()
      }}
    >
      <Sentence error={error} />
      <Field
        label="关联的事项"
        hint={
          <>
            反映问题的都要登记；还没有登记的，<Link to="/register">先登记</Link>。只是咨询的不填
          </>
        }
        wrong={wrong('petitionId')}
      >
        <MatterPicker
          value={v.petitionId ?? undefined}
          onChange={(id) => set({ ...v, petitionId: id ?? null, promise: id ? v.promise : null })}
        />
      </Field>
      <div className="hs-fields">
        <Field label="来了几人" wrong={wrong('headCount')}>
          <NumberInput
            min={1}
            max={1000}
            value={v.headCount}
            onChange={(n) => set({ ...v, headCount: n ?? 1 })}
            style={{ width: '100%' }}
          />
        </Field>
        <Field label="结果" wrong={wrong('result')}>
          <Select
            value={v.result}
            options={options(receptionResults)}
            onChange={(result) => set({ ...v, result })}
            style={{ width: '100%' }}
          />
        </Field>
      </div>
      <Field label="问什么、要求什么" wrong={wrong('gist')}>
        <Input.TextArea
          value={v.gist}
          onChange={(e) => set({ ...v, gist: e.target.value })}
          autoSize={{ minRows: 2 }}
          maxLength={500}
        />
      </Field>
      <Field label="怎样答复、交给谁" wrong={wrong('outcome')}>
        <Input.TextArea
          value={v.outcome}
          onChange={(e) => set({ ...v, outcome: e.target.value })}
          autoSize={{ minRows: 2 }}
          maxLength={1000}
        />
      </Field>
      {v.petitionId && (
        <Checkbox
          checked={v.promise !== null}
          onChange={(e) => set({ ...v, promise: e.target.checked ? { body: '', dueOn: me.today } : null })}
        >
          当场作了承诺
        </Checkbox>
      )}
      {v.promise && (
        <div className="hs-fields">
          <Field label="承诺了什么" wrong={wrong('promise.body')}>
            <Input
              value={v.promise.body}
              maxLength={500}
              onChange={(e) => set({ ...v, promise: { ...v.promise!, body: e.target.value } })}
            />
          </Field>
          <Field label="什么时候兑现" wrong={wrong('promise.dueOn')}>
            <DayInput
              value={v.promise.dueOn}
              today={me.today}
              ahead
              onChange={(d) => set({ ...v, promise: { ...v.promise!, dueOn: d as Day } })}
            />
          </Field>
        </div>
      )}
    </Modal>
  )
}

function End({ d, onClose }: { d: ReceptionDay; onClose: () => void }) {
  const [note, setNote] = useState('')
  const { send, busy, error } = useSend(keys)
  return (
    <Modal
      open
      title={`${formal(d.onDay)}接访：来访 ${d.visits.length} 批，记录完了`}
      okText="记录完了"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'end',
          (requestId) =>
            call(dutyRoutes.endReception, { params: { id: d.id }, body: { requestId, version: d.version, note } }),
          '已结束',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="说明（可以不填）">
        <Input value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} />
      </Field>
    </Modal>
  )
}

/** Reception days as a list: who receives, who came, what became of it; what this person may do stands beside. */
export function Days({ list, coming, label }: { list: ReceptionDay[]; coming: ReceptionDay[]; label: string }) {
  const me = useMe()
  const [doing, setDoing] = useState<{ what: 'over' | 'cancel' | 'visit' | 'end'; d: ReceptionDay } | null>(null)
  const close = () => setDoing(null)
  return (
    <>
      <ul className="hs-cases" aria-label={label}>
        {list.map((d) => (
          <li key={d.id}>
            <span className={d.status === 'held' ? 'hs-done' : d.onDay < me.today ? 'hs-late' : 'hs-soon'}>
              {d.onDay === me.today && d.status === 'planned'
                ? '今天'
                : d.onDay < me.today && d.status === 'planned'
                  ? '待记录'
                  : receptionStatuses[d.status]}
            </span>
            <div>
              <b>
                {d.onDay} {d.leader}
              </b>
              <small>
                {d.fromTime}–{d.toTime} {d.place}
              </small>
              {d.away && (
                <small className="hs-late">这一天请假{d.deputy ? `，代理人${d.deputy}` : '，没有代理人'}，请换人</small>
              )}
              {d.history.map((h) => (
                <small key={`${h.on}${h.from}${h.to}`}>
                  {h.on} 由{h.from}换为{h.to}：{h.reason}
                </small>
              ))}
              {d.note && <small>{d.note}</small>}
              {d.visits.map((v) => (
                <small key={v.id} className="hs-visit">
                  {v.headCount} 人，{v.gist} → {receptionResults[v.result]}：{v.outcome}{' '}
                  {v.petitionId ? (
                    <Link to={`/matter/${v.petitionId}`}>
                      {v.number} {v.state && states[v.state]}
                    </Link>
                  ) : v.tied ? (
                    '（已登记为事项）'
                  ) : null}
                  {v.promise && ` 承诺${v.promise.body}，${v.promise.dueOn} 前，${promiseStatuses[v.promise.status]}`}
                </small>
              ))}
              {d.status === 'held' && d.visits.length === 0 && <small>没有人来访</small>}
            </div>
            <div className="hs-case-do">
              {d.recordRefusal === null && (
                <>
                  <Button
                    size="small"
                    type={d.status === 'planned' ? 'primary' : 'default'}
                    onClick={() => setDoing({ what: 'visit', d })}
                  >
                    记来访
                  </Button>{' '}
                  {d.status === 'planned' && (
                    <Button size="small" onClick={() => setDoing({ what: 'end', d })}>
                      记录完了
                    </Button>
                  )}{' '}
                </>
              )}
              {d.changeRefusal === null && (
                <>
                  <Button size="small" onClick={() => setDoing({ what: 'over', d })}>
                    换人
                  </Button>{' '}
                  <Button size="small" onClick={() => setDoing({ what: 'cancel', d })}>
                    取消
                  </Button>
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
      {doing?.what === 'over' && <HandOver d={doing.d} coming={coming} onClose={close} />}
      {doing?.what === 'cancel' && <Cancel d={doing.d} onClose={close} />}
      {doing?.what === 'visit' && <Visit d={doing.d} onClose={close} />}
      {doing?.what === 'end' && <End d={doing.d} onClose={close} />}
    </>
  )
}
