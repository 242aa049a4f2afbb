import { Button, Checkbox, Input, Select } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { options } from '../../kit/choice.ts'
import { idTypes, partyKinds, partyRoles } from '../petition.ts'
import { namesPasted, type Person, readIdTyped } from './check.ts'

export const blankPerson = (more: Partial<Person> = {}): Person => ({
  role: 'petitioner',
  kind: 'person',
  name: '',
  phone: '',
  address: '',
  idType: '',
  idLast4: '',
  idChecked: false,
  isRepresentative: false,
  eService: false,
  actsFor: '',
  ...more,
})

/**
 * Who petitions: one or many, agents and guardians. A list of names pasted into a name becomes one row each.
 * An identity number is checked as it is typed; only its last four characters leave the field.
 */
export function People({
  people,
  anonymous,
  wrong,
  tried,
  onChange,
  onIdFault,
  children,
}: {
  people: Person[]
  anonymous: boolean
  wrong: Record<string, string>
  /** Asked to register: a number half typed is wrong now. */
  tried: boolean
  onChange: (people: Person[]) => void
  onIdFault: (i: number, fault: string | null) => void
  children: ReactNode
}) {
  // What is being typed into the number's field; never kept in the draft.
  const [typed, setTyped] = useState<Record<number, string>>({})
  const box = useRef<HTMLDivElement>(null)
  const someone = (i: number, more: Partial<Person>) =>
    onChange(people.map((p, k) => (k === i ? { ...p, ...more } : p)))
  const focusName = (i: number) =>
    requestAnimationFrame(() => box.current?.querySelectorAll<HTMLElement>('[data-name]')[i]?.focus())
  const add = (role: Person['role']) => {
    onChange([...people, blankPerson({ role, isRepresentative: false })])
    focusName(people.length)
  }
  const drop = (i: number) => {
    onChange(people.filter((_, k) => k !== i))
    setTyped({})
    onIdFault(i, null)
    focusName(Math.max(0, i - 1))
  }
  const settleId = (i: number) => {
    const raw = typed[i]
    if (raw === undefined) return
    const read = readIdTyped(raw, people[i]!.idType)
    onIdFault(i, read.fault)
    if (read.fault) return
    someone(i, { idLast4: read.last4, idType: read.type, idChecked: read.last4 !== '' && read.type !== '' })
    setTyped(({ [i]: _, ...rest }) => rest)
  }
  const many = people.length > 1
  const representatives = people.filter((p) => p.isRepresentative).length
  return (
    <div ref={box}>
      {people.map((p, i) => {
        const fault = (key: string) => wrong[`people.${i}.${key}`]
        const n = many ? `第 ${i + 1} 人` : ''
        return (
          <fieldset key={i} className="hs-person" aria-label={`第 ${i + 1} 人`}>
            <div className="hs-ask">
              <span>{p.role === 'petitioner' && !anonymous ? '姓名（必填）' : '姓名'}</span>
              <Input
                data-name=""
                aria-label={`${n}姓名`}
                autoFocus={i === 0}
                autoComplete="off"
                value={p.name}
                disabled={anonymous && p.role === 'petitioner'}
                aria-invalid={wrong.parties && i === 0 && !p.name ? true : undefined}
                status={wrong.parties && !p.name ? 'error' : undefined}
                onChange={(e) => someone(i, { name: e.target.value })}
                onPaste={(e) => {
                  const names = namesPasted(e.clipboardData.getData('text'))
                  if (names.length < 2) return
                  e.preventDefault()
                  onChange([
                    ...people.slice(0, i),
                    { ...p, name: names[0]! },
                    ...names.slice(1).map((name) => blankPerson({ name })),
                    ...people.slice(i + 1),
                  ])
                }}
              />
            </div>
            <div className="hs-ask">
              <span>电话</span>
              <Input
                aria-label={`${n}电话`}
                autoComplete="off"
                inputMode="tel"
                value={p.phone}
                aria-invalid={fault('phone') ? true : undefined}
                status={fault('phone') && (tried || p.phone.length > 6) ? 'error' : undefined}
                onChange={(e) => someone(i, { phone: e.target.value })}
              />
            </div>
            <div className="hs-ask">
              <span>证件号（只留后四位）</span>
              <Input
                aria-label={`${n}证件号`}
                autoComplete="off"
                value={typed[i] ?? (p.idLast4 ? `**** ${p.idLast4}` : '')}
                aria-invalid={fault('id') ? true : undefined}
                status={fault('id') ? 'error' : undefined}
                onFocus={() => typed[i] === undefined && setTyped({ ...typed, [i]: '' })}
                onChange={(e) => {
                  setTyped({ ...typed, [i]: e.target.value })
                  if (fault('id')) onIdFault(i, null)
                }}
                onBlur={() => {
                  // Passing through the field leaves what was there.
                  if (typed[i] === '' && p.idLast4 && !fault('id')) return setTyped(({ [i]: _, ...rest }) => rest)
                  settleId(i)
                }}
                onKeyDown={(e) => e.key === 'Enter' && settleId(i)}
              />
            </div>
            <div className="hs-ask">
              <span>证件种类</span>
              <Select
                aria-label={`${n}证件种类`}
                value={p.idType}
                onChange={(idType) => someone(i, { idType, idChecked: idType !== '' && p.idLast4 !== '' })}
                options={options(idTypes)}
                popupMatchSelectWidth={false}
              />
            </div>
            <div className="hs-ask hs-person-long">
              <span>住址</span>
              <Input
                aria-label={`${n}住址`}
                autoComplete="off"
                value={p.address}
                onChange={(e) => someone(i, { address: e.target.value })}
              />
            </div>
            <div className="hs-ask">
              <span>身份</span>
              <Select
                aria-label={`${n}身份`}
                value={p.role}
                onChange={(role) => someone(i, { role, isRepresentative: false })}
                options={options(partyRoles)}
              />
            </div>
            {p.role === 'petitioner' ? (
              <div className="hs-ask">
                <span>个人或单位</span>
                <Select
                  aria-label={`${n}个人或单位`}
                  value={p.kind}
                  onChange={(kind) => someone(i, { kind })}
                  options={options(partyKinds)}
                />
              </div>
            ) : (
              <div className="hs-ask">
                <span>代谁</span>
                <Input
                  aria-label={`${n}代谁`}
                  value={p.actsFor}
                  aria-invalid={fault('actsFor') ? true : undefined}
                  status={fault('actsFor') ? 'error' : undefined}
                  placeholder={people.find((x) => x.role === 'petitioner')?.name}
                  onChange={(e) => someone(i, { actsFor: e.target.value })}
                />
              </div>
            )}
            {many && (
              <div className="hs-person-end">
                {p.role === 'petitioner' && (
                  <Checkbox
                    checked={p.isRepresentative}
                    disabled={!p.isRepresentative && representatives >= 5}
                    onChange={(e) => someone(i, { isRepresentative: e.target.checked })}
                  >
                    代表
                  </Checkbox>
                )}
                <Button size="small" type="text" aria-label={`去掉第 ${i + 1} 人`} onClick={() => drop(i)}>
                  去掉
                </Button>
              </div>
            )}
            {['name', 'phone', 'id', 'address', 'actsFor'].map(
              (k) =>
                fault(k) &&
                (k !== 'phone' || tried || p.phone.length > 6) && (
                  <p key={k} className="hs-wrong hs-person-wrong" role="status">
                    {fault(k)}
                  </p>
                ),
            )}
          </fieldset>
        )
      })}
      {wrong.parties && <div className="hs-wrong">{wrong.parties}</div>}
      <div className="hs-inline hs-people-foot">
        <Button size="small" onClick={() => add('petitioner')}>
          增加信访人
        </Button>
        <Button size="small" onClick={() => add('agent')}>
          增加代理人
        </Button>
        {children}
        {many && <span className="hs-muted">已推选代表 {representatives} 人，最多 5 人</span>}
      </div>
    </div>
  )
}
