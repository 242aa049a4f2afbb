import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorkbook } from '../kit/server/excel.ts'
import { dangerTo } from './dispute/dispute.ts'
import { type MediationOffice, openMediation, wordsOf } from './fixture.ts'
import { lettersDue } from './network/letter.store.ts'

let m: MediationOffice
beforeAll(async () => {
  m = await openMediation('2026-03-05')
  await m.ok('petitionHead', '/api/mediation/network', {})
})
afterAll(() => m?.o.close())

const file = async (who: string, url: string) => {
  const r = await m.o.as(who, 'GET', url)
  expect(r.status, `${who} ${url}`).toBe(200)
  return new Uint8Array(r.raw)
}

test('危险：先电话报告才能登记，写明法律要求向谁报告；同站看不到全卷的人也能报，主任马上知道；别人报不了', async () => {
  const id = await m.register('villageOfficer')
  await m.started('villageOfficer', id)
  await m.move('villageOfficer', id, 'accept')
  const input = {
    kind: 'child',
    facts: '孩子身上有伤',
    to: '派出所 110',
    time: '上午十时',
    measures: '',
    reported: true,
  }
  expect(await m.refused('villageOfficer', id, 'reportDanger', { ...input, reported: false })).toContain('先电话报告')
  expect(await m.refused('villageOfficer', id, 'reportDanger', { ...input, to: '' })).not.toBe('')
  const url = `/api/disputes/${id}/moves/reportDanger`
  const { version } = await m.view('villageOfficer', id)
  expect((await m.post('townLeader', url, { version, input })).status).toBe(404)
  expect((await m.view('gridWorker', id)).file).toBeNull()
  await m.ok('gridWorker', url, { version, input })
  const told = await m.o.world.ownerPool.query('select says from notice where staff_id = $1 and says like $2', [
    m.o.id('villageOfficer'),
    '%已报告危险%',
  ])
  expect(told.rows.map((x) => x.says)).toEqual([expect.stringContaining('涉及未成年人受侵害，请注意各方安全')])
  const record = (await m.view('villageOfficer', id)).file.records.findLast(
    (r: { kind: string }) => r.kind === 'danger',
  )
  expect(record.body).toContain('上午十时 向派出所 110报告')
  expect(record.data.law).toBe(dangerTo.child)
  for (const law of Object.values(dangerTo)) expect(law).toContain('公安机关')
})

describe('责任书', () => {
  test('没签的打成一份去签，签过的附校验值；别人的打不开；届满以后名单不变，提醒签发新的', async () => {
    const list = async () => (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json
    expect((await list()).due).toEqual(['还没有签发网格员诚信责任书', '还没有签发调解员诚信责任书'])
    const { texts } = await list()
    for (const kind of ['grid', 'mediator'] as const)
      await m.ok('petitionHead', '/api/mediation/letters', {
        input: { kind, title: `${kind}责任书`, body: texts[kind], fromOn: '2026-03-05', toOn: '2026-06-05' },
      })
    const of = async (kind: string) => (await list()).rows.find((l: { kind: string }) => l.kind === kind)
    const { id } = await of('grid')
    const url = `/api/mediation/letters/${id}`
    const blank = wordsOf(await file('petitionHead', `${url}/paper.docx`))
    expect(blank).toContain('不打击报复')
    expect(blank).toMatch(/签署人（签名）：＿+/)
    const name = (await m.o.as('gridWorker', 'GET', url)).json.rows[0].name
    await m.ok('gridWorker', `${url}/read`, {})
    await m.ok('gridWorker', `${url}/sign`, { how: 'phone', name })
    const own = `${url}/paper.docx?staff=${m.o.id('gridWorker')}`
    const { sha256 } = (await m.o.as('gridWorker', 'GET', url)).json.rows[0]
    expect(wordsOf(await file('gridWorker', own))).toContain(sha256)
    expect((await m.o.as('petitionHead', 'GET', `${url}/paper.docx`)).json.message).toContain('都签过了')
    for (const who of ['clerk', 'townLeader', 'mediator']) expect((await m.o.as(who, 'GET', own)).status, who).toBe(404)
    // Gone, and the term over: who signed still stands on that letter's list; nobody owes it any more than before.
    const seat = (
      await m.o.world.ownerPool.query(
        "select id, version from mediation_member where duty = 'grid' and staff_id = $1",
        [m.o.id('gridWorker')],
      )
    ).rows[0]
    await m.ok('petitionHead', `/api/mediation/members/${seat.id}`, {
      version: seat.version,
      act: { how: 'end', reason: '调离' },
    })
    expect(await of('grid')).toMatchObject({ owed: 1, signed: 1 })
    m.o.world.clock.set('2026-06-05')
    expect(await of('grid')).toMatchObject({ owed: 1, signed: 1 })
    expect((await list()).due[0]).toContain('已于 2026-06-05 届满，请签发新一届的')
    expect((await m.o.as('gridWorker', 'GET', '/api/mediation/letters')).json.due).toEqual([])
    m.o.world.clock.set('2026-03-05')
  })

  test('届满前六十日起提醒，早一日不提醒', () => {
    const letters = [
      { kind: 'grid' as const, toOn: '2026-06-05' as never },
      { kind: 'mediator' as const, toOn: '2027-01-01' as never },
    ]
    expect(lettersDue(letters, '2026-04-05' as never)).toEqual([])
    expect(lettersDue(letters, '2026-04-06' as never)).toEqual([
      '网格员诚信责任书的任期到 2026-06-05 届满，请准备签发新一届的',
    ])
  })
})

test('当事人情况补充更正，受理后加代理人：身份证明、授权委托书重出；不能加出重名的、没有主的', async () => {
  const id = await m.register('villageOfficer')
  await m.started('villageOfficer', id)
  await m.move('villageOfficer', id, 'accept')
  await m.move('villageOfficer', id, 'assign', { mediatorIds: [m.o.id('villageOfficer')], how: 'chosen' })
  const [a, b] = (await m.view('villageOfficer', id)).file.parties
  const facts = {
    kind: 'person',
    name: a.name,
    sex: '男',
    ethnicity: '汉族',
    age: 61,
    phone: a.phone,
    idType: '身份证',
  }
  expect(
    await m.refused('villageOfficer', id, 'keepParty', { partyId: a.id, ...facts, idLast4: '370102196001011234' }),
  ).toContain('后四位')
  await m.move('villageOfficer', id, 'keepParty', { partyId: a.id, ...facts, idLast4: '123x' })
  const add = (more: object) => ({ side: 'applicant', role: 'agent', name: '𠮷䶮', forId: a.id, ...more })
  expect(await m.refused('villageOfficer', id, 'addParty', add({ forId: null }))).toContain('哪一位当事人')
  expect(await m.refused('villageOfficer', id, 'addParty', add({ role: 'party', forId: null }))).toContain('另行登记')
  // An agent stands on the side of whom he acts for.
  await m.move('villageOfficer', id, 'addParty', add({ forId: b.id }))
  expect(await m.refused('villageOfficer', id, 'addParty', add({}))).toContain('填了两次')
  const { parties, papers } = (await m.view('villageOfficer', id)).file
  expect(parties.at(-1)).toMatchObject({ name: '𠮷䶮', side: 'respondent', forId: b.id })
  const issued = papers.filter((p: { kind: string }) => ['mediationIdentity', 'mediationAuthority'].includes(p.kind))
  // All of one clock stroke: their order among each other says nothing.
  const named = new Map(
    issued.map((p: { id: string; kind: string; version: number }) => [`${p.kind} ${p.version}`, p.id]),
  )
  expect([...named.keys()].sort()).toEqual([
    'mediationAuthority 1',
    'mediationIdentity 1',
    'mediationIdentity 2',
    'mediationIdentity 3',
  ])
  const text = wordsOf(
    await file('villageOfficer', `/api/disputes/${id}/papers/${named.get('mediationIdentity 3')}/docx`),
  )
  expect(text).toContain('123X')
  expect(text).toContain('𠮷䶮（被申请人的委托代理人）')
  // It ends without agreement: the notice tells the ways that stay open, and nothing a party said.
  await m.move('villageOfficer', id, 'fail', {
    why: 'noAgreement',
    reason: '乙方说宁可打官司',
    remedies: '可以向人民法院起诉',
    remedyTold: true,
  })
  const end = (await m.view('villageOfficer', id)).file.papers.find((p: { kind: string }) => p.kind === 'mediationEnd')
  const notice = wordsOf(await file('villageOfficer', `/api/disputes/${id}/papers/${end.id}/docx`))
  expect(notice).toContain('可以向人民法院起诉')
  expect(notice).not.toContain('宁可打官司')
})

test('空白表格一套：印着本站的委员会，写字的地方和签名处都在；月报能导出，数与页面相同，日期不对的说出来', async () => {
  const forms = wordsOf(await file('villageOfficer', '/api/mediation/blank.docx'))
  for (const title of ['人民调解申请书', '人民调解受理登记表', '人民调解协议书', '授权委托书', '司法确认申请书'])
    expect(forms).toContain(title)
  expect(forms).toContain('东庄村人民调解委员会')
  expect(forms).toMatch(/登记人（签名）：＿+/)
  expect(forms).toMatch(/人民调解员（签名）：＿+/)
  expect(forms).toMatch(/生效日期：＿+/)
  expect(forms).not.toMatch(/[{}]/)
  const url = '/api/mediation/report'
  const days = '?from=2026-03-01&to=2026-03-31'
  const r = (await m.o.as('townLeader', 'GET', url + days)).json
  const [sheet] = (await readWorkbook(await file('townLeader', `${url}.xlsx${days}`))).sheets
  const rows = sheet!.rows.map((x) => x.cells.map((c) => c?.v))
  const total = rows.find((x) => x[0] === '合计')!
  expect(total.slice(2, 9)).toEqual([
    r.flow.total.opening,
    r.flow.total.accepted,
    r.flow.total.agreed,
    r.flow.total.failed,
    r.flow.total.closing,
    r.flow.total.performed,
    r.total.registered,
  ])
  expect(r.total.registered).toBe(2)
  expect(JSON.stringify(rows)).not.toMatch(/柳成林|排水/)
  expect((await m.o.as('townLeader', 'GET', `${url}.xlsx?from=x`)).status).toBe(400)
  expect((await m.o.as('townLeader', 'GET', `${url}.xlsx?from=2026-03-31&to=2026-03-01`)).json.message).toContain(
    '止日',
  )
})

test('受理以前后来加的当事人：先告知权利义务才加得上，告知书连同他重出；征得他同意才能受理', async () => {
  const id = await m.register('villageOfficer')
  await m.started('villageOfficer', id)
  const late = { side: 'respondent', role: 'party', name: '范守山', forId: null }
  expect(await m.refused('villageOfficer', id, 'addParty', late)).toBe('请先向新的当事人告知权利义务')
  await m.move('villageOfficer', id, 'addParty', { ...late, told: true })
  const { parties, papers } = (await m.view('villageOfficer', id)).file
  const notice = papers.find((p: { kind: string; version: number }) => p.kind === 'mediationRights' && p.version === 2)
  expect(wordsOf(await file('villageOfficer', `/api/disputes/${id}/papers/${notice.id}/docx`))).toContain('范守山')
  expect(await m.refused('villageOfficer', id, 'accept')).toContain('还没有征得范守山同意')
  const yes = { partyId: parties.at(-1).id, consent: 'yes', words: '愿意', onDay: m.day() }
  await m.move('villageOfficer', id, 'askConsent', yes)
  await m.move('villageOfficer', id, 'accept')
})

test('聘任：任期算来已经届满的、网格员没有选本村网格的、别的职责带网格的，都说明缘由', async () => {
  const { stations } = (await m.o.as('petitionHead', 'GET', '/api/mediation/network')).json
  const of = (level: string) => stations.find((s: { level: string }) => s.level === level).id
  const [village, centre] = [of('village'), of('centre')]
  const { grids } = (await m.o.as('petitionHead', 'GET', `/api/mediation/stations/${village}`)).json
  const appoint = async (station: string, more: object) =>
    (
      await m.post('petitionHead', `/api/mediation/stations/${station}/members`, {
        input: {
          staffId: m.o.id('clerk'),
          duty: 'mediator',
          since: m.day(),
          fields: [],
          languages: [],
          interests: [],
          ...more,
        },
      })
    ).json
  expect((await appoint(centre, { since: '2020-01-01' })).fields).toEqual({ since: '这一天起算的任期已经届满' })
  expect((await appoint(centre, { duty: 'grid' })).fields).toHaveProperty('duty')
  expect((await appoint(village, { duty: 'grid' })).fields).toEqual({ gridId: '请选择本村的网格' })
  expect((await appoint(village, { duty: 'grid', gridId: centre })).fields).toHaveProperty('gridId')
  expect((await appoint(village, { gridId: grids[0].id })).fields).toHaveProperty('gridId')
  expect(await appoint(village, { duty: 'grid', gridId: grids[0].id })).toEqual({ ok: true })
  expect(await appoint(village, { duty: 'grid', gridId: grids[0].id })).toMatchObject({ message: '此人已是本站成员' })
})

test('违反第十五条：批评教育的记着，只有维护网络的人和本人看得到；罢免的当日离任，在办的纠纷交回主任另行确定，当事人的话不再看得到', async () => {
  await m.ok('petitionHead', '/api/mediation/network', {})
  const id = await m.register('villageOfficer')
  await m.started('villageOfficer', id)
  await m.move('villageOfficer', id, 'accept')
  await m.move('villageOfficer', id, 'assign', { mediatorIds: [m.o.id('gridWorker')], how: 'chosen' })
  expect((await m.view('gridWorker', id)).file).not.toBeNull()
  const { stationId } = await m.view('villageOfficer', id)
  const members = async (who: string) =>
    (await m.o.as(who, 'GET', `/api/mediation/stations/${stationId}`)).json.members as {
      id: string
      staffId: string
      version: number
      endedOn: string | null
      faults: object[]
    }[]
  const seat = async (who = 'petitionHead') =>
    (await members(who)).find((x) => x.staffId === m.o.id('gridWorker') && x.endedOn === null)!
  const act = async (who: string, more: object) => {
    const { id: member, version } = await seat()
    return m.post(who, `/api/mediation/members/${member}`, {
      version,
      act: { how: 'fault', kind: 'leak', measure: 'correct', facts: '把单独谈话告诉了另一方', ...more },
    })
  }
  expect((await act('petitionHead', { kind: 'x' })).json.fields).toEqual({ 'act.kind': '请选择是什么行为' })
  expect((await act('petitionHead', { facts: ' ' })).json.fields).toEqual({ 'act.facts': '请写明查实的情况' })
  expect((await act('gridWorker', {})).status).toBe(409)
  expect((await act('clerk', {})).status).toBe(409)
  expect((await act('petitionHead', {})).json).toEqual({ ok: true })
  for (const who of ['petitionHead', 'villageOfficer', 'gridWorker'])
    expect((await seat(who)).faults, who).toMatchObject([{ kind: 'leak', measure: 'correct' }])
  expect((await seat('townLeader')).faults).toEqual([])
  expect((await m.view('villageOfficer', id)).state).toBe('mediating')
  expect((await act('petitionHead', { measure: 'remove' })).json).toEqual({ ok: true })
  expect((await m.view('gridWorker', id)).file).toBeNull()
  const now = await m.view('villageOfficer', id)
  expect([now.state, now.mediators]).toEqual(['accepted', ''])
  const { notices } = (await m.o.as('villageOfficer', 'GET', '/api/desk')).json
  expect(notices.map((n: { says: string }) => n.says)).toContain(`${now.number} 的调解员已经离任，请另行确定`)
  await m.move('villageOfficer', id, 'assign', {
    mediatorIds: [m.o.id('villageOfficer')],
    how: 'assigned',
    reason: '原调解员离任',
  })
})

test('不登记纠纷的岗位，页面上没有登记，直接提交也说明由谁登记', async () => {
  const may = async (who: string) => (await m.o.as(who, 'GET', '/api/mediation/network')).json.mayRegister
  for (const who of ['clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'gridWorker', 'mediator'])
    expect(await may(who), who).toBe(true)
  for (const who of ['townLeader', 'leadOfficial']) {
    expect(await may(who), who).toBe(false)
    const r = await m.post(who, '/api/disputes', { input: m.input() })
    expect([r.status, r.json.message]).toEqual([409, '由调解网络成员、村和管区、信访窗口登记'])
  }
})
