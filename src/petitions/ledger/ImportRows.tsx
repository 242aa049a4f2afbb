import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Pagination, Segmented } from 'antd'
import { useState } from 'react'
import { count, Nothing, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { addressOf, send } from '../../kit/ui/call.ts'
import { type Grade, grades } from '../petition.ts'
import { GradeTag } from '../tags.tsx'
import { type Preview, type PreviewPage, type PreviewRow, pageSize, type Verdict, verdicts } from './preview.ts'
import type { Flag } from './proposal.ts'

export const importsAt = '/api/imports'

type Shown = 'all' | Verdict

const whoOf = (r: PreviewRow) => {
  const { names, headCount } = r.parsed
  return `${names[0] || '未留名'}${headCount > 1 ? `等${headCount}人` : ''}`
}
const placeOf = (r: PreviewRow) => r.parsed.village || r.parsed.area
const titleOf = (r: PreviewRow) => r.parsed.title || r.parsed.request

const mostShown = 200
/** What a person should look at, the first two hundred; the others stand at their rows. */
export function Remarks({ title, flags }: { title: string; flags: readonly Flag[] }) {
  if (flags.length === 0) return null
  return (
    <details style={{ marginBottom: 8 }} open={flags.length <= 3}>
      <summary>
        {title} {count(flags.length)} 处
      </summary>
      <ul style={{ paddingLeft: 18 }}>
        {flags.slice(0, mostShown).map((f) => (
          <li key={`${f.sheet}/${f.row}/${f.code}/${f.message}`}>
            {f.sheet}
            {f.row > 0 && ` 第 ${f.row} 行`}
            {f.sheet && '：'}
            {f.message}
          </li>
        ))}
        {flags.length > mostShown && <li>另有 {count(flags.length - mostShown)} 处没有列在这里</li>}
      </ul>
    </details>
  )
}

/** Every row with its verdict, before anything is written; by the page, so that a hundred thousand are looked at as easily as ten. */
export function Rows({ preview }: { preview: Preview }) {
  const [shown, setShown] = useState<Shown>('all')
  const [page, setPage] = useState(1)
  const { summary, total } = preview
  const listed = shown === 'all' ? total : preview.verdicts[shown]
  const list = useQuery({
    queryKey: ['imports', preview.id, 'rows', shown, page, preview],
    queryFn: async () =>
      (
        await send(
          addressOf(`${importsAt}/${preview.id}/rows`, {}, { page, ...(shown === 'all' ? {} : { verdict: shown }) }),
        )
      ).json() as Promise<PreviewPage>,
    placeholderData: keepPreviousData,
  })
  const rows = list.data?.rows ?? []
  const many = (preview.proposal?.sheets.filter((s) => s.kind === 'ledger').length ?? 1) > 1
  const sum = Object.values(summary.byGrade).reduce((a, b) => a + b, 0)
  const accepted = summary.rows - summary.rejected
  return (
    <Panel title="逐行核对">
      <div style={{ overflowX: 'auto', marginBottom: 8 }}>
        <Segmented<Shown>
          value={shown}
          onChange={(v) => {
            setShown(v)
            setPage(1)
          }}
          options={[
            { value: 'all', label: `全部 ${count(total)}` },
            ...(Object.keys(verdicts) as Verdict[])
              .filter((v) => preview.verdicts[v] > 0 || v === 'warning' || v === 'rejected')
              .map((v) => ({ value: v, label: `${verdicts[v]} ${count(preview.verdicts[v])}` })),
          ]}
        />
      </div>
      <p style={{ marginBottom: 8 }}>
        可导入 <b>{count(summary.registered)}</b> 件
        {preview.verdicts.known > 0 && <>，已在册 {count(preview.verdicts.known)} 件不重复登记</>}：
        {(Object.keys(grades) as Grade[]).map((g) => (
          <span key={g} style={{ marginRight: 10 }}>
            <GradeTag grade={g} /> {count(summary.byGrade[g])}
          </span>
        ))}
        {summary.byGrade.none > 0 && <span style={{ marginRight: 10 }}>未定级 {count(summary.byGrade.none)}</span>}
        <span className={sum === accepted ? 'hs-muted' : 'hs-late'}>
          {sum === accepted ? `= ${count(sum)} ✓` : `= ${count(sum)}，与件数不符`}
        </span>
        <span style={{ marginLeft: 14 }}>重点 {count(summary.key)}</span>
        {summary.linked > 0 && <span style={{ marginLeft: 14 }}>重复、关联 {count(summary.linked)}</span>}
      </p>
      <Remarks title="关于整张表的提示" flags={preview.flags} />
      <Sentence error={list.error} retry={() => void list.refetch()} />
      {list.isPending ? (
        <Waiting />
      ) : rows.length === 0 ? (
        <Nothing>没有这样的行。</Nothing>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hs-scroll" style={{ maxHeight: '56vh' }} aria-label="各行结论" tabIndex={0}>
          <table className="hs-table">
            <thead>
              <tr>
                {many && <th scope="col">工作表</th>}
                <th scope="col">行</th>
                <th scope="col">结论</th>
                <th scope="col">级别</th>
                <th scope="col">收到日期</th>
                <th scope="col">信访人</th>
                <th scope="col">村</th>
                <th scope="col">事项</th>
                <th scope="col">说明</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((r) => (
                <tr key={`${r.sheet}/${r.row}`}>
                  {many && <td style={{ whiteSpace: 'nowrap' }}>{r.sheet}</td>}
                  <td className="hs-num">{r.row}</td>
                  <td
                    style={{ whiteSpace: 'nowrap' }}
                    className={{ ok: 'hs-done', warning: 'hs-soon', known: 'hs-muted', rejected: 'hs-late' }[r.verdict]}
                  >
                    {verdicts[r.verdict]}
                  </td>
                  <td>{r.parsed.grade ? <GradeTag grade={r.parsed.grade} /> : '—'}</td>
                  <td style={{ whiteSpace: 'nowrap' }}>{r.parsed.receivedOn ?? '—'}</td>
                  <td style={{ whiteSpace: 'nowrap' }}>{whoOf(r)}</td>
                  <td style={{ whiteSpace: 'nowrap' }}>{placeOf(r) || '—'}</td>
                  <td className="hs-clamp" title={r.parsed.request}>
                    {titleOf(r) || '—'}
                  </td>
                  <td style={{ minWidth: 200 }}>
                    {r.flags.map((f) => (
                      <div key={f.code + f.message}>{f.message}</div>
                    ))}
                    {r.other && <Beside row={r} other={r.other} />}
                    {r.parsed.existing && (
                      <details>
                        <summary>并排对照</summary>
                        <div className="hs-beside">
                          <div>
                            <b>已登记 {r.parsed.existing.number}</b>
                            <div>{r.parsed.existing.title}</div>
                          </div>
                          <One row={r} />
                        </div>
                      </details>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {listed > pageSize && (
        <Pagination
          current={page}
          total={listed}
          pageSize={pageSize}
          showSizeChanger={false}
          showQuickJumper
          showTotal={(n, [from, to]) => `第 ${count(from)}–${count(to)} 行，共 ${count(n)} 行`}
          onChange={setPage}
          style={{ marginTop: 8 }}
          responsive
        />
      )}
    </Panel>
  )
}

function One({ row }: { row: PreviewRow }) {
  return (
    <div>
      <b>
        {row.sheet} 第 {row.row} 行
      </b>
      <div>{[row.parsed.receivedOn, whoOf(row), placeOf(row)].filter(Boolean).join(' · ')}</div>
      <div>{titleOf(row)}</div>
    </div>
  )
}

/** A repeat next to what it repeats. */
function Beside({ row, other }: { row: PreviewRow; other: PreviewRow }) {
  return (
    <details>
      <summary>并排对照</summary>
      <div className="hs-beside">
        <One row={other} />
        <One row={row} />
      </div>
    </details>
  )
}
