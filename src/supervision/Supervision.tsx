import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { addDays, type Day } from '../kit/day.ts'
import { PageHead, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { DayField, Form, Side, TextField, useForm } from '../kit/ui/Form.tsx'
import { Rows, Sections } from '../kit/ui/Rows.tsx'
import { unbroken } from '../kit/ui/unbroken.tsx'
import { useMe } from '../people/me.ts'
import {
  type AccountabilityRow,
  type AdviceRow,
  superviseRoutes as r,
  type SupervisionRow,
} from './supervise.routes.ts'
import { adoptions, adviceKinds, causes, faults, states, usualAnswerDays } from './supervise.ts'

const shows = ['supervisions', 'advices', 'accountabilities', 'petitions']

/** One long text and a button: the answer, the correction, the reason. */
function Words({
  draftKey,
  label,
  button,
  send,
  says,
  onClose,
  more,
  confirm,
}: {
  draftKey: string
  label: string
  button: string
  send: (text: string, requestId: string) => Promise<unknown>
  says: string
  onClose: () => void
  more?: ReactNode
  confirm?: string | undefined
}) {
  const form = useForm({
    keep: draftKey,
    start: { text: '' },
    send: ({ text }, requestId) => send(text, requestId),
    shows,
    says,
    done: onClose,
  })
  return (
    <Form form={form} button={button} {...(confirm ? { confirm } : {})}>
      {more}
      <TextField
        form={{ ...form, wrong: { text: Object.values(form.wrong)[0] } }}
        name="text"
        label={label}
        max={2000}
        rows={4}
      />
    </Form>
  )
}

/** What it is about, over the answer, the correction and the check: one need not close the form to read it. */
function About({ row }: { row: SupervisionRow }) {
  return (
    <>
      <p className="hs-text">
        {row.matter} {faults[row.fault]}。{row.facts}；要求：{row.demand}
      </p>
      <Steps row={row} />
    </>
  )
}

/** Every step with its day and its person, none overwritten by a later one. */
function Steps({ row }: { row: SupervisionRow }) {
  return (
    <ul className="hs-plain" aria-label="经过">
      {row.steps.map((t, i) => (
        <li key={i}>
          <span className="hs-muted">{unbroken(`${t.on} ${t.by}`)}</span> {unbroken(t.says)}
        </li>
      ))}
    </ul>
  )
}

function Check({ row, onClose }: { row: SupervisionRow; onClose: () => void }) {
  const me = useMe()
  const form = useForm({
    start: { note: '', correctDueOn: '' as Day | '' },
    send: ({ note, correctDueOn }, requestId, enough: boolean) =>
      call(r.checkSupervision, {
        params: { id: row.id },
        body: { requestId, version: row.version, enough, note, correctDueOn: enough ? null : correctDueOn || null },
      }),
    shows,
    says: '已核查',
    done: onClose,
  })
  return (
    <Form
      form={form}
      button="核查办结"
      how={true}
      confirm="办结后不能再责令整改。确定办结吗？"
      other={
        <Button loading={form.busy} onClick={() => form.submit(false)}>
          责令整改
        </Button>
      }
    >
      <About row={row} />
      <TextField form={form} name="note" label="核查情况" max={1000} rows={2} />
      <DayField form={form} name="correctDueOn" label="整改期限" hint="责令整改时填写" today={me.today} ahead />
    </Form>
  )
}

/** The principal leader lists it, or says why not: what there is to decide on stands here. */
function DecideListed({ row, onClose }: { row: SupervisionRow; onClose: () => void }) {
  const me = useMe()
  const form = useForm({
    start: {
      note: '',
      answerDueOn: row.answerDueOn > me.today ? row.answerDueOn : addDays(me.today, usualAnswerDays),
    },
    send: (value, requestId, agree: boolean) =>
      call(r.decideListed, {
        params: { id: row.id },
        body: { requestId, version: row.version, agree, ...value },
      }),
    shows,
    says: '已决定',
    done: onClose,
  })
  return (
    <Form
      form={form}
      button="同意挂牌，出具通知书"
      how={true}
      other={
        <Button loading={form.busy} onClick={() => form.submit(false)}>
          不同意
        </Button>
      }
    >
      <p className="hs-text">
        {row.matter}，{faults[row.fault]}。{row.facts}；要求：{row.demand}。被督办：
        {[row.unit, row.staff].filter(Boolean).join(' ')}（{row.issuedName}报请）
      </p>
      <DayField form={form} name="answerDueOn" label="答复期限" today={me.today} ahead />
      <TextField form={form} name="note" label="意见" hint="不同意的写明理由" max={500} rows={2} />
    </Form>
  )
}

type Doing = { what: 'decide' | 'answer' | 'correct' | 'check' | 'withdraw'; row: SupervisionRow } | null
const titles = { decide: '决定挂牌', answer: '答复督办', correct: '报告整改', check: '核查', withdraw: '撤销督办' }

const due = (row: SupervisionRow, today: string) => {
  const on = row.state === 'issued' ? row.answerDueOn : row.state === 'correcting' ? row.correctDueOn : null
  return on ? <span className={on < today ? 'hs-late hs-unbroken' : 'hs-unbroken'}>{on}</span> : ''
}

export function SupervisionList({ rows }: { rows: SupervisionRow[] }) {
  const me = useMe()
  const [doing, setDoing] = useState<Doing>(null)
  const close = () => setDoing(null)
  const params = doing ? { id: doing.row.id } : { id: '' }
  return (
    <>
      <Rows
        label="督办"
        rows={rows}
        keyOf={(s) => s.id}
        none="没有督办。"
        columns={[
          {
            title: '事项',
            of: (s) => (
              <>
                {s.sees ? <Link to={`/matter/${s.petitionId}`}>{s.matter}</Link> : s.matter}
                <div className="hs-muted">
                  {s.listed ? '挂牌督办 ' : ''}
                  {s.documentId && s.sees ? (
                    <Link className="hs-unbroken" to={`/print/${s.petitionId}/${s.documentId}`}>
                      {s.number || '督办通知书'}
                    </Link>
                  ) : (
                    <span className="hs-unbroken">{s.number}</span>
                  )}
                </div>
              </>
            ),
          },
          { title: '情形', of: (s) => faults[s.fault] },
          { title: '事实和要求', of: (s) => `${s.facts}；要求：${s.demand}` },
          { title: '被督办', of: (s) => [s.unit, s.staff].filter(Boolean).join(' ') },
          {
            title: '状态',
            of: (s) => (
              <span className="hs-unbroken">{s.state === 'proposed' ? `待${s.decider}决定挂牌` : states[s.state]}</span>
            ),
          },
          { title: '期限', of: (s) => due(s, me.today) },
          {
            title: '经过',
            of: (s) => <Steps row={s} />,
          },
          {
            title: '办理',
            of: (s) => {
              const may = (['decide', 'answer', 'correct', 'check', 'withdraw'] as const).filter(
                (w) => s.may[w] === null,
              )
              return (
                may.length > 0 && (
                  <span className="hs-inline">
                    {may.map((what) => (
                      <Button key={what} size="small" onClick={() => setDoing({ what, row: s })}>
                        {titles[what]}
                      </Button>
                    ))}
                  </span>
                )
              )
            },
          },
        ]}
      />
      {doing && (
        <Side title={titles[doing.what]} onClose={close}>
          {doing.what === 'decide' ? (
            <DecideListed row={doing.row} onClose={close} />
          ) : doing.what === 'check' ? (
            <Check row={doing.row} onClose={close} />
          ) : (
            <Words
              draftKey={`supervision:${doing.what}:${doing.row.id}`}
              label={{ answer: '答复', correct: '整改情况', withdraw: '撤销理由' }[doing.what]}
              button={titles[doing.what]}
              says="已办理"
              onClose={close}
              more={<About row={doing.row} />}
              confirm={doing.what === 'withdraw' ? '撤销后不能恢复，记录保留。确定撤销吗？' : undefined}
              send={(text, requestId) => {
                const body = { requestId, version: doing.row.version }
                return doing.what === 'answer'
                  ? call(r.answerSupervision, { params, body: { ...body, answer: text } })
                  : doing.what === 'correct'
                    ? call(r.correctSupervision, { params, body: { ...body, correction: text } })
                    : call(r.withdrawSupervision, { params, body: { ...body, reason: text } })
              }}
            />
          )}
        </Side>
      )}
    </>
  )
}

function List() {
  const q = useQuery({ queryKey: ['supervisions'], queryFn: () => call(r.supervisions) })
  return (
    <>
      <p className="hs-muted">在事项页面的“督办与建议”里发出督办、提出建议、提交追责线索。</p>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && <SupervisionList rows={q.data} />}
    </>
  )
}

function Feedback({ row, onClose }: { row: AdviceRow; onClose: () => void }) {
  const [adopted, setAdopted] = useState<keyof typeof adoptions>('adopted')
  return (
    <Words
      draftKey={`advice:${row.id}`}
      label="采纳情况；不采纳的写明理由"
      button="书面反馈"
      says="已反馈"
      onClose={onClose}
      more={
        <>
          <p className="hs-text">{row.advice}</p>
          <Field label="是否采纳">
            <Select
              value={adopted}
              onChange={setAdopted}
              options={Object.entries(adoptions).map(([value, label]) => ({
                value: value as keyof typeof adoptions,
                label,
              }))}
              style={{ width: '100%' }}
            />
          </Field>
        </>
      }
      send={(text, requestId) =>
        call(r.feedback, { params: { id: row.id }, body: { requestId, version: row.version, adopted, feedback: text } })
      }
    />
  )
}

function Advices() {
  const [open, setOpen] = useState<AdviceRow | null>(null)
  const q = useQuery({ queryKey: ['advices'], queryFn: () => call(r.advices) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Rows
          label="建议"
          rows={q.data}
          keyOf={(a) => a.id}
          none="没有提出过建议。"
          columns={[
            {
              title: '建议书',
              of: (a) =>
                a.documentId ? (
                  <Link to={`/print/${a.petitionId}/${a.documentId}`}>{a.number || '建议书'}</Link>
                ) : (
                  a.number
                ),
            },
            { title: '类别', of: (a) => adviceKinds[a.kind] },
            { title: '问题', of: (a) => a.problem },
            { title: '建议', of: (a) => a.advice },
            { title: '单位', of: (a) => a.unit },
            { title: '反馈期限', of: (a) => a.feedbackDueOn },
            {
              title: '反馈',
              of: (a) =>
                a.adopted ? (
                  `${a.feedbackOn} ${adoptions[a.adopted]}：${a.feedback}`
                ) : a.mayFeedback ? (
                  <Button size="small" onClick={() => setOpen(a)}>
                    书面反馈
                  </Button>
                ) : (
                  '待反馈'
                ),
            },
          ]}
        />
      )}
      {open && (
        <Side title="书面反馈" onClose={() => setOpen(null)}>
          <Feedback row={open} onClose={() => setOpen(null)} />
        </Side>
      )}
    </>
  )
}

/** Facts with their evidence, and what each person says to them. */
function Case({ row }: { row: AccountabilityRow }) {
  return (
    <>
      <p className="hs-text">
        {row.matter} {causes[row.cause]}
      </p>
      <ul className="hs-plain" aria-label="事实和证据">
        {row.facts.map((f) => (
          <li key={f.text}>{unbroken(`${f.text}【${f.evidence}】`)}</li>
        ))}
      </ul>
      <ul className="hs-plain" aria-label="有关人员">
        {row.members.map((m) => (
          <li key={m.staffId}>{unbroken(memberWords(m))}</li>
        ))}
      </ul>
    </>
  )
}

const memberWords = (m: AccountabilityRow['members'][number]) =>
  `${m.name}：${m.statement || '尚未陈述'}${m.dissent ? `；不同意见：${m.dissent}（${m.minutes}）` : ''}`

/** What was decided, and of whom. */
const decidedWords = (a: AccountabilityRow) => {
  const whom = a.members.filter((m) => a.liable.includes(m.staffId)).map((m) => m.name)
  return `${a.decidedOn} ${whom.length ? `认定${whom.join('、')}承担责任` : '不予追究'}：${a.decision}`
}

function Decide({ row, onClose }: { row: AccountabilityRow; onClose: () => void }) {
  const [liable, setLiable] = useState<string[]>([])
  return (
    <Words
      draftKey={`decide:${row.id}`}
      label="决定和理由"
      button="作出决定"
      confirm="决定作出后不能更改，并告知提交人和有关人员。确定吗？"
      says="已决定"
      onClose={onClose}
      more={
        <>
          <Case row={row} />
          <Field label="认定承担责任的人" hint="可以不选，写明不予追究的理由；会议上明确反对的不承担集体责任">
            <Select
              mode="multiple"
              value={liable}
              onChange={setLiable}
              options={row.members.map((m) => ({
                value: m.staffId,
                label: `${m.name}${m.dissent ? '（有不同意见记录）' : ''}`,
              }))}
              style={{ width: '100%' }}
            />
          </Field>
        </>
      }
      send={(text, requestId) =>
        call(r.decide, { params: { id: row.id }, body: { requestId, version: row.version, liable, decision: text } })
      }
    />
  )
}

function Accountabilities() {
  const me = useMe()
  const [open, setOpen] = useState<{ what: 'state' | 'decide'; row: AccountabilityRow } | null>(null)
  const q = useQuery({ queryKey: ['accountabilities'], queryFn: () => call(r.accountabilities) })
  const close = () => setOpen(null)
  return (
    <>
      <p className="hs-note">
        这里只把事实和证据提交给有权决定的人。系统不认定责任；有关人员先陈述和申辩，会议上明确反对的不承担集体责任。
      </p>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Rows
          label="追责线索"
          rows={q.data}
          keyOf={(a) => a.id}
          none="没有由您提交、等您决定或涉及您的线索。"
          columns={[
            { title: '事项', of: (a) => a.matter },
            { title: '情形', of: (a) => causes[a.cause] },
            {
              title: '事实和证据',
              of: (a) => (
                <span className="hs-text">{unbroken(a.facts.map((f) => `${f.text}【${f.evidence}】`).join('\n'))}</span>
              ),
            },
            {
              title: '有关人员',
              of: (a) => <span className="hs-text">{unbroken(a.members.map(memberWords).join('\n'))}</span>,
            },
            { title: '决定人', of: (a) => a.decider },
            {
              title: '决定',
              of: (a) =>
                a.state !== 'open' ? (
                  decidedWords(a)
                ) : (
                  <span className="hs-inline">
                    {a.mayState && (
                      <Button size="small" onClick={() => setOpen({ what: 'state', row: a })}>
                        {a.members.find((m) => m.staffId === me.staffId)?.statement ? '补充陈述' : '陈述和申辩'}
                      </Button>
                    )}
                    {a.mayDecide && (
                      <Button size="small" onClick={() => setOpen({ what: 'decide', row: a })}>
                        作出决定
                      </Button>
                    )}
                  </span>
                ),
            },
          ]}
        />
      )}
      {open && (
        <Side title={open.what === 'state' ? '陈述和申辩' : '作出决定'} onClose={close}>
          {open.what === 'decide' ? (
            <Decide row={open.row} onClose={close} />
          ) : (
            <Words
              draftKey={`state:${open.row.id}`}
              label="陈述和申辩"
              button="提交"
              says="已提交"
              onClose={close}
              more={<Case row={open.row} />}
              send={(text, requestId) =>
                call(r.state, { params: { id: open.row.id }, body: { requestId, statement: text } })
              }
            />
          )}
        </Side>
      )}
    </>
  )
}

/** Supervision, advice and facts for accountability. */
export default function SupervisionPage() {
  return (
    <>
      <PageHead title="督导督办" />
      <Sections
        label="督导督办"
        items={[
          { key: 'supervisions', label: '督办', children: <List /> },
          { key: 'advices', label: '建议与反馈', children: <Advices /> },
          { key: 'accountabilities', label: '追责线索', children: <Accountabilities /> },
        ]}
      />
    </>
  )
}
