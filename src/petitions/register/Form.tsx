import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, DatePicker, Input, InputNumber, Select } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'
import { normalise } from '../../kit/chinese.ts'
import { options } from '../../kit/choice.ts'
import { invalidFields } from '../../kit/fields.ts'
import { PageHead, Panel, Sentence } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { newRequestId, useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { useMe } from '../../people/me.ts'
import { type Place, PlacePicker } from '../../people/pickers.tsx'
import '../page/matter.css'
import { CategoryPicker } from '../page/MoveDialog.tsx'
import { channels, classes, grades, idTypes, linkKinds, partyRoles, routes, states } from '../petition.ts'
import { SealedReceipt } from '../protect/Receipt.tsx'
import { type MatterView, petitionRoutes } from '../routes.ts'
import { GradeTag } from '../tags.tsx'
import { gradeAttributes } from './grading.ts'
import { RegisterInput } from './move.ts'

interface Person {
  role: string
  kind: string
  name: string
  phone: string
  address: string
  idType: string
  idLast4: string
  idChecked: boolean
  isRepresentative: boolean
  eService: boolean
  actsFor: string
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
  links: { toId: string; kind: string; note: string; number: string }[]
}

const person = (): Person => ({
  role: 'petitioner',
  kind: 'person',
  name: '',
  phone: '',
  address: '',
  idType: '',
  idLast4: '',
  idChecked: false,
  isRepresentative: false,
  eService: false,
  actsFor: '',
})

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
    people: [person()],
    class: null,
    route: null,
    category: null,
    grade: null,
    gradeReason: '',
    gradeAttributes: [],
    isKey: false,
    links: [],
  }
  const draft = useDraft<Draft>('register', blank)
  const d = draft.value
  const set = (more: Partial<Draft>) => draft.set((x) => ({ ...x, ...more }))
  const someone = (i: number, more: Partial<Person>) =>
    set({ people: d.people.map((p, k) => (k === i ? { ...p, ...more } : p)) })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState<Record<string, string>>({})
  const [requestId, setRequestId] = useState(newRequestId)
  const [made, setMade] = useState<{ id: string; number: string; queryCode: string; sealed?: boolean } | null>(null)

  const asked = useSettled({
    text: `${d.title}\n${d.request}\n${d.facts}`,
    names: d.people.map((p) => p.name).filter(Boolean),
    phones: d.people.map((p) => p.phone).filter(Boolean),
    idLast4: d.people.map((p) => p.idLast4).filter((x) => x.length === 4),
    villageId: d.place?.villageId ?? null,
  })
  const similar = useQuery({
    queryKey: ['similar', asked],
    enabled: made === null && (asked.names.length > 0 || asked.text.trim().length > 8),
    queryFn: () => call(petitionRoutes.similar, { body: asked }),
    placeholderData: (x) => x,
  })
  const category = useQuery({
    queryKey: ['suggest-category', asked.text],
    enabled: made === null && asked.text.trim().length > 8,
    queryFn: () => call(petitionRoutes.suggestCategory, { body: { text: asked.text } }),
    placeholderData: (x) => x,
  })
  const graded = useSettled({
    attributes: d.gradeAttributes,
    affectedCount: d.affectedCount,
    repeat: d.links.some((l) => l.kind === 'repeat'),
  })
  const grade = useQuery({
    queryKey: ['suggest-grade', graded],
    queryFn: () => call(petitionRoutes.suggestGrade, { body: graded }),
    placeholderData: (x) => x,
  })

  const submit = async () => {
    setError(null)
    setWrong({})
    const people = d.people.filter((p) => p.name.trim() !== '')
    const input = {
      channel: d.channel,
      receivedOn: d.receivedOn,
      title: normalise(d.title),
      request: normalise(d.request),
      facts: normalise(d.facts),
      oral: d.oral && ['visit', 'phone'].includes(d.channel),
      readBack: d.readBack,
      anonymous: d.anonymous,
      confidential: d.confidential,
      headCount: Math.max(d.headCount, people.filter((p) => p.role === 'petitioner').length, 1),
      affectedCount: d.affectedCount,
      areaId: d.place?.areaId ?? null,
      villageId: d.place?.villageId ?? null,
      gridId: d.place?.gridId ?? null,
      place: d.placeText,
      parties: people.map((p) => ({ ...p, name: normalise(p.name), phone: normalise(p.phone) })),
      class: d.class,
      route: d.class === 'claim' ? d.route : null,
      category: d.category,
      grade: d.grade,
      gradeReason: d.gradeReason,
      gradeAttributes: d.gradeAttributes,
      isKey: d.isKey,
      claims: normalise(d.request)
        .split('\n')
        .map((x) => x.trim())
        .filter(Boolean),
      links: d.links.map(({ number: _n, ...l }) => l),
    }
    const parsed = RegisterInput.safeParse(input)
    if (!parsed.success) {
      const fields = invalidFields(parsed.error.issues)
      setWrong(fields)
      setError(new Failure(Object.values(fields)[0] ?? '请检查填写的内容', 400, fields))
      return
    }
    setBusy(true)
    try {
      const r = await call(petitionRoutes.register, { body: { requestId, input: input as never } })
      setMade(r)
      draft.clear()
      setRequestId(newRequestId())
      void client.invalidateQueries({ queryKey: ['petitions'] })
    } catch (e) {
      if (e instanceof Failure) {
        setWrong(e.fields)
        if (e.status >= 400 && e.status < 500 && e.status !== 401) setRequestId(newRequestId())
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
              <Button size="large" onClick={() => setMade(null)}>
                再登记一件
              </Button>
              <Link to={`/matter/${made.id}`}>打开事项</Link>
            </div>
          </div>
        </Panel>
      </>
    )
  const oralPossible = ['visit', 'phone'].includes(d.channel)
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        void submit()
      }}
      onKeyDown={(e) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) {
          e.preventDefault()
          void submit()
        }
      }}
    >
      <PageHead
        title="登记"
        extra={
          <>
            {draft.restored && <Button onClick={() => draft.clear()}>清空草稿</Button>}
            <Button type="primary" htmlType="submit" loading={busy}>
              登记（Ctrl+Enter）
            </Button>
          </>
        }
      >
        {draft.restored && <span className="hs-muted">接着上次没有登记完的内容</span>}
      </PageHead>
      <Sentence error={error} />
      <div className="hs-register">
        <div>
          <Panel title="信访人">
            <div className="hs-scroll">
              <table className="hs-people">
                <thead>
                  <tr>
                    <th>身份</th>
                    <th>姓名（必填）</th>
                    <th>电话</th>
                    <th>住址</th>
                    <th>证件</th>
                    <th>后四位</th>
                    <th>代表</th>
                  </tr>
                </thead>
                <tbody>
                  {d.people.map((p, i) => (
                    <tr key={i}>
                      <td>
                        <Select
                          aria-label={`第 ${i + 1} 人身份`}
                          value={p.role}
                          onChange={(role) => someone(i, { role })}
                          options={options(partyRoles)}
                          style={{ width: 96 }}
                        />
                      </td>
                      <td>
                        <Input
                          aria-label={`第 ${i + 1} 人姓名`}
                          autoFocus={i === 0}
                          value={p.name}
                          disabled={d.anonymous}
                          status={wrong.parties ? 'error' : undefined}
                          onChange={(e) => someone(i, { name: e.target.value })}
                        />
                      </td>
                      <td>
                        <Input
                          aria-label={`第 ${i + 1} 人电话`}
                          value={p.phone}
                          onChange={(e) => someone(i, { phone: e.target.value })}
                          inputMode="tel"
                        />
                      </td>
                      <td>
                        <Input
                          aria-label={`第 ${i + 1} 人住址`}
                          value={p.address}
                          onChange={(e) => someone(i, { address: e.target.value })}
                        />
                      </td>
                      <td>
                        <Select
                          aria-label={`第 ${i + 1} 人证件`}
                          value={p.idType}
                          onChange={(idType) => someone(i, { idType, idChecked: idType !== '' })}
                          options={options(idTypes)}
                          style={{ width: 112 }}
                        />
                      </td>
                      <td>
                        <Input
                          aria-label={`第 ${i + 1} 人证件后四位`}
                          value={p.idLast4}
                          maxLength={4}
                          onChange={(e) => someone(i, { idLast4: normalise(e.target.value) })}
                          style={{ width: 72 }}
                        />
                      </td>
                      <td>
                        <Checkbox
                          aria-label={`第 ${i + 1} 人为代表`}
                          checked={p.isRepresentative}
                          onChange={(e) => someone(i, { isRepresentative: e.target.checked })}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {wrong.parties && <div className="hs-wrong">{wrong.parties}</div>}
            <div className="hs-inline" style={{ flexWrap: 'wrap', marginTop: 8 }}>
              <Button size="small" onClick={() => set({ people: [...d.people, person()] })}>
                增加一人
              </Button>
              {d.people.length > 1 && (
                <Button size="small" onClick={() => set({ people: d.people.slice(0, -1) })}>
                  去掉最后一人
                </Button>
              )}
              <Checkbox checked={d.anonymous} onChange={(e) => set({ anonymous: e.target.checked })}>
                匿名
              </Checkbox>
              <Checkbox checked={d.confidential} onChange={(e) => set({ confidential: e.target.checked })}>
                要求保密
              </Checkbox>
              <Checkbox
                checked={d.people[0]?.eService ?? false}
                onChange={(e) => someone(0, { eService: e.target.checked })}
              >
                同意电子送达
              </Checkbox>
              <span className="hs-muted">只留证件后四位；代表不超过 5 人</span>
            </div>
          </Panel>
          <Panel title="事项">
            <div className="hs-fields">
              <div className="hs-third">
                <Field label="信访形式（必填）" wrong={wrong.channel}>
                  <Select
                    value={d.channel}
                    onChange={(channel) => set({ channel })}
                    options={options(channels)}
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="收到日期（必填）" wrong={wrong.receivedOn}>
                  <DatePicker
                    value={dayjs(d.receivedOn)}
                    onChange={(v) => v && set({ receivedOn: v.format('YYYY-MM-DD') })}
                    allowClear={false}
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="村 / 网格">
                  <PlacePicker value={d.place} onChange={(place) => set({ place })} />
                </Field>
              </div>
              <div className="hs-wide">
                <Field label="诉求（必填）：要求解决什么，一行一项" wrong={wrong.request}>
                  <Input.TextArea
                    value={d.request}
                    onChange={(e) => set({ request: e.target.value })}
                    autoSize={{ minRows: 2, maxRows: 10 }}
                  />
                </Field>
              </div>
              <div className="hs-wide">
                <Field label="事实和理由" wrong={wrong.facts}>
                  <Input.TextArea
                    value={d.facts}
                    onChange={(e) => set({ facts: e.target.value })}
                    autoSize={{ minRows: 3, maxRows: 16 }}
                  />
                </Field>
              </div>
              {oralPossible && (
                <div className="hs-wide hs-inline">
                  <Checkbox checked={d.oral} onChange={(e) => set({ oral: e.target.checked })}>
                    口头提出，由我记录
                  </Checkbox>
                  {d.oral && (
                    <Checkbox checked={d.readBack} onChange={(e) => set({ readBack: e.target.checked })}>
                      已向信访人宣读，无误
                    </Checkbox>
                  )}
                  {wrong.readBack && <span className="hs-wrong">{wrong.readBack}</span>}
                </div>
              )}
              <div className="hs-third">
                <Field label="人数" wrong={wrong.headCount}>
                  <InputNumber
                    value={d.headCount}
                    onChange={(v) => set({ headCount: v ?? 1 })}
                    min={1}
                    precision={0}
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="涉及户（人）数">
                  <InputNumber
                    value={d.affectedCount}
                    onChange={(v) => set({ affectedCount: v })}
                    min={0}
                    precision={0}
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <div className="hs-third">
                <Field label="标题" hint="不填则取诉求的第一句">
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
              {(category.data ?? []).length > 0 && (
                <div className="hs-wide" aria-live="polite">
                  <span className="hs-muted">建议：</span>{' '}
                  {category.data!.map((c) => (
                    <Button
                      key={c.code}
                      size="small"
                      onClick={() => set({ category: c.code })}
                      style={{ marginRight: 8 }}
                    >
                      {c.name} {Math.round(c.confidence * 100)}%
                      {c.words.length ? `（${c.words.slice(0, 3).join('、')}）` : ''}
                    </Button>
                  ))}
                </div>
              )}
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
              <div className="hs-third hs-field">
                <span className="hs-muted">重点</span>
                <Checkbox checked={d.isKey} onChange={(e) => set({ isKey: e.target.checked })}>
                  列为重点事项
                </Checkbox>
              </div>
              {grade.data && (
                <div className="hs-wide" aria-live="polite">
                  <span className="hs-muted">建议</span> <GradeTag grade={grade.data.grade} />{' '}
                  {grade.data.because.join('；')}。{grade.data.response}{' '}
                  <Button
                    size="small"
                    onClick={() => set({ grade: grade.data!.grade, gradeReason: grade.data!.because.join('；') })}
                  >
                    采用
                  </Button>
                </div>
              )}
            </div>
          </Panel>
        </div>
        <aside aria-label="可能重复的事项">
          <Panel title="可能重复">
            <div className="hs-similar" aria-live="polite">
              {(similar.data ?? []).length === 0 && (
                <p className="hs-muted">填写时会在这里并列显示相近的事项。关联而不丢弃，每件都登记。</p>
              )}
              {similar.data?.map((s) => {
                const taken = d.links.find((l) => l.toId === s.id)
                return (
                  <article key={s.id} className={taken ? 'hs-taken' : ''}>
                    <p>
                      <Link to={`/matter/${s.id}`} target="_blank">
                        {s.number}
                      </Link>{' '}
                      {s.petitioner} {s.village}
                    </p>
                    <p>{s.title}</p>
                    <p className="hs-muted">
                      {s.receivedOn} · {states[s.state]} · {s.why.join('、')}
                    </p>
                    <Select
                      size="small"
                      aria-label={`与 ${s.number} 的关系`}
                      value={taken?.kind ?? ''}
                      onChange={(kind) =>
                        set({
                          links: [
                            ...d.links.filter((l) => l.toId !== s.id),
                            ...(kind ? [{ toId: s.id, kind, note: s.why.join('、'), number: s.number }] : []),
                          ],
                        })
                      }
                      options={[{ value: '', label: '不关联' }, ...options(linkKinds)]}
                      style={{ width: '100%', marginTop: 6 }}
                    />
                  </article>
                )
              })}
            </div>
          </Panel>
        </aside>
      </div>
    </form>
  )
}
