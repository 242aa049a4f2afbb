import { Drawer } from 'antd'
import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react'
import { NavLink, useLocation } from 'react-router'
import { useShortcutHelp } from './shortcuts.tsx'

export interface RailItem {
  to: string
  label: string
  count?: number | undefined
  /** Lines of one group stand together under its name; those without one come first. */
  group?: string | undefined
}

interface ShellProps {
  brand: string
  place: string
  items: RailItem[]
  person: ReactNode
  banners: string[]
  children: ReactNode
}

function Rail({ brand, place, items, person, onGo }: Omit<ShellProps, 'banners' | 'children'> & { onGo?: () => void }) {
  const help = useShortcutHelp()
  return (
    <aside className="hs-rail" aria-label="侧栏">
      <div className="hs-rail-top">
        <b>{brand}</b>
        <span>{place}</span>
      </div>
      <nav aria-label="主菜单">
        {[...new Set(items.map((i) => i.group ?? ''))]
          .sort((a, b) => Number(a !== '') - Number(b !== ''))
          .map((group) => (
            <Fragment key={group}>
              {group && <p className="hs-rail-group">{group}</p>}
              <ul aria-label={group || undefined}>
                {items
                  .filter((i) => (i.group ?? '') === group)
                  .map((i) => (
                    <li key={i.to}>
                      <NavLink to={i.to} end={i.to === '/'} onClick={onGo}>
                        {i.label}
                        {i.count !== undefined && i.count > 0 && (
                          <span className="hs-badge">{i.count.toLocaleString('zh-CN')}</span>
                        )}
                      </NavLink>
                    </li>
                  ))}
              </ul>
            </Fragment>
          ))}
      </nav>
      <div className="hs-rail-foot">
        {person}
        <button
          type="button"
          className="hs-link"
          onClick={() => {
            onGo?.()
            help()
          }}
        >
          快捷键（?）
        </button>
      </div>
    </aside>
  )
}

/** The dark rail and the page beside it; on a phone a top bar with a drawer. */
export function Shell({ banners, children, ...rail }: ShellProps) {
  const [open, setOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const first = useRef(true)
  // A new page starts at its top, and a screen reader starts there too.
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    main.current?.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return (
    <div className="hs-shell">
      <a className="hs-skip" href="#main">
        跳到正文
      </a>
      {banners.length > 0 ? (
        <section className="hs-banner" aria-label="提示">
          {banners.map((b) => (
            <span key={b}>{b}</span>
          ))}
        </section>
      ) : (
        <div style={{ gridColumn: '1 / -1' }} />
      )}
      <Rail {...rail} />
      <header className="hs-topbar">
        <b>{rail.brand}</b>
        <span>{rail.place}</span>
        <button type="button" onClick={() => setOpen(true)} aria-expanded={open}>
          菜单
        </button>
      </header>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        placement="left"
        size={260}
        title={null}
        closable={false}
        rootClassName="hs-drawer"
        styles={{ body: { padding: 0 } }}
        aria-label="菜单"
      >
        <Rail {...rail} onGo={() => setOpen(false)} />
      </Drawer>
      <main className="hs-main" id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
    </div>
  )
}
