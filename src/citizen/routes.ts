import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { text } from '../kit/text.ts'
import { roles } from '../people/roles.ts'
import { DayText, ratings } from '../petitions/petition.ts'
import { cardStates, mostCopies } from './card.ts'
import { askEnds, wordKinds } from './view.ts'

/** Posts that take part in case work; the store asks again whether this matter is seen. */
const staff = (Object.keys(roles) as (keyof typeof roles)[]).filter(
  (r) => !['auditor', 'systemAdmin', 'securityAdmin', 'auditAdmin'].includes(r),
)

const WordRow = z.object({
  id: z.string(),
  kind: codes(wordKinds),
  body: z.string(),
  onDay: DayText,
  answer: z.string(),
  answeredName: z.string(),
  answeredOn: DayText.nullable(),
})
export type WordRow = z.infer<typeof WordRow>

const Contacts = z.object({ hotline: text(40), hours: text(100), address: text(100), legalAid: text(40) })
/** What stands on cards and is dialled from the pages. */
const phone = text(40).regex(/^[0-9\-—－（）() 转、]*$/, '电话只写数字、短横和“转”')
const CardContent = Contacts.extend({
  village: z.string(),
  people: z.array(z.object({ post: z.string(), name: z.string(), phone: z.string() })),
})
const cardDesk = ['clerk', 'petitionHead'] as const

/** What petitioners said at the public face, for the staff who must answer. */
export const citizenRoutes = {
  words: route({
    method: 'GET',
    path: '/api/petitions/:id/words',
    says: '信访人在公众页面上说的话和评价',
    may: staff,
    params: z.object({ id: z.uuid() }),
    response: z.object({
      words: z.array(WordRow),
      asks: z.array(
        z.object({
          id: z.string(),
          body: z.string(),
          onDay: DayText,
          byName: z.string(),
          endedOn: DayText.nullable(),
          ended: codes(askEnds).nullable(),
        }),
      ),
      /** Why this person can't answer; null when they may. */
      answerRefusal: z.string().nullable(),
      /** Why this person can't ask the petitioner for anything; null when they may. */
      askRefusal: z.string().nullable(),
      rating: z.object({ office: codes(ratings), unit: codes(ratings), reason: z.string(), onDay: DayText }).nullable(),
      quality: z
        .object({
          openedOn: DayText,
          finding: z.string(),
          action: z.string(),
          closedOn: DayText.nullable(),
          byName: z.string(),
          /** Why this person can't close it; null when they may. */
          refusal: z.string().nullable(),
        })
        .nullable(),
    }),
  }),
  answerWord: route({
    method: 'POST',
    path: '/api/petitions/:id/words/:wordId/answer',
    says: '回复信访人',
    may: staff,
    params: z.object({ id: z.uuid(), wordId: z.uuid() }),
    body: z.object({
      requestId: z.uuid(),
      answer: z.string().trim().min(1, '请写下回复').max(5000, '回复不能超过 5000 字'),
    }),
    response: z.object({ ok: z.literal(true) }),
  }),
  ask: route({
    method: 'POST',
    path: '/api/petitions/:id/asks',
    says: '请信访人补充：显示在公众页面“等您做的”',
    may: staff,
    params: z.object({ id: z.uuid() }),
    body: z.object({ requestId: z.uuid(), body: text(500).min(2, '请写明要补充什么') }),
    response: z.object({ ok: z.literal(true) }),
  }),
  endAsk: route({
    method: 'POST',
    path: '/api/petitions/:id/asks/:askId',
    says: '请信访人补充的已经收到，或者不需要了',
    may: staff,
    params: z.object({ id: z.uuid(), askId: z.uuid() }),
    body: z.object({ requestId: z.uuid(), ended: codes(askEnds) }),
    response: z.object({ ok: z.literal(true) }),
  }),
  closeQuality: route({
    method: 'POST',
    path: '/api/petitions/:id/quality',
    says: '评价不满意的质量检查：哪里没有做好、怎么改',
    may: ['petitionHead', 'leadOfficial', 'townLeader'],
    params: z.object({ id: z.uuid() }),
    body: z.object({
      requestId: z.uuid(),
      finding: text(2000).min(1, '请写明哪里没有做好；查下来没有问题的，写明依据'),
      action: text(2000).min(1, '请写明怎么改'),
    }),
    response: z.object({ ok: z.literal(true) }),
  }),
  renewCode: route({
    method: 'POST',
    path: '/api/petitions/:id/query-code',
    says: '查询码丢失：核对本人身份后换发，旧码作废',
    may: ['clerk', 'petitionHead', 'areaSecretary', 'villageOfficer'],
    params: z.object({ id: z.uuid() }),
    body: z.object({
      requestId: z.uuid(),
      version: z.int(),
      checked: z.string().trim().min(2, '请写明核对了什么证件、是谁来换').max(200, '不能超过 200 字'),
    }),
    /** `at`: where the printed code leads; without a host where the office itself is the public address. */
    response: z.object({ number: z.string(), queryCode: z.string(), at: z.string() }),
  }),
  cards: route({
    method: 'GET',
    path: '/api/cards',
    says: '便民服务咨询卡：各村在用的卡、卡上内容是否还对',
    may: cardDesk,
    response: z.object({
      /** Where the codes lead, when it is elsewhere than this office. */
      publicUrl: z.string().nullable(),
      /** What the codes carry where several towns share one address. */
      town: z.string().nullable(),
      contacts: Contacts,
      villages: z.array(
        z.object({
          villageId: z.string(),
          village: z.string(),
          area: z.string(),
          households: z.number().nullable(),
          now: CardContent,
          printedOn: DayText.nullable(),
          copies: z.number(),
          state: codes(cardStates),
          changes: z.array(z.string()),
        }),
      ),
    }),
  }),
  saveContacts: route({
    method: 'POST',
    path: '/api/cards/contacts',
    says: '修改公众联系方式',
    may: ['petitionHead'],
    body: Contacts.extend({ hotline: phone, legalAid: phone }),
    response: z.object({ ok: z.literal(true) }),
  }),
  printCards: route({
    method: 'POST',
    path: '/api/cards/print',
    says: '印制便民服务咨询卡',
    may: cardDesk,
    body: z.object({
      requestId: z.uuid(),
      villages: z
        .array(
          z.object({
            villageId: z.uuid(),
            copies: z.int('请填写张数').min(1, '至少 1 张').max(mostCopies, `一次每村最多 ${mostCopies} 张`),
          }),
        )
        .min(1, '请选择要印的村')
        .max(500),
    }),
    response: z.object({
      cards: z.array(z.object({ token: z.string(), content: CardContent, copies: z.number() })),
    }),
  }),
  revokeCard: route({
    method: 'POST',
    path: '/api/cards/:villageId/revoke',
    says: '作废一个村的卡',
    may: cardDesk,
    params: z.object({ villageId: z.uuid() }),
    body: z.object({ reason: text(200).min(1, '请写明作废的原因') }),
    response: z.object({ ok: z.literal(true) }),
  }),
}
