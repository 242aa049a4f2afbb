import type { Day } from '../../kit/day.ts'
import { type DutyLine, duties, dutyShort, dutyStatus, dutyStatusWords } from './duties.ts'
import './carry.css'

/** The five duties as five marked dots; each carries its word, so colour is never alone. */
export function DutyDots({ lines, today }: { lines: DutyLine[] | null; today: Day }) {
  if (!lines) return <>—</>
  const words = lines
    .map((l) => `${duties[l.duty]}${dutyStatusWords[dutyStatus(l, today)]}${l.due ? `（${l.due}）` : ''}`)
    .join('，')
  return (
    <span className="hs-dots" role="img" aria-label={words} title={words}>
      {lines.map((l) => (
        <i key={l.duty} className={`hs-dot-${dutyStatus(l, today)}`}>
          {dutyShort[l.duty]}
        </i>
      ))}
    </span>
  )
}
