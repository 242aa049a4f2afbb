import type { Item } from './outbox.ts'
import type { Today } from './routes.ts'
import type { Shelf } from './shelf.ts'

/** What a form is given to write on. */
export interface Desk {
  shelf: Shelf
  today: Today | null
  /** Whether this person receives people, and so checks how (四声五心). */
  receives: boolean
  item: () => Item
  /** The form has new content: kept a moment later. */
  change: (body: unknown) => void
  /** Files came or went: kept at once. False when the record was thrown away, or left without its files, meanwhile. */
  files: (change: (i: Item) => Item) => Promise<boolean>
  /** Show the form again. */
  again: () => void
  says: (sentence: string, bad?: boolean) => void
  wrong: Record<string, string>
}

/** What the form writes, and how a change to it is kept. */
export const bodyOf = <B extends object>(d: Desk): [B, (more: Partial<B>) => void] => {
  const b = d.item().body as B
  return [
    b,
    (more) => {
      Object.assign(b, more)
      d.change(b)
    },
  ]
}
