import type { Day } from '../kit/day.ts'
import type { Role } from './roles.ts'

/** An active post with whoever holds it today; vacant when nobody does. */
export interface Seat {
  postId: string
  name: string
  role: Role
  areaId: string | null
  villageId: string | null
  gridId: string | null
  unitId: string | null
  heads: boolean
  rank: number
  staffId: string | null
  staff: string
  phone: string
  /** On leave today, and who stands in. */
  away: boolean
  awayFrom: Day | null
  awayTo: Day | null
  deputyId: string | null
  deputy: string
}
