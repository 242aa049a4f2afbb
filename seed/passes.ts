import type { Tx } from '../src/audit/trace.ts'
import { addDays, type Day } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { Who } from '../src/people/roles.ts'
import { act } from '../src/petitions/act.store.ts'
import { RegisterInput } from '../src/petitions/register/move.ts'
import { registerMany } from '../src/petitions/register/register.store.ts'
import { findMatter, type Setting } from '../src/petitions/store.ts'
import type { Deed } from './duty.ts'

/** How many matters these are. */
export const passedUp = 2

/**
 * Two matters that a village passed up: one stands with its area and has not moved for days, the other went on to the
 * office and came back to the area with a day to settle it by. `villageIds` are those of the posts cun1 and cun2.
 */
export const passDeeds = (today: Day, villageIds: readonly [string, string]): Deed[] => {
  const ids: string[] = []
  const hear = (n: 0 | 1, request: string, name: string) => async (tx: Tx, who: Who, s: Setting) => {
    const made = await registerMany(
      tx,
      who,
      [
        {
          input: RegisterInput.parse({
            channel: 'visit',
            receivedOn: s.today,
            request,
            oral: true,
            readBack: true,
            villageId: villageIds[n],
            parties: [{ name }],
          }),
        },
      ],
      s,
    )
    ids[n] = made[0]!.id
  }
  const move = (n: 0 | 1, name: string, input: (s: Setting) => object) => async (tx: Tx, who: Who, s: Setting) => {
    const { matter } = await findMatter(tx, who, ids[n]!)
    await act(
      tx,
      who,
      {
        id: matter.id,
        move: name,
        version: matter.version,
        requestId: uuidv7(s.now.getTime()),
        input: input(s),
      },
      s,
    )
  }
  const on = (days: number, hour: number, who: string, go: Deed['do']): Deed => ({
    on: addDays(today, -days),
    hour,
    who,
    do: go,
  })
  return [
    on(9, 9, 'cun1', hear(0, '反映村北公路边沟被垃圾堵住，下雨就漫进院子，要求清通', '示例户甲')),
    on(
      9,
      10,
      'cun1',
      move(0, 'passUp', () => ({ to: 'area', why: 'cannot', reason: '边沟跨三个村，本村清了上游又堵' })),
    ),
    on(3, 9, 'cun2', hear(1, '反映灌溉机井电费分摊不清，要求公布账目', '示例户乙')),
    on(
      3,
      10,
      'cun2',
      move(1, 'passUp', () => ({ to: 'area', why: 'cannot', reason: '机井由两个村共用，村里定不下分摊办法' })),
    ),
    on(
      2,
      9,
      'gq1',
      move(1, 'passUp', () => ({ to: 'town', why: 'beyond', reason: '电价政策需镇里核实' })),
    ),
    on(
      1,
      15,
      'zhuren',
      move(1, 'passDown', (s) => ({
        to: 'area',
        reason: '电价政策已核实，请组织两村商定分摊办法并公布',
        dueOn: addDays(s.today, 6),
      })),
    ),
  ]
}
