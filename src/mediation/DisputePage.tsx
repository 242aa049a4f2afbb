import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Select } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { options } from '../kit/choice.ts'
import { Nothing, PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { Rows, useWrite } from '../kit/ui/Rows.tsx'
import { sizeWords, Uploads } from '../kit/ui/Uploads.tsx'
import { useMe } from '../people/me.ts'
import { clockWords } from '../petitions/clocks.ts'
import { type Purpose, purposes } from './binding.ts'
import { missingSignatures } from './dispute/agreement.ts'
import {
  confirmResults,
  consents,
  disputeKinds,
  origins,
  partyKinds,
  partyRoles,
  performanceStates,
  recordKinds,
  rests,
  satisfactions,
  sides,
  spokenOnly,
  states,
} from './dispute/dispute.ts'
import { inFigures, money } from './dispute/money.ts'
import { remindWays } from './dispute/session.ts'
import type { DisputeViewOut } from './dispute/view.query.ts'
import { reportLevels } from './numbers.ts'
import { mediationRoutes as r } from './routes.ts'
import { AgreementForm } from './ui/AgreementForm.tsx'
import { type DisputeFile, stepGroups } from './ui/forms.ts'
import { MoveForm } from './ui/MoveForm.tsx'
import './ui/mediation.css'

type Move = DisputeViewOut['moves'][number]

function Actions({ v, start }: { v: DisputeViewOut; start: (m: Move) => void }) {
  const can = v.moves.filter((m) => m.refusal === null)
  const next = can.find((m) => m.primary)
  const rest = can.filter((m) => m !== next)
  if (can.length === 0)
    return (
      <div className="hs-actions">
        <span className="hs-muted">您现在没有要办的。</span>
      </div>
    )
  return (
    <div className="hs-actions">
      {next && (
        <Button type="primary" onClick={() => start(next)}>
          {next.label}
        </Button>
      )}
      {rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: stepGroups.flatMap(({ name, steps }) => {
              const children = rest.filter((m) => steps.includes(m.name)).map((m) => ({ key: m.name, label: m.label }))
              return children.length ? [{ type: 'group' as const, key: name, label: name, children }] : []
            }),
            // Many while a dispute is being mediated; there is always room for this much above or below the button.
            style: { maxHeight: '45vh', overflowY: 'auto' },
            onClick: ({ key }) => start(rest.find((m) => m.name === key)!),
          }}
        >
          <Button>其他操作</Button>
        </Dropdown>
      )}
    </div>
  )
}

function Facts({ items }: { items: [string, React.ReactNode][] }) {
  return (
    <dl className="hs-facts">
      {items.map(([k, v]) =>
        v === null || v === undefined || v === '' ? null : (
          <div key={k} style={{ display: 'contents' }}>
            <dt>{k}</dt>
            <dd className="hs-text">{v}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

/** What a record holds besides its words, by the names of its form. */
const detailsOf = (x: DisputeFile['records'][number]): [string, string][] => {
  const said = (key: string) => String(x.data[key] ?? '')
  const named: [string, string][] =
    x.kind === 'session'
      ? [
          ['地点', said('place')],
          ['到场', said('came')],
          ['用时', `${said('minutes')} 分钟`],
          ['方案', said('offers')],
        ]
      : x.kind === 'investigation'
        ? [
            ['地点', said('place')],
            ['被调查人、在场人', said('whom')],
          ]
        : x.kind === 'followUp'
          ? [
              ['评价', satisfactions[said('satisfaction') as keyof typeof satisfactions] ?? ''],
              ['履行', said('performance')],
              ['隐患', said('risk')],
            ]
          : x.kind === 'remind'
            ? [['方式', remindWays[said('way') as keyof typeof remindWays] ?? '']]
            : x.kind === 'evidence'
              ? [['页数', said('pages')]]
              : []
  return named.filter(([, v]) => v !== '')
}

function Agreements({ file }: { file: DisputeFile }) {
  const name = (id: string) => file.parties.find((p) => p.id === id)?.name ?? ''
  return (
    <>
      {file.agreements
        .filter((a) => a.status !== 'void')
        .map((a) => {
          const oral = a.status === 'effective' && spokenOnly(a)
          const missing = a.status === 'draft' || (oral && a.signatures.length > 0) ? missingSignatures(file, a) : []
          return (
            <Panel
              key={a.id}
              title={`${a.form === 'oral' ? '口头' : '书面'}协议${a.whole ? '' : '（部分）'}${a.status === 'replaced' ? '（已由后来的协议代替）' : ''}`}
              label="协议"
            >
              <ol className="hs-clauses">
                {a.clauses.map((c, i) => (
                  <li key={i}>{c.text}</li>
                ))}
              </ol>
              <Facts
                items={[
                  ['合计', a.amountFen ? money(a.amountFen) : ''],
                  ['已签', a.signatures.map((s) => `${s.name} ${s.how} ${s.on}`).join('；')],
                  ['还差', missing.join('、')],
                  ['生效', a.effectiveOn],
                  ['补签书面', a.writtenOn],
                  [
                    '共同申请确认',
                    a.status === 'effective' && a.confirmBy && !a.confirm
                      ? `${a.confirmBy} 前${oral ? '；口头协议须先补签书面' : ''}`
                      : '',
                  ],
                  [
                    '司法确认',
                    a.confirm
                      ? [
                          `${a.confirm.appliedOn} 向${a.confirm.court}申请`,
                          a.confirm.acceptedOn && `${a.confirm.acceptedOn} 受理`,
                          a.confirm.dueOn && !a.confirm.result && `${a.confirm.dueOn} 前审查`,
                          a.confirm.result &&
                            `${a.confirm.resultOn} ${confirmResults[a.confirm.result]} ${a.confirm.ruling}`,
                        ]
                          .filter(Boolean)
                          .join('，')
                      : '',
                  ],
                ]}
              />
              <Rows
                label="履行"
                rows={file.performances.filter((p) => p.agreementId === a.id)}
                keyOf={(p) => p.id}
                none="不需要另行履行。"
                columns={[
                  { title: '履行', of: (p) => p.what },
                  { title: '由谁向谁', of: (p) => `${name(p.payerId)} → ${name(p.payeeId)}` },
                  { title: '方式', of: (p) => p.way },
                  { title: '期限', of: (p) => p.dueOn },
                  { title: '金额（元）', num: true, of: (p) => (p.amountFen === null ? '' : inFigures(p.amountFen)) },
                  { title: '已履行（元）', num: true, of: (p) => (p.amountFen === null ? '' : inFigures(p.paidFen)) },
                  { title: '状态', of: (p) => performanceStates[p.status] },
                ]}
              />
            </Panel>
          )
        })}
    </>
  )
}

function File({ v, file }: { v: DisputeViewOut; file: DisputeFile }) {
  return (
    <>
      <Panel title="纠纷" label="纠纷">
        <Facts
          items={[
            ['来源', `${origins[file.origin]}${file.originNote ? `：${file.originNote}` : ''}`],
            ['经过', file.facts],
            ['涉及金额', file.claimsFen ? `${inFigures(file.claimsFen)} 元` : ''],
            ['协助人', file.helpers.map((h) => `${h.name}（${h.as}）`).join('、')],
            [
              '联合调解',
              file.joint
                ? [
                    ...file.joint.units,
                    file.joint.lawyer && `律师${file.joint.lawyer}`,
                    file.joint.judge && `法官${file.joint.judge}`,
                  ]
                    .filter(Boolean)
                    .join('、')
                : '',
            ],
            ['其余争议', file.rest ? rests[file.rest] : ''],
            ['结束原因', file.endReason],
            ['无争议事实', file.agreedFacts],
            [
              '回访',
              [
                file.followedOn && `${file.followedOn} ${file.satisfaction ? satisfactions[file.satisfaction] : ''}`,
                file.followUpOn && `${file.followUpOn} 前${file.followedOn ? '再次' : ''}回访`,
              ]
                .filter(Boolean)
                .join('；'),
            ],
            [
              '信访事项',
              file.petitions.length
                ? file.petitions.map((p) => (
                    <Link key={p.id} to={`/matter/${p.id}`}>
                      {p.number}{' '}
                    </Link>
                  ))
                : '',
            ],
            ['再起纠纷', file.relapseOf ? <Link to={`/mediation/disputes/${file.relapseOf}`}>此前的纠纷</Link> : ''],
          ]}
        />
      </Panel>
      <Panel title="当事人">
        <Rows
          label="当事人"
          rows={file.parties}
          keyOf={(p) => p.id}
          none=""
          columns={[
            { title: '一方', of: (p) => sides[p.side] },
            { title: '姓名、名称', of: (p) => (p.role === 'party' ? p.name : `${p.name}（${partyRoles[p.role]}）`) },
            {
              title: '情况',
              of: (p) =>
                [
                  partyKinds[p.kind],
                  p.sex,
                  p.ethnicity,
                  p.age === null ? '' : `${p.age}岁`,
                  p.occupation,
                  p.idLast4 && `${p.idType || '证件'}尾号${p.idLast4}`,
                ]
                  .filter(Boolean)
                  .join('，'),
            },
            { title: '电话', of: (p) => p.phone },
            { title: '住址', of: (p) => p.address },
            { title: '要求', of: (p) => p.claim },
            { title: '短信', of: (p) => (p.messagesOn ? '同意' : '') },
            {
              title: '意愿',
              of: (p) =>
                p.role === 'party' ? `${consents[p.consent]}${p.consentWords ? `：${p.consentWords}` : ''}` : '',
            },
          ]}
        />
      </Panel>
      <Agreements file={file} />
      <Panel title="记录" label="记录">
        {file.records.length === 0 ? (
          <Nothing>还没有记录。</Nothing>
        ) : (
          <ol className="hs-records">
            {file.records.toReversed().map((x) => (
              <li key={x.id}>
                <b>
                  {x.onDay} {recordKinds[x.kind]}
                  {x.privateTo && <span className="hs-tag">只有我可见</span>}
                </b>
                <p className="hs-text">{x.body}</p>
                {detailsOf(x).map(([k, said]) => (
                  <p key={k} className="hs-text">
                    <span className="hs-muted">{k}：</span>
                    {said}
                  </p>
                ))}
                <small className="hs-muted">{x.byName}</small>
              </li>
            ))}
          </ol>
        )}
      </Panel>
      <Files v={v} file={file} />
      {file.messages.length > 0 && (
        <Panel title="短信">
          <Rows
            label="短信"
            rows={file.messages}
            keyOf={(m) => m.id}
            none=""
            columns={[
              { title: '发给', of: (m) => file.parties.find((p) => p.id === m.partyId)?.name ?? '' },
              { title: '内容', of: (m) => m.body },
              { title: '交发', of: (m) => m.onDay },
              {
                title: '是否发出',
                of: (m) =>
                  m.sent ? (
                    `${m.sent} 已发出`
                  ) : m.failed ? (
                    <span className="hs-late">没有发出：{m.failed}。请打印通知单送达或者电话通知</span>
                  ) : (
                    '等待发出'
                  ),
              },
            ]}
          />
        </Panel>
      )}
      <Panel
        title="文书"
        extra={
          file.papers.length > 0 && (
            <span className="hs-inline">
              <Link to={`/mediation/disputes/${v.id}/dossier`}>整卷</Link>
              <a href={`/api/disputes/${v.id}/dossier.docx`}>整卷 Word</a>
            </span>
          )
        }
      >
        <Rows
          label="文书"
          rows={file.papers}
          keyOf={(p) => p.id}
          none="受理以后，文书随每一步自动出具。"
          columns={[
            { title: '文书', of: (p) => <Link to={`/mediation/disputes/${v.id}/papers/${p.id}`}>{p.title}</Link> },
            { title: '版次', of: (p) => p.version },
            { title: '日期', of: (p) => p.issuedOn },
            { title: 'Word', of: (p) => <a href={`/api/disputes/${v.id}/papers/${p.id}/docx`}>下载</a> },
          ]}
        />
      </Panel>
    </>
  )
}

/** Evidence and other papers as files: whoever sees the dispute's file adds and opens them, and says where each is bound. */
function Files({ v, file }: { v: DisputeViewOut; file: DisputeFile }) {
  const client = useQueryClient()
  const [serves, setServes] = useState<Purpose>('evidence')
  const open = v.state !== 'closed'
  const refile = useWrite(
    (x: { id: string; serves: Purpose }, requestId) =>
      call(r.refileFile, { params: { id: v.id, fileId: x.id }, body: { requestId, serves: x.serves } }),
    ['dispute'],
    { says: '已改' },
  )
  return (
    <Panel title="材料" label="材料">
      {open && (
        <Field label="接下来上传的是" hint="图片和 PDF 按用途订进整卷">
          <Select value={serves} options={options(purposes)} onChange={setServes} style={{ width: 200 }} />
        </Field>
      )}
      <Uploads
        to={`/api/disputes/${v.id}/files`}
        with={{ serves }}
        mayAdd={open}
        onDone={() => void client.invalidateQueries({ queryKey: ['dispute', v.id] })}
      >
        {(busy) =>
          file.files.length === 0 ? (
            !busy && <Nothing>还没有材料。</Nothing>
          ) : (
            <ul className="hs-files">
              {file.files.map((f) => (
                <li key={f.id}>
                  <div>
                    <a href={`/api/disputes/${v.id}/files/${f.id}`}>{f.name}</a>
                    <p className="hs-muted">
                      {f.kind}
                      {f.pages ? ` ${f.pages} 页` : ''} · {sizeWords(f.size)} · {f.byName} {f.onDay} · 存证{' '}
                      {f.sha256.slice(0, 4)}…{f.sha256.slice(-4)}
                      {f.pages === 0 && ' · 不能打印，卷内附一页说明'}
                    </p>
                  </div>
                  {open ? (
                    <Select
                      aria-label={`${f.name}的用途`}
                      size="small"
                      value={f.serves as Purpose}
                      options={options(purposes)}
                      onChange={(x: Purpose) => refile.mutate({ id: f.id, serves: x })}
                      style={{ width: 130, flex: 'none' }}
                    />
                  ) : (
                    <span className="hs-tag">{purposes[f.serves as Purpose]}</span>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Uploads>
      <Sentence error={refile.error} />
    </Panel>
  )
}

/** One dispute; whoever does not handle it sees where it stands and nobody's words. */
export default function DisputePage() {
  const { id = '' } = useParams()
  const me = useMe()
  const phone = usePhone()
  const [move, setMove] = useState<Move | null>(null)
  const q = useQuery({ queryKey: ['dispute', id], queryFn: () => call(r.dispute, { params: { id } }) })
  const v = q.data
  if (!v)
    return (
      <>
        <PageHead title="纠纷" />
        <Sentence error={q.error} retry={() => void q.refetch()} />
        {!q.error && <Waiting />}
      </>
    )
  const file = v.file
  const blank = {
    rest: null,
    parties: [],
    candidates: [],
    below: [],
    performances: [],
    agreements: [],
    mediatorIds: [],
  } as unknown as DisputeFile
  const given = { id: v.id, version: v.version, file: file ?? blank }
  return (
    <>
      <PageHead title={file?.title ?? `${disputeKinds[v.kind]}纠纷`}>
        <span className="hs-tag">{states[v.state]}</span>
        {v.rest === 'open' && <span className="hs-tag">部分已达成</span>}
        {file?.records.some((x) => x.kind === 'danger') && <span className="hs-tag hs-red">报告过危险</span>}
      </PageHead>
      <div className={phone ? 'hs-dispute hs-one' : 'hs-dispute'}>
        <div>
          <Panel label="进展">
            <Facts
              items={[
                ['卷宗号', v.number],
                ['登记号', v.code],
                ['类型', disputeKinds[v.kind]],
                ['当事人', v.partyNames.join('、')],
                ['由谁调解', `${v.station}（${reportLevels[v.level]}）`],
                ['调解员', v.mediators],
                ['登记', `${v.registeredOn} ${v.registeredName}`],
                ['受理', v.acceptedOn],
                [
                  '调解期限',
                  v.dueOn && (!v.effectiveOn || v.rest === 'open') && !v.endedOn
                    ? `${v.dueOn}（${clockWords(v.dueOn, me.today)}）`
                    : '',
                ],
                ['约定调解', v.nextOn],
                ['协议生效', v.effectiveOn],
                ['履行完毕', v.performedOn],
                ['结束', v.endedOn],
                ['移交', v.path.map((p) => `${p.on} 自${p.name}移出`).join('；')],
              ]}
            />
            <Actions v={v} start={setMove} />
          </Panel>
          {!file && (
            <p className="hs-note">
              您看得到这件纠纷办到哪一步。当事人说的话只给承办的调解员和本站主任看（人民调解法第十五条）。
            </p>
          )}
        </div>
        {file && (
          <div>
            <File v={v} file={file} />
          </div>
        )}
      </div>
      {move &&
        (move.name === 'draftAgreement' ? (
          <AgreementForm dispute={given} onClose={() => setMove(null)} />
        ) : (
          <MoveForm key={move.name} dispute={given} move={move} onClose={() => setMove(null)} />
        ))}
    </>
  )
}
