import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal, Select } from 'antd'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { normalise, written } from '../../kit/chinese.ts'
import { options } from '../../kit/choice.ts'
import { firstSentence, invalidFields } from '../../kit/fields.ts'
import { PageHead, Panel, Sentence } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { newRequestId, useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { has, useMe } from '../../people/me.ts'
import { type Place, PlacePicker } from '../../people/pickers.tsx'
import '../page/matter.css'
import { CourtesyForm } from '../courtesy/Panel.tsx'
import { CategoryPicker } from '../page/Question.tsx'
import { channels, classes, grades, routes } from '../petition.ts'
import { SealedReceipt } from '../protect/Receipt.tsx'
import { type MatterView, petitionRoutes } from '../routes.ts'
import { BeforeFields } from './BeforeFields.tsx'
import { type Before, beforeFaults, beforeGiven } from './before.ts'
import { claimsOf, cleanPhone, faultsWhileTyping, longAgo, type Person, readBackText } from './check.ts'
import { gradeAttributes } from './grading.ts'
import { RegisterInput, registerFaults } from './move.ts'
import { blankPerson, People } from './People.tsx'
import { Similar } from './Similar.tsx'
import { SuggestedCategory, SuggestedGrade } from './Suggested.tsx'

/** A matter this one is linked with, as chosen beside the form. */
export interface TakenLink {
  toId: string
  kind: string
  note: string
  number: string
}
interface Draft {
  channel: string
  receivedOn: string
  place: Place | null
  placeText: string
  request: string
  facts: string
  title: string
  oral: boolean
  readBack: boolean
  anonymous: boolean
  confidential: boolean
  headCount: number
  affectedCount: number | null
  people: Person[]
  class: string | null
  route: string | null
  category: string | null
  grade: string | null
  gradeReason: string
  gradeAttributes: string[]
  isKey: boolean
  links: TakenLink[]
  /** Missing in drafts of older versions. */
  before?: Before | null
}

/** The value of a text some moments after the last key. */
const useSettled = <T,>(value: T, ms = 400): T => {
  const [settled, set] = useState(value)
  const key = JSON.stringify(value)
  useEffect(() => {
    const t = setTimeout(() => set(JSON.parse(key) as T), ms)
    return () => clearTimeout(t)
  }, [key, ms])
  return settled
}

const fields = 'input:not([type=checkbox]):not([type=date]):not([tabindex="-1"]),textarea,input[type=radio]:checked'

/** Enter goes on to the next field, as at every counter; Ctrl+Enter registers. Lists, long texts and buttons keep their own Enter. */
const nextField = (e: KeyboardEvent<HTMLFormElement>) => {
  const from = e.target as HTMLElement
  if (!(from instanceof HTMLInputElement) || from.getAttribute('role') === 'combobox') {
    if (from.getAttribute('role') === 'combobox') e.preventDefault()
    return
  }
  e.preventDefault()
  const all = [...e.currentTarget.querySelectorAll<HTMLElement>(fields)].filter(
    (x) => !(x as HTMLInputElement).disabled && x.offsetParent !== null,
  )
  const at = all.indexOf(from)
  all[at + 1]?.focus()
}

/** Registration at the counter: one screen, by keyboard; Ctrl+Enter registers. Only what the law needs is mandatory. */
export default function RegisterForm() {
  const me = useMe()
  const client = useQueryClient()
  const blank: Draft = {
    channel: 'visit',
    receivedOn: me.today,
    place: null,
    placeText: '',
    request: '',
    facts: '',
    title: '',
    oral: true,
    readBack: false,
    anonymous: false,
    confidential: false,
    headCount: 1,
    affectedCount: null,
    people: [blankPerson()],
    class: null,
    route: null,
    category: null,
    grade: null,
    gradeReason: '',
    gradeAttributes: [],
    isKey: false,
    links: [],
    before: null,
  }
  const draft = useDraft<Draft>('register', blank)
  const d = draft.value
  const set = (more: Partial<Draft>) => draft.set((x) => ({ ...x, ...more }))
  const form = useRef<HTMLFormElement>(null)
  const [idFaults, setIdFaults] = useState<Record<number, string>>({})
  const [reading, setReading] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState<Record<string, string>>({})
  const [tried, setTried] = useState(false)
  const [requestId, setRequestId] = useState(newRequestId)
  const [checked, setChecked] = useState(false)
  const [made, setMade] = useState<{ id: string; number: string; queryCode: string; sealed?: boolean } | null>(null)

  const asked = useSettled({
    text: `${d.title}\n${d.request}\n${d.facts}`.slice(0, 6_000),
    names: d.people
      .map((p) => normalise(p.name))
      .filter(Boolean)
      .slice(0, 50),
    phones: d.people
      .map((p) => cleanPhone(p.phone))
      .filter(Boolean)
      .slice(0, 50),
    idLast4: d.people.map((p) => p.idLast4).filter((x) => x.length === 4),
    villageId: d.place?.villageId ?? null,
  })
  const similar = useQuery({
    queryKey: ['similar', asked],
    enabled: made === null && (asked.names.length > 0 || asked.text.trim().length > 8),
    queryFn: ({ signal }) => call(petitionRoutes.similar, { body: asked, signal }),
    placeholderData: (x) => x,
  })
  const graded = useSettled({
    attributes: d.gradeAttributes,
    affectedCount: d.affectedCount,
    repeat: d.links.some((l) => l.kind === 'repeat'),
  })

  const oralPossible = ['visit', 'phone'].includes(d.channel)
  const people = d.people.filter((p) => p.name.trim() !== '')
  const input = {
    channel: d.channel,
    receivedOn: d.receivedOn,
    title: written(d.title),
    request: written(d.request),
    facts: written(d.facts),
    oral: d.oral && oralPossible,
    readBack: d.readBack,
    anonymous: d.anonymous,
    confidential: d.confidential,
    headCount: Math.max(d.headCount, people.filter((p) => p.role === 'petitioner').length, 1),
    affectedCount: d.affectedCount,
    areaId: d.place?.areaId ?? null,
    villageId: d.place?.villageId ?? null,
    gridId: d.place?.gridId ?? null,
    place: d.placeText,
    parties: d.anonymous
      ? people.filter((p) => p.role !== 'petitioner')
      : people.map((p) => ({
          ...p,
          name: normalise(p.name),
          phone: cleanPhone(p.phone),
          address: written(p.address),
        })),
    class: d.class,
    route: d.class === 'claim' ? d.route : null,
    category: d.category,
    grade: d.grade,
    gradeReason: d.gradeReason,
    gradeAttributes: d.gradeAttributes,
    isKey: d.isKey,
    claims: claimsOf(d.request),
    links: d.links.map(({ number: _n, ...l }) => l),
    before: beforeGiven(d.before ?? null),
  }
  const typing = faultsWhileTyping({ ...d, idFaults }, me.today)
  /** A fault of a person sent, at the row where they stand in the form. */
  const ofRows = (fields: Record<string, string>) => {
    const sent = d.people.flatMap((p, i) => (p.name.trim() && !(d.anonymous && p.role === 'petitioner') ? [i] : []))
    return Object.fromEntries(
      Object.entries(fields).map(([k, v]) => {
        const [, n, field] = /^parties\.(\d+)\.(\w+)$/.exec(k) ?? []
        return [n === undefined ? k : `people.${sent[Number(n)]}.${field === 'idLast4' ? 'id' : field}`, v]
      }),
    )
  }
  /** All that is wrong with what stands in the form, said together. */
  const faultsNow = (): Record<string, string> => {
    const parsed = RegisterInput.safeParse(input)
    const before = input.before ? Object.entries(beforeFaults(input.before, me.today)) : []
    return {
      ...registerFaults(input, me.today),
      ...(parsed.success ? {} : ofRows(invalidFields(parsed.error.issues))),
      ...Object.fromEntries(before.map(([k, v]) => [`before.${k}`, v])),
      ...typing,
    }
  }
  // Once asked to register, what is mended is no longer called wrong; what the server said stays until it is asked again.
  const left = tried ? faultsNow() : typing
  const wrong = { ...refused, ...left }
  const blamed = tried && Object.keys(left).length ? new Failure(firstSentence(left), 400, left) : error
  // The first field that is wrong takes the focus: nobody looks for it.
  const toFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  const submit = async () => {
    if (busy) return
    setError(null)
    setRefused({})
    const faults = faultsNow()
    setTried(Object.keys(faults).length > 0)
    if (Object.keys(faults).length) return toFirst()
    setBusy(true)
    try {
      const r = await call(petitionRoutes.register, { body: { requestId, input: input as never } })
      setMade(r)
      draft.clear()
      setRequestId(newRequestId())
      void client.invalidateQueries({ queryKey: ['petitions'] })
    } catch (e) {
      if (e instanceof Failure && e.status >= 400 && e.status < 500) {
        if (e.status !== 401) setRequestId(newRequestId())
        setRefused(ofRows(e.fields))
        toFirst()
      }
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  const print = async () => {
    if (!made) return
    const view: MatterView = await call(petitionRoutes.one, { params: { id: made.id } })
    const receipt = view.documents.find((x) => x.kind === 'registrationReceipt')
    if (receipt) window.open(`/print/${made.id}/${receipt.id}`, '_blank')
  }
  const next = () => {
    setMade(null)
    setChecked(false)
  }
  if (made?.sealed) return <SealedReceipt made={made} onNext={() => setMade(null)} />
  if (made)
    return (
      <>
        <PageHead title="已登记" />
        <Panel>
          <div className="hs-result" role="status">
            <p>编号</p>
            <b>{made.number}</b>
            <p>查询码（请交给信访人）</p>
            <b>{made.queryCode}</b>
            <div className="hs-actions">
              <Button type="primary" size="large" autoFocus onClick={print}>
                打印回执
              </Button>
              <Button size="large" onClick={next}>
                再登记一件
              </Button>
              <Link to={`/matter/${made.id}`}>打开事项</Link>
            </div>
          </div>
        </Panel>
        <Panel title="接待自查（四声五心）" label="接待自查">
          {checked ? (
            <p className="hs-done" role="status">
              已记入事项的全程记录。
            </p>
          ) : (
            <CourtesyForm
              petitionId={made.id}
              place={has(me, 'clerk', 'petitionHead') ? 'counter' : 'field'}
              onDone={() => setChecked(true)}
            />
          )}
        </Panel>
      </>
    )
  return (
    <form
      ref={form}
      className="hs-register-page"
      onSubmit={(e) => {
        e.preventDefault()
        void submit()
      }}
      onKeyDownCapture={(e) => {
        if (e.nativeEvent.isComposing || e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return
        e.preventDefault()
        e.stopPropagation()
        // Leaving the field settles what is being typed into it, a date or a number of a card, before it is sent.
        if (e.target instanceof HTMLElement) e.target.blur()
        setTimeout(() => form.current?.requestSubmit())
      }}
      onKeyDown={(e) => {
        if (!e.nativeEvent.isComposing && e.key === 'Enter') nextField(e)
      }}
    >
      <PageHead
        title="登记"
        extra={
          <>
            {draft.restored && <Button onClick={() => draft.clear()}>清空草稿</Button>}
            <Button type="primary" htmlType="submit" loading={busy} className="hs-primary">
              登记<span className="hs-key-hint">（Ctrl+Enter）</span>
            </Button>
          </>
        }
      >
        {draft.restored && <span className="hs-muted">接着上次没有登记完的内容</span>}
      </PageHead>
      <Sentence
        error={blamed}
        retry={blamed instanceof Failure && blamed.status === 0 ? () => void submit() : undefined}
      />
      <div className="hs-register">
        <div>
          <Panel title="信访人">
            <People
              people={d.people}
              anonymous={d.anonymous}
              wrong={wrong}
              tried={tried}
              onChange={(people) =>
                set({
                  people,
                  headCount: Math.max(d.headCount, people.filter((p) => p.role === 'petitioner' && p.name).length, 1),
                })
              }
              onIdFault={(i, fault) =>
                setIdFaults(({ [i]: _, ...rest }) => (fault === null ? rest : { ...rest, [i]: fault }))
              }
            >
              <Checkbox checked={d.anonymous} onChange={(e) => set({ anonymous: e.target.checked })}>
                匿名
              </Checkbox>
              <Checkbox checked={d.confidential} onChange={(e) => set({ confidential: e.target.checked })}>
                要求保密
              </Checkbox>
              <Checkbox
                checked={d.people[0]?.eService ?? false}
                onChange={(e) =>
                  set({ people: d.people.map((p, i) => (i === 0 ? { ...p, eService: e.target.checked } : p)) })
                }
              >
                同意电子送达
              </Checkbox>
              <span className="hs-inline">
                共
                <NumberInput
                  aria-label="总人数"
                  aria-invalid={wrong.headCount ? true : undefined}
                  status={wrong.headCount ? 'error' : undefined}
                  value={d.headCount}
                  onChange={(v) => set({ headCount: v ?? 1 })}
                  min={1}
                  precision={0}
                  style={{ width: 76 }}
                />
                人
              </span>
            </People>
            {wrong.headCount && <div className="hs-wrong">{wrong.headCount}</div>}
          </Panel>
          <Panel title="事项">
            <div className="hs-fields">
              <div className="hs-wide">
                <fieldset className="hs-chips">
                  <legend>信访形式（必填）</legend>
                  {options(channels).map((c) => (
                    <label key={c.value}>
                      <input
                        type="radio"
                        name="channel"
                        checked={d.channel === c.value}
                        onChange={() => set({ channel: c.value })}
                      />
                      <span>{c.label}</span>
                    </label>
                  ))}
                </fieldset>
              </div>
              <div className="hs-third">
                <Field label="收到日期（必填）" hint={longAgo(d.receivedOn, me.today)} wrong={wrong.receivedOn}>
                  <DayInput value={d.receivedOn} onChange={(receivedOn) => set({ receivedOn })} today={me.today} />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="村 / 网格">
                  <PlacePicker value={d.place} onChange={(place) => set({ place })} />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="具体地点" wrong={wrong.place}>
                  <Input
                    value={d.placeText}
                    onChange={(e) => set({ placeText: e.target.value })}
                    placeholder="例如：村南机井旁"
                  />
                </Field>
              </div>
              <div className="hs-wide">
                <Field label="诉求（必填）：要求解决什么，一行一项" wrong={wrong.request}>
                  <Input.TextArea
                    value={d.request}
                    onChange={(e) => set({ request: e.target.value, readBack: false })}
                    autoSize={{ minRows: 2, maxRows: 10 }}
                  />
                </Field>
              </div>
              <div className="hs-wide">
                <Field label="事实和理由" wrong={wrong.facts}>
                  <Input.TextArea
                    value={d.facts}
                    onChange={(e) => set({ facts: e.target.value, readBack: false })}
                    autoSize={{ minRows: 3, maxRows: 16 }}
                  />
                </Field>
              </div>
              <BeforeFields value={d.before ?? null} wrong={wrong} onChange={(before) => set({ before })} />
              {oralPossible && (
                <div className="hs-wide hs-inline">
                  <Checkbox checked={d.oral} onChange={(e) => set({ oral: e.target.checked })}>
                    口头提出，由我记录
                  </Checkbox>
                  {d.oral && (
                    <>
                      <Button size="small" disabled={d.request.trim() === ''} onClick={() => setReading(true)}>
                        宣读稿
                      </Button>
                      <Checkbox
                        checked={d.readBack}
                        aria-invalid={wrong.readBack ? true : undefined}
                        onChange={(e) => set({ readBack: e.target.checked })}
                      >
                        已向信访人宣读，无误
                      </Checkbox>
                    </>
                  )}
                  {wrong.readBack && <span className="hs-wrong">{wrong.readBack}</span>}
                </div>
              )}
              <div className="hs-third">
                <Field label="涉及户（人）数">
                  <NumberInput
                    value={d.affectedCount}
                    onChange={(v) => set({ affectedCount: v })}
                    min={0}
                    precision={0}
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-two-thirds">
                <Field label="标题（不填则取诉求的第一句）" wrong={wrong.title}>
                  <Input value={d.title} onChange={(e) => set({ title: e.target.value })} />
                </Field>
              </div>
            </div>
          </Panel>
          <Panel title="分类和级别（可以稍后再定）">
            <div className="hs-fields">
              <div className="hs-third">
                <Field label="类别">
                  <Select
                    value={d.class ?? undefined}
                    onChange={(v) => set({ class: v ?? null })}
                    options={options(classes)}
                    allowClear
                    placeholder="建议、检举、申诉求决"
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              {d.class === 'claim' && (
                <div className="hs-third">
                  <Field label="办理路径">
                    <Select
                      value={d.route ?? undefined}
                      onChange={(v) => set({ route: v ?? null })}
                      options={options(routes)}
                      allowClear
                      placeholder="第三十一条"
                      style={{ width: '100%' }}
                      popupMatchSelectWidth={false}
                    />
                  </Field>
                </div>
              )}
              <div className="hs-third">
                <Field label="内容分类">
                  <CategoryPicker value={d.category} onChange={(c) => set({ category: c })} />
                </Field>
              </div>
              <SuggestedCategory text={asked.text} onPick={(category) => set({ category })} />
              <div className="hs-wide">
                <Field label="事项属性">
                  <Select
                    mode="multiple"
                    value={d.gradeAttributes}
                    onChange={(v) => set({ gradeAttributes: v })}
                    options={options(gradeAttributes)}
                    placeholder="危及安全、涉及多户、第二次反映……可多选"
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="级别" hint={d.grade === 'red' ? '红色由另一人确认后生效' : undefined}>
                  <Select
                    value={d.grade ?? undefined}
                    onChange={(v) => set({ grade: v ?? null })}
                    options={options(grades)}
                    allowClear
                    placeholder="红、黄、蓝"
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="定级理由">
                  <Input value={d.gradeReason} onChange={(e) => set({ gradeReason: e.target.value })} />
                </Field>
              </div>
              <div className="hs-third hs-lone">
                <Checkbox checked={d.isKey} onChange={(e) => set({ isKey: e.target.checked })}>
                  列为重点事项
                </Checkbox>
              </div>
              <SuggestedGrade asked={graded} onTake={(grade, gradeReason) => set({ grade, gradeReason })} />
            </div>
          </Panel>
        </div>
        <aside aria-label="可能重复的事项">
          <Similar rows={similar.data ?? []} links={d.links} request={d.request} onLinks={(links) => set({ links })} />
        </aside>
      </div>
      <Modal
        open={reading}
        title="向信访人宣读"
        okText="已宣读，信访人确认无误"
        cancelText="要修改"
        onOk={() => {
          set({ readBack: true })
          setReading(false)
        }}
        onCancel={() => setReading(false)}
        width={680}
      >
        <div className="hs-aloud">
          {readBackText(d).map((line) => (
            <p key={line} className="hs-pre">
              {line}
            </p>
          ))}
        </div>
      </Modal>
    </form>
  )
}
