import { LedgerFilter, LedgerQuery } from '../routes.ts'

type Entries = Iterable<readonly [string, string]>

/** The filter written in an address; what is not understood is left out, the rest still works. */
export const filterOf = (params: Entries): LedgerFilter => {
  const raw = Object.fromEntries([...params].filter(([k, v]) => v !== '' && k in LedgerFilter.shape))
  const whole = LedgerFilter.safeParse(raw)
  if (whole.success) return clean(whole.data)
  for (const issue of whole.error.issues) delete raw[String(issue.path[0])]
  const rest = LedgerFilter.safeParse(raw)
  return rest.success ? clean(rest.data) : {}
}

/** Without what is not set; empty lists set nothing. */
const clean = (f: LedgerFilter): LedgerFilter =>
  Object.fromEntries(
    Object.entries(f).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)),
  )

export interface Order {
  sort: LedgerQuery['sort']
  dir: LedgerQuery['dir']
}
export const orderOf = (params: Entries): Order => {
  const { sort, dir } = Object.fromEntries(params)
  const read = LedgerQuery.pick({ sort: true, dir: true }).safeParse({ sort, dir })
  return read.success ? read.data : { sort: 'receivedOn', dir: 'desc' }
}

/** The filter as text for an address: flags as 1 and 0, lists with commas. The same filter always gives the same text. */
export const wordsOf = (f: Record<string, unknown>): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const k of Object.keys(f).sort()) {
    const v = f[k]
    if (v === undefined || v === null || v === '' || (Array.isArray(v) && v.length === 0)) continue
    out[k] = Array.isArray(v) ? v.join(',') : v === true ? '1' : v === false ? '0' : String(v)
  }
  return out
}

/** The ledger's address with this filter, so that every number can open its list. */
export const ledgerAddress = (f: Record<string, unknown>, order?: Partial<Order>): string => {
  const text = new URLSearchParams({ ...wordsOf(f), ...wordsOf({ ...order }) }).toString()
  return text ? `/ledger?${text}` : '/ledger'
}

export const sameFilter = (a: Record<string, unknown>, b: Record<string, unknown>) =>
  JSON.stringify(wordsOf(a)) === JSON.stringify(wordsOf(b))
