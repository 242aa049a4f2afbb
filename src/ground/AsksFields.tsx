import { Checkbox, Input } from 'antd'
import { Field } from '../kit/ui/Field.tsx'

/** What every screening asks, a campaign or the routine. */
export function AsksFields({
  v,
  set,
  wrong,
}: {
  v: { asks: string; withGrids: boolean }
  set: (more: { asks?: string; withGrids?: boolean }) => void
  wrong: string | undefined
}) {
  return (
    <>
      <Field label="排查什么" wrong={wrong}>
        <Input.TextArea
          value={v.asks}
          maxLength={2000}
          autoSize={{ minRows: 3 }}
          onChange={(e) => set({ asks: e.target.value })}
        />
      </Field>
      <Checkbox checked={v.withGrids} onChange={(e) => set({ withGrids: e.target.checked })}>
        每个网格也单独报告
      </Checkbox>
    </>
  )
}
