import { type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import type { Who } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { tellStaff } from '../../people/tell.store.ts'
import type { Matter } from '../../petitions/petition.ts'
import type { Setting } from '../../petitions/store.ts'
import { visitors } from './visits.ts'

/** What every deed on the rota and on a visit shares: its trace, whom it tells, and who may be sent. */
export const say = (tx: Tx, who: Who, id: string, says: string, requestId: string | null, s: Pick<Setting, 'now'>) =>
  writeTrace(tx, who, { subjectId: id, subjectKind: 'visit', kind: 'visit', says, requestId }, s.now)

export const tell = (tx: Tx, who: Who, notes: { staffId: string; says: string }[], s: Pick<Setting, 'now'>) =>
  tellStaff(tx, who, notes, s.now, { kind: 'visit' })

/** Staff in a post of the visitors today, by id; others can't be sent. */
export const inPost = async (tx: Tx, townId: string, today: Day): Promise<Map<string, string>> =>
  new Map(
    (await seatsOf(tx, townId, today)).flatMap((p) =>
      p.staffId && (visitors as readonly string[]).includes(p.role) ? [[p.staffId, p.staff]] : [],
    ),
  )

export const barred = (m: Matter | null, ids: string[]) => {
  if (m && ids.some((id) => m.barredIds.includes(id))) throw new Refused('其中有人应当回避这件事项，请换人')
}
