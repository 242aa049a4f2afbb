import { Button } from 'antd'
import QRCode from 'qrcode'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { formal } from '../kit/day.ts'
import { useMe } from '../people/me.ts'
import './slip.css'

export interface Renewed {
  number: string
  queryCode: string
  at: string
}

/** A renewed code as it is handed over: the same words and code as on the receipt. */
function Slip({ made, qr, url }: { made: Renewed; qr: string; url: URL }) {
  const me = useMe()
  return (
    <div className="hs-code-slip">
      <div>
        <p>{me.town.name}信访查询码</p>
        <p>{formal(me.today)}换发</p>
        <p>编号</p>
        <b>{made.number}</b>
        <p>查询码</p>
        <b>
          {made.queryCode.slice(0, 5)} {made.queryCode.slice(5)}
        </b>
      </div>
      <figure>
        <img src={qr} alt="查进度的二维码" />
        <figcaption>扫码查进度</figcaption>
      </figure>
      <p className="hs-code-help">
        旧码已经作废。也可以打开 {url.host}
        {url.pathname}，填编号和查询码。查询码请自己保存，工作人员不会向您要；丢了可以带身份证件到村或镇信访窗口再换。
      </p>
    </div>
  )
}

/** The new code once, on the screen and to print: nothing but the slip goes on the paper. */
export function CodeSlip({ made }: { made: Renewed }) {
  const [qr, setQr] = useState<string | null>(null)
  const url = new URL(made.at, location.origin)
  const { href } = url
  useEffect(() => {
    let gone = false
    QRCode.toDataURL(href, { margin: 1, width: 320, errorCorrectionLevel: 'M' }).then((q) => !gone && setQr(q))
    return () => {
      gone = true
    }
  }, [href])
  if (!qr) return null
  return (
    <div role="status">
      <Slip made={made} qr={qr} url={url} />
      {createPortal(
        <div className="hs-code-paper" aria-hidden="true">
          <Slip made={made} qr={qr} url={url} />
        </div>,
        document.body,
      )}
      <p className="hs-muted hs-code-hint">请把凭条交给本人，不要念给旁人。关上以后不再显示。</p>
      <Button type="primary" onClick={() => window.print()}>
        打印凭条
      </Button>
    </div>
  )
}
