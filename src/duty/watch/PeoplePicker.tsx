import { Select } from 'antd'
import { useMemo } from 'react'
import { found } from '../../people/match.ts'
import { usePlaces } from '../../people/me.ts'
import { caseWorkers, type Role, roles as roleNames } from '../../people/roles.ts'

/** Several people by name, pinyin or initials, in the order in which they were chosen. */
export function PeoplePicker({
  value,
  onChange,
  roles = caseWorkers,
  ...rest
}: {
  value: string[]
  onChange: (ids: string[]) => void
  roles?: readonly Role[]
  id?: string
  status?: '' | 'error'
  'aria-invalid'?: boolean
  'aria-describedby'?: string
}) {
  const { staff } = usePlaces()
  const choices = useMemo(
    () =>
      staff
        .filter((s) => value.includes(s.id) || (s.active && roles.some((r) => s.roles.includes(r))))
        .map((s) => ({
          value: s.id,
          label: s.name,
          name: s.name,
          pinyin: s.pinyin,
          initials: s.initials,
          hint: s.post || s.roles.map((r) => roleNames[r]).join('、'),
        })),
    [staff, value, roles],
  )
  return (
    <Select
      {...rest}
      mode="multiple"
      value={value}
      onChange={onChange}
      options={choices}
      showSearch={{ filterOption: (q, o) => (o ? found(q, o) || o.hint.includes(q) : false) }}
      optionRender={(o) => (
        <span className="hs-option">
          {o.data.label}
          <small>{o.data.hint}</small>
        </span>
      )}
      placeholder="姓名、拼音或首字母，可以选几个人"
      notFoundContent="没有合适的人员"
      style={{ width: '100%' }}
      popupMatchSelectWidth={false}
    />
  )
}
