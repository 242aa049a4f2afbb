import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { type ArrayPad, borrowPad, elements, giveBack } from './arrays.ts'

const snakes = new Map<string, string>()
/** Our camelCase name of a table or column as the database writes it. */
export const snake = (key: string): string => {
  const known = snakes.get(key)
  if (known !== undefined) return known
  const made = key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
  snakes.set(key, made)
  return made
}

let types: Map<string, ReadonlyMap<string, string>> | null = null
/** The type of each column of each table, as the catalogue names them; read once. */
export const columnTypesOf = async (tx: Kysely<DB>): Promise<(table: keyof DB) => ReadonlyMap<string, string>> => {
  if (!types) {
    const r = await sql<{ t: string; columns: Record<string, string> }>`
      select c.relname::text as t, jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped group by 1`.execute(
      tx,
    )
    types = new Map(r.rows.map((x) => [x.t, new Map(Object.entries(x.columns))]))
  }
  const known = types
  return (table) => known.get(snake(table)) ?? new Map()
}

const quoted = (text: string) => `"${/[\\"]/.test(text) ? text.replace(/[\\"]/g, '\\$&') : text}"`
/** A value as the database reads it from text. Text for a column of JSON is JSON already. */
const asText = (value: unknown, type: string): string | null => {
  if (value === null) return null
  if (typeof value !== 'object') return String(value)
  if (!Array.isArray(value) || !type.endsWith('[]')) return JSON.stringify(value)
  const one = type.slice(0, -2)
  return `{${value.map((v) => asText(v, one)).map((t) => (t === null ? 'NULL' : quoted(t)))}}`
}

/** Whether these are the row's columns, in this order. */
const hasJust = (row: Row, keys: readonly string[]): boolean => {
  let i = 0
  for (const k in row) if (row[k] !== undefined && k !== keys[i++]) return false
  return i === keys.length
}

/** A value that the database works out: it is given a way to hand over parameters. */
export type Worked = (parameter: (value: unknown) => string) => string
type Row = Record<string, unknown>

/**
 * Writes of several tables gathered into one statement: one plan and one round trip instead of one each.
 * None of them sees what another wrote, so two writes of one row don't belong here. `undefined` takes the column's default.
 */
export class Together {
  private readonly parts: string[] = []
  private readonly values: unknown[] = []
  private pad: ArrayPad | null = null

  private readonly parameter = (value: unknown): string => {
    this.values.push(value)
    return `$${this.values.length}`
  }
  private readonly written = (value: unknown): string =>
    value === undefined
      ? 'default'
      : typeof value === 'function'
        ? (value as Worked)(this.parameter)
        : this.parameter(value)

  /** `conflict` is what follows the values: `on conflict …`. */
  insert(table: keyof DB, rows: readonly Row[], conflict = ''): this {
    if (rows.length === 0) return this
    const columns = [...new Set(rows.flatMap((r) => Object.keys(r)))]
    const lines = rows.map((r) => `(${columns.map((c) => this.written(r[c])).join(', ')})`)
    this.parts.push(
      `insert into ${snake(table)} (${columns.map(snake).join(', ')}) values ${lines.join(', ')} ${conflict}`,
    )
    return this
  }

  /**
   * Thousands of rows with one parameter a column: tens of thousands of parameters cost more than the rows, and as JSON
   * every row would name its columns. What is the same in all rows goes once. Rows that leave out different columns are
   * written apart, so that defaults hold. `types` are those of the table's columns.
   */
  insertMany(table: keyof DB, rows: readonly Row[], types: ReadonlyMap<string, string>): this {
    const groups = new Map<string, { keys: string[]; rows: Row[] }>()
    let last: { keys: string[]; rows: Row[] } | undefined
    for (const row of rows) {
      if (!last || !hasJust(row, last.keys)) {
        const keys = Object.keys(row).filter((k) => row[k] !== undefined)
        const shape = keys.join()
        last = groups.get(shape) ?? { keys, rows: [] }
        groups.set(shape, last)
      }
      last.rows.push(row)
    }
    for (const { keys, rows: alike } of groups.values()) {
      const varying: string[] = []
      const arrays: string[] = []
      const selected = keys.map((key, i) => {
        const column = snake(key)
        const type = types.get(column)!
        const value = alike[0]![key]
        // One column at least stands for the rows themselves.
        if (alike.every((r) => r[key] === value) && (varying.length > 0 || i < keys.length - 1))
          return `${this.parameter(asText(value, type))}::text::${type}`
        varying.push(column)
        const own = elements.has(type)
        this.pad ??= borrowPad()
        arrays.push(`${this.parameter(this.pad.array(alike, key, type, asText))}::${own ? type : 'text'}[]`)
        return own ? `x.${column}` : `x.${column}::${type}`
      })
      this.parts.push(
        `insert into ${snake(table)} (${keys.map(snake).join(', ')}) select ${selected.join(', ')} from unnest(${arrays.join(', ')}) as x(${varying.join(', ')})`,
      )
    }
    return this
  }

  /** Insert, or overwrite `columns` of the row with the same `key`. */
  upsert(table: keyof DB, rows: readonly Row[], key: readonly string[], columns: readonly string[]): this {
    const sets = columns.map((c) => `${snake(c)} = excluded.${snake(c)}`).join(', ')
    return this.insert(table, rows, `on conflict (${key.map(snake).join(', ')}) do update set ${sets}`)
  }

  update(table: keyof DB, set: Row, where: Row): this {
    const sets = Object.entries(set).filter(([, v]) => v !== undefined)
    if (sets.length === 0) return this
    const put = sets.map(([c, v]) => `${snake(c)} = ${this.written(v)}`).join(', ')
    const by = Object.entries(where).map(([c, v]) => `${snake(c)} = ${this.written(v)}`)
    this.parts.push(`update ${snake(table)} set ${put} where ${by.join(' and ')}`)
    return this
  }

  /** Write what was gathered; answers how many rows the last gathered write touched. */
  async write(tx: Kysely<DB>): Promise<number> {
    const { parts, values } = this
    const last = parts.length - 1
    if (last < 0) return 0
    const named = parts.map((p, i) => `w${i} as (${p} returning 1)`).join(', ')
    const text = `with ${named} select count(*)::int as n from w${last}`
    try {
      const r = await tx.executeQuery<{ n: number }>(CompiledQuery.raw(text, values))
      return r.rows[0]!.n
    } finally {
      if (this.pad) giveBack(this.pad)
      this.pad = null
    }
  }
}
