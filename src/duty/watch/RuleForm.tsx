import { Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { options } from '../../kit/choice.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { useSend } from '../../kit/ui/useSend.ts'
import { dutyRoutes } from '../routes.ts'
import { watchKeys } from './DayForm.tsx'
import { covers, type Rule, type Shift, shiftOrder, shifts } from './watch.ts'

/** Which days need somebody, the hours of the shifts, the public telephone and place. */
export function RuleForm({
  rule,
  version,
  hotline,
  address,
  onClose,
}: {
  rule: Rule
  version: number
  hotline: string
  address: string
  onClose: () => void
}) {
  const [v, setV] = useState(rule)
  const { send, busy, error, fields } = useSend(watchKeys)
  const wrong = (k: string) => fields[k] ?? fields[`rule.${k}`]
  const time = (shift: Shift, end: 'from' | 'to', text: string) =>
    setV({ ...v, times: { ...v.times, [shift]: { ...v.times[shift], [end]: text } } })
  return (
    <Modal
      open
      title="时间和电话"
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        const done = await send(
          'rule',
          (requestId) => call(dutyRoutes.saveWatchRule, { body: { requestId, version, rule: v } }),
          '已保存，公众页面上马上是新的',
        )
        if (done) onClose()
      }}
    >
      <Sentence error={error} />
      <fieldset className="hs-field hs-stackless">
        <legend>哪些日子要有人值班</legend>
        <Radio.Group
          aria-label="哪些日子要有人值班"
          value={v.cover}
          options={options(covers)}
          onChange={(e) => setV({ ...v, cover: e.target.value })}
        />
      </fieldset>
      {shiftOrder.map((s) => (
        <div className="hs-fields" key={s}>
          <Field label={`${shifts[s]}从几点`} wrong={wrong(`times.${s}.from`)}>
            <Input value={v.times[s].from} maxLength={5} onChange={(e) => time(s, 'from', e.target.value)} />
          </Field>
          <Field label={`${shifts[s]}到几点${s === 'night' ? '（次日）' : ''}`} wrong={wrong(`times.${s}.to`)}>
            <Input value={v.times[s].to} maxLength={5} onChange={(e) => time(s, 'to', e.target.value)} />
          </Field>
        </div>
      ))}
      <Field
        label="窗口电话（公开）"
        hint={`写办公电话，不写个人手机；不填用“公众联系方式”里的${hotline || '（还没有填）'}`}
        wrong={wrong('phone')}
      >
        <Input value={v.phone} maxLength={40} onChange={(e) => setV({ ...v, phone: e.target.value })} />
      </Field>
      <Field label="夜间电话（公开）" hint="不填和窗口电话一样" wrong={wrong('nightPhone')}>
        <Input value={v.nightPhone} maxLength={40} onChange={(e) => setV({ ...v, nightPhone: e.target.value })} />
      </Field>
      <Field label="在哪里" hint={`不填用“公众联系方式”里的${address || '（还没有填）'}`} wrong={wrong('place')}>
        <Input value={v.place} maxLength={100} onChange={(e) => setV({ ...v, place: e.target.value })} />
      </Field>
    </Modal>
  )
}
