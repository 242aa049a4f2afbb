import { Button, Input, type InputRef, Modal, Select } from 'antd'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Sentence, useTitle } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { lastUser } from './me.ts'
import { type Role, roles } from './roles.ts'
import { type Me, peopleRoutes } from './routes.ts'

interface Door {
  towns: { code: string; name: string; isFiction: boolean }[]
  demoAccounts: { username: string; password: string; name: string; post: string; role: string }[]
}

function Form({
  towns,
  town: given,
  username: fixed,
  filled,
  onDone,
}: {
  towns: Door['towns']
  town?: string
  /** Fixed when the same person signs in again. */
  username?: string
  filled?: { username: string; password: string; at: number }
  onDone: (me: Me) => void
}) {
  const [town, setTown] = useState(given ?? towns[0]?.code)
  const [username, setUsername] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const start = useRef<InputRef>(null)
  const secret = useRef<InputRef>(null)
  useEffect(() => {
    ;(fixed ? secret : start).current?.focus()
  }, [fixed])
  useEffect(() => {
    if (!filled) return
    setUsername(filled.username)
    setPassword(filled.password)
    setError(null)
  }, [filled])
  const wrong = error instanceof Failure ? error.fields : {}
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const me = await call(peopleRoutes.signIn, { body: { town, username: username.trim(), password } })
      sessionStorage.setItem(lastUser, username.trim())
      onDone(me)
    } catch (e) {
      setError(e)
      secret.current?.focus()
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={submit}>
      {towns.length > 1 && !fixed && (
        <Field label="乡镇（街道）">
          <Select
            value={town}
            onChange={setTown}
            options={towns.map((t) => ({ value: t.code, label: t.name }))}
            showSearch={{ optionFilterProp: 'label' }}
            style={{ width: '100%' }}
          />
        </Field>
      )}
      <Field label="账号" wrong={wrong.username}>
        <Input
          ref={start}
          value={username}
          onChange={(e) => setUsername(e.target.value)}
          autoComplete="username"
          autoCapitalize="off"
          readOnly={fixed !== undefined}
          maxLength={40}
        />
      </Field>
      <Field label="密码" wrong={wrong.password}>
        <Input.Password
          ref={secret}
          value={password}
          onChange={(e) => setPassword(e.target.value)}
          autoComplete="current-password"
          maxLength={200}
        />
      </Field>
      <Sentence error={error} />
      <Button type="primary" htmlType="submit" block loading={busy} size="large">
        登录
      </Button>
    </form>
  )
}

/** The sign-in page; a demo township lists its accounts by role. */
export default function SignIn({ towns, demoAccounts, onDone }: Door & { onDone: (me: Me) => void }) {
  useTitle('登录')
  const [filled, setFilled] = useState<{ username: string; password: string; at: number }>()
  const demo = demoAccounts.length > 0
  const name = towns.length === 1 ? towns[0]!.name : ''
  return (
    <main className="hs-door">
      <div className={demo ? 'hs-door-two' : undefined} style={demo ? undefined : { width: '100%', maxWidth: 400 }}>
        <div className="hs-card">
          <div className="hs-brand">
            <h1>回声</h1>
            <p className="hs-muted">{name ? `${name} · ` : ''}信访与调解</p>
          </div>
          {towns.some((t) => t.isFiction) && <p className="hs-note">演示数据，镇名、人名均为虚构。</p>}
          <Form towns={towns} filled={filled} onDone={onDone} />
          <p className="hs-muted" style={{ marginTop: 16, fontSize: 13 }}>
            忘记密码请找本单位安全管理员重设。
          </p>
        </div>
        {demo && (
          <section className="hs-card" style={{ maxWidth: 'none' }} aria-labelledby="accounts">
            <h2 id="accounts" style={{ fontSize: 16, marginBottom: 4 }}>
              演示账号
            </h2>
            <p className="hs-muted" style={{ marginBottom: 8 }}>
              点一个账号即可填好，再按“登录”。
            </p>
            <div className="hs-accounts">
              {demoAccounts.map((a) => (
                <button
                  key={a.username}
                  type="button"
                  aria-pressed={filled?.username === a.username}
                  onClick={() => setFilled({ username: a.username, password: a.password, at: Date.now() })}
                >
                  {roles[a.role as Role] ?? a.role}
                  <small>{[a.name, a.post, a.username].filter(Boolean).join(' · ')}</small>
                </button>
              ))}
            </div>
          </section>
        )}
      </div>
    </main>
  )
}

/** The session ended while a page is open: sign in again over it; what was typed stays. */
export function SignInAgain({ me, username, onDone }: { me: Me; username: string; onDone: (me: Me) => void }) {
  return (
    <Modal
      open
      title="请重新登录"
      footer={null}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      width={380}
      zIndex={1500}
    >
      <p style={{ marginBottom: 12 }}>登录已到期。页面上填写的内容都在，登录后接着办。</p>
      <Form
        towns={[]}
        town={me.town.code}
        username={username || undefined}
        onDone={(now) => {
          // Another person must not go on with the first one's page.
          if (now.staffId === me.staffId) onDone(now)
          else location.assign('/')
        }}
      />
      <p style={{ marginTop: 12 }}>
        不是{me.name}？
        <a href="/" style={{ textDecoration: 'underline' }}>
          换人登录
        </a>
      </p>
    </Modal>
  )
}
