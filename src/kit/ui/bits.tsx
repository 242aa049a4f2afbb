import { App, Button, type ButtonProps, Skeleton } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import { Failure, mayTryAgain, sentenceOf } from './call.ts'

/** What happened, that nothing is lost, what to do. Renders nothing without an error. */
export function Sentence({ error, retry, note }: { error: unknown; retry?: () => void; note?: ReactNode }) {
  if (!error) return null
  const fields = error instanceof Failure ? Object.entries(error.fields) : []
  const said = sentenceOf(error)
  const all = [...new Set(fields.map(([, s]) => s))]
  // Several sentences of several fields are one list; a sentence of the whole stands above those of its fields.
  const together = all.length > 1 && all.includes(said)
  const more = together ? all : all.filter((s) => !said.includes(s))
  return (
    <div className="hs-sentence" role="alert">
      <div>
        {!together && <p>{said}</p>}
        {more.length > 0 && (
          <ul>
            {more.slice(0, 8).map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ul>
        )}
        {note && <p className="hs-muted">{note}</p>}
      </div>
      {retry && mayTryAgain(error) && <Button onClick={retry}>重试</Button>}
    </div>
  )
}

/** Shows its content only after 300 ms, so that quick answers do not flicker. */
export function Later({ children, ms = 300 }: { children: ReactNode; ms?: number }) {
  const [due, setDue] = useState(false)
  useEffect(() => {
    const t = setTimeout(() => setDue(true), ms)
    return () => clearTimeout(t)
  }, [ms])
  return due ? children : null
}

/** The grey outline of what is being loaded. */
export function Waiting({ rows = 8 }: { rows?: number }) {
  return (
    <Later>
      <div className="hs-waiting" role="status" aria-label="正在读取">
        <Skeleton active title={false} paragraph={{ rows, width: '100%' }} />
      </div>
    </Later>
  )
}

/** A button that first says what can't be undone. */
export function ConfirmButton({
  confirm,
  onConfirm,
  okText = '确定',
  ...button
}: Omit<ButtonProps, 'onClick'> & { confirm: string; onConfirm: () => unknown; okText?: string }) {
  const { modal } = App.useApp()
  return (
    <Button
      {...button}
      onClick={() =>
        modal.confirm({
          title: confirm,
          okText,
          cancelText: '取消',
          okButtonProps: { danger: button.danger },
          onOk: async () => {
            await Promise.resolve(onConfirm()).catch((e) => {
              modal.error({ title: sentenceOf(e), okText: '知道了' })
            })
          },
        })
      }
    />
  )
}

/** Title of a page and what stands at its right; also the title of the browser tab. */
export function PageHead({ title, extra, children }: { title: string; extra?: ReactNode; children?: ReactNode }) {
  useTitle(title)
  return (
    <header className="hs-head">
      <h1>{title}</h1>
      {children}
      {extra && <div className="hs-head-extra">{extra}</div>}
    </header>
  )
}

/** A page that can't be shown: it has a title like any other, and says why. */
export function ShutPage({ title, error, retry }: { title: string; error: unknown; retry: () => void }) {
  return (
    <>
      <PageHead title={title} />
      <Sentence error={error} retry={retry} />
    </>
  )
}

export const useTitle = (title: string) => {
  useEffect(() => {
    document.title = title ? `${title} - 回声` : '回声'
  }, [title])
}

/** A white panel with a thin line. */
export function Panel({
  title,
  extra,
  children,
  label,
  id,
}: {
  title?: ReactNode
  extra?: ReactNode
  children: ReactNode
  label?: string
  /** Where a link on the same page leads. */
  id?: string
}) {
  return (
    <section className="hs-panel" aria-label={label} id={id} tabIndex={id ? -1 : undefined}>
      {title && (
        <div className="hs-panel-head">
          <h2>{title}</h2>
          {extra}
        </div>
      )}
      {children}
    </section>
  )
}

/** Nothing to show, and why. */
export function Nothing({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="hs-nothing" role="status">
      <p>{children}</p>
      {action}
    </div>
  )
}

/** True while the window is as narrow as a phone. */
export const usePhone = () => {
  const [phone, setPhone] = useState(() => matchMedia('(max-width: 767px)').matches)
  useEffect(() => {
    const m = matchMedia('(max-width: 767px)')
    const on = () => setPhone(m.matches)
    m.addEventListener('change', on)
    return () => m.removeEventListener('change', on)
  }, [])
  return phone
}

/** 1234 as 1,234. */
export const count = (n: number) => n.toLocaleString('zh-CN')
