import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { type FormEvent, useEffect, useState } from 'react'
import { options } from '../../kit/choice.ts'
import { PageHead, Panel, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has, useMe } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import { type Kin, relations } from './kin.ts'
import './protect.css'
import { useSend } from '../../kit/ui/useSend.ts'
import { protectRoutes as r } from './routes.ts'

function Form({ staffId, mine }: { staffId: string; mine: boolean }) {
  const client = useQueryClient()
  const q = useQuery({ queryKey: ['kin', staffId], queryFn: () => call(r.kin, { params: { id: staffId } }) })
  const [kin, setKin] = useState<Kin[]>([])
  useEffect(() => {
    if (q.data) setKin(q.data.kin.length ? q.data.kin : [{ name: '', relation: 'spouse' }])
  }, [q.data])
  const { send, busy, error } = useSend()
  const change = (i: number, more: Partial<Kin>) => setKin(kin.map((k, n) => (n === i ? { ...k, ...more } : k)))
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (!q.data) return
    const body = { version: q.data.version, kin: kin.filter((k) => k.name.trim() !== '') }
    if (await send('declare', () => call(r.declareKin, { params: { id: staffId }, body }), '已申报'))
      await client.invalidateQueries({ queryKey: ['kin', staffId] })
  }
  if (q.isPending) return <Waiting rows={4} />
  if (!q.data) return <Sentence error={q.error} retry={() => q.refetch()} />
  return (
    <form onSubmit={submit}>
      {!mine && <h2>{q.data.name}</h2>}
      <ul className="hs-kin">
        {kin.map((k, i) => (
          <li key={i}>
            <Input
              aria-label={`第 ${i + 1} 人姓名`}
              placeholder="姓名"
              value={k.name}
              maxLength={40}
              onChange={(e) => change(i, { name: e.target.value })}
            />
            <Select
              aria-label={`第 ${i + 1} 人关系`}
              value={k.relation}
              onChange={(relation) => change(i, { relation })}
              options={options(relations)}
            />
            <Button aria-label={`去掉第 ${i + 1} 人`} onClick={() => setKin(kin.filter((_, n) => n !== i))}>
              去掉
            </Button>
          </li>
        ))}
      </ul>
      <Sentence error={error} />
      <div className="hs-actions">
        <Button onClick={() => setKin([...kin, { name: '', relation: 'other' }])}>再加一人</Button>
        <Button type="primary" htmlType="submit" loading={busy !== ''}>
          保存申报
        </Button>
      </div>
    </form>
  )
}

/** Kin declared for recusal: each person his own; the security administrator anyone's. */
export default function KinPage() {
  const me = useMe()
  const keeper = has(me, 'securityAdmin')
  const [staffId, setStaffId] = useState<string>(me.staffId)
  return (
    <>
      <PageHead title="近亲属申报" />
      <Panel>
        <p className="hs-note">
          仅用于回避：您的近亲属来反映事项，或事项涉及他们时，系统提示您回避。只有您本人和安全管理员能看到，留痕只记人数。
        </p>
        {keeper && (
          <Field label="代为录入（持本人签名的申报表）">
            <StaffPicker value={staffId} onChange={(id) => setStaffId(id ?? me.staffId)} />
          </Field>
        )}
        <Form key={staffId} staffId={staffId} mine={staffId === me.staffId} />
      </Panel>
    </>
  )
}
