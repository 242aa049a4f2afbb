import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Nothing, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import type { MatterPanelProps } from '../page/slots.ts'
import './protect.css'
import { protectRoutes as r } from './routes.ts'

/** 谁查看过: by post, to be read or printed for the petitioner. */
export default function Readers({ view }: MatterPanelProps) {
  const { id } = view.matter
  const q = useQuery({
    queryKey: ['readers', id, view.traceCount],
    queryFn: () => call(r.readers, { params: { id } }),
  })
  if (q.isPending) return <Waiting rows={3} />
  return (
    <>
      <Sentence error={q.error} retry={() => q.refetch()} />
      <p className="hs-note">
        信访人有权知道哪些岗位打开过他的材料。可以念给信访人听，也可以打印；公众页面上信访人自己也能查到。
      </p>
      {q.data?.length === 0 ? (
        <Nothing>还没有人打开过信访人信息、材料或文书。</Nothing>
      ) : (
        <table className="hs-table" aria-label="谁查看过">
          <thead>
            <tr>
              <th scope="col">岗位</th>
              <th scope="col">次数</th>
              <th scope="col">第一次</th>
              <th scope="col">最近一次</th>
            </tr>
          </thead>
          <tbody>
            {q.data?.map((x) => (
              <tr key={x.who}>
                <th scope="row">{x.who}</th>
                <td className="hs-num">{x.times}</td>
                <td>{x.first}</td>
                <td>{x.last}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="hs-actions hs-no-print">
        <Button onClick={() => window.print()}>打印</Button>
      </div>
    </>
  )
}
