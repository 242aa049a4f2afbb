import { type Grade, grades } from './petition.ts'

/** The matter's colour, always with its word. */
export function GradeTag({ grade }: { grade: Grade | null }) {
  return grade ? <span className={`hs-tag hs-${grade}`}>{grades[grade]}</span> : <span className="hs-tag">未定级</span>
}

export function KeyTag({ isKey }: { isKey: boolean }) {
  return isKey ? <span className="hs-tag">重点</span> : null
}

export function RepeatTag({ repeat }: { repeat: boolean }) {
  return repeat ? <span className="hs-tag">重复</span> : null
}
