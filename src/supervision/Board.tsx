import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Drawer, Input } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { count, PageHead, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Rows, useWrite } from '../kit/ui/Rows.tsx'
import { has, useMe } from '../people/me.ts'
import { states } from '../petitions/petition.ts'
import { governanceRules, type RuleCode, type TownRule } from './board.ts'
import { superviseRoutes as r } from './supervise.routes.ts'

function Settings({ rules, onClose }: { rules: TownRule[]; onClose: () => void }) {
  const [list, setList] = useState(rules.map(({ code, name, active }) => ({ code, name, active })))
  const save = useWrite(
    (_: undefined, requestId) => call(r.saveRules, { body: { requestId, rules: list } }),
    ['board'],
    {
      says: '已保存',
      done: onClose,
    },
  )
  const change = (i: number, more: Partial<TownRule>) => setList(list.map((x, k) => (k === i ? { ...x, ...more } : x)))
  const up = (i: number) => setList(list.map((x, k) => (k === i - 1 ? list[i]! : k === i ? list[i - 1]! : x)))
  return (
    <div className="hs-stack">
      {list.map((x, i) => (
        <div key={x.code} className="hs-inline">
          <Checkbox
            checked={x.active}
            aria-label={`采用${x.name}`}
            onChange={(e) => change(i, { active: e.target.checked })}
          />
          <Input
            value={x.name}
            maxLength={20}
            aria-label={`${governanceRules[x.code].name}的名称`}
            onChange={(e) => change(i, { name: e.target.value })}
          />
          <Button size="small" disabled={i === 0} onClick={() => up(i)}>
            上移
          </Button>
        </div>
      ))}
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          保存
        </Button>
      </div>
    </div>
  )
}

/** The eight systems over every open matter: where each loop is not closed, and the matters behind the number. */
export default function Board() {
  const me = useMe()
  const phone = usePhone()
  const [params] = useSearchParams()
  const [setting, setSetting] = useState(false)
  const rule = (Object.hasOwn(governanceRules, params.get('rule') ?? '') ? params.get('rule') : undefined) as
    | RuleCode
    | undefined
  const q = useQuery({ queryKey: ['board', rule], queryFn: () => call(r.board, { query: { rule } }) })
  const active = q.data?.rules.filter((x) => x.active) ?? []
  const now = active.find((x) => x.code === rule)
  return (
    <>
      <PageHead
        title="清单闭环"
        extra={has(me, 'petitionHead') && q.data && <Button onClick={() => setSetting(true)}>制度设置</Button>}
      />
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <div className="hs-stack">
          <p className="hs-muted">在办 {count(q.data.open)} 件。数字是没有闭环的件数，点开只看那一项的。</p>
          <ul className="hs-numbers">
            {active.map((x) => (
              <li key={x.code}>
                <Link to={`?rule=${x.code}`} aria-current={x.code === rule ? 'true' : undefined}>
                  {x.name}
                  <b className={x.gaps ? 'hs-late' : 'hs-done'}>{count(x.gaps)}</b>
                </Link>
                <span className="hs-muted">{governanceRules[x.code].gap}</span>
              </li>
            ))}
          </ul>
          {(rule === undefined || now) && (
            <section aria-label={now ? `${now.name}的缺口` : '没有闭环的事项'}>
              <h2>{now ? `${now.name}的缺口` : '没有闭环的事项'}</h2>
              <Rows
                label={now ? `${now.name}的缺口` : '没有闭环的事项'}
                rows={q.data.matters}
                keyOf={(m) => m.id}
                none="都已闭环。"
                columns={[
                  { title: '编号', of: (m) => <Link to={`/matter/${m.id}`}>{m.number}</Link> },
                  { title: '标题', of: (m) => m.title },
                  { title: '状态', of: (m) => states[m.state] },
                  { title: '经办', of: (m) => m.holder },
                  { title: '期限', of: (m) => m.nextDueOn ?? '' },
                  {
                    title: '缺口',
                    of: (m) =>
                      active
                        .filter((x) => m.gaps.includes(x.code))
                        .map((x) => x.name)
                        .join('、'),
                  },
                ]}
              />
            </section>
          )}
        </div>
      )}
      {setting && q.data && (
        <Drawer open title="制度设置" onClose={() => setSetting(false)} size={phone ? '100%' : 480} destroyOnHidden>
          <Settings rules={q.data.rules} onClose={() => setSetting(false)} />
        </Drawer>
      )}
    </>
  )
}
