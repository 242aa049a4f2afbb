import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox } from 'antd'
import type { Day } from '../kit/day.ts'
import { Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { ChoiceField, DayField, Form, NumberField, TextField, useForm } from '../kit/ui/Form.tsx'
import { Uploads } from '../kit/ui/Uploads.tsx'
import { useMe } from '../people/me.ts'
import { Evidence } from './Evidence.tsx'
import { isIndicator } from './measure.ts'
import { type Card, outcomes, assessmentRoutes as r } from './routes.ts'

const shows = ['assessment']
interface Given {
  card: Card
  onClose: () => void
}
const score = { min: 0, max: 100, unit: '分' }

/** Report on a task of one's own, with evidence. */
export function ReportForm({ card, code, onClose }: Given & { code: string }) {
  const client = useQueryClient()
  const before = card.reports.find((x) => x.item === code)
  const form = useForm({
    keep: `assess:${card.plan.id}:${code}`,
    start: {
      body: before?.body ?? '',
      evidence: before?.evidence.join('\n') ?? '',
      claimed: before?.claimed ?? 100,
    },
    send: ({ body, evidence, claimed }, requestId) =>
      call(r.report, {
        params: { id: card.plan.id },
        body: {
          requestId,
          item: code,
          version: before?.version,
          body,
          claimed,
          evidence: evidence
            .split('\n')
            .map((x) => x.trim())
            .filter(Boolean),
        },
      }),
    shows,
    says: '已自报，等待另一人核定',
    done: onClose,
  })
  return (
    <Form form={form} button="提交自报">
      <p>{card.tasks.find((t) => t.code === code)?.text}</p>
      <TextField form={form} name="body" label="完成情况" max={2000} rows={4} />
      <TextField form={form} name="evidence" label="佐证" hint="每行一项：文号、事项编号、会议纪要等" rows={2} />
      <Uploads
        to={`/api/assessment/plans/${card.plan.id}/files/${code}`}
        mayAdd
        note="佐证也可以是文件，每个不超过 20 MB；附上以后不能撤回。"
        onDone={() => void client.invalidateQueries({ queryKey: ['assessment'] })}
      >
        {() => <Evidence files={card.files.filter((f) => f.item === code)} />}
      </Uploads>
      <NumberField form={form} name="claimed" label="自评" {...score} />
    </Form>
  )
}

/** Object to a line of one's own. */
export function AppealForm({ card, item, onClose }: Given & { item: string }) {
  const form = useForm({
    keep: `appeal:${card.plan.id}:${item}`,
    start: { reason: '' },
    send: ({ reason }, requestId) =>
      call(r.appeal, { params: { id: card.plan.id }, body: { requestId, item, reason } }),
    shows,
    says: '申诉已提出，由另一人答复',
    done: onClose,
  })
  return (
    <Form form={form} button="提出申诉">
      <p>{card.lines.find((l) => l.item === item)?.name}</p>
      <TextField
        form={form}
        name="reason"
        label="申诉理由"
        hint="写明哪些事项不应计入，或者分数为什么不对"
        max={1000}
        rows={4}
      />
    </Form>
  )
}

/** Fix the points of a report of somebody else. */
export function ReviewForm({ card, id, onClose }: Given & { id: string }) {
  const row = card.reports.find((x) => x.id === id)!
  const form = useForm({
    start: { score: row.score ?? row.claimed, note: '' },
    send: (value, requestId) => call(r.review, { params: { id }, body: { requestId, version: row.version, ...value } }),
    shows,
    says: '已核定',
    done: onClose,
  })
  return (
    <Form form={form} button="核定">
      <p className="hs-text">{row.body}</p>
      {row.evidence.length > 0 && <p className="hs-muted">佐证：{row.evidence.join('、')}</p>}
      <Evidence files={card.files.filter((f) => f.item === row.item)} />
      <NumberField form={form} name="score" label={`核定（自报 ${row.claimed} 分）`} {...score} />
      <TextField form={form} name="note" label="核定理由" max={500} rows={2} />
    </Form>
  )
}

/** Answer an objection: upheld, with the matters to be left out or the points put right, or not. */
export function AnswerForm({ card, id, onClose }: Given & { id: string }) {
  const row = card.appeals.find((x) => x.id === id)!
  const isRate = isIndicator(row.item)
  const params = { id: card.plan.id, staffId: card.person.staffId, item: row.item }
  const behind = useQuery({
    queryKey: ['assessment', 'line', params],
    queryFn: () => call(r.line, { params }),
    enabled: isRate,
  })
  const form = useForm({
    start: { picked: [] as string[], score: 100, answer: '' },
    send: ({ picked, score, answer }, requestId, upheld: boolean) =>
      call(r.answer, {
        params: { id },
        body: {
          requestId,
          upheld,
          answer,
          petitionIds: upheld ? picked : [],
          score: upheld && !isRate ? score : null,
        },
      }),
    shows,
    says: '已答复',
    done: onClose,
  })
  const { picked } = form.value
  return (
    <Form
      form={form}
      button="成立"
      how={true}
      other={
        <Button loading={form.busy} onClick={() => form.submit(false)}>
          不成立
        </Button>
      }
    >
      <p>
        <b>{row.itemName}</b>
      </p>
      <p className="hs-text">{row.reason}</p>
      {isRate ? (
        <fieldset className="hs-pick">
          <legend>成立的，选择要剔除的事项</legend>
          <Sentence error={behind.error} retry={() => void behind.refetch()} />
          {behind.isPending && <Waiting rows={3} />}
          {behind.data?.items.map((i) => (
            <Checkbox
              key={`${i.id}${i.why}`}
              checked={picked.includes(i.id)}
              onChange={(e) =>
                form.set({ picked: e.target.checked ? [...picked, i.id] : picked.filter((x) => x !== i.id) })
              }
            >
              {i.number} {i.ok ? '' : '未计入分子，'}
              {i.why}
            </Checkbox>
          ))}
        </fieldset>
      ) : (
        <NumberField form={form} name="score" label="更正后的分数" {...score} />
      )}
      <TextField form={form} name="answer" label="答复和依据" max={1000} rows={2} />
    </Form>
  )
}

/** Write down what an organ or a meeting decided about somebody. */
export function OutcomeForm({ card, onClose }: Given) {
  const me = useMe()
  const form = useForm({
    start: {
      kind: 'commend' as keyof typeof outcomes,
      body: '',
      basis: '',
      decidedBy: '',
      decidedOn: me.today as Day,
    },
    send: (value, requestId) =>
      call(r.outcome, { params: { id: card.plan.id, staffId: card.person.staffId }, body: { requestId, ...value } }),
    shows,
    says: '已记录',
    done: onClose,
  })
  return (
    <Form form={form} button="记录">
      <p className="hs-note">奖惩由有权的机关和会议决定，这里只作记录；系统不作结论。</p>
      <ChoiceField form={form} name="kind" label="种类" choices={outcomes} />
      <TextField form={form} name="body" label="内容" max={500} />
      <TextField form={form} name="basis" label="依据" hint="制度条款或事实" max={200} />
      <TextField form={form} name="decidedBy" label="决定的机关或会议" max={60} />
      <DayField form={form} name="decidedOn" label="决定日期" today={me.today} />
    </Form>
  )
}
