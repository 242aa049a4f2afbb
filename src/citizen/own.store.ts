import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import type { FileStore } from '../kit/server/files.ts'
import type { Zipped } from '../kit/server/zip.ts'
import type { Who } from '../people/roles.ts'
import { fileOf, type PaperRow } from '../petitions/paper/files.store.ts'
import type { Matter } from '../petitions/petition.ts'
import { readersOf } from '../petitions/protect/readers.store.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { type Own, type OwnRows, ownOf, ownPage } from './own.ts'
import type { CitizenView } from './view.ts'

const rowsOf = async (tx: Tx, m: Pick<Matter, 'townId' | 'id' | 'villageId'>): Promise<OwnRows> => {
  const of = sql`town_id = ${m.townId}::uuid and petition_id = ${m.id}::uuid`
  const read = async <T>(q: ReturnType<typeof sql<T>>) => (await q.execute(tx)).rows
  return {
    ratings: await read(
      sql<
        OwnRows['ratings'][number]
      >`select on_day, office, unit, dimensions, reason from petitioner_rating where ${of} order by at`,
    ),
    messages: await read(
      sql<
        Own['messages'][number]
      >`select (made_at at time zone 'Asia/Shanghai')::date as on_day, body, sent_at is not null as sent from outgoing where ${of} order by made_at`,
    ),
    consents: await read(
      sql<
        Own['consents'][number]
      >`select '超期时发短信' as what, given_on, withdrawn_on from message_consent where ${of}
        union all select '隐去个人信息后公开答复', given_on, withdrawn_on from publish_consent where ${of}`,
    ),
    published: await read(
      sql<
        Own['published'][number]
      >`select title, question, answer, posted_on, withdrawn_on from public_answer where ${of} order by posted_on`,
    ),
    readers: await readersOf(tx, m.townId, m.id),
    village:
      (
        await read(
          sql<{
            name: string
          }>`select name from village where town_id = ${m.townId}::uuid and id = ${m.villageId}::uuid`,
        )
      ).map((v) => v.name)[0] ?? '',
  }
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
