import { Button, Input, Radio, Select } from 'antd'
import type { Day } from '../../kit/day.ts'
import { call, wrongOf } from '../../kit/ui/call.ts'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { useDraft } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { FormDrawer } from '../../kit/ui/FormDrawer.tsx'
import { useWrite } from '../../kit/ui/Rows.tsx'
import { useMe } from '../../people/me.ts'
import { clauseLibrary } from '../dispute/clauses.ts'
import { live, standing } from '../dispute/dispute.ts'
import { withBothWays } from '../dispute/money.ts'
import { mediationRoutes as r } from '../routes.ts'
import type { DisputeFile } from './forms.ts'
import { YuanInput } from './YuanInput.tsx'

interface Term {
  what: string
  way: string
  payerId: string
  payeeId: string
  amountFen: number | string | null
  dueOn: string
}
interface Draft {
  form: 'written' | 'oral'
  whole: boolean
  replaces: boolean
  facts: string
  issues: string
  clauses: { key: string; text: string }[]
  performances: Term[]
}

/** The agreement: clauses from the library or one's own, performances with day, way, payer and payee; sums in words beside the figures. */
export function AgreementForm({
  dispute,
  onClose,
}: {
  dispute: { id: string; version: number; file: DisputeFile }
  onClose: () => void
}) {
  const me = useMe()
  const { file } = dispute
  const people = file.parties.filter((p) => p.role === 'party').map((p) => ({ value: p.id, label: p.name }))
  const term = (): Term => ({
    what: '',
    way: '',
    payerId: people.at(-1)?.value ?? '',
    payeeId: people[0]?.value ?? '',
    amountFen: null,
    dueOn: me.today,
  })
  const draft = useDraft<Draft>(`dispute:${dispute.id}:agreement`, {
    form: 'written',
    whole: true,
    replaces: false,
    facts: file.facts,
    issues: '',
    clauses: [],
    performances: [],
  })
  const v = draft.value
  const more = file.rest === 'open'
  const anew = v.replaces || (!more && standing(file).length > 0)
  // What the agreement it replaces still owes, to be agreed on anew; the days are new ones.
  const undone = live(file)
    .filter((p) => p.status !== 'done')
    .map((p) => ({
      what: p.what,
      way: p.way,
      payerId: p.payerId,
      payeeId: p.payeeId,
      amountFen: p.amountFen === null ? null : p.amountFen - p.paidFen,
      dueOn: p.dueOn < me.today ? '' : (p.dueOn as string),
    }))
  const set = (more: Partial<Draft>) => draft.set((now) => ({ ...now, ...more }))
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.actOnDispute, {
        params: { id: dispute.id, move: 'draftAgreement' },
        body: { requestId, version: dispute.version, input: v },
      }),
    ['dispute', 'disputes', 'mediation'],
    {
      says: '协议已保存',
      done: () => {
        draft.clear()
        onClose()
      },
    },
  )
  const wrong = wrongOf(save.error)
  const clause = (i: number, text: string) => set({ clauses: v.clauses.map((c, k) => (k === i ? { ...c, text } : c)) })
  const perf = (i: number, more: Partial<Term>) =>
    set({ performances: v.performances.map((p, k) => (k === i ? { ...p, ...more } : p)) })
  return (
    <FormDrawer
      title="拟订协议"
      label="保存协议"
      save={save}
      send={() => save.mutate(undefined)}
      onClose={onClose}
      wide={760}
    >
      <Field label="协议形式">
        <Radio.Group
          aria-label="协议形式"
          value={v.form}
          onChange={(e) => set({ form: e.target.value })}
          options={[
            { value: 'written', label: '书面协议' },
            { value: 'oral', label: '口头协议（达成即生效）' },
          ]}
        />
      </Field>
      <Field label="协议范围">
        <Radio.Group
          aria-label="协议范围"
          value={v.whole}
          onChange={(e) => set({ whole: e.target.value })}
          options={[
            { value: true, label: more ? '其余全部争议' : '全部争议' },
            { value: false, label: more ? '其余争议的一部分' : '部分争议（其余继续调解）' },
          ]}
        />
      </Field>
      {more && (
        <Field label="和已生效的协议">
          <Radio.Group
            aria-label="和已生效的协议"
            value={v.replaces}
            onChange={(e) => set({ replaces: e.target.value })}
            options={[
              { value: false, label: '已生效的协议照旧履行' },
              { value: true, label: '连同已达成的重新约定，代替原协议' },
            ]}
          />
        </Field>
      )}
      {anew && (
        <p className="hs-note">
          这一份生效后代替原来的协议，原协议没有履行的部分请写进来。
          {undone.length > 0 && v.performances.length === 0 && (
            <Button size="small" onClick={() => set({ performances: undone })}>
              写进原协议没有履行的 {undone.length} 项
            </Button>
          )}
        </p>
      )}
      {v.form === 'oral' && <p className="hs-note">要申请司法确认的，请用书面协议；口头协议以后可以补签书面。</p>}
      <Field label="主要事实、争议和各方责任" wrong={wrong.facts}>
        <Input.TextArea
          value={v.facts}
          autoSize={{ minRows: 3, maxRows: 12 }}
          onChange={(e) => set({ facts: e.target.value })}
        />
      </Field>
      <Field label="另外写明的争议事项" hint="没有的不填" wrong={wrong.issues}>
        <Input.TextArea value={v.issues} autoSize={{ minRows: 2 }} onChange={(e) => set({ issues: e.target.value })} />
      </Field>
      <h3>协议内容</h3>
      {v.clauses.map((c, i) => (
        <section key={i} className="hs-clause" aria-label={`协议第 ${i + 1} 条`}>
          <Field label={`第 ${i + 1} 条`} wrong={wrong[`clauses.${i}.text`]}>
            <Input.TextArea value={c.text} autoSize={{ minRows: 2 }} onChange={(e) => clause(i, e.target.value)} />
          </Field>
          <div className="hs-inline hs-wrap">
            {withBothWays(c.text) !== c.text && (
              <Button size="small" onClick={() => clause(i, withBothWays(c.text))}>
                金额补上大写、小写
              </Button>
            )}
            {i > 0 && (
              <Button
                size="small"
                onClick={() => set({ clauses: v.clauses.with(i, v.clauses[i - 1]!).with(i - 1, c) })}
              >
                上移
              </Button>
            )}
            <Button size="small" onClick={() => set({ clauses: v.clauses.filter((_, k) => k !== i) })}>
              去掉第 {i + 1} 条
            </Button>
          </div>
        </section>
      ))}
      <div className="hs-actions">
        <Select
          aria-label="从条款库加一条"
          placeholder="从条款库加一条"
          value={null}
          options={clauseLibrary
            .filter((c) => !c.kinds || c.kinds.includes(file.kind))
            .map((c) => ({ value: c.key, label: c.title }))}
          onChange={(key: string | null) => {
            const c = clauseLibrary.find((x) => x.key === key)
            if (c) set({ clauses: [...v.clauses, { key: c.key, text: c.text }] })
          }}
          style={{ minWidth: 180 }}
        />
        <Button onClick={() => set({ clauses: [...v.clauses, { key: 'own', text: '' }] })}>自拟一条</Button>
      </div>
      {wrong.clauses && <p className="hs-late">{wrong.clauses}</p>}
      <h3>履行</h3>
      {v.performances.map((p, i) => (
        <section key={i} className="hs-panel" aria-label={`第 ${i + 1} 项履行`}>
          <Field label={`第 ${i + 1} 项履行什么`} wrong={wrong[`performances.${i}.what`]}>
            <Input value={p.what} onChange={(e) => perf(i, { what: e.target.value })} />
          </Field>
          <Field label="怎样履行" wrong={wrong[`performances.${i}.way`]}>
            <Input
              value={p.way}
              placeholder="转账、当面交付、现场等"
              onChange={(e) => perf(i, { way: e.target.value })}
            />
          </Field>
          <Field label="由谁履行" wrong={wrong[`performances.${i}.payerId`]}>
            <Select
              value={p.payerId}
              options={people}
              onChange={(payerId) => perf(i, { payerId })}
              style={{ width: '100%' }}
            />
          </Field>
          <Field label="向谁履行" wrong={wrong[`performances.${i}.payeeId`]}>
            <Select
              value={p.payeeId}
              options={people}
              onChange={(payeeId) => perf(i, { payeeId })}
              style={{ width: '100%' }}
            />
          </Field>
          <Field label="金额（元）" hint="不是付款的不填" wrong={wrong[`performances.${i}.amountFen`]}>
            <YuanInput value={p.amountFen} onChange={(amountFen) => perf(i, { amountFen })} />
          </Field>
          <Field label="履行日期" wrong={wrong[`performances.${i}.dueOn`]}>
            <DayInput value={p.dueOn} today={me.today as Day} ahead onChange={(dueOn) => perf(i, { dueOn })} />
          </Field>
          {wrong[`performances.${i}`] && <p className="hs-late">{wrong[`performances.${i}`]}</p>}
          <Button onClick={() => set({ performances: v.performances.filter((_, k) => k !== i) })}>去掉这一项</Button>
        </section>
      ))}
      <div className="hs-actions">
        <Button onClick={() => set({ performances: [...v.performances, term()] })}>加一项履行</Button>
      </div>
    </FormDrawer>
  )
}
