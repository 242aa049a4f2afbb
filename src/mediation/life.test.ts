import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { type MediationOffice, openMediation } from './fixture.ts'

let o: MediationOffice['o']
let { post, ok, view, move, refused, register, started, day } = {} as MediationOffice
beforeAll(async () => {
  ;({ o, post, ok, view, move, refused, register, started, day } = await openMediation('2026-03-05'))
})
afterAll(() => o?.close())

describe('调解网络', () => {
  test('按管区、村、网格和岗位建立；再来一遍不重复；空缺列出来', async () => {
    expect((await post('gridWorker', '/api/mediation/network', {})).json.message).toContain('由镇调解中心主任')
    const made = await ok('petitionHead', '/api/mediation/network', {})
    expect(made).toEqual({ stations: 6, members: 5 })
    expect(await ok('petitionHead', '/api/mediation/network', {})).toEqual({ stations: 0, members: 0 })
    const n = (await o.as('townLeader', 'GET', '/api/mediation/network')).json
    expect(n.counts).toEqual({ centre: 1, area: 2, village: 3, grid: 1 })
    expect(n.gaps.map((g: { station: string; says: string }) => `${g.station} ${g.says}`)).toContain(
      '西庄村矛盾纠纷调解点 缺主任',
    )
    expect(n.gaps.map((g: { says: string }) => g.says)).toContain('第2网格缺网格员')
  })

  test('任期三年；届满的列为应换届，不再能承办', async () => {
    const { stations } = (await o.as('petitionHead', 'GET', '/api/mediation/network')).json
    const point = stations.find((s: { name: string }) => s.name.startsWith('东庄村'))
    const st = (await o.as('petitionHead', 'GET', `/api/mediation/stations/${point.id}`)).json
    expect(st.members[0].until).toBe('2029-03-05')
    expect(
      (await post('petitionHead', `/api/mediation/members/${st.members[0].id}`, { version: 1, act: { how: 'renew' } }))
        .json.message,
    ).toContain('届满前六十日')
    await ok('petitionHead', `/api/mediation/stations/${point.id}/members`, {
      input: { name: '丁律师', duty: 'expert', since: day(), fields: ['合同'] },
    })
    expect(
      (
        await post('petitionHead', `/api/mediation/stations/${point.id}/members`, {
          input: { name: '外人', duty: 'mediator', since: day() },
        })
      ).json.message,
    ).toContain('特邀')
  })

  test('责任书：签发、先读后签、本人姓名、没签的列出来、文字带校验值', async () => {
    const { texts } = (await o.as('petitionHead', 'GET', '/api/mediation/letters')).json
    await ok('petitionHead', '/api/mediation/letters', {
      input: { kind: 'grid', title: '2026 年度网格员诚信责任书', body: texts.grid, fromOn: day(), toOn: '2027-03-05' },
    })
    const list = (await o.as('gridWorker', 'GET', '/api/mediation/letters')).json.rows
    expect(list[0]).toMatchObject({ owed: 1, signed: 0, mine: 'toSign' })
    const id = list[0].id
    const name = (await o.as('gridWorker', 'GET', `/api/mediation/letters/${id}`)).json.rows[0].name
    expect(
      (await post('gridWorker', `/api/mediation/letters/${id}/sign`, { how: 'phone', name })).json.message,
    ).toContain('读完')
    await ok('gridWorker', `/api/mediation/letters/${id}/read`, {})
    expect(
      (await post('gridWorker', `/api/mediation/letters/${id}/sign`, { how: 'phone', name: '别人' })).json.message,
    ).toContain('本人姓名')
    await ok('gridWorker', `/api/mediation/letters/${id}/sign`, { how: 'phone', name })
    const signed = (await o.as('petitionHead', 'GET', `/api/mediation/letters/${id}`)).json.rows[0]
    expect(signed).toMatchObject({ signedOn: day(), how: 'phone' })
    expect(signed.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(
      (await post('gridWorker', `/api/mediation/letters/${id}/sign`, { how: 'phone', name })).json.message,
    ).toContain('已于')
    expect((await post('clerk', `/api/mediation/letters/${id}/read`, {})).json.message).toContain('不由您签署')
  })
})

describe('一件纠纷', () => {
  test('一方明确拒绝，绝不开始；只能不予受理并告知其他途径', async () => {
    const id = await register('gridWorker')
    const v = await view('villageOfficer', id)
    const [a, b] = v.file.parties
    await move('villageOfficer', id, 'askConsent', { partyId: a.id, consent: 'yes', words: '愿意', onDay: day() })
    await move('villageOfficer', id, 'tellRights', { onDay: day(), way: 'oral', open: true, read: true })
    expect(await refused('villageOfficer', id, 'accept')).toContain('还没有征得范守田同意')
    await move('villageOfficer', id, 'askConsent', {
      partyId: b.id,
      consent: 'no',
      words: '不调，要打官司',
      onDay: day(),
    })
    expect(await refused('villageOfficer', id, 'accept')).toContain('明确拒绝调解')
    await move('villageOfficer', id, 'notAccept', {
      ground: 'refused',
      remedies: '可以向人民法院起诉',
      remedyTold: true,
    })
    expect((await view('villageOfficer', id)).state).toBe('notAccepted')
  })

  test('从网格员登记到村、管区、中心，达成协议、司法确认、履行、回访、归档；卷宗页码相符', async () => {
    const id = await register('gridWorker')
    await started('villageOfficer', id)
    await move('villageOfficer', id, 'accept')
    const accepted = await view('villageOfficer', id)
    expect(accepted).toMatchObject({ number: '（2026）试人调字第1号', dueOn: '2026-04-04', state: 'accepted' })
    // Whoever wrote it down now sees how it stands, no words.
    expect(await view('gridWorker', id)).toMatchObject({ look: 'outline', file: null })
    await move('villageOfficer', id, 'assign', { mediatorIds: [o.id('villageOfficer')], how: 'assigned' })
    await move('villageOfficer', id, 'planSession', { onDay: '2026-03-06', time: '上午九时', place: '村委会' })
    o.world.clock.set('2026-03-06')
    await move('villageOfficer', id, 'holdSession', {
      onDay: '2026-03-06',
      place: '村委会',
      came: '双方',
      minutes: 90,
      body: '双方各说各的理。',
      readBack: true,
    })
    await move('villageOfficer', id, 'caucus', {
      partyId: accepted.file.parties[0].id,
      onDay: '2026-03-06',
      body: '底线是三千元',
    })
    expect(await refused('villageOfficer', id, 'escalate', { reason: '谈不拢' })).toContain('双方同意')
    await move('villageOfficer', id, 'escalate', { reason: '谈不拢', agreed: true })
    expect(await view('villageOfficer', id)).toMatchObject({ look: 'outline', level: 'area' })
    await move('areaSecretary', id, 'assign', { mediatorIds: [o.id('areaSecretary')], how: 'chosen' })
    // The note of the caucus stays with who heard it.
    expect(JSON.stringify(await view('areaSecretary', id))).not.toContain('底线是三千元')
    await move('areaSecretary', id, 'escalate', { reason: '涉及村规划', agreed: true })
    await move('petitionHead', id, 'assign', { mediatorIds: [o.id('mediator')], how: 'assigned' })
    await move('mediator', id, 'planSession', { onDay: '2026-03-09', time: '下午二时', place: '镇调解中心' })
    o.world.clock.set('2026-03-09')
    await move('mediator', id, 'investigate', {
      onDay: '2026-03-09',
      place: '现场',
      whom: '村干部',
      body: '排水沟被填。',
    })
    await move('mediator', id, 'holdSession', {
      onDay: '2026-03-09',
      place: '镇调解中心',
      came: '双方、村干部',
      minutes: 120,
      body: '各退一步，'.repeat(300),
      offers: '赔三千',
      readBack: true,
    })
    const [a, b] = (await view('mediator', id)).file.parties
    const draft = (more: object = {}) => ({
      form: 'written',
      whole: true,
      facts: '范守田填了排水沟，雨水进了柳成林的院子。',
      clauses: [
        { key: 'remove', text: '范守田于2026年3月20日前疏通排水沟。' },
        { key: 'pay', text: '范守田付给柳成林叁仟元整（￥3,000.00）。' },
      ],
      performances: [
        { what: '疏通排水沟', way: '现场', payerId: b.id, payeeId: a.id, amountFen: null, dueOn: '2026-03-20' },
        { what: '赔偿款', way: '转账', payerId: b.id, payeeId: a.id, amountFen: 300_000, dueOn: '2026-03-31' },
      ],
      ...more,
    })
    expect(
      await refused(
        'mediator',
        id,
        'draftAgreement',
        draft({ clauses: [{ key: 'x', text: '付叁仟元整（￥30,000.00）' }] }),
      ),
    ).toContain('不一致')
    expect(
      await refused('mediator', id, 'draftAgreement', draft({ clauses: [{ key: 'x', text: '柳成林保证不再上访' }] })),
    ).toContain('不得限制')
    await move('mediator', id, 'draftAgreement', draft())
    for (const by of [a.id, b.id]) await move('mediator', id, 'sign', { by, how: '按指印', onDay: '2026-03-09' })
    expect((await view('mediator', id)).state).toBe('signing')
    await move('mediator', id, 'sign', { by: 'mediator', how: '签名', onDay: '2026-03-09' })
    expect(await refused('mediator', id, 'sign', { by: 'seal', how: '盖章', onDay: '2026-03-09' })).toContain('主任')
    await move('petitionHead', id, 'sign', { by: 'seal', how: '盖章', onDay: '2026-03-09' })
    const effective = await view('mediator', id)
    // 30 days from 9 March; 8 April is a working day after the holiday of 清明.
    expect(effective).toMatchObject({ state: 'performing', effectiveOn: '2026-03-09' })
    expect(effective.file.agreements[0].confirmBy).toBe('2026-04-08')
    await move('mediator', id, 'applyConfirm', { appliedOn: '2026-03-09', court: '某县人民法院', both: true })
    o.world.clock.set('2026-03-20')
    await move('mediator', id, 'courtAccepts', { acceptedOn: '2026-03-10' })
    await move('mediator', id, 'courtDecides', {
      result: 'confirmed',
      resultOn: '2026-03-19',
      ruling: '（2026）某法确1号',
    })
    const [p1, p2] = (await view('mediator', id)).file.performances
    await move('mediator', id, 'perform', { performanceId: p1.id, onDay: '2026-03-20', proof: '现场查看，已疏通' })
    await move('mediator', id, 'perform', {
      performanceId: p2.id,
      onDay: '2026-03-20',
      fen: 100_000,
      proof: '转账记录',
    })
    expect(
      await refused('mediator', id, 'perform', {
        performanceId: p2.id,
        onDay: '2026-03-20',
        fen: 200_001,
        proof: '转账',
      }),
    ).toContain('超过约定')
    await move('mediator', id, 'perform', {
      performanceId: p2.id,
      onDay: '2026-03-20',
      fen: 200_000,
      proof: '转账记录',
    })
    expect(await view('mediator', id)).toMatchObject({ state: 'performed' })
    expect(
      await refused('mediator', id, 'followUp', {
        onDay: '2026-03-20',
        satisfaction: 'satisfied',
        performance: '已履行',
      }),
    ).toContain('没有承办过')
    o.world.clock.set('2026-04-03')
    await move('petitionHead', id, 'followUp', {
      onDay: '2026-04-03',
      satisfaction: 'satisfied',
      performance: '已全部履行',
      said: '水排得通',
    })
    await move('petitionHead', id, 'close', {})

    const dossier = (await o.as('petitionHead', 'GET', `/api/disputes/${id}/dossier`)).json
    expect(dossier.missing).toEqual([])
    expect(dossier.index.map((x: { title: string }) => x.title)).toEqual([
      '人民调解受理登记表',
      '人民调解权利义务告知书',
      '当事人身份证明',
      '人民调解通知单',
      '人民调解通知单',
      '人民调解调查记录',
      '人民调解记录',
      '人民调解记录',
      '人民调解协议书',
      '调解协议履行记录',
      '调解协议履行记录',
      '人民调解回访记录',
      '司法确认申请书',
      '备考表',
    ])
    // The trace, which auditors read, carries nobody's words.
    const says = (await o.traces(id)).join('\n')
    for (const secret of ['底线', '柳成林', '各退一步', '排水沟']) expect(says).not.toContain(secret)
  })

  test('两名调解员同时办：后到的被告知，什么都没有写两遍；同一请求重发只算一次', async () => {
    const id = await register('villageOfficer')
    await started('villageOfficer', id)
    const { version } = await view('villageOfficer', id)
    const requestId = uuidv7()
    const both = await Promise.all([
      o.as('villageOfficer', 'POST', `/api/disputes/${id}/moves/accept`, { requestId, version, input: {} }),
      o.as('gridWorker', 'POST', `/api/disputes/${id}/moves/accept`, { requestId: uuidv7(), version, input: {} }),
    ])
    expect(both.map((r) => r.status).sort()).toEqual([200, 409])
    const again = await o.as('villageOfficer', 'POST', `/api/disputes/${id}/moves/accept`, {
      requestId,
      version,
      input: {},
    })
    expect([200, 409]).toContain(again.status)
    const numbers = (
      await o.world.ownerPool.query('select number from dispute where number is not null order by number')
    ).rows.map((r) => r.number)
    expect(numbers).toEqual(['（2026）试人调字第1号', '（2026）试人调字第2号'])
  })

  test('信访事项转来的，结果返回；期限照算；一件纠纷可以了结几件事项', async () => {
    const first = await o.graded('yellow')
    const second = await o.graded('blue')
    const id = await register('petitionHead', { origin: 'matter', petitionIds: [first, second] })
    await started('villageOfficer', id)
    await move('villageOfficer', id, 'accept')
    await move('villageOfficer', id, 'fail', {
      why: 'partyStops',
      reason: '不想再谈',
      remedies: '可以起诉',
      remedyTold: true,
    })
    for (const petition of [first, second]) {
      const bodies = (
        await o.world.ownerPool.query(
          "select body from petition_record where petition_id = $1 and kind = 'mediation'",
          [petition],
        )
      ).rows
        .map((r) => r.body)
        .join()
      expect(bodies).toContain('没有达成协议')
      expect(bodies).not.toContain('不想再谈')
    }
  })
})

test('月报的数都对得上，不含姓名', async () => {
  const r = (await o.as('townLeader', 'GET', '/api/mediation/report?from=2026-03-01&to=2026-12-31')).json
  expect(r.total.registered).toBeGreaterThan(2)
  expect(r.total).toMatchObject({ agreed: 1, performed: 1, owedFen: 300_000 })
  for (const key of [
    'registered',
    'accepted',
    'agreed',
    'performed',
    'failed',
    'running',
    'owedFen',
    'relapsed',
    'days',
    'minutes',
  ])
    for (const by of ['byLevel', 'byKind'])
      expect(
        r[by].reduce((n: number, x: Record<string, number>) => n + x[key]!, 0),
        `${by} ${key}`,
      ).toBe(r.total[key])
  expect(r.total.minutes).toBe(210)
  expect(JSON.stringify(r)).not.toContain('柳成林')
})
