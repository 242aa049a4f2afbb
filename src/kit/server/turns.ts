import type { FastifyInstance } from 'fastify'
import { Refused } from '../errors.ts'

/** Too many ask at once; asked again in a moment it goes. HTTP 503. */
class Crowded extends Refused {
  override readonly status = 503
}

/**
 * At most `atOnce` requests of this part are worked on at a time, in the order they came; `waiting` more wait their turn, the rest
 * are told to come back. So a flood at the public face takes its share of the server and of the database, and no more.
 */
export const takeTurns = (part: FastifyInstance<any, any, any, any, any>, atOnce: number, waiting: number): void => {
  let busy = 0
  const line: (() => void)[] = []
  part.addHook('onRequest', (_req, reply, next) => {
    let held = false
    let gone = false
    const begin = () => {
      if (gone) return release()
      held = true
      next()
    }
    const release = () => {
      busy -= 1
      const other = line.shift()
      if (other) {
        busy += 1
        other()
      }
    }
    // Answered or hung up, the turn is given on.
    reply.raw.once('close', () => {
      gone = true
      if (held) release()
      held = false
    })
    if (busy < atOnce) {
      busy += 1
      begin()
    } else if (line.length < waiting) line.push(begin)
    else {
      reply.header('retry-after', '5')
      next(new Crowded('现在看的人很多，请等几秒再试；您填写的内容没有丢失'))
    }
  })
}
