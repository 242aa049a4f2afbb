import { useQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { addDays, type Day, day, formal, shortMoment, weekdayName, withWeekday } from '../../kit/day.ts'
import { ConfirmButton, Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { useSend } from '../../kit/ui/useSend.ts'
import { useMe } from '../../people/me.ts'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import './watch.css'
import { DayForm, watchKeys } from './DayForm.tsx'
import { Paste, Swap, Turn, useTellMade } from './Fill.tsx'
import { RuleForm } from './RuleForm.tsx'
import type { WatchDay, WatchPerson } from './routes.ts'
import { hoursOf, mondayOf, type Rule, shifts } from './watch.ts'

const views = { week: '周', month: '月' } as const
type View = keyof typeof views

const firstOf = (on: Day) => day(`${on.slice(0, 7)}-01`)
/** What is looked at: the week, or the weeks of a month. */
const spanOf = (view: View, on: Day): { from: Day; to: Day } => {
  if (view === 'week') return { from: mondayOf(on), to: addDays(mondayOf(on), 6) }
  const last = addDays(firstOf(addDays(firstOf(on), 31)), -1)
  return { from: mondayOf(firstOf(on)), to: addDays(mondayOf(last), 6) }
}

/** In words, for whoever hears the page. */
const saidOf = (d: WatchDay): string =>
  [
    withWeekday(d.on),
    d.named,
    ...d.shifts.map(
      (s) =>
        `${shifts[s.shift]}${s.window.map((p) => p.name).join('、') || '没有人'}${s.lead ? `，带班${s.lead.name}` : ''}`,
    ),
    d.gap ? '没有人值班' : '',
  ]
    .filter(Boolean)
    .join('，')

/** One day of the roster as it stands and is printed. */
function Cell({ d, rule, today, other, mine }: { d: WatchDay; rule: Rule; today: Day; other: boolean; mine: string }) {
  const look = (p: WatchPerson) => (p.problem ? 'hs-watch-off' : p.id === mine ? 'hs-watch-mine' : undefined)
  const problems = d.shifts.flatMap((s) => [
    ...s.window.flatMap((p) => p.problem ?? []),
    ...(s.lead?.problem ? [s.lead.problem] : []),
  ])
  return (
    <>
      <span className="hs-watch-date">
        <b>{other ? `${+d.on.slice(5, 7)}.${+d.on.slice(8)}` : +d.on.slice(8)}</b>
        <small>{weekdayName(d.on).replace('星期', '周')}</small>
        {d.on === today && <small className="hs-watch-today">今天</small>}
        {(d.named || !d.worked) && <small>{d.named || '休'}</small>}
      </span>
      {d.shifts.map((s) => (
        <span className="hs-watch-line" key={s.shift}>
          <span className="hs-watch-hours">
            {shifts[s.shift]} <i>{hoursOf(rule, s.shift)}</i>
          </span>
          <span className="hs-watch-names">
            {s.window.map((p) => (
              <b key={p.id} className={look(p)}>
                {p.name}
              </b>
            ))}
          </span>
          {s.lead && (
            <span className="hs-watch-lead">
              带班 <span className={look(s.lead)}>{s.lead.name}</span>
            </span>
          )}
        </span>
      ))}
      {d.on >= today &&
        problems.map((p) => (
          <span className="hs-late hs-watch-problem" key={p}>
            {p}
          </span>
        ))}
      {d.gap && <span className="hs-watch-gap">没有人值班</span>}
    </>
  )
}

/** 值班安排: who sits at the petition window and who is in charge, by week or month. */
export default function Watch() {
  const me = useMe()
  const [view, setView] = useState<View>('week')
  const [on, setOn] = useState<Day>(me.today)
  const span = spanOf(view, on)
  const q = useQuery({
    queryKey: ['watch', span.from, span.to],
    queryFn: () => call(dutyRoutes.watch, { query: span }),
    placeholderData: (before) => before,
  })
  const [editing, setEditing] = useState<Day | null>(null)
  const [doing, setDoing] = useState<'turn' | 'paste' | 'swap' | 'rule' | null>(null)
  const { send, busy, error } = useSend(watchKeys)
  const tell = useTellMade()
  const v = q.data
  const step = (n: number) =>
    setOn(view === 'week' ? addDays(on, 7 * n) : firstOf(addDays(firstOf(on), n * 31 - (n < 0 ? -30 : 0))))
  const close = () => setDoing(null)
  const title =
    view === 'week' ? `${formal(span.from)}至${formal(span.to)}` : `${+on.slice(0, 4)}年${+on.slice(5, 7)}月`
  const days = v?.days.filter((d) => d.on >= span.from && d.on <= span.to) ?? []
  const edited = days.find((d) => d.on === editing)
  return (
    <div className="hs-watch">
      <PageHead
        title="值班安排"
        extra={
          <div className="hs-inline hs-wrap">
            {v?.mayEdit && (
              <>
                <Button type="primary" aria-haspopup="dialog" onClick={() => setDoing('turn')}>
                  按人轮流排
                </Button>
                {view === 'week' && (
                  <Button
                    loading={busy === 'copy'}
                    disabled={span.to < me.today}
                    onClick={async () => {
                      const made = await send('copy', (requestId) =>
                        call(dutyRoutes.copyWatch, {
                          body: { requestId, from: addDays(span.from, -7), to: span.from, over: 'keep' },
                        }),
                      )
                      if (made) tell(made)
                    }}
                  >
                    照上一周排
                  </Button>
                )}
                <Button aria-haspopup="dialog" onClick={() => setDoing('swap')}>
                  对调
                </Button>
                <Button aria-haspopup="dialog" onClick={() => setDoing('paste')}>
                  从表格贴
                </Button>
              </>
            )}
            {v?.mayRule && (
              <Button aria-haspopup="dialog" onClick={() => setDoing('rule')}>
                时间和电话
              </Button>
            )}
            <Button onClick={() => window.print()}>打印</Button>
          </div>
        }
      >
        <Segmented
          value={view}
          onChange={setView}
          options={Object.entries(views).map(([value, label]) => ({ value: value as View, label }))}
        />
      </PageHead>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      <Sentence error={error} />
      {q.isPending && <Waiting />}
      {v && (
        <>
          {v.gaps.length > 0 && (
            <p className="hs-watch-told hs-late">
              到下周为止，
              {v.gaps
                .slice(0, 7)
                .map((d) => `${formal(d)}（${weekdayName(d)}）`)
                .join('、')}
              {v.gaps.length > 7 ? ` 等 ${v.gaps.length} 天` : ''}还没有人值班。
            </p>
          )}
          {v.unknownYears.length > 0 && (
            <p className="hs-watch-told hs-soon">
              {v.unknownYears.join('、')} 年的放假安排还没有导入，先按周一到周五上班算；导入以后请再看一遍。
            </p>
          )}
          <nav className="hs-watch-nav" aria-label="翻看">
            <Button onClick={() => step(-1)}>上一{views[view]}</Button>
            <h2>{title}</h2>
            <Button onClick={() => step(1)}>下一{views[view]}</Button>
            <Button type="link" onClick={() => setOn(me.today)}>
              {view === 'week' ? '本周' : '本月'}
            </Button>
          </nav>
          <p className="hs-watch-paper">
            {me.town.name}信访窗口值班表　{title}
            {(v.rule.phone || v.hotline) && `　电话 ${v.rule.phone || v.hotline}`}
          </p>
          <ol
            className={`hs-watch-grid hs-watch-${view}`}
            aria-label={`${title}的值班`}
            aria-busy={q.isPlaceholderData}
          >
            {days.map((d) => {
              const other = view === 'month' && d.on.slice(0, 7) !== on.slice(0, 7)
              const look = [
                'hs-watch-day',
                d.gap ? 'hs-watch-empty' : '',
                d.on < me.today ? 'hs-watch-past' : '',
                d.worked ? '' : 'hs-watch-rest',
                d.on === me.today ? 'hs-watch-now' : '',
                other ? 'hs-watch-other' : '',
              ]
                .filter(Boolean)
                .join(' ')
              const cell = <Cell d={d} rule={v.rule} today={me.today} other={other} mine={me.staffId} />
              return (
                <li key={d.on} className={look}>
                  {v.mayEdit && d.on >= me.today ? (
                    <button
                      type="button"
                      aria-haspopup="dialog"
                      aria-label={saidOf(d)}
                      onClick={() => setEditing(d.on)}
                    >
                      {cell}
                    </button>
                  ) : (
                    <div>{cell}</div>
                  )}
                </li>
              )
            })}
          </ol>
          <p className="hs-muted hs-linked hs-watch-note">
            公众在首页和<a href="/c/duty">值班页</a>看到姓名、职务、时间和办公电话；请假的、离岗的不显示。
          </p>
          <Panel title="最近的改动">
            {v.changes.length === 0 ? (
              <Nothing>还没有排过班。</Nothing>
            ) : (
              <ul className="hs-cases" aria-label="最近的改动">
                {v.changes.map((c) => (
                  <li key={`${c.requestId}${c.at}`}>
                    <span className="hs-muted">{shortMoment(c.at)}</span>
                    <div>
                      {c.says} <small>{c.byName}</small>
                    </div>
                    <div className="hs-case-do">
                      {c.mayUndo && (
                        <ConfirmButton
                          size="small"
                          confirm={`撤回“${c.says}”？这几天的值班回到改之前。`}
                          okText="撤回"
                          onConfirm={() =>
                            send(
                              'undo',
                              () =>
                                call(dutyRoutes.undoWatch, { body: { requestId: newRequestId(), of: c.requestId } }),
                              '已撤回',
                            )
                          }
                        >
                          撤回
                        </ConfirmButton>
                      )}
                    </div>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </>
      )}
      {edited && v && <DayForm key={edited.on} day={edited} rule={v.rule} onClose={() => setEditing(null)} />}
      {doing === 'turn' && <Turn from={span.from} onClose={close} />}
      {doing === 'paste' && <Paste onClose={close} />}
      {doing === 'swap' && v && <Swap days={days} onClose={close} />}
      {doing === 'rule' && v && (
        <RuleForm rule={v.rule} version={v.ruleVersion} hotline={v.hotline} address={v.address} onClose={close} />
      )}
    </div>
  )
}
