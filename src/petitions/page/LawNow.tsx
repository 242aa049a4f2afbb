import { Button } from 'antd'
import { Panel } from '../../kit/ui/bits.tsx'
import { outcomesOpen } from '../handle/outcome.ts'
import { urgentTo } from '../handle/urgent.ts'
import { type OutcomeName, outcomes, reviewLevels, reviewOutcomes, reviewStatuses } from '../petition.ts'
import type { MatterView } from '../routes.ts'
import './law.css'
import { choicesOf, comingOf } from './lawNow.ts'
import type { MatterPanelProps } from './slots.ts'

/** Opinion, review, recheck: which rung was reached, when, and what it said (第三十二条、第三十五条、第三十六条). */
function Ladder({ view }: { view: MatterView }) {
  const opinion = view.documents.filter((d) => d.kind === 'handlingOpinion').at(-1)
  if (!opinion && view.reviews.length === 0) return null
  // A matter that was taken up again has forgotten the day; the paper's own service has not.
  const servedOn = view.services.filter((x) => x.documentId === opinion?.id).at(-1)?.servedOn ?? view.matter.servedOn
  const who = (ids: string[]) =>
    view.parties
      .filter((p) => ids.includes(p.id))
      .map((p) => p.name)
      .join('、')
  return (
    <Panel title="办理、复查、复核">
      <ol className="hs-missing">
        {opinion && (
          <li>
            <b>处理意见</b> {opinion.number}{' '}
            <span className="hs-muted">{servedOn ? `${servedOn} 送达` : '待送达'}</span>
          </li>
        )}
        {view.reviews.map((r) => (
          <li key={r.id}>
            <b>{reviewLevels[r.level]}</b> {r.organ}{' '}
            <span className="hs-muted">
              {r.askedOn} {who(r.partyIds)}提出
              {r.outcome
                ? `，${r.decidedOn} ${reviewOutcomes[r.outcome]}（${r.number}），${r.servedOn ? `${r.servedOn} 送达` : '待送达'}`
                : `，${reviewStatuses[r.status]}`}
            </span>
          </li>
        ))}
      </ol>
      {view.matter.conclusion === 'rechecked' && (
        <p className="hs-muted">
          已经复核终结：同一事实和理由再次提出的，不再受理（第三十六条）；支持的意见未执行的可以重新启动。
        </p>
      )}
    </Panel>
  )
}

/** 重大紧急情况: what was reported to whom and when, and how it went on (第二十五条). */
function Urgent({ view }: { view: MatterView }) {
  const told = view.records.filter((r) => r.kind === 'urgent')
  if (told.length === 0) return null
  const names = (to: unknown) => (to as (keyof typeof urgentTo)[]).map((t) => urgentTo[t]).join('、')
  return (
    <Panel title={`重大紧急情况${told.some((r) => r.data.over === true) ? '（已经平稳）' : ''}`}>
      <ol className="hs-missing">
        {told.map((r) => (
          <li key={r.id}>
            <b>
              {r.onDay} {String(r.data.time ?? '')} {r.data.follow === true ? '续报' : `报告${names(r.data.to)}`}
            </b>
            ：{r.body}
            {typeof r.data.measures === 'string' && <small className="hs-muted"> 措施：{r.data.measures}</small>}
            {typeof r.data.notYet === 'string' && r.data.notYet !== '' && (
              <small className="hs-muted">；暂未报告其他的原因：{r.data.notYet}</small>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

/** 三到位一处理: the four outcomes, each on its own. */
function Outcomes({ view, onStart }: { view: MatterView; onStart: (move: string) => void }) {
  if (!view.matter.acceptedOn) return null
  const open = outcomesOpen(view)
  const may = view.offers.some((o) => o.move === 'recordOutcome' && o.refusal === null)
  return (
    <Panel title="三到位一处理">
      <ul className="hs-missing">
        {(Object.keys(outcomes) as OutcomeName[]).map((name) => {
          const o = view.outcomes.find((x) => x.outcome === name)
          return (
            <li key={name} className={o && (!o.applies || o.done) ? 'hs-done' : undefined}>
              {o && (!o.applies || o.done) ? '✓' : '○'} {outcomes[name]}
              <small className="hs-muted">
                {' '}
                {!o
                  ? '尚未认定'
                  : !o.applies
                    ? '不涉及'
                    : o.done
                      ? `已到位（证据 ${o.evidenceIds.length} 份）`
                      : '尚未落实'}
                {o?.handedTo ? `，交${o.handedTo}` : ''}
              </small>
            </li>
          )
        })}
      </ul>
      {may && open.length > 0 && (
        <Button size="small" onClick={() => onStart('recordOutcome')}>
          认定一项
        </Button>
      )}
    </Panel>
  )
}

/** Execution of what was supported (第三十二条第二款). */
function Tasks({ view, onStart }: { view: MatterView; onStart: (move: string) => void }) {
  if (view.tasks.length === 0) return null
  const can = (move: string) => view.offers.some((o) => o.move === move && o.refusal === null)
  const waiting = view.tasks.some((t) => !t.doneOn)
  return (
    <Panel title="执行">
      <ul className="hs-missing">
        {view.tasks.map((t) => (
          <li key={t.id} className={t.doneOn ? 'hs-done' : undefined}>
            {t.doneOn ? '✓' : '○'} {t.body}
            <small className="hs-muted">
              {' '}
              {t.doneOn ? `${t.doneOn} 执行完毕` : t.dueOn ? `${t.dueOn} 前执行` : '尚未安排'}
              {t.unitName ? ` · ${t.unitName}` : ''}
              {t.pressed ? ` · 督促 ${t.pressed} 次` : ''}
            </small>
          </li>
        ))}
      </ul>
      {waiting && can('executed') && (
        <Button size="small" onClick={() => onStart('executed')}>
          登记执行完毕
        </Button>
      )}{' '}
      {waiting && can('pressExecution') && (
        <Button size="small" onClick={() => onStart('pressExecution')}>
          督促执行
        </Button>
      )}
    </Panel>
  )
}

/** What the law allows now, what it forbids and why, what is due next. */
export function LawNow({ view, me, start: onStart }: Pick<MatterPanelProps, 'view' | 'me' | 'start'>) {
  const coming = comingOf(view, me.today)
  const { may, mayNot } = choicesOf(view)
  const steps = may.filter((c) => c.step)
  const others = may.filter((c) => !c.step)
  return (
    <>
      <Panel title="法律现在怎么说">
        <h3>接下来到期</h3>
        {coming.length === 0 && <p className="hs-muted">没有正在计算的期限。</p>}
        <ul className="hs-missing">
          {coming.map((c) => (
            <li key={`${c.on}${c.says}`}>
              <time dateTime={c.on}>{c.on}</time> {c.says}{' '}
              <span className={c.duty && c.left < 0 ? 'hs-late' : c.duty && c.left <= 3 ? 'hs-soon' : 'hs-muted'}>
                {c.left < 0 ? (c.duty ? `超 ${-c.left} 天` : '已过') : c.left === 0 ? '今天' : `还有 ${c.left} 天`}
              </span>
              <small className="hs-muted"> {c.basis}</small>
            </li>
          ))}
        </ul>
        <h3>现在可以做</h3>
        {may.length === 0 && <p className="hs-muted">这一步不由您的岗位办理。</p>}
        <ul className="hs-missing">
          {steps.map((c) => (
            <li key={c.move}>
              <Button type="link" size="small" className="hs-law-go" onClick={() => onStart(c.move)}>
                {c.label}
              </Button>
              <small className="hs-muted">{c.article}</small>
            </li>
          ))}
        </ul>
        {others.length > 0 && (
          <details>
            <summary>其他可以做的 {others.length} 项</summary>
            <ul className="hs-missing">
              {others.map((c) => (
                <li key={c.move}>
                  <Button type="link" size="small" className="hs-law-go" onClick={() => onStart(c.move)}>
                    {c.label}
                  </Button>
                  <small className="hs-muted">{c.article}</small>
                </li>
              ))}
            </ul>
          </details>
        )}
        {mayNot.length > 0 && (
          <details>
            <summary>现在不能做的 {mayNot.length} 项，为什么</summary>
            <ul className="hs-missing">
              {mayNot.map((c) => (
                <li key={c.move}>
                  <b>{c.label}</b>：{c.refusal} <small className="hs-muted">{c.article}</small>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Panel>
      <Urgent view={view} />
      <Ladder view={view} />
      <Tasks view={view} onStart={onStart} />
      <Outcomes view={view} onStart={onStart} />
    </>
  )
}
