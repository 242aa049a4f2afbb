import { Input } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { type Day, formal, weekdayName } from '../day.ts'
import { typedDay } from '../typed-day.ts'

/**
 * A day typed the way people write it (11.23, 昨天, full-width digits), or picked from the browser's own calendar.
 * What is no day stays as typed and is handed on as such: the check says so beside the field.
 */
export function DayInput({
  value,
  onChange,
  today,
  disabled,
  ahead,
  ...rest
}: {
  value: string
  onChange: (day: string) => void
  today: Day
  disabled?: boolean
  /** A limit or a plan: a day without a year is one to come. */
  ahead?: boolean
  id?: string
  'aria-label'?: string
  'aria-invalid'?: boolean
  'aria-describedby'?: string
  status?: '' | 'error'
}) {
  const [text, setText] = useState(value)
  const calendar = useRef<HTMLInputElement>(null)
  useEffect(() => setText(value), [value])
  const settle = () => {
    const day = typedDay(text, today, ahead)
    setText(day ?? text)
    if ((day ?? text) !== value) onChange(day ?? text)
  }
  const read = typedDay(text, today, ahead)
  return (
    <div className={read ? 'hs-day' : 'hs-day hs-unread'}>
      <Input
        {...rest}
        value={text}
        disabled={disabled}
        inputMode="numeric"
        placeholder="年-月-日，或 11.23"
        onChange={(e) => setText(e.target.value)}
        onBlur={settle}
        onKeyDown={(e) => e.key === 'Enter' && settle()}
        suffix={
          <button
            type="button"
            className="hs-link"
            tabIndex={-1}
            disabled={disabled}
            aria-label="打开日历"
            onClick={() => calendar.current?.showPicker()}
          >
            日历
          </button>
        }
      />
      <input
        ref={calendar}
        type="date"
        className="hs-day-native"
        tabIndex={-1}
        aria-hidden="true"
        value={read ?? ''}
        onChange={(e) => e.target.value && onChange(e.target.value)}
      />
      <span className="hs-hint">{read ? `${formal(read)} ${weekdayName(read)}` : '\u00a0'}</span>
    </div>
  )
}
