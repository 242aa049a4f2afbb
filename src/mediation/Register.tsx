import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { options } from '../kit/choice.ts'
import { Nothing, PageHead, Panel, Sentence } from '../kit/ui/bits.tsx'
import { call, wrongOf } from '../kit/ui/call.ts'
import { newRequestId, useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { type Place, PlacePicker } from '../people/pickers.tsx'
import { petitionRoutes } from '../petitions/routes.ts'
import {
  type DisputeKind,
  disputeKinds,
  openStates,
  origins,
  type PartyInput,
  partyKinds,
  partyRoles,
  sides,
  states,
  withoutParty,
} from './dispute/dispute.ts'
import { mediationRoutes as r } from './routes.ts'
import './ui/mediation.css'
import { YuanInput } from './ui/YuanInput.tsx'

type Person = Pick<
  PartyInput,
  | 'side'
  | 'role'
  | 'forIndex'
  | 'kind'
  | 'name'
  | 'sex'
  | 'ethnicity'
  | 'age'
  | 'occupation'
  | 'phone'
  | 'address'
  | 'idType'
  | 'idLast4'
  | 'claim'
>
interface Opt {
  value: string
  label: string
}
interface Form {
  origin: keyof typeof origins
  originNote: string
  kind: DisputeKind | undefined
  title: string
  facts: string
  claimsFen: number | string | null
  place: Place | null
  matters: Opt[]
  relapse: string | null
  parties: Person[]
}
const person = (side: Person['side']): Person => ({
  side,
  role: 'party',
  forIndex: null,
  kind: 'person',
  name: '',
  sex: '',
  ethnicity: '',
  age: null,
  occupation: '',
  phone: '',
  address: '',
  idType: '',
  idLast4: '',
  claim: '',
})

/** What is asked under the fold. */
const more = ['sex', 'ethnicity', 'age', 'occupation', 'idType', 'idLast4']

/** Matters this person sees, found by number, name or words. */
function MatterPicker({
  value,
  but,
  onChange,
  ...rest
}: {
  value: Opt[]
  but: string | null
  onChange: (v: Opt[]) => void
}) {
  const [typed, setTyped] = useState('')
  const asked = useDeferredValue(typed.trim())
  const found = useQuery({
    queryKey: ['petitions', 'for-dispute', asked],
    enabled: asked.length >= 2,
    queryFn: ({ signal }) => call(petitionRoutes.ledger, { query: { q: asked, size: 8 }, signal }),
    placeholderData: (x) => x,
  })
  const rows = (found.data?.rows ?? []).filter((x) => x.id !== but)
  return (
    <Select
      {...rest}
      mode="multiple"
      labelInValue
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={value}
      options={rows.map((x) => ({ value: x.id, label: `${x.number} ${x.title}` }))}
      notFoundContent={asked.length < 2 ? '输入编号、姓名或事由' : '没有找到'}
      onChange={(list) => onChange(list.map((x) => ({ value: x.value, label: String(x.label) })))}
      style={{ width: '100%' }}
    />
  )
}

/** Disputes that have ended, as far as this person sees them. */
function EarlierPicker({ value, onChange, ...rest }: { value: string | null; onChange: (v: string | null) => void }) {
  const q = useQuery({ queryKey: ['disputes', 'all'], queryFn: () => call(r.disputes, { query: { show: 'all' } }) })
  const ended = (q.data ?? []).filter((d) => !(openStates as readonly string[]).includes(d.state) || d.id === value)
  return (
    <Select
      {...rest}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      value={value}
      loading={q.isPending}
      options={ended.map((d) => ({
        value: d.id,
        label: `${d.number ?? d.code} ${d.title}（${states[d.state]}，${d.registeredOn} 登记）`,
      }))}
      notFoundContent="没有您看得到的已结束的纠纷"
      onChange={(x) => onChange(x ?? null)}
      style={{ width: '100%' }}
    />
  )
}

/** A dispute written down at the window, in the village or on the phone: few fields, one after the other. */
export default function RegisterDispute() {
  const [query] = useSearchParams()
  const petition = query.get('petition')
  const relapse = query.get('relapse')
  const go = useNavigate()
  const client = useQueryClient()
  const draft = useDraft<Form>(`dispute:new:${petition ?? relapse ?? ''}`, {
    origin: petition ? 'matter' : 'ownMotion',
    originNote: '',
    kind: undefined,
    title: '',
    facts: '',
    claimsFen: null,
    place: null,
    matters: [],
    relapse,
    parties: [person('applicant'), person('respondent')],
  })
  const v = draft.value
  const set = (more: Partial<Form>) => draft.set((now) => ({ ...now, ...more }))
  const one = (i: number, more: Partial<Person>) =>
    set({ parties: v.parties.map((p, k) => (k === i ? { ...p, ...more } : p)) })
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [requestId] = useState(newRequestId)
  const wrong = wrongOf(error)
  const network = useQuery({ queryKey: ['mediation', 'network'], queryFn: () => call(r.network) })
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      const { place, matters, relapse: relapseOf, ...rest } = v
      const made = await call(r.registerDispute, {
        body: {
          requestId,
          input: {
            ...rest,
            kind: rest.kind as DisputeKind,
            claimsFen: rest.claimsFen as number | null,
            villageId: place?.villageId ?? null,
            gridId: place?.gridId ?? null,
            petitionIds: [...(petition ? [petition] : []), ...matters.map((m) => m.value)],
            relapseOf,
          },
        },
      })
      draft.clear()
      await client.invalidateQueries({ queryKey: ['disputes'] })
      go(`/mediation/disputes/${made.id}`)
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  if (network.data?.mayRegister === false)
    return (
      <>
        <PageHead title="登记纠纷" />
        <Nothing>纠纷由调解网络成员、村和管区、信访窗口登记。</Nothing>
      </>
    )
  return (
    <>
      <PageHead title="登记纠纷" />
      <p className="hs-note">调解自愿、免费。有人身危险的，先打 110，再来登记。</p>
      <div className="hs-form-narrow">
        <Panel title="纠纷" label="纠纷">
          <Field label="来源" wrong={wrong.origin}>
            <Select
              value={v.origin}
              options={options(origins)}
              onChange={(origin) => set({ origin })}
              style={{ width: '100%' }}
            />
          </Field>
          {(v.origin === 'police' || v.origin === 'court') && (
            <Field label="移送的单位和文号" wrong={wrong.originNote}>
              <Input value={v.originNote} onChange={(e) => set({ originNote: e.target.value })} />
            </Field>
          )}
          <Field label="类型" wrong={wrong.kind}>
            <Select
              value={v.kind}
              options={options(disputeKinds)}
              onChange={(kind) => set({ kind })}
              style={{ width: '100%' }}
            />
          </Field>
          <Field label="村、网格" hint="由这个村的调解点先调解" wrong={wrong.villageId}>
            <PlacePicker levels={['village', 'grid']} value={v.place} onChange={(place) => set({ place })} />
          </Field>
          <Field label="什么纠纷" wrong={wrong.title}>
            <Input value={v.title} maxLength={80} onChange={(e) => set({ title: e.target.value })} />
          </Field>
          <Field label="经过" wrong={wrong.facts}>
            <Input.TextArea
              value={v.facts}
              autoSize={{ minRows: 4 }}
              onChange={(e) => set({ facts: e.target.value })}
            />
          </Field>
          <Field label="涉及金额（元）" hint="没有的不填" wrong={wrong.claimsFen}>
            <YuanInput value={v.claimsFen} onChange={(claimsFen) => set({ claimsFen })} />
          </Field>
          {(petition || v.origin === 'matter') && (
            <Field label={petition ? '一并了结的信访事项' : '信访事项'} hint="可以几件" wrong={wrong.petitionIds}>
              <MatterPicker value={v.matters} but={petition} onChange={(matters) => set({ matters })} />
            </Field>
          )}
          <Field label="此前的纠纷" hint="同一纠纷再起的，选上一次的；没有的不选" wrong={wrong.relapseOf}>
            <EarlierPicker value={v.relapse} onChange={(relapse) => set({ relapse })} />
          </Field>
        </Panel>
        {v.parties.map((p, i) => (
          <Panel
            key={i}
            title={`${sides[p.side]}${p.role === 'party' ? '' : `的${partyRoles[p.role]}`}`}
            label={`第 ${i + 1} 位`}
          >
            <Field label="姓名或名称" wrong={wrong[`parties.${i}.name`]}>
              <Input value={p.name} onChange={(e) => one(i, { name: e.target.value })} />
            </Field>
            {p.role === 'party' ? (
              <Field label="类别" wrong={wrong[`parties.${i}.kind`]}>
                <Select
                  value={p.kind}
                  options={options(partyKinds)}
                  onChange={(kind) => one(i, { kind })}
                  style={{ width: '100%' }}
                />
              </Field>
            ) : (
              <Field label="代谁" wrong={wrong[`parties.${i}.forIndex`]}>
                <Select
                  value={p.forIndex}
                  options={v.parties.flatMap((x, k) =>
                    x.role === 'party' && x.side === p.side ? [{ value: k, label: x.name || `第 ${k + 1} 位` }] : [],
                  )}
                  onChange={(forIndex) => one(i, { forIndex })}
                  style={{ width: '100%' }}
                />
              </Field>
            )}
            <Field label="电话" wrong={wrong[`parties.${i}.phone`]}>
              <Input value={p.phone} inputMode="tel" onChange={(e) => one(i, { phone: e.target.value })} />
            </Field>
            <Field label="住址" wrong={wrong[`parties.${i}.address`]}>
              <Input value={p.address} onChange={(e) => one(i, { address: e.target.value })} />
            </Field>
            {p.role === 'party' && (
              <Field label="要求" wrong={wrong[`parties.${i}.claim`]}>
                <Input.TextArea
                  value={p.claim}
                  autoSize={{ minRows: 2 }}
                  onChange={(e) => one(i, { claim: e.target.value })}
                />
              </Field>
            )}
            <details className="hs-further" open={more.some((k) => wrong[`parties.${i}.${k}`]) || undefined}>
              <summary>性别、民族、年龄、职业、证件</summary>
              <p className="hs-muted">申请书、协议书上要写的，现在不知道可以以后补充。</p>
              <Field label="性别" wrong={wrong[`parties.${i}.sex`]}>
                <Select
                  value={p.sex}
                  options={['', '男', '女'].map((value) => ({ value, label: value || '未填' }))}
                  onChange={(sex: Person['sex']) => one(i, { sex })}
                  style={{ width: '100%' }}
                />
              </Field>
              <Field label="民族" wrong={wrong[`parties.${i}.ethnicity`]}>
                <Input value={p.ethnicity} maxLength={20} onChange={(e) => one(i, { ethnicity: e.target.value })} />
              </Field>
              <Field label="年龄" wrong={wrong[`parties.${i}.age`]}>
                <NumberInput
                  value={p.age}
                  min={0}
                  max={130}
                  precision={0}
                  onChange={(age) => one(i, { age })}
                  style={{ width: '100%' }}
                />
              </Field>
              <Field label="职业或职务" wrong={wrong[`parties.${i}.occupation`]}>
                <Input value={p.occupation} maxLength={40} onChange={(e) => one(i, { occupation: e.target.value })} />
              </Field>
              <Field
                label="核对过的证件"
                hint="如 身份证、营业执照；委托代理人写授权委托书"
                wrong={wrong[`parties.${i}.idType`]}
              >
                <Input value={p.idType} maxLength={20} onChange={(e) => one(i, { idType: e.target.value })} />
              </Field>
              <Field label="证件号码后四位" wrong={wrong[`parties.${i}.idLast4`]}>
                <Input value={p.idLast4} maxLength={4} onChange={(e) => one(i, { idLast4: e.target.value })} />
              </Field>
            </details>
            {i > 1 && <Button onClick={() => set({ parties: withoutParty(v.parties, i) })}>去掉这一位</Button>}
          </Panel>
        ))}
        {wrong.parties && <p className="hs-late">{wrong.parties}</p>}
        <div className="hs-actions">
          {(['applicant', 'respondent'] as const).map((side) => (
            <Button key={side} onClick={() => set({ parties: [...v.parties, person(side)] })}>
              加一位{sides[side]}
            </Button>
          ))}
          {(['applicant', 'respondent'] as const).flatMap((side, forIndex) =>
            (['agent', 'guardian'] as const).map((role) => (
              <Button
                key={side + role}
                onClick={() => set({ parties: [...v.parties, { ...person(side), role, forIndex }] })}
              >
                加{sides[side]}的{partyRoles[role]}
              </Button>
            )),
          )}
        </div>
        <Sentence error={error} />
        <div className="hs-actions">
          <Button type="primary" loading={busy} onClick={() => void save()}>
            登记
          </Button>
        </div>
      </div>
    </>
  )
}
