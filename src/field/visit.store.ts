import { happened, type Tx } from '../audit/trace.ts'
import { planVisit } from '../ground/visits/plan.store.ts'
import { recordVisit } from '../ground/visits/record.store.ts'
import { PlanInput } from '../ground/visits/visits.ts'
import { Invalid } from '../kit/errors.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { waited } from './matter.store.ts'
import type { FieldVisit } from './routes.ts'
import { dayHeard } from './when.ts'

/**
 * A visit written down on a phone: recorded by the same rules as at the desk, on the day the server reckons. Once for each
 * request id. Returns the visit's id. Throws Invalid with a sentence per field, Refused when somebody recorded it meanwhile.
 */
export const visitFromField = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; heardAt: number; sentAt: number; input: FieldVisit },
  s: Setting,
): Promise<{ id: string }> => {
  const { input, requestId } = given
  const before = await happened(tx, who.townId, requestId)
  if (before) return { id: before }
  const heardOn = dayHeard(given.heardAt, given.sentAt, s.now.getTime(), s.today)
  const late = waited(given, s)
  const record = {
    ...input.record,
    outcome: late ? `${input.record.outcome}（${late}）` : input.record.outcome,
    items: input.record.items.map((i) => ({ ...i, promise: i.promise && { ...i.promise, ownerId: who.staffId } })),
  }
  if (input.planned) {
    const { id, version } = input.planned
    await recordVisit(tx, who, id, { requestId, version, record, heardOn }, s)
    return { id }
  }
  if (input.kind === 'invited') throw new Invalid('约访先在办公端约定时间地点，再记')
  if (!input.villageId) throw new Invalid('请选择去哪个村', { villageId: '请选择去哪个村' })
  const plan = PlanInput.parse({
    kind: input.kind,
    villageId: input.villageId,
    staffId: who.staffId,
    onDay: heardOn,
    place: input.place,
  })
  return { id: await planVisit(tx, who, plan, record, requestId, s) }
}
