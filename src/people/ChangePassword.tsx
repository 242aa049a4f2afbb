import { Button, Input, Modal } from 'antd'
import { type FormEvent, useState } from 'react'
import { Sentence, useTitle } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { type Me, peopleRoutes } from './routes.ts'

function Form({ onDone, onCancel }: { onDone: () => void; onCancel?: () => void }) {
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [twice, setTwice] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const wrong = error instanceof Failure ? error.fields : {}
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (next !== twice) {
      setError(new Failure('两次填写的新密码不一样', 400, { twice: '与上面填写的不一样' }))
      return
    }
    setBusy(true)
    setError(null)
    try {
      await call(peopleRoutes.changePassword, { body: { old, password: next } })
      onDone()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={submit}>
      <Field label="原密码" wrong={wrong.old}>
        <Input.Password
          value={old}
          onChange={(e) => setOld(e.target.value)}
          autoComplete="current-password"
          maxLength={200}
        />
      </Field>
      <Field
        label="新密码"
        hint="不少于 12 位；或至少 8 位，含大写、小写字母、数字、符号中的三种"
        wrong={wrong.password}
      >
        <Input.Password
          value={next}
          onChange={(e) => setNext(e.target.value)}
          autoComplete="new-password"
          maxLength={200}
        />
      </Field>
      <Field label="再填一遍新密码" wrong={wrong.twice}>
        <Input.Password
          value={twice}
          onChange={(e) => setTwice(e.target.value)}
          autoComplete="new-password"
          maxLength={200}
        />
      </Field>
      <Sentence error={error} />
      <div className="hs-actions">
        <Button type="primary" htmlType="submit" loading={busy}>
          保存新密码
        </Button>
        {onCancel && <Button onClick={onCancel}>取消</Button>}
      </div>
    </form>
  )
}

/** The first password is known to whoever gave it, so it must be changed before anything else. */
export default function ChangePassword({ me, onDone }: { me: Me; onDone: () => void }) {
  useTitle('修改初始密码')
  return (
    <main className="hs-door">
      <div className="hs-card">
        <div className="hs-brand">
          <h1>回声</h1>
          <p className="hs-muted">
            {me.town.name} · {me.name}
          </p>
        </div>
        <p className="hs-note">这是第一次登录，请先把初始密码换成自己的。</p>
        <Form onDone={onDone} />
      </div>
    </main>
  )
}

export function ChangePasswordDialog({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  return (
    <Modal open title="修改密码" footer={null} onCancel={onCancel} width={400}>
      <Form onDone={onDone} onCancel={onCancel} />
    </Modal>
  )
}
