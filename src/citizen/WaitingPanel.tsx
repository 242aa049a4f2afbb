import { useQuery } from '@tanstack/react-query'
import type { MatterPanelProps } from '../petitions/page/slots.ts'
import { wordsQuery } from './WordsPanel.tsx'
import { waitingFor, wordsPlace } from './waiting.ts'

/** Unfolds what the words may be folded into, on a phone, and goes to them. */
const go = () => {
  const place = document.getElementById(wordsPlace)
  const bar = place?.closest('details')
  if (bar) bar.open = true
  place?.scrollIntoView({ block: 'start' })
  place?.focus({ preventScroll: true })
}

/** Under the title: what of the petitioner's waits for an answer of whoever looks; nothing when nothing does. */
export default function WaitingPanel({ view }: MatterPanelProps) {
  const q = useQuery(wordsQuery(view.matter.id))
  const waits = q.data ? waitingFor(q.data, view.matter.state === 'withdrawn') : []
  if (waits.length === 0) return null
  return (
    <p className="hs-why" role="status">
      {waits.join('；')}。
      <button type="button" className="hs-link" onClick={go}>
        去看
      </button>
    </p>
  )
}
