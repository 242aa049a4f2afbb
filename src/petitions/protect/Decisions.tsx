import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Input, Radio } from 'antd'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import { Nothing, PageHead, Panel, Sentence, usePhone, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has, useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import './protect.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { type PlaceKey, places, recusalGrounds, recusalSources } from './recusal.ts'
import { type RecusalRow, protectRoutes as r } from './routes.ts'

function Decide({ row, onClose }: { row: RecusalRow; onClose: () => void }) {
  const phone = usePhone()
  const client = useQueryClient()
  const { send, busy, error, fields: wrong } = useSend()
  const [v, set] = useState({ agree: true, reason: '', successorId: null as string | null })
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const done = await send(
      'decide',
      (requestId) => call(r.decideRecusal, { params: { id: row.id }, body: { requestId, ...v } }),
      v.agree ? '已决定回避' : '已决定不予回避',
    )
    if (!done) return
    await client.invalidateQueries()
    onClose()
  }
  return (
    <Drawer open title={`决定${row.staffName}的回避`} onClose={onClose} size={phone ? '100%' : 480} destroyOnHidden>
      <form onSubmit={submit}>
        <dl className="hs-facts">
          <dt>事项</dt>
          <dd>
            {row.number} {row.title}
          </dd>
          <dt>当事人</dt>
          <dd>
            {row.staffName}（{row.staffPost || '未任职'}）
          </dd>
          <dt>{recusalSources[row.source]}</dt>
          <dd>
            {row.ground && recusalGrounds[row.ground]}
            {row.detail && `：${row.detail}`}（{row.byName} {row.onDay}）
          </dd>
        </dl>
        <Field label="决定">
          <Radio.Group
            value={v.agree}
            onChange={(e) => set({ ...v, agree: e.target.value as boolean })}
            options={[
              { value: true, label: '应当回避' },
              { value: false, label: '不予回避' },
            ]}
          />
        </Field>
        {v.agree && row.held.length > 0 && (
          <Field
            label="由谁接手"
            hint={`当事人现为${row.held.map((k) => places[k as PlaceKey]).join('、')}，一并交给接手的人`}
            wrong={wrong.successorId}
          >
            <StaffPicker value={v.successorId} onChange={(successorId) => set({ ...v, successorId })} />
          </Field>
        )}
        <Field label={v.agree ? '理由（可以不填）' : '理由'} wrong={wrong.reason}>
          <Input.TextArea
            value={v.reason}
            maxLength={500}
            rows={3}
            onChange={(e) => set({ ...v, reason: e.target.value })}
          />
        </Field>
        <p className="hs-note">
          {v.agree
            ? '决定回避后，当事人看不到、搜不到、数不到这件事项，也收不到提醒；尝试查看会留下记录。'
            : '不予回避的，当事人照常办理，理由写入全程记录。'}
        </p>
        <Sentence error={error} />
        <div className="hs-actions">
          <Button type="primary" htmlType="submit" loading={busy !== ''}>
            决定
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </Drawer>
  )
}

function Return({
  row,
  onClose,
}: {
  row: { id: string; number: string; version: number; reason: string }
  onClose: () => void
}) {
  const phone = usePhone()
  const client = useQueryClient()
  const { send, busy, error, fields: wrong } = useSend()
  const [v, set] = useState({ agree: true, reason: '' })
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const done = await send(
      'decide',
      (requestId) =>
        call(r.sealedMove, {
          params: { id: row.id, move: 'answerReturn' },
          body: { requestId, version: row.version, input: v },
        }),
      v.agree ? '已转入普通台账' : '已退回纪检联络员',
    )
    if (!done) return
    await client.invalidateQueries()
    onClose()
  }
  return (
    <Drawer open title={`${row.number} 转入普通办理`} onClose={onClose} size={phone ? '100%' : 460} destroyOnHidden>
      <form onSubmit={submit}>
        <p>{row.reason}</p>
        <Field label="决定">
          <Radio.Group
            value={v.agree}
            onChange={(e) => set({ ...v, agree: e.target.value as boolean })}
            options={[
              { value: true, label: '同意转入' },
              { value: false, label: '不同意' },
            ]}
          />
        </Field>
        {!v.agree && (
          <Field label="理由" wrong={wrong.reason}>
            <Input.TextArea
              value={v.reason}
              maxLength={500}
              rows={3}
              onChange={(e) => set({ ...v, reason: e.target.value })}
            />
          </Field>
        )}
        <Sentence error={error} />
        <div className="hs-actions">
          <Button type="primary" htmlType="submit" loading={busy !== ''}>
            决定
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </Drawer>
  )
}

/** What waits for this person's word about the protection of people: recusals, and returns out of the seal. */
export default function Decisions() {
  const me = useMe()
  const q = useQuery({ queryKey: ['recusals', 'mine'], queryFn: () => call(r.recusalsToDecide) })
  const back = useQuery({ queryKey: ['sealed', 'returns'], queryFn: () => call(r.returnsAsked) })
  const [row, setRow] = useState<RecusalRow | null>(null)
  const [ret, setRet] = useState<{ id: string; number: string; version: number; reason: string } | null>(null)
  const opens = has(me, 'petitionHead', 'clerk')
  return (
    <>
      <PageHead title="回避决定" />
      <Panel title="待我决定的回避">
        <Sentence error={q.error} retry={() => q.refetch()} />
        {q.isPending && <Waiting rows={4} />}
        {q.data?.length === 0 && (
          <Nothing>没有待您决定的回避。一般工作人员的由信访办主任决定，主任的由党政主要领导决定。</Nothing>
        )}
        <ul className="hs-recusals">
          {q.data?.map((x) => (
            <li key={x.id}>
              <div>
                <b>{x.staffName}</b> <span className="hs-muted">{x.staffPost}</span>
                <p>
                  {recusalSources[x.source]}：{x.ground && recusalGrounds[x.ground]}
                  {x.detail && `（${x.detail}）`}
                </p>
                <p className="hs-muted">
                  {opens ? <Link to={`/matter/${x.petitionId}`}>{x.number}</Link> : x.number} {x.title} · {x.onDay}
                </p>
              </div>
              <Button type="primary" onClick={() => setRow(x)}>
                决定
              </Button>
            </li>
          ))}
        </ul>
      </Panel>
      {(back.data?.length ?? 0) > 0 && (
        <Panel title="待我确认转入普通办理">
          <ul className="hs-recusals">
            {back.data?.map((x) => (
              <li key={x.id}>
                <div>
                  <b>{x.number}</b>
                  <p>{x.reason}</p>
                  <p className="hs-muted">
                    {x.byName} {x.onDay} 提请
                  </p>
                </div>
                <Button type="primary" onClick={() => setRet(x)}>
                  决定
                </Button>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {row && <Decide row={row} onClose={() => setRow(null)} />}
      {ret && <Return row={ret} onClose={() => setRet(null)} />}
    </>
  )
}
