import { Button, Checkbox, Input } from 'antd'
import type { Day } from '../../kit/day.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { MatterPicker } from '../../petitions/page/Question.tsx'
import { type FindingKind, findingKinds } from '../campaign.ts'
import { FoundFields, newFinding } from '../FoundFields.tsx'
import { type HeardInput, visitors } from './visits.ts'

export const newHeard = (kind: FindingKind, petitionId = ''): HeardInput => ({
  found: newFinding(kind, petitionId),
  said: '',
  readBack: false,
  promise: null,
})

/** One thing heard on a visit: what, what was said to it, what was promised by whom and by when. */
export function Heard({
  h,
  n,
  wrong,
  set,
  drop,
  fixed,
}: {
  h: HeardInput
  n: number
  wrong: (field: string) => string | undefined
  set: (h: HeardInput) => void
  drop: () => void
  /** 约访的那件事项：不能换、不能去掉. */
  fixed?: boolean
}) {
  const me = useMe()
  const f = h.found
  const found = (more: object) => set({ ...h, found: { ...f, ...more } as HeardInput['found'] })
  return (
    <fieldset className="hs-ground-finding">
      <legend>
        第 {n + 1} 件：{fixed ? '约访的事项' : findingKinds[f.kind]}
      </legend>
      <FoundFields f={f} wrong={(k) => wrong(`found.${k}`)} set={(x) => set({ ...h, found: x })} />
      {f.kind === 'known' && !fixed && (
        <Field label="台账上的哪一件" wrong={wrong('found.petitionId')}>
          <MatterPicker value={f.petitionId || undefined} onChange={(id) => found({ petitionId: id ?? '' })} />
        </Field>
      )}
      {f.kind !== 'answered' && (
        <Field
          label={f.kind === 'matter' ? '当时怎样答复' : '听到什么、怎样答复'}
          hint={f.kind === 'known' ? '记入这件事项的联系记录' : undefined}
          wrong={wrong('said')}
        >
          <Input.TextArea
            value={h.said}
            maxLength={1000}
            autoSize={{ minRows: 2 }}
            onChange={(e) => set({ ...h, said: e.target.value })}
          />
        </Field>
      )}
      {f.kind === 'matter' && (
        <div>
          <Checkbox checked={h.readBack} onChange={(e) => set({ ...h, readBack: e.target.checked })}>
            已向本人宣读核对（第十九条）
          </Checkbox>
          {wrong('readBack') && <p className="hs-wrong-line">{wrong('readBack')}</p>}
        </div>
      )}
      <Checkbox
        checked={h.promise !== null}
        onChange={(e) =>
          set({ ...h, promise: e.target.checked ? { body: '', ownerId: me.staffId, dueOn: me.today } : null })
        }
      >
        当场作了承诺
      </Checkbox>
      {h.promise && (
        <>
          <Field label="承诺了什么" wrong={wrong('promise.body')}>
            <Input
              value={h.promise.body}
              maxLength={500}
              onChange={(e) => set({ ...h, promise: { ...h.promise!, body: e.target.value } })}
            />
          </Field>
          <div className="hs-fields">
            <Field label="由谁兑现" wrong={wrong('promise.ownerId')}>
              <StaffPicker
                value={h.promise.ownerId}
                roles={[...visitors]}
                onChange={(id) => set({ ...h, promise: { ...h.promise!, ownerId: id ?? '' } })}
              />
            </Field>
            <Field label="哪天前兑现" wrong={wrong('promise.dueOn')}>
              <DayInput
                value={h.promise.dueOn}
                today={me.today}
                ahead
                onChange={(dueOn) => set({ ...h, promise: { ...h.promise!, dueOn: dueOn as Day } })}
              />
            </Field>
          </div>
        </>
      )}
      {!fixed && (
        <div>
          <Button onClick={drop} aria-label={`去掉第 ${n + 1} 件`}>
            去掉这一件
          </Button>
        </div>
      )}
    </fieldset>
  )
}
