import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { options } from '../kit/choice.ts'
import type { Day } from '../kit/day.ts'
import { PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call, wrongAt, wrongOf } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { FormDrawer } from '../kit/ui/FormDrawer.tsx'
import { Rows, useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { StaffPicker } from '../people/pickers.tsx'
import { disputeKinds } from './dispute/dispute.ts'
import {
  type Duty,
  duties,
  faults,
  levels,
  type Member,
  type MemberAct,
  measures,
  type Station,
  weekdays,
} from './network/network.ts'
import { mediationRoutes as r } from './routes.ts'
import './ui/mediation.css'

const shows = ['station', 'mediation']
const languages = ['普通话', '本地话', '手语', '藏语', '维吾尔语', '蒙古语', '壮语', '彝语', '朝鲜语', '英语'].map(
  (value) => ({ value, label: value }),
)
const fields = Object.values(disputeKinds).map((value) => ({ value, label: value }))

function Words({
  value,
  onChange,
  choices,
  ...rest
}: {
  value: string[]
  onChange: (v: string[]) => void
  choices?: { value: string; label: string }[]
}) {
  return (
    <Select
      {...rest}
      mode="tags"
      value={value}
      onChange={onChange}
      options={choices}
      tokenSeparators={['、', '，', ',']}
      style={{ width: '100%' }}
    />
  )
}

/** What a member knows and who she is, asked when appointed and whenever it changes. */
function Knows({
  v,
  wrong,
  set,
}: {
  v: { fields: string[]; languages: string[]; female: boolean | null }
  wrong: Record<string, string | undefined>
  set: (more: Partial<{ fields: string[]; languages: string[]; female: boolean | null }>) => void
}) {
  return (
    <>
      <Field label="性别" hint="委员会应当有妇女成员">
        <Select
          value={v.female}
          options={[
            { value: true, label: '女' },
            { value: false, label: '男' },
          ]}
          onChange={(female) => set({ female })}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="专长" wrong={wrongAt(wrong, 'fields')}>
        <Words value={v.fields} choices={fields} onChange={(x) => set({ fields: x })} />
      </Field>
      <Field label="语言" wrong={wrongAt(wrong, 'languages')}>
        <Words value={v.languages} choices={languages} onChange={(x) => set({ languages: x })} />
      </Field>
    </>
  )
}

function EditStation({ station, members, onClose }: { station: Station; members: Member[]; onClose: () => void }) {
  const [v, setV] = useState({
    committee: station.committee,
    room: station.room,
    hours: station.hours,
    phone: station.phone,
    roster: station.roster,
  })
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.keepStation, { params: { id: station.id }, body: { requestId, version: station.version, input: v } }),
    shows,
    { says: '已保存', done: onClose },
  )
  const wrong = wrongOf(save.error)
  return (
    <FormDrawer title="站点资料和值班" label="保存" save={save} send={() => save.mutate(undefined)} onClose={onClose}>
      <Field label="调解委员会（印章）" wrong={wrong.committee}>
        <Input value={v.committee} onChange={(e) => setV({ ...v, committee: e.target.value })} />
      </Field>
      <Field label="调解室" wrong={wrong.room}>
        <Input value={v.room} onChange={(e) => setV({ ...v, room: e.target.value })} />
      </Field>
      <Field label="开放时间" wrong={wrong.hours}>
        <Input value={v.hours} onChange={(e) => setV({ ...v, hours: e.target.value })} />
      </Field>
      <Field label="电话" wrong={wrong.phone}>
        <Input value={v.phone} onChange={(e) => setV({ ...v, phone: e.target.value })} />
      </Field>
      {Object.entries(weekdays).map(([day, name]) => (
        <Field key={day} label={`${name}值班`}>
          <Select
            mode="multiple"
            value={v.roster.filter((x) => x.weekday === +day).map((x) => x.memberId)}
            options={members.map((m) => ({ value: m.id, label: m.name }))}
            onChange={(ids: string[]) =>
              setV({
                ...v,
                roster: [
                  ...v.roster.filter((x) => x.weekday !== +day),
                  ...ids.map((memberId) => ({ weekday: +day, memberId })),
                ],
              })
            }
            style={{ width: '100%' }}
          />
        </Field>
      ))}
    </FormDrawer>
  )
}

function AddMember({
  stationId,
  grids,
  onClose,
}: {
  stationId: string
  grids: { id: string; name: string }[]
  onClose: () => void
}) {
  const me = useMe()
  const [v, setV] = useState({
    staffId: null as string | null,
    name: '',
    female: null as boolean | null,
    duty: 'mediator' as Duty,
    since: me.today as Day,
    fields: [] as string[],
    languages: [] as string[],
    interests: [] as string[],
    gridId: null as string | null,
  })
  const save = useWrite(
    (_: undefined, requestId) => call(r.addMember, { params: { id: stationId }, body: { requestId, input: v } }),
    shows,
    { says: '已聘任', done: onClose },
  )
  const wrong = wrongOf(save.error)
  return (
    <FormDrawer title="聘任成员" label="聘任" save={save} send={() => save.mutate(undefined)} onClose={onClose}>
      <Field label="职责" wrong={wrong.duty}>
        <Select
          value={v.duty}
          options={options(duties)}
          onChange={(duty) => setV({ ...v, duty, gridId: null })}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="工作人员" wrong={wrong.staffId}>
        <StaffPicker value={v.staffId} onChange={(staffId) => setV({ ...v, staffId })} />
      </Field>
      {v.duty === 'grid' && (
        <Field label="网格" wrong={wrong.gridId}>
          <Select
            value={v.gridId}
            options={grids.map((g) => ({ value: g.id, label: g.name }))}
            notFoundContent="网格员在村调解点聘任"
            onChange={(gridId) => setV({ ...v, gridId })}
            style={{ width: '100%' }}
          />
        </Field>
      )}
      {v.duty === 'expert' && (
        <Field label="姓名" hint="外单位的律师、专家" wrong={wrong.name}>
          <Input value={v.name} onChange={(e) => setV({ ...v, name: e.target.value })} />
        </Field>
      )}
      <Field label="任期起" hint="任期三年" wrong={wrong.since}>
        <DayInput value={v.since} today={me.today} onChange={(x) => setV({ ...v, since: x as Day })} />
      </Field>
      <Knows v={v} wrong={wrong} set={(x) => setV({ ...v, ...x })} />
    </FormDrawer>
  )
}

function EditMember({ m, mayKeep, onClose }: { m: Member; mayKeep: boolean; onClose: () => void }) {
  const me = useMe()
  const [v, setV] = useState({ fields: m.fields, languages: m.languages, interests: m.interests, female: m.female })
  const [reason, setReason] = useState('')
  const [fault, setFault] = useState<{ kind?: keyof typeof faults; measure?: keyof typeof measures; facts: string }>({
    facts: '',
  })
  const save = useWrite(
    (act: MemberAct, requestId) =>
      call(r.changeMember, { params: { id: m.id }, body: { requestId, version: m.version, act } }),
    shows,
    { says: '已保存', done: onClose },
  )
  const wrong = Object.fromEntries(
    Object.entries(wrongOf(save.error)).map(([k, says]) => [k.replace(/^act\./, ''), says]),
  )
  return (
    <FormDrawer
      title={m.name}
      label="保存"
      save={save}
      send={() => save.mutate({ how: 'facts', ...v })}
      onClose={onClose}
      extra={mayKeep && <Button onClick={() => save.mutate({ how: 'renew' })}>续聘三年</Button>}
      after={
        mayKeep && (
          <>
            <Field label="离任理由" wrong={wrong.reason}>
              <Input value={reason} onChange={(e) => setReason(e.target.value)} />
            </Field>
            <Button danger onClick={() => save.mutate({ how: 'end', reason })}>
              离任
            </Button>
            {m.staffId !== me.staffId && (
              <details className="hs-further" style={{ marginTop: 12 }}>
                <summary>有违反人民调解法第十五条的行为</summary>
                <Field label="什么行为" wrong={wrong.kind}>
                  <Select
                    value={fault.kind}
                    options={options(faults)}
                    onChange={(kind) => setFault({ ...fault, kind })}
                    style={{ width: '100%' }}
                  />
                </Field>
                <Field
                  label="怎样处理"
                  hint="情节严重的，罢免或者解聘；在办的纠纷由主任另行确定调解员"
                  wrong={wrong.measure}
                >
                  <Select
                    value={fault.measure}
                    options={options(measures)}
                    onChange={(measure) => setFault({ ...fault, measure })}
                    style={{ width: '100%' }}
                  />
                </Field>
                <Field label="查实的情况" wrong={wrong.facts}>
                  <Input.TextArea
                    value={fault.facts}
                    autoSize={{ minRows: 3 }}
                    onChange={(e) => setFault({ ...fault, facts: e.target.value })}
                  />
                </Field>
                <Button onClick={() => save.mutate({ how: 'fault', ...fault } as MemberAct)}>登记处理</Button>
              </details>
            )}
          </>
        )
      }
    >
      <Knows v={v} wrong={wrong} set={(x) => setV({ ...v, ...x })} />
      <Field
        label="利害关系"
        hint="单位、合作社、人名；只用于回避。近亲属在“近亲属申报”里填写"
        wrong={wrongAt(wrong, 'interests')}
      >
        <Words value={v.interests} onChange={(x) => setV({ ...v, interests: x })} />
      </Field>
    </FormDrawer>
  )
}

/** One station or point: where, when, who, on duty, what is vacant. */
export default function StationPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const [doing, setDoing] = useState<'station' | 'add' | Member | null>(null)
  const q = useQuery({ queryKey: ['station', id], queryFn: () => call(r.station, { params: { id } }) })
  if (!q.data)
    return (
      <>
        <PageHead title="调解站点" />
        <Sentence error={q.error} retry={() => void q.refetch()} />
        {!q.error && <Waiting />}
      </>
    )
  const { station: s, members, gaps, mayKeep } = q.data
  const now = members.filter((m) => m.seated)
  const close = () => setDoing(null)
  return (
    <>
      <PageHead
        title={s.name}
        extra={
          mayKeep && (
            <span className="hs-inline">
              <Button onClick={() => setDoing('add')}>聘任成员</Button>
              <Button onClick={() => setDoing('station')}>资料和值班</Button>
            </span>
          )
        }
      >
        <span className="hs-tag">{levels[s.level]}</span>
      </PageHead>
      {gaps.length > 0 && (
        <ul className="hs-note" aria-label="空缺">
          {gaps.map((g) => (
            <li key={g}>{g}</li>
          ))}
        </ul>
      )}
      <Panel title="资料" label="资料">
        <dl className="hs-facts">
          <dt>调解委员会</dt>
          <dd>{s.committee}</dd>
          <dt>调解室</dt>
          <dd>{s.room || '未填'}</dd>
          <dt>开放时间</dt>
          <dd>{s.hours || '未填'}</dd>
          <dt>电话</dt>
          <dd>{s.phone || '未填'}</dd>
          {Object.entries(weekdays).map(([day, name]) => {
            const on = s.roster
              .filter((x) => x.weekday === +day)
              .map((x) => members.find((m) => m.id === x.memberId)?.name)
            return on.length ? (
              <div key={day} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd>{on.join('、')}</dd>
              </div>
            ) : null
          })}
        </dl>
      </Panel>
      <Panel title={`成员 ${now.length} 人`}>
        <Rows
          label="成员"
          rows={members}
          keyOf={(m) => m.id}
          none="还没有成员。"
          columns={[
            { title: '姓名', of: (m) => m.name },
            { title: '职责', of: (m) => duties[m.duty] },
            {
              title: '任期',
              of: (m) => (m.endedOn ? `${m.since} 至 ${m.endedOn}（离任）` : `${m.since} 至 ${m.until}`),
            },
            { title: '专长', of: (m) => m.fields.join('、') },
            { title: '语言', of: (m) => m.languages.join('、') },
            ...(members.some((m) => m.faults.length > 0)
              ? [
                  {
                    title: '违反第十五条的处理',
                    of: (m: (typeof members)[number]) =>
                      m.faults.map((f) => `${f.on} ${faults[f.kind]}，${measures[f.measure]}`).join('；'),
                  },
                ]
              : []),
            {
              title: '办理',
              of: (m) =>
                !m.endedOn && (mayKeep || m.staffId === me.staffId) ? (
                  <Button size="small" onClick={() => setDoing(m)}>
                    更新
                  </Button>
                ) : (
                  ''
                ),
            },
          ]}
        />
      </Panel>
      {doing === 'station' && <EditStation station={s} members={now} onClose={close} />}
      {doing === 'add' && <AddMember stationId={s.id} grids={q.data.grids} onClose={close} />}
      {doing !== null && typeof doing === 'object' && <EditMember m={doing} mayKeep={mayKeep} onClose={close} />}
    </>
  )
}
