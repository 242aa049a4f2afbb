import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, Radio, Select, TreeSelect } from 'antd'
import { cloneElement, type ReactElement, useMemo, useState } from 'react'
import { servedKinds } from '../../documents/catalogue.ts'
import type { Day } from '../../kit/day.ts'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { PlacePicker, StaffPicker, UnitPicker, UnitsPicker } from '../../people/pickers.tsx'
import { newestOf } from '../paper/move.ts'
import { principalSigns } from '../reply/move.ts'
import { type MatterView, petitionRoutes } from '../routes.ts'
import type { Ask } from './forms.ts'
import { PartsEditor, PeopleEditor } from './LawForms.tsx'
import { proofsOf, type Values } from './MoveDialog.tsx'

export const useCategories = () =>
  useQuery({
    queryKey: ['categories'],
    queryFn: () => call(petitionRoutes.categories),
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? []

interface Node {
  value: string
  key: string
  title: string
  initials: string
  children: Node[]
}

export function CategoryPicker({
  value,
  onChange,
  ...rest
}: {
  value: string | null | undefined
  onChange: (code: string | null) => void
  id?: string
}) {
  const list = useCategories()
  const tree = useMemo(() => {
    const under = new Map<string | null, typeof list>()
    for (const c of list) under.set(c.parent, [...(under.get(c.parent) ?? []), c])
    const nodes = (p: string | null): Node[] =>
      (under.get(p) ?? []).map((c) => ({
        value: c.code,
        key: c.code,
        title: c.name,
        initials: c.initials,
        children: nodes(c.code),
      }))
    return nodes(null)
  }, [list])
  return (
    <TreeSelect
      {...rest}
      value={value ?? undefined}
      onChange={(v) => onChange(v ?? null)}
      treeData={tree}
      showSearch={{
        filterTreeNode: (q, n) =>
          String(n.title).includes(q) ||
          String((n as { initials?: string }).initials ?? '').startsWith(q.toLowerCase()),
      }}
      allowClear
      placeholder="分类名称或拼音首字母"
      style={{ width: '100%' }}
    />
  )
}

/** Find another matter by number, name or words. */
export function MatterPicker({
  value,
  onChange,
  not,
  ...rest
}: {
  value?: string
  onChange: (id: string | undefined) => void
  /** Not this one. */
  not?: string
  id?: string
}) {
  const [q, setQ] = useState('')
  const found = useQuery({
    queryKey: ['find-matter', q],
    enabled: q.trim().length >= 2,
    queryFn: () => call(petitionRoutes.ledger, { query: { q, size: 12 } }),
  })
  return (
    <Select
      {...rest}
      value={value}
      onChange={onChange}
      showSearch={{ onSearch: setQ, filterOption: false }}
      options={(found.data?.rows ?? [])
        .filter((r) => r.id !== not)
        .map((r) => ({ value: r.id, label: `${r.number} ${r.title}（${r.petitioner}）` }))}
      placeholder="编号、姓名或内容"
      notFoundContent={q.trim().length < 2 ? '请输入至少两个字' : '没有找到'}
      style={{ width: '100%' }}
    />
  )
}

interface Asked {
  ask: Ask
  view: MatterView
  today: Day
  values: Values
  set: (name: string, v: unknown) => void
}

/** One question; the id and aria of its Field go to what is filled in, so that the label names it. */
export function Question({ ask, view, today, values, set, ...field }: Asked): ReactElement {
  return cloneElement(questionOf({ ask, view, today, values, set }) as ReactElement<Record<string, unknown>>, field)
}

function questionOf({ ask, view, today, values, set }: Asked): ReactElement {
  const value = values[ask.name]
  const on = (v: unknown) => set(ask.name, v)
  switch (ask.kind) {
    case 'long':
      return (
        <Input.TextArea
          value={(value as string) ?? ''}
          onChange={(e) => on(e.target.value)}
          autoSize={{ minRows: 3, maxRows: 14 }}
        />
      )
    case 'choice':
      return (
        <Select
          value={(value as string) ?? undefined}
          onChange={on}
          options={ask.optionsOf?.(view) ?? ask.options}
          placeholder="请选择"
          allowClear={ask.optionsOf !== undefined}
          style={{ width: '100%' }}
        />
      )
    case 'choices':
      return (
        <Select
          mode="multiple"
          value={(value as string[]) ?? []}
          onChange={on}
          options={ask.optionsOf?.(view) ?? ask.options}
          placeholder="可多选"
          style={{ width: '100%' }}
        />
      )
    case 'day':
      return (
        <DayInput value={(value as string) ?? ''} today={today} ahead={ask.ahead} onChange={(day) => on(day || null)} />
      )
    case 'int':
      return (
        <NumberInput value={(value as number) ?? null} onChange={on} precision={0} min={0} style={{ width: '100%' }} />
      )
    case 'staff':
      return (
        <StaffPicker
          value={value as string}
          onChange={(id) => on(id)}
          roles={ask.roles}
          unitId={ask.ofUnit ? ((values.mainUnitId as string) ?? null) : undefined}
          only={
            ask.name === 'signerId' && principalSigns(view.matter) ? (s) => s.roles.includes('townLeader') : undefined
          }
        />
      )
    case 'unit':
      return <UnitPicker value={value as string} onChange={on} />
    case 'units':
      return <UnitsPicker value={(value as string[]) ?? []} onChange={on} />
    case 'tick':
      return (
        <Checkbox checked={value === true} onChange={(e) => on(e.target.checked)}>
          {ask.label}
        </Checkbox>
      )
    case 'yesNo':
      return (
        <Radio.Group
          value={value}
          onChange={(e) => on(e.target.value)}
          options={[
            { value: true, label: ask.words?.[0] ?? '是' },
            { value: false, label: ask.words?.[1] ?? '否' },
          ]}
        />
      )
    case 'paper':
      return (
        <Select
          value={(value as string) ?? undefined}
          onChange={on}
          placeholder="请选择文书"
          options={newestOf(view.documents)
            .filter((d) => servable.includes(d.kind))
            .map((d) => ({
              value: d.id,
              label: `${d.title} ${d.number ?? ''}${view.services.some((s) => s.documentId === d.id) ? '（已送达过）' : ''}`,
            }))}
          style={{ width: '100%' }}
        />
      )
    case 'linked':
      return (
        <Select
          value={(value as string) ?? undefined}
          onChange={on}
          options={view.links.map((l) => ({ value: l.id, label: `${l.number} ${l.title}` }))}
          style={{ width: '100%' }}
        />
      )
    case 'matter':
      return <MatterPicker value={value as string} onChange={on} not={view.matter.id} />
    case 'place': {
      const of = (name: 'areaId' | 'villageId' | 'gridId') =>
        (values[name] === undefined ? view.matter[name] : values[name]) as string | null
      const areaId = of('areaId')
      const villageId = of('villageId')
      return (
        <PlacePicker
          value={areaId || villageId ? { areaId, villageId, gridId: of('gridId') } : null}
          onChange={(p) => {
            for (const name of ['areaId', 'villageId', 'gridId'] as const) set(name, p?.[name] ?? null)
          }}
        />
      )
    }
    case 'category':
      return <CategoryPicker value={value as string} onChange={on} />
    case 'names':
      return (
        <Select
          mode="tags"
          value={(value as string[]) ?? []}
          onChange={on}
          tokenSeparators={['、', '，', ',', ' ']}
          placeholder="姓名，按回车"
          style={{ width: '100%' }}
        />
      )
    case 'parts':
      return <PartsEditor value={value} onChange={on} />
    case 'people':
      return <PeopleEditor value={value} onChange={on} />
    case 'proofs':
      return (
        <Select
          mode="multiple"
          value={(value as string[]) ?? []}
          onChange={on}
          options={proofsOf(view)}
          placeholder="材料、文书或记录"
          style={{ width: '100%' }}
        />
      )
    default:
      return <Input value={(value as string) ?? ''} onChange={(e) => on(e.target.value)} />
  }
}

export const servable: readonly string[] = servedKinds
