import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type Channels, channelNames, type Message } from '../supervision/channels.ts'
import { remindTown } from '../supervision/remind.job.ts'
import { deliverAll } from '../worker.ts'
import { type MediationOffice, openMediation } from './fixture.ts'

let m: MediationOffice
beforeAll(async () => {
  m = await openMediation('2026-03-05')
  await m.ok('petitionHead', '/api/mediation/network', {})
})
afterAll(() => m?.o.close())

const sent: Message[] = []
const channels = (open = true): Channels => ({
  has: () => open,
  send: async (x) => {
    if (!open) throw new Error(`没有配置${channelNames[x.channel]}`)
    sent.push(x)
  },
})
/** A matter being handled, in the hands of a unit. */
const handling = async () => {
  const id = await m.o.graded('blue')
  await m.o.move('petitionHead', id, 'accept')
  await m.o.move('petitionHead', id, 'assignHandler', {
    mainUnitId: m.o.town.units.自然资源所,
    mainHandlerId: m.o.id('unitHandler'),
    villageOwnerId: m.o.id('villageOfficer'),
    areaOwnerId: m.o.id('areaSecretary'),
  })
  return id
}

describe('提醒', () => {
  test('约定的调解、期限、履行、回访、司法确认：每一档恰好一次，只告诉承办的和本站主任，不带姓名', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await m.mediating()
    await m.move('villageOfficer', id, 'planSession', { onDay: '2026-03-09', time: '上午九时', place: '村委会' })
    const scan = () =>
      inTown(m.o.world.db, m.o.town.townId, (tx) =>
        remindTown(tx, m.o.town.townId, {
          today: m.o.world.clock.today(),
          now: m.o.world.clock.now(),
          channels: channels(),
        }),
      )
    const made = async () =>
      (
        await m.o.world.ownerPool.query(
          "select source, step, due_on::text as due, on_day::text as on_day, up, says, staff_ids from reminder where source in ('session','mediation','performance','visit','confirmation') order by on_day, source, step",
        )
      ).rows as {
        source: string
        step: number
        due: string
        on_day: string
        up: number
        says: string
        staff_ids: string[]
      }[]
    const until = async (last: string) => {
      for (let d = m.day(); d <= last; ) {
        m.o.world.clock.set(d)
        // As often as one likes: the same step never goes out twice.
        await scan()
        await scan()
        d = new Date(Date.parse(d) + 86_400_000).toISOString().slice(0, 10) as typeof d
      }
    }
    await until('2026-03-10')
    expect((await made()).map((x) => `${x.on_day} ${x.source} ${x.says.replace(/^.*号/, '')}`)).toEqual([
      '2026-03-08 session ：2026-03-09 约定的调解',
      '2026-03-09 session ：今天 约定的调解',
      '2026-03-10 session ：约定 2026-03-09 的调解还没有记录',
    ])
    await m.agreed(id)
    await until('2026-04-10')
    const all = (await made()).slice(3).filter((x) => x.source !== 'visit')
    expect(all.map((x) => `${x.on_day} ${x.source} ${x.says.replace(/^.*号 ?/, '')}`)).toEqual([
      '2026-03-17 performance 第1项履行还有 3 天到期',
      '2026-03-20 performance 第1项履行今天到期',
      '2026-03-21 performance 第1项履行已超期 1 天',
      '2026-03-27 performance 第1项履行已超期 7 天',
      '2026-04-02 confirmation 共同申请司法确认还有 7 天到期',
      '2026-04-06 confirmation 共同申请司法确认还有 3 天到期',
      '2026-04-09 confirmation 共同申请司法确认今天到期',
    ])
    const told = new Set((await made()).flatMap((x) => x.staff_ids))
    expect([...told]).toEqual([m.o.id('villageOfficer')])
    expect(JSON.stringify(await made())).not.toMatch(/柳成林|范守田|排水/)
    m.o.world.clock.set('2026-04-10')
    // Thirty days after the agreement somebody else asks how it went; the heads of the station name the one.
    expect(
      (await made()).filter((x) => x.source === 'visit').map((x) => `${x.on_day} ${x.says.replace(/^.*号 /, '')}`),
    ).toEqual(['2026-04-01 回访还有 3 天到期', '2026-04-04 回访今天到期', '2026-04-07 回访已超期 3 天'])
    const [p] = (await m.view('villageOfficer', id)).file.performances
    await m.move('villageOfficer', id, 'perform', { performanceId: p.id, onDay: '2026-04-10', proof: '看过了' })
    // Performed: the visit is counted anew from then on, and reminded of anew.
    const due = (await m.view('villageOfficer', id)).file.followUpOn
    await until(due)
    expect((await made()).filter((x) => x.source === 'visit' && x.due === due).map((x) => x.step)).toEqual([0, 1])
  })
})

describe('通知当事人', () => {
  test('同意的才发；只写时间地点；发出以后才记为已发；没有发出的说明原因；不同意了就不发', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await m.mediating()
    const [a, b] = (await m.view('villageOfficer', id)).file.parties
    expect(await m.refused('villageOfficer', id, 'sendMessage', { partyId: a.id, about: 'session' })).toContain(
      '没有哪一方同意',
    )
    await m.move('villageOfficer', id, 'askMessages', { partyId: a.id, agreed: true })
    expect(await m.refused('villageOfficer', id, 'sendMessage', { partyId: b.id, about: 'session' })).toContain(
      '范守田没有同意用短信通知',
    )
    expect(await m.refused('villageOfficer', id, 'sendMessage', { partyId: a.id, about: 'performance' })).toContain(
      '没有可以通知的事',
    )
    await m.move('villageOfficer', id, 'planSession', {
      onDay: '2026-03-09',
      time: '上午九时',
      place: '村委会',
      messages: true,
    })
    const messages = async () => (await m.view('villageOfficer', id)).file.messages
    expect(await messages()).toMatchObject([{ partyId: a.id, sent: null, tries: 0 }])
    // No gateway: it is not sent, and the page says so.
    m.o.world.clock.set('2026-03-05', 10)
    await deliverAll(m.o.world, channels(false))
    expect((await messages())[0]).toMatchObject({ sent: null, failed: '没有配置短信' })
    // In the quiet hours nobody's phone rings.
    sent.length = 0
    m.o.world.clock.set('2026-03-05', 22)
    await deliverAll(m.o.world, channels())
    expect(sent.filter((x) => x.to === '13800001111')).toEqual([])
    m.o.world.clock.set('2026-03-06', 9)
    await deliverAll(m.o.world, channels())
    const mine = sent.filter((x) => x.to === '13800001111')
    expect(mine.map((x) => x.body)).toEqual([
      '【东庄村矛盾纠纷调解点】您好，您参加的调解定于2026年3月9日上午九时在村委会进行。调解自愿、免费。有事请与调解员联系。',
    ])
    expect((await messages())[0].sent).toBe('2026-03-06 09:00')
    expect((await messages())[0].failed).toBe('')
    expect(JSON.stringify(mine)).not.toMatch(/范守田|柳成林|排水/)
    await deliverAll(m.o.world, channels())
    expect(sent.filter((x) => x.to === '13800001111')).toHaveLength(1)
    await m.move('villageOfficer', id, 'sendMessage', { partyId: a.id, about: 'session' })
    await m.move('villageOfficer', id, 'askMessages', { partyId: a.id, agreed: false })
    await deliverAll(m.o.world, channels())
    expect(sent.filter((x) => x.to === '13800001111')).toHaveLength(1)
    expect((await messages())[0]).toMatchObject({ sent: null, failed: '当事人已不同意用短信通知' })
    // The office's list of deliveries shows nothing of it.
    expect(JSON.stringify((await m.o.as('petitionHead', 'GET', '/api/deliveries')).json)).not.toContain('村委会')
  })
})

describe('与信访事项', () => {
  const matter = async (id: string) => (await m.o.view('petitionHead', id)).matter
  const clocks = async (id: string) =>
    (await m.o.view('petitionHead', id)).clocks
      .filter((c: { endedOn: string | null }) => c.endedOn === null)
      .map((c: { rule: string; dueOn: string }) => `${c.rule} ${c.dueOn}`)
      .sort()

  test('转调解先征求意愿，各方同意才算开始，期限照算；达成协议、履行都返回；一件纠纷了结两件事项', async () => {
    m.o.world.clock.set('2026-03-05')
    const [first, second] = [await handling(), await handling()]
    const before = await clocks(first)
    const id = await m.register('petitionHead', { origin: 'matter', petitionIds: [first, second, first] })
    expect((await matter(first)).mediation).toBe('offered')
    await m.started('villageOfficer', id)
    expect((await matter(second)).mediation).toBe('offered')
    await m.move('villageOfficer', id, 'accept')
    for (const p of [first, second]) {
      expect((await matter(p)).mediation).toBe('running')
      expect(await clocks(p)).toEqual([...before, 'D15 2026-04-04'].sort())
    }
    await m.move('villageOfficer', id, 'assign', { mediatorIds: [m.o.id('villageOfficer')], how: 'chosen' })
    m.o.world.clock.set('2026-03-10')
    await m.agreed(id)
    for (const p of [first, second]) {
      expect((await matter(p)).mediation).toBe('agreed')
      expect(await clocks(p)).toEqual([...before, 'D16 2026-04-09'].sort())
      expect(JSON.stringify(await m.o.view('petitionHead', p))).not.toMatch(/范守田|排水沟/)
    }
    const [p] = (await m.view('villageOfficer', id)).file.performances
    await m.move('villageOfficer', id, 'perform', { performanceId: p.id, onDay: '2026-03-10', proof: '看过了' })
    const bodies = (await m.o.view('petitionHead', second)).records
      .filter((r: { kind: string }) => r.kind === 'mediation')
      .map((r: { body: string }) => /：(.+?)。/.exec(r.body)![1])
    expect(bodies.sort()).toEqual(
      ['转到调解网络，正在征求各方意愿', '各方同意，开始调解', '达成协议', '协议履行完毕'].sort(),
    )
  })

  test('一方不愿意，事项回到原样继续办理；谈不成的记未成；建议、检举控告不转调解', async () => {
    m.o.world.clock.set('2026-03-05')
    const p = await handling()
    const before = await clocks(p)
    const no = await m.register('petitionHead', { origin: 'matter', petitionIds: [p] })
    const [, b] = (await m.view('villageOfficer', no)).file.parties
    await m.move('villageOfficer', no, 'askConsent', { partyId: b.id, consent: 'no', words: '不调', onDay: m.day() })
    await m.move('villageOfficer', no, 'notAccept', { ground: 'refused', remedies: '可以起诉', remedyTold: true })
    expect((await matter(p)).mediation).toBe('none')
    expect(await clocks(p)).toEqual(before)
    const again = await m.register('petitionHead', { origin: 'matter', petitionIds: [p] })
    await m.started('villageOfficer', again)
    await m.move('villageOfficer', again, 'accept')
    await m.move('villageOfficer', again, 'fail', {
      why: 'noAgreement',
      reason: '谈不拢',
      remedies: '可以起诉',
      remedyTold: true,
    })
    expect((await matter(p)).mediation).toBe('failed')
    expect(await clocks(p)).toEqual(before)
    const advice = await m.o.register()
    await m.o.move('clerk', advice, 'classify', {
      class: 'suggestion',
      route: null,
      category: null,
      categoryText: '道路',
    })
    const r = await m.post('petitionHead', '/api/disputes', {
      input: m.input({ origin: 'matter', petitionIds: [advice] }),
    })
    expect([r.status, r.json.message]).toEqual([400, '建议意见不需要调解'])
    // Whoever does not see the matter can't send it anywhere.
    const hidden = await m.post('mediator', '/api/disputes', { input: m.input({ origin: 'matter', petitionIds: [p] }) })
    expect(hidden.status).toBe(404)
  })

  test('回避事项的调解员办成了纠纷，结果照样返回', async () => {
    m.o.world.clock.set('2026-03-05')
    const p = await handling()
    const id = await m.register('petitionHead', { origin: 'matter', petitionIds: [p] })
    await m.o.world.ownerPool.query('update petition set barred_ids = $2 where id = $1', [
      p,
      [m.o.id('villageOfficer')],
    ])
    await m.started('villageOfficer', id)
    await m.move('villageOfficer', id, 'accept')
    expect((await matter(p)).mediation).toBe('running')
  })
})

describe('两名调解员同时办', () => {
  test('各自打开的页面，后保存的被告知，不覆盖；刷新后再办成功；重发的请求不重记', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await m.register('villageOfficer')
    await m.started('villageOfficer', id)
    await m.move('villageOfficer', id, 'accept')
    await m.move('villageOfficer', id, 'assign', {
      mediatorIds: [m.o.id('villageOfficer'), m.o.id('gridWorker')],
      how: 'chosen',
    })
    const { version } = await m.view('villageOfficer', id)
    const note = (requestId: string, v: number, body: string) => ({
      requestId,
      version: v,
      input: { onDay: m.day(), place: '现场', whom: '邻居', body },
    })
    const go = (who: string, body: object) => m.o.as(who, 'POST', `/api/disputes/${id}/moves/investigate`, body)
    const first = uuidv7()
    const both = await Promise.all([
      go('villageOfficer', note(first, version, '沟被填')),
      go('gridWorker', note(uuidv7(), version, '沟没有填')),
    ])
    expect(both.map((x) => x.status).sort()).toEqual([200, 409])
    expect(both.find((x) => x.status === 409)!.json.message).toContain('请看过最新的内容再办；您填写的内容没有丢失')
    const now = (await m.view('gridWorker', id)).version
    expect((await go('gridWorker', note(uuidv7(), now, '沟没有填'))).status).toBe(200)
    await go('villageOfficer', note(first, version, '沟被填'))
    const kept = (await m.view('gridWorker', id)).file.records.filter(
      (r: { kind: string }) => r.kind === 'investigation',
    )
    expect(kept.length).toBe(2)
    // Neither reads what the other heard alone.
    const [a] = (await m.view('gridWorker', id)).file.parties
    await m.move('gridWorker', id, 'caucus', { partyId: a.id, onDay: m.day(), body: '底线是三千元' })
    expect(JSON.stringify(await m.view('villageOfficer', id))).not.toContain('底线')
    expect(JSON.stringify(await m.view('gridWorker', id))).toContain('底线')
  })

  test('同一请求几乎同时到两三次（双击、断网重发）：都算成功，只记一次', async () => {
    const id = await m.mediating()
    const { version } = await m.view('villageOfficer', id)
    const body = {
      requestId: uuidv7(),
      version,
      input: { onDay: m.day(), place: '现场', whom: '邻居', body: '看过了' },
    }
    const all = await Promise.all(
      [1, 2, 3].map(() => m.o.as('villageOfficer', 'POST', `/api/disputes/${id}/moves/investigate`, body)),
    )
    expect(all.map((x) => x.status)).toEqual([200, 200, 200])
    const { records } = (await m.view('villageOfficer', id)).file
    expect(records.filter((r: { kind: string }) => r.kind === 'investigation')).toHaveLength(1)
  })

  test('数据库存不了的字符（空字符、半个生僻字）去掉再存，查编号时也一样', async () => {
    const id = await m.mediating()
    await m.move('villageOfficer', id, 'investigate', {
      onDay: m.day(),
      place: '现场\u0000',
      whom: '\ud842邻居𠮷\ud842',
      body: '看\u0000过了',
    })
    const { records } = (await m.view('villageOfficer', id)).file
    const seen = records.find((r: { kind: string }) => r.kind === 'investigation')
    expect([seen.body, seen.data.place, seen.data.whom]).toEqual(['看过了', '现场', '\ufffd邻居𠮷\ufffd'])
    expect((await m.o.as('villageOfficer', 'GET', '/api/disputes?number=%00')).status).toBe(200)
  })

  test('协助人须双方同意才能邀请', async () => {
    const id = await m.mediating()
    expect(
      await m.refused('villageOfficer', id, 'inviteHelper', { name: '丁老师', as: '邻居', agreed: false }),
    ).toContain('须先征得双方当事人同意')
    await m.move('villageOfficer', id, 'inviteHelper', { name: '丁老师', as: '邻居', agreed: true })
    expect((await m.view('villageOfficer', id)).file.helpers).toMatchObject([{ name: '丁老师', as: '邻居' }])
  })
})

test('提醒点开就是那件纠纷；按编号、状态、站点找得到，通配符只当字；看不到的照样找不到', async () => {
  m.o.world.clock.set('2026-03-05')
  const id = await m.register('gridWorker')
  const { code, stationId } = await m.view('villageOfficer', id)
  const { notices } = (await m.o.as('villageOfficer', 'GET', '/api/desk')).json
  expect(notices.find((n: { says: string }) => n.says.includes(code)).link).toBe(`/mediation/disputes/${id}`)
  const found = async (who: string, query: string) =>
    (await m.o.as(who, 'GET', `/api/disputes?show=all&${query}`)).json.map((d: { id: string }) => d.id)
  expect(await found('villageOfficer', `number=${code.slice(2)}`)).toEqual([id])
  expect(await found('villageOfficer', `stationId=${stationId}&state=registered&number=${code}`)).toEqual([id])
  expect(await found('villageOfficer', `number=${code}&state=closed`)).toEqual([])
  for (const odd of ['%', '_', '%5C', '没有这个号']) expect(await found('villageOfficer', `number=${odd}`)).toEqual([])
  expect(await found('townLeader', `number=${code}`)).toEqual([])
})

describe('再起的纠纷', () => {
  test('登记时从看得到的、已结束的纠纷里选；看不到的选不上；月报算得出', async () => {
    m.o.world.clock.set('2026-05-06')
    const old = await m.register('villageOfficer')
    const [, b] = (await m.view('villageOfficer', old)).file.parties
    await m.move('villageOfficer', old, 'askConsent', { partyId: b.id, consent: 'no', words: '不调', onDay: m.day() })
    await m.move('villageOfficer', old, 'notAccept', { ground: 'refused', remedies: '可以起诉', remedyTold: true })
    const again = await m.register('villageOfficer', { relapseOf: old })
    expect((await m.view('villageOfficer', again)).file.relapseOf).toBe(old)
    expect((await m.post('clerk', '/api/disputes', { input: m.input({ relapseOf: old }) })).status).toBe(404)
    const r = (await m.o.as('townLeader', 'GET', '/api/mediation/report?from=2026-05-01&to=2026-05-31')).json
    expect(r.total).toMatchObject({ registered: 2, notAccepted: 1, relapsed: 1 })
  })
})
