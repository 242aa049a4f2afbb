import { field, h, newId, select, text } from './dom.ts'
import { only, say } from './frame.ts'
import { ask } from './line.ts'
import type { Today } from './routes.ts'
import { Shelf } from './shelf.ts'
import { app, at, completed, count, items, type Me, registry, saveRegistry } from './state.ts'
import { contact, leave, sync } from './sync.ts'

/** Take over who is signed in on this browser: their key, their outbox. */
export const adopt = async (them: Me): Promise<string | null> => {
  if (them.mustChange) return '请先在办公端修改初始密码，再用手机端'
  for (let tries = 0; tries < 2; tries += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const account = registry.accounts[them.staffId] ?? {
      townId: them.town.id,
      staffId: them.staffId,
      username: '',
      id: newId(),
      secret: Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(''),
    }
    registry.accounts[them.staffId] = account
    saveRegistry()
    const r = await ask('POST', '/api/field/phone', { id: account.id, secret: account.secret })
    const json = r?.json as { key?: string; message?: string } | null | undefined
    if (!r) return '连不上服务器，请有网络时再登录'
    if (r.status === 200 && json?.key) {
      if (registry.current && registry.current !== them.staffId) await Shelf.lock(registry.current)
      at.shelf?.close()
      at.shelf = await Shelf.open(them.staffId, json.key)
      at.me = them
      registry.current = them.staffId
      registry.owes = false
      saveRegistry()
      await at.shelf.remember('me', at.me)
      await load()
      void navigator.storage?.persist?.()
      return null
    }
    if (r.status === 409 && (await contact(account)) === 'wipe') {
      await Shelf.wipe(them.staffId)
      await contact(account, true)
      delete registry.accounts[them.staffId]
      saveRegistry()
      continue
    }
    return json?.message ?? '没有登录成功，请重试'
  }
  return '没有登录成功，请重试'
}
export const load = async () => {
  items.clear()
  for (const i of await at.shelf!.items()) items.set(i.id, i)
  const kept = await at.shelf!.remembered<Today>('today')
  at.today = kept && completed(kept)
  at.server = (await at.shelf!.remembered<typeof at.server>('server')) ?? at.server
  at.read = (await at.shelf!.remembered<string[]>('read')) ?? []
  at.me ??= await at.shelf!.remembered<Me>('me')
}

export const signOut = async () => {
  const left = count('waiting', 'refused', 'draft')
  if (left && !confirm(`还有 ${left} 件没有送达。退出后它们加密留在这部手机里，再次登录后继续。现在退出吗？`)) return
  const r = await ask('POST', '/api/sign-out', {})
  registry.owes = r === null || r.status >= 500
  await at.shelf!.lock()
  registry.current = null
  saveRegistry()
  leave('已退出')
}

/** The one page of this face that is alive: two would write over each other. */
export const alone = async (steal = false): Promise<boolean> => {
  if (!navigator.locks) return true
  for (let tries = 0; ; tries += 1) {
    const got = await new Promise<boolean>((ok) => {
      navigator.locks
        .request('huisheng-field', steal ? { steal: true } : { ifAvailable: true }, (l) => {
          ok(l !== null)
          return l ? new Promise(() => {}) : undefined
        })
        .catch(() => {
          // Taken over by another page.
          at.shelf?.close()
          at.shelf = null
          only('手机端已在另一个页面打开', '写下的都已存好，可以关掉这一页。')
        })
    })
    if (got || tries >= 4) return got
    // A page just left lets go a moment later.
    await new Promise((ok) => setTimeout(ok, 250))
  }
}

let towns: { code: string; name: string }[] | undefined
export const signIn = () => {
  if (!towns) {
    towns = []
    // Asked once; the page is drawn again only where there is something to choose.
    void ask('GET', '/api/setup').then((r) => {
      towns = (r?.json as { towns?: typeof towns } | null | undefined)?.towns
      if (towns && towns.length > 1 && document.querySelector('input[type=password]')) signIn()
    })
  }
  const account = registry.current ? registry.accounts[registry.current] : undefined
  let username = account?.username ?? ''
  let password = ''
  let town = ''
  const go = async () => {
    say('正在登录……')
    const r = await ask('POST', '/api/sign-in', { username, password, ...(town ? { town } : {}) })
    const json = r?.json as (Me & { message?: string }) | null | undefined
    if (!r) return say('连不上服务器，请有网络时再登录。已经写下的都在手机里', true)
    if (r.status !== 200 || !json?.staffId) return say(json?.message ?? '没有登录成功，请重试', true)
    const no = await adopt(json)
    if (no) return say(no, true)
    registry.accounts[json.staffId]!.username = username
    saveRegistry()
    at.said = ''
    location.hash = '#/'
    at.show()
    void sync()
  }
  app.replaceChildren(
    h(
      'main',
      { class: 'only' },
      h('h1', {}, '回声 手机端'),
      h('p', { id: 'says', role: 'status', class: at.bad ? 'says wrong' : 'says' }, at.said),
      h(
        'form',
        {
          onsubmit: (e: Event) => {
            e.preventDefault()
            void go()
          },
        },
        towns !== undefined &&
          towns.length > 1 &&
          field(
            '乡镇',
            select(town, [['', '请选择'], ...towns.map((t) => [t.code, t.name] as const)], (v) => {
              town = v
            }),
          ),
        field(
          '账号',
          text(
            username,
            (v) => {
              username = v
            },
            { autocomplete: 'username', autocapitalize: 'none' },
          ),
        ),
        field(
          '密码',
          text(
            '',
            (v) => {
              password = v
            },
            { type: 'password', autocomplete: 'current-password' },
          ),
        ),
        h('button', { type: 'submit', class: 'main' }, '登录'),
      ),
      h('p', {}, h('a', { href: '/' }, '打开办公端')),
    ),
  )
}
