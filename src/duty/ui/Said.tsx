import { Button, Input } from 'antd'
import { PersonInput } from '../../people/pickers.tsx'
import type { Said as Line } from '../said.ts'

/** Who said what, line by line: options, dissent. What was wrong with a line stands under it. */
export function Said({
  label,
  hint,
  add,
  list,
  set,
  wrong,
}: {
  label: string
  hint?: string
  add: string
  list: Line[]
  set: (next: Line[]) => void
  /** The sentence of the whole list (''), or of a line ('0.by'). */
  wrong: (of: string) => string | undefined
}) {
  const put = (i: number, more: Partial<Line>) => set(list.map((x, n) => (n === i ? { ...x, ...more } : x)))
  return (
    <fieldset className="hs-field hs-stackless">
      <legend>
        {label}
        {hint && `（${hint}）`}
      </legend>
      {list.map((x, i) => {
        const no = [wrong(`${i}.by`), wrong(`${i}.text`)].filter(Boolean).join('；')
        return (
          <div key={i} className="hs-said">
            <PersonInput
              aria-label={`${label} ${i + 1} 是谁的`}
              placeholder="谁"
              status={wrong(`${i}.by`) ? 'error' : ''}
              value={x.by}
              onChange={(by, staffId) => put(i, { by, staffId })}
            />
            <Input.TextArea
              aria-label={`${label} ${i + 1} 内容`}
              placeholder="意见"
              maxLength={1000}
              autoSize
              status={wrong(`${i}.text`) ? 'error' : ''}
              value={x.text}
              onChange={(e) => put(i, { text: e.target.value })}
            />
            <Button
              size="small"
              onClick={() => set(list.filter((_, n) => n !== i))}
              aria-label={`去掉${label} ${i + 1}`}
            >
              去掉
            </Button>
            {no && <div className="hs-wrong">{no}</div>}
          </div>
        )
      })}
      <Button size="small" onClick={() => set([...list, { by: '', text: '' }])}>
        {add}
      </Button>
      {wrong('') && <div className="hs-wrong">{wrong('')}</div>}
    </fieldset>
  )
}
