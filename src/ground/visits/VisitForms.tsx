import { Button, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { options } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Sentence } from '../../kit/ui/bits.tsx'
import { call, wrongOf } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { useWrite } from '../../kit/ui/Rows.tsx'
import { useMe, usePlaces } from '../../people/me.ts'
import { PlacePicker, StaffPicker } from '../../people/pickers.tsx'
import { MatterPicker } from '../../petitions/page/Question.tsx'
import { type FindingKind, findingKinds } from '../campaign.ts'
import { Heard, newHeard } from './Heard.tsx'
import { type VisitKind, visitKinds } from './record.ts'
import { visitRoutes as r, type VisitRow } from './routes.ts'
import { type RecordInput, visitors } from './visits.ts'

export const shows = ['visits', 'village-page', 'contacts', 'promises', 'coverage']

/** The people who went along. */
function Along({
  value,
  not,
  onChange,
  ...rest
}: {
  value: string[]
  not: string
  onChange: (ids: string[]) => void
  id?: string
}) {
  const { staff } = usePlaces()
  return (
    <Select
      {...rest}
      mode="multiple"
      value={value}
      onChange={onChange}
      options={staff
        .filter((s) => s.active && s.id !== not && s.roles.some((x) => (visitors as readonly string[]).includes(x)))
        .map((s) => ({ value: s.id, label: s.name }))}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="没有的不填"
      notFoundContent="没有合适的人员"
      style={{ width: '100%' }}
    />
  )
}

const emptyRecord = (petitionId: string | null): RecordInput => ({
  headCount: 0,
  withIds: [],
  outcome: '',
  items: petitionId ? [newHeard('known', petitionId)] : [],
})

function RecordFields({
  v,
  set,
  staffId,
  invitedTo,
  wrong,
}: {
  v: RecordInput
  set: (v: RecordInput) => void
  staffId: string
  invitedTo: string | null
  wrong: Record<string, string | undefined>
}) {
  const [kind, setKind] = useState<FindingKind>('matter')
  return (
    <>
      <div className="hs-fields">
        <Field label="见了多少人" hint={invitedTo ? '约好没有来的填 0' : undefined} wrong={wrong['record.headCount']}>
          <NumberInput
            value={v.headCount}
            min={0}
            inputMode="numeric"
            style={{ width: '100%' }}
            onChange={(n) => set({ ...v, headCount: n ?? 0 })}
          />
        </Field>
        <Field label="谁一起去的" wrong={wrong['record.withIds']}>
          <Along value={v.withIds} not={staffId} onChange={(withIds) => set({ ...v, withIds })} />
        </Field>
      </div>
      {v.items.map((h, n) => (
        <Heard
          key={n}
          h={h}
          n={n}
          fixed={invitedTo !== null && h.found.kind === 'known' && h.found.petitionId === invitedTo}
          wrong={(k) => wrong[`record.items.${n}.${k}`]}
          set={(x) => set({ ...v, items: v.items.map((y, i) => (i === n ? x : y)) })}
          drop={() => set({ ...v, items: v.items.filter((_, i) => i !== n) })}
        />
      ))}
      {wrong['record.items'] && <p className="hs-wrong-line">{wrong['record.items']}</p>}
      <div className="hs-ground-add">
        <Select
          value={kind}
          onChange={setKind}
          options={options(findingKinds)}
          aria-label="听到的是哪一种"
          style={{ width: 150 }}
        />
        <Button onClick={() => set({ ...v, items: [...v.items, newHeard(kind)] })}>添一件听到的</Button>
      </div>
      <Field label="走访的结果" wrong={wrong['record.outcome']}>
        <Input.TextArea
          value={v.outcome}
          maxLength={1000}
          autoSize={{ minRows: 2 }}
          onChange={(e) => set({ ...v, outcome: e.target.value })}
        />
      </Field>
    </>
  )
}

/** Record a planned visit. */
export function Record({ visit, onDone, onClose }: { visit: VisitRow; onDone: () => void; onClose: () => void }) {
  const draft = useDraft<RecordInput>(`visit:${visit.id}`, {
    ...emptyRecord(visit.petitionId),
    withIds: visit.withIds,
  })
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.recordVisit, {
        params: { id: visit.id },
        body: { requestId, version: visit.version, record: draft.value },
      }),
    shows,
    {
      says: '已记录',
      done: () => {
        draft.clear()
        onDone()
      },
    },
  )
  return (
    <>
      {draft.restored && <p className="hs-note">找到上次没有写完的内容，已恢复。</p>}
      {visit.about && <p className="hs-text">{visit.about}</p>}
      <RecordFields
        v={draft.value}
        set={draft.set}
        staffId={visit.staffId}
        invitedTo={visit.petitionId}
        wrong={wrongOf(save.error)}
      />
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          保存记录
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** Plan a visit to come, or write down one already paid. */
export function Plan({ paid, onDone, onClose }: { paid: boolean; onDone: () => void; onClose: () => void }) {
  const me = useMe()
  const { villages } = usePlaces()
  const draft = useDraft(paid ? 'visit:paid' : 'visit:plan', {
    kind: 'goDown' as VisitKind,
    villageId: null as string | null,
    petitionId: null as string | null,
    staffId: me.staffId,
    withIds: [] as string[],
    onDay: me.today as string,
    atTime: '',
    place: '',
    about: '',
    record: emptyRecord(null),
  })
  const v = draft.value
  const set = (more: Partial<typeof v>) => draft.set({ ...v, ...more })
  const invited = v.kind === 'invited'
  const save = useWrite(
    (_: undefined, requestId) => {
      const { record, ...plan } = v
      return call(r.planVisit, {
        body: {
          requestId,
          plan: {
            ...plan,
            onDay: plan.onDay as Day,
            withIds: paid ? record.withIds : plan.withIds,
            villageId: invited ? null : plan.villageId,
            petitionId: invited ? plan.petitionId : null,
          },
          record: paid ? record : null,
        },
      })
    },
    shows,
    {
      says: paid ? '已记录' : '已安排，去的人已收到通知',
      done: () => {
        draft.clear()
        onDone()
      },
    },
  )
  const wrong = wrongOf(save.error)
  const village = villages.find((x) => x.id === v.villageId)
  return (
    <>
      {draft.restored && <p className="hs-note">找到上次没有写完的内容，已恢复。</p>}
      <fieldset className="hs-ground-choice">
        <legend>哪一种</legend>
        <Radio.Group
          value={v.kind}
          onChange={(e) => set({ kind: e.target.value, petitionId: null, record: { ...v.record, items: [] } })}
          options={options(visitKinds)}
        />
      </fieldset>
      {invited ? (
        <Field label="约的是哪件事项的信访人" hint="姓名、电话只在事项里" wrong={wrong['plan.petitionId']}>
          <MatterPicker
            value={v.petitionId ?? undefined}
            onChange={(id) =>
              set({ petitionId: id ?? null, record: { ...v.record, items: id ? [newHeard('known', id)] : [] } })
            }
          />
        </Field>
      ) : (
        <Field label="去哪个村" wrong={wrong['plan.villageId']}>
          <PlacePicker
            levels={['village']}
            value={village ? { areaId: village.areaId, villageId: village.id, gridId: null } : null}
            onChange={(p) => set({ villageId: p?.villageId ?? null })}
          />
        </Field>
      )}
      <Field label="谁去" wrong={wrong['plan.staffId']}>
        <StaffPicker value={v.staffId} roles={[...visitors]} onChange={(id) => set({ staffId: id ?? '' })} />
      </Field>
      {!paid && (
        <Field label="谁一起去" wrong={wrong['plan.withIds']}>
          <Along value={v.withIds} not={v.staffId} onChange={(withIds) => set({ withIds })} />
        </Field>
      )}
      <div className="hs-fields">
        <Field label="哪一天" wrong={wrong['plan.onDay']}>
          <DayInput value={v.onDay} today={me.today} ahead={!paid} onChange={(onDay) => set({ onDay })} />
        </Field>
        <Field label={invited ? '约定的时刻' : '时刻（可以不填）'} wrong={wrong['plan.atTime']}>
          <Input value={v.atTime} maxLength={5} placeholder="09:00" onChange={(e) => set({ atTime: e.target.value })} />
        </Field>
      </div>
      <Field label={invited ? '约定的地点' : '地点（可以不填）'} wrong={wrong['plan.place']}>
        <Input value={v.place} maxLength={100} onChange={(e) => set({ place: e.target.value })} />
      </Field>
      {paid ? (
        <RecordFields
          v={v.record}
          set={(record) => set({ record })}
          staffId={v.staffId}
          invitedTo={invited ? v.petitionId : null}
          wrong={wrong}
        />
      ) : (
        <Field label="为什么去（可以不填）" hint="不写群众的姓名" wrong={wrong['plan.about']}>
          <Input.TextArea value={v.about} maxLength={300} onChange={(e) => set({ about: e.target.value })} />
        </Field>
      )}
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {paid ? '保存记录' : '安排'}
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** Another day, time, place or person, with the reason; or called off. */
export function Change({
  visit,
  off,
  onDone,
  onClose,
}: {
  visit: VisitRow
  off: boolean
  onDone: () => void
  onClose: () => void
}) {
  const me = useMe()
  const [v, setV] = useState({
    onDay: visit.onDay as string,
    atTime: visit.atTime,
    place: visit.place,
    staffId: visit.staffId,
    reason: '',
  })
  const save = useWrite(
    (_: undefined, requestId) =>
      off
        ? call(r.cancelVisit, {
            params: { id: visit.id },
            body: { requestId, version: visit.version, reason: v.reason },
          })
        : call(r.changeVisit, {
            params: { id: visit.id },
            body: { requestId, version: visit.version, ...v, onDay: v.onDay as Day },
          }),
    shows,
    { says: off ? '已取消' : '已改，有关的人已收到通知', done: onDone },
  )
  const wrong = wrongOf(save.error)
  return (
    <>
      {!off && (
        <>
          <Field label="谁去" wrong={wrong.staffId}>
            <StaffPicker value={v.staffId} roles={[...visitors]} onChange={(id) => setV({ ...v, staffId: id ?? '' })} />
          </Field>
          <div className="hs-fields">
            <Field label="哪一天" wrong={wrong.onDay}>
              <DayInput value={v.onDay} today={me.today} ahead onChange={(onDay) => setV({ ...v, onDay })} />
            </Field>
            <Field label="时刻" wrong={wrong.atTime}>
              <Input value={v.atTime} maxLength={5} onChange={(e) => setV({ ...v, atTime: e.target.value })} />
            </Field>
          </div>
          <Field label="地点" wrong={wrong.place}>
            <Input value={v.place} maxLength={100} onChange={(e) => setV({ ...v, place: e.target.value })} />
          </Field>
        </>
      )}
      <Field
        label="理由"
        hint={visit.kind === 'invited' ? '约访的先告诉对方，不要让群众白跑' : undefined}
        wrong={wrong.reason}
      >
        <Input value={v.reason} maxLength={200} onChange={(e) => setV({ ...v, reason: e.target.value })} />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" danger={off} loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {off ? '取消这次走访' : '保存'}
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}
