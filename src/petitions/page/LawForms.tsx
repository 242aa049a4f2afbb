import { Button, Checkbox, Input, Select } from 'antd'
import type { Day } from '../../kit/day.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { partClasses, partRoutes, personIds } from './lawForms.ts'

export type LateValue = { doneOn: string; reason: string } | null
export const lateOf = (v: LateValue): LateValue => v

/** Done on paper first: the true day and why it is keyed in only now. The timeline shows both days. */
export function LateFields({
  value,
  onChange,
  today,
  wrong,
}: {
  value: LateValue
  onChange: (v: LateValue) => void
  today: Day
  wrong: Record<string, string>
}) {
  return (
    <div className="hs-field">
      <Checkbox
        checked={value !== null}
        onChange={(e) => onChange(e.target.checked ? { doneOn: '', reason: '' } : null)}
      >
        线下已经办理，现在补录
      </Checkbox>
      {value && (
        <>
          <Field label="线下办理的日期" wrong={wrong['late.doneOn']}>
            <DayInput value={value.doneOn} today={today} onChange={(doneOn) => onChange({ ...value, doneOn })} />
          </Field>
          <Field label="为什么现在才录入" wrong={wrong['late.reason']}>
            <Input value={value.reason} onChange={(e) => onChange({ ...value, reason: e.target.value })} />
          </Field>
        </>
      )}
    </div>
  )
}

type Row = Record<string, string | undefined>
const rowsOf = (value: unknown): Row[] => (Array.isArray(value) && value.length ? (value as Row[]) : [{}])

function Rows({
  rows,
  onChange,
  add,
  label,
  children,
}: {
  rows: Row[]
  onChange: (v: Row[]) => void
  add: string
  label: string
  children: (row: Row, set: (more: Row) => void) => React.ReactNode
}) {
  return (
    <>
      {rows.map((row, i) => (
        <fieldset className="hs-test" key={i}>
          <legend>
            {label}
            {i + 1}
          </legend>
          {children(row, (more) => onChange(rows.map((r, k) => (k === i ? { ...r, ...more } : r))))}
          {rows.length > 1 && (
            <Button size="small" onClick={() => onChange(rows.filter((_, k) => k !== i))}>
              去掉
            </Button>
          )}
        </fieldset>
      ))}
      <Button size="small" onClick={() => onChange([...rows, {}])}>
        {add}
      </Button>
    </>
  )
}

/** 拆分：each part with what is asked, its class and, for a claim, its route. */
export function PartsEditor({ value, onChange }: { value: unknown; onChange: (v: unknown) => void }) {
  return (
    <Rows rows={rowsOf(value)} onChange={onChange} add="再拆一件" label="第">
      {(row, set) => (
        <>
          <Field label="诉求">
            <Input.TextArea
              value={row.request ?? ''}
              onChange={(e) => set({ request: e.target.value })}
              autoSize={{ minRows: 2, maxRows: 8 }}
            />
          </Field>
          <Field label="类别">
            <Select
              value={row.class}
              onChange={(c) => set({ class: c, route: undefined })}
              options={partClasses}
              allowClear
              placeholder="可以以后再分"
              style={{ width: '100%' }}
            />
          </Field>
          {row.class === 'claim' && (
            <Field label="办理路径">
              <Select
                value={row.route}
                onChange={(route) => set({ route })}
                options={partRoutes}
                placeholder="请选择"
                style={{ width: '100%' }}
              />
            </Field>
          )}
        </>
      )}
    </Rows>
  )
}

/** People who raise the same matter. */
export function PeopleEditor({ value, onChange }: { value: unknown; onChange: (v: unknown) => void }) {
  return (
    <Rows rows={rowsOf(value)} onChange={onChange} add="再加一人" label="第">
      {(row, set) => (
        <>
          <Field label="姓名">
            <Input value={row.name ?? ''} onChange={(e) => set({ name: e.target.value })} />
          </Field>
          <Field label="电话">
            <Input value={row.phone ?? ''} onChange={(e) => set({ phone: e.target.value })} />
          </Field>
          <Field label="住址">
            <Input value={row.address ?? ''} onChange={(e) => set({ address: e.target.value })} />
          </Field>
          <Field label="证件">
            <Select
              value={row.idType}
              onChange={(idType) => set({ idType })}
              options={personIds}
              placeholder="未出示"
              style={{ width: '100%' }}
            />
          </Field>
          <Field label="证件号后四位">
            <Input value={row.idLast4 ?? ''} maxLength={4} onChange={(e) => set({ idLast4: e.target.value })} />
          </Field>
        </>
      )}
    </Rows>
  )
}
