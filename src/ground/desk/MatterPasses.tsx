import { Button } from 'antd'
import { Panel } from '../../kit/ui/bits.tsx'
import type { MatterPanelProps } from '../../petitions/page/slots.ts'
import { levels } from '../../petitions/petition.ts'

/** On the matter page: each step up and down with its reason, and the word still owed to the petitioner. */
export default function MatterPasses({ view, start }: MatterPanelProps) {
  const { passes, echo } = view.matter
  const offer = view.offers.find((m) => m.move === 'tellBack')
  const steps = view.offers.filter((m) => ['passUp', 'passDown'].includes(m.move) && m.refusal === null)
  return (
    <Panel title="上报与交回">
      <ul className="hs-plain">
        {passes.map((p, i) => (
          <li key={i}>
            {p.on} {p.by}：{levels[p.from]} → {levels[p.to]} {p.toName}
            <small className="hs-block hs-muted">
              {p.reason}
              {p.dueOn && `，${p.dueOn} 前`}
            </small>
            {p.stoodIn && <small className="hs-block hs-late">{p.stoodIn}</small>}
          </li>
        ))}
      </ul>
      {steps.length > 0 && (
        <div className="hs-actions">
          {steps.map((m) => (
            <Button key={m.move} onClick={() => start(m.move)}>
              {m.label}
            </Button>
          ))}
        </div>
      )}
      {echo && (
        <p className={echo.doneOn === null ? 'hs-late' : 'hs-done'}>
          {echo.doneOn
            ? `${echo.ownerName}已于 ${echo.doneOn} 把结果告知信访人`
            : `${echo.what}，请${echo.ownerName}在 ${echo.dueOn} 前当面告知信访人`}
        </p>
      )}
      {echo?.doneOn === null && offer?.refusal === null && (
        <Button onClick={() => start('tellBack')}>已告知信访人</Button>
      )}
    </Panel>
  )
}
