import { sql } from 'kysely'
import { happened, type Tx } from '../../audit/trace.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import type { Setting } from '../../petitions/store.ts'
import {
  type LetterInput,
  type LetterKind,
  letterFor,
  letterKinds,
  letterRefusal,
  signedText,
  signRefusal,
} from './letter.ts'
import { keepRefusal, type Member, seated } from './network.ts'
import { freeRuns, type PageRange, scanRefusal } from './scan.ts'
import { mediatorOf, memberColumns, membersOf, say, stationsOf } from './store.ts'

// Duty letters

export interface LetterOut {
  id: string
  kind: LetterKind
  title: string
  body: string
  sha256: string
  fromOn: Day
  toOn: Day
  issuedOn: Day
  issuedName: string
}
const letterColumns = ['id', 'kind', 'title', 'body', 'sha256', 'fromOn', 'toOn', 'issuedOn', 'issuedName'] as const

export const lettersOf = async (tx: Tx, townId: string): Promise<LetterOut[]> =>
  (await tx
    .selectFrom('dutyLetter')
    .select(letterColumns)
    .where('townId', '=', townId)
    .orderBy('fromOn', 'desc')
    .orderBy('id', 'desc')
    .execute()) as unknown as LetterOut[]

/** Who owes the letter of this kind today: every seated member with an account in the office, once each. */
const owing = (members: readonly Member[], kind: LetterKind, today: Day) => {
  const out = new Map<string, { staffId: string; name: string; stationId: string }>()
  for (const m of members)
    if (m.staffId && seated(m, today) && letterFor(m.duty) === kind && !out.has(m.staffId))
      out.set(m.staffId, { staffId: m.staffId, name: m.name, stationId: m.stationId })
  return [...out.values()]
}

/**
 * Who stands on a letter's list: whoever owes it today, or on the last day of its term once that is over, and whoever signed it, also
 * after leaving: what was signed stays on record.
 */
const owingOf = (
  letter: Pick<LetterOut, 'kind' | 'toOn'>,
  members: readonly Member[],
  signings: readonly { staffId: string; signedOn?: Day | null }[],
  today: Day,
) => {
  const on = letter.toOn <= today ? addDays(letter.toOn, -1) : today
  const now = owing(members, letter.kind, on)
  const listed = new Set(now.map((o) => o.staffId))
  const gone = signings.flatMap((s) => {
    const m = members.find((x) => x.staffId === s.staffId && letterFor(x.duty) === letter.kind)
    return listed.has(s.staffId) || s.signedOn === null || !m
      ? []
      : [{ staffId: s.staffId, name: m.name, stationId: m.stationId }]
  })
  return [...now, ...gone]
}

/** Kinds of letter whose last one is over or ends within sixty days: the next term's is to be issued. */
export const lettersDue = (letters: readonly Pick<LetterOut, 'kind' | 'toOn'>[], today: Day): string[] =>
  (Object.keys(letterKinds) as LetterKind[]).flatMap((kind) => {
    const last = letters
      .filter((l) => l.kind === kind)
      .map((l) => l.toOn)
      .sort()
      .at(-1)
    return last === undefined
      ? [`还没有签发${letterKinds[kind]}诚信责任书`]
      : last <= today
        ? [`${letterKinds[kind]}诚信责任书的任期已于 ${last} 届满，请签发新一届的`]
        : last <= addDays(today, 60)
          ? [`${letterKinds[kind]}诚信责任书的任期到 ${last} 届满，请准备签发新一届的`]
          : []
  })

/** A scan with room for many letters: an uploaded PDF of several pages that is not yet given out whole. */
const booksOf = async (
  tx: Tx,
  townId: string,
  letterId: string,
  rows: readonly { fileId: string | null; pages: PageRange | null }[],
) => {
  const files = await tx
    .selectFrom('mediationFile')
    .select(['id', 'name', 'pages'])
    .where('townId', '=', townId)
    .where('letterId', '=', letterId)
    .where('pages', '>', 1)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return files.flatMap((f) => {
    const own = rows.filter((x) => x.fileId === f.id)
    const given = own.flatMap((x) => (x.pages ? [x.pages] : []))
    const free = freeRuns(f.pages!, given)
    return given.length < own.length || free.length === 0 ? [] : [{ id: f.id, name: f.name, pages: f.pages!, free }]
  })
}

const rangeOf = (g: { pageFrom: number | null; pageTo: number | null } | undefined): PageRange | null =>
  g && g.pageFrom !== null && g.pageTo !== null ? { from: g.pageFrom, to: g.pageTo } : null

export const letterState = async (tx: Tx, who: Who, letterId: string, today: Day) => {
  const letter = (await lettersOf(tx, who.townId)).find((l) => l.id === letterId)
  if (!letter) throw new NotFound()
  const members = await membersOf(tx, who.townId)
  const stations = new Map((await stationsOf(tx, who.townId)).map((x) => [x.id, x.name]))
  const signings = (await tx
    .selectFrom('dutyLetterSigning')
    .select(['staffId', 'readAt', 'signedOn', 'how', 'signedName', 'sha256', 'fileId', 'pageFrom', 'pageTo'])
    .where('townId', '=', who.townId)
    .where('letterId', '=', letterId)
    .execute()) as unknown as {
    staffId: string
    readAt: string
    signedOn: Day | null
    how: string | null
    signedName: string
    sha256: string | null
    fileId: string | null
    pageFrom: number | null
    pageTo: number | null
  }[]
  const by = new Map(signings.map((x) => [x.staffId, x]))
  const rows = owingOf(letter, members, signings, today).map((o) => {
    const g = by.get(o.staffId)
    return {
      staffId: o.staffId,
      name: o.name,
      station: stations.get(o.stationId) ?? '',
      read: !!g,
      signedOn: g?.signedOn ?? null,
      how: (g?.how ?? null) as 'phone' | 'paper' | null,
      sha256: g?.sha256 ?? null,
      fileId: g?.fileId ?? null,
      pages: rangeOf(g),
    }
  })
  return { letter, rows }
}

/** A letter with the people on its list this person may see: keepers all, heads those of their stations, everybody himself. */
export const lettersSeen = async (tx: Tx, who: Who, letterId: string, today: Day) => {
  const me = await mediatorOf(tx, who, today)
  const mayKeep = keepRefusal(me, null) === null
  const { letter, rows } = await letterState(tx, who, letterId, today)
  const own = new Set(me.seats.filter((x) => x.duty === 'head' || x.duty === 'deputy').map((x) => x.stationId))
  const names = new Set((await stationsOf(tx, who.townId)).filter((x) => own.has(x.id)).map((x) => x.name))
  return {
    letter,
    rows: mayKeep ? rows : rows.filter((x) => x.staffId === who.staffId || names.has(x.station)),
    books: mayKeep ? await booksOf(tx, who.townId, letterId, rows) : [],
    mayKeep,
  }
}

/** Counts for the list of letters: how many owe it, how many signed. */
export const letterCounts = async (tx: Tx, townId: string, today: Day) => {
  const members = await membersOf(tx, townId)
  const signed = (
    await sql<{ letterId: string; staffId: string }>`select letter_id, staff_id from duty_letter_signing
      where town_id = ${townId}::uuid and signed_on is not null`.execute(tx)
  ).rows
  return (await lettersOf(tx, townId)).map((l) => {
    const own = signed.filter((x) => x.letterId === l.id)
    const all = owingOf(l, members, own, today)
    return { ...l, owed: all.length, signed: all.filter((o) => own.some((x) => x.staffId === o.staffId)).length }
  })
}

export const issueLetter = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; input: LetterInput },
  s: Setting,
): Promise<string | null> => {
  if (await happened(tx, who.townId, given.requestId)) return null
  const no = keepRefusal(await mediatorOf(tx, who, s.today), null)
  if (no) throw new Refused(no)
  const bad = letterRefusal(given.input, s.today)
  if (bad) throw new Invalid(bad, { toOn: bad })
  const id = uuidv7(s.now.getTime())
  const hash = sha256(`${given.input.title}\n${given.input.body}`)
  await tx
    .insertInto('dutyLetter')
    .values({
      townId: who.townId,
      id,
      ...given.input,
      sha256: hash,
      issuedOn: s.today,
      issuedBy: who.staffId,
      issuedName: who.name,
    } as never)
    .execute()
  await say(tx, who, id, `签发诚信责任书《${given.input.title}》`, given.requestId, s, { sha256: hash })
  await tellStaff(
    tx,
    who,
    owing(await membersOf(tx, who.townId), given.input.kind, s.today).map((o) => ({
      staffId: o.staffId,
      says: `请阅读并签署《${given.input.title}》`,
      link: `/mediation/letters/${id}`,
      key: `letter/${id}/${o.staffId}`,
    })),
    s.now,
    { kind: 'letter' },
  )
  return id
}

/** One letter, and the name of this person when the letter is his to sign. */
const owed = async (
  tx: Tx,
  townId: string,
  letterId: string,
  staffId: string,
  today: Day,
): Promise<{ letter: LetterOut; name: string | null }> => {
  const letter = (await tx
    .selectFrom('dutyLetter')
    .select(letterColumns)
    .where('townId', '=', townId)
    .where('id', '=', letterId)
    .executeTakeFirst()) as unknown as LetterOut | undefined
  if (!letter) throw new NotFound()
  const seats = (await tx
    .selectFrom('mediationMember')
    .select(memberColumns)
    .where('townId', '=', townId)
    .where('staffId', '=', staffId)
    .execute()) as unknown as Member[]
  return { letter, name: owing(seats, letter.kind, today)[0]?.name ?? null }
}

/** Opening the own letter is the reading that signing needs. */
export const readLetter = async (tx: Tx, who: Who, letterId: string, s: Setting): Promise<void> => {
  if (!(await owed(tx, who.townId, letterId, who.staffId, s.today)).name) throw new Refused('这份责任书不由您签署')
  await tx
    .insertInto('dutyLetterSigning')
    .values({ townId: who.townId, letterId, staffId: who.staffId, readAt: s.now.toISOString() } as never)
    .onConflict((oc) => oc.columns(['townId', 'letterId', 'staffId']).doNothing())
    .execute()
}

/** Sign on the phone with one's own name, or record a paper that was signed by hand and scanned. */
export const signLetter = async (
  tx: Tx,
  who: Who,
  letterId: string,
  given:
    | { requestId: string; how: 'phone'; name: string }
    | {
        requestId: string
        how: 'paper'
        staffId: string
        fileId: string
        on: Day
        pages?: PageRange | null | undefined
      },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const pages = given.how === 'paper' ? (given.pages ?? null) : null
  const staffId = given.how === 'phone' ? who.staffId : given.staffId
  const { letter, name } = await owed(tx, who.townId, letterId, staffId, s.today)
  if (!name) throw new Refused('这份责任书不由此人签署')
  const on = given.how === 'phone' ? s.today : given.on
  if (given.how === 'paper') {
    const no = keepRefusal(await mediatorOf(tx, who, s.today), null)
    if (no) throw new Refused(no)
    if (on > s.today || on < letter.issuedOn) throw new Invalid('签字日期应在签发之后、不晚于今天', { on: '日期不对' })
    // Two who give out the pages of one scan wait for each other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`letter/${letterId}`}, 0))`.execute(tx)
    const file = await tx
      .selectFrom('mediationFile')
      .select(['sha256', 'pages'])
      .where('townId', '=', who.townId)
      .where('id', '=', given.fileId)
      .where('letterId', '=', letterId)
      .executeTakeFirst()
    if (!file) throw new Invalid('请先上传签好字的纸质责任书', { fileId: '请上传' })
    const used = await tx
      .selectFrom('dutyLetterSigning as g')
      .innerJoin('mediationFile as f', (j) => j.onRef('f.townId', '=', 'g.townId').onRef('f.id', '=', 'g.fileId'))
      .select(['g.signedName as name', 'g.pageFrom', 'g.pageTo'])
      .where('g.townId', '=', who.townId)
      .where('g.letterId', '=', letterId)
      .where('f.sha256', '=', file.sha256)
      .execute()
    const bad = scanRefusal(
      pages,
      file.pages ?? 0,
      used.map((u) => ({ name: u.name, pages: rangeOf(u) })),
    )
    if (bad) throw new Invalid(bad, { [pages ? 'pages' : 'fileId']: bad })
  }
  const before = await tx
    .selectFrom('dutyLetterSigning')
    .select(['readAt', 'signedOn'])
    .where('townId', '=', who.townId)
    .where('letterId', '=', letterId)
    .where('staffId', '=', staffId)
    .forUpdate()
    .executeTakeFirst()
  const no = signRefusal(
    letter,
    {
      readAt: given.how === 'paper' ? s.now.toISOString() : ((before?.readAt as unknown as string) ?? null),
      signedOn: (before?.signedOn ?? null) as Day | null,
    },
    { name: given.how === 'phone' ? given.name : name, own: name },
    s.today,
  )
  if (no) throw new Invalid(no, { name: no })
  const hash = sha256(signedText(letter, name, on, given.how))
  const signed = {
    signedOn: on,
    how: given.how,
    signedName: name,
    sha256: hash,
    fileId: given.how === 'paper' ? given.fileId : null,
    pageFrom: pages?.from ?? null,
    pageTo: pages?.to ?? null,
    at: s.now.toISOString(),
  }
  await tx
    .insertInto('dutyLetterSigning')
    .values({ townId: who.townId, letterId, staffId, readAt: s.now.toISOString(), ...signed } as never)
    .onConflict((oc) => oc.columns(['townId', 'letterId', 'staffId']).doUpdateSet(signed as never))
    .execute()
  await say(
    tx,
    who,
    letterId,
    `${name}签署诚信责任书（${given.how === 'phone' ? '手机' : '纸质'}）`,
    given.requestId,
    s,
    { staffId, sha256: hash },
  )
}
