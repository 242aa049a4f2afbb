import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { count, Nothing, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { type Step, steps } from '../petition.ts'
import { type LedgerFilter, petitionRoutes, type Totals as TotalsData } from '../routes.ts'
import { wordsOf } from './filter.ts'

type Narrow = (more: Partial<LedgerFilter>) => void

/** The totals of what is shown; the parts add up to the whole, and say so. Every number narrows the list. */
export function TotalsLine({
  totals,
  narrow,
  onVillages,
}: {
  totals: TotalsData
  narrow: Narrow
  onVillages: () => void
}) {
  const { total, byGrade, byStep, key, general } = totals
  const sums = (n: number) =>
    n === total ? (
      <span className="hs-sum" role="img" aria-label={`合计等于 ${count(total)}`}>
        = {count(n)} ✓
      </span>
    ) : (
      <span className="hs-late">
        = {count(n)}，与合计 {count(total)} 不符
      </span>
    )
  const part = (label: string, n: number, cls: string, more: Partial<LedgerFilter>) => (
    <button type="button" className={`hs-part ${cls}`} onClick={() => narrow(more)}>
      {label} <b>{count(n)}</b>
    </button>
  )
  return (
    <section className="hs-totals" aria-label="合计">
      <span>
        合计 <b>{count(total)}</b>
      </span>
      <span>
        {part('蓝', byGrade.blue, 'hs-c-blue', { grade: ['blue'] })}
        {part('黄', byGrade.yellow, 'hs-c-amber', { grade: ['yellow'] })}
        {part('红', byGrade.red, 'hs-c-red', { grade: ['red'] })}
        {byGrade.none > 0 && part('未定级', byGrade.none, '', { grade: ['none'] })}
        {sums(byGrade.blue + byGrade.yellow + byGrade.red + byGrade.none)}
      </span>
      <span>
        {part('重点', key, '', { key: true })}
        {part('一般', general, '', { key: false })}
        {sums(key + general)}
      </span>
      <span className="hs-by-step">
        {(Object.keys(steps) as Step[]).map((s, i) => (
          <span key={s}>
            {i > 0 && <i aria-hidden="true">·</i>}
            {part(steps[s], byStep[s] ?? 0, 'hs-small', { step: [s] })}
          </span>
        ))}
        {sums(Object.values(byStep).reduce((a, b) => a + b, 0))}
      </span>
      <button type="button" className="hs-link" onClick={onVillages}>
        按村
      </button>
    </section>
  )
}

/** The same totals village by village, for the same filter. */
export function VillageTotals({
  filter,
  open,
  onClose,
  narrow,
}: {
  filter: LedgerFilter
  open: boolean
  onClose: () => void
  narrow: Narrow
}) {
  const { data, error, refetch } = useQuery({
    queryKey: ['petitions', 'totals', wordsOf(filter)],
    queryFn: () => call(petitionRoutes.totals, { query: wordsOf(filter) as never }),
    enabled: open,
  })
  const sum = (k: 'n' | 'red' | 'yellow' | 'blue' | 'none') => data?.byVillage.reduce((a, v) => a + v[k], 0) ?? 0
  return (
    <Drawer open={open} onClose={onClose} title="按村合计" size={560}>
      <Sentence error={error} retry={() => void refetch()} />
      {!data && !error && <Waiting />}
      {data?.byVillage.length === 0 && <Nothing>没有符合条件的事项。</Nothing>}
      {data && data.byVillage.length > 0 && (
        <table className="hs-table">
          <thead>
            <tr>
              <th scope="col">管区</th>
              <th scope="col">村</th>
              <th scope="col" className="hs-num">
                红
              </th>
              <th scope="col" className="hs-num">
                黄
              </th>
              <th scope="col" className="hs-num">
                蓝
              </th>
              <th scope="col" className="hs-num">
                未定级
              </th>
              <th scope="col" className="hs-num">
                合计
              </th>
            </tr>
          </thead>
          <tbody>
            {data.byVillage.map((v) => (
              <tr key={v.villageId ?? 'none'}>
                <td>{v.area}</td>
                <td>
                  {v.villageId ? (
                    <button type="button" className="hs-link" onClick={() => narrow({ villageId: [v.villageId!] })}>
                      {v.village}
                    </button>
                  ) : (
                    v.village
                  )}
                </td>
                <td className="hs-num">{v.red}</td>
                <td className="hs-num">{v.yellow}</td>
                <td className="hs-num">{v.blue}</td>
                <td className="hs-num">{v.none}</td>
                <td className="hs-num">{count(v.n)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                合计{sum('n') === data.total ? ' ✓' : `，与总数 ${data.total} 不符`}
              </th>
              <td className="hs-num">{count(sum('red'))}</td>
              <td className="hs-num">{count(sum('yellow'))}</td>
              <td className="hs-num">{count(sum('blue'))}</td>
              <td className="hs-num">{count(sum('none'))}</td>
              <td className="hs-num">{count(sum('n'))}</td>
            </tr>
          </tfoot>
        </table>
      )}
    </Drawer>
  )
}
