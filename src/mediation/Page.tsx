import { useQuery } from '@tanstack/react-query'
import { Button, Input, Segmented, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { options } from '../kit/choice.ts'
import type { Day } from '../kit/day.ts'
import { count, PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { type Col, Rows, Sections, useWrite } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { type DisputeState, disputeKinds, mostListed, states } from './dispute/dispute.ts'
import { inFigures } from './dispute/money.ts'
import { IssueLetter } from './Letter.tsx'
import { letterKinds } from './network/letter.ts'
import { levels } from './network/network.ts'
import { type Flow, flowTitles, type Line, lineTitles, monthOf } from './numbers.ts'
import { mediationRoutes as r } from './routes.ts'
import './ui/mediation.css'

function Disputes() {
  const [show, setShow] = useState<'open' | 'mine' | 'all'>('open')
  const [typed, setTyped] = useState('')
  const [only, setOnly] = useState<{ state?: DisputeState; stationId?: string }>({})
  const query = { show, ...only, number: useDeferredValue(typed.trim()) }
  const q = useQuery({
    queryKey: ['disputes', query],
    queryFn: () => call(r.disputes, { query }),
    placeholderData: (x) => x,
  })
  const network = useQuery({ queryKey: ['mediation', 'network'], queryFn: () => call(r.network) })
  return (
    <>
      <div className="hs-actions">
        <Segmented
          value={show}
          onChange={setShow}
          options={[
            { value: 'open', label: '在办' },
            { value: 'mine', label: '与我有关' },
            { value: 'all', label: '全部' },
          ]}
        />
        <a href="/api/mediation/blank.docx">空白表格（一套）</a>
      </div>
      <div className="hs-actions">
        <Input
          aria-label="编号"
          placeholder="编号，如 12号"
          allowClear
          value={typed}
          maxLength={40}
          onChange={(e) => setTyped(e.target.value)}
          style={{ width: 160 }}
        />
        <Select
          aria-label="状态"
          placeholder="状态"
          allowClear
          value={only.state}
          options={options(states)}
          onChange={(state?: DisputeState) => setOnly({ ...only, state })}
          style={{ width: 120 }}
        />
        <Select
          aria-label="由谁调解"
          placeholder="由谁调解"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={only.stationId}
          options={network.data?.stations.map((x) => ({ value: x.id, label: x.name }))}
          onChange={(stationId?: string) => setOnly({ ...only, stationId })}
          style={{ width: 220 }}
        />
      </div>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Rows
          label="纠纷"
          rows={q.data}
          keyOf={(d) => d.id}
          none={
            typed || only.state || only.stationId
              ? '没有符合条件的纠纷。'
              : '这里没有您看得到的纠纷。当事人说的话只给承办的调解员和本站主任看。'
          }
          columns={[
            { title: '编号', of: (d) => <Link to={`/mediation/disputes/${d.id}`}>{d.number ?? d.code}</Link> },
            { title: '纠纷', of: (d) => d.title },
            { title: '类型', of: (d) => disputeKinds[d.kind] },
            { title: '状态', of: (d) => states[d.state] },
            { title: '由谁调解', of: (d) => `${d.station}${d.level === 'joint' ? '（联合调解）' : ''}` },
            { title: '登记', of: (d) => d.registeredOn },
            { title: '约定调解', of: (d) => d.nextOn ?? '' },
          ]}
        />
      )}
      {q.data && q.data.length >= mostListed && (
        <p className="hs-muted">只列最近的 {mostListed} 件，请用编号、状态、站点缩小范围。</p>
      )}
    </>
  )
}

function Network() {
  const q = useQuery({ queryKey: ['mediation', 'network'], queryFn: () => call(r.network) })
  const make = useWrite((_: undefined, requestId) => call(r.makeNetwork, { body: { requestId } }), ['mediation'], {
    says: '网络已补齐',
  })
  const n = q.data
  return (
    <>
      <Sentence error={q.error ?? make.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {n && (
        <>
          <ul className="hs-numbers" aria-label="网络">
            <li>
              <b>{n.counts.centre}</b>镇调解中心
            </li>
            <li>
              <b>{n.counts.area}</b>片区调解站
            </li>
            <li>
              <b>{n.counts.village}</b>村调解点
            </li>
            <li>
              <b>{n.counts.grid}</b>网格员
            </li>
          </ul>
          {n.mayKeep && (
            <div className="hs-actions">
              <Button loading={make.isPending} onClick={() => make.mutate(undefined)}>
                按管区、村、网格和岗位补齐
              </Button>
            </div>
          )}
          <Panel title={`空缺和任期 ${n.gaps.length} 项`}>
            <Rows
              label="空缺和任期"
              rows={n.gaps}
              keyOf={(g) => `${g.stationId}${g.says}`}
              none="没有空缺，任期都在。"
              columns={[
                { title: '站点', of: (g) => <Link to={`/mediation/stations/${g.stationId}`}>{g.station}</Link> },
                { title: '缺什么', of: (g) => g.says },
              ]}
            />
          </Panel>
          <Panel title="站点">
            <Rows
              label="站点"
              rows={n.stations}
              keyOf={(s) => s.id}
              none="还没有建立。"
              columns={[
                { title: '站点', of: (s) => <Link to={`/mediation/stations/${s.id}`}>{s.name}</Link> },
                { title: '层级', of: (s) => levels[s.level] },
                { title: '调解室', of: (s) => s.room },
                { title: '电话', of: (s) => s.phone },
                { title: '成员', num: true, of: (s) => s.members },
                { title: '在办纠纷', num: true, of: (s) => s.open },
              ]}
            />
          </Panel>
        </>
      )}
    </>
  )
}

function Letters() {
  const [making, setMaking] = useState(false)
  const q = useQuery({ queryKey: ['mediation', 'letters'], queryFn: () => call(r.letters) })
  return (
    <>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <>
          {q.data.due.length > 0 && (
            <ul className="hs-note" aria-label="换届">
              {q.data.due.map((x) => (
                <li key={x}>{x}</li>
              ))}
            </ul>
          )}
          {q.data.mayIssue && (
            <div className="hs-actions">
              <Button onClick={() => setMaking(true)}>签发责任书</Button>
            </div>
          )}
          <Rows
            label="诚信责任书"
            rows={q.data.rows}
            keyOf={(l) => l.id}
            none="还没有签发责任书。"
            columns={[
              { title: '责任书', of: (l) => <Link to={`/mediation/letters/${l.id}`}>{l.title}</Link> },
              { title: '由谁签', of: (l) => letterKinds[l.kind] },
              { title: '任期', of: (l) => `${l.fromOn} 至 ${l.toOn}` },
              { title: '已签', num: true, of: (l) => `${l.signed} / ${l.owed}` },
              {
                title: '我',
                of: (l) => ({ none: '', toSign: <b className="hs-soon">待签署</b>, signed: '已签署' })[l.mine],
              },
            ]}
          />
          {making && <IssueLetter onClose={() => setMaking(false)} />}
        </>
      )}
    </>
  )
}

const keysOf = <T extends object>(o: T) => Object.keys(o) as (keyof T)[]
const flowColumns: Col<Flow>[] = [
  { title: '项目', of: (x) => x.name },
  ...keysOf(flowTitles).map((k) => ({ title: flowTitles[k], num: true, of: (x: Flow) => x[k] })),
]
const lineColumns: Col<Line>[] = [
  { title: '项目', of: (x) => x.name },
  ...keysOf(lineTitles)
    .filter((k) => k !== 'minutes' && k !== 'relapsed')
    .map((k) => ({ title: lineTitles[k], num: true, of: (x: Line) => x[k] })),
  { title: '协议金额（元）', num: true, of: (x: Line) => inFigures(x.owedFen) },
  { title: '平均用时（天）', num: true, of: (x: Line) => (x.agreed ? (x.days / x.agreed).toFixed(1) : '') },
  { title: '再起', num: true, of: (x: Line) => x.relapsed },
]

function Month() {
  const me = useMe()
  const phone = usePhone()
  const [period, setPeriod] = useState(() => monthOf(me.today))
  const q = useQuery({
    queryKey: ['mediation', 'report', period],
    queryFn: () => call(r.mediationReport, { query: period }),
  })
  const m = q.data
  // Cards of nothing but zeros are left out on a phone; a table shows every level.
  const shows = (numbers: number[]) => !phone || numbers.some((n) => n > 0)
  return (
    <>
      <div className="hs-period">
        <Field label="从">
          <DayInput
            value={period.from}
            today={me.today}
            onChange={(from) => setPeriod({ ...period, from: from as Day })}
          />
        </Field>
        <Field label="到">
          <DayInput value={period.to} today={me.today} onChange={(to) => setPeriod({ ...period, to: to as Day })} />
        </Field>
      </div>
      <div className="hs-actions">
        <Button href={`/api/mediation/report.xlsx?from=${period.from}&to=${period.to}`}>导出 Excel</Button>
      </div>
      <p className="hs-muted">层级为现在所在的层级；数字都来自纠纷本身，不含姓名和内容。</p>
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {m && (
        <>
          <Panel title="本期办理">
            <Rows
              label="本期办理"
              rows={[...m.flow.byLevel.filter((x) => shows(keysOf(flowTitles).map((k) => x[k]))), m.flow.total]}
              keyOf={(x) => x.key}
              none=""
              columns={flowColumns}
            />
            <p className="hs-muted">期初在调 + 本期受理 = 本期达成 + 本期不成 + 期末在调，不论哪天登记。</p>
          </Panel>
          <Panel title="本期登记的，按层级">
            <Rows
              label="按层级"
              rows={[...m.byLevel.filter((x) => shows(keysOf(lineTitles).map((k) => x[k]))), m.total]}
              keyOf={(x) => x.key}
              none=""
              columns={lineColumns}
            />
          </Panel>
          <Panel title="本期登记的，按类型">
            <Rows
              label="按类型"
              rows={[...m.byKind.filter((x) => x.registered > 0), m.total]}
              keyOf={(x) => x.key}
              none=""
              columns={lineColumns}
            />
          </Panel>
          <Panel title="其他" label="其他">
            <dl className="hs-facts">
              <dt>达成用时</dt>
              <dd>
                七日内 {m.within.week} 件，三十日内 {m.within.month} 件，更久 {m.within.longer} 件
              </dd>
              <dt>协议形式</dt>
              <dd>
                书面 {m.written} 件，口头 {m.oral} 件；其中部分达成、其余仍在调解 {m.partly} 件；法院确认 {m.confirmed}{' '}
                件
              </dd>
              <dt>回访</dt>
              <dd>
                {m.followed} 件，满意和基本满意 {m.satisfied} 件
              </dd>
              <dt>调解用时</dt>
              <dd>{count(m.total.minutes)} 分钟</dd>
            </dl>
          </Panel>
        </>
      )}
    </>
  )
}

/** 矛盾调解: disputes, the network with its gaps, duty letters, the month's report. */
export default function MediationPage() {
  const go = useNavigate()
  const network = useQuery({ queryKey: ['mediation', 'network'], queryFn: () => call(r.network) })
  return (
    <>
      <PageHead
        title="矛盾调解"
        extra={
          network.data?.mayRegister && (
            <Button type="primary" onClick={() => go('/mediation/new')}>
              登记纠纷
            </Button>
          )
        }
      />
      <Sections
        label="矛盾调解"
        items={[
          { key: 'disputes', label: '纠纷', children: <Disputes /> },
          { key: 'network', label: '网络', children: <Network /> },
          { key: 'letters', label: '责任书', children: <Letters /> },
          { key: 'report', label: '月报', children: <Month /> },
        ]}
      />
    </>
  )
}
