import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { z } from 'zod'
import type { Day } from '../kit/day.ts'
import { ConfirmButton, Nothing, PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { Rows, Sections, useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { roles } from '../people/roles.ts'
import { type IndicatorCode, indicators } from './measure.ts'
import { manages } from './policy.ts'
import { appealStates, type Card, outcomes, type PlanRow, assessmentRoutes as r, statuses } from './routes.ts'
import { type Assessed, assessed, type Lists } from './score.ts'

const wrongOf = (e: unknown) => (e instanceof Failure ? e.fields : {})
const points = (n: number | null) => (n === null ? '—' : n.toFixed(2))
const shows = ['assessment']

function Behind({ card, item, onClose }: { card: Card; item: string; onClose: () => void }) {
  const phone = usePhone()
  const params = { id: card.plan.id, staffId: card.person.staffId, item }
  const q = useQuery({ queryKey: ['assessment', 'line', params], queryFn: () => call(r.line, { params }) })
  return (
    <Drawer open title={q.data?.name ?? '逐件'} onClose={onClose} size={phone ? '100%' : 640} destroyOnHidden>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <div className="hs-stack">
          <p className="hs-muted">
            {q.data.formula}；统计截止 {q.data.cutoff}
          </p>
          <Rows
            label="逐件"
            rows={q.data.items}
            keyOf={(i) => `${i.id}${i.why}`}
            none="这一项还没有到期的事项。"
            columns={[
              { title: '编号', of: (i) => (i.opens ? <Link to={`/matter/${i.id}`}>{i.number}</Link> : i.number) },
              { title: '计入分子', of: (i) => (i.setAside ? '申诉剔除' : i.ok ? '是' : '否') },
              { title: '依据', of: (i) => i.why },
            ]}
          />
        </div>
      )}
    </Drawer>
  )
}

function ReportForm({ card, code, onClose }: { card: Card; code: string; onClose: () => void }) {
  const before = card.reports.find((x) => x.item === code)
  const task = card.tasks.find((t) => t.code === code)!
  const draft = useDraft(`assess:${card.plan.id}:${code}`, {
    body: before?.body ?? '',
    evidence: before?.evidence.join('\n') ?? '',
    claimed: before?.claimed ?? 100,
  })
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.report, {
        params: { id: card.plan.id },
        body: {
          requestId,
          item: code,
          version: before?.version,
          body: value.body,
          claimed: value.claimed,
          evidence: value.evidence
            .split('\n')
            .map((x) => x.trim())
            .filter(Boolean),
        },
      }),
    shows,
    {
      says: '已自报，等待另一人核定',
      done: () => {
        draft.clear()
        onClose()
      },
    },
  )
  const wrong = wrongOf(save.error)
  return (
    <div className="hs-stack">
      <p>{task.text}</p>
      <Field label="完成情况" wrong={wrong.body}>
        <Input.TextArea
          value={value.body}
          maxLength={2000}
          autoSize={{ minRows: 4 }}
          onChange={(e) => set((v) => ({ ...v, body: e.target.value }))}
        />
      </Field>
      <Field label="佐证" hint="每行一项：文号、事项编号、会议纪要等" wrong={wrong.evidence}>
        <Input.TextArea
          value={value.evidence}
          autoSize={{ minRows: 2 }}
          onChange={(e) => set((v) => ({ ...v, evidence: e.target.value }))}
        />
      </Field>
      <Field label="自评" wrong={wrong.claimed}>
        <InputNumber
          value={value.claimed}
          min={0}
          max={100}
          precision={0}
          suffix="分"
          onChange={(n) => set((v) => ({ ...v, claimed: n ?? 0 }))}
        />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          提交自报
        </Button>
      </div>
    </div>
  )
}

function AppealForm({ card, item, onClose }: { card: Card; item: string; onClose: () => void }) {
  const draft = useDraft(`appeal:${card.plan.id}:${item}`, '')
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.appeal, { params: { id: card.plan.id }, body: { requestId, item, reason: draft.value } }),
    shows,
    {
      says: '申诉已提出，由另一人答复',
      done: () => {
        draft.clear()
        onClose()
      },
    },
  )
  return (
    <div className="hs-stack">
      <p>{card.lines.find((l) => l.item === item)?.name}</p>
      <Field label="申诉理由" hint="写明哪些事项不应计入，或者分数为什么不对" wrong={wrongOf(save.error).reason}>
        <Input.TextArea
          value={draft.value}
          maxLength={1000}
          autoSize={{ minRows: 4 }}
          onChange={(e) => draft.set(e.target.value)}
        />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          提出申诉
        </Button>
      </div>
    </div>
  )
}

function ReviewForm({ card, id, onClose }: { card: Card; id: string; onClose: () => void }) {
  const row = card.reports.find((x) => x.id === id)!
  const [score, setScore] = useState(row.score ?? row.claimed)
  const [note, setNote] = useState('')
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.review, { params: { id }, body: { requestId, version: row.version, score, note } }),
    shows,
    { says: '已核定', done: onClose },
  )
  return (
    <div className="hs-stack">
      <p className="hs-text">{row.body}</p>
      <p className="hs-muted">佐证：{row.evidence.join('、')}</p>
      <Field label={`核定（自报 ${row.claimed} 分）`}>
        <InputNumber value={score} min={0} max={100} precision={0} suffix="分" onChange={(n) => setScore(n ?? 0)} />
      </Field>
      <Field label="核定理由" wrong={wrongOf(save.error).note}>
        <Input.TextArea value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          核定
        </Button>
      </div>
    </div>
  )
}

function AnswerForm({ card, id, onClose }: { card: Card; id: string; onClose: () => void }) {
  const row = card.appeals.find((x) => x.id === id)!
  const isRate = Object.hasOwn(indicators, row.item)
  const params = { id: card.plan.id, staffId: card.person.staffId, item: row.item }
  const behind = useQuery({
    queryKey: ['assessment', 'line', params],
    queryFn: () => call(r.line, { params }),
    enabled: isRate,
  })
  const [picked, setPicked] = useState<string[]>([])
  const [score, setScore] = useState(100)
  const [text, setText] = useState('')
  const save = useWrite(
    (upheld: boolean, requestId) =>
      call(r.answer, {
        params: { id },
        body: {
          requestId,
          upheld,
          answer: text,
          petitionIds: upheld ? picked : [],
          score: upheld && !isRate ? score : null,
        },
      }),
    shows,
    { says: '已答复', done: onClose },
  )
  return (
    <div className="hs-stack">
      <p>
        <b>{row.itemName}</b>
      </p>
      <p className="hs-text">{row.reason}</p>
      {isRate ? (
        <fieldset>
          <legend>成立的，选择要剔除的事项</legend>
          {behind.data?.items.map((i) => (
            <p key={`${i.id}${i.why}`}>
              <Checkbox
                checked={picked.includes(i.id)}
                onChange={(e) => setPicked(e.target.checked ? [...picked, i.id] : picked.filter((x) => x !== i.id))}
              >
                {i.number} {i.ok ? '' : '未计入分子，'}
                {i.why}
              </Checkbox>
            </p>
          ))}
        </fieldset>
      ) : (
        <Field label="更正后的分数" wrong={wrongOf(save.error).score}>
          <InputNumber value={score} min={0} max={100} precision={0} suffix="分" onChange={(n) => setScore(n ?? 0)} />
        </Field>
      )}
      <Field label="答复和依据" wrong={wrongOf(save.error).answer}>
        <Input.TextArea value={text} maxLength={1000} onChange={(e) => setText(e.target.value)} />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(true)}>
          成立
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate(false)}>
          不成立
        </Button>
      </div>
    </div>
  )
}

const outcomeOptions = Object.entries(outcomes).map(([value, label]) => ({ value, label }))

function OutcomeForm({ card, onClose }: { card: Card; onClose: () => void }) {
  const me = useMe()
  const [value, set] = useState({ kind: 'commend', body: '', basis: '', decidedBy: '', decidedOn: me.today as string })
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.outcome, {
        params: { id: card.plan.id, staffId: card.person.staffId },
        body: { requestId, ...value, kind: value.kind as 'commend', decidedOn: value.decidedOn as Day },
      }),
    shows,
    { says: '已记录', done: onClose },
  )
  const wrong = wrongOf(save.error)
  const line = (key: 'body' | 'basis' | 'decidedBy', label: string, hint?: string) => (
    <Field label={label} hint={hint} wrong={wrong[key]}>
      <Input value={value[key]} maxLength={200} onChange={(e) => set({ ...value, [key]: e.target.value })} />
    </Field>
  )
  return (
    <div className="hs-stack">
      <p className="hs-note">奖惩由有权的机关和会议决定，这里只作记录；系统不作结论。</p>
      <Field label="种类">
        <Select
          value={value.kind}
          options={outcomeOptions}
          onChange={(kind) => set({ ...value, kind })}
          style={{ width: '100%' }}
        />
      </Field>
      {line('body', '内容')}
      {line('basis', '依据', '制度条款或事实')}
      {line('decidedBy', '决定的机关或会议')}
      <Field label="决定日期" wrong={wrong.decidedOn}>
        <Input
          type="date"
          value={value.decidedOn}
          max={me.today}
          onChange={(e) => set({ ...value, decidedOn: e.target.value })}
        />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          记录
        </Button>
      </div>
    </div>
  )
}

type Doing =
  | { what: 'behind' | 'report' | 'appeal' | 'review' | 'answer'; key: string }
  | { what: 'outcome'; key: '' }
  | null
const doingTitle = { report: '自报', appeal: '申诉', review: '核定自报', answer: '答复申诉', outcome: '记录奖惩' }

/** One person's duties, tasks, lines, reports, appeals and outcomes. */
function CardView({ card }: { card: Card }) {
  const phone = usePhone()
  const [doing, setDoing] = useState<Doing>(null)
  const close = () => setDoing(null)
  const open = card.plan.status === 'open'
  const act = (what: NonNullable<Doing>['what'], key: string, label: string) => (
    <Button size="small" onClick={() => setDoing({ what, key } as Doing)}>
      {label}
    </Button>
  )
  return (
    <div className="hs-stack">
      <ul className="hs-numbers">
        <li>
          <b>{card.total === null ? '—' : card.total.toFixed(2)}</b>
          总分（按可以计分的各项折算）
        </li>
        <li>
          <b>{card.cutoff}</b>
          统计截止
        </li>
        <li>
          <b>{card.person.post}</b>
          {card.person.name}
          {card.standing ? `；${card.standing}` : ''}
        </li>
      </ul>
      <Panel title="逐项得分">
        <Rows
          label="逐项得分"
          rows={card.lines}
          keyOf={(l) => l.item}
          none="这一岗位没有考核项。"
          columns={[
            {
              title: '项目',
              of: (l) => (
                <>
                  {l.name}
                  <div className="hs-muted">{l.formula}</div>
                </>
              ),
            },
            {
              title: '分子/分母',
              num: true,
              of: (l) =>
                l.kind === 'indicator' ? (
                  <button
                    type="button"
                    className="hs-open"
                    aria-label={`${l.name} ${l.num}/${l.den}，逐件查看`}
                    onClick={() => setDoing({ what: 'behind', key: l.item })}
                  >
                    {l.num}/{l.den}
                  </button>
                ) : (
                  ''
                ),
            },
            { title: '结果', num: true, of: (l) => l.shown },
            { title: '权重', num: true, of: (l) => (l.weight ? l.weight : '不计分') },
            { title: '得分', num: true, of: (l) => points(l.points) },
            { title: '说明', of: (l) => l.note },
            {
              title: '办理',
              of: (l) =>
                open && card.mine && l.weight > 0 && !card.appeals.some((a) => a.item === l.item && a.state === 'open')
                  ? act('appeal', l.item, '申诉')
                  : '',
            },
          ]}
        />
      </Panel>
      <Panel title="职责清单">
        <Rows
          label="职责清单"
          rows={card.duties}
          keyOf={(d) => d.text}
          none="没有列出职责。"
          columns={[
            { title: '职责', of: (d) => d.text },
            { title: '依据', of: (d) => d.basis },
          ]}
        />
      </Panel>
      <Panel title="任务清单与自报">
        <Rows
          label="任务清单与自报"
          rows={card.tasks}
          keyOf={(t) => t.code}
          none="没有要自报的任务。"
          columns={[
            { title: '任务', of: (t) => t.text },
            { title: '期限', of: (t) => t.dueOn ?? '' },
            {
              title: '自报',
              of: (t) => {
                const x = card.reports.find((y) => y.item === t.code)
                return x ? `${x.claimed} 分；${x.body}；佐证：${x.evidence.join('、')}` : '还没有自报'
              },
            },
            {
              title: '核定',
              of: (t) => {
                const x = card.reports.find((y) => y.item === t.code)
                return x && x.score !== null ? `${x.score} 分，${x.reviewedName}；${x.note}` : ''
              },
            },
            {
              title: '办理',
              of: (t) => {
                const x = card.reports.find((y) => y.item === t.code)
                if (!open) return ''
                if (card.mine && (!x || x.score === null)) return act('report', t.code, x ? '修改自报' : '自报')
                if (card.mayManage && x) return act('review', x.id, '核定')
                return ''
              },
            },
          ]}
        />
      </Panel>
      {card.appeals.length > 0 && (
        <Panel title="申诉与更正">
          <Rows
            label="申诉与更正"
            rows={card.appeals}
            keyOf={(a) => a.id}
            none=""
            columns={[
              { title: '项目', of: (a) => a.itemName },
              { title: '理由', of: (a) => a.reason },
              { title: '结果', of: (a) => appealStates[a.state] },
              {
                title: '答复',
                of: (a) =>
                  a.state === 'open'
                    ? card.mayManage && open
                      ? act('answer', a.id, '答复')
                      : ''
                    : `${a.answeredName}：${a.answer}${a.setAside ? `；剔除 ${a.setAside} 件` : ''}${a.score === null ? '' : `；更正为 ${a.score} 分`}`,
              },
            ]}
          />
        </Panel>
      )}
      <Panel
        title="奖惩记录"
        extra={
          card.mayManage && (
            <Button size="small" onClick={() => setDoing({ what: 'outcome', key: '' })}>
              记录奖惩
            </Button>
          )
        }
      >
        <Rows
          label="奖惩记录"
          rows={card.outcomes}
          keyOf={(o) => o.id}
          none="没有奖惩记录。"
          columns={[
            { title: '日期', of: (o) => o.decidedOn },
            { title: '种类', of: (o) => outcomes[o.kind] },
            { title: '内容', of: (o) => o.body },
            { title: '依据', of: (o) => o.basis },
            { title: '决定', of: (o) => o.decidedBy },
          ]}
        />
      </Panel>
      {doing?.what === 'behind' && <Behind card={card} item={doing.key} onClose={close} />}
      {doing && doing.what !== 'behind' && (
        <Drawer open title={doingTitle[doing.what]} onClose={close} size={phone ? '100%' : 560} destroyOnHidden>
          {doing.what === 'report' && <ReportForm card={card} code={doing.key} onClose={close} />}
          {doing.what === 'appeal' && <AppealForm card={card} item={doing.key} onClose={close} />}
          {doing.what === 'review' && <ReviewForm card={card} id={doing.key} onClose={close} />}
          {doing.what === 'answer' && <AnswerForm card={card} id={doing.key} onClose={close} />}
          {doing.what === 'outcome' && <OutcomeForm card={card} onClose={close} />}
        </Drawer>
      )}
    </div>
  )
}

function Mine() {
  const q = useQuery({ queryKey: ['assessment', 'mine'], queryFn: () => call(r.myCard) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data?.cards.length === 0 && <Nothing>没有涉及您的考核方案。</Nothing>}
      {q.data?.cards.map((c) => (
        <section key={c.plan.id} aria-label={c.plan.name}>
          <h2>
            {c.plan.name} <span className="hs-muted">{statuses[c.plan.status]}</span>
          </h2>
          <CardView card={c} />
        </section>
      ))}
    </>
  )
}

/** The plan that the address names, else the newest. */
const usePlan = () => {
  const [params, setParams] = useSearchParams()
  const q = useQuery({ queryKey: ['assessment', 'plans'], queryFn: () => call(r.plans) })
  const plan = q.data?.find((p) => p.id === params.get('plan')) ?? q.data?.[0]
  return { q, plan, pick: (id: string) => setParams((p) => ({ ...Object.fromEntries(p), plan: id })) }
}
const PlanSelect = ({
  plans,
  value,
  onChange,
}: {
  plans: PlanRow[]
  value?: string
  onChange: (id: string) => void
}) => (
  <Field label="方案">
    <Select
      value={value}
      onChange={onChange}
      options={plans.map((p) => ({ value: p.id, label: `${p.name}（${statuses[p.status]}）` }))}
      style={{ width: '100%' }}
    />
  </Field>
)

function People() {
  const { q, plan, pick } = usePlan()
  const [params, setParams] = useSearchParams()
  const staffId = params.get('staff')
  const people = useQuery({
    queryKey: ['assessment', 'people', plan?.id],
    queryFn: () => call(r.people, { params: { id: plan!.id } }),
    enabled: !!plan && !staffId,
  })
  const card = useQuery({
    queryKey: ['assessment', 'card', plan?.id, staffId],
    queryFn: () => call(r.card, { params: { id: plan!.id, staffId: staffId! } }),
    enabled: !!plan && !!staffId,
  })
  if (q.data?.length === 0) return <Nothing>还没有考核方案，请先在“方案”里拟定。</Nothing>
  if (staffId)
    return (
      <div className="hs-stack">
        <p>
          <Link to="?tab=people">返回各人得分</Link>
        </p>
        <Sentence error={card.error} retry={() => void card.refetch()} />
        {card.isPending && <Waiting />}
        {card.data && <CardView card={card.data} />}
      </div>
    )
  return (
    <div className="hs-stack">
      {q.data && <PlanSelect plans={q.data} value={plan?.id} onChange={pick} />}
      <Sentence error={people.error} retry={() => void people.refetch()} />
      {people.isPending && <Waiting />}
      {people.data && (
        <>
          <p className="hs-muted">按岗位次序排列，不按得分排名；统计截止 {people.data.cutoff}。信访件数不计分。</p>
          <Rows
            label="各人得分"
            rows={people.data.people}
            keyOf={(p) => p.staffId}
            none="没有承担考核岗位的人员。"
            columns={[
              { title: '岗位', of: (p) => p.post },
              {
                title: '姓名',
                of: (p) => (
                  <button
                    type="button"
                    className="hs-open"
                    onClick={() => setParams({ tab: 'people', plan: plan!.id, staff: p.staffId })}
                  >
                    {p.name}
                  </button>
                ),
              },
              { title: '总分', num: true, of: (p) => points(p.total) },
              { title: '待核定或答复', num: true, of: (p) => p.waiting || '' },
            ]}
          />
        </>
      )}
    </div>
  )
}

/** Weights per post over what it can be scored on. */
function Weights({ lists, onChange }: { lists: Lists; onChange: (lists: Lists) => void }) {
  const codes = [
    ...(Object.keys(indicators) as IndicatorCode[]).filter((c) => indicators[c].scored),
    ...lists.tasks.map((t) => t.code),
  ]
  const nameOf = (c: string) => indicators[c as IndicatorCode]?.name ?? lists.tasks.find((t) => t.code === c)?.text ?? c
  const sum = (role: Assessed) => Object.values(lists.weights[role] ?? {}).reduce((a, b) => a + b, 0)
  return (
    <Rows
      label="各岗位权重"
      rows={assessed}
      keyOf={(x) => x}
      none=""
      columns={[
        { title: '岗位', of: (role) => roles[role] },
        {
          title: '权重',
          of: (role) => (
            <div className="hs-fields">
              {codes
                .filter(
                  (c) => Object.hasOwn(indicators, c) || lists.tasks.find((t) => t.code === c)?.roles.includes(role),
                )
                .map((c) => (
                  <Field key={c} label={nameOf(c)}>
                    <InputNumber
                      value={lists.weights[role]?.[c] ?? 0}
                      min={0}
                      max={100}
                      precision={0}
                      size="small"
                      onChange={(n) => {
                        const { [c]: _, ...rest } = lists.weights[role] ?? {}
                        onChange({ ...lists, weights: { ...lists.weights, [role]: n ? { ...rest, [c]: n } : rest } })
                      }}
                    />
                  </Field>
                ))}
            </div>
          ),
        },
        { title: '合计', num: true, of: (role) => <b className={sum(role) === 100 ? '' : 'hs-late'}>{sum(role)}</b> },
      ]}
    />
  )
}

function PlanForm({ plan }: { plan: PlanRow | null }) {
  const me = useMe()
  const year = me.today.slice(0, 4)
  const draft = useDraft(`plan:${plan?.id ?? 'new'}:${plan?.version ?? 0}`, {
    name: plan?.name ?? `${year} 年度党建考核`,
    fromOn: (plan?.fromOn ?? `${year}-01-01`) as string,
    toOn: (plan?.toOn ?? `${year}-12-31`) as string,
    lists: plan?.lists ?? null,
  })
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.savePlan, {
        body: {
          requestId,
          id: plan?.id,
          version: plan?.version,
          name: value.name,
          fromOn: value.fromOn as Day,
          toOn: value.toOn as Day,
          ...(value.lists ? { lists: value.lists } : {}),
        },
      }),
    shows,
    { says: '已保存', done: draft.clear },
  )
  const turn = useWrite(
    (to: 'open' | 'closed', requestId) =>
      call(r.turnPlan, { params: { id: plan!.id }, body: { requestId, version: plan!.version, to } }),
    shows,
    { says: '已办理' },
  )
  const recount = useQuery({
    queryKey: ['assessment', 'recount', plan?.id],
    queryFn: () => call(r.recount, { params: { id: plan!.id } }),
    enabled: false,
  })
  const wrong = wrongOf(save.error)
  const shut = plan?.status === 'closed'
  return (
    <div className="hs-stack">
      <div className="hs-fields">
        <Field label="名称" wrong={wrong.name}>
          <Input
            value={value.name}
            disabled={shut}
            maxLength={60}
            onChange={(e) => set((v) => ({ ...v, name: e.target.value }))}
          />
        </Field>
        <Field label="从" wrong={wrong.fromOn}>
          <Input
            type="date"
            value={value.fromOn}
            disabled={plan !== null && plan.status !== 'draft'}
            onChange={(e) => set((v) => ({ ...v, fromOn: e.target.value }))}
          />
        </Field>
        <Field label="到" wrong={wrong.toOn}>
          <Input
            type="date"
            value={value.toOn}
            disabled={plan !== null && plan.status !== 'draft'}
            onChange={(e) => set((v) => ({ ...v, toOn: e.target.value }))}
          />
        </Field>
      </div>
      {value.lists && !shut && (
        <>
          <Panel title="各岗位权重（每个岗位合计 100，全为 0 的不考核）">
            <Weights lists={value.lists} onChange={(lists) => set((v) => ({ ...v, lists }))} />
          </Panel>
          <Panel title="任务清单">
            <div className="hs-stack">
              {value.lists.tasks.map((t, i) => (
                <Field key={t.code} label={`任务 ${i + 1}（${t.roles.map((x) => roles[x]).join('、')}）`}>
                  <Input
                    value={t.text}
                    maxLength={200}
                    onChange={(e) =>
                      set((v) => ({
                        ...v,
                        lists: {
                          ...v.lists!,
                          tasks: v.lists!.tasks.map((x) => (x.code === t.code ? { ...x, text: e.target.value } : x)),
                        },
                      }))
                    }
                  />
                </Field>
              ))}
            </div>
          </Panel>
          <Panel title="职责清单">
            <div className="hs-stack">
              {value.lists.duties.map((t, i) => (
                <Field key={t.code} label={`职责 ${i + 1}（${t.basis}）`}>
                  <Input
                    value={t.text}
                    maxLength={200}
                    onChange={(e) =>
                      set((v) => ({
                        ...v,
                        lists: {
                          ...v.lists!,
                          duties: v.lists!.duties.map((x) => (x.code === t.code ? { ...x, text: e.target.value } : x)),
                        },
                      }))
                    }
                  />
                </Field>
              ))}
            </div>
          </Panel>
        </>
      )}
      <Sentence error={save.error ?? turn.error ?? recount.error} />
      {recount.data && (
        <p role="status">
          {recount.data.same
            ? `用留痕重算 ${recount.data.matters} 件事项、${recount.data.people} 人，与显示的完全一致。`
            : `用留痕重算，有 ${recount.data.differences.length} 处不一致：${recount.data.differences.join('；')}`}
        </p>
      )}
      <div className="hs-actions">
        {!shut && (
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
            {plan ? '保存方案' : '拟定方案'}
          </Button>
        )}
        {plan?.status === 'draft' && (
          <ConfirmButton
            confirm="开始后各人可以看到自己的考核，起止日期不能再改。确定吗？"
            onConfirm={() => turn.mutateAsync('open')}
          >
            开始考核
          </ConfirmButton>
        )}
        {plan?.status === 'open' && (
          <ConfirmButton confirm="关闭后结果固定，不能再改。确定吗？" onConfirm={() => turn.mutateAsync('closed')}>
            关闭考核
          </ConfirmButton>
        )}
        {plan && plan.status !== 'draft' && (
          <Button loading={recount.isFetching} onClick={() => void recount.refetch()}>
            用留痕重算
          </Button>
        )}
      </div>
    </div>
  )
}

function Plans() {
  const { q, plan, pick } = usePlan()
  const [fresh, setFresh] = useState(false)
  if (q.isPending) return <Waiting />
  return (
    <div className="hs-stack">
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.data && q.data.length > 0 && (
        <div className="hs-fields">
          <PlanSelect
            plans={q.data}
            value={fresh ? undefined : plan?.id}
            onChange={(id) => {
              setFresh(false)
              pick(id)
            }}
          />
          {!fresh && (
            <div className="hs-actions">
              <Button onClick={() => setFresh(true)}>另拟一个方案</Button>
            </div>
          )}
        </div>
      )}
      <PlanForm key={fresh ? 'new' : `${plan?.id}:${plan?.version}`} plan={fresh ? null : (plan ?? null)} />
    </div>
  )
}

function WhatIf() {
  const { q, plan, pick } = usePlan()
  const [lists, setLists] = useState<{ id: string; lists: Lists } | null>(null)
  const now = plan && lists?.id === plan.id ? lists.lists : plan?.lists
  const run = useWrite((_: undefined) => call(r.whatIf, { params: { id: plan!.id }, body: { lists: now! } }), [])
  const moved = run.data as z.infer<(typeof r.whatIf)['response']> | undefined
  if (q.data?.length === 0) return <Nothing>还没有考核方案。</Nothing>
  return (
    <div className="hs-stack">
      <p className="hs-note">改变权重看看谁的得分变动、为什么；什么都不保存。</p>
      {q.data && <PlanSelect plans={q.data} value={plan?.id} onChange={pick} />}
      {now && <Weights lists={now} onChange={(l) => setLists({ id: plan!.id, lists: l })} />}
      <Sentence error={run.error} />
      <div className="hs-actions">
        <Button type="primary" disabled={!now} loading={run.isPending} onClick={() => run.mutate(undefined)}>
          试算
        </Button>
      </div>
      {moved && (
        <Rows
          label="试算结果"
          rows={moved}
          keyOf={(m) => m.staffId}
          none="没有人的得分变动。"
          columns={[
            { title: '岗位', of: (m) => m.post },
            { title: '姓名', of: (m) => m.name },
            { title: '现在', num: true, of: (m) => points(m.before) },
            { title: '试算', num: true, of: (m) => points(m.after) },
            { title: '变动', num: true, of: (m) => `${m.change > 0 ? '+' : ''}${m.change.toFixed(2)}` },
            {
              title: '原因',
              of: (m) => m.why.map((w) => `${w.name} ${w.change > 0 ? '+' : ''}${w.change.toFixed(2)}`).join('，'),
            },
          ]}
        />
      )}
    </div>
  )
}

/** Assessment: one's own page for everybody; people, plans and trial weights for those who manage it. */
export default function Assessment() {
  const me = useMe()
  const items = [
    { key: 'mine', label: '我的考核', children: <Mine /> },
    ...(manages(me.roles)
      ? [
          { key: 'people', label: '各人得分', children: <People /> },
          { key: 'plans', label: '方案', children: <Plans /> },
          { key: 'whatIf', label: '试算', children: <WhatIf /> },
        ]
      : []),
  ]
  return (
    <>
      <PageHead title="党建考核" />
      <Sections label="党建考核" items={items} />
    </>
  )
}
