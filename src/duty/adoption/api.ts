import type { ServerResponse } from 'node:http'
import type { Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Who } from '../../people/roles.ts'
import type { Session } from '../../petitions/api.ts'
import type { Setting } from '../../petitions/store.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { table } from '../posts.ts'
import { cancelRound, openRound, roundEvent } from './play.store.ts'
import { candidates, saveRound, tryRound } from './prepare.store.ts'
import { adoptionRoutes as r } from './routes.ts'
import { roundsList, roundVersion, roundView } from './view.query.ts'

interface Watch {
  listeners: Map<ServerResponse, number>
  timer: NodeJS.Timeout
}

/** A stream is closed after this long, so that who watches is asked again who they are (milliseconds). */
const streamLife = 5 * 60_000
const lookEvery = 1500

/** Adoption rounds over HTTP, and their live stream (server-sent events). */
export const adoptionApi = (edge: Edge<Session>, world: World) => {
  const { serve, app } = edge
  const read = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly: true })
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))

  // Who watches which round. Another server process may write too, so the version is also looked up now and then.
  const watched = new Map<string, Watch>()
  const push = (key: string, version: number) => {
    for (const [res, seen] of watched.get(key)?.listeners ?? []) {
      if (version <= seen) continue
      watched.get(key)!.listeners.set(res, version)
      res.write(`id: ${version}\nevent: round\ndata: ${version}\n\n`)
    }
  }
  const look = async (townId: string, id: string) => {
    const version = await inTown(world.db, townId, (tx) => roundVersion(tx, townId, id), { readOnly: true }).catch(
      () => null,
    )
    if (version !== null) push(`${townId}/${id}`, version)
  }
  const change = async (who: Who, id: string, work: (tx: Tx, s: Setting) => Promise<void>) => {
    await write(who, work)
    const view = await read(who, (tx, s) => roundView(tx, who, id, s.today))
    push(`${who.townId}/${id}`, view.version)
    return view
  }

  serve(r.rounds, ({ session: { who } }) => {
    return read(who, (tx, s) => roundsList(tx, who, s.today))
  })
  serve(r.roundCandidates, ({ session: { who }, query }) => {
    return read(who, (tx, s) => candidates(tx, who, query.leaverId, s.today))
  })
  serve(r.roundTry, ({ session: { who }, body }) => {
    return read(who, (tx, s) => tryRound(tx, who, body, s.today))
  })
  serve(r.roundSave, ({ session: { who }, body }) => {
    return write(who, (tx, s) => saveRound(tx, who, body, s))
  })
  serve(r.round, ({ session: { who }, params }) => {
    return read(who, (tx, s) => roundView(tx, who, params.id, s.today))
  })
  serve(r.roundOpen, ({ session: { who }, params, body }) => {
    return change(who, params.id, (tx, s) => openRound(tx, who, params.id, body, s))
  })
  serve(r.roundEvent, ({ session: { who }, params, body }) => {
    return change(who, params.id, (tx, s) => roundEvent(tx, who, params.id, body, s))
  })
  serve(r.roundCancel, ({ session: { who }, params, body }) => {
    return change(who, params.id, (tx, s) => cancelRound(tx, who, params.id, body, s))
  })

  /** Tells that the round moved on, by its version; what it is, each asks for themselves and sees what they may. */
  app.get(
    '/api/adoption/rounds/:id/live',
    { schema: { hide: true } as never, config: { may: table } },
    async (req, reply) => {
      const { who } = await edge.sessionOf(req)
      const { id } = req.params as { id: string }
      const version = (await read(who, (tx, s) => roundView(tx, who, id, s.today))).version
      const seen = Number(req.headers['last-event-id'] ?? 0)
      reply.hijack()
      const res = reply.raw
      res.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      })
      res.write('retry: 2000\n\n')
      const key = `${who.townId}/${id}`
      let watch = watched.get(key)
      if (!watch) {
        watch = {
          listeners: new Map(),
          timer: setInterval(() => void look(who.townId, id), lookEvery),
        }
        watch.timer.unref()
        watched.set(key, watch)
      }
      // Zero on the first visit: the page has just read it, and hears the version once more at most.
      watch.listeners.set(res, Number.isFinite(seen) ? seen : 0)
      push(key, version)
      const end = setTimeout(() => res.end(), streamLife)
      end.unref()
      res.on('close', () => {
        clearTimeout(end)
        watch.listeners.delete(res)
        if (watch.listeners.size === 0) {
          clearInterval(watch.timer)
          watched.delete(key)
        }
      })
    },
  )
  app.addHook('preClose', async () => {
    for (const w of watched.values()) for (const res of w.listeners.keys()) res.end()
  })
}
