import { Button, Checkbox, Drawer, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import type { Day } from '../../kit/day.ts'
import { Sentence, usePhone } from '../../kit/ui/bits.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { outcomesAsked } from '../handle/outcome.ts'
import { type ClosingTestName, closingTests, type OutcomeName, outcomes } from '../petition.ts'
import type { MatterView } from '../routes.ts'
import { LateFields, type LateValue, lateOf } from './LawForms.tsx'
import { proofsOf, useMove } from './MoveDialog.tsx'

type Said = { applies: boolean | null; done: boolean; body: string; handedTo: string; evidenceIds: string[] }
const unsaid: Said = { applies: null, done: false, body: '', handedTo: '', evidenceIds: [] }

/** 三到位一处理：one of the four, where nothing was said of it yet or it was not done. */
function OutcomeFields({
  name,
  value,
  onChange,
  proofs,
}: {
  name: OutcomeName
  value: Said
  onChange: (more: Partial<Said>) => void
  proofs: { value: string; label: string }[]
}) {
  return (
    <fieldset className="hs-test">
      <legend>{outcomes[name]}</legend>
      <Radio.Group
        aria-label={outcomes[name]}
        value={value.applies}
        onChange={(e) => onChange({ applies: e.target.value })}
        options={[
          { value: true, label: '成立' },
          { value: false, label: '不涉及' },
        ]}
      />
      {value.applies !== null && (
        <Field
          label={value.applies ? '依据和做法' : '怎样认定不涉及'}
          hint={name === 'relieved' && !value.applies ? '是否问过本人有没有生活困难' : undefined}
        >
          <Input.TextArea
            value={value.body}
            onChange={(e) => onChange({ body: e.target.value })}
            autoSize={{ minRows: 1, maxRows: 8 }}
          />
        </Field>
      )}
      {value.applies && (
        <>
          {(name === 'relieved' || name === 'lawful') && (
            <Field label="交给哪里办理" hint={name === 'relieved' ? '例如：民政办临时救助' : '例如：派出所'}>
              <Input value={value.handedTo} onChange={(e) => onChange({ handedTo: e.target.value })} />
            </Field>
          )}
          <Checkbox checked={value.done} onChange={(e) => onChange({ done: e.target.checked })}>
            已经到位
          </Checkbox>
          <Field label="证据">
            <Select
              mode="multiple"
              value={value.evidenceIds}
              onChange={(evidenceIds) => onChange({ evidenceIds })}
              options={proofs}
              placeholder="材料、文书或记录"
              style={{ width: '100%' }}
            />
          </Field>
        </>
      )}
    </fieldset>
  )
}

/** 四项标准：办理人逐项说明并关联证据，或核验人逐项确认；提交时一并认定三到位一处理. */
export function ClosingDialog({
  view,
  move,
  today,
  onClose,
  onDone,
}: {
  view: MatterView
  move: 'proposeClosing' | 'close'
  today: Day
  onClose: () => void
  onDone: (v: MatterView) => void
}) {
  const phone = usePhone()
  const names = Object.keys(closingTests) as ClosingTestName[]
  const proposing = move === 'proposeClosing'
  const draft = useDraft<
    Record<string, { answer: string; evidenceIds: string[]; confirmed: boolean | null; reason: string }>
  >(
    `move:${view.matter.id}:${move}`,
    Object.fromEntries(
      names.map((t) => {
        const was = view.tests.find((x) => x.test === t)
        return [t, { answer: was?.answer ?? '', evidenceIds: was?.evidenceIds ?? [], confirmed: null, reason: '' }]
      }),
    ),
  )
  const asked = (Object.keys(outcomes) as OutcomeName[]).filter((name) => {
    const o = view.outcomes.find((x) => x.outcome === name)
    return proposing && outcomesAsked(view.matter) && !(o && (!o.applies || o.done || o.handedTo !== ''))
  })
  const four = useDraft<Partial<Record<OutcomeName, Said>>>(
    `move:${view.matter.id}:${move}:outcomes`,
    Object.fromEntries(view.outcomes.map((o) => [o.outcome, o])),
  )
  const [late, setLate] = useState<LateValue>(null)
  const { send, busy, error, wrong, mend } = useMove(view, move, (v) => {
    draft.clear()
    four.clear()
    onDone(v)
  })
  const label = view.offers.find((o) => o.move === move)?.label ?? ''
  const proofs = proofsOf(view)
  const told = asked.flatMap((name) => {
    const o = four.value[name]
    if (!o || o.applies === null) return []
    const { applies, done, body, handedTo, evidenceIds } = o
    return [{ outcome: name, applies, done, body, handedTo, evidenceIds }]
  })
  return (
    <Drawer
      open
      title={label}
      onClose={onClose}
      size={phone ? '100%' : 640}
      footer={
        <div className="hs-actions">
          <Button onClick={onClose}>取消</Button>
          <Button
            type="primary"
            loading={busy}
            onClick={() =>
              send(
                {
                  ...Object.fromEntries(
                    names.map((t) => [
                      t,
                      proposing
                        ? { answer: draft.value[t]!.answer, evidenceIds: draft.value[t]!.evidenceIds }
                        : { confirmed: draft.value[t]!.confirmed ?? undefined, reason: draft.value[t]!.reason },
                    ]),
                  ),
                  ...(proposing ? { outcomes: told } : {}),
                },
                lateOf(late),
              )
            }
          >
            {label}
          </Button>
        </div>
      }
    >
      <Sentence error={error} />
      {names.map((t) => {
        const v = draft.value[t]!
        const change = (more: Partial<typeof v>) => draft.set((d) => ({ ...d, [t]: { ...d[t]!, ...more } }))
        const told = view.tests.find((x) => x.test === t)
        return (
          <fieldset className="hs-test" key={t}>
            <legend>{closingTests[t]}</legend>
            {proposing ? (
              <>
                {told?.confirmed === false && <p className="hs-late">上次退回：{told.reason}</p>}
                <Field label="说明" wrong={wrong[`${t}.answer`]}>
                  <Input.TextArea
                    value={v.answer}
                    onChange={(e) => {
                      change({ answer: e.target.value })
                      mend(`${t}.answer`)
                    }}
                    autoSize={{ minRows: 2, maxRows: 8 }}
                  />
                </Field>
                <Field label="关联证据" wrong={wrong[t]}>
                  <Select
                    mode="multiple"
                    value={v.evidenceIds}
                    onChange={(evidenceIds) => {
                      change({ evidenceIds })
                      mend(t)
                    }}
                    options={proofs}
                    placeholder="材料、文书或记录"
                    style={{ width: '100%' }}
                  />
                </Field>
              </>
            ) : (
              <>
                <p>{told?.answer}</p>
                <ul className="hs-proofs">
                  {told?.evidenceIds.map((e) => (
                    <li key={e}>{proofs.find((p) => p.value === e)?.label ?? '已撤下的材料'}</li>
                  ))}
                </ul>
                <Radio.Group
                  aria-label={closingTests[t]}
                  value={v.confirmed}
                  onChange={(e) => change({ confirmed: e.target.value })}
                  options={[
                    { value: true, label: '成立' },
                    { value: false, label: '不成立' },
                  ]}
                />
                {v.confirmed === null && wrong[`${t}.confirmed`] && (
                  <div className="hs-wrong">{wrong[`${t}.confirmed`]}</div>
                )}
                {v.confirmed === false && (
                  <Field label="不成立的理由" wrong={wrong[t]}>
                    <Input
                      value={v.reason}
                      onChange={(e) => {
                        change({ reason: e.target.value })
                        mend(t)
                      }}
                    />
                  </Field>
                )}
              </>
            )}
          </fieldset>
        )
      })}
      {asked.length > 0 && (
        <>
          <h3>三到位一处理</h3>
          <p className="hs-muted">四项各自认定，可以同时成立；帮扶救助不以息访为条件。</p>
        </>
      )}
      {asked.map((name) => (
        <OutcomeFields
          key={name}
          name={name}
          value={{ ...unsaid, ...four.value[name] }}
          onChange={(more) => four.set((d) => ({ ...d, [name]: { ...unsaid, ...d[name], ...more } }))}
          proofs={proofs}
        />
      ))}
      <LateFields value={late} onChange={setLate} today={today} wrong={wrong} />
    </Drawer>
  )
}
