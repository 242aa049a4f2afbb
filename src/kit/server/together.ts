import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'

const snakes = new Map<string, string>()
/** Our camelCase name of a table or column as the database writes it. */
export const snake = (key: string): string => {
  const known = snakes.get(key)
  if (known !== undefined) return known
  const made = key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
  snakes.set(key, made)
  return made
}

let jsonColumns: Map<string, ReadonlySet<string>> | null = null
/** Which columns of each table hold JSON; read from the catalogue once. */
export const jsonColumnsOf = async (tx: Kysely<DB>): Promise<(table: keyof DB) => ReadonlySet<string>> => {
  if (!jsonColumns) {
    const r = await sql<{ t: string; columns: string[] }>`
      select table_name::text as t, array_agg(column_name::text) as columns
      from information_schema.columns where table_schema = 'public' and data_type = 'jsonb' group by 1`.execute(tx)
    jsonColumns = new Map(r.rows.map((x) => [x.t, new Set(x.columns)]))
  }
  const known = jsonColumns
  return (table) => known.get(snake(table)) ?? new Set()
}

/** A JSON array as the bytes that go to the database: as one string it would be kept three times, at two bytes a letter. */
class Lines {
  private bytes = Buffer.allocUnsafeSlow(1 << 16)
  private used = 0

  add(line: string): void {
    // A letter takes three bytes at the most; one more for what parts the lines, one for the end.
    const need = this.used + line.length * 3 + 2
    if (need > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(need, this.bytes.length * 2))
      this.bytes.copy(larger, 0, 0, this.used)
      this.bytes = larger
    }
    this.bytes[this.used] = this.used === 0 ? 0x5b : 0x2c
    this.used += 1 + this.bytes.write(line, this.used + 1)
  }

  end(): Buffer {
    this.bytes[this.used] = 0x5d
    return this.bytes.subarray(0, this.used + 1)
  }
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
   * Thousands of rows with one parameter: tens of thousands of parameters cost more than the rows. Rows that leave out
   * different columns are written apart, so that defaults hold. `json` names the columns whose text is JSON already.
   */
  insertMany(table: keyof DB, rows: readonly Row[], json: ReadonlySet<string>): this {
    const groups = new Map<string, { keys: string[]; heads: string[]; isJson: boolean[]; lines: Lines }>()
    for (const row of rows) {
      const keys = Object.keys(row).filter((k) => row[k] !== undefined)
      const shape = keys.join()
      let group = groups.get(shape)
      if (!group) {
        const names = keys.map(snake)
        group = {
          keys,
          heads: names.map((n, i) => `${i ? ',' : '{'}"${n}":`),
          isJson: names.map((n) => json.has(n)),
          lines: new Lines(),
        }
        groups.set(shape, group)
      }
      const { heads, isJson } = group
      let line = ''
      for (let i = 0; i < keys.length; i += 1) {
        const value = row[keys[i]!]
        line += heads[i]! + (typeof value === 'string' && isJson[i] ? value : JSON.stringify(value))
      }
      group.lines.add(`${line}}`)
    }
    for (const { keys, lines } of groups.values()) {
      const columns = keys.map(snake).join(', ')
      this.parts.push(
        `insert into ${snake(table)} (${columns}) select ${columns} from json_populate_recordset(null::${snake(table)}, ${this.parameter(lines.end())}::json)`,
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
    const r = await tx.executeQuery<{ n: number }>(CompiledQuery.raw(text, values))
    return r.rows[0]!.n
  }
}
