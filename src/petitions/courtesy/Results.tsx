import { useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { options } from '../../kit/choice.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Rows } from '../../kit/ui/Rows.tsx'
import { ratings } from '../petition.ts'
import { scores, shownFrom } from './courtesy.ts'
import { courtesyRoutes } from './routes.ts'
import { type Span, spans } from './runs.ts'
import { courtesies, courtesyPlaces } from './words.ts'

type Row = z.infer<(typeof courtesyRoutes)['courtesyResults']['response']>['units'][number]
const unitWords = { good: ratings.satisfied, fair: ratings.basicallySatisfied, poor: ratings.dissatisfied }

function Told(p: { label: string; name: string; rows: Row[]; words: Record<'good' | 'fair' | 'poor', string> }) {
  return (
    <Rows
      label={p.label}
      rows={p.rows}
      keyOf={(r) => `${r.period}${r.name}`}
      none={`过完的月里还没有合够 ${shownFrom} 个评价。`}
      columns={[
        { title: '时间', of: (r) => r.period },
        { title: p.name, of: (r) => r.name },
        { title: p.words.good, num: true, of: (r) => `${r.good}%` },
        { title: p.words.fair, num: true, of: (r) => `${r.fair}%` },
        {
          title: p.words.poor,
          num: true,
          of: (r) => <span className={r.poor >= 20 ? 'hs-late' : ''}>{r.poor}%</span>,
        },
        { title: '评价数', num: true, of: (r) => r.n },
      ]}
    />
  )
}

/** Each dimension over time: a line a dimension, a column a period. */
function Over({ rows }: { rows: Row[] }) {
  const periods = [...new Set(rows.map((r) => r.period))]
  const cell = (name: string, period: string) => rows.find((r) => r.name === name && r.period === period)
  return (
    <Rows
      label="分项的评价"
      rows={[...new Set(rows.map((r) => r.name))]}
      keyOf={(name) => name}
      none={`过完的月里还没有合够 ${shownFrom} 个评价。`}
      columns={[
        { title: '哪一项', of: (name) => name },
        ...periods.map((period) => ({
          title: period,
          of: (name: string) => {
            const r = cell(name, period)
            return (
              r && (
                <span>
                  <span className="hs-whole">
                    {scores.good} {r.good}%
                  </span>{' '}
                  <span className="hs-whole hs-muted">
                    {scores.fair} {r.fair}%
                  </span>{' '}
                  <span className={r.poor >= 20 ? 'hs-whole hs-late' : 'hs-whole hs-muted'}>
                    {scores.poor} {r.poor}%
                  </span>{' '}
                  <span className="hs-whole hs-muted">（{r.n} 个）</span>
                </span>
              )
            )
          },
        })),
      ]}
    />
  )
}

/** 四声五心: what petitioners said of the office, the units and each dimension over time, never by whom. */
export default function Results() {
  const [by, setBy] = useState<Span>('quarter')
  const q = useQuery({
    queryKey: ['courtesy', 'results', by],
    queryFn: () => call(courtesyRoutes.courtesyResults, { query: { by } }),
  })
  const v = q.data
  return (
    <>
      <PageHead
        title="四声五心"
        extra={<Segmented aria-label="按什么时间" value={by} onChange={setBy} options={options(spans)} />}
      />
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {v && (
        <>
          <Panel title="信访人怎么评" label="信访人的评价">
            <p className="hs-muted">
              只算说了的，本人没有评的用回访时说的；只列过完的月，不足 {shownFrom}{' '}
              个的和后面的月合在一起，合够了再列。不列事项和信访人。
            </p>
            <Told label="按单位的评价" name="单位" rows={v.units} words={unitWords} />
          </Panel>
          <Panel title="四声五心，信访人怎么说" label="四声五心的评价">
            <Over rows={v.dimensions} />
          </Panel>
          <Panel title="接待人自查做到的" label="自查结果">
            {v.checks.length === 0 ? (
              <Nothing>自查不足 {shownFrom} 次，暂不显示。</Nothing>
            ) : (
              <Rows
                label="接待人自查"
                rows={(v.checks[0]?.items ?? []).map((i) => i.item)}
                keyOf={(i) => i}
                none=""
                columns={[
                  { title: '四声五心', of: (i) => courtesies[i] },
                  ...v.checks.map((c) => ({
                    title: `${courtesyPlaces[c.place]}（${c.n} 次）`,
                    num: true,
                    of: (i: keyof typeof courtesies) => `${c.items.find((x) => x.item === i)?.percent ?? 0}%`,
                  })),
                ]}
              />
            )}
          </Panel>
        </>
      )}
    </>
  )
}
