import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { options } from '../kit/choice.ts'
import { PageHead, Panel, Sentence, ShutPage, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call, download, Failure } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { Rows, Sections, useWrite } from '../kit/ui/Rows.tsx'
import { Scroll } from '../kit/ui/Scroll.tsx'
import { has, useMe } from '../people/me.ts'
import { StaffPicker } from '../people/pickers.tsx'
import { type Grade, grades, states } from '../petitions/petition.ts'
import { GradeTag } from '../petitions/tags.tsx'
import { type CampaignView, type FindingRow, campaignRoutes as r } from './campaign.routes.ts'
import { type Column, type Counts, campaignStates, columns, findingKinds } from './campaign.ts'
import { chaseSays } from './cover.ts'
import { Printed } from './Printed.tsx'
import './ground.css'

const keys = Object.keys(columns) as Column[]
const shows = ['screening', 'screenings', 'screening-tasks', 'screening-findings']

function Cells({ c }: { c: Counts }) {
  return keys.map((k) => (
    <td key={k} className={`hs-num${(k === 'blank' || k === 'unnamed') && c[k] > 0 ? ' hs-late' : ''}`}>
      {c[k]}
    </td>
  ))
}

/** The table as it will be printed: a line a village, its sum a line an area, their sum the town. */
function Closing({ v, onCover }: { v: CampaignView; onCover: (what: Cover) => void }) {
  const whole = v.table.areas.length
  // Nobody is named for a routine period; that is no vacancy.
  const noLeader = v.routine ? '没有另定领导' : '领导空缺'
  return (
    <Scroll label="进度和结清表">
      <table className="hs-table hs-ground-table">
        <caption className="hs-hidden">{v.title}：按管区和村的报告和发现</caption>
        <thead>
          <tr>
            <th scope="col">管区和村</th>
            <th scope="col">包保人</th>
            {keys.map((k) => (
              <th key={k} scope="col" className="hs-num">
                {columns[k]}
              </th>
            ))}
          </tr>
        </thead>
        {v.table.areas.map((a) => (
          <tbody key={a.areaId}>
            {a.villages.map((x) => {
              const own = x.places.find((p) => p.gridId === null)
              return (
                <tr key={x.villageId}>
                  <th scope="row">
                    {own && v.may.settle ? <Link to={`/screening/${v.id}/${own.placeId}`}>{x.name}</Link> : x.name}
                  </th>
                  <td>
                    {v.may.run ? (
                      <button
                        type="button"
                        className="hs-open"
                        aria-label={`改定${x.name}的包村人员`}
                        onClick={() => onCover({ villageId: x.villageId, name: x.name })}
                      >
                        {own?.cadre || '空缺'}
                      </button>
                    ) : (
                      own?.cadre || '空缺'
                    )}
                  </td>
                  <Cells c={x.counts} />
                </tr>
              )
            })}
            <tr className="hs-ground-sum">
              <th scope="row">{a.name} 小计</th>
              <td>
                {v.may.run ? (
                  <button
                    type="button"
                    className="hs-open"
                    aria-label={`改定${a.name}的包管区领导`}
                    onClick={() => onCover({ areaId: a.areaId, name: a.name })}
                  >
                    {a.leader || noLeader}
                  </button>
                ) : (
                  a.leader || noLeader
                )}
                ，{a.secretary || '书记空缺'}
              </td>
              <Cells c={a.counts} />
            </tr>
          </tbody>
        ))}
        <tfoot>
          <tr>
            <th scope="row">合计（{whole} 个管区）</th>
            <td />
            <Cells c={v.table.total} />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  )
}

/** Blanks by name, so that whoever chases knows whom to call. */
function Blanks({ v }: { v: CampaignView }) {
  const rows = v.table.areas.flatMap((a) =>
    a.villages.flatMap((x) =>
      x.places
        .filter((p) => p.standing === 'blank')
        .map((p) => ({ ...p, area: a.name, village: x.name, secretary: a.secretary })),
    ),
  )
  return (
    <Rows
      label="未报的村和网格"
      rows={rows}
      keyOf={(p) => p.placeId}
      none="每一处都报告了。"
      columns={[
        { title: '管区', of: (p) => p.area },
        {
          title: '村和网格',
          of: (p) => {
            const name = p.gridId ? `${p.village} ${p.name}` : p.village
            return v.may.settle ? <Link to={`/screening/${v.id}/${p.placeId}`}>{name}</Link> : name
          },
        },
        { title: '包保人', of: (p) => p.cadre || <span className="hs-late">空缺</span> },
        { title: '管区书记', of: (p) => p.secretary || <span className="hs-late">空缺</span> },
        {
          title: '现在催谁',
          of: (p) => {
            const to = v.asked[p.placeId]
            return (
              to && (
                <>
                  {to.name || <span className="hs-late">没有人在岗</span>}
                  {to.why && <div className="hs-muted">{to.why}</div>}
                </>
              )
            )
          },
        },
      ]}
    />
  )
}

function Settle({ v, row, onClose }: { v: CampaignView; row: FindingRow; onClose: () => void }) {
  const me = useMe()
  const [f, setF] = useState({
    grade: (row.grade ?? row.gradeProposed ?? 'blue') as Grade,
    gradeReason: '',
    leaderId: has(me, 'petitionHead') ? row.leaderId : null,
    secretaryId: row.secretaryId,
    cadreId: row.cadreId,
  })
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.settle, {
        params: { id: v.id },
        body: { requestId, petitionId: row.petitionId!, version: row.version!, ...f },
      }),
    shows,
    { says: '已定级并落实到人', done: onClose },
  )
  const wrong = save.error instanceof Failure ? save.error.fields : {}
  return (
    <>
      <p className="hs-text">
        {row.number} {row.title}
      </p>
      <Field label="级别" hint="红色须由另一人在事项页面确认" wrong={wrong.grade}>
        <Select
          value={f.grade}
          onChange={(grade) => setF({ ...f, grade })}
          options={options(grades)}
          style={{ width: '100%' }}
        />
      </Field>
      <Field label="定级理由" wrong={wrong.gradeReason}>
        <Input.TextArea
          value={f.gradeReason}
          maxLength={300}
          onChange={(e) => setF({ ...f, gradeReason: e.target.value })}
        />
      </Field>
      {has(me, 'petitionHead') && (
        <Field label="包案领导" wrong={wrong.leaderId}>
          <StaffPicker
            value={f.leaderId}
            roles={['leadOfficial', 'townLeader']}
            onChange={(leaderId) => setF({ ...f, leaderId })}
          />
        </Field>
      )}
      <Field label="管区责任人" wrong={wrong.secretaryId}>
        <StaffPicker value={f.secretaryId} onChange={(secretaryId) => setF({ ...f, secretaryId })} />
      </Field>
      <Field label="村责任人" wrong={wrong.cadreId}>
        <StaffPicker value={f.cadreId} onChange={(cadreId) => setF({ ...f, cadreId })} />
      </Field>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          定级并落实到人
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** Still to be graded or given to somebody by name: due on the day it was found. */
const unsettled = (f: FindingRow) =>
  f.petitionId !== null && !f.retractReason && (!f.names || (!f.grade && !f.gradeProposed))

function Findings({ v }: { v: CampaignView }) {
  const me = useMe()
  const phone = usePhone()
  const [open, setOpen] = useState<FindingRow | null>(null)
  const q = useQuery({
    queryKey: ['screening-findings', v.id],
    queryFn: () => call(r.findings, { params: { id: v.id } }),
  })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Rows
          label="排查发现"
          rows={[...q.data.filter(unsettled), ...q.data.filter((f) => !unsettled(f))]}
          keyOf={(f) => f.id}
          none="还没有发现；您只看到自己看得见的事项。"
          columns={[
            {
              title: '事项',
              of: (f) => (
                <>
                  {f.petitionId && (
                    <div>
                      <Link to={`/matter/${f.petitionId}`}>{f.number}</Link>
                    </div>
                  )}
                  <div>{f.title}</div>
                  {f.answer && <div className="hs-muted">答：{f.answer}</div>}
                  {f.retractReason && <div className="hs-muted">已撤回：{f.retractReason}</div>}
                </>
              ),
            },
            { title: '类别', of: (f) => findingKinds[f.kind] },
            { title: '村和网格', of: (f) => `${f.village} ${f.grid}` },
            { title: '级别', of: (f) => (f.petitionId ? <GradeTag grade={f.grade} /> : '') },
            { title: '状态', of: (f) => (f.state ? states[f.state] : '') },
            {
              title: '责任人',
              of: (f) => (f.petitionId ? f.names || <span className="hs-late">未落实</span> : ''),
            },
            {
              title: '发现',
              of: (f) => (
                <>
                  {f.foundOn} {f.byName}
                  {unsettled(f) && f.foundOn < me.today && <div className="hs-late">当天没有定级落实</div>}
                </>
              ),
            },
            {
              title: '办理',
              of: (f) =>
                v.may.settle && unsettled(f) ? (
                  <Button size="small" onClick={() => setOpen(f)}>
                    定级落实
                  </Button>
                ) : (
                  ''
                ),
            },
          ]}
        />
      )}
      {open && (
        <Drawer open title="定级落实" onClose={() => setOpen(null)} size={phone ? '100%' : 520} destroyOnHidden>
          <Settle v={v} row={open} onClose={() => setOpen(null)} />
        </Drawer>
      )}
    </>
  )
}

/** Against the ledger, and beside the last campaign; the same numbers as the table. */
function Check({ v }: { v: CampaignView }) {
  const t = v.table.total
  const c = v.reconciled
  const list = (label: string, matters: { id: string; number: string }[]) =>
    matters.length > 0 && (
      <p>
        {label}：
        {matters.map((m, i) => (
          <span key={m.id}>
            {i > 0 && '、'}
            <Link to={`/matter/${m.id}`}>{m.number}</Link>
          </span>
        ))}
      </p>
    )
  return (
    <>
      {c && (
        <Panel title="与台账核对">
          <ul className="hs-ground-sums">
            <li>
              台账上本期排查 {c.ledger} 件 ＝ 本次新登记 {c.both} ＋ 报后撤回仍在册 {c.retracted} ＋ 不是本次报的{' '}
              {c.ledgerOnly}
            </li>
            <li>
              {v.state === 'closed' ? '现在的新登记' : '本次新登记'} {c.both + c.outside} 件 ＝ 在台账本期排查里{' '}
              {c.both} ＋ 登记后改了形式或日期的 {c.outside}
            </li>
          </ul>
          {list('不是本次报的', c.ledgerOnlyMatters)}
          {list('改了形式或日期的', c.outsideMatters)}
        </Panel>
      )}
      <Panel title="与上次比较">
        {v.before ? (
          <Scroll label="与上次比较">
            <table className="hs-table">
              <thead>
                <tr>
                  <th scope="col">项目</th>
                  <th scope="col" className="hs-num">
                    本次
                  </th>
                  <th scope="col" className="hs-num">
                    {v.before.title}
                  </th>
                </tr>
              </thead>
              <tbody>
                {keys.map((k) => (
                  <tr key={k}>
                    <th scope="row">{columns[k]}</th>
                    <td className="hs-num">{t[k]}</td>
                    <td className="hs-num">{v.before!.total[k]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        ) : (
          <p className="hs-muted">此前没有结束过的排查。</p>
        )}
      </Panel>
    </>
  )
}

interface Cover {
  areaId?: string
  villageId?: string
  name: string
}
function ChangeCover({ id, what, onClose }: { id: string; what: Cover; onClose: () => void }) {
  const [staffId, setStaffId] = useState<string | null>(null)
  const { name, ...where } = what
  const save = useWrite(
    (_: undefined, requestId) => call(r.cover, { params: { id }, body: { requestId, ...where, staffId } }),
    shows,
    { says: '已改定', done: onClose },
  )
  return (
    <Modal
      open
      title={`${name}：${what.areaId ? '包管区领导' : '包村人员'}`}
      okText="改定"
      cancelText="返回"
      okButtonProps={{ disabled: staffId === null }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate(undefined)}
      onCancel={onClose}
    >
      <Field label="改为">
        <StaffPicker
          value={staffId}
          onChange={setStaffId}
          {...(what.areaId ? { roles: ['leadOfficial' as const, 'townLeader' as const] } : {})}
        />
      </Field>
      <Sentence error={save.error} />
    </Modal>
  )
}

function Close({ v, onClose }: { v: CampaignView; onClose: () => void }) {
  const [note, setNote] = useState('')
  const t = v.table.total
  const save = useWrite(
    (_: undefined, requestId) =>
      call(r.closeCampaign, { params: { id: v.id }, body: { requestId, version: v.version, note } }),
    shows,
    { says: '已结束，结清表已固定', done: onClose },
  )
  return (
    <Modal
      open
      title="结束排查"
      okText="结束并固定结清表"
      cancelText="返回"
      confirmLoading={save.isPending}
      onOk={() => save.mutate(undefined)}
      onCancel={onClose}
    >
      <p>
        应报 {t.expected} 处：按期 {t.onTime}，逾期 {t.late}，未报 {t.blank}。发现 {t.found} 件，未定级 {t.ungraded}
        ，未落实到人 {t.unnamed}。结束后不能再报告。
      </p>
      <Field label="说明" hint={t.blank > 0 ? '还有未报的，请写明理由' : undefined}>
        <Input.TextArea value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} />
      </Field>
      <Sentence error={save.error} />
    </Modal>
  )
}

/** One campaign: progress that adds up, who is missing, what was found, and how it stands against the ledger. */
export default function Campaign() {
  const { id = '' } = useParams()
  const [closing, setClosing] = useState(false)
  const [cover, setCover] = useState<Cover | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const q = useQuery({ queryKey: ['screening', id], queryFn: () => call(r.campaign, { params: { id } }) })
  const [told, setTold] = useState('')
  const chase = useWrite(async (_: undefined, requestId) => {
    const a = await call(r.chase, { params: { id }, body: { requestId } })
    setTold(`未报 ${a.blank} 处，新提醒 ${a.told} 人${chaseSays(a)}。同一人一天只提醒一次。`)
  }, [])
  const v = q.data
  if (!v) return q.error ? <ShutPage title="排查" error={q.error} retry={() => void q.refetch()} /> : <Waiting />
  const t = v.table.total
  return (
    <>
      <PageHead
        title={v.title}
        extra={
          <>
            {v.may.settle && (
              <Button loading={chase.isPending} disabled={t.blank === 0} onClick={() => chase.mutate(undefined)}>
                催报
              </Button>
            )}
            <Button onClick={() => void download(`/api/screenings/${id}/table.xlsx`).catch(setFailed)}>
              导出 Excel
            </Button>
            <Button onClick={() => window.print()}>打印</Button>
            {v.may.run && (
              <Button type="primary" onClick={() => setClosing(true)}>
                结束排查
              </Button>
            )}
          </>
        }
      >
        <span className="hs-muted">
          {campaignStates[v.state]}，{v.fromOn} 至 {v.dueOn}，{v.openedName}发起
          {v.closedOn && `；${v.closedOn} ${v.closedName}结束`}
        </span>
      </PageHead>
      <Printed />
      <Sentence error={failed ?? chase.error} />
      {told && (
        <p className="hs-note" role="status">
          {told}
        </p>
      )}
      {v.closeNote && <p className="hs-note">结束时的说明：{v.closeNote}</p>}
      <ul className="hs-numbers" aria-label="进度">
        <li>
          已报<b>{t.onTime + t.late}</b>应报 {t.expected}，逾期 {t.late}，更正 {t.corrected} 次
        </li>
        <li>
          未报<b className={t.blank ? 'hs-late' : undefined}>{t.blank}</b>零报告 {t.zero}
        </li>
        <li>
          发现<b>{t.found}</b>新登记 {t.matter}，已在册 {t.known}，当场解答 {t.answered}
        </li>
        <li>
          未落实到人<b className={t.unnamed ? 'hs-late' : undefined}>{t.unnamed}</b>红 {t.red} 黄 {t.yellow} 蓝 {t.blue}{' '}
          未定级 {t.ungraded}
        </li>
      </ul>
      <Sections
        label="排查各部分"
        items={[
          { key: 'table', label: '进度和结清表', children: <Closing v={v} onCover={setCover} /> },
          { key: 'blanks', label: `未报（${t.blank}）`, children: <Blanks v={v} /> },
          { key: 'findings', label: '发现', children: <Findings v={v} /> },
          { key: 'check', label: '核对和比较', children: <Check v={v} /> },
        ]}
      />
      {closing && <Close v={v} onClose={() => setClosing(false)} />}
      {cover && <ChangeCover id={id} what={cover} onClose={() => setCover(null)} />}
    </>
  )
}
