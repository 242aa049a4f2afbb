import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Select } from 'antd'
import { useState } from 'react'
import { PaperView } from '../../documents/PaperView.tsx'
import { ConfirmButton, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call, sentenceOf } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { has, useMe } from '../../people/me.ts'
import { annualRoutes } from './routes.ts'

/** 年度报告（第四十一条）：草稿随数据变动；出具后编文号，数字不再变. */
export default function Annual() {
  const me = useMe()
  const client = useQueryClient()
  const { message } = App.useApp()
  const now = Number(me.today.slice(0, 4))
  const [year, setYear] = useState(now)
  const [shown, setShown] = useState<string | null>(null)
  const q = useQuery({ queryKey: ['annual', year], queryFn: () => call(annualRoutes.annual, { query: { year } }) })
  const one = useQuery({
    queryKey: ['annual-one', shown],
    enabled: shown !== null,
    queryFn: () => call(annualRoutes.annualOne, { params: { id: shown! } }),
  })
  const issue = async () => {
    try {
      const { id } = await call(annualRoutes.issueAnnual, { body: { requestId: newRequestId(), year } })
      await client.invalidateQueries({ queryKey: ['annual'] })
      setShown(id)
      void message.success('已出具')
    } catch (e) {
      void message.error(sentenceOf(e))
    }
  }
  const paper = shown ? one.data : q.data
  return (
    <>
      <PageHead
        title="年度报告"
        extra={
          <>
            <Select
              aria-label="年度"
              value={year}
              onChange={(y) => {
                setYear(y)
                setShown(null)
              }}
              options={Array.from({ length: 6 }, (_, i) => ({ value: now - i, label: `${now - i} 年` }))}
              style={{ width: 120 }}
            />
            <Button onClick={() => window.print()}>打印</Button>
            {has(me, 'petitionHead') && !shown && (
              <ConfirmButton
                type="primary"
                confirm={`出具 ${year} 年度报告后编文号，数字不再变动。确定吗？`}
                onConfirm={issue}
                okText="出具"
              >
                出具
              </ConfirmButton>
            )}
          </>
        }
      />
      <Sentence error={q.error ?? one.error} retry={() => q.refetch()} />
      {q.data && (
        <Panel title="已出具">
          {q.data.issued.length === 0 && <p className="hs-muted">还没有出具过年度报告。</p>}
          <ul className="hs-entries hs-versions">
            {q.data.issued.map((d) => (
              <li key={d.id}>
                <Button type="link" size="small" onClick={() => setShown(d.id)}>
                  {d.number}（{d.year} 年）
                </Button>
                <span className="hs-muted">
                  {' '}
                  {d.issuedOn} {d.byName} ·{' '}
                </span>
                <a href={`/api/annual/${d.id}/docx`}>下载 Word</a>
              </li>
            ))}
          </ul>
          {shown && (
            <Button size="small" onClick={() => setShown(null)}>
              看草稿
            </Button>
          )}
        </Panel>
      )}
      {!paper && !q.error && <Waiting rows={8} />}
      {paper && (
        <>
          {!shown && <p className="paper-note">草稿，未编文号；数字截至今天，随办理变动。</p>}
          <PaperView sheet={paper.sheet} title={paper.title} />
        </>
      )}
    </>
  )
}
