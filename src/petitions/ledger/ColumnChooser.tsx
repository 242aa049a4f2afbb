import { Button, Checkbox, Popover } from 'antd'
import { useState } from 'react'
import { columns, columnsOf, defaultColumns } from './columns.ts'

/** Which columns, in which order: tick, drag, or move with the arrows. Remembered for the person. */
export function ColumnChooser({ value, onChange }: { value: string[]; onChange: (keys: string[]) => void }) {
  const [held, setHeld] = useState<string | null>(null)
  const chosen = columnsOf(value).map((c) => c.key)
  const rest = columns.filter((c) => !chosen.includes(c.key)).map((c) => c.key)
  const title = (k: string) => columns.find((c) => c.key === k)!.title
  const move = (k: string, to: number) => {
    const next = chosen.filter((x) => x !== k)
    next.splice(Math.max(0, Math.min(to, next.length)), 0, k)
    onChange(next)
  }
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      getPopupContainer={() => document.getElementById('main') ?? document.body}
      content={
        <div className="hs-columns">
          <ul>
            {chosen.map((k, i) => (
              <li
                key={k}
                draggable
                onDragStart={() => setHeld(k)}
                onDragEnd={() => setHeld(null)}
                onDragOver={(e) => {
                  if (!held) return
                  e.preventDefault()
                  if (held !== k) move(held, i)
                }}
                className={held === k ? 'hs-held' : undefined}
              >
                <Checkbox
                  checked
                  disabled={chosen.length === 1}
                  onChange={() => onChange(chosen.filter((x) => x !== k))}
                >
                  {title(k)}
                </Checkbox>
                <span>
                  <Button
                    size="small"
                    type="text"
                    disabled={i === 0}
                    onClick={() => move(k, i - 1)}
                    aria-label={`${title(k)} 前移`}
                  >
                    ↑
                  </Button>
                  <Button
                    size="small"
                    type="text"
                    disabled={i === chosen.length - 1}
                    onClick={() => move(k, i + 1)}
                    aria-label={`${title(k)} 后移`}
                  >
                    ↓
                  </Button>
                </span>
              </li>
            ))}
            {rest.map((k) => (
              <li key={k}>
                <Checkbox checked={false} onChange={() => onChange([...chosen, k])}>
                  {title(k)}
                </Checkbox>
              </li>
            ))}
          </ul>
          <Button size="small" type="link" onClick={() => onChange(defaultColumns)}>
            恢复默认
          </Button>
        </div>
      }
    >
      <button type="button" className="hs-link">
        列设置
      </button>
    </Popover>
  )
}
