import { Button, Drawer } from 'antd'
import type { ReactNode } from 'react'
import { Sentence, usePhone } from './bits.tsx'

/**
 * A form over the page: its fields, the server's sentence when it is refused, and the one button that sends it. On a phone it takes
 * the whole width.
 */
export function FormDrawer({
  title,
  label,
  save,
  send,
  disabled = false,
  onClose,
  wide = 520,
  extra,
  after,
  children,
}: {
  title: string
  /** What the button says. */
  label: string
  save: { error: unknown; isPending: boolean }
  send: () => void
  /** Nothing to send yet. */
  disabled?: boolean
  onClose: () => void
  /** Pixels at a desk. */
  wide?: number
  /** Further buttons beside it. */
  extra?: ReactNode
  /** What stands below the buttons. */
  after?: ReactNode
  children?: ReactNode
}) {
  const phone = usePhone()
  return (
    <Drawer open title={title} onClose={onClose} size={phone ? '100%' : wide} destroyOnHidden>
      {children}
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} disabled={disabled} onClick={send}>
          {label}
        </Button>
        {extra}
        <Button onClick={onClose}>返回</Button>
      </div>
      {after}
    </Drawer>
  )
}
