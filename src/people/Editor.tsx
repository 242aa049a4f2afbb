import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Sentence, usePhone } from '../kit/ui/bits.tsx'
import { Failure } from '../kit/ui/call.ts'

/** A form in a drawer: saves, says what is wrong beside the field, and refreshes everything about people. */
export function Editor({
  title,
  onClose,
  save,
  saved = '已保存',
  okText = '保存',
  extra,
  children,
}: {
  title: string
  onClose: () => void
  save: () => Promise<unknown>
  saved?: string
  okText?: string
  extra?: ReactNode
  children: (wrong: Record<string, string>) => ReactNode
}) {
  const { message } = App.useApp()
  const queries = useQueryClient()
  const phone = usePhone()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const wrong = error instanceof Failure ? error.fields : {}
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await save()
      message.success(saved)
      await refreshPeople(queries)
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Drawer open title={title} onClose={onClose} size={phone ? '100%' : 460} destroyOnHidden>
      <form onSubmit={submit}>
        {children(wrong)}
        <Sentence error={error} />
        <div className="hs-actions">
          <Button type="primary" htmlType="submit" loading={busy}>
            {okText}
          </Button>
          <Button onClick={onClose}>取消</Button>
          {extra}
        </div>
      </form>
    </Drawer>
  )
}

export const refreshPeople = (queries: ReturnType<typeof useQueryClient>) =>
  Promise.all(['places', 'posts', 'staff'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
