import { Button } from 'antd'
import { Panel } from '../kit/ui/bits.tsx'
import { duties, dutyReadings, dutyStatus, dutyStatusWords } from '../petitions/carry/duties.ts'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import './ui/duty.css'

/** 五包: five lines with owner, what is due, evidence and date. */
export default function FiveDuties({ view, me, start }: MatterPanelProps) {
  const lines = view.matter.duties
  if (!lines) return null
  const may = (move: string) => view.offers.some((o) => o.move === move && o.refusal === null)
  return (
    <Panel
      title="五包责任"
      label="五包责任"
      extra={
        <span className="hs-inline">
          {may('planDuty') && (
            <Button size="small" onClick={() => start('planDuty')}>
              安排
            </Button>
          )}
          {may('doDuty') && (
            <Button size="small" onClick={() => start('doDuty')}>
              完成
            </Button>
          )}
        </span>
      }
    >
      {lines.map((l) => {
        const status = dutyStatus(l, me.today)
        return (
          <div key={l.duty} className="hs-duty-line">
            <b title={dutyReadings[l.duty]}>{duties[l.duty]}</b>
            <div>
              <span className={status === 'late' ? 'hs-late' : status === 'done' ? 'hs-done' : 'hs-muted'}>
                {l.duty === 'voluntarySettlement' && status === 'open' ? '由信访人自愿表示' : dutyStatusWords[status]}
              </span>{' '}
              {l.ownerId && view.names[l.ownerId]}
              {l.due && status !== 'done' && <span className="hs-muted"> {l.due} 前</span>}
              {l.doneOn && <span className="hs-muted"> {l.doneOn}</span>}
              <small>
                {[l.note || l.what, l.evidenceIds.length ? `佐证 ${l.evidenceIds.length} 份` : '']
                  .filter(Boolean)
                  .join(' · ') || dutyReadings[l.duty]}
              </small>
            </div>
          </div>
        )
      })}
    </Panel>
  )
}
