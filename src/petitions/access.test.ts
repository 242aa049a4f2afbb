import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { readWorkbook } from '../kit/server/excel.ts'
import { keyringOf } from '../kit/server/keys.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { type Role, roles } from '../people/roles.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'
import { indexAll } from '../worker.ts'
import { rewrap, verifySealed } from './protect/sealed.keys.store.ts'
import { forgetCalendar, forgetTowns } from './world.store.ts'

/** Words that stand in sealed matters and nowhere else: none of them may come out of any route for anyone but the liaison. */
const canary = {
  name: '孔雀鸣',
  phone: '13977770001',
  fact: '金丝猴收受礼金',
  place: '白鹭洲二号',
  file: '朱鹮账本.txt',
}
const midway = {
  name: '夜莺啼',
  phone: '13977770002',
  fact: '蓝孔雀虚报工程',
  place: '黑鹳岭三号',
  file: '丹顶鹤收据.txt',
}
const secret = new RegExp([...Object.values(canary), ...Object.values(midway).map((v) => v)].join('|'))

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const cookies = new Map<string, string>()
const everyone = Object.keys(roles) as Role[]
const sealed = { direct: '', midway: '', former: '', number: '' }

const cookieOf = async (who: string) => {
  let cookie = cookies.get(who)
  if (!cookie) {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
  }
  return cookie
}
const as = async (who: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) => {
  const r = await app.inject({
    method,
    url,
    headers: { cookie: await cookieOf(who) },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return { status: r.statusCode, text: r.body, raw: r.rawPayload, headers: r.headers, json: () => r.json() }
}
const ok = async (p: ReturnType<typeof as>) => {
  const r = await p
  expect(r.status, r.text).toBe(200)
  return r.json()
}
const register = (who: string, more: object) =>
  as(who, 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: world.clock.today(),
      request: '要求修路',
      oral: true,
      readBack: true,
      parties: [{ name: '赵大力', phone: '13800000009' }],
      villageId: town.villages.东庄村,
      ...more,
    },
  })
const move = async (who: string, id: string, name: string, input: unknown = {}) => {
  const v = await ok(as(who, 'GET', `/api/petitions/${id}`))
  return ok(
    as(who, 'POST', `/api/petitions/${id}/moves/${name}`, { requestId: uuidv7(), version: v.matter.version, input }),
  )
}
const attach = async (who: string, url: string, name: string, text: string) => {
  const boundary = 'huisheng'
  const part = (head: string, body: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
  const payload = `${part('name="requestId"', uuidv7())}${part(`name="file"; filename="${name}"\r\nContent-Type: text/plain`, text)}--${boundary}--\r\n`
  const r = await app.inject({
    method: 'POST',
    url,
    headers: { cookie: await cookieOf(who), 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.from(payload),
  })
  expect(r.statusCode, r.body).toBe(200)
}

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
  const r = await register('clerk', {
    class: 'accusation',
    request: canary.fact,
    facts: `${canary.fact}，详见附件`,
    place: canary.place,
    parties: [{ name: canary.name, phone: canary.phone, address: canary.place }],
  })
  expect(r.json()).toMatchObject({ sealed: true })
  sealed.direct = r.json().id
  await attach('disciplineLiaison', `/api/sealed/${sealed.direct}/files`, canary.file, `${canary.fact}的账本`)

  // A matter that lived in the common ledger for a while, with all that gathers around one.
  const other = (await register('clerk', {})).json()
  const m = (
    await register('villageOfficer', {
      request: midway.fact,
      facts: midway.fact,
      place: midway.place,
      parties: [{ name: midway.name, phone: midway.phone }],
    })
  ).json()
  sealed.former = m.id
  await move('clerk', m.id, 'confirmRegister')
  await move('clerk', m.id, 'link', { toId: other.id, kind: 'related', note: midway.fact })
  await move('clerk', m.id, 'classify', { class: 'claim', route: 'petitionProcedure' })
  await move('clerk', m.id, 'correct', { title: `更正后的${midway.fact}`, reason: midway.name })
  await attach('clerk', `/api/petitions/${m.id}/attachments`, midway.file, midway.fact)
  await move('petitionHead', m.id, 'accept')
  await move('petitionHead', m.id, 'assignHandler', {
    mainUnitId: town.units.自然资源所,
    mainHandlerId: town.staff.unitHandler2,
    areaOwnerId: town.staff.areaSecretary,
    villageOwnerId: town.staff.villageOfficer,
    leadOfficialId: town.staff.leadOfficial,
  })
  await move('unitHandler2', m.id, 'contact', { onDay: '2026-03-05', way: 'phone', body: midway.fact })
  await indexAll(world)
  const before = await ok(as('clerk', 'GET', `/api/petitions?q=${encodeURIComponent(midway.fact)}`))
  expect(before.rows).toHaveLength(1)
  sealed.number = before.rows[0].number
  const after = await move('petitionHead', m.id, 'seal', { reason: '反映的是干部问题' })
  expect(JSON.stringify(after)).not.toMatch(secret)
  await indexAll(world)
  const list = await ok(as('disciplineLiaison', 'GET', `/api/sealed?text=${encodeURIComponent(midway.name)}`))
  sealed.midway = list[0].id
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

/** Every route there is, from the product's own description, besides those that end sessions or answer with files. */
const routesNow = () =>
  Object.entries((app as unknown as { swagger(): { paths: Record<string, Record<string, unknown>> } }).swagger().paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((m) => ({ method: m.toUpperCase() as 'GET', path })))
    .filter((r) => !/sign-?(in|out)|password|setup|\/me$/.test(r.path))
const files = [
  '/api/petitions/{id}/attachments/{x}',
  '/api/petitions/{id}/documents/{x}/docx',
  '/api/sealed/{id}/files/{x}',
]
const fill = (path: string, id: string) =>
  path.replace(/\{id\}/g, id).replace(/\{\w+\}/g, (w) => (w === '{move}' ? 'classify' : id))
const body = () => ({
  requestId: uuidv7(),
  version: 1,
  input: { class: 'claim', route: 'petitionProcedure' },
  purpose: '核对情况',
  reason: '核对情况',
  text: `${canary.fact}${midway.fact}`,
  names: [canary.name, midway.name],
  phones: [canary.phone, midway.phone],
  ids: [],
  items: [{ id: sealed.former, version: 1 }],
})

const record = async <T>(work: () => Promise<T>): Promise<{ result: T; sql: string[] }> => {
  const sql: string[] = []
  const proto = pg.Client.prototype as unknown as { query: (...a: unknown[]) => unknown }
  const plain = proto.query
  proto.query = function (this: unknown, ...args: unknown[]) {
    const q = args[0] as string | { text: string }
    sql.push(typeof q === 'string' ? q : q.text)
    return plain.apply(this, args)
  }
  try {
    return { result: await work(), sql }
  } finally {
    proto.query = plain
  }
}
const asked = async (who: string, method: 'GET', path: string, id: string) => {
  // What is kept for a minute must not run out between the two questions.
  forgetTowns()
  forgetCalendar()
  const { result, sql } = await record(() =>
    as(who, method, fill(path, id), method === 'GET' || (method as string) === 'DELETE' ? undefined : body()),
  )
  const { date: _d, ...headers } = result.headers
  // The list of all towns, asked anew every five seconds, says nothing of any matter.
  return { status: result.status, text: result.text, headers, sql: sql.filter((q) => !allTowns.test(q)) }
}
const allTowns = /^select "id", "code", "name", "is_fiction" from "town" order by "code"$/

describe('检举控告只有纪检联络员看得到', () => {
  test('库里各表没有一处明文，材料文件也不是明文', async () => {
    const tables = await world.ownerPool.query(
      "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and relkind = 'r'",
    )
    for (const { relname } of tables.rows as { relname: string }[]) {
      const r = await world.ownerPool.query(`select coalesce(string_agg(t::text, ' '), '') as all from ${relname} t`)
      expect(secret.test(r.rows[0].all), relname).toBe(false)
    }
    const { readdir, readFile } = await import('node:fs/promises')
    for (const f of await readdir(`${world.dataDir}/files`, { recursive: true, withFileTypes: true }))
      if (f.isFile()) expect(secret.test(await readFile(`${f.parentPath}/${f.name}`, 'utf8')), f.name).toBe(false)
  })
  test('任何接口、任何岗位，都读不到密封内容中的一个字', async () => {
    const all = [...routesNow(), ...files.map((path) => ({ method: 'GET' as const, path }))]
    expect(all.length).toBeGreaterThan(40)
    for (const who of [...everyone, 'unitHandler2', 'leadOfficial2'])
      for (const { method, path } of all) {
        if (who === 'disciplineLiaison' && path.startsWith('/api/sealed')) continue
        for (const id of path.includes('{') ? [sealed.direct, sealed.midway, sealed.former] : ['']) {
          const url = fill(path, id)
          for (const q of method === 'GET' && !id ? ['', canary.fact, midway.name, midway.phone] : ['']) {
            const r = await as(
              who,
              method,
              q ? `${url}?q=${encodeURIComponent(q)}&text=${encodeURIComponent(q)}` : url,
              method === 'GET' || method === 'DELETE' ? undefined : body(),
            )
            expect(secret.test(r.text), `${who} ${method} ${url}：${r.text.slice(0, 300)}`).toBe(false)
            expect(r.text.includes(sealed.direct), `${who} ${method} ${url} 说出了密封件的标识`).toBe(false)
          }
        }
      }
  })
  test('导出的表格里没有，合计里也没有，编号各用各的', async () => {
    for (const who of ['clerk', 'petitionHead', 'disciplineLiaison', 'areaSecretary', 'townLeader', 'auditor']) {
      const r = await as(who, 'GET', '/api/petitions/export.xlsx')
      const cells = r.status === 200 ? JSON.stringify(await readWorkbook(r.raw, 'x.xlsx')) : r.text
      expect(secret.test(cells), who).toBe(false)
    }
    const open = await as('clerk', 'GET', `/api/petitions/export.xlsx?unmasked=1&purpose=${encodeURIComponent('归档')}`)
    expect(secret.test(JSON.stringify(await readWorkbook(open.raw, 'x.xlsx')))).toBe(false)
    const totals = await ok(as('petitionHead', 'GET', '/api/petitions/totals'))
    expect([totals.total, totals.byVillage.reduce((a: number, v: { n: number }) => a + v.n, 0)]).toEqual([1, 1])
    const next = (await register('clerk', {})).json()
    expect(next.number).toBe('XF2026-0003')
    const again = (await register('clerk', { class: 'accusation' })).json()
    expect(again.number).toBe('MF2026-0003')
  })
  test('公共一侧的查询即使漏了条件，也读不到密封表', async () => {
    for (const table of ['sealedMatter', 'sealedTrace'] as const)
      expect(await inTown(world.db, town.townId, (tx) => tx.selectFrom(table).selectAll().execute())).toEqual([])
  })
})

describe('问一件不该知道的事，与问一件不存在的事，回答和做的工作都一样', () => {
  test('状态、正文、响应头、执行的语句逐一相同', async () => {
    const all = [...routesNow(), ...files.map((path) => ({ method: 'GET' as const, path }))].filter(
      (r) =>
        // A device or phone of one's own is no matter; ending one makes the next request look its session up again.
        r.path.includes('{id}') && !/\/(devices|phones)\//.test(r.path),
    )
    for (const who of everyone) {
      await as(who, 'GET', '/api/desk')
      for (const { method, path } of all) {
        if (who === 'disciplineLiaison' && path.startsWith('/api/sealed')) continue
        for (const id of [sealed.direct, sealed.midway, sealed.former])
          expect(await asked(who, method, path, id), `${who} ${method} ${path}`).toEqual(
            await asked(who, method, path, uuidv7()),
          )
      }
    }
  })
  test('尝试过的人，纪检联络员看得到', async () => {
    await as('townLeader', 'GET', `/api/petitions/${sealed.former}`)
    const v = await ok(as('disciplineLiaison', 'POST', `/api/sealed/${sealed.midway}/open`, { purpose: '核对' }))
    expect(v.attempts.map((a: { name: string }) => a.name)).toContain('党政主甲')
  })
})

describe('纪检联络员办理密封件', () => {
  const step = async (who: string, id: string, name: string, input: unknown, version?: number) => {
    const v =
      version ?? (await ok(as('disciplineLiaison', 'POST', `/api/sealed/${id}/open`, { purpose: '办理' }))).version
    return as(who, 'POST', `/api/sealed/${id}/moves/${name}`, { requestId: uuidv7(), version: v, input })
  }
  test('写明用途才能打开，看得到全部内容和材料，每次打开都留痕', async () => {
    expect((await as('disciplineLiaison', 'POST', `/api/sealed/${sealed.direct}/open`, { purpose: '' })).status).toBe(
      400,
    )
    const v = await ok(as('disciplineLiaison', 'POST', `/api/sealed/${sealed.direct}/open`, { purpose: '转送前核对' }))
    expect([v.request, v.parties[0].name, v.parties[0].phone, v.place]).toEqual([
      canary.fact,
      canary.name,
      canary.phone,
      canary.place,
    ])
    expect(v.timeline[0].says).toBe('打开，用途：转送前核对')
    const f = await as('disciplineLiaison', 'GET', `/api/sealed/${sealed.direct}/files/${v.files[0].id}`)
    expect(f.text).toBe(`${canary.fact}的账本`)
    const w = await ok(as('disciplineLiaison', 'POST', `/api/sealed/${sealed.midway}/open`, { purpose: '核对' }))
    const g = await as('disciplineLiaison', 'GET', `/api/sealed/${sealed.midway}/files/${w.files[0].id}`)
    expect([w.files[0].name, g.text, w.formerNumber]).toEqual([midway.file, midway.fact, sealed.number])
  })
  test('转送纪检监察机关，登记签收即告结束', async () => {
    const early = await step('disciplineLiaison', sealed.direct, 'acknowledge', { number: '1', onDay: '2026-03-05' })
    expect(early.status).toBe(409)
    const f = await ok(
      step('disciplineLiaison', sealed.direct, 'forward', { organ: '某县纪委监委', way: '机要', onDay: '2026-03-05' }),
    )
    expect(f.state).toBe('forwarded')
    const d = await ok(
      step('disciplineLiaison', sealed.direct, 'acknowledge', { number: '县纪收 3 号', onDay: '2026-03-05' }),
    )
    expect([d.state, d.acknowledged.number]).toEqual(['closed', '县纪收 3 号'])
  })
  test('转回须征得信访人同意并由第二人确认；转回后与密封前一字不差', async () => {
    const ask = { reason: '信访人说明属普通诉求', class: 'claim', confirmerId: town.staff.petitionHead }
    expect((await step('disciplineLiaison', sealed.midway, 'askReturn', ask)).text).toContain('同意')
    const a = await ok(step('disciplineLiaison', sealed.midway, 'askReturn', { ...ask, consent: true }))
    const self = await step('disciplineLiaison', sealed.midway, 'answerReturn', { agree: true }, a.version)
    expect(self.status).toBe(404)
    expect(await ok(as('clerk', 'GET', '/api/sealed-returns'))).toEqual([])
    const [mine] = await ok(as('petitionHead', 'GET', '/api/sealed-returns'))
    expect(mine.reason).toBe(ask.reason)
    expect((await step('petitionHead', sealed.midway, 'answerReturn', { agree: true }, mine.version)).status).toBe(200)
    const back = await ok(as('clerk', 'GET', `/api/petitions/${sealed.former}`))
    expect([back.matter.number, back.matter.state, back.matter.class, back.records.length]).toEqual([
      sealed.number,
      'handling',
      'claim',
      1,
    ])
    await indexAll(world)
    expect((await ok(as('clerk', 'GET', `/api/petitions?q=${encodeURIComponent(midway.fact)}`))).rows).toHaveLength(1)
    const file = back.attachments[0]
    expect((await as('clerk', 'GET', `/api/petitions/${sealed.former}/attachments/${file.id}`)).text).toBe(midway.fact)
  })
  test('要求保密的登记也即时密封；同一请求重发得到同一回执', async () => {
    const requestId = uuidv7()
    const send = () =>
      as('clerk', 'POST', '/api/petitions', {
        requestId,
        input: {
          channel: 'letter',
          receivedOn: '2026-03-05',
          request: '请为我保密',
          confidential: true,
          parties: [{ name: '某人' }],
        },
      })
    const one = await ok(send())
    expect(await ok(send())).toEqual(one)
    expect(one.sealed).toBe(true)
    expect((await as('clerk', 'GET', `/api/petitions/${one.id}`)).status).toBe(404)
  })
  test('被反映人是纪检联络员本人的，他自己看不到，镇主要领导只被告知另行指定', async () => {
    const r = await ok(register('clerk', { class: 'accusation', request: `反映纪检联甲的问题` }))
    expect((await as('disciplineLiaison', 'POST', `/api/sealed/${r.id}/open`, { purpose: '查看' })).status).toBe(404)
    const desk = await ok(as('townLeader', 'GET', '/api/desk'))
    expect(desk.notices.map((n: { says: string }) => n.says)).toContain('请为本镇指定一名（另一名）纪检联络员')
    expect(JSON.stringify(desk)).not.toContain(r.number)
  })
  test('换了密钥仍然打得开，旧密钥作废；公共留痕、合计和密封留痕都核对无误', async () => {
    const keys = keyringOf(world.dataDir)
    const old = keys.current
    keys.add(world.clock.now())
    const { ids } = keys
    await world.ownerDb.transaction().execute((tx) => rewrap(tx, keys))
    keys.keepOnlyCurrent()
    expect([old, ids.length, keys.ids]).toEqual(['k1', 2, ['k2']])
    const v = await ok(as('disciplineLiaison', 'POST', `/api/sealed/${sealed.direct}/open`, { purpose: '核对' }))
    expect(v.request).toBe(canary.fact)
    expect(await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))).toMatchObject({
      ok: true,
      problems: [],
    })
    expect(await inTown(world.ownerDb, town.townId, (tx) => verifySealed(tx, town.townId, keys))).toEqual([])
    await world.ownerPool.query(
      "update sealed_matter set body = set_byte(body, 60, 1 + get_byte(body, 60) % 200) where number = 'MF2026-0001'",
    )
    expect(await inTown(world.ownerDb, town.townId, (tx) => verifySealed(tx, town.townId, keys))).toHaveLength(1)
  })
})

describe('应当回避的人', () => {
  test('任何接口都读不到，问它与问不存在的事一样', async () => {
    const words = { title: '火烈鸟池塘', name: '犀鸟来', fact: '绿头鸭养殖补偿' }
    const bird = new RegExp(Object.values(words).join('|'))
    const { id } = (
      await register('clerk', {
        title: words.title,
        request: words.fact,
        facts: words.fact,
        parties: [{ name: words.name, phone: '13977770003' }],
      })
    ).json()
    await move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' })
    await move('petitionHead', id, 'accept')
    await move('petitionHead', id, 'assignHandler', {
      mainUnitId: town.units.自然资源所,
      mainHandlerId: town.staff.unitHandler,
      areaOwnerId: town.staff.areaSecretary,
      villageOwnerId: town.staff.villageOfficer,
      leadOfficialId: town.staff.leadOfficial,
    })
    await indexAll(world)
    await world.ownerPool.query('update petition set barred_ids = (select array_agg(id) from staff) where id = $1', [
      id,
    ])
    await world.ownerPool.query('delete from notice where petition_id = $1', [id])
    const all = [...routesNow(), ...files.map((path) => ({ method: 'GET' as const, path }))]
    for (const who of everyone)
      for (const { method, path } of all) {
        const url = fill(path, id)
        for (const q of method === 'GET' && !path.includes('{') ? ['', words.fact] : ['']) {
          const r = await as(
            who,
            method,
            q ? `${url}?q=${encodeURIComponent(q)}` : url,
            method === 'GET' || method === 'DELETE' ? undefined : { ...body(), text: words.fact, names: [words.name] },
          )
          expect(bird.test(r.text), `${who} ${method} ${url}：${r.text.slice(0, 300)}`).toBe(false)
        }
        if (!path.includes('{id}') || method !== 'GET') continue
        expect(await asked(who, method, path, id), `${who} ${path}`).toEqual(await asked(who, method, path, uuidv7()))
      }
  })
})
