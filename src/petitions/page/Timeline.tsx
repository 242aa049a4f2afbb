import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { Fragment, useState } from 'react'
import { traceKinds } from '../../audit/kinds.ts'
import { options } from '../../kit/choice.ts'
import { moment } from '../../kit/day.ts'
import { Nothing, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { recordKinds } from '../petition.ts'
import { type MatterView, petitionRoutes } from '../routes.ts'
import { changesOf } from './changes.ts'

/** Records whose circumstances, with whom and where, are not in their text. */
const told: readonly string[] = ['contact', 'investigation']

export function Records({ view, kinds, empty }: { view: MatterView; kinds: string[]; empty: string }) {
  const list = view.records.filter((r) => kinds.includes(r.kind))
  if (list.length === 0) return <Nothing>{empty}</Nothing>
  return (
    <ul className="hs-entries">
      {list.map((r) => (
        <li key={r.id}>
          <p className="hs-muted">
            {[
              r.onDay,
              recordKinds[r.kind],
              r.byName,
              ...(told.includes(r.kind) ? changesOf(r.data, view.names).map((c) => `${c.name}：${c.value}`) : []),
            ].join(' · ')}
          </p>
          <p className="hs-pre">{r.body || '（没有文字）'}</p>
        </li>
      ))}
    </ul>
  )
}

function Changes({ data, names }: { data: unknown; names: Record<string, string> }) {
  const changes = changesOf(data, names)
  if (changes.length === 0) return null
  return (
    <details>
      <summary>改了什么</summary>
      <dl className="hs-pairs">
        {changes.map((c) => (
          <Fragment key={c.name}>
            <dt>{c.name}</dt>
            <dd className="hs-pre">{c.value}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  )
}

export function Timeline({ id, version, names }: { id: string; version: string; names: Record<string, string> }) {
  const [kind, setKind] = useState<string[]>([])
  const q = useQuery({
    queryKey: ['timeline', id, kind, version],
    queryFn: () => call(petitionRoutes.timeline, { params: { id }, query: { kind: kind.length ? kind : undefined } }),
  })
  return (
    <>
      <Select
        mode="multiple"
        aria-label="按类型筛选"
        value={kind}
        onChange={setKind}
        options={options(traceKinds)}
        placeholder="全部类型"
        style={{ minWidth: 220 }}
      />
      <Sentence error={q.error} retry={() => q.refetch()} />
      {q.isPending && <Waiting rows={5} />}
      {q.data?.length === 0 && <Nothing>没有这一类记录。</Nothing>}
      <ol className="hs-timeline">
        {q.data?.map((t) => (
          <li key={t.id}>
            <time dateTime={t.at}>{moment(t.at).slice(0, 16)}</time>
            <div>
              <b>{t.by}</b> {t.says}{' '}
              <code title={`校验值 ${t.hash}`}>
                {t.hash.slice(0, 4)}…{t.hash.slice(-4)}
              </code>
              <Changes data={t.data} names={names} />
            </div>
          </li>
        ))}
      </ol>
    </>
  )
}
