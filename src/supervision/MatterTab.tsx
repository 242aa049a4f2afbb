import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { addDays, type Day } from '../kit/day.ts'
import { Sentence, usePhone } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { useWrite } from '../kit/ui/Rows.tsx'
import { has } from '../people/me.ts'
import { StaffPicker, UnitPicker } from '../people/pickers.tsx'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import { SupervisionList } from './Supervision.tsx'
import { superviseRoutes as r } from './supervise.routes.ts'
import { adviceKinds, type Cause, causes, type Fault, faults, usualAnswerDays } from './supervise.ts'

const options = (choice: Record<string, string>) => Object.entries(choice).map(([value, label]) => ({ value, label }))
const wrongOf = (e: unknown) => (e instanceof Failure ? e.fields : {})
type FormProps = MatterPanelProps & { onClose: () => void }
const shows = ['supervisions', 'advices', 'accountabilities']

function Issue({ view, me, reload, onClose }: FormProps) {
  const { matter } = view
  const draft = useDraft(`supervise:${matter.id}`, {
    fault: 'shirking' as Fault,
    facts: '',
    demand: '',
    staffId: matter.mainHandlerId ?? matter.holderId,
    answerDueOn: addDays(me.today, usualAnswerDays) as string,
    listed: false,
  })
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.supervise, {
        body: {
          requestId,
          petitionId: matter.id,
          ...value,
          staffId: value.staffId ?? '',
          answerDueOn: value.answerDueOn as Day,
        },
      }),
    shows,
    {
      says: '督办已发出，通知书已归入本事项文书',
      done: () => {
        draft.clear()
        reload()
        onClose()
      },
    },
  )
  const wrong = wrongOf(save.error)
  return (
    <div className="hs-stack">
      <Field label="情形" wrong={wrong.fault}>
        <Select
          value={value.fault}
          options={options(faults)}
          onChange={(fault) => set((v) => ({ ...v, fault: fault as Fault }))}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="发现的事实" wrong={wrong.facts}>
        <Input.TextArea
          value={value.facts}
          maxLength={2000}
          autoSize={{ minRows: 3 }}
          onChange={(e) => set((v) => ({ ...v, facts: e.target.value }))}
        />
      </Field>
      <Field label="要求" wrong={wrong.demand}>
        <Input.TextArea
          value={value.demand}
          maxLength={1000}
          autoSize={{ minRows: 2 }}
          onChange={(e) => set((v) => ({ ...v, demand: e.target.value }))}
        />
      </Field>
      <Field label="被督办人" wrong={wrong.staffId}>
        <StaffPicker value={value.staffId} onChange={(staffId) => set((v) => ({ ...v, staffId }))} />
      </Field>
      <Field label="答复期限" wrong={wrong.answerDueOn}>
        <Input
          type="date"
          value={value.answerDueOn}
          onChange={(e) => set((v) => ({ ...v, answerDueOn: e.target.value }))}
        />
      </Field>
      {has(me, 'townLeader') && (
        <Checkbox checked={value.listed} onChange={(e) => set((v) => ({ ...v, listed: e.target.checked }))}>
          挂牌督办
        </Checkbox>
      )}
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          发出督办通知
        </Button>
      </div>
    </div>
  )
}

function Advise({ view, reload, onClose }: FormProps) {
  const { matter } = view
  const draft = useDraft(`advise:${matter.id}`, {
    kind: 'work' as keyof typeof adviceKinds,
    problem: '',
    advice: '',
    unitId: matter.mainUnitId,
  })
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.advise, { body: { requestId, petitionId: matter.id, ...value, unitId: value.unitId ?? '' } }),
    shows,
    {
      says: '建议书已出具，三十日内书面反馈',
      done: () => {
        draft.clear()
        reload()
        onClose()
      },
    },
  )
  const wrong = wrongOf(save.error)
  return (
    <div className="hs-stack">
      <Field label="类别">
        <Select
          value={value.kind}
          options={options(adviceKinds)}
          onChange={(kind) => set((v) => ({ ...v, kind: kind as keyof typeof adviceKinds }))}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="问题" wrong={wrong.problem}>
        <Input.TextArea
          value={value.problem}
          maxLength={2000}
          autoSize={{ minRows: 3 }}
          onChange={(e) => set((v) => ({ ...v, problem: e.target.value }))}
        />
      </Field>
      <Field label="建议" wrong={wrong.advice}>
        <Input.TextArea
          value={value.advice}
          maxLength={2000}
          autoSize={{ minRows: 3 }}
          onChange={(e) => set((v) => ({ ...v, advice: e.target.value }))}
        />
      </Field>
      <Field label="单位" wrong={wrong.unitId}>
        <UnitPicker value={value.unitId} onChange={(unitId) => set((v) => ({ ...v, unitId }))} />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          出具建议书
        </Button>
      </div>
    </div>
  )
}

function Raise({ view, onClose }: FormProps) {
  const { matter } = view
  const known = useQuery({
    queryKey: ['accountability-facts', matter.id],
    queryFn: () => call(r.factsOf, { params: { id: matter.id } }),
  })
  const draft = useDraft(`raise:${matter.id}`, {
    cause: 'A45' as Cause,
    picked: [] as number[],
    own: '',
    ownEvidence: '',
    collective: false,
    members: [{ staffId: matter.mainHandlerId, dissent: '', minutes: '' }],
    deciderId: null as string | null,
  })
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
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
    {
      says: '已提交给决定人，并告知有关人员可以陈述和申辩',
      done: () => {
        draft.clear()
        onClose()
      },
    },
  )
  const wrong = wrongOf(save.error)
  return (
    <div className="hs-stack">
      <p className="hs-note">只写事实和证据。系统不认定责任，由您选定的人决定。</p>
      <Field label="情形">
        <Select
          value={value.cause}
          options={options(causes)}
          onChange={(cause) => set((v) => ({ ...v, cause: cause as Cause }))}
          style={{ width: '100%' }}
        />
      </Field>
      <fieldset>
        <legend>记录里能看到的事实</legend>
        {known.data?.length === 0 && <p className="hs-muted">记录里没有超期或未答复的事实。</p>}
        {known.data?.map((f, i) => (
          <p key={f.text}>
            <Checkbox
              checked={value.picked.includes(i)}
              onChange={(e) =>
                set((v) => ({ ...v, picked: e.target.checked ? [...v.picked, i] : v.picked.filter((x) => x !== i) }))
              }
            >
              {f.text}
            </Checkbox>
          </p>
        ))}
      </fieldset>
      <Field label="另外的事实" wrong={wrong.facts}>
        <Input.TextArea
          value={value.own}
          maxLength={500}
          onChange={(e) => set((v) => ({ ...v, own: e.target.value }))}
        />
      </Field>
      <Field label="它的证据">
        <Input
          value={value.ownEvidence}
          maxLength={300}
          onChange={(e) => set((v) => ({ ...v, ownEvidence: e.target.value }))}
        />
      </Field>
      <Checkbox checked={value.collective} onChange={(e) => set((v) => ({ ...v, collective: e.target.checked }))}>
        属于集体决定的事项
      </Checkbox>
      {value.members.map((m, i) => {
        const change = (more: Partial<typeof m>) =>
          set((v) => ({ ...v, members: v.members.map((x, k) => (k === i ? { ...x, ...more } : x)) }))
        return (
          <div key={i} className="hs-fields">
            <Field label={`有关人员 ${i + 1}`} wrong={wrong[`members.${i}.staffId`]}>
              <StaffPicker value={m.staffId} onChange={(staffId) => change({ staffId })} />
            </Field>
            <Field label={`会议上的不同意见 ${i + 1}`} wrong={wrong.members}>
              <Input value={m.dissent} maxLength={500} onChange={(e) => change({ dissent: e.target.value })} />
            </Field>
            <Field label={`见于会议纪要 ${i + 1}`}>
              <Input value={m.minutes} maxLength={120} onChange={(e) => change({ minutes: e.target.value })} />
            </Field>
          </div>
        )
      })}
      <div className="hs-actions">
        <Button
          size="small"
          onClick={() => set((v) => ({ ...v, members: [...v.members, { staffId: null, dissent: '', minutes: '' }] }))}
        >
          增加人员
        </Button>
      </div>
      <Field label="决定人" hint="党政主要领导或纪检联络员" wrong={wrong.deciderId}>
        <StaffPicker
          value={value.deciderId}
          roles={['townLeader', 'disciplineLiaison']}
          onChange={(deciderId) => set((v) => ({ ...v, deciderId }))}
        />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          提交
        </Button>
      </div>
    </div>
  )
}

const forms = { issue: '督办', advise: '提出建议', raise: '提交追责线索' } as const

/** On the matter page: what has been supervised, and for those who may, the forms. */
export default function MatterTab(props: MatterPanelProps) {
  const { view, me } = props
  const phone = usePhone()
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
        <Drawer open title={forms[open]} onClose={close} size={phone ? '100%' : 600} destroyOnHidden>
          {open === 'issue' && <Issue {...props} onClose={close} />}
          {open === 'advise' && <Advise {...props} onClose={close} />}
          {open === 'raise' && <Raise {...props} onClose={close} />}
        </Drawer>
      )}
    </div>
  )
}
