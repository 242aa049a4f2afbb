import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refused } from '../errors.ts'

/** Too many ask at once; asked again in a moment it goes. HTTP 503. */
class Crowded extends Refused {
  override readonly status = 503
}

/**
 * At most `atOnce` requests of this part are worked on at a time, in the order they came; `waiting` more wait their turn, the rest
 * are told to come back. So a flood at the public face takes its share of the server and of the database, and no more.
 * While others wait, a turn is given on only after as long again as it took: the slower the server, the less of it goes to the flood.
 * A turn lasts from when the request has arrived until its answer is made: a slow line holds up nobody. Uploads, which arrive
 * while they are worked on, take no turn.
 */
export const takeTurns = (part: FastifyInstance<any, any, any, any, any>, atOnce: number, waiting: number): void => {
  let busy = 0
  const line: (() => void)[] = []
  const ends = new WeakMap<FastifyRequest, () => void>()
  const giveOn = () => {
    busy -= 1
    const other = line.shift()
    if (!other) return
    busy += 1
    other()
  }
  part.addHook('preHandler', (req, reply, next) => {
    if (req.headers['content-type']?.startsWith('multipart/')) return next()
    let state: 'waiting' | 'held' | 'over' = 'waiting'
    let began = 0
    const begin = () => {
      if (state === 'over') return giveOn()
      state = 'held'
      began = performance.now()
      next()
    }
    const end = () => {
      if (state === 'held') {
        const took = performance.now() - began
        if (line.length === 0) giveOn()
        else setTimeout(giveOn, Math.min(100, Math.max(5, took))).unref()
      }
      state = 'over'
    }
    ends.set(req, end)
    // Who hangs up gives the turn on too.
    reply.raw.once('close', end)
    if (busy < atOnce) {
      busy += 1
      begin()
    } else if (line.length < waiting) line.push(begin)
    else {
      state = 'over'
      reply.header('retry-after', '5')
      next(new Crowded('现在看的人很多，请等几秒再试；您填写的内容没有丢失'))
    }
  })
  part.addHook('onSend', async (req, _reply, payload) => {
    ends.get(req)?.()
    return payload
  })
}
