import { button, h } from './dom.ts'
import { titleOf } from './forms.ts'
import { type Item, kinds, phases } from './outbox.ts'
import { app, at, count, dayNow, items, type Link } from './state.ts'

/** The frame around every page of this face, and the lines that pages are made of. */

export const only = (title: string, sentence: string, more?: HTMLElement) =>
  app.replaceChildren(h('main', { class: 'only' }, h('h1', {}, title), h('p', {}, sentence), more))

export const say = (sentence: string, isBad = false) => {
  at.said = sentence
  at.bad = isBad
  const e = document.getElementById('says')
  if (e) {
    e.textContent = sentence
    e.className = isBad ? 'says wrong' : 'says'
  }
}

/** Said of what was just written; no longer true once it has arrived. */
export const onItsWay = { offline: '已存在手机里，有网络时自动发送', online: '已放进发件箱' }

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
    { class: `bar ${at.link}`, 'aria-label': '连接和发送' },
    h('span', {}, at.busy && at.link === 'online' && waiting ? '正在发送……' : linkWords[at.link]),
    h(
      'span',
      {},
      waiting > 0 && h('a', { href: '#/outbox' }, `待发送 ${waiting}`),
      waiting > 0 && refused > 0 && ' ',
      refused > 0 && h('a', { href: '#/outbox' }, `被退回 ${refused}`),
      (at.link === 'signedOut' || at.link === 'other') && h('a', { href: '#/signin' }, ' 登录'),
    ),
  )
}
export const frame = (title: string, ...body: (HTMLElement | false | null)[]) => {
  const home = location.hash === '' || location.hash === '#/'
  app.replaceChildren(
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        {},
        home ? h('h1', {}, title) : h('a', { href: '#/', class: 'back' }, '‹ 返回'),
        home && h('p', {}, `${at.me?.post ?? ''} ${at.me?.name ?? ''}${at.today ? ` · ${dayNow()}` : ''}`),
      ),
      home && h('a', { href: '#/me', class: 'back' }, '我的'),
      at.me?.town.isFiction && h('p', { class: 'fiction' }, '演示数据，镇名、人名均为虚构'),
    ),
    h('div', { id: 'bar' }, bar()),
    h(
      'main',
      { tabindex: -1 },
      !home && h('h1', {}, title),
      h('p', { id: 'says', role: 'status', class: at.bad ? 'says wrong' : 'says' }, at.said),
      at.update &&
        h(
          'p',
          { class: 'note' },
          '有新版本。',
          button('现在换上', () => at.takeUpdate(), 'quiet'),
        ),
      body.filter((b): b is HTMLElement => !!b),
    ),
  )
}
/** What changes by itself: never what somebody is typing in, and only when there is something new to see. */
let seen = ''
export const refresh = () => {
  if (!at.shelf) return
  document.getElementById('bar')?.replaceChildren(bar())
  const now = JSON.stringify([
    [...items.values()].map((i) => [i.id, i.phase, i.tries > 0, i.files.map((f) => f.done)]),
    at.progress,
    at.update,
    at.today,
  ])
  if (now === seen) return
  seen = now
  const page = location.hash.split('/')[1] ?? ''
  const still = page === 'item' ? !document.querySelector('form') : !['me', 'signin'].includes(page)
  if (!still || (page === 'item' && !items.has(location.hash.split('/')[2] ?? ''))) return
  // Whoever goes by keyboard or screen reader stays where they were.
  const link = document.activeElement?.getAttribute('href')
  at.show(false)
  if (link) app.querySelector<HTMLElement>(`a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true })
}

export const tag = (i: Item) => h('span', { class: `tag ${i.phase}` }, phases[i.phase])
export const when = (t: number) => {
  const d = new Date(t + 8 * 3_600_000).toISOString()
  return `${d.slice(d.startsWith(dayNow().slice(0, 4)) ? 5 : 0, 10)} ${d.slice(11, 16)}`
}
export const itemLine = (i: Item) =>
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
          when(i.heardAt + at.server.ahead),
          i.files.length > 0 && `材料 ${i.files.length} 份`,
          at.progress?.id === i.id && `正在传 ${Math.round(at.progress.part * 100)}%`,
          i.made?.number,
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      i.sentence && h('span', { class: 'wrong' }, i.sentence),
    ),
  )
export const list = (rows: HTMLElement[], none: string) =>
  rows.length ? h('ul', { class: 'list' }, rows) : h('p', { class: 'muted' }, none)
