import { visitKinds } from '../ground/visits/record.ts'
import type { Day } from '../kit/day.ts'
import type { Before } from '../petitions/register/before.ts'
import { beforeForm, beforeMissing } from './before.ts'
import {
  type CourtesyBody,
  type CourtesySaid,
  courtesyFields,
  courtesyForm,
  courtesyMissing,
  noCourtesy,
} from './courtesy.ts'
import { bodyOf, type Desk } from './desk.ts'
import { type DisputeBody, disputeForm, disputeMissing } from './dispute.ts'
import { area, button, choice, field, h, select, text, tick } from './dom.ts'
import { filesOf } from './files.ts'
import { type Item, type Kind, mayEdit } from './outbox.ts'
import { type PlanBody, planForm, planMissing } from './plan.ts'
import { type ReportBody, reportForm, reportGist, reportMissing } from './report.ts'
import type { Today } from './routes.ts'
import {
  type DownBody,
  downForm,
  downMissing,
  type PromiseBody,
  promiseForm,
  promiseMissing,
  type TellBody,
  tellForm,
  type Up,
  type UpBody,
  upForm,
  upMissing,
  upTo,
  whyUp,
} from './steps.ts'
import { type VisitBody, visitForm, visitMissing } from './visit.ts'

/** The things written down in the field, each a few steps on one page. What is wrong is said before it is sent. */
export interface MatterBody {
  channel: 'visit' | 'phone' | 'screening'
  request: string
  name: string
  phone: string
  anonymous: boolean
  headCount: number
  villageId: string | null
  gridId: string | null
  place: string
  readBack: boolean
  /** What becomes of it: left to the office, answered on the spot, or passed up. Missing in drafts of older versions. */
  way?: Way
  answer: string
  up?: Up
  /** 四声五心: what whoever took it down did; none when it was not gone through. */
  courtesy?: CourtesySaid
  /** Whether it was brought before, as the person said. Missing in drafts of older versions. */
  before?: Before
}
export const ways = { leave: '登记后由镇里办', answered: '当场解答了', ...upTo } as const
export type Way = keyof typeof ways
export const wayOf = (b: Pick<MatterBody, 'way' | 'answer'>): Way => b.way ?? (b.answer ? 'answered' : 'leave')

export interface RevisitBody {
  petitionId: string
  number: string
  what: string
  byUnit: boolean
  version: number
  input: {
    way: string
    reached: boolean
    ratingOffice: string | null
    ratingUnit: string | null
    reasons: string
    newIssues: string
  }
}
export interface NoteBody {
  petitionId: string
  number: string
  what: string
  body: string
}

export const emptyMatter = (villages: Today['villages'], grids: readonly string[]): MatterBody => {
  const only = villages.length === 1 ? villages[0]! : null
  const grid = only?.grids.filter((g) => grids.includes(g.id)) ?? []
  return {
    channel: 'visit',
    request: '',
    name: '',
    phone: '',
    anonymous: false,
    headCount: 1,
    villageId: only?.id ?? null,
    gridId: grid.length === 1 ? grid[0]!.id : null,
    place: '',
    readBack: false,
    way: 'leave',
    answer: '',
  }
}

const cut = (s: string, n = 24) => ([...s.trim()].length > n ? `${[...s.trim()].slice(0, n).join('')}…` : s.trim())

/** What the outbox calls it. */
export const titleOf = (i: Item): string => {
  if (i.kind === 'matter') return cut((i.body as MatterBody).request) || '还没有写内容'
  if (i.kind === 'report') {
    const b = i.body as ReportBody
    return `${b.name}：${reportGist(b)}`
  }
  if (i.kind === 'revisit') return `${(i.body as RevisitBody).number} ${cut((i.body as RevisitBody).what, 16)}`
  if (i.kind === 'dispute') return cut((i.body as DisputeBody).title) || '还没有写内容'
  if (i.kind === 'visit') {
    const b = i.body as VisitBody
    return `${b.where || '还没有写去哪里'}${b.record.items.length ? `，听到 ${b.record.items.length} 件` : ''}`
  }
  if (i.kind === 'plan') {
    const b = i.body as PlanBody
    return `${b.off ? '取消 ' : ''}${visitKinds[b.kind]} ${[b.where || b.place, b.off ? '' : b.onDay].filter(Boolean).join(' ')}`
  }
  if (i.kind === 'promise') return cut((i.body as PromiseBody).what)
  if (i.kind === 'courtesy') return `${(i.body as CourtesyBody).number} ${cut((i.body as CourtesyBody).what, 16)}`
  if (i.kind === 'note') return `${(i.body as NoteBody).number} ${cut((i.body as NoteBody).body, 16)}`
  const b = i.body as UpBody | DownBody | TellBody
  return `${b.number} ${cut(b.what, 16)}`
}

const emptyUp = (to: Up['to']): Up => ({ to, why: '', reason: '' })

/** What is plainly missing, by field: said here so that nobody learns it hours later; the server has the last word. */
export const missing = (i: Item, today: string): Record<string, string> => {
  const out: Record<string, string> = {}
  const need = (ok: unknown, name: string, sentence: string) => {
    if (!ok) out[name] = sentence
  }
  if (i.kind === 'matter') {
    const b = i.body as MatterBody
    need(b.request.trim(), 'request', '请写明反映什么、要求什么')
    need(b.anonymous || b.name.trim(), 'name', '请填写姓名；不愿留名的请勾选')
    need(b.headCount >= 1, 'headCount', '人数至少为 1')
    Object.assign(out, beforeMissing(b.before, today as Day))
    need(b.readBack || b.channel === 'screening', 'readBack', '请把记下的内容念给本人核对，再勾选')
    const way = wayOf(b)
    need(way !== 'answered' || b.answer.trim(), 'answer', '请写下怎样答复的')
    need(way !== 'area' || b.villageId, 'villageId', '报到管区的，请选择是哪个村')
    if (way === 'area' || way === 'town')
      for (const [k, sentence] of Object.entries(upMissing(b.up ?? emptyUp(way)))) out[`up.${k}`] = sentence
  } else if (i.kind === 'report') return reportMissing(i.body as ReportBody)
  else if (i.kind === 'revisit') {
    const { input, byUnit } = i.body as RevisitBody
    need(!input.reached || input.ratingOffice, 'ratingOffice', '请记下信访人对信访办的评价')
    need(!input.reached || !byUnit || input.ratingUnit, 'ratingUnit', '请记下信访人对承办单位的评价')
  } else if (i.kind === 'visit') return visitMissing(i.body as VisitBody)
  else if (i.kind === 'dispute') return disputeMissing(i.body as DisputeBody)
  else if (i.kind === 'plan') return planMissing(i.body as PlanBody, today)
  else if (i.kind === 'down') return downMissing(i.body as DownBody, today)
  else if (i.kind === 'up') return upMissing(i.body as UpBody)
  else if (i.kind === 'tell') need((i.body as TellBody).body.trim(), 'body', '请写明告知了什么、对方怎么说')
  else if (i.kind === 'courtesy') return courtesyMissing(i.body as CourtesyBody)
  else if (i.kind === 'promise') return promiseMissing(i.body as PromiseBody, today)
  else need((i.body as NoteBody).body.trim(), 'body', '请写明情况')
  return out
}

const ratings = [
  ['satisfied', '满意'],
  ['basicallySatisfied', '基本满意'],
  ['dissatisfied', '不满意'],
  ['declined', '不作评价'],
] as const

export const matterForm = (d: Desk): HTMLElement[] => {
  const [b, set] = bodyOf<MatterBody>(d)
  const villages = d.today?.villages ?? []
  const grids = villages.find((v) => v.id === b.villageId)?.grids ?? []
  const way = wayOf(b)
  const place = text(b.place, (v) => set({ place: v }), { maxlength: 200 })
  return [
    choice(
      '从哪里来',
      b.channel,
      [
        ['visit', '当面说的'],
        ['phone', '电话说的'],
        ['screening', '走访排查发现的'],
      ],
      (v) => {
        set({ channel: v as MatterBody['channel'] })
        d.again()
      },
    ),
    ...beforeForm(d, b.before, (before) => set({ before })),
    field(
      '反映什么、要求什么',
      area(b.request, (v) => set({ request: v }), { rows: 5, maxlength: 5000 }),
      {
        hint: '检举干部的不要写在这里，请本人找纪检联络员',
        wrong: d.wrong.request,
      },
    ),
    tick('本人不愿留名', b.anonymous, (v) => {
      set({ anonymous: v })
      d.again()
    }),
    ...(b.anonymous
      ? []
      : [
          field(
            '姓名',
            text(b.name, (v) => set({ name: v }), { maxlength: 60 }),
            { wrong: d.wrong.name },
          ),
          field(
            '电话',
            text(b.phone, (v) => set({ phone: v }), { maxlength: 40, inputmode: 'tel' }),
            {
              wrong: d.wrong.phone,
            },
          ),
        ]),
    field(
      '几个人',
      text(String(b.headCount || ''), (v) => set({ headCount: Number.parseInt(v, 10) || 0 }), { inputmode: 'numeric' }),
      { wrong: d.wrong.headCount },
    ),
    field(
      '哪个村',
      select(b.villageId ?? '', [['', '不清楚'], ...villages.map((v) => [v.id, v.name] as const)], (v) => {
        set({ villageId: v || null, gridId: null })
        d.again()
      }),
      { wrong: d.wrong.villageId },
    ),
    ...(grids.length
      ? [
          field(
            '哪个网格',
            select(b.gridId ?? '', [['', '不清楚'], ...grids.map((g) => [g.id, g.name] as const)], (v) =>
              set({ gridId: v || null }),
            ),
          ),
        ]
      : []),
    field('事情在哪里', place, { wrong: d.wrong.place }),
    ...('geolocation' in navigator
      ? [
          button('用手机定位填上这件事的地点', () => {
            d.says('正在定位……')
            navigator.geolocation.getCurrentPosition(
              ({ coords: c }) => {
                const at = `（北纬${c.latitude.toFixed(5)}，东经${c.longitude.toFixed(5)}，误差约${Math.round(c.accuracy)}米）`
                place.value = `${b.place.replace(/（北纬.*?）/, '')}${at}`.slice(0, 200)
                set({ place: place.value })
                d.says('已填上地点，只记这件事在哪里')
              },
              () => d.says('没有定到位置，请用文字写明', true),
              { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 },
            )
          }),
        ]
      : []),
    choice('怎样办', way, Object.entries(ways), (v) => {
      const to = v === 'area' || v === 'town' ? v : null
      set({ way: v as Way, ...(to ? { up: { ...(b.up ?? emptyUp(to)), to } } : {}) })
      d.again()
    }),
    ...(way === 'answered'
      ? [
          field(
            '怎样答复的',
            area(b.answer, (v) => set({ answer: v }), { rows: 3, maxlength: 2000 }),
            { wrong: d.wrong.answer },
          ),
        ]
      : way === 'leave'
        ? []
        : whyUp(
            b.up ?? emptyUp(way),
            (more) => set({ up: { ...(b.up ?? emptyUp(way)), ...more } }),
            (k) => d.wrong[`up.${k}`],
          )),
    ...(b.channel === 'screening'
      ? []
      : [tick('已把上面记的念给本人核对', b.readBack, (v) => set({ readBack: v }), d.wrong.readBack)]),
    // Unfolded when asked for: most of what is taken down is short of time.
    ...(b.channel !== 'visit' || !d.receives
      ? []
      : b.courtesy
        ? [courtesyFields('对照四声五心，做到的勾上', b.courtesy, (courtesy) => set({ courtesy }))]
        : [
            button('对照四声五心自查（可以不填）', () => {
              set({ courtesy: noCourtesy })
              d.again()
            }),
          ]),
    filesOf(d),
  ]
}

export const revisitForm = (d: Desk): HTMLElement[] => {
  const b = d.item().body as RevisitBody
  const set = (more: Partial<RevisitBody['input']>) => {
    Object.assign(b.input, more)
    d.change(b)
  }
  const i = b.input
  return [
    h('p', {}, `${b.number} ${b.what}`),
    choice(
      '怎样回访的',
      i.way,
      [
        ['visit', '上门'],
        ['phone', '电话'],
      ],
      (v) => set({ way: v }),
    ),
    choice(
      '联系上本人没有',
      i.reached ? 'yes' : 'no',
      [
        ['yes', '联系上了'],
        ['no', '没有联系上'],
      ],
      (v) => {
        set({ reached: v === 'yes' })
        d.again()
      },
    ),
    ...(i.reached
      ? [
          choice('本人对信访办', i.ratingOffice, ratings, (v) => set({ ratingOffice: v }), d.wrong.ratingOffice),
          ...(b.byUnit
            ? [choice('本人对承办单位', i.ratingUnit, ratings, (v) => set({ ratingUnit: v }), d.wrong.ratingUnit)]
            : []),
        ]
      : []),
    field(
      '本人怎么说',
      area(i.reasons, (v) => set({ reasons: v }), { rows: 3, maxlength: 2000 }),
      { wrong: d.wrong.reasons },
    ),
    field(
      '有没有新的情况',
      area(i.newIssues, (v) => set({ newIssues: v }), { rows: 2, maxlength: 2000 }),
    ),
    filesOf(d),
  ]
}

export const noteForm = (d: Desk): HTMLElement[] => {
  const [b, put] = bodyOf<NoteBody>(d)
  return [
    h('p', {}, `${b.number} ${b.what}`),
    field(
      '看到、听到、做了什么',
      area(b.body, (v) => put({ body: v }), { rows: 6, maxlength: 5000 }),
      { wrong: d.wrong.body },
    ),
    filesOf(d),
  ]
}

const forms: Record<Kind, (d: Desk) => HTMLElement[]> = {
  matter: matterForm,
  dispute: disputeForm,
  report: reportForm,
  visit: visitForm,
  plan: planForm,
  up: upForm,
  down: downForm,
  tell: tellForm,
  revisit: revisitForm,
  promise: promiseForm,
  courtesy: courtesyForm,
  note: noteForm,
}

/** The form of an item, or its content when it may not change. */
export const formOf = (d: Desk): HTMLElement[] => {
  const i = d.item()
  if (!mayEdit(i)) return [filesOf(d)]
  return forms[i.kind](d)
}
