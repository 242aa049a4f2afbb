import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Select, TreeSelect } from 'antd'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { options } from '../../kit/choice.ts'
import { PageHead, Panel, Sentence, usePhone, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { Rows } from '../../kit/ui/Rows.tsx'
import { has, useMe } from '../../people/me.ts'
import { petitionRoutes } from '../../petitions/routes.ts'
import { GradeTag } from '../../petitions/tags.tsx'
import { dutyRoutes } from '../routes.ts'
import '../ui/duty.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { Check } from './Check.tsx'
import type { StrongerRow } from './routes.ts'
import { byContent, conditions, ownerLevels, ruleSays, type StrongerRule, toldPosts } from './stronger.ts'

interface Node {
  value: string
  title: string
  children: Node[]
}

/** Categories of content, several; a category covers what lies under it. */
function Categories({
  value,
  onChange,
  ...rest
}: {
  value: string[]
  onChange: (codes: string[]) => void
  id?: string
}) {
  const list =
    useQuery({
      queryKey: ['categories'],
      queryFn: () => call(petitionRoutes.categories),
      staleTime: Number.POSITIVE_INFINITY,
    }).data ?? []
  const tree = useMemo(() => {
    const nodes = (parent: string | null): Node[] =>
      list
        .filter((c) => c.parent === parent)
        .map((c) => ({ value: c.code, title: c.name, children: c.code.length < 6 ? nodes(c.code) : [] }))
    return nodes(null)
  }, [list])
  return (
    <TreeSelect
      {...rest}
      multiple
      value={value}
      onChange={onChange}
      treeData={tree}
      showSearch={{ treeNodeFilterProp: 'title' }}
      placeholder="不按内容分类"
      style={{ width: '100%' }}
    />
  )
}

function Rules({ rules, version, onClose }: { rules: StrongerRule[]; version: number; onClose: () => void }) {
  const [list, setList] = useState(rules)
  const { send, busy, error } = useSend([['stronger'], ['board']])
  const change = (code: string, more: Partial<StrongerRule>) =>
    setList(list.map((r) => (r.code === code ? { ...r, ...more } : r)))
  return (
    <div className="hs-stack">
      <p className="hs-muted">规则只看事项和办理经过，不看信访人是谁、来过几次。改动留痕，下一次提醒扫描起按新规则。</p>
      {list.map((r) => (
        <fieldset key={r.code} className="hs-rule">
          <legend>
            <Checkbox checked={r.active} onChange={(e) => change(r.code, { active: e.target.checked })}>
              {conditions[r.code]}
            </Checkbox>
          </legend>
          {r.active && (
            <>
              <div className="hs-fields">
                <Field label="由谁包案">
                  <Select
                    value={r.owner}
                    options={options(ownerLevels)}
                    onChange={(owner) => change(r.code, { owner })}
                    style={{ width: '100%' }}
                  />
                </Field>
                <Field label="几天检查一次">
                  <NumberInput
                    value={r.everyDays}
                    min={1}
                    max={60}
                    onChange={(n) => change(r.code, { everyDays: n ?? r.everyDays })}
                    style={{ width: '100%' }}
                  />
                </Field>
              </div>
              <Field label="告知谁">
                <Select
                  mode="multiple"
                  value={r.tell}
                  options={options(toldPosts)}
                  onChange={(tell) => change(r.code, { tell })}
                  style={{ width: '100%' }}
                />
              </Field>
              {byContent.includes(r.code) && (
                <Field label="属于这些内容分类的也算">
                  <Categories value={r.categories} onChange={(categories) => change(r.code, { categories })} />
                </Field>
              )}
            </>
          )}
        </fieldset>
      ))}
      <Sentence error={error} />
      <div className="hs-actions">
        <Button
          type="primary"
          loading={busy !== ''}
          onClick={async () => {
            const done = await send(
              'rules',
              (requestId) => call(dutyRoutes.saveStrongerRules, { body: { requestId, version, rules: list } }),
              '已改定',
            )
            if (done) onClose()
          }}
        >
          保存
        </Button>
      </div>
    </div>
  )
}

/** 加强责任: the matters whose attributes ask for more of those who answer for them, and the rules that say so. */
export default function Stronger() {
  const me = useMe()
  const phone = usePhone()
  const q = useQuery({ queryKey: ['stronger', 'list'], queryFn: () => call(dutyRoutes.stronger) })
  const rules = useQuery({ queryKey: ['stronger', 'rules'], queryFn: () => call(dutyRoutes.strongerRules) })
  const [lacking, setLacking] = useState(false)
  const [editing, setEditing] = useState(false)
  const [checking, setChecking] = useState<StrongerRow | null>(null)
  const all = q.data ?? []
  const lacks = (r: StrongerRow) => !r.satisfied || r.checkDue < me.today
  const rows = lacking ? all.filter(lacks) : all
  const edits = has(me, 'petitionHead', 'townLeader')
  const checks = has(me, 'petitionHead', 'townLeader', 'leadOfficial')
  return (
    <>
      <PageHead
        title="加强责任"
        extra={
          edits &&
          rules.data && (
            <Button aria-haspopup="dialog" onClick={() => setEditing(true)}>
              改定规则
            </Button>
          )
        }
      />
      <Sentence error={q.error ?? rules.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Panel
          title={`在办 ${all.length} 件，要求没有到位 ${all.filter(lacks).length} 件`}
          label="加强责任"
          extra={
            <Checkbox checked={lacking} onChange={(e) => setLacking(e.target.checked)}>
              只看没有到位的
            </Checkbox>
          }
        >
          <Rows
            label="加强责任的事项"
            rows={rows}
            keyOf={(r) => r.id}
            none={lacking ? '要求都已到位。' : '在办事项里没有触发加强责任规则的。'}
            columns={[
              { title: '级别', of: (r) => <GradeTag grade={r.grade} /> },
              {
                title: '事项',
                of: (r) => (
                  <>
                    {r.opens ? <Link to={`/matter/${r.id}`}>{r.title}</Link> : r.title}{' '}
                    <span className="hs-muted hs-unbroken">{r.number}</span>
                  </>
                ),
              },
              { title: '触发的规则', of: (r) => r.fired.map((c) => conditions[c]).join('；') },
              {
                title: '包案',
                of: (r) => (
                  <span className={r.satisfied ? undefined : 'hs-late'}>
                    {r.lead || '缺'}
                    {!r.satisfied && `（应由${ownerLevels[r.needed]}）`}
                  </span>
                ),
              },
              {
                title: '下次检查',
                of: (r) => (
                  <span className={r.checkDue < me.today ? 'hs-late' : undefined}>
                    {r.checkDue}（每 {r.everyDays} 天）
                  </span>
                ),
              },
              ...(checks
                ? [
                    {
                      title: '办理',
                      of: (r: StrongerRow) =>
                        r.checks && (
                          <Button size="small" aria-label={`记录检查 ${r.number}`} onClick={() => setChecking(r)}>
                            记录检查
                          </Button>
                        ),
                    },
                  ]
                : []),
            ]}
          />
        </Panel>
      )}
      {rules.data && (
        <Panel title="规则" label="规则">
          <ul className="hs-plain">
            {rules.data.rules.map((r) => (
              <li key={r.code} className={r.active ? undefined : 'hs-muted'}>
                {r.active ? ruleSays(r) : `${conditions[r.code]}：不采用`}
                {r.active && <span className="hs-muted">，告知{r.tell.map((t) => toldPosts[t]).join('、')}</span>}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {editing && rules.data && (
        <Drawer
          open
          title="改定加强责任的规则"
          onClose={() => setEditing(false)}
          size={phone ? '100%' : 560}
          destroyOnHidden
        >
          <Rules {...rules.data} onClose={() => setEditing(false)} />
        </Drawer>
      )}
      {checking && <Check petitionId={checking.id} number={checking.number} onClose={() => setChecking(null)} />}
    </>
  )
}
