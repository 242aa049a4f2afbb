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

/** The sentence of each field that was wrong, by its name; none when it failed otherwise or not at all. */
export const wrongOf = (error: unknown): Record<string, string | undefined> =>
  error instanceof Failure ? error.fields : {}

/** The sentence of a field, or of the first thing within it. */
export const wrongAt = (wrong: Record<string, string | undefined>, field: string): string | undefined =>
  wrong[field] ?? Object.entries(wrong).find(([k]) => k.startsWith(`${field}.`))?.[1]

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

const failureFrom = (
  body: { message?: string; fields?: Record<string, string> } | null,
  status: number,
  fallback: string,
) =>
  new Failure(
    body?.message ?? (status >= 500 ? '服务器暂时没有处理成功，您填写的内容没有丢失，请稍后重试' : fallback),
    status,
    body?.fields ?? {},
  )

export const failureOf = async (res: Response): Promise<Failure> =>
  failureFrom(await res.json().catch(() => null), res.status, '没有办成，请稍后重试')

const unreachable = () => new Failure('连不上服务器：您填写的内容没有丢失，请检查网络后重试', 0)

let askToSignIn: (() => Promise<void>) | null = null
/** What to do when the session has ended: the request waits for it, then is sent once more. */
export const onSignedOut = (ask: (() => Promise<void>) | null) => {
  askToSignIn = ask
}

let readAgain: () => void = () => {}
/** What to do when something sent was refused: the page may have been behind, so it reads what stands now. */
export const onRefused = (again: () => void) => {
  readAgain = again
}

/** As much as the server reads of one form; beyond it hangs up, and its sentence may never arrive. */
const mostSent = 4 * 1024 * 1024
const tooMuch = (body: unknown) => typeof body === 'string' && new Blob([body]).size > mostSent

/** fetch within this site, waiting for a new sign-in when the session has ended. Throws Failure with a sentence. */
export const send = async (address: string, init: RequestInit = {}, again = true): Promise<Response> => {
  if (tooMuch(init.body))
    throw new Failure('写的内容太多（超过 4 MB），没有发送，都还在这里。请分几次保存，或者把长的内容作为材料上传', 413)
  const res = await fetch(address, { credentials: 'same-origin', ...init }).catch((e) => {
    if (init.signal?.aborted) throw e
    throw unreachable()
  })
  if (res.status === 401 && again && askToSignIn) {
    await askToSignIn()
    return send(address, init, false)
  }
  if (!res.ok) {
    // What can be called off is a page's own question, not something somebody sent.
    if (res.status === 409 && (init.method ?? 'GET') !== 'GET' && !init.signal) readAgain()
    throw await failureOf(res)
  }
  return res
}

/** Call one entry of the shared route table. Throws Failure with a sentence. */
export const call = async <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: Route<P, Q, B, R>,
  given: { params?: Sent<P>; query?: Sent<Q>; body?: Sent<B>; signal?: AbortSignal; quiet?: boolean } = {},
): Promise<z.output<R>> => {
  const res = await send(
    addressOf(route.path, given.params as object, given.query as object),
    {
      method: route.method,
      headers: given.body === undefined ? {} : { 'content-type': 'application/json' },
      body: given.body === undefined ? undefined : JSON.stringify(given.body),
      signal: given.signal,
    },
    route.may !== 'anyone' && !given.quiet,
  )
  return res.json()
}

/** Send a form with a file; `progress` hears the part sent, 0 to 1. */
export const upload = <T>(address: string, form: FormData, progress?: (part: number) => void): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const x = new XMLHttpRequest()
    x.open('POST', address)
    x.responseType = 'json'
    x.upload.onprogress = (e) => e.lengthComputable && progress?.(e.loaded / e.total)
    x.onerror = () => reject(unreachable())
    x.onload = () => {
      if (x.status === 401 && askToSignIn)
        askToSignIn().then(() => upload<T>(address, form, progress).then(resolve, reject), reject)
      else if (x.status >= 200 && x.status < 300) resolve(x.response as T)
      else {
        if (x.status === 409) readAgain()
        reject(failureFrom(x.response, x.status, '文件没有传上去，请稍后重试'))
      }
    }
    x.send(form)
  })

/** Download a file the server makes; its name comes from the server. */
export const download = async (address: string): Promise<void> => {
  const res = await send(address)
  const named = /filename\*=UTF-8''([^;]+)/i.exec(res.headers.get('content-disposition') ?? '')
  const url = URL.createObjectURL(await res.blob())
  const a = document.createElement('a')
  a.href = url
  a.download = named ? decodeURIComponent(named[1]!) : '下载'
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Whether the same may be asked again with another outcome: a line that broke or a fault, not a refusal. */
export const mayTryAgain = (error: unknown): boolean =>
  !(error instanceof Failure) || error.status < 400 || error.status >= 500 || [408, 429].includes(error.status)

/** The sentence of whatever was thrown. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Failure ? error.message : '页面没有处理成功，您填写的内容没有丢失，请刷新页面后重试'
