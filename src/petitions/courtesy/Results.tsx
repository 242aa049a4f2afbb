import { useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useState } from 'react'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Rows } from '../../kit/ui/Rows.tsx'
import { dimensions, shownFrom } from './courtesy.ts'
import { courtesyRoutes } from './routes.ts'
import { courtesies, courtesyPlaces } from './words.ts'

/** 四声五心: what petitioners said of each dimension over time, never by whom. */
export default function Results() {
  const [by, setBy] = useState<'month' | 'quarter' | 'year'>('quarter')
  const q = useQuery({
    queryKey: ['courtesy', 'results', by],
    queryFn: () => call(courtesyRoutes.courtesyResults, { query: { by } }),
  })
  const v = q.data
  return (
    <>
      <PageHead
        title="四声五心"
        extra={
          <Segmented
            aria-label="按什么时间"
            value={by}
            onChange={setBy}
            options={[
              { value: 'month', label: '按月' },
              { value: 'quarter', label: '按季度' },
              { value: 'year', label: '按年' },
            ]}
          />
        }
      />
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {v && (
        <>
          <Panel title="信访人怎么评" label="信访人的评价">
            <p className="hs-muted">
              本人在公众页面的评价和回访时说的，近两年；不足 {shownFrom} 个评价的不显示，不列事项和信访人。
            </p>
            <Rows
              label="信访人怎么评"
              rows={v.periods}
              keyOf={(p) => p.period}
              none="还没有分项的评价。"
              columns={[
                { title: '时间', of: (p) => p.period },
                ...v.periods.slice(0, 1).flatMap((first) =>
                  first.dimensions.map((d, i) => ({
                    title: dimensions[d.dimension],
                    of: (p: (typeof v.periods)[number]) => {
                      const x = p.dimensions[i]!
                      return x.share ? (
                        <>
                          好 {x.share.good}%
                          <span className={x.share.poor >= 20 ? 'hs-late' : 'hs-muted'}>
                            {' '}
                            不好 {x.share.poor}%（{x.n} 个）
                          </span>
                        </>
                      ) : (
                        <span className="hs-muted">n&lt;{shownFrom}</span>
                      )
                    },
                  })),
                ),
              ]}
            />
          </Panel>
          <Panel title="对信访办和承办单位的评价" label="对信访办和承办单位的评价">
            <p className="hs-muted">
              近两年本人的评价，本人没有评的用回访时说的；没有评价的不算在内，不足 {shownFrom} 个的不列。
            </p>
            <Rows
              label="按单位的评价"
              rows={v.units}
              keyOf={(u) => `${u.period}${u.unit}`}
              none={`还没有满 ${shownFrom} 个评价的单位。`}
              columns={[
                { title: '时间', of: (u) => u.period },
                { title: '单位', of: (u) => u.unit },
                { title: '满意', num: true, of: (u) => `${u.good}%` },
                { title: '基本满意', num: true, of: (u) => `${u.fair}%` },
                {
                  title: '不满意',
                  num: true,
                  of: (u) => <span className={u.poor >= 20 ? 'hs-late' : ''}>{u.poor}%</span>,
                },
                { title: '评价的人数', num: true, of: (u) => u.n },
              ]}
            />
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
