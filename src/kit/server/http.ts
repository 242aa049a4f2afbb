import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Forbidden, Invalid, NotFound, Refused, SignedOut, Unavailable } from '../errors.ts'
import { firstSentence, invalidFields } from '../fields.ts'
import type { May, Route } from '../route.ts'
import { storable } from '../text.ts'
import { isUuid } from './crypto.ts'
import { isAway } from './db.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call; the edge asks before the body is even read. */
    may?: May
  }
}

export type App = FastifyInstance<any, any, any, any, ZodTypeProvider>

type Out<T> = T extends z.ZodType ? z.output<T> : undefined
type In<T> = T extends z.ZodType ? z.input<T> : never

/** What a handler is given: who asks (by the app's own resolver) and the validated parts of the request. */
export interface Asked<S, P, Q, B> {
  session: S
  params: P
  query: Q
  body: B
  req: FastifyRequest
  reply: FastifyReply
}

export interface Edge<S> {
  app: App
  /** Serve one entry of the shared route table. */
  serve: <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
    handler: (asked: Asked<S, Out<P>, Out<Q>, Out<B>>) => Promise<In<R>> | In<R>,
  ) => void
  /** The signed-in session of a request, or throws SignedOut. For routes that answer with files. */
  sessionOf: (req: FastifyRequest) => Promise<S>
}

/** Wrong input as a sentence: the first field's, with all of them beside it. */
export const invalidOf = (issues: { path?: PropertyKey[]; message: string }[]): Invalid => {
  const fields = invalidFields(issues)
  return new Invalid(firstSentence(fields), fields)
}

/** Parsed JSON or a form, not a file or a stream. */
const isPlain = (v: unknown): v is Record<string, unknown> => {
  if (typeof v !== 'object' || v === null) return false
  const proto = Object.getPrototypeOf(v)
  return Array.isArray(v) || proto === null || Object.getPrototypeOf(proto) === null
}
/** What can't be kept is taken out of whatever was sent, in place. */
const makeStorable = (sent: unknown): void => {
  const unseen = isPlain(sent) ? [sent] : []
  for (let o = unseen.pop(); o; o = unseen.pop())
    for (const [k, v] of Object.entries(o)) {
      if (typeof v === 'string') {
        const kept = storable(v)
        if (kept !== v) o[k] = kept
      } else if (isPlain(v)) unseen.push(v)
    }
}

/** Turn what was thrown into status, sentence and fields; a fault is logged and hidden. */
export const answerOf = (
  error: unknown,
): { status: number; message: string; fields?: Record<string, string>; fault: boolean } => {
  if (error instanceof Invalid) return { status: 400, message: error.message, fields: error.fields, fault: false }
  if (error instanceof Refused)
    return { status: error.status, message: error.message, fault: error instanceof Unavailable }
  const e = error as {
    validation?: { instancePath: string; message: string }[]
    validationContext?: string
    statusCode?: number
    code?: string
    constraint?: string
    message?: string
    status?: number
  }
  // An address that can't be anything's is answered as one that is nothing's.
  if (e?.validationContext === 'params') return answerOf(new NotFound())
  if (e?.validation) {
    const fields = invalidFields(e.validation)
    return { status: 400, message: firstSentence(fields), fields, fault: false }
  }
  if (e?.code === 'FST_REQ_FILE_TOO_LARGE' || e?.code === 'FST_ERR_CTP_BODY_TOO_LARGE' || e?.statusCode === 413)
    return { status: 413, message: '文件或内容太大，请压缩或分次上传（单个文件不超过 50 MB）', fault: false }
  if (e?.statusCode && e.statusCode >= 400 && e.statusCode < 500)
    return { status: e.statusCode, message: '请求的格式不对，请刷新页面后重试', fault: false }
  // The id of a request that did something else: an old page, or one that was copied.
  if (e?.code === '23505' && e.constraint?.endsWith('_request_id_key'))
    return { status: 409, message: '这次提交的编号已经用在别的事项上，没有保存，请刷新页面后重试', fault: false }
  // What a rule further in would not take: the person learns which field; a check at the edge should have said so, hence logged.
  if (error instanceof z.ZodError) return { ...answerOf(invalidOf(error.issues)), fault: true }
  // PostgreSQL keeps no NUL.
  if (e?.code === '22021' || e?.code === '22P05')
    return { status: 400, message: '填写的内容里有存不了的字符，请删去重写', fault: false }
  // Something chosen on an old page is gone; and numbers and days beyond what can be kept. A rule should have said so before: logged.
  if (e?.code === '23503')
    return { status: 409, message: '所选的人、单位或事项已经变动，请刷新页面后重新选择', fault: true }
  if (/^22[0-9A-Z]{3}$/.test(e?.code ?? ''))
    return { status: 400, message: '填写的数字、日期或文字超出了可以保存的范围，请核对', fault: true }
  // A form cut off on its way, or sent without its own marks.
  if (/^Multipart: |unexpected end of (multipart|form|file)|^Malformed part header/i.test(e?.message ?? ''))
    return { status: 400, message: '传来的内容不完整，请重新提交', fault: false }
  if (e?.status === 503 || isAway(error)) return { status: 503, message: new Unavailable().message, fault: true }
  if (e?.code === '53100' || e?.code === 'ENOSPC')
    return {
      status: 507,
      message: '服务器磁盘已满，这一步没有保存；您填写的内容没有丢失，请联系系统管理员',
      fault: true,
    }
  return { status: 500, message: '服务器没有处理成功，您填写的内容没有丢失，请稍后重试', fault: true }
}

/**
 * Over plain HTTP, as within an office, browsers tell the origin alone. A proxy that doesn't pass on which host was asked leaves
 * nothing to compare it with; the public face acts for nobody of the staff.
 */
const isForeign = (req: FastifyRequest): boolean => {
  const { origin, 'x-forwarded-for': behind, 'x-forwarded-host': asked } = req.headers
  if (origin === undefined || (behind && !asked) || req.routeOptions.config?.may === 'anyone') return false
  return !URL.canParse(origin) || new URL(origin).host !== req.host
}

/** Names of parameters that stand for a row: `id`, `petitionId`. */
const namesRow = /^id$|Id$/

/** What never comes as far as a route, by the code of Node's parser; a connection that broke needs no answer. */
const unread: Record<string, [status: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', '地址或登录凭据太长，请减少筛选条件后重试'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', '请求没有按时传完，请重试'],
}
const answerUnread = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, message] = unread[error.code ?? ''] ?? ['400 Bad Request', '请求的格式不对，请刷新页面后重试']
  const body = JSON.stringify({ message })
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  socket.destroy(error)
}

/**
 * On every answer. Scripts, fonts and connections from here only; nobody may frame these pages; nothing of an address leaves them.
 * Styles are written into elements by the component library, hence 'unsafe-inline' for style alone.
 */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(self), geolocation=()',
} as const

/** Every route of the app with who may call it, as fastify has them; for the policy test and the documents. */
export interface Declared {
  method: string
  url: string
  may: May | undefined
}

const declaredBy = new WeakMap<App, () => Declared[]>()
/** Every route of an app made by `createEdge`, as fastify has them. */
export const routesOf = (app: App): Declared[] => declaredBy.get(app)?.() ?? []

/**
 * The HTTP edge. Every route says who may call it; one that doesn't keeps the app from starting, so nothing is open by oversight.
 * `refusal` answers why a session may not call a route declared for `may`.
 */
export const createEdge = async <S>(options: {
  sessionOf: (req: FastifyRequest) => Promise<S | null>
  refusal: (session: S, may: May) => string | null
  /** Paths below which everything is for anyone: built files, the public face. */
  publicUnder?: readonly string[]
  /** False where the description of the interface is nobody's business: the public face alone. */
  described?: boolean
  log?: boolean
  bodyLimit?: number
}): Promise<Edge<S>> => {
  const app = Fastify({
    logger: options.log
      ? { level: 'info', redact: { paths: ['req.headers.cookie', 'req.headers.authorization', 'body'], remove: true } }
      : false,
    disableRequestLogging: true,
    bodyLimit: options.bodyLimit ?? 4 * 1024 * 1024,
    genReqId: () => randomUUID(),
    // A proxy on this machine says who asks; nobody else's word for it is taken.
    trustProxy: 'loopback',
    clientErrorHandler: answerUnread,
    // An address that no route can have: broken escapes, a part of great length.
    frameworkErrors: (_error, _req, reply) => {
      const { status, message } = answerOf(new NotFound())
      const plain = reply as unknown as FastifyReply
      return plain.headers(securityHeaders).status(status).send({ message })
    },
  }).withTypeProvider<ZodTypeProvider>() as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await app.register(cookie)
  await app.register(multipart, { limits: { fileSize: 50 * 1024 * 1024, files: 1, fields: 20, fieldSize: 200_000 } })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: '回声 Huisheng', description: '处理问题有回声', version: '1' } },
    transform: jsonSchemaTransform,
  })

  const sessions = new WeakMap<FastifyRequest, S>()
  const sessionOf = async (req: FastifyRequest): Promise<S> => {
    const session = sessions.get(req) ?? (await options.sessionOf(req))
    if (session === null) throw new SignedOut()
    sessions.set(req, session)
    return session
  }

  // The routes themselves are kept, not copies: a part of the app may declare its own further down.
  const routes: { method: string | string[]; url: string; config?: { may?: May } }[] = []
  app.addHook('onRoute', (route) => {
    if (options.publicUnder?.some((p) => route.url === p || route.url.startsWith(`${p}/`)))
      route.config = { ...route.config, may: 'anyone' }
    routes.push(route as never)
  })
  const declare = (): Declared[] =>
    routes.flatMap((r) => [r.method].flat().map((method) => ({ method, url: r.url, may: r.config?.may })))
  declaredBy.set(app, declare)
  app.addHook('onReady', async () => {
    const silent = declare().filter((d) => d.may === undefined)
    if (silent.length)
      throw new Error(`这些路由没有写明谁可以调用：${silent.map((d) => `${d.method} ${d.url}`).join('、')}`)
  })
  if (options.described !== false)
    app.get('/openapi.json', { schema: { hide: true } as never, config: { may: 'anyone' } }, async () => app.swagger())

  app.addHook('onRequest', async (req, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) reply.header(name, value)
    // A page of another site must not act in the name of who is signed in here.
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      const site = req.headers['sec-fetch-site']
      const foreign = site ? site !== 'same-origin' && site !== 'none' : isForeign(req)
      if (foreign) throw new Forbidden('只能在本系统的页面上操作')
    }
    // Who asks is settled before anything of the request is looked at: a stranger learns nothing from validation.
    const may = req.routeOptions.config?.may
    if (req.is404 || may === 'anyone') return
    const session = await sessionOf(req)
    const no = options.refusal(session, may ?? [])
    if (no !== null) throw new Forbidden(no)
  })
  app.addHook('preValidation', async (req) => {
    // A route that answers with a file states no schema of its own.
    if (!req.routeOptions.schema?.params && req.url.startsWith('/api/'))
      for (const [name, value] of Object.entries((req.params ?? {}) as Record<string, unknown>))
        if (namesRow.test(name) && !isUuid(value)) throw new NotFound()
    makeStorable(req.body)
    makeStorable(req.query)
  })
  app.setErrorHandler((error, req, reply) => {
    const { fault, ...answer } = answerOf(error)
    if (fault) req.log.error({ err: error, url: req.url.split('?')[0] }, 'fault')
    reply.status(answer.status).send({ message: answer.message, ...(answer.fields ? { fields: answer.fields } : {}) })
  })

  return {
    app,
    sessionOf,
    serve: (route, handler) => {
      app.route({
        method: route.method,
        url: route.path,
        schema: {
          summary: route.says,
          ...(route.params ? { params: route.params } : {}),
          ...(route.query ? { querystring: route.query } : {}),
          ...(route.body ? { body: route.body } : {}),
          response: { 200: route.response },
        },
        config: { may: route.may },
        handler: (async (req: FastifyRequest, reply: FastifyReply) => {
          const session = route.may === 'anyone' ? (null as S) : await sessionOf(req)
          reply.header('cache-control', 'no-store')
          return handler({
            session,
            params: req.params as never,
            query: req.query as never,
            body: req.body as never,
            req,
            reply,
          })
        }) as never,
      })
    },
  }
}

export { NotFound }
