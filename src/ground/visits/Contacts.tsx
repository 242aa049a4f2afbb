import { Button, Checkbox, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { addDays, type Day } from '../../kit/day.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { Rows, useWrite } from '../../kit/ui/Rows.tsx'
import { useMe, usePlaces } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { type ContactRow, visitRoutes as r } from './routes.ts'
import { shows } from './VisitForms.tsx'
import { contactStandings, dealOut, visitors } from './visits.ts'

/** Lay down the rota: pick the cadres, deal the villages out in order, mend single lines. */
export function MakeContacts({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const me = useMe()
  const { villages, areas } = usePlaces()
  const [v, setV] = useState({ fromOn: me.today as string, toOn: addDays(me.today, 180) as string, everyDays: 30 })
  const [cadres, setCadres] = useState<{ id: string; name: string }[]>([])
  const [pairs, setPairs] = useState<Record<string, string>>({})
  const active = areas.flatMap((a) => villages.filter((x) => x.active && x.areaId === a.id))
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.makeContacts, {
        body: {
          requestId,
          rota: {
            ...v,
            fromOn: v.fromOn as Day,
            toOn: v.toOn as Day,
            pairs: active.flatMap((x) => (pairs[x.id] ? [{ villageId: x.id, staffId: pairs[x.id]! }] : [])),
          },
        },
      }),
    shows,
    { says: '已排定，联系干部已收到通知', done: onDone },
  )
  const fields = save.error instanceof Failure ? save.error.fields : {}
  const wrong = (k: string) => fields[`rota.${k}`] ?? fields[k]
  return (
    <>
      <div className="hs-fields">
        <Field label="从哪天" wrong={wrong('fromOn')}>
          <DayInput value={v.fromOn} today={me.today} onChange={(fromOn) => setV({ ...v, fromOn })} />
        </Field>
        <Field label="到哪天" wrong={wrong('toOn')}>
          <DayInput value={v.toOn} today={me.today} ahead onChange={(toOn) => setV({ ...v, toOn })} />
        </Field>
      </div>
      <Field label="至少多少天去一次" wrong={wrong('everyDays')}>
        <NumberInput
          value={v.everyDays}
          min={1}
          max={366}
          style={{ width: '100%' }}
          onChange={(n) => setV({ ...v, everyDays: n ?? 30 })}
        />
      </Field>
      <Field label="加一名联系干部" hint="按加入的先后，把各村依次分给他们" wrong={wrong('pairs')}>
        <StaffPicker
          value={null}
          roles={[...visitors]}
          onChange={(id, s) =>
            id && !cadres.some((c) => c.id === id) && setCadres([...cadres, { id, name: s?.name ?? '' }])
          }
        />
      </Field>
      {cadres.length > 0 && (
        <>
          <p>{cadres.map((c) => c.name).join('、')}</p>
          <div className="hs-actions">
            <Button
              onClick={() =>
                setPairs(
                  Object.fromEntries(
                    dealOut(
                      active.map((x) => x.id),
                      cadres.map((c) => c.id),
                    ).map((p) => [p.villageId, p.staffId]),
                  ),
                )
              }
            >
              把 {active.length} 个村依次分给 {cadres.length} 人
            </Button>
            <Button onClick={() => setCadres([])}>重新选人</Button>
          </div>
        </>
      )}
      <h2 className="hs-ground-h">逐村</h2>
      {active.map((x) => (
        <Field key={x.id} label={x.name}>
          <StaffPicker
            value={pairs[x.id]}
            roles={[...visitors]}
            placeholder="这一期不排"
            onChange={(id) => {
              const { [x.id]: _old, ...rest } = pairs
              setPairs(id ? { ...rest, [x.id]: id } : rest)
            }}
          />
        </Field>
      ))}
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          排定
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** Another cadre takes the village, or two change places. */
export function PassContact({
  c,
  all,
  onDone,
  onClose,
}: {
  c: ContactRow
  all: ContactRow[]
  onDone: () => void
  onClose: () => void
}) {
  const [v, setV] = useState({
    how: 'to' as 'to' | 'with',
    toId: null as string | null,
    withId: undefined as string | undefined,
    reason: '',
  })
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.passContact, {
        params: { id: c.id },
        body: {
          requestId,
          version: c.version,
          toId: v.how === 'to' ? v.toId : null,
          withId: v.how === 'with' ? (v.withId ?? null) : null,
          reason: v.reason,
        },
      }),
    shows,
    { says: '已调整，双方都已收到通知', done: onDone },
  )
  const wrong = save.error instanceof Failure ? save.error.fields : {}
  return (
    <>
      <fieldset className="hs-ground-choice">
        <legend>怎样调整</legend>
        <Radio.Group
          value={v.how}
          onChange={(e) => setV({ ...v, how: e.target.value })}
          options={[
            { value: 'to', label: '换人' },
            { value: 'with', label: '与另一个村对调' },
          ]}
        />
      </fieldset>
      {v.how === 'to' ? (
        <Field label="换成谁" wrong={wrong.toId}>
          <StaffPicker value={v.toId} roles={[...visitors]} onChange={(toId) => setV({ ...v, toId })} />
        </Field>
      ) : (
        <Field label="与哪一个村对调" wrong={wrong.withId ?? wrong.toId}>
          <Select
            value={v.withId}
            onChange={(withId) => setV({ ...v, withId })}
            options={all
              .filter((x) => x.id !== c.id && x.staffId !== c.staffId)
              .map((x) => ({ value: x.id, label: `${x.village} ${x.staff}` }))}
            placeholder="请选择"
            style={{ width: '100%' }}
          />
        </Field>
      )}
      <Field label="理由" wrong={wrong.reason}>
        <Input value={v.reason} maxLength={200} onChange={(e) => setV({ ...v, reason: e.target.value })} />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          保存
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** Who keeps in touch with which village, in the fixed order of the villages. */
export function ContactList({ rows, pass }: { rows: ContactRow[]; pass?: (c: ContactRow) => void }) {
  const me = useMe()
  const [onlyDue, setOnlyDue] = useState(false)
  const shown = onlyDue ? rows.filter((c) => c.standing === 'late' || c.standing === 'soon' || c.gone) : rows
  return (
    <>
      {pass && (
        <Checkbox checked={onlyDue} onChange={(e) => setOnlyDue(e.target.checked)}>
          只看该去的和空缺的
        </Checkbox>
      )}
      <Rows
        label="联系村"
        rows={shown}
        keyOf={(c) => c.id}
        none={onlyDue ? '没有该去未去的。' : '还没有排联系村。'}
        columns={[
          { title: '村', of: (c) => <Link to={`/village/${c.villageId}`}>{c.village}</Link> },
          { title: '管区', of: (c) => c.area },
          {
            title: '联系干部',
            of: (c) => (
              <>
                {c.staff}
                {c.gone && <span className="hs-late">（已不在岗，请换人）</span>}
                {c.away && <span className="hs-late">（请假{c.deputy ? `，代理人${c.deputy}` : '，没有代理人'}）</span>}
                {c.history.map((h) => (
                  <small key={`${h.on}${h.from}${h.to}`} className="hs-muted hs-block">
                    {h.on} 由{h.from}换为{h.to}：{h.reason}
                  </small>
                ))}
              </>
            ),
          },
          { title: '起止', of: (c) => `${c.fromOn} 至 ${c.toOn}` },
          { title: '上次去', of: (c) => c.lastOn ?? '还没有去' },
          {
            title: '最迟哪天去',
            of: (c) => (
              <span className={c.standing === 'late' ? 'hs-late' : undefined}>
                {c.dueOn} {contactStandings[c.standing]}
              </span>
            ),
          },
          ...(pass
            ? [
                {
                  title: '办理',
                  of: (c: ContactRow) =>
                    c.refusal === null && (c.staffId === me.staffId || me.roles.includes('petitionHead')) ? (
                      <Button size="small" onClick={() => pass(c)} aria-label={`调整${c.village}的联系干部`}>
                        换人
                      </Button>
                    ) : (
                      ''
                    ),
                },
              ]
            : []),
        ]}
      />
    </>
  )
}
