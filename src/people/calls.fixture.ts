import { expect } from 'vitest'
import type { createApp } from '../server.ts'
import { password } from './fixture.ts'

type App = Awaited<ReturnType<typeof createApp>>
export interface Called {
  status: number
  /** What was answered, when it is JSON; else null. */
  json: any
  body: string
  raw: Buffer
}

/** Calls the server in this process as a person of the town, signed in at the first call and again when a session ended. */
export const callsOf = (app: () => App) => {
  const cookies = new Map<string, string>()
  const cookieOf = async (who: string): Promise<string> => {
    const known = cookies.get(who)
    if (known) return known
    const r = await app().inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    expect(r.statusCode, r.body).toBe(200)
    const cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
    return cookie
  }
  const as = async (
    who: string,
    method: 'GET' | 'POST',
    url: string,
    body?: unknown,
    again = true,
  ): Promise<Called> => {
    const r = await app().inject({
      method,
      url,
      headers: { cookie: await cookieOf(who) },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    // The calendar moves by days; sessions end by the hour.
    if (r.statusCode === 401 && again) {
      cookies.delete(who)
      return as(who, method, url, body, false)
    }
    return {
      status: r.statusCode,
      json: r.headers['content-type']?.toString().includes('json') ? r.json() : null,
      body: r.body,
      raw: r.rawPayload,
    }
  }
  return { as, cookieOf }
}
