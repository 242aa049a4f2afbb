import type { CSSProperties } from 'react'
import './paper.css'
import type { Para, Run, Sheet, Table } from './sheet.ts'

/** Fonts of official papers and what stands in for them where they are not installed. */
const families: [RegExp, string][] = [
  [/小标宋/, '"FZXiaoBiaoSong-B05S","方正小标宋简体","STZhongsong","SimSun","Noto Serif CJK SC",serif'],
  [/仿宋/, '"FangSong_GB2312","FangSong","仿宋","STFangsong","Noto Serif CJK SC",serif'],
  [/楷/, '"KaiTi_GB2312","KaiTi","楷体","STKaiti","Noto Serif CJK SC",serif'],
  [/黑体/, '"SimHei","黑体","Noto Sans CJK SC",sans-serif'],
  [/宋/, '"SimSun","宋体","Noto Serif CJK SC",serif'],
]
const familyOf = (font: string | undefined) => families.find(([r]) => r.test(font ?? ''))?.[1]

function Words({ run }: { run: Run }) {
  if (run.image)
    return (
      <img
        src={run.image.src}
        alt={run.image.alt}
        style={{ width: `${run.image.width}pt`, height: `${run.image.height}pt` }}
      />
    )
  const style: CSSProperties = {
    ...(familyOf(run.font) ? { fontFamily: familyOf(run.font) } : {}),
    ...(run.size ? { fontSize: `${run.size}pt` } : {}),
    ...(run.color ? { color: run.color } : {}),
    ...(run.bold ? { fontWeight: 700 } : {}),
  }
  return <span style={style}>{run.text}</span>
}

function Paragraph({ para, title }: { para: Para; title?: boolean }) {
  const tab = para.runs.findIndex((r) => r.text === '\t')
  const style: CSSProperties = {
    ...(para.align ? { textAlign: para.align === 'both' ? 'justify' : para.align } : {}),
    ...(para.indent ? { textIndent: '2em' } : {}),
    ...(para.runs[0]?.size ? { fontSize: `${para.runs[0].size}pt` } : {}),
    ...(para.left !== undefined ? { marginLeft: `${para.left}pt` } : {}),
    ...(para.right !== undefined ? { marginRight: `${para.right}pt` } : {}),
    ...(para.before ? { marginTop: `${para.before}pt` } : {}),
    ...(para.after ? { marginBottom: `${para.after}pt` } : {}),
    ...(para.line
      ? { lineHeight: `${para.line}pt`, ...(para.runs.length === 0 ? { height: `${para.line}pt` } : {}) }
      : {}),
    ...(para.rule
      ? {
          [para.rule.at === 'top' ? 'borderTop' : 'borderBottom']:
            `${para.rule.double ? '3pt double' : '1.5pt solid'} ${para.rule.color}`,
        }
      : {}),
    ...(tab >= 0 ? { display: 'flex', justifyContent: 'space-between' } : {}),
  }
  const words = (runs: Run[]) => runs.map((r, i) => <Words key={i} run={r} />)
  if (title) return <h1 style={style}>{words(para.runs)}</h1>
  return (
    <p style={style}>
      {tab < 0 ? (
        words(para.runs)
      ) : (
        <>
          <span>{words(para.runs.slice(0, tab))}</span>
          <span>{words(para.runs.slice(tab + 1))}</span>
        </>
      )}
    </p>
  )
}

function Grid({ table }: { table: Table }) {
  return (
    <table className={table.lines === 'all' ? 'paper-grid' : 'paper-imprint'}>
      <colgroup>
        {table.widths.map((w, i) => (
          <col key={i} style={{ width: `${w}%` }} />
        ))}
      </colgroup>
      <tbody>
        {table.rows.map((row, i) => (
          <tr key={i} style={row.height ? { height: `${row.height}pt` } : undefined}>
            {row.cells.map((c, k) => (
              <td key={k} colSpan={c.span}>
                {c.paras.map((p, n) => (
                  <Paragraph key={n} para={p} />
                ))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A paper on screen and on paper, drawn from the very Word file that is kept: black on white, A4, the margins of GB/T 9704. */
export function PaperView({ sheet, title, fiction = false }: { sheet: Sheet; title: string; fiction?: boolean }) {
  const isTitle = (p: Para) => p.runs.map((r) => r.text).join('') === title
  return (
    <article className="paper" aria-label={title}>
      {fiction && <p className="paper-fiction">演示数据，镇名、人名均为虚构</p>}
      {sheet.header.map((p, i) => (
        <Paragraph key={`h${i}`} para={p} />
      ))}
      {sheet.body.map((b, i) =>
        b.type === 'table' ? <Grid key={i} table={b} /> : <Paragraph key={i} para={b} title={isTitle(b)} />,
      )}
    </article>
  )
}
