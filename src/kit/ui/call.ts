import type { z } from 'zod'
import type { Route } from '../route.ts'

/** A refusal or fault from the server, with a sentence for the person and, for wrong input, one per field. */
export class Failure extends Error {
  readonly status: number
  readonly fields: Record<string, string>
  constructor(message: string, status: number, fields: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.fields = fields
  }
}

type Sent<T> = T extends z.ZodType ? (T extends z.ZodUndefined ? unknown : z.input<T>) : unknown

const flat = (query: object) => {
  const out = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) {
    if (v === undefined || v === null || v === '' || v === false) continue
    out.set(k, Array.isArray(v) ? v.join(',') : v === true ? '1' : String(v))
  }
  const text = out.toString()
  return text ? `?${text}` : ''
}

/** The address of a route with its parameters and query filled in. */
export const addressOf = (path: string, params: object = {}, query: object = {}) =>
  path.replace(/:(\w+)/g, (_, k) => encodeURIComponent(String((params as Record<string, unknown>)[k]))) + flat(query)

export const failureOf = async (res: Response): Promise<Failure> => {
  const body = await res.json().catch(() => null)
  return new Failure(
    body?.message ?? (res.status >= 500 ? '服务器暂时没有处理成功，您填写的内容没有丢失，请稍后重试' : '没有办成，请稍后重试'),
    res.status,
    body?.fields ?? {},
  )
}

/** Call one entry of the shared route table. Throws Failure with a sentence. */
export const call = async <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: Route<P, Q, B, R>,
  given: { params?: Sent<P>; query?: Sent<Q>; body?: Sent<B>; signal?: AbortSignal } = {},
): Promise<z.output<R>> => {
  const res = await fetch(addressOf(route.path, given.params as object, given.query as object), {
    method: route.method,
    headers: given.body === undefined ? {} : { 'content-type': 'application/json' },
    body: given.body === undefined ? undefined : JSON.stringify(given.body),
    credentials: 'same-origin',
    signal: given.signal,
  }).catch(() => {
    throw new Failure('连不上服务器：您填写的内容没有丢失，请检查网络后重试', 0)
  })
  if (!res.ok) throw await failureOf(res)
  return res.json()
}
