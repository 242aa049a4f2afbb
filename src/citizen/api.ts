import { resolve } from 'node:path'
import { NotFound } from '../kit/errors.ts'
import { type App, answerOf } from '../kit/server/http.ts'
import type { World } from '../petitions/world.store.ts'
import { askApi } from './ask.api.ts'
import { assetsOf } from './assets.store.ts'
import { bringApi } from './bring.api.ts'
import { faceOf, quick } from './face.api.ts'
import type { Texts } from './input.ts'
import { matterApi } from './matter.api.ts'
import { openPagesApi } from './open.api.ts'
import { sentencePage } from './page.ts'

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * The public face: plain pages made on the server, so that old phones, screen readers and browsers without scripts can use it.
 * It may stand on its own port in front of the office; it has only these routes and only a petitioner's rights.
 */
export const citizenApi = async (app: App, world: World, options: { dist?: string } = {}): Promise<void> => {
  const dist = options.dist ?? resolve(import.meta.dirname, '../../dist')
  const { files: assets, ...names } = assetsOf(dist)
  await app.register(async (c) => {
    // These pages have no style written into elements and ask nothing of the server but pages and forms.
    c.addHook('onRequest', async (_req, reply) => {
      reply.header('content-security-policy', contentPolicy)
    })
    c.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 300_000 },
      (_r, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    const face = faceOf(c, world, names)
    const { frameOf, show } = face
    c.setErrorHandler(async (error, req, reply) => {
      const { status, message, fault } = answerOf(error)
      if (fault) req.log.error({ err: error, url: req.url.split('?')[0] }, 'fault')
      const f = await frameOf(req).catch(() => null)
      if (!f) return reply.status(status).type('text/plain; charset=utf-8').send(message)
      return show(reply, f, '没有办成', sentencePage('没有办成', message), status)
    })

    c.get('/c/assets/:name', quick, async (req, reply) => {
      const file = assets.get((req.params as Texts).name ?? '')
      if (!file) throw new NotFound('没有这个文件')
      const accepted = String(req.headers['accept-encoding'] ?? '')
      const way = file.ways.find((w) => accepted.includes(w.coding))!
      return reply
        .header('content-type', file.type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('vary', 'accept-encoding')
        .headers(way.coding ? { 'content-encoding': way.coding } : {})
        .send(way.data)
    })
    // An address of nothing is answered here, not by the office's pages.
    c.get('/c/*', quick, async (req, reply) => {
      if ((req.params as Texts)['*'] === '') return reply.redirect('/c', 302)
      throw new NotFound('没有这一页，可能是地址抄错了')
    })
    openPagesApi(c, face)
    askApi(c, face)
    bringApi(c, face)
    matterApi(c, face)
  })
}
