import { Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import type { Day } from '../../kit/day.ts'
import { call, wrongAt, wrongOf } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { FormDrawer } from '../../kit/ui/FormDrawer.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { useWrite } from '../../kit/ui/Rows.tsx'
import { useMe } from '../../people/me.ts'
import { mediationRoutes as r } from '../routes.ts'
import { type DisputeFile, disputeForms, type FormField } from './forms.ts'
import { YuanInput } from './YuanInput.tsx'

type Values = Record<string, unknown>
const initialOf = (fields: FormField[], today: Day): Values =>
  Object.fromEntries(
    fields.flatMap((f) => {
      if (f.known) return []
      const v =
        f.initial ??
        (f.type === 'date'
          ? today
          : f.type === 'line' || f.type === 'text'
            ? ''
            : f.type === 'many' || f.type === 'words'
              ? []
              : undefined)
      return v === undefined ? [] : [[f.key, v]]
    }),
  )

function Input1({
  field,
  value,
  onChange,
  file,
  today,
  ...rest
}: {
  field: FormField
  value: unknown
  onChange: (v: unknown) => void
  file: DisputeFile
  today: Day
}) {
  if (field.type === 'text')
    return (
      <Input.TextArea
        {...rest}
        value={(value as string) ?? ''}
        autoSize={{ minRows: 3, maxRows: 16 }}
        onChange={(e) => onChange(e.target.value)}
      />
    )
  if (field.type === 'date')
    return (
      <DayInput
        {...rest}
        value={(value as string) ?? ''}
        today={today}
        ahead={field.ahead ?? false}
        onChange={onChange}
      />
    )
  if (field.type === 'number')
    return (
      <NumberInput
        {...rest}
        value={value as number}
        min={field.least ?? 1}
        precision={0}
        onChange={onChange}
        style={{ width: '100%' }}
      />
    )
  if (field.type === 'yuan') return <YuanInput {...rest} value={value as number | string | null} onChange={onChange} />
  if (field.type === 'pick')
    return (
      <Select
        {...rest}
        value={value as string}
        options={field.options?.(file, today)}
        onChange={onChange}
        style={{ width: '100%' }}
      />
    )
  if (field.type === 'many')
    return (
      <Select
        {...rest}
        mode="multiple"
        value={(value as string[]) ?? []}
        options={field.options?.(file, today)}
        optionFilterProp="label"
        onChange={onChange}
        style={{ width: '100%' }}
      />
    )
  if (field.type === 'words')
    return (
      <Select
        {...rest}
        mode="tags"
        open={false}
        value={(value as string[]) ?? []}
        tokenSeparators={['、', '，', ',', ' ']}
        onChange={onChange}
        style={{ width: '100%' }}
      />
    )
  return <Input {...rest} value={(value as string) ?? ''} onChange={(e) => onChange(e.target.value)} />
}

/** What is sent: `yes`/`no` of a pick become booleans where the rule wants them. */
const sent = (fields: FormField[], v: Values, file: DisputeFile): Values =>
  Object.fromEntries(
    [
      ...fields.flatMap((f) => (f.known && v[f.key] === undefined ? [[f.key, f.known(file, v)] as const] : [])),
      ...Object.entries(v),
    ].map(([k, x]) => [
      k,
      k === 'open' ? (x === 'yes' ? true : x === 'no' ? false : x) : k === 'againOn' && x === '' ? null : x,
    ]),
  )

/** The form of one move of a dispute; what was typed is kept in this browser until it has been sent. */
export function MoveForm({
  dispute,
  move,
  onClose,
}: {
  dispute: { id: string; version: number; file: DisputeFile }
  move: { name: string; label: string; confirm: string | null }
  onClose: () => void
}) {
  const me = useMe()
  const fields = (disputeForms[move.name] ?? []).filter((f) => f.when?.(dispute.file) ?? true)
  const [first] = useState(() => initialOf(fields, me.today))
  const draft = useDraft<Values>(`dispute:${dispute.id}:${move.name}`, first)
  const save = useWrite(
    (input: Values, requestId) =>
      call(r.actOnDispute, {
        params: { id: dispute.id, move: move.name },
        body: { requestId, version: dispute.version, input },
      }),
    ['dispute', 'disputes', 'mediation'],
    {
      says: `${move.label}：已保存`,
      done: () => {
        draft.clear()
        onClose()
      },
    },
  )
  const wrong = wrongOf(save.error)
  const set = (f: FormField, v: unknown) =>
    draft.set((now) => (f.restarts ? { ...first, [f.key]: v } : { ...now, [f.key]: v }))
  const hintOf = (f: FormField) => (typeof f.hint === 'function' ? f.hint(draft.value, dispute.file) : f.hint)
  return (
    <FormDrawer
      title={move.label}
      label={move.label}
      save={save}
      send={() => save.mutate(sent(fields, draft.value, dispute.file))}
      onClose={onClose}
      wide={560}
    >
      {move.confirm && <p className="hs-note">{move.confirm}</p>}
      {fields.map((f) =>
        f.type === 'tick' || f.type === 'check' ? (
          <div className="hs-field" key={f.key}>
            <div>
              <Checkbox checked={draft.value[f.key] === true} onChange={(e) => set(f, e.target.checked)}>
                {f.label}
              </Checkbox>
            </div>
            {wrong[f.key] && <div className="hs-wrong">{wrong[f.key]}</div>}
          </div>
        ) : (
          <Field key={f.key} label={f.label} hint={hintOf(f)} wrong={wrongAt(wrong, f.key)}>
            <Input1
              field={f}
              value={draft.value[f.key] ?? f.known?.(dispute.file, draft.value)}
              onChange={(v) => set(f, v)}
              file={dispute.file}
              today={me.today}
            />
          </Field>
        ),
      )}
    </FormDrawer>
  )
}
