import { onItsWay, refresh, say } from './frame.ts'
import { ask, sendFile, sendRecord } from './line.ts'
import { deliver } from './outbox.ts'
import type { Today } from './routes.ts'
import { type Account, Full, Shelf } from './shelf.ts'
import { at, completed, count, drop, items, keep, type Me, registry, saveRegistry } from './state.ts'
import { dayHeard } from './when.ts'

/** The rounds to the server: is this phone still trusted, what is to be sent, what is there to do today. */

/** How long what has arrived is still shown, in milliseconds. */
const forgetLater = 14 * 86_400_000

export const contact = async (a: Account, wiped = false) => {
  const r = await ask('POST', '/field/contact', { townId: a.townId, id: a.id, secret: a.secret, wiped })
  const json = r?.json as { state?: string; now?: number; today?: string } | null | undefined
  if (r?.status !== 200 || !json?.now) return null
  at.server = { ahead: json.now - Date.now(), today: json.today! }
  return json.state as 'open' | 'lock' | 'wipe'
}

/** Lost or handed in: everything goes, and the server is told that it has. */
const wipe = async (a: Account) => {
  at.shelf?.close()
  await Shelf.wipe(a.staffId)
  await contact(a, true)
  delete registry.accounts[a.staffId]
  if (registry.current === a.staffId) registry.current = null
  saveRegistry()
  leave('这部手机上的内容已按要求清除')
}

export const leave = (sentence: string) => {
  at.shelf = null
  at.me = null
  at.today = null
  items.clear()
  at.said = sentence
  at.bad = false
  at.carry = location.hash !== ''
  location.hash = ''
  at.show()
}

let sweptAt = Number.NEGATIVE_INFINITY
/** What others who used this phone left on it: wiped too when it is reported lost, whoever is signed in, or nobody. */
const sweep = async () => {
  if (performance.now() - sweptAt < 300_000) return
  for (const a of Object.values(registry.accounts)) {
    if (a.staffId === registry.current) continue
    const state = await contact(a)
    if (state === null) return
    if (state === 'wipe') {
      await Shelf.wipe(a.staffId)
      await contact(a, true)
      delete registry.accounts[a.staffId]
      saveRegistry()
    }
  }
  sweptAt = performance.now()
}

/** How long to wait after a line that broke, in milliseconds. */
const firstBreath = 2_000
let breath = firstBreath

/** What was reached a moment ago: a line that went away meanwhile is none. */
const reached = () => (navigator.onLine ? 'online' : 'offline')

const round = async () => {
  // Said at once, and tried all the same: what the browser thinks of the line is not always so.
  if (!navigator.onLine && at.link !== 'offline') {
    at.link = 'offline'
    refresh()
  }
  const mine = at.shelf
  await sweep()
  const account = registry.current ? registry.accounts[registry.current] : undefined
  if (!mine || !account) return
  const state = await contact(account)
  if (state === null) {
    at.link = 'offline'
    return
  }
  if (state === 'wipe') return wipe(account)
  // Kept for a start without network: how wrong the phone's clock is stays known.
  await mine.remember('server', at.server).catch(() => {})
  if (state === 'lock') {
    await mine.lock()
    registry.current = null
    saveRegistry()
    return leave('这部手机已被退出登录。写下的都加密留着，登录后继续')
  }
  const who = await ask('GET', '/api/me')
  if (who === null) {
    at.link = 'offline'
    return
  }
  const them = who.status === 200 ? (who.json as Me) : null
  if (!them) {
    at.link = who.status === 401 ? 'signedOut' : 'offline'
    return
  }
  if (them.staffId !== account.staffId) {
    at.link = 'other'
    return
  }
  at.link = reached()
  const out = await deliver({
    now: () => Date.now(),
    items: () => (at.shelf === mine ? [...items.values()] : []),
    keep: async (i) => {
      await keep(i)
      refresh()
    },
    sendRecord: (i) =>
      sendRecord(i, (heard) => dayHeard(heard, Date.now(), Date.now() + at.server.ahead, at.server.today as never)),
    sendFile: async (i, f) => {
      const a = await sendFile(mine, i, f, (n) => {
        at.progress = { id: i.id, part: n / f.size }
        refresh()
      })
      at.progress = null
      return a
    },
  })
  if (at.shelf !== mine) return
  at.link = out === 'done' ? reached() : out
  // The line is there but breaks: soon again, then less and less often.
  if (out === 'offline') {
    setTimeout(() => void sync(), breath)
    breath = Math.min(breath * 2, 20_000)
  } else breath = firstBreath
  if (out === 'done') {
    if (count('waiting') === 0 && Object.values(onItsWay).includes(at.said)) say(count('refused') ? '' : '都已送达')
    const ids = at.read
    // The list that comes next has them as read.
    const told = ids.length === 0 || (await ask('POST', '/api/notices/read', { ids }))?.status === 200
    const t = await ask('GET', '/api/field/today')
    if (t === null) at.link = 'offline'
    if (t?.status === 200 && t.json && at.shelf === mine) {
      at.today = completed(t.json as Today)
      if (told && ids.length) {
        at.read = at.read.filter((id) => !ids.includes(id))
        await mine.remember('read', at.read).catch(() => {})
      }
      at.me = them
      await mine.remember('today', at.today).catch(() => {})
      await mine.remember('me', at.me).catch(() => {})
    }
    for (const i of [...items.values()])
      if (i.phase === 'delivered' && Date.now() - i.heardAt > forgetLater) await drop(i)
  }
}

/** One round at a time; asked for during one, another follows. */
let again = false
export const sync = async () => {
  if (at.busy) {
    again = true
    return
  }
  at.busy = true
  try {
    do {
      again = false
      await round()
    } while (again)
  } catch (e) {
    if (e instanceof Full) say('手机存储空间满了，发送停了下来；先前写下的都在。请删掉手机里不用的照片或应用', true)
    else throw e
  } finally {
    at.busy = false
    refresh()
  }
}
