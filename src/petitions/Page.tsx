import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Input, Select } from 'antd'
import { Fragment, type ReactNode, Suspense, useContext, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { traceKinds } from '../audit/kinds.ts'
import { options } from '../kit/choice.ts'
import { formal } from '../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, usePhone, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { useShortcuts } from '../kit/ui/shortcuts.tsx'
import { Tabs } from '../kit/ui/Tabs.tsx'
import { useMe } from '../people/me.ts'
import { Attachments } from './Attachments.tsx'
import { legalLimits, type RuleId } from './clocks.ts'
import { changesOf } from './page/changes.ts'
import { ownForms } from './page/forms.ts'
import './page/matter.css'
import { LawNow } from './page/LawNow.tsx'
import { ClosingDialog, MoveDialog } from './page/MoveDialog.tsx'
import { type MatterPanel, type MatterPanelProps, MatterPanels, panelsFor } from './page/slots.ts'
import { newestOf } from './paper/move.ts'
import { PaperDialog } from './paper/PaperDialog.tsx'
import { Papers } from './paper/Papers.tsx'
import {
  channels,
  claimResults,
  classes,
  closingTests,
  idTypes,
  partyRoles,
  ratings,
  recordKinds,
  routes,
  states,
} from './petition.ts'
import { OpinionForm } from './reply/Form.tsx'
import { OpinionText } from './reply/Opinion.tsx'
import { type MatterView, petitionRoutes } from './routes.ts'
import { GradeTag, KeyTag, RepeatTag } from './tags.tsx'

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
                {c.kind === 'right' ? ' · 当事人的权利' : ''}
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
            <span className="hs-muted">{states[l.state]}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** On a desk the right column; on a phone one bar on top that says the nearest date, who holds it and what is missing. */
function Governs({ view, phone, children }: { view: MatterView; phone: boolean; children: ReactNode }) {
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
function Side({ others, ...props }: MatterPanelProps & { others: MatterPanel[] }) {
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

function Others({ list, ...props }: MatterPanelProps & { list: MatterPanel[] }) {
  return list.map(({ key, Panel: Other }) => (
    <Suspense key={key} fallback={null}>
      <Other {...props} />
    </Suspense>
  ))
}

function Facts({
  view,
  onReveal,
  open,
}: {
  view: MatterView
  onReveal: () => void
  open: { parties: MatterView['parties']; request: string; facts: string } | null
}) {
  const m = view.matter
  const parties = open?.parties ?? view.parties
  const n = (id: string | null) => (id ? (view.names[id] ?? '') : '')
  return (
    <>
      <dl className="hs-pairs hs-pairs-two">
        <dt>编号</dt>
        <dd>{m.number}</dd>
        <dt>信访形式</dt>
        <dd>
          {channels[m.channel]}（{m.headCount} 人）
        </dd>
        <dt>收到日期</dt>
        <dd>{formal(m.receivedOn)}</dd>
        <dt>村 / 网格</dt>
        <dd>{[n(m.villageId) || n(m.areaId), n(m.gridId), m.place].filter(Boolean).join(' · ') || '—'}</dd>
        <dt>内容分类</dt>
        <dd>{view.categoryPath || '—'}</dd>
        <dt>类别和路径</dt>
        <dd>{m.class ? `${classes[m.class]}${m.route ? ` · ${routes[m.route]}` : ''}` : '待分类'}</dd>
        {m.affectedCount !== null && (
          <>
            <dt>涉及</dt>
            <dd>{m.affectedCount} 户（人）</dd>
          </>
        )}
        {m.outcomeText && (
          <>
            <dt>原台账记载</dt>
            <dd className="hs-pre">{m.outcomeText}</dd>
          </>
        )}
      </dl>
      <h2>
        信访人{' '}
        {!open && view.mayReveal && parties.length > 0 && (
          <Button size="small" onClick={onReveal}>
            查看
          </Button>
        )}
      </h2>
      {parties.length === 0 ? (
        <p className="hs-muted">匿名或未留名。</p>
      ) : (
        <ul className="hs-missing">
          {parties.map((p) => (
            <li key={p.id}>
              {p.name}
              {p.role !== 'petitioner' && `（${partyRoles[p.role]}${p.actsFor ? `，代 ${p.actsFor}` : ''}）`}
              {p.isRepresentative && '（代表）'} {p.phone} {p.address}
              {p.idLast4 && ` ${idTypes[p.idType as keyof typeof idTypes] ?? '证件'}后四位 ${p.idLast4}`}
              {p.idChecked && ' 已核对'}
            </li>
          ))}
        </ul>
      )}
      <h2>请求</h2>
      <p className="hs-pre">{open?.request ?? m.request}</p>
      {(open?.facts ?? m.facts) && (
        <>
          <h2>事实和理由</h2>
          <p className="hs-pre">{open?.facts ?? m.facts}</p>
        </>
      )}
      {view.claims.length > 1 && (
        <>
          <h2>逐项诉求</h2>
          <ol>
            {view.claims.map((c) => (
              <li key={c.id}>
                {c.body}
                {c.result && <span className="hs-muted"> —— {claimResults[c.result]}</span>}
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  )
}

/** The steps that belong to this tab and are open to this person. */
function Act({ names, view, start }: { names: string[]; view: MatterView; start: (move: string) => void }) {
  const open = view.offers.filter((o) => names.includes(o.move) && o.refusal === null)
  if (open.length === 0) return null
  return (
    <div className="hs-act">
      {open.map((o) => (
        <Button key={o.move} onClick={() => start(o.move)}>
          {o.label}
        </Button>
      ))}
    </div>
  )
}

function Records({ view, kinds, empty }: { view: MatterView; kinds: string[]; empty: string }) {
  const list = view.records.filter((r) => kinds.includes(r.kind))
  if (list.length === 0) return <Nothing>{empty}</Nothing>
  return (
    <ul className="hs-entries">
      {list.map((r) => (
        <li key={r.id}>
          <p className="hs-muted">
            {r.onDay} · {recordKinds[r.kind]} · {r.byName}
          </p>
          <p className="hs-pre">{r.body || '（没有文字）'}</p>
        </li>
      ))}
    </ul>
  )
}

function Changes({ data, names }: { data: unknown; names: Record<string, string> }) {
  const changes = changesOf(data, names)
  if (changes.length === 0) return null
  return (
    <details>
      <summary>改了什么</summary>
      <dl className="hs-pairs">
        {changes.map((c) => (
          <Fragment key={c.name}>
            <dt>{c.name}</dt>
            <dd className="hs-pre">{c.value}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  )
}

function Timeline({ id, version, names }: { id: string; version: string; names: Record<string, string> }) {
  const [kind, setKind] = useState<string[]>([])
  const q = useQuery({
    queryKey: ['timeline', id, kind, version],
    queryFn: () => call(petitionRoutes.timeline, { params: { id }, query: { kind: kind.length ? kind : undefined } }),
  })
  return (
    <>
      <Select
        mode="multiple"
        aria-label="按类型筛选"
        value={kind}
        onChange={setKind}
        options={options(traceKinds)}
        placeholder="全部类型"
        style={{ minWidth: 220 }}
      />
      <Sentence error={q.error} retry={() => q.refetch()} />
      {q.isPending && <Waiting rows={5} />}
      {q.data?.length === 0 && <Nothing>没有这一类记录。</Nothing>}
      <ol className="hs-timeline">
        {q.data?.map((t) => (
          <li key={t.id}>
            <time dateTime={t.at}>
              {new Date(t.at).toLocaleString('zh-CN', {
                timeZone: 'Asia/Shanghai',
                month: '2-digit',
                day: '2-digit',
                hour: '2-digit',
                minute: '2-digit',
                hour12: false,
              })}
            </time>
            <div>
              <b>{t.by}</b> {t.says}{' '}
              <code title={`校验值 ${t.hash}`}>
                {t.hash.slice(0, 4)}…{t.hash.slice(-4)}
              </code>
              <Changes data={t.data} names={names} />
            </div>
          </li>
        ))}
      </ol>
    </>
  )
}

/** One matter: steps across the top, the file in the middle, what governs it at the right, one primary button. */
export default function MatterPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const client = useQueryClient()
  const { modal, message } = App.useApp()
  const [move, setMove] = useState<string | null>(null)
  const [menu, setMenu] = useState(false)
  // The open tab is in the address: a link from a list or a paper opens the right one, and a reload stays there.
  const [params, setParams] = useSearchParams()
  const tab = params.get('tab') ?? 'facts'
  const setTab = (key: string) => setParams(key === 'facts' ? {} : { tab: key }, { replace: true })
  const panels = useContext(MatterPanels)
  const phone = usePhone()
  const [open, setOpen] = useState<{ parties: MatterView['parties']; request: string; facts: string } | null>(null)
  const q = useQuery({ queryKey: ['matter', id], queryFn: () => call(petitionRoutes.one, { params: { id } }) })
  const view = q.data
  useTitle(view?.matter.title ?? '事项')
  const can = (name: string) => view?.offers.some((o) => o.move === name && o.refusal === null) ?? false
  const start = (name: string) => {
    if (name === 'submitOpinion' || name === 'draftOpinion') setTab('reply')
    else setMove(name)
  }
  useShortcuts(
    [
      { key: 'r', says: '起草答复', move: 'submitOpinion' },
      { key: 'n', says: '记备注', move: 'note' },
      { key: 'a', says: '交办到人', move: 'assignHandler' },
      { key: 'c', says: '记录联系', move: 'contact' },
      { key: 't', says: '定五包任务', move: 'planDuty' },
    ]
      .map((s) => ({ key: s.key, says: s.says, run: () => can(s.move) && start(s.move) }))
      .concat([
        {
          key: 's',
          says: '能办的各步（更多）',
          run: () => {
            setMenu(true)
            return false
          },
        },
        {
          key: 'e',
          says: '上传证据',
          run: () => {
            setTab('evidence')
            return false
          },
        },
      ]),
  )
  if (q.isPending) return <Waiting />
  if (!view)
    return (
      <>
        <PageHead title="事项" />
        <Sentence error={q.error} retry={() => q.refetch()} />
      </>
    )
  const m = view.matter
  const primary = view.offers.find((o) => o.primary && o.refusal === null)
  const others = view.offers.filter((o) => o !== primary && o.move !== 'draftOpinion')
  const done = (v: MatterView) => {
    client.setQueryData(['matter', id], v)
    // Every list and count that this step may have changed.
    void client.invalidateQueries({ queryKey: ['petitions'] })
    setMove(null)
    if (tab === 'reply') setTab('facts')
    void message.success('已办理')
  }
  const reload = () => void client.invalidateQueries({ queryKey: ['matter', id] })
  const props: MatterPanelProps = { view, me, reload, start }
  const reveal = () => {
    let purpose = ''
    modal.confirm({
      title: '查看信访人信息',
      content: (
        <Input aria-label="用途" placeholder="用途，例如：电话告知受理" onChange={(e) => (purpose = e.target.value)} />
      ),
      okText: '查看（留痕）',
      cancelText: '取消',
      onOk: async () => {
        try {
          setOpen(await call(petitionRoutes.reveal, { params: { id }, body: { purpose } }))
          reload()
        } catch (e) {
          modal.error({ title: e instanceof Error ? e.message : '没有办成', okText: '知道了' })
        }
      },
    })
  }
  const count = (kind: string) => view.records.filter((r) => r.kind === kind).length
  const drafting = can('submitOpinion')
  const why = !primary
    ? view.offers.find(
        (o) =>
          o.refusal &&
          ['accept', 'assignHandler', 'submitOpinion', 'checkOpinion', 'signOpinion', 'followUp', 'close'].includes(
            o.move,
          ) &&
          !o.refusal.startsWith('事项'),
      )
    : undefined
  return (
    <div className="hs-matter">
      <header className="hs-head">
        <p className="hs-crumb">
          <Link to="/ledger">台账</Link> / {m.number}
        </p>
        <h1>{m.title}</h1>
        <GradeTag grade={m.grade} />
        <KeyTag isKey={m.isKey} />
        <RepeatTag repeat={m.repeat} />
        {m.class && <span className="hs-tag">{classes[m.class]}</span>}
        {m.confidential && <span className="hs-tag">要求保密</span>}
        <div className="hs-head-extra">
          <Button onClick={() => window.print()}>打印</Button>
          <Dropdown
            trigger={['click']}
            open={menu}
            onOpenChange={setMenu}
            autoFocus
            menu={{
              items: others
                .sort((a, b) => Number(a.refusal !== null) - Number(b.refusal !== null))
                .map((o) => ({
                  key: o.move,
                  disabled: o.refusal !== null,
                  label: (
                    <span className="hs-offer">
                      {o.label}
                      {o.refusal && <small>{o.refusal}</small>}
                    </span>
                  ),
                })),
              onClick: ({ key }) => {
                setMenu(false)
                start(key)
              },
              className: 'hs-offers',
            }}
          >
            <Button>更多 ▾</Button>
          </Dropdown>
          {primary && (
            <Button type="primary" className="hs-primary" onClick={() => start(primary.move)}>
              {primary.move === 'submitOpinion' ? '起草处理意见' : primary.label}
            </Button>
          )}
        </div>
      </header>
      {m.pending?.says && (
        <p className="hs-muted hs-why">
          等待{view.offers.find((o) => o.move === m.pending!.move)?.label ?? '决定'}：{m.pending.says}（
          {m.pending.byName}，{m.pending.on}）
        </p>
      )}
      {why && (
        <p className="hs-muted hs-why">
          {view.names[m.holderId ?? ''] ? `现由${view.names[m.holderId ?? '']}经办。` : ''}
          {why.label}：{why.refusal}
        </p>
      )}
      <Others {...props} list={panelsFor(panels, 'top', view, me)} />
      <ol className="hs-steps" aria-label="办理环节">
        {view.progress.map((p, i) => (
          <li key={p.label} className={`hs-step-${p.status}`} aria-current={p.status === 'now' ? 'step' : undefined}>
            <span className="hs-dot">{p.status === 'done' ? '✓' : i + 1}</span>
            <span>
              <b>{p.label}</b>
              <small>{[p.on?.slice(5), p.by].filter(Boolean).join(' ') || '—'}</small>
            </span>
          </li>
        ))}
      </ol>
      <div className="hs-columns-two">
        <aside className="hs-side-place" aria-label="期限和责任">
          <Governs view={view} phone={phone}>
            <Side {...props} others={panelsFor(panels, 'beside', view, me)} />
          </Governs>
        </aside>
        <div className="hs-middle">
          <section className="hs-panel hs-file" aria-label="事项材料">
            <Tabs
              label="事项材料"
              value={tab}
              onChange={setTab}
              items={[
                { key: 'facts', label: '事项', children: <Facts view={view} onReveal={reveal} open={open} /> },
                ...(drafting || view.opinion
                  ? [
                      {
                        key: 'reply',
                        label: drafting ? '起草答复' : '答复',
                        children: drafting ? (
                          <OpinionForm
                            key={view.opinion?.round ?? 0}
                            view={view}
                            superior={me.town.superiorName}
                            onDone={done}
                          />
                        ) : (
                          <OpinionText view={view} />
                        ),
                      },
                    ]
                  : []),
                {
                  key: 'evidence',
                  label: `证据 ${view.attachments.filter((a) => !a.withdrawnAt).length}`,
                  children: <Attachments view={view} mayAdd={m.state !== 'closed'} onChanged={reload} />,
                },
                {
                  key: 'contact',
                  label: `联系 ${count('contact')}`,
                  children: (
                    <>
                      <Act names={['contact', 'note']} view={view} start={start} />
                      <Records view={view} kinds={['contact', 'note']} empty="还没有联系记录。" />
                    </>
                  ),
                },
                {
                  key: 'investigation',
                  label: `调查 ${count('investigation')}`,
                  children: (
                    <>
                      <Act names={['investigate']} view={view} start={start} />
                      <Records view={view} kinds={['investigation', 'objection']} empty="还没有调查记录。" />
                    </>
                  ),
                },
                {
                  key: 'papers',
                  label: `文书 ${newestOf(view.documents).length}`,
                  children: <Papers view={view} start={start} />,
                },
                {
                  key: 'revisit',
                  label: '回访与销号',
                  children: (
                    <>
                      <Act names={['followUp', 'proposeClosing', 'close']} view={view} start={start} />
                      <Records view={view} kinds={['followUp', 'withdrawal']} empty="还没有回访。" />
                      {m.followedUpOn && (
                        <p>
                          信访人评价：信访办 {m.ratingOffice ? ratings[m.ratingOffice] : '未评价'}，承办单位{' '}
                          {m.ratingUnit ? ratings[m.ratingUnit] : '未评价'}
                        </p>
                      )}
                      {view.tests.map((t) => (
                        <p key={t.test}>
                          <b>{closingTests[t.test]}</b>：{t.answer}（证据 {t.evidenceIds.length} 份，
                          {t.confirmed === null
                            ? '待核验'
                            : t.confirmed
                              ? `${view.names[t.confirmedBy ?? ''] ?? ''}核验成立`
                              : `不成立：${t.reason}`}
                          ）
                        </p>
                      ))}
                    </>
                  ),
                },
                ...panelsFor(panels, 'tab', view, me).map((p) => ({
                  key: p.key,
                  label: (typeof p.label === 'function' ? p.label(view) : p.label) ?? '',
                  children: (
                    <Suspense fallback={<Waiting />}>
                      <p.Panel {...props} />
                    </Suspense>
                  ),
                })),
                {
                  key: 'timeline',
                  label: `全程记录 ${view.traceCount}`,
                  children: <Timeline id={id} version={`${m.version}/${view.traceCount}`} names={view.names} />,
                },
              ]}
            />
          </section>
          <Others {...props} list={panelsFor(panels, 'below', view, me)} />
        </div>
      </div>
      {move && !ownForms.includes(move as never) && (
        <MoveDialog view={view} move={move} today={me.today} onClose={() => setMove(null)} onDone={done} />
      )}
      {(move === 'reissuePaper' || move === 'keyInPaper') && (
        <PaperDialog view={view} move={move} today={me.today} onClose={() => setMove(null)} onDone={done} />
      )}
      {(move === 'proposeClosing' || move === 'close') && (
        <ClosingDialog view={view} move={move} today={me.today} onClose={() => setMove(null)} onDone={done} />
      )}
    </div>
  )
}
