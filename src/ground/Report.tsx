import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { options } from '../kit/choice.ts'
import { PageHead, Panel, Sentence, ShutPage, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { useWrite } from '../kit/ui/Rows.tsx'
import { type PlaceView, campaignRoutes as r } from './campaign.routes.ts'
import { type FindingInput, type FindingKind, findingKinds } from './campaign.ts'
import { FoundFields, newFinding } from './FoundFields.tsx'
import './ground.css'

type Draft = {
  zero: boolean | null
  visited: number | null
  note: string
  reason: string
  findings: FindingInput[]
  retract: { id: string; reason: string }[]
}
const empty: Draft = { zero: null, visited: null, note: '', reason: '', findings: [], retract: [] }

function Finding({
  f,
  n,
  known,
  wrong,
  set,
  drop,
}: {
  f: FindingInput
  n: number
  known: PlaceView['known']
  wrong: (field: string) => string | undefined
  set: (f: FindingInput) => void
  drop: () => void
}) {
  return (
    <fieldset className="hs-ground-finding">
      <legend>
        第 {n + 1} 件：{findingKinds[f.kind]}
      </legend>
      <FoundFields f={f} wrong={wrong} set={set} />
      {f.kind === 'known' && (
        <Field
          label="台账上的哪一件"
          hint={known.length ? undefined : '本村没有其他在办的事项'}
          wrong={wrong('petitionId')}
        >
          <Select
            value={f.petitionId || undefined}
            placeholder="选择本村在办的事项"
            options={known.map((k) => ({ value: k.id, label: `${k.number} ${k.title}` }))}
            onChange={(petitionId) => set({ ...f, petitionId })}
            style={{ width: '100%' }}
          />
        </Field>
      )}
      <Button onClick={drop} aria-label={`去掉第 ${n + 1} 件`}>
        去掉这一件
      </Button>
    </fieldset>
  )
}

/** The village officer's page: few big steps, made for a phone; what is typed stays in this browser until it is sent. */
export default function Report() {
  const { id = '', placeId = '' } = useParams()
  const go = useNavigate()
  const q = useQuery({
    queryKey: ['screening-place', id, placeId],
    queryFn: () => call(r.place, { params: { id, placeId } }),
  })
  const draft = useDraft<Draft>(`screening:${placeId}`, empty)
  const [kind, setKind] = useState<FindingKind>('matter')
  const d = draft.value
  const v = q.data
  const again = (v?.version ?? 0) > 0
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.report, {
        params: { id, placeId },
        body: {
          requestId,
          version: v!.version,
          input: {
            ...d,
            zero: d.zero === true,
            visited: d.visited ?? 0,
            findings: d.zero ? [] : d.findings,
            retract: d.retract,
          },
        },
      }),
    ['screening', 'screenings', 'screening-tasks', 'screening-place', 'screening-findings'],
    {
      says: '已报告',
      done: () => {
        draft.clear()
        void go('/screening')
      },
    },
  )
  if (!v) return q.error ? <ShutPage title="排查报告" error={q.error} retry={() => void q.refetch()} /> : <Waiting />
  const wrong = save.error instanceof Failure ? save.error.fields : {}
  const set = (more: Partial<Draft>) => draft.set({ ...d, ...more })
  const standing = v.findings.filter((f) => !f.retractReason)
  return (
    <div className="hs-ground-report">
      <PageHead title={`${v.name} 排查报告`}>
        <span className="hs-muted">
          {v.campaign.title}，{v.campaign.dueOn} 前
        </span>
      </PageHead>
      <Panel>
        <p className="hs-text">{v.campaign.asks}</p>
        <p className="hs-muted">{v.cover.map((c) => `${c.what} ${c.name}`).join('，')}</p>
      </Panel>
      {v.reports.length > 0 && (
        <Panel title="已经报过">
          <ul className="hs-ground-sums">
            {v.reports.map((x) => (
              <li key={x.seq}>
                {x.reportedOn} {x.byName}
                {x.seq > 1 && '更正'}
                {x.late && '（逾期）'}：{x.zero ? '零报告' : '有发现'}，走访 {x.visited} 户
                {x.reason && `；理由：${x.reason}`}
                {x.note && `；${x.note}`}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {v.refusal ? (
        <p className="hs-note">{v.refusal}</p>
      ) : (
        <Panel title={again ? '更正' : '报告'}>
          {draft.restored && <p className="hs-note">找到上次没有报完的内容，已恢复。</p>}
          {standing.length > 0 && (
            <>
              <h3 className="hs-ground-h">已报的发现</h3>
              {standing.map((f) => {
                const out = d.retract.find((x) => x.id === f.id)
                return (
                  <div key={f.id} className="hs-ground-finding">
                    <p>
                      {f.number} {f.title}
                      <span className="hs-muted">（{findingKinds[f.kind]}）</span>
                    </p>
                    <Checkbox
                      checked={out !== undefined}
                      onChange={(e) =>
                        set({
                          retract: e.target.checked
                            ? [...d.retract, { id: f.id, reason: '' }]
                            : d.retract.filter((x) => x.id !== f.id),
                        })
                      }
                    >
                      报错了，撤回（已登记的事项仍在台账里办理）
                    </Checkbox>
                    {out && (
                      <Field label="撤回的理由" wrong={wrong[`retract.${d.retract.indexOf(out)}.reason`]}>
                        <Input
                          value={out.reason}
                          maxLength={300}
                          onChange={(e) =>
                            set({
                              retract: d.retract.map((x) => (x.id === f.id ? { ...x, reason: e.target.value } : x)),
                            })
                          }
                        />
                      </Field>
                    )}
                  </div>
                )
              })}
            </>
          )}
          <Field label="走访了多少户" wrong={wrong.visited}>
            <NumberInput
              value={d.visited}
              min={1}
              inputMode="numeric"
              size="large"
              style={{ width: '100%' }}
              onChange={(visited) => set({ visited })}
            />
          </Field>
          <fieldset className="hs-ground-choice">
            <legend>有没有发现矛盾和诉求</legend>
            <Radio.Group
              value={d.zero === null ? undefined : d.zero ? 'zero' : 'some'}
              onChange={(e) =>
                set({
                  zero: e.target.value === 'zero',
                  findings:
                    e.target.value === 'some' && d.findings.length === 0 && standing.length === 0
                      ? [newFinding('matter')]
                      : d.findings,
                })
              }
            >
              <Radio value="some">有，逐件写</Radio>
              <Radio value="zero">没有，零报告</Radio>
            </Radio.Group>
            {wrong.zero && <div className="hs-wrong-line">{wrong.zero}</div>}
          </fieldset>
          {d.zero === false && (
            <>
              {d.findings.map((f, n) => (
                <Finding
                  key={n}
                  f={f}
                  n={n}
                  known={v.known}
                  wrong={(field) => wrong[`findings.${n}.${field}`]}
                  set={(next) => set({ findings: d.findings.map((x, i) => (i === n ? next : x)) })}
                  drop={() => set({ findings: d.findings.filter((_, i) => i !== n) })}
                />
              ))}
              <div className="hs-actions">
                <Select
                  aria-label="类别"
                  value={kind}
                  onChange={setKind}
                  options={options(findingKinds)}
                  style={{ minWidth: 140 }}
                />
                <Button onClick={() => set({ findings: [...d.findings, newFinding(kind)] })}>再加一件</Button>
              </div>
              {wrong.findings && <div className="hs-wrong-line">{wrong.findings}</div>}
            </>
          )}
          <Field label="备注" hint="走访情况等，可以不填" wrong={wrong.note}>
            <Input.TextArea value={d.note} maxLength={500} onChange={(e) => set({ note: e.target.value })} />
          </Field>
          {again && (
            <Field label="更正的理由" wrong={wrong.reason}>
              <Input value={d.reason} maxLength={300} onChange={(e) => set({ reason: e.target.value })} />
            </Field>
          )}
          <Sentence error={save.error} />
          <div className="hs-actions">
            <Button
              type="primary"
              size="large"
              loading={save.isPending}
              disabled={d.zero === null}
              onClick={() => save.mutate(undefined)}
            >
              {again ? '更正报告' : d.zero ? '零报告' : '报告'}
            </Button>
            {d.zero === null && <span className="hs-muted">请先选择有没有发现</span>}
          </div>
        </Panel>
      )}
    </div>
  )
}
