import { Button, Drawer, Input, Select } from 'antd'
import { type ReactNode, useCallback } from 'react'
import { options } from '../choice.ts'
import type { Day } from '../day.ts'
import { ConfirmButton, Sentence, usePhone } from './bits.tsx'
import { wrongOf } from './call.ts'
import { DayInput } from './DayInput.tsx'
import { useDraft } from './draft.ts'
import { Field } from './Field.tsx'
import { NumberInput } from './NumberInput.tsx'
import { useWrite } from './Rows.tsx'

/** What is being filled in, and how it is sent. `A` says which button was pressed where there is more than one. */
export interface FormState<V extends object, A = undefined> {
  value: V
  /** Change some of it. */
  set: (part: Partial<V> | ((now: V) => Partial<V>)) => void
  wrong: Record<string, string | undefined>
  error: unknown
  busy: boolean
  submit: (how: A) => void
  /** The same for a button that asks first; a refusal is shown in the form. */
  submitAsync: (how: A) => Promise<unknown>
}

/**
 * A form of the office: its values, one request id until it has succeeded, the sentences of what was wrong.
 * With `keep` a half-filled form survives reload and sign-out under that name, per person.
 */
export function useForm<V extends object, A = undefined>(given: {
  start: V
  send: (value: V, requestId: string, how: A) => Promise<unknown>
  /** First words of the query keys to read again. */
  shows: string[]
  says?: string | ((how: A) => string)
  done?: () => void
  keep?: string
}): FormState<V, A> {
  const draft = useDraft<V>(given.keep ?? null, given.start)
  const save = useWrite((how: A, requestId) => given.send(draft.value, requestId, how), given.shows, {
    says: given.says,
    done: () => {
      draft.clear()
      given.done?.()
    },
  })
  const keep = draft.set
  const set = useCallback(
    (part: Partial<V> | ((now: V) => Partial<V>)) =>
      keep((now) => ({ ...now, ...(typeof part === 'function' ? part(now) : part) })),
    [keep],
  )
  return {
    value: draft.value,
    set,
    wrong: wrongOf(save.error),
    error: save.error,
    busy: save.isPending,
    submit: (how) => save.mutate(how),
    submitAsync: (how) => save.mutateAsync(how).catch(() => {}),
  }
}

/** Fields, what was wrong, and the button; Enter in a line sends it too. */
export function Form<V extends object, A>({
  form,
  button,
  how,
  other,
  confirm,
  children,
}: {
  form: FormState<V, A>
  button: string
  /** What the main button means, where there is more than one. */
  how?: A
  /** Further buttons beside the main one. */
  other?: ReactNode
  /** Asked before the main button sends: it can't be undone. */
  confirm?: string
  children: ReactNode
}) {
  return (
    <form
      className="hs-stack"
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        if (!confirm) form.submit(how as A)
      }}
    >
      {children}
      <Sentence error={form.error} />
      <div className="hs-actions">
        {confirm ? (
          <ConfirmButton
            type="primary"
            loading={form.busy}
            confirm={confirm}
            onConfirm={() => form.submitAsync(how as A)}
          >
            {button}
          </ConfirmButton>
        ) : (
          <Button type="primary" htmlType="submit" loading={form.busy}>
            {button}
          </Button>
        )}
        {other}
      </div>
    </form>
  )
}

/** A form beside the page it belongs to; the whole screen on a phone. */
export function Side({
  title,
  wide = 560,
  onClose,
  children,
}: {
  title: ReactNode
  wide?: number
  onClose: () => void
  children: ReactNode
}) {
  const phone = usePhone()
  return (
    <Drawer open title={title} onClose={onClose} size={phone ? '100%' : wide} destroyOnHidden>
      {children}
    </Drawer>
  )
}

type Keys<V, T> = { [K in keyof V]-?: V[K] extends T ? K : never }[keyof V] & string
type Part<V extends object> = Pick<FormState<V, never>, 'value' | 'set' | 'wrong'>
interface Labelled<V extends object, T> {
  form: Part<V>
  name: Keys<V, T>
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

const put = <V extends object>(form: Part<V>, name: string, value: unknown) =>
  form.set({ [name]: value } as unknown as Partial<V>)

/** A line of text, or with `rows` several. */
export function TextField<V extends object>({
  form,
  name,
  label,
  hint,
  disabled,
  max,
  rows,
  placeholder,
}: Labelled<V, string> & { max?: number; rows?: number; placeholder?: string }) {
  const input = {
    value: form.value[name] as string,
    maxLength: max,
    disabled,
    placeholder,
    onChange: (e: { target: { value: string } }) => put(form, name, e.target.value),
  }
  return (
    <Field label={label} hint={hint} wrong={form.wrong[name]}>
      {rows ? <Input.TextArea {...input} autoSize={{ minRows: rows }} /> : <Input {...input} />}
    </Field>
  )
}

/** A day, typed or picked. */
export function DayField<V extends object>({
  form,
  name,
  label,
  hint,
  disabled,
  today,
  ahead,
}: Labelled<V, string> & { today: Day; ahead?: boolean }) {
  return (
    <Field label={label} hint={hint} wrong={form.wrong[name]}>
      <DayInput
        value={form.value[name] as string}
        today={today}
        disabled={disabled}
        ahead={ahead}
        onChange={(day) => put(form, name, day)}
      />
    </Field>
  )
}

/** One of a choice. */
export function ChoiceField<V extends object>({
  form,
  name,
  label,
  hint,
  disabled,
  choices,
}: Labelled<V, string> & { choices: Record<string, string> }) {
  return (
    <Field label={label} hint={hint} wrong={form.wrong[name]}>
      <Select
        value={form.value[name] as string}
        disabled={disabled}
        options={options(choices)}
        onChange={(code) => put(form, name, code)}
        style={{ width: '100%' }}
      />
    </Field>
  )
}

/** A whole number within its limits; emptied, it stays what it was. */
export function NumberField<V extends object>({
  form,
  name,
  label,
  hint,
  disabled,
  min,
  max,
  unit,
}: Labelled<V, number> & { min: number; max: number; unit: string }) {
  return (
    <Field label={label} hint={hint} wrong={form.wrong[name]}>
      <NumberInput
        value={form.value[name] as number}
        disabled={disabled}
        min={min}
        max={max}
        precision={0}
        suffix={unit}
        onChange={(n) => n !== null && put(form, name, n)}
        style={{ width: '100%' }}
      />
    </Field>
  )
}
