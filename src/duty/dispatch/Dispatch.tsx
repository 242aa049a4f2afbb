import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, DatePicker, Input, InputNumber, Modal } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Day } from '../../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { Scroll } from '../../kit/ui/Scroll.tsx'
import { has, useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { GradeTag } from '../../petitions/tags.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../ui/useSend.ts'
import { meetingStatuses } from './dispatch.ts'

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
      <Field label="日期">
        <DatePicker
          value={dayjs(v.onDay)}
          onChange={(d) => d && setV({ ...v, onDay: d.format('YYYY-MM-DD') as Day })}
          style={{ width: '100%' }}
        />
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
        <InputNumber value={v.days} min={30} max={3650} onChange={(days) => setV({ ...v, days: days ?? 365 })} />
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
            <Button type="primary" disabled={chosen.size === 0} onClick={() => setCalling(true)}>
              召集会议{chosen.size > 0 ? `（${chosen.size} 件）` : ''}
            </Button>
          )
        }
      />
      <Sentence error={board.error ?? meetings.error} retry={() => void board.refetch()} />
      {!b && !board.error && <Waiting />}
      {b && (
        <>
          <ul className="hs-owed">
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
            {b.rows.length === 0 ? (
              <Nothing>没有积案、超期或红色的在办事项。</Nothing>
            ) : (
              <Scroll label="调度议题">
                <table className="hs-table">
                  <thead>
                    <tr>
                      {calls && <th scope="col">放入</th>}
                      <th scope="col">级别</th>
                      <th scope="col">事项</th>
                      <th scope="col">原因</th>
                      <th scope="col">村责任人</th>
                      <th scope="col">管区书记</th>
                      <th scope="col">包案领导</th>
                    </tr>
                  </thead>
                  <tbody>
                    {b.rows.map((r) => (
                      <tr key={r.id}>
                        {calls && (
                          <td>
                            <Checkbox
                              aria-label={`放入 ${r.number}`}
                              checked={chosen.has(r.id)}
                              onChange={(e) => toggle(r.id, e.target.checked)}
                            />
                          </td>
                        )}
                        <td>
                          <GradeTag grade={r.grade} />
                        </td>
                        <td className="hs-linked">
                          {opens ? <Link to={`/matter/${r.id}`}>{r.title}</Link> : r.title}{' '}
                          <span className="hs-muted">
                            {r.number} {r.village}
                          </span>
                        </td>
                        <td>{r.because.join('；')}</td>
                        {(['villageOwner', 'areaOwner', 'lead'] as const).map((k, i) => (
                          <td
                            key={k}
                            className={
                              r.missing.includes(['村责任人', '管区书记', '包案领导'][i]!) ? 'hs-late' : undefined
                            }
                          >
                            {r[k] || (r.missing.includes(['村责任人', '管区书记', '包案领导'][i]!) ? '缺' : '—')}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
            )}
          </Panel>
          {b.byKind.length > 0 && (
            <Panel title={`${b.year} 年化解的积案，按内容分类`}>
              <Scroll label="按内容分类">
                <table className="hs-table">
                  <thead>
                    <tr>
                      <th scope="col">分类</th>
                      <th scope="col" className="hs-num">
                        化解
                      </th>
                      <th scope="col" className="hs-num">
                        信访人
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {b.byKind.map((k) => (
                      <tr key={k.kind}>
                        <td>{k.kind}</td>
                        <td className="hs-num">{k.n}</td>
                        <td className="hs-num">{k.people}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
            </Panel>
          )}
        </>
      )}
      {meetings.data && (
        <Panel title="调度会议">
          {meetings.data.length === 0 ? (
            <Nothing>还没有开过调度会议。从上面选议题，召集会议。</Nothing>
          ) : (
            <Scroll label="调度会议">
              <table className="hs-table">
                <thead>
                  <tr>
                    <th scope="col">会议</th>
                    <th scope="col">日期</th>
                    <th scope="col">主持</th>
                    <th scope="col">状态</th>
                    <th scope="col" className="hs-num">
                      议题
                    </th>
                    <th scope="col" className="hs-num">
                      决定
                    </th>
                    <th scope="col" className="hs-num">
                      未落实
                    </th>
                    <th scope="col" className="hs-num">
                      超期
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {meetings.data.map((m) => (
                    <tr key={m.id}>
                      <td>
                        <Link to={`/dispatch/${m.id}`}>{m.title}</Link>
                      </td>
                      <td>{m.onDay}</td>
                      <td>{m.chairName}</td>
                      <td>{meetingStatuses[m.status]}</td>
                      <td className="hs-num">{m.items}</td>
                      <td className="hs-num">{m.decisions}</td>
                      <td className="hs-num">{m.open}</td>
                      <td className={m.late ? 'hs-num hs-late' : 'hs-num'}>{m.late}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </Panel>
      )}
      {calling && <CallMeeting petitionIds={[...chosen]} onClose={() => setCalling(false)} />}
      {ruling && b && <Rule rule={b.rule} onClose={() => setRuling(false)} />}
    </>
  )
}
