import { Button } from 'antd'
import { Fragment } from 'react'
import { formal, moment } from '../../kit/day.ts'
import type { Origin } from '../ledger/origin.ts'
import { channels, claimResults, classes, idTypes, partyRoles, routes } from '../petition.ts'
import type { MatterView } from '../routes.ts'

/** Area or village, grid and place, nothing said twice: a place taken from a spreadsheet begins with its area. */
const placeWords = (...parts: string[]): string =>
  parts.filter((p, i) => p !== '' && !parts.some((x, k) => k > i && x.startsWith(p))).join(' · ')

/** What is covered until a purpose is given. */
export interface Revealed {
  parties: MatterView['parties']
  request: string
  facts: string
  origin: Origin | null
}

export function Facts({ view, onReveal, open }: { view: MatterView; onReveal: () => void; open: Revealed | null }) {
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
        <dd>{placeWords(n(m.villageId) || n(m.areaId), n(m.gridId), m.place) || '—'}</dd>
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
            <dt>原有记载</dt>
            <dd className="hs-pre">
              {m.outcomeText}
              {!open && view.mayReveal && <div className="hs-muted">点“查看”可看原表的那一行。</div>}
            </dd>
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
      {open?.origin && (
        <>
          <h2>原表的这一行</h2>
          <p className="hs-muted">
            “{open.origin.file}”{open.origin.sheet && ` 工作表“${open.origin.sheet}”`}第 {open.origin.row} 行，
            {moment(open.origin.at).slice(0, 16)} {open.origin.by}导入。原文件在“导入”页可以下载。
          </p>
          <dl className="hs-pairs hs-pairs-two">
            {open.origin.cells.map((c, i) => (
              <Fragment key={i}>
                <dt>{c.head}</dt>
                <dd className="hs-pre">{c.value}</dd>
              </Fragment>
            ))}
          </dl>
        </>
      )}
    </>
  )
}

/** The steps that belong to this tab and are open to this person. */
export function Act({ names, view, start }: { names: string[]; view: MatterView; start: (move: string) => void }) {
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
