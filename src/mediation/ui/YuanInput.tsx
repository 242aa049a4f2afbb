import { Input } from 'antd'
import { useState } from 'react'
import { inFigures, money, readYuan } from '../dispute/money.ts'

const shown = (fen: number | string | null | undefined) =>
  typeof fen === 'number' ? inFigures(fen) : (fen ?? '').toString()

/**
 * An amount of yuan as people type it (12,000元、1.2万); its words stand below. What is no amount is handed on as it was typed, so that it
 * is told about and never sent as nothing.
 */
export function YuanInput({
  value,
  onChange,
  ...rest
}: {
  /** In fen. */
  value: number | string | null | undefined
  onChange: (fen: number | string | null) => void
  'aria-describedby'?: string
}) {
  const [typed, setTyped] = useState(() => shown(value))
  const of = (text: string) => (text.trim() === '' ? null : (readYuan(text) ?? text))
  // Set from elsewhere, as when a draft is cleared.
  if (of(typed) !== (value ?? null)) setTyped(shown(value))
  return (
    <>
      <Input
        {...rest}
        value={typed}
        inputMode="decimal"
        maxLength={30}
        onChange={(e) => {
          setTyped(e.target.value)
          onChange(of(e.target.value))
        }}
        onBlur={() => setTyped(shown(of(typed)))}
      />
      {typeof value === 'string' ? (
        <div className="hs-wrong">“{value}”读不成金额，请写成数字，最多两位小数，如 12,000.50</div>
      ) : (
        !!value && <div className="hs-hint">{money(value)}</div>
      )}
    </>
  )
}
