import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { uuidv7 } from './kit/server/crypto.ts'
import { inTown } from './kit/server/db.ts'
import { type App, createEdge, type Declared, routesOf, securityHeaders } from './kit/server/http.ts'
import { type TestWorld, testWorld } from './kit/server/testing.ts'
import { password, smallTown } from './people/fixture.ts'
import { administrators, type Role, roles } from './people/roles.ts'
import { createTown } from './people/setup.store.ts'
import { createApp } from './server.ts'

/** Every route the server really has, tried by every role and by nobody. */
let world: TestWorld
let app: App
let routes: Declared[]
const everyone = Object.keys(roles) as Role[]
const cookies = new Map<string, string>()

const signIn = async (username: string) => {
  const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username, password } })
  expect(r.statusCode, r.body).toBe(200)
  return `${r.cookies[0]!.name}=${r.cookies[0]!.value}`
}
const cookieOf = async (role: Role) => {
  const known = cookies.get(role) ?? (await signIn(role))
  cookies.set(role, known)
  return known
}

beforeAll(async () => {
  world = await testWorld()
  await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
    createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }),
  )
  app = (await createApp(world)) as App
  await app.ready()
  routes = routesOf(app).filter((r) => r.method !== 'HEAD' && r.method !== 'OPTIONS')
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const name = (r: Declared) => `${r.method} ${r.url}`
const addressOf = (r: Declared) => r.url.replace(/:\w+/g, () => uuidv7()).replace('*', 'nothing.js')
/** An empty call: whoever is let in meets the validation, or a thing that isn't there; nothing is changed by it. */
const callOf = async (r: Declared, cookie?: string) =>
  app.inject({
    method: r.method as 'GET',
    url: addressOf(r),
    headers: cookie ? { cookie } : {},
    ...(r.method === 'GET' ? {} : { payload: {} }),
  })

describe('谁可以调用哪个接口', () => {
  test('每个接口都写明了谁可以调用，写的都是有的岗位', () => {
    expect(routes.length).toBeGreaterThan(50)
    const undeclared = routes.filter((r) => r.may === undefined).map(name)
    expect(undeclared).toEqual([])
    for (const r of routes)
      if (typeof r.may !== 'string') {
        expect(r.may!.length, name(r)).toBeGreaterThan(0)
        for (const role of r.may!) expect(everyone, `${name(r)} ${role}`).toContain(role)
      }
  })

  test('没有写明的接口使系统不能启动', async () => {
    const edge = await createEdge({ sessionOf: async () => null, refusal: () => null })
    edge.app.get('/api/forgotten', async () => 'open')
    await expect(edge.app.ready()).rejects.toThrow('GET /api/forgotten')
  })

  test('不登录只能调用公开的接口', async () => {
    for (const r of routes) {
      const { statusCode } = await callOf(r)
      if (r.may === 'anyone') expect(statusCode, name(r)).not.toBe(401)
      else expect(statusCode, name(r)).toBe(401)
    }
    const open = routes.filter((r) => r.may === 'anyone' && !/^\/(c|field|assets)(\/|$)/.test(r.url)).map(name)
    expect(open.sort()).toEqual([
      'GET /api/setup',
      'GET /healthz',
      'GET /metrics',
      'GET /openapi.json',
      'POST /api/setup',
      // The villages of a first set-up, before anybody has an account; closed once a town exists.
      'POST /api/setup/divisions',
      'POST /api/sign-in',
    ])
  })

  test.each(everyone)('%s：准许的进得去，不准许的在门口被拒绝并说明由谁办理', async (role) => {
    for (const r of routes) {
      if (r.may === 'anyone') continue
      const ends = r.url.startsWith('/api/sign-out')
      const answer = await callOf(r, ends ? await signIn(role) : await cookieOf(role))
      // Signing out everywhere ends the other sessions of the role too.
      if (ends) cookies.delete(role)
      const may = r.may === 'signedIn' || r.may!.includes(role)
      if (may) expect([401, 403], `${role} ${name(r)} ${answer.body}`).not.toContain(answer.statusCode)
      else {
        expect(answer.statusCode, `${role} ${name(r)}`).toBe(403)
        expect(answer.json().message).toMatch(/此事由.+办理|您的岗位不办理/)
      }
      // No call of this kind may bring down a handler.
      expect(answer.statusCode, `${role} ${name(r)} ${answer.body}`).not.toBe(500)
    }
  })

  test('三员和审计查阅员碰不到任何事项；管账号的不管人员岗位，管人员岗位的不管账号，查留痕的什么也不改', () => {
    const reach = (role: Role) => routes.filter((r) => typeof r.may !== 'string' && r.may!.includes(role)).map(name)
    for (const role of ['systemAdmin', 'securityAdmin'] as const)
      expect(
        reach(role).filter((n) => /\/api\/(petitions|imports|desk|saved-filters)/.test(n)),
        role,
      ).toEqual([])
    const content = [
      'GET /api/petitions',
      'GET /api/petitions/totals',
      'GET /api/petitions/:id',
      'GET /api/petitions/:id/timeline',
      'GET /api/petitions/export.xlsx',
      'POST /api/petitions/:id/moves/:move',
      'POST /api/petitions/:id/reveal',
    ]
    expect(routes.map(name)).toEqual(expect.arrayContaining(content))
    for (const role of [...administrators, 'auditor'] as Role[])
      expect(
        reach(role).filter((n) => content.includes(n)),
        role,
      ).toEqual([])
    const writes = (role: Role) => reach(role).filter((n) => !n.startsWith('GET'))
    expect(writes('systemAdmin').filter((n) => /account|audit/.test(n))).toEqual([])
    expect(
      writes('securityAdmin').filter((n) => /areas|villages|grids|units|posts|holdings|handover|audit/.test(n)),
    ).toEqual([])
    for (const role of ['auditor', 'auditAdmin'] as const)
      expect(writes(role).filter((n) => !/^POST \/api\/(audit|leaves|contact-way)/.test(n))).toEqual([])
  })

  test('没有一个岗位能调用全部接口', () => {
    for (const role of everyone)
      expect(
        routes.some((r) => typeof r.may !== 'string' && !r.may!.includes(role)),
        role,
      ).toBe(true)
  })
})

describe('不成样子的请求', () => {
  test('编号不是编号、长得没有边的地址：每个接口都说没有找到', async () => {
    for (const r of routes) {
      // A device is named otherwise.
      if (!r.url.startsWith('/api/') || r.url.includes('/devices/') || !/:(id|\w+Id)\b/.test(r.url)) continue
      const role = typeof r.may === 'string' ? 'clerk' : (r.may![0] as Role)
      for (const id of ["'", 'undefined', 'a'.repeat(300)]) {
        const answer = await app.inject({
          method: r.method as 'GET',
          url: r.url.replace(/:(id|\w+Id)\b/g, id).replace(/:\w+/g, '1'),
          headers: { cookie: await cookieOf(role) },
          ...(r.method === 'GET' ? {} : { payload: {} }),
        })
        expect([400, 404], `${name(r)} ${id} ${answer.body}`).toContain(answer.statusCode)
        expect(answer.json().message, name(r)).toMatch(/[\u4e00-\u9fff]/)
      }
    }
    const broken = await app.inject({
      url: '/api/petitions/%ff/timeline',
      headers: { cookie: await cookieOf('clerk') },
    })
    expect([broken.statusCode, broken.json().message]).toEqual([404, '没有找到，或者您没有查看的权限'])
  })

  test('首部或地址超长、根本不是请求：也是一句话，不是英文的差错', async () => {
    const { app: own } = await createEdge({ sessionOf: async () => null, refusal: () => null })
    await own.listen({ port: 0, host: '127.0.0.1' })
    const { port } = own.server.address() as AddressInfo
    const said = (sent: string) =>
      new Promise<string>((done) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(sent))
        let got = ''
        socket.on('data', (d) => {
          got += d
        })
        socket.on('close', () => done(got))
        socket.on('error', () => {})
      })
    const long = await said(`GET /openapi.json?q=${'a'.repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)
    expect(long).toMatch(/^HTTP\/1.1 431 /)
    expect(long).toContain('地址或登录凭据太长')
    const noise = await said('不是请求\r\n\r\n')
    expect(noise).toMatch(/^HTTP\/1.1 400 /)
    expect(noise).toContain('请求的格式不对')
    await own.close()
  })
})

describe('页面和接口的安全首部', () => {
  test('每个回答都带，出错的也带', async () => {
    for (const url of ['/api/setup', '/api/petitions', '/healthz', '/nowhere', '/c', '/openapi.json', '/api/none']) {
      const { headers } = await app.inject({ url })
      // The public face's content policy is stricter still.
      for (const [key, value] of Object.entries(securityHeaders))
        if (url !== '/c' || key !== 'content-security-policy') expect(headers[key], `${url} ${key}`).toBe(value)
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['content-security-policy']).not.toContain("script-src 'unsafe")
    }
  })

  test('别的网站的页面不能借登录人的名义操作', async () => {
    const cookie = await cookieOf('clerk')
    for (const site of ['cross-site', 'same-site']) {
      const r = await app.inject({
        method: 'POST',
        url: '/api/petitions',
        headers: { cookie, 'sec-fetch-site': site },
        payload: {},
      })
      expect(r.statusCode).toBe(403)
      expect(r.json().message).toBe('只能在本系统的页面上操作')
    }
    // A browser over plain HTTP tells no more than the origin; one at another port of the same machine has the cookie too.
    const from = (headers: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: '/api/petitions',
        headers: { cookie, host: '10.0.0.5:8080', ...headers },
        payload: {},
      })
    for (const origin of ['http://10.0.0.5:81', 'http://evil.example', 'null'])
      expect((await from({ origin })).json().message, origin).toBe('只能在本系统的页面上操作')
    expect((await from({ origin: 'http://10.0.0.5:8080' })).statusCode).toBe(400)
    expect((await from({ origin: 'https://xf.example', 'x-forwarded-for': '10.0.0.9' })).statusCode).toBe(400)
    // Nor with the body of a plain form, which needs no permission of the browser's.
    const form = await app.inject({
      method: 'POST',
      url: '/api/petitions',
      headers: { cookie, 'content-type': 'text/plain' },
      payload: '{"requestId":"x"}',
    })
    expect(form.statusCode).toBeGreaterThanOrEqual(400)
  })

  test('登录凭据浏览器脚本读不到，也不随别的网站发出', async () => {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: 'clerk', password } })
    expect(r.headers['set-cookie']).toMatch(/HttpOnly/i)
    expect(r.headers['set-cookie']).toMatch(/SameSite=Strict/i)
    expect(r.headers['cache-control']).toBe('no-store')
  })
})

test('接口说明覆盖浏览器用到的全部接口', async () => {
  const doc = z
    .object({ paths: z.record(z.string(), z.unknown()) })
    .parse((await app.inject({ url: '/openapi.json' })).json())
  expect(Object.keys(doc.paths).length).toBeGreaterThan(30)
})
