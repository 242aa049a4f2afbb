import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox, Drawer, Input, InputNumber, Radio, Select, TreeSelect } from 'antd'
import { cloneElement, type ReactElement, useMemo, useState } from 'react'
import { servedKinds } from '../../documents/catalogue.ts'
import type { Day } from '../../kit/day.ts'
import { firstSentence, invalidFields } from '../../kit/fields.ts'
import { Sentence, usePhone } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { newRequestId, useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { usePlaces } from '../../people/me.ts'
import { StaffPicker, UnitPicker, UnitsPicker } from '../../people/pickers.tsx'
import { moveOf } from '../flow.ts'
import { outcomesAsked } from '../handle/outcome.ts'
import { newestOf } from '../paper/move.ts'
import { PreviewButton } from '../paper/Preview.tsx'
import { type ClosingTestName, closingTests, type OutcomeName, outcomes } from '../petition.ts'
import { principalSigns } from '../reply/move.ts'
import { type MatterView, petitionRoutes } from '../routes.ts'
import { type Ask, forms } from './forms.ts'
import { LateFields, type LateValue, lateOf, PartsEditor, PeopleEditor } from './LawForms.tsx'

type Values = Record<string, unknown>

/** Send one move: the same request id until it is answered, so that pressing again is safe. */
export const useMove = (view: MatterView, move: string, done: (v: MatterView) => void) => {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [requestId, setRequestId] = useState(newRequestId)
  const { modal } = App.useApp()
  const client = useQueryClient()
  const rule = moveOf(move)
  const send = async (input: Values, late: { doneOn: string; reason: string } | null = null) => {
    setError(null)
    setWrong({})
    const parsed = rule?.input.safeParse(input)
    if (parsed && !parsed.success) {
      const fields = invalidFields(parsed.error.issues)
      setWrong(fields)
      setError(new Failure(firstSentence(fields), 400, fields))
      return
    }
    if (
      rule?.confirm &&
      input.agree !== false &&
      !(await modal.confirm({ title: rule.confirm, okText: '确定', cancelText: '取消' }))
    )
      return
    setBusy(true)
    try {
      const next = await call(petitionRoutes.move, {
        params: { id: view.matter.id, move },
        body: { requestId, version: view.matter.version, input, ...(late ? { late } : {}) } as never,
      })
      setRequestId(newRequestId())
      done(next)
    } catch (e) {
      if (e instanceof Failure) setWrong(e.fields)
      // A refusal is final for this request; the next attempt is a new one.
      if (e instanceof Failure && e.status >= 400 && e.status < 500 && e.status !== 401) setRequestId(newRequestId())
      // Somebody else was quicker, or the rule says no: the page behind is read anew, what was typed stays.
      if (e instanceof Failure && e.status === 409)
        void client.invalidateQueries({ queryKey: ['matter', view.matter.id] })
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return { send, busy, error, wrong }
}

/** What can prove something in this matter: attachments, papers, records. */
export const proofsOf = (v: MatterView): { value: string; label: string }[] => [
  ...v.attachments.filter((a) => !a.withdrawnAt).map((a) => ({ value: a.id, label: `材料：${a.name}` })),
  ...v.documents.map((d) => ({ value: d.id, label: `文书：${d.title}${d.number ?? ''}` })),
  ...v.records.map((r) => ({ value: r.id, label: `记录：${r.onDay} ${[...r.body].slice(0, 24).join('')}` })),
]

export const useCategories = () =>
  useQuery({
    queryKey: ['categories'],
    queryFn: () => call(petitionRoutes.categories),
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? []

interface Node {
  value: string
  key: string
  title: string
  initials: string
  children: Node[]
}

export function CategoryPicker({
  value,
  onChange,
  ...rest
}: {
  value: string | null | undefined
  onChange: (code: string | null) => void
  id?: string
}) {
  const list = useCategories()
  const tree = useMemo(() => {
    const under = new Map<string | null, typeof list>()
    for (const c of list) under.set(c.parent, [...(under.get(c.parent) ?? []), c])
    const nodes = (p: string | null): Node[] =>
      (under.get(p) ?? []).map((c) => ({
        value: c.code,
        key: c.code,
        title: c.name,
        initials: c.initials,
        children: nodes(c.code),
      }))
    return nodes(null)
  }, [list])
  return (
    <TreeSelect
      {...rest}
      value={value ?? undefined}
      onChange={(v) => onChange(v ?? null)}
      treeData={tree}
      showSearch={{
        filterTreeNode: (q, n) =>
          String(n.title).includes(q) ||
          String((n as { initials?: string }).initials ?? '').startsWith(q.toLowerCase()),
      }}
      allowClear
      placeholder="分类名称或拼音首字母"
      style={{ width: '100%' }}
    />
  )
}

/** Find another matter by number, name or words. */
export function MatterPicker({
  value,
  onChange,
  not,
  ...rest
}: {
  value?: string
  onChange: (id: string | undefined) => void
  /** Not this one. */
  not?: string
  id?: string
}) {
  const [q, setQ] = useState('')
  const found = useQuery({
    queryKey: ['find-matter', q],
    enabled: q.trim().length >= 2,
    queryFn: () => call(petitionRoutes.ledger, { query: { q, size: 12 } }),
  })
  return (
    <Select
      {...rest}
      value={value}
      onChange={onChange}
      showSearch={{ onSearch: setQ, filterOption: false }}
      options={(found.data?.rows ?? [])
        .filter((r) => r.id !== not)
        .map((r) => ({ value: r.id, label: `${r.number} ${r.title}（${r.petitioner}）` }))}
      placeholder="编号、姓名或内容"
      notFoundContent={q.trim().length < 2 ? '请输入至少两个字' : '没有找到'}
      style={{ width: '100%' }}
    />
  )
}

interface Asked {
  ask: Ask
  view: MatterView
  today: Day
  values: Values
  set: (name: string, v: unknown) => void
}

/** One question; the id and aria of its Field go to what is filled in, so that the label names it. */
function Question({ ask, view, today, values, set, ...field }: Asked): ReactElement {
  return cloneElement(questionOf({ ask, view, today, values, set }) as ReactElement<Record<string, unknown>>, field)
}

function questionOf({ ask, view, today, values, set }: Asked): ReactElement {
  const value = values[ask.name]
  const on = (v: unknown) => set(ask.name, v)
  switch (ask.kind) {
    case 'long':
      return (
        <Input.TextArea
          value={(value as string) ?? ''}
          onChange={(e) => on(e.target.value)}
          autoSize={{ minRows: 3, maxRows: 14 }}
        />
      )
    case 'choice':
      return (
        <Select
          value={(value as string) ?? undefined}
          onChange={on}
          options={ask.optionsOf?.(view) ?? ask.options}
          placeholder="请选择"
          allowClear={ask.optionsOf !== undefined}
          style={{ width: '100%' }}
        />
      )
    case 'choices':
      return (
        <Select
          mode="multiple"
          value={(value as string[]) ?? []}
          onChange={on}
          options={ask.optionsOf?.(view) ?? ask.options}
          placeholder="可多选"
          style={{ width: '100%' }}
        />
      )
    case 'day':
      return (
        <DayInput value={(value as string) ?? ''} today={today} ahead={ask.ahead} onChange={(day) => on(day || null)} />
      )
    case 'int':
      return (
        <InputNumber value={(value as number) ?? null} onChange={on} precision={0} min={0} style={{ width: '100%' }} />
      )
    case 'staff':
      return (
        <StaffPicker
          value={value as string}
          onChange={(id) => on(id)}
          roles={ask.roles}
          unitId={ask.ofUnit ? ((values.mainUnitId as string) ?? null) : undefined}
          only={
            ask.name === 'signerId' && principalSigns(view.matter) ? (s) => s.roles.includes('townLeader') : undefined
          }
        />
      )
    case 'unit':
      return <UnitPicker value={value as string} onChange={on} />
    case 'units':
      return <UnitsPicker value={(value as string[]) ?? []} onChange={on} />
    case 'tick':
      return (
        <Checkbox checked={value === true} onChange={(e) => on(e.target.checked)}>
          {ask.label}
        </Checkbox>
      )
    case 'yesNo':
      return (
        <Radio.Group
          value={value}
          onChange={(e) => on(e.target.value)}
          options={[
            { value: true, label: ask.words?.[0] ?? '是' },
            { value: false, label: ask.words?.[1] ?? '否' },
          ]}
        />
      )
    case 'paper':
      return (
        <Select
          value={(value as string) ?? undefined}
          onChange={on}
          placeholder="请选择文书"
          options={newestOf(view.documents)
            .filter((d) => servable.includes(d.kind))
            .map((d) => ({
              value: d.id,
              label: `${d.title} ${d.number ?? ''}${view.services.some((s) => s.documentId === d.id) ? '（已送达过）' : ''}`,
            }))}
          style={{ width: '100%' }}
        />
      )
    case 'linked':
      return (
        <Select
          value={(value as string) ?? undefined}
          onChange={on}
          options={view.links.map((l) => ({ value: l.id, label: `${l.number} ${l.title}` }))}
          style={{ width: '100%' }}
        />
      )
    case 'matter':
      return <MatterPicker value={value as string} onChange={on} not={view.matter.id} />
    case 'category':
      return <CategoryPicker value={value as string} onChange={on} />
    case 'names':
      return (
        <Select
          mode="tags"
          value={(value as string[]) ?? []}
          onChange={on}
          tokenSeparators={['、', '，', ',', ' ']}
          placeholder="姓名，按回车"
          style={{ width: '100%' }}
        />
      )
    case 'parts':
      return <PartsEditor value={value} onChange={on} />
    case 'people':
      return <PeopleEditor value={value} onChange={on} />
    case 'proofs':
      return (
        <Select
          mode="multiple"
          value={(value as string[]) ?? []}
          onChange={on}
          options={proofsOf(view)}
          placeholder="材料、文书或记录"
          style={{ width: '100%' }}
        />
      )
    default:
      return <Input value={(value as string) ?? ''} onChange={(e) => on(e.target.value)} />
  }
}

export const servable: readonly string[] = servedKinds

/** The form of one move in a drawer. What was typed is kept as a draft until the move is done. */
export function MoveDialog({
  view,
  move,
  today,
  onClose,
  onDone,
}: {
  view: MatterView
  move: string
  today: Day
  onClose: () => void
  onDone: (v: MatterView) => void
}) {
  const asks = forms[move] ?? []
  const phone = usePhone()
  const { staff } = usePlaces()
  const first = useMemo(() => {
    const out: Values = Object.fromEntries(asks.filter((a) => a.initial).map((a) => [a.name, a.initial!(view, today)]))
    if (move === 'assignHandler') {
      out.areaOwnerId ??= staff.find(
        (s) => s.active && view.matter.areaId && s.areaIds.includes(view.matter.areaId),
      )?.id
      out.villageOwnerId ??= staff.find(
        (s) => s.active && view.matter.villageId && s.villageIds.includes(view.matter.villageId),
      )?.id
    }
    if (move === 'serve') {
      const waiting = newestOf(view.documents)
        .filter((d) => servable.includes(d.kind) && !view.services.some((s) => s.documentId === d.id))
        .at(-1)
      out.documentId = waiting?.id
    }
    return out
  }, [asks, view, today, move, staff])
  const draft = useDraft<Values>(`move:${view.matter.id}:${move}`, {})
  const values = { ...first, ...draft.value }
  const { send, busy, error, wrong } = useMove(view, move, (v) => {
    draft.clear()
    onDone(v)
  })
  const shown = asks.filter((a) => !a.show || a.show(values, view))
  const [late, setLate] = useState<LateValue>(null)
  const input = (): Values =>
    Object.fromEntries(shown.map((a) => [a.name, values[a.name]]).filter(([, v]) => v !== undefined))
  const submit = () => send(input(), lateOf(late))
  const label = view.offers.find((o) => o.move === move)?.label ?? ''
  return (
    <Drawer
      open
      title={label}
      onClose={onClose}
      size={phone ? '100%' : 520}
      footer={
        <div className="hs-actions">
          <Button onClick={onClose}>取消</Button>
          <PreviewButton view={view} move={move} input={input} />
          <Button type="primary" loading={busy} onClick={submit}>
            {label}
          </Button>
        </div>
      }
    >
      <Sentence error={error} />
      {view.matter.pending?.move === move && view.matter.pending.says && (
        <p className="hs-note">
          {view.matter.pending.byName}于 {view.matter.pending.on} 提出：{view.matter.pending.says}
        </p>
      )}
      {asks.length === 0 && <p className="hs-muted">没有要填的；点“{label}”即办理，留下记录。</p>}
      <div className="hs-fields">
        {shown.map((a) =>
          a.kind === 'tick' ? (
            <div className="hs-field" key={a.name}>
              <Question
                ask={a}
                view={view}
                today={today}
                values={values}
                set={(n, v) => draft.set((d) => ({ ...d, [n]: v }))}
              />
              {wrong[a.name] && <div className="hs-wrong">{wrong[a.name]}</div>}
            </div>
          ) : (
            <Field key={a.name} label={a.label} hint={a.hint} wrong={wrong[a.name]}>
              <Question
                ask={a}
                view={view}
                today={today}
                values={values}
                set={(n, v) => draft.set((d) => ({ ...d, [n]: v }))}
              />
            </Field>
          ),
        )}
        <LateFields value={late} onChange={setLate} today={today} wrong={wrong} />
      </div>
    </Drawer>
  )
}

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
  const { send, busy, error, wrong } = useMove(view, move, (v) => {
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
                <Field label="说明">
                  <Input.TextArea
                    value={v.answer}
                    onChange={(e) => change({ answer: e.target.value })}
                    autoSize={{ minRows: 2, maxRows: 8 }}
                  />
                </Field>
                <Field label="关联证据">
                  <Select
                    mode="multiple"
                    value={v.evidenceIds}
                    onChange={(evidenceIds) => change({ evidenceIds })}
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
                {v.confirmed === false && (
                  <Field label="不成立的理由">
                    <Input value={v.reason} onChange={(e) => change({ reason: e.target.value })} />
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
