import './field.css'
import { adopt, alone, load, signIn } from './account.ts'
import { button, h } from './dom.ts'
import { settleFiles } from './files.ts'
import { only, refresh, say } from './frame.ts'
import { itemPage } from './item.ts'
import { ask } from './line.ts'
import {
  home,
  matter,
  messages,
  mine,
  myself,
  outbox,
  promises,
  reported,
  revisits,
  screening,
  tell,
  visits,
} from './pages.ts'
import { Full, Newer, Shelf } from './shelf.ts'
import { app, at, count, items, type Me, recallRegistry, registry, saveRegistry } from './state.ts'
import { sync } from './sync.ts'
import { startWorker, takeUpdate } from './update.ts'

/** The phone face. One page, addresses after the hash; here it starts, and here an address becomes a page. */
const show = (fresh = true) => {
  if (!at.shelf || location.hash === '#/signin') return signIn()
  if (fresh) {
    at.wrong = {}
    scrollTo(0, 0)
  }
  const [, page = '', id = ''] = location.hash.split('/')
  const pages: Record<string, () => void> = {
    outbox,
    screening,
    visits,
    revisits,
    mine,
    reported,
    tell,
    promises,
    messages,
    me: myself,
    matter: () => matter(id),
    item: () => itemPage(id),
  }
  ;(pages[page] ?? home)()
  if (fresh && page !== '') app.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
}

at.show = show
at.takeUpdate = () => void takeUpdate()

const boot = async () => {
  if (!isSecureContext || !crypto.subtle || !window.indexedDB)
    return only(
      '手机端打不开',
      '手机端要用 https 的地址，并允许网站保存数据（不要用无痕浏览）。请核对地址，或请系统管理员按运行说明配置 https；办公端的网页可以照常使用。',
      h('p', {}, h('a', { href: '/' }, '打开办公端')),
    )
  await recallRegistry()
  if (!(await alone()))
    return only(
      '手机端已在另一个页面打开',
      '同时只能用一个页面，免得互相覆盖。',
      button('在这里继续', () => void alone(true).then(() => open()), 'main'),
    )
  await open()
}
const open = async () => {
  Shelf.onNewer = () => {
    at.shelf = null
    only(
      '手机端已升级',
      '刷新后用新版本，写下的都在。',
      button('刷新', () => location.reload(), 'main'),
    )
  }
  void startWorker()
  try {
    if (registry.current) at.shelf = await Shelf.reopen(registry.current)
    if (at.shelf) await load()
  } catch (e) {
    if (e instanceof Newer) return Shelf.onNewer()
    return only(
      '手机里的内容没有打开',
      e instanceof Full
        ? '手机存储空间满了。写下的都在，请删掉手机里不用的照片或应用，再打开一次。'
        : '浏览器没有让手机端读写数据。写下的没有删，请关掉无痕浏览，再打开一次。',
      button('再打开一次', () => location.reload(), 'main'),
    )
  }
  if (!at.shelf) {
    if (registry.owes) {
      const r = await ask('POST', '/api/sign-out', {})
      if (r !== null && r.status < 500) {
        registry.owes = false
        saveRegistry()
      }
    }
    const who = registry.owes ? null : await ask('GET', '/api/me')
    if (who?.status === 200) {
      const no = await adopt(who.json as Me)
      if (no) at.said = no
    }
  }
  show()
  void sync()
}

addEventListener('hashchange', () => {
  if (!at.carry) say('')
  at.carry = false
  void settleFiles()
  void at.flush().then(() => {
    // Opened and left without a word.
    if (at.untouched && !location.hash.includes(at.untouched)) {
      items.delete(at.untouched)
      at.untouched = null
    }
    if (at.shelf || location.hash === '#/signin') show()
  })
})
addEventListener('online', () => void sync())
addEventListener('offline', () => {
  at.link = 'offline'
  refresh()
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void sync()
  else void at.flush()
})
addEventListener('pagehide', () => void at.flush())
setInterval(() => {
  if (document.visibilityState === 'visible' && (at.link !== 'online' || count('waiting') > 0)) void sync()
}, 20_000)
setInterval(() => document.visibilityState === 'visible' && void sync(), 300_000)

void boot()
