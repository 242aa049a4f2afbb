import { type Expression, type ExpressionBuilder, expressionBuilder, type SqlBool, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import type { Tx } from '../audit/trace.ts'
import { normalise } from '../kit/chinese.ts'
import { addDays, type Day, daysBetween, isDay } from '../kit/day.ts'
import { Invalid } from '../kit/errors.ts'
import { maskName, maskText } from '../kit/mask.ts'
import { categoryNames, namesOfTown } from '../people/names.store.ts'
import type { Who } from '../people/roles.ts'
import { legalLimits, type RuleId } from './clocks.ts'
import { steps } from './petition.ts'
import { seesWholeTown, visibleTo } from './policy.ts'
import type { LedgerFilter, LedgerQuery, LedgerRow, Totals } from './routes.ts'
import { gramsOf } from './search.ts'

type Eb = ExpressionBuilder<DB, 'petition'>
const list = (values: readonly string[]) => sql.join(values.map((v) => sql`${v}`))

/** Text search: the number at once, else bigrams in the town's inverted lists with a LIKE recheck, else (one character) LIKE. */
const textCondition = (who: Who, raw: string): Expression<SqlBool> => {
  const text = normalise(raw).toLowerCase()
  if (text === '') return sql<SqlBool>`true`
  if (/^xf\d{4}-?\d*$/.test(text)) return sql<SqlBool>`petition.number like ${`${text.toUpperCase()}%`}`
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
  const grams = gramsOf(who.townId, text)
  if (grams.length === 0)
    return sql<SqlBool>`petition.id in (select s.petition_id from petition_search s where s.town_id = ${who.townId}::uuid and s.text like ${pattern})`
  const words = grams.map((g) => `'${g.replace(/'/g, "''")}'`).join(' & ')
  // Two neighbouring characters are one lexeme: where it stands, the text stands, and nothing is left to be checked.
  const exact = /^[\p{L}\p{N}]{2}$/u.test(text)
  return sql<SqlBool>`petition.id in (select search_matters(${who.townId}::uuid, ${words}::tsquery, ${exact ? null : pattern}))`
}

/** The ledger's filters as one condition; `today` settles what is overdue. */
export const filterCondition =
  (who: Who, f: LedgerFilter, today: Day) =>
  (eb: Eb): Expression<SqlBool> => {
    const c: Expression<SqlBool>[] = [visibleTo(who)(eb)]
    const any = (column: string, values: readonly string[] | undefined, cast = '') => {
      if (values?.length)
        c.push(
          sql<SqlBool>`${sql.ref(`petition.${column}`)} in (${sql.join(values.map((v) => (cast ? sql`${v}::uuid` : sql`${v}`)))})`,
        )
    }
    if (f.q) c.push(textCondition(who, f.q))
    any('areaId', f.areaId, 'uuid')
    any('villageId', f.villageId, 'uuid')
    any('gridId', f.gridId, 'uuid')
    any('mainUnitId', f.unitId, 'uuid')
    any('step', f.step)
    any('state', f.state)
    any('class', f.class)
    any('channel', f.channel)
    if (f.grade?.length) {
      const named = f.grade.filter((g) => g !== 'none')
      const parts: Expression<SqlBool>[] = []
      if (named.length) parts.push(sql<SqlBool>`petition.grade in (${list(named)})`)
      if (f.grade.includes('none')) parts.push(sql<SqlBool>`petition.grade is null`)
      c.push(eb.or(parts))
    }
    if (f.category) c.push(sql<SqlBool>`petition.category like ${`${f.category.replace(/[\\%_]/g, '')}%`}`)
    if (f.receivedFrom) c.push(eb('petition.receivedOn', '>=', f.receivedFrom as never))
    if (f.receivedTo) c.push(eb('petition.receivedOn', '<=', f.receivedTo as never))
    if (f.due?.length) {
      const soon = addDays(today, 3)
      c.push(
        eb.or(
          f.due.map((d) =>
            d === 'overdue'
              ? sql<SqlBool>`petition.next_due_on < ${today}::date`
              : d === 'soon'
                ? sql<SqlBool>`petition.next_due_on between ${today}::date and ${soon}::date`
                : d === 'later'
                  ? sql<SqlBool>`petition.next_due_on > ${soon}::date`
                  : sql<SqlBool>`petition.next_due_on is null`,
          ),
        ),
      )
    }
    if (f.silent)
      c.push(sql<SqlBool>`petition.step <> 'signoff' and petition.last_progress_on <= ${addDays(today, -7)}::date`)
    if (f.unassigned) c.push(sql<SqlBool>`petition.step <> 'signoff' and petition.main_handler_id is null`)
    if (f.mine) c.push(sql<SqlBool>`petition.step <> 'signoff' and petition.holder_id = ${who.staffId}::uuid`)
    if (f.myUnit)
      c.push(
        who.unitIds.length
          ? sql<SqlBool>`petition.main_unit_id in (${sql.join(who.unitIds.map((u) => sql`${u}::uuid`))})`
          : sql<SqlBool>`false`,
      )
    if (f.key !== undefined) c.push(eb('petition.isKey', '=', f.key))
    if (f.repeat !== undefined) c.push(eb('petition.repeat', '=', f.repeat))
    if (f.redNoLead)
      c.push(sql<SqlBool>`petition.grade = 'red' and petition.lead_official_id is null and petition.step <> 'signoff'`)
    if (f.toSign)
      c.push(
        sql<SqlBool>`((petition.state = 'opinionDraft' and petition.signer_id = ${who.staffId}::uuid) or (petition.extension = 'requested' and petition.approver_id = ${who.staffId}::uuid))`,
      )
    if (f.toRevisit) c.push(sql<SqlBool>`petition.step = 'revisit' and petition.followed_up_on is null`)
    if (f.leadOfficialId) c.push(sql<SqlBool>`petition.lead_official_id = ${f.leadOfficialId}::uuid`)
    if (f.holderId) c.push(sql<SqlBool>`petition.holder_id = ${f.holderId}::uuid`)
    if (f.importId) c.push(sql<SqlBool>`petition.import_id = ${f.importId}::uuid`)
    return eb.and(c)
  }

const emptyTotals = (): Totals => ({
  total: 0,
  byGrade: { red: 0, yellow: 0, blue: 0, none: 0 },
  byStep: Object.fromEntries(Object.keys(steps).map((k) => [k, 0])),
  key: 0,
  general: 0,
})
const addTo = (t: Totals, r: { step: string; grade: string | null; isKey: boolean; n: number }) => {
  t.total += r.n
  t.byGrade[(r.grade ?? 'none') as keyof Totals['byGrade']] += r.n
  t.byStep[r.step] = (t.byStep[r.step] ?? 0) + r.n
  if (r.isKey) t.key += r.n
  else t.general += r.n
}

/** Filters that the counter rows can answer: village, step, colour, key. */
const countable = (f: LedgerFilter) =>
  Object.entries(f).every(([k, v]) => v === undefined || ['villageId', 'step', 'grade', 'key'].includes(k))

const totalsFrom = (rows: readonly { step: string; grade: string | null; isKey: boolean; n: number }[]): Totals => {
  const t = emptyTotals()
  for (const row of rows) addTo(t, row)
  return t
}

/** Exact totals from the counters, when they can answer. */
const countedTotals = async (tx: Tx, who: Who, f: LedgerFilter): Promise<Totals | null> => {
  if (!seesWholeTown(who) || who.roles.includes('disciplineLiaison') || !countable(f)) return null
  const r = await sql<{ step: string; grade: string; isKey: boolean; n: number; barred: boolean }>`
    select step, grade, is_key, sum(n)::int as n, exists (select from petition p
      where p.town_id = ${who.townId}::uuid and p.barred_ids <> '{}' and ${who.staffId}::uuid = any (p.barred_ids)) as barred
    from petition_count where town_id = ${who.townId}::uuid and not sealed
    ${f.villageId?.length ? sql`and village_id in (${sql.join(f.villageId.map((v) => sql`${v}::uuid`))})` : sql``}
    ${f.step?.length ? sql`and step in (${list(f.step)})` : sql``}
    ${f.grade?.length ? sql`and grade in (${list(f.grade)})` : sql``}
    ${f.key === undefined ? sql`` : sql`and is_key = ${f.key}`}
    group by step, grade, is_key`.execute(tx)
  // Who is barred from some matter has totals of their own.
  if (r.rows[0]?.barred) return null
  return totalsFrom(r.rows.map((row) => ({ ...row, grade: row.grade === 'none' ? null : row.grade })))
}

/** Exact totals; from the counters when they can answer, else counted. The parts add up to the whole by construction. */
export const totalsOf = async (tx: Tx, who: Who, f: LedgerFilter, today: Day): Promise<Totals> =>
  (await countedTotals(tx, who, f)) ??
  totalsFrom(
    await tx
      .selectFrom('petition')
      .select(['step', 'grade', 'isKey', sql<number>`count(*)::int`.as('n')])
      .where((eb) => filterCondition(who, f, today)(eb))
      .groupBy(['step', 'grade', 'isKey'])
      .execute(),
  )

export const totalsByVillage = async (tx: Tx, who: Who, f: LedgerFilter, today: Day) => {
  const rows = await tx
    .selectFrom('petition')
    .leftJoin('village', (j) =>
      j.onRef('village.townId', '=', 'petition.townId').onRef('village.id', '=', 'petition.villageId'),
    )
    .leftJoin('area', (j) => j.onRef('area.townId', '=', 'petition.townId').onRef('area.id', '=', 'petition.areaId'))
    .select([
      'petition.villageId',
      sql<string>`coalesce(village.name, '未填村')`.as('village'),
      sql<string>`coalesce(area.name, '')`.as('area'),
      sql<number>`count(*)::int`.as('n'),
      ...(['red', 'yellow', 'blue'] as const).map((g) =>
        sql<number>`(count(*) filter (where petition.grade = ${g}))::int`.as(g),
      ),
      sql<number>`(count(*) filter (where petition.grade is null))::int`.as('none'),
    ])
    .where((eb) => filterCondition(who, f, today)(eb as never))
    .groupBy(['petition.villageId', 'village.name', 'area.name', 'village.sort'])
    .orderBy('area.name')
    .orderBy('village.sort')
    .orderBy('village.name')
    .execute()
  return rows as unknown as {
    villageId: string | null
    village: string
    area: string
    n: number
    red: number
    yellow: number
    blue: number
    none: number
  }[]
}

const sortColumn = {
  receivedOn: 'petition.received_on',
  nextDueOn: 'petition.next_due_on',
  lastProgressOn: 'petition.last_progress_on',
} as const

/** Cursor: value~id. A null value sorts last in both directions. */
const cursorOf = (after: string): { value: string | null; id: string } => {
  const [value, id] = after.split('~')
  if (!id || !/^[0-9a-f-]{36}$/.test(id) || (value !== '' && !isDay(value)))
    throw new Invalid('翻页位置不对，请回到第一页')
  return { value: value === '' ? null : value!, id }
}

export interface LedgerDbRow {
  id: string
  number: string
  version: number
  grade: string | null
  isKey: boolean
  repeat: boolean
  title: string
  petitionerName: string
  anonymous: boolean
  headCount: number
  area: string
  village: string
  category: string
  channel: string
  class: string | null
  state: string
  step: string
  holder: string
  unit: string
  lead: string
  duties: unknown
  receivedOn: Day
  acceptedOn: Day | null
  nextDueOn: Day | null
  nextDueRule: string | null
  lastContactOn: Day | null
  lastProgressOn: Day
  rating: string | null
}

/** What a row carries of the matter itself; names of people and places are put in beside. */
const own = [
  'petition.id',
  'petition.number',
  'petition.version',
  'petition.grade',
  'petition.isKey',
  'petition.repeat',
  'petition.title',
  'petition.petitionerName',
  'petition.anonymous',
  'petition.headCount',
  'petition.channel',
  'petition.class',
  'petition.state',
  'petition.step',
  'petition.receivedOn',
  'petition.acceptedOn',
  'petition.nextDueOn',
  'petition.nextDueRule',
  'petition.lastContactOn',
  'petition.lastProgressOn',
  'petition.duties',
] as const
const rating = sql<string | null>`coalesce(petition.rating_unit, petition.rating_office)`.as('rating')

/** Filter, keyset and order of a page, as conditions on `petition` alone. */
const pageCondition =
  (who: Who, q: LedgerQuery, today: Day) =>
  (eb: Eb): Expression<SqlBool> => {
    const filtered = filterCondition(who, q, today)(eb)
    if (!q.after) return filtered
    const column = sql.raw(sortColumn[q.sort])
    const { value, id } = cursorOf(q.after)
    const op = sql.raw(q.dir === 'desc' ? '<' : '>')
    return eb.and([
      filtered,
      value === null
        ? sql<SqlBool>`${column} is null and petition.id ${op} ${id}::uuid`
        : q.sort === 'nextDueOn'
          ? sql<SqlBool>`((${column}, petition.id) ${op} (${value}::date, ${id}::uuid) or ${column} is null)`
          : sql<SqlBool>`(${column}, petition.id) ${op} (${value}::date, ${id}::uuid)`,
    ])
  }
const pageOrder = (q: LedgerQuery) => {
  const down = q.dir === 'desc'
  const dir = sql.raw(`${down ? 'desc' : 'asc'}${q.sort === 'nextDueOn' ? ' nulls last' : ''}`)
  return sql`${sql.raw(sortColumn[q.sort])} ${dir}, petition.id ${sql.raw(down ? 'desc' : 'asc')}`
}

/** The rows of a long list with their names joined by the database: for export. */
export const ledgerPage = (tx: Tx, who: Who, q: LedgerQuery, today: Day) =>
  tx
    .selectFrom('petition')
    .leftJoin('area', (j) => j.onRef('area.townId', '=', 'petition.townId').onRef('area.id', '=', 'petition.areaId'))
    .leftJoin('village', (j) =>
      j.onRef('village.townId', '=', 'petition.townId').onRef('village.id', '=', 'petition.villageId'),
    )
    .leftJoin('unit', (j) =>
      j.onRef('unit.townId', '=', 'petition.townId').onRef('unit.id', '=', 'petition.mainUnitId'),
    )
    .leftJoin('staff as holder', (j) =>
      j.onRef('holder.townId', '=', 'petition.townId').onRef('holder.id', '=', 'petition.holderId'),
    )
    .leftJoin('staff as lead', (j) =>
      j.onRef('lead.townId', '=', 'petition.townId').onRef('lead.id', '=', 'petition.leadOfficialId'),
    )
    .leftJoin('category', 'category.code', 'petition.category')
    .select([
      ...own,
      rating,
      sql<string>`coalesce(area.name, '')`.as('area'),
      sql<string>`coalesce(village.name, '')`.as('village'),
      sql<string>`coalesce(category.name, petition.category_text)`.as('category'),
      sql<string>`coalesce(holder.name, '')`.as('holder'),
      sql<string>`coalesce(unit.name, '')`.as('unit'),
      sql<string>`coalesce(lead.name, '')`.as('lead'),
    ])
    .where((eb) => pageCondition(who, q, today)(eb as never))
    .orderBy(pageOrder(q))
    .limit(q.size + 1)

interface Ids {
  areaId: string | null
  villageId: string | null
  mainUnitId: string | null
  holderId: string | null
  leadOfficialId: string | null
  categoryText: string
  category: string | null
}
/** One piece of text instead of thirty nodes to build, freeze and print at every page. */
const leanColumns = sql.raw(
  [
    ...own.map((c) => c.replace(/[A-Z]/g, (x) => `_${x.toLowerCase()}`)),
    'coalesce(petition.rating_unit, petition.rating_office) as rating',
    ...['area_id', 'village_id', 'main_unit_id', 'holder_id', 'lead_official_id', 'category', 'category_text'].map(
      (c) => `petition.${c}`,
    ),
  ].join(', '),
)

/** Names of people and places put in from what is kept of the town, so that the statement is of one table and planned in no time. */
const named = async (tx: Tx, who: Who, rows: (LedgerDbRow & Ids)[]): Promise<LedgerDbRow[]> => {
  const names = await namesOfTown(tx, who.townId)
  const categories = await categoryNames(tx)
  const name = (id: string | null) => (id === null ? '' : (names.get(id) ?? ''))
  for (const r of rows) {
    r.area = name(r.areaId)
    r.village = name(r.villageId)
    r.unit = name(r.mainUnitId)
    r.holder = name(r.holderId)
    r.lead = name(r.leadOfficialId)
    r.category = (r.category === null ? null : categories.get(r.category)) ?? r.categoryText
  }
  return rows
}

const pageAlone = async (tx: Tx, q: LedgerQuery, where: Expression<SqlBool>) =>
  (
    await sql<LedgerDbRow & Ids>`select ${leanColumns} from petition
      where ${where} order by ${pageOrder(q)} limit ${q.size + 1}`.execute(tx)
  ).rows

/** The first page and the totals of what only a look at every matter can count: they are looked at once for both. */
const pageAndTotals = async (tx: Tx, who: Who, q: LedgerQuery, where: Expression<SqlBool>) => {
  const { rows } = await sql<LedgerDbRow & Ids & { counts: Parameters<typeof totalsFrom>[0] }>`
    with found as materialized (
      select id, received_on, next_due_on, last_progress_on, step, grade, is_key from petition where ${where})
    select ${leanColumns}, (select jsonb_agg(c) from (
      select step, grade, is_key as "isKey", count(*)::int as n from found group by step, grade, is_key) c) as counts
    from (select id from found as petition order by ${pageOrder(q)} limit ${q.size + 1}) top
      join petition on petition.town_id = ${who.townId}::uuid and petition.id = top.id
    order by ${pageOrder(q)}`.execute(tx)
  return { found: rows, totals: totalsFrom(rows[0]?.counts ?? []) }
}

/** A row as the list shows it: the name masked, the clock named, the days counted. */
export const rowView = (r: LedgerDbRow, today: Day): LedgerRow => {
  const limit = r.nextDueRule ? legalLimits[r.nextDueRule as RuleId] : null
  // Written out: the response schema drops what is more, and a spread of every row costs more than the query.
  return {
    id: r.id,
    number: r.number,
    version: r.version,
    grade: r.grade,
    isKey: r.isKey,
    repeat: r.repeat,
    title: maskText(r.title),
    petitioner: `${r.anonymous ? '匿名' : maskName(r.petitionerName) || '未留名'}${r.headCount > 1 ? `等${r.headCount}人` : ''}`,
    headCount: r.headCount,
    area: r.area,
    village: r.village,
    category: r.category,
    channel: r.channel,
    class: r.class,
    state: r.state,
    step: r.step,
    holder: r.holder,
    unit: r.unit,
    lead: r.lead,
    duties: r.duties,
    receivedOn: r.receivedOn,
    acceptedOn: r.acceptedOn,
    dueOn: r.nextDueOn,
    dueName: limit ? `${limit.short} ${limit.articleShort}` : '',
    daysLeft: r.nextDueOn ? daysBetween(today, r.nextDueOn) : null,
    lastContactOn: r.lastContactOn,
    lastProgressOn: r.lastProgressOn,
    rating: r.rating,
  } as LedgerRow
}

export const ledger = async (
  tx: Tx,
  who: Who,
  q: LedgerQuery,
  today: Day,
): Promise<{ rows: LedgerRow[]; next: string | null; totals: Totals | null }> => {
  const { sort: _s, dir: _d, after, size: _z, ...filter } = q
  const where = pageCondition(who, q, today)(expressionBuilder<DB, 'petition'>())
  const counted = after ? null : await countedTotals(tx, who, filter)
  const { found: rows, totals } =
    after || counted
      ? { found: await pageAlone(tx, q, where), totals: counted }
      : await pageAndTotals(tx, who, q, where)
  const found = await named(tx, who, rows)
  const page = found.slice(0, q.size)
  const last = page.at(-1)
  const value = last
    ? { receivedOn: last.receivedOn, nextDueOn: last.nextDueOn, lastProgressOn: last.lastProgressOn }[q.sort]
    : null
  return {
    rows: page.map((r) => rowView(r, today)),
    next: found.length > q.size && last ? `${value ?? ''}~${last.id}` : null,
    totals,
  }
}

/** Ready-made filters, with how many stand behind each. */
export const presets = [
  { key: 'mine', label: '我的', filter: { mine: true } },
  { key: 'all', label: '全部', filter: {} },
  { key: 'soon', label: '三日内到期', filter: { due: ['soon'] } },
  { key: 'overdue', label: '超期', filter: { due: ['overdue'] } },
  { key: 'toSign', label: '待我签批', filter: { toSign: true } },
  { key: 'toRevisit', label: '待回访', filter: { toRevisit: true } },
  { key: 'redNoLead', label: '红色无包案', filter: { redNoLead: true } },
  { key: 'silent', label: '七日无进展', filter: { silent: true } },
  { key: 'unassigned', label: '未交办到人', filter: { unassigned: true } },
] as const satisfies { key: string; label: string; filter: LedgerFilter }[]

/** Counts of all presets in one pass over what this person sees. */
export const presetCounts = async (tx: Tx, who: Who, today: Day) => {
  const row = (await tx
    .selectFrom('petition')
    .select((eb) =>
      presets.map((p) =>
        sql<number>`(count(*) filter (where ${filterCondition(who, p.filter as LedgerFilter, today)(eb as never)}))::int`.as(
          p.key,
        ),
      ),
    )
    .where((eb) => visibleTo(who)(eb))
    .executeTakeFirstOrThrow()) as unknown as Record<string, number>
  return presets.map((p) => ({
    key: p.key as string,
    label: p.label as string,
    filter: p.filter as Record<string, unknown>,
    n: row[p.key] ?? 0,
  }))
}
