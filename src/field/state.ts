import { type Day, dayOf } from '../kit/day.ts'
import { receivers } from '../petitions/courtesy/words.ts'
import { titleOf } from './forms.ts'
import type { Item, Phase } from './outbox.ts'
import type { Today } from './routes.ts'
import type { Account, Shelf } from './shelf.ts'
import { dayOnPhone } from './when.ts'

/** What this face knows at the moment, and what it keeps: everything written goes to the phone before it is sent. */
export interface Me {
  staffId: string
  name: string
  post: string
  roles?: string[]
  gridIds: string[]
  mustChange: boolean
  town: { id: string; name: string; isFiction: boolean }
}
interface Registry {
  accounts: Record<string, Account>
  current: string | null
  /** Signed out without network: the server is still to be told, and nobody is let in before. */
  owes: boolean
}
export type Link = 'unknown' | 'online' | 'offline' | 'signedOut' | 'other'

export const app = document.getElementById('app')!
const registryKey = 'huisheng-field'
export const registry: Registry = (() => {
  try {
    return { accounts: {}, current: null, owes: false, ...JSON.parse(localStorage.getItem(registryKey) ?? '{}') }
  } catch {
    return { accounts: {}, current: null, owes: false }
  }
})()

/** A copy that is on the disk when it is said to be: the browser writes localStorage when it likes, and a battery may go before. */
const registryCopy = async (mode: IDBTransactionMode, work: (s: IDBObjectStore) => IDBRequest): Promise<unknown> => {
  const opened = indexedDB.open('huisheng-phone', 1)
  opened.onupgradeneeded = () => void opened.result.createObjectStore('registry')
  const settled = <T>(r: IDBRequest<T>) =>
    new Promise<T>((ok, no) => {
      r.onsuccess = () => ok(r.result)
      r.onerror = () => no(r.error)
    })
  const db = await settled(opened)
  try {
    return await settled(work(db.transaction('registry', mode, { durability: 'strict' }).objectStore('registry')))
  } finally {
    db.close()
  }
}
export const saveRegistry = () => {
  const text = JSON.stringify(registry)
  localStorage.setItem(registryKey, text)
  void registryCopy('readwrite', (s) => s.put(text, 0)).catch(() => {})
}
/** Before anything else: who uses this phone, as it was written last. */
export const recallRegistry = async () => {
  const text = await registryCopy('readonly', (s) => s.get(0)).catch(() => undefined)
  if (typeof text === 'string') Object.assign(registry, JSON.parse(text))
}

/** What an older version of this face remembered lacks what came later. */
export const completed = (t: Today): Today => {
  const lines = (list: Today['mine'] | undefined) =>
    (list ?? []).map((l) => ({ ...{ closed: false, bearer: '', course: [], up: [], down: [], tell: null }, ...l }))
  return {
    ...{ visits: [], contacts: [], promises: [], people: [], disputeKinds: [], mayPlan: null },
    ...t,
    screening: (t.screening ?? []).map((s) => ({
      ...{ routine: false, fromOn: t.today, standsFor: '', found: [] },
      ...s,
    })),
    visits: (t.visits ?? []).map((v) => ({ ...{ staffId: '', staff: '', goes: true, mayChange: false }, ...v })),
    revisits: lines(t.revisits),
    mine: lines(t.mine),
    reported: lines(t.reported),
    tell: lines(t.tell),
  }
}

export const items = new Map<string, Item>()
export const at = {
  shelf: null as Shelf | null,
  me: null as Me | null,
  today: null as Today | null,
  link: 'unknown' as Link,
  /** How far the server's clock is ahead of this phone's, in milliseconds, and its day. */
  server: { ahead: 0, today: '' },
  /** Messages read here that the server has not heard of yet. */
  read: [] as string[],
  progress: null as { id: string; part: number } | null,
  said: '',
  bad: false,
  /** What was just said is for the page that comes next. */
  carry: false,
  update: false,
  busy: false,
  /** What is wrong with the form on the screen. */
  wrong: {} as Record<string, string>,
  /** Opened and left without a word: not kept. */
  untouched: null as string | null,
  /** Writes what was typed last, if it has not been written yet. */
  flush: (async () => {}) as () => Promise<void>,
  /** Draws the page of the address; the entry says how. */
  show: (_fresh?: boolean): void => {},
  takeUpdate: (): void => {},
}

/** The day it is: what is known of today may be of yesterday, when the phone has been without network since. */
export const dayNow = (): Day =>
  dayOnPhone(dayOf(new Date(Date.now() + at.server.ahead)), (at.today?.today as Day | undefined) ?? null)

export const keep = async (i: Item): Promise<void> => {
  const before = items.get(i.id)
  const next = { ...i, title: titleOf(i) }
  items.set(i.id, next)
  try {
    await at.shelf!.keep(next)
  } catch (e) {
    // What was kept before still stands; what is being typed stays on the screen.
    if (before && items.get(i.id) === next) items.set(i.id, before)
    throw e
  }
  // What has arrived needs its room no longer.
  for (const f of next.files)
    if (f.done && !before?.files.find((x) => x.id === f.id)?.done) await at.shelf!.dropFile(f.id)
}
export const drop = async (i: Item) => {
  items.delete(i.id)
  await at.shelf!.drop(i)
}
export const count = (...p: Phase[]) => [...items.values()].filter((i) => p.includes(i.phase)).length

/** Whether this person's post receives people; the same list as the server's. */
export const mayCheck = (): boolean => receivers.some((r) => at.me?.roles?.includes(r))
