import { usePhone } from '../kit/ui/bits.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { Scroll } from '../kit/ui/Scroll.tsx'
import { roles } from '../people/roles.ts'
import { type IndicatorCode, indicators, isIndicator } from './measure.ts'
import { type Assessed, assessed, type Lists } from './score.ts'

const scored = (Object.keys(indicators) as IndicatorCode[]).filter((c) => indicators[c].scored)

/** Weights per post over what it can be scored on: a table of items and posts at a desk, a card a post on a phone. */
export function Weights({ lists, onChange }: { lists: Lists; onChange: (lists: Lists) => void }) {
  const phone = usePhone()
  const codes = [...scored, ...lists.tasks.map((t) => t.code)]
  const nameOf = (c: string) =>
    isIndicator(c) ? indicators[c].name : lists.tasks.find((t) => t.code === c)?.text || '（任务还没有写内容）'
  const has = (role: Assessed, c: string) =>
    isIndicator(c) || lists.tasks.some((t) => t.code === c && t.roles.includes(role))
  const sum = (role: Assessed) => Object.values(lists.weights[role] ?? {}).reduce((a, b) => a + b, 0)
  const total = (role: Assessed) => <b className={[0, 100].includes(sum(role)) ? '' : 'hs-late'}>{sum(role)}</b>
  const input = (role: Assessed, c: string, label?: string) => (
    <NumberInput
      aria-label={label}
      value={lists.weights[role]?.[c] ?? 0}
      min={0}
      max={100}
      precision={0}
      size="small"
      style={{ width: 72 }}
      onChange={(n) => {
        const { [c]: _, ...rest } = lists.weights[role] ?? {}
        onChange({ ...lists, weights: { ...lists.weights, [role]: n ? { ...rest, [c]: n } : rest } })
      }}
    />
  )
  if (phone)
    return (
      <ul className="hs-rowcards" aria-label="各岗位权重">
        {assessed.map((role) => (
          <li key={role}>
            <b>{roles[role]}</b>
            <div className="hs-fields hs-sided">
              {codes
                .filter((c) => has(role, c))
                .map((c) => (
                  <Field key={c} label={nameOf(c)}>
                    {input(role, c)}
                  </Field>
                ))}
            </div>
            合计 {total(role)}
          </li>
        ))}
      </ul>
    )
  return (
    <Scroll label="各岗位权重">
      <table className="hs-table">
        <thead>
          <tr>
            <th scope="col">项目</th>
            {assessed.map((role) => (
              <th key={role} scope="col">
                {roles[role]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {codes.map((c) => (
            <tr key={c}>
              <th scope="row">{nameOf(c)}</th>
              {assessed.map((role) => (
                <td key={role}>{has(role, c) ? input(role, c, `${roles[role]}的${nameOf(c)}`) : ''}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">合计</th>
            {assessed.map((role) => (
              <td key={role}>{total(role)}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </Scroll>
  )
}
