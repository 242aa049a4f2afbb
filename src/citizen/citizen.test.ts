import { strFromU8, unzipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp, createPublicApp } from '../server.ts'
import { deliverTown } from '../supervision/deliver.job.ts'
import { remindTown } from '../supervision/remind.job.ts'
import { solved } from './work.fixture.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  process.env.SMS_GATEWAY_URL = 'http://127.0.0.1:9/'
  app = await createApp(world)
  delete process.env.SMS_GATEWAY_URL
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

type Texts = Record<string, string>
const cookieIn = (r: { cookies: { name: string; value: string }[] }) =>
  r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
const form = (url: string, fields: Texts, cookie?: string, remoteAddress?: string) =>
  app.inject({
    method: 'POST',
    url,
    ...(remoteAddress ? { remoteAddress } : {}),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie ? { cookie } : {}) },
    payload: new URLSearchParams(fields).toString(),
  })
/** Asks with number and code as a browser does: where the form wants work, it is done and sent again. */
const ask = async (fields: Texts, cookie?: string, address?: string) => {
  const r = await form('/c/query', fields, cookie, address)
  return r.body.includes('再按一次“查询”') ? form('/c/query', { ...fields, ...solved(r.body) }, cookie, address) : r
}
const get = (url: string, cookie?: string) => app.inject({ url, headers: cookie ? { cookie } : {} })
const multipart = (fields: Texts, files: { name: string; data: Buffer }[] = []) => {
  const boundary = 'x-huisheng-test'
  const parts = [
    ...Object.entries(fields).map(([k, v]) =>
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${k}"\r\n\r\n${v}\r\n`),
    ),
    ...files.flatMap((f) => [
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="${f.name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
      ),
      f.data,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]
  return { payload: Buffer.concat(parts), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}
const submit = async (fields: Texts, files: { name: string; data: Buffer }[] = []) => {
  const sealed = solved((await get('/c/new')).body)
  const m = multipart({ ...sealed, kind: 'claim', ...fields }, files)
  return app.inject({ method: 'POST', url: '/c/new', ...m })
}
/** Number, code and cookie of a matter just brought. */
const brought = async (fields: Texts, files: { name: string; data: Buffer }[] = []) => {
  const r = await submit(fields, files)
  expect(r.statusCode, r.body).toBe(303)
  expect(r.headers.location).toBe('/c/receipt')
  const cookie = cookieIn(r)
  const receipt = (await get('/c/receipt', cookie)).body
  const number = /XF2026-\d{4}/.exec(receipt)![0]
  const code = /big code">([0-9A-Z]{5} [0-9A-Z]{5})</.exec(receipt)![1]!
  return { cookie, number, code, receipt }
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

/** The files of what is held about whoever has this cookie. */
const own = async (cookie: string) => {
  const r = await get('/c/matter/data', cookie)
  expect([r.statusCode, r.headers['content-type']], r.body).toEqual([200, 'application/zip'])
  return unzipSync(r.rawPayload)
}
const textOf = (files: Record<string, Uint8Array>) =>
  ['打开看.html', 'data.json'].map((n) => strFromU8(files[n]!)).join('\n')
const dataOf = (files: Record<string, Uint8Array>) => JSON.parse(strFromU8(files['data.json']!))

describe('反映', () => {
  test('三步写完，得到编号、查询码和最迟告知日期；办公室的台账里就有了', async () => {
    const { number, code, cookie, receipt } = await brought({
      request: '要求把村口的路灯修好',
      name: '王建国',
      phone: '13800001234',
      villageId: town.villages.东庄村!,
    })
    expect(receipt).toContain('2026年3月20日')
    expect(receipt).toContain('第二十三条')
    const text = await get('/c/receipt/text', cookie)
    expect(text.headers['content-disposition']).toContain(`${number}.txt`)
    expect(text.body).toContain(`查询码 ${code.replace(' ', '')}`)
    expect(text.body).not.toMatch(/路灯|王建国|13800001234/)
    const ledger = (await as('clerk', 'GET', '/api/petitions')).json()
    const row = ledger.rows.find((x: { number: string }) => x.number === number)
    expect(row).toMatchObject({ channel: 'online', state: 'received', village: '东庄村', petitioner: '王*国' })
  })
  test('同一份表单送两次，只登记一次', async () => {
    const form = solved((await get('/c/new')).body)
    const a = await submit({ ...form, request: '低保为什么停了', name: '李二' })
    const b = await submit({ ...form, request: '低保为什么停了', name: '李二' })
    expect([a.statusCode, b.statusCode]).toEqual([303, 303])
    const numberOf = async (r: typeof a) => /XF2026-\d{4}/.exec((await get('/c/receipt', cookieIn(r))).body)![0]
    expect(await numberOf(b)).toBe(await numberOf(a))
  })
  test('少填的说清楚，已经写的都还在', async () => {
    const r = await submit({ request: '', facts: '去年秋天的事', phone: '1380000<b>' })
    expect(r.statusCode).toBe(400)
    expect(r.body).toContain('请写下您要求解决什么')
    expect(r.body).toContain('请填写姓名；不愿留名的请勾选“匿名”')
    expect(r.body).toContain('去年秋天的事')
    expect(r.body).toContain('1380000&lt;b&gt;')
    const six = await submit({ request: '修路', name: '甲', representatives: '甲、乙、丙、丁、戊、己' })
    expect(six.body).toContain('代表最多 5 人')
    // What is wrong is not folded away.
    expect(six.body).toMatch(/<details open><summary>替别人反映/)
  })
  test('匿名的不留名字；代人反映的分清信访人和代理人；不能留的文件说明原因', async () => {
    const anonymous = await brought({ request: '厂里夜间排烟', anonymous: '1', name: '不该留下' })
    expect((await get('/c/matter', anonymous.cookie)).body).toContain('匿名')
    expect(textOf(await own(anonymous.cookie))).not.toContain('不该留下')
    const other = await brought({ request: '老人高龄补贴没有发', name: '孙子', forWhom: '赵奶奶' })
    const { people } = dataOf(await own(other.cookie)).registered
    expect(people.map((p: { name: string; role: string }) => [p.name, p.role])).toEqual([
      ['赵奶奶', '信访人'],
      ['孙子', '代理人'],
    ])
    const bad = await submit({ request: '修桥', name: '甲' }, [{ name: 'a.exe', data: Buffer.from('MZ\0\0\0\0') }])
    expect([bad.statusCode, bad.body.includes('a.exe'), bad.body.includes('修桥')]).toEqual([400, true, true])
    const good = await brought({ request: '修桥', name: '甲' }, [{ name: '说明.txt', data: Buffer.from('桥面有洞') }])
    expect((await get('/c/matter', good.cookie)).body).toContain('说明.txt')
  })
  test('只录一段话也能登记；什么也没有的不行', async () => {
    const none = await submit({ request: '', name: '不识字' })
    expect([none.statusCode, none.body.includes('或者录一段话')]).toEqual([400, true])
    // The beginning of a WebM with one Opus track, as a browser records it.
    const webm = Buffer.concat([
      Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
      Buffer.from('42878104428581028686', 'hex'),
      Buffer.from('A_OPUS'),
      Buffer.alloc(200, 7),
    ])
    const spoken = await brought({ request: '', name: '不识字' }, [{ name: '录音1.webm', data: webm }])
    const ledger = (await as('clerk', 'GET', `/api/petitions?q=${spoken.number}`)).json().rows[0]
    const { matter, attachments } = (await as('clerk', 'GET', `/api/petitions/${ledger.id}`)).json()
    expect([matter.request, attachments[0].kind, attachments[0].brought]).toEqual([
      '见录音（1 段）。信访人没有写字，请听录音后照录',
      '录音',
      true,
    ])
  })
  test('材料存不上的，编号照样给，并说再传一次；没有选材料就按上传的有一句话', async () => {
    const { files } = world
    const put = files.put
    files.put = () => Promise.reject(new Error('no room'))
    const r = await submit({ request: '修涵洞', name: '甲' }, [{ name: '说明.txt', data: Buffer.from('洞塌了') }])
    files.put = put
    expect([r.statusCode, r.headers.location]).toEqual([303, '/c/receipt?lost=1'])
    const cookie = cookieIn(r)
    const page = (await get('/c/receipt?lost=1', cookie)).body
    expect([/XF2026-\d{4}/.test(page), page.includes('有材料没有存上')]).toEqual([true, true])
    const m = multipart({ requestId: uuidv7() })
    const none = await app.inject({ method: 'POST', url: '/c/matter/files', ...m, headers: { ...m.headers, cookie } })
    expect([none.statusCode, none.body.includes('请先选照片')]).toEqual([400, true])
  })
  test('断在半路、没有边界的表单：说一句话，什么也没有登记', async () => {
    const before = (await as('clerk', 'GET', '/api/petitions')).json().totals.total
    const sealed = solved((await get('/c/new')).body)
    const { payload, headers } = multipart({ ...sealed, kind: 'claim', request: '要求修桥', name: '马大山' }, [
      { name: '桥.jpg', data: Buffer.alloc(3000, 1) },
    ])
    for (const [body, type] of [
      [payload.subarray(0, payload.length - 2000), headers['content-type']],
      [payload, 'multipart/form-data'],
    ] as const) {
      const r = await app.inject({ method: 'POST', url: '/c/new', payload: body, headers: { 'content-type': type } })
      expect([r.statusCode, r.body.includes('传来的内容不完整，请重新提交')]).toEqual([400, true])
    }
    expect((await as('clerk', 'GET', '/api/petitions')).json().totals.total).toBe(before)
  })
  test('文件太多、太大、村选错了：各有一句话，写的都还在', async () => {
    const of = (n: number, data: Buffer) => Array.from({ length: n }, (_, i) => ({ name: `${i}.txt`, data }))
    const many = await submit({ request: '修水塔', name: '甲' }, of(10, Buffer.from('一')))
    expect([many.statusCode, many.body.includes('一次最多 9 个'), many.body.includes('修水塔')]).toEqual([
      400,
      true,
      true,
    ])
    const big = await submit({ request: '修水塔', name: '甲' }, of(1, Buffer.alloc(21 * 1024 * 1024, 'a')))
    expect([big.statusCode, big.body.includes('超过 20 MB'), big.body.includes('修水塔')]).toEqual([400, true, true])
    const village = await submit({ request: '修水塔', name: '甲', villageId: 'zzz' })
    expect([village.statusCode, village.body.includes('请重新选择村')]).toEqual([400, true])
  })
  test('从 Word 贴来的字、看不见的字符、生僻字、全角数字：都登记，字还是原来的字', async () => {
    const request = '要求修路\u000b\u0000家门口\u200b的桥也修\r\n𠮷䶮两户都走这里'
    const pasted = {
      request,
      name: '\ufeff䶮大山\u0000',
      headCount: '３',
      representatives: '䶮大山、𠮷小河',
      phone: '１３８００００７７７７',
    }
    const { cookie, number } = await brought(pasted, [
      { name: `${'桥'.repeat(115)}𠮷多余的.txt`, data: Buffer.from('桥') },
    ])
    const { id } = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json().rows[0]
    const { matter, parties, attachments } = (await as('clerk', 'GET', `/api/petitions/${id}`)).json()
    expect([matter.request, matter.headCount]).toEqual(['要求修路\n家门口的桥也修\n𠮷䶮两户都走这里', 3])
    expect(parties.map((p: { phone: string }) => p.phone)[0]).toBe('138****7777')
    // Whole characters and its ending, however long the name: it can be sent back.
    expect(attachments[0].name).toBe(`${'桥'.repeat(115)}𠮷.txt`)
    const more = { kind: 'facts', body: '又塌了\u0000一处\u000b在西头', requestId: uuidv7() }
    expect((await form('/c/matter/words', more, cookie)).statusCode).toBe(303)
    expect((await get('/c/matter', cookie)).body).toContain('又塌了一处\n在西头')
    // Where nothing is typed but an address: a sentence, no fault.
    for (const url of ['/c/v/%00', '/c/query?n=%00', '/c/open?village=%00'])
      expect((await get(url)).statusCode, url).toBeLessThan(500)
    const { words } = (await as('clerk', 'GET', `/api/petitions/${id}/words`)).json()
    const url = `/api/petitions/${id}/words/${words[0].id}/answer`
    // What the database can't keep is taken out, whoever sends it.
    expect((await as('clerk', 'POST', url, { requestId: uuidv7(), answer: '明天\u0000去' })).statusCode).toBe(200)
    expect((await get('/c/matter', cookie)).body).toContain('明天去')
  })
  test('检举控告当即密封，除纪检联络员外谁也看不到', async () => {
    const r = await submit({ kind: 'accusation', request: '某干部收钱办事', name: '周正' }, [
      { name: '账本.txt', data: Buffer.from('某干部的账') },
    ])
    const number = /MF2026-\d{4}/.exec(r.body)![0]
    const code = /big code">([0-9A-Z]{5} [0-9A-Z]{5})</.exec(r.body)![1]!
    expect([r.statusCode, r.body.includes('只有纪检联络员能看到'), r.cookies]).toEqual([200, true, []])
    const asked = await ask({ number, code })
    expect(asked.body).toContain('正在按规定转送有权处理的机关')
    // How it stands is told, not cried out as something wrong.
    expect(asked.body).not.toContain('role="alert"')
    expect(asked.body).not.toContain('某干部')
    expect((await ask({ number, code: 'AAAAAAAAAA' })).body).toContain('编号或查询码不对')
    const list = (await as('disciplineLiaison', 'GET', '/api/sealed')).json()
    const opened = await as('disciplineLiaison', 'POST', `/api/sealed/${list[0].id}/open`, { purpose: '转送' })
    expect([opened.json().request, opened.json().files[0].name]).toEqual(['某干部收钱办事', '账本.txt'])
    for (const who of ['clerk', 'petitionHead', 'townLeader', 'auditor'])
      expect((await as(who, 'GET', `/api/petitions?q=${number}`)).body, who).not.toContain('某干部')
  })
})

test('公众交来的 PDF 只能下载；照片是重新画过的、录音只能听，可以直接打开', async () => {
  const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#345' } })
    .jpeg()
    .toBuffer()
  const { number } = await brought({ request: '要求看一份合同', name: '郑五' }, [
    { name: '合同.pdf', data: Buffer.from('%PDF-1.4\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\ntrailer<<>>') },
    { name: '照片.jpg', data: Buffer.concat([photo, Buffer.from('<script>1</script>')]) },
  ])
  const { rows } = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json()
  const { attachments } = (await as('clerk', 'GET', `/api/petitions/${rows[0].id}`)).json()
  for (const a of attachments) {
    const r = await as('clerk', 'GET', `/api/petitions/${rows[0].id}/attachments/${a.id}`)
    const way = String(r.headers['content-disposition']).split(';')[0]
    expect([a.name, way, r.headers['x-content-type-options'], r.rawPayload.includes('<script>')]).toEqual([
      a.name,
      a.name === '合同.pdf' ? 'attachment' : 'inline',
      'nosniff',
      false,
    ])
  }
  expect(attachments).toHaveLength(2)
})

test('受到打压可以直接说：只送纪检联络员，承办单位和村都看不到，事项里不留一个字', async () => {
  const { cookie } = await brought({ request: '要求修好水渠', name: '吴三' })
  const said = { requestId: uuidv7(), kind: 'pressure', body: '有人威胁停我的低保' }
  const page = (await form('/c/matter/words', said, cookie)).body
  expect(page).toContain('已经直接送到纪检联络员')
  expect(page).not.toContain('停我的低保')
  // 有自己的编号和查询码，只显示这一次；再送一次还是这一个.
  const slip = /编号 <span class="whole">(MF2026-\d{4})<\/span>，查询码 (\w{5} \w{5})/
  const [, number, code] = slip.exec(page)!
  expect(slip.exec((await form('/c/matter/words', said, cookie)).body)!.slice(1)).toEqual([number, code])
  expect((await get('/c/matter', cookie)).body).not.toContain(number)
  expect((await ask({ number: number!, code: code! })).body).toContain('只有纪检联络员能够看到')
  const list = (await as('disciplineLiaison', 'GET', `/api/sealed?text=${encodeURIComponent('停我的低保')}`)).json()
  const v = (await as('disciplineLiaison', 'POST', `/api/sealed/${list[0].id}/open`, { purpose: '处理' })).json()
  expect([v.why, v.parties[0].name]).toEqual(['pressure', '吴三'])
  for (const who of ['clerk', 'petitionHead', 'villageOfficer', 'unitHandler', 'areaSecretary'])
    expect((await as(who, 'GET', `/api/petitions/${v.about.petitionId}/timeline`)).body, who).not.toContain('低保')
})

describe('查进度', () => {
  test('编号加查询码才能看；错的编号和错的查询码是同一句话', async () => {
    const { number, code } = await brought({ request: '要求发还押金', name: '钱一' })
    const wrongCode = await ask({ number, code: 'AAAAAAAAAA' })
    const wrongNumber = await ask({ number: 'XF2026-9999', code })
    const sentence = '编号或查询码不对'
    expect([wrongCode.statusCode, wrongNumber.statusCode]).toEqual([409, 409])
    expect([wrongCode.body.includes(sentence), wrongNumber.body.includes(sentence)]).toEqual([true, true])
    // Lower case, spaces and full-width digits are how people type.
    const r = await ask({ number: ` ${number.toLowerCase()} `, code: code.toLowerCase() })
    expect([r.statusCode, r.headers.location]).toEqual([303, '/c/matter'])
    const page = (await get('/c/matter', cookieIn(r))).body
    expect(page).toContain('您的事项已经收到，正在登记')
    expect(page).toContain('最迟告知')
    expect(page).toContain('钱*')
    expect(page).not.toContain('钱一')
  })
  test('没有凭据的看不到任何事项，只回到查询页', async () => {
    for (const url of ['/c/matter', '/c/receipt', '/c/matter/data', `/c/matter/papers/${uuidv7()}`]) {
      const r = await get(url)
      expect([r.statusCode, r.headers.location]).toEqual([303, '/c/query?again=1'])
    }
    const forged = await get('/c/matter', `huisheng_c=${town.townId}.abcdefgh`)
    expect(forged.headers.location).toBe('/c/query?again=1')
  })
  test('连续输错要等；等的时候对的也不查；等过了可以再查', async () => {
    const { number, code } = await brought({ request: '要求清理河道', name: '吴二' })
    const here = '10.9.9.9'
    for (let i = 0; i < 5; i += 1) await ask({ number, code: 'BBBBBBBBBB' }, undefined, here)
    // From the fourth on each try costs work, or a wait.
    const bare = await form('/c/query', { number, code }, undefined, here)
    expect([bare.statusCode, bare.body.includes('请再按一次“查询”'), bare.body.includes(code)]).toEqual([
      409,
      true,
      true,
    ])
    const locked = await ask({ number, code }, undefined, here)
    expect([locked.statusCode, locked.body.includes('后再试')]).toEqual([409, true])
    world.clock.set('2026-03-05', 10)
    const later = await ask({ number, code }, undefined, here)
    expect(later.statusCode).toBe(303)
    world.clock.set('2026-03-05')
  })
  test('前面有本机的反向代理时，各人的地址各算各的；别处来的自己写的地址不算', async () => {
    let n = 0
    const wrong = (from: string, said: string) =>
      app.inject({
        method: 'POST',
        url: '/c/query',
        remoteAddress: from,
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': said },
        // A number each, so that only the address counts.
        payload: new URLSearchParams({ number: `XF2026-80${++n}`, code: 'CCCCCCCCCC' }).toString(),
      })
    for (const _ of [1, 2, 3]) await wrong('127.0.0.1', '10.1.1.1')
    expect((await wrong('127.0.0.1', '10.1.1.1')).body).toContain('再按一次“查询”')
    expect((await wrong('127.0.0.1', '10.1.1.2')).body).not.toContain('再按一次“查询”')
    for (const last of [1, 2, 3]) await wrong('10.5.5.5', `10.6.6.${last}`)
    expect((await wrong('10.5.5.5', '10.6.6.9')).body).toContain('再按一次“查询”')
  })
  test('半小时后要重新输查询码；退出以后立即失效', async () => {
    const { cookie } = await brought({ request: '要求装路牌', name: '郑三' })
    await form('/c/out', {}, cookie)
    expect((await get('/c/matter', cookie)).headers.location).toBe('/c/query?again=1')
    const b = await brought({ request: '要求装路牌', name: '郑三' })
    world.clock.set('2026-03-05', 10)
    expect((await get('/c/matter', b.cookie)).headers.location).toBe('/c/query?again=1')
    expect((await get('/c/query?again=1')).body).toContain('过了半小时要重新输入')
    expect((await get('/c/query')).body).not.toContain('过了半小时')
    world.clock.set('2026-03-05')
  })
})

describe('说话、评价', () => {
  test('补充的话照录、留痕、告诉承办人；重发不会说两次；空话不收', async () => {
    const { cookie } = await brought({ request: '要求补种树苗', name: '冯四' })
    const requestId = uuidv7()
    const one = () => form('/c/matter/words', { kind: 'facts', body: '又死了三棵 <script>', requestId }, cookie)
    expect((await one()).headers.location).toBe('/c/matter?done=word')
    await one()
    const page = (await get('/c/matter?done=word', cookie)).body
    expect(page.split('又死了三棵 &lt;script&gt;')).toHaveLength(2)
    expect(page).toContain('等待回复')
    const empty = await form('/c/matter/words', { kind: 'facts', body: '  ', requestId: uuidv7() }, cookie)
    expect([empty.statusCode, empty.body.includes('请写下您要说的话')]).toEqual([400, true])
    // What was not taken is not lost, without a script either: the form stands open, the sentence at its field.
    expect(empty.body).toMatch(/id="right-facts" open>/)
    expect(empty.body).toContain('id="body-facts-wrong"')
    const long = await form(
      '/c/matter/words',
      { kind: 'facts', body: '树'.repeat(10_001), requestId: uuidv7() },
      cookie,
    )
    expect([long.statusCode, long.body.includes(`${'树'.repeat(10_001)}</textarea>`)]).toEqual([400, true])
    const notices = (await as('petitionHead', 'GET', '/api/desk')).body
    expect(notices).toContain('补充情况')
  })
  test('没有答复不能评价；导入法定途径后可以评价一次，谁也不能改；不满意提示做质量检查', async () => {
    const { cookie, number } = await brought({ request: '要求重划宅基地', name: '陈五' })
    const give = { office: 'satisfied', unit: 'dissatisfied', 'dim-echo': '1', reason: '没有说清' }
    const early = await form('/c/matter/rate', { ...give, requestId: uuidv7() }, cookie)
    expect([early.statusCode, early.body.includes('答复送达以后才能评价')]).toEqual([409, true])
    const id = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json().rows[0].id
    const step = async (who: string, move: string, input: object) => {
      const { version } = (await as('clerk', 'GET', `/api/petitions/${id}`)).json().matter
      const r = await as(who, 'POST', `/api/petitions/${id}/moves/${move}`, { requestId: uuidv7(), version, input })
      expect(r.statusCode, r.body).toBe(200)
    }
    await step('clerk', 'confirmRegister', {})
    await step('clerk', 'classify', { class: 'claim', route: 'litigation' })
    await step('petitionHead', 'guide', { where: '县人民法院', how: '带起诉状和证据到立案窗口' })
    expect((await get('/c/matter', cookie)).body).toContain('请您评价')
    expect((await form('/c/matter/rate', { ...give, requestId: uuidv7() }, cookie)).statusCode).toBe(303)
    const again = await form('/c/matter/rate', { ...give, requestId: uuidv7() }, cookie)
    expect(again.body).toContain('谁也不能改动')
    expect((await as('clerk', 'GET', `/api/petitions/${id}`)).json().matter.ratingUnit).toBe('dissatisfied')
    expect((await as('petitionHead', 'GET', '/api/desk')).body).toContain('质量检查')
    // The check looks at the work and leaves the rating as it is.
    const quality = async () => (await as('petitionHead', 'GET', `/api/petitions/${id}/words`)).json().quality
    expect(await quality()).toMatchObject({ closedOn: null, refusal: null })
    const url = `/api/petitions/${id}/quality`
    const close = (who: string, body: object) => as(who, 'POST', url, { requestId: uuidv7(), ...body })
    expect((await close('clerk', { finding: '没有说清', action: '补充说明' })).statusCode).toBe(403)
    expect((await close('petitionHead', { finding: ' ', action: '补充说明' })).body).toContain('哪里没有做好')
    expect((await close('petitionHead', { finding: '没有说清', action: '补充说明' })).statusCode).toBe(200)
    expect((await close('petitionHead', { finding: '再查', action: '再改' })).statusCode).toBe(409)
    expect(await quality()).toMatchObject({ finding: '没有说清', closedOn: '2026-03-05' })
    expect((await as('clerk', 'GET', `/api/petitions/${id}`)).json().matter.ratingUnit).toBe('dissatisfied')
  })
  test('留痕链仍然完整', async () => {
    const r = await inTown(world.db, town.townId, (tx) => verifyTown(tx, town.townId))
    expect(r.problems).toEqual([])
  })
})

describe('回音', () => {
  test('承办的人回复，信访人在公众页面上看到；已经回复的不能再回；看不到事项的人不能回', async () => {
    const { cookie, number } = await brought({ request: '要求修水渠', name: '褚六' })
    await form('/c/matter/words', { kind: 'question', body: '哪天来看', requestId: uuidv7() }, cookie)
    const id = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json().rows[0].id
    const { words } = (await as('clerk', 'GET', `/api/petitions/${id}/words`)).json()
    expect(words.map((w: { body: string }) => w.body)).toEqual(['哪天来看'])
    const url = `/api/petitions/${id}/words/${words[0].id}/answer`
    expect((await as('unitHandler', 'POST', url, { requestId: uuidv7(), answer: '明天' })).statusCode).toBe(404)
    expect((await as('clerk', 'POST', url, { requestId: uuidv7(), answer: ' ' })).statusCode).toBe(400)
    const requestId = uuidv7()
    expect((await as('clerk', 'POST', url, { requestId, answer: '周五上午到现场' })).statusCode).toBe(200)
    expect((await as('clerk', 'POST', url, { requestId, answer: '周五上午到现场' })).statusCode).toBe(200)
    expect((await as('petitionHead', 'POST', url, { requestId: uuidv7(), answer: '再说' })).statusCode).toBe(409)
    expect((await get('/c/matter', cookie)).body).toContain('周五上午到现场')
  })
  test('公众页面单独开一个端口时，没有办公室的任何接口', async () => {
    const face = await createPublicApp(world)
    try {
      expect((await face.inject('/c')).statusCode).toBe(200)
      for (const url of ['/api/petitions', '/api/me', '/openapi.json', '/metrics', '/healthz', '/ledger']) {
        const r = await face.inject({ url, headers: { cookie: staff.get('clerk')! } })
        expect([url, r.body.includes('XF2026')]).toEqual([url, false])
      }
      const r = await face.inject({ method: 'POST', url: '/api/sign-in', payload: { username: 'clerk', password } })
      expect(r.statusCode).toBe(302)
    } finally {
      await face.close()
    }
  })
})

test('还差什么：承办的人请信访人补充，写在“等您做的”里；收到了就去掉；看不到事项的不能提；期限照算', async () => {
  const { cookie, number } = await brought({ request: '要求确认地界', name: '卫七' })
  const id = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json().rows[0].id
  const url = `/api/petitions/${id}/asks`
  const ask = { requestId: uuidv7(), body: '请补一张土地证的照片' }
  expect((await as('unitHandler', 'POST', url, ask)).statusCode).toBe(404)
  expect((await as('clerk', 'POST', url, { ...ask, body: ' ' })).body).toContain('请写明要补充什么')
  const due = (await as('clerk', 'GET', `/api/petitions/${id}`)).json().matter.nextDueOn
  for (const _ of [1, 2]) expect((await as('clerk', 'POST', url, ask)).statusCode).toBe(200)
  const { asks } = (await as('clerk', 'GET', `/api/petitions/${id}/words`)).json()
  expect(asks.map((a: { body: string }) => a.body)).toEqual([ask.body])
  expect((await as('clerk', 'GET', `/api/petitions/${id}`)).json().matter.nextDueOn).toBe(due)
  const page = (await get('/c/matter', cookie)).body
  expect(page).toMatch(/等您做的[\s\S]*<a href="#bring">.*请补一张土地证的照片/)
  const end = () => as('clerk', 'POST', `${url}/${asks[0].id}`, { requestId: uuidv7(), ended: 'received' })
  expect([(await end()).statusCode, (await end()).statusCode]).toEqual([200, 409])
  expect((await get('/c/matter', cookie)).body).not.toContain('请补一张土地证的照片')
  expect(dataOf(await own(cookie)).asks).toEqual([
    { onDay: '2026-03-05', body: ask.body, ended: '已经收到', endedOn: '2026-03-05' },
  ])
})

test('每一步都写最迟哪天、为什么是这天；请求复查的日子也写', async () => {
  const { cookie } = await brought({ request: '要求修路肩', name: '沈九' })
  const page = (await get('/c/matter', cookie)).body
  const plain = (body: string) => body.replace(/<\/?span[^>]*>/g, '')
  expect(plain(page)).toMatch(/<b>受理<\/b>[\s\S]*最迟 2026年3月20日（星期五）<\/summary><ul><li>[\s\S]*<b>办理<\/b>/)
  const a = await answered({ request: '建议修路肩', name: '沈十' })
  const notice = (await a.view()).documents.find((d: { kind: string }) => d.kind === 'acceptanceNotice').id
  await form('/c/matter/receipt', { requestId: uuidv7(), document: notice }, a.cookie)
  const later = (await get('/c/matter', a.cookie)).body
  expect(plain(later)).toMatch(/<b>受理<\/b>[\s\S]*最迟 2026年3月20日（星期五），按期/)
})

describe('便民服务卡', () => {
  test('印一次得一张码；内容变了要重印，旧码作废后只进全镇首页；码里没有个人信息', async () => {
    const cards = async () => (await as('clerk', 'GET', '/api/cards')).json().villages as never[]
    const of = async () =>
      (await cards()).find((v: { village: string }) => v.village === '东庄村') as unknown as {
        villageId: string
        state: string
        changes: string[]
        copies: number
        now: { people: { post: string; phone: string }[] }
      }
    const before = await of()
    expect([before.state, before.now.people.map((p) => p.post)]).toEqual(['none', ['村信访信息员', '网格员']])
    // The village's mediation point: its mediators are on the card, not its experts, not who has left.
    const station = uuidv7()
    await world.ownerPool.query(
      `insert into mediation_station (town_id, id, level, name, village_id, area_id, phone)
       select town_id, $1, 'village', '东庄村调解点', id, area_id, '0538-777' from village where id = $2`,
      [station, before.villageId],
    )
    for (const [name, duty, until] of [
      ['调一', 'head', '2028-01-01'],
      ['调二', 'expert', '2028-01-01'],
      ['调三', 'mediator', '2026-01-01'],
    ])
      await world.ownerPool.query(
        `insert into mediation_member (town_id, id, station_id, name, duty, since, until)
         values ($1, $2, $3, $4, $5, '2025-01-01', $6)`,
        [town.townId, uuidv7(), station, name, duty, until],
      )
    expect((await of()).now.people.map((p) => `${p.post}${p.phone}`).filter((p) => p.startsWith('调解员'))).toEqual([
      '调解员0538-777',
    ])
    const print = async (requestId = uuidv7()) =>
      (
        await as('clerk', 'POST', '/api/cards/print', {
          requestId,
          villages: [{ villageId: before.villageId, copies: 12 }],
        })
      ).json().cards[0] as { token: string; copies: number }
    const first = await print()
    expect([first.copies, /^[2-9a-z]{8}$/.test(first.token)]).toEqual([12, true])
    expect((await print()).token).toBe(first.token)
    expect((await get(`/c/v/${first.token}`)).body).toContain('东庄村')
    const contacts = { hotline: '0538-12345', hours: '工作日 8:30–17:30', address: '镇政府一楼', legalAid: '12348' }
    expect((await as('clerk', 'POST', '/api/cards/contacts', contacts)).statusCode).toBe(403)
    expect((await as('petitionHead', 'POST', '/api/cards/contacts', contacts)).statusCode).toBe(200)
    const changed = await of()
    expect([changed.state, changed.changes[0]]).toEqual(['changed', '电话由“”改为“0538-12345”'])
    const second = await print()
    expect(second.token).not.toBe(first.token)
    expect((await of()).state).toBe('valid')
    const old = (await get(`/c/v/${first.token}`)).body
    expect([old.includes('这张卡已经换了新的'), old.includes('东庄村')]).toEqual([true, false])
    expect((await get(`/c/v/${second.token}`)).body).toContain('0538-12345')
    // What holds is printed again as it is, and the list says how many and when.
    const again = { requestId: uuidv7(), villages: [{ villageId: before.villageId, copies: 85 }] }
    expect((await as('clerk', 'POST', '/api/cards/print', again)).json().cards[0].token).toBe(second.token)
    expect((await of()).copies).toBe(85)
    const revoke = await as('clerk', 'POST', `/api/cards/${before.villageId}/revoke`, { reason: '印错了' })
    expect(revoke.statusCode).toBe(200)
    expect((await of()).state).toBe('none')
    expect((await get('/c/v/nosuch00')).statusCode).toBe(200)
  })
})

describe('公开页面', () => {
  test('没有的地址有一句话和回首页的路，不落到办公室的页面', async () => {
    const r = await get('/c/nosuch')
    expect([r.statusCode, r.body.includes('没有这一页'), r.body.includes('href="/c"')]).toEqual([404, true, true])
    expect((await get('/c/')).headers.location).toBe('/c')
  })
  test('首页、办理说明、反映、查询都能打开，没有脚本也完整，不给未登录的人发 cookie', async () => {
    for (const url of ['/c', '/c/about', '/c/duty', '/c/new', '/c/query', '/c/suggest', '/c/answers', '/c/open']) {
      const r = await get(url)
      expect([r.statusCode, r.cookies.length], url).toEqual([200, 0])
      expect(r.body).toContain('<main id="main">')
      const policy = String(r.headers['content-security-policy'])
      expect([policy.includes("default-src 'none'"), policy.includes('unsafe')]).toEqual([true, false])
      expect(r.body).not.toMatch(/ style=| on[a-z]+=/)
    }
  })
})

/** A suggestion brought at the public face, carried by the office to its signed reply. */
const answered = async (fields: Texts) => {
  const { cookie, number } = await brought({ kind: 'suggestion', ...fields })
  const id = (await as('clerk', 'GET', `/api/petitions?q=${number}`)).json().rows[0].id as string
  const view = async () => (await as('petitionHead', 'GET', `/api/petitions/${id}`)).json()
  const step = async (who: string, move: string, input: object) => {
    const { version } = (await view()).matter
    const r = await as(who, 'POST', `/api/petitions/${id}/moves/${move}`, { requestId: uuidv7(), version, input })
    expect(r.statusCode, `${move} ${r.body}`).toBe(200)
  }
  await step('clerk', 'confirmRegister', {})
  await step('clerk', 'classify', { class: 'suggestion', route: 'petitionProcedure' })
  await step('clerk', 'grade', { grade: 'blue', gradeReason: '一般建议' })
  await step('petitionHead', 'accept', {})
  await step('petitionHead', 'assignHandler', {
    mainUnitId: town.units.自然资源所!,
    mainHandlerId: town.staff.unitHandler!,
    areaOwnerId: town.staff.areaSecretary!,
    villageOwnerId: town.staff.villageOfficer!,
  })
  await step('unitHandler', 'contact', { onDay: '2026-03-05', way: 'phone', body: '电话听取建议' })
  const text = { request: '多种树', facts: '情况属实', opinion: '采纳，今年补种。联系人李小山 13800001111' }
  const claims = [{ body: '多种树', result: 'supported', answer: '采纳，今年在东庄村补种。联系人李小山 13800001111' }]
  await step('unitHandler', 'submitOpinion', { ...text, claims })
  await step('clerk', 'checkOpinion', { agree: true, signerId: town.staff.leadOfficial! })
  await step('leadOfficial', 'signOpinion', { agree: true })
  return { cookie, number, id, view }
}

describe('关于我的全部内容', () => {
  test('能打开看的页面、机器读的数据、自己交的和当面交的材料都在；工作人员的证据、别人的电话不在；下载留痕', async () => {
    const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer()
    const mine = await brought({ request: '要求修好涵洞', name: '马大山', phone: '13800004444' }, [
      { name: '涵洞 #1.jpg', data: photo },
    ])
    const id = (await as('clerk', 'GET', `/api/petitions?q=${mine.number}`)).json().rows[0].id
    const scan = async (name: string, fields: Texts) => {
      const m = multipart({ requestId: uuidv7(), ...fields }, [{ name, data: Buffer.from(`这是${name}`) }])
      const { payload, headers } = m
      const cookie = staff.get('clerk')!
      const r = await app.inject({
        method: 'POST',
        url: `/api/petitions/${id}/attachments`,
        payload,
        headers: { ...headers, cookie },
      })
      expect(r.statusCode, r.body).toBe(200)
    }
    await scan('合同扫描.txt', { brought: '1' })
    await scan('内部核查.txt', {})
    await form('/c/matter/words', { kind: 'question', body: '哪天来修', requestId: uuidv7() }, mine.cookie)
    const page = (await get('/c/matter', mine.cookie)).body
    expect([page.includes('合同扫描.txt'), page.includes('内部核查.txt')]).toEqual([true, false])
    const files = await own(mine.cookie)
    expect(Object.keys(files).sort()).toEqual(
      [
        'data.json',
        '打开看.html',
        '文书/01 信访事项登记回执.docx',
        '材料/01 涵洞 #1.jpg',
        '材料/02 合同扫描.txt',
      ].sort(),
    )
    expect(strFromU8(files['材料/02 合同扫描.txt']!)).toBe('这是合同扫描.txt')
    expect((await sharp(files['材料/01 涵洞 #1.jpg']!).metadata()).width).toBe(40)
    const html = strFromU8(files['打开看.html']!)
    for (const words of ['要求修好涵洞', '马大山', '13800004444', '哪天来修', '谁看过您的材料', '第二十三条'])
      expect(html, words).toContain(words)
    expect(html).toContain(encodeURI('材料/01 涵洞 ').concat('%231.jpg'))
    expect(html).not.toMatch(/undefined|null|\[object|内部核查/)
    expect((await as('clerk', 'GET', `/api/petitions/${id}/timeline`)).body).toContain('下载系统里关于自己的全部内容')

    // Several share one code: nobody is told another's phone.
    const many = await brought({
      request: '要求通路',
      name: '牛一',
      phone: '13800005555',
      headCount: '3',
      representatives: '牛一、牛二',
    })
    const both = textOf(await own(many.cookie))
    expect([both.includes('138****5555'), both.includes('13800005555'), both.includes('牛*')]).toEqual([
      true,
      false,
      true,
    ])
  })
  test('办理中记下的都在：帮扶、落实、答应的、接访走访、听证、回避、调解；别人的姓名隐去，密封的不在', async () => {
    const mine = await brought({ request: '要求低保救助', name: '鲁大山', phone: '13800006666' })
    const id = (await as('clerk', 'GET', `/api/petitions?q=${mine.number}`)).json().rows[0].id
    const { townId } = town
    const put = (text: string, values: unknown[] = []) => world.ownerPool.query(text, [townId, id, ...values])
    const staffId = town.staff.clerk!
    const rows: [string, unknown[]?][] = [
      [
        `insert into petition_outcome (town_id, petition_id, outcome, applies, done, body, handed_to, on_day) values
          ($1, $2, 'relieved', true, false, '鲁大山家有困难，邻居周桂兰作证，已说明临时救助', '民政办临时救助', '2026-03-05'),
          ($1, $2, 'lawful', false, false, '没有违法', '', '2026-03-05')`,
      ],
      [
        `insert into petition_task (town_id, id, petition_id, body, unit_name, due_on) values ($1, gen_random_uuid(), $2, '发放临时救助', '民政办', '2026-04-01')`,
      ],
      [
        `insert into promise (town_id, id, petition_id, kind, body, made_to, owner_id, made_on, due_on) values
          ($1, gen_random_uuid(), $2, 'visit', '周五以前回话', '鲁大山', $3, '2026-03-05', '2026-03-06'),
          ($1, gen_random_uuid(), $2, 'dispatch', '会上议定的内部分工', '调度会', $3, '2026-03-05', '2026-03-06')`,
        [staffId],
      ],
      [
        `insert into petition_record (town_id, id, petition_id, kind, on_day, body, data, at) values
          ($1, gen_random_uuid(), $2, 'contact', '2026-03-05', '鲁大山和邻居周桂兰都在场', '{"way": "visit"}', '2026-03-05T01:00:00Z'),
          ($1, gen_random_uuid(), $2, 'hearing', '2026-03-05', '低保标准怎样适用', '{"planned": true}', '2026-03-05T01:01:00Z'),
          ($1, gen_random_uuid(), $2, 'mediation', '2026-03-05', '周桂兰说不同意', '{"consent": false}', '2026-03-05T01:02:00Z'),
          ($1, gen_random_uuid(), $2, 'investigation', '2026-03-05', '内部核查的话', '{}', '2026-03-05T01:03:00Z')`,
      ],
      [
        `insert into recusal (town_id, id, petition_id, staff_id, source, ground, detail, on_day, status, decided_on, reason) values
          ($1, gen_random_uuid(), $2, $3, 'asked', 'kin', '他和周桂兰是亲戚', '2026-03-05', 'upheld', '2026-03-05', '查明属实')`,
        [town.staff.unitHandler!],
      ],
      // Of an earlier handling: what was asked then is still about the petitioner.
      [
        `insert into petition_review (town_id, id, petition_id, round, level, organ, way, asked_on, received_on, reasons, status) values
          ($1, gen_random_uuid(), $2, 9, 'review', '某县人民政府', 'direct', '2026-03-05', '2026-03-05', '标准算错了', 'asked')`,
      ],
    ]
    for (const [text, values] of rows) await put(text, values)
    await form(
      '/c/matter/words',
      { requestId: uuidv7(), kind: 'correction', body: '我家五口人，写成了四口' },
      mine.cookie,
    )
    await form('/c/matter/words', { requestId: uuidv7(), kind: 'pressure', body: '有人不让我再来' }, mine.cookie)
    const files = await own(mine.cookie)
    const data = dataOf(files)
    expect(data.outcomes).toEqual([
      {
        what: '生活困难的帮扶救助到位',
        onDay: '2026-03-05',
        body: '鲁大山家有困难，邻居某某作证，已说明临时救助',
        handedTo: '民政办临时救助',
        done: false,
      },
    ])
    expect(data.owed.map((x: { body: string }) => x.body)).toEqual(['发放临时救助', '周五以前回话'])
    expect(data.talks.map((x: { body: string }) => x.body)).toEqual(['鲁大山和邻居某某都在场'])
    expect(data.course.map((x: { what: string; body: string }) => [x.what, x.body])).toEqual([
      ['听证', '低保标准怎样适用'],
      ['调解', ''],
    ])
    expect(data.recusals).toMatchObject([{ asked: '信访人申请', status: '应当回避', reason: '查明属实' }])
    expect(data.reviews).toMatchObject([{ level: '复查', reasons: '标准算错了', status: '已提出' }])
    expect(data.words.map((w: { kind: string }) => w.kind)).toEqual(['correction'])
    const text = textOf(files)
    for (const words of ['帮扶救助', '周五以前回话', '低保标准怎样适用', '查明属实', '标准算错了', '我家五口人'])
      expect(strFromU8(files['打开看.html']!), words).toContain(words)
    expect(text).not.toMatch(/周桂兰|内部核查|内部分工|不让我再来|undefined|\[object/)
  })
  test('文书是出具的那一份 Word；取不出来的一份有一句话，别的照样给', async () => {
    const a = await answered({ request: '建议补种杨树', name: '羊大山' })
    const requestId = uuidv7()
    const document = (await a.view()).documents.find((d: { kind: string }) => d.kind === 'suggestionReply').id
    await form('/c/matter/receipt', { requestId, document }, a.cookie)
    const files = await own(a.cookie)
    const papers = Object.keys(files).filter((n) => n.startsWith('文书/'))
    expect(papers.some((n) => n.includes('答复'))).toBe(true)
    for (const n of papers) expect(Object.keys(unzipSync(files[n]!)), n).toContain('word/document.xml')
    expect(dataOf(files).services[0]).toMatchObject({ way: 'electronic', receiver: '羊大山' })
    const { rows } = await world.ownerPool.query('select docx from document_file where document_id = $1', [document])
    const put = (docx: Buffer) =>
      world.ownerPool.query('update document_file set docx = $1 where document_id = $2', [docx, document])
    await put(Buffer.from('坏了'))
    const less = await own(a.cookie)
    expect(Object.keys(less).filter((n) => n.endsWith('取不出来.txt'))).toHaveLength(1)
    expect(Object.keys(less)).toHaveLength(Object.keys(files).length)
    await put(rows[0].docx)
  })
})

describe('从登记到公开答复', () => {
  test('本人确认收到就是送达；划去、核对、够大才公开；公开的只有核对过的字；收回同意马上撤下', async () => {
    const request = '建议东庄村路边多种树，孙大海 13800001234'
    const a = await answered({ request, name: '孙大海', publish: '1', villageId: town.villages.东庄村! })
    const list = (await as('clerk', 'GET', '/api/open/answers')).json()
    const row = list.matters.find((m: { id: string }) => m.id === a.id)
    expect([row.consent, row.owner !== '', row.nextDueOn !== null]).toEqual([true, true, true])

    const document = (await a.view()).documents.find((d: { kind: string }) => d.kind === 'suggestionReply').id
    const requestId = uuidv7()
    for (const _ of [1, 2])
      expect((await form('/c/matter/receipt', { requestId, document }, a.cookie)).headers.location).toBe(
        '/c/matter?done=receipt',
      )
    const served = await a.view()
    expect([served.matter.state, served.services.length, served.services[0].way]).toEqual(['served', 1, 'electronic'])

    const open = (path: string, body: object = {}) => as('petitionHead', 'POST', `/api/open/answers/${path}`, body)
    const draft = (await open(`${a.id}/draft`)).json()
    expect(draft.question).not.toMatch(/孙大海|东庄|13800001234/)
    expect(draft.answer).not.toMatch(/李小山|东庄|13800001111/)
    expect(draft.refusal).toContain('没有登记所在村的人口')
    const put = (more: object = {}) =>
      open(`${a.id}/publish`, {
        requestId: uuidv7(),
        title: '路边种树的建议',
        question: draft.question,
        answer: draft.answer,
        checked: true,
        ...more,
      })
    expect((await put()).statusCode).toBe(409)
    const people = (n: number) =>
      world.ownerPool.query('update village set population = $1 where id = $2', [n, town.villages.东庄村])
    await people(120)
    expect((await put()).body).toContain('不足 300 人')
    await people(900)
    // Matters whose content nobody classified are not alike for that.
    const others = []
    for (const name of ['周一', '周二']) others.push(await brought({ kind: 'suggestion', request: '建议修路', name }))
    expect((await put()).body).toContain('还没有归入内容类别')
    const sort = async (id: string) => {
      const { version } = (await as('clerk', 'GET', `/api/petitions/${id}`)).json().matter
      const input = { class: 'suggestion', route: 'petitionProcedure', category: '010201', reason: '补归内容类别' }
      const url = `/api/petitions/${id}/moves/classify`
      expect((await as('clerk', 'POST', url, { requestId: uuidv7(), version, input })).statusCode).toBe(200)
    }
    await sort(a.id)
    expect((await put()).body).toContain('同类事项不足 3 件')
    for (const o of others) await sort((await as('clerk', 'GET', `/api/petitions?q=${o.number}`)).json().rows[0].id)
    const left = await put({ question: request })
    expect([left.statusCode, left.body.includes('孙大海'), left.body.includes('东庄')]).toEqual([400, true, true])
    expect((await put({ checked: false })).body).toContain('已核对')
    expect((await as('unitHandler', 'POST', `/api/open/answers/${a.id}/publish`, {})).statusCode).toBe(403)
    const out = await put()
    expect(out.statusCode, out.body).toBe(200)
    expect((await put()).statusCode).toBe(409)

    const path = `/c/answers/${out.json().id}`
    const page = await get(path)
    expect([page.statusCode, page.body.includes('路边种树的建议')]).toEqual([200, true])
    // Nothing that leads back to the matter, its people, places or day.
    for (const url of ['/c/answers', '/c/answers?kind=suggestion', path]) {
      const { body } = await get(url)
      expect(body, url).not.toMatch(/孙大海|李小山|东庄|1380000|XF2026|2026-03-05/)
      expect(body, url).not.toContain(a.id)
    }
    await form('/c/matter/publish', { requestId: uuidv7(), agrees: '0' }, a.cookie)
    expect((await get(path)).statusCode).toBe(404)
    expect((await put()).body).toContain('没有同意公开')
  })
  test('一个人可以同意、不再同意电子送达；几个人的要分别表示；建议没写清楚，写的还在', async () => {
    const one = await brought({ request: '要求修桥', name: '郑大山' })
    const set = (agrees: string, cookie: string) => form('/c/matter/service', { requestId: uuidv7(), agrees }, cookie)
    expect((await set('1', one.cookie)).statusCode).toBe(303)
    expect((await get('/c/matter', one.cookie)).body).toContain('不再用网页送达')
    expect((await set('0', one.cookie)).statusCode).toBe(303)
    expect((await get('/c/matter', one.cookie)).body).toContain('当面或者邮寄')
    const many = await brought({
      request: '要求修桥',
      name: '郑大山',
      headCount: '3',
      representatives: '郑大山、吴小河',
    })
    expect((await set('1', many.cookie)).body).toContain('由每个人分别')
    const empty = await submit({ kind: 'suggestion', page: 'suggest', request: '', name: '写了名字' })
    expect([empty.statusCode, empty.body.includes('<h1>人民建议</h1>'), empty.body.includes('写了名字')]).toEqual([
      400,
      true,
      true,
    ])
  })
  test('超期先说给信访人：超了几天、依据、可以问谁、向谁投诉', async () => {
    const { cookie, number, code } = await brought({ request: '要求清运垃圾', name: '何八' })
    world.clock.set('2026-03-25')
    const again = cookieIn(await ask({ number, code }))
    const page = (await get('/c/matter', again)).body
    expect(page).toContain('我们超期了')
    expect(page).toContain('已经超过 5 天')
    expect(page).toContain('某县人民政府的信访部门投诉')
    expect(page.indexOf('我们超期了')).toBeLessThan(page.indexOf('办到哪一步'))
    world.clock.set('2026-03-05')
    expect(cookie).not.toBe('')
  })
  test('同意短信的，一超期就告诉他，一个期限一条，不写事情；没有到期的、没有同意的、收回的不发', async () => {
    const asked = { request: '要求清运垃圾', phone: '13800009999' }
    const { cookie, number, code } = await brought({ ...asked, name: '何九', messages: '1' })
    expect((await get('/c/matter', cookie)).body).toContain('不要短信')
    const back = await brought({ ...asked, name: '何十', messages: '1' })
    await form('/c/matter/messages', { requestId: uuidv7(), agrees: '0' }, back.cookie)
    expect((await get('/c/matter', back.cookie)).body).toContain('>要短信<')
    await brought({ ...asked, name: '何一' })
    const sent: { to: string; body: string }[] = []
    const channels = {
      has: (c: string) => c === 'sms',
      send: async (m: { to: string; body: string }) => void sent.push(m),
    }
    const scan = () =>
      inTown(world.db, town.townId, async (tx) => {
        const at = { today: world.clock.today(), now: world.clock.now() }
        await remindTown(tx, town.townId, { ...at, channels })
        await deliverTown(tx, town.townId, at.now, channels)
      })
    world.clock.set('2026-03-20')
    await scan()
    expect(sent.filter((m) => m.to === '13800009999')).toEqual([])
    world.clock.set('2026-03-21')
    for (const _ of [1, 2, 3]) await scan()
    const mine = sent.filter((m) => m.to === '13800009999')
    expect(mine.length).toBeGreaterThan(0)
    expect(new Set(mine.map((m) => m.body)).size).toBe(mine.length)
    for (const m of mine) {
      expect(m.body).toContain(number)
      expect(m.body).toContain('我们超期了')
      expect(m.body).not.toMatch(/垃圾|何/)
      expect(m.body).not.toContain(code)
    }
    world.clock.set('2026-03-05')
  })
})
