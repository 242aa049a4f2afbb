import { Button } from 'antd'
import { useRef } from 'react'

/** Chooses one file that is sent with the rest of a form; says its name. The browser's own control speaks the browser's language. */
export function FilePick({
  id,
  label,
  accept,
  value,
  onChange,
  ...told
}: {
  /** Given by Field, with what describes it. */
  id?: string
  label: string
  accept: string
  value: File | null
  onChange: (file: File | null) => void
  'aria-describedby'?: string
  'aria-invalid'?: boolean
}) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="hs-inline">
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={label}
        onChange={(e) => onChange(e.target.files?.[0] ?? null)}
      />
      <Button id={id} {...told} onClick={() => input.current?.click()}>
        {value ? '换一个' : label}
      </Button>
      <span className="hs-muted">{value?.name ?? '还没有选'}</span>
    </div>
  )
}
