import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { Fragment, useMemo, useRef, useState } from 'react'
import type { Day } from '../../kit/day.ts'
import { blankSentence, firstSentence, invalidFields } from '../../kit/fields.ts'
import { Sentence, usePhone } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { newRequestId, useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { usePlaces } from '../../people/me.ts'
import { moveOf } from '../flow.ts'
import { newestOf } from '../paper/move.ts'
import { PreviewButton } from '../paper/Preview.tsx'
import { SuggestedCategory, SuggestedGrade } from '../register/Suggested.tsx'
import { type MatterView, petitionRoutes } from '../routes.ts'
import { forms } from './forms.ts'
import { LateFields, type LateValue, lateOf } from './LawForms.tsx'
import { Question, servable } from './Question.tsx'

export type Values = Record<string, unknown>

/** What is not agreed to, or one of four tests that does not hold: nothing ends by it that would have to be asked about first. */
const declines = (input: Values) =>
  input.agree === false ||
  Object.values(input).some((v) => v !== null && typeof v === 'object' && 'confirmed' in v && v.confirmed === false)

/** Send one move: the same request id until it is answered, so that pressing again is safe. */
export const useMove = (
  view: MatterView,
  move: string,
  done: (v: MatterView) => void,
  labels: Record<string, string> = {},
) => {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [requestId, setRequestId] = useState(newRequestId)
  const { modal } = App.useApp()
  const client = useQueryClient()
  const rule = moveOf(move)
  const send = async (
    input: Values,
    late: { doneOn: string; reason: string } | null = null,
    /** What the form asks for beyond what the rule does. */
    lacking: Record<string, string> = {},
  ) => {
    for (const t of mending.current.splice(0)) clearTimeout(t)
    setError(null)
    setWrong({})
    const parsed = rule?.input.safeParse(input)
    if ((parsed && !parsed.success) || Object.keys(lacking).length) {
      const found = { ...lacking, ...(parsed?.success === false ? invalidFields(parsed.error.issues) : {}) }
      const fields = Object.fromEntries(
        Object.entries(found).map(([name, says]) => [
          name,
          says === blankSentence && labels[name] ? `请填写“${labels[name]}”` : says,
        ]),
      )
      setWrong(fields)
      setError(new Failure(firstSentence(fields), 400, fields))
      return
    }
    if (
      rule?.confirm &&
      !declines(input) &&
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
  // What is being mended is no longer wrong. A moment later: a field settled by leaving it must not move what is being clicked.
  const mending = useRef<ReturnType<typeof setTimeout>[]>([])
  const mend = (field: string) => {
    if (!(field in wrong)) return
    const without = (fields: Record<string, string>) => {
      const { [field]: _mended, ...rest } = fields
      return rest
    }
    mending.current.push(
      setTimeout(() => {
        setWrong(without)
        setError((e: unknown) => {
          if (!(e instanceof Failure) || !(field in e.fields)) return e
          const rest = without(e.fields)
          return Object.keys(rest).length ? new Failure(firstSentence(rest), e.status, rest) : null
        })
      }, 300),
    )
  }
  return { send, busy, error, wrong, mend }
}

/** What can prove something in this matter: attachments, papers, records. */
export const proofsOf = (v: MatterView): { value: string; label: string }[] => [
  ...v.attachments.filter((a) => !a.withdrawnAt).map((a) => ({ value: a.id, label: `材料：${a.name}` })),
  ...v.documents.map((d) => ({ value: d.id, label: `文书：${d.title}${d.number ?? ''}` })),
  ...v.records.map((r) => ({ value: r.id, label: `记录：${r.onDay} ${[...r.body].slice(0, 24).join('')}` })),
]

/** The form of one move in a drawer. What was typed is kept as a draft until the move is done. */
export function MoveDialog({
  view,
  move,
  given,
  today,
  onClose,
  onDone,
}: {
  view: MatterView
  move: string
  /** Filled in from where the form was opened; it goes before an older draft. */
  given: Values
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
  const [filled, setFilled] = useState(given)
  const values = { ...first, ...draft.value, ...filled }
  const set = (n: string, v: unknown) => {
    setFilled(({ [n]: _typedOver, ...rest }) => rest)
    draft.set((d) => ({ ...d, [n]: v }))
    mend(n)
  }
  const { send, busy, error, wrong, mend } = useMove(
    view,
    move,
    (v) => {
      draft.clear()
      onDone(v)
    },
    Object.fromEntries(asks.map((a) => [a.name, a.label])),
  )
  const shown = asks.filter((a) => !a.show || a.show(values, view))
  const [late, setLate] = useState<LateValue>(null)
  const input = (): Values =>
    Object.fromEntries(
      shown
        .filter((a) => !a.stays || (values[a.name] ?? '') !== '')
        .flatMap((a) => [a.name, ...(a.with ?? [])])
        .map((name) => [name, values[name]])
        .filter(([, v]) => v !== undefined),
    )
  const submit = () =>
    send(
      input(),
      lateOf(late),
      Object.fromEntries(
        shown.filter((a) => a.must && (values[a.name] ?? '') === '').map((a) => [a.name, `请选择“${a.label}”`]),
      ),
    )
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
              <Question ask={a} view={view} today={today} values={values} set={set} />
              {wrong[a.name] && <div className="hs-wrong">{wrong[a.name]}</div>}
            </div>
          ) : (
            <Fragment key={a.name}>
              <Field label={a.label} hint={a.hint} wrong={wrong[a.name]}>
                <Question ask={a} view={view} today={today} values={values} set={set} />
              </Field>
              {a.kind === 'category' && (
                <SuggestedCategory
                  text={`${view.matter.title}\n${view.matter.request}\n${view.matter.facts}`}
                  onPick={(code) => set(a.name, code)}
                />
              )}
              {move === 'grade' && a.name === 'gradeAttributes' && (
                <SuggestedGrade
                  asked={{
                    attributes: (values.gradeAttributes as string[] | undefined) ?? [],
                    affectedCount: view.matter.affectedCount,
                    repeat: view.matter.repeat,
                  }}
                  onTake={(grade, reason) => {
                    set('grade', grade)
                    set('gradeReason', reason)
                  }}
                />
              )}
            </Fragment>
          ),
        )}
        {!moveOf(move)?.booksOnly && <LateFields value={late} onChange={setLate} today={today} wrong={wrong} />}
      </div>
    </Drawer>
  )
}
