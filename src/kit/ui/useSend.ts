import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useRef, useState } from 'react'
import { Failure } from './call.ts'
import { newRequestId } from './draft.ts'

/**
 * Send something that may be pressed twice: the same request id until it is answered. On success the named queries are
 * read again; after a refusal (409) the office reads all of the page again (`onRefused`).
 */
export const useSend = (keys: readonly (readonly unknown[])[] = []) => {
  const client = useQueryClient()
  const { message } = App.useApp()
  const [busy, setBusy] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [requestId, setRequestId] = useState(newRequestId)
  const flying = useRef(false)
  const again = () => {
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
  const send = async <T>(
    name: string,
    work: (requestId: string) => Promise<T>,
    says?: string,
  ): Promise<T | undefined> => {
    // A second press while the first is under way is the same one.
    if (flying.current) return undefined
    flying.current = true
    setBusy(name)
    setError(null)
    try {
      const done = await work(requestId)
      setRequestId(newRequestId())
      again()
      if (says) message.success(says)
      return done
    } catch (e) {
      if (e instanceof Failure && e.status >= 400 && e.status < 500 && e.status !== 401) setRequestId(newRequestId())
      setError(e)
      return undefined
    } finally {
      flying.current = false
      setBusy('')
    }
  }
  const fields = error instanceof Failure ? error.fields : {}
  return { send, busy, error, fields, clear: () => setError(null) }
}
