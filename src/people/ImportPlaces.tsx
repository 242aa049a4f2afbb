import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { useRef, useState } from 'react'
import { count, Sentence, usePhone } from '../kit/ui/bits.tsx'
import { Failure, failureOf } from '../kit/ui/call.ts'
import type { DivisionReport } from './divisions.import.ts'
import { refreshPeople } from './Editor.tsx'

/** A spreadsheet to the server: what would change, or the change. */
export const sendSheet = async <T,>(path: string, file: File, write: boolean): Promise<T> => {
  const form = new FormData()
  form.append('file', file)
  const res = await fetch(`${path}${write ? '' : '?dryRun=1'}`, {
    method: 'POST',
    body: form,
    credentials: 'same-origin',
  }).catch(() => {
    throw new Failure('连不上服务器：文件没有丢失，请检查网络后重试', 0)
  })
  if (!res.ok) throw await failureOf(res)
  return res.json()
}

const words = { areas: '管区', villages: '村', grids: '网格', workers: '网格员' } as const

/** Areas, villages, grids and grid workers from the office's own spreadsheet: first what would change, then the change. */
export function ImportPlaces({ onClose }: { onClose: () => void }) {
  const phone = usePhone()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState<DivisionReport | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const run = async (given: File, write: boolean) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await sendSheet<DivisionReport>('/api/divisions', given, write)
      setReport(answer)
      if (!write) return
      message.success('已导入')
      await refreshPeople(queries)
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  const changes = report
    ? (Object.keys(words) as (keyof typeof words)[]).reduce((n, k) => n + report[k].added + report[k].updated, 0)
    : 0
  return (
    <Drawer open title="从表格导入管区、村、网格" onClose={onClose} size={phone ? '100%' : 520} destroyOnHidden>
      <p>选择 .xlsx 表格，一行一个村或一个网格。先看会增加和修改什么，确认后才写入；表里没有的不会删除。</p>
      <input
        ref={input}
        type="file"
        accept=".xlsx"
        className="hs-hidden"
        aria-label="选择表格"
        onChange={(e) => {
          const chosen = e.target.files?.[0]
          e.target.value = ''
          if (!chosen) return
          setFile(chosen)
          setReport(null)
          run(chosen, false)
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
          <table className="hs-table">
            <thead>
              <tr>
                <th scope="col">名称</th>
                <th scope="col" className="hs-num">
                  新增
                </th>
                <th scope="col" className="hs-num">
                  修改
                </th>
                <th scope="col" className="hs-num">
                  不变
                </th>
              </tr>
            </thead>
            <tbody>
              {(Object.keys(words) as (keyof typeof words)[]).map((k) => (
                <tr key={k}>
                  <th scope="row">{words[k]}</th>
                  <td className="hs-num">{count(report[k].added)}</td>
                  <td className="hs-num">{count(report[k].updated)}</td>
                  <td className="hs-num">{count(report[k].same)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {report.problems.length > 0 && (
            <div className="hs-note">
              <p>{report.problems.length} 处需要留意：</p>
              <ul>
                {report.problems.slice(0, 50).map((p) => (
                  <li key={p}>{p}</li>
                ))}
              </ul>
            </div>
          )}
          <div className="hs-actions">
            <Button type="primary" loading={busy} disabled={changes === 0} onClick={() => file && run(file, true)}>
              {changes === 0 ? '没有要写入的' : `写入 ${count(changes)} 处`}
            </Button>
            <Button onClick={onClose}>取消</Button>
          </div>
        </>
      )}
    </Drawer>
  )
}
