import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Tx } from '../audit/trace.ts'
import { NotFound } from '../kit/errors.ts'
import type { Html } from '../kit/html.ts'
import { isUuid } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import type { App } from '../kit/server/http.ts'
import { type Kept, keepPages } from '../kit/server/kept.ts'
import { takeTurns } from '../kit/server/turns.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { publicUrl, settingOf, type World } from '../petitions/world.store.ts'
import { channelsOf } from '../supervision/channels.ts'
import type { Texts } from './input.ts'
import { type Frame, page, sealMark, unbroken } from './page.ts'
import { sealsOf } from './seal.store.ts'
import { sessionMinutes, sessionWho } from './store.ts'
import type { Use } from './work.ts'

const cookieName = 'huisheng_c'

/** A route of the public face that takes no turn: it is answered from memory. */
export const quick = { config: { quick: true } }

/** A frame and the town it is of. */
export type TownFrame = Frame & { townId: string }
export type Face = ReturnType<typeof faceOf>

/** What every route of the public face stands on: its town, its frame, its ways to answer, and who asks. */
export const faceOf = (c: App, world: World, names: { css: string | null; js: string | null }) => {
  const seals = sealsOf(world)
  const keep = keepPages()
  const turn = takeTurns(c, 2, 400)

  const findTowns = () =>
    world.db.selectFrom('town').select(['id', 'code', 'name', 'isFiction']).orderBy('code').execute()
  // Every page names its town, and towns hardly change.
  let kept: { at: number; towns: Awaited<ReturnType<typeof findTowns>> } | null = null
  const townsNow = async () => {
    if (kept && performance.now() - kept.at < 5000) return kept.towns
    const towns = await findTowns()
    kept = towns.length ? { at: performance.now(), towns } : null
    return towns
  }
  const frameOf = async (req: FastifyRequest, townId?: string): Promise<TownFrame> => {
    const towns = await townsNow()
    const asked = (req.query as Texts).t
    const town = townId ? towns.find((x) => x.id === townId) : (towns.find((x) => x.code === asked) ?? towns[0])
    if (!town) throw new NotFound('这里还没有设置好，请联系镇信访窗口')
    return { town, townId: town.id, many: towns.length > 1, ...names, today: world.clock.today() }
  }
  const show = (reply: FastifyReply, f: Frame, title: string, body: Html, status = 200) =>
    reply
      .status(status)
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page(f, title, body))
  /** A page with nothing in it of who asks: made once for all, again once something of the town was written; its form is each reader's own. */
  const showKept = async (
    req: FastifyRequest,
    reply: FastifyReply,
    f: TownFrame,
    key: string,
    make: (tx: Tx, s: Setting) => Promise<{ title: string; body: Html }>,
    use?: Use,
    /** Stands with the hidden fields, of this reader alone. */
    mine: Html | null = null,
  ) => {
    const kept: Kept = await keep(`${f.today} ${f.many} ${key}`, f.townId, async () => {
      const { title, body } = await turn(() => readingTown(f.townId, make))
      return page(f, title, body)
    })
    reply.header('content-type', 'text/html; charset=utf-8')
    if (use) {
      const at = kept.body.indexOf(sealMark.text)
      const seal = Buffer.from(`${seals.fields(f.townId, use).text}${unbroken(mine?.text ?? '')}`)
      return reply
        .header('cache-control', 'no-store')
        .send(Buffer.concat([kept.body.subarray(0, at), seal, kept.body.subarray(at + sealMark.text.length)]))
    }
    reply.header('cache-control', 'no-cache').header('etag', kept.etag).header('vary', 'accept-encoding')
    if (req.headers['if-none-match'] === kept.etag) return reply.status(304).send()
    if (!/\bgzip\b/.test(String(req.headers['accept-encoding']))) return reply.send(kept.body)
    return reply.header('content-encoding', 'gzip').send(kept.gzip)
  }
  /** On to another page; a script that sent the form itself is told where, and loads it once. */
  const go = (reply: FastifyReply, path: string) =>
    /^application\/json/.test(reply.request.headers.accept ?? '') ? reply.send({ to: path }) : reply.redirect(path, 303)
  const atTown = <T>(townId: string, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, townId, async (tx) => work(tx, await settingOf(tx, world, townId)))
  const readingTown = <T>(townId: string, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, townId, async (tx) => work(tx, await settingOf(tx, world, townId)), { readOnly: true })
  const isSecure = (req: FastifyRequest) => req.protocol === 'https' || req.headers['x-forwarded-proto'] === 'https'
  /** Where the reader reaches these pages, for what is printed and kept. */
  const addressOf = (req: FastifyRequest) => publicUrl() ?? `${isSecure(req) ? 'https' : 'http'}://${req.headers.host}`
  const keepCookie = (req: FastifyRequest, reply: FastifyReply, value: string | null) => {
    const common = { path: '/c', httpOnly: true, sameSite: 'strict' as const, secure: isSecure(req) }
    if (value === null) reply.clearCookie(cookieName, common)
    else reply.setCookie(cookieName, value, { ...common, maxAge: sessionMinutes * 60 })
  }
  const cookieOf = (req: FastifyRequest): { townId: string; token: string } | null => {
    const [townId, token] = (req.cookies[cookieName] ?? '').split('.')
    return townId && token && isUuid(townId) ? { townId, token } : null
  }
  /** The petitioner whose matter is open, or a way back to the question of number and code. */
  const asPetitioner = async <T>(
    req: FastifyRequest,
    work: (tx: Tx, who: Who, s: Setting) => Promise<T>,
  ): Promise<{ value: T; townId: string } | null> => {
    const cookie = cookieOf(req)
    if (!cookie) return null
    return atTown(cookie.townId, async (tx, s) => {
      const who = await sessionWho(tx, cookie.townId, cookie.token, s)
      return who && { value: await work(tx, who, s), townId: cookie.townId }
    })
  }
  return {
    world,
    seals,
    /** Whether the office can send short messages at all. */
    sms: channelsOf().has('sms'),
    frameOf,
    show,
    showKept,
    go,
    addressOf,
    atTown,
    readingTown,
    keepCookie,
    cookieOf,
    asPetitioner,
  }
}
