import { expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Role, Who } from '../people/roles.ts'
import { person } from './lives.fixture.ts'
import type { Petition } from './petition.ts'
import { mayReveal, sees } from './policy.ts'

const [town, village, grid, unit, me] = Array.from({ length: 5 }, () => uuidv7())
const who = (role: Role): Who =>
  person(role, { staffId: me!, townId: town!, villageIds: [village!], gridIds: [grid!], unitIds: [unit!] })
const matter = (more: Partial<Petition>) =>
  ({
    id: uuidv7(),
    townId: town,
    sealed: false,
    barredIds: [],
    state: 'handling',
    villageId: village,
    gridId: grid,
    mainUnitId: unit,
    assistUnitIds: [],
    registeredBy: null,
    holderId: null,
    leadOfficialId: null,
    mainHandlerId: null,
    areaOwnerId: null,
    villageOwnerId: null,
    signerId: null,
    approverId: null,
    areaId: null,
    ...more,
  }) as unknown as Petition

test('村信访信息员、网格员只在自己承担的事项办理中能查看完整信息；销号以后只看打码的', () => {
  for (const role of ['villageOfficer', 'gridWorker'] as const)
    for (const task of ['villageOwnerId', 'mainHandlerId', 'holderId', 'registeredBy'] as const) {
      expect(mayReveal(who(role), matter({ [task]: me })), `${role} ${task}`).toBe(true)
      const closed = matter({ [task]: me, state: 'closed' })
      expect(mayReveal(who(role), closed), `${role} ${task} closed`).toBe(false)
      expect(sees(who(role), closed)).toBe(true)
    }
  expect(mayReveal(who('villageOfficer'), matter({}))).toBe(false)
})

test('信访办和办理单位销号以后仍可查看，回避的一概不行', () => {
  for (const role of ['clerk', 'petitionHead', 'unitHandler'] as const) {
    expect(mayReveal(who(role), matter({ state: 'closed' })), role).toBe(true)
    expect(mayReveal(who(role), matter({ state: 'closed', barredIds: [me!] })), role).toBe(false)
  }
  for (const role of ['townLeader', 'mediator', 'auditor', 'systemAdmin'] as const)
    expect(mayReveal(who(role), matter({ state: 'closed' })), role).toBe(false)
})
