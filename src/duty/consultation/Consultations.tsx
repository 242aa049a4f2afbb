import { useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Select } from 'antd'
import { type ComponentProps, useState } from 'react'
import { Link } from 'react-router'
import { options } from '../../kit/choice.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has, useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { contactWays } from '../../petitions/petition.ts'
import { GradeTag } from '../../petitions/tags.tsx'
import { type ConsultationRow, dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { Said } from '../ui/Said.tsx'
import { type Attendee, attendeeRoles, consultationStatuses, type Held, neededRoles } from './consultation.ts'

const keys = [['consultations'], ['promises'], ['matter'], ['petitions']] as const
/** By when, how that day was counted, and after it why. */
function Within({ dueOn, why, on, reason, set, wrong }: Late) {
  if (!dueOn) return null
  return (
    <>
      <details className="hs-muted">
        <summary>应在 {dueOn} 前会诊（两个工作日）· 为什么是这天</summary>
        <ul className="hs-plain">
          {why.map((w) => (
            <li key={w}>{w}</li>
          ))}
        </ul>
      </details>
      {on > dueOn && (
        <Field label="晚于两个工作日的理由" hint="记在会诊记录和全程记录里" wrong={wrong}>
          <Input.TextArea value={reason} maxLength={300} autoSize onChange={(e) => set(e.target.value)} />
        </Field>
      )}
    </>
  )
}
interface Late {
  dueOn: Day | null
  why: string[]
  on: Day
  reason: string
  set: (reason: string) => void
  wrong?: string
}

/** Call a consultation, or put one that is called on another day. */
function Call({
  petitionId,
  dueOn,
  why = [],
  planned,
  onClose,
}: {
  petitionId: string
  dueOn: Day | null
  why?: string[]
  planned?: ConsultationRow
  onClose: () => void
}) {
  const me = useMe()
  const [v, setV] = useState({
    planOn: planned && planned.planOn > me.today ? planned.planOn : me.today,
    place: planned?.place ?? '镇信访接待室',
    lateReason: planned?.lateReason ?? '',
  })
  const [attendees, setAttendees] = useState<Attendee[]>(seats)
  const { send, busy, error, fields } = useSend(keys)
  const go = (requestId: string) =>
    planned
      ? call(dutyRoutes.replanConsultation, {
          params: { id: planned.id },
          body: { requestId, version: planned.version, ...v },
        })
      : call(dutyRoutes.callConsultation, {
          body: { requestId, petitionId, ...v, attendees: attendees.filter((a) => a.name !== '') },
        })
  return (
    <Modal
      open
      width={560}
      title={planned ? `会诊改期：${planned.number}` : '召集会诊'}
      okText={planned ? '改期' : '召集'}
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        if (await send('call', go, planned ? '已改期，参加的人收到通知' : '已召集，参加的人收到通知')) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="会诊日期" wrong={fields.planOn}>
        <DayInput value={v.planOn} today={me.today} ahead onChange={(d) => setV({ ...v, planOn: d as Day })} />
      </Field>
      <Field label="地点">
        <Input value={v.place} maxLength={100} onChange={(e) => setV({ ...v, place: e.target.value })} />
      </Field>
      <Within
        dueOn={dueOn}
        why={why}
        on={v.planOn}
        reason={v.lateReason}
        set={(lateReason) => setV({ ...v, lateReason })}
        wrong={fields.lateReason}
      />
      {!planned && (
        <Seats
          list={attendees}
          set={setAttendees}
          legend="请谁参加"
          wrong={(of) => fields[of ? `attendees.${of}` : 'attendees']}
        />
      )}
    </Modal>
  )
}

const seats: Attendee[] = neededRoles.map((role) => ({ role, name: '' }))

/** Who takes part: the first three by their account, the others by name. */
function Seats({
  list,
  set,
  legend,
  wrong,
}: {
  list: Attendee[]
  set: (next: Attendee[]) => void
  legend: string
  wrong: (of: string) => string | undefined
}) {
  const put = (i: number, more: Partial<Attendee>) => set(list.map((y, n) => (n === i ? { ...y, ...more } : y)))
  return (
    <fieldset className="hs-field hs-stackless">
      <legend>{legend}</legend>
      {list.map((a, i) => (
        <div key={i} className="hs-said">
          <Select
            aria-label={`参加人 ${i + 1} 身份`}
            value={a.role}
            options={options(attendeeRoles)}
            onChange={(role) => put(i, { role })}
          />
          {(neededRoles as readonly string[]).includes(a.role) ? (
            <StaffPicker
              aria-label={`参加人 ${i + 1} 姓名`}
              value={a.staffId ?? null}
              onChange={(staffId, s) => put(i, { staffId, name: s?.name ?? '' })}
            />
          ) : (
            <Input
              aria-label={`参加人 ${i + 1} 姓名`}
              value={a.name}
              onChange={(e) => put(i, { name: e.target.value })}
            />
          )}
          <Button size="small" aria-label={`去掉参加人 ${i + 1}`} onClick={() => set(list.filter((_, n) => n !== i))}>
            去掉
          </Button>
          {wrong(`${i}.name`) && <div className="hs-wrong">{wrong(`${i}.name`)}</div>}
        </div>
      ))}
      <Button size="small" onClick={() => set([...list, { role: 'unit', name: '' }])}>
        加参加人
      </Button>
      {wrong('') && <div className="hs-wrong">{wrong('')}</div>}
    </fieldset>
  )
}

function Record({ c, onClose }: { c: ConsultationRow; onClose: () => void }) {
  const me = useMe()
  const draft = useDraft<Held>(`consultation:${c.id}`, {
    heldOn: me.today,
    attendees: c.attendees.length ? c.attendees : seats,
    options: [{ by: '', text: '' }],
    dissent: [],
    decision: '',
    ownerId: me.staffId,
    promisedOn: '' as Day,
    lateReason: '',
  })
  const { value: v, set } = draft
  const { send, busy, error, fields } = useSend(keys)
  const wrong = (k: string) => fields[k] ?? fields[`held.${k}`]
  const of = (list: string) => (line: string) => wrong(line ? `${list}.${line}` : list)
  return (
    <Modal
      open
      width={680}
      title={`会诊记录：${c.number}`}
      okText="保存记录"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'hold',
          (requestId) =>
            call(dutyRoutes.holdConsultation, {
              params: { id: c.id },
              body: { requestId, version: c.version, held: v },
            }),
          '已记录，请把决定和日期告知信访人',
        )
        if (done) {
          draft.clear()
          onClose()
        }
      }}
    >
      <Sentence error={error} />
      <Field label="会诊日期" wrong={wrong('heldOn')}>
        <DayInput value={v.heldOn} today={me.today} onChange={(d) => set({ ...v, heldOn: d as Day })} />
      </Field>
      {!c.lateReason && (
        <Within
          dueOn={c.dueOn}
          why={[]}
          on={v.heldOn}
          reason={v.lateReason}
          set={(lateReason) => set({ ...v, lateReason })}
          wrong={wrong('lateReason')}
        />
      )}
      <Seats
        list={v.attendees}
        set={(attendees) => set({ ...v, attendees })}
        legend="参加人（接待人员、信访部门负责人、分管领导必须参加）"
        wrong={of('attendees')}
      />
      <Said label="方案" add="加方案" list={v.options} set={(x) => set({ ...v, options: x })} wrong={of('options')} />
      <Said
        label="不同意见"
        hint="照记，明确反对的不担责"
        add="加不同意见"
        list={v.dissent}
        set={(x) => set({ ...v, dissent: x })}
        wrong={of('dissent')}
      />
      <Field label="会诊决定" wrong={wrong('decision')}>
        <Input.TextArea
          value={v.decision}
          onChange={(e) => set({ ...v, decision: e.target.value })}
          autoSize={{ minRows: 2 }}
          maxLength={2000}
        />
      </Field>
      <div className="hs-fields">
        <Field label="落实的责任人" wrong={wrong('ownerId')}>
          <StaffPicker value={v.ownerId} onChange={(x) => set({ ...v, ownerId: x ?? '' })} />
        </Field>
        <Field label="承诺办结的日期" hint="不能晚于法定期限" wrong={wrong('promisedOn')}>
          <DayInput value={v.promisedOn} today={me.today} ahead onChange={(d) => set({ ...v, promisedOn: d as Day })} />
        </Field>
      </div>
    </Modal>
  )
}

function Tell({ c, onClose }: { c: ConsultationRow; onClose: () => void }) {
  const me = useMe()
  const [v, setV] = useState({ toldOn: me.today, way: 'phone' as keyof typeof contactWays, said: '' })
  const { send, busy, error, fields } = useSend(keys)
  return (
    <Modal
      open
      title={`告知信访人：${c.number}`}
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        if (
          await send(
            'tell',
            (requestId) =>
              call(dutyRoutes.tellConsultation, {
                params: { id: c.id },
                body: { requestId, version: c.version, ...v },
              }),
            '已记录',
          )
        )
          onClose()
      }}
    >
      <Sentence error={error} />
      <p>
        {c.decision}；{c.promisedOn} 前办结。
      </p>
      <Field label="告知日期" wrong={fields.toldOn}>
        <DayInput value={v.toldOn} today={me.today} onChange={(d) => setV({ ...v, toldOn: d as Day })} />
      </Field>
      <Field label="方式">
        <Select
          value={v.way}
          options={options(contactWays)}
          onChange={(way) => setV({ ...v, way })}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="信访人说了什么">
        <Input.TextArea
          value={v.said}
          onChange={(e) => setV({ ...v, said: e.target.value })}
          autoSize
          maxLength={500}
        />
      </Field>
    </Modal>
  )
}

const late = (c: ConsultationRow) => c.dueOn !== null && (c.heldOn ?? c.planOn) > c.dueOn

/** Consultations, of one matter or all that the person sees. */
export function ConsultationList({ petitionId }: { petitionId?: string }) {
  const me = useMe()
  const may = has(me, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader')
  const q = useQuery({
    queryKey: ['consultations', petitionId ?? 'all'],
    queryFn: () => call(dutyRoutes.consultations, { query: { petitionId } }),
  })
  const [calling, setCalling] = useState<Omit<ComponentProps<typeof Call>, 'onClose'> | null>(null)
  const [recording, setRecording] = useState<ConsultationRow | null>(null)
  const [telling, setTelling] = useState<ConsultationRow | null>(null)
  if (!q.data) return q.error ? <Sentence error={q.error} retry={() => void q.refetch()} /> : <Waiting rows={3} />
  const { rows, waiting } = q.data
  return (
    <>
      {waiting.length > 0 && (
        <ul className="hs-cases" aria-label="等待会诊">
          {waiting.map((w) => (
            <li key={w.id}>
              <GradeTag grade={w.grade} />
              <div>
                {petitionId ? '重大初信初访，应当会诊' : <Link to={`/matter/${w.id}`}>{w.title}</Link>}
                <small className={w.dueOn && w.dueOn < me.today ? 'hs-late' : undefined}>
                  {petitionId ? '' : `${w.number} · `}
                  {w.dueOn
                    ? `${w.dueOn} 前召集（两个工作日）${w.dueOn < me.today ? `，已过 ${daysBetween(w.dueOn, me.today)} 天` : ''}`
                    : w.uncounted
                      ? '两个工作日内召集；到哪天为止，等当年的放假安排公布导入后补算'
                      : '由台账接管，没有计算召集期限'}
                </small>
                {w.why.length > 0 && (
                  <details className="hs-muted">
                    <summary>为什么是这天</summary>
                    <ul className="hs-plain">
                      {w.why.map((x) => (
                        <li key={x}>{x}</li>
                      ))}
                    </ul>
                  </details>
                )}
              </div>
              <div className="hs-case-do">
                {may && (
                  <Button
                    size="small"
                    type="primary"
                    onClick={() => setCalling({ petitionId: w.id, dueOn: w.dueOn, why: w.why })}
                  >
                    召集会诊
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {rows.length === 0 && waiting.length === 0 && <Nothing>没有会诊，也没有等待会诊的重大初信初访。</Nothing>}
      <ul className={waiting.length > 0 ? 'hs-cases hs-cases-on' : 'hs-cases'}>
        {rows.map((c) => (
          <li key={c.id}>
            <span className={c.status === 'told' ? 'hs-done' : 'hs-soon'}>{consultationStatuses[c.status]}</span>
            <div>
              {petitionId ? (
                <b>{c.heldOn ?? c.planOn} 会诊</b>
              ) : (
                <>
                  <Link to={`/matter/${c.petitionId}`}>{c.title}</Link>{' '}
                  <span className="hs-muted hs-unbroken">{c.number}</span>
                </>
              )}
              <small>
                {c.calledOn} 由{c.calledByName}召集，{c.planOn} {c.place}
                {c.status === 'called' &&
                  c.attendees.length > 0 &&
                  `；请了${c.attendees.map((a) => a.name).join('、')}`}
              </small>
              {late(c) && (
                <small className="hs-late">
                  晚于两个工作日（{c.dueOn} 前）{c.lateReason ? `，理由：${c.lateReason}` : ''}
                </small>
              )}
              {c.decision && (
                <small>
                  决定：{c.decision}；承诺 {c.promisedOn} 前；参加：{c.attendees.map((a) => a.name).join('、')}
                  {c.dissent.length > 0 && `；不同意见：${c.dissent.map((d) => `${d.by}——${d.text}`).join('；')}`}
                </small>
              )}
              {c.toldOn && <small>{c.toldOn} 已告知信访人</small>}
            </div>
            <div className="hs-case-do">
              {may && c.status === 'called' && (
                <>
                  <Button size="small" type="primary" onClick={() => setRecording(c)}>
                    记录会诊
                  </Button>
                  <Button
                    size="small"
                    onClick={() => setCalling({ petitionId: c.petitionId, dueOn: c.dueOn, planned: c })}
                  >
                    改期
                  </Button>
                </>
              )}
              {may && c.status === 'held' && (
                <Button size="small" type="primary" onClick={() => setTelling(c)}>
                  告知信访人
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {calling && <Call {...calling} onClose={() => setCalling(null)} />}
      {recording && <Record c={recording} onClose={() => setRecording(null)} />}
      {telling && <Tell c={telling} onClose={() => setTelling(null)} />}
    </>
  )
}

/** 会诊: major first petitions, called within two working days. */
export default function Consultations() {
  return (
    <>
      <PageHead title="会诊">
        <span className="hs-muted">重大初信初访（第一次反映，红色或重点），定为重大之日起两个工作日内会诊</span>
      </PageHead>
      <Panel label="会诊">
        <ConsultationList />
      </Panel>
    </>
  )
}
