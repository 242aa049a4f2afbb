import { visitKinds } from '../ground/visits/record.ts'
import { signOut } from './account.ts'
import type { CourtesyBody } from './courtesy.ts'
import { emptyDispute } from './dispute.ts'
import { button, h, newId } from './dom.ts'
import { emptyMatter, type NoteBody, type RevisitBody } from './forms.ts'
import { frame, itemLine, list, when } from './frame.ts'
import { draftOf, type Item, type Kind, mayEdit, phases } from './outbox.ts'
import { changeOf, emptyPlan, type PlanBody } from './plan.ts'
import { emptyReport, type ReportBody } from './report.ts'
import type { Line, Today } from './routes.ts'
import { at, dayNow, items, mayCheck } from './state.ts'
import type { DownBody, PromiseBody, TellBody, UpBody } from './steps.ts'
import { sync } from './sync.ts'
import { blanksOf, tasksOf, writtenOf } from './tasks.ts'
import { emptyVisit, plannedVisit, type VisitBody } from './visit.ts'

/** The pages one looks at; what is written down has its own (item.ts). */

const byAge = (a: Item, b: Item) => b.heardAt - a.heardAt
/** The one on hand for this place or matter, not sent yet; else a new one. Of notes there may be several on their way. */
const start = (kind: Kind, body: unknown, same?: (b: any) => boolean) => {
  const open =
    same &&
    [...items.values()].find(
      (i) => i.kind === kind && (i.phase === 'waiting' ? kind !== 'note' : mayEdit(i)) && same(i.body),
    )
  if (open) {
    location.hash = `#/item/${open.id}`
    return
  }
  const i = draftOf(newId(), kind, body, Date.now())
  items.set(i.id, i)
  at.untouched = i.id
  location.hash = `#/item/${i.id}`
}

const soon = (dueOn: string) => (dueOn < dayNow() ? `已过 ${dueOn}` : `${dueOn} 前`)
/** A day of this year without its year. */
const short = (on: string) => (on.startsWith(dayNow().slice(0, 4)) ? on.slice(5) : on)
const late = (dueOn: string) => (dueOn < dayNow() ? 'refused' : '')
const matterLine = (l: Line, ...more: HTMLElement[]) =>
  h(
    'li',
    {},
    h(
      'div',
      { class: 'line' },
      h('a', { class: 'what', href: `#/matter/${l.id}` }, l.title),
      h('span', { class: `tag ${l.grade ?? ''}` }, l.state),
      h(
        'span',
        { class: 'muted' },
        [l.number, l.village, l.petitioner, l.dueOn && `期\u2060限\u00a0${l.dueOn}`, l.bearer && `现由${l.bearer}办`]
          .filter(Boolean)
          .join(' · '),
      ),
      l.course.length > 0 && h('span', { class: 'muted' }, l.course[l.course.length - 1]!),
      more.length > 0 && h('div', { class: 'row' }, more),
    ),
  )
const waits = (one: string) => (at.today ? one : '联网后会取到')

export const home = () => {
  const t = at.today
  const today = dayNow()
  const written = writtenOf(items.values())
  const blank = t ? blanksOf(t, today, written).length : 0
  const unread = unreadOf().length
  const toPay = t?.visits.filter((v) => v.goes).length
  const tile = (href: string, title: string, says: string) =>
    h('a', { href, class: 'tile' }, h('b', {}, title), h('span', { class: 'muted' }, t ? says : '还没有取到'))
  const here = [...items.values()].filter((i) => i.phase !== 'delivered').sort(byAge)
  const arrived = [...items.values()]
    .filter((i) => i.phase === 'delivered')
    .sort(byAge)
    .slice(0, 5)
  const tasks = t ? tasksOf(t, today, written) : []
  frame(
    at.me ? `${at.me.town.name}` : '回声',
    h(
      'button',
      {
        type: 'button',
        class: 'register',
        onclick: () => start('matter', emptyMatter(t?.villages ?? [], at.me?.gridIds ?? [])),
      },
      h('b', {}, '＋ 登记群众诉求'),
      h('span', {}, '拍照、录音都可以，先存在手机里'),
    ),
    (t?.disputeKinds.length ?? 0) > 0 &&
      button('登记双方纠纷（调解）', () => start('dispute', emptyDispute(t!.villages))),
    h('h2', {}, '今天要做的'),
    list(
      tasks.map((x) =>
        h(
          'li',
          {},
          h(
            'a',
            { href: x.href },
            h('span', { class: 'what' }, x.what),
            x.dueOn &&
              h(
                'span',
                { class: `tag ${x.dueOn < today ? 'refused' : x.dueOn === today ? 'waiting' : ''}` },
                x.dueOn < today ? `已过 ${short(x.dueOn)}` : x.dueOn === today ? '今天' : short(x.dueOn),
              ),
          ),
        ),
      ),
      waits('没有急着要做的'),
    ),
    h(
      'nav',
      { class: 'tiles', 'aria-label': '各项工作' },
      tile(
        '#/screening',
        '矛盾排查',
        t?.screening.length === 0 ? '现在没有排查' : blank ? `${blank} 处还没有报` : '都报过了',
      ),
      tile('#/visits', '走访', toPay ? `${toPay} 次待走访` : '记下访、走访'),
      tile('#/revisits', '回访', `${t?.revisits.length} 件等回访`),
      tile('#/mine', '我负责的', `${t?.mine.length} 件在办`),
      tile('#/tell', '告知结果', t?.tell.length ? `${t.tell.length} 件等告知` : '没有等告知的'),
      tile('#/promises', '承诺', t?.promises.length ? `${t.promises.length} 项待兑现` : '没有待兑现的'),
      tile('#/reported', '我报上去的', `${t?.reported.length} 件`),
      tile('#/messages', '消息', unread ? `${unread} 条未读` : '没有未读'),
    ),
    h('h2', {}, '手机里的'),
    list([...here, ...arrived].map(itemLine), '没有要发送的'),
  )
}

export const outbox = () =>
  frame(
    '发件箱',
    ...(['refused', 'waiting', 'draft', 'delivered'] as const).flatMap((p) => {
      const rows = [...items.values()].filter((i) => i.phase === p).sort(byAge)
      return rows.length ? [h('h2', {}, `${phases[p]} ${rows.length}`), list(rows.map(itemLine), '')] : []
    }),
    items.size === 0 && h('p', { class: 'muted' }, '没有要发送的'),
    button('现在发送', () => void sync()),
  )

/** What can be reported now first, the earliest due first of it; then what comes, then what is done. */
const turn = (s: Today['screening'][number]) => `${s.reportedOn ? 2 : s.fromOn > dayNow() ? 1 : 0}${s.dueOn}${s.name}`
/** How a place stands: what was written down here counts, though it waits to be sent. */
const placeTag = (s: Today['screening'][number], written: ReadonlySet<string>) => {
  const [word, kind] = written.has(s.placeId)
    ? ['待发送', 'waiting']
    : s.reportedOn
      ? ['已报', 'delivered']
      : s.fromOn > dayNow()
        ? ['还没有开始', '']
        : s.dueOn < dayNow()
          ? ['过期没有报', 'refused']
          : ['没有报', 'waiting']
  return h('span', { class: `tag ${kind}` }, word)
}
export const screening = () => {
  const written = writtenOf(items.values())
  const groups = new Map<string, Today['screening']>()
  for (const s of [...(at.today?.screening ?? [])].sort((a, b) => turn(a).localeCompare(turn(b))))
    groups.set(s.campaignId, [...(groups.get(s.campaignId) ?? []), s])
  const line = (s: Today['screening'][number]) =>
    h(
      'li',
      {},
      h(
        'div',
        { class: 'line side' },
        h('span', { class: 'what' }, `${s.name} `, placeTag(s, written)),
        s.refusal || s.fromOn > dayNow()
          ? null
          : button(
              written.has(s.placeId) ? '看写好的' : s.version ? '补报或更正' : '报告',
              () => start('report', emptyReport(s), (b: ReportBody) => b.placeId === s.placeId),
              'plain',
              { 'aria-label': `${s.version ? '补报或更正' : '报告'}：${s.name}` },
            ),
        h(
          'span',
          { class: 'muted' },
          [
            s.standing > 0 && `已报 ${s.standing} 件`,
            s.standsFor && `代请假的${s.standsFor}报`,
            (s.refusal ?? '') || (s.fromOn > dayNow() && `${s.fromOn} 那天报`),
          ]
            .filter(Boolean)
            .join(' · '),
        ),
      ),
    )
  frame(
    '矛盾排查',
    ...(groups.size === 0
      ? [list([], at.today ? '现在没有要报的排查' : '联网后会取到要报的排查')]
      : [...groups.values()].map((rows) => {
          const [{ campaign, dueOn }] = rows as [Today['screening'][number]]
          const by = h('small', { class: 'muted' }, dueOn === dayNow() ? '今天报' : `${dueOn} 前`)
          return h('section', { 'aria-label': campaign }, h('h2', {}, `${campaign} `, by), list(rows.map(line), ''))
        })),
  )
}

const aboutOf = (l: Line) => ({ petitionId: l.id, number: l.number, what: l.title })
/** What may be done about a matter from the field. */
const acts = (l: Line): HTMLElement[] => [
  ...(l.tell
    ? [
        button('告知了', () =>
          start(
            'tell',
            {
              ...aboutOf(l),
              outcome: l.tell!.what,
              version: l.version,
              way: 'visit',
              body: '',
            } satisfies TellBody,
            (b: TellBody) => b.petitionId === l.id,
          ),
        ),
      ]
    : []),
  ...(l.up.length
    ? [
        button('上报', () =>
          start(
            'up',
            {
              ...aboutOf(l),
              version: l.version,
              may: l.up,
              to: l.up.length === 1 ? l.up[0]! : '',
              why: '',
              reason: '',
            } satisfies UpBody,
            (b: UpBody) => b.petitionId === l.id,
          ),
        ),
      ]
    : []),
  ...(l.down.length
    ? [
        button('交回下级', () =>
          start(
            'down',
            {
              ...aboutOf(l),
              version: l.version,
              may: l.down,
              lawDay: l.dueOn,
              to: l.down.length === 1 ? l.down[0]! : '',
              reason: '',
              dueOn: '',
            } satisfies DownBody,
            (b: DownBody) => b.petitionId === l.id,
          ),
        ),
      ]
    : []),
  ...(mayCheck() && !l.closed
    ? [
        button('四声五心', () =>
          start(
            'courtesy',
            { petitionId: l.id, number: l.number, what: l.title, items: [], note: '' } satisfies CourtesyBody,
            (b: CourtesyBody) => b.petitionId === l.id,
          ),
        ),
      ]
    : []),
  button('记一笔', () =>
    start('note', { ...aboutOf(l), body: '' } satisfies NoteBody, (b: NoteBody) => b.petitionId === l.id),
  ),
]
export const revisits = () =>
  frame(
    '回访',
    list(
      (at.today?.revisits ?? []).map((l) =>
        matterLine(
          l,
          button('登记回访', () =>
            start(
              'revisit',
              {
                ...aboutOf(l),
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
      at.today ? '没有等回访的' : '联网后会取到',
    ),
  )
export const mine = () =>
  frame(
    '我负责的',
    list(
      (at.today?.mine ?? []).map((l) => matterLine(l, ...acts(l))),
      waits('没有在办的'),
    ),
  )
export const reported = () =>
  frame(
    '我报上去的',
    list(
      (at.today?.reported ?? []).map((l) => matterLine(l, ...(l.closed ? [] : acts(l)))),
      waits('还没有报过'),
    ),
  )
export const tell = () =>
  frame(
    '告知结果',
    h('p', { class: 'muted' }, '您报上来的有了结果，请告诉信访人，再记下怎样告知的。'),
    list(
      (at.today?.tell ?? []).map((l) => matterLine(l, ...acts(l))),
      waits('没有等告知的'),
    ),
  )
const lineFor = (id: string) => {
  const t = at.today
  return [...(t?.tell ?? []), ...(t?.mine ?? []), ...(t?.reported ?? []), ...(t?.revisits ?? [])].find(
    (x) => x.id === id,
  )
}
/** How far a matter has come: what became of what was reported. */
export const matter = (id: string) => {
  const l = lineFor(id)
  if (!l) return frame('事项', h('p', { class: 'muted' }, '联网后会取到'))
  frame(
    l.title,
    h(
      'p',
      {},
      h('span', { class: `tag ${l.grade ?? ''}` }, l.state),
      ` ${[l.number, l.village, l.petitioner].filter(Boolean).join(' · ')}`,
    ),
    l.tell && h('p', { class: 'note' }, `结果：${l.tell.what}。请在 ${l.tell.dueOn} 前告诉信访人。`),
    h(
      'dl',
      {},
      l.bearer && [h('dt', {}, '现在由谁办'), h('dd', {}, l.bearer)],
      l.dueOn && [h('dt', {}, '期限'), h('dd', {}, l.dueOn)],
    ),
    h('h2', {}, '走到哪里'),
    l.course.length
      ? h(
          'ol',
          { class: 'course' },
          l.course.map((c) => h('li', {}, c)),
        )
      : h('p', { class: 'muted' }, l.closed ? '没有上报、交回，已经办结' : '没有上报、交回，由镇里办理'),
    h('div', { class: 'row' }, l.closed && !l.tell ? [] : acts(l)),
    h('p', {}, h('a', { href: `/matter/${l.id}` }, '在办公端看这一件')),
  )
}

export const visits = () => {
  const t = at.today
  const pay = (kind: 'callOn' | 'goDown', villageId?: string) => {
    const b = emptyVisit(t?.villages ?? [], kind)
    const v = t?.villages.find((x) => x.id === villageId)
    if (v) Object.assign(b, { villageId: v.id, where: v.name })
    start('visit', b)
  }
  frame(
    '走访',
    button('记一次走访', () => pay('callOn'), 'main'),
    t?.mayPlan ? button('安排走访', () => start('plan', emptyPlan(t, at.me?.staffId ?? ''))) : null,
    h('h2', {}, '安排好的'),
    list(
      (t?.visits ?? []).map((v) =>
        h(
          'li',
          {},
          h(
            'div',
            { class: 'line' },
            h('span', { class: 'what' }, `${visitKinds[v.kind]} ${v.village || v.place}`),
            h('span', { class: `tag ${v.onDay <= dayNow() ? 'waiting' : ''}` }, v.onDay),
            h(
              'span',
              { class: 'muted' },
              [v.staffId !== at.me?.staffId && v.staff, v.atTime, v.place, v.number, v.about]
                .filter(Boolean)
                .join(' · '),
            ),
            v.onDay > dayNow() && h('span', { class: 'muted' }, '还没有到日子'),
            v.refusal && v.onDay <= dayNow() && h('span', { class: 'muted' }, v.refusal),
            h(
              'div',
              { class: 'row' },
              v.onDay <= dayNow() &&
                !v.refusal &&
                button('记录', () => start('visit', plannedVisit(v), (b: VisitBody) => b.planned?.id === v.id)),
              v.mayChange &&
                button('改期、取消', () => start('plan', changeOf(v, t!), (b: PlanBody) => b.of?.id === v.id)),
            ),
          ),
        ),
      ),
      waits('没有安排好的'),
    ),
    (t?.contacts.length ?? 0) > 0 && h('h2', {}, '我联系的村'),
    (t?.contacts.length ?? 0) > 0 &&
      list(
        t!.contacts.map((c) =>
          h(
            'li',
            {},
            h(
              'div',
              { class: 'line side' },
              h(
                'span',
                { class: 'what' },
                `${c.village} `,
                h('span', { class: `tag ${late(c.dueOn)}` }, soon(c.dueOn)),
              ),
              button('记下访', () => pay('goDown', c.villageId), 'plain', { 'aria-label': `记下访：${c.village}` }),
            ),
          ),
        ),
        '',
      ),
  )
}
export const promises = () =>
  frame(
    '我的承诺',
    list(
      (at.today?.promises ?? []).map((p) =>
        h(
          'li',
          {},
          h(
            'div',
            { class: 'line' },
            h('span', { class: 'what' }, p.body),
            h('span', { class: `tag ${late(p.dueOn)}` }, soon(p.dueOn)),
            h('span', { class: 'muted' }, [p.number, `向${p.madeTo}承诺`].filter(Boolean).join(' · ')),
            button('记结果、改期', () =>
              start(
                'promise',
                {
                  promiseId: p.id,
                  what: p.body,
                  version: p.version,
                  how: 'kept',
                  words: '',
                  dueOn: '',
                  reason: '',
                } satisfies PromiseBody,
                (b: PromiseBody) => b.promiseId === p.id,
              ),
            ),
          ),
        ),
      ),
      waits('没有待兑现的'),
    ),
  )
const unreadOf = () => (at.today?.notices ?? []).filter((n) => !n.read && !at.read.includes(n.id)).map((n) => n.id)
export const messages = () => {
  const unread = unreadOf()
  frame(
    '消息',
    list(
      (at.today?.notices ?? []).map((n) =>
        h(
          'li',
          {},
          h(
            'div',
            { class: 'line' },
            n.link || (n.petitionId && lineFor(n.petitionId))
              ? h(
                  'a',
                  {
                    class: unread.includes(n.id) ? 'what' : 'what muted',
                    href: n.link ?? `#/matter/${n.petitionId}`,
                  },
                  n.says,
                )
              : h('span', { class: unread.includes(n.id) ? 'what' : 'what muted' }, n.says),
            h('span', { class: 'muted' }, when(Date.parse(n.at))),
          ),
        ),
      ),
      '没有消息',
    ),
    unread.length > 0 &&
      button('都看过了', async () => {
        at.read = [...at.read, ...unread]
        await at.shelf?.remember('read', at.read).catch(() => {})
        at.show(false)
        void sync()
      }),
  )
}

export const myself = () =>
  frame(
    '我的',
    h('p', {}, `${at.me?.post ?? ''} ${at.me?.name ?? ''}`),
    h('ul', { class: 'list plain' }, [
      h('li', {}, h('a', { href: '/' }, '打开办公端')),
      h('li', {}, h('a', { href: '/screening' }, '在办公端看排查')),
      h('li', {}, h('a', { href: '/mediation?tab=letters' }, '诚信责任书')),
    ]),
    h(
      'p',
      { class: 'muted' },
      '手机里的内容都加密；退出后要重新登录才能打开。手机丢了，请在办公端“登录的设备”里清除，或请安全管理员清除。手机端可以加到桌面：在浏览器菜单里选“添加到主屏幕”。',
    ),
    button('退出登录', () => void signOut()),
  )
