import { App } from 'antd'
import { useState } from 'react'
import { Failure } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'

/** Sending one form: the same request id until it is answered, the sentence and the wrong fields when it is refused. */
export const useSend = () => {
  const { message } = App.useApp()
  const [requestId, setRequestId] = useState(newRequestId)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (work: (requestId: string) => Promise<unknown>, says: string): Promise<boolean> => {
    setBusy(true)
    setError(null)
    try {
      await work(requestId)
      setRequestId(newRequestId())
      message.success(says)
      return true
    } catch (e) {
      if (e instanceof Failure && e.status >= 400 && e.status < 500 && e.status !== 401) setRequestId(newRequestId())
      setError(e)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { send, busy, error, wrong: error instanceof Failure ? error.fields : ({} as Record<string, string>) }
}
