import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import type { FileStore } from '../kit/server/files.ts'
import type { Zipped } from '../kit/server/zip.ts'
import { knownOf } from '../open/answers.store.ts'
import { strike } from '../open/strike.ts'
import type { Who } from '../people/roles.ts'
import { fileOf, type PaperRow } from '../petitions/paper/files.store.ts'
import { type Matter, petitionersOf } from '../petitions/petition.ts'
import { readersOf } from '../petitions/protect/readers.store.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { ownPage } from './own.page.ts'
import { type OwnRows, ownOf } from './own.ts'
import { asksOf } from './store.ts'
import type { CitizenView } from './view.ts'

/** Covers the names of everybody but those who brought the matter, in words that staff wrote. */
const coverOf = async (tx: Tx, m: Matter, words: string[]): Promise<OwnRows['cover']> => {
  const own = petitionersOf(m).length > 1 ? [] : m.parties.map((p) => p.name).filter((n) => n !== '')
  const known = await knownOf(tx, m, words.join('\n'))
  const others = { people: known.people.filter((n) => !own.includes(n)), places: [] }
  return (text) =>
    own
      .reduce(
        (parts, name) =>
          parts.flatMap((p) => (own.includes(p) ? [p] : p.split(name).flatMap((x, i) => (i ? [name, x] : [x])))),
        [text],
      )
      .map((p) => (own.includes(p) ? p : strike(p, others, ['person']).text))
      .join('')
}

const rowsOf = async (tx: Tx, m: Matter): Promise<OwnRows> => {
  const of = sql`town_id = ${m.townId}::uuid and petition_id = ${m.id}::uuid`
  const read = async <K extends keyof OwnRows>(q: ReturnType<typeof sql>) =>
    (await q.execute(tx)).rows as OwnRows[K] & unknown[]
  const rows = {
    ratings: await read<'ratings'>(
      sql`select on_day, office, unit, dimensions, reason from petitioner_rating where ${of} order by at`,
    ),
    reviews: await read<'reviews'>(
      sql`select level, organ, asked_on, reasons, status, outcome from petition_review where ${of} order by asked_on, id`,
    ),
    outcomes: await read<'outcomes'>(
      sql`select outcome, on_day, body, handed_to, done from petition_outcome where ${of} and applies order by on_day, outcome`,
    ),
    promises: await read<'promises'>(
      sql`select body, due_on as by, ended_on as done_on, words from promise
        where ${of} and kind in ('office', 'visit', 'reception') order by made_on, id`,
    ),
    met: await read<'met'>(
      sql`select '领导接访' as what, d.on_day, v.gist, v.outcome as answer from reception_visit v
          join reception_day d on d.town_id = v.town_id and d.id = v.day_id where v.town_id = ${m.townId}::uuid and v.petition_id = ${m.id}::uuid
        union all select '走访', (at at time zone 'Asia/Shanghai')::date, gist, answer from visit_item where ${of} order by 2`,
    ),
    disputes: await read<'disputes'>(
      sql`select coalesce(number, code) as number, state, registered_on, ended_on from dispute
        where town_id = ${m.townId}::uuid and petition_ids @> array[${m.id}::uuid] order by registered_on`,
    ),
    recusals: await read<'recusals'>(
      sql`select source, on_day, status, decided_on, reason from recusal where ${of} order by on_day, id`,
    ),
    messages: await read<'messages'>(
      sql`select (made_at at time zone 'Asia/Shanghai')::date as on_day, body, sent_at is not null as sent from outgoing where ${of} order by made_at`,
    ),
    consents: await read<'consents'>(
      sql`select '超期时发短信' as what, given_on, withdrawn_on from message_consent where ${of}
        union all select '隐去个人信息后公开答复', given_on, withdrawn_on from publish_consent where ${of}`,
    ),
    published: await read<'published'>(
      sql`select title, question, answer, posted_on, withdrawn_on from public_answer where ${of} order by posted_on`,
    ),
    asks: (await asksOf(tx, m.townId, m.id)).map(({ onDay, body, endedOn, ended }) => ({
      onDay,
      body,
      endedOn,
      ended,
    })),
    readers: await readersOf(tx, m.townId, m.id),
  }
  const names = await sql<{ village: string; content: string }>`
    with recursive up as (
      select code, name, parent, level from category where code = ${m.category}
      union all select c.code, c.name, c.parent, c.level from category c join up on up.parent = c.code)
    select coalesce((select name from village where town_id = ${m.townId}::uuid and id = ${m.villageId}::uuid), '') as village,
      coalesce((select string_agg(name, ' / ' order by level) from up), '') as content`.execute(tx)
  const written = [
    ...m.records.map((r) => r.body),
    ...m.tasks.flatMap((t) => [t.body, t.doneText]),
    ...rows.outcomes.map((o) => o.body),
    ...rows.promises.flatMap((x) => [x.body, x.words]),
    ...rows.met.flatMap((x) => [x.gist, x.answer]),
    ...rows.recusals.map((x) => x.reason),
  ]
  return { ...rows, ...names.rows[0]!, cover: await coverOf(tx, m, written) }
}

const missing = (what: string) =>
  Buffer.from(`“${what}”暂时取不出来。请带身份证件到镇信访窗口，或者打镇信访电话，我们查明原因再给您。\n`)

/**
 * Everything held about the petitioner as the files of a zip: a page to read, the same for machines, the papers issued to him, the materials
 * he brought. Taking it is traced. What lies in the store is read as it is sent, one file at a time.
 */
export const takeOwn = async (
  tx: Tx,
  who: Who,
  view: CitizenView,
  given: { town: string; files: FileStore; lost: (what: string, error: unknown) => undefined },
  s: Setting,
): Promise<{ number: string; files: AsyncIterable<Zipped> }> => {
  const { matter, trace } = await findMatter(tx, who, who.petitionId!, { lock: true })
  const own = ownOf(matter, view, await rowsOf(tx, matter), s.today)
  const papers = new Map<string, Uint8Array>()
  const found = await tx
    .selectFrom('document')
    .select(['id', 'kind', 'title', 'number', 'data', 'templateId'])
    .where('townId', '=', who.townId)
    .where('petitionId', '=', matter.id)
    .where('id', 'in', own.papers.length ? own.papers.map((p) => p.id) : [matter.id])
    .execute()
  for (const d of found)
    try {
      papers.set(d.id, (await fileOf(tx, who.townId, d as PaperRow)).docx)
    } catch (error) {
      // One paper that no longer matches its seal costs that paper, not all the rest.
      if (!(error instanceof Refused)) throw error
      given.lost(d.title, error)
    }
  const keys = new Map(
    (
      await tx
        .selectFrom('attachment')
        .select(['id', 'storageKey'])
        .where('townId', '=', who.townId)
        .where('petitionId', '=', matter.id)
        .execute()
    ).map((a) => [a.id, a.storageKey]),
  )
  const says = '信访人下载系统里关于自己的全部内容'
  await applyChange(tx, who, matter, trace, { kind: 'read', says }, s, { move: 'takeOwn' })
  const at = s.now
  const each = async function* (): AsyncGenerator<Zipped> {
    yield { name: '打开看.html', at, data: Buffer.from(ownPage(own, given.town)) }
    yield { name: 'data.json', at, data: Buffer.from(JSON.stringify(own, null, 2)) }
    for (const p of own.papers) {
      const docx = papers.get(p.id)
      yield docx
        ? { name: p.file, at, data: docx }
        : { name: `${p.file} 取不出来.txt`, at, data: missing(`${p.title}`) }
    }
    for (const a of own.materials) {
      const data = await given.files.get(keys.get(a.id)!).catch((error: unknown) => given.lost(a.id, error))
      yield data ? { name: a.file, at, data } : { name: `${a.file} 取不出来.txt`, at, data: missing(a.name) }
    }
  }
  return { number: own.number, files: each() }
}
