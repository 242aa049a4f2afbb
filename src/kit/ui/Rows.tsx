import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Nothing, usePhone } from './bits.tsx'
import { Failure } from './call.ts'
import { newRequestId } from './draft.ts'
import { Scroll } from './Scroll.tsx'
import { unbroken } from './unbroken.tsx'
import './rows.css'

export interface Col<R> {
  title: string
  of: (row: R) => ReactNode
  /** Numbers stand at the right. */
  num?: boolean
}

const cell = (shown: ReactNode) => (typeof shown === 'string' ? unbroken(shown) : shown)

/** A list said once: a table at a desk, cards on a phone. */
export function Rows<R>({
  label,
  rows,
  columns,
  keyOf,
  none,
  maxHeight,
}: {
  label: string
  rows: readonly R[]
  columns: Col<R>[]
  keyOf: (row: R) => string
  none: string
  /** A long table at a desk scrolls in its own box. */
  maxHeight?: number
}) {
  const phone = usePhone()
  if (rows.length === 0) return <Nothing>{none}</Nothing>
  if (phone)
    return (
      <ul className="hs-rowcards" aria-label={label}>
        {rows.map((r) => (
          <li key={keyOf(r)}>
            <dl>
              {columns.map((c) => {
                const shown = c.of(r)
                return shown === '' || shown === false || shown === null || shown === undefined ? null : (
                  <div key={c.title} style={{ display: 'contents' }}>
                    <dt>{c.title}</dt>
                    <dd>{cell(shown)}</dd>
                  </div>
                )
              })}
            </dl>
          </li>
        ))}
      </ul>
    )
  return (
    <Scroll label={label} style={{ maxHeight }}>
      <table className="hs-table">
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.title} scope="col" className={c.num ? 'hs-num' : undefined}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={keyOf(r)}>
              {columns.map((c) => (
                <td key={c.title} className={c.num ? 'hs-num' : undefined}>
                  {cell(c.of(r))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/**
 * One write. Its request id stays the same until it has succeeded, so sending again after a lost answer is the same request;
 * what is shown anew is named by the first word of its query key. A refusal reads it anew too: the page was behind.
 */
export function useWrite<I>(
  go: (input: I, requestId: string) => Promise<unknown>,
  shows: string[],
  then?: { says?: string | ((input: I) => string); done?: () => void },
) {
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [requestId, renew] = useState(newRequestId)
  const again = () => Promise.all(shows.map((k) => queries.invalidateQueries({ queryKey: [k] })))
  const write = useMutation({
    mutationFn: (input: I) => go(input, requestId),
    onSuccess: async (_made, input) => {
      renew(newRequestId())
      if (then?.says) message.success(typeof then.says === 'string' ? then.says : then.says(input))
      then?.done?.()
      await again()
    },
    onError: async (e) => {
      if (e instanceof Failure && e.status === 409) await again()
    },
  })
  // The same pressed again while it is under way is one press; something else waits its turn, with a request id of its own.
  const running = useRef<{ of: string; done: Promise<unknown> } | null>(null)
  const mutateAsync = (input: I): Promise<unknown> => {
    const of = JSON.stringify(input) ?? ''
    const now = running.current
    if (now?.of === of) return now.done
    const start = () => write.mutateAsync(input)
    const done: Promise<unknown> = (now ? now.done.then(start, start) : start()).finally(() => {
      if (running.current?.done === done) running.current = null
    })
    running.current = { of, done }
    return done
  }
  return { ...write, mutateAsync, mutate: (input: I) => void mutateAsync(input).catch(() => {}) }
}

export interface Section {
  key: string
  label: string
  children: ReactNode
}

/** Parts of a page, one shown at a time; which one stands in the address, so that back and a bookmark work. */
export function Sections({ label, items, first }: { label: string; items: Section[]; first?: string | undefined }) {
  const [params] = useSearchParams()
  const now = items.find((i) => i.key === (params.get('tab') ?? first)) ?? items[0]
  return (
    <>
      <nav className="hs-sections" aria-label={label}>
        {items.map((i) => (
          <Link key={i.key} to={`?tab=${i.key}`} replace aria-current={i === now ? 'page' : undefined}>
            {i.label}
          </Link>
        ))}
      </nav>
      {now && <div key={now.key}>{now.children}</div>}
    </>
  )
}
