import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Select } from 'antd'
import { useMemo } from 'react'
import { useNavigate, useParams } from 'react-router'
import { options } from '../../kit/choice.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { Rows } from '../../kit/ui/Rows.tsx'
import { useMe } from '../../people/me.ts'
import { GradeTag } from '../../petitions/tags.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { strategies, tieBreaks, usualRules, weigh } from './round.ts'
import { type CaseRow, type Draft, roundKinds } from './routes.ts'

const weightNames = {
  red: '红色',
  yellow: '黄色',
  blue: '蓝色',
  none: '未定级',
  repeat: '重复反映加',
  many: '三十户以上加',
  old: '满一年加',
} as const

const leaderIn = (
  o: { leaders: { leaderId: string; name: string; before: number; after: number; n: number }[] },
  id: string,
) => o.leaders.find((x) => x.leaderId === id)

/** Prepare a round: who, what, by which rules; try it before it begins. */
export default function Prepare() {
  const { id } = useParams()
  const me = useMe()
  const go = useNavigate()
  const client = useQueryClient()
  const kept = useQuery({
    queryKey: ['adoption', 'round', id],
    queryFn: () => call(dutyRoutes.round, { params: { id: id! } }),
    enabled: !!id,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const candidates = (leaverId: string | null) => ({
    queryKey: ['adoption', 'candidates', leaverId],
    queryFn: () => call(dutyRoutes.roundCandidates, { query: { leaverId: leaverId ?? undefined } }),
  })
  const all = useQuery(candidates(null))
  const seats = (c: typeof all.data): Draft['seats'] =>
    (c?.people ?? []).map((p) => ({ id: p.id, away: false, quota: null }))
  // What was saved, or else the usual choice of today.
  const draft = useDraft<Draft>(
    `adoption:${id ?? 'new'}`,
    kept.data?.draft ?? {
      title: `${me.today.slice(0, 4)} 年包案`,
      kind: 'full',
      leaverId: null,
      note: '',
      dueOn: null,
      rules: usualRules,
      seats: seats(all.data),
      caseIds: all.data?.usual ?? [],
    },
  )
  const { value: d, set } = draft
  const found = useQuery({ ...candidates(d.leaverId), enabled: d.kind === 'full' || d.leaverId !== null })
  const { send, busy, error, fields, clear } = useSend([['adoption']])
  /** Another kind, or another who leaves: chosen anew what goes in and who takes part. */
  const begin = async (kind: Draft['kind'], leaverId: string | null) => {
    clear()
    set((x) => ({ ...x, kind, leaverId, caseIds: [] }))
    if (kind === 'leaver' && leaverId === null) return
    const c = await client.fetchQuery(candidates(leaverId)).catch(() => undefined)
    if (c) set((x) => ({ ...x, caseIds: c.usual, seats: seats(c) }))
  }
  /** Whoever carries open matters, also those who have left their post already. */
  const carriers = useMemo(() => {
    const held = new Map<string, { name: string; n: number }>()
    for (const r of all.data?.rows ?? [])
      if (r.leadId) held.set(r.leadId, { name: r.lead, n: (held.get(r.leadId)?.n ?? 0) + 1 })
    return [...held].map(([value, { name, n }]) => ({ value, label: `${name}（包案 ${n} 件）` }))
  }, [all.data])
  const tried = useMutation({ mutationFn: (body: Draft) => call(dutyRoutes.roundTry, { body }) })
  const outdated = tried.data !== undefined && JSON.stringify(tried.variables) !== JSON.stringify(d)
  const save = async () => {
    const done = await send(
      'save',
      (requestId) =>
        call(dutyRoutes.roundSave, {
          body: { requestId, id: id ?? null, version: kept.data?.version ?? 0, draft: d },
        }),
      '已保存',
    )
    if (done) {
      draft.clear()
      void go(`/adoption/${done.id}`)
    }
  }
  const toggle = (caseId: string, on: boolean) =>
    set((x) => ({ ...x, caseIds: on ? [...x.caseIds, caseId] : x.caseIds.filter((c) => c !== caseId) }))
  const seated = (leaderId: string, more: Partial<Draft['seats'][number]>) =>
    set((x) => ({ ...x, seats: x.seats.map((s) => (s.id === leaderId ? { ...s, ...more } : s)) }))
  const chosen = new Set(d.caseIds)
  // The server's points are by the usual weights.
  const weighed = (r: CaseRow) => weigh({ ...r, ageDays: daysBetween(r.receivedOn, me.today) }, d.rules.weights)
  const title = id ? '修改轮次' : '准备包案轮次'
  if (!(id ? kept.data : all.data))
    return (
      <>
        <PageHead title={title} />
        <Sentence error={kept.error ?? all.error} retry={() => void (id ? kept : all).refetch()} />
        {!kept.error && !all.error && <Waiting />}
      </>
    )
  return (
    <>
      <PageHead
        title={title}
        extra={
          <>
            <Button onClick={() => tried.mutate(d)} loading={tried.isPending}>
              模拟
            </Button>
            <Button type="primary" onClick={() => void save()} loading={busy === 'save'}>
              保存
            </Button>
          </>
        }
      />
      <Sentence error={error ?? kept.error ?? found.error ?? tried.error} />
      {draft.restored && (
        <p className="hs-note">
          接着上次没有保存的内容。
          <Button size="small" onClick={draft.clear}>
            重新开始
          </Button>
        </p>
      )}
      <div className="hs-duty-cols">
        <div>
          <Panel title="轮次">
            <div className="hs-fields">
              <Field label="名称" wrong={fields['draft.title']}>
                <Input value={d.title} maxLength={60} onChange={(e) => set((x) => ({ ...x, title: e.target.value }))} />
              </Field>
              <Field label="种类">
                <Select
                  value={d.kind}
                  options={options(roundKinds)}
                  style={{ width: '100%' }}
                  onChange={(kind) => void begin(kind, null)}
                />
              </Field>
              {d.kind === 'leaver' && (
                <Field label="离任的领导" wrong={fields['draft.leaverId']}>
                  <Select
                    value={d.leaverId ?? undefined}
                    options={carriers}
                    showSearch={{ optionFilterProp: 'label' }}
                    placeholder="现在有包案的领导"
                    notFoundContent="没有领导在包案"
                    style={{ width: '100%' }}
                    onChange={(leaverId: string) => void begin('leaver', leaverId)}
                  />
                </Field>
              )}
              <Field label="选完的日期" hint="可以当场选，也可以几天内选完" wrong={fields['draft.dueOn']}>
                <DayInput
                  value={d.dueOn ?? ''}
                  today={me.today}
                  ahead
                  onChange={(v) => set((x) => ({ ...x, dueOn: (v || null) as Day | null }))}
                />
              </Field>
              <Field label="说明">
                <Input value={d.note} maxLength={500} onChange={(e) => set((x) => ({ ...x, note: e.target.value }))} />
              </Field>
            </div>
          </Panel>
          <Panel
            title={`事项：已放入 ${d.caseIds.length} 件`}
            extra={
              found.data && (
                <span className="hs-inline">
                  <Button size="small" onClick={() => set((x) => ({ ...x, caseIds: found.data!.usual }))}>
                    {d.kind === 'leaver' ? '全部' : '红色和重点、还没有包案的'}
                  </Button>
                  <Button size="small" onClick={() => set((x) => ({ ...x, caseIds: [] }))}>
                    清空
                  </Button>
                </span>
              )
            }
          >
            {d.kind === 'leaver' && !d.leaverId ? (
              <Nothing>先选离任的领导。</Nothing>
            ) : !found.data ? (
              found.error ? (
                <Nothing>没有读到可以放入的事项，原因见上。</Nothing>
              ) : (
                <Waiting />
              )
            ) : (
              <Rows
                label="可以放入的事项"
                maxHeight={460}
                rows={found.data.rows}
                keyOf={(r) => r.id}
                none="没有可以放入的事项。"
                columns={[
                  {
                    title: '放入',
                    of: (r) => (
                      <Checkbox
                        aria-label={`放入 ${r.number}`}
                        checked={chosen.has(r.id)}
                        onChange={(e) => toggle(r.id, e.target.checked)}
                      />
                    ),
                  },
                  { title: '级别', of: (r) => <GradeTag grade={r.grade} /> },
                  {
                    title: '事项',
                    of: (r) => (
                      <>
                        {r.title} <span className="hs-muted hs-unbroken">{r.number}</span>
                      </>
                    ),
                  },
                  { title: '村', of: (r) => r.village },
                  { title: '现包案', of: (r) => r.lead },
                  {
                    title: '难度',
                    num: true,
                    of: (r) => <span title={weighed(r).because.join('，')}>{weighed(r).points}</span>,
                  },
                  { title: '回避', num: true, of: (r) => r.barred || '' },
                ]}
              />
            )}
          </Panel>
          {tried.data && (
            <Panel title="模拟结果" label="模拟结果">
              {outdated && <p className="hs-soon">模拟以后改动过，请再模拟一次。</p>}
              {tried.data.faults.length > 0 && (
                <ul className="hs-note">
                  {tried.data.faults.map((f) => (
                    <li key={f}>{f}</li>
                  ))}
                </ul>
              )}
              {tried.data.outcomes.length > 0 && (
                <Rows
                  label="各人分得"
                  rows={tried.data.order}
                  keyOf={(l) => l}
                  none=""
                  columns={[
                    { title: '领导', of: (l) => leaderIn(tried.data!.outcomes[0]!, l)?.name },
                    { title: '原有分', num: true, of: (l) => leaderIn(tried.data!.outcomes[0]!, l)?.before },
                    ...tried.data.outcomes.map((o) => ({
                      title: strategies[o.strategy],
                      num: true,
                      of: (l: string) => {
                        const x = leaderIn(o, l)
                        return x && `${x.n} 件，共 ${x.after} 分`
                      },
                    })),
                  ]}
                />
              )}
              <p className="hs-muted">次序由低职级到高职级；定额至多 {tried.data.quota} 分。模拟不写入任何内容。</p>
            </Panel>
          )}
        </div>
        <div>
          <Panel title="参加的领导">
            <p className="hs-muted">不在岗的不轮到，仍参加最后分配；另填了定额的按另填的。</p>
            <ul className="hs-seats">
              {found.data?.people.map((p) => {
                const seat = d.seats.find((s) => s.id === p.id)
                return (
                  <li key={p.id}>
                    <Checkbox
                      checked={!!seat}
                      onChange={(e) =>
                        set((x) => ({
                          ...x,
                          seats: e.target.checked
                            ? [...x.seats, { id: p.id, away: false, quota: null }]
                            : x.seats.filter((s) => s.id !== p.id),
                        }))
                      }
                    >
                      {p.name} <span className="hs-muted">{p.post}</span>
                    </Checkbox>
                    <small>
                      现有 {p.held} 件 {p.load} 分
                    </small>
                    {seat && (
                      <span className="hs-inline hs-wrap">
                        <Checkbox checked={seat.away} onChange={(e) => seated(p.id, { away: e.target.checked })}>
                          不在岗
                        </Checkbox>
                        <NumberInput
                          aria-label={`${p.name}的定额`}
                          placeholder="另定额"
                          value={seat.quota}
                          min={1}
                          max={1000}
                          precision={0}
                          suffix="分"
                          style={{ width: 110 }}
                          onChange={(quota) => seated(p.id, { quota })}
                        />
                      </span>
                    )}
                  </li>
                )
              })}
            </ul>
          </Panel>
          <Panel title="规则">
            <Field label="同一职级谁先选">
              <Select
                value={d.rules.tie}
                options={options(tieBreaks)}
                onChange={(tie) => set((x) => ({ ...x, rules: { ...x.rules, tie } }))}
                style={{ width: '100%' }}
              />
            </Field>
            <Field label="每人定额（分）" hint="不填：按人平均">
              <NumberInput
                value={d.rules.quota}
                min={1}
                max={1000}
                onChange={(quota) => set((x) => ({ ...x, rules: { ...x.rules, quota: quota ?? null } }))}
                style={{ width: '100%' }}
              />
            </Field>
            <Field label="至多几轮">
              <NumberInput
                value={d.rules.rounds}
                min={1}
                max={20}
                onChange={(rounds) => set((x) => ({ ...x, rules: { ...x.rules, rounds: rounds ?? 10 } }))}
                style={{ width: '100%' }}
              />
            </Field>
            <Checkbox
              checked={d.rules.countLoad}
              onChange={(e) => set((x) => ({ ...x, rules: { ...x.rules, countLoad: e.target.checked } }))}
            >
              原有包案计入负担
            </Checkbox>
            <h3>难度分</h3>
            <div className="hs-fields">
              {(Object.keys(weightNames) as (keyof typeof weightNames)[]).map((k) => (
                <Field key={k} label={weightNames[k]}>
                  <NumberInput
                    value={d.rules.weights[k]}
                    min={['repeat', 'many', 'old'].includes(k) ? 0 : 1}
                    max={10}
                    onChange={(n) =>
                      set((x) => ({
                        ...x,
                        rules: { ...x.rules, weights: { ...x.rules.weights, [k]: n ?? usualRules.weights[k] } },
                      }))
                    }
                    style={{ width: '100%' }}
                  />
                </Field>
              ))}
            </div>
          </Panel>
        </div>
      </div>
    </>
  )
}
