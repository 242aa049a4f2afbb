import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { shortMark } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import { likeness, surely, textLikeness } from '../register/similar.ts'
import type { ImportRow } from './reading.ts'
import { squeeze } from './values.ts'

const chunked = async <T, R>(
  list: readonly T[],
  size: number,
  ask: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> => {
  const out: R[] = []
  for (let i = 0; i < list.length; i += size) out.push(...(await ask(list.slice(i, i + size))))
  return out
}

/**
 * Mark rows that are in the register already (read before, or our own export come back): they are not registered
 * again; and rows that repeat a matter of the same people: registered and linked, never dropped. Changes the rows.
 * `seen` lives as long as the reading of one file. What the import `importId` itself registered is not compared with:
 * rows of one file are compared when they are read.
 */
export const matchExisting = async (
  tx: Tx,
  who: Who,
  rows: readonly ImportRow[],
  seen: Set<string> = new Set(),
  importId: string | null = null,
): Promise<void> => {
  // Null is not distinct from null: without an import of its own, what was registered at the counter would be left out.
  const own = importId ?? '00000000-0000-0000-0000-000000000000'
  const know = (r: ImportRow, m: { id: string; number: string; title: string }, why: string) => {
    r.verdict = 'known'
    // That it repeats another row of the file would speak of registering both.
    r.flags = r.flags.filter((f) => f.code !== 'repeatInFile')
    r.parsed.existing = { ...m, why: [why] }
    r.flags.push({
      sheet: r.sheet,
      row: r.row,
      code: 'alreadyRegistered',
      message: `已在册（${m.number}），${why}，不重复登记`,
    })
  }
  const open = () => rows.filter((r) => r.verdict === 'ok' || r.verdict === 'warning')
  // Each is looked up by its index: `= any` of a thousand would read the whole town, whose new rows have no statistics yet.
  const externals = open()
    .map((r) => r.parsed.externalId)
    .filter((e): e is string => e !== null)
  const have = new Map(
    (
      await chunked(
        externals,
        5000,
        async (part) =>
          (
            await sql<{ externalId: string; id: string; number: string; title: string }>`
          select p.external_id, p.id, p.number, p.title from unnest(${part}::text[]) as w(wanted)
            cross join lateral (select * from petition p where p.town_id = ${who.townId}::uuid and p.external_id = w.wanted) p
            where p.import_id is distinct from ${own}::uuid`.execute(tx)
          ).rows,
      )
    ).map((x) => [x.externalId, { id: x.id, number: x.number, title: x.title }]),
  )
  for (const r of open()) {
    const e = r.parsed.externalId
    if (e === null) continue
    const m = have.get(e)
    if (m && e.startsWith('留言') && r.parsed.title !== '' && textLikeness(m.title, r.parsed.title) < 0.3) {
      // Another system counts from 1 too: the same number over other words is another message.
      r.parsed.externalId = `留言${shortMark(JSON.stringify([r.parsed.names, r.parsed.receivedOn, r.parsed.title, r.parsed.request]))}`
      r.flags.push({
        sheet: r.sheet,
        row: r.row,
        code: 'numberTaken',
        message: `编号${e.slice(2)}在册的是另一件（${m.number}），另行登记`,
      })
      r.verdict = 'warning'
    } else if (m) know(r, m, '这一行以前导入过')
    else if (seen.has(e)) {
      r.verdict = 'rejected'
      r.flags.push({ sheet: r.sheet, row: r.row, code: 'doubled', message: '与本文件前面的一行编号相同，不重复登记' })
    }
    // A ledger's rows are numbered as they are read; messages bring their own numbers.
    if (e.startsWith('留言')) seen.add(e)
  }

  // Our own numbers come back in our own export; another office's number is no such thing unless the matter is the same.
  const numbered = open().filter((r) => /^[A-Z]{2}\d{4}-\d{4,}$/.test(r.parsed.number))
  if (numbered.length) {
    const mine = new Map(
      (
        await sql<{ id: string; number: string; title: string }>`
        select id, number, title from petition
        where town_id = ${who.townId}::uuid and number = any (${numbered.map((r) => r.parsed.number)}::text[]) and import_id is distinct from ${own}::uuid`.execute(
          tx,
        )
      ).rows.map((x) => [x.number, x]),
    )
    for (const r of numbered) {
      const m = mine.get(r.parsed.number)
      if (!m) continue
      const same =
        squeeze(m.title) === squeeze(r.parsed.title || r.parsed.request) ||
        textLikeness(m.title, r.parsed.title || r.parsed.request) >= 0.5
      if (same) know(r, m, '编号相同')
      else {
        r.flags.push({
          sheet: r.sheet,
          row: r.row,
          code: 'numberTaken',
          message: `编号 ${m.number} 在本系统是另一事项，另行登记`,
        })
        r.verdict = 'warning'
      }
    }
  }

  const left = open().filter((r) => !r.parsed.externalId?.startsWith('留言'))
  const names = [...new Set(left.flatMap((r) => r.parsed.names))]
  if (names.length === 0) return
  const found = await chunked(
    names,
    2000,
    async (part) =>
      (
        await sql<{
          id: string
          number: string
          title: string
          request: string
          receivedOn: Day
          villageId: string | null
          names: string[]
          phones: string[]
          idLast4: string[]
        }>`
      select p.id, p.number, p.title, p.request, p.received_on, p.village_id, array_agg(x.name) as names, array_agg(x.phone) as phones, array_agg(x.id_last4) as id_last4
      from unnest(${part}::text[]) as w(wanted)
        cross join lateral (select * from petition_party x where x.town_id = ${who.townId}::uuid and x.name = w.wanted) x
        join petition p on p.town_id = x.town_id and p.id = x.petition_id
      where not p.sealed and p.import_id is distinct from ${own}::uuid
      group by p.id, p.number, p.title, p.request, p.received_on, p.village_id limit 20000`.execute(tx)
      ).rows,
  )
  if (found.length === 0) return
  const byPerson = new Map<string, typeof found>()
  for (const f of found)
    for (const n of new Set(f.names)) {
      const list = byPerson.get(n)
      if (list) list.push(f)
      else byPerson.set(n, [f])
    }
  for (const r of left) {
    const p = r.parsed
    const text = `${p.title}\n${p.request}`
    let best: { c: (typeof found)[number]; score: number; why: string[] } | null = null
    for (const c of new Set(p.names.flatMap((n) => byPerson.get(n)?.slice(-40) ?? []))) {
      if (c.receivedOn === p.receivedOn && squeeze(c.request) === squeeze(p.request)) {
        know(r, { id: c.id, number: c.number, title: c.title }, '同一人、同一天、同一诉求')
        best = null
        break
      }
      const l = likeness(
        {
          names: p.names,
          phones: p.phone ? [p.phone] : [],
          idLast4: p.idLast4 ? [p.idLast4] : [],
          villageId: p.villageId,
          text,
        },
        {
          ...c,
          phones: c.phones.filter(Boolean),
          idLast4: c.idLast4.filter(Boolean),
          text: `${c.title}\n${c.request}`,
        },
      )
      if (l.score >= surely && l.score > (best?.score ?? 0)) best = { c, score: l.score, why: l.why }
    }
    if (!best) continue
    p.existing = { id: best.c.id, number: best.c.number, title: best.c.title, why: best.why }
    r.flags.push({
      sheet: r.sheet,
      row: r.row,
      code: 'repeatStored',
      message: `与已登记的 ${best.c.number} 可能是同一事项，导入后互相关联（${best.why.join('、')}）`,
    })
    if (r.verdict === 'ok') r.verdict = 'warning'
  }
}
