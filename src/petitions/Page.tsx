import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Input } from 'antd'
import { Suspense, useContext, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { PageHead, Sentence, usePhone, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { useShortcuts } from '../kit/ui/shortcuts.tsx'
import { Tabs } from '../kit/ui/Tabs.tsx'
import { useMe } from '../people/me.ts'
import { Attachments } from './Attachments.tsx'
import { toAnswer } from './missing.ts'
import { ClosingDialog } from './page/ClosingDialog.tsx'
import { Act, Facts, type Revealed } from './page/Facts.tsx'
import { ownForms } from './page/forms.ts'
import { MoveDialog } from './page/MoveDialog.tsx'
import { offerGroups } from './page/offers.ts'
import { Governs, Others, Side } from './page/Side.tsx'
import { type MatterPanelProps, MatterPanels, panelsFor } from './page/slots.ts'
import { Records, Timeline } from './page/Timeline.tsx'
import { newestOf } from './paper/move.ts'
import { PaperDialog } from './paper/PaperDialog.tsx'
import { Papers } from './paper/Papers.tsx'
import { classes, closingTests, ratings } from './petition.ts'
import { OpinionForm } from './reply/Form.tsx'
import { OpinionText } from './reply/Opinion.tsx'
import { type MatterView, petitionRoutes } from './routes.ts'
import { GradeTag, KeyTag, RepeatTag } from './tags.tsx'
import './page/matter.css'

/** One matter: steps across the top, the file in the middle, what governs it at the right, one primary button. */
export default function MatterPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const client = useQueryClient()
  const { modal, message } = App.useApp()
  const [move, setMove] = useState<string | null>(null)
  const [given, setGiven] = useState<Record<string, unknown>>({})
  const [menu, setMenu] = useState(false)
  // The menu shows what can't be done, and why, only to who asks.
  const [reasons, setReasons] = useState(false)
  // The open tab is in the address: a link from a list or a paper opens the right one, and a reload stays there.
  const [params, setParams] = useSearchParams()
  const tab = params.get('tab') ?? 'facts'
  const setTab = (key: string) => setParams(key === 'facts' ? {} : { tab: key }, { replace: true })
  const panels = useContext(MatterPanels)
  const phone = usePhone()
  /** What the answer being written lacks; what is saved says it until then. */
  const [drafted, setDrafted] = useState<string[] | null>(null)
  const [open, setOpen] = useState<Revealed | null>(null)
  const q = useQuery({ queryKey: ['matter', id], queryFn: () => call(petitionRoutes.one, { params: { id } }) })
  const view = q.data
  useTitle(view?.matter.title ?? '事项')
  const can = (name: string) => view?.offers.some((o) => o.move === name && o.refusal === null) ?? false
  const start = (name: string, given: Record<string, unknown> = {}) => {
    setGiven(given)
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
            setReasons(false)
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
  const offered = offerGroups(view.offers.filter((o) => o !== primary && o.move !== 'draftOpinion'))
  const done = (v: MatterView) => {
    client.setQueryData(['matter', id], v)
    // Every list and count that this step may have changed.
    void client.invalidateQueries({ queryKey: ['petitions'] })
    setMove(null)
    if (tab === 'reply') setTab('facts')
    void message.success('已办理')
  }
  const reload = () => void client.invalidateQueries({ queryKey: ['matter', id] })
  const beside = drafted && view.missing?.step === '答复' ? { ...view, missing: toAnswer(drafted) } : view
  const props: MatterPanelProps = { view, me, reload, start }
  const reveal = () => {
    let purpose = ''
    const box = modal.confirm({
      title: '查看信访人信息',
      content: (
        <Input
          aria-label="用途"
          placeholder="用途，例如：电话告知受理"
          maxLength={200}
          onChange={(e) => {
            purpose = e.target.value
            box.update({ okButtonProps: { disabled: purpose.trim().length < 2 } })
          }}
        />
      ),
      okButtonProps: { disabled: true },
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
  const awaited = view.offers.find((o) => o.move === m.pending?.move)?.label ?? '决定'
  // Only these two go to one person by name; whoever holds the post decides the others.
  const decider =
    m.pending && ['decideExtension', 'decideDispute'].includes(m.pending.move) ? view.names[m.approverId ?? ''] : ''
  const count = (kind: string) => view.records.filter((r) => r.kind === kind).length
  // Words may be written while an extension waits for its answer; they are handed in after it.
  const drafting = can('submitOpinion') || can('draftOpinion')
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
            onOpenChange={(open, { source }) => {
              if (source === 'menu') return
              setMenu(open)
              setReasons(false)
            }}
            autoFocus
            menu={{
              items: [
                ...offered.may.map((g) => ({
                  key: g.name,
                  type: 'group' as const,
                  label: g.name,
                  children: g.offers.map((o) => ({ key: o.move, label: o.label })),
                })),
                ...(offered.mayNot.length ? [{ type: 'divider' as const }] : []),
                ...(offered.mayNot.length && !reasons
                  ? [
                      {
                        key: 'reasons',
                        className: 'hs-offers-why',
                        label: `现在不能办的 ${offered.mayNot.length} 项，为什么`,
                      },
                    ]
                  : []),
                ...(reasons
                  ? offered.mayNot.map((o) => ({
                      key: o.move,
                      disabled: true,
                      label: (
                        <span className="hs-offer">
                          {o.label}
                          <small>{o.refusal}</small>
                        </span>
                      ),
                    }))
                  : []),
              ],
              onClick: ({ key }) => {
                if (key === 'reasons') return setReasons(true)
                setMenu(false)
                start(key)
              },
              className: 'hs-offers',
            }}
          >
            <Button>更多 ▾</Button>
          </Dropdown>
          {primary && !(drafting && tab === 'reply') && (
            <Button type="primary" className="hs-primary" onClick={() => start(primary.move)}>
              {primary.move === 'submitOpinion' ? '起草处理意见' : primary.label}
            </Button>
          )}
        </div>
      </header>
      {m.pending?.says && (
        <p className="hs-muted hs-why">
          {m.pending.says.startsWith(awaited) ? `等待${decider}决定` : `等待${decider}${awaited}`}：{m.pending.says}（
          {m.pending.byName} {m.pending.on} 提出）
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
          <Governs view={beside} phone={phone}>
            <Side {...props} view={beside} others={panelsFor(panels, 'beside', view, me)} />
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
                            onMissing={setDrafted}
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
        <MoveDialog
          view={view}
          move={move}
          given={given}
          today={me.today}
          onClose={() => setMove(null)}
          onDone={done}
        />
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
