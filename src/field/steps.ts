import { upReasons } from '../petitions/pass/words.ts'
import { bodyOf, type Desk } from './desk.ts'
import { area, choice, field, h, text } from './dom.ts'

/** Steps on what is already in the ledger: passing a matter up, telling its outcome, keeping a promise. */
export interface Up {
  to: '' | 'area' | 'town'
  why: '' | keyof typeof upReasons
  reason: string
}
export interface UpBody extends Up {
  petitionId: string
  number: string
  what: string
  version: number
  /** Where it may go. */
  may: ('area' | 'town')[]
}
export interface DownBody {
  petitionId: string
  number: string
  what: string
  version: number
  /** Where it may go, and the day the law leaves it. */
  may: ('area' | 'village' | 'unit')[]
  lawDay: string | null
  to: '' | 'area' | 'village' | 'unit'
  reason: string
  dueOn: string
}
export interface TellBody {
  petitionId: string
  number: string
  what: string
  outcome: string
  version: number
  way: 'face' | 'visit' | 'phone'
  body: string
}
export interface PromiseBody {
  promiseId: string
  what: string
  version: number
  how: 'kept' | 'broken' | 'moved'
  words: string
  /** The new day agreed, and why; missing in drafts of older versions. */
  dueOn?: string
  reason?: string
}

export const upTo = { area: '报到管区', town: '报到镇信访办' } as const

export const upMissing = (u: Up): Record<string, string> => {
  const out: Record<string, string> = {}
  if (!u.to) out.to = '请选择报到哪一级'
  if (!u.why) out.why = '请选择为什么上报'
  if (!u.reason.trim()) out.reason = '请写明做了什么、为什么上报'
  return out
}

/** Why it goes up; asked of a matter in the ledger and of one that is only being registered. */
export const whyUp = (u: Up, put: (more: Partial<Up>) => void, wrong: (name: string) => string | undefined) => [
  choice('为什么上报', u.why || null, Object.entries(upReasons), (v) => put({ why: v as Up['why'] }), wrong('why')),
  field(
    '做了什么、为什么上报',
    area(u.reason, (v) => put({ reason: v }), { rows: 3, maxlength: 500 }),
    { wrong: wrong('reason') },
  ),
]

export const upForm = (d: Desk): HTMLElement[] => {
  const [b, put] = bodyOf<UpBody>(d)
  return [
    h('p', {}, `${b.number} ${b.what}`),
    choice(
      '报到哪里',
      b.to || null,
      b.may.map((t) => [t, upTo[t]] as const),
      (v) => put({ to: v as Up['to'] }),
      d.wrong.to,
    ),
    ...whyUp(b, put, (k) => d.wrong[k]),
  ]
}

export const downTo = { area: '交给管区', village: '交给村', unit: '交回原承办单位' } as const

export const downMissing = (b: DownBody, today: string): Record<string, string> => {
  const out: Record<string, string> = {}
  if (!b.to) out.to = '请选择交给哪一级'
  if (!b.reason.trim()) out.reason = '请写明交回的理由、要办什么'
  if (!b.dueOn) out.dueOn = '请填写哪天前办好'
  else if (b.dueOn < today) out.dueOn = '不能早于今天'
  else if (b.lawDay && b.lawDay >= today && b.dueOn > b.lawDay) out.dueOn = `不能晚于法定期限 ${b.lawDay}`
  return out
}

export const downForm = (d: Desk): HTMLElement[] => {
  const [b, put] = bodyOf<DownBody>(d)
  return [
    h('p', {}, `${b.number} ${b.what}`),
    choice(
      '交给哪一级',
      b.to || null,
      b.may.map((t) => [t, downTo[t]] as const),
      (v) => put({ to: v as DownBody['to'] }),
      d.wrong.to,
    ),
    field(
      '为什么交回、要办什么',
      area(b.reason, (v) => put({ reason: v }), { rows: 3, maxlength: 500 }),
      { wrong: d.wrong.reason },
    ),
    field(
      '哪天前办好',
      text(b.dueOn, (v) => put({ dueOn: v }), { type: 'date' }),
      { hint: b.lawDay ? `法定期限 ${b.lawDay}` : undefined, wrong: d.wrong.dueOn },
    ),
  ]
}

export const tellForm = (d: Desk): HTMLElement[] => {
  const [b, put] = bodyOf<TellBody>(d)
  return [
    h('p', {}, `${b.number} ${b.what}`),
    h('p', { class: 'note' }, `结果：${b.outcome}`),
    choice(
      '怎样告知的',
      b.way,
      [
        ['face', '当面'],
        ['visit', '上门'],
        ['phone', '电话'],
      ],
      (v) => put({ way: v as TellBody['way'] }),
    ),
    field(
      '告知了什么、对方怎么说',
      area(b.body, (v) => put({ body: v }), { rows: 4, maxlength: 500 }),
      { wrong: d.wrong.body },
    ),
  ]
}

export const promiseMissing = (b: PromiseBody, today: string): Record<string, string> => {
  const out: Record<string, string> = {}
  if (b.how === 'moved') {
    if (!b.dueOn) out.dueOn = '请填写改到哪天'
    else if (b.dueOn <= today) out.dueOn = '新的日期应当晚于今天'
    if (!b.reason?.trim()) out.reason = '请写明改期的理由'
    if (!b.words.trim()) out.words = '请照录对方同意的话'
  } else if (!b.words.trim()) out.words = '请写明怎样兑现的，或者没有兑现的原因'
  return out
}

/** What the server is asked. */
export const promiseEnd = ({ how, words, dueOn, reason }: PromiseBody) =>
  how === 'moved' ? { how, words, dueOn, reason } : { how, words }

export const promiseForm = (d: Desk): HTMLElement[] => {
  const [b, put] = bodyOf<PromiseBody>(d)
  const moved = b.how === 'moved'
  return [
    h('p', {}, b.what),
    choice(
      '兑现了没有',
      b.how,
      [
        ['kept', '兑现了'],
        ['broken', '没有兑现'],
        ['moved', '与对方商定改期'],
      ],
      (v) => {
        put({ how: v as PromiseBody['how'] })
        d.again()
      },
    ),
    ...(moved
      ? [
          field(
            '改到哪天',
            text(b.dueOn ?? '', (v) => put({ dueOn: v }), { type: 'date' }),
            { wrong: d.wrong.dueOn },
          ),
          field(
            '为什么改期',
            text(b.reason ?? '', (v) => put({ reason: v }), { maxlength: 300 }),
            { wrong: d.wrong.reason },
          ),
        ]
      : []),
    field(
      moved ? '对方怎么说' : '怎样兑现的；没有兑现的，原因和怎样向对方说明',
      area(b.words, (v) => put({ words: v }), { rows: 3, maxlength: moved ? 300 : 500 }),
      { hint: moved ? '照录对方同意的话；对方不同意的不能改' : undefined, wrong: d.wrong.words },
    ),
  ]
}
