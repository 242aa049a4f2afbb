import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { addDays, type Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import { suggestionDue } from '../petitions/clocks.ts'
import type { Matter, State } from '../petitions/petition.ts'
import { visibleTo } from '../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import {
  type AnswerKind,
  answerOf,
  checkRefusal,
  type PublishFacts,
  type PublishRule,
  publishRefusal,
  usualRule,
} from './answers.ts'
import { mayManage } from './store.ts'
import { type Known, strike, struckKinds } from './strike.ts'

export const ruleOf = async (tx: Tx, townId: string): Promise<PublishRule> => {
  const r = await sql<{
    rule: Partial<PublishRule> | null
  }>`select settings -> 'publish' as rule from town where id = ${townId}::uuid`.execute(tx)
  return { ...usualRule, ...(r.rows[0]?.rule ?? {}) }
}
export const saveRule = async (tx: Tx, who: Who, rule: PublishRule, now: Date): Promise<void> => {
  await sql`update town set settings = jsonb_set(settings, '{publish}', ${JSON.stringify(rule)}::jsonb) where id = ${who.townId}::uuid`.execute(
    tx,
  )
  const says = `答复公开的限度：村不少于 ${rule.people} 人，同类事项不少于 ${rule.alike} 件`
  await writeTrace(tx, who, { subjectId: who.townId, subjectKind: 'open', kind: 'open', says, data: { ...rule } }, now)
}

const factsOf = async (tx: Tx, m: Matter, today: Day): Promise<PublishFacts> =>
  (
    await sql<PublishFacts>`select
      exists (select from publish_consent c where c.town_id = ${m.townId}::uuid and c.petition_id = ${m.id}::uuid and c.withdrawn_on is null) as consent,
      (select population from village v where v.town_id = ${m.townId}::uuid and v.id = ${m.villageId}::uuid) as population,
      (select count(*)::int from petition p where p.town_id = ${m.townId}::uuid and not p.sealed
        and p.received_on >= ${addDays(today, -730)}::date
        and p.class is not distinct from ${m.class} and p.category = ${m.category}) as alike`.execute(tx)
  ).rows[0]!

/** Every name of the town's records that may stand in these words: staff, their kin, places, and whoever brought any matter. */
export const knownOf = async (tx: Tx, m: Matter, text: string): Promise<Known> => {
  const bare = text.replace(/[\s·•.\u200b-\u200f]/g, '')
  const r = await sql<{ people: string[]; places: string[] }>`select
    array(select name from staff where town_id = ${m.townId}::uuid
      union select unnest(kin) from staff where town_id = ${m.townId}::uuid
      union select distinct name from petition_party where town_id = ${m.townId}::uuid and length(name) > 1 and position(name in ${bare}) > 0) as people,
    array(select name from village where town_id = ${m.townId}::uuid union select name from area where town_id = ${m.townId}::uuid
      union select name from grid where town_id = ${m.townId}::uuid) as places`.execute(tx)
  const { people, places } = r.rows[0]!
  return {
    people: [...people, m.petitionerName, ...m.parties.map((p) => p.name)].filter((n) => n !== ''),
    places: [...places, ...(m.place.length <= 30 ? [m.place] : [])].filter((n) => n !== ''),
  }
}

/** What would be published, with the machine's strokes, and what stands against it. Reading it is traced like any opening of the file. */
export const draftAnswer = async (tx: Tx, who: Who, petitionId: string, s: Setting) => {
  const { matter: m, trace } = await findMatter(tx, who, petitionId, { lock: true })
  const texts = { title: m.title, question: m.request, answer: answerOf(m) }
  const known = await knownOf(tx, m, Object.values(texts).join('\n'))
  const [title, question, answer] = [texts.title, texts.question, texts.answer].map((t) => strike(t, known))
  await applyChange(tx, who, m, trace, { kind: 'read', says: '为公开答复打开原文' }, s, { move: 'draftAnswer' })
  return {
    refusal: publishRefusal(m, await factsOf(tx, m, s.today), await ruleOf(tx, m.townId)) ?? checkRefusal(m, who),
    title: title!.text,
    question: question!.text,
    answer: answer!.text,
    original: texts,
    struck: [...title!.struck, ...question!.struck, ...answer!.struck],
  }
}

/**
 * Put out what a person has checked. The machine reads the checked words once more: what it still finds keeps them back.
 * Throws Refused or Invalid with a sentence.
 */
export const publishAnswer = async (
  tx: Tx,
  who: Who,
  given: { petitionId: string; requestId: string; title: string; question: string; answer: string; checked: boolean },
  s: Setting,
): Promise<{ id: string }> => {
  const {
    matter: m,
    trace,
    done,
  } = await findMatter(tx, who, given.petitionId, { lock: true, requestId: given.requestId })
  const out = await sql<{
    id: string
  }>`select id from public_answer where town_id = ${m.townId}::uuid and petition_id = ${m.id}::uuid
    and round = ${m.round} and withdrawn_on is null`.execute(tx)
  if (done && out.rows[0]) return out.rows[0]
  if (out.rows[0]) throw new Refused('这件答复已经公开')
  const no = checkRefusal(m, who) ?? publishRefusal(m, await factsOf(tx, m, s.today), await ruleOf(tx, m.townId))
  if (no) throw new Refused(no)
  if (!given.checked) throw new Invalid('请逐字看过以后勾选“已核对”', { checked: '请逐字看过以后勾选“已核对”' })
  const known = await knownOf(tx, m, `${given.title}\n${given.question}\n${given.answer}`)
  const wrong: Record<string, string> = {}
  for (const k of ['title', 'question', 'answer'] as const) {
    const { struck } = strike(given[k], known)
    if (struck.length) wrong[k] = `还有${struck.map((x) => `${struckKinds[x.kind]}“${x.text}”`).join('、')}，请划去`
  }
  const firstWrong = Object.values(wrong)[0]
  if (firstWrong) throw new Invalid(firstWrong, wrong)
  const id = uuidv7(s.now.getTime())
  const kind: AnswerKind = m.class === 'suggestion' ? 'suggestion' : 'answer'
  const count = strike(`${m.title}\n${m.request}\n${answerOf(m)}`, known).struck.length
  await sql`insert into public_answer (town_id, id, petition_id, round, kind, title, question, answer, struck, posted_on, by_id, by_name, request_id)
    values (${m.townId}::uuid, ${id}::uuid, ${m.id}::uuid, ${m.round}, ${kind}, ${given.title}, ${given.question}, ${given.answer}, ${count},
      ${s.today}::date, ${who.staffId}::uuid, ${who.name}, ${given.requestId}::uuid)`.execute(tx)
  const says = `公开答复（信访人同意，划去 ${count} 处，本人核对）：${given.title}`
  const said = { move: 'publishAnswer', requestId: given.requestId }
  await applyChange(tx, who, m, trace, { kind: 'reply', says, standsStill: true }, s, said)
  return { id }
}

export const withdrawAnswer = async (tx: Tx, who: Who, id: string, reason: string, s: Setting): Promise<void> => {
  const r = await sql<{
    petitionId: string
    title: string
  }>`update public_answer set withdrawn_on = ${s.today}::date, withdrawn_reason = ${reason}
    where town_id = ${who.townId}::uuid and id = ${id}::uuid and withdrawn_on is null returning petition_id, title`.execute(
    tx,
  )
  const row = r.rows[0]
  if (!row) throw new Refused('没有在公开的这件答复，可能已经撤下')
  const { matter, trace } = await findMatter(tx, who, row.petitionId, { lock: true })
  const says = `撤下公开的答复：${row.title}；${reason}`
  await applyChange(tx, who, matter, trace, { kind: 'reply', says, standsStill: true }, s, { move: 'withdrawAnswer' })
}

/** Whether the petitioner of a matter agrees to its answer being published. */
export const hasConsent = async (tx: Tx, townId: string, petitionId: string): Promise<boolean> =>
  (
    await sql`select from publish_consent where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid and withdrawn_on is null`.execute(
      tx,
    )
  ).rows.length > 0

/** The petitioner agrees, or takes it back: what is out is then withdrawn in the same transaction. */
export const setConsent = async (
  tx: Tx,
  who: Who,
  petitionId: string,
  given: { agrees: boolean; requestId: string },
  s: Setting,
): Promise<void> => {
  const { matter: m, trace, done } = await findMatter(tx, who, petitionId, { lock: true, requestId: given.requestId })
  if (done || (await hasConsent(tx, m.townId, m.id)) === given.agrees) return
  if (given.agrees && (m.sealed || m.confidential)) throw new Refused('要求保密的事项不公开')
  if (given.agrees)
    await sql`insert into publish_consent (town_id, petition_id, given_on) values (${m.townId}::uuid, ${m.id}::uuid, ${s.today}::date)
      on conflict (town_id, petition_id) do update set given_on = excluded.given_on, withdrawn_on = null`.execute(tx)
  else {
    await sql`update publish_consent set withdrawn_on = ${s.today}::date where town_id = ${m.townId}::uuid and petition_id = ${m.id}::uuid`.execute(
      tx,
    )
    await sql`update public_answer set withdrawn_on = ${s.today}::date, withdrawn_reason = '信访人撤回同意'
      where town_id = ${m.townId}::uuid and petition_id = ${m.id}::uuid and withdrawn_on is null`.execute(tx)
  }
  const says = given.agrees ? '信访人同意隐去个人信息后公开答复' : '信访人撤回公开答复的同意，已公开的同时撤下'
  const said = { move: 'publishConsent', requestId: given.requestId }
  await applyChange(tx, who, m, trace, { kind: 'contact', says, standsStill: true }, s, said)
}

export interface PublicAnswer {
  id: string
  kind: AnswerKind
  title: string
  question: string
  answer: string
  /** 2026-03: the day would help to make somebody out. */
  month: string
}
/** What anybody may read: nothing of the matter but the checked words. A matter sealed or an agreement taken back is out at once. */
export const publicAnswers = async (tx: Tx, townId: string, one: string | null = null): Promise<PublicAnswer[]> =>
  (
    await sql<PublicAnswer>`select a.id, a.kind, a.title, a.question, a.answer, to_char(a.posted_on, 'YYYY-MM') as month
      from public_answer a
      join petition p on p.town_id = a.town_id and p.id = a.petition_id and not p.sealed
      join publish_consent c on c.town_id = a.town_id and c.petition_id = a.petition_id and c.withdrawn_on is null
      where a.town_id = ${townId}::uuid and a.withdrawn_on is null and (${one}::uuid is null or a.id = ${one}::uuid)
      order by a.posted_on desc, a.id desc limit 200`.execute(tx)
  ).rows
export const publicAnswer = async (tx: Tx, townId: string, id: string): Promise<PublicAnswer> => {
  const [a] = await publicAnswers(tx, townId, id)
  if (!a) throw new NotFound('这件答复没有公开，或者已经撤下')
  return a
}

/** The office's list: suggestions with who answers by when, what may be published, what is out. */
export const answersBoard = async (tx: Tx, who: Who) => {
  const seen = visibleTo(who)
  const matters = await tx
    .selectFrom('petition')
    .leftJoin('staff as h', (j) =>
      j
        .onRef('h.townId', '=', 'petition.townId')
        .on((eb) => eb('h.id', '=', sql<string>`coalesce(petition.holder_id, petition.main_handler_id)`)),
    )
    .leftJoin('publishConsent as c', (j) =>
      j
        .onRef('c.townId', '=', 'petition.townId')
        .onRef('c.petitionId', '=', 'petition.id')
        .on('c.withdrawnOn', 'is', null),
    )
    .leftJoin('publicAnswer as a', (j) =>
      j
        .onRef('a.townId', '=', 'petition.townId')
        .onRef('a.petitionId', '=', 'petition.id')
        .onRef('a.round', '=', 'petition.round')
        .on('a.withdrawnOn', 'is', null),
    )
    .select([
      'petition.id',
      'petition.number',
      'petition.title',
      'petition.class',
      'petition.state',
      'petition.receivedOn',
      'petition.acceptedOn',
      'petition.nextDueOn',
      'petition.servedOn',
      'h.name as owner',
      'a.id as answerId',
      'a.postedOn',
      'a.title as publicTitle',
      sql<boolean>`c.petition_id is not null`.as('consent'),
    ])
    .where((eb) => seen(eb as never) as never)
    .where('petition.sealed', '=', false)
    .where((eb) => eb.or([eb('petition.class', '=', 'suggestion'), eb('c.petitionId', 'is not', null)]))
    .orderBy('petition.receivedOn', 'desc')
    .orderBy('petition.id', 'desc')
    .limit(300)
    .execute()
  const office = await sql<{ name: string }>`select distinct s.name from holding h
    join post p on p.town_id = h.town_id and p.id = h.post_id join staff s on s.town_id = h.town_id and s.id = h.staff_id
    where h.town_id = ${who.townId}::uuid and p.role = 'petitionHead' and s.active and h.until is null order by 1 limit 3`.execute(
    tx,
  )
  return {
    mayPublish: mayManage(who),
    rule: await ruleOf(tx, who.townId),
    // Whoever holds it answers; while nobody does, the head of the petition office.
    matters: matters.map(({ acceptedOn, ...m }) => ({
      ...m,
      state: m.state as State,
      nextDueOn: m.nextDueOn ?? (acceptedOn && !m.servedOn ? suggestionDue(acceptedOn).on : null),
      owner: m.owner ?? office.rows.map((o) => o.name).join('、'),
    })),
  }
}
