import { useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import type { Day } from '../kit/day.ts'
import { ConfirmButton, count, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { Rows } from '../kit/ui/Rows.tsx'
import { Editor } from './Editor.tsx'
import { Handover } from './Handover.tsx'
import { ImportPeople } from './ImportPeople.tsx'
import { found } from './match.ts'
import { has, useMe, usePlaces } from './me.ts'
import { peopleRoutes, type StaffRow } from './routes.ts'

/** Posts to choose from; free ones first. */
function PostSelect({
  value,
  onChange,
  ...rest
}: {
  value: string | null
  onChange: (id: string | null) => void
  id?: string
}) {
  const { data } = useQuery({ queryKey: ['posts'], queryFn: () => call(peopleRoutes.posts) })
  return (
    <Select
      {...rest}
      value={value ?? undefined}
      onChange={(id) => onChange(id ?? null)}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="岗位名称"
      notFoundContent="没有这个岗位，请先在“岗位”中新增"
      options={[...(data ?? [])]
        .filter((p) => p.active)
        .sort((a, b) => Number(a.holder !== '') - Number(b.holder !== ''))
        .map((p) => ({ value: p.id, label: p.holder ? `${p.name}（现任${p.holder}）` : p.name }))}
      style={{ width: '100%' }}
    />
  )
}

function PersonEditor({ staff, onClose }: { staff: StaffRow | null; onClose: () => void }) {
  const me = useMe()
  const [p, set] = useState({
    name: staff?.name ?? '',
    phone: staff?.phone ?? '',
    postId: null as string | null,
    since: me.today as string,
  })
  const save = () =>
    call(peopleRoutes.saveStaff, {
      body: {
        id: staff?.id,
        version: staff?.version,
        name: p.name,
        phone: p.phone,
        postId: p.postId,
        since: p.since as Day,
      },
    })
  return (
    <Editor title={staff ? `修改${staff.name}` : '新增人员'} onClose={onClose} save={save}>
      {(wrong) => (
        <>
          <Field label="姓名" wrong={wrong.name}>
            <Input value={p.name} onChange={(e) => set({ ...p, name: e.target.value })} maxLength={40} autoFocus />
          </Field>
          <Field label="电话" wrong={wrong.phone}>
            <Input
              value={p.phone}
              onChange={(e) => set({ ...p, phone: e.target.value })}
              maxLength={40}
              inputMode="tel"
            />
          </Field>
          <Field label={staff ? '另任岗位（可不填）' : '岗位（可不填）'} wrong={wrong.postId}>
            <PostSelect value={p.postId} onChange={(postId) => set({ ...p, postId })} />
          </Field>
          {p.postId && (
            <Field label="任职日期" wrong={wrong.since}>
              <DayInput value={p.since} onChange={(since) => set({ ...p, since })} today={me.today} />
            </Field>
          )}
        </>
      )}
    </Editor>
  )
}

function EndHolding({ holding, onClose }: { holding: StaffRow['holdings'][number]; onClose: () => void }) {
  const me = useMe()
  const [until, setUntil] = useState<string>(me.today)
  return (
    <Editor
      title={`免去${holding.post}`}
      okText="免去岗位"
      saved="已免去岗位"
      onClose={onClose}
      save={() => call(peopleRoutes.endHolding, { params: { id: holding.id }, body: { until: until as Day } })}
    >
      {(wrong) => (
        <Field label="免职日期" hint="自这一天起不再任职" wrong={wrong.until}>
          <DayInput value={until} onChange={setUntil} today={me.today} />
        </Field>
      )}
    </Editor>
  )
}

function AccountEditor({ staff, onClose }: { staff: StaffRow; onClose: () => void }) {
  const [username, setUsername] = useState(staff.username ?? '')
  const [password, setPassword] = useState('')
  const [disabled, setDisabled] = useState(staff.disabled)
  const [unlock, setUnlock] = useState(false)
  const { message } = App.useApp()
  const save = () =>
    call(peopleRoutes.account, {
      params: { id: staff.id },
      body: {
        username: username === staff.username ? undefined : username,
        password: password || undefined,
        disabled: disabled === staff.disabled ? undefined : disabled,
        unlock: unlock || undefined,
      },
    })
  return (
    <Editor title={`${staff.name}的账号`} onClose={onClose} save={save}>
      {(wrong) => (
        <>
          <Field label="账号" wrong={wrong.username}>
            <Input value={username} onChange={(e) => setUsername(e.target.value)} maxLength={40} autoComplete="off" />
          </Field>
          <Field
            label={staff.username ? '重设密码（不重设则留空）' : '初始密码'}
            hint="至少 8 位；本人下次登录须改密码"
            wrong={wrong.password}
          >
            <Input.Password
              value={password}
              onChange={(e) => setPassword(e.target.value)}
              maxLength={200}
              autoComplete="new-password"
            />
          </Field>
          {staff.locked && (
            <p>
              <Checkbox checked={unlock} onChange={(e) => setUnlock(e.target.checked)}>
                解锁（因连续输错密码锁定）
              </Checkbox>
            </p>
          )}
          {staff.username && (
            <p>
              <ConfirmButton
                danger
                confirm={`${staff.name}的全部手机会在下次联网时清除手机端的内容，包括没有送达的，不能找回；钥匙当即销毁。确定吗？`}
                okText="清除"
                onConfirm={async () => {
                  const { phones } = await call(peopleRoutes.wipePhones, { params: { id: staff.id } })
                  message.info(phones ? `已要求 ${phones} 部手机清除` : '没有装着手机端的手机')
                }}
              >
                手机丢了，清除手机端的内容
              </ConfirmButton>
            </p>
          )}
          {staff.username && (
            <p>
              <Checkbox checked={disabled} onChange={(e) => setDisabled(e.target.checked)}>
                停用账号
              </Checkbox>
            </p>
          )}
        </>
      )}
    </Editor>
  )
}

const page = 100

export function StaffTab() {
  const me = useMe()
  const [q, setQ] = useState('')
  const [left, setLeft] = useState(false)
  const [limit, setLimit] = useState(page)
  const [person, setPerson] = useState<{ staff: StaffRow | null } | null>(null)
  const [reading, setReading] = useState(false)
  const [account, setAccount] = useState<StaffRow | null>(null)
  const [leaving, setLeaving] = useState<StaffRow | null>(null)
  const [ending, setEnding] = useState<StaffRow['holdings'][number] | null>(null)
  const { staff: picks } = usePlaces()
  const { data, error, refetch } = useQuery({ queryKey: ['staff'], queryFn: () => call(peopleRoutes.staff) })
  if (error) return <Sentence error={error} retry={refetch} />
  if (!data) return <Waiting />
  const sound = new Map(picks.map((s) => [s.id, s]))
  const shown = data
    .filter((s) => left || s.active)
    .filter(
      (s) =>
        !q ||
        found(q, sound.get(s.id) ?? s) ||
        (s.username ?? '').includes(q) ||
        s.holdings.some((h) => h.post.includes(q)),
    )
  const current = (h: StaffRow['holdings'][number]) => h.until === null || h.until > me.today
  const edits = has(me, 'systemAdmin')
  const accounts = has(me, 'securityAdmin')
  const hands = has(me, 'systemAdmin', 'petitionHead')
  return (
    <>
      <div className="hs-actions" style={{ marginBottom: 12 }}>
        <Input.Search
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder="姓名、拼音、岗位或账号"
          aria-label="查找人员"
          allowClear
          style={{ width: 240 }}
        />
        <Checkbox checked={left} onChange={(e) => setLeft(e.target.checked)}>
          含已离任
        </Checkbox>
        {edits && <Button onClick={() => setPerson({ staff: null })}>新增人员</Button>}
        {edits && <Button onClick={() => setReading(true)}>从表格导入</Button>}
      </div>
      <Rows
        label="人员"
        rows={shown.slice(0, limit)}
        keyOf={(s) => s.id}
        none="没有这样的人员。"
        columns={[
          {
            title: '姓名',
            of: (s) => (
              <>
                <b>{s.name}</b>
                {!s.active && <span className="hs-muted">（已离任）</span>}
              </>
            ),
          },
          {
            title: '岗位',
            of: (s) =>
              s.holdings.filter(current).map((h) => (
                <div key={h.id}>
                  {h.post} <span className="hs-muted">{h.since} 起</span>{' '}
                  {edits && s.active && s.id !== me.staffId && (
                    <button
                      type="button"
                      className="hs-link"
                      aria-label={`免去${s.name}的${h.post}`}
                      onClick={() => setEnding(h)}
                    >
                      免去
                    </button>
                  )}
                </div>
              )),
          },
          { title: '电话', of: (s) => s.phone },
          {
            title: '账号',
            of: (s) => (
              <>
                {s.username ?? <span className="hs-muted">无</span>}
                {s.disabled && <span className="hs-late">（停用）</span>}
                {s.locked && <span className="hs-late">（锁定）</span>}
              </>
            ),
          },
          { title: '在办', num: true, of: (s) => count(s.openMatters) },
          {
            title: '操作',
            of: (s) =>
              s.active && (
                <span className="hs-inline">
                  {edits && (
                    <Button size="small" aria-label={`修改${s.name}`} onClick={() => setPerson({ staff: s })}>
                      修改
                    </Button>
                  )}
                  {accounts && (
                    <Button size="small" aria-label={`${s.name}的账号`} onClick={() => setAccount(s)}>
                      账号
                    </Button>
                  )}
                  {hands && s.id !== me.staffId && (
                    <Button size="small" aria-label={`${s.name}离任交接`} onClick={() => setLeaving(s)}>
                      离任交接
                    </Button>
                  )}
                </span>
              ),
          },
        ]}
      />
      {shown.length > limit && (
        <div className="hs-actions" style={{ marginBottom: 12 }}>
          <Button onClick={() => setLimit(limit + page)}>再显示 {Math.min(page, shown.length - limit)} 人</Button>
          <span className="hs-muted">共 {count(shown.length)} 人</span>
        </div>
      )}
      {reading && <ImportPeople onClose={() => setReading(false)} />}
      {person && <PersonEditor staff={person.staff} onClose={() => setPerson(null)} />}
      {account && <AccountEditor staff={account} onClose={() => setAccount(null)} />}
      {leaving && <Handover staff={leaving} onClose={() => setLeaving(null)} />}
      {ending && <EndHolding holding={ending} onClose={() => setEnding(null)} />}
    </>
  )
}
