import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal, Segmented } from 'antd'
import { useRef, useState } from 'react'
import { Link } from 'react-router'
import type { z } from 'zod'
import { Nothing, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { useSend } from '../kit/ui/useSend.ts'
import { has, useMe } from '../people/me.ts'
import { states } from '../petitions/petition.ts'
import { openRoutes } from './routes.ts'
import { struckKinds } from './strike.ts'
import { Withdraw } from './Withdraw.tsx'

const keys = [['answers']] as const
type Board = z.infer<(typeof openRoutes)['answers']['response']>
type Row = Board['matters'][number]
type Draft = z.infer<(typeof openRoutes)['draftAnswer']['response']>

/** The original with what the machine struck marked in it. */
function Original({ text, struck }: { text: string; struck: readonly string[] }) {
  const words = struck.filter((w) => w !== '' && text.includes(w)).sort((a, b) => b.length - a.length)
  const pieces = words.length
    ? text.split(new RegExp(`(${words.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`))
    : [text]
  return (
    <p className="hs-muted" style={{ margin: '4px 0 12px', whiteSpace: 'pre-wrap' }}>
      原文：
      {pieces.map((piece, i) => (i % 2 ? <del key={i}>{piece}</del> : piece))}
    </p>
  )
}

const parts = { title: '标题', question: '反映的问题', answer: '答复' } as const

/** The original beside what the machine left of it; a person reads every word before it goes out. */
function Check({ row, draft, onClose }: { row: Row; draft: Draft; onClose: () => void }) {
  const [v, setV] = useState({ title: draft.title, question: draft.question, answer: draft.answer })
  const [checked, setChecked] = useState(false)
  const boxes = useRef<Partial<Record<keyof typeof parts, HTMLTextAreaElement | null>>>({})
  const [hint, setHint] = useState<keyof typeof parts | null>(null)
  /** What is chosen in a field is struck out by hand. */
  const strikeChosen = (k: keyof typeof parts) => {
    const at = boxes.current[k]
    if (!at || at.selectionStart === at.selectionEnd) return setHint(k)
    setHint(null)
    setV({ ...v, [k]: `${v[k].slice(0, at.selectionStart)}（略）${v[k].slice(at.selectionEnd)}` })
  }
  const { send, busy, error, fields } = useSend(keys)
  return (
    <Modal
      open
      title={`公开 ${row.number} 的答复`}
      okText="公开"
      cancelText="返回"
      okButtonProps={{ disabled: draft.refusal !== null }}
      confirmLoading={busy !== ''}
      width={760}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'publish',
          (requestId) => call(openRoutes.publishAnswer, { params: { id: row.id }, body: { requestId, ...v, checked } }),
          '已公开',
        )
        if (done) onClose()
      }}
    >
      {draft.refusal && <p className="hs-late">{draft.refusal}。</p>}
      <Sentence error={error} />
      <p>
        {draft.struck.length === 0
          ? '机器没有找到要划去的。'
          : `机器划去 ${draft.struck.length} 处：${draft.struck.map((s) => `${struckKinds[s.kind]}“${s.text}”`).join('、')}。`}
        机器会漏，请逐字再看。
      </p>
      {(Object.keys(parts) as (keyof typeof parts)[]).map((k) => (
        <div key={k}>
          <Field label={parts[k]} wrong={fields[k]}>
            <Input.TextArea
              autoSize={{ minRows: k === 'title' ? 1 : 3, maxRows: 12 }}
              maxLength={k === 'title' ? 100 : 10_000}
              value={v[k]}
              ref={(box) => {
                boxes.current[k] = box?.resizableTextArea?.textArea ?? null
              }}
              onChange={(e) => setV({ ...v, [k]: e.target.value })}
            />
          </Field>
          <Button size="small" aria-label={`划去${parts[k]}里选中的字`} onClick={() => strikeChosen(k)}>
            划去选中的字
          </Button>
          {hint === k && (
            <span className="hs-late" role="alert">
              　请先在上面选中要划去的字
            </span>
          )}
          <Original text={draft.original[k]} struck={draft.struck.map((x) => x.text)} />
        </div>
      ))}
      <Checkbox checked={checked} onChange={(e) => setChecked(e.target.checked)}>
        已逐字核对，从里面认不出是谁、在哪里
      </Checkbox>
      {fields.checked && <p className="hs-late">{fields.checked}</p>}
    </Modal>
  )
}

function Rule({ rule, onClose }: { rule: Board['rule']; onClose: () => void }) {
  const [v, setV] = useState(rule)
  const { send, busy, error, fields } = useSend(keys)
  return (
    <Modal
      open
      title="公开的限度"
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        if (await send('rule', () => call(openRoutes.saveRule, { body: v }), '已保存')) onClose()
      }}
    >
      <Sentence error={error} />
      <p>人数或者件数太少，隐去姓名也会被认出来，这样的答复不公开。</p>
      <Field label="村的人口不少于" wrong={fields.people}>
        <NumberInput value={v.people} onChange={(n) => setV({ ...v, people: n ?? 0 })} />
      </Field>
      <Field label="两年内同类事项不少于（件）" wrong={fields.alike}>
        <NumberInput value={v.alike} onChange={(n) => setV({ ...v, alike: n ?? 0 })} />
      </Field>
    </Modal>
  )
}

const views = { suggestions: '人民建议', ready: '可以公开的答复', out: '已公开的答复' } as const

/** 人民建议 with who answers by when; answers that may be published, and those that are. */
export function Answers() {
  const me = useMe()
  const q = useQuery({ queryKey: ['answers'], queryFn: () => call(openRoutes.answers) })
  const [view, setView] = useState<keyof typeof views>('suggestions')
  const [check, setCheck] = useState<{ row: Row; draft: Draft } | null>(null)
  const [withdraw, setWithdraw] = useState<{ id: string; title: string } | null>(null)
  const [rule, setRule] = useState(false)
  const { send, busy, error } = useSend([])
  if (q.error) return <Sentence error={q.error} retry={() => void q.refetch()} />
  if (!q.data) return <Waiting />
  const { matters, mayPublish } = q.data
  const list = matters.filter((m) =>
    view === 'suggestions' ? m.class === 'suggestion' : view === 'out' ? m.answerId : m.consent && !m.answerId,
  )
  const about = (m: Row) =>
    [
      m.number,
      `${m.receivedOn} 提出`,
      m.owner ? `${m.owner}负责回复` : '还没有人负责',
      m.servedOn ? `${m.servedOn} 已回复` : m.nextDueOn ? `${m.nextDueOn} 前回复` : '',
      m.consent ? '本人同意公开' : '',
      m.postedOn ? `${m.postedOn} 已公开` : '',
    ].filter(Boolean)
  return (
    <Panel
      title={views[view]}
      extra={
        has(me, 'petitionHead') && (
          <Button size="small" onClick={() => setRule(true)}>
            公开的限度
          </Button>
        )
      }
    >
      <Segmented
        value={view}
        onChange={setView}
        options={Object.entries(views).map(([value, label]) => ({ value: value as keyof typeof views, label }))}
      />
      <Sentence error={error} />
      {list.length === 0 && (
        <Nothing>
          {view === 'suggestions'
            ? has(me, 'clerk', 'petitionHead')
              ? '还没有人提建议。公众页面“人民建议”和登记时选“建议意见”的都在这里。'
              : '您经手的和本村、本管区的建议列在这里，现在没有。全部的由信访办掌握。'
            : view === 'ready'
              ? '没有本人同意公开、还没有公开的。'
              : '还没有公开过答复。'}
        </Nothing>
      )}
      <ul className="hs-cases">
        {list.map((m) => (
          <li key={m.id}>
            <span className={m.servedOn ? 'hs-done' : m.nextDueOn && m.nextDueOn < me.today ? 'hs-late' : 'hs-soon'}>
              {m.servedOn ? '已回复' : states[m.state]}
            </span>
            <div>
              <b>
                {view === 'out' ? (
                  <a href={`/c/answers/${m.answerId}`} target="_blank" rel="noreferrer">
                    {m.publicTitle}
                  </a>
                ) : (
                  <Link to={`/matter/${m.id}`}>{m.title}</Link>
                )}
              </b>
              <small>{about(m).join(' · ')}</small>
            </div>
            <div className="hs-case-do">
              {mayPublish && m.answerId && (
                <Button
                  size="small"
                  onClick={() => setWithdraw({ id: m.answerId!, title: m.publicTitle ?? '' })}
                  aria-label={`撤下${m.publicTitle}`}
                >
                  撤下
                </Button>
              )}
              {mayPublish && m.consent && m.servedOn && !m.answerId && (
                <Button
                  size="small"
                  loading={busy === m.id}
                  aria-label={`核对后公开 ${m.number}`}
                  onClick={async () => {
                    const draft = await send(m.id, () => call(openRoutes.draftAnswer, { params: { id: m.id } }))
                    if (draft) setCheck({ row: m, draft })
                  }}
                >
                  核对后公开
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {check && <Check {...check} onClose={() => setCheck(null)} />}
      {withdraw && (
        <Withdraw
          title={withdraw.title}
          says="撤下后公众看不到，理由记入事项的全程记录。"
          keys={keys}
          work={(reason) => call(openRoutes.withdrawAnswer, { params: { id: withdraw.id }, body: { reason } })}
          onClose={() => setWithdraw(null)}
        />
      )}
      {rule && <Rule rule={q.data.rule} onClose={() => setRule(false)} />}
    </Panel>
  )
}
