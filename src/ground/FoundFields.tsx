import { Checkbox, Input } from 'antd'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import type { FindingInput, FindingKind } from './campaign.ts'

export const newFinding = (kind: FindingKind, petitionId = ''): FindingInput =>
  kind === 'matter'
    ? { kind, request: '', name: '', phone: '', anonymous: false, headCount: 1, place: '' }
    : kind === 'known'
      ? { kind, petitionId }
      : { kind, asked: '', answer: '' }

/** The fields of what was found in a screening or heard on a visit, but for a matter already in the ledger. */
export function FoundFields({
  f,
  wrong,
  set,
}: {
  f: FindingInput
  wrong: (field: string) => string | undefined
  set: (f: FindingInput) => void
}) {
  if (f.kind === 'known') return null
  if (f.kind === 'answered')
    return (
      <>
        <Field label="群众问什么" wrong={wrong('asked')}>
          <Input.TextArea value={f.asked} maxLength={500} onChange={(e) => set({ ...f, asked: e.target.value })} />
        </Field>
        <Field label="怎样解答的" hint="解答不了的改为新登记，由镇里办理" wrong={wrong('answer')}>
          <Input.TextArea value={f.answer} maxLength={1000} onChange={(e) => set({ ...f, answer: e.target.value })} />
        </Field>
      </>
    )
  return (
    <>
      <Field label="反映什么、要求什么" hint="检举干部的不要写在这里，请本人找纪检联络员" wrong={wrong('request')}>
        <Input.TextArea
          value={f.request}
          maxLength={2000}
          autoSize={{ minRows: 3 }}
          onChange={(e) => set({ ...f, request: e.target.value })}
        />
      </Field>
      <Checkbox checked={f.anonymous} onChange={(e) => set({ ...f, anonymous: e.target.checked })}>
        本人不愿留名
      </Checkbox>
      {!f.anonymous && (
        <div className="hs-fields">
          <Field label="姓名" wrong={wrong('name')}>
            <Input value={f.name} maxLength={60} onChange={(e) => set({ ...f, name: e.target.value })} />
          </Field>
          <Field label="电话" wrong={wrong('phone')}>
            <Input
              value={f.phone}
              maxLength={40}
              inputMode="tel"
              onChange={(e) => set({ ...f, phone: e.target.value })}
            />
          </Field>
        </div>
      )}
      <div className="hs-fields">
        <Field label="几个人反映" wrong={wrong('headCount')}>
          <NumberInput
            value={f.headCount}
            min={1}
            inputMode="numeric"
            style={{ width: '100%' }}
            onChange={(x) => set({ ...f, headCount: x ?? 1 })}
          />
        </Field>
        <Field label="事情在哪里" wrong={wrong('place')}>
          <Input value={f.place} maxLength={200} onChange={(e) => set({ ...f, place: e.target.value })} />
        </Field>
      </div>
    </>
  )
}
