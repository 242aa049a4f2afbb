import { Input, Modal } from 'antd'
import { useState } from 'react'
import { Sentence } from '../kit/ui/bits.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { useSend } from '../kit/ui/useSend.ts'

/** Takes something out of public sight, with its reason. */
export function Withdraw(p: {
  title: string
  /** What happens then. */
  says: string
  /** Queries to ask anew afterwards. */
  keys: Parameters<typeof useSend>[0]
  work: (reason: string) => Promise<unknown>
  onClose: () => void
}) {
  const [reason, setReason] = useState('')
  const { send, busy, error, fields } = useSend(p.keys)
  return (
    <Modal
      open
      title={`撤下：${p.title}`}
      okText="撤下"
      okButtonProps={{ danger: true }}
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={p.onClose}
      onOk={async () => {
        if (await send('withdraw', () => p.work(reason), '已撤下')) p.onClose()
      }}
    >
      <Sentence error={error} />
      <p>{p.says}</p>
      <Field label="理由" wrong={fields.reason}>
        <Input value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} />
      </Field>
    </Modal>
  )
}
