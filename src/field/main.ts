import { button, field, h, newId, select, text } from './dom.ts'
import './field.css'
import {
  type Desk,
  emptyMatter,
  formOf,
  missing,
  type NoteBody,
  type ReportBody,
  type RevisitBody,
  titleOf,
} from './forms.ts'
import { ask, sendFile, sendRecord } from './line.ts'
import {
  deliver,
  draftOf,
  edited,
  type Item,
  type Kind,
  kinds,
  mayDiscard,
  mayEdit,
  phases,
  posted,
  takenBack,
} from './outbox.ts'
import type { Line, Today } from './routes.ts'
import { type Account, Full, Newer, Shelf } from './shelf.ts'
import { dayHeard } from './when.ts'

/** The phone face. One page, addresses after the hash, everything written to the phone before it is sent. */
interface Me {
  staffId: string
  name: string
  post: string
  gridIds: string[]
  mustChange: boolean
  town: { id: string; name: string; isFiction: boolean }
}
interface Registry {
  accounts: Record<string, Account>
  current: string | null
  /** Signed out without network: the server is still to be told, and nobody is let in before. */
  owes: boolean
}
type Link = 'unknown' | 'online' | 'offline' | 'signedOut' | 'other'

const app = document.getElementById('app')!
const registryKey = 'huisheng-field'
const registry: Registry = (() => {
  try {
    return { accounts: {}, current: null, owes: false, ...JSON.parse(localStorage.getItem(registryKey) ?? '{}') }
  } catch {
    return { accounts: {}, current: null, owes: false }
  }
})()
const saveRegistry = () => localStorage.setItem(registryKey, JSON.stringify(registry))

let shelf: Shelf | null = null
let me: Me | null = null
let today: Today | null = null
const items = new Map<string, Item>()
let link: Link = 'unknown'
/** How far the server's clock is ahead of this phone's, in milliseconds, and its day. */
let server = { ahead: 0, today: '' }
let progress: { id: string; part: number } | null = null
let said = ''
let update = false
let busy = false

// ---- keeping ----

const forgetLater = 14 * 86_400_000
const keep = async (i: Item): Promise<void> => {
  const before = items.get(i.id)
  const next = { ...i, title: titleOf(i) }
  items.set(i.id, next)
  try {
    await shelf!.keep(next)
  } catch (e) {
    // What was kept before still stands; what is being typed stays on the screen.
    if (before && items.get(i.id) === next) items.set(i.id, before)
    throw e
  }
  // What has arrived needs its room no longer.
  for (const f of next.files) if (f.done && !before?.files.find((x) => x.id === f.id)?.done) await shelf!.dropFile(f.id)
}
const drop = async (i: Item) => {
  items.delete(i.id)
  await shelf!.drop(i)
}
const count = (...p: Item['phase'][]) => [...items.values()].filter((i) => p.includes(i.phase)).length

// ---- the line ----

const contact = async (a: Account, wiped = false) => {
  const r = await ask('POST', '/field/contact', { townId: a.townId, id: a.id, secret: a.secret, wiped })
  const json = r?.json as { state?: string; now?: number; today?: string } | null | undefined
  if (r?.status !== 200 || !json?.now) return null
  server = { ahead: json.now - Date.now(), today: json.today! }
  return json.state as 'open' | 'lock' | 'wipe'
}

/** Lost or handed in: everything goes, and the server is told that it has. */
const wipe = async (a: Account) => {
  shelf?.close()
  await Shelf.wipe(a.staffId)
  await contact(a, true)
  delete registry.accounts[a.staffId]
  if (registry.current === a.staffId) registry.current = null
  saveRegistry()
  leave('这部手机上的内容已按要求清除')
}

const leave = (sentence: string) => {
  shelf = null
  me = null
  today = null
  items.clear()
  said = sentence
  bad = false
  carry = location.hash !== ''
  location.hash = ''
  show()
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

const round = async () => {
  const mine = shelf
  await sweep()
  const account = registry.current ? registry.accounts[registry.current] : undefined
  if (!mine || !account) return
  const state = await contact(account)
  if (state === null) {
    link = 'offline'
    return
  }
  if (state === 'wipe') return wipe(account)
  if (state === 'lock') {
    await mine.lock()
    registry.current = null
    saveRegistry()
    return leave('这部手机已被退出登录。写下的都加密留着，登录后继续')
  }
  const who = await ask('GET', '/api/me')
  if (who === null) {
    link = 'offline'
    return
  }
  const them = who.status === 200 ? (who.json as Me) : null
  if (!them) {
    link = who.status === 401 ? 'signedOut' : 'offline'
    return
  }
  if (them.staffId !== account.staffId) {
    link = 'other'
    return
  }
  link = 'online'
  const out = await deliver({
    now: () => Date.now(),
    items: () => (shelf === mine ? [...items.values()] : []),
    keep: async (i) => {
      await keep(i)
      refresh()
    },
    sendRecord: (i) =>
      sendRecord(i, (heard) => dayHeard(heard, Date.now(), Date.now() + server.ahead, server.today as never)),
    sendFile: async (i, f) => {
      const a = await sendFile(mine, i, f, (n) => {
        progress = { id: i.id, part: n / f.size }
        refresh()
      })
      progress = null
      return a
    },
  })
  if (shelf !== mine) return
  link = out === 'done' ? 'online' : out
  // The line is there but breaks: soon again, then less and less often.
  if (out === 'offline') {
    setTimeout(() => void sync(), breath)
    breath = Math.min(breath * 2, 20_000)
  } else breath = firstBreath
  if (out === 'done') {
    const t = await ask('GET', '/api/field/today')
    if (t?.status === 200 && t.json && shelf === mine) {
      today = t.json as Today
      me = them
      await mine.remember('today', today).catch(() => {})
      await mine.remember('me', me).catch(() => {})
    }
    for (const i of [...items.values()])
      if (i.phase === 'delivered' && Date.now() - i.heardAt > forgetLater) await drop(i)
  }
}

/** One round at a time; asked for during one, another follows. */
let again = false
const sync = async () => {
  if (busy) {
    again = true
    return
  }
  busy = true
  try {
    do {
      again = false
      await round()
    } while (again)
  } catch (e) {
    if (e instanceof Full) say('手机存储空间满了，发送停了下来；先前写下的都在。请删掉手机里不用的照片或应用', true)
    else throw e
  } finally {
    busy = false
    refresh()
  }
}

// ---- signing in and out ----

/** Take over who is signed in on this browser: their key, their outbox. */
const adopt = async (them: Me): Promise<string | null> => {
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
      shelf?.close()
      shelf = await Shelf.open(them.staffId, json.key)
      me = them
      registry.current = them.staffId
      registry.owes = false
      saveRegistry()
      await shelf.remember('me', me)
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
const load = async () => {
  items.clear()
  for (const i of await shelf!.items()) items.set(i.id, i)
  today = await shelf!.remembered<Today>('today')
  me ??= await shelf!.remembered<Me>('me')
}

const signOut = async () => {
  const left = count('waiting', 'refused', 'draft')
  if (left && !confirm(`还有 ${left} 件没有送达。退出后它们加密留在这部手机里，再次登录后继续。现在退出吗？`)) return
  const r = await ask('POST', '/api/sign-out', {})
  registry.owes = r === null || r.status >= 500
  await shelf!.lock()
  registry.current = null
  saveRegistry()
  leave('已退出')
}

/** The one page of this face that is alive: two would write over each other. */
const alone = async (steal = false): Promise<boolean> => {
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
          shelf?.close()
          shelf = null
          only('手机端已在另一个页面打开', '写下的都已存好，可以关掉这一页。')
        })
    })
    if (got || tries >= 4) return got
    // A page just left lets go a moment later.
    await new Promise((ok) => setTimeout(ok, 250))
  }
}

// ---- pages ----

const only = (title: string, sentence: string, more?: HTMLElement) =>
  app.replaceChildren(h('main', { class: 'only' }, h('h1', {}, title), h('p', {}, sentence), more))

let bad = false
/** What was just said is for the page that comes next. */
let carry = false
const say = (sentence: string, isBad = false) => {
  said = sentence
  bad = isBad
  const e = document.getElementById('says')
  if (e) {
    e.textContent = sentence
    e.className = isBad ? 'says wrong' : 'says'
  }
}

const linkWords: Record<Link, string> = {
  unknown: '正在连接……',
  online: '已连接',
  offline: '没有网络，可以照常登记',
  signedOut: '登录已到期，写下的都在手机里',
  other: '这部手机上登录的是另一人',
}
const bar = () => {
  const waiting = count('waiting')
  const refused = count('refused')
  return h(
    'section',
    { class: `bar ${link}`, 'aria-label': '连接和发送' },
    h('span', {}, busy && link === 'online' && waiting ? '正在发送……' : linkWords[link]),
    h(
      'span',
      {},
      waiting > 0 && h('a', { href: '#/outbox' }, `待发送 ${waiting}`),
      waiting > 0 && refused > 0 && ' ',
      refused > 0 && h('a', { href: '#/outbox' }, `被退回 ${refused}`),
      (link === 'signedOut' || link === 'other') && h('a', { href: '#/signin' }, ' 登录'),
    ),
  )
}
const frame = (title: string, ...body: (HTMLElement | false | null)[]) => {
  const home = location.hash === '' || location.hash === '#/'
  app.replaceChildren(
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        {},
        home ? h('h1', {}, title) : h('a', { href: '#/', class: 'back' }, '‹ 返回'),
        home && h('p', {}, `${me?.post ?? ''} ${me?.name ?? ''}${today ? ` · ${today.today}` : ''}`),
      ),
      home && h('a', { href: '#/me', class: 'back' }, '我的'),
      me?.town.isFiction && h('p', { class: 'fiction' }, '演示数据，镇名、人名均为虚构'),
    ),
    h('div', { id: 'bar' }, bar()),
    h(
      'main',
      { tabindex: -1 },
      !home && h('h1', {}, title),
      h('p', { id: 'says', role: 'status', class: bad ? 'says wrong' : 'says' }, said),
      update &&
        h(
          'p',
          { class: 'note' },
          '有新版本。',
          button('现在换上', () => void takeUpdate(), 'quiet'),
        ),
      body.filter((b): b is HTMLElement => !!b),
    ),
  )
}
/** What changes by itself: never what somebody is typing in, and only when there is something new to see. */
let seen = ''
const refresh = () => {
  if (!shelf) return
  document.getElementById('bar')?.replaceChildren(bar())
  const now = JSON.stringify([
    [...items.values()].map((i) => [i.id, i.phase, i.tries > 0, i.files.map((f) => f.done)]),
    progress,
    update,
    today,
  ])
  if (now === seen) return
  seen = now
  const page = location.hash.split('/')[1] ?? ''
  const still =
    page === 'item'
      ? !document.querySelector('form')
      : ['', 'outbox', 'screening', 'revisits', 'mine', 'messages'].includes(page)
  if (!still || (page === 'item' && !items.has(location.hash.split('/')[2] ?? ''))) return
  // Whoever goes by keyboard or screen reader stays where they were.
  const at = document.activeElement?.getAttribute('href')
  show(false)
  if (at) app.querySelector<HTMLElement>(`a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true })
}

const tag = (i: Item) => h('span', { class: `tag ${i.phase}` }, phases[i.phase])
const when = (t: number) => {
  const d = new Date(t + 8 * 3_600_000).toISOString()
  return `${d.slice(5, 10)} ${d.slice(11, 16)}`
}
const itemLine = (i: Item) =>
  h(
    'li',
    {},
    h(
      'a',
      { href: `#/item/${i.id}` },
      h('span', { class: 'what' }, `${kinds[i.kind]}：${i.title || titleOf(i)}`),
      tag(i),
      h(
        'span',
        { class: 'muted' },
        [
          when(i.heardAt + server.ahead),
          i.files.length > 0 && `材料 ${i.files.length} 份`,
          progress?.id === i.id && `正在传 ${Math.round(progress.part * 100)}%`,
          i.made?.number,
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      i.sentence && h('span', { class: 'wrong' }, i.sentence),
    ),
  )
const matterLine = (l: Line, ...more: HTMLElement[]) =>
  h(
    'li',
    {},
    h(
      'div',
      { class: 'line' },
      h('span', { class: 'what' }, l.title),
      h('span', { class: `tag ${l.grade ?? ''}` }, l.state),
      h(
        'span',
        { class: 'muted' },
        [l.number, l.village, l.petitioner, l.dueOn && `期限 ${l.dueOn}`].filter(Boolean).join(' · '),
      ),
      more.length > 0 && h('div', { class: 'row' }, more),
    ),
  )
const list = (rows: HTMLElement[], none: string) =>
  rows.length ? h('ul', { class: 'list' }, rows) : h('p', { class: 'muted' }, none)

const byAge = (a: Item, b: Item) => b.heardAt - a.heardAt
/** The one on hand for this place or matter, not sent yet; else a new one. */
const start = (kind: Kind, body: unknown, same?: (b: any) => boolean) => {
  const open =
    same && [...items.values()].find((i) => i.kind === kind && mayEdit(i) && i.phase !== 'waiting' && same(i.body))
  if (open) {
    location.hash = `#/item/${open.id}`
    return
  }
  const i = draftOf(newId(), kind, body, Date.now())
  items.set(i.id, i)
  untouched = i.id
  location.hash = `#/item/${i.id}`
}
/** Opened and left without a word: not kept. */
let untouched: string | null = null

const home = () => {
  const t = today
  const blank = t?.screening.filter((s) => s.reportedOn === null && !s.refusal).length ?? 0
  const unread = t?.notices.filter((n) => !n.read).length ?? 0
  const tile = (href: string, title: string, says: string) =>
    h('a', { href, class: 'tile' }, h('b', {}, title), h('span', { class: 'muted' }, says))
  const here = [...items.values()].filter((i) => i.phase !== 'delivered').sort(byAge)
  const arrived = [...items.values()]
    .filter((i) => i.phase === 'delivered')
    .sort(byAge)
    .slice(0, 5)
  frame(
    me ? `${me.town.name}` : '回声',
    h(
      'button',
      {
        type: 'button',
        class: 'register',
        onclick: () => start('matter', emptyMatter(t?.villages ?? [], me?.gridIds ?? [])),
      },
      h('b', {}, '＋ 登记群众诉求'),
      h('span', {}, '拍照、录音都可以，先存在手机里'),
    ),
    h(
      'nav',
      { class: 'tiles', 'aria-label': '今天要做的' },
      tile(
        '#/screening',
        '矛盾排查',
        !t ? '还没有取到' : t.screening.length === 0 ? '现在没有排查' : blank ? `${blank} 处还没有报` : '都报过了',
      ),
      tile('#/revisits', '回访', t ? `${t.revisits.length} 件等回访` : '还没有取到'),
      tile('#/mine', '我负责的', t ? `${t.mine.length} 件在办` : '还没有取到'),
      tile('#/messages', '消息', t ? (unread ? `${unread} 条未读` : '没有未读') : '还没有取到'),
    ),
    h('h2', {}, '手机里的'),
    list([...here, ...arrived].map(itemLine), '没有要发送的'),
    t && h('h2', {}, '我报上去的'),
    t &&
      list(
        t.reported.map((l) => matterLine(l)),
        '还没有报过',
      ),
  )
}

const outbox = () =>
  frame(
    '发件箱',
    ...(['refused', 'waiting', 'draft', 'delivered'] as const).flatMap((p) => {
      const rows = [...items.values()].filter((i) => i.phase === p).sort(byAge)
      return rows.length ? [h('h2', {}, `${phases[p]} ${rows.length}`), list(rows.map(itemLine), '')] : []
    }),
    items.size === 0 && h('p', { class: 'muted' }, '没有要发送的'),
    button('现在发送', () => void sync()),
  )

const screening = () =>
  frame(
    '矛盾排查',
    list(
      (today?.screening ?? []).map((s) =>
        h(
          'li',
          {},
          h(
            'div',
            { class: 'line' },
            h('span', { class: 'what' }, s.name),
            h('span', { class: `tag ${s.reportedOn ? 'delivered' : 'waiting'}` }, s.reportedOn ? '已报' : '没有报'),
            h(
              'span',
              { class: 'muted' },
              `${s.campaign} · ${s.dueOn} 前${s.standing ? ` · 已报 ${s.standing} 件` : ''}`,
            ),
            s.refusal
              ? h('span', { class: 'muted' }, s.refusal)
              : button(s.version ? '补报或更正' : '报告', () =>
                  start(
                    'report',
                    {
                      campaignId: s.campaignId,
                      placeId: s.placeId,
                      name: s.name,
                      version: s.version,
                      input: { zero: null, visited: 0, note: '', reason: '', findings: [] },
                    } satisfies ReportBody,
                    (b: ReportBody) => b.placeId === s.placeId,
                  ),
                ),
          ),
        ),
      ),
      today ? '现在没有要报的排查' : '联网后会取到要报的排查',
    ),
  )

const noteOn = (l: Line) =>
  button('记一笔', () =>
    start(
      'note',
      { petitionId: l.id, number: l.number, what: l.title, body: '' } satisfies NoteBody,
      (b: NoteBody) => b.petitionId === l.id,
    ),
  )
const revisits = () =>
  frame(
    '回访',
    list(
      (today?.revisits ?? []).map((l) =>
        matterLine(
          l,
          button('登记回访', () =>
            start(
              'revisit',
              {
                petitionId: l.id,
                number: l.number,
                what: l.title,
                byUnit: l.byUnit,
                version: l.version,
                input: {
                  way: 'visit',
                  reached: true,
                  ratingOffice: null,
                  ratingUnit: null,
                  reasons: '',
                  newIssues: '',
                },
              } satisfies RevisitBody,
              (b: RevisitBody) => b.petitionId === l.id,
            ),
          ),
        ),
      ),
      today ? '没有等回访的' : '联网后会取到',
    ),
  )
const mine = () =>
  frame(
    '我负责的',
    list(
      (today?.mine ?? []).map((l) => matterLine(l, noteOn(l))),
      today ? '没有在办的' : '联网后会取到',
    ),
  )
const messages = () => {
  const unread = today?.notices.filter((n) => !n.read).map((n) => n.id) ?? []
  frame(
    '消息',
    list(
      (today?.notices ?? []).map((n) =>
        h(
          'li',
          {},
          h(
            'div',
            { class: 'line' },
            h('span', { class: n.read ? 'what muted' : 'what' }, n.says),
            h('span', { class: 'muted' }, when(Date.parse(n.at))),
          ),
        ),
      ),
      '没有消息',
    ),
    unread.length > 0 &&
      button('都看过了', async () => {
        const r = await ask('POST', '/api/notices/read', { ids: unread })
        say(r?.status === 200 ? '已记为看过' : '没有网络，联网后再按一次', r?.status !== 200)
        void sync()
      }),
  )
}

let wrong: Record<string, string> = {}
/** Writes what was typed last, if it has not been written yet. */
let flush: () => Promise<void> = async () => {}

const itemPage = (id: string) => {
  const found = items.get(id)
  if (!found) {
    location.hash = '#/'
    return
  }
  // What has changed on the server since it was begun: the next sending is about what stands now.
  if (mayEdit(found) && today) {
    if (found.kind === 'report') {
      const s = today.screening.find((x) => x.placeId === (found.body as ReportBody).placeId)
      if (s) (found.body as ReportBody).version = s.version
    }
    if (found.kind === 'revisit') {
      const l = today.revisits.find((x) => x.id === (found.body as RevisitBody).petitionId)
      if (l) (found.body as RevisitBody).version = l.version
    }
  }
  if (found.phase === 'delivered' || (found.phase === 'waiting' && !mayEdit(found))) return standing(found)
  if (found.phase === 'waiting')
    return standing(
      found,
      button('拿回来改', () => void keep(takenBack(items.get(id) ?? found)).then(() => show()), 'plain'),
    )
  const now = () => items.get(id) ?? found
  const kept = (words: string) => {
    const e = document.getElementById('kept')
    if (e) e.textContent = words
  }
  let dirty = false
  let writing: Promise<void> | null = null
  /** Every keystroke is on its way to the phone's store at once; what comes meanwhile is written right after. */
  const write = (): Promise<void> => {
    dirty = true
    kept('正在存……')
    writing ??= (async () => {
      try {
        while (dirty && items.has(id)) {
          dirty = false
          await keep(now())
        }
        kept('已存在手机里')
      } catch (e) {
        if (!(e instanceof Full)) throw e
        kept('')
        say('手机存储空间满了，刚写的还没有存下，请先不要离开这一页。删掉手机里不用的照片或应用后，再按“存草稿”', true)
      } finally {
        writing = null
      }
    })()
    return writing
  }
  const desk: Desk = {
    shelf: shelf!,
    today,
    item: now,
    wrong,
    says: say,
    change: (body) => {
      items.set(id, edited(now(), body, ''))
      if (untouched === id) untouched = null
      flush = async () => {
        await writing
      }
      void write()
    },
    files: async (change) => {
      await keep(change(now()))
      if (untouched === id) untouched = null
    },
    again: () => {
      const y = scrollY
      itemPage(id)
      scrollTo(0, y)
    },
  }
  const send = async () => {
    await writing
    const i = now()
    wrong = mayEdit(i) ? missing(i) : {}
    if (Object.keys(wrong).length) {
      say(Object.values(wrong)[0]!, true)
      desk.again()
      document.querySelector<HTMLElement>('[aria-invalid], .choice .wrong')?.scrollIntoView({ block: 'center' })
      return
    }
    try {
      await keep(posted(i))
    } catch (e) {
      if (!(e instanceof Full)) throw e
      say('手机存储空间满了，这一件还没有存下，请先不要离开这一页。删掉手机里不用的照片或应用后，再按一次', true)
      return
    }
    untouched = null
    say(link === 'offline' ? '已存在手机里，有网络时自动发送' : '已放进发件箱')
    carry = true
    location.hash = '#/'
    void sync()
  }
  const verb = { matter: '登记', report: '报告', revisit: '登记回访', note: '记下' }[found.kind]
  frame(
    found.kind === 'report'
      ? `${(found.body as ReportBody).name} 排查报告`
      : { matter: '登记群众诉求', revisit: '登记回访', note: '记一笔', report: '' }[found.kind],
    found.phase === 'refused' && h('p', { class: 'refusal' }, h('b', {}, '被退回：'), found.sentence ?? ''),
    found.made ? h('p', {}, `事情已经送达，编号 ${found.made.number}。去掉或换掉没有收下的材料，再发送一次。`) : null,
    h(
      'form',
      { onsubmit: (e: Event) => e.preventDefault(), novalidate: true },
      formOf({ ...desk, wrong: { ...found.fields, ...wrong } }),
      h('p', { id: 'kept', class: 'muted', role: 'status' }),
      h(
        'div',
        { class: 'row last' },
        button(found.phase === 'refused' ? '改好了，再发送' : `${verb}并发送`, () => void send(), 'main'),
        mayEdit(found) && button('存草稿', () => void write()),
        mayDiscard(found) &&
          !found.made &&
          button(
            '不要了',
            () => {
              if (!confirm('这一件和它的照片、录音从手机里删掉，不能找回。确定吗？')) return
              dirty = false
              void drop(now()).then(() => {
                say('已删掉')
                carry = true
                location.hash = '#/'
              })
            },
            'quiet',
          ),
      ),
    ),
  )
}

/** What stands in the outbox and can't be changed here. */
const standing = (i: Item, more?: HTMLElement) => {
  const pairs = summary(i)
  frame(
    `${kinds[i.kind]}：${i.title || titleOf(i)}`,
    h('p', {}, tag(i), i.made?.number ? ` 编号 ${i.made.number}` : ''),
    h(
      'p',
      { class: 'muted' },
      i.phase === 'waiting'
        ? i.tries
          ? '已经发出，等服务器回音；没有收到会自动再发，不会重复'
          : '有网络时自动发送'
        : '服务器已收下',
    ),
    h(
      'dl',
      {},
      pairs.map(([k, v]) => [h('dt', {}, k), h('dd', {}, v)]),
    ),
    i.files.length
      ? h(
          'ul',
          { class: 'files' },
          i.files.map((f) => h('li', {}, `${f.name} ${f.done ? '已送达' : '待发送'}`)),
        )
      : null,
    more ?? null,
    i.made?.id && i.kind !== 'report'
      ? h('p', {}, h('a', { href: `/petitions/${i.made.id}` }, '在办公端看这一件'))
      : null,
  )
}
const summary = (i: Item): [string, string][] => {
  if (i.kind === 'matter') {
    const b = i.body as { request: string; name: string; anonymous: boolean; place: string; answer: string }
    return (
      [
        ['诉求', b.request],
        ['姓名', b.anonymous ? '不愿留名' : b.name],
        ['地点', b.place],
        ['当场解答', b.answer],
      ] as [string, string][]
    ).filter(([, v]) => v)
  }
  if (i.kind === 'report') {
    const { input } = i.body as ReportBody
    return [
      ['走访', `${input.visited} 户`],
      ['发现', input.zero ? '零报告' : `${input.findings.length} 件`],
    ]
  }
  if (i.kind === 'revisit') return [['本人怎么说', (i.body as RevisitBody).input.reasons || '—']]
  return [['情况', (i.body as NoteBody).body]]
}

const myself = () =>
  frame(
    '我的',
    h('p', {}, `${me?.post ?? ''} ${me?.name ?? ''}`),
    h('ul', { class: 'list plain' }, [
      h('li', {}, h('a', { href: '/' }, '打开办公端')),
      h('li', {}, h('a', { href: '/screening' }, '在办公端看排查')),
    ]),
    h(
      'p',
      { class: 'muted' },
      '手机里的内容都加密；退出后要重新登录才能打开。手机丢了，请在办公端“登录的设备”里清除，或请安全管理员清除。手机端可以加到桌面：在浏览器菜单里选“添加到主屏幕”。',
    ),
    button('退出登录', () => void signOut()),
  )

let towns: { code: string; name: string }[] | undefined
const signIn = () => {
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
    said = ''
    location.hash = '#/'
    show()
    void sync()
  }
  app.replaceChildren(
    h(
      'main',
      { class: 'only' },
      h('h1', {}, '回声 手机端'),
      h('p', { id: 'says', role: 'status', class: bad ? 'says wrong' : 'says' }, said),
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

const show = (fresh = true) => {
  if (!shelf || location.hash === '#/signin') return signIn()
  if (fresh) {
    wrong = {}
    scrollTo(0, 0)
  }
  const [, page = '', id = ''] = location.hash.split('/')
  const pages: Record<string, () => void> = {
    outbox,
    screening,
    revisits,
    mine,
    messages,
    me: myself,
    item: () => itemPage(id),
  }
  ;(pages[page] ?? home)()
  if (fresh && page !== '') app.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
}

// ---- versions ----

let waitingWorker: ServiceWorker | null = null
const takeUpdate = async () => {
  await flush()
  waitingWorker?.postMessage('go')
}
const startWorker = async () => {
  if (!('serviceWorker' in navigator)) return
  let had = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over a page that is already the newest.
    if (had) void flush().then(() => location.reload())
    had = true
  })
  const r = await navigator.serviceWorker.register('/field/sw.js', { scope: '/field' }).catch(() => null)
  if (!r) return
  const ready = (w: ServiceWorker | null) => {
    if (!w || !navigator.serviceWorker.controller) return
    waitingWorker = w
    update = true
    refresh()
  }
  ready(r.waiting)
  r.addEventListener('updatefound', () => {
    const w = r.installing
    w?.addEventListener('statechange', () => w.state === 'installed' && ready(w))
  })
  setInterval(() => void r.update().catch(() => {}), 3_600_000)
}

const boot = async () => {
  if (!isSecureContext || !crypto.subtle || !window.indexedDB)
    return only(
      '手机端打不开',
      '手机端要用 https 的地址，并允许网站保存数据（不要用无痕浏览）。请核对地址，或请系统管理员按运行说明配置 https；办公端的网页可以照常使用。',
      h('p', {}, h('a', { href: '/' }, '打开办公端')),
    )
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
    shelf = null
    only(
      '手机端已升级',
      '刷新后用新版本，写下的都在。',
      button('刷新', () => location.reload(), 'main'),
    )
  }
  void startWorker()
  try {
    if (registry.current) shelf = await Shelf.reopen(registry.current)
    if (shelf) await load()
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
  if (!shelf) {
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
      if (no) said = no
    }
  }
  show()
  void sync()
}

addEventListener('hashchange', () => {
  if (!carry) say('')
  carry = false
  void flush().then(() => {
    // Opened and left without a word.
    if (untouched && !location.hash.includes(untouched)) {
      items.delete(untouched)
      untouched = null
    }
    if (shelf || location.hash === '#/signin') show()
  })
})
addEventListener('online', () => void sync())
addEventListener('offline', () => {
  link = 'offline'
  refresh()
})
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void sync()
  else void flush()
})
addEventListener('pagehide', () => void flush())
setInterval(() => {
  if (document.visibilityState === 'visible' && (link !== 'online' || count('waiting') > 0)) void sync()
}, 20_000)
setInterval(() => document.visibilityState === 'visible' && void sync(), 300_000)

void boot()
