import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { day } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import type { Role, Who } from '../../people/roles.ts'
import { type DeskFacts, headsOf, stuckBecause } from './desk.ts'
import type { DeskRow } from './routes.ts'

const today = day('2026-03-20')
const facts = (more: Partial<DeskFacts> = {}): DeskFacts => ({
  state: 'received',
  level: 'area',
  bearerId: 'me',
  passes: 1,
  registeredBy: 'other',
  grade: 'blue',
  nextDueOn: null,
  dueOn: null,
  lastProgressOn: today,
  notes: [],
  echoOwner: null,
  echoDone: true,
  ...more,
})
const who = (role: Role) => ({ staffId: 'me', roles: [role] }) as unknown as Who

test('停住：岗位空缺、交回过期、法定期限已过、七天没有进展，各说出为什么', () => {
  expect(stuckBecause(facts(), today)).toBe(null)
  expect(stuckBecause(facts({ lastProgressOn: day('2026-03-13') }), today)).toBe(null)
  expect(stuckBecause(facts({ lastProgressOn: day('2026-03-12') }), today)).toBe('8 天没有进展')
  expect(stuckBecause(facts({ dueOn: day('2026-03-19') }), today)).toContain('交回的期限')
  expect(stuckBecause(facts({ nextDueOn: day('2026-03-19') }), today)).toContain('法定期限')
  expect(stuckBecause(facts({ notes: ['管区书记空缺'] }), today)).toBe('管区书记空缺')
  expect(stuckBecause(facts({ state: 'closed', notes: ['管区书记空缺'] }), today)).toBe(null)
})

test('报上来的、可以就地办的、我报的、等我告知的各归各栏；红色不列为就地办', () => {
  expect(headsOf(facts(), who('areaSecretary'), today)).toEqual(['came', 'settle'])
  expect(headsOf(facts({ grade: 'red' }), who('areaSecretary'), today)).toEqual(['came'])
  expect(headsOf(facts({ passes: 0, bearerId: 'x', registeredBy: 'me' }), who('gridWorker'), today)).toEqual([
    'reported',
  ])
  expect(headsOf(facts({ state: 'closed', echoOwner: 'me', echoDone: false }), who('villageOfficer'), today)).toEqual([
    'tell',
  ])
})

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())

test('管区书记的桌面只有自己管区看得到的；村里报上来的列在第一栏', async () => {
  const r = await o.as('villageOfficer', 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: o.world.clock.today(),
      request: '村东排水沟堵塞，要求清通',
      parties: [{ name: '试验人甲', phone: '' }],
      areaId: o.town.areas.东部管区,
      villageId: o.town.villages.东庄村,
    },
  })
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  const id = r.json.id as string
  const rows = async (username: string) => (await o.as(username, 'GET', '/api/area-desk')).json as DeskRow[]
  expect((await rows('villageOfficer')).find((x) => x.id === id)!.heads).toContain('reported')
  await o.move('villageOfficer', id, 'passUp', { to: 'area', why: 'cannot', reason: '需要管区协调机械' })
  const mine = (await rows('areaSecretary')).find((x) => x.id === id)!
  expect(mine).toMatchObject({ level: 'area', heads: ['came', 'settle'], stuck: '' })
  expect(mine.lastPass).toContain('需要管区协调机械')
  expect((await rows('villageOfficer')).find((x) => x.id === id)!.bearer).toContain('管区书')
  o.world.clock.set('2026-03-16')
  expect((await rows('areaSecretary')).find((x) => x.id === id)!.heads).toContain('stuck')
  const west = await o.register({ areaId: o.town.areas.西部管区, villageId: o.town.villages.西庄村 })
  expect((await rows('areaSecretary')).some((x) => x.id === west)).toBe(false)
  expect((await o.as('mediator', 'GET', '/api/area-desk')).status).toBe(403)
  // Whoever has it in hand is away: said, not waited for in silence.
  const leave = { staffId: o.id('areaSecretary'), fromOn: '2026-03-16', toOn: '2026-03-17', deputyId: o.id('mediator') }
  expect((await o.as('areaSecretary', 'POST', '/api/leaves', { requestId: uuidv7(), ...leave })).status).toBe(200)
  expect((await rows('petitionHead')).find((x) => x.id === id)!.stuck).toMatch(/请假至 2026-03-17，代理人/)
})
