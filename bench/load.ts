import { Agent, request } from 'node:http'
import { percentile } from './table.ts'

/** What a closed loop of `clients` gave: calls a second, and the times of single calls in milliseconds. */
export interface Load {
  perSecond: number
  p50: number
  p95: number
  p99: number
  calls: number
}

/**
 * Every client calls, waits for the answer and calls again, for `seconds` after one second of warming up.
 * A call that throws ends the bench: a wrong answer is no speed.
 */
export const loop = async (
  clients: number,
  seconds: number,
  call: (client: number, n: number) => Promise<unknown>,
): Promise<Load> => {
  const times: number[] = []
  const warmUntil = performance.now() + 1000
  const until = warmUntil + seconds * 1000
  let n = 0
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < until) {
        const began = performance.now()
        await call(client, n++)
        const ended = performance.now()
        if (began >= warmUntil && ended <= until) times.push(ended - began)
      }
    }),
  )
  times.sort((a, b) => a - b)
  return {
    perSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    calls: times.length,
  }
}

export interface Answer {
  status: number
  body: string
  headers: Record<string, string | string[] | undefined>
}

/** A request that must succeed. */
export type Must = (
  method: 'GET' | 'POST',
  path: string,
  o?: { cookie?: string; body?: unknown; headers?: Record<string, string> },
) => Promise<Answer>

/** A small HTTP client on kept connections to one port of this machine. */
export const httpClient = (port: number, maxSockets = 64) => {
  const agent = new Agent({ keepAlive: true, maxSockets })
  const call = (
    method: 'GET' | 'POST',
    path: string,
    o: { cookie?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const payload = o.body === undefined ? undefined : Buffer.from(JSON.stringify(o.body))
      const req = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method,
          agent,
          headers: {
            ...(o.cookie ? { cookie: o.cookie } : {}),
            ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
            ...o.headers,
          },
        },
        (res) => {
          const parts: Buffer[] = []
          res.on('data', (d: Buffer) => parts.push(d))
          res.on('end', () =>
            resolve({ status: res.statusCode ?? 0, body: Buffer.concat(parts).toString(), headers: res.headers }),
          )
          res.on('error', reject)
        },
      )
      req.on('error', reject)
      req.end(payload)
    })
  /** The same, where anything but success ends the bench. */
  const must: Must = async (...args) => {
    const answer = await call(...args)
    if (answer.status >= 300) throw new Error(`${args[0]} ${args[1]}: ${answer.status} ${answer.body.slice(0, 300)}`)
    return answer
  }
  return { call, must, close: () => agent.destroy() }
}
