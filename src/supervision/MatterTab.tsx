import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { addDays } from '../kit/day.ts'
import { Sentence } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { ChoiceField, DayField, Form, Side, TextField, useForm } from '../kit/ui/Form.tsx'
import { unbroken } from '../kit/ui/unbroken.tsx'
import { has, usePlaces } from '../people/me.ts'
import { StaffPicker, UnitPicker } from '../people/pickers.tsx'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import { SupervisionList } from './Supervision.tsx'
import { superviseRoutes as r } from './supervise.routes.ts'
import { adviceKinds, type Cause, causes, dissentOf, type Fault, faults, usualAnswerDays } from './supervise.ts'

type FormProps = MatterPanelProps & { onClose: () => void }
const shows = ['supervisions', 'advices', 'accountabilities']

function Issue({ view, me, reload, onClose }: FormProps) {
  const { matter } = view
  const leads = has(me, 'townLeader')
  const form = useForm({
    keep: `supervise:${matter.id}`,
    start: {
      fault: 'shirking' as Fault,
      facts: '',
      demand: '',
      staffId: matter.mainHandlerId ?? matter.holderId,
      answerDueOn: addDays(me.today, usualAnswerDays),
      listed: false,
      deciderId: null as string | null,
    },
    send: (value, requestId) =>
      call(r.supervise, { body: { requestId, petitionId: matter.id, ...value, staffId: value.staffId ?? '' } }),
    shows,
    says: leads ? '督办已发出，通知书已归入本事项文书' : '已办理，见下面的督办',
    done: () => {
      reload()
      onClose()
    },
  })
  return (
    <Form form={form} button={form.value.listed && !leads ? '报请挂牌督办' : '发出督办通知'}>
      <ChoiceField form={form} name="fault" label="情形" choices={faults} />
      <TextField form={form} name="facts" label="发现的事实" max={2000} rows={3} />
      <TextField form={form} name="demand" label="要求" max={1000} rows={2} />
      <Field label="被督办人" wrong={form.wrong.staffId}>
        <StaffPicker value={form.value.staffId} onChange={(staffId) => form.set({ staffId })} />
      </Field>
      <DayField form={form} name="answerDueOn" label="答复期限" today={me.today} ahead />
      <Checkbox checked={form.value.listed} onChange={(e) => form.set({ listed: e.target.checked })}>
        {leads ? '挂牌督办' : '报请挂牌督办'}
      </Checkbox>
      {form.value.listed && !leads && (
        <Field label="报请决定" hint="由党政主要领导决定，同意以后才出具通知书" wrong={form.wrong.deciderId}>
          <StaffPicker
            value={form.value.deciderId}
            roles={['townLeader']}
            onChange={(deciderId) => form.set({ deciderId })}
          />
        </Field>
      )}
    </Form>
  )
}

function Advise({ view, reload, onClose }: FormProps) {
  const { matter } = view
  const form = useForm({
    keep: `advise:${matter.id}`,
    start: { kind: 'work' as keyof typeof adviceKinds, problem: '', advice: '', unitId: matter.mainUnitId },
    send: (value, requestId) =>
      call(r.advise, { body: { requestId, petitionId: matter.id, ...value, unitId: value.unitId ?? '' } }),
    shows,
    says: '建议书已出具，三十日内书面反馈',
    done: () => {
      reload()
      onClose()
    },
  })
  return (
    <Form form={form} button="出具建议书">
      <ChoiceField form={form} name="kind" label="类别" choices={adviceKinds} />
      <TextField form={form} name="problem" label="问题" max={2000} rows={3} />
      <TextField form={form} name="advice" label="建议" max={2000} rows={3} />
      <Field label="单位" wrong={form.wrong.unitId}>
        <UnitPicker value={form.value.unitId} onChange={(unitId) => form.set({ unitId })} />
      </Field>
    </Form>
  )
}

function Raise({ view, onClose }: FormProps) {
  const { matter } = view
  const known = useQuery({
    queryKey: ['accountability-facts', matter.id],
    queryFn: () => call(r.factsOf, { params: { id: matter.id } }),
  })
  const { staff } = usePlaces()
  const nameOf = (id: string) => staff.find((p) => p.id === id)?.name ?? ''
  const minutes = useQuery({
    queryKey: ['recorded-dissents', matter.id],
    queryFn: () => call(r.dissentsOn, { params: { id: matter.id } }),
  })
  const form = useForm({
    keep: `raise:${matter.id}`,
    start: {
      cause: 'A45' as Cause,
      picked: [] as number[],
      own: '',
      ownEvidence: '',
      collective: false,
      members: [{ staffId: matter.mainHandlerId, dissent: '', minutes: '' }],
      deciderId: null as string | null,
    },
    send: (value, requestId) =>
      call(r.raise, {
        body: {
          requestId,
          petitionId: matter.id,
          cause: value.cause,
          collective: value.collective,
          facts: [
            ...value.picked.flatMap((i) => known.data?.[i] ?? []),
            ...(value.own ? [{ text: value.own, evidence: value.ownEvidence }] : []),
          ],
          members: value.members.map((m) => ({ ...m, staffId: m.staffId ?? '' })),
          deciderId: value.deciderId ?? '',
        },
      }),
    shows,
    says: '已提交给决定人，并告知有关人员可以陈述和申辩',
    done: onClose,
  })
  const { value, set, wrong } = form
  const noEvidence = Object.entries(wrong).find(([k]) => /^facts\.\d+\.evidence$/.test(k))?.[1]
  const fact = { ...form, wrong: { own: wrong.facts, ownEvidence: noEvidence } }
  return (
    <Form form={form} button="提交">
      <p className="hs-note">只写事实和证据。系统不认定责任，由您选定的人决定。</p>
      <ChoiceField form={form} name="cause" label="情形" choices={causes} />
      <fieldset className="hs-pick">
        <legend>记录里能看到的事实</legend>
        {known.data?.length === 0 && <p className="hs-muted">记录里没有超期或未答复的事实。</p>}
        {known.data?.map((f, i) => (
          <p key={f.text}>
            <Checkbox
              checked={value.picked.includes(i)}
              onChange={(e) =>
                set((v) => ({ picked: e.target.checked ? [...v.picked, i] : v.picked.filter((x) => x !== i) }))
              }
            >
              {unbroken(f.text)}
            </Checkbox>
          </p>
        ))}
      </fieldset>
      {!!minutes.data?.length && (
        <fieldset className="hs-pick">
          <legend>纪要里的不同意见</legend>
          {minutes.data.map((d, i) => (
            <p key={i}>
              {d.by}：{d.text}
              <span className="hs-muted">{unbroken(`（${d.minutes}）`)}</span>
            </p>
          ))}
          <p className="hs-muted">列为有关人员的，纪要里本人的不同意见随线索一并提交，不填也在。</p>
        </fieldset>
      )}
      <TextField form={fact} name="own" label="另外的事实" max={500} rows={2} />
      <TextField form={fact} name="ownEvidence" label="它的证据" max={300} />
      <Checkbox checked={value.collective} onChange={(e) => set({ collective: e.target.checked })}>
        属于集体决定的事项
      </Checkbox>
      {value.members.map((m, i) => {
        const recorded = m.staffId ? dissentOf(minutes.data ?? [], m.staffId, nameOf(m.staffId)) : null
        const change = (more: Partial<typeof m>) =>
          set((v) => ({ members: v.members.map((x, k) => (k === i ? { ...x, ...more } : x)) }))
        return (
          <div key={i} className="hs-fields">
            <Field label={`有关人员 ${i + 1}`} wrong={wrong[`members.${i}.staffId`]}>
              <StaffPicker value={m.staffId} onChange={(staffId) => change({ staffId })} />
            </Field>
            <Field label={`会议上的不同意见 ${i + 1}`} wrong={wrong[`members.${i}.dissent`]}>
              <Input
                value={m.dissent}
                maxLength={500}
                placeholder={recorded?.dissent}
                onChange={(e) => change({ dissent: e.target.value })}
              />
            </Field>
            <Field label={`见于会议纪要 ${i + 1}`} wrong={wrong[`members.${i}.minutes`]}>
              <Input
                value={m.minutes}
                maxLength={120}
                placeholder={recorded?.minutes}
                onChange={(e) => change({ minutes: e.target.value })}
              />
            </Field>
            {value.members.length > 1 && (
              <div className="hs-actions">
                <Button
                  size="small"
                  aria-label={`去掉有关人员 ${i + 1}`}
                  onClick={() => set((v) => ({ members: v.members.filter((_, k) => k !== i) }))}
                >
                  去掉
                </Button>
              </div>
            )}
          </div>
        )
      })}
      <div className="hs-actions">
        <Button
          size="small"
          onClick={() => set((v) => ({ members: [...v.members, { staffId: null, dissent: '', minutes: '' }] }))}
        >
          增加人员
        </Button>
      </div>
      <Field label="决定人" hint="党政主要领导或纪检联络员" wrong={wrong.deciderId}>
        <StaffPicker
          value={value.deciderId}
          roles={['townLeader', 'disciplineLiaison']}
          onChange={(deciderId) => set({ deciderId })}
        />
      </Field>
    </Form>
  )
}

const forms = { issue: '督办', advise: '提出建议', raise: '提交追责线索' } as const

/** On the matter page: what has been supervised, and for those who may, the forms. */
export default function MatterTab(props: MatterPanelProps) {
  const { view, me } = props
  const [open, setOpen] = useState<keyof typeof forms | null>(null)
  const q = useQuery({
    queryKey: ['supervisions', view.matter.id],
    queryFn: () => call(r.supervisions, { query: { petitionId: view.matter.id } }),
  })
  const may = has(me, 'petitionHead', 'townLeader') && !view.matter.sealed
  const close = () => setOpen(null)
  return (
    <div className="hs-stack">
      {may && (
        <div className="hs-actions">
          {(Object.keys(forms) as (keyof typeof forms)[]).map((k) => (
            <Button key={k} onClick={() => setOpen(k)}>
              {forms[k]}
            </Button>
          ))}
        </div>
      )}
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.data && <SupervisionList rows={q.data} />}
      {open && (
        <Side title={forms[open]} onClose={close} wide={600}>
          {open === 'issue' && <Issue {...props} onClose={close} />}
          {open === 'advise' && <Advise {...props} onClose={close} />}
          {open === 'raise' && <Raise {...props} onClose={close} />}
        </Side>
      )}
    </div>
  )
}
