import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { queryCode, uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import { is } from '../people/roles.ts'
import { handles } from '../petitions/guard.ts'
import type { Change } from '../petitions/move.ts'
import type { Matter, ratings } from '../petitions/petition.ts'
import { recusalWordsReader } from '../petitions/protect/recusal.store.ts'
import { hands } from '../petitions/revisit/move.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { publicUrl } from '../petitions/world.store.ts'
import { queryPath } from './address.ts'
import { townOfMany } from './card.store.ts'
import type { WordRow } from './routes.ts'
import { endSessionsOf } from './store.ts'
import { type Ask, askEnds, wordKinds } from './view.ts'

/** Why this person can't answer the petitioner's words; null when they may. */
export const answerRefusal = (m: Matter, who: Who): string | null =>
  handles(m, who) ||
  is(who, 'clerk', 'petitionHead', 'disciplineLiaison') ||
  [m.holderId, m.leadOfficialId, m.areaOwnerId, m.villageOwnerId].includes(who.staffId)
    ? null
    : '由承办人、责任人或信访办回复'

/** Why this person can't ask the petitioner for anything; null when they may. */
export const askRefusal = (m: Matter, who: Who): string | null =>
  answerRefusal(m, who) ?? (m.state === 'closed' ? '已经办结归档，不再请信访人补充' : null)

/** Why this person can't close the check of a bad rating; null when they may. Nobody checks his own work. */
export const qualityRefusal = (m: Matter, who: Who): string | null =>
  !is(who, 'petitionHead', 'leadOfficial', 'townLeader')
    ? '由信访办主任或者镇领导检查'
    : hands(m).includes(who.staffId)
      ? '质量检查由经办人以外的人做'
      : null

/** What the petitioner said and how the petitioner rated, as staff see it. */
export const wordsFor = async (tx: Tx, who: Who, petitionId: string) => {
  const { matter } = await findMatter(tx, who, petitionId)
  const of = sql`town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid`
  const words = await sql<WordRow>`
    select id, kind, body, on_day, answer, answered_name, answered_on from petitioner_word where ${of} order by at`.execute(
    tx,
  )
  const asks = await sql<Ask & { byName: string }>`
    select id, body, on_day, by_name, ended_on, ended from petitioner_ask where ${of} order by at`.execute(tx)
  const rating = await sql<{ office: keyof typeof ratings; unit: keyof typeof ratings; reason: string; onDay: Day }>`
    select office, unit, reason, on_day from petitioner_rating where ${of} and round = ${matter.round}`.execute(tx)
  const quality = await sql<{ openedOn: Day; finding: string; action: string; closedOn: Day | null; byName: string }>`
    select opened_on, finding, action, closed_on, by_name from quality_check where ${of} and round = ${matter.round}`.execute(
    tx,
  )
  const reads = await recusalWordsReader(tx, who, matter)
  return {
    words: words.rows.filter((w) => w.kind !== 'recusal' || reads(w.body)),
    answerRefusal: answerRefusal(matter, who),
    asks: asks.rows,
    askRefusal: askRefusal(matter, who),
    rating: rating.rows[0] ?? null,
    quality: quality.rows[0] ? { ...quality.rows[0], refusal: qualityRefusal(matter, who) } : null,
  }
}

/** One thing done about the petitioner's matter that leaves it where it stands: refused with a sentence, done once per request. */
const aside = async (
  tx: Tx,
  who: Who,
  given: { petitionId: string; requestId: string; move: string },
  refusal: (m: Matter) => string | null,
  work: (m: Matter) => Promise<Omit<Change, 'kind'> & { kind?: Change['kind'] }>,
  s: Setting,
): Promise<Matter> => {
  const { petitionId, requestId, move } = given
  const { matter, trace, done } = await findMatter(tx, who, petitionId, { lock: true, requestId })
  if (done) return matter
  const no = refusal(matter)
  if (no) throw new Refused(no)
  await applyChange(tx, who, matter, trace, { kind: 'contact', ...(await work(matter)) }, s, { move, requestId })
  return matter
}

export const answerWord = (
  tx: Tx,
  who: Who,
  given: { petitionId: string; wordId: string; answer: string; requestId: string },
  s: Setting,
) =>
  aside(
    tx,
    who,
    { ...given, move: 'answerWord' },
    (m) => answerRefusal(m, who),
    async (m) => {
      const of = sql`town_id = ${who.townId}::uuid and petition_id = ${m.id}::uuid and id = ${given.wordId}::uuid`
      const w = await sql<{ kind: keyof typeof wordKinds; body: string; answer: string }>`
        select kind, body, answer from petitioner_word where ${of} for update`.execute(tx)
      const word = w.rows[0]
      if (!word || (word.kind === 'recusal' && !(await recusalWordsReader(tx, who, m))(word.body))) throw new NotFound()
      if (word.answer !== '') throw new Refused('这句话已经有人回复过')
      await sql`update petitioner_word set answer = ${given.answer}, answered_by = ${who.staffId}::uuid, answered_name = ${who.name},
          answered_on = ${s.today}::date where ${of}`.execute(tx)
      const told = word.kind === 'recusal' ? '' : `：${given.answer}`
      return { says: `回复信访人（${wordKinds[word.kind]}）${told}`, set: { lastContactOn: s.today } }
    },
    s,
  )

/** Told on the petitioner's own page until it came or isn't needed; no clock stops for it. */
export const askPetitioner = (
  tx: Tx,
  who: Who,
  given: { petitionId: string; body: string; requestId: string },
  s: Setting,
) =>
  aside(
    tx,
    who,
    { ...given, move: 'ask' },
    (m) => askRefusal(m, who),
    async (m) => {
      await sql`insert into petitioner_ask (town_id, id, petition_id, body, on_day, by_id, by_name, at)
        values (${who.townId}::uuid, ${uuidv7(s.now.getTime())}::uuid, ${m.id}::uuid, ${given.body}, ${s.today}::date,
          ${who.staffId}::uuid, ${who.name}, ${s.now.toISOString()}::timestamptz)`.execute(tx)
      return { standsStill: true, says: `请信访人补充：${given.body}` }
    },
    s,
  )

export const endAsk = (
  tx: Tx,
  who: Who,
  given: { petitionId: string; askId: string; ended: keyof typeof askEnds; requestId: string },
  s: Setting,
) =>
  aside(
    tx,
    who,
    { ...given, move: 'endAsk' },
    (m) => answerRefusal(m, who),
    async (m) => {
      const ended = await sql<{
        body: string
      }>`update petitioner_ask set ended_on = ${s.today}::date, ended = ${given.ended}
        where town_id = ${who.townId}::uuid and petition_id = ${m.id}::uuid and id = ${given.askId}::uuid and ended is null
        returning body`.execute(tx)
      if (!ended.rows[0]) throw new Refused('这一项已经有人处理过')
      return { standsStill: true, says: `请信访人补充的${askEnds[given.ended]}：${ended.rows[0].body}` }
    },
    s,
  )

/** The check that a bad rating opened, done by somebody else; the rating stays as it is. */
export const closeQuality = (
  tx: Tx,
  who: Who,
  given: { petitionId: string; finding: string; action: string; requestId: string },
  s: Setting,
) =>
  aside(
    tx,
    who,
    { ...given, move: 'closeQuality' },
    (m) => qualityRefusal(m, who),
    async (m) => {
      const { finding, action } = given
      const closed =
        await sql`update quality_check set finding = ${finding}, action = ${action}, closed_on = ${s.today}::date,
          by_id = ${who.staffId}::uuid, by_name = ${who.name}
        where town_id = ${who.townId}::uuid and petition_id = ${m.id}::uuid and round = ${m.round} and closed_on is null returning 1`.execute(
          tx,
        )
      if (closed.rows.length === 0) throw new Refused('没有要做的质量检查，可能已经做过')
      return { kind: 'revisit', standsStill: true, says: `质量检查：${finding}；改进：${action}` }
    },
    s,
  )

/** A lost query code: a new one after who came was checked; whoever is looking has to give it. */
export const renewCode = async (
  tx: Tx,
  who: Who,
  given: { petitionId: string; version: number; checked: string; requestId: string },
  s: Setting,
): Promise<{ number: string; queryCode: string; at: string }> => {
  let code = ''
  const {
    id,
    number,
    queryCode: now,
  } = await aside(
    tx,
    who,
    { ...given, move: 'renewCode' },
    (m) =>
      m.anonymous
        ? '匿名的事项没有登记是谁，核对不了身份，不能换发；请凭回执上的查询码查看'
        : m.version === given.version
          ? null
          : '他人刚处理过此事项，请看过最新的内容再办；您填写的内容没有丢失',
    async () => {
      code = queryCode()
      // The trace says that it was renewed, never the code itself.
      return { standsStill: true, says: `换发查询码，旧码作废；核对：${given.checked}` }
    },
    s,
  )
  const at = `${publicUrl() ?? ''}${queryPath(number, await townOfMany(tx, who.townId))}`
  // The same request once more is told the code it made.
  if (code === '') return { number, queryCode: now, at }
  await sql`update petition set query_code = ${code} where town_id = ${who.townId}::uuid and id = ${id}::uuid`.execute(
    tx,
  )
  await endSessionsOf(tx, who.townId, id)
  return { number, queryCode: code, at }
}
