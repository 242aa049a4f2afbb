import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { formal } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import type { Station } from '../network/network.ts'
import { type Dispute, type DisputeParty, live, standing } from './dispute.ts'
import { disputeMove, first, inState, mediates } from './move.ts'

/** What a party can be told by message. */
export const messageAbouts = {
  session: '约定的调解',
  performance: '到期的履行',
  confirmation: '司法确认的期限',
} as const
export type MessageAbout = keyof typeof messageAbouts

/** Whether a message may go to this party: agreed to, and to a mobile phone. Null when it may. */
export const messageRefusal = (p: Pick<DisputeParty, 'name' | 'phone' | 'messagesOn'>): string | null =>
  first(
    p.messagesOn === null && `${p.name}没有同意用短信通知，请打印通知单送达或者电话通知`,
    !/^1\d{10}$/.test(p.phone) && `${p.name}没有登记手机号，请打印通知单送达`,
  )

/**
 * The message itself: when, where and what for, never the other side's name nor what the dispute is about, since a phone may be
 * read by others. Null when there is nothing to tell this party of.
 */
export const messageText = (
  about: MessageAbout,
  d: Pick<Dispute, 'records' | 'agreements' | 'performances' | 'nextOn'>,
  party: Pick<DisputeParty, 'id'>,
  station: Pick<Station, 'name' | 'phone'> | undefined,
): string | null => {
  const head = `【${station?.name ?? '调解委员会'}】`
  const ask = station?.phone ? `有事请打 ${station.phone}。` : '有事请与调解员联系。'
  if (about === 'session') {
    const plan = d.records.findLast((r) => r.kind === 'plan')
    return d.nextOn === null || !plan
      ? null
      : `${head}您好，您参加的调解定于${formal(d.nextOn)}${String(plan.data.time ?? '')}在${String(plan.data.place ?? '')}进行。调解自愿、免费。${ask}`
  }
  if (about === 'confirmation') {
    const a = standing(d).findLast((x) => x.confirm === null && x.confirmBy !== null)
    return a ? `${head}您好，双方愿意申请司法确认的，请在${formal(a.confirmBy!)}前共同向人民法院提出。${ask}` : null
  }
  const due = live(d)
    .filter((p) => p.payerId === party.id && (p.status === 'due' || p.status === 'partial'))
    .sort((x, y) => (x.dueOn < y.dueOn ? -1 : 1))[0]
  return due
    ? `${head}您好，您签的调解协议第${due.n}项，约定在${formal(due.dueOn)}前履行，请按约定办理；有困难请早说。${ask}`
    : null
}

const running = (d: Dispute) => inState(d, 'registered', 'accepted', 'mediating', 'signing', 'performing', 'breached')
const partyOf = (d: Dispute, id: string) => {
  const p = d.parties.find((x) => x.id === id)
  if (!p) throw new Invalid('请选择当事人', { partyId: '请选择当事人' })
  return p
}

/** Messages are by consent, which a party may take back at any time. */
export const askMessages = disputeMove({
  label: '登记短信意愿',
  input: z.object({ partyId: z.uuid('请选择当事人'), agreed: z.boolean().default(false) }),
  refusal: (d, me) => first(running(d), mediates(d, me)),
  decide: (d, input, _me, today) => {
    const p = partyOf(d, input.partyId)
    if (input.agreed && !/^1\d{10}$/.test(p.phone))
      throw new Invalid(`${p.name}没有登记手机号，不能发短信`, { partyId: '没有登记手机号' })
    return {
      says: `一方当事人${input.agreed ? '同意' : '不同意'}用短信通知`,
      parties: [{ id: p.id, messagesOn: input.agreed ? today : null }],
    }
  },
})

export const sendMessage = disputeMove({
  label: '发短信',
  confirm: '短信只写时间、地点和事由，不写另一方和纠纷内容。发出以后页面上才记为已发。',
  input: z.object({ partyId: z.uuid('请选择当事人'), about: codes(messageAbouts) }),
  refusal: (d, me) =>
    first(
      running(d),
      mediates(d, me),
      !d.parties.some((p) => messageRefusal(p) === null) && '还没有哪一方同意用短信通知',
    ),
  decide: (d, input, _me, _today, { stations }) => {
    const p = partyOf(d, input.partyId)
    const no = messageRefusal(p)
    if (no) throw new Invalid(no, { partyId: no })
    const body = messageText(
      input.about,
      d,
      p,
      stations.find((s) => s.id === d.stationId),
    )
    if (!body) throw new Invalid('没有可以通知的事：先约定调解，或者协议生效以后再发', { about: '没有可以通知的事' })
    return { says: `交发短信一条：${messageAbouts[input.about]}`, messages: [{ partyId: p.id, body }] }
  },
})

export const messageMoves = { askMessages, sendMessage }
