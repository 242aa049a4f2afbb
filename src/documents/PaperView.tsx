import QRCode from 'qrcode'
import { useEffect, useState } from 'react'
import { type Day, formal } from '../kit/day.ts'
import type { PaperData } from './catalogue.ts'
import './paper.css'

function Qr({ text, code, number }: { text: string; code: string; number: string }) {
  const [image, setImage] = useState('')
  useEffect(() => {
    QRCode.toDataURL(text, { margin: 1, width: 240 }).then(setImage, () => setImage(''))
  }, [text])
  return (
    <div className="paper-qr">
      {image && <img src={image} alt={`查询 ${number} 的二维码`} width={120} height={120} />}
      <div>
        <p>编号 {number}</p>
        <p className="paper-code">{code}</p>
        <p>扫码或凭编号和查询码查询进度</p>
      </div>
    </div>
  )
}

const lines = (t: string) => t.split('\n').filter((x) => x.trim() !== '')

/** A paper as it is printed: black on white, A4, the same content as the Word file. */
export function PaperView({ data, origin, fiction }: { data: PaperData; origin: string; fiction: boolean }) {
  return (
    <article className={`paper paper-${data.kind}`}>
      {fiction && <p className="paper-fiction">演示数据，镇名、人名均为虚构</p>}
      <p className="paper-organ">{data.organ}</p>
      {data.number && <p className="paper-number">{data.number}</p>}
      <hr />
      <h1>{data.title}</h1>
      {data.addressee && <p className="paper-to">{data.addressee}：</p>}
      {data.blocks.map((b, i) => {
        switch (b.type) {
          case 'heading':
            return <h2 key={i}>{b.text}</h2>
          case 'text':
            return lines(b.text).map((t, k) => <p key={`${i}-${k}`}>{t}</p>)
          case 'fields':
            return b.rows
              .filter(([, v]) => v !== '')
              .map(([k, v]) => lines(`${k}：${v}`).map((t, n) => <p key={`${i}-${k}-${n}`}>{t}</p>))
          case 'claims':
            return b.rows.map((c, k) => (
              <div key={`${i}-${k}`}>
                <p>
                  （{k + 1}）请求：{c.body}
                </p>
                <p>
                  答复：{c.result}。{c.answer}
                </p>
                {c.basis && <p>依据：{c.basis}</p>}
              </div>
            ))
          case 'steps':
            return (
              <ol key={i}>
                {b.items.map((t) => (
                  <li key={t}>{t}</li>
                ))}
              </ol>
            )
          default:
            return <Qr key={i} text={`${origin}${b.path}`} code={b.code} number={b.number} />
        }
      })}
      <p>联系：{data.contact}</p>
      <p className="paper-sign">{data.organ}</p>
      <p className="paper-sign">{formal(data.issuedOn as Day)}</p>
    </article>
  )
}
