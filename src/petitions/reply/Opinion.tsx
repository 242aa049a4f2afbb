import { formal } from '../../kit/day.ts'
import { Nothing } from '../../kit/ui/bits.tsx'
import { claimResults, opinionStatuses } from '../petition.ts'
import type { MatterView } from '../routes.ts'

/** The opinion for reading: who checks, signs or serves it reads it whole before deciding. */
export function OpinionText({ view }: { view: MatterView }) {
  const o = view.opinion
  if (!o) return <Nothing>还没有起草答复。</Nothing>
  const n = (id: string | null) => (id ? (view.names[id] ?? '') : '')
  const told = [
    o.draftedOn && `${formal(o.draftedOn)} ${n(o.draftedBy)}起草`,
    o.checkedOn && `${formal(o.checkedOn)} ${n(o.checkedBy)}审核`,
    o.signedOn && `${formal(o.signedOn)} ${n(o.signedBy)}签发`,
  ].filter(Boolean)
  const part = (title: string, body: string) =>
    body.trim() && (
      <>
        <h3>{title}</h3>
        <p className="hs-pre">{body}</p>
      </>
    )
  return (
    <div className="hs-opinion-text">
      <p>
        <span className="hs-tag">{opinionStatuses[o.status]}</span>{' '}
        <span className="hs-muted">
          第 {o.n} 稿{told.length ? `：${told.join('，')}` : ''}
        </span>
      </p>
      {o.returnedReason && <p className="hs-late">退回：{o.returnedReason}</p>}
      {part('信访人请求', o.request)}
      {part('查明的事实', o.facts)}
      {part('理由', o.reasons)}
      {view.claims.some((c) => c.answer) && (
        <>
          <h3>逐项答复</h3>
          <ol>
            {view.claims.map((c) => (
              <li key={c.id}>
                <b>{c.body}</b>
                {c.result && <span className="hs-tag">{claimResults[c.result]}</span>}
                <p className="hs-pre">{c.answer}</p>
                {c.basis && <p className="hs-muted">依据：{c.basis}</p>}
              </li>
            ))}
          </ol>
        </>
      )}
      {part('处理意见', o.opinion)}
      {part('依据', o.legalBasis)}
      {part('救济途径', o.remedy)}
    </div>
  )
}
