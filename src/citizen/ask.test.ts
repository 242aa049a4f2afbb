import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { keyringOf } from '../kit/server/keys.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'
import { linkOf, packAsked, unpackAsked } from './ask.ts'
import { solved } from './work.fixture.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

type Texts = Record<string, string>
const cookieIn = (r: { cookies: { name: string; value: string }[] }) =>
  r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
const get = (url: string, cookie = '') => app.inject({ url, headers: cookie ? { cookie } : {} })
const post = (url: string, fields: Texts, remoteAddress = '127.0.0.1') =>
  app.inject({
    method: 'POST',
    url,
    remoteAddress,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })
/** Brings a matter by the form at this address, as a browser does: with the hidden fields that stand there. */
const bring = async (url: string, fields: Texts) => {
  const page = (await get(url)).body
  const before = /name="before" value="([^"]*)"/.exec(page)![1]!
  return post('/c/new', { ...solved(page), kind: 'claim', before, ...fields })
}
const brought = async (url: string, fields: Texts) => {
  const r = await bring(url, fields)
  expect([r.statusCode, r.headers.location], r.body).toEqual([303, '/c/receipt'])
  const cookie = cookieIn(r)
  const receipt = (await get('/c/receipt', cookie)).body
  const number = /XF2026-\d{4}/.exec(receipt)![0]
  const code = /big code">([0-9A-Z]{5} [0-9A-Z]{5})</.exec(receipt)![1]!
  return { number, code, cookie, receipt }
}
const staff = new Map<string, string>()
const as = async (who: string, method: 'GET' | 'POST', url: string, payload?: object) => {
  if (!staff.has(who))
    staff.set(
      who,
      cookieIn(await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })),
    )
  return app.inject({ method, url, headers: { cookie: staff.get(who)! }, payload })
}
/** The matter as the office sees it. */
const seen = async (number: string) => {
  const { id } = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json().rows[0]
  return (await as('clerk', 'GET', `/api/petitions/${id}`)).json()
}
const said = (v: { records: { kind: string; body: string }[] }) =>
  v.records.filter((r) => r.kind === 'before').map((r) => r.body)
/** Looks at an earlier matter by number and code, and answers with the links that stand there. */
const looked = async (m: { number: string; code: string }) => {
  const r = await post('/c/ask/code', { number: m.number, code: m.code })
  expect([r.statusCode, r.headers.location], r.body).toEqual([303, '/c/ask/found'])
  const page = (await get('/c/ask/found', cookieIn(r))).body
  const to = (label: string) => new RegExp(`href="([^"]*)"><b>${label}`).exec(page)?.[1]?.replace(/&amp;/g, '&')
  return { page, to }
}

describe('先问：以前反映过吗', () => {
  test('第一次反映：一步就到三步的表，答的记在事项里', async () => {
    const home = (await get('/c')).body
    expect(home).toContain('href="/c/ask"')
    const page = (await get('/c/ask')).body
    for (const answer of ['没有，第一次反映', '反映过，有编号和查询码', '反映过，编号或查询码找不到了', '在别处反映过'])
      expect(page).toContain(answer)
    const m = await brought('/c/new?b=first', { request: '要求修好涵洞', name: '王大山' })
    const v = await seen(m.number)
    expect([said(v), v.links, v.matter.repeat]).toEqual([['信访人说：这件事第一次反映'], [], false])
    expect(m.receipt).toContain('您说：这件事第一次反映')
  })
  test('没有先答的也能登记，不替他答；扫村里的码进来的，村一直带着', async () => {
    const m = await brought('/c/new', { request: '要求修好水坝', name: '王二山' })
    expect(said(await seen(m.number))).toEqual([])
    const v = `v=${town.villages.东庄村}`
    expect((await get(`/c/ask?${v}`)).body).toContain(`/c/new?${v}&amp;b=first`)
    const sent = await post(`/c/ask/elsewhere?${v}`, { at: 'court', when: '去年' })
    expect(sent.headers.location).toContain(v)
    expect((await get(sent.headers.location!)).body).toMatch(/value="[0-9a-f-]{36}" selected>东庄村/)
  })
  test('有编号和查询码：看到办到哪一步、哪天以前、哪个岗位负责；再反映一次照样登记，连在一起，标明是本人说的', async () => {
    const first = await brought('/c/new?b=first', { request: '要求修好路灯', name: '孙小河', phone: '13800004321' })
    const { page, to } = await looked(first)
    for (const words of [
      '您的事项已经收到，正在登记',
      '2026年3月20日',
      '镇信访办',
      '补充情况',
      '看进度',
      '这是另一件事',
    ])
      expect(page).toContain(words)
    expect(page).not.toMatch(/孙小河|13800004321/)
    const again = await brought(to('还是要再反映一次')!, { request: '要求修好路灯，还是没有亮', name: '孙小河' })
    const v = await seen(again.number)
    expect(said(v)).toEqual([`信访人说：在本镇反映过，编号 ${first.number}`])
    expect(v.links).toMatchObject([{ number: first.number, kind: 'repeat', note: '信访人自己说：这件事以前反映过' }])
    expect([v.matter.repeat, v.matter.firstTime ?? false]).toEqual([true, false])
    expect(v.matter.number).not.toBe(first.number)
    // All that is held about him, too.
    const zip = unzipSync((await get('/c/matter/data', again.cookie)).rawPayload)
    expect(JSON.parse(strFromU8(zip['data.json']!)).registered.before).toContain(first.number)
    expect(strFromU8(zip['打开看.html']!)).toContain(`以前反映过没有：在本镇反映过，编号 ${first.number}`)
    const another = await brought(to('这是另一件事，接着反映')!, { request: '要求修好水井', name: '孙小河' })
    expect((await seen(another.number)).links).toEqual([])
  })
  test('错的编号和错的查询码是同一句话，和查进度同一道门：一起数，一起等', async () => {
    const m = await brought('/c/new?b=first', { request: '要求退还押金', name: '钱一' })
    const here = '10.7.7.7'
    const tell = (r: { body: string }) => /role="alert"[^>]*>([^<]*)/.exec(r.body)?.[1]
    const wrongCode = await post('/c/ask/code', { number: m.number, code: 'AAAAAAAAAA' }, here)
    const wrongNumber = await post('/c/ask/code', { number: 'XF2026-9999', code: m.code }, here)
    expect([wrongCode.statusCode, tell(wrongCode)]).toEqual([wrongNumber.statusCode, tell(wrongNumber)])
    expect(tell(wrongCode)).toContain('编号或查询码不对')
    for (let n = 0; n < 5; n += 1) {
      const url = n % 2 ? '/c/ask/code' : '/c/query'
      const r = await post(url, { number: m.number, code: 'BBBBBBBBBB' }, here)
      if (r.body.includes('请再按一次'))
        await post(url, { number: m.number, code: 'BBBBBBBBBB', ...solved(r.body) }, here)
    }
    const right = await post('/c/ask/code', { number: m.number, code: m.code }, here)
    expect([right.statusCode, /请再按一次“看一看”|后再试/.test(right.body)]).toEqual([409, true])
    expect((await get('/c/ask/found')).headers.location).toBe('/c/ask/code')
  })
  test('找不到编号的：怎样补写着；什么时候、跟谁说的记在事项里，也可以空着；还没有到的时间、太长的说在那一格', async () => {
    expect((await get('/c/ask/lost')).body).toContain('带身份证件，到村信访信息员那里')
    const late = await post('/c/ask/lost', { when: '2027年', whom: '村主任' })
    expect([late.statusCode, late.body.includes('这个时间还没有到'), late.body.includes('村主任')]).toEqual([
      400,
      true,
      true,
    ])
    const long = await post('/c/ask/lost', { whom: '人'.repeat(61) })
    expect([long.statusCode, long.body.includes('不能超过 60 字')]).toEqual([400, true])
    const sent = await post('/c/ask/lost', { when: '去年秋天<b>', whom: '村主任' })
    // What was written does not stand readable in the address.
    expect(decodeURIComponent(sent.headers.location!)).not.toContain('秋天')
    const form = (await get(sent.headers.location!)).body
    expect(form.replace(/<[^>]+>/g, '')).toContain('时间：去年秋天&lt;b&gt;，找的是：村主任')
    const m = await brought(sent.headers.location!, { request: '要求修好桥栏', name: '李四' })
    expect(said(await seen(m.number))).toEqual([
      '信访人说：在本镇反映过，编号找不到了（时间：去年秋天<b>，找的是：村主任）',
    ])
    expect((await post('/c/ask/lost', {})).statusCode).toBe(303)
  })
  test('在别处反映过：写清法律怎么说、可以接着反映；没选、选了没有的，说在那一格', async () => {
    const page = (await get('/c/ask/elsewhere')).body
    for (const words of ['第三十一条', '第十九条', '以上都不妨碍您现在接着反映', '每一件都登记'])
      expect(page).toContain(words)
    for (const at of ['', 'moon', '__proto__']) {
      const r = await post('/c/ask/elsewhere', { at })
      expect([r.statusCode, r.body.includes('请选择在哪里反映过')], at).toEqual([400, true])
    }
    const sent = await post('/c/ask/elsewhere', { at: 'review', when: '2025年12月' })
    const m = await brought(sent.headers.location!, { request: '要求重新丈量', name: '周五' })
    expect(said(await seen(m.number))).toEqual(['信访人说：在别处反映过：行政复议（时间：2025年12月）'])
  })
  test('匿名的不和留名的连在一起，编号也不记；两件都匿名的可以连', async () => {
    const named = await brought('/c/new?b=first', { request: '要求公开账目', name: '吴六' })
    const { to } = await looked(named)
    const hidden = await brought(to('还是要再反映一次')!, { request: '还是没有公开账目', anonymous: '1' })
    const v = await seen(hidden.number)
    expect([v.links, said(v)]).toEqual([[], ['信访人说：在本镇反映过']])
    expect(JSON.stringify(v)).not.toContain(named.number)
    const second = await looked(hidden)
    const both = await brought(second.to('还是要再反映一次')!, { request: '第三次问账目', anonymous: '1' })
    expect((await seen(both.number)).links.map((l: { number: string }) => l.number)).toEqual([hidden.number])
  })
  test('以前那件密封了：只说走到哪里，新的这件不写和它有关；要求保密的新事项，答的一起密封', async () => {
    const page = await bring('/c/new?b=first', { kind: 'accusation', request: '某干部收钱', name: '周正' })
    const number = /MF2026-\d{4}/.exec(page.body)![0]
    const code = /big code">([0-9A-Z]{5} [0-9A-Z]{5})</.exec(page.body)![1]!
    const r = await post('/c/ask/code', { number, code }, '10.8.8.8')
    expect([r.statusCode, r.cookies, r.body.includes('已经密封')]).toEqual([200, [], true])
    expect(r.body).toContain('/c/new?b=first')
    const first = await brought('/c/new?b=first', { request: '要求查清补贴', name: '郑七' })
    const { to } = await looked(first)
    const kept = await bring(to('还是要再反映一次')!, { request: '再查补贴', name: '郑七', confidential: '1' })
    expect(kept.body.replace(/<[^>]+>/g, '')).toContain(`在本镇反映过，编号 ${first.number}`)
    const list = (await as('disciplineLiaison', 'GET', `/api/sealed?text=${encodeURIComponent('再查补贴')}`)).json()
    const opened = (await as('disciplineLiaison', 'POST', `/api/sealed/${list[0].id}/open`, { purpose: '转送' })).json()
    expect(opened.before).toBe(`在本镇反映过，编号 ${first.number}`)
    expect((await seen(first.number)).links).toEqual([])
  })
  test('答了以后那一件被密封的：照样登记，不连，也不写编号', async () => {
    const first = await brought('/c/new?b=first', { request: '要求查清工程款', name: '冯八' })
    const { to } = await looked(first)
    await world.ownerPool.query('update petition set sealed = true where number = $1', [first.number])
    const again = await brought(to('还是要再反映一次')!, { request: '工程款还是没有', name: '冯八' })
    const v = await seen(again.number)
    expect([v.links, said(v)]).toEqual([[], ['信访人说：在本镇反映过']])
  })
  test('改过的、别处来的答案不认：说一句，写的都还在，再按一次就登记', async () => {
    const keys = keyringOf(world.dataDir)
    const other = packAsked(keys, uuidv7(), {
      answer: 'again',
      at: null,
      number: 'X',
      whom: '',
      when: '',
      earlier: null,
    })
    for (const packed of [other, 'k1.AAAA', '__proto__', `${other}A`, 'x'.repeat(5000)]) {
      expect(unpackAsked(keys, town.townId, packed)).toBe(null)
      const r = await bring('/c/new', { request: '要求修闸', name: '何九', before: packed })
      expect([r.statusCode, r.body.includes('看不清了'), r.body.includes('要求修闸')]).toEqual([400, true, true])
      expect(r.body).toMatch(/name="before" value=""/)
    }
    expect((await get('/c/new?b=1&b=2')).statusCode).toBe(200)
    const mine = {
      answer: 'again',
      at: null,
      number: 'XF',
      whom: '',
      when: '',
      earlier: { id: 'a', anonymous: false },
    } as const
    expect(unpackAsked(keys, town.townId, packAsked(keys, town.townId, mine))).toEqual(mine)
    expect([linkOf(mine, false).toId, linkOf(mine, true).toId]).toEqual(['a', null])
  })
})

describe('窗口和审查', () => {
  test('窗口登记时问的记在事项里；写错的说在那一格', async () => {
    const input = {
      channel: 'visit',
      receivedOn: '2026-03-05',
      request: '要求发还土地款',
      parties: [{ name: '石十' }],
      before: { answer: 'elsewhere', at: 'hotline', when: '上个月' },
    }
    const register = (more: object) =>
      as('clerk', 'POST', '/api/petitions', { requestId: uuidv7(), input: { ...input, ...more } })
    const made = (await register({})).json()
    expect(said(await seen(made.number))).toEqual(['信访人说：在别处反映过：12345 热线（时间：上个月）'])
    const late = await register({ before: { answer: 'lost', when: '明年' } })
    expect([late.statusCode, late.json().fields]).toEqual([
      400,
      { 'before.when': '这个时间还没有到，请写以前反映的时间' },
    ])
    expect((await register({ before: { answer: 'elsewhere' } })).json().fields).toEqual({
      'before.at': '请选择在哪里反映过',
    })
    expect((await register({ before: { answer: 'perhaps' } })).statusCode).toBe(400)
  })
  test('审查受理时并列可能是同一件的：只列看得到的，已经关联的不再列', async () => {
    const text = '要求解决东庄村北头机井三年没有水、麦子浇不上的问题'
    const a = await brought('/c/new?b=first', { request: text, name: '郭十一', phone: '13911112222' })
    const b = await brought('/c/new', { request: text, name: '郭十一', phone: '13911112222' })
    const { id } = (await as('clerk', 'GET', `/api/petitions?q=${b.number}`)).json().rows[0]
    const likely = async () => (await as('clerk', 'GET', `/api/petitions/${id}/likely`)).json()
    expect((await likely())[0]).toMatchObject({ number: a.number, kind: 'both', petitioner: '郭*一' })
    const v = await seen(b.number)
    const move = (name: string, version: number, input: object) =>
      as('clerk', 'POST', `/api/petitions/${id}/moves/${name}`, { requestId: uuidv7(), version, input })
    const confirmed = (await move('confirmRegister', v.matter.version, {})).json()
    const earlier = (await as('clerk', 'GET', `/api/petitions?q=${a.number}`)).json().rows[0].id
    const input = { toId: earlier, kind: 'repeat', note: '' }
    expect((await move('link', confirmed.matter.version, input)).statusCode).toBe(200)
    expect((await likely()).map((x: { number: string }) => x.number)).not.toContain(a.number)
    expect((await as('unitHandler', 'GET', `/api/petitions/${id}/likely`)).statusCode).toBe(404)
  })
})

describe('村里帮着问', () => {
  test('只看编号，不问查询码；看得到的当场说办到哪一步，登记时连上；看不到的和没有的一样，编号照记', async () => {
    const at = world.clock.now().getTime()
    const times = { heardAt: at, sentAt: at }
    const send = (more: object) =>
      as('villageOfficer', 'POST', '/api/field/matters', {
        requestId: uuidv7(),
        ...times,
        input: { request: '要求修井', name: '郝十二', readBack: true, villageId: town.villages.东庄村, ...more },
      })
    const first = (await send({})).json()
    const found = async (number: string) =>
      (await as('villageOfficer', 'POST', '/api/field/earlier', { number })).json().found
    expect(await found(` ${first.number.toLowerCase()}`)).toMatchObject({
      number: first.number,
      state: expect.any(String),
    })
    const elsewhere = await brought('/c/new?b=first', { request: '要求修水塔', name: '别村的人' })
    expect([await found(elsewhere.number), await found('XF2026-9999')]).toEqual([null, null])
    const again = (await send({ request: '井还是没有修', before: { answer: 'again', number: first.number } })).json()
    const v = await seen(again.number)
    expect(v.links.map((l: { number: string; note: string }) => [l.number, l.note])).toEqual([
      [first.number, '信访人自己说：这件事以前反映过'],
    ])
    const unseen = (await send({ before: { answer: 'again', number: elsewhere.number } })).json()
    const u = await seen(unseen.number)
    expect([u.links, said(u)]).toEqual([[], [`信访人说：在本镇反映过，编号 ${elsewhere.number}`]])
    const hidden = (await send({ name: '', anonymous: true, before: { answer: 'again', number: first.number } })).json()
    const h = await seen(hidden.number)
    expect([h.links, said(h)]).toEqual([[], ['信访人说：在本镇反映过']])
    const late = await send({ before: { answer: 'lost', when: '2027年' } })
    expect([late.statusCode, late.json().fields]).toEqual([400, { 'before.when': expect.stringContaining('还没有到') }])
    // A phone of an older version asks nothing.
    expect((await send({})).statusCode).toBe(200)
  })
  test('登记的人当场把回执给本人看：编号和查询码能查进度；别人看不到，过了两天不再显示，看了留痕', async () => {
    const at = world.clock.now().getTime()
    const input = { request: '要求修渠', name: '焦十三', readBack: true, villageId: town.villages.东庄村 }
    const body = { requestId: uuidv7(), heardAt: at, sentAt: at, input }
    const made = (await as('villageOfficer', 'POST', '/api/field/matters', body)).json()
    const show = (who: string) => as(who, 'GET', `/api/field/matters/${made.id}/receipt`)
    const r = (await show('villageOfficer')).json()
    expect([r.number, r.tellBy, r.qr.startsWith('data:image/png')]).toEqual([made.number, '2026年3月20日', true])
    const opened = await post('/c/query', { number: r.number, code: r.queryCode }, '10.6.6.6')
    expect([opened.statusCode, opened.headers.location]).toEqual([303, '/c/matter'])
    expect([(await show('clerk')).statusCode, (await show('unitHandler')).statusCode]).toEqual([404, 403])
    const timeline = (await as('clerk', 'GET', `/api/petitions/${made.id}/timeline`)).body
    expect([timeline.includes('把登记回执给信访人看'), timeline.includes(r.queryCode)]).toEqual([true, false])
    world.clock.set('2026-03-07')
    staff.clear()
    const late = await show('villageOfficer')
    expect([late.statusCode, late.json().message]).toEqual([409, expect.stringContaining('核对身份证件后换发')])
    world.clock.set('2026-03-05')
    staff.clear()
  })
})
