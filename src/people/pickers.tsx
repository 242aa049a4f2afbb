import { AutoComplete, Select, TreeSelect } from 'antd'
import { useMemo } from 'react'
import { found } from './match.ts'
import { usePlaces } from './me.ts'
import type { Role } from './roles.ts'
import { roles as roleNames } from './roles.ts'
import type { StaffPick } from './routes.ts'

export interface Place {
  areaId: string | null
  villageId: string | null
  gridId: string | null
}

interface Picked {
  id?: string
  disabled?: boolean
  placeholder?: string
  'aria-label'?: string
  'aria-invalid'?: boolean
  'aria-describedby'?: string
  status?: '' | 'error'
}

/** Village, grid or whole area, by characters, pinyin or initials: type “dlz”, Enter. */
export function PlacePicker({
  value,
  onChange,
  levels = ['village', 'grid', 'area'],
  ...rest
}: Picked & {
  value: Place | null
  onChange: (place: Place | null) => void
  levels?: ('village' | 'grid' | 'area')[]
}) {
  const { areas, villages, grids } = usePlaces()
  const key = levels.join()
  const { choices, byKey } = useMemo(() => {
    const areaName = new Map(areas.map((a) => [a.id, a.name]))
    const villageOf = new Map(villages.map((v) => [v.id, v]))
    const list: {
      value: string
      label: string
      hint: string
      name: string
      pinyin?: string
      initials?: string
      place: Place
    }[] = []
    if (key.includes('village'))
      for (const v of villages)
        if (v.active)
          list.push({
            value: `v:${v.id}`,
            label: v.name,
            hint: areaName.get(v.areaId) ?? '',
            name: v.name,
            pinyin: v.pinyin,
            initials: v.initials,
            place: { areaId: v.areaId, villageId: v.id, gridId: null },
          })
    if (key.includes('grid'))
      for (const g of grids) {
        const v = villageOf.get(g.villageId)
        if (v && g.active) {
          const label = g.name.startsWith(v.name) ? g.name : `${v.name} ${g.name}`
          // “xlz2”: the number of the grid after the initials of its village.
          const n = /\d+/.exec(g.name)?.[0] ?? ''
          list.push({
            value: `g:${g.id}`,
            label,
            hint: areaName.get(v.areaId) ?? '',
            name: label,
            pinyin: `${v.pinyin}${n}`,
            initials: `${v.initials}${n}`,
            place: { areaId: v.areaId, villageId: v.id, gridId: g.id },
          })
        }
      }
    if (key.includes('area'))
      for (const a of areas)
        if (a.active)
          list.push({
            value: `a:${a.id}`,
            label: a.name,
            hint: '整个管区',
            name: a.name,
            place: { areaId: a.id, villageId: null, gridId: null },
          })
    return { choices: list, byKey: new Map(list.map((o) => [o.value, o])) }
  }, [areas, villages, grids, key])
  const now = value?.gridId
    ? `g:${value.gridId}`
    : value?.villageId
      ? `v:${value.villageId}`
      : value?.areaId
        ? `a:${value.areaId}`
        : undefined
  return (
    <Select
      {...rest}
      value={now}
      onChange={(v) => onChange((v && byKey.get(v)?.place) || null)}
      options={choices}
      showSearch={{ filterOption: (q, o) => (o ? found(q, o) : false) }}
      optionRender={(o) => (
        <span className="hs-option">
          {o.data.label}
          <small>{o.data.hint}</small>
        </span>
      )}
      allowClear
      placeholder={rest.placeholder ?? '村名、拼音或首字母'}
      notFoundContent="没有这个村，请核对写法"
      style={{ width: '100%' }}
    />
  )
}

export interface PlaceSet {
  areaId?: string[]
  villageId?: string[]
  gridId?: string[]
}

/** Any number of areas, villages and grids, for filters. */
export function PlaceFilter({
  value,
  onChange,
  ...rest
}: Picked & { value: PlaceSet; onChange: (set: PlaceSet) => void }) {
  const { areas, villages, grids } = usePlaces()
  const tree = useMemo(
    () =>
      areas.map((a) => ({
        value: `a:${a.id}`,
        title: a.name,
        name: a.name,
        children: villages
          .filter((v) => v.areaId === a.id)
          .map((v) => ({
            value: `v:${v.id}`,
            title: v.name,
            name: v.name,
            pinyin: v.pinyin,
            initials: v.initials,
            children: grids
              .filter((g) => g.villageId === v.id)
              .map((g) => ({
                value: `g:${g.id}`,
                title: g.name,
                name: `${v.name}${g.name}`,
                pinyin: v.pinyin,
                initials: v.initials,
              })),
          })),
      })),
    [areas, villages, grids],
  )
  const now = [
    ...(value.areaId ?? []).map((i) => `a:${i}`),
    ...(value.villageId ?? []).map((i) => `v:${i}`),
    ...(value.gridId ?? []).map((i) => `g:${i}`),
  ]
  const ids = (all: string[], mark: string) => {
    const list = all.filter((k) => k.startsWith(mark)).map((k) => k.slice(2))
    return list.length ? list : undefined
  }
  return (
    <TreeSelect
      {...rest}
      multiple
      value={now}
      treeData={tree}
      onChange={(keys: string[]) =>
        onChange({ areaId: ids(keys, 'a:'), villageId: ids(keys, 'v:'), gridId: ids(keys, 'g:') })
      }
      showSearch={{
        filterTreeNode: (q, node) => found(q, node as unknown as { name: string; pinyin?: string; initials?: string }),
      }}
      allowClear
      maxTagCount={0}
      maxTagPlaceholder={(all) => `地点 ${all.length} 处`}
      placeholder={rest.placeholder ?? '村 / 管区 / 网格'}
      notFoundContent="没有找到"
      popupMatchSelectWidth={260}
    />
  )
}

/** Who it was, in words: anybody may be written; of one's own people the one who is chosen is kept too. */
export function PersonInput({
  value,
  onChange,
  ...rest
}: Picked & { value: string; onChange: (name: string, id: string | null) => void }) {
  const { staff } = usePlaces()
  const choices = useMemo(
    () =>
      staff
        .filter((s) => s.active)
        .map((s) => ({ ...s, id: s.id, value: s.post ? `${s.name}（${s.post}）`.slice(0, 40) : s.name })),
    [staff],
  )
  return (
    <AutoComplete
      {...rest}
      value={value}
      options={value ? choices : []}
      showSearch={{ filterOption: (q, o) => (o ? found(q, o) || o.value.includes(q) : false) }}
      onChange={(name: string, o) => onChange(name, (o as { id?: string } | undefined)?.id ?? null)}
      popupMatchSelectWidth={260}
    />
  )
}

export const staffOption = (s: StaffPick) => ({
  value: s.id,
  label: s.name,
  name: s.name,
  pinyin: s.pinyin,
  initials: s.initials,
  hint: s.post || s.roles.map((r) => roleNames[r]).join('、'),
})
type StaffOption = ReturnType<typeof staffOption>
export const staffFound = (q: string, o?: StaffOption) => (o ? found(q, o) || o.hint.includes(q) : false)
export const staffLine = (o: { data: StaffOption }) => (
  <span className="hs-option">
    {o.data.label}
    <small>{o.data.hint}</small>
  </span>
)

/** A staff member by name, pinyin or initials; `only` narrows to those who can do it. */
export function StaffPicker({
  value,
  onChange,
  roles,
  unitId,
  only,
  ...rest
}: Picked & {
  value: string | null | undefined
  onChange: (id: string | null, staff: StaffPick | null) => void
  roles?: Role[]
  unitId?: string | null
  only?: (s: StaffPick) => boolean
}) {
  const { staff } = usePlaces()
  const choices = useMemo(
    () =>
      staff
        .filter(
          (s) =>
            s.id === value ||
            (s.active &&
              (!roles || roles.some((r) => s.roles.includes(r))) &&
              (!unitId || s.unitIds.includes(unitId)) &&
              (!only || only(s))),
        )
        .map(staffOption),
    [staff, value, roles, unitId, only],
  )
  return (
    <Select
      {...rest}
      value={value ?? undefined}
      onChange={(id) => onChange(id ?? null, staff.find((s) => s.id === id) ?? null)}
      options={choices}
      showSearch={{ filterOption: staffFound }}
      optionRender={staffLine}
      allowClear
      placeholder={rest.placeholder ?? '姓名、拼音或首字母'}
      notFoundContent="没有合适的人员"
      style={{ width: '100%' }}
      popupMatchSelectWidth={false}
    />
  )
}

/** A unit (站所办), or several. */
export function UnitPicker({
  value,
  onChange,
  ...rest
}: Picked & { value: string | null | undefined; onChange: (id: string | null) => void }) {
  const { units } = usePlaces()
  return (
    <Select
      {...rest}
      value={value ?? undefined}
      onChange={(id) => onChange(id ?? null)}
      options={units
        .filter((u) => u.active || u.id === value)
        .map((u) => ({ value: u.id, label: u.name, name: u.name, pinyin: u.pinyin }))}
      showSearch={{ filterOption: (q, o) => (o ? found(q, o) : false) }}
      allowClear
      placeholder={rest.placeholder ?? '站所办名称或拼音'}
      notFoundContent="没有这个单位"
      style={{ width: '100%' }}
    />
  )
}

export function UnitsPicker({
  value,
  onChange,
  ...rest
}: Picked & { value: string[]; onChange: (ids: string[]) => void }) {
  const { units } = usePlaces()
  return (
    <Select
      {...rest}
      mode="multiple"
      value={value}
      onChange={onChange}
      options={units
        .filter((u) => u.active || value.includes(u.id))
        .map((u) => ({ value: u.id, label: u.name, name: u.name, pinyin: u.pinyin }))}
      showSearch={{ filterOption: (q, o) => (o ? found(q, o) : false) }}
      allowClear
      placeholder={rest.placeholder ?? '站所办，可多选'}
      style={{ width: '100%' }}
    />
  )
}
