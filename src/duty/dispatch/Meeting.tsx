import { useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { Day } from '../../kit/day.ts'
import { PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call, download } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { promiseStatuses } from '../promise/promise.ts'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { Said } from '../ui/Said.tsx'
import { type Item, type ItemRecord, meetingWords, type Replan } from './dispatch.ts'
import type { MeetingView } from './routes.ts'

function RecordItem({ m, item, onClose }: { m: MeetingView; item: Item; onClose: () => void }) {
  const me = useMe()
  const draft = useDraft<ItemRecord>(`dispatch:${m.id}:${item.petitionId}`, { report: '', decisions: [], dissent: [] })
  const { value: v, set } = draft
  const { send, busy, error, fields } = useSend([['dispatch'], ['promises']])
  const wrong = (k: string) => fields[k] ?? fields[`record.${k}`]
  const decide = (i: number, more: Partial<ItemRecord['decisions'][number]>) =>
    set({ ...v, decisions: v.decisions.map((d, n) => (n === i ? { ...d, ...more } : d)) })
  return (
    <Modal
      open
      width={680}
      title={`${item.number} ${item.title}`}
      okText="记下"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'record',
          (requestId) =>
            call(dutyRoutes.recordItem, {
              params: { id: m.id, petitionId: item.petitionId },
              body: { requestId, version: m.version, record: v },
            }),
          '已记下',
        )
        if (done) {
          draft.clear()
          onClose()
        }
      }}
    >
      <Sentence error={error} />
      <Field label="通报的情况" wrong={wrong('report')}>
        <Input.TextArea
          value={v.report}
          onChange={(e) => set({ ...v, report: e.target.value })}
          autoSize
          maxLength={2000}
        />
      </Field>
      <fieldset className="hs-field hs-stackless">
        <legend>决定</legend>
        {v.decisions.map((d, i) => {
          const no = ['text', 'ownerId', 'dueOn']
            .map((k) => wrong(`decisions.${i}.${k}`))
            .filter(Boolean)
            .join('；')
          const status = (k: string) => (wrong(`decisions.${i}.${k}`) ? ('error' as const) : ('' as const))
          return (
            <div key={i} className="hs-decided">
              <Input
                aria-label={`决定 ${i + 1}`}
                placeholder="做什么"
                maxLength={500}
                status={status('text')}
                value={d.text}
                onChange={(e) => decide(i, { text: e.target.value })}
              />
              <StaffPicker
                aria-label={`决定 ${i + 1} 责任人`}
                status={status('ownerId')}
                value={d.ownerId || null}
                placeholder="责任人"
                onChange={(x) => decide(i, { ownerId: x ?? '' })}
              />
              <DayInput
                aria-label={`决定 ${i + 1} 期限`}
                status={status('dueOn')}
                value={d.dueOn}
                today={me.today}
                ahead
                onChange={(x) => decide(i, { dueOn: x as Day })}
              />
              <Button
                size="small"
                aria-label={`去掉决定 ${i + 1}`}
                onClick={() => set({ ...v, decisions: v.decisions.filter((_, n) => n !== i) })}
              >
                去掉
              </Button>
              {no && <div className="hs-wrong">{no}</div>}
            </div>
          )
        })}
        <Button
          size="small"
          onClick={() => set({ ...v, decisions: [...v.decisions, { text: '', ownerId: '', dueOn: '' as Day }] })}
        >
          加决定
        </Button>
        {wrong('decisions') && <div className="hs-wrong">{wrong('decisions')}</div>}
      </fieldset>
      <Said
        label="不同意见"
        hint="照记，明确反对的不担责"
        add="加不同意见"
        list={v.dissent}
        set={(dissent) => set({ ...v, dissent })}
        wrong={(of) => wrong(of ? `dissent.${of}` : 'dissent')}
      />
    </Modal>
  )
}

/** Put off to another day, or given up, with the reason; those who were called hear of it. */
function Move({ m, onClose }: { m: MeetingView; onClose: () => void }) {
  const me = useMe()
  const [plan, setPlan] = useState<Replan>({ how: 'moved', onDay: m.onDay, place: m.place, reason: '' })
  const { send, busy, error, fields } = useSend([['dispatch']])
  return (
    <Modal
      open
      title="改期或取消"
      okText={plan.how === 'moved' ? '改期' : '取消会议'}
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'replan',
          (requestId) =>
            call(dutyRoutes.replanMeeting, { params: { id: m.id }, body: { requestId, version: m.version, plan } }),
          plan.how === 'moved' ? '已改期，并告知主持人和包案领导' : '已取消，并告知主持人和包案领导',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="怎么办">
        <Radio.Group
          value={plan.how}
          onChange={(e) =>
            setPlan(
              e.target.value === 'moved'
                ? { how: 'moved', onDay: m.onDay, place: m.place, reason: plan.reason }
                : { how: 'cancelled', reason: plan.reason },
            )
          }
          options={[
            { value: 'moved', label: '改期' },
            { value: 'cancelled', label: '取消，取消后不能恢复' },
          ]}
        />
      </Field>
      {plan.how === 'moved' && (
        <>
          <Field label="新的日期" wrong={fields['plan.onDay']}>
            <DayInput
              value={plan.onDay}
              today={me.today}
              ahead
              onChange={(onDay) => setPlan({ ...plan, onDay: onDay as Day })}
            />
          </Field>
          <Field label="地点" wrong={fields['plan.place']}>
            <Input value={plan.place} maxLength={100} onChange={(e) => setPlan({ ...plan, place: e.target.value })} />
          </Field>
        </>
      )}
      <Field label="理由" wrong={fields['plan.reason']}>
        <Input value={plan.reason} maxLength={200} onChange={(e) => setPlan({ ...plan, reason: e.target.value })} />
      </Field>
    </Modal>
  )
}

/** One dispatch meeting: recorded matter by matter while it runs; afterwards the minutes and what became of each decision. */
export default function Meeting() {
  const { id = '' } = useParams()
  const me = useMe()
  const q = useQuery({
    queryKey: ['dispatch', 'meeting', id],
    queryFn: () => call(dutyRoutes.meeting, { params: { id } }),
  })
  const [recording, setRecording] = useState<Item | null>(null)
  const [ending, setEnding] = useState(false)
  const [names, setNames] = useState('')
  const { send, busy, error, fields } = useSend([['dispatch']])
  const [moving, setMoving] = useState(false)
  const m = q.data
  if (!m)
    return q.error ? (
      <>
        <PageHead title="调度会议" />
        <Sentence error={q.error} retry={() => void q.refetch()} />
      </>
    ) : (
      <Waiting />
    )
  const begun = m.onDay <= me.today
  return (
    <>
      <PageHead
        title={m.title}
        extra={
          <>
            {m.status !== 'cancelled' && (
              <Button onClick={() => void download(`/api/dispatch/meetings/${id}/minutes.docx`)}>
                {m.status === 'held' ? '下载纪要' : '下载纪要草稿'}
              </Button>
            )}
            {m.replans && <Button onClick={() => setMoving(true)}>改期、取消</Button>}
            {m.records && m.status === 'called' && begun && (
              <Button type="primary" onClick={() => setEnding(true)}>
                结束会议
              </Button>
            )}
          </>
        }
      >
        <span className="hs-tag">{meetingWords(m, me.today)}</span>
        <span className="hs-muted">
          {m.onDay} {m.place} · {m.chairName}主持
        </span>
      </PageHead>
      {m.reason && (
        <p className="hs-muted">
          {m.status === 'cancelled' ? '取消' : '改期'}的理由：{m.reason}
        </p>
      )}
      {m.status === 'called' && !begun && <p className="hs-note">会议定于 {m.onDay}，到那天开始记录。</p>}
      {m.attendees.length > 0 && <p className="hs-muted">参加：{m.attendees.join('、')}</p>}
      {m.items.map((it) => (
        <Panel
          key={it.petitionId}
          title={
            <>
              {m.records ? <Link to={`/matter/${it.petitionId}`}>{it.title}</Link> : it.title}{' '}
              <span className="hs-muted hs-unbroken">{it.number}</span>
            </>
          }
          extra={
            m.records &&
            m.status === 'called' &&
            begun && (
              <Button size="small" aria-label={`记录 ${it.number}`} onClick={() => setRecording(it)}>
                记录
              </Button>
            )
          }
        >
          {it.report && <p className="hs-pre">{it.report}</p>}
          {it.decisions.length === 0 && it.dissent.length === 0 && !it.report && (
            <p className="hs-muted">{m.status === 'called' ? '还没有记录。' : '会上没有记录。'}</p>
          )}
          <ul className="hs-cases">
            {it.decisions.map((d) => {
              const end = m.outcomes[d.promiseId]
              const due = end?.dueOn ?? d.dueOn
              const late = end?.status === 'open' && due < me.today
              return (
                <li key={d.promiseId}>
                  <span
                    className={
                      end?.status === 'kept' ? 'hs-done' : late || end?.status === 'broken' ? 'hs-late' : 'hs-muted'
                    }
                  >
                    {late
                      ? '超期'
                      : end
                        ? { open: '落实中', kept: '已落实', broken: '未落实' }[end.status]
                        : promiseStatuses.open}
                  </span>
                  <div>
                    <b>{d.text}</b>
                    <small>
                      {d.owner} · {due} 前{end?.words ? ` · ${end.endedOn} ${end.words}` : ''}
                    </small>
                  </div>
                </li>
              )
            })}
          </ul>
          {it.dissent.map((d) => (
            <p key={d.by + d.text} className="hs-muted">
              不同意见（{d.by}）：{d.text}
            </p>
          ))}
        </Panel>
      ))}
      {moving && <Move m={m} onClose={() => setMoving(false)} />}
      {recording && <RecordItem m={m} item={recording} onClose={() => setRecording(null)} />}
      <Modal
        open={ending}
        title="结束会议，形成纪要"
        okText="结束会议"
        cancelText="返回"
        confirmLoading={busy !== ''}
        onCancel={() => setEnding(false)}
        onOk={async () => {
          const attendees = names.split(/[、，,\s]+/).filter(Boolean)
          if (
            await send(
              'end',
              (requestId) =>
                call(dutyRoutes.endMeeting, { params: { id }, body: { requestId, version: m.version, attendees } }),
              '纪要已形成',
            )
          )
            setEnding(false)
        }}
      >
        <Sentence error={error} />
        <Field label="参加人" hint="用顿号隔开；结束后纪要不能再改" wrong={fields.attendees}>
          <Input.TextArea value={names} onChange={(e) => setNames(e.target.value)} autoSize />
        </Field>
      </Modal>
    </>
  )
}
