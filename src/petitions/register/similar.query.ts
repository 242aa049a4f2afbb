import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../../audit/trace.ts'
import { maskName, maskText } from '../../kit/mask.ts'
import { cut } from '../../kit/text.ts'
import type { Who } from '../../people/roles.ts'
import { visibleTo } from '../policy.ts'
import type { petitionRoutes, SimilarRow } from '../routes.ts'
import { gramsOf } from '../search.ts'
import { likeness, worthShowing } from './similar.ts'

type Given = z.output<NonNullable<(typeof petitionRoutes)['similar']['body']>>

interface Candidate {
  id: string
  number: string
  title: string
  request: string
  petitionerName: string
  headCount: number
  village: string
  villageId: string | null
  receivedOn: string
  state: string
  names: string[]
  phones: string[]
  idLast4: string[]
}

/**
 * Likely duplicates and repeats while typing: candidates by the same names, phones or rare two-character words,
 * scored by the pure rule. Only matters this person may see; names masked.
 */
export const findSimilar = async (tx: Tx, who: Who, given: Given): Promise<SimilarRow[]> => {
  const names = given.names.map((n) => n.trim()).filter((n) => n.length > 0)
  const phones = given.phones.map((p) => p.replace(/\D/g, '')).filter((p) => p.length >= 5)
  const grams = gramsOf(who.townId, given.text).slice(0, 60)
  if (names.length === 0 && phones.length === 0 && grams.length < 4) return []
  const byPeople =
    names.length || phones.length
      ? sql`select petition_id from petition_party where town_id = ${who.townId}::uuid and (name = any (${names}::text[]) or (phone <> '' and phone = any (${phones}::text[])))`
      : null
  // Enough of the words in common: ranked by how many, inside the town's own lists.
  const query = grams.map((g) => `'${g.replace(/'/g, "''")}'`).join(' | ')
  const byText =
    grams.length >= 4
      ? sql`(select s.petition_id from petition_search s where s.town_id = ${who.townId}::uuid and s.grams @@ ${query}::tsquery
          order by ts_rank_cd(s.grams, ${query}::tsquery, 1) desc limit 60)`
      : null
  const ids = byPeople && byText ? sql`(${byPeople} limit 60) union ${byText}` : (byPeople ?? byText)!
  const rows = (await tx
    .selectFrom('petition')
    .leftJoin('village', (j) =>
      j.onRef('village.townId', '=', 'petition.townId').onRef('village.id', '=', 'petition.villageId'),
    )
    .select([
      'petition.id',
      'petition.number',
      'petition.title',
      'petition.request',
      'petition.petitionerName',
      'petition.headCount',
      'petition.villageId',
      sql<string>`coalesce(village.name, '')`.as('village'),
      'petition.receivedOn',
      'petition.state',
      ...(['name', 'phone', 'id_last4'] as const).map((c) =>
        sql<
          string[]
        >`array(select ${sql.raw(c)} from petition_party x where x.town_id = petition.town_id and x.petition_id = petition.id and ${sql.raw(c)} <> '')`.as(
          c === 'name' ? 'names' : c === 'phone' ? 'phones' : 'idLast4',
        ),
      ),
    ])
    .where((eb) => visibleTo(who)(eb as never))
    .where(sql<boolean>`petition.id in (${ids})`)
    .$if(given.notId !== undefined, (q) => q.where('petition.id', '<>', given.notId!))
    .limit(120)
    .execute()) as unknown as Candidate[]
  const me = { names, phones, idLast4: given.idLast4, villageId: given.villageId ?? null, text: given.text }
  return rows
    .map((c) => ({
      c,
      l: likeness(me, {
        names: c.names,
        phones: c.phones.map((p) => p.replace(/\D/g, '')),
        idLast4: c.idLast4,
        villageId: c.villageId,
        text: `${c.title}\n${c.request}`,
      }),
    }))
    .filter(({ l }) => l.score >= worthShowing)
    .sort((a, b) => b.l.score - a.l.score)
    .slice(0, 6)
    .map(({ c, l }) => ({
      id: c.id,
      number: c.number,
      title: c.title,
      request: cut(maskText(c.request), 200),
      petitioner: `${maskName(c.petitionerName)}${c.headCount > 1 ? `等${c.headCount}人` : ''}`,
      village: c.village,
      receivedOn: c.receivedOn as never,
      state: c.state as never,
      score: l.score,
      kind: l.kind,
      why: l.why,
    }))
}
