import { Fragment, type ReactNode, Suspense } from 'react'
import { Link } from 'react-router'
import { Panel } from '../../kit/ui/bits.tsx'
import { legalLimits, type RuleId } from '../clocks.ts'
import { linkKinds, states } from '../petition.ts'
import type { MatterView } from '../routes.ts'
import { GradeTag } from '../tags.tsx'
import { LawNow } from './LawNow.tsx'
import { rightOf } from './lawNow.ts'
import type { MatterPanel, MatterPanelProps } from './slots.ts'

const left = (n: number | null) => (n === null ? '' : n < 0 ? 'hs-late' : n <= 3 ? 'hs-soon' : '')

function Clocks({ view }: { view: MatterView }) {
  const running = view.clocks.filter((c) => c.endedOn === null)
  const past = view.clocks.filter((c) => c.endedOn !== null)
  return (
    <Panel title="期限">
      {running.length + view.matter.uncounted.length === 0 && <p className="hs-muted">没有正在计算的期限。</p>}
      {running.map((c) => (
        <details key={c.id} className="hs-clock">
          <summary>
            <span>
              {c.name}
              <small>
                {c.article}
                {c.kind === 'right' ? ` · ${rightOf(c.rule)}` : ''}
              </small>
            </span>
            <span className={left(c.kind === 'duty' ? c.daysLeft : null)}>
              <b>{c.words}</b>
              <small>{c.dueOn} · 为什么是这天</small>
            </span>
          </summary>
          <ol>
            {c.steps.map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ol>
        </details>
      ))}
      {view.matter.uncounted.map((u) => (
        <p key={`${u.rule}${u.partyId}`} className="hs-muted">
          {legalLimits[u.rule as RuleId].name}：{u.from} 起算，到哪天为止等当年的放假安排公布导入后补算
        </p>
      ))}
      {past.length > 0 && (
        <details className="hs-clock">
          <summary>
            <span className="hs-muted">已结束的期限 {past.length} 个</span>
          </summary>
          <ul>
            {past.map((c) => (
              <li key={c.id}>
                {c.name} {c.dueOn}：{c.words}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  )
}

/** Who has it now, in words also when nobody has. */
const holderOf = ({ matter: m, names }: MatterView): string =>
  names[m.holderId ?? ''] ||
  (m.state === 'closed' ? '已销号' : m.mainUnitId ? `${names[m.mainUnitId] ?? ''}待签收` : '待分派')

function Owners({ view }: { view: MatterView }) {
  const m = view.matter
  const n = (id: string | null) => (id ? (view.names[id] ?? '') : '')
  return (
    <Panel title="责任人">
      <dl className="hs-pairs">
        <dt>现在经办</dt>
        <dd>{holderOf(view)}</dd>
        <dt>主办</dt>
        <dd>{[n(m.mainHandlerId), n(m.mainUnitId)].filter(Boolean).join(' · ') || '—'}</dd>
        <dt>协办</dt>
        <dd>{m.assistUnitIds.map(n).join('、') || '—'}</dd>
        <dt>管区</dt>
        <dd>{[n(m.areaOwnerId), n(m.areaId)].filter(Boolean).join(' · ') || '—'}</dd>
        <dt>村</dt>
        <dd>{[n(m.villageOwnerId), n(m.villageId)].filter(Boolean).join(' · ') || '—'}</dd>
        <dt>包案领导</dt>
        <dd>{n(m.leadOfficialId) || '—'}</dd>
      </dl>
    </Panel>
  )
}

/** The step that supplies what is missing; the first that fits. */
const supplies: [RegExp, string][] = [
  [/联系|陈述/, 'contact'],
  [/调查/, 'investigate'],
  [/定级/, 'grade'],
  [/分类|路径/, 'classify'],
  [/交办/, 'assignHandler'],
  [/回证|送达/, 'serve'],
  [/回访/, 'followUp'],
  [/四项标准/, 'proposeClosing'],
  [/办结/, 'conclude'],
  [/./, 'submitOpinion'],
]

function Missing({ view, start }: { view: MatterView; start: (move: string) => void }) {
  if (!view.missing) return null
  return (
    <Panel title={`还差什么才能${view.missing.step}`}>
      <ul className="hs-missing">
        {view.missing.missing.map((x) => {
          const move = supplies.find(([words]) => words.test(x))?.[1]
          const open = view.offers.some((o) => o.move === move && o.refusal === null)
          return (
            <li key={x}>
              ○{' '}
              {open && move ? (
                <button type="button" className="hs-link" onClick={() => start(move)}>
                  {x}
                </button>
              ) : (
                x
              )}
            </li>
          )
        })}
        {view.missing.missing.length === 0 && <li className="hs-done">✓ 没有缺项</li>}
      </ul>
      {view.missing.done.length > 0 && <p className="hs-done">✓ {view.missing.done.join(' ✓ ')}</p>}
    </Panel>
  )
}

function Grade({ view }: { view: MatterView }) {
  const m = view.matter
  return (
    <Panel title="级别">
      <p>
        <GradeTag grade={m.grade} />{' '}
        {m.gradeReason || (m.gradeProposed === 'red' ? '拟定红色，待另一人确认' : '尚未定级')}
      </p>
      {m.reviewOn && <p className="hs-muted">{m.reviewOn} 前复核</p>}
    </Panel>
  )
}

function Links({ view }: { view: MatterView }) {
  if (view.links.length === 0) return null
  return (
    <Panel title="关联事项">
      <ul className="hs-missing">
        {view.links.map((l) => (
          <li key={l.id}>
            <Link to={`/matter/${l.petitionId}`}>{l.number}</Link> {l.title}{' '}
            <span className="hs-muted">{[states[l.state], linkKinds[l.kind], l.note].filter(Boolean).join('，')}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** On a desk the right column; on a phone one bar on top that says the nearest date, who holds it and what is missing. */
export function Governs({ view, phone, children }: { view: MatterView; phone: boolean; children: ReactNode }) {
  if (!phone) return <div className="hs-side">{children}</div>
  const next = view.clocks
    .filter((c) => c.endedOn === null && c.kind === 'duty')
    .sort((a, b) => a.dueOn.localeCompare(b.dueOn))[0]
  const holder = holderOf(view)
  const lacks = view.missing?.missing.length ?? 0
  return (
    <details className="hs-bar">
      <summary>
        <span className={left(next?.daysLeft ?? null)}>
          {next ? `${next.name} ${next.words}` : '没有正在计算的期限'}
        </span>
        <span>{holder}</span>
        {view.missing && <span className="hs-muted">{lacks ? `还差 ${lacks} 项` : '没有缺项'}</span>}
      </summary>
      <div className="hs-side">{children}</div>
    </details>
  )
}

/** What governs the matter: the page's own panels and those of other parts, in one order. */
export function Side({ others, ...props }: MatterPanelProps & { others: MatterPanel[] }) {
  const { view } = props
  const all: { key: string; order: number; node: ReactNode }[] = [
    { key: 'law', order: 15, node: <LawNow {...props} /> },
    { key: 'clocks', order: 10, node: <Clocks view={view} /> },
    { key: 'missing', order: 20, node: <Missing view={view} start={props.start} /> },
    { key: 'owners', order: 30, node: <Owners view={view} /> },
    { key: 'grade', order: 40, node: <Grade view={view} /> },
    { key: 'links', order: 50, node: <Links view={view} /> },
    ...others.map(({ key, order, Panel: Other }) => ({
      key,
      order,
      node: (
        <Suspense fallback={null}>
          <Other {...props} />
        </Suspense>
      ),
    })),
  ]
  return all.sort((a, b) => a.order - b.order).map((p) => <Fragment key={p.key}>{p.node}</Fragment>)
}

export function Others({ list, ...props }: MatterPanelProps & { list: MatterPanel[] }) {
  return list.map(({ key, Panel: Other }) => (
    <Suspense key={key} fallback={null}>
      <Other {...props} />
    </Suspense>
  ))
}
