import { expect } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import type { MatterView } from '../petitions/routes.ts'
import { createApp } from '../server.ts'

/** A small town with its leaders and an office that answers in process; what the duty tests share. */
export interface Office {
  world: TestWorld
  town: NewTown
  app: Awaited<ReturnType<typeof createApp>>
  id(username: string): string
  as(
    who: string,
    method: 'GET' | 'POST',
    url: string,
    body?: unknown,
  ): Promise<{ status: number; json: any; raw: Buffer; headers: Record<string, unknown> }>
  cookie(who: string): Promise<string>
  register(more?: Record<string, unknown>): Promise<string>
  /** Registered, classified, graded; red ones confirmed by the head. */
  graded(grade: 'red' | 'yellow' | 'blue', more?: Record<string, unknown>): Promise<string>
  view(who: string, id: string): Promise<MatterView>
  move(who: string, id: string, name: string, input?: unknown): Promise<MatterView>
  moveRefused(who: string, id: string, name: string, input?: unknown): Promise<string>
  traces(id: string): Promise<string[]>
  close(): Promise<void>
}

export const openOffice = async (today = '2026-03-05'): Promise<Office> => {
  const world = await testWorld(today)
  const town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  const app = await createApp(world)
  const cookies = new Map<string, string>()
  const cookie = async (who: string) => {
    const kept = cookies.get(who)
    if (kept) return kept
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    expect(r.statusCode, r.body).toBe(200)
    const made = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, made)
    return made
  }
  const as: Office['as'] = async (who, method, url, body) => {
    const ask = async () =>
      app.inject({
        method,
        url,
        headers: { cookie: await cookie(who) },
        ...(body === undefined ? {} : { payload: body as object }),
      })
    let r = await ask()
    // The calendar moves by days; sessions end by the hour.
    if (r.statusCode === 401) {
      cookies.delete(who)
      r = await ask()
    }
    return {
      status: r.statusCode,
      json: r.headers['content-type']?.toString().includes('json') ? r.json() : null,
      raw: r.rawPayload,
      headers: r.headers,
    }
  }
  const view = async (who: string, id: string) => {
    const r = await as(who, 'GET', `/api/petitions/${id}`)
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json as MatterView
  }
  const tryMove = async (who: string, id: string, name: string, input: unknown) => {
    const version = (await view(who, id)).matter.version
    return as(who, 'POST', `/api/petitions/${id}/moves/${name}`, { requestId: uuidv7(), version, input })
  }
  const move: Office['move'] = async (who, id, name, input = {}) => {
    const r = await tryMove(who, id, name, input)
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json
  }
  const register: Office['register'] = async (more = {}) => {
    const r = await as('clerk', 'POST', '/api/petitions', {
      requestId: uuidv7(),
      input: {
        channel: 'visit',
        receivedOn: world.clock.today(),
        title: '承包地面积短少',
        request: '要求按合同补足少分的 0.3 亩承包地',
        oral: true,
        readBack: true,
        parties: [{ name: '王建国', phone: '13800001234' }],
        villageId: town.villages.东庄村,
        ...more,
      },
    })
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json.id
  }
  return {
    world,
    town,
    app,
    id: (username) => town.staff[username]!,
    as,
    cookie,
    register,
    graded: async (grade, more = {}) => {
      const id = await register(more)
      await move('clerk', id, 'classify', {
        class: 'claim',
        route: 'petitionProcedure',
        category: null,
        categoryText: '土地',
      })
      await move('clerk', id, 'grade', {
        grade,
        gradeReason: '按事项属性',
        gradeAttributes: { red: ['manyAffected'], yellow: ['severalAffected'], blue: [] }[grade],
      })
      if (grade === 'red') await move('petitionHead', id, 'confirmGrade', { agree: true })
      return id
    },
    view,
    move,
    moveRefused: async (who, id, name, input = {}) => {
      const r = await tryMove(who, id, name, input)
      expect(r.status, JSON.stringify(r.json)).toBeGreaterThanOrEqual(400)
      return r.json.message
    },
    traces: async (id) =>
      (await world.ownerPool.query('select says from trace where subject_id = $1 order by seq', [id])).rows.map(
        (r) => r.says as string,
      ),
    close: async () => {
      await app.close()
      await world.drop()
    },
  }
}
