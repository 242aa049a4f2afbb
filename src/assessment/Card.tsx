import { Button } from 'antd'
import { useState } from 'react'
import { Panel } from '../kit/ui/bits.tsx'
import { Side } from '../kit/ui/Form.tsx'
import { Rows } from '../kit/ui/Rows.tsx'
import { Behind } from './Behind.tsx'
import { AnswerForm, AppealForm, OutcomeForm, ReportForm, ReviewForm } from './CardForms.tsx'
import { Evidence } from './Evidence.tsx'
import { appealStates, type Card, outcomes } from './routes.ts'
import { points } from './score.ts'

type Doing =
  | { what: 'behind' | 'report' | 'appeal' | 'review' | 'answer'; key: string }
  | { what: 'outcome'; key: '' }
  | null
const doingTitle = { report: '自报', appeal: '申诉', review: '核定自报', answer: '答复申诉', outcome: '记录奖惩' }

/** One person's duties, tasks, lines, reports, appeals and outcomes. */
export function CardView({ card }: { card: Card }) {
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
                const files = card.files.filter((f) => f.item === t.code)
                return (
                  <>
                    {x
                      ? `${x.claimed} 分；${x.body}${x.evidence.length ? `；佐证：${x.evidence.join('、')}` : ''}`
                      : '还没有自报'}
                    <Evidence files={files} />
                  </>
                )
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
                if (card.mayManage && x) return act('review', x.id, x.score === null ? '核定' : '重新核定')
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
        <Side title={doingTitle[doing.what]} onClose={close}>
          {doing.what === 'report' && <ReportForm card={card} code={doing.key} onClose={close} />}
          {doing.what === 'appeal' && <AppealForm card={card} item={doing.key} onClose={close} />}
          {doing.what === 'review' && <ReviewForm card={card} id={doing.key} onClose={close} />}
          {doing.what === 'answer' && <AnswerForm card={card} id={doing.key} onClose={close} />}
          {doing.what === 'outcome' && <OutcomeForm card={card} onClose={close} />}
        </Side>
      )}
    </div>
  )
}
