import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Checkbox, type InputRef } from 'antd'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { type Day, short } from '../../kit/day.ts'
import { count, Nothing, PageHead, Sentence, usePhone, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { useRemembered } from '../../kit/ui/draft.ts'
import { useShortcuts } from '../../kit/ui/shortcuts.tsx'
import { has, registers, useMe } from '../../people/me.ts'
import { DutyDots } from '../carry/Dots.tsx'
import { steps } from '../petition.ts'
import { type LedgerFilter, type LedgerRow, petitionRoutes } from '../routes.ts'
import { GradeTag } from '../tags.tsx'
import { BulkBar, BulkDialog, type BulkKind } from './Bulk.tsx'
import { ColumnChooser } from './ColumnChooser.tsx'
import { type Column, columnsOf, daysLeftWords, defaultColumns, sinceWords } from './columns.ts'
import { ExportButton } from './Export.tsx'
import { FilterBar, FilterTags } from './Filters.tsx'
import { filterOf, ledgerAddress, orderOf, sameFilter, wordsOf } from './filter.ts'
import { SavedFilters } from './SavedFilters.tsx'
import { TotalsLine, VillageTotals } from './Totals.tsx'

const dueClass = (left: number | null) => (left === null ? '' : left < 0 ? 'hs-late' : left <= 3 ? 'hs-soon' : '')
const shown = (on: string, today: Day) => (on ? (on.slice(0, 4) === today.slice(0, 4) ? short(on as Day) : on) : '—')

const cell = (c: Column, r: LedgerRow, today: Day): ReactNode => {
  switch (c.key) {
    case 'grade':
      return <GradeTag grade={r.grade} />
    case 'number':
      return (
        <Link to={`/matter/${r.id}`} data-row={r.id}>
          {r.number}
        </Link>
      )
    case 'duties':
      return <DutyDots lines={r.duties} today={today} />
    case 'daysLeft':
      return <span className={dueClass(r.daysLeft)}>{daysLeftWords(r.daysLeft)}</span>
    case 'lastContact':
      return sinceWords(r.lastContactOn, today)
    // Who is enough at a glance; the unit is in the tooltip and in every file made of it.
    case 'holder':
      return r.holder || r.unit || '—'
    case 'due':
      return <span className="hs-muted">{r.dueName || '—'}</span>
    default:
      return c.excel === 'date' ? shown(String(c.value(r, today)), today) : c.value(r, today) || '—'
  }
}

/** Where the reader was, so that “back” returns to the same row. */
let left = { search: '', top: 0, at: -1 }

/** The ledger: one list for all, by role. Everything that narrows it is in the address. */
export default function LedgerPage() {
  const me = useMe()
  const phone = usePhone()
  const go = useNavigate()
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const { filter, order } = useMemo(() => ({ filter: filterOf(params), order: orderOf(params) }), [text])
  const [keys, setKeys] = useRemembered<string[]>('ledger-columns', defaultColumns)
  const cols = columnsOf(keys)
  const [at, setAt] = useState(() => (left.search === text ? left.at : -1))
  const [selected, setSelected] = useState<ReadonlyMap<string, LedgerRow>>(new Map())
  const [bulk, setBulk] = useState<BulkKind | null>(null)
  const [villages, setVillages] = useState(false)
  const search = useRef<InputRef>(null)
  const scroller = useRef<HTMLDivElement>(null)

  const words = wordsOf(filter)
  const list = useInfiniteQuery({
    queryKey: ['petitions', 'ledger', words, order],
    queryFn: ({ pageParam, signal }) =>
      call(petitionRoutes.ledger, { query: { ...words, ...order, after: pageParam ?? undefined } as never, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  })
  const presets = useQuery({ queryKey: ['petitions', 'presets'], queryFn: () => call(petitionRoutes.presets) })
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.rows) ?? [], [list.data])
  const totals = list.data?.pages[0]?.totals ?? null
  const today = list.data?.pages[0]?.today ?? me.today

  const goTo = useCallback(
    (next: Record<string, unknown>, nextOrder = order) => {
      setAt(-1)
      setSelected(new Map())
      scroller.current?.scrollTo(0, 0)
      void go(ledgerAddress(next, nextOrder.sort === 'receivedOn' && nextOrder.dir === 'desc' ? {} : nextOrder))
    },
    [go, order],
  )
  const change = (more: Partial<LedgerFilter>) => goTo({ ...filter, ...more })

  // Come from the desk with “/”: into the search box, once.
  useEffect(() => {
    if (!params.has('focus')) return
    search.current?.focus()
    params.delete('focus')
    setParams(params, { replace: true })
  }, [params, setParams])

  // Back from a matter: the same row at the same place.
  const ready = rows.length > 0
  useEffect(() => {
    if (!ready || left.search !== text) return
    const to = { ...left }
    // After the shell has set the focus at the top of the new page.
    const frame = requestAnimationFrame(() => {
      scroller.current?.scrollTo(0, to.top)
      if (to.at >= 0)
        scroller.current?.querySelector<HTMLElement>(`[data-row="${rows[to.at]?.id}"]`)?.focus({ preventScroll: true })
    })
    return () => cancelAnimationFrame(frame)
  }, [ready])
  useEffect(
    () => () => {
      left = { ...left, search: text, at }
    },
    [text, at],
  )

  const focusRow = (n: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, n))
    const row = rows[next]
    if (!row) return
    setAt(next)
    const link = scroller.current?.querySelector<HTMLElement>(`[data-row="${row.id}"]`)
    link?.focus({ preventScroll: true })
    link?.closest('tr,li')?.scrollIntoView({ block: 'nearest' })
    if (next >= rows.length - 5 && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  }
  const toggle = (r: LedgerRow) =>
    setSelected((now) => {
      const next = new Map(now)
      if (!next.delete(r.id)) next.set(r.id, r)
      return next
    })
  const chosen = selected.size ? [...selected.values()] : rows[at] ? [rows[at]] : []
  const mayRegister = registers(me)
  const mayImport = has(me, 'clerk', 'petitionHead')
  const mayAssign = has(me, 'petitionHead') || (has(me, 'unitHandler') && me.headsUnit)
  useShortcuts([
    { key: '/', says: '搜索', run: () => search.current?.focus() },
    { key: 'j', says: '下一行', run: () => focusRow(at + 1) },
    { key: 'k', says: '上一行', run: () => focusRow(at - 1) },
    { key: 'Enter', says: '打开这一件', run: () => rows[at] && void go(`/matter/${rows[at].id}`) },
    { key: 'x', says: '选中或取消这一行', run: () => rows[at] && toggle(rows[at]) },
    ...(mayAssign ? [{ key: 'a', says: '交办选中的事项', run: () => chosen.length > 0 && setBulk('assign') }] : []),
    ...(mayRegister ? [{ key: 'n', says: '登记', run: () => void go('/register') }] : []),
  ])

  // The next rows come by themselves when the end is near.
  const end = useRef<HTMLDivElement>(null)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage) return
    const watch = new IntersectionObserver((seen) => seen[0]?.isIntersecting && void fetchNextPage(), {
      root: phone ? null : scroller.current,
      rootMargin: '200px',
    })
    watch.observe(end.current)
    return () => watch.disconnect()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, phone])

  const narrowed = Object.keys(words).length > 0
  const preset = (presets.data ?? []).find((p) => sameFilter(p.filter, filter))
  const whole = presets.data?.find((p) => p.key === 'all')?.n
  const sortBy = (c: Column) =>
    c.sort &&
    goTo(filter, {
      sort: c.sort,
      dir: order.sort === c.sort ? (order.dir === 'asc' ? 'desc' : 'asc') : c.sort === 'nextDueOn' ? 'asc' : 'desc',
    })
  const allOnScreen = rows.length > 0 && rows.every((r) => selected.has(r.id))

  return (
    <div className="hs-ledger">
      <PageHead
        title="信访台账"
        extra={
          <>
            {mayImport && <Button onClick={() => go('/import')}>导入</Button>}
            <ExportButton filter={filter} order={order} columns={cols.map((c) => c.key)} total={totals?.total ?? 0} />
            {mayRegister && (
              <Button type="primary" onClick={() => go('/register')}>
                登记<span className="hs-key-hint">（N）</span>
              </Button>
            )}
          </>
        }
      >
        <ul className="hs-presets" aria-label="现成筛选">
          {(presets.data ?? []).map((p) => (
            <li key={p.key}>
              <Link
                to={ledgerAddress(p.filter)}
                aria-current={preset?.key === p.key ? 'true' : undefined}
                onClick={() => setSelected(new Map())}
              >
                {p.label} <b>{count(p.n)}</b>
              </Link>
            </li>
          ))}
        </ul>
      </PageHead>
      <FilterBar
        filter={filter}
        change={change}
        search={search}
        extra={
          <>
            {!phone && <ColumnChooser value={keys} onChange={setKeys} />}
            <SavedFilters filter={filter} order={order} columns={cols.map((c) => c.key)} onColumns={setKeys} />
          </>
        }
      />
      {!(preset && preset.key !== 'all') && <FilterTags filter={filter} change={change} clear={() => goTo({})} />}
      {totals && <TotalsLine totals={totals} narrow={change} onVillages={() => setVillages(true)} />}
      <Sentence error={list.error} retry={() => void list.refetch()} />
      {selected.size > 0 && <BulkBar rows={chosen} onKind={setBulk} onClear={() => setSelected(new Map())} />}
      <div
        className="hs-ledger-scroll"
        ref={scroller}
        aria-busy={list.isFetching}
        onScroll={(e) => {
          left = { ...left, search: text, top: e.currentTarget.scrollTop }
        }}
      >
        {!list.data && !list.error && <Waiting rows={20} />}
        {list.data && rows.length === 0 && (
          <Nothing
            action={
              narrowed ? (
                <Button onClick={() => goTo({})}>清除筛选</Button>
              ) : (
                mayRegister && (
                  <Button type="primary" onClick={() => go('/register')}>
                    登记第一件
                  </Button>
                )
              )
            }
          >
            {narrowed && whole !== 0
              ? `没有符合这些条件的事项${whole ? `（您能看到的共 ${count(whole)} 件）` : ''}，可以少设几个条件。`
              : mayRegister
                ? '台账里还没有事项。可以登记，也可以导入原有台账。'
                : '目前没有需要您经手的事项。'}
          </Nothing>
        )}
        {rows.length > 0 &&
          (phone ? (
            <ul className="hs-cards">
              {rows.map((r) => (
                <li key={r.id} className={selected.has(r.id) ? 'hs-chosen' : undefined}>
                  <Link to={`/matter/${r.id}`} data-row={r.id}>
                    <span className="hs-card-top">
                      <GradeTag grade={r.grade} />
                      <span className="hs-muted">{r.number}</span>
                      <span className={dueClass(r.daysLeft)}>{daysLeftWords(r.daysLeft)}</span>
                    </span>
                    <b>{r.title}</b>
                    <small>{[r.petitioner, r.village, steps[r.step], r.holder].filter(Boolean).join(' · ')}</small>
                  </Link>
                </li>
              ))}
            </ul>
          ) : (
            <table
              className="hs-grid"
              style={{ minWidth: cols.reduce((a, c) => a + (c.key === 'title' ? 230 : c.width), 32) }}
            >
              <caption className="hs-hidden">信访台账，共 {totals?.total ?? rows.length} 件</caption>
              <colgroup>
                <col style={{ width: 32 }} />
                {cols.map((c) => (
                  <col key={c.key} style={c.key === 'title' ? undefined : { width: c.width }} />
                ))}
              </colgroup>
              <thead>
                <tr>
                  <th scope="col">
                    <Checkbox
                      aria-label="选中已显示的全部事项"
                      checked={allOnScreen}
                      indeterminate={selected.size > 0 && !allOnScreen}
                      onChange={() => setSelected(allOnScreen ? new Map() : new Map(rows.map((r) => [r.id, r])))}
                    />
                  </th>
                  {cols.map((c) => (
                    <th
                      key={c.key}
                      scope="col"
                      className={c.excel === 'number' ? 'hs-num' : undefined}
                      aria-sort={
                        c.sort && order.sort === c.sort ? (order.dir === 'asc' ? 'ascending' : 'descending') : undefined
                      }
                    >
                      {c.sort ? (
                        <button type="button" onClick={() => sortBy(c)} title={`按${c.title}排序`}>
                          {c.title}
                          <i aria-hidden="true">{order.sort === c.sort ? (order.dir === 'asc' ? ' ↑' : ' ↓') : ''}</i>
                        </button>
                      ) : (
                        c.title
                      )}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((r, i) => (
                  <tr
                    key={r.id}
                    className={
                      [i === at ? 'hs-at' : '', selected.has(r.id) ? 'hs-chosen' : ''].join(' ').trim() || undefined
                    }
                    onClick={(e) => {
                      if (!(e.target as HTMLElement).closest('a,button,label,input')) setAt(i)
                    }}
                    onDoubleClick={() => void go(`/matter/${r.id}`)}
                  >
                    <td>
                      <Checkbox
                        aria-label={`选中 ${r.number}`}
                        checked={selected.has(r.id)}
                        onChange={() => toggle(r)}
                      />
                    </td>
                    {cols.map((c) => {
                      const value = c.value(r, today)
                      return (
                        <td
                          key={c.key}
                          className={c.excel === 'number' ? 'hs-num' : undefined}
                          title={typeof value === 'string' && value.length > 5 ? value : undefined}
                        >
                          {cell(c, r, today)}
                        </td>
                      )
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        {rows.length > 0 && (
          <div className="hs-more-rows" ref={end}>
            <span role="status">
              已显示 {count(rows.length)} / {count(totals?.total ?? rows.length)}
            </span>
            {list.hasNextPage && (
              <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                再显示 50 件
              </Button>
            )}
          </div>
        )}
      </div>
      <VillageTotals
        filter={filter}
        open={villages}
        onClose={() => setVillages(false)}
        narrow={(more) => {
          setVillages(false)
          change(more)
        }}
      />
      {bulk && (
        <BulkDialog
          kind={bulk}
          rows={chosen}
          onClose={() => setBulk(null)}
          onDone={(refused) => {
            setBulk(null)
            setSelected(new Map(chosen.filter((r) => refused.includes(r.id)).map((r) => [r.id, r])))
          }}
        />
      )}
    </div>
  )
}
