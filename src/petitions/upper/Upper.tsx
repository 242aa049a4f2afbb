import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { options } from '../../kit/choice.ts'
import { Nothing, PageHead, Panel, Sentence, usePhone, useTitle, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import '../protect/protect.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { reviewFaults, reviewLevels, reviewOutcomes, reviewStatuses } from '../petition.ts'
import { upperRoutes as r } from './routes.ts'

type Outcome = keyof typeof reviewOutcomes
type Fault = keyof typeof reviewFaults
const blank = { outcome: undefined as Outcome | undefined, facts: '', opinion: '', legalBasis: '', hearing: '' }

/** One request with what was sent up, and the step that is this person's: to admit it, or to decide it. */
function Case({ id, onClose }: { id: string; onClose: () => void }) {
  const phone = usePhone()
  const client = useQueryClient()
  const { send, busy, error, fields: wrong } = useSend()
  const q = useQuery({ queryKey: ['upper-review', id], queryFn: () => call(r.upperReview, { params: { id } }) })
  const [answer, setAnswer] = useState({ admitted: true, note: '' })
  const [v, set] = useState(blank)
  const [faults, setFaults] = useState<Fault[]>([])
  const x = q.data
  const done = async (answered: unknown) => {
    if (!answered) return
    await client.invalidateQueries()
    onClose()
  }
  const give = async () =>
    done(
      await send(
        'answer',
        (requestId) => call(r.answerUpper, { params: { id }, body: { requestId, version: x!.version, input: answer } }),
        '已答复，结果转回下级',
      ),
    )
  const decide = async () =>
    done(
      await send(
        'decide',
        (requestId) =>
          call(r.decideUpper, {
            params: { id },
            body: { requestId, version: x!.version, input: { ...v, faults } as never },
          }),
        '已作出意见并编文号，结果转回下级',
      ),
    )
  const long = (key: 'facts' | 'opinion' | 'legalBasis', label: string, rows: number) => (
    <Field label={label} wrong={wrong[`input.${key}`] ?? wrong[key]}>
      <Input.TextArea
        value={v[key]}
        onChange={(e) => set({ ...v, [key]: e.target.value })}
        autoSize={{ minRows: rows, maxRows: 16 }}
      />
    </Field>
  )
  return (
    <Drawer
      open
      title={x ? `${reviewLevels[x.level]}：${x.fromNumber}` : '复查复核'}
      onClose={onClose}
      size={phone ? '100%' : 640}
    >
      {q.isPending && <Waiting rows={6} />}
      <Sentence error={error ?? q.error} />
      {x && (
        <>
          <dl className="hs-facts">
            <dt>事项</dt>
            <dd>
              {x.title}（{x.fromOrgan}）
            </dd>
            <dt>信访人</dt>
            <dd>{x.petitioner}</dd>
            <dt>请求和理由</dt>
            <dd style={{ whiteSpace: 'pre-line' }}>{x.facts.reasons}</dd>
            {x.facts.lateCause && (
              <>
                <dt>逾期的理由</dt>
                <dd>{x.facts.lateCause}</dd>
              </>
            )}
            <dt>期限</dt>
            <dd>
              {x.receivedOn} 收到；{x.admitBy && `${x.admitBy} 前决定是否受理，`}
              {x.dueOn} 前作出意见
            </dd>
            <dt>状态</dt>
            <dd>
              {reviewStatuses[x.state]}
              {x.outcome && `：${reviewOutcomes[x.outcome]}（${x.number}，${x.decidedBy}）`}
              {x.fault && `；没有转回下级：${x.fault}`}
            </dd>
          </dl>
          {x.facts.papers.map((p) => (
            <details key={`${p.title}${p.number}${p.issuedOn}`}>
              <summary>
                {p.title} {p.number} {p.issuedOn}
              </summary>
              <dl className="hs-facts">
                {p.parts.map((t) => (
                  <div key={t.name}>
                    <dt>{t.name}</dt>
                    <dd style={{ whiteSpace: 'pre-line' }}>{t.text}</dd>
                  </div>
                ))}
              </dl>
            </details>
          ))}
          {x.answer === null && (
            <section aria-label="是否受理">
              <h2>是否受理</h2>
              <Radio.Group
                aria-label="是否受理"
                value={answer.admitted}
                onChange={(e) => setAnswer({ ...answer, admitted: e.target.value })}
                options={[
                  { value: true, label: '受理' },
                  { value: false, label: '不予受理' },
                ]}
              />
              {!answer.admitted && (
                <Field label="不予受理的理由" wrong={wrong.note}>
                  <Input.TextArea
                    value={answer.note}
                    onChange={(e) => setAnswer({ ...answer, note: e.target.value })}
                    rows={3}
                  />
                </Field>
              )}
              <div className="hs-actions">
                <Button type="primary" loading={busy !== ''} onClick={give}>
                  答复下级
                </Button>
              </div>
            </section>
          )}
          {x.decide === null && (
            <section aria-label={`${reviewLevels[x.level]}意见`}>
              <h2>{reviewLevels[x.level]}意见</h2>
              <Field label="决定" wrong={wrong['input.outcome'] ?? wrong.outcome}>
                <Select
                  value={v.outcome}
                  onChange={(outcome) => set({ ...v, outcome })}
                  options={options(reviewOutcomes)}
                  placeholder="请选择"
                  style={{ width: '100%' }}
                />
              </Field>
              {v.outcome && v.outcome !== 'maintained' && (
                <Field label="原意见的问题" wrong={wrong.faults}>
                  <Select
                    mode="multiple"
                    value={faults}
                    onChange={setFaults}
                    options={options(reviewFaults)}
                    placeholder="可多选"
                    style={{ width: '100%' }}
                  />
                </Field>
              )}
              {long('facts', '查明的事实', 4)}
              {long('opinion', '意见', 3)}
              {long('legalBasis', '依据', 2)}
              {x.level === 'recheck' && (
                <Field label="听证情况" hint="没有举行的不填">
                  <Input value={v.hearing} onChange={(e) => set({ ...v, hearing: e.target.value })} />
                </Field>
              )}
              <div className="hs-actions">
                <Button type="primary" loading={busy !== ''} onClick={decide}>
                  作出意见并编文号
                </Button>
              </div>
            </section>
          )}
          {x.answer !== null && x.decide !== null && ['asked', 'admitted'].includes(x.state) && (
            <p className="hs-muted">{x.state === 'asked' ? x.answer : x.decide}</p>
          )}
        </>
      )}
    </Drawer>
  )
}

/** 下级报来的复查、复核：先受理与否，再由负责人作出意见；结果自动转回. */
export default function Upper() {
  useTitle('下级复查复核')
  const q = useQuery({ queryKey: ['upper-reviews'], queryFn: () => call(r.upperReviews) })
  const [id, setId] = useState<string | null>(null)
  return (
    <>
      <PageHead title="下级复查复核" />
      <p className="hs-muted">
        对下级处理意见、复查意见不服的请求，连同文书和事实报到这里；答复和意见作出后自动转回下级送达。
      </p>
      <Panel>
        <Sentence error={q.error} retry={() => q.refetch()} />
        {q.isPending && <Waiting rows={4} />}
        {q.data?.length === 0 && <Nothing>没有下级报来的复查、复核。</Nothing>}
        <ul className="hs-recusals">
          {q.data?.map((x) => (
            <li key={x.id}>
              <div>
                <b>
                  {reviewLevels[x.level]} {x.fromNumber}
                </b>{' '}
                {x.title}
                <p className="hs-muted">
                  {x.fromOrgan} · {x.petitioner} · {x.receivedOn} 收到 ·{' '}
                  {x.outcome ? `${reviewOutcomes[x.outcome]}（${x.number}）` : reviewStatuses[x.state]}
                  {['asked', 'admitted'].includes(x.state) && ` · ${x.dueOn} 前作出意见`}
                </p>
                {x.fault && <p className="hs-late">没有转回下级：{x.fault}</p>}
              </div>
              <Button onClick={() => setId(x.id)} aria-label={`打开 ${x.fromNumber}`}>
                打开
              </Button>
            </li>
          ))}
        </ul>
      </Panel>
      {id && <Case key={id} id={id} onClose={() => setId(null)} />}
    </>
  )
}
