import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refused } from '../errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered from memory: waits in the quick line and takes no turn. */
    quick?: boolean
  }
}

/** Too many ask at once; asked again in a moment it goes. HTTP 503. */
class Crowded extends Refused {
  override readonly status = 503
}

let officeAt = Number.NEGATIVE_INFINITY
/** The office has just asked for something: while it does, the public's part is kept small. */
export const officeAsked = (): void => {
  officeAt = performance.now()
}
const officeAtWork = () => performance.now() - officeAt < 1000

/** Quick answers given in one go: about a millisecond. */
const batch = 8
/** While the office works, a go is followed by so many times as long for it: a fifth of the process is the public's. */
const officeShare = 4

/**
 * Quick answers go out in the order they were asked for, a few at a time; while the office works, each few only after the
 * office had its share of the process. What a few took is measured, so a slow machine gives the public less, not the office.
 */
const quickLine = () => {
  const line: (() => void)[] = []
  let going = false
  const go = () => {
    let began = 0
    // Two in one phase of the event loop: between them runs nothing but what the first set off.
    setImmediate(() => {
      began = performance.now()
      for (const next of line.splice(0, batch)) next()
    })
    setImmediate(() => {
      if (line.length === 0) going = false
      else if (officeAtWork()) setTimeout(go, Math.min(200, (performance.now() - began) * officeShare)).unref()
      else go()
    })
  }
  return {
    length: () => line.length,
    join: (next: () => void) => {
      line.push(next)
      if (going) return
      going = true
      go()
    },
  }
}

/**
 * At most `atOnce` requests of this part are worked on at a time, in the order they came; `waiting` more wait their turn, the rest
 * are told to come back. So a flood at the public face takes its share of the server and of the database, and no more.
 * While others wait, a turn is given on only after as long again as it took: the slower the server, the less of it goes to the flood.
 * A turn lasts from when the request has arrived until its answer is made: a slow line holds up nobody. Uploads, which arrive
 * while they are worked on, take no turn; what is answered from memory (`config.quick`) waits in a line of its own.
 * The returned `turn` does a piece of work that many quick answers wait for, as the next in turn.
 */
export const takeTurns = (part: FastifyInstance<any, any, any, any, any>, atOnce: number, waiting: number) => {
  let busy = 0
  const line: (() => void)[] = []
  const quick = quickLine()
  const ends = new WeakMap<FastifyRequest, () => void>()
  const giveOn = () => {
    busy -= 1
    const other = line.shift()
    if (!other) return
    busy += 1
    other()
  }
  /** Gives the seat on; while others wait, after as long again as it was held. */
  const leave = (took: number) => {
    if (line.length === 0) giveOn()
    else setTimeout(giveOn, Math.min(100, Math.max(5, took))).unref()
  }
  const crowded = (reply: FastifyReply, next: (error: Error) => void) => {
    reply.header('retry-after', '5')
    next(new Crowded('现在看的人很多，请等几秒再试；您填写的内容没有丢失'))
  }
  part.addHook('preHandler', (req, reply, next) => {
    if (req.headers['content-type']?.startsWith('multipart/')) return next()
    if (req.routeOptions.config.quick) {
      if (quick.length() >= waiting) return crowded(reply, next)
      return quick.join(() => {
        // Who hung up meanwhile is not waited for.
        if (!reply.raw.destroyed) next()
      })
    }
    let state: 'waiting' | 'held' | 'over' = 'waiting'
    let began = 0
    const begin = () => {
      if (state === 'over') return giveOn()
      state = 'held'
      began = performance.now()
      next()
    }
    const end = () => {
      if (state === 'held') leave(performance.now() - began)
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
      crowded(reply, next)
    }
  })
  part.addHook('onSend', async (req, _reply, payload) => {
    ends.get(req)?.()
    return payload
  })
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy < atOnce) busy += 1
    else await new Promise<void>((done) => line.unshift(done))
    const began = performance.now()
    try {
      return await work()
    } finally {
      leave(performance.now() - began)
    }
  }
}
