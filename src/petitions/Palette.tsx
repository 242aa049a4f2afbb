import { useQuery } from '@tanstack/react-query'
import { Input, type InputRef, Modal } from 'antd'
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../kit/ui/call.ts'
import { shortcutsOff, useShortcuts } from '../kit/ui/shortcuts.tsx'
import { steps } from './petition.ts'
import { petitionRoutes } from './routes.ts'

interface Line {
  to: string
  label: string
  hint: string
}

/** Ctrl+K from anywhere: type a number, a name, some words or the name of a page, Enter goes there. */
export function Palette({ pages, matters }: { pages: { to: string; label: string }[]; matters: boolean }) {
  const go = useNavigate()
  const id = useId()
  const box = useRef<InputRef>(null)
  const [open, setOpen] = useState(false)
  const [q, setQ] = useState('')
  const [at, setAt] = useState(0)
  const asked = useDeferredValue(q.trim())
  useShortcuts([{ key: 'Ctrl+K', says: '查找事项或页面', run: () => setOpen(true) }])
  useEffect(() => {
    const onKey = (e: globalThis.KeyboardEvent) => {
      if (e.isComposing || e.key.toLowerCase() !== 'k' || !(e.ctrlKey || e.metaKey) || shortcutsOff()) return
      e.preventDefault()
      setQ('')
      setAt(0)
      setOpen(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const found = useQuery({
    queryKey: ['petitions', 'palette', asked],
    enabled: open && matters && asked.length >= 2,
    queryFn: ({ signal }) => call(petitionRoutes.ledger, { query: { q: asked, size: 8 }, signal }),
    placeholderData: (x) => x,
  })
  const lines: Line[] = [
    ...pages.filter((p) => !asked || p.label.includes(asked)).map((p) => ({ ...p, hint: '页面' })),
    ...(asked.length >= 2 ? (found.data?.rows ?? []) : []).map((r) => ({
      to: `/matter/${r.id}`,
      label: `${r.number} ${r.title}`,
      hint: [r.petitioner, r.village, steps[r.step]].filter(Boolean).join(' · '),
    })),
  ]
  const now = Math.min(at, Math.max(0, lines.length - 1))
  const pick = (line: Line | undefined) => {
    if (!line) return
    setOpen(false)
    void go(line.to)
  }
  const onKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return
    if (e.key === 'Enter') pick(lines[now])
    else if (e.key === 'ArrowDown') setAt(Math.min(now + 1, lines.length - 1))
    else if (e.key === 'ArrowUp') setAt(Math.max(now - 1, 0))
    else return
    e.preventDefault()
  }
  return (
    <Modal
      open={open}
      title="查找事项或页面"
      onCancel={() => setOpen(false)}
      afterOpenChange={(shown) => shown && box.current?.focus()}
      footer={null}
      width={600}
      destroyOnHidden
    >
      <Input
        ref={box}
        autoFocus
        value={q}
        onChange={(e) => {
          setQ(e.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
        role="combobox"
        aria-expanded={lines.length > 0}
        aria-controls={`${id}list`}
        aria-activedescendant={lines.length ? `${id}${now}` : undefined}
        aria-label="编号、姓名、内容或页面名称"
        placeholder="编号、姓名、内容或页面名称"
      />
      <div className="hs-palette" role="listbox" aria-label="结果" id={`${id}list`}>
        {lines.map((l, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box above, which keeps the focus
          // biome-ignore lint/a11y/useFocusableInteractive: the box above keeps the focus and points here
          <div key={l.to} id={`${id}${i}`} role="option" aria-selected={i === now} onClick={() => pick(l)}>
            <span>{l.label}</span>
            <small>{l.hint}</small>
          </div>
        ))}
      </div>
      {lines.length === 0 && <p className="hs-muted">没有找到，换几个字试试。</p>}
    </Modal>
  )
}
