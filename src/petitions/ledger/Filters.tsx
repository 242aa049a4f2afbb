import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, DatePicker, Input, type InputRef, Popover, Select, TreeSelect } from 'antd'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn.js'
import { type ReactNode, type Ref, useEffect, useMemo, useRef, useState } from 'react'
import { options } from '../../kit/choice.ts'
import { call } from '../../kit/ui/call.ts'
import { found } from '../../people/match.ts'
import { usePlaces } from '../../people/me.ts'
import { PlaceFilter, StaffPicker } from '../../people/pickers.tsx'
import { channels, classes, grades, states, steps } from '../petition.ts'
import { dueFilters, type LedgerFilter, petitionRoutes } from '../routes.ts'

dayjs.locale('zh-cn')

const flagWords = {
  mine: '我的',
  myUnit: '我单位的',
  unassigned: '未交办到人',
  silent: '七日无进展',
  redNoLead: '红色无包案',
  toSign: '待我签批',
  toRevisit: '待回访',
} as const
const flagNames = Object.keys(flagWords) as (keyof typeof flagWords)[]

type Change = (next: Partial<LedgerFilter>) => void

export const useCategories = () =>
  useQuery({
    queryKey: ['categories'],
    queryFn: () => call(petitionRoutes.categories),
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? []

/** Waits until the input method has finished and typing has paused. */
function Search({ value, onChange, ref }: { value: string; onChange: (q: string) => void; ref: Ref<InputRef> }) {
  const [text, setText] = useState(value)
  const composing = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sent = useRef(value)
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setText(value)
    }
  }, [value])
  const go = (q: string, now = false) => {
    clearTimeout(timer.current)
    if (composing.current) return
    timer.current = setTimeout(
      () => {
        const t = q.trim()
        if (t === sent.current) return
        sent.current = t
        onChange(t)
      },
      now ? 0 : 300,
    )
  }
  return (
    <Input
      ref={ref}
      className="hs-search"
      value={text}
      allowClear
      maxLength={100}
      aria-label="搜索"
      aria-keyshortcuts="/"
      placeholder="搜索标题、姓名、编号、拼音"
      onChange={(e) => {
        setText(e.target.value)
        go(e.target.value)
      }}
      onCompositionStart={() => {
        composing.current = true
      }}
      onCompositionEnd={(e) => {
        composing.current = false
        go(e.currentTarget.value)
      }}
      onPressEnter={(e) => go(e.currentTarget.value, true)}
      onKeyDown={(e) => e.key === 'Escape' && !e.nativeEvent.isComposing && e.currentTarget.blur()}
    />
  )
}

const many = (label: string, n: number) => `${label} ${n} 项`

export function FilterBar({
  filter,
  change,
  search,
  extra,
}: {
  filter: LedgerFilter
  change: Change
  search: Ref<InputRef>
  extra: ReactNode
}) {
  const categories = useCategories()
  const tree = useMemo(() => {
    const under = new Map<string | null, typeof categories>()
    for (const c of categories) under.set(c.parent, [...(under.get(c.parent) ?? []), c])
    const grow = (
      parent: string | null,
    ): { value: string; title: string; name: string; initials: string; children: unknown[] }[] =>
      (under.get(parent) ?? []).map((c) => ({
        value: c.code,
        title: c.name,
        name: c.name,
        initials: c.initials,
        children: grow(c.code),
      }))
    return grow(null)
  }, [categories])
  return (
    <section className="hs-filters" aria-label="筛选台账">
      <Search ref={search} value={filter.q ?? ''} onChange={(q) => change({ q: q || undefined })} />
      <PlaceFilter aria-label="村、管区、网格" value={filter as never} onChange={(set) => change(set)} />
      <TreeSelect
        aria-label="内容分类"
        value={filter.category}
        onChange={(category: string | undefined) => change({ category })}
        treeData={tree as never}
        showSearch={{ filterTreeNode: (q, n) => found(q, n as unknown as { name: string; initials: string }) }}
        allowClear
        placeholder="内容分类"
        popupMatchSelectWidth={300}
        notFoundContent="没有找到"
      />
      <Select
        aria-label="环节"
        mode="multiple"
        value={filter.step ?? []}
        onChange={(step) => change({ step })}
        options={options(steps)}
        placeholder="环节"
        maxTagCount={0}
        maxTagPlaceholder={(all) => (all.length === 1 ? String(all[0]?.label ?? '') : many('环节', all.length))}
        allowClear
      />
      <DatePicker.RangePicker
        aria-label="收到日期"
        value={[
          filter.receivedFrom ? dayjs(filter.receivedFrom) : null,
          filter.receivedTo ? dayjs(filter.receivedTo) : null,
        ]}
        onChange={(range) =>
          change({
            receivedFrom: range?.[0]?.format('YYYY-MM-DD') as never,
            receivedTo: range?.[1]?.format('YYYY-MM-DD') as never,
          })
        }
        allowEmpty={[true, true]}
        placeholder={['收到自', '至']}
        format="YYYY-MM-DD"
      />
      <More filter={filter} change={change} />
      <div className="hs-filters-end">{extra}</div>
    </section>
  )
}

/** The less used conditions, behind one button. */
function More({ filter, change }: { filter: LedgerFilter; change: Change }) {
  const { units } = usePlaces()
  const row = (label: string, node: ReactNode) => (
    <div className="hs-more-row">
      <span>{label}</span>
      {node}
    </div>
  )
  const pick = (
    label: string,
    k: 'grade' | 'class' | 'channel' | 'state' | 'due' | 'unitId',
    list: { value: string; label: string }[],
  ) =>
    row(
      label,
      <Select
        aria-label={label}
        mode="multiple"
        allowClear
        value={(filter[k] as string[] | undefined) ?? []}
        onChange={(v) => change({ [k]: v })}
        options={list}
        showSearch={{ optionFilterProp: 'label' }}
        placeholder="不限"
        maxTagCount="responsive"
      />,
    )
  const three = (label: string, k: 'key' | 'repeat', yes: string, no: string) =>
    row(
      label,
      <Select
        aria-label={label}
        allowClear
        value={filter[k] === undefined ? undefined : filter[k] ? '1' : '0'}
        onChange={(v) => change({ [k]: v === undefined ? undefined : v === '1' })}
        options={[
          { value: '1', label: yes },
          { value: '0', label: no },
        ]}
        placeholder="不限"
      />,
    )
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      getPopupContainer={() => document.getElementById('main') ?? document.body}
      content={
        <div className="hs-more">
          {pick('级别', 'grade', [...options(grades), { value: 'none', label: '未定级' }])}
          {pick('期限', 'due', options(dueFilters))}
          {pick('类别', 'class', options(classes))}
          {pick('信访形式', 'channel', options(channels))}
          {pick('状态', 'state', options(states))}
          {pick(
            '承办单位',
            'unitId',
            units.map((u) => ({ value: u.id, label: u.name })),
          )}
          {row(
            '经办人',
            <StaffPicker
              aria-label="经办人"
              value={filter.holderId}
              onChange={(id) => change({ holderId: id ?? undefined })}
              placeholder="不限"
            />,
          )}
          {row(
            '包案领导',
            <StaffPicker
              aria-label="包案领导"
              value={filter.leadOfficialId}
              onChange={(id) => change({ leadOfficialId: id ?? undefined })}
              roles={['leadOfficial', 'townLeader']}
              placeholder="不限"
            />,
          )}
          {three('重点', 'key', '重点', '一般')}
          {three('重复', 'repeat', '重复信访', '初次信访')}
          <div className="hs-more-boxes">
            {flagNames.map((k) => (
              <Checkbox
                key={k}
                checked={filter[k] === true}
                onChange={(e) => change({ [k]: e.target.checked || undefined })}
              >
                {flagWords[k]}
              </Checkbox>
            ))}
          </div>
        </div>
      }
    >
      <Button>更多条件</Button>
    </Popover>
  )
}

/** What is filtered now, each with its ×. */
export function FilterTags({ filter, change, clear }: { filter: LedgerFilter; change: Change; clear: () => void }) {
  const { areas, villages, grids, units, staff } = usePlaces()
  const categories = useCategories()
  const tags: { id: string; label: string; drop: Partial<LedgerFilter> }[] = []
  const name = (list: { id: string; name: string }[], id: string) => list.find((x) => x.id === id)?.name ?? '…'
  const each = (k: keyof LedgerFilter, label: (v: string) => string) => {
    const values = filter[k] as string[] | undefined
    for (const v of values ?? [])
      tags.push({ id: `${k}:${v}`, label: label(v), drop: { [k]: values?.filter((x) => x !== v) } })
  }
  const one = (k: keyof LedgerFilter, label: string) => tags.push({ id: k, label, drop: { [k]: undefined } })
  if (filter.q) one('q', `“${filter.q}”`)
  each('areaId', (v) => name(areas, v))
  each('villageId', (v) => name(villages, v))
  each('gridId', (v) => {
    const g = grids.find((x) => x.id === v)
    return g ? `${name(villages, g.villageId)} ${g.name}` : '…'
  })
  each('unitId', (v) => name(units, v))
  each('grade', (v) => (v === 'none' ? '未定级' : grades[v as keyof typeof grades]))
  each('step', (v) => `环节：${steps[v as keyof typeof steps]}`)
  each('state', (v) => states[v as keyof typeof states])
  each('class', (v) => classes[v as keyof typeof classes])
  each('channel', (v) => channels[v as keyof typeof channels])
  each('due', (v) => dueFilters[v as keyof typeof dueFilters])
  if (filter.category)
    one('category', categories.find((c) => c.code === filter.category)?.name ?? `分类 ${filter.category}`)
  if (filter.receivedFrom || filter.receivedTo)
    tags.push({
      id: 'received',
      label: `收到 ${filter.receivedFrom ?? ''} 至 ${filter.receivedTo ?? '今'}`,
      drop: { receivedFrom: undefined, receivedTo: undefined },
    })
  if (filter.holderId) one('holderId', `经办 ${name(staff, filter.holderId)}`)
  if (filter.leadOfficialId) one('leadOfficialId', `包案 ${name(staff, filter.leadOfficialId)}`)
  if (filter.importId) one('importId', '同一次导入')
  if (filter.key !== undefined) one('key', filter.key ? '重点' : '一般')
  if (filter.repeat !== undefined) one('repeat', filter.repeat ? '重复信访' : '初次信访')
  for (const k of flagNames) if (filter[k]) one(k, flagWords[k])
  if (tags.length === 0) return null
  return (
    <ul className="hs-filter-tags" aria-label="正在使用的筛选">
      {tags.map((t) => (
        <li key={t.id}>
          {t.label}
          <button type="button" aria-label={`去掉 ${t.label}`} onClick={() => change(t.drop)}>
            ×
          </button>
        </li>
      ))}
      <li className="hs-plain">
        <button type="button" className="hs-link" onClick={clear}>
          清除筛选
        </button>
      </li>
    </ul>
  )
}
