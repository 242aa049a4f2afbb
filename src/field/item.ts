import { beforeWords } from '../petitions/register/before.ts'
import { type CourtesyBody, courtesySaid, noCourtesy } from './courtesy.ts'
import type { Desk } from './desk.ts'
import type { DisputeBody } from './dispute.ts'
import { button, h } from './dom.ts'
import { settleFiles } from './files.ts'
import { formOf, type MatterBody, missing, type NoteBody, type RevisitBody, titleOf, wayOf, ways } from './forms.ts'
import { frame, onItsWay, refresh, say, tag } from './frame.ts'
import { edited, type Item, type Kind, kinds, mayDiscard, mayEdit, posted, takenBack } from './outbox.ts'
import type { PlanBody } from './plan.ts'
import { receiptPart } from './receipt.ts'
import { type ReportBody, reportAnew, reportGist } from './report.ts'
import type { Today } from './routes.ts'
import { Full } from './shelf.ts'
import { at, dayNow, drop, items, keep, mayCheck } from './state.ts'
import { type DownBody, downTo, type PromiseBody, type TellBody, type UpBody, upTo } from './steps.ts'
import { sync } from './sync.ts'
import type { VisitBody } from './visit.ts'

/** The page of one record: its form while it may change, else how it stands. */
const titles: Record<Kind, string> = {
  matter: '登记群众诉求',
  dispute: '登记纠纷',
  report: '排查报告',
  visit: '记走访',
  plan: '安排走访',
  up: '上报',
  down: '交回下级',
  tell: '告知结果',
  revisit: '登记回访',
  promise: '承诺',
  courtesy: '接待自查（四声五心）',
  note: '记一笔',
}
const verbs: Record<Kind, string> = {
  matter: '登记',
  dispute: '登记',
  report: '报告',
  visit: '记下',
  plan: '安排',
  up: '上报',
  down: '交回',
  tell: '记下',
  revisit: '登记回访',
  promise: '记下',
  courtesy: '记下',
  note: '记下',
}
const madeMatter: readonly Kind[] = ['matter', 'up', 'down', 'tell', 'revisit', 'courtesy', 'note']

/** What has changed on the server since it was begun: the next sending is about what stands now, which is on the screen. */
const seeAnew = (i: Item, t: Today) => {
  const b = i.body as { version: number; petitionId: string }
  const line = (list: Today['mine']) => list.find((x) => x.id === b.petitionId)
  if (i.kind === 'report') {
    const s = t.screening.find((x) => x.placeId === (i.body as ReportBody).placeId)
    if (s) reportAnew(i.body as ReportBody, s)
  } else if (i.kind === 'revisit') b.version = line(t.revisits)?.version ?? b.version
  else if (i.kind === 'tell') b.version = line(t.tell)?.version ?? b.version
  else if (i.kind === 'up') {
    const l = line(t.mine) ?? line(t.reported)
    if (!l) return
    b.version = l.version
    if (l.up.length) (i.body as UpBody).may = l.up
  } else if (i.kind === 'down') {
    const l = line(t.mine) ?? line(t.reported)
    if (!l) return
    b.version = l.version
    if (l.down.length) Object.assign(i.body as DownBody, { may: l.down, lawDay: l.dueOn })
  } else if (i.kind === 'plan') {
    const { of } = i.body as PlanBody
    const v = of && t.visits.find((x) => x.id === of.id)
    if (of && v) of.version = v.version
  } else if (i.kind === 'promise')
    b.version = t.promises.find((x) => x.id === (i.body as PromiseBody).promiseId)?.version ?? b.version
  else if (i.kind === 'visit') {
    const { planned } = i.body as VisitBody
    const v = t.visits.find((x) => x.id === planned?.id)
    if (planned && v) planned.version = v.version
  }
}
/** The server names the fields of the request; the form names its own. */
const fieldsOf = (i: Item): Record<string, string> =>
  Object.fromEntries(Object.entries(i.fields).map(([k, v]) => [k.replace(/^(input|plan|end)\./, ''), v]))

/** Thrown away here: what was still being stored for them is not kept. */
const thrown = new Set<string>()

export const itemPage = (id: string) => {
  const found = items.get(id)
  if (!found) {
    location.hash = '#/'
    return
  }
  if (mayEdit(found) && at.today) seeAnew(found, at.today)
  if (found.phase === 'delivered' || (found.phase === 'waiting' && !mayEdit(found))) return standing(found)
  if (found.phase === 'waiting')
    return standing(
      found,
      button('拿回来改', () => void keep(takenBack(items.get(id) ?? found)).then(() => at.show()), 'plain'),
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
  /** What was missing and is there by now is not complained of any more. */
  const stillWrong = () => {
    if (Object.keys(at.wrong).length === 0) return
    const left = missing(now(), dayNow())
    at.wrong = Object.fromEntries(Object.entries(at.wrong).filter(([k]) => k in left))
    if (Object.keys(at.wrong).length === 0) say('')
  }
  const desk: Desk = {
    shelf: at.shelf!,
    today: at.today,
    receives: mayCheck(),
    item: now,
    wrong: at.wrong,
    says: say,
    change: (body) => {
      items.set(id, edited(now(), body, ''))
      stillWrong()
      if (at.untouched === id) at.untouched = null
      at.flush = async () => {
        await writing
      }
      void write()
    },
    files: async (change) => {
      const i = now()
      const next = change(i)
      if (thrown.has(id) || next === i) return false
      await keep(next)
      if (at.untouched === id) at.untouched = null
      return true
    },
    again: () => {
      // A photo or a voice note may be stored only after one has gone on to another page.
      if (location.hash !== `#/item/${id}`) return refresh()
      const y = scrollY
      itemPage(id)
      scrollTo(0, y)
    },
  }
  const send = async () => {
    await settleFiles()
    await writing
    const i = now()
    at.wrong = mayEdit(i) ? missing(i, dayNow()) : {}
    if (Object.keys(at.wrong).length) {
      const n = Object.keys(at.wrong).length
      say(`${n > 1 ? `还有 ${n} 处没有写好：` : ''}${Object.values(at.wrong)[0]}`, true)
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
    at.untouched = null
    say(at.link === 'offline' ? onItsWay.offline : onItsWay.online)
    at.carry = true
    location.hash = '#/'
    void sync()
  }
  frame(
    found.kind === 'report' ? `${(found.body as ReportBody).name} 排查报告` : titles[found.kind],
    found.phase === 'refused' && h('p', { class: 'refusal' }, h('b', {}, '被退回：'), found.sentence ?? ''),
    found.made ? h('p', {}, `事情已经送达，编号 ${found.made.number}。去掉或换掉没有收下的材料，再发送一次。`) : null,
    h(
      'form',
      { onsubmit: (e: Event) => e.preventDefault(), novalidate: true },
      formOf({ ...desk, wrong: { ...fieldsOf(found), ...at.wrong } }),
      h('p', { id: 'kept', class: 'muted', role: 'status' }),
      h(
        'div',
        { class: 'row last' },
        button(found.phase === 'refused' ? '改好了，再发送' : `${verbs[found.kind]}并发送`, () => void send(), 'main'),
        mayEdit(found) && button('存草稿', () => void write()),
        mayDiscard(found) &&
          !found.made &&
          button(
            '不要了',
            () => {
              if (!confirm('这一件和它的照片、录音从手机里删掉，不能找回。确定吗？')) return
              dirty = false
              thrown.add(id)
              void drop(now()).then(() => {
                say('已删掉')
                at.carry = true
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
  const made =
    i.made?.number &&
    (madeMatter.includes(i.kind) ? `/matter/${i.made.id}` : i.kind === 'dispute' && `/mediation/disputes/${i.made.id}`)
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
    i.kind === 'matter' && i.made?.number ? receiptPart(i.made.id) : null,
    made ? h('p', {}, h('a', { href: made }, '在办公端看这一件')) : null,
  )
}
const summary = (i: Item): [string, string][] => {
  const said = (pairs: [string, string][]) => pairs.filter(([, v]) => v)
  switch (i.kind) {
    case 'matter': {
      const b = i.body as MatterBody
      const way = wayOf(b)
      return said([
        ['诉求', b.request],
        ['姓名', b.anonymous ? '不愿留名' : b.name],
        ['地点', b.place],
        ['以前反映过没有', b.before ? beforeWords(b.before) : ''],
        ['怎样办', ways[way]],
        ['答复', way === 'answered' ? b.answer : ''],
        ['为什么上报', way === 'area' || way === 'town' ? (b.up?.reason ?? '') : ''],
        ...courtesySaid(b.courtesy ?? noCourtesy),
      ])
    }
    case 'dispute': {
      const b = i.body as DisputeBody
      return [
        ['双方', b.sides.map((s) => s.name).join('、')],
        ['经过', b.facts],
      ]
    }
    case 'report': {
      const { input } = i.body as ReportBody
      return said([
        ['走访', `${input.visited} 户`],
        ['发现', reportGist(i.body as ReportBody)],
        ['撤回', input.retract?.length ? `${input.retract.length} 件` : ''],
        ['备注', input.note],
        ['更正的理由', input.reason],
      ])
    }
    case 'visit': {
      const { where, record } = i.body as VisitBody
      return said([
        ['去了哪里', where],
        ['见了多少人', `${record.headCount}`],
        ['听到', record.items.length ? `${record.items.length} 件` : ''],
        ['承诺', record.items.flatMap((x) => (x.promise ? [`${x.promise.dueOn} 前${x.promise.body}`] : [])).join('；')],
        ['结果', record.outcome],
      ])
    }
    case 'up': {
      const b = i.body as UpBody
      return said([
        ['报到哪里', b.to && upTo[b.to]],
        ['为什么', b.reason],
      ])
    }
    case 'down': {
      const b = i.body as DownBody
      return said([
        ['交给', b.to && downTo[b.to]],
        ['要办什么', b.reason],
        ['哪天前', b.dueOn],
      ])
    }
    case 'plan': {
      const b = i.body as PlanBody
      return said([
        ['去哪里', b.where || b.place],
        ['哪一天', b.off ? '取消' : [b.onDay, b.atTime].filter(Boolean).join(' ')],
        ['地点', b.place],
        ['为什么去', b.about],
        ['理由', b.reason],
      ])
    }
    case 'tell':
      return [['告知了什么', (i.body as TellBody).body]]
    case 'revisit':
      return [['本人怎么说', (i.body as RevisitBody).input.reasons || '—']]
    case 'promise': {
      const b = i.body as PromiseBody
      return said([
        ['改到哪天', b.how === 'moved' ? (b.dueOn ?? '') : ''],
        ['为什么改期', b.how === 'moved' ? (b.reason ?? '') : ''],
        [b.how === 'moved' ? '对方怎么说' : '怎样兑现的', b.words],
      ])
    }
    case 'courtesy':
      return courtesySaid(i.body as CourtesyBody)
    case 'note':
      return [['情况', (i.body as NoteBody).body]]
  }
}
