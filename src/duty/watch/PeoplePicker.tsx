import { Select } from 'antd'
import { useMemo } from 'react'
import { usePlaces } from '../../people/me.ts'
import { staffFound, staffLine, staffOption } from '../../people/pickers.tsx'
import { caseWorkers, type Role } from '../../people/roles.ts'

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
        .map(staffOption),
    [staff, value, roles],
  )
  return (
    <Select
      {...rest}
      mode="multiple"
      value={value}
      onChange={onChange}
      options={choices}
      showSearch={{ filterOption: staffFound }}
      optionRender={staffLine}
      placeholder="姓名、拼音或首字母，可以选几个人"
      notFoundContent="没有合适的人员"
      style={{ width: '100%' }}
      popupMatchSelectWidth={false}
    />
  )
}
