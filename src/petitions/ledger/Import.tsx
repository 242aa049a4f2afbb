import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Progress, Radio, Segmented, Select, Upload } from 'antd'
import { useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { moment, yearOf } from '../../kit/day.ts'
import { ConfirmButton, count, Nothing, PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { Failure, send, upload } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { useMe } from '../../people/me.ts'
import { type Grade, grades } from '../petition.ts'
import { GradeTag } from '../tags.tsx'
import { ledgerAddress } from './filter.ts'
import { importsAt, Remarks, Rows } from './ImportRows.tsx'
import {
  type Field,
  fieldNames,
  type ImportKind,
  letterOf,
  type Preview,
  type Proposal,
  type Report,
  withField,
  withKind,
} from './preview.ts'

const post = async <T,>(address: string, body: unknown): Promise<T> =>
  (
    await send(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  ).json()

interface Past {
  id: string
  kind: ImportKind
  fileName: string
  status: string
  at: string
  byName: string
  report: Report | null
}
interface Standing {
  status: string
  done: number
  total: number
  report: Report | null
}

const kinds: Record<ImportKind, string> = { ledger: '原有台账', messages: '群众来信、留言' }
const statuses: Record<string, string> = {
  read: '未导入',
  loading: '正在导入',
  loaded: '已导入',
  failed: '没有导入成功',
}

/** An office's own spreadsheet: read, mend, look at every row's verdict, then load. Nothing is written before the last step. */
export default function ImportPage() {
  const [params, setParams] = useSearchParams()
  const id = params.get('id')
  const [preview, setPreview] = useState<Preview | null>(null)
  const open = (p: Preview | null) => {
    setPreview(p)
    setParams(p ? { id: p.id } : {}, { replace: !p })
  }
  const again = useQuery({
    queryKey: ['imports', id, 'preview'],
    queryFn: () => post<Preview>(`${importsAt}/${id}/preview`, {}),
    enabled: id !== null && preview?.id !== id,
    staleTime: 0,
  })
  const now = id === null ? null : preview?.id === id ? preview : (again.data ?? null)
  return (
    <>
      <PageHead title="导入">{now && <span className="hs-muted">{now.fileName}</span>}</PageHead>
      {id === null ? (
        <Start onRead={open} />
      ) : now ? (
        <Review key={now.id} preview={now} onPreview={setPreview} onLeave={() => open(null)} />
      ) : (
        <>
          <Sentence error={again.error} retry={() => void again.refetch()} />
          {again.error ? <Button onClick={() => open(null)}>返回</Button> : <Waiting />}
        </>
      )}
    </>
  )
}

function Start({ onRead }: { onRead: (p: Preview) => void }) {
  const [kind, setKind] = useState<ImportKind>('ledger')
  const [part, setPart] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const past = useQuery({
    queryKey: ['imports'],
    queryFn: async () => (await send(importsAt)).json() as Promise<Past[]>,
  })
  const read = async (file: File) => {
    setError(null)
    if (file.size > 50 * 1024 * 1024) {
      setError(new Failure(`“${file.name}”超过 50 MB，请拆成几个文件分别导入`, 413))
      return
    }
    setPart(0)
    try {
      const form = new FormData()
      form.append('file', file)
      onRead(await upload<Preview>(`${importsAt}?kind=${kind}`, form, setPart))
    } catch (e) {
      setError(e)
    } finally {
      setPart(null)
    }
  }
  return (
    <>
      <Panel title="选择文件">
        <Radio.Group
          value={kind}
          onChange={(e) => setKind(e.target.value)}
          options={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
          aria-label="文件的内容"
        />
        <p className="hs-muted" style={{ margin: '6px 0 10px' }}>
          {kind === 'ledger'
            ? '本单位现用的信访台账，什么版式都可以：多级表头、合并单元格、几个工作表、只用底色表示级别。先识别，看过每一行再导入。'
            : '群众来信、留言的表格，有没有答复都可以；每一条成为一件事项，日期照原样。'}
        </p>
        <Upload.Dragger
          accept=".xlsx,.xlsm,.xls,.et,.csv,.txt"
          showUploadList={false}
          disabled={part !== null}
          beforeUpload={(f) => {
            void read(f)
            return false
          }}
        >
          <p>点这里选择文件，或把文件拖进来</p>
          <p className="hs-muted">.xlsx、.xls、.et 或 .csv，不超过 50 MB</p>
        </Upload.Dragger>
        {part !== null && (
          <p role="status" style={{ marginTop: 8 }}>
            {part < 1 ? `正在上传 ${Math.round(part * 100)}%` : '正在识别……'}
          </p>
        )}
        <Sentence error={error} note="文件还在您的电脑里，没有写入任何内容。" />
      </Panel>
      <Panel title="以往的导入">
        <Sentence error={past.error} retry={() => void past.refetch()} />
        {past.data?.length === 0 && <Nothing>还没有导入过。管区和村的表格在“人员与地点”里导入。</Nothing>}
        {past.data && past.data.length > 0 && (
          <div className="hs-scroll">
            <table className="hs-table">
              <thead>
                <tr>
                  <th scope="col">时间</th>
                  <th scope="col">文件</th>
                  <th scope="col">内容</th>
                  <th scope="col">经手</th>
                  <th scope="col">结果</th>
                  <th scope="col">原件</th>
                </tr>
              </thead>
              <tbody>
                {past.data.map((p) => (
                  <tr key={p.id}>
                    <td style={{ whiteSpace: 'nowrap' }}>{moment(p.at).slice(0, 16)}</td>
                    <td>{p.status === 'loaded' ? p.fileName : <Link to={`/import?id=${p.id}`}>{p.fileName}</Link>}</td>
                    <td>{kinds[p.kind] ?? p.kind}</td>
                    <td>{p.byName}</td>
                    <td>
                      {p.report ? (
                        <Link to={ledgerAddress({ importId: p.id })}>
                          登记 {count(p.report.registered)} 件{p.report.linked > 0 && `，关联 ${p.report.linked} 件`}
                          {p.report.rejected > 0 && `，未导入 ${p.report.rejected} 行`}
                        </Link>
                      ) : (
                        (statuses[p.status] ?? p.status)
                      )}
                    </td>
                    <td>
                      <a href={`${importsAt}/${p.id}/file`} aria-label={`下载原件“${p.fileName}”`}>
                        下载
                      </a>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  )
}

function Review({
  preview,
  onPreview,
  onLeave,
}: {
  preview: Preview
  onPreview: (p: Preview) => void
  onLeave: () => void
}) {
  const client = useQueryClient()
  const [mapping, setMapping] = useState<Proposal | null>(preview.proposal)
  const [year, setYear] = useState<number | null>(null)
  const [changed, setChanged] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [standing, setStanding] = useState<Standing | null>(null)
  const [report, setReport] = useState<Report | null>(null)
  const requestId = useRef(newRequestId())
  const { summary } = preview

  const look = async (next: Proposal, y: number | null) => {
    setMapping(next)
    setYear(y)
    setChanged(true)
    setBusy(true)
    setError(null)
    try {
      onPreview(
        await post<Preview>(`${importsAt}/${preview.id}/preview`, { mapping: next, options: y ? { year: y } : {} }),
      )
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }

  const load = async () => {
    setBusy(true)
    setError(null)
    let going = true
    const watch = async () => {
      while (going) {
        await new Promise((r) => setTimeout(r, 700))
        if (!going) return
        const s = await send(`${importsAt}/${preview.id}`)
          .then((r) => r.json() as Promise<Standing>)
          .catch(() => null)
        if (going && s) setStanding(s)
      }
    }
    void watch()
    try {
      const answer = await post<Report | { report: Report }>(`${importsAt}/${preview.id}/load`, {
        requestId: requestId.current,
        mapping: mapping ?? undefined,
        options: year ? { year } : {},
      })
      setReport('report' in answer ? answer.report : answer)
      void client.invalidateQueries({ queryKey: ['petitions'] })
      void client.invalidateQueries({ queryKey: ['imports'] })
    } catch (e) {
      setError(e)
    } finally {
      going = false
      setBusy(false)
      setStanding(null)
    }
  }

  if (report) return <Done id={preview.id} report={report} onLeave={onLeave} />
  return (
    <>
      {mapping && (
        <Columns
          mapping={mapping}
          samples={preview.samples}
          year={year}
          busy={busy}
          onChange={(m, y) => void look(m, y)}
        />
      )}
      {changed && (
        <p className="hs-muted" style={{ margin: '6px 0' }}>
          改过的对应关系会记住，下次遇到同样的表头直接使用。
        </p>
      )}
      <Rows preview={preview} />
      <Sentence error={error} note="还没有写入任何内容，可以改好后再试。" />
      {standing && (
        <div role="status">
          <Progress
            percent={standing.total ? Math.round((standing.done / standing.total) * 100) : 0}
            showInfo={false}
          />
          已办 {count(standing.done)} / {count(standing.total)} 件
        </div>
      )}
      <div className="hs-actions">
        <ConfirmButton
          type="primary"
          loading={busy}
          disabled={summary.registered === 0}
          confirm={`导入 ${count(summary.registered)} 件？${summary.rejected ? `${count(summary.rejected)} 行不能导入，会留在本次导入的记录里。` : ''}`}
          okText="导入"
          onConfirm={() => {
            // The dialog closes at once; the page shows how far it has come.
            void load()
          }}
        >
          导入 {count(summary.registered)} 件
        </ConfirmButton>
        <Button onClick={onLeave}>换一个文件</Button>
        {summary.rejected > 0 && <span className="hs-late">{count(summary.rejected)} 行不能导入</span>}
      </div>
    </>
  )
}

/** Which column is what, sheet by sheet, with what led to it; each can be mended. */
function Columns({
  mapping,
  samples,
  year,
  busy,
  onChange,
}: {
  mapping: Proposal
  samples: Preview['samples']
  year: number | null
  busy: boolean
  onChange: (m: Proposal, year: number | null) => void
}) {
  const me = useMe()
  const [sheetAt, setSheetAt] = useState(() =>
    Math.max(
      0,
      mapping.sheets.findIndex((s) => s.kind === 'ledger'),
    ),
  )
  const sheet = mapping.sheets[Math.min(sheetAt, mapping.sheets.length - 1)]
  if (!sheet) return <Nothing>文件里没有工作表。</Nothing>
  return (
    <Panel
      title="列的对应"
      extra={
        <span className="hs-inline">
          没写年份的日期按
          <NumberInput
            aria-label="没写年份的日期按哪一年"
            value={year ?? sheet.year ?? yearOf(me.today)}
            min={1990}
            max={2100}
            changeOnWheel={false}
            disabled={busy}
            onChange={(y) => y && onChange(mapping, y)}
            style={{ width: 84 }}
          />
          年
        </span>
      }
    >
      {mapping.sheets.length > 1 && (
        <Segmented
          value={sheetAt}
          onChange={setSheetAt}
          options={mapping.sheets.map((s, i) => ({
            value: i,
            label: s.kind === 'ledger' ? s.name : `${s.name}（不导入）`,
          }))}
          style={{ marginBottom: 8 }}
        />
      )}
      {(mapping.sheets.length > 1 || sheet.kind === 'other') && sheet.columns.length > 0 && (
        <p style={{ marginBottom: 8 }}>
          <Checkbox
            checked={sheet.kind === 'ledger'}
            disabled={busy}
            onChange={(e) => onChange(withKind(mapping, sheet.name, e.target.checked ? 'ledger' : 'other'), year)}
          >
            导入这个工作表
          </Checkbox>
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hs-scroll" style={{ maxHeight: 300 }} aria-label="列的对应" tabIndex={0}>
        <table className="hs-table hs-edit">
          <thead>
            <tr>
              <th scope="col">列</th>
              <th scope="col">表头</th>
              <th scope="col">当作</th>
              <th scope="col" className="hs-why">
                依据
              </th>
              <th scope="col" className="hs-num">
                把握
              </th>
            </tr>
          </thead>
          <tbody>
            {sheet.columns.map((c) => (
              <tr key={c.index}>
                <td>{letterOf(c.index)}</td>
                <th scope="row">
                  {c.header || '（没有表头）'}
                  {samples[sheet.name]?.[c.index] && (
                    <div className="hs-example">例：{samples[sheet.name]![c.index]}</div>
                  )}
                </th>
                <td style={{ width: 180 }}>
                  <Select
                    aria-label={`${letterOf(c.index)} 列“${c.header}”当作`}
                    value={c.field ?? 'none'}
                    disabled={busy}
                    onChange={(f) =>
                      onChange(withField(mapping, sheet.name, c.index, f === 'none' ? null : (f as Field)), year)
                    }
                    options={[
                      { value: 'none', label: '不导入' },
                      ...Object.entries(fieldNames).map(([value, label]) => ({ value, label })),
                    ]}
                    showSearch={{ optionFilterProp: 'label' }}
                    style={{ width: '100%' }}
                  />
                </td>
                <td className="hs-muted hs-why">{c.why}</td>
                <td className={`hs-num ${c.field && c.confidence < 0.6 ? 'hs-soon' : 'hs-muted'}`}>
                  {c.field ? `${Math.round(c.confidence * 100)}%` : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  )
}

function Done({ id, report, onLeave }: { id: string; report: Report; onLeave: () => void }) {
  return (
    <Panel title="已导入">
      <p role="status">
        登记 <b>{count(report.registered)}</b> 件
        {report.linked > 0 && `；${count(report.linked)} 行与已在册的或本文件别的行是同一人同一事项，已经连在一起`}
        {report.rejected > 0 && `；${count(report.rejected)} 行没有导入`}。
      </p>
      <p style={{ margin: '6px 0' }}>
        {(Object.keys(grades) as Grade[]).map((g) => (
          <span key={g} style={{ marginRight: 10 }}>
            <GradeTag grade={g} /> {count(report.byGrade[g] ?? 0)}
          </span>
        ))}
        {(report.byGrade.none ?? 0) > 0 && <span>未定级 {count(report.byGrade.none ?? 0)} </span>}
        重点 {count(report.key)}
      </p>
      <Remarks title="需注意的" flags={report.flags} />
      <div className="hs-actions">
        <Link className="ant-btn-like" to={ledgerAddress({ importId: id })}>
          <Button type="primary">在台账中查看</Button>
        </Link>
        <Button onClick={onLeave}>再导入一个文件</Button>
      </div>
    </Panel>
  )
}
