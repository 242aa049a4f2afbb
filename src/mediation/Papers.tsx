import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link, useParams } from 'react-router'
import { PaperView } from '../documents/PaperView.tsx'
import { ShutPage, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Rows } from '../kit/ui/Rows.tsx'
import { useMe } from '../people/me.ts'
import { mediationRoutes as r } from './routes.ts'
import './ui/mediation.css'

/** One paper of a dispute, drawn from its kept file. */
export function DisputePaperPage() {
  const { id = '', paperId = '' } = useParams()
  const q = useQuery({
    queryKey: ['disputePaper', id, paperId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => call(r.disputePaper, { params: { id, paperId } }),
  })
  useTitle(q.data?.title ?? '文书')
  if (q.isPending) return <Waiting />
  if (!q.data) return <ShutPage title="文书" error={q.error} retry={() => q.refetch()} />
  return (
    <>
      <h1 className="hs-hidden">{q.data.title}</h1>
      <div className="paper-tools">
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
        <Button href={`/api/disputes/${id}/papers/${paperId}/docx`}>下载 Word</Button>
        <Link to={`/mediation/disputes/${id}`}>回到纠纷</Link>
        <span className="hs-muted">
          第 {q.data.version} 版，存档校验值 {q.data.sha256.slice(0, 8)}…{q.data.sha256.slice(-4)}
        </span>
      </div>
      <PaperView sheet={q.data.sheet} title={q.data.title} fiction={false} />
    </>
  )
}

/** An uploaded paper as it is bound: page by page, or why it is kept beside. */
function Bound({
  dispute,
  paper: { title, file },
}: {
  dispute: string
  paper: { title: string; file: { id: string; pages: number; apart: string; sha256: string } }
}) {
  const at = `/api/disputes/${dispute}/files/${file.id}`
  if (file.pages === 0)
    return (
      <article className="paper hs-bound" aria-label={title}>
        <p>{title}</p>
        <p>
          {file.apart}。<a href={at}>打开原件</a>
        </p>
        <p>校验值（SHA-256）：{file.sha256}</p>
      </article>
    )
  return Array.from({ length: file.pages }, (_, i) => (
    <article key={i} className="paper hs-bound" aria-label={title}>
      <p>
        {title}
        {file.pages > 1 && `（${i + 1}/${file.pages}）`}
      </p>
      <img src={`${at}/pages/${i + 1}`} alt={`${title} 第 ${i + 1} 页`} loading="lazy" />
    </article>
  ))
}

/** The whole dossier, each paper on a new page. */
export default function DossierPage() {
  const { id = '' } = useParams()
  const me = useMe()
  const q = useQuery({ queryKey: ['dossier', id], queryFn: () => call(r.dossier, { params: { id } }) })
  useTitle(q.data ? `卷宗 ${q.data.number}` : '卷宗')
  if (q.isPending) return <Waiting />
  if (!q.data) return <ShutPage title="卷宗" error={q.error} retry={() => q.refetch()} />
  const d = q.data
  return (
    <>
      <h1 className="hs-hidden">卷宗 {d.number}</h1>
      <div className="paper-tools">
        <Button type="primary" onClick={() => window.print()}>
          打印整卷
        </Button>
        <Button href={`/api/disputes/${id}/dossier.docx`}>下载整卷 Word</Button>
        <Link to={`/mediation/disputes/${id}`}>回到纠纷</Link>
        <span className="hs-muted">共 {d.total} 页（封面、目录不计）</span>
      </div>
      {d.missing.length > 0 && (
        <p className="paper-note" role="note">
          卷内还缺：{d.missing.join('、')}
        </p>
      )}
      <details className="paper-tools">
        <summary>目录</summary>
        <Rows
          label="卷内目录"
          rows={d.index.map((x, n) => ({ ...x, n }))}
          keyOf={(x) => String(x.n)}
          none=""
          columns={[
            { title: '材料', of: (x) => x.title },
            { title: '日期', of: (x) => x.on },
            { title: '页次', num: true, of: (x) => (x.from === x.to ? x.from : `${x.from}-${x.to}`) },
          ]}
        />
      </details>
      <div className="hs-paper-stack">
        {d.papers.map((p, i) =>
          'file' in p ? (
            <Bound key={i} dispute={id} paper={p} />
          ) : (
            <PaperView key={i} sheet={p.sheet} title={p.title} fiction={me.town.isFiction && i === 0} />
          ),
        )}
      </div>
    </>
  )
}
