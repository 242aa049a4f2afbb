import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { Nothing, PageHead, Panel, Sentence, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { has, useMe } from '../people/me.ts'
import './page/matter.css'
import { calendarRoutes, type MovedRow } from './calendar.routes.ts'

type Change = { table: string | null; day: { date: string; kind: string; name: string } | null }
type Answer = { year: number; off: number; work: number; moved: MovedRow[]; applied: boolean }

const kinds = [
  { value: 'off', label: '放假' },
  { value: 'work', label: '调休上班' },
  { value: 'ordinary', label: '恢复平常' },
]

/** 放假安排: the years there are, a year from its file, a day by hand; what changes is listed before it is written. */
export default function CalendarPage() {
  useTitle('放假安排')
  const me = useMe()
  const client = useQueryClient()
  const q = useQuery({ queryKey: ['calendar'], queryFn: () => call(calendarRoutes.calendar) })
  const [change, setChange] = useState<Change>({ table: null, day: null })
  const [file, setFile] = useState('')
  const [reason, setReason] = useState('')
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const wrong = error instanceof Failure ? error.fields : {}
  const send = async (apply: boolean) => {
    setError(null)
    setBusy(true)
    try {
      const done = await call(calendarRoutes.changeCalendar, { body: { ...change, reason, apply } as never })
      setAnswer(done)
      if (apply) {
        setChange({ table: null, day: null })
        setFile('')
        setReason('')
        await client.invalidateQueries()
      }
    } catch (e) {
      setAnswer(null)
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  const day = change.day ?? { date: '', kind: 'off', name: '' }
  const setDay = (more: Partial<typeof day>) => {
    setAnswer(null)
    setChange({ table: null, day: { ...day, ...more } })
  }
  return (
    <>
      <PageHead title="放假安排" />
      <p className="hs-muted">工作日期限和当事人权利的顺延按国务院办公厅每年的放假通知计算；没有导入的年份不作推算。</p>
      {has(me, 'petitionHead') && (
        <Panel title="导入一年，或改动一天">
          <Field label="放假安排文件（JSON）" hint="导入后整年以文件为准" wrong={wrong.table}>
            <input
              type="file"
              accept=".json,application/json"
              onChange={async (e) => {
                const f = e.target.files?.[0]
                setAnswer(null)
                setFile(f?.name ?? '')
                setChange({ table: f ? await f.text() : null, day: null })
              }}
            />
          </Field>
          <Field label="或者改动一天" wrong={wrong['day.date']}>
            <DayInput value={day.date} today={me.today} ahead onChange={(date) => setDay({ date })} />
          </Field>
          {change.day && (
            <>
              <Field label="这一天">
                <Select
                  value={day.kind}
                  onChange={(kind) => setDay({ kind })}
                  options={kinds}
                  style={{ width: '100%' }}
                />
              </Field>
              {day.kind !== 'ordinary' && (
                <Field label="假期名称" wrong={wrong['day.name']}>
                  <Input value={day.name} onChange={(e) => setDay({ name: e.target.value })} />
                </Field>
              )}
            </>
          )}
          <Field label="依据" hint="例如通知的文号" wrong={wrong.reason}>
            <Input value={reason} onChange={(e) => setReason(e.target.value)} />
          </Field>
          <Sentence error={error} />
          <div className="hs-actions">
            <Button loading={busy} disabled={!change.table && !change.day} onClick={() => send(false)}>
              先看会改变哪些期限
            </Button>
            {answer && !answer.applied && (
              <Button type="primary" loading={busy} onClick={() => send(true)}>
                确认写入
              </Button>
            )}
          </div>
          {answer && (
            <div role="status">
              <p>
                {file && `${file}：`}
                {answer.year} 年放假 {answer.off} 天，调休上班 {answer.work} 天
                {answer.applied ? '，已写入' : '，还没有写入'}；
                {answer.moved.length
                  ? `${answer.applied ? '已改变' : '将改变'} ${answer.moved.length} 个期限${answer.applied ? '并逐件留痕' : ''}：`
                  : '没有期限因此改变。'}
              </p>
              <ul className="hs-missing">
                {answer.moved.map((m) => (
                  <li key={`${m.petitionId}${m.rule}${m.from}`}>
                    <Link to={`/matter/${m.petitionId}`}>{m.number}</Link> {m.title}：{m.name} {m.from ?? '没有期限'} →{' '}
                    {m.to}
                  </li>
                ))}
              </ul>
            </div>
          )}
        </Panel>
      )}
      {q.isPending && <Waiting />}
      {!q.isPending && !q.data && <Sentence error={q.error} retry={() => q.refetch()} />}
      {q.data?.length === 0 && <Nothing>还没有导入任何一年。</Nothing>}
      {q.data?.map((y) => (
        <Panel key={y.year} title={`${y.year} 年`}>
          <p className="hs-muted">{y.source}</p>
          <p>放假：{daysOf(y.days, true)}</p>
          <p>调休上班：{daysOf(y.days, false) || '无'}</p>
        </Panel>
      ))}
    </>
  )
}

const daysOf = (days: { date: string; isOffDay: boolean; name: string }[], off: boolean) =>
  days
    .filter((d) => d.isOffDay === off)
    .map((d) => `${d.date.slice(5)} ${d.name}`)
    .join('、')
