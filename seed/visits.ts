import type { Tx } from '../src/audit/trace.ts'
import { makeContacts } from '../src/ground/visits/contact.store.ts'
import { planVisit } from '../src/ground/visits/plan.store.ts'
import { dealOut, PlanInput, RecordInput, type RotaInput } from '../src/ground/visits/visits.ts'
import { addDays } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Who } from '../src/people/roles.ts'
import type { Setting } from '../src/petitions/store.ts'

/** Who keeps in touch with which village, one visit paid and one to come. Through the same moves as the office. */
export const playVisits = async (
  tx: Tx,
  who: (staffId: string) => Promise<Who>,
  head: Who,
  villageIds: string[],
  cadres: string[],
  s: Setting,
): Promise<void> => {
  const rota: RotaInput = {
    fromOn: addDays(s.today, -26),
    toOn: addDays(s.today, 150),
    everyDays: 30,
    pairs: dealOut(villageIds, cadres),
  }
  await makeContacts(tx, head, rota, uuidv7(s.now.getTime()), s)
  const { villageId, staffId } = rota.pairs[0]!
  const cadre = await who(staffId)
  await planVisit(
    tx,
    cadre,
    PlanInput.parse({ kind: 'goDown', villageId, staffId, onDay: addDays(s.today, -3), place: '村党群服务中心' }),
    RecordInput.parse({
      headCount: 9,
      outcome: '走访五户，村里冬季用水的水表井已检查一遍',
      items: [
        {
          found: { kind: 'answered', asked: '冬天水管冻裂找谁修', answer: '留下维修电话，村里备了保温材料' },
          promise: { body: '把两处裸露水管包好', ownerId: staffId, dueOn: addDays(s.today, 4) },
        },
      ],
    }),
    uuidv7(s.now.getTime()),
    s,
  )
  await planVisit(
    tx,
    cadre,
    PlanInput.parse({
      kind: 'goDown',
      villageId: rota.pairs[1]!.villageId,
      staffId,
      onDay: addDays(s.today, 1),
      atTime: '09:00',
      about: '看望困难户，听取用水意见',
    }),
    null,
    uuidv7(s.now.getTime()),
    s,
  )
}
