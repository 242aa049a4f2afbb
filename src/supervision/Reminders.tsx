import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { type Day, shortMoment } from '../kit/day.ts'
import { ConfirmButton, Nothing, PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { DayField, Form, NumberField, Side, TextField, useForm } from '../kit/ui/Form.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { Rows, Sections, useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { StaffPicker } from '../people/pickers.tsx'
import { callRefusal } from './policy.ts'
import { type Policy, pageOf, type Source, type Step, sources } from './remind.ts'
import { type CircularRow, supervisionRoutes as r } from './routes.ts'

const sourceOptions = Object.entries(sources).map(([value, label]) => ({ value, label }))

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
                of: (x) => {
                  const page = x.petitionId ? `/matter/${x.petitionId}` : pageOf(x)
                  return page ? <Link to={page}>{x.says}</Link> : x.says
                },
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
  const me = useMe()
  const may = callRefusal(me.roles, 'saveCircular') === null && row.status === 'draft'
  const form = useForm({
    keep: `circular:${row.id}`,
    start: { title: row.title, body: row.body },
    send: (value, requestId, issue: boolean) =>
      call(r.saveCircular, { params: { id: row.id }, body: { requestId, version: row.version, ...value, issue } }),
    shows: ['circulars'],
    says: (issue) => (issue ? '已签发，并告知各单位负责人和领导' : '已保存'),
    done: onClose,
  })
  return (
    <Side title={may ? '周通报（草稿）' : row.title} onClose={onClose} wide={720}>
      {may ? (
        <Form
          form={form}
          button="保存草稿"
          how={false}
          other={
            <ConfirmButton
              confirm="签发后不能再改，并告知各单位负责人和领导。确定签发吗？"
              okText="签发"
              loading={form.busy}
              onConfirm={() => form.submitAsync(true)}
            >
              签发
            </ConfirmButton>
          }
        >
          <p className="hs-note">
            系统按上周的事实起草，请核对后改定。签发后不能再改，并在站内告知各单位负责人和领导。
          </p>
          <TextField form={form} name="title" label="标题" max={120} />
          <TextField form={form} name="body" label="正文" max={8000} rows={12} />
        </Form>
      ) : (
        <div className="hs-stack">
          <div className="hs-text">{row.body}</div>
          {row.status === 'issued' && (
            <p className="hs-muted">
              {row.issuedName} {row.issuedOn} 签发
            </p>
          )}
        </div>
      )}
    </Side>
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
  const form = useForm({
    keep: 'leave',
    start: {
      staffId: me.staffId,
      deputyId: null as string | null,
      fromOn: '' as Day,
      toOn: '' as Day,
      reason: '',
    },
    send: (value, requestId) => call(r.saveLeave, { body: { requestId, ...value } }),
    shows: ['leaves'],
    says: '已登记；期间的提醒和该代收的事项到代理人手上',
  })
  const cancel = useWrite(
    (id: string, requestId) => call(r.cancelLeave, { params: { id }, body: { requestId } }),
    ['leaves'],
    { says: '已销假' },
  )
  const others = me.roles.includes('petitionHead')
  return (
    <div className="hs-stack">
      <Panel title="登记请假">
        <Form form={form} button="登记请假">
          <div className="hs-fields">
            {others && (
              <Field label="请假人" wrong={form.wrong.staffId}>
                <StaffPicker value={form.value.staffId} onChange={(id) => form.set({ staffId: id ?? me.staffId })} />
              </Field>
            )}
            <Field
              label="代理人"
              hint="三天以上的，手上的事项由代理人代收，回来交还；没有代理人的，事项和提醒到上一级"
              wrong={form.wrong.deputyId}
            >
              <StaffPicker value={form.value.deputyId} onChange={(deputyId) => form.set({ deputyId })} />
            </Field>
            <DayField form={form} name="fromOn" label="从" today={me.today} ahead />
            <DayField form={form} name="toOn" label="到" today={me.today} ahead />
            <TextField form={form} name="reason" label="事由" max={100} />
          </div>
        </Form>
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
  const form = useForm({
    start: { email: now.email, byEmail: now.byEmail, bySms: now.bySms },
    send: (value, requestId) => call(r.saveContactWay, { body: { requestId, ...value } }),
    shows: ['contactWay'],
    says: '已保存',
  })
  const { value, set } = form
  return (
    <Panel title="我的接收方式">
      <Form form={form} button="保存">
        <p className="hs-note">
          站内提醒总是有。外发的消息里只有件数，没有信访人和事项内容；安静时段的消息等到早上再发。
        </p>
        <TextField form={form} name="email" label="邮箱" max={100} />
        <p>
          <Checkbox
            checked={value.byEmail}
            disabled={!now.channels.includes('email')}
            onChange={(e) => set({ byEmail: e.target.checked })}
          >
            发到邮箱{now.channels.includes('email') ? '' : '（本系统没有配置邮件服务器）'}
          </Checkbox>
        </p>
        <p>
          <Checkbox
            checked={value.bySms}
            disabled={!now.channels.includes('sms') || !now.hasPhone}
            onChange={(e) => set({ bySms: e.target.checked })}
          >
            发短信
            {!now.channels.includes('sms')
              ? '（本系统没有配置短信网关）'
              : now.hasPhone
                ? ''
                : '（没有登记手机号，请系统管理员补登）'}
          </Checkbox>
        </p>
      </Form>
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

const unprefixed = (wrong: Record<string, string | undefined>, prefix: string) =>
  Object.fromEntries(Object.entries(wrong).map(([k, v]) => [k.startsWith(prefix) ? k.slice(prefix.length) : k, v]))

const upOptions = ranks.map((label, value) => ({ value: value as Step['up'], label }))

/** The steps of one kind, from the earliest to the latest; one can be put in and taken out. */
function Steps({ source, list, onChange }: { source: Source; list: Step[]; onChange: (list: Step[]) => void }) {
  const change = (i: number, part: Partial<Step>) => onChange(list.map((x, k) => (k === i ? { ...x, ...part } : x)))
  const name = (i: number) => `${sources[source]}第 ${i + 1} 档`
  return (
    <div className="hs-inline hs-wrap">
      {list.map((x, i) => (
        <span key={i} className="hs-inline">
          <NumberInput
            aria-label={`${name(i)}天数`}
            value={x.left}
            min={-60}
            max={30}
            precision={0}
            style={{ width: 64 }}
            onChange={(n) => n !== null && change(i, { left: n })}
          />
          <Select
            aria-label={`${name(i)}告知到`}
            value={x.up}
            options={upOptions}
            style={{ width: 104 }}
            onChange={(up) => change(i, { up })}
          />
        </span>
      ))}
      <span className="hs-inline">
        {list.length < 10 && (
          <Button
            size="small"
            aria-label={`${sources[source]}加一档`}
            onClick={() => onChange([...list, { left: (list.at(-1)?.left ?? 1) - 1, up: list.at(-1)?.up ?? 0 }])}
          >
            加一档
          </Button>
        )}
        {list.length > 1 && (
          <Button
            size="small"
            aria-label={`${sources[source]}去掉最后一档`}
            onClick={() => onChange(list.slice(0, -1))}
          >
            去掉末档
          </Button>
        )}
      </span>
    </div>
  )
}

/** A township has hundreds of village and grid posts: the others are found by name. */
const shownPosts = 20

function PolicyForm({
  now,
}: {
  now: { policy: Policy; version: number; channels: string[]; posts: { id: string; name: string; superior: string }[] }
}) {
  const form = useForm({
    keep: 'reminder-policy',
    start: now.policy,
    send: (policy, requestId) => call(r.saveReminderPolicy, { body: { requestId, version: now.version, policy } }),
    shows: ['reminderPolicy'],
    says: '已保存，从下一次扫描起生效',
  })
  const { value, set } = form
  const fields = { ...form, wrong: unprefixed(form.wrong, 'policy.') }
  const setSteps = (s: Source, list: Step[]) => set((v) => ({ steps: { ...v.steps, [s]: list } }))
  const quiet = (key: 'from' | 'to', label: string, usual: string) => (
    <Field label={label} wrong={fields.wrong[`quiet.${key}`]}>
      <Input
        value={value.quiet[key]}
        maxLength={5}
        placeholder={usual}
        onChange={(e) => set((v) => ({ quiet: { ...v.quiet, [key]: e.target.value } }))}
      />
    </Field>
  )
  const posts = now.posts.map((p) => ({ value: p.id, label: p.name }))
  const [sought, setSought] = useState('')
  const found = now.posts.filter((p) => p.name.includes(sought.trim()))
  const lines = [
    ...found.filter((p) => value.line[p.id]),
    ...found.filter((p) => !value.line[p.id]).slice(0, shownPosts),
  ]
  return (
    <Form form={form} button="保存规则">
      <Panel title="多久算久">
        <div className="hs-fields">
          <NumberField form={fields} name="silentDays" label="没有进展" min={3} max={60} unit="天" />
          <NumberField form={fields} name="revisitDays" label="送达后回访" min={3} max={60} unit="天" />
          <NumberField form={fields} name="paperDays" label="审签、审批等待" min={1} max={15} unit="天" />
          <NumberField form={fields} name="unreadDays" label="交办未读" min={1} max={15} unit="天" />
          {quiet('from', '安静时段从', '21:00')}
          {quiet('to', '到', '07:30')}
        </div>
      </Panel>
      <Panel title="各档提醒">
        <p className="hs-muted">填写提前的天数，负数为超期天数；每一档后选择告知到哪一级。停机后只补最紧的一档。</p>
        <Rows
          label="各档提醒"
          rows={Object.keys(sources) as Source[]}
          keyOf={(s) => s}
          none=""
          columns={[
            { title: '种类', of: (s) => sources[s] },
            {
              title: '各档',
              of: (s) => <Steps source={s} list={value.steps[s] ?? []} onChange={(list) => setSteps(s, list)} />,
            },
            {
              title: '就是说',
              of: (s) =>
                fields.wrong[`steps.${s}`] ? (
                  <span className="hs-late">{fields.wrong[`steps.${s}`]}</span>
                ) : (
                  <span className="hs-muted">{stepsText(value.steps[s] ?? [])}</span>
                ),
            },
          ]}
        />
      </Panel>
      <Panel title="上报线">
        <div>
          <p className="hs-muted">按岗位逐级上报；与本镇分工不同的，在右边另选上级。</p>
          <div className="hs-fields">
            <Field
              label="查找岗位"
              hint={
                found.length > lines.length
                  ? `共 ${found.length} 个岗位，列出 ${lines.length} 个，其余的按名称查找`
                  : `共 ${found.length} 个岗位`
              }
            >
              <Input
                value={sought}
                maxLength={20}
                allowClear
                placeholder="岗位名称，如 东柳庄"
                onChange={(e) => setSought(e.target.value)}
              />
            </Field>
          </div>
          <Rows
            label="上报线"
            rows={lines}
            keyOf={(p) => p.id}
            none={now.posts.length ? '没有这个岗位。' : '还没有任职的岗位。'}
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
                        return { line: up ? { ...rest, [p.id]: up } : rest }
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
    </Form>
  )
}

function PolicyTab() {
  const q = useQuery({ queryKey: ['reminderPolicy'], queryFn: () => call(r.reminderPolicy) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && <PolicyForm now={q.data} />}
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
            { title: '时间', of: (d) => shortMoment(d.madeAt) },
            { title: '渠道', of: (d) => channelNames[d.channel] },
            { title: '对象', of: (d) => d.to },
            { title: '内容', of: (d) => <span className="hs-text">{d.body}</span> },
            {
              title: '结果',
              of: (d) =>
                d.sentAt
                  ? `${shortMoment(d.sentAt)} 送出`
                  : d.gaveUp
                    ? `没有送达：${d.failed}`
                    : `${shortMoment(d.notBefore)} 发送${d.failed ? `（上次：${d.failed}）` : ''}`,
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
