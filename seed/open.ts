import { sql } from 'kysely'
import type { Tx } from '../src/audit/trace.ts'
import { printCards, saveContacts } from '../src/citizen/card.store.ts'
import type { Contacts } from '../src/citizen/card.ts'
import { addDays, type Day } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import type { OpenKind } from '../src/open/due.ts'
import { postNotice, startCatalogue } from '../src/open/store.ts'
import type { Who } from '../src/people/roles.ts'
import type { Setting } from '../src/petitions/store.ts'
import type { Deed } from './duty.ts'

interface Posted {
  /** Days before the demo's day. */
  ago: number
  who: string
  kind: OpenKind
  village: boolean
  title: string
  body: string
}

/** What an office opens first: how to be heard, who is on duty, and a village's money and affairs. */
const posted: Posted[] = [
  {
    ago: 60,
    who: 'zhuren',
    kind: 'government',
    village: false,
    title: '信访接待时间和地点',
    body: '镇信访窗口在镇便民服务中心一楼，工作日上午八点半到十二点、下午一点半到五点半有人接待。\n领导接访日每周三上午，不用预约，按到的先后接待。\n也可以在网上反映，凭编号和查询码查到每一步。',
  },
  {
    ago: 45,
    who: 'zhuren',
    kind: 'government',
    village: false,
    title: '矛盾纠纷调解怎样申请',
    body: '先到村调解点说，也可以直接到管区调解站、镇调解中心。\n调解不收钱，双方自愿；不愿意调解的，告知可以走的法律途径。\n达成协议以后三十日内，双方可以一起向法院申请司法确认。',
  },
  {
    ago: 30,
    who: 'zhuren',
    kind: 'party',
    village: false,
    title: '机关干部联系村安排',
    body: '每个村都有一名机关干部联系，每月至少到村一次，听取意见，当场能答复的当场答复，不能答复的登记并在期限内回复。\n联系人和电话见各村便民卡。',
  },
  {
    ago: 12,
    who: 'cun1',
    kind: 'finance',
    village: true,
    title: '第三季度村级收支情况',
    body: '本季度集体收入共三项：机动地承包费、上级拨付的办公经费、路灯维修补助。\n支出共四项：路灯维修、排水沟清理、办公用品、保洁员补助。\n逐笔凭证在村委会公示栏，对哪一笔有疑问可以到村委会查看，也可以向镇信访窗口反映。',
  },
  {
    ago: 5,
    who: 'cun1',
    kind: 'village',
    village: true,
    title: '村内排水沟清理安排',
    body: '十一月下旬清理村东、村西两条排水沟，请沿线住户配合挪开堆放的杂物。清理以后的沟渠由两名保洁员每周巡查。',
  },
]

/** The office's ways to be reached, as they stand on the cards and the public pages. Invented. */
const contacts: Contacts = {
  hotline: '0000-0000110',
  hours: '工作日 8:30—12:00，13:30—17:30',
  address: '镇便民服务中心一楼信访窗口',
  legalAid: '12348',
}

/** The day of this month, and the month before it, as the register names it. */
const monthsAround = (today: Day) => {
  const month = `${today.slice(0, 7)}-01` as Day
  const before = addDays(month, -1)
  return { month, before }
}

/** Two hundred cards for each of these villages. */
export const playCards = async (tx: Tx, me: Who, villages: { id: string }[], s: Setting): Promise<void> => {
  const requestId = uuidv7(s.now.getTime())
  await printCards(tx, me, { villages: villages.map((v) => ({ villageId: v.id, copies: 200 })), requestId }, s)
}

/** Notices, the register and the household cards of the demo, by the same door as anybody's. */
export const openDeeds = (today: Day, villages: { id: string; name: string; area: number }[]): Deed[] => {
  const { month, before } = monthsAround(today)
  const [first] = villages
  const fresh = (s: Setting) => uuidv7(s.now.getTime())
  const notices = posted.map(
    ({ ago, who, kind, village, title, body }): Deed => ({
      on: addDays(today, -ago),
      hour: 10,
      who,
      do: async (tx, me, s) => {
        const more = { itemId: null, villageId: village ? first!.id : null, period: '', untilOn: null }
        await postNotice(tx, me, { requestId: fresh(s), kind, title, body, ...more }, s)
      },
    }),
  )
  return [
    ...notices,
    { on: addDays(today, -300), hour: 9, who: 'zhuren', do: (tx, me, s) => saveContacts(tx, me, contacts, s.now) },
    {
      on: addDays(today, -200),
      hour: 11,
      who: 'chuangkou',
      do: (tx, me, s) => playCards(tx, me, villages.slice(0, 6), s),
    },
    // The telephone has changed since: what was printed before has to be printed again.
    {
      on: addDays(today, -20),
      hour: 9,
      who: 'zhuren',
      do: (tx, me, s) => saveContacts(tx, me, { ...contacts, hotline: '0000-0000120' }, s.now),
    },
    // The register begins before the month that has last ended, so that its accounts are asked for; most villages have put them out.
    { on: addDays(before, -7), hour: 9, who: 'zhuren', do: (tx, me, s) => startCatalogue(tx, me, s) },
    ...[0, 1, 2, 3, 4].map(
      (area): Deed => ({
        on: addDays(month, 3 + area),
        hour: 15,
        who: `gq${area + 1}`,
        do: async (tx, me, s) => {
          const items = await sql<{ id: string; title: string }>`select id, title from open_item
            where town_id = ${me.townId}::uuid and level = 'village' and rhythm = 'month'`.execute(tx)
          for (const item of items.rows)
            for (const [n, v] of villages.filter((x) => x.area === area).entries()) {
              if (n % 4 === 3) continue
              await postNotice(
                tx,
                me,
                {
                  requestId: fresh(s),
                  itemId: item.id,
                  villageId: v.id,
                  kind: 'finance',
                  period: before.slice(0, 7),
                  title: `${v.name}${item.title}（${Number(before.slice(5, 7))}月）`,
                  body: '收入、支出逐笔列在村委会公示栏，凭证可以到村委会查看。对哪一笔有疑问，可以问村委会，也可以向镇信访窗口反映。',
                  untilOn: null,
                },
                s,
              )
            }
        },
      }),
    ),
  ]
}
