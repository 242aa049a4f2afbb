import type { DB } from '../../../db/types.ts'
import { byOf, type Tx, traceRow } from '../../audit/trace.ts'
import { nextNumber } from '../../documents/number.store.ts'
import { petitionNumber } from '../../documents/numbering.ts'
import { initials } from '../../kit/chinese.ts'
import { Refused } from '../../kit/errors.ts'
import { queryCode, uuidv7 } from '../../kit/server/crypto.ts'
import { columnTypesOf, Together } from '../../kit/server/together.ts'
import type { Who } from '../../people/roles.ts'
import { withConsultation } from '../carry/consult.ts'
import { bump } from '../counts.store.ts'
import { type CountKey, countKey } from '../counts.ts'
import { issue } from '../paper/issue.store.ts'
import { type Matter, noParts, type Petition } from '../petition.ts'
import { mustSeal } from '../protect/sealed.ts'
import { replayStep } from '../replay.ts'
import { type Searched, searchRow } from '../search.ts'
import { clockValues, petitionColumns, type Setting } from '../store.ts'
import { nextDue, wind } from '../wind.ts'
import { decideRegister, type Prior, type RegisterInput } from './move.ts'

export interface Registration {
  input: RegisterInput
  prior?: Prior
  requestId?: string | null
  importId?: string
  externalId?: string
  /** The place in this same batch of the matter it repeats. */
  repeatOfIndex?: number
  /** Columns that an import settles otherwise than a counter would. */
  set?: Partial<Petition>
}

type Placed = Pick<RegisterInput, 'areaId' | 'villageId' | 'gridId'>
/** A place put right within itself: a grid lies in its village, a village in its area. Asks for all of the town's, or for those `named`. */
export const placesOf = async (tx: Tx, townId: string, named?: readonly { input: Placed }[]) => {
  const wanted = <T>(of: (g: { input: Placed }) => T | null | undefined) =>
    named && [...new Set(named.map(of).filter((x): x is T => Boolean(x)))]
  const gridIds = wanted((g) => g.input.gridId)
  const grids =
    gridIds?.length === 0
      ? []
      : await tx
          .selectFrom('grid')
          .select(['id', 'villageId'])
          .where('townId', '=', townId)
          .$if(gridIds !== undefined, (q) => q.where('id', 'in', gridIds!))
          .execute()
  const villageIds = wanted((g) => g.input.villageId)?.concat(grids.map((g) => g.villageId))
  const villages =
    villageIds?.length === 0
      ? []
      : await tx
          .selectFrom('village')
          .select(['id', 'areaId'])
          .where('townId', '=', townId)
          .$if(villageIds !== undefined, (q) => q.where('id', 'in', villageIds!))
          .execute()
  // Most name a village, and with it its area.
  const areaIds = wanted((g) => (g.input.villageId || g.input.gridId ? null : g.input.areaId))
  const areas =
    areaIds?.length === 0
      ? []
      : await tx
          .selectFrom('area')
          .select('id')
          .where('townId', '=', townId)
          .$if(areaIds !== undefined, (q) => q.where('id', 'in', areaIds!))
          .execute()
  const known = new Set(areas.map((a) => a.id))
  const areaOf = new Map(villages.map((v) => [v.id, v.areaId]))
  const villageOf = new Map(grids.map((g) => [g.id, g.villageId]))
  return (i: Placed) => {
    const villageId = i.gridId ? (villageOf.get(i.gridId) ?? null) : i.villageId
    if (i.gridId && !villageId) throw new Refused('没有这个网格')
    if (villageId && !areaOf.has(villageId)) throw new Refused('没有这个村')
    if (!villageId && i.areaId && !known.has(i.areaId)) throw new Refused('没有这个管区')
    return { gridId: i.gridId, villageId, areaId: villageId ? areaOf.get(villageId)! : i.areaId }
  }
}

export interface Registered {
  id: string
  number: string
  queryCode: string
  warnings: string[]
}

/**
 * Register matters (T1, T2), one or thousands, through the same rule; every one gets its number, query code, trace and
 * clocks. Returns them in order.
 */
export const registerMany = async (tx: Tx, who: Who, given: Registration[], s: Setting): Promise<Registered[]> => {
  const w = new Together()
  const made = await gatherRegistrations(tx, w, who, given, s)
  await w.write(tx)
  return made
}

/** Up to so many are written as single rows are. */
const few = 50

/** What registrations need of the database before they can be gathered: the places, and their numbers set aside. */
const reserve = async (tx: Tx, who: Who, given: readonly Registration[], s: Setting) => {
  const years = new Map<number, number>()
  for (const g of given) {
    const y = yearOf(g, s)
    years.set(y, (years.get(y) ?? 0) + 1)
  }
  const nextOf = new Map<number, number>()
  for (const [y, count] of [...years].sort((a, b) => a[0] - b[0]))
    nextOf.set(y, (await nextNumber(tx, who.townId, 'petition', y, count)) - count)
  return { place: await placesOf(tx, who.townId, given.length <= few ? given : undefined), nextOf }
}

/**
 * The same for an import of many batches: the places are read once, and each year's counter is locked by its first batch
 * and moved on once, by `close`, as far as numbers were used.
 */
export const reserveMany = async (tx: Tx, who: Who, s: Setting) => {
  const nextOf = new Map<number, number>()
  const from = new Map<number, number>()
  return {
    reserved: { place: await placesOf(tx, who.townId), nextOf },
    open: async (given: readonly Registration[]) => {
      for (const y of new Set(given.map((g) => yearOf(g, s))))
        if (!nextOf.has(y)) {
          nextOf.set(y, await nextNumber(tx, who.townId, 'petition', y, 0))
          from.set(y, nextOf.get(y)!)
        }
    },
    close: async () => {
      for (const [y, n] of nextOf) await nextNumber(tx, who.townId, 'petition', y, n - from.get(y)!)
    },
  }
}
const yearOf = (g: Registration, s: Setting) => +(g.prior ? g.input.receivedOn : s.today).slice(0, 4)

/**
 * The same, gathered into `w`: nothing but their numbers is in the database before that is written. With what is
 * `reserved` already, matters of earlier days, which have no receipt, are gathered without asking the database.
 */
export const gatherRegistrations = async (
  tx: Tx,
  w: Together,
  who: Who,
  given: Registration[],
  s: Setting,
  reserved?: Awaited<ReturnType<typeof reserve>>,
): Promise<Registered[]> => {
  if (given.length === 0) return []
  // What must be sealed goes to its own store (protect/sealed.store.ts) and never touches these tables.
  if (given.some((g) => mustSeal(g.input))) throw new Refused('检举控告和要求保密的事项须即时密封，不能登入公共台账')
  const { townId } = who
  const { place, nextOf } = reserved ?? (await reserve(tx, who, given, s))

  const petitions: Record<string, unknown>[] = []
  const parties: Record<string, unknown>[] = []
  const clocks: ReturnType<ReturnType<typeof clockValues>>[] = []
  const claims: Record<string, unknown>[] = []
  const records: Record<string, unknown>[] = []
  const links: Record<string, unknown>[] = []
  const traces: ReturnType<typeof traceRow>[] = []
  const counts = new Map<string, { key: CountKey; n: number }>()
  const found: Record<string, unknown>[] = []
  const out: Registered[] = []
  const receipts: { matter: Matter; row: Record<string, unknown> }[] = []

  for (const [k, g] of given.entries()) {
    // What was written before may wait for room in the socket; it is given the chance to go on.
    if (k % 25 === 24) await new Promise((r) => setImmediate(r))
    const input = { ...g.input, ...place(g.input) }
    const { set: decided, change, claims: claimTexts } = decideRegister(input, who, s.today, g.prior)
    const repeated = g.repeatOfIndex === undefined ? undefined : out[g.repeatOfIndex]
    const set = { ...decided, ...g.set, ...(repeated ? { repeat: true, firstTime: false } : {}) }
    const id = uuidv7(s.now.getTime())
    const y = yearOf(g, s)
    const n = nextOf.get(y)! + 1
    nextOf.set(y, n)
    const number = petitionNumber('XF', y, n)
    const code = queryCode()
    // A matter of earlier days was consulted on then, or was not: nobody is asked for it now.
    const asked = g.prior ? change : withConsultation(null, { ...(set as Petition), round: 1 }, change, s.today)
    const wound = wind({ clocks: [], uncounted: [] }, asked, 1, s.today, s.law)
    set.uncounted = wound.uncounted
    const row = {
      townId,
      id,
      number,
      queryCode: code,
      ...petitionColumns(set),
      initials: initials(`${set.title ?? ''}`.slice(0, 60)),
      ...nextDue(wound.all),
      importId: g.importId ?? null,
      externalId: g.externalId ?? null,
      createdAt: s.now.toISOString(),
      updatedAt: s.now.toISOString(),
      version: 1,
    } as Record<string, unknown>
    const people = input.parties
      .filter((p) => p.name !== '')
      .map((p, sort) => ({ townId, id: uuidv7(), petitionId: id, ...p, sort }))
    parties.push(...people)
    clocks.push(...wound.all.map(clockValues(townId, id)))
    const claimRows = claimTexts.map((body, sort) => ({ townId, id: uuidv7(), petitionId: id, body, sort }))
    claims.push(...claimRows)
    if (change.record)
      records.push({
        townId,
        id: uuidv7(s.now.getTime()),
        petitionId: id,
        kind: change.record.kind,
        onDay: change.record.onDay,
        body: change.record.body,
        data: JSON.stringify(change.record.data ?? {}),
        staffId: who.staffId,
        byName: who.name,
        at: s.now.toISOString(),
      })
    for (const l of input.links)
      links.push({
        townId,
        id: uuidv7(),
        fromId: id,
        toId: l.toId,
        kind: l.kind,
        note: l.note,
        byId: who.staffId,
        at: s.now.toISOString(),
      })
    if (repeated)
      links.push({
        townId,
        id: uuidv7(),
        fromId: id,
        toId: repeated.id,
        kind: 'repeat',
        note: '同一台账中再次出现',
        byId: who.staffId,
        at: s.now.toISOString(),
      })
    const repeats = [
      ...input.links.filter((l) => l.kind === 'repeat').map((l) => l.toId),
      ...(repeated ? [repeated.id] : []),
    ]
    const trace = traceRow(
      byOf(who),
      {
        subjectId: id,
        subjectKind: 'petition',
        kind: 'register',
        says: change.says,
        move: 'register',
        requestId: g.requestId ?? null,
        data: {
          ...(g.externalId ? { externalId: g.externalId } : {}),
          ...replayStep(set, wound.all, {}),
          ...(repeats.length ? { repeats } : {}),
        },
      },
      1,
      '',
      s.now,
    )
    traces.push(trace)
    row.traceSeq = 1
    row.traceHash = trace.hash
    petitions.push(row)
    const key = countKey(set as Petition)
    const slot = JSON.stringify(key)
    counts.set(slot, { key, n: (counts.get(slot)?.n ?? 0) + 1 })
    out.push({ id, number, queryCode: code, warnings: wound.warnings })
    if (given.length > few)
      found.push({
        townId,
        petitionId: id,
        ...searchRow(townId, { ...(row as unknown as Searched), names: people.map((p) => p.name) }),
      })
    if (change.papers?.length)
      receipts.push({
        matter: {
          ...(row as unknown as Petition),
          parties: people as never,
          clocks: wound.all,
          claims: claimRows as never,
          ...noParts(),
          records: (change.record ? [change.record] : []) as never,
        },
        row,
      })
  }
  const typesOf = given.length <= few ? null : await columnTypesOf(tx)
  const all = (table: keyof DB, rows: readonly object[]) =>
    typesOf ? w.insertMany(table, rows as never, typesOf(table)) : w.insert(table, rows as never)
  all('petition', petitions)
  all('petitionParty', parties)
  all('petitionClock', clocks)
  all('petitionClaim', claims)
  all('petitionRecord', records)
  all('petitionLink', links)
  all('trace', traces)
  // One is found a second later; what comes by the thousand would have to be read back for it.
  if (given.length <= few)
    w.insert(
      'searchQueue',
      out.map((o) => ({ townId, petitionId: o.id })),
    )
  else all('petitionSearch', found)
  bump(w, townId, [...counts.values()])
  for (const r of receipts) await issue(tx, w, who, r.matter, { kind: 'registrationReceipt', extra: {} }, s)
  return out
}
