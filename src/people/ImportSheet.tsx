import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { Sentence, usePhone } from '../kit/ui/bits.tsx'
import { upload } from '../kit/ui/call.ts'
import { refreshPeople } from './Editor.tsx'

/** The office's own spreadsheet: what it would change is shown first, and written once that is agreed to. */
export function ImportSheet<Report extends { problems: string[] }>({
  title,
  path,
  children,
  accept,
  choose,
  wide,
  changesIn,
  says,
  verb,
  shown,
  onClose,
}: {
  title: string
  path: string
  /** What to choose, and what will not happen. */
  children: ReactNode
  accept: string
  /** Name of the file box. */
  choose: string
  wide?: boolean
  changesIn: (report: Report) => number
  /** Said once it is written. */
  says: (report: Report) => string
  /** The button that writes. */
  verb: (changes: number) => string
  shown: (report: Report) => ReactNode
  onClose: () => void
}) {
  const phone = usePhone()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState<Report | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const run = async (given: File, write: boolean) => {
    setBusy(true)
    setError(null)
    try {
      const form = new FormData()
      form.append('file', given)
      const answer = await upload<Report>(`${path}${write ? '' : '?dryRun=1'}`, form)
      setReport(answer)
      if (!write) return
      message.success(says(answer))
      await refreshPeople(queries)
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  const changes = report ? changesIn(report) : 0
  return (
    <Drawer open title={title} onClose={onClose} size={phone ? '100%' : wide ? 720 : 520} destroyOnHidden>
      {children}
      <input
        ref={input}
        type="file"
        accept={accept}
        className="hs-hidden"
        aria-label={choose}
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
          {shown(report)}
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
              {changes === 0 ? '没有要写入的' : verb(changes)}
            </Button>
            <Button onClick={onClose}>取消</Button>
          </div>
        </>
      )}
    </Drawer>
  )
}
