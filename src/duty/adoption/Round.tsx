import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { shortMoment } from '../../kit/day.ts'
import { ConfirmButton, Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { GradeTag, KeyTag } from '../../petitions/tags.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import type { RoundEvent } from './round.ts'
import { type CaseRow, roundKinds, roundStates } from './routes.ts'

/** Hears that the round moved on; the browser itself comes back after a broken line and says where it was. */
const useLive = (id: string, on: boolean) => {
  const client = useQueryClient()
  const [line, setLine] = useState<'on' | 'lost'>('on')
  useEffect(() => {
    if (!on) return
    let source: EventSource | null = null
    let timer = 0
    const connect = () => {
      source = new EventSource(`/api/adoption/rounds/${id}/live`)
      source.addEventListener('round', () => void client.invalidateQueries({ queryKey: ['adoption', 'round', id] }))
      source.onopen = () => setLine('on')
      source.onerror = () => {
        setLine('lost')
        // A line refused outright (signed out, server away) is not tried again by the browser: ask once more later.
        if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, 3000)
      }
    }
    connect()
    return () => {
      window.clearTimeout(timer)
      source?.close()
    }
  }, [id, on, client])
  return line
}

type Asking =
  | { kind: 'pass' }
  | { kind: 'delegate' }
  | { kind: 'recuse'; row: CaseRow }
  | { kind: 'remove'; row: CaseRow }
  | { kind: 'cancel' }
const titles = {
  pass: '跳过这一次',
  delegate: '委托他人代选',
  recuse: '申请回避',
  remove: '移出本轮',
  cancel: '取消轮次',
}

/** One adoption round: before it begins, while it runs, and its frozen result. Desk and phone. */
export default function RoundPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const go = useNavigate()
  const { message } = App.useApp()
  const q = useQuery({
    queryKey: ['adoption', 'round', id],
    queryFn: () => call(dutyRoutes.round, { params: { id } }),
    // The stream tells at once; this is for a network that lets no stream through.
    refetchInterval: (s) => (s.state.data?.state === 'open' ? 10_000 : false),
  })
  const v = q.data
  const line = useLive(id, v?.state === 'open')
  const { send, busy, error, fields, clear } = useSend([
    ['adoption', 'round', id],
    ['adoption', 'rounds'],
    ['petitions', 'desk'],
  ])
  const [asking, setAsking] = useState<Asking | null>(null)
  const [reason, setReason] = useState('')
  const [toId, setToId] = useState<string | null>(null)
  if (q.error && !v)
    return (
      <>
        <PageHead title="包案轮次" />
        <Sentence error={q.error} retry={() => void q.refetch()} />
      </>
    )
  if (!v) return <Waiting />
  const event = (name: string, e: RoundEvent, says: string) =>
    send(
      name,
      (requestId) => call(dutyRoutes.roundEvent, { params: { id }, body: { requestId, version: v.version, event: e } }),
      says,
    )
  const ask = (a: Asking) => {
    clear()
    setReason('')
    setToId(null)
    setAsking(a)
  }
  const mine = v.people.find((p) => p.id === me.staffId)
  const whose = v.choosesFor ? v.people.find((p) => p.id === v.choosesFor) : mine
  const confirmAsk = async () => {
    if (!asking) return
    const whose = v.choosesFor ?? v.turnId ?? me.staffId
    const done =
      asking.kind === 'cancel'
        ? await send(
            'cancel',
            (requestId) =>
              call(dutyRoutes.roundCancel, { params: { id }, body: { requestId, version: v.version, reason } }),
            '轮次已取消',
          )
        : asking.kind === 'pass'
          ? await event('pass', { kind: 'pass', leaderId: whose, reason }, '已跳过')
          : asking.kind === 'delegate'
            ? await event('delegate', { kind: 'delegate', leaderId: me.staffId, toId, reason }, '已记录')
            : asking.kind === 'recuse'
              ? await event('recuse', { kind: 'recuse', leaderId: me.staffId, caseId: asking.row.id, reason }, '已回避')
              : await event('remove', { kind: 'remove', caseId: asking.row.id, reason }, '已移出')
    if (done) setAsking(null)
  }
  const nameOf = (leader: string | null) => v.people.find((p) => p.id === leader)?.name ?? ''
  const open = v.state === 'open'
  const free = v.rows.filter((r) => !r.ownerId && !r.removed)
  const taken = v.rows.filter((r) => r.ownerId)
  const caseLine = (r: CaseRow) => (
    <li key={r.id}>
      <GradeTag grade={r.grade} />
      <div>
        {me.roles.includes('petitionHead') || r.ownerId === me.staffId ? (
          <Link to={`/matter/${r.id}`}>{r.title}</Link>
        ) : (
          <b>{r.title}</b>
        )}{' '}
        <KeyTag isKey={r.isKey} />
        <small>
          {[r.number, r.village, r.category, `${r.receivedOn} 收到`, r.lead && `现由${r.lead}包案`]
            .filter(Boolean)
            .join(' · ')}
        </small>
        <small>
          难度 {r.points} 分（{r.because.join('，')}）{r.barred > 0 ? ` · ${r.barred} 人回避` : ''}
        </small>
      </div>
      <div className="hs-case-do">
        {r.ownerId ? (
          <>
            <b>{nameOf(r.ownerId)}</b>
            <small>
              {r.how !== 'picked' ? '无人选择，由高到低确定' : r.pickedBy ? `${r.pickedBy}代选` : '本人选定'}
            </small>
          </>
        ) : (
          open && (
            <>
              {v.choosesFor && (
                <ConfirmButton
                  type="primary"
                  disabled={r.refusal !== null}
                  title={r.refusal ?? undefined}
                  loading={busy === r.id}
                  aria-label={`选 ${r.number}`}
                  confirm={`由${v.choosesFor === me.staffId ? '您' : nameOf(v.choosesFor)}包案“${r.title}”（${r.number}）。选定后不能自行更改，确定吗？`}
                  onConfirm={() =>
                    event(r.id, { kind: 'pick', leaderId: v.choosesFor!, caseId: r.id }, `已选 ${r.number}`)
                  }
                >
                  选此件
                </ConfirmButton>
              )}
              {v.choosesFor && r.refusal && <small>{r.refusal}</small>}
              {v.takesPart && (
                <Button type="link" size="small" onClick={() => ask({ kind: 'recuse', row: r })}>
                  申请回避
                </Button>
              )}
              {v.runs && (
                <Button type="link" size="small" onClick={() => ask({ kind: 'remove', row: r })}>
                  移出
                </Button>
              )}
            </>
          )
        )}
      </div>
    </li>
  )
  return (
    <>
      <PageHead
        title={v.title}
        extra={
          v.state === 'draft' && v.runs ? (
            <>
              <Button onClick={() => go(`/adoption/${id}/edit`)}>修改和模拟</Button>
              <ConfirmButton
                type="primary"
                disabled={!v.mayOpen}
                confirm={`开始后参加的领导、事项、难度分和定额就固定了。${v.cases} 件、${v.leaders} 名领导，确定开始吗？`}
                okText="开始"
                onConfirm={async () => {
                  await call(dutyRoutes.roundOpen, {
                    params: { id },
                    body: { requestId: newRequestId(), version: v.version },
                  })
                  message.success('轮次已开始')
                  await q.refetch()
                }}
              >
                开始轮次
              </ConfirmButton>
            </>
          ) : (
            v.runs && open && <Button onClick={() => ask({ kind: 'cancel' })}>取消轮次</Button>
          )
        }
      >
        <span className="hs-tag">{roundStates[v.state]}</span>
        {v.kind === 'leaver' && (
          <span className="hs-tag">
            {roundKinds.leaver}
            {v.leaver && `：${v.leaver}`}
          </span>
        )}
        {v.dueOn && <span className="hs-muted">{v.dueOn} 前选完</span>}
      </PageHead>
      {v.note && <p className="hs-muted">{v.note}</p>}
      {v.state === 'cancelled' && <p className="hs-note">已取消：{v.cancelledReason}</p>}
      {v.faults.length > 0 && (
        <ul className="hs-note">
          {v.faults.map((f) => (
            <li key={f}>{f}</li>
          ))}
        </ul>
      )}
      {!asking && <Sentence error={error} />}
      {open && (
        <section className={v.myTurn ? 'hs-turn hs-mine' : 'hs-turn'} aria-live="polite" aria-label="轮到谁">
          <span>第 {v.lap} 轮</span>
          <b>
            {v.myTurn
              ? v.choosesFor === me.staffId
                ? '轮到您选择'
                : `轮到${nameOf(v.choosesFor)}，由您代选`
              : `轮到${v.turn}选择`}
          </b>
          {whose && (
            <span className="hs-muted">
              {whose.id === me.staffId ? '您' : whose.name}已有 {whose.points} 分，定额 {whose.quota} 分
            </span>
          )}
          {line === 'lost' && <span className="hs-soon">连接断开，正在重连；已选的不会丢</span>}
          <span className="hs-turn-do">
            {(v.choosesFor || v.runs) && <Button onClick={() => ask({ kind: 'pass' })}>跳过</Button>}
            {v.takesPart && (
              <Button onClick={() => ask({ kind: 'delegate' })}>{mine?.delegateId ? '改委托' : '委托代选'}</Button>
            )}
          </span>
        </section>
      )}
      {v.state === 'done' && (
        <p className="hs-note">
          结果已于 {v.finishedOn} 固定：{v.taken} 件都有了包案领导，五包责任随之产生。
        </p>
      )}
      <div className="hs-duty-cols">
        <div>
          {v.state !== 'done' && (
            <Panel title={open ? `待选 ${free.length} 件` : `事项 ${v.rows.length} 件`} label="待选事项">
              {free.length === 0 ? (
                <Nothing>没有待选的事项。</Nothing>
              ) : (
                <ul className="hs-cases">{free.map(caseLine)}</ul>
              )}
            </Panel>
          )}
          {taken.length > 0 && (
            <Panel title={`已定 ${taken.length} 件`} label="已定事项">
              <ul className="hs-cases">{taken.map(caseLine)}</ul>
            </Panel>
          )}
        </div>
        <div>
          <Panel title={`参加的领导 ${v.people.length} 名`} label="参加的领导">
            <ul className="hs-seats">
              {v.people.map((p) => (
                <li key={p.id} className={open && p.id === v.turnId ? 'hs-now' : undefined}>
                  <b>{p.name}</b> <span className="hs-muted">{p.post}</span>
                  <small>
                    {open && p.id === v.turnId ? '正在选择 · ' : ''}
                    {p.points} / {p.quota} 分 · 原有 {p.held} 件 {p.load} 分 · 本轮 {p.taken} 件
                    {p.away ? ' · 不在岗' : ''}
                    {p.delegate ? ` · 委托${p.delegate}` : ''}
                  </small>
                  <div className="hs-meter" aria-hidden="true">
                    <i style={{ width: `${Math.min(100, Math.round((p.points / p.quota) * 100))}%` }} />
                  </div>
                </li>
              ))}
            </ul>
          </Panel>
          {v.log.length > 0 && (
            <Panel title="经过">
              <ol className="hs-log">
                {v.log.map((l) => (
                  <li key={l.seq}>
                    <span className="hs-muted">{shortMoment(l.at)}</span> {l.says}
                    {l.says.startsWith(l.by) ? '' : <span className="hs-muted">（{l.by}记）</span>}
                  </li>
                ))}
              </ol>
            </Panel>
          )}
        </div>
      </div>
      <Modal
        open={asking !== null}
        title={
          asking && 'row' in asking ? `${titles[asking.kind]}：${asking.row.number}` : asking ? titles[asking.kind] : ''
        }
        onCancel={() => setAsking(null)}
        onOk={() => void confirmAsk()}
        okText="确定"
        cancelText="返回"
        confirmLoading={busy !== ''}
        destroyOnHidden
      >
        <Sentence error={error} />
        {asking?.kind === 'delegate' && (
          <Field label="委托给" hint="事项仍归您包案；不选人即收回委托">
            <StaffPicker
              value={toId}
              onChange={(x) => setToId(x)}
              roles={['leadOfficial', 'townLeader', 'petitionHead', 'clerk']}
            />
          </Field>
        )}
        <Field label="理由" wrong={fields['event.reason'] ?? fields.reason}>
          <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} maxLength={300} autoSize />
        </Field>
      </Modal>
    </>
  )
}
