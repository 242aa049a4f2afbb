import { Button, Input, Select } from 'antd'
import { useEffect } from 'react'
import { options } from '../../kit/choice.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { useMove } from '../page/MoveDialog.tsx'
import { claimResults } from '../petition.ts'
import type { MatterView } from '../routes.ts'
import { missingInOpinion } from './move.ts'

interface Draft {
  request: string
  facts: string
  reasons: string
  opinion: string
  legalBasis: string
  remedy: string
  claims: { body: string; result: string | null; answer: string; basis: string }[]
}

const parts: [keyof Omit<Draft, 'claims'>, string, number][] = [
  ['request', '一、信访人请求', 2],
  ['facts', '二、查明的事实', 4],
  ['reasons', '三、理由', 3],
  ['opinion', '五、处理意见', 4],
  ['legalBasis', '六、依据', 2],
  ['remedy', '七、救济途径', 2],
]

/** The opinion, part by part and claim by claim; what is missing is listed while writing. */
export function OpinionForm({
  view,
  superior,
  onDone,
  onMissing,
}: {
  view: MatterView
  superior: string
  onDone: (v: MatterView) => void
  /** Hears what the words on the screen still lack. */
  onMissing: (missing: string[]) => void
}) {
  const o = view.opinion
  const draft = useDraft<Draft>(`opinion:${view.matter.id}`, {
    request: o?.request || view.matter.request,
    facts: o?.facts ?? '',
    reasons: o?.reasons ?? '',
    opinion: o?.opinion ?? '',
    legalBasis: o?.legalBasis ?? '',
    remedy:
      o?.remedy ||
      (view.matter.class === 'suggestion' ? '' : `对本意见不服的，可以自收到之日起三十日内向${superior}请求复查。`),
    claims: view.claims.map((c) => ({ body: c.body, result: c.result, answer: c.answer, basis: c.basis })),
  })
  const done = (v: MatterView) => {
    draft.clear()
    onDone(v)
  }
  const save = useMove(view, 'draftOpinion', done)
  const submit = useMove(view, 'submitOpinion', done)
  const d = draft.value
  const suggestion = view.matter.class === 'suggestion'
  const missing = missingInOpinion(d, d.claims, { class: view.matter.class, records: view.records })
  const lacks = missing.join('\n')
  useEffect(() => onMissing(lacks ? lacks.split('\n') : []), [lacks, onMissing])
  const claim = (i: number, more: Partial<Draft['claims'][number]>) =>
    draft.set((x) => ({ ...x, claims: x.claims.map((c, k) => (k === i ? { ...c, ...more } : c)) }))
  const wrong = { ...save.wrong, ...submit.wrong }
  const text = ([key, label, rows]: (typeof parts)[number]) => (
    <Field key={key} label={label} wrong={wrong[key]}>
      <Input.TextArea
        value={d[key]}
        onChange={(e) => draft.set((x) => ({ ...x, [key]: e.target.value }))}
        autoSize={{ minRows: rows, maxRows: 24 }}
      />
    </Field>
  )
  return (
    <div className="hs-opinion">
      {o?.status === 'returned' && <p className="hs-late">上次退回：{o.returnedReason}</p>}
      <Sentence error={submit.error ?? save.error} />
      {parts.slice(0, suggestion ? 2 : 3).map(text)}
      <h2>四、逐项答复</h2>
      {d.claims.map((c, i) => (
        <fieldset className="hs-test" key={i}>
          <legend>第 {i + 1} 项</legend>
          <Field label="请求">
            <Input.TextArea
              value={c.body}
              onChange={(e) => claim(i, { body: e.target.value })}
              autoSize={{ minRows: 1, maxRows: 6 }}
            />
          </Field>
          <Field label="结论">
            <Select
              value={c.result ?? undefined}
              onChange={(result) => claim(i, { result })}
              options={options(claimResults)}
              placeholder="请选择"
              style={{ width: '100%' }}
            />
          </Field>
          <Field label="答复">
            <Input.TextArea
              value={c.answer}
              onChange={(e) => claim(i, { answer: e.target.value })}
              autoSize={{ minRows: 2, maxRows: 12 }}
            />
          </Field>
          <Field label="依据">
            <Input value={c.basis} onChange={(e) => claim(i, { basis: e.target.value })} />
          </Field>
          {d.claims.length > 1 && (
            <Button
              size="small"
              className="hs-start"
              onClick={() => draft.set((x) => ({ ...x, claims: x.claims.filter((_, k) => k !== i) }))}
            >
              去掉这一项
            </Button>
          )}
        </fieldset>
      ))}
      <Button
        className="hs-start"
        onClick={() =>
          draft.set((x) => ({ ...x, claims: [...x.claims, { body: '', result: null, answer: '', basis: '' }] }))
        }
      >
        增加一项请求
      </Button>
      {parts.slice(3, suggestion ? 4 : 6).map(text)}
      <p className={missing.length ? 'hs-soon' : 'hs-done'} role="status">
        {missing.length ? `还缺：${missing.join('、')}` : '各部分齐全，可以送审'}
      </p>
      <div className="hs-actions">
        <Button loading={save.busy} onClick={() => save.send({ ...d })}>
          保存草稿
        </Button>
        <Button type="primary" loading={submit.busy} onClick={() => submit.send({ ...d })}>
          送审
        </Button>
      </div>
    </div>
  )
}
