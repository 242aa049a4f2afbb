import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { Day } from '../kit/day.ts'
import { ConfirmButton, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { newRequestId } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { DayField, Form, TextField, useForm } from '../kit/ui/Form.tsx'
import { useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { roles } from '../people/roles.ts'
import { PlanSelect, usePlan } from './PlanSelect.tsx'
import { type PlanRow, assessmentRoutes as r } from './routes.ts'
import { type Assessed, assessed, type Lists, usualLists, withoutItem } from './score.ts'
import { Weights } from './Weights.tsx'

const shows = ['assessment']
const posts = assessed.map((value) => ({ value, label: roles[value] }))
const newCode = (letter: 'T' | 'D') => letter + newRequestId().replaceAll('-', '').slice(0, 12)

/** One of the two lists: lines that can be changed, taken out and added. */
function ListEditor<Key extends 'tasks' | 'duties'>({
  name,
  word,
  lists,
  wrong,
  onChange,
}: {
  name: Key
  word: string
  lists: Lists
  wrong: Record<string, string | undefined>
  onChange: (lists: Lists) => void
}) {
  const me = useMe()
  const rows = lists[name] as (Lists['tasks'][number] | Lists['duties'][number])[]
  const change = (code: string, part: object) =>
    onChange({ ...lists, [name]: rows.map((x) => (x.code === code ? { ...x, ...part } : x)) })
  const add = () =>
    onChange({
      ...lists,
      [name]: [
        ...rows,
        name === 'tasks'
          ? { code: newCode('T'), text: '', dueOn: null, roles: [] }
          : { code: newCode('D'), text: '', basis: '', roles: [] },
      ],
    })
  return (
    <div className="hs-stack">
      {rows.map((x, i) => (
        <fieldset key={x.code} className="hs-line">
          <legend>
            {word} {i + 1}
          </legend>
          <Field label="内容" wrong={wrong[`lists.${name}.${i}.text`]}>
            <Input.TextArea
              value={x.text}
              maxLength={200}
              autoSize
              onChange={(e) => change(x.code, { text: e.target.value })}
            />
          </Field>
          <div className="hs-fields">
            <Field label="岗位" wrong={wrong[`lists.${name}.${i}.roles`]}>
              <Select
                mode="multiple"
                value={x.roles}
                options={posts}
                onChange={(list: Assessed[]) => change(x.code, { roles: list })}
                style={{ width: '100%' }}
              />
            </Field>
            {'basis' in x ? (
              <Field label="依据" wrong={wrong[`lists.${name}.${i}.basis`]}>
                <Input value={x.basis} maxLength={100} onChange={(e) => change(x.code, { basis: e.target.value })} />
              </Field>
            ) : (
              <Field label="期限" hint="可以不填" wrong={wrong[`lists.${name}.${i}.dueOn`]}>
                <DayInput
                  value={x.dueOn ?? ''}
                  today={me.today}
                  ahead
                  onChange={(d) => change(x.code, { dueOn: d || null })}
                />
              </Field>
            )}
          </div>
          <Button size="small" aria-label={`去掉${word} ${i + 1}`} onClick={() => onChange(withoutItem(lists, x.code))}>
            去掉
          </Button>
        </fieldset>
      ))}
      <div>
        <Button onClick={add}>增加{word}</Button>
      </div>
    </div>
  )
}

function PlanForm({ plan, onMade }: { plan: PlanRow | null; onMade: (id: string) => void }) {
  const me = useMe()
  const year = me.today.slice(0, 4)
  const form = useForm({
    keep: `plan:${plan?.id ?? 'new'}`,
    start: {
      name: plan?.name ?? `${year} 年度党建考核`,
      fromOn: plan?.fromOn ?? (`${year}-01-01` as Day),
      toOn: plan?.toOn ?? (`${year}-12-31` as Day),
      lists: plan?.lists ?? usualLists,
    },
    send: async (value, requestId) => {
      const { id } = await call(r.savePlan, { body: { requestId, id: plan?.id, version: plan?.version, ...value } })
      if (!plan) onMade(id)
    },
    shows,
    says: '已保存',
  })
  const turn = useWrite(
    (to: 'open' | 'closed', requestId) =>
      call(r.turnPlan, { params: { id: plan!.id }, body: { requestId, version: plan!.version, to } }),
    shows,
    { says: '已办理' },
  )
  const recount = useQuery({
    queryKey: ['assessment', 'recount', plan?.id],
    queryFn: () => call(r.recount, { params: { id: plan!.id } }),
    enabled: false,
  })
  const { lists } = form.value
  const setLists = (next: Lists) => form.set({ lists: next })
  const begun = plan !== null && plan.status !== 'draft'
  const after = (
    <>
      {plan?.status === 'draft' && (
        <ConfirmButton
          confirm="开始后各人可以看到自己的考核，起止日期不能再改。确定吗？"
          onConfirm={() => turn.mutateAsync('open')}
        >
          开始考核
        </ConfirmButton>
      )}
      {plan?.status === 'open' && (
        <ConfirmButton confirm="关闭后结果固定，不能再改。确定吗？" onConfirm={() => turn.mutateAsync('closed')}>
          关闭考核
        </ConfirmButton>
      )}
      {begun && (
        <Button loading={recount.isFetching} onClick={() => void recount.refetch()}>
          用留痕重算
        </Button>
      )}
    </>
  )
  const said = (
    <>
      <Sentence error={recount.error} />
      {recount.data && (
        <p role="status">
          {recount.data.same
            ? `用留痕重算 ${recount.data.matters} 件事项、${recount.data.people} 人，与显示的完全一致。`
            : `用留痕重算，有 ${recount.data.differences.length} 处不一致：${recount.data.differences.join('；')}`}
        </p>
      )}
    </>
  )
  if (plan?.status === 'closed')
    return (
      <div className="hs-stack">
        <p>
          {plan.name}：{plan.fromOn} 至 {plan.toOn}，已关闭，结果固定。
        </p>
        {said}
        <div className="hs-actions">{after}</div>
      </div>
    )
  return (
    <Form form={form} button={plan ? '保存方案' : '拟定方案'} other={after}>
      <div className="hs-fields">
        <TextField form={form} name="name" label="名称" max={60} />
        <DayField form={form} name="fromOn" label="从" today={me.today} disabled={begun} />
        <DayField form={form} name="toOn" label="到" today={me.today} disabled={begun} />
      </div>
      <Panel title="各岗位权重（每个岗位合计 100，全为 0 的不考核）">
        <Weights lists={lists} onChange={setLists} />
      </Panel>
      <Panel title="任务清单（由本人自报，另一人核定）">
        <ListEditor name="tasks" word="任务" lists={lists} wrong={form.wrong} onChange={setLists} />
      </Panel>
      <Panel title="职责清单">
        <ListEditor name="duties" word="职责" lists={lists} wrong={form.wrong} onChange={setLists} />
      </Panel>
      {said}
    </Form>
  )
}

/** The plans: drawn up, changed, begun, closed, counted again from the trace. */
export function Plans() {
  const { q, plan, pick } = usePlan()
  const [fresh, setFresh] = useState(false)
  if (q.isPending) return <Waiting />
  const show = (id: string) => {
    setFresh(false)
    pick(id)
  }
  return (
    <div className="hs-stack">
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.data && q.data.length > 0 && (
        <div className="hs-fields">
          <PlanSelect plans={q.data} value={fresh ? undefined : plan?.id} onChange={show} />
          {!fresh && (
            <div className="hs-actions">
              <Button onClick={() => setFresh(true)}>另拟一个方案</Button>
            </div>
          )}
        </div>
      )}
      <PlanForm key={fresh ? 'new' : plan?.id} plan={fresh ? null : (plan ?? null)} onMade={show} />
    </div>
  )
}
