import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { addDays, type Day } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import { type CardContent, type Contacts, changesOf, noContacts, peopleOf, stateOf } from './card.ts'

export const contactsOf = async (tx: Tx, townId: string): Promise<Contacts> => {
  const r = await sql<{
    c: Partial<Contacts> | null
  }>`select settings -> 'public' as c from town where id = ${townId}::uuid`.execute(tx)
  return { ...noContacts, ...(r.rows[0]?.c ?? {}) }
}

/** This town's code where the server keeps several; null where it is alone. */
export const townOfMany = async (tx: Tx, townId: string): Promise<string | null> => {
  const towns = await tx.selectFrom('town').select(['id', 'code']).execute()
  return towns.length > 1 ? (towns.find((t) => t.id === townId)?.code ?? null) : null
}

/** Leaders' reception days of the next two weeks, which the law has published (第十八条：公布接待的时间、地点). */
export const receptionsOf = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{ onDay: Day; fromTime: string; toTime: string; place: string; name: string; post: string }>`
      select d.on_day, d.from_time, d.to_time, d.place, s.name, coalesce((select p.name from holding h
        join post p on p.town_id = h.town_id and p.id = h.post_id
        where h.town_id = d.town_id and h.staff_id = d.leader_id and h.since <= d.on_day and (h.until is null or h.until > d.on_day)
        order by p.rank limit 1), '') as post
      from reception_day d join staff s on s.town_id = d.town_id and s.id = d.leader_id
      where d.town_id = ${townId}::uuid and d.status = 'planned' and d.on_day between ${today}::date and ${addDays(today, 14)}::date
      order by d.on_day, d.from_time limit 30`.execute(tx)
  ).rows

export const saveContacts = async (tx: Tx, who: Who, contacts: Contacts, now: Date): Promise<void> => {
  await sql`update town set settings = jsonb_set(settings, '{public}', ${JSON.stringify(contacts)}::jsonb) where id = ${who.townId}::uuid`.execute(
    tx,
  )
  await writeTrace(
    tx,
    who,
    { subjectId: who.townId, subjectKind: 'town', kind: 'place', says: '修改公众联系方式', data: contacts },
    now,
  )
}

const posts = { villageOfficer: '村信访信息员', gridWorker: '网格员', mediator: '调解员' } as const

export interface VillageCard {
  villageId: string
  village: string
  area: string
  households: number | null
  now: CardContent
  token: string | null
  printedOn: Day | null
  copies: number
  state: ReturnType<typeof stateOf>
  changes: string[]
}

/** Who sits at a mediation station and may be turned to: grid workers are on the card as such, experts are called in. */
const seatedSql = (today: Day) => sql`m.duty in ('head', 'deputy', 'mediator') and m.since <= ${today}::date
  and m.until > ${today}::date and (m.ended_on is null or m.ended_on > ${today}::date)`

/** Every village with what would stand on its card today, and the card in force. */
export const villageCards = async (tx: Tx, townId: string, today: Day): Promise<VillageCard[]> => {
  const contacts = await contactsOf(tx, townId)
  const villages = await sql<{
    id: string
    name: string
    households: number | null
    area: string
    token: string | null
    content: CardContent | null
    printedOn: Day | null
    copies: number | null
  }>`select v.id, v.name, v.households, coalesce(a.name, '') as area, c.token, c.content, c.printed_on, c.copies
    from village v left join area a on a.town_id = v.town_id and a.id = v.area_id
    left join household_card c on c.town_id = v.town_id and c.village_id = v.id and c.revoked_on is null
    where v.town_id = ${townId}::uuid order by a.name, v.sort, v.name`.execute(tx)
  const people = await sql<{
    villageId: string
    staffId: string
    role: keyof typeof posts
    name: string
    phone: string
  }>`
    select coalesce(p.village_id, g.village_id) as village_id, s.id as staff_id, p.role, s.name, s.phone
    from holding h
    join post p on p.town_id = h.town_id and p.id = h.post_id
    join staff s on s.town_id = h.town_id and s.id = h.staff_id
    left join grid g on g.town_id = p.town_id and g.id = p.grid_id
    where h.town_id = ${townId}::uuid and p.role in ('villageOfficer', 'gridWorker', 'mediator') and s.active
      and coalesce(p.village_id, g.village_id) is not null
      and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)
    order by p.role desc, p.sort, s.name`.execute(tx)
  // Who mediates is of the network: the village's own point, or the area's station where the village has none.
  const mediators = await sql<{ villageId: string; staffId: string | null; name: string; phone: string }>`
    select v.id as village_id, m.staff_id, m.name, coalesce(nullif(s.phone, ''), n.phone) as phone
    from village v
    cross join lateral (select n.id, n.phone from mediation_station n
      where n.town_id = v.town_id and n.active and (n.village_id = v.id or (n.area_id = v.area_id and n.level = 'area'))
        and exists (select from mediation_member m where m.town_id = n.town_id and m.station_id = n.id and ${seatedSql(today)})
      order by n.level desc limit 1) n
    join mediation_member m on m.town_id = v.town_id and m.station_id = n.id and ${seatedSql(today)}
    left join staff s on s.town_id = m.town_id and s.id = m.staff_id
    where v.town_id = ${townId}::uuid
    order by case m.duty when 'head' then 1 when 'deputy' then 2 else 3 end, m.name`.execute(tx)
  const by = Map.groupBy(people.rows, (p) => p.villageId)
  const mediates = Map.groupBy(mediators.rows, (m) => m.villageId)
  return villages.rows.map((v) => {
    const now: CardContent = {
      village: v.name,
      people: peopleOf(
        (by.get(v.id) ?? []).map((p) => ({ ...p, post: posts[p.role] })),
        (mediates.get(v.id) ?? []).map((m) => ({ ...m, post: posts.mediator })),
      ),
      ...contacts,
    }
    return {
      villageId: v.id,
      village: v.name,
      area: v.area,
      households: v.households,
      now,
      token: v.token,
      printedOn: v.printedOn,
      copies: v.copies ?? 0,
      state: stateOf(v.content, now),
      changes: v.content ? changesOf(v.content, now) : [],
    }
  })
}

const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'
const newToken = () => Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')

/**
 * Cards for printing: the one in force is used again while it holds; a changed one is revoked and a new one made.
 * The same request prints the same cards.
 */
export const printCards = async (
  tx: Tx,
  who: Who,
  given: { villages: { villageId: string; copies: number }[]; requestId: string },
  at: { today: Day; now: Date },
): Promise<{ token: string; content: CardContent; copies: number }[]> => {
  // Two people printing at once: the second sees what the first made.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`cards/${who.townId}`}, 0))`.execute(tx)
  const all = await villageCards(tx, who.townId, at.today)
  const chosen = given.villages.map(({ villageId, copies }) => {
    const v = all.find((x) => x.villageId === villageId)
    if (!v) throw new Invalid('所选的村不在本镇')
    return { ...v, copies }
  })
  const out: { token: string; content: CardContent; copies: number }[] = []
  for (const v of chosen) {
    if (v.token && v.state === 'valid') {
      await sql`update household_card set printed_on = ${at.today}::date, copies = ${v.copies}
        where town_id = ${who.townId}::uuid and token = ${v.token}`.execute(tx)
      out.push({ token: v.token, content: v.now, copies: v.copies })
      continue
    }
    if (v.token)
      await sql`update household_card set revoked_on = ${at.today}::date, revoked_reason = ${`内容已变：${v.changes.join('；')}`.slice(0, 500)}
        where town_id = ${who.townId}::uuid and token = ${v.token}`.execute(tx)
    const token = newToken()
    await sql`insert into household_card (town_id, id, village_id, token, content, printed_on, copies, by_id, by_name, request_id)
      values (${who.townId}::uuid, ${uuidv7(at.now.getTime())}::uuid, ${v.villageId}::uuid, ${token}, ${JSON.stringify(v.now)}::jsonb, ${at.today}::date,
        ${v.copies}, ${who.staffId}::uuid, ${who.name}, ${given.requestId}::uuid)`.execute(tx)
    out.push({ token, content: v.now, copies: v.copies })
  }
  await writeTrace(
    tx,
    who,
    {
      subjectId: who.townId,
      subjectKind: 'town',
      kind: 'place',
      says: `印制便民服务咨询卡：${chosen.map((v) => `${v.village} ${v.copies} 张`).join('、')}`,
    },
    at.now,
  )
  return out
}

export const revokeCard = async (
  tx: Tx,
  who: Who,
  villageId: string,
  reason: string,
  at: { today: Day; now: Date },
): Promise<void> => {
  const r = await sql`update household_card set revoked_on = ${at.today}::date, revoked_reason = ${reason}
    where town_id = ${who.townId}::uuid and village_id = ${villageId}::uuid and revoked_on is null`.execute(tx)
  if (!r.numAffectedRows) throw new Refused('这个村没有在用的卡')
  await writeTrace(
    tx,
    who,
    { subjectId: villageId, subjectKind: 'village', kind: 'place', says: `作废便民服务咨询卡：${reason}` },
    at.now,
  )
}

/** The village a card leads to, with what stands on the card now; null for a code that is unknown or revoked. */
export const villageOfCard = async (tx: Tx, townId: string, token: string, today: Day): Promise<VillageCard | null> =>
  (await villageCards(tx, townId, today)).find((v) => v.token === token) ?? null
