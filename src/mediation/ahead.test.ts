import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MediationOffice, openMediation, wordsOf } from './fixture.ts'

let m: MediationOffice
beforeAll(async () => {
  m = await openMediation('2026-03-05')
  await m.ok('petitionHead', '/api/mediation/network', {})
})
afterAll(() => m?.o.close())

const print = async (who: string, id: string, kind: string, about = '') => {
  const r = await m.o.as(who, 'GET', `/api/disputes/${id}/ahead.docx?kind=${kind}&about=${about}`)
  return r.status === 200 ? wordsOf(new Uint8Array(r.raw)) : r.status
}
const offered = async (id: string) =>
  (await m.view('villageOfficer', id)).file.ahead.map((x: { kind: string }) => x.kind)

test('先打印去签：受理以前的登记表、告知书，待签的协议书，司法确认申请书；没有定的留空；办过就不再列；看不到全卷的打不开', async () => {
  const id = await m.register('villageOfficer', {
    parties: [
      { side: 'applicant', name: '𠮷䶮', claim: '疏通排水沟' },
      { side: 'respondent', name: '范守田' },
      { side: 'applicant', role: 'agent', forIndex: 0, name: '丁律师' },
    ],
  })
  expect(await offered(id)).toEqual(['mediationIntake', 'mediationRights', 'mediationAuthority'])
  expect(await print('villageOfficer', id, 'mediationIntake')).toMatch(/𠮷䶮[\s\S]*两家因屋后排水沟起争执/)
  expect(await print('villageOfficer', id, 'mediationRights')).toMatch(/□口头　　□书面[\s\S]*□公开进行/)
  expect(await print('villageOfficer', id, 'mediationAuthority', '3')).toContain('丁律师')
  for (const who of ['clerk', 'townLeader', 'mediator', 'petitionHead', 'gridWorker'])
    expect(await print(who, id, 'mediationIntake'), who).toBe(404)
  expect(await print('villageOfficer', id, 'mediationAgreement', '1')).toBe(404)
  await m.started('villageOfficer', id)
  expect(await offered(id)).toEqual(['mediationIntake', 'mediationAuthority'])
  await m.move('villageOfficer', id, 'accept')
  await m.move('villageOfficer', id, 'assign', { mediatorIds: [m.o.id('villageOfficer')], how: 'chosen' })
  expect(await offered(id)).toEqual([])
  const [a, b] = (await m.view('villageOfficer', id)).file.parties
  await m.move('villageOfficer', id, 'holdSession', {
    onDay: m.day(),
    place: '村委会',
    came: '双方',
    minutes: 30,
    body: '谈妥了',
    readBack: true,
  })
  await m.move('villageOfficer', id, 'draftAgreement', {
    form: 'written',
    whole: true,
    facts: '范守田填了排水沟。',
    clauses: [{ key: 'own', text: '范守田疏通排水沟。' }],
    performances: [{ what: '疏通', way: '现场', payerId: b.id, payeeId: a.id, amountFen: null, dueOn: '2026-03-20' }],
  })
  expect(await offered(id)).toEqual(['mediationAgreement'])
  const draft = (await print('villageOfficer', id, 'mediationAgreement', '1')) as string
  expect(draft).toMatch(/𠮷䶮：＿+　　　　　年　　月　　日\n范守田：＿+/)
  expect(draft).toContain('范守田疏通排水沟。')
  expect(draft).not.toContain('2026年3月5日生效')
  // Nothing of it is kept: what is kept is the one that took effect.
  expect((await m.view('villageOfficer', id)).file.papers.map((p: { kind: string }) => p.kind)).not.toContain(
    'mediationAgreement',
  )
  for (const by of [a.id, b.id]) await m.move('villageOfficer', id, 'sign', { by, how: '签名', onDay: m.day() })
  await m.move('villageOfficer', id, 'sign', { by: 'mediator', how: '签名', onDay: m.day() })
  await m.move('villageOfficer', id, 'sign', { by: 'seal', how: '盖章', onDay: m.day() })
  expect(await offered(id)).toEqual(['confirmationApplication'])
  expect(await print('villageOfficer', id, 'confirmationApplication', '1')).toMatch(
    /此致　＿+人民法院[\s\S]*申请人（签名、盖章或按指印）/,
  )
  await m.move('villageOfficer', id, 'applyConfirm', { appliedOn: m.day(), court: '示范县人民法院', both: true })
  expect(await offered(id)).toEqual([])
})

test('交回村里履行以后：申请书写盖章的委员会，卷宗封面写当时的调解员，履行记录有人签名', async () => {
  const id = await m.mediating()
  for (const [who, agreed] of [
    ['villageOfficer', true],
    ['areaSecretary', true],
  ] as const) {
    if (who === 'areaSecretary')
      await m.move(who, id, 'assign', { mediatorIds: [m.o.id('areaSecretary')], how: 'assigned' })
    await m.move(who, id, 'escalate', { reason: '村里谈不拢', agreed })
  }
  await m.move('petitionHead', id, 'assign', { mediatorIds: [m.o.id('mediator')], how: 'assigned' })
  await m.move('mediator', id, 'holdSession', {
    onDay: m.day(),
    place: '镇调解中心',
    came: '双方',
    minutes: 30,
    body: '谈妥了',
    readBack: true,
  })
  const { parties } = (await m.view('mediator', id)).file
  await m.move('mediator', id, 'draftAgreement', {
    form: 'written',
    whole: true,
    facts: '范守田填了排水沟。',
    clauses: [{ key: 'own', text: '范守田疏通排水沟。' }],
    performances: [
      {
        what: '疏通',
        way: '现场',
        payerId: parties[1].id,
        payeeId: parties[0].id,
        amountFen: null,
        dueOn: '2026-03-20',
      },
    ],
  })
  for (const p of parties) await m.move('mediator', id, 'sign', { by: p.id, how: '签名', onDay: m.day() })
  await m.move('mediator', id, 'sign', { by: 'mediator', how: '签名', onDay: m.day() })
  const sealed = await m.move('petitionHead', id, 'sign', { by: 'seal', how: '盖章', onDay: m.day() })
  const name = sealed.mediators as string
  const committee = sealed.file.agreements[0].signatures.at(-1).name as string
  const station = (await m.o.as('petitionHead', 'GET', `/api/mediation/stations/${sealed.stationId}`)).json.station
  expect(committee).toBe(station.committee)
  const below = sealed.file.below.find((x: { name: string }) => x.name.includes('东庄'))
  await m.move('petitionHead', id, 'sendDown', { stationId: below.id, reason: '由村里看着履行' })
  // Somebody of the village sees to the performance; the agreement stands as it is.
  const seen = await m.move('villageOfficer', id, 'assign', {
    mediatorIds: [m.o.id('villageOfficer')],
    how: 'assigned',
  })
  expect([seen.state, seen.effectiveOn]).toEqual(['performing', m.day()])
  const [p] = seen.file.performances
  await m.move('villageOfficer', id, 'perform', { performanceId: p.id, onDay: m.day(), proof: '看过了' })
  expect(await print('villageOfficer', id, 'confirmationApplication', '1')).toContain(`请求确认${committee}`)
  const file = (await m.view('villageOfficer', id)).file
  const proof = file.papers.find((x: { kind: string }) => x.kind === 'performanceProof')
  const paper = async (url: string) => wordsOf(new Uint8Array((await m.o.as('villageOfficer', 'GET', url)).raw))
  expect(await paper(`/api/disputes/${id}/papers/${proof.id}/docx`)).toMatch(/调解员（签名）：\S+　/)
  const dossier = await paper(`/api/disputes/${id}/dossier.docx`)
  expect(dossier).toMatch(new RegExp(`调解员\\|${name}`))
})
