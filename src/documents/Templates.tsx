import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer, Input } from 'antd'
import { useRef, useState } from 'react'
import { Link } from 'react-router'
import { moment } from '../kit/day.ts'
import { PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call, sentenceOf, upload } from '../kit/ui/call.ts'
import { catalogue, commonTags, type DocumentKind } from './catalogue.ts'
import './paper.css'
import { type TemplateRow, templateRoutes } from './routes.ts'

const layouts = { official: '红头文件', letter: '信函，一页', form: '表单' } as const
const targets = { petitioner: '给信访人', unit: '给单位', file: '存档' } as const

function Details({ row, mayChange, onClose }: { row: TemplateRow; mayChange: boolean; onClose: () => void }) {
  const phone = usePhone()
  const client = useQueryClient()
  const { message, modal } = App.useApp()
  const input = useRef<HTMLInputElement>(null)
  const [note, setNote] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const e = catalogue[row.kind]
  const again = () => client.invalidateQueries({ queryKey: ['templates'] })
  const send = async (file: File) => {
    setWrong(null)
    setBusy(true)
    const form = new FormData()
    form.set('note', note)
    form.set('file', file)
    try {
      const { version } = await upload<{ version: number }>(`/api/templates/${row.kind}`, form)
      setNote('')
      await again()
      void message.success(`已启用第 ${version} 版`)
    } catch (error) {
      setWrong(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  const restore = (version: number) => {
    let reason = ''
    modal.confirm({
      title: version === 0 ? '恢复内置模板' : `恢复第 ${version} 版`,
      content: <Input aria-label="理由" placeholder="理由" onChange={(x) => (reason = x.target.value)} />,
      okText: '恢复',
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(templateRoutes.restoreTemplate, { params: { kind: row.kind }, body: { version, reason } })
          await again()
        } catch (error) {
          modal.error({ title: sentenceOf(error), okText: '知道了' })
        }
      },
    })
  }
  return (
    <Drawer open title={e.title} onClose={onClose} size={phone ? '100%' : 640}>
      <p className="hs-muted">
        {e.basis}。{layouts[e.layout]}；{e.numbered ? `文号如 宫政信${e.mark}〔2026〕1号` : '不编文号'}。
      </p>
      <p className="hs-template-links">
        <a href={`/api/templates/${row.kind}/docx`}>下载现用模板</a>
        <Link to={`/form/${row.kind}?as=sample`} target="_blank">
          看样张
        </Link>
        <Link to={`/form/${row.kind}`} target="_blank">
          空白文书
        </Link>
        <a href={`/api/templates/${row.kind}/blank.docx`}>下载空白文书</a>
      </p>
      {mayChange && (
        <>
          <h2>更换模板</h2>
          <p>下载现用模板，在 WPS 或 Word 里修改文字和版式，保留花括号里的标签，另存为 .docx 后上传。</p>
          <Input
            aria-label="改了什么"
            placeholder="改了什么（可不填）"
            value={note}
            onChange={(x) => setNote(x.target.value)}
            style={{ marginBottom: 8 }}
          />
          <input
            ref={input}
            type="file"
            accept=".docx"
            hidden
            aria-label="选择模板文件"
            onChange={(x) => {
              const file = x.target.files?.[0]
              if (file) void send(file)
              x.target.value = ''
            }}
          />
          <Button type="primary" loading={busy} onClick={() => input.current?.click()}>
            上传模板
          </Button>
          {wrong && (
            <div className="hs-template-wrong" role="alert">
              {wrong.split('；').map((w) => (
                <p key={w}>{w}</p>
              ))}
            </div>
          )}
        </>
      )}
      <h2>历次版本</h2>
      <ul className="hs-entries hs-versions">
        {row.versions.map((v, i) => (
          <li key={v.version}>
            <p>
              第 {v.version} 版{i === 0 ? '（现用）' : ''} ·{' '}
              <a href={`/api/templates/${row.kind}/docx?version=${v.version}`}>下载</a>
              {mayChange && i > 0 && (
                <Button size="small" type="link" onClick={() => restore(v.version)}>
                  恢复这一版
                </Button>
              )}
            </p>
            <p className="hs-muted">
              {moment(v.at).slice(0, 10)} {v.byName} · {v.fileName}
              {v.note ? ` · ${v.note}` : ''}
            </p>
          </li>
        ))}
        <li>
          <p>
            内置模板{row.version === 0 ? '（现用）' : ''} ·{' '}
            <a href={`/api/templates/${row.kind}/docx?version=0`}>下载</a>
            {mayChange && row.version > 0 && (
              <Button size="small" type="link" onClick={() => restore(0)}>
                恢复内置模板
              </Button>
            )}
          </p>
        </li>
      </ul>
      <h2>标签</h2>
      <p className="hs-muted">在模板里写作 {'{标签}'}；可选的标签没有内容时，它所在的一段不印。</p>
      <table className="hs-tags">
        <thead>
          <tr>
            <th scope="col">标签</th>
            <th scope="col">填什么</th>
            <th scope="col">必需</th>
          </tr>
        </thead>
        <tbody>
          {[...e.tags, ...commonTags].map((t) => (
            <tr key={t.name}>
              <td>
                <code>
                  {t.rows ? `{#${t.name}} ${t.rows.map((r) => `{${r}}`).join(' ')} {/${t.name}}` : `{${t.name}}`}
                </code>
              </td>
              <td>{t.says}</td>
              <td>{t.needed || (t.name === '文号' && e.numbered) ? '必需' : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Drawer>
  )
}

/** Every paper of the office: what it is for, its template, its blank form. */
export default function Templates() {
  const [open, setOpen] = useState<DocumentKind | null>(null)
  const q = useQuery({ queryKey: ['templates'], queryFn: () => call(templateRoutes.templates) })
  const row = q.data?.rows.find((r) => r.kind === open)
  return (
    <>
      <PageHead title="文书与模板" extra={<Link to="/annual">年度报告</Link>} />
      <Sentence error={q.error} retry={() => q.refetch()} />
      {q.isPending && <Waiting rows={10} />}
      {q.data && (
        <Panel label="文书目录">
          <table className="hs-templates">
            <thead>
              <tr>
                <th scope="col">文书</th>
                <th scope="col">用途</th>
                <th scope="col">版式</th>
                <th scope="col">依据</th>
                <th scope="col">模板</th>
                <th scope="col">手填</th>
              </tr>
            </thead>
            <tbody>
              {q.data.rows.map((r) => {
                const e = catalogue[r.kind]
                return (
                  <tr key={r.kind}>
                    <th scope="row">
                      <button type="button" className="hs-linkish" onClick={() => setOpen(r.kind)}>
                        {e.title}
                      </button>
                    </th>
                    <td>{targets[e.to]}</td>
                    <td>{layouts[e.layout]}</td>
                    <td>{e.basis}</td>
                    <td>{r.version === 0 ? '内置' : `本镇第 ${r.version} 版`}</td>
                    <td>
                      <Link to={`/form/${r.kind}`} target="_blank" aria-label={`空白的${e.title}`}>
                        空白
                      </Link>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </Panel>
      )}
      {row && q.data && <Details row={row} mayChange={q.data.mayChange} onClose={() => setOpen(null)} />}
    </>
  )
}
