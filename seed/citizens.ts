import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../src/audit/trace.ts'
import { petitioner, rate, say, wordsOf } from '../src/citizen/store.ts'
import { citizenView } from '../src/citizen/view.ts'
import { answerWord, askPetitioner, closeQuality } from '../src/citizen/words.store.ts'
import { addDays, type Day } from '../src/kit/day.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import { draftAnswer, publishAnswer, setConsent } from '../src/open/answers.store.ts'
import type { Deed } from './duty.ts'

/** Matters of one person each that may be spoken of, one of each content, the newest first. */
const alone = async (tx: Tx, townId: string, n: number, where: RawBuilder<unknown>): Promise<string[]> =>
  (
    await sql<{ id: string }>`select id from (
      select distinct on (p.category) p.id, p.received_on from petition p
      where p.town_id = ${townId}::uuid and not p.sealed and not p.confidential and p.head_count = 1 and p.category is not null
        and p.barred_ids = '{}'
        and not exists (select from publish_consent c where c.town_id = p.town_id and c.petition_id = p.id) and ${where}
      order by p.category, p.received_on desc, p.id) one order by received_on desc, id limit ${n}`.execute(tx)
  ).rows.map((r) => r.id)
const answered = sql`p.served_on is not null and p.state in ('served', 'concluded', 'closed')`
const unrated = sql`not exists (select from petitioner_rating r where r.town_id = p.town_id and r.petition_id = p.id)`

/** What petitioners of the demo do at the public face, and what the office does about it, by the same doors as anybody. */
export const citizenDeeds = (today: Day): Deed[] => {
  const fresh = () => uuidv7()
  const on = (ago: number, hour: number, who: string, go: Deed['do']): Deed => ({
    on: addDays(today, -ago),
    hour,
    who,
    do: go,
  })
  const judged = {
    good: { office: 'satisfied', unit: 'satisfied', dimensions: { welcome: 3, listen: 3, echo: 3 }, reason: '' },
    bad: {
      office: 'basicallySatisfied',
      unit: 'dissatisfied',
      dimensions: { welcome: 3, careful: 2, echo: 1 },
      reason: '修好以前打过两次电话，都说快了，没有人告诉我哪天来',
    },
  } as const
  const judge = (ago: number, how: keyof typeof judged) =>
    on(ago, 19, 'zhuren', async (tx, me, s) => {
      for (const id of await alone(tx, me.townId, 1, sql`${answered} and ${unrated} and p.class = 'claim'`))
        await rate(
          tx,
          petitioner(me.townId, id),
          { ...judged[how], requestId: fresh() },
          (m) => citizenView(m, { words: [], rating: null }, s.today).mayRate,
          s,
        )
    })
  return [
    // Answers that their petitioners agreed to have published; the machine strikes, somebody who had no hand in them checks.
    on(9, 16, 'zhuren', async (tx, me, s) => {
      const of = (n: number, kind: string) => alone(tx, me.townId, n, sql`${answered} and p.class = ${kind}`)
      for (const id of [...(await of(3, 'claim')), ...(await of(1, 'suggestion'))]) {
        await setConsent(tx, petitioner(me.townId, id), id, { agrees: true, requestId: fresh() }, s)
        const { refusal, title, question, answer } = await draftAnswer(tx, me, id, s)
        if (refusal === null)
          await publishAnswer(tx, me, { petitionId: id, requestId: fresh(), title, question, answer, checked: true }, s)
      }
    }),
    // Others agreed since: they wait for somebody to check them.
    on(3, 19, 'zhuren', async (tx, me, s) => {
      for (const id of await alone(tx, me.townId, 3, sql`${answered} and p.class = 'claim'`))
        await setConsent(tx, petitioner(me.townId, id), id, { agrees: true, requestId: fresh() }, s)
    }),
    judge(8, 'bad'),
    judge(7, 'good'),
    judge(6, 'bad'),
    on(5, 9, 'zhuren', async (tx, me, s) => {
      const open = await sql<{ id: string }>`select petition_id as id from quality_check
        where town_id = ${me.townId}::uuid and closed_on is null and opened_on = ${addDays(today, -8)}::date`.execute(
        tx,
      )
      for (const { id } of open.rows)
        await closeQuality(
          tx,
          me,
          {
            petitionId: id,
            requestId: fresh(),
            finding: '约好上门的日子改了两次，没有打电话告诉信访人',
            action: '改期当天必须打电话说明，记入联系记录；下周例会上讲一遍',
          },
          s,
        )
    }),
    on(4, 20, 'chuangkou', async (tx, me, s) => {
      const [first, second] = await alone(tx, me.townId, 2, sql`p.state = 'handling'`)
      if (!first || !second) return
      const says = (id: string, kind: 'question' | 'facts', body: string) =>
        say(tx, petitioner(me.townId, id), { kind, body, requestId: fresh() }, s)
      await says(first, 'question', '上次来看过以后，什么时候能有结果？')
      await says(second, 'facts', '昨天下雨，院墙又塌了一截，照片我明天补上。')
      const [word] = await wordsOf(tx, me.townId, first)
      const answer = '测绘结果下周三出来，当天打电话告诉您；书面答复不晚于页面上写的日子。'
      if (word) await answerWord(tx, me, { petitionId: first, wordId: word.id, answer, requestId: fresh() }, s)
      const body = '请补一张承包合同或者土地证的照片，没有的告诉我们编号也行。'
      await askPetitioner(tx, me, { petitionId: first, body, requestId: fresh() }, s)
    }),
  ]
}
