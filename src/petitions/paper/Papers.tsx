import { Button } from 'antd'
import { Link } from 'react-router'
import { isDocumentKind } from '../../documents/catalogue.ts'
import { Nothing } from '../../kit/ui/bits.tsx'
import { receiverRelations } from '../petition.ts'
import type { MatterView } from '../routes.ts'
import { newestOf } from './move.ts'

/** The papers of a matter: the newest version of each with its service, earlier versions marked below it. */
export function Papers({ view, start }: { view: MatterView; start: (move: string) => void }) {
  const may = (move: string) => view.offers.some((o) => o.move === move && o.refusal === null)
  const id = view.matter.id
  const earlier = (d: MatterView['documents'][number]): MatterView['documents'] => {
    const before = view.documents.find((x) => x.id === d.replacesId)
    return before ? [before, ...earlier(before)] : []
  }
  const line = (d: MatterView['documents'][number]) =>
    view.mayReveal ? (
      <>
        <Link to={`/print/${id}/${d.id}`} target="_blank">
          {d.title} {d.number}
        </Link>
        {' · '}
        <a href={`/api/petitions/${id}/documents/${d.id}/docx`} aria-label={`下载 Word：${d.title}`}>
          下载 Word
        </a>
      </>
    ) : (
      `${d.title} ${d.number ?? ''}`
    )
  const served = (documentId: string) =>
    view.services
      .filter((s) => s.documentId === documentId)
      .map(
        (s) =>
          ` · ${s.servedOn} ${s.outcome === 'refused' ? `拒收${s.witness ? `（见证人 ${s.witness}）` : ''}` : `已送达 ${s.receiver}${s.relation === 'self' ? '' : `（${receiverRelations[s.relation]}）`}`}${s.postNumber ? `，邮件 ${s.postNumber}` : ''}`,
      )
      .join('')
  return (
    <>
      <p className="hs-template-links hs-after">
        {(['registrationForm', 'writeLetter', 'reissuePaper', 'keyInPaper'] as const).filter(may).map((m) => (
          <Button key={m} size="small" onClick={() => start(m)}>
            {view.offers.find((o) => o.move === m)!.label}
          </Button>
        ))}
      </p>
      {view.documents.length === 0 ? (
        <Nothing>还没有文书。</Nothing>
      ) : (
        <ul className="hs-entries">
          {newestOf(view.documents).map((d) => (
            <li key={d.id}>
              <p>
                {line(d)}
                {d.version > 1 && <span className="hs-tag">第 {d.version} 版</span>}
                {!isDocumentKind(d.kind) && <span className="hs-muted">（旧版文书）</span>}
              </p>
              <p className="hs-muted">
                {d.issuedOn} {d.byName}
                {served(d.id)}
                {d.reason && ` · 重新出具：${d.reason}`}
              </p>
              {earlier(d).map((old) => (
                <p key={old.id} className="hs-muted hs-versions">
                  第 {old.version} 版（已被代替）：
                  {view.mayReveal ? (
                    <Link to={`/print/${id}/${old.id}`} target="_blank">
                      {old.issuedOn} 出具
                    </Link>
                  ) : (
                    `${old.issuedOn} 出具`
                  )}
                  {served(old.id)}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
