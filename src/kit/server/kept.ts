import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { writtenIn } from './db.ts'

/** A page as it goes out, made once for all who ask. */
export interface Kept {
  body: Buffer
  gzip: Buffer
  /** Strong: the same bytes, the same tag. */
  etag: string
}
interface Shelf {
  townId: string
  kept: Kept | null
  /** Count of the town's writes when the making of `kept` began. */
  version: number
  /** Milliseconds of this process: when the making began, how long it took. */
  at: number
  took: number
  making: { version: number | null; done: Promise<Kept> } | null
}

const pressed = promisify(gzip)
const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/**
 * Pages that are the same for everybody, kept in memory. Nobody is given one made before something this process wrote in its town
 * before he asked; what others write (a command, another server) is seen after `seconds`. A page is made by one for all who wait for it,
 * and takes at most about a tenth of the time however often its town is written to. At most `most` pages are kept.
 */
export const keepPages = (seconds = 5, most = 500) => {
  const shelves = new Map<string, Shelf>()
  /** Being made for the first time. */
  const begun = new Map<string, Shelf>()
  const make = async (
    name: string,
    shelf: Shelf,
    making: NonNullable<Shelf['making']>,
    work: () => Promise<string>,
  ) => {
    const rest = shelf.at + Math.min(1000, shelf.took * 10) - performance.now()
    if (rest > 0) await sleep(rest)
    const at = performance.now()
    making.version = writtenIn(shelf.townId)
    try {
      const body = Buffer.from(await work())
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
      const kept = { body, gzip: (await pressed(body)) as Buffer, etag }
      Object.assign(shelf, { kept, version: making.version, at, took: performance.now() - at })
      // What can't be made takes no place.
      shelves.set(name, shelf)
      if (shelves.size > most) shelves.delete(shelves.keys().next().value!)
      return kept
    } finally {
      shelf.making = null
      begun.delete(name)
    }
  }
  return async (key: string, townId: string, work: () => Promise<string>): Promise<Kept> => {
    const name = `${townId} ${key}`
    let shelf = shelves.get(name) ?? begun.get(name)
    if (!shelf) {
      shelf = { townId, kept: null, version: -1, at: -10_000, took: 0, making: null }
      begun.set(name, shelf)
    }
    const version = writtenIn(townId)
    if (shelf.kept && shelf.version === version && performance.now() - shelf.at < seconds * 1000) return shelf.kept
    // What began before the last write would show what was there before it.
    while (shelf.making && shelf.making.version !== null && shelf.making.version !== version)
      await shelf.making.done.catch(() => {})
    if (shelf.making) return shelf.making.done
    const making: NonNullable<Shelf['making']> = { version: null, done: null as never }
    shelf.making = making
    making.done = make(name, shelf, making, work)
    return making.done
  }
}
