import { useQueryClient } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { options } from '../../kit/choice.ts'
import { Nothing, Panel, Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { Rows, useWrite } from '../../kit/ui/Rows.tsx'
import { sizeWords, Uploads } from '../../kit/ui/Uploads.tsx'
import { type Purpose, purposes } from '../binding.ts'
import { missingSignatures } from '../dispute/agreement.ts'
import {
  confirmResults,
  consents,
  origins,
  partyKinds,
  partyRoles,
  performanceStates,
  recordKinds,
  rests,
  satisfactions,
  sides,
  spokenOnly,
} from '../dispute/dispute.ts'
import { inFigures, money } from '../dispute/money.ts'
import { remindWays } from '../dispute/session.ts'
import type { DisputeViewOut } from '../dispute/view.query.ts'
import { mediationRoutes as r } from '../routes.ts'
import type { DisputeFile } from './forms.ts'

/** Names and values, those without a value left out. */
export function Facts({ items }: { items: [string, React.ReactNode][] }) {
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

const aheadHref = (id: string, a: { kind: string; about: string }) =>
  `/api/disputes/${id}/ahead.docx?kind=${a.kind}&about=${a.about}`

function Agreements({ id, file }: { id: string; file: DisputeFile }) {
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
              extra={
                <span className="hs-inline hs-wrap">
                  {file.ahead
                    .filter((x) => x.about === String(a.n) && x.kind !== 'mediationAuthority')
                    .map((x) => (
                      <a key={x.kind} href={aheadHref(id, x)}>
                        打印{x.title}去签
                      </a>
                    ))}
                </span>
              }
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

/** All of a dispute for whoever sees its file: facts, parties, agreements, records, material, messages, papers. */
export function FileView({ v, file }: { v: DisputeViewOut; file: DisputeFile }) {
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
      <Agreements id={v.id} file={file} />
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
        {file.ahead.length > 0 && (
          <p className="hs-inline hs-wrap" style={{ marginTop: 12 }}>
            先打印去签：
            {file.ahead.map((x) => (
              <a key={x.kind + x.about} href={aheadHref(v.id, x)}>
                {x.title}
              </a>
            ))}
          </p>
        )}
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
