import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { PaperView } from '../../documents/PaperView.tsx'
import { Sentence, usePhone } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import type { MatterView } from '../routes.ts'
import { paperRoutes, type Shown } from './routes.ts'

/** Moves that put a paper out; each can be looked at before it is done. */
export const issuing: readonly string[] = [
  'accept',
  'notAccept',
  'guide',
  'forward',
  'object',
  'decideExtension',
  'signOpinion',
  'followUp',
  'planHearing',
  'holdHearing',
  'askReview',
  'askRecheck',
  'completionReport',
  'serve',
  'registrationForm',
  'writeLetter',
  'superviseUnit',
  'advise',
  'reissuePaper',
  'keyInPaper',
]

/** Shows the papers a move would put out, as they would be; nothing is written. */
export function PreviewButton({
  view,
  move,
  input,
}: {
  view: MatterView
  move: string
  input: () => Record<string, unknown>
}) {
  const phone = usePhone()
  const [shown, setShown] = useState<Shown[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const look = async () => {
    setError(null)
    setBusy(true)
    try {
      setShown(
        await call(paperRoutes.preview, {
          params: { id: view.matter.id, move },
          body: { version: view.matter.version, input: input() },
        }),
      )
    } catch (e) {
      setError(e)
      setShown([])
    } finally {
      setBusy(false)
    }
  }
  if (!issuing.includes(move) || !view.mayReveal) return null
  return (
    <>
      <Button loading={busy} onClick={look}>
        预览文书
      </Button>
      <Drawer open={shown !== null} title="预览，尚未出具" onClose={() => setShown(null)} size={phone ? '100%' : 900}>
        <Sentence error={error} />
        {!error && shown?.length === 0 && <p>这一步按现在的填写不出具文书。</p>}
        {/* A long paper is scrolled by keyboard too. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section aria-label="文书预览" tabIndex={0}>
          {shown?.map((s) => (
            <PaperView key={`${s.kind}${s.number}`} sheet={s.sheet} title={s.title} />
          ))}
        </section>
      </Drawer>
    </>
  )
}
