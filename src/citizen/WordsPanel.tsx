import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useRef, useState } from 'react'
import type { z } from 'zod'
import { options } from '../kit/choice.ts'
import { Panel, Sentence } from '../kit/ui/bits.tsx'
import { call, wrongOf } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { has, useMe } from '../people/me.ts'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import { ratings } from '../petitions/petition.ts'
import { CodeSlip } from './CodeSlip.tsx'
import { citizenRoutes, type WordRow } from './routes.ts'
import { askEnds, wordKinds } from './view.ts'
import { withdrawalsOf, wordsPlace } from './waiting.ts'

/** One thing the petitioner said, and the office's answer or the form for it. */
function Word({
  petitionId,
  word,
  refusal,
  record,
  onDone,
}: {
  petitionId: string
  word: WordRow
  refusal: string | null
  /** The moves that record what is said here, their forms filled with these very words. */
  record: { label: string; open: () => void }[]
  onDone: () => void
}) {
  const [answer, setAnswer] = useState('')
  // The same id when the button is pressed again after a lost answer.
  const requestId = useRef(crypto.randomUUID())
  const send = useMutation({
    mutationFn: () =>
      call(citizenRoutes.answerWord, {
        params: { id: petitionId, wordId: word.id },
        body: { requestId: requestId.current, answer },
      }),
    onSuccess: onDone,
  })
  return (
    <li>
      <b>{wordKinds[word.kind]}</b> <span className="hs-muted">{word.onDay}</span>
      <p className="hs-pre">{word.body}</p>
      {record.length > 0 && (
        <p style={{ margin: '0 0 6px' }}>
          {record.map((r) => (
            <Button key={r.label} size="small" style={{ marginInlineEnd: 8 }} onClick={r.open}>
              登记“{r.label}”
            </Button>
          ))}
          <span className="hs-muted">先向本人核实出于自愿；原话已经填好。</span>
        </p>
      )}
      {word.answeredOn ? (
        <p className="hs-muted" style={{ margin: 0 }}>
          {word.answeredName}（{word.answeredOn}）回复：{word.answer}
        </p>
      ) : refusal ? (
        <p className="hs-muted" style={{ margin: 0 }}>
          还没有回复，{refusal}。
        </p>
      ) : (
        <>
          {word.kind === 'recusal' && (
            <p className="hs-muted" style={{ margin: 0 }}>
              写明是谁的，已经列入“回避决定”，决定了自动写给信访人；没有写明的，请问清楚再“登记回避申请”。
            </p>
          )}
          <Input.TextArea
            aria-label={`回复“${wordKinds[word.kind]}”`}
            autoSize={{ minRows: 2 }}
            maxLength={5000}
            value={answer}
            onChange={(e) => setAnswer(e.target.value)}
            placeholder="写给信访人的话，会显示在公众页面上"
          />
          {send.error && <Sentence error={send.error} />}
          <Button
            size="small"
            style={{ marginTop: 6 }}
            disabled={answer.trim() === ''}
            loading={send.isPending}
            onClick={() => send.mutate()}
          >
            回复
          </Button>
        </>
      )}
    </li>
  )
}

/** A lost query code: who came and what was checked, then a new one, shown once and handed over on a slip. */
function RenewCode({ petitionId, version, onDone }: { petitionId: string; version: number; onDone: () => void }) {
  const [open, setOpen] = useState(false)
  const [checked, setChecked] = useState('')
  const requestId = useRef(crypto.randomUUID())
  const send = useMutation({
    mutationFn: () =>
      call(citizenRoutes.renewCode, {
        params: { id: petitionId },
        body: { requestId: requestId.current, version, checked },
      }),
  })
  const close = () => {
    setOpen(false)
    setChecked('')
    if (send.data) onDone()
    send.reset()
    requestId.current = crypto.randomUUID()
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        换发查询码
      </Button>
      <Modal
        open={open}
        title="换发查询码"
        destroyOnHidden
        onCancel={close}
        okText={send.data ? '已交给本人' : '换发'}
        cancelText="返回"
        confirmLoading={send.isPending}
        onOk={() => (send.data ? close() : send.mutate())}
      >
        {send.data ? (
          <CodeSlip made={send.data} />
        ) : (
          <>
            <p>旧码会作废，正在查看的人要重新输入。只交给信访人本人或登记的代理人。</p>
            {!wrongOf(send.error).checked && <Sentence error={send.error} />}
            <Field label="来人是谁、核对了什么证件" wrong={wrongOf(send.error).checked}>
              <Input value={checked} onChange={(e) => setChecked(e.target.value)} maxLength={200} />
            </Field>
          </>
        )}
      </Modal>
    </>
  )
}

type Words = z.infer<(typeof citizenRoutes)['words']['response']>
export const wordsQuery = (id: string) => ({
  queryKey: ['words', id],
  queryFn: () => call(citizenRoutes.words, { params: { id } }),
})

/** What the office still needs of the petitioner: told on the petitioner's page until somebody says it came or isn't needed. */
function Asks({ petitionId, words, onDone }: { petitionId: string; words: Words; onDone: () => void }) {
  const [body, setBody] = useState('')
  const requestId = useRef(crypto.randomUUID())
  const ask = useMutation({
    mutationFn: () =>
      call(citizenRoutes.ask, { params: { id: petitionId }, body: { requestId: requestId.current, body } }),
    onSuccess: () => {
      setBody('')
      requestId.current = crypto.randomUUID()
      onDone()
    },
  })
  const end = useMutation({
    mutationFn: ({ askId, ended }: { askId: string; ended: keyof typeof askEnds }) =>
      call(citizenRoutes.endAsk, {
        params: { id: petitionId, askId },
        body: { requestId: crypto.randomUUID(), ended },
      }),
    onSuccess: onDone,
  })
  return (
    <>
      {words.asks.length > 0 && (
        <ul className="hs-missing" aria-label="请信访人补充的" style={{ display: 'grid', gap: 12, marginTop: 12 }}>
          {words.asks.map((a) => (
            <li key={a.id}>
              <b>请补充</b>{' '}
              <span className="hs-muted">
                {a.onDay} {a.byName}
                {a.ended && `；${a.endedOn} ${askEnds[a.ended]}`}
              </span>
              <p className="hs-pre">{a.body}</p>
              {!a.ended &&
                words.askRefusal === null &&
                options(askEnds).map((o) => (
                  <Button
                    key={o.value}
                    size="small"
                    style={{ marginInlineEnd: 8 }}
                    loading={end.isPending && end.variables?.askId === a.id && end.variables.ended === o.value}
                    onClick={() => end.mutate({ askId: a.id, ended: o.value })}
                  >
                    {o.label}
                  </Button>
                ))}
            </li>
          ))}
        </ul>
      )}
      <Sentence error={end.error} />
      {words.askRefusal === null && (
        <details>
          <summary>请信访人补充</summary>
          <Field label="要补充什么（显示在信访人的页面上；没有上网的请另外告诉；补不补都照常办理，期限照算）">
            <Input.TextArea
              autoSize={{ minRows: 2 }}
              maxLength={500}
              value={body}
              onChange={(e) => setBody(e.target.value)}
            />
          </Field>
          <Sentence error={ask.error} />
          <Button size="small" disabled={body.trim() === ''} loading={ask.isPending} onClick={() => ask.mutate()}>
            告诉信访人
          </Button>
        </details>
      )}
    </>
  )
}

type Quality = NonNullable<Words['quality']>

/** The check that a bad rating opens: of the work, by somebody else; the rating itself stays. */
function QualityCheck({ petitionId, quality, onDone }: { petitionId: string; quality: Quality; onDone: () => void }) {
  const [v, setV] = useState({ finding: '', action: '' })
  const requestId = useRef(crypto.randomUUID())
  const send = useMutation({
    mutationFn: () =>
      call(citizenRoutes.closeQuality, { params: { id: petitionId }, body: { requestId: requestId.current, ...v } }),
    onSuccess: onDone,
  })
  const wrong = wrongOf(send.error)
  if (quality.closedOn)
    return (
      <p className="hs-muted">
        质量检查（{quality.closedOn} {quality.byName}）：{quality.finding}；改进：{quality.action}
      </p>
    )
  return (
    <section aria-label="质量检查" style={{ marginBottom: 12 }}>
      <p className="hs-late" style={{ margin: 0 }}>
        {quality.openedOn} 评价不满意，请检查办理哪里没有做好。评价不能改，不要为评价找信访人。
      </p>
      {quality.refusal ? (
        <p className="hs-muted">{quality.refusal}。</p>
      ) : (
        <>
          <Field label="哪里没有做好" wrong={wrong.finding}>
            <Input.TextArea
              autoSize={{ minRows: 2 }}
              maxLength={2000}
              value={v.finding}
              onChange={(e) => setV({ ...v, finding: e.target.value })}
            />
          </Field>
          <Field label="怎么改" wrong={wrong.action}>
            <Input.TextArea
              autoSize={{ minRows: 2 }}
              maxLength={2000}
              value={v.action}
              onChange={(e) => setV({ ...v, action: e.target.value })}
            />
          </Field>
          {Object.keys(wrong).length === 0 && <Sentence error={send.error} />}
          <Button size="small" loading={send.isPending} onClick={() => send.mutate()}>
            记下检查结果
          </Button>
        </>
      )}
    </section>
  )
}

/** What the petitioner said and how the petitioner rated, at the public face; absent while there is nothing. */
export default function WordsPanel({ view, reload, start }: MatterPanelProps) {
  const id = view.matter.id
  const client = useQueryClient()
  const q = useQuery(wordsQuery(id))
  const me = useMe()
  const renews = has(me, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer')
  const said = q.data && (q.data.words.length > 0 || q.data.rating || q.data.quality)
  const asks = q.data && (q.data.asks.length > 0 || q.data.askRefusal === null)
  if (!q.data || (!said && !asks && !renews)) return null
  const done = () => {
    client.invalidateQueries({ queryKey: ['words', id] })
    reload()
  }
  return (
    <Panel
      id={wordsPlace}
      title="信访人的话"
      extra={renews && <RenewCode petitionId={id} version={view.matter.version} onDone={done} />}
    >
      {!said && <p className="hs-muted">本人还没有在公众页面上说话或评价。</p>}
      {q.data.rating && (
        <p style={{ margin: '0 0 8px' }}>
          本人评价（{q.data.rating.onDay}）：信访办{ratings[q.data.rating.office]}，承办单位
          {ratings[q.data.rating.unit]}
          {q.data.rating.reason && `；${q.data.rating.reason}`}
        </p>
      )}
      {q.data.quality && <QualityCheck petitionId={id} quality={q.data.quality} onDone={done} />}
      <ul className="hs-missing" style={{ display: 'grid', gap: 12 }}>
        {q.data.words.map((w) => (
          <Word
            key={w.id}
            petitionId={id}
            word={w}
            refusal={q.data.answerRefusal}
            record={withdrawalsOf(view, w).map((o) => ({
              label: o.label,
              open: () => start(o.move, { words: w.body, onDay: w.onDay }),
            }))}
            onDone={done}
          />
        ))}
      </ul>
      <Asks petitionId={id} words={q.data} onDone={done} />
    </Panel>
  )
}
