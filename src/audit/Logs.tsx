import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { type Day, moment } from '../kit/day.ts'
import { count, Nothing, PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { Rows } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { peopleRoutes } from '../people/routes.ts'
import { logKinds } from './kinds.ts'

const kindOptions = Object.entries(logKinds).map(([value, label]) => ({ value, label }))
const kindName = (kind: string) => (logKinds as Record<string, string>)[kind] ?? kind

/** Who did what and when, for the auditors: no content of any matter. */
export default function Logs() {
  const { today } = useMe()
  const [filter, setFilter] = useState<{ from?: string; to?: string; kind?: string; by?: string }>({})
  const logs = useInfiniteQuery({
    queryKey: ['logs', filter],
    queryFn: ({ pageParam }) =>
      call(peopleRoutes.logs, {
        query: { ...filter, from: filter.from as Day | undefined, to: filter.to as Day | undefined, after: pageParam },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const verify = useMutation({ mutationFn: () => call(peopleRoutes.verify, { body: {} as never }) })
  const rows = logs.data?.pages.flatMap((p) => p.rows) ?? []
  const set = (key: keyof typeof filter) => (value: string | undefined) =>
    setFilter({ ...filter, [key]: value || undefined })
  return (
    <>
      <PageHead
        title="留痕查阅"
        extra={
          <Button type="primary" loading={verify.isPending} onClick={() => verify.mutate()}>
            核对留痕链和合计
          </Button>
        }
      />
      <Sentence error={verify.error} />
      {verify.data && (
        <Panel label="核对结果">
          <p role="status">
            {verify.data.ok
              ? `核对 ${count(verify.data.subjects)} 个对象的 ${count(verify.data.rows)} 条留痕，全部相符，没有改动或缺失。`
              : `核对 ${count(verify.data.rows)} 条留痕，发现 ${count(verify.data.problems.length)} 处问题：`}
          </p>
          {!verify.data.ok && (
            <ul>
              {verify.data.problems.map((p) => (
                <li key={p}>{p}</li>
              ))}
            </ul>
          )}
        </Panel>
      )}
      <div className="hs-fields">
        <Field label="从">
          <DayInput value={filter.from ?? ''} onChange={set('from')} today={today} />
        </Field>
        <Field label="到">
          <DayInput value={filter.to ?? ''} onChange={set('to')} today={today} />
        </Field>
        <Field label="种类">
          <Select
            value={filter.kind}
            onChange={set('kind')}
            options={kindOptions}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder="全部"
            style={{ width: '100%' }}
          />
        </Field>
        <Field label="经手人">
          <Input.Search defaultValue="" onSearch={set('by')} allowClear placeholder="姓名" maxLength={40} />
        </Field>
      </div>
      <Sentence error={logs.error} retry={logs.refetch} />
      {logs.isPending ? (
        <Waiting />
      ) : rows.length === 0 ? (
        !logs.error && <Nothing>没有这样的留痕。</Nothing>
      ) : (
        <Rows
          label="留痕"
          rows={rows}
          keyOf={(r) => r.id}
          none="没有这样的留痕。"
          columns={[
            {
              title: '时间',
              of: (r) => (
                <time dateTime={r.at} style={{ whiteSpace: 'nowrap' }}>
                  {moment(r.at)}
                </time>
              ),
            },
            { title: '经手人', of: (r) => r.by },
            { title: '种类', of: (r) => kindName(r.kind) },
            { title: '对象', of: (r) => r.subject },
            { title: '内容', of: (r) => r.says },
          ]}
        />
      )}
      {logs.hasNextPage && (
        <div className="hs-actions">
          <Button loading={logs.isFetchingNextPage} onClick={() => logs.fetchNextPage()}>
            更早的留痕
          </Button>
        </div>
      )}
    </>
  )
}
