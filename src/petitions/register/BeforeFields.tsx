import { Input, Select } from 'antd'
import { options } from '../../kit/choice.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { type Before, befores, elsewheres, mostChars, noAnswer } from './before.ts'

/** “这件事以前反映过吗？”, asked of whoever stands at the counter; it may stay unasked. */
export function BeforeFields({
  value,
  wrong,
  onChange,
}: {
  value: Before | null
  wrong: Record<string, string>
  onChange: (b: Before | null) => void
}) {
  const set = (more: Partial<Before>) => value && onChange({ ...value, ...more })
  const line = (k: keyof typeof mostChars, label: string, placeholder: string) => (
    <div className="hs-third">
      <Field label={label} wrong={wrong[`before.${k}`]}>
        <Input
          value={value?.[k]}
          maxLength={mostChars[k]}
          placeholder={placeholder}
          onChange={(e) => set({ [k]: e.target.value })}
        />
      </Field>
    </div>
  )
  return (
    <>
      <div className="hs-wide">
        <fieldset className="hs-chips">
          <legend>这件事以前反映过吗（问一问本人）</legend>
          {[{ value: null, label: '没有问' } as const, ...options(befores)].map((o) => (
            <label key={o.label}>
              <input
                type="radio"
                name="before"
                checked={(value?.answer ?? null) === o.value}
                onChange={() => onChange(o.value && { ...noAnswer, ...value, answer: o.value })}
              />
              <span>{o.label}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {value?.answer === 'elsewhere' && (
        <div className="hs-third">
          <Field label="在哪里" wrong={wrong['before.at']}>
            <Select
              value={value.at ?? undefined}
              onChange={(at) => set({ at })}
              options={options(elsewheres)}
              placeholder="请选择"
              style={{ width: '100%' }}
            />
          </Field>
        </div>
      )}
      {value?.answer === 'again' && line('number', '编号', '例如：XF2026-0012')}
      {value && value.answer !== 'none' && line('when', '什么时候', '例如：去年秋天')}
      {value && (value.answer === 'again' || value.answer === 'lost') && line('whom', '找的谁', '例如：村里的信息员')}
    </>
  )
}
