import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useParams, useSearchParams } from 'react-router'
import { Sentence, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { PaperView } from './PaperView.tsx'
import { templateRoutes } from './routes.ts'

/** A blank form to fill by hand, or a sample, for the screen and the printer. */
export default function FormPage() {
  const { kind = '' } = useParams()
  const [params] = useSearchParams()
  const as = params.get('as') === 'sample' ? 'sample' : 'blank'
  const q = useQuery({
    queryKey: ['form', kind, as],
    queryFn: () => call(templateRoutes.templateSheet, { params: { kind: kind as never }, query: { as } }),
  })
  useTitle(q.data ? `${as === 'blank' ? '空白' : '样张'} ${q.data.title}` : '空白文书')
  if (q.isPending) return <Waiting />
  if (!q.data) return <Sentence error={q.error} retry={() => q.refetch()} />
  return (
    <main>
      <div className="paper-tools">
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
        {as === 'blank' && <Button href={`/api/templates/${kind}/blank.docx`}>下载 Word</Button>}
        <span className="hs-muted">
          {as === 'blank' ? '打印后手写，事后在事项的“更多”里补录' : '样张，内容为说明文字'}
        </span>
      </div>
      <PaperView sheet={q.data.sheet} title={q.data.title} />
    </main>
  )
}
