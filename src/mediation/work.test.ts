import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { laidOut, officeTools } from '../documents/office.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type Channels, channelNames, type Message } from '../supervision/channels.ts'
import { remindTown } from '../supervision/remind.job.ts'
import { deliverAll } from '../worker.ts'
import { type MediationOffice, openMediation } from './fixture.ts'
import { namedIn } from './network/letter.ts'

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
/** Disputes are mediated in the village by its officer, whom the tests call on most. */
const mediating = async (more: object = {}) => {
  const id = await m.register('villageOfficer', more)
  await m.started('villageOfficer', id)
  await m.move('villageOfficer', id, 'accept')
  await m.move('villageOfficer', id, 'assign', { mediatorIds: [m.o.id('villageOfficer')], how: 'chosen' })
  return id
}
const agreed = async (id: string, more: object = {}) => {
  const { parties, records } = (await m.view('villageOfficer', id)).file
  const [a, b] = parties
  if (!records.some((r: { kind: string }) => r.kind === 'session'))
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
    clauses: [{ key: 'remove', text: '范守田疏通排水沟。' }],
    performances: [
      { what: '疏通排水沟', way: '现场', payerId: b.id, payeeId: a.id, amountFen: null, dueOn: '2026-03-20' },
    ],
    ...more,
  })
  for (const by of [a.id, b.id]) await m.move('villageOfficer', id, 'sign', { by, how: '签名', onDay: m.day() })
  await m.move('villageOfficer', id, 'sign', { by: 'mediator', how: '签名', onDay: m.day() })
  return m.move('villageOfficer', id, 'sign', { by: 'seal', how: '盖章', onDay: m.day() })
}
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

const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const put = async (
  who: string,
  url: string,
  requestId: string = uuidv7(),
  file: { name: string; data: Buffer; serves?: string } = { name: '收条.png', data: dot },
) => {
  const mark = 'x-mark'
  const field = (n: string, v: string) => `--${mark}\r\ncontent-disposition: form-data; name="${n}"\r\n\r\n${v}\r\n`
  return m.o.app.inject({
    method: 'POST',
    url,
    headers: { cookie: await m.o.cookie(who), 'content-type': `multipart/form-data; boundary=${mark}` },
    payload: Buffer.concat([
      Buffer.from(
        `${field('requestId', requestId)}${file.serves ? field('serves', file.serves) : ''}--${mark}\r\ncontent-disposition: form-data; name="file"; filename="${file.name}"\r\n\r\n`,
      ),
      file.data,
      Buffer.from(`\r\n--${mark}--\r\n`),
    ]),
  })
}
/** A PDF of so many pages, each a filled square. */
const pdfOf = (pages: number): Buffer => {
  const draw = '1 0 0 rg 100 100 300 300 re f'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Count ${pages}/Kids[${Array.from({ length: pages }, (_, i) => `${i + 4} 0 R`).join(' ')}]>>`,
    `<</Length ${draw.length}>>stream\n${draw}\nendstream`,
    ...Array.from({ length: pages }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>'),
  ]
  let body = '%PDF-1.4\n'
  const at = objects.map((o, i) => {
    const from = body.length
    body += `${i + 1} 0 obj${o}endobj\n`
    return from
  })
  const xref = at.map((x) => `${String(x).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${xref}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF`,
  )
}
const photo = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#4a7' } })
    .jpeg()
    .toBuffer()

describe('提醒', () => {
  test('约定的调解、期限、履行、回访、司法确认：每一档恰好一次，只告诉承办的和本站主任，不带姓名', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await mediating()
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
    await agreed(id)
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
    const id = await mediating()
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
    await agreed(id)
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
    expect(both.find((x) => x.status === 409)!.json.message).toContain('请刷新后再办；您填写的内容没有丢失')
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

  test('协助人须双方同意才能邀请', async () => {
    const id = await mediating()
    expect(
      await m.refused('villageOfficer', id, 'inviteHelper', { name: '丁老师', as: '邻居', agreed: false }),
    ).toContain('须先征得双方当事人同意')
    await m.move('villageOfficer', id, 'inviteHelper', { name: '丁老师', as: '邻居', agreed: true })
    expect((await m.view('villageOfficer', id)).file.helpers).toMatchObject([{ name: '丁老师', as: '邻居' }])
  })
})

describe('材料', () => {
  test('承办的人上传、打开；重发不多一份；看不到全卷的人既不能传也不能看；归档后不再加', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await mediating()
    const url = `/api/disputes/${id}/files`
    const requestId = uuidv7()
    const made = await put('villageOfficer', url, requestId)
    expect(made.statusCode, made.body).toBe(200)
    expect((await put('villageOfficer', url, requestId)).statusCode).toBe(200)
    const { files } = (await m.view('villageOfficer', id)).file
    expect(files).toMatchObject([{ name: '收条.png', byName: expect.any(String), sha256: made.json().sha256 }])
    expect((await m.o.as('villageOfficer', 'GET', `${url}/${files[0].id}`)).status).toBe(200)
    for (const who of [
      'gridWorker',
      'petitionHead',
      'clerk',
      'townLeader',
      'mediator',
      'areaSecretary',
      'unitHandler',
    ]) {
      expect((await put(who, url)).statusCode, who).toBe(404)
      expect((await m.o.as(who, 'GET', `${url}/${files[0].id}`)).status, who).toBe(404)
    }
    for (const who of ['systemAdmin', 'auditAdmin', 'auditor', 'disciplineLiaison'])
      expect([403, 404], who).toContain((await m.o.as(who, 'GET', `${url}/${files[0].id}`)).status)
    await m.move('villageOfficer', id, 'fail', {
      why: 'noAgreement',
      reason: '谈不拢',
      remedies: '可以起诉',
      remedyTold: true,
    })
    await m.move('villageOfficer', id, 'close', {})
    expect((await put('villageOfficer', url)).json().message).toContain('已归档')
  })

  test('材料写明用途，写错的不收，可以改；图片、PDF 逐页看得到，别的没有页；看不到全卷的看不到页；归档后不能改', async () => {
    m.o.world.clock.set('2026-03-05')
    const id = await mediating()
    const url = `/api/disputes/${id}/files`
    expect(
      (await put('villageOfficer', url, uuidv7(), { name: 'a.png', data: dot, serves: 'x' })).json().message,
    ).toContain('做什么用')
    for (const [name, data, serves] of [
      ['证件.png', dot, 'identity'],
      ['合同.pdf', pdfOf(3), 'evidence'],
      ['坏的.pdf', Buffer.from('%PDF-1.4\nbroken'), 'evidence'],
      ['说明.txt', Buffer.from('录音的说明'), 'other'],
    ] as const)
      expect((await put('villageOfficer', url, uuidv7(), { name, data, serves })).statusCode, name).toBe(200)
    const files = (await m.view('villageOfficer', id)).file.files as {
      id: string
      name: string
      serves: string
      pages: number
    }[]
    expect(files.map((f) => [f.name, f.serves, f.pages])).toEqual([
      ['证件.png', 'identity', 1],
      ['合同.pdf', 'evidence', 3],
      ['坏的.pdf', 'evidence', 0],
      ['说明.txt', 'other', 0],
    ])
    const page = async (who: string, n: number, i: number | string) =>
      (await m.o.as(who, 'GET', `${url}/${files[n]!.id}/pages/${i}`)).status
    expect(await page('villageOfficer', 0, 1)).toBe(200)
    expect(await page('villageOfficer', 1, 3)).toBe(200)
    for (const [n, i] of [
      [0, 2],
      [1, 4],
      [1, 0],
      [1, '1x'],
      [2, 1],
      [3, 1],
    ] as const)
      expect(await page('villageOfficer', n, i), `${n} ${i}`).toBe(404)
    expect(await page('gridWorker', 0, 1)).toBe(404)
    const to = { serves: 'evidence' }
    const refile = `${url}/${files[3]!.id}/serves`
    expect((await m.post('gridWorker', refile, to)).status).toBe(404)
    expect((await m.post('villageOfficer', refile, { serves: 'elsewhere' })).status).toBe(400)
    await m.ok('villageOfficer', refile, to)
    expect((await m.view('villageOfficer', id)).file.files[3].serves).toBe('evidence')
    await m.move('villageOfficer', id, 'fail', {
      why: 'noAgreement',
      reason: '谈不拢',
      remedies: '可以起诉',
      remedyTold: true,
    })
    await m.move('villageOfficer', id, 'close', {})
    expect((await m.post('villageOfficer', refile, { serves: 'other' })).json.message).toContain('已归档')
  })

  test('纸质责任书：主任上传扫描件补登，别人打不开', async () => {
    const { texts } = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json
    await m.ok('petitionHead', '/api/mediation/letters', {
      input: { kind: 'grid', title: '网格员责任书', body: texts.grid, fromOn: m.day(), toOn: '2027-03-05' },
    })
    const [{ id }] = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json.rows
    const url = `/api/mediation/letters/${id}/files`
    const file = (await put('petitionHead', url)).json().id
    await m.ok('petitionHead', `/api/mediation/letters/${id}/sign`, {
      how: 'paper',
      staffId: m.o.id('gridWorker'),
      fileId: file,
      on: m.day(),
    })
    // One scan is one person's: the same bytes are not taken for a second.
    const mediators = await m.ok('petitionHead', '/api/mediation/letters', {
      input: { kind: 'mediator', title: '调解员责任书', body: texts.mediator, fromOn: m.day(), toOn: '2027-03-05' },
    })
    expect(mediators).toEqual({ ok: true })
    const other = (await m.o.as('petitionHead', 'GET', '/api/mediation/letters')).json.rows.find(
      (l: { kind: string }) => l.kind === 'mediator',
    ).id
    const sign = async (staffId: string, on: string = m.day()) => {
      const scan = (await put('petitionHead', `/api/mediation/letters/${other}/files`)).json().id
      return m.post('petitionHead', `/api/mediation/letters/${other}/sign`, { how: 'paper', staffId, fileId: scan, on })
    }
    expect((await sign(m.o.id('mediator'), '2025-01-01')).json.fields).toHaveProperty('on')
    expect((await sign(m.o.id('mediator'))).status).toBe(200)
    expect((await sign(m.o.id('villageOfficer'))).json.message).toMatch(/已经登记为.+的/)
    const row = (await m.o.as('petitionHead', 'GET', `/api/mediation/letters/${id}`)).json.rows[0]
    expect(row).toMatchObject({ how: 'paper', signedOn: m.day(), fileId: file })
    expect((await m.o.as('petitionHead', 'GET', `${url}/${file}`)).status).toBe(200)
    for (const who of ['gridWorker', 'clerk', 'townLeader'])
      expect((await m.o.as(who, 'GET', `${url}/${file}`)).status, who).toBeGreaterThanOrEqual(400)
  })
})

test('文件名里的姓名只在说得准时提示：同名、几个人、名字里套名字都不猜', () => {
  const people = ['李四', '李四海', '王五', '赵六', '赵六'].map((name) => ({ name }))
  const said = (file: string) => namedIn(file, people)?.name ?? null
  expect(said('扫描 王 五 2026.pdf')).toBe('王五')
  expect(said('李四海.jpg')).toBe('李四海')
  expect(said('李四.jpg')).toBe('李四')
  expect(said('赵六.jpg')).toBeNull()
  expect(said('王五和李四.jpg')).toBeNull()
  expect(said('IMG_0001.jpg')).toBeNull()
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

describe(`卷宗的页码${officeTools() ? '，与 LibreOffice 排出来的一致' : '（本机没有 LibreOffice，只核对卷内相符）'}`, () => {
  test.each([
    ['短', '好。', '柳成林'],
    ['长', '各说各的理，谁也不让。'.repeat(900), '柳成林'],
    ['生僻字', '𠮷家屋后的沟被䶮家填了。', '𠮷䶮'],
  ])(
    '%s的内容',
    async (_, body, name) => {
      m.o.world.clock.set('2026-06-01')
      const id = await mediating({
        parties: [
          { side: 'applicant', name, claim: '疏通排水沟' },
          { side: 'respondent', name: '范守田' },
        ],
      })
      for (let i = 0; i < 2; i += 1)
        await m.move('villageOfficer', id, 'holdSession', {
          onDay: m.day(),
          place: '村委会',
          came: '双方',
          minutes: 30,
          body,
          readBack: true,
        })
      await agreed(id, {
        performances: [],
        facts: body.slice(0, 1800),
        clauses: [{ key: 'a', text: '范守田疏通排水沟。' }],
      })
      const files = [
        { name: '身份证 & <正面>.png', data: dot, serves: 'identity' },
        { name: '院墙（横）.jpg', data: await photo(3000, 900), serves: 'evidence' },
        { name: `${'长名字的照片'.repeat(18)}.jpg`, data: await photo(800, 4000), serves: 'evidence' },
        { name: '合同.pdf', data: pdfOf(3), serves: 'evidence' },
        { name: '录音的说明.txt', data: Buffer.from('另存'), serves: 'other' },
        { name: '传错了.png', data: await photo(10, 10), serves: 'apart' },
      ]
      for (const f of files)
        expect((await put('villageOfficer', `/api/disputes/${id}/files`, uuidv7(), f)).statusCode, f.name).toBe(200)
      const { index, total } = (await m.o.as('villageOfficer', 'GET', `/api/disputes/${id}/dossier`)).json as {
        index: { title: string; on: string; from: number; to: number }[]
        total: number
      }
      expect(index.at(-1)!.to).toBe(total)
      // Each behind the paper it belongs to, with as many pages as it has.
      const titles = index.map((x) => x.title)
      const after = (title: string) => titles[titles.indexOf(title) + 1]
      expect(after('当事人身份证明')).toBe('身份证明：身份证 & <正面>.png')
      expect(after('证据材料清单')).toBe('证据：院墙（横）.jpg')
      expect(titles.at(-2)).toBe('其他材料：录音的说明.txt')
      expect(titles.some((t) => t.includes('传错了'))).toBe(false)
      const pdfRow = index.find((x) => x.title === '证据：合同.pdf')!
      expect(pdfRow.to - pdfRow.from).toBe(2)
      for (const [i, row] of index.entries()) expect(row.from).toBe(i === 0 ? 1 : index[i - 1]!.to + 1)
      const file = await m.o.as('villageOfficer', 'GET', `/api/disputes/${id}/dossier.docx`)
      expect(file.status).toBe(200)
      if (!officeTools()) return
      const [pdf] = await laidOut([new Uint8Array(file.raw)])
      // Cover and index, then as many pages as the index says; each paper begins where it says.
      expect(pdf!.pages).toBe(total + 2)
      expect(pdf!.text).toContain(name)
      // The index on paper says the pages too, as numbers and nothing else.
      expect(pdf!.text).not.toMatch(/[〖〗]/)
      const said = pdf!.byPage[1]!.replaceAll(/\s+/g, '')
      for (const row of index.filter((r) => r.title.length < 15))
        expect(said).toContain(`${row.title.replaceAll(' ', '')}${row.on}${row.from}`)
      for (const row of index)
        expect(pdf!.byPage[row.from + 1]!.replaceAll(/\s+/g, ''), `${row.title} ${row.from}`).toContain(
          row.title.replaceAll(' ', ''),
        )
      expect(pdf!.byPage[pdfRow.to + 1]!).toContain('3/3')
    },
    120_000,
  )
})
