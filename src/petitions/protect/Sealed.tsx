import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, Select } from 'antd'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { options } from '../../kit/choice.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import { PageHead, Panel, Sentence, usePhone, Waiting } from '../../kit/ui/bits.tsx'
import { call, upload } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { Rows } from '../../kit/ui/Rows.tsx'
import { useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import '../page/matter.css'
import { channels, contactWays } from '../petition.ts'
import './protect.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { protectRoutes as r, type SealedView } from './routes.ts'
import { noteKinds, type SealedState, sealedStates, sealedWhys } from './sealed.ts'

function Due({ on, today }: { on: Day; today: Day }) {
  const left = daysBetween(today, on)
  return (
    <span className={left < 0 ? 'hs-late' : undefined}>
      {on}，{left < 0 ? `已超 ${-left} 天` : `还有 ${left} 天`}
    </span>
  )
}

/** The sealed matters, for the discipline liaison: numbers and days only; the content is opened one by one, with a purpose. */
export function SealedList() {
  const me = useMe()
  const [text, setText] = useState('')
  const [state, setState] = useState<SealedState | undefined>()
  const q = useQuery({
    queryKey: ['sealed', 'list', text, state],
    queryFn: () => call(r.sealedList, { query: { text: text || undefined, state } }),
  })
  return (
    <>
      <PageHead title="密封件" />
      <Panel>
        <p className="hs-note">
          检举控告、要求保密和反映受到打压的事项，只有纪检联络员能看到。打开任何一件都要写明用途并留痕；不得转给被反映的人和单位（第三十条）。
        </p>
        <div className="hs-sealed-find">
          <Input.Search
            aria-label="在内容中查找"
            placeholder="在内容中查找"
            allowClear
            onSearch={(v) => setText(v.trim())}
            style={{ width: 260 }}
          />
          <Select
            aria-label="状态"
            value={state}
            onChange={setState}
            options={options(sealedStates)}
            allowClear
            placeholder="全部状态"
          />
        </div>
        <Sentence error={q.error} retry={() => q.refetch()} />
        {q.isPending && <Waiting rows={6} />}
        {q.data && (
          <Rows
            label="密封件"
            rows={q.data}
            keyOf={(x) => x.id}
            none={text || state ? '没有符合条件的密封件。' : '没有密封件。'}
            columns={[
              { title: '编号', of: (x) => <Link to={`/sealed/${x.id}`}>{x.number}</Link> },
              { title: '状态', of: (x) => sealedStates[x.state] },
              { title: '收到', of: (x) => x.receivedOn },
              { title: '应转送', of: (x) => x.dueOn && <Due on={x.dueOn} today={me.today} /> },
              { title: '转送', of: (x) => x.forwardedOn },
              { title: '签收', of: (x) => x.state === 'closed' && x.closedOn },
              {
                title: '下次回访',
                of: (x) =>
                  x.contactOn && <span className={x.contactOn < me.today ? 'hs-late' : undefined}>{x.contactOn}</span>,
              },
            ]}
          />
        )}
      </Panel>
    </>
  )
}

type Values = Record<string, unknown>

function Step({
  view,
  move,
  onClose,
  onDone,
}: {
  view: SealedView
  move: string
  onClose: () => void
  onDone: (v: SealedView | null) => void
}) {
  const me = useMe()
  const phone = usePhone()
  const { send, busy, error, fields: wrong } = useSend()
  const first: Record<string, Values> = {
    nameAccused: { accused: view.accused.length ? view.accused : [{ name: '', unit: '' }] },
    note: { kind: 'contact', onDay: me.today, way: 'phone', body: '' },
    forward: { organ: '', basis: '', way: '机要交换', onDay: me.today },
    acknowledge: { number: '', onDay: me.today },
    askReturn: { reason: '', class: 'claim', consent: false, confirmerId: null },
  }
  const [v, setV] = useState<Values>(first[move] ?? {})
  const set = (more: Values) => setV((x) => ({ ...x, ...more }))
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const input = move === 'nameAccused' ? { accused: (v.accused as { name: string }[]).filter((a) => a.name) } : v
    const done = await send(
      move,
      async (requestId) => ({
        next: await call(r.sealedMove, {
          params: { id: view.id, move },
          body: { requestId, version: view.version, input },
        }),
      }),
      '已记录',
    )
    if (done) {
      onDone(done.next)
      onClose()
    }
  }
  const day = (
    <Field label="日期" wrong={wrong.onDay}>
      <DayInput value={String(v.onDay ?? '')} onChange={(onDay) => set({ onDay })} today={me.today} />
    </Field>
  )
  const line = (name: string, label: string, hint?: string) => (
    <Field label={label} hint={hint} wrong={wrong[name]}>
      <Input value={String(v[name] ?? '')} maxLength={200} onChange={(e) => set({ [name]: e.target.value })} />
    </Field>
  )
  const bodies: Record<string, ReactNode> = {
    nameAccused: (
      <>
        {(v.accused as { name: string; unit: string }[] | undefined)?.map((a, i) => {
          const put = (more: object) =>
            set({ accused: (v.accused as object[]).map((x, n) => (n === i ? { ...x, ...more } : x)) })
          return (
            <div key={i} className="hs-beside">
              <Field label={`第 ${i + 1} 人姓名`}>
                <Input value={a.name} maxLength={40} onChange={(e) => put({ name: e.target.value })} />
              </Field>
              <Field label="单位职务">
                <Input value={a.unit} maxLength={80} onChange={(e) => put({ unit: e.target.value })} />
              </Field>
            </div>
          )
        })}
        <Button onClick={() => set({ accused: [...(v.accused as object[]), { name: '', unit: '' }] })}>再加一人</Button>
      </>
    ),
    note: (
      <>
        <Field label="种类">
          <Select
            value={v.kind}
            onChange={(kind) => set({ kind })}
            options={options(noteKinds)}
            style={{ width: '100%' }}
          />
        </Field>
        {day}
        <Field label="方式">
          <Select
            value={v.way}
            onChange={(way) => set({ way })}
            options={options(contactWays)}
            style={{ width: '100%' }}
          />
        </Field>
        <Field label="内容" wrong={wrong.body}>
          <Input.TextArea
            value={String(v.body ?? '')}
            rows={4}
            maxLength={5000}
            onChange={(e) => set({ body: e.target.value })}
          />
        </Field>
      </>
    ),
    forward: (
      <>
        {line('organ', '转送的机关', '按干部管理权限确定，如县纪委监委、上级信访局')}
        {line('basis', '依据（可以不填）')}
        {line('way', '转送方式')}
        {day}
      </>
    ),
    acknowledge: (
      <>
        {line('number', '回执编号（可以不填）')}
        {day}
      </>
    ),
    askReturn: (
      <>
        <Field label="理由" wrong={wrong.reason}>
          <Input.TextArea
            value={String(v.reason ?? '')}
            rows={3}
            maxLength={500}
            onChange={(e) => set({ reason: e.target.value })}
          />
        </Field>
        <Field label="转回后的类别">
          <Select
            value={v.class}
            onChange={(c) => set({ class: c })}
            options={options({ claim: '申诉求决', suggestion: '建议意见' })}
            style={{ width: '100%' }}
          />
        </Field>
        <Field
          label="由谁确认"
          hint="信访办主任、党政主要领导或另一名纪检联络员；不能是被反映的人"
          wrong={wrong.confirmerId}
        >
          <StaffPicker
            value={v.confirmerId as string | null}
            onChange={(confirmerId) => set({ confirmerId })}
            roles={['petitionHead', 'townLeader', 'disciplineLiaison']}
          />
        </Field>
        <Checkbox checked={v.consent === true} onChange={(e) => set({ consent: e.target.checked })}>
          信访人已经同意（转回后承办人员能看到他的信息）
        </Checkbox>
      </>
    ),
  }
  return (
    <Drawer
      open
      title={view.offers.find((o) => o.move === move)?.label}
      onClose={onClose}
      size={phone ? '100%' : 480}
      destroyOnHidden
    >
      <form onSubmit={submit}>
        {bodies[move]}
        <Sentence error={error} />
        <div className="hs-actions">
          <Button type="primary" htmlType="submit" loading={busy !== ''}>
            确定
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </Drawer>
  )
}

function Purpose({ id, onOpen }: { id: string; onOpen: (v: SealedView) => void }) {
  const { send, busy, error, fields: wrong } = useSend()
  const [purpose, setPurpose] = useState('')
  const submit = (e: FormEvent) => {
    e.preventDefault()
    void send(
      'open',
      async () => onOpen(await call(r.sealedOpen, { params: { id }, body: { purpose } })),
      '已打开，留痕',
    )
  }
  return (
    <>
      <PageHead title="打开密封件" />
      <Panel>
        <form onSubmit={submit}>
          <Field label="打开的用途" hint="如：转送前核对、回访信访人" wrong={wrong.purpose}>
            <Input value={purpose} maxLength={200} autoFocus onChange={(e) => setPurpose(e.target.value)} />
          </Field>
          <Sentence error={error} />
          <div className="hs-actions">
            <Button type="primary" htmlType="submit" loading={busy !== ''}>
              打开
            </Button>
            <Link to="/sealed">返回密封件</Link>
          </div>
        </form>
      </Panel>
    </>
  )
}

/** One sealed matter: opened with a purpose, gone from the screen when the page is left. */
export function SealedPage() {
  const { id = '' } = useParams()
  const client = useQueryClient()
  const go = useNavigate()
  const [view, setView] = useState<SealedView | null>(null)
  const [move, setMove] = useState<string | null>(null)
  const { send, busy, error } = useSend()
  const picked = useRef<HTMLInputElement>(null)
  if (view?.id !== id) return <Purpose id={id} onOpen={setView} />
  const offered = view.offers.filter((o) => o.refusal === null)
  const main = offered.find((o) => o.move === 'forward' || o.move === 'acknowledge')
  const refresh = async () => setView(await call(r.sealedOpen, { params: { id }, body: { purpose: '加入材料后核对' } }))
  const add = (file: File) =>
    send(
      'file',
      async (requestId) => {
        const form = new FormData()
        form.set('requestId', requestId)
        form.set('file', file)
        await upload(`/api/sealed/${id}/files`, form)
        await refresh()
      },
      '材料已加密保存',
    )
  return (
    <>
      <PageHead
        title={`${view.number} ${view.title}`}
        extra={
          <>
            {offered
              .filter((o) => o !== main)
              .map((o) => (
                <Button key={o.move} onClick={() => setMove(o.move)}>
                  {o.label}
                </Button>
              ))}
            {main && (
              <Button type="primary" onClick={() => setMove(main.move)}>
                {main.label}
              </Button>
            )}
          </>
        }
      >
        <span className="hs-tag hs-blue">{sealedStates[view.state]}</span>{' '}
        <span className="hs-tag">{sealedWhys[view.why]}</span>
      </PageHead>
      <div className="hs-sealed">
        <div className="hs-sealed-main">
          <Panel title="反映的内容">
            <h3>诉求</h3>
            <div className="hs-pre">{view.request}</div>
            {view.facts && (
              <>
                <h3>事实和理由</h3>
                <div className="hs-pre">{view.facts}</div>
              </>
            )}
            {view.before && (
              <>
                <h3>以前反映过没有</h3>
                <p>信访人说：{view.before}</p>
              </>
            )}
            <h3>被反映人</h3>
            <p>
              {view.accused.length
                ? view.accused.map((a) => `${a.name}${a.unit ? `（${a.unit}）` : ''}`).join('、')
                : '还没有写明'}
            </p>
          </Panel>
          <Panel title="材料">
            {view.files.length === 0 && <p className="hs-muted">没有材料。</p>}
            <ul>
              {view.files.map((f) => (
                <li key={f.id}>
                  <a href={`/api/sealed/${id}/files/${f.id}`}>{f.name}</a>{' '}
                  <span className="hs-muted">
                    {Math.ceil(f.size / 1024)} KB {f.byName}
                  </span>
                  {f.mime.startsWith('audio/') && (
                    // biome-ignore lint/a11y/useMediaCaption: what was said is written down by whoever listens
                    <audio
                      controls
                      preload="none"
                      aria-label={`听 ${f.name}`}
                      src={`/api/sealed/${id}/files/${f.id}`}
                    />
                  )}
                </li>
              ))}
            </ul>
            <input
              ref={picked}
              type="file"
              hidden
              aria-label="选择材料"
              onChange={(e) => {
                const file = e.target.files?.[0]
                if (file) void add(file)
                e.target.value = ''
              }}
            />
            <Sentence error={error} />
            <div className="hs-actions">
              <Button loading={busy !== ''} onClick={() => picked.current?.click()}>
                加入材料
              </Button>
            </div>
          </Panel>
          <Panel title="办理记录">
            {view.notes.length === 0 && <p className="hs-muted">还没有记录。</p>}
            <ul>
              {view.notes.map((n, i) => (
                <li key={i}>
                  {n.onDay} <b>{noteKinds[n.kind]}</b> {n.body} <span className="hs-muted">{n.byName}</span>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
        <div className="hs-sealed-side">
          <Panel title="信访人">
            {view.anonymous && <p>匿名</p>}
            {view.parties.map((p, i) => (
              <p key={i}>
                <b>{p.name}</b> {p.phone}
                <br />
                <span className="hs-muted">{p.address}</span>
              </p>
            ))}
            <dl className="hs-facts">
              <dt>信访形式</dt>
              <dd>{channels[view.channel]}</dd>
              <dt>收到</dt>
              <dd>{view.receivedOn}</dd>
              <dt>登记</dt>
              <dd>
                {view.registeredOn} {view.registeredByName}
              </dd>
              {view.place && (
                <>
                  <dt>地点</dt>
                  <dd>{view.place}</dd>
                </>
              )}
              {view.formerNumber && (
                <>
                  <dt>原编号</dt>
                  <dd>{view.formerNumber}</dd>
                </>
              )}
              {view.about && (
                <>
                  <dt>涉及事项</dt>
                  <dd>{view.about.number}</dd>
                </>
              )}
            </dl>
          </Panel>
          <Panel title="转送与期限">
            <dl className="hs-facts">
              {view.dueOn && (
                <>
                  <dt>应转送</dt>
                  <dd>{view.dueOn}（十五日内，第二十二条）</dd>
                </>
              )}
              {view.forwarded && (
                <>
                  <dt>已转送</dt>
                  <dd>
                    {view.forwarded.organ}，{view.forwarded.way}，{view.forwarded.onDay}
                  </dd>
                </>
              )}
              {view.acknowledged && (
                <>
                  <dt>已签收</dt>
                  <dd>
                    {view.acknowledged.onDay} {view.acknowledged.number}
                  </dd>
                </>
              )}
              {view.asked && (
                <>
                  <dt>提请转回</dt>
                  <dd>
                    {view.asked.onDay} 等待{view.asked.confirmerName}确认
                  </dd>
                </>
              )}
              {view.contactOn && (
                <>
                  <dt>下次回访</dt>
                  <dd>{view.contactOn}（问有没有受到打压）</dd>
                </>
              )}
            </dl>
          </Panel>
          <Panel title="留痕">
            <ol className="hs-timeline">
              {view.timeline.map((t) => (
                <li key={t.id}>
                  <time dateTime={t.at}>
                    {new Date(t.at).toLocaleString('zh-CN', {
                      timeZone: 'Asia/Shanghai',
                      month: '2-digit',
                      day: '2-digit',
                      hour: '2-digit',
                      minute: '2-digit',
                      hour12: false,
                    })}
                  </time>
                  <div>
                    <b>{t.by}</b> {t.says}
                  </div>
                </li>
              ))}
            </ol>
            {view.attempts.length > 0 && (
              <p className="hs-late" role="note">
                尝试查看而未能看到：{view.attempts.map((a) => `${a.name} ${a.day.slice(5)} ${a.n} 次`).join('，')}
              </p>
            )}
          </Panel>
        </div>
      </div>
      {move && (
        <Step
          view={view}
          move={move}
          onClose={() => setMove(null)}
          onDone={(next) => {
            void client.invalidateQueries({ queryKey: ['sealed'] })
            if (next) setView(next)
            else go('/sealed')
          }}
        />
      )}
    </>
  )
}
