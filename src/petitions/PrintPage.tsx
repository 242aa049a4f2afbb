import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useParams } from 'react-router'
import type { PaperData } from '../documents/catalogue.ts'
import { PaperView } from '../documents/PaperView.tsx'
import { Sentence, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { petitionRoutes } from './routes.ts'

/** One paper for printing. Opening it leaves a trace, since it carries names. */
export default function PrintPage() {
  const { petitionId = '', documentId = '' } = useParams()
  const q = useQuery({
    queryKey: ['paper', petitionId, documentId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => call(petitionRoutes.paper, { params: { id: petitionId, documentId } }),
  })
  useTitle(q.data ? `${q.data.title} ${q.data.number ?? ''}` : '文书')
  if (q.isPending) return <Waiting />
  if (!q.data) return <Sentence error={q.error} retry={() => q.refetch()} />
  return (
    <main>
      <div className="paper-tools">
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
        <Button href={`/api/petitions/${petitionId}/documents/${documentId}/docx`}>下载 Word</Button>
      </div>
      <PaperView data={q.data.data as PaperData} origin={location.origin} fiction={q.data.fiction} />
    </main>
  )
}
