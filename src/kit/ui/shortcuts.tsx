import { Button, Modal, Switch } from 'antd'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'

export interface Shortcut {
  key: string
  says: string
  run: (e: KeyboardEvent) => void
}

interface Board {
  add: (list: { current: Shortcut[] }) => () => void
  openHelp: () => void
}
const BoardContext = createContext<Board | null>(null)

const offKey = 'huisheng:shortcuts-off'
/** Whether the person at this browser has switched the keys off. */
export const shortcutsOff = () => localStorage.getItem(offKey) === '1'
const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest(
      'input:not([type=checkbox]):not([type=radio]),textarea,select,[role=combobox],[role=listbox],[role=dialog],[role=menu]',
    ) !== null)
const covered = () => document.querySelector('.ant-modal-wrap:not([style*="display: none"]),.ant-drawer-open') !== null

/** One listener for all shortcuts of the page. Silent while somebody types, composes Chinese, or a dialog is open. */
export function Shortcuts({ children }: { children: ReactNode }) {
  const lists = useRef(new Set<{ current: Shortcut[] }>())
  const [help, setHelp] = useState(false)
  const [off, setOff] = useState(shortcutsOff)
  const board = useMemo<Board>(
    () => ({
      add: (list) => {
        lists.current.add(list)
        return () => void lists.current.delete(list)
      },
      openHelp: () => setHelp(true),
    }),
    [],
  )
  useEffect(() => {
    if (off) return
    const onKey = (e: KeyboardEvent) => {
      // 229 is what old input methods send for a key they have taken
      if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return
      if (typing(e.target) || covered()) return
      if (e.key === '?') {
        e.preventDefault()
        setHelp(true)
        return
      }
      if (e.key === 'Enter' && e.target instanceof HTMLElement && e.target.closest('a,button,summary')) return
      for (const list of [...lists.current].reverse()) {
        const hit = list.current.find((s) => s.key.toLowerCase() === e.key.toLowerCase())
        if (hit) {
          e.preventDefault()
          hit.run(e)
          return
        }
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [off])
  const all = help ? [...lists.current].flatMap((l) => l.current) : []
  return (
    <BoardContext value={board}>
      {children}
      <Modal
        open={help}
        title="快捷键"
        onCancel={() => setHelp(false)}
        footer={<Button onClick={() => setHelp(false)}>关闭</Button>}
        width={420}
      >
        <table className="hs-keys">
          <tbody>
            {[...all, { key: '?', says: '显示本表', run: () => {} }].map((s) => (
              <tr key={s.key + s.says}>
                <th scope="row">
                  <kbd>{s.key}</kbd>
                </th>
                <td>{s.says}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="hs-muted">正在输入文字或使用输入法时，快捷键不起作用。</p>
        <div className="hs-inline">
          <Switch
            size="small"
            checked={!off}
            onChange={(on) => {
              setOff(!on)
              localStorage.setItem(offKey, on ? '0' : '1')
            }}
            aria-label="使用快捷键"
          />
          使用快捷键
        </div>
      </Modal>
    </BoardContext>
  )
}

/** Shortcuts of this page, while it is shown. */
export const useShortcuts = (list: Shortcut[]) => {
  const board = useContext(BoardContext)
  const ref = useRef(list)
  ref.current = list
  useEffect(() => board?.add(ref), [board])
}

export const useShortcutHelp = () => useContext(BoardContext)?.openHelp ?? (() => {})
