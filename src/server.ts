import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import compress from '@fastify/compress'
import fastifyStatic from '@fastify/static'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { assessmentApi } from './assessment/api.ts'
import { citizenApi } from './citizen/api.ts'
import { citizenOfficeApi } from './citizen/office.api.ts'
import { documentApi } from './documents/api.ts'
import { dutyApi } from './duty/api.ts'
import { fieldApi } from './field/api.ts'
import { groundApi } from './ground/api.ts'
import { Refused } from './kit/errors.ts'
import { type App, createEdge } from './kit/server/http.ts'
import { officeAsked } from './kit/server/turns.ts'
import { mediationApi } from './mediation/api.ts'
import { openApi } from './open/api.ts'
import { peopleApi } from './people/api.ts'
import { callRefusal } from './people/policy.ts'
import { sessionOfRequest } from './people/session.store.ts'
import { petitionApi, type Session } from './petitions/api.ts'
import { calendarApi } from './petitions/calendar.api.ts'
import { courtesyApi } from './petitions/courtesy/api.ts'
import { handoverApi } from './petitions/handover.api.ts'
import { importApi } from './petitions/ledger/import.api.ts'
import { protectApi, recordMisses } from './petitions/protect/api.ts'
import { upperApi } from './petitions/upper/api.ts'
import type { World } from './petitions/world.store.ts'
import { supervisionApi } from './supervision/api.ts'
import { superviseApi } from './supervision/supervise.api.ts'
import { startWorker } from './worker.ts'
import { type OpenWorld, openWorld } from './world.ts'

/** The whole product as a Fastify app over opened edges; tests call it in process. */
export const createApp = async (world: World, options: { log?: boolean; dist?: string; fixedToday?: boolean } = {}) => {
  const edge = await createEdge<Session>({
    sessionOf: (req) => sessionOfRequest(world, req),
    refusal: ({ who }, may) => callRefusal(who.roles, may),
    publicUnder: ['/assets', '/c', '/field'],
    log: options.log,
  })
  const { app } = edge

  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const timing = new Histogram({
    name: 'huisheng_http_seconds',
    help: '请求用时（秒）',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.06, 0.2, 1, 5],
    registers: [registry],
  })
  app.addHook('onRequest', async (req) => {
    if (req.routeOptions.config.may !== 'anyone') officeAsked()
  })
  app.addHook('onResponse', async (req, reply) => {
    timing.observe(
      { route: req.routeOptions?.url ?? 'none', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
  app.get('/metrics', { schema: { hide: true } as never, config: { may: 'anyone' } }, async (req, reply) => {
    if (!['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(req.ip))
      return reply.status(404).send({ message: '没有这个页面' } as never)
    return reply.header('content-type', registry.contentType).send(await registry.metrics())
  })
  app.get('/healthz', { schema: { hide: true } as never, config: { may: 'anyone' } }, async (_req, reply) => {
    try {
      const r = await world.db
        .selectFrom('schemaMigration')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return { ok: true, database: 'up', migrations: Number(r.n) }
    } catch {
      return reply.status(503).send({ ok: false, database: 'down', migrations: null } as never)
    }
  })

  recordMisses(edge, world)
  peopleApi(edge, world)
  petitionApi(edge, world)
  calendarApi(edge, world)
  upperApi(edge, world)
  courtesyApi(edge, world)
  handoverApi(edge, world)
  supervisionApi(edge, world)
  superviseApi(edge, world)
  assessmentApi(edge, world)
  dutyApi(edge, world)
  mediationApi(edge, world)
  groundApi(edge, world)
  importApi(edge, world)
  documentApi(edge, world)
  protectApi(edge, world)
  citizenOfficeApi(edge, world)
  openApi(edge, world)
  await citizenApi(app, world, { dist: options.dist })
  await fieldApi(edge, world, { dist: options.dist })

  const dist = options.dist ?? resolve(import.meta.dirname, '../dist')
  if (existsSync(join(dist, 'index.html'))) {
    await app.register(compress, { global: false, threshold: 1024 })
    // Names under /assets/ carry a hash of their content; everything else is the page itself.
    await app.register(fastifyStatic, {
      root: join(dist, 'assets'),
      prefix: '/assets/',
      index: false,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          path.startsWith(join(dist, 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    })
  }
  app.setNotFoundHandler((req, reply) => {
    if (
      req.url.startsWith('/api/') ||
      req.method !== 'GET' ||
      !existsSync(join(dist, 'index.html')) ||
      /\.\w{1,5}$/.test(req.url.split('?')[0]!)
    )
      return reply.status(404).send({ message: '没有这个页面或接口' })
    return (reply as unknown as { sendFile(f: string, root: string): unknown }).sendFile('index.html', dist)
  })
  return app
}

/** The public face alone, for a port of its own in front of the office: no other route is there to be tried. */
export const createPublicApp = async (world: World, options: { dist?: string } = {}) => {
  const { app } = await createEdge<Session>({
    sessionOf: async () => null,
    refusal: () => '',
    publicUnder: ['/c', '/'],
  })
  app.get('/', async (_req, reply) => reply.redirect('/c', 302))
  await citizenApi(app, world, options)
  app.setNotFoundHandler((_req, reply) => reply.redirect('/c', 302))
  return app
}

/** Whether somebody else listens there; asked before the database is started, so that the answer comes at once. */
const portTaken = (port: number, host: string): Promise<boolean> =>
  new Promise((answer) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => answer(error.code === 'EADDRINUSE'))
    probe.listen(port, host, () => probe.close(() => answer(false)))
  })

/** What went wrong at the start, as a sentence; a fault of our own with its trace. */
const startSentence = (error: unknown, port: number): string => {
  const e = error as NodeJS.ErrnoException & { port?: number }
  if (e.code === 'EADDRINUSE' && e.port && e.port !== port)
    return `公众页面的端口 ${e.port} 已被占用，请换一个 PUBLIC_PORT`
  if (e.code === 'EADDRINUSE') return `端口 ${port} 已被占用，请换一个：PORT=${port + 1} npm start`
  if (e.code === 'EACCES' && e.syscall === 'listen')
    return `没有使用端口 ${port} 的权限，请换一个大于 1024 的：PORT=8080 npm start`
  if (e.code === 'EADDRNOTAVAIL' || e.code === 'ENOTFOUND') return `本机没有 HOST=${process.env.HOST} 这个地址`
  return /[\u4e00-\u9fff]/.test(e.message) ? e.message : (e.stack ?? e.message)
}

const main = async () => {
  const port = Number(process.env.PORT ?? 8080)
  const host = process.env.HOST ?? '127.0.0.1'
  const demo = process.argv.includes('--demo')
  let opened: OpenWorld | null = null
  let app: App | null = null
  let publicApp: App | null = null
  let worker: Awaited<ReturnType<typeof startWorker>> | null = null
  let ending: Promise<void> | null = null
  /** Everything that was started, in the opposite order; at any moment, also before all of it is there. */
  const end = () => {
    ending ??= (async () => {
      await publicApp?.close().catch(() => {})
      await app?.close().catch(() => {})
      await worker?.stop().catch(() => {})
      await opened?.close().catch(() => {})
    })()
    return ending
  }
  let asked = false
  let askedAt = 0
  const stop = () => {
    // Asked again, it goes at once (the database recovers by itself); npm passes on the Ctrl-C that the terminal sends us too.
    if (asked) {
      if (performance.now() - askedAt > 1500) process.exit(1)
      return
    }
    asked = true
    askedAt = performance.now()
    console.log('正在停止……')
    if (starting) return
    void end().then(() => process.exit(0))
  }
  let starting = true
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // A fault nobody caught is told and the server goes on: every request is its own transaction.
  process.on('unhandledRejection', (error) => console.error('未处理的错误：', (error as Error)?.stack ?? error))
  try {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Refused(`PORT=${process.env.PORT} 不是端口号`)
    if (port !== 0 && (await portTaken(port, host))) throw Object.assign(new Error('listen'), { code: 'EADDRINUSE' })
    opened = await openWorld({ serve: true })
    if (demo && !asked) {
      const { playDemo } = await import('../seed/demo.ts')
      await playDemo(opened.world, (line) => console.log(line))
    }
    if (!asked) {
      app = (await createApp(opened.world, { log: process.env.HUISHENG_LOG === '1' })) as App
      worker = await startWorker(opened.world)
      await app.listen({ port, host })
    }
    starting = false
    if (asked) {
      await end()
      process.exit(0)
    }
    const at = app!.server.address() as AddressInfo
    console.log(`回声已启动：http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${at.port}`)
    const publicPort = Number(process.env.PUBLIC_PORT ?? 0)
    if (publicPort) {
      publicApp = (await createPublicApp(opened.world)) as App
      await publicApp.listen({ port: publicPort, host: process.env.PUBLIC_HOST ?? host })
      console.log(`公众页面单独开在：http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${publicPort}`)
    }
    if (opened.world.clock.fixed)
      console.log(`今天固定为 ${opened.world.clock.today()}（HUISHENG_TODAY，仅供演示和测试）`)
  } catch (error) {
    console.error(startSentence(error, port))
    await end()
    process.exit(1)
  }
}

if (import.meta.main) await main()
