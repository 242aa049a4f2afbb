import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input, InputNumber, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import type { Day } from '../kit/day.ts'
import { ConfirmButton, Nothing, PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { Rows, Sections, useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { StaffPicker } from '../people/pickers.tsx'
import { callRefusal } from './policy.ts'
import { type Policy, type Source, sources } from './remind.ts'
import { type CircularRow, supervisionRoutes as r } from './routes.ts'

const sourceOptions = Object.entries(sources).map(([value, label]) => ({ value, label }))
const fieldsOf = (e: unknown) => (e instanceof Failure ? e.fields : {})

/** '11-23 09:05' in China Standard Time. */
const moment = (at: string) => {
  const t = new Date(Date.parse(at) + 8 * 3_600_000).toISOString()
  return `${t.slice(5, 10)} ${t.slice(11, 16)}`
}
const ranks = ['本人', '报上一级', '报上两级']

function Sent() {
  const [source, setSource] = useState<Source | undefined>()
  const q = useQuery({ queryKey: ['reminders', source], queryFn: () => call(r.reminders, { query: { source } }) })
  return (
    <>
      <div className="hs-fields">
        <Field label="种类">
          <Select
            value={source}
            onChange={setSource}
            options={sourceOptions as never}
            allowClear
            placeholder="全部"
            style={{ width: '100%' }}
          />
        </Field>
      </div>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending ? (
        <Waiting />
      ) : (
        q.data && (
          <Rows
            label="已发提醒"
            rows={q.data}
            keyOf={(x) => `${x.thing}/${x.step}`}
            none="还没有发过提醒。到期前七天起，系统会提醒经办人；没有到人的，提醒它等着的岗位。"
            columns={[
              { title: '日期', of: (x) => x.onDay.slice(5) },
              { title: '种类', of: (x) => sources[x.source] },
              {
                title: '内容',
                of: (x) => (x.petitionId ? <Link to={`/matter/${x.petitionId}`}>{x.says}</Link> : x.says),
              },
              { title: '告知', of: (x) => x.told.join('、') || '无人' },
              { title: '层级', of: (x) => ranks[x.up] ?? '' },
            ]}
          />
        )
      )}
    </>
  )
}

function Circular({ row, onClose }: { row: CircularRow; onClose: () => void }) {
  const phone = usePhone()
  const me = useMe()
  const may = callRefusal(me.roles, 'saveCircular') === null && row.status === 'draft'
  const draft = useDraft(`circular:${row.id}:${row.version}`, { title: row.title, body: row.body })
  const { value, set } = draft
  const save = useWrite(
    (issue: boolean, requestId) =>
      call(r.saveCircular, { params: { id: row.id }, body: { requestId, version: row.version, ...value, issue } }),
    ['circulars'],
    {
      says: '已保存',
      done: () => {
        draft.clear()
        onClose()
      },
    },
  )
  const wrong = fieldsOf(save.error)
  return (
    <Drawer
      open
      title={may ? '周通报（草稿）' : row.title}
      onClose={onClose}
      size={phone ? '100%' : 720}
      destroyOnHidden
    >
      {!may ? (
        <div className="hs-stack">
          <div className="hs-text">{row.body}</div>
          {row.status === 'issued' && (
            <p className="hs-muted">
              {row.issuedName} {row.issuedOn} 签发
            </p>
          )}
        </div>
      ) : (
        <div className="hs-stack">
          <p className="hs-note">
            系统按上周的事实起草，请核对后改定。签发后不能再改，并在站内告知各单位负责人和领导。
          </p>
          <Field label="标题" wrong={wrong.title}>
            <Input
              value={value.title}
              maxLength={120}
              onChange={(e) => set((v) => ({ ...v, title: e.target.value }))}
            />
          </Field>
          <Field label="正文" wrong={wrong.body}>
            <Input.TextArea
              value={value.body}
              maxLength={8000}
              autoSize={{ minRows: 12 }}
              onChange={(e) => set((v) => ({ ...v, body: e.target.value }))}
            />
          </Field>
          <Sentence error={save.error} />
          <div className="hs-actions">
            <ConfirmButton
              type="primary"
              confirm="签发后不能再改，并告知各单位负责人和领导。确定签发吗？"
              okText="签发"
              loading={save.isPending}
              onConfirm={() => save.mutateAsync(true).catch(() => {})}
            >
              签发
            </ConfirmButton>
            <Button onClick={() => save.mutate(false)} loading={save.isPending}>
              保存草稿
            </Button>
          </div>
        </div>
      )}
    </Drawer>
  )
}

function Circulars() {
  const [open, setOpen] = useState<string | null>(null)
  const q = useQuery({ queryKey: ['circulars'], queryFn: () => call(r.circulars) })
  const row = q.data?.find((c) => c.id === open)
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Rows
          label="周通报"
          rows={q.data}
          keyOf={(c) => c.id}
          none="还没有通报。每周一系统按上周的事实起草一份。"
          columns={[
            {
              title: '标题',
              of: (c) => (
                <button type="button" className="hs-open" onClick={() => setOpen(c.id)}>
                  {c.title}
                </button>
              ),
            },
            { title: '状态', of: (c) => (c.status === 'issued' ? '已签发' : '草稿') },
            { title: '签发', of: (c) => (c.issuedOn ? `${c.issuedName} ${c.issuedOn}` : '') },
          ]}
        />
      )}
      {row && <Circular row={row} onClose={() => setOpen(null)} />}
    </>
  )
}

function Leaves() {
  const me = useMe()
  const q = useQuery({ queryKey: ['leaves'], queryFn: () => call(r.leaves) })
  const blank = { staffId: me.staffId, deputyId: null as string | null, fromOn: '', toOn: '', reason: '' }
  const draft = useDraft('leave', blank)
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.saveLeave, {
        body: { requestId, ...value, fromOn: value.fromOn as Day, toOn: value.toOn as Day },
      }),
    ['leaves'],
    { says: '已登记；期间的提醒发给代理人', done: draft.clear },
  )
  const cancel = useWrite(
    (id: string, requestId) => call(r.cancelLeave, { params: { id }, body: { requestId } }),
    ['leaves'],
    { says: '已销假' },
  )
  const wrong = fieldsOf(save.error)
  const others = me.roles.includes('petitionHead')
  return (
    <div className="hs-stack">
      <Panel title="登记请假">
        <form
          onSubmit={(e: FormEvent) => {
            e.preventDefault()
            save.mutate(undefined)
          }}
        >
          <div className="hs-fields">
            {others && (
              <Field label="请假人" wrong={wrong.staffId}>
                <StaffPicker
                  value={value.staffId}
                  onChange={(id) => set((v) => ({ ...v, staffId: id ?? me.staffId }))}
                />
              </Field>
            )}
            <Field label="代理人" hint="没有代理人的，提醒报上级" wrong={wrong.deputyId}>
              <StaffPicker value={value.deputyId} onChange={(deputyId) => set((v) => ({ ...v, deputyId }))} />
            </Field>
            <Field label="从" wrong={wrong.fromOn}>
              <Input
                type="date"
                value={value.fromOn}
                onChange={(e) => set((v) => ({ ...v, fromOn: e.target.value }))}
              />
            </Field>
            <Field label="到" wrong={wrong.toOn}>
              <Input type="date" value={value.toOn} onChange={(e) => set((v) => ({ ...v, toOn: e.target.value }))} />
            </Field>
            <Field label="事由" wrong={wrong.reason}>
              <Input
                value={value.reason}
                maxLength={100}
                onChange={(e) => set((v) => ({ ...v, reason: e.target.value }))}
              />
            </Field>
          </div>
          <Sentence error={save.error} />
          <div className="hs-actions">
            <Button type="primary" htmlType="submit" loading={save.isPending}>
              登记请假
            </Button>
          </div>
        </form>
      </Panel>
      <Sentence error={q.error ?? cancel.error} />
      {q.data && (
        <Rows
          label="请假与代理"
          rows={q.data}
          keyOf={(l) => l.id}
          none="近两个月没有请假登记。"
          columns={[
            { title: '请假人', of: (l) => l.name },
            { title: '代理人', of: (l) => l.deputy || '无，报上级' },
            { title: '起止', of: (l) => `${l.fromOn} 至 ${l.toOn}` },
            { title: '事由', of: (l) => l.reason },
            {
              title: '状态',
              of: (l) =>
                l.cancelled ? (
                  '已销假'
                ) : l.toOn < me.today ? (
                  '已结束'
                ) : l.staffId === me.staffId || others ? (
                  <ConfirmButton
                    size="small"
                    confirm={`${l.name}销假，提醒恢复发给本人。确定吗？`}
                    onConfirm={() => cancel.mutateAsync(l.id)}
                  >
                    销假
                  </ConfirmButton>
                ) : (
                  '有效'
                ),
            },
          ]}
        />
      )}
    </div>
  )
}

const channelNames: Record<string, string> = { email: '电子邮件', sms: '短信', wecom: '企业微信', dingtalk: '钉钉' }

function ContactForm({
  now,
}: {
  now: { email: string; byEmail: boolean; bySms: boolean; hasPhone: boolean; channels: string[] }
}) {
  const [value, set] = useState({ email: now.email, byEmail: now.byEmail, bySms: now.bySms })
  const save = useWrite(
    (_: undefined, requestId) => call(r.saveContactWay, { body: { requestId, ...value } }),
    ['contactWay'],
    { says: '已保存' },
  )
  return (
    <Panel title="我的接收方式">
      <form
        onSubmit={(e) => {
          e.preventDefault()
          save.mutate(undefined)
        }}
      >
        <p className="hs-note">
          站内提醒总是有。外发的消息里只有件数，没有信访人和事项内容；安静时段的消息等到早上再发。
        </p>
        <Field label="邮箱" wrong={fieldsOf(save.error).email}>
          <Input value={value.email} maxLength={100} onChange={(e) => set({ ...value, email: e.target.value })} />
        </Field>
        <p>
          <Checkbox
            checked={value.byEmail}
            disabled={!now.channels.includes('email')}
            onChange={(e) => set({ ...value, byEmail: e.target.checked })}
          >
            发到邮箱{now.channels.includes('email') ? '' : '（本系统没有配置邮件服务器）'}
          </Checkbox>
        </p>
        <p>
          <Checkbox
            checked={value.bySms}
            disabled={!now.channels.includes('sms') || !now.hasPhone}
            onChange={(e) => set({ ...value, bySms: e.target.checked })}
          >
            发短信
            {!now.channels.includes('sms')
              ? '（本系统没有配置短信网关）'
              : now.hasPhone
                ? ''
                : '（没有登记手机号，请系统管理员补登）'}
          </Checkbox>
        </p>
        <Sentence error={save.error} />
        <div className="hs-actions">
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            保存
          </Button>
        </div>
      </form>
    </Panel>
  )
}

function Contact() {
  const q = useQuery({ queryKey: ['contactWay'], queryFn: () => call(r.contactWay) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.data && <ContactForm now={q.data} key={JSON.stringify(q.data)} />}
    </>
  )
}

const stepsText = (list: { left: number; up: number }[]) =>
  list
    .map(
      (s) => `${s.left > 0 ? `前 ${s.left} 天` : s.left === 0 ? '当天' : `超 ${-s.left} 天`}${s.up ? ranks[s.up] : ''}`,
    )
    .join('，')

function PolicyForm({
  now,
}: {
  now: { policy: Policy; version: number; channels: string[]; posts: { id: string; name: string; superior: string }[] }
}) {
  const draft = useDraft(`reminder-policy:${now.version}`, now.policy)
  const { value, set } = draft
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.saveReminderPolicy, { body: { requestId, version: now.version, policy: value } }),
    ['reminderPolicy'],
    { says: '已保存，从下一次扫描起生效', done: draft.clear },
  )
  const days = (
    key: 'silentDays' | 'revisitDays' | 'paperDays' | 'unreadDays',
    label: string,
    min: number,
    max: number,
  ) => (
    <Field label={label}>
      <InputNumber
        value={value[key]}
        min={min}
        max={max}
        precision={0}
        suffix="天"
        onChange={(n) => set((v) => ({ ...v, [key]: n ?? v[key] }))}
        style={{ width: '100%' }}
      />
    </Field>
  )
  const posts = now.posts.map((p) => ({ value: p.id, label: p.name }))
  return (
    <form
      className="hs-stack"
      onSubmit={(e) => {
        e.preventDefault()
        save.mutate(undefined)
      }}
    >
      <Panel title="多久算久">
        <div className="hs-fields">
          {days('silentDays', '没有进展', 3, 60)}
          {days('revisitDays', '送达后回访', 3, 60)}
          {days('paperDays', '审签、审批等待', 1, 15)}
          {days('unreadDays', '交办未读', 1, 15)}
          <Field label="安静时段从">
            <Input
              value={value.quiet.from}
              maxLength={5}
              placeholder="21:00"
              onChange={(e) => set((v) => ({ ...v, quiet: { ...v.quiet, from: e.target.value } }))}
            />
          </Field>
          <Field label="到">
            <Input
              value={value.quiet.to}
              maxLength={5}
              placeholder="07:30"
              onChange={(e) => set((v) => ({ ...v, quiet: { ...v.quiet, to: e.target.value } }))}
            />
          </Field>
        </div>
      </Panel>
      <Panel title="各档提醒">
        <div className="hs-stack">
          <p className="hs-muted">填写提前的天数，负数为超期天数；每一档后选择告知到哪一级。停机后只补最紧的一档。</p>
          {(Object.keys(sources) as Source[]).map((s) => (
            <div key={s}>
              <b>{sources[s]}</b>
              <span className="hs-muted">　{stepsText(value.steps[s] ?? [])}</span>
              <div className="hs-actions">
                {(value.steps[s] ?? []).map((x, i) => (
                  <span key={i} className="hs-inline">
                    <InputNumber
                      aria-label={`${sources[s]}第 ${i + 1} 档天数`}
                      value={x.left}
                      min={-60}
                      max={30}
                      precision={0}
                      style={{ width: 76 }}
                      onChange={(n) =>
                        set((v) => ({
                          ...v,
                          steps: {
                            ...v.steps,
                            [s]: v.steps[s]!.map((y, k) => (k === i ? { ...y, left: n ?? y.left } : y)),
                          },
                        }))
                      }
                    />
                    <Select
                      aria-label={`${sources[s]}第 ${i + 1} 档层级`}
                      value={x.up}
                      options={ranks.map((label, value) => ({ value, label }))}
                      style={{ width: 104 }}
                      onChange={(up) =>
                        set((v) => ({
                          ...v,
                          steps: {
                            ...v.steps,
                            [s]: v.steps[s]!.map((y, k) => (k === i ? { ...y, up: up as 0 | 1 | 2 } : y)),
                          },
                        }))
                      }
                    />
                  </span>
                ))}
              </div>
            </div>
          ))}
        </div>
      </Panel>
      <Panel title="上报线">
        <div>
          <p className="hs-muted">按岗位逐级上报；与本镇分工不同的，在右边另选上级。</p>
          <Rows
            label="上报线"
            rows={now.posts}
            keyOf={(p) => p.id}
            none="还没有任职的岗位。"
            columns={[
              { title: '岗位', of: (p) => p.name },
              { title: '通常的上级', of: (p) => p.superior || '按事项所在单位、村和包案领导确定' },
              {
                title: '本镇另定',
                of: (p) => (
                  <Select
                    aria-label={`${p.name}的上级`}
                    value={value.line[p.id]}
                    allowClear
                    showSearch={{ optionFilterProp: 'label' }}
                    placeholder="按通常的"
                    options={posts.filter((x) => x.value !== p.id)}
                    style={{ width: 220 }}
                    onChange={(up?: string) =>
                      set((v) => {
                        const { [p.id]: _, ...rest } = v.line
                        return { ...v, line: up ? { ...rest, [p.id]: up } : rest }
                      })
                    }
                  />
                ),
              },
            ]}
          />
        </div>
      </Panel>
      <p className="hs-muted">
        外发渠道：{now.channels.map((c) => channelNames[c]).join('、') || '没有配置，只在站内提醒'}
      </p>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          保存规则
        </Button>
      </div>
    </form>
  )
}

function PolicyTab() {
  const q = useQuery({ queryKey: ['reminderPolicy'], queryFn: () => call(r.reminderPolicy) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && <PolicyForm now={q.data} key={q.data.version} />}
    </>
  )
}

function Deliveries() {
  const q = useQuery({ queryKey: ['deliveries'], queryFn: () => call(r.deliveries) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.data && (
        <Rows
          label="外发记录"
          rows={q.data}
          keyOf={(d) => d.id}
          none="还没有外发过消息。"
          columns={[
            { title: '时间', of: (d) => moment(d.madeAt) },
            { title: '渠道', of: (d) => channelNames[d.channel] },
            { title: '对象', of: (d) => d.to },
            { title: '内容', of: (d) => <span className="hs-text">{d.body}</span> },
            {
              title: '结果',
              of: (d) =>
                d.sentAt
                  ? `${moment(d.sentAt)} 送出`
                  : d.gaveUp
                    ? `没有送达：${d.failed}`
                    : `${moment(d.notBefore)} 发送${d.failed ? `（上次：${d.failed}）` : ''}`,
            },
          ]}
        />
      )}
    </>
  )
}

/** Reminders and circulars: what went out, leave and deputies, how I am reached, the town's rules. */
export default function Reminders() {
  const me = useMe()
  const may = (name: Parameters<typeof callRefusal>[1]) => callRefusal(me.roles, name) === null
  const items = [
    ...(may('reminders') ? [{ key: 'sent', label: '已发提醒', children: <Sent /> }] : []),
    ...(may('circulars') ? [{ key: 'circulars', label: '周通报', children: <Circulars /> }] : []),
    { key: 'leaves', label: '请假与代理', children: <Leaves /> },
    { key: 'contact', label: '接收方式', children: <Contact /> },
    ...(may('reminderPolicy') ? [{ key: 'policy', label: '提醒规则', children: <PolicyTab /> }] : []),
    ...(may('deliveries') ? [{ key: 'deliveries', label: '外发记录', children: <Deliveries /> }] : []),
  ]
  if (!may('leaves')) return <Nothing>管理员不办理信访事项，没有提醒。</Nothing>
  return (
    <>
      <PageHead title="通报提醒" />
      <Sections label="通报提醒" items={items} />
    </>
  )
}
