import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Day } from '../../kit/day.ts'
import { PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { Rows } from '../../kit/ui/Rows.tsx'
import { has, useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { GradeTag } from '../../petitions/tags.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { meetingWords } from './dispatch.ts'
import type { BacklogRow } from './routes.ts'

function CallMeeting({ petitionIds, onClose }: { petitionIds: string[]; onClose: () => void }) {
  const me = useMe()
  const go = useNavigate()
  const [v, setV] = useState({
    title: '积案化解调度会',
    onDay: me.today,
    place: '镇会议室',
    chairId: null as string | null,
  })
  const { send, busy, error, fields } = useSend([['dispatch']])
  return (
    <Modal
      open
      title={`召集调度会议：${petitionIds.length} 件`}
      okText="召集"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'call',
          (requestId) =>
            call(dutyRoutes.callMeeting, { body: { requestId, ...v, chairId: v.chairId ?? '', petitionIds } }),
          '已召集',
        )
        if (done) void go(`/dispatch/${done.id}`)
      }}
    >
      <Sentence error={error} />
      <Field label="会议名称" wrong={fields.title}>
        <Input value={v.title} maxLength={60} onChange={(e) => setV({ ...v, title: e.target.value })} />
      </Field>
      <Field label="日期" wrong={fields.onDay}>
        <DayInput value={v.onDay} today={me.today} ahead onChange={(d) => setV({ ...v, onDay: d as Day })} />
      </Field>
      <Field label="地点">
        <Input value={v.place} maxLength={100} onChange={(e) => setV({ ...v, place: e.target.value })} />
      </Field>
      <Field label="主持人" hint="一般由党委副书记主持" wrong={fields.chairId}>
        <StaffPicker
          value={v.chairId}
          onChange={(x) => setV({ ...v, chairId: x })}
          roles={['leadOfficial', 'townLeader', 'petitionHead']}
        />
      </Field>
    </Modal>
  )
}

function Rule({ rule, onClose }: { rule: { days: number; repeat: boolean }; onClose: () => void }) {
  const [v, setV] = useState(rule)
  const { send, busy, error } = useSend([['dispatch']])
  return (
    <Modal
      open
      title="什么是积案"
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        if (await send('rule', (requestId) => call(dutyRoutes.backlogRule, { body: { requestId, rule: v } }), '已改定'))
          onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="自收到之日起满多少天没有销号" hint="国家没有统一的定义，由本镇自定；改动留痕">
        <NumberInput value={v.days} min={30} max={3650} onChange={(days) => setV({ ...v, days: days ?? 365 })} />
      </Field>
      <Checkbox checked={v.repeat} onChange={(e) => setV({ ...v, repeat: e.target.checked })}>
        同一事项重复反映的也算
      </Checkbox>
    </Modal>
  )
}

/** 调度: the backlog with its three key people, what was resolved, and the meetings. */
export default function Dispatch() {
  const me = useMe()
  const board = useQuery({ queryKey: ['dispatch', 'backlog'], queryFn: () => call(dutyRoutes.backlog) })
  const meetings = useQuery({ queryKey: ['dispatch', 'meetings'], queryFn: () => call(dutyRoutes.meetings) })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [calling, setCalling] = useState(false)
  const [ruling, setRuling] = useState(false)
  const calls = has(me, 'petitionHead', 'leadOfficial', 'townLeader')
  const b = board.data
  const opens = has(me, 'clerk', 'petitionHead')
  const toggle = (id: string, on: boolean) =>
    setChosen((s) => {
      const next = new Set(s)
      if (on) next.add(id)
      else next.delete(id)
      return next
    })
  return (
    <>
      <PageHead
        title="积案调度"
        extra={
          calls && (
            <>
              {chosen.size === 0 && <span className="hs-muted">先在议题里勾选</span>}
              <Button type="primary" disabled={chosen.size === 0} onClick={() => setCalling(true)}>
                召集会议{chosen.size > 0 ? `（${chosen.size} 件）` : ''}
              </Button>
            </>
          )
        }
      />
      <Sentence error={board.error ?? meetings.error} retry={() => void board.refetch()} />
      {!b && !board.error && <Waiting />}
      {b && (
        <>
          <ul className="hs-owed hs-tallies">
            <li>
              <span>
                在办积案<b>{b.rows.filter((r) => r.backlog).length}</b>
              </span>
            </li>
            <li>
              <span>
                关键人不齐
                <b className={b.rows.some((r) => r.missing.length) ? 'hs-late' : undefined}>
                  {b.rows.filter((r) => r.missing.length).length}
                </b>
              </span>
            </li>
            <li>
              <span>
                {b.year} 年化解积案<b>{b.resolved}</b>
              </span>
            </li>
            <li>
              <span>
                涉及信访人<b>{b.people}</b>
              </span>
            </li>
          </ul>
          <Panel
            title={`议题：积案、超期、红色 ${b.rows.length} 件`}
            extra={
              <span className="hs-inline">
                <span className="hs-muted">
                  积案：满 {b.rule.days} 天{b.rule.repeat ? '或重复反映' : ''}
                </span>
                {has(me, 'petitionHead') && (
                  <Button size="small" onClick={() => setRuling(true)}>
                    改定义
                  </Button>
                )}
              </span>
            }
          >
            <Rows
              label="调度议题"
              rows={b.rows}
              keyOf={(r) => r.id}
              none="没有积案、超期或红色的在办事项。"
              columns={[
                ...(calls
                  ? [
                      {
                        title: '放入',
                        of: (r: BacklogRow) => (
                          <Checkbox
                            aria-label={`放入 ${r.number}`}
                            checked={chosen.has(r.id)}
                            onChange={(e) => toggle(r.id, e.target.checked)}
                          />
                        ),
                      },
                    ]
                  : []),
                { title: '级别', of: (r) => <GradeTag grade={r.grade} /> },
                {
                  title: '事项',
                  of: (r) => (
                    <span className="hs-linked">
                      {opens ? <Link to={`/matter/${r.id}`}>{r.title}</Link> : r.title}{' '}
                      <span className="hs-muted hs-unbroken">{r.number}</span>{' '}
                      <span className="hs-muted hs-unbroken">{r.village}</span>
                    </span>
                  ),
                },
                { title: '原因', of: (r) => r.because.join('；') },
                ...(['villageOwner', 'areaOwner', 'lead'] as const).map((k, i) => {
                  const title = ['村责任人', '管区书记', '包案领导'][i]!
                  return {
                    title,
                    of: (r: BacklogRow) => {
                      const lacks = r.missing.includes(title)
                      return <span className={lacks ? 'hs-late' : undefined}>{r[k] || (lacks ? '缺' : '—')}</span>
                    },
                  }
                }),
              ]}
            />
          </Panel>
          {b.byKind.length > 0 && (
            <Panel title={`${b.year} 年化解的积案，按内容分类`}>
              <Rows
                label="按内容分类"
                rows={b.byKind}
                keyOf={(k) => k.kind}
                none=""
                columns={[
                  { title: '分类', of: (k) => k.kind },
                  { title: '化解', num: true, of: (k) => k.n },
                  { title: '信访人', num: true, of: (k) => k.people },
                ]}
              />
            </Panel>
          )}
        </>
      )}
      {meetings.data && (
        <Panel title="调度会议">
          <Rows
            label="调度会议"
            rows={meetings.data}
            keyOf={(m) => m.id}
            none="还没有开过调度会议。从上面选议题，召集会议。"
            columns={[
              { title: '会议', of: (m) => <Link to={`/dispatch/${m.id}`}>{m.title}</Link> },
              { title: '日期', of: (m) => m.onDay },
              { title: '主持', of: (m) => m.chairName },
              { title: '状态', of: (m) => meetingWords(m, me.today) },
              { title: '议题', num: true, of: (m) => m.items },
              { title: '决定', num: true, of: (m) => m.decisions },
              { title: '未落实', num: true, of: (m) => m.open },
              { title: '超期', num: true, of: (m) => <span className={m.late ? 'hs-late' : undefined}>{m.late}</span> },
            ]}
          />
        </Panel>
      )}
      {calling && <CallMeeting petitionIds={[...chosen]} onClose={() => setCalling(false)} />}
      {ruling && b && <Rule rule={b.rule} onClose={() => setRuling(false)} />}
    </>
  )
}
