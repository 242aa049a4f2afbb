import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { text } from '../kit/text.ts'
import { caseWorkers } from '../people/roles.ts'
import { DayText, states } from '../petitions/petition.ts'
import { itemRhythms, openKinds, openLevels, openStates } from './due.ts'
import { struckKinds } from './strike.ts'

const said = (max: number, sentence: string) => text(max).min(1, sentence)
const ok = z.object({ ok: z.literal(true) })

const Item = z.object({
  id: z.string(),
  kind: codes(openKinds),
  level: codes(openLevels),
  title: z.string(),
  rhythm: codes(itemRhythms),
  withinDays: z.number(),
  basis: z.string(),
  since: DayText,
  active: z.boolean(),
  version: z.number(),
})
const Notice = z.object({
  id: z.string(),
  kind: codes(openKinds),
  title: z.string(),
  body: z.string(),
  village: z.string(),
  period: z.string(),
  postedOn: DayText,
  untilOn: DayText.nullable(),
  byName: z.string(),
  withdrawnOn: DayText.nullable(),
  withdrawnReason: z.string(),
  mine: z.boolean(),
  files: z.array(z.object({ id: z.string(), name: z.string(), size: z.number() })),
})
export type NoticeRow = z.infer<typeof Notice>
export type ItemRow = z.infer<typeof Item>

const office = ['clerk', 'petitionHead'] as const
const one = z.object({ id: z.uuid() })
/** Taking something out of public sight: always with a reason. */
const withdrawal = {
  method: 'POST',
  params: one,
  body: z.object({ reason: said(200, '请写明撤下的理由') }),
  response: ok,
} as const

const AnswerTexts = { title: z.string(), question: z.string(), answer: z.string() }
const Rule = z.object({
  people: z.int('请填写人数').min(100, '不能少于 100 人').max(100_000, '不能多于 100000 人'),
  alike: z.int('请填写件数').min(2, '不能少于 2 件').max(1000, '不能多于 1000 件'),
})

/** 公开：the catalogue, what is due, what is out. */
export const openRoutes = {
  board: route({
    method: 'GET',
    path: '/api/open',
    says: '公开清单：目录、应公开而未公开的、已公开的',
    may: caseWorkers,
    response: z.object({
      mayManage: z.boolean(),
      mayPostTown: z.boolean(),
      villages: z.array(z.object({ id: z.string(), name: z.string(), mayPost: z.boolean() })),
      items: z.array(Item),
      duties: z.array(
        z.object({
          itemId: z.string(),
          kind: codes(openKinds),
          rhythm: codes(itemRhythms),
          title: z.string(),
          villageId: z.string().nullable(),
          village: z.string(),
          period: z.string(),
          periodName: z.string(),
          dueOn: DayText,
          state: codes(openStates),
          noticeId: z.string().nullable(),
          mayPost: z.boolean(),
        }),
      ),
      notices: z.array(Notice),
    }),
  }),
  start: route({
    method: 'POST',
    path: '/api/open/start',
    says: '目录还空着时，从法定应公开的内容开始',
    may: office,
    body: z.object({ requestId: z.uuid() }),
    response: ok,
  }),
  saveItem: route({
    method: 'POST',
    path: '/api/open/items',
    says: '修改公开目录',
    may: office,
    body: z.object({
      requestId: z.uuid(),
      id: z.uuid().nullable(),
      version: z.int(),
      kind: codes(openKinds),
      level: codes(openLevels),
      title: said(100, '请填写公开什么'),
      rhythm: codes(itemRhythms),
      withinDays: z.int('请填写天数').min(1, '至少 1 天').max(366, '不超过 366 天'),
      basis: text(200),
      active: z.boolean(),
    }),
    response: ok,
  }),
  post: route({
    method: 'POST',
    path: '/api/open/notices',
    says: '公开一份内容',
    may: caseWorkers,
    body: z.object({
      requestId: z.uuid(),
      itemId: z.uuid().nullable(),
      villageId: z.uuid().nullable(),
      kind: codes(openKinds),
      period: z.string().max(10),
      title: said(100, '请填写标题'),
      body: said(20_000, '请填写公开的内容'),
      untilOn: DayText.nullable(),
    }),
    response: z.object({ id: z.string() }),
  }),
  withdraw: route({
    ...withdrawal,
    path: '/api/open/notices/:id/withdraw',
    says: '撤下一份公开内容，写明理由，原文留存',
    may: caseWorkers,
  }),
  answers: route({
    method: 'GET',
    path: '/api/open/answers',
    says: '人民建议：由谁、在哪天以前回复；同意公开的答复、已经公开的',
    may: caseWorkers,
    response: z.object({
      mayPublish: z.boolean(),
      rule: Rule,
      matters: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          title: z.string(),
          class: z.string().nullable(),
          state: codes(states),
          receivedOn: DayText,
          nextDueOn: DayText.nullable(),
          servedOn: DayText.nullable(),
          owner: z.string(),
          consent: z.boolean(),
          answerId: z.string().nullable(),
          postedOn: DayText.nullable(),
          publicTitle: z.string().nullable(),
        }),
      ),
    }),
  }),
  draftAnswer: route({
    method: 'POST',
    path: '/api/open/answers/:id/draft',
    says: '为公开答复打开原文，机器先划去姓名、地点、单位、号码',
    may: office,
    params: one,
    response: z.object({
      refusal: z.string().nullable(),
      ...AnswerTexts,
      original: z.object(AnswerTexts),
      struck: z.array(z.object({ kind: codes(struckKinds), text: z.string() })),
    }),
  }),
  publishAnswer: route({
    method: 'POST',
    path: '/api/open/answers/:id/publish',
    says: '核对后公开一件答复',
    may: office,
    params: one,
    body: z.object({
      requestId: z.uuid(),
      title: said(100, '请填写标题'),
      question: said(5000, '请填写反映的问题'),
      answer: said(10_000, '请填写答复'),
      checked: z.boolean(),
    }),
    response: z.object({ id: z.string() }),
  }),
  withdrawAnswer: route({
    ...withdrawal,
    path: '/api/open/answers/:id/withdraw',
    says: '撤下一件公开的答复',
    may: office,
  }),
  saveRule: route({
    method: 'POST',
    path: '/api/open/answers/rule',
    says: '答复公开的限度：多大的村、多少同类事项才不会被认出来',
    may: ['petitionHead'],
    body: Rule,
    response: ok,
  }),
}
