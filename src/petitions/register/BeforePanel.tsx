import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link } from 'react-router'
import { Panel, Sentence } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { useSend } from '../../kit/ui/useSend.ts'
import type { MatterPanelProps } from '../page/slots.ts'
import { linkKinds, type State, states } from '../petition.ts'
import { petitionRoutes, type SimilarRow } from '../routes.ts'
import { likelyKind } from './similar.ts'

/** Not yet decided whether it is taken. */
const toBeTaken: readonly State[] = ['received', 'registered', 'forwarded', 'objected']

/** What the petitioner said of an earlier time, and what looks like it: seen when it is decided whether the matter is taken. */
export default function BeforePanel({ view, reload }: MatterPanelProps) {
  const { send, busy, error } = useSend()
  const said = view.records.filter((r) => r.kind === 'before')
  const q = useQuery({
    queryKey: ['matter', view.matter.id, 'likely', view.links.length],
    // Asked while it matters; what was said stays to be read.
    enabled: toBeTaken.includes(view.matter.state),
    queryFn: () => call(petitionRoutes.likely, { params: { id: view.matter.id } }),
  })
  const offer = view.offers.find((o) => o.move === 'link')
  const link = async (s: SimilarRow) => {
    const input = { toId: s.id, kind: likelyKind(s), note: s.why.join('、') }
    const body = { version: view.matter.version, input }
    const done = await send(
      `link ${s.id}`,
      (requestId) =>
        call(petitionRoutes.move, { params: { id: view.matter.id, move: 'link' }, body: { requestId, ...body } }),
      '已关联',
    )
    if (done) reload()
  }
  if (said.length === 0 && !q.data?.length) return null
  return (
    <Panel title="以前反映过没有">
      {said.map((r) => (
        <p key={r.id}>
          {r.body} <span className="hs-muted">{r.onDay}</span>
        </p>
      ))}
      <Sentence error={error} />
      {q.data && q.data.length > 0 && (
        <>
          <p className="hs-muted">可能是同一件，请核对；关联不等于不办，这一件照样办理。</p>
          <ul className="hs-missing">
            {q.data.map((s) => (
              <li key={s.id}>
                <Link to={`/matter/${s.id}`} target="_blank">
                  {s.number}
                </Link>{' '}
                {s.title} <span className="hs-muted">{[states[s.state], ...s.why].join('、')}</span>{' '}
                {offer?.refusal === null && (
                  <Button size="small" loading={busy === `link ${s.id}`} onClick={() => void link(s)}>
                    {linkKinds[likelyKind(s)]}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {offer?.refusal && <p className="hs-muted">关联：{offer.refusal}</p>}
        </>
      )}
    </Panel>
  )
}
