import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { useRef, useState } from 'react'
import { count, Sentence, usePhone } from '../kit/ui/bits.tsx'
import { Scroll } from '../kit/ui/Scroll.tsx'
import { refreshPeople } from './Editor.tsx'
import { sendSheet } from './ImportPlaces.tsx'
import type { RosterReport } from './roster.import.ts'

const words = { added: '新增', updated: '修改', same: '不变', refused: '没有导入' } as const

/** People, posts and terms from the office's own spreadsheet of any layout: every row's verdict first, then the change. */
export function ImportPeople({ onClose }: { onClose: () => void }) {
  const phone = usePhone()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState<RosterReport | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const run = async (given: File, write: boolean) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await sendSheet<RosterReport>('/api/roster', given, write)
      setReport(answer)
      if (!write) return
      message.success(`已导入：新增 ${answer.added} 人，修改 ${answer.updated} 人`)
      await refreshPeople(queries)
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  const changes = report ? report.added + report.updated : 0
  return (
    <Drawer open title="从表格导入人员" onClose={onClose} size={phone ? '100%' : 720} destroyOnHidden>
      <p>
        选择本单位的花名册（.xlsx、.xls、.et、.csv），表头叫什么、列在哪里、分几张表都可以，至少要有姓名和职务、单位、村、网格中的一列。先看每一行会怎样，确认后才写入；表里没有的人不会删除，账号由安全管理员另建。
      </p>
      <input
        ref={input}
        type="file"
        accept=".xlsx,.xls,.et,.csv"
        className="hs-hidden"
        aria-label="选择花名册"
        onChange={(e) => {
          const chosen = e.target.files?.[0]
          e.target.value = ''
          if (!chosen) return
          setFile(chosen)
          setReport(null)
          void run(chosen, false)
        }}
      />
      <div className="hs-actions">
        <Button onClick={() => input.current?.click()} loading={busy}>
          {file ? '换一个表格' : '选择表格'}
        </Button>
        {file && <span>{file.name}</span>}
      </div>
      <Sentence error={error} />
      {report && (
        <>
          <p role="status">
            共 {count(report.rows.length)} 人：
            {(Object.keys(words) as (keyof typeof words)[]).map((k) => `${words[k]} ${count(report[k])}`).join('，')}
          </p>
          {report.problems.length > 0 && (
            <ul className="hs-missing">
              {report.problems.slice(0, 20).map((p) => (
                <li key={p}>{p}</li>
              ))}
            </ul>
          )}
          {report.rows.length > 0 && (
            <Scroll label="逐行核对">
              <table className="hs-table">
                <thead>
                  <tr>
                    <th scope="col">行</th>
                    <th scope="col">姓名</th>
                    <th scope="col">岗位</th>
                    <th scope="col">角色</th>
                    <th scope="col">结果</th>
                  </tr>
                </thead>
                <tbody>
                  {report.rows.slice(0, 500).map((r) => (
                    <tr key={`${r.sheet}/${r.row}/${r.name}`}>
                      <td>
                        {r.sheet} {r.row}
                      </td>
                      <th scope="row">{r.name}</th>
                      <td>{r.post}</td>
                      <td>{r.role}</td>
                      <td className={r.verdict === 'refused' ? 'hs-late' : undefined}>
                        {words[r.verdict]}
                        {r.says && `：${r.says}`}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
          <div className="hs-actions">
            <Button type="primary" disabled={changes === 0 || !file} loading={busy} onClick={() => run(file!, true)}>
              {changes ? `导入 ${changes} 人` : '没有要改的'}
            </Button>
          </div>
        </>
      )}
    </Drawer>
  )
}
