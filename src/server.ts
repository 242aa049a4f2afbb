import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import compress from '@fastify/compress'
import fastifyStatic from '@fastify/static'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { assessmentApi } from './assessment/api.ts'
import { citizenApi } from './citizen/api.ts'
import { wordsApi } from './citizen/words.api.ts'
import { documentApi } from './documents/api.ts'
import { dutyApi } from './duty/api.ts'
import { createEdge } from './kit/server/http.ts'
import { peopleApi } from './people/api.ts'
import { callRefusal } from './people/policy.ts'
import { sessionOfRequest } from './people/session.store.ts'
import { petitionApi, type Session } from './petitions/api.ts'
import { handoverApi } from './petitions/handover.api.ts'
import { importApi } from './petitions/ledger/import.api.ts'
import { protectApi, recordMisses } from './petitions/protect/api.ts'
import type { World } from './petitions/world.store.ts'
import { supervisionApi } from './supervision/api.ts'
import { startWorker } from './worker.ts'
import { type OpenWorld, openWorld } from './world.ts'

/** The whole product as a Fastify app over opened edges; tests call it in process. */
export const createApp = async (world: World, options: { log?: boolean; dist?: string; fixedToday?: boolean } = {}) => {
  const edge = await createEdge<Session>({
    sessionOf: (req) => sessionOfRequest(world, req),
    refusal: ({ who }, may) => callRefusal(who.roles, may),
    publicUnder: ['/assets', '/c'],
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
  handoverApi(edge, world)
  supervisionApi(edge, world)
  assessmentApi(edge, world)
  dutyApi(edge, world)
  importApi(edge, world)
  documentApi(edge, world)
  protectApi(edge, world)
  wordsApi(edge, world)
  await citizenApi(app, world, { dist: options.dist })

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

const main = async () => {
  const port = Number(process.env.PORT ?? 8080)
  const host = process.env.HOST ?? '127.0.0.1'
  const demo = process.argv.includes('--demo')
  let opened: OpenWorld | null = null
  try {
    opened = await openWorld({ serve: true })
    if (demo) {
      const { playDemo } = await import('../seed/demo.ts')
      await playDemo(opened.world, (line) => console.log(line))
    }
    const app = await createApp(opened.world, { log: process.env.HUISHENG_LOG === '1' })
    const worker = await startWorker(opened.world)
    await app.listen({ port, host })
    console.log(`回声已启动：http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`)
    const publicPort = Number(process.env.PUBLIC_PORT ?? 0)
    const publicApp = publicPort ? await createPublicApp(opened.world) : null
    if (publicApp) {
      await publicApp.listen({ port: publicPort, host: process.env.PUBLIC_HOST ?? host })
      console.log(`公众页面单独开在：http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${publicPort}`)
    }
    if (opened.world.clock.fixed)
      console.log(`今天固定为 ${opened.world.clock.today()}（HUISHENG_TODAY，仅供演示和测试）`)
    let stopping = false
    const stop = async () => {
      if (stopping) return
      stopping = true
      console.log('正在停止……')
      await publicApp?.close()
      await app.close()
      await worker.stop()
      await opened?.close()
      process.exit(0)
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  } catch (error) {
    const e = error as NodeJS.ErrnoException
    console.error(
      e.code === 'EADDRINUSE'
        ? `端口 ${port} 已被占用，请换一个：PORT=8081 npm start`
        : /[\u4e00-\u9fff]/.test(e.message)
          ? e.message
          : (e.stack ?? e.message),
    )
    await opened?.close().catch(() => {})
    process.exit(1)
  }
}

if (import.meta.main) await main()
