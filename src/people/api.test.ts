import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { handClock } from '../kit/server/clock.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { connectDatabase, inTown, type OpenedDatabase } from '../kit/server/db.ts'
import { type App, createEdge } from '../kit/server/http.ts'
import { migrate } from '../kit/server/migrate.ts'
import { startPostgres } from '../kit/server/postgres.ts'
import { toXlsx } from '../kit/server/workbook.fixture.ts'
import { handoverApi } from '../petitions/handover.api.ts'
import { peopleApi } from './api.ts'
import { password, smallTown } from './fixture.ts'
import { callRefusal } from './policy.ts'
import { type Role, roles } from './roles.ts'
import { peopleRoutes } from './routes.ts'
import { forgetSessions, sessionOfRequest } from './session.store.ts'
import { createTown, type NewPerson, type NewTown, type TownInput } from './setup.store.ts'

const clock = handClock('2026-03-05')
let dir: string
let stop: () => Promise<void>
let opened: OpenedDatabase
let app: App
let town: NewTown

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'people-'))
  const running = await startPostgres(dir, { fast: true })
  stop = running.stop
  opened = connectDatabase(running.connection)
  await migrate(opened.ownerPool)
  const world = { db: opened.db, clock, files: null as never, dataDir: dir }
  const edge = await createEdge({
    sessionOf: (req) => sessionOfRequest(world, req),
    refusal: ({ who }, may) => callRefusal(who.roles, may),
  })
  peopleApi(edge, world)
  handoverApi(edge, world)
  app = edge.app
})
afterAll(async () => {
  await app?.close()
  await opened?.close()
  await stop?.()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  clock.set('2026-03-05')
  forgetSessions()
})

interface Answer {
  status: number
  body: any
  cookie: string
}

const ask = async (
  method: string,
  url: string,
  { cookie = '', body }: { cookie?: string; body?: unknown } = {},
): Promise<Answer> => {
  const res = await app.inject({
    method: method as 'GET',
    url,
    headers: { cookie: cookie && `huisheng=${cookie}` },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  const cookieNow = res.cookies.find((c) => c.name === 'huisheng')?.value ?? ''
  return { status: res.statusCode, body: res.body ? JSON.parse(res.body) : null, cookie: decodeURIComponent(cookieNow) }
}

const signIn = (username: string, given = password) =>
  ask('POST', '/api/sign-in', { body: { username, password: given, town: '370900001' } })
const as = async (username: string, given = password) => {
  const { status, body, cookie } = await signIn(username, given)
  expect(body?.message ?? status).toBe(200)
  return cookie
}
const sql = async (text: string, values: unknown[] = []) => (await opened.ownerPool.query(text, values)).rows

const setupBody = (accounts: Partial<NewPerson>[]): TownInput & { requestId: string } =>
  ({
    requestId: uuidv7(),
    town: { code: '370982112', name: '新设镇', shortName: '新', superiorName: '某市人民政府' },
    areas: [{ name: '中心管区' }],
    villages: [
      { name: '前村', area: '中心管区', grids: 3 },
      { name: '后村', area: '中心管区', code: '370982112299', grids: 0 },
    ],
    units: [{ name: '信访办' }],
    accounts: accounts as NewPerson[],
  }) as never

describe('首次设置', () => {
  const admins = [
    { username: 'xt', name: '系统甲', role: 'systemAdmin' as const, password: 'chushi123' },
    { username: 'aq', name: '安全甲', role: 'securityAdmin' as const, password: 'chushi123' },
  ]

  test('空系统要求设置；登录时说明还没有设置', async () => {
    const state = await ask('GET', '/api/setup')
    expect(state.body).toMatchObject({ needed: true, towns: [], demoAccounts: [], today: '2026-03-05' })
    expect((await ask('POST', '/api/sign-in', { body: { username: 'x', password: 'y' } })).body.message).toContain(
      '首次设置',
    )
  })

  test('写错的逐项说明，什么也不写入', async () => {
    const bad = setupBody([
      ...admins,
      { username: 'xt', name: '重复', role: 'unitHandler', password: '11111111', unit: '没有的所' },
    ])
    bad.villages[0]!.area = '没有的管区'
    const { status, body } = await ask('POST', '/api/setup', { body: bad })
    expect(status).toBe(400)
    expect(body.fields).toMatchObject({
      'villages.0.area': '没有名为“没有的管区”的管区',
      'accounts.2.username': '重复的账号“xt”和前面的重复，请改一个',
      'accounts.2.password': '重复的初始密码：密码不能全是同一个字符',
      'accounts.2.unit': '重复：没有名为“没有的所”的站所办',
    })
    expect((await ask('POST', '/api/setup', { body: setupBody([admins[0]!]) })).body.message).toContain('安全管理员')
    expect(await sql('select 1 from town')).toEqual([])
  })

  test('建立镇、管区、村、网格、账号；只能一次，两处同时也只有一处成功', async () => {
    const both = await Promise.all([1, 2].map(() => ask('POST', '/api/setup', { body: setupBody(admins) })))
    expect(both.map((r) => r.status).sort()).toEqual([200, 409])
    expect((await ask('POST', '/api/setup', { body: setupBody(admins) })).body.message).toContain('已经设置过')
    expect(
      await sql(
        'select v.name, v.code, v.pinyin, count(g.id)::int as n from village v left join grid g on g.village_id = v.id group by 1, 2, 3 order by 2',
      ),
    ).toEqual([
      { name: '前村', code: '370982112200', pinyin: 'qiancun', n: 3 },
      { name: '后村', code: '370982112299', pinyin: 'houcun', n: 0 },
    ])
    expect((await sql('select name, code from grid order by code'))[0]).toEqual({
      name: '第1网格',
      code: '37098211220001',
    })
    expect((await ask('GET', '/api/setup')).body.needed).toBe(false)
  })

  test('初始密码登录后，先改密码，别的都不能办', async () => {
    const first = await ask('POST', '/api/sign-in', { body: { username: 'xt', password: 'chushi123' } })
    expect(first.body).toMatchObject({
      mustChange: true,
      roles: ['systemAdmin'],
      town: { name: '新设镇', isFiction: false },
    })
    const { cookie } = first
    expect((await ask('GET', '/api/staff', { cookie })).body.message).toContain('请先修改初始密码')
    expect((await ask('GET', '/api/me', { cookie })).status).toBe(200)
    const weak = await ask('POST', '/api/password', { cookie, body: { old: 'chushi123', password: 'chushi456' } })
    expect(weak.body.fields.password).toContain('三种')
    expect(
      (await ask('POST', '/api/password', { cookie, body: { old: 'chushi123', password: 'Chushi456' } })).status,
    ).toBe(200)
    expect((await ask('GET', '/api/me', { cookie })).body.mustChange).toBe(false)
    expect((await ask('GET', '/api/staff', { cookie })).status).toBe(200)
  })

  test('示范镇列出各角色的账号，并标明虚构', async () => {
    town = await opened.db
      .transaction()
      .execute((tx) => createTown(tx, smallTown(), { now: clock.now(), today: clock.today() }))
    const { body } = await ask('GET', '/api/setup')
    expect(body.towns).toContainEqual({ code: '370900001', name: '试验镇', isFiction: true })
    expect(body.demoAccounts).toContainEqual({
      username: 'clerk',
      password,
      name: '信访登甲',
      post: '信访登记员',
      role: '信访登记员',
    })
  })
})

describe('登录', () => {
  test('有两个镇时须说明是哪一个', async () => {
    expect((await ask('POST', '/api/sign-in', { body: { username: 'clerk', password } })).body.fields.town).toBe(
      '请选择乡镇',
    )
  })

  test('登录得到身份；凭据不入库，密码以 argon2id 存', async () => {
    const { body, cookie } = await signIn('unitHandler')
    expect(body).toMatchObject({
      name: '站所办甲',
      post: '自然资源所负责人',
      roles: ['unitHandler'],
      headsUnit: true,
      mustChange: false,
      unread: 0,
    })
    expect(body.unitIds).toEqual([town.units.自然资源所])
    const token = cookie.split('.')[1]!
    const kept = await sql('select token_hash from session')
    expect(kept.every((r) => r.token_hash.length === 64 && r.token_hash !== token)).toBe(true)
    expect(
      (await sql('select password_hash from account')).every((r) => r.password_hash.startsWith('$argon2id$')),
    ).toBe(true)
    expect(JSON.stringify(await sql('select says, data from trace'))).not.toContain(password)
  })

  test('没有这个人和密码不对，话一样', async () => {
    const [a, b] = [await signIn('nobody', 'Whatever1'), await signIn('clerk', 'Whatever1')]
    expect([a.status, a.body.message]).toEqual([401, '账号或密码不对'])
    expect([b.status, b.body.message]).toEqual([401, '账号或密码不对'])
    expect((await signIn('clerk')).status).toBe(200)
  })

  test('连错五次锁定十五分钟，再错加倍；到时或由安全管理员解锁；成功清零', async () => {
    for (let i = 0; i < 4; i++) expect((await signIn('mediator', 'wrong')).body.message).toBe('账号或密码不对')
    expect((await signIn('mediator', 'wrong')).body.message).toContain('锁定约 15 分钟')
    expect((await signIn('mediator')).body.message).toContain('已锁定')
    clock.set('2026-03-05', 9, 16)
    expect((await signIn('mediator', 'wrong')).body.message).toContain('锁定约 30 分钟')
    const security = await as('securityAdmin')
    const staff = (await ask('GET', '/api/staff', { cookie: security })).body.find(
      (s: { username: string }) => s.username === 'mediator',
    )
    expect(staff.locked).toBe(true)
    expect(
      (await ask('POST', `/api/staff/${staff.id}/account`, { cookie: security, body: { unlock: true } })).status,
    ).toBe(200)
    expect((await signIn('mediator')).status).toBe(200)
    expect((await sql("select failures from account where username = 'mediator'"))[0].failures).toBe(0)
    const kinds = await sql('select kind from trace where subject_id = $1 order by seq', [town.staff.mediator])
    expect(kinds.map((k) => k.kind)).toEqual([...Array(7).fill('signInFailed'), 'account', 'signIn'])
  })

  test('同时猜测，次数一次不少', async () => {
    await Promise.all(Array.from({ length: 6 }, () => signIn('gridWorker', 'wrong')))
    const [row] = await sql("select failures, locked_until from account where username = 'gridWorker'")
    expect(row.failures).toBe(5)
    expect(row.locked_until).not.toBeNull()
    await sql("update account set failures = 0, locked_until = null where username = 'gridWorker'")
  })

  test('两小时不用到期，十二小时必到期', async () => {
    const idle = await as('clerk')
    clock.set('2026-03-05', 10, 59)
    expect((await ask('GET', '/api/me', { cookie: idle })).status).toBe(200)
    clock.set('2026-03-05', 13, 0)
    expect((await ask('GET', '/api/me', { cookie: idle })).status).toBe(401)
    clock.set('2026-03-05', 9)
    const busy = await as('clerk')
    for (let h = 10; h < 21; h++) {
      clock.set('2026-03-05', h)
      expect((await ask('GET', '/api/me', { cookie: busy })).status).toBe(200)
    }
    clock.set('2026-03-05', 21)
    expect((await ask('GET', '/api/me', { cookie: busy })).status).toBe(401)
  })

  test('退出、在所有设备上退出、改密码使其他设备退出', async () => {
    const [a, b] = [await as('auditor'), await as('auditor')]
    await ask('POST', '/api/sign-out', { cookie: a })
    expect((await ask('GET', '/api/me', { cookie: a })).status).toBe(401)
    expect((await ask('GET', '/api/me', { cookie: b })).status).toBe(200)
    const c = await as('auditor')
    await ask('POST', '/api/sign-out-everywhere', { cookie: c })
    for (const cookie of [b, c]) expect((await ask('GET', '/api/me', { cookie })).status).toBe(401)
    const [d, e] = [await as('auditor'), await as('auditor')]
    const no = await ask('POST', '/api/password', { cookie: d, body: { old: 'wrong', password: 'Gaiguo2026' } })
    expect([no.status, no.body.fields.old]).toEqual([400, '原密码不对'])
    expect(
      (await ask('POST', '/api/password', { cookie: d, body: { old: password, password: 'Gaiguo2026' } })).status,
    ).toBe(200)
    expect((await ask('GET', '/api/me', { cookie: d })).status).toBe(200)
    expect((await ask('GET', '/api/me', { cookie: e })).status).toBe(401)
    expect((await signIn('auditor')).status).toBe(401)
    expect((await signIn('auditor', 'Gaiguo2026')).status).toBe(200)
  })

  test('本人看得到自己登录着的设备，让其中一台退出；别人的设备看不到也动不了', async () => {
    const [a, b, other] = [await as('clerk'), await as('clerk'), await as('mediator')]
    const list = (await ask('GET', '/api/devices', { cookie: a })).body
    expect(list.length).toBeGreaterThanOrEqual(2)
    expect(list.filter((d: { current: boolean }) => d.current)).toHaveLength(1)
    expect(list[0].current).toBe(true)
    expect(JSON.stringify(list)).not.toMatch(/token/i)
    const theirs = (await ask('GET', '/api/devices', { cookie: b })).body[0].id
    await ask('POST', `/api/devices/${theirs}/end`, { cookie: other })
    expect((await ask('GET', '/api/me', { cookie: b })).status).toBe(200)
    expect((await ask('POST', `/api/devices/${theirs}/end`, { cookie: a })).status).toBe(200)
    expect((await ask('GET', '/api/me', { cookie: b })).status).toBe(401)
    expect((await ask('GET', '/api/me', { cookie: a })).status).toBe(200)
  })

  test('另一镇的凭据写成本镇的，不认', async () => {
    const cookie = await as('clerk')
    const other = (await sql("select id from town where code = '370982112'"))[0].id
    expect((await ask('GET', '/api/me', { cookie: `${other}.${cookie.split('.')[1]}` })).status).toBe(401)
  })
})

type Guarded = Exclude<keyof typeof peopleRoutes, 'setupState' | 'setup' | 'signIn'>

/** A lawful-looking call of every route, so that only the role decides. */
const calls: Record<Guarded, () => { params?: Record<string, string>; body?: unknown }> = {
  me: () => ({}),
  signOut: () => ({}),
  signOutEverywhere: () => ({}),
  devices: () => ({}),
  endDevice: () => ({ params: { id: '0000000000000000' } }),
  phones: () => ({}),
  wipePhone: () => ({ params: { id: uuidv7() } }),
  wipePhones: () => ({ params: { id: uuidv7() } }),
  changePassword: () => ({ body: { old: password, password } }),
  places: () => ({}),
  saveArea: () => ({ body: { name: `管区${uuidv7()}` } }),
  saveVillage: () => ({ body: { name: `村${uuidv7()}`.slice(0, 38), areaId: town.areas.东部管区 } }),
  saveGrid: () => ({ body: { name: '新网格', villageId: town.villages.东庄村 } }),
  saveUnit: () => ({ body: { name: `单位${uuidv7()}` } }),
  posts: () => ({}),
  savePost: () => ({ body: { name: '闲职', role: 'mediator' } }),
  staff: () => ({}),
  saveStaff: () => ({ body: { name: '新人' } }),
  hold: () => ({ params: { id: uuidv7() }, body: { postId: uuidv7(), since: '2026-03-05' } }),
  endHolding: () => ({ params: { id: uuidv7() }, body: { until: '2026-03-05' } }),
  account: () => ({ params: { id: uuidv7() }, body: { unlock: true } }),
  handoverPreview: () => ({ params: { id: town.staff.unitHandler! } }),
  handover: () => ({
    params: { id: uuidv7() },
    body: { requestId: uuidv7(), successorId: uuidv7(), on: '2026-03-05', reason: '调离' },
  }),
  logs: () => ({}),
  verify: () => ({ body: undefined }),
}
const allowed: Record<Guarded, Role[] | 'all'> = {
  me: 'all',
  signOut: 'all',
  signOutEverywhere: 'all',
  devices: 'all',
  endDevice: 'all',
  phones: 'all',
  wipePhone: 'all',
  wipePhones: ['securityAdmin'],
  changePassword: 'all',
  places: 'all',
  saveArea: ['systemAdmin'],
  saveVillage: ['systemAdmin'],
  saveGrid: ['systemAdmin'],
  saveUnit: ['systemAdmin'],
  posts: ['systemAdmin', 'securityAdmin', 'petitionHead'],
  savePost: ['systemAdmin'],
  staff: ['systemAdmin', 'securityAdmin', 'auditAdmin', 'petitionHead'],
  saveStaff: ['systemAdmin'],
  hold: ['systemAdmin'],
  endHolding: ['systemAdmin'],
  account: ['securityAdmin'],
  handoverPreview: ['systemAdmin', 'petitionHead'],
  handover: ['systemAdmin', 'petitionHead'],
  logs: ['auditor', 'auditAdmin'],
  verify: ['auditor', 'auditAdmin'],
}

describe('谁能办什么', () => {
  const passwordOf = (role: string) => (role === 'auditor' ? 'Gaiguo2026' : password)

  test.each(Object.keys(roles) as Role[])('%s', async (role) => {
    for (const name of Object.keys(calls) as (keyof typeof calls)[]) {
      const cookie = await as(role, passwordOf(role))
      const route = peopleRoutes[name]
      const { params = {}, body } = calls[name]()
      const url = route.path.replace(/:(\w+)/g, (_: string, k: string) => params[k]!)
      const { body: answer } = await ask(route.method, url, { cookie, body })
      const barred = allowed[name] !== 'all' && !allowed[name].includes(role)
      expect(`${name}：${answer?.message ?? ''}`.includes('此事由'), `${role} ${name} ${answer?.message}`).toBe(barred)
    }
  })

  test('没有登录，什么也不能办', async () => {
    for (const name of Object.keys(calls) as (keyof typeof calls)[]) {
      const { params = {}, body } = calls[name]()
      const url = peopleRoutes[name].path.replace(/:(\w+)/g, (_: string, k: string) => params[k]!)
      expect((await ask(peopleRoutes[name].method, url, { body })).status, name).toBe(401)
    }
  })
})

describe('地点、岗位、人员、账号', () => {
  test('重名、停用有事之地，都有话说', async () => {
    const cookie = await as('systemAdmin')
    const post = (url: string, body: unknown) => ask('POST', url, { cookie, body })
    expect((await post('/api/areas', { name: '东部管区' })).body.fields.name).toBe('已有同名的管区')
    expect(
      (await post('/api/areas', { id: town.areas.东部管区, name: '东部管区', active: false })).body.message,
    ).toContain('个村')
    const village = { id: town.villages.东庄村, areaId: town.areas.东部管区, name: '东庄村', active: false }
    expect((await post('/api/villages', village)).body.message).toContain('还有人任职')
    expect(
      (
        await post('/api/villages', {
          ...village,
          id: town.villages.西庄村,
          name: '西庄村',
          areaId: town.areas.西部管区,
        })
      ).status,
    ).toBe(200)
    expect((await post('/api/grids', { villageId: town.villages.西庄村, name: '第9网格' })).body.fields.villageId).toBe(
      '请选择村',
    )
    expect((await post('/api/villages', { ...village, areaId: uuidv7() })).body.fields.areaId).toBe('请选择管区')
    const places = (await ask('GET', '/api/places', { cookie })).body
    expect(places.villages.find((v: { name: string }) => v.name === '西庄村').active).toBe(false)
    expect(
      places.grids
        .filter((g: { villageId: string }) => g.villageId === town.villages.西庄村)
        .every((g: { active: boolean }) => !g.active),
    ).toBe(true)
    expect(Object.keys(places.staff[0])).not.toContain('phone')
  })

  test('岗位须有其地点；有人任职的岗位不能改角色、不能停用', async () => {
    const cookie = await as('systemAdmin')
    const post = (body: object) => ask('POST', '/api/posts', { cookie, body })
    expect((await post({ name: '某书记', role: 'areaSecretary' })).body.fields.areaId).toBe('管区书记须指定管区')
    const row = (await ask('GET', '/api/posts', { cookie })).body.find(
      (p: { role: string; holder: string }) => p.role === 'clerk' && p.holder,
    )
    const { holder: _h, ...clerk } = row
    expect((await post({ ...clerk, role: 'petitionHead' })).body.message).toContain('不能改变角色')
    expect((await post({ ...clerk, active: false })).body.message).toContain('正任此岗位')
    expect((await post({ ...clerk, name: '窗口登记员' })).status).toBe(200)
    expect((await ask('GET', '/api/me', { cookie: await as('clerk') })).body.post).toBe('窗口登记员')
  })

  test('新人到岗：系统管理员建人任职，安全管理员建账号，本人改密码；旧页面保存被挡', async () => {
    const system = await as('systemAdmin')
    const security = await as('securityAdmin')
    const posts = (await ask('GET', '/api/posts', { cookie: system })).body
    const free = await ask('POST', '/api/posts', {
      cookie: system,
      body: { name: '民政办经办人', role: 'unitHandler', unitId: town.units.民政办 },
    })
    const made = await ask('POST', '/api/staff', {
      cookie: system,
      body: { name: '赵六', phone: '13800000000', postId: free.body.id, since: '2026-03-05' },
    })
    expect(made.status).toBe(200)
    const account = (body: object) => ask('POST', `/api/staff/${made.body.id}/account`, { cookie: security, body })
    expect((await account({ username: 'clerk', password: 'chushi123' })).body.fields.username).toContain('已有人使用')
    expect((await account({ username: 'zhaoliu' })).body.fields.password).toBe('请填写初始密码')
    expect((await account({ username: 'zhaoliu', password: 'chushi123' })).status).toBe(200)
    expect((await signIn('zhaoliu', 'chushi123')).body).toMatchObject({
      mustChange: true,
      roles: ['unitHandler'],
      post: '民政办经办人',
    })
    const row = (cookie: string) =>
      ask('GET', '/api/staff', { cookie }).then((r) => r.body.find((s: { id: string }) => s.id === made.body.id))
    expect(await row(system)).toMatchObject({
      phone: '13800000000',
      version: 1,
      username: 'zhaoliu',
      openMatters: 0,
    })
    const save = (version: number) =>
      ask('POST', '/api/staff', {
        cookie: system,
        body: { id: made.body.id, version, name: '赵六', phone: '13900000000' },
      })
    expect((await save(1)).status).toBe(200)
    expect((await save(1)).body.message).toContain('他人刚修改过')
    // 三员分立
    const admin = posts.find((p: { role: string }) => p.role === 'auditAdmin')
    const no = await ask('POST', `/api/staff/${made.body.id}/holdings`, {
      cookie: system,
      body: { postId: admin.id, since: '2026-04-01' },
    })
    expect(no.body.message).toBe('三员分立：审计管理员不能同时担任站所办经办人')
    const own = await ask('POST', `/api/staff/${town.staff.systemAdmin}/holdings`, {
      cookie: system,
      body: { postId: admin.id, since: '2026-03-05' },
    })
    expect(own.body.message).toContain('不能给自己')
  })

  test('任免自当日生效；停用后当即退出；最后的管理员不能停用', async () => {
    const system = await as('systemAdmin')
    const security = await as('securityAdmin')
    const handler = await as('unitHandler2')
    const staff = (await ask('GET', '/api/staff', { cookie: system })).body
    const two = staff.find((s: { username: string }) => s.username === 'unitHandler2')
    const end = await ask('POST', `/api/holdings/${two.holdings[0].id}/end`, {
      cookie: system,
      body: { until: '2026-03-05' },
    })
    expect(end.status).toBe(200)
    expect((await ask('GET', '/api/me', { cookie: handler })).body.roles).toEqual([])
    await ask('POST', `/api/staff/${two.id}/holdings`, {
      cookie: system,
      body: { postId: two.holdings[0].postId, since: '2026-03-05' },
    })
    expect((await ask('GET', '/api/me', { cookie: handler })).body.roles).toEqual(['unitHandler'])
    await ask('POST', `/api/staff/${two.id}/account`, { cookie: security, body: { disabled: true } })
    expect((await ask('GET', '/api/me', { cookie: handler })).status).toBe(401)
    expect((await signIn('unitHandler2')).body.message).toContain('已停用')
    await ask('POST', `/api/staff/${two.id}/account`, { cookie: security, body: { disabled: false } })
    const disable = await ask('POST', `/api/staff/${town.staff.systemAdmin}/account`, {
      cookie: security,
      body: { disabled: true },
    })
    expect(disable.body.message).toContain('最后一名')
  })
})

describe('从表格导入', () => {
  const book = (name: string, rows: (string | number)[][]) =>
    toXlsx({
      sheets: [
        {
          name,
          hidden: false,
          merges: [],
          rows: rows.map((r, i) => ({ n: i + 1, cells: r.map((v, k) => ({ c: k + 1, v })) })),
        },
      ],
    } as never)
  const send = async (url: string, cookie: string, data: Uint8Array, name = '表.xlsx') => {
    const form = new FormData()
    form.set('file', new Blob([data as never]), name)
    const encoded = new Response(form)
    const res = await app.inject({
      method: 'POST',
      url,
      headers: { cookie: `huisheng=${cookie}`, 'content-type': encoded.headers.get('content-type')! },
      payload: Buffer.from(await encoded.arrayBuffer()),
    })
    return { status: res.statusCode, body: JSON.parse(res.body) }
  }
  const roster = () =>
    book('花名册', [
      ['联系电话', '姓名', '单位', '职务', '村', '网格', '任职时间'],
      ['13800000071', '新任所', '水利站', '站长', '', '', '2026年1月'],
      ['13800000072', '新干事', '自然资源所', '科员', '', '', ''],
      ['13800000073', '新网格', '', '网格员', '东庄村', '第2网格', ''],
      ['13800000074', '抢网格', '', '网格员', '东庄村', '第1网格', ''],
      ['13800000075', '无村人', '', '信访信息员', '无此村', '', ''],
      ['13800000076', '想管理', '', '系统管理员', '', '', ''],
    ])

  test('先看每一行，什么也不写；再导入；再导一次没有变化', async () => {
    const cookie = await as('systemAdmin')
    const staff = async () => (await ask('GET', '/api/staff', { cookie })).body as { name: string }[]
    const before = (await staff()).length
    const tried = await send('/api/roster?dryRun=1', cookie, roster())
    expect(tried.body.rows.map((r: { name: string; verdict: string }) => `${r.name} ${r.verdict}`)).toEqual([
      '新任所 added',
      '新干事 added',
      '新网格 added',
      '抢网格 refused',
      '无村人 refused',
      '想管理 refused',
    ])
    expect(tried.body.rows[3].says).toMatch(/现由.+担任：换人请办理离任交接/)
    expect(await staff()).toHaveLength(before)
    const done = await send('/api/roster', cookie, roster())
    expect([done.body.added, done.body.refused]).toEqual([3, 3])
    const now = (await staff()) as unknown as {
      name: string
      phone: string
      holdings: { post: string; since: string }[]
    }[]
    expect(now).toHaveLength(before + 3)
    expect(now.find((s) => s.name === '新任所')).toMatchObject({
      phone: '13800000071',
      holdings: [{ post: '水利站站长', since: '2026-01-01' }],
    })
    const again = await send('/api/roster', cookie, roster())
    expect([again.body.added, again.body.updated, again.body.same]).toEqual([0, 0, 3])
  })

  test('管区、村、网格也能从表格导入；设置过以后首次设置的口子关上；别的岗位不能导入；坏文件有一句话', async () => {
    const cookie = await as('systemAdmin')
    const places = book('村名录', [
      ['管区', '村', '户数'],
      ['东部管区', '新开村', 120],
    ])
    expect((await send('/api/divisions?dryRun=1', cookie, places)).body.villages.added).toBe(1)
    expect((await send('/api/divisions', cookie, places)).body.villages.added).toBe(1)
    expect((await send('/api/divisions', cookie, places)).body.villages.same).toBe(1)
    expect((await send('/api/setup/divisions', '', places)).body.message).toMatch(/已经设置过/)
    expect((await send('/api/roster', await as('clerk'), roster())).status).toBe(403)
    const bad = await send('/api/roster', cookie, new TextEncoder().encode('不是表格'), '照片.xlsx')
    expect(bad.status).toBe(400)
    expect(bad.body.message).toMatch(/[\u4e00-\u9fff]/)
  })
})

describe('留痕', () => {
  test('审计人员逐页看到谁办了什么，没有密码，没有事项内容；核对相符', async () => {
    const cookie = await as('auditAdmin')
    const seen: { id: string; kind: string; says: string }[] = []
    let after = ''
    do {
      const { body } = await ask('GET', `/api/audit/logs${after ? `?after=${encodeURIComponent(after)}` : ''}`, {
        cookie,
      })
      seen.push(...body.rows)
      after = body.next ?? ''
    } while (after)
    const [n] = await sql('select count(*)::int as n from trace where town_id = $1', [town.townId])
    expect(seen.length).toBe(n.n)
    expect(new Set(seen.map((r) => r.id)).size).toBe(seen.length)
    expect(seen.some((r) => r.kind === 'holding')).toBe(true)
    const { body } = await ask('GET', '/api/audit/logs?kind=signInFailed&by=调解&from=2026-03-05&to=2026-03-05', {
      cookie,
    })
    expect(body.rows.length).toBe(7)
    expect((await ask('GET', '/api/audit/logs?after=x', { cookie })).status).toBe(400)
    const verdict = await ask('POST', '/api/audit/verify', { cookie })
    expect(verdict.body).toMatchObject({ ok: true, problems: [] })
    expect(verdict.body.rows).toBeGreaterThan(100)
  })

  test('应用的数据库身份不能改删留痕', async () => {
    for (const text of ['update trace set says = says', 'delete from trace'])
      await expect(
        inTown(opened.db, town.townId, (tx) =>
          tx.executeQuery({ sql: text, parameters: [], query: { kind: 'RawNode' } } as never),
        ),
      ).rejects.toThrow(/permission denied/)
  })
})
