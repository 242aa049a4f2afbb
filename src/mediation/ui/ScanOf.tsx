import { Select } from 'antd'
import { DayInput } from '../../kit/ui/DayInput.tsx'
import { Field } from '../../kit/ui/Field.tsx'
import { useMe } from '../../people/me.ts'

export interface Person {
  staffId: string
  name: string
  station?: string
}
/** A signed paper on the screen: whose it is, when it was signed, and how far its registration has come. */
export interface Scan {
  key: string
  signing: string
  staffId: string | null
  on: string
  state: 'ready' | 'going' | 'done'
  wrong: string
}
export const ready = (s: Scan) => s.staffId !== null && s.state === 'ready'
export const nameOf = (people: readonly Person[], id: string | null) => people.find((p) => p.staffId === id)?.name ?? ''

/** Who signed it and when; whom another paper has been given to is not offered again. */
export function ScanOf({
  scan,
  people,
  taken,
  fixed,
  set,
}: {
  scan: Scan
  /** None: it was opened for one person, who is not asked for. */
  people: readonly Person[] | null
  taken: ReadonlySet<string>
  fixed: boolean
  set: (more: Partial<Scan>) => void
}) {
  const me = useMe()
  return (
    <>
      {people && (
        <Field label="谁签的">
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            allowClear
            disabled={fixed}
            value={scan.staffId}
            placeholder="请看签名选人"
            options={people
              .filter((p) => p.staffId === scan.staffId || !taken.has(p.staffId))
              .map((p) => ({ value: p.staffId, label: `${p.name}（${p.station ?? ''}）` }))}
            onChange={(staffId: string | undefined) => set({ staffId: staffId ?? null, wrong: '' })}
            style={{ width: '100%' }}
          />
        </Field>
      )}
      <Field label="签字日期">
        <DayInput value={scan.on} today={me.today} disabled={fixed} onChange={(on) => set({ on, wrong: '' })} />
      </Field>
      {scan.wrong && <p className="hs-late">{scan.wrong}</p>}
    </>
  )
}
