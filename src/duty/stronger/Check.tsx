import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { Day } from '../../kit/day.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { useSend } from '../../kit/ui/useSend.ts'
import { useMe } from '../../people/me.ts'
import { dutyRoutes } from '../routes.ts'

/** One check of a matter under stronger duty: what was seen, what is asked for. */
export function Check({ petitionId, number, onClose }: { petitionId: string; number: string; onClose: () => void }) {
  const me = useMe()
  const [v, setV] = useState({ onDay: me.today, found: '', demand: '' })
  const { send, busy, error, fields } = useSend([['stronger'], ['duty'], ['matter']])
  return (
    <Modal
      open
      title={`检查：${number}`}
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'check',
          (requestId) => call(dutyRoutes.recordCheck, { params: { petitionId }, body: { requestId, ...v } }),
          '已记录',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="检查日期" wrong={fields.onDay}>
        <DayInput value={v.onDay} today={me.today} onChange={(d) => setV({ ...v, onDay: d as Day })} />
      </Field>
      <Field label="看到的情况" hint="查的是办理情况，不是信访人" wrong={fields.found}>
        <Input.TextArea
          value={v.found}
          onChange={(e) => setV({ ...v, found: e.target.value })}
          autoSize={{ minRows: 2 }}
          maxLength={1000}
        />
      </Field>
      <Field label="要求（没有可以不填）" wrong={fields.demand}>
        <Input.TextArea
          value={v.demand}
          onChange={(e) => setV({ ...v, demand: e.target.value })}
          autoSize
          maxLength={500}
        />
      </Field>
    </Modal>
  )
}
