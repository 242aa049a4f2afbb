import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link, useParams } from 'react-router'
import { PaperView } from '../documents/PaperView.tsx'
import { Sentence, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { paperRoutes } from './paper/routes.ts'

/** One paper for printing, drawn from its kept file. Opening it leaves a trace, since it carries names. */
export default function PrintPage() {
  const { petitionId = '', documentId = '' } = useParams()
  const q = useQuery({
    queryKey: ['paper', petitionId, documentId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => call(paperRoutes.paper, { params: { id: petitionId, documentId } }),
  })
  useTitle(q.data ? `${q.data.title} ${q.data.number ?? ''}` : '文书')
  if (q.isPending) return <Waiting />
  if (!q.data) return <Sentence error={q.error} retry={() => q.refetch()} />
  const d = q.data
  const newest = d.versions[0]
  const replaced = newest !== undefined && newest.id !== documentId
  return (
    <main>
      <div className="paper-tools">
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
        <Button href={`/api/petitions/${petitionId}/documents/${documentId}/docx`}>下载 Word</Button>
        {d.versions
          .filter((v) => v.id !== documentId)
          .map((v) => (
            <Link key={v.id} to={`/print/${petitionId}/${v.id}`}>
              看第 {v.version} 版（{v.issuedOn}）
            </Link>
          ))}
        <span className="hs-muted" title={d.sha256}>
          存档校验值 {d.sha256.slice(0, 8)}…{d.sha256.slice(-4)}
        </span>
      </div>
      {replaced && (
        <p className="paper-note" role="note">
          这是第 {d.version} 版，已由第 {newest.version} 版（{newest.issuedOn}）代替，理由：{newest.reason}
          。送达和引用以最新一版为准。
        </p>
      )}
      <PaperView sheet={d.sheet} title={d.title} fiction={d.fiction} />
    </main>
  )
}
