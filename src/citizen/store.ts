import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { normalise } from '../kit/chinese.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { sha256, uuidv7 } from '../kit/server/crypto.ts'
import { hasConsent } from '../open/answers.store.ts'
import { outsider, type Who } from '../people/roles.ts'
import { act } from '../petitions/act.store.ts'
import type { Change } from '../petitions/move.ts'
import { type Matter, petitionersOf, type ratings } from '../petitions/petition.ts'
import { askedByPetitioner, findConflicts, wordsIn } from '../petitions/protect/recusal.store.ts'
import { sealedByReceipt } from '../petitions/protect/sealed.store.ts'
import { registerSealed, reportPressure, sealedReceipt } from '../petitions/protect/sealing.store.ts'
import { decideRegister, type RegisterInput } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import { worst } from '../petitions/revisit/move.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { phoneSql } from '../supervision/late.store.ts'
import { afterWrong, type GateKind, type Tries, waitOf, waitWords } from './gate.ts'
import {
  type Ask,
  type CitizenView,
  citizenView,
  type GivenRating,
  type Word,
  type WordKind,
  wordKinds,
} from './view.ts'

/** Somebody at the public face: the petitioner of one matter, or (registering) of none yet. */
export const petitioner = (townId: string, petitionId: string | null): Who => ({
  ...outsider(townId, { name: '信访人', post: '', roles: [] }),
  petitionId,
})

export const sessionMinutes = 30
/** So that one matter can't be used to fill the office's desk or its disk. */
export const wordsADay = 30
export const filesOfAMatter = 60

/** Marks are salted by the day, so that no address can be told from what is stored. */
const markOf = (kind: GateKind, what: string, s: Setting) =>
  createHash('sha256').update(`${s.today}/${kind}/${what}`).digest('base64url')

const triesOf = async (tx: Tx, townId: string, kind: GateKind, mark: string): Promise<Tries | undefined> => {
  const r = await sql<{ failures: number; until: number; at: number }>`
    select failures, extract(epoch from locked_until)::float8 * 1000 as until, extract(epoch from at)::float8 * 1000 as at
    from citizen_gate where town_id = ${townId}::uuid and kind = ${kind} and mark = ${mark} for update`.execute(tx)
  const row = r.rows[0]
  return row && { failures: row.failures, lockedUntil: row.until, at: row.at }
}

export type Opened =
  | { ok: true; token: string; petitionId: string }
  | { ok: true; sealed: NonNullable<Awaited<ReturnType<typeof sealedByReceipt>>> }
  | {
      ok: false
      sentence: string
      /** Wrong tries from this address in a row, this one among them. */
      misses: number
    }

/** Wrong codes in a row from one address within a day. */
export const missesOf = async (tx: Tx, townId: string, address: string, s: Setting): Promise<number> =>
  (await triesOf(tx, townId, 'address', markOf('address', address, s)))?.failures ?? 0

/**
 * Open a matter by number and query code. A wrong number and a wrong code are the same answer.
 * A failure is an answer, not an exception: its count must be committed.
 */
export const openMatter = async (
  tx: Tx,
  townId: string,
  given: { number: string; code: string; address: string },
  s: Setting,
): Promise<Opened> => {
  const number = normalise(given.number).toUpperCase().replace(/\s+/g, '')
  const code = normalise(given.code)
    .toUpperCase()
    .replace(/[\s-]+/g, '')
  const now = s.now.getTime()
  const gates = [
    { kind: 'number' as const, mark: markOf('number', number, s) },
    { kind: 'address' as const, mark: markOf('address', given.address, s) },
  ]
  // One line at the gate: concurrent tries of one number wait for one another.
  for (const g of gates)
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${townId}/${g.mark}`}, 0))`.execute(tx)
  const tries: (Tries | undefined)[] = []
  for (const g of gates) tries.push(await triesOf(tx, townId, g.kind, g.mark))
  const wait = Math.max(...tries.map((t) => waitOf(t, now)))
  if (wait > 0)
    return {
      ok: false,
      sentence: `输错的次数较多，为保护信访人，请${waitWords(wait)}后再试；也可以带身份证件到村或镇信访窗口查询`,
      misses: tries[1]?.failures ?? 0,
    }
  const found = await sql<{ id: string }>`
    select id from petition where town_id = ${townId}::uuid and number = ${number} and query_code = ${code}`.execute(tx)
  const row = found.rows[0]
  const sealed = row ? undefined : await sealedByReceipt(tx, townId, number, code, s)
  if (sealed) return { ok: true, sealed }
  if (!row) {
    for (const [i, g] of gates.entries()) {
      const t = afterWrong(g.kind, tries[i], now)
      await sql`insert into citizen_gate (town_id, kind, mark, failures, locked_until, at)
        values (${townId}::uuid, ${g.kind}, ${g.mark}, ${t.failures}, ${new Date(t.lockedUntil).toISOString()}::timestamptz, ${s.now.toISOString()}::timestamptz)
        on conflict (town_id, kind, mark) do update set failures = excluded.failures, locked_until = excluded.locked_until, at = excluded.at`.execute(
        tx,
      )
    }
    return {
      ok: false,
      sentence: '编号或查询码不对，请照回执上的写；查询码是十位字母和数字，不分大小写',
      misses: (tries[1]?.failures ?? 0) + 1,
    }
  }
  await sql`delete from citizen_gate where town_id = ${townId}::uuid and ((kind = 'number' and mark = ${gates[0]!.mark}) or at < ${new Date(now - 2 * 86_400_000).toISOString()}::timestamptz)`.execute(
    tx,
  )
  return { ok: true, token: await startSession(tx, townId, row.id, s), petitionId: row.id }
}

export const startSession = async (tx: Tx, townId: string, petitionId: string, s: Setting): Promise<string> => {
  const token = randomBytes(24).toString('base64url')
  const now = s.now.getTime()
  await sql`delete from citizen_session where town_id = ${townId}::uuid and expires_at < ${s.now.toISOString()}::timestamptz`.execute(
    tx,
  )
  await sql`insert into citizen_session (town_id, token_hash, petition_id, expires_at)
    values (${townId}::uuid, ${sha256(token)}, ${petitionId}::uuid, ${new Date(now + sessionMinutes * 60_000).toISOString()}::timestamptz)`.execute(
    tx,
  )
  return `${townId}.${token}`
}

/** The petitioner of a cookie's session, or null. */
export const sessionWho = async (tx: Tx, townId: string, token: string, s: Setting): Promise<Who | null> => {
  const r = await sql<{ petitionId: string }>`
    select petition_id from citizen_session where town_id = ${townId}::uuid and token_hash = ${sha256(token)} and expires_at > ${s.now.toISOString()}::timestamptz`.execute(
    tx,
  )
  return r.rows[0] ? petitioner(townId, r.rows[0].petitionId) : null
}
export const endSession = async (tx: Tx, townId: string, token: string): Promise<void> => {
  await sql`delete from citizen_session where town_id = ${townId}::uuid and token_hash = ${sha256(token)}`.execute(tx)
}
/** Whoever had the matter open at the public face has to give the code again. */
export const endSessionsOf = async (tx: Tx, townId: string, petitionId: string): Promise<void> => {
  await sql`delete from citizen_session where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid`.execute(
    tx,
  )
}

export const wordsOf = async (tx: Tx, townId: string, petitionId: string): Promise<Word[]> =>
  (
    await sql<Word>`select id, kind, body, on_day, answer, answered_on from petitioner_word
      where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid order by at`.execute(tx)
  ).rows
export const asksOf = async (tx: Tx, townId: string, petitionId: string): Promise<Ask[]> =>
  (
    await sql<Ask>`select id, body, on_day, ended_on, ended from petitioner_ask
      where town_id = ${townId}::uuid and petition_id = ${petitionId}::uuid order by at`.execute(tx)
  ).rows
const ratingOf = async (tx: Tx, m: Pick<Matter, 'townId' | 'id' | 'round'>): Promise<GivenRating | null> =>
  (
    await sql<GivenRating>`select office, unit, on_day from petitioner_rating
      where town_id = ${m.townId}::uuid and petition_id = ${m.id}::uuid and round = ${m.round}`.execute(tx)
  ).rows[0] ?? null

/** A matter as its petitioner reads it today, with what was said, asked, rated and agreed to. */
export const viewOf = async (tx: Tx, m: Matter, today: Day): Promise<CitizenView> =>
  citizenView(
    m,
    {
      words: await wordsOf(tx, m.townId, m.id),
      rating: await ratingOf(tx, m),
      asks: await asksOf(tx, m.townId, m.id),
      publish: await hasConsent(tx, m.townId, m.id),
    },
    today,
  )

export const unitNameOf = async (tx: Tx, townId: string, unitId: string): Promise<string> =>
  (
    await sql<{ name: string }>`select name from unit where town_id = ${townId}::uuid and id = ${unitId}::uuid`.execute(
      tx,
    )
  ).rows[0]?.name ?? ''

/** Who is told: the holder, or the petition office when nobody holds it. */
const listeners = async (tx: Tx, m: Matter, s: Setting): Promise<string[]> => {
  if (m.holderId) return [m.holderId]
  const r = await sql<{ staffId: string }>`
    select distinct h.staff_id from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
    where h.town_id = ${m.townId}::uuid and p.role = ${m.sealed ? 'disciplineLiaison' : 'petitionHead'}
      and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
  return r.rows.map((x) => x.staffId)
}

const wordChange = (label: string, body: string, kind: WordKind, to: string[], number: string): Change => ({
  kind: 'contact',
  says: `信访人${label}：${body}`,
  data: { word: kind },
  tell: to.map((staffId) => ({ staffId, says: `${number} 的信访人${label}，请回复`, kind: 'word' })),
})

/**
 * The petitioner's words are kept verbatim, traced, and told to who must answer. A request for review or recheck is one from
 * this moment; the law's other steps are still made by the office.
 */
export const say = async (
  tx: Tx,
  who: Who,
  given: { kind: WordKind; body: string; requestId: string; name?: string },
  s: Setting,
): Promise<{ number: string; queryCode: string } | undefined> => {
  const body = given.body.trim()
  if (body === '') throw new Invalid('请写下您要说的话', { body: '请写下您要说的话' })
  if (body.length > 10_000) throw new Invalid('一次最多 10000 字，请分几次补充', { body: '最多 10000 字' })
  const { matter, trace, done } = await findMatter(tx, who, who.petitionId!, { lock: true, requestId: given.requestId })
  if (done) return
  const today = await sql<{ n: number }>`select count(*)::int as n from petitioner_word
    where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid and on_day = ${s.today}::date`.execute(tx)
  if (given.kind !== 'pressure' && today.rows[0]!.n >= wordsADay)
    throw new Refused(`今天已经说了 ${wordsADay} 条，请明天再说；急事请打镇信访电话`)
  // Pressure goes past everyone who works on the matter: sealed, to the liaison, and no word of it on the matter itself.
  if (given.kind === 'pressure') {
    const about = { petitionId: matter.id, number: matter.number }
    const { requestId } = given
    const { name = '', phone = '' } = matter.parties[0] ?? {}
    return reportPressure(tx, who, { requestId, about, what: body, by: '', name, phone, channel: 'online' }, s)
  }
  await tx
    .insertInto('petitionerWord')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      petitionId: matter.id,
      kind: given.kind,
      body,
      onDay: s.today,
      at: s.now.toISOString(),
      requestId: given.requestId,
    } as never)
    .execute()
  const label = wordKinds[given.kind]
  // What the law counts from the day it is asked is asked now, whoever reads it when.
  const asked = given.kind === 'review' ? 'askReview' : given.kind === 'recheck' ? 'askRecheck' : null
  if (asked) {
    const organ = given.kind === 'recheck' ? `${s.law.superior}的上一级机关` : ''
    const sharing = petitionersOf(matter)
    const me = sharing.length > 1 ? sharing.find((p) => p.name === given.name?.trim()) : undefined
    if (sharing.length > 1 && !me)
      throw new Invalid('请写您登记时的姓名：几个人共同反映的，每个人各有自己的权利', { name: '请写登记时的姓名' })
    const input = { organ, askedOn: s.today, wants: label, reasons: body, partyId: me?.id ?? null }
    const { id, version } = matter
    await act(tx, who, { id, version, requestId: given.requestId, move: asked, input }, s)
    const now = await findMatter(tx, who, id, { lock: true })
    await applyChange(
      tx,
      who,
      now.matter,
      now.trace,
      wordChange(label, body, given.kind, await listeners(tx, now.matter, s), matter.number),
      s,
      { move: 'word' },
    )
    return
  }
  const said = { move: 'word', requestId: given.requestId }
  if (given.kind === 'recusal') {
    // Whom it is aimed at reads neither the words nor the notice; the trace says that it was asked, the words stand beside.
    const aimed = await askedByPetitioner(tx, who, matter, body, s)
    const office = await listeners(tx, { ...matter, holderId: null } as Matter, s)
    const to = office.filter((id) => !aimed.includes(id))
    const change = wordChange(label, body, given.kind, to, matter.number)
    await applyChange(tx, who, matter, trace, { ...change, says: `信访人${label}` }, s, said)
    return
  }
  // A withdrawal is recorded by the petition office, whoever holds the matter.
  const office = given.kind === 'withdrawal' ? await listeners(tx, { ...matter, holderId: null } as Matter, s) : []
  const to = [...new Set([...(await listeners(tx, matter, s)), ...office])]
  await applyChange(tx, who, matter, trace, wordChange(label, body, given.kind, to, matter.number), s, said)
}

/** The one person who may agree for himself; several must each be asked by the office. */
const alone = (m: Matter) => {
  const all = petitionersOf(m)
  if (all.length > 1 || m.headCount > 1) throw new Refused('几个人共同反映的，由每个人分别向窗口表示，这里不能代办')
  return all[0]
}

/** Electronic service is agreed to, or no longer (第三十一条所称送达的方式由本人选择). */
export const agreeService = async (
  tx: Tx,
  who: Who,
  given: { agrees: boolean; requestId: string },
  s: Setting,
): Promise<void> => {
  const { matter, trace, done } = await findMatter(tx, who, who.petitionId!, { lock: true, requestId: given.requestId })
  const one = alone(matter)
  if (!one) throw new Refused('匿名的事项没有登记姓名，文书就在这里看')
  if (done || one.eService === given.agrees) return
  const parties = matter.parties.map(({ ratingOffice: _o, ratingUnit: _u, ratedOn: _r, ...p }) =>
    p.id === one.id ? { ...p, eService: given.agrees } : p,
  )
  const says = given.agrees ? '信访人本人同意电子送达' : '信访人本人不再同意电子送达'
  const said = { move: 'agreeService', requestId: given.requestId }
  await applyChange(tx, who, matter, trace, { kind: 'contact', says, standsStill: true, parties }, s, said)
}

/** Whether the petitioner agreed to messages; null where there is no mobile phone to send them to, or the matter is never told of that way. */
export const messagesOf = async (tx: Tx, m: Pick<Matter, 'townId' | 'id'>): Promise<boolean | null> => {
  const r = await sql<{ phone: string | null; agrees: boolean }>`select ${phoneSql} as phone,
      exists (select from message_consent c where c.town_id = p.town_id and c.petition_id = p.id and c.withdrawn_on is null) as agrees
    from petition p where p.town_id = ${m.townId}::uuid and p.id = ${m.id}::uuid and not p.sealed and not p.confidential`.execute(
    tx,
  )
  const row = r.rows[0]
  return row?.phone ? row.agrees : null
}

/** The petitioner agrees to be told of missed limits by message, or no longer. */
export const agreeMessages = async (
  tx: Tx,
  who: Who,
  given: { agrees: boolean; requestId: string },
  s: Setting,
): Promise<void> => {
  const { matter, trace, done } = await findMatter(tx, who, who.petitionId!, { lock: true, requestId: given.requestId })
  const now = await messagesOf(tx, matter)
  if (done || now === given.agrees) return
  if (now === null) throw new Refused('没有登记手机号，或者要求保密，不发短信')
  await sql`insert into message_consent (town_id, petition_id, given_on, withdrawn_on)
    values (${matter.townId}::uuid, ${matter.id}::uuid, ${s.today}::date, ${given.agrees ? null : s.today}::date)
    on conflict (town_id, petition_id) do update set withdrawn_on = excluded.withdrawn_on,
      given_on = case when excluded.withdrawn_on is null then excluded.given_on else message_consent.given_on end`.execute(
    tx,
  )
  const says = given.agrees ? '信访人同意用短信告诉他超期' : '信访人不再要短信'
  const said = { move: 'agreeMessages', requestId: given.requestId }
  await applyChange(tx, who, matter, trace, { kind: 'contact', says, standsStill: true }, s, said)
}

/** The petitioner has it: an electronic service in the petitioner's own hand, from which the days for review run. */
export const confirmReceipt = async (
  tx: Tx,
  who: Who,
  given: { documentId: string; requestId: string },
  s: Setting,
): Promise<void> => {
  const { matter, done } = await findMatter(tx, who, who.petitionId!, { lock: true, requestId: given.requestId })
  if (done || matter.services.some((x) => x.documentId === given.documentId && x.outcome === 'signed')) return
  const one = alone(matter)
  const input = {
    documentId: given.documentId,
    way: 'electronic',
    servedOn: s.today,
    receiver: one?.name || '信访人',
    consent: one?.eService !== true,
    outcome: 'signed',
    note: '本人在公众页面上确认收到',
  }
  const { id, version } = matter
  await act(tx, who, { id, version, requestId: given.requestId, move: 'serve', input }, s)
  if (!matter.holderId) return
  const now = await findMatter(tx, who, id, { lock: true })
  const tell = [{ staffId: matter.holderId, says: `${matter.number} 的信访人确认收到文书`, kind: 'word' }]
  await applyChange(tx, who, now.matter, now.trace, { kind: 'contact', says: '信访人确认收到文书', tell }, s, {
    move: 'word',
  })
}

type Rated = Exclude<keyof typeof ratings, 'declined'>

/** The petitioner's own rating: once a round, counting at once, changed by nobody. */
export const rate = async (
  tx: Tx,
  who: Who,
  given: { office: Rated; unit: Rated; dimensions: Record<string, number>; reason: string; requestId: string },
  mayRate: (m: Matter) => boolean,
  s: Setting,
): Promise<void> => {
  const { matter, trace, done } = await findMatter(tx, who, who.petitionId!, { lock: true, requestId: given.requestId })
  if (done) return
  if (await ratingOf(tx, matter)) throw new Refused('您已经评价过，评价一经作出就生效，谁也不能改动')
  if (!mayRate(matter)) throw new Refused('答复送达以后才能评价')
  // One code is shared by several: one content among them does not hide another's complaint told at the return visit.
  const said = petitionersOf(matter).length > 1 ? matter.parties : []
  await tx
    .insertInto('petitionerRating')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      petitionId: matter.id,
      round: matter.round,
      office: given.office,
      unit: given.unit,
      dimensions: JSON.stringify(given.dimensions),
      reason: given.reason.slice(0, 2000),
      onDay: s.today,
      at: s.now.toISOString(),
      requestId: given.requestId,
    } as never)
    .execute()
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'revisit',
      says: '信访人本人评价',
      data: { office: given.office, unit: given.unit },
      set: {
        ratingOffice: worst([given.office, ...said.map((p) => p.ratingOffice)]),
        ratingUnit: worst([given.unit, ...said.map((p) => p.ratingUnit)]),
      },
    },
    s,
    { move: 'rate', requestId: given.requestId },
  )
}

/** An accusation brought at the public face: sealed at once, the slip is the petitioner's and nobody else's (第三十条). */
export const submitSealed = async (tx: Tx, townId: string, input: RegisterInput, requestId: string, s: Setting) => {
  const who = petitioner(townId, null)
  const again = await sealedReceipt(tx, who, requestId, s)
  if (again) return again
  decideRegister(input, who, s.today)
  return registerSealed(tx, who, input, s, requestId)
}

/** The earlier matter may have been sealed since it was looked at: then nothing points to it. */
const stillThere = async (tx: Tx, townId: string, input: RegisterInput): Promise<RegisterInput> => {
  if (input.links.length === 0) return input
  const ids = input.links.map((l) => l.toId)
  const open = await sql<{ id: string }>`select id from petition
    where town_id = ${townId}::uuid and id = any (${ids}::uuid[]) and not sealed`.execute(tx)
  const links = input.links.filter((l) => open.rows.some((r) => r.id === l.toId))
  const before = input.before && { ...input.before, number: links.length ? input.before.number : '' }
  return { ...input, links, before }
}

/** A matter brought at the public face; registered at once like any other (第二十二条). */
export const submit = async (tx: Tx, townId: string, input: RegisterInput, requestId: string, s: Setting) => {
  const before = await sql<{ id: string; number: string; queryCode: string }>`
    select p.id, p.number, p.query_code from trace t join petition p on p.town_id = t.town_id and p.id = t.subject_id
    where t.town_id = ${townId}::uuid and t.request_id = ${requestId}::uuid and t.by_name = '信访人' and t.staff_id is null`.execute(
    tx,
  )
  const again = before.rows[0]
  const linked = again ? input : await stillThere(tx, townId, input)
  const made =
    again ??
    (
      await registerMany(tx, petitioner(townId, null), [{ input: linked, requestId, set: { registeredBy: null } }], s)
    )[0]
  if (!made) throw new NotFound()
  if (!again) await findConflicts(tx, petitioner(townId, made.id), wordsIn({ ...input, id: made.id, round: 1 }), s)
  return { ...made, token: await startSession(tx, townId, made.id, s) }
}
