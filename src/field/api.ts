import { join, resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import sharp from 'sharp'
import { z } from 'zod'
import { happened, type Tx } from '../audit/trace.ts'
import { report } from '../ground/campaign.store.ts'
import { Invalid, NotFound } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import { type Edge, securityHeaders } from '../kit/server/http.ts'
import { phoneContact, phoneKey } from '../people/phone.store.ts'
import { caseWorkers, type Who } from '../people/roles.ts'
import { atOf, type Session } from '../people/session.store.ts'
import type { Setting } from '../petitions/store.ts'
import { publicUrl, settingOf, type World } from '../petitions/world.store.ts'
import { fieldAssets } from './assets.store.ts'
import { courtesyFromField, disputeFromField, earlierOf, noteFromField, registerFromField } from './matter.store.ts'
import { pieceSize } from './outbox.ts'
import { receiptFor } from './receipt.store.ts'
import { fieldRoutes as r } from './routes.ts'
import { icon, manifest, shell } from './shell.ts'
import { todayOf } from './today.store.ts'
import { finishUpload, openUpload, takePiece } from './upload.store.ts'
import { visitFromField } from './visit.store.ts'
import { dayHeard } from './when.ts'

const Contact = z.object({
  townId: z.uuid(),
  id: z.uuid(),
  secret: z.string().min(32).max(100),
  /** The phone says that it has wiped itself. */
  wiped: z.boolean().default(false),
})

/** The phone face: its page, its service worker, and the few routes that only it needs. */
export const fieldApi = async (edge: Edge<{ who: Who }>, world: World, options: { dist?: string } = {}) => {
  const { app, serve } = edge as unknown as Edge<Session>
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))

  serve(r.today, ({ session: { who } }) =>
    inTown(world.db, who.townId, (tx) => todayOf(tx, who, world.clock.today(), world.clock.now()), { readOnly: true }),
  )
  serve(r.key, async ({ session, body, req }) => ({
    key: await inTown(world.db, session.who.townId, (tx) =>
      phoneKey(tx, session, { ...body, agent: req.headers['user-agent'] ?? '' }, atOf(world.clock)),
    ),
  }))
  serve(r.matter, ({ session: { who }, body }) => write(who, (tx, s) => registerFromField(tx, who, body, s)))
  serve(r.receipt, ({ session: { who }, params, req }) =>
    write(who, (tx, s) => receiptFor(tx, who, params.id, publicUrl() ?? `${req.protocol}://${req.headers.host}`, s)),
  )
  serve(r.earlier, ({ session: { who }, body }) =>
    inTown(
      world.db,
      who.townId,
      async (tx) => ({ found: await earlierOf(tx, who, body.number, world.clock.today()) }),
      {
        readOnly: true,
      },
    ),
  )
  serve(r.dispute, ({ session: { who }, body }) => write(who, (tx, s) => disputeFromField(tx, who, body, s)))
  serve(r.report, ({ session: { who }, body }) =>
    write(who, async (tx, s) => {
      if (!(await happened(tx, who.townId, body.requestId))) {
        const { campaignId, placeId, ...given } = body.input
        const writtenOn = dayHeard(body.heardAt, body.sentAt, s.now.getTime(), s.today)
        await report(tx, who, campaignId, placeId, { ...given, requestId: body.requestId, writtenOn }, s)
      }
      return { ok: true as const }
    }),
  )
  serve(r.visit, ({ session: { who }, body }) => write(who, (tx, s) => visitFromField(tx, who, body, s)))
  serve(r.note, ({ session: { who }, body }) => write(who, (tx, s) => noteFromField(tx, who, body, s)))
  serve(r.courtesy, ({ session: { who }, body }) => write(who, (tx, s) => courtesyFromField(tx, who, body, s)))
  serve(r.openUpload, ({ session: { who }, body }) => openUpload(world, who, body))
  serve(r.finishUpload, ({ session: { who }, params }) => finishUpload(world, who, params.id))
  await app.register(async (c) => {
    c.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: pieceSize },
      (_req: unknown, body: unknown, done: (e: null, b: unknown) => void) => done(null, body),
    )
    c.put('/api/field/uploads/:id/:offset', { config: { may: caseWorkers } }, async (req, reply) => {
      const { who } = await (edge as unknown as Edge<Session>).sessionOf(req)
      const { id, offset } = req.params as { id: string; offset: string }
      if (!z.uuid().safeParse(id).success || !/^\d{1,9}$/.test(offset))
        throw new NotFound('没有这次上传，请重新打开手机端')
      if (!Buffer.isBuffer(req.body)) throw new Invalid('没有收到文件内容，请重新打开手机端')
      reply.header('cache-control', 'no-store')
      return takePiece(world, who, id, Number(offset), req.body)
    })
  })

  /** Says whether to go on, lock or wipe; a phone whose session is over must still hear it, so nobody is asked to sign in. */
  app.post('/field/contact', async (req, reply) => {
    const given = Contact.safeParse(req.body)
    if (!given.success) throw new Invalid('请求的格式不对')
    reply.header('cache-control', 'no-store')
    const state = await inTown(world.db, given.data.townId, (tx) =>
      phoneContact(tx, given.data.townId, given.data, atOf(world.clock)),
    )
    return { state, now: world.clock.now().getTime(), today: world.clock.today() }
  })

  const dist = options.dist ?? resolve(import.meta.dirname, '../../dist')
  const assets = fieldAssets(dist)
  const page = String(shell(assets))
  app.get('/field', async (_req, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      // Here alone a place may be asked for, by a button, for a matter: never of a person.
      .header(
        'permissions-policy',
        securityHeaders['permissions-policy'].replace('geolocation=()', 'geolocation=(self)'),
      )
      .send(page),
  )
  app.get('/field/manifest.webmanifest', async (_req, reply) =>
    reply
      .header('content-type', 'application/manifest+json')
      .header('cache-control', 'no-cache')
      .send(JSON.stringify(manifest)),
  )
  const icons = new Map<number, Promise<Buffer>>()
  for (const n of [192, 512])
    app.get(`/field/icon-${n}.png`, async (_req, reply) => {
      if (!icons.has(n))
        icons.set(
          n,
          sharp(Buffer.from(icon), { density: 72 * (n / 100) })
            .resize(n, n)
            .png()
            .toBuffer(),
        )
      return reply
        .header('content-type', 'image/png')
        .header('cache-control', 'max-age=86400')
        .send(await icons.get(n))
    })
  if (!assets) return
  const shellFiles = ['/field', assets.js, ...assets.css, '/field/manifest.webmanifest', '/field/icon-192.png']
  const worker = `self.shell=${JSON.stringify({ version: assets.version, files: shellFiles })};\n${assets.worker}`
  app.get('/field/sw.js', async (_req, reply) =>
    reply
      .header('content-type', 'text/javascript; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('service-worker-allowed', '/field')
      .send(worker),
  )
  await app.register(fastifyStatic, {
    root: join(dist, 'field', 'assets'),
    prefix: '/field/assets/',
    index: false,
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  })
}
