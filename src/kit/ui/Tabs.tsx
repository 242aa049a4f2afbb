import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

export interface TabItem {
  key: string
  label: string
  children: ReactNode
}

/**
 * Tabs in one row that scrolls sideways by itself where it does not fit. Arrow keys walk, Home and End jump.
 * A panel is made when first opened and then kept, so that what goes on in it (an upload) goes on; with `leave`
 * only the open one exists.
 */
export function Tabs({
  items,
  value,
  onChange,
  label,
  leave = false,
}: {
  items: TabItem[]
  value: string
  onChange: (key: string) => void
  label: string
  leave?: boolean
}) {
  const id = useId()
  const row = useRef<HTMLDivElement>(null)
  const now = items.find((i) => i.key === value)?.key ?? items[0]?.key ?? ''
  const [seen, setSeen] = useState<readonly string[]>([now])
  if (!seen.includes(now)) setSeen([...seen, now])
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>(`[data-tab="${now}"]`)
    // Only sideways: opening a page must not scroll it down to its tabs.
    if (tab && row.current) row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2
  }, [now])
  const walk = (e: KeyboardEvent) => {
    const at = items.findIndex((i) => i.key === now)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[e.key]
    if (to === undefined) return
    e.preventDefault()
    const next = items[(to + items.length) % items.length]!
    onChange(next.key)
    row.current?.querySelector<HTMLElement>(`[data-tab="${next.key}"]`)?.focus({ preventScroll: true })
  }
  return (
    <div className="hs-tabs">
      <div className="hs-tabs-row" role="tablist" aria-label={label} ref={row} onKeyDown={walk}>
        {items.map((i) => (
          <button
            key={i.key}
            type="button"
            role="tab"
            id={`${id}${i.key}`}
            data-tab={i.key}
            aria-selected={i.key === now}
            aria-controls={seen.includes(i.key) && (!leave || i.key === now) ? `${id}${i.key}p` : undefined}
            tabIndex={i.key === now ? 0 : -1}
            onClick={() => onChange(i.key)}
          >
            {i.label}
          </button>
        ))}
      </div>
      {items
        .filter((i) => i.key === now || (!leave && seen.includes(i.key)))
        .map((i) => (
          <div
            key={i.key}
            role="tabpanel"
            id={`${id}${i.key}p`}
            aria-labelledby={`${id}${i.key}`}
            hidden={i.key !== now}
            className="hs-tab"
          >
            {i.children}
          </div>
        ))}
    </div>
  )
}
