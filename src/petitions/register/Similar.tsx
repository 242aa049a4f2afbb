import { Button, Select } from 'antd'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { options } from '../../kit/choice.ts'
import { Panel } from '../../kit/ui/bits.tsx'
import { linkKinds, states } from '../petition.ts'
import type { SimilarRow } from '../routes.ts'
import type { TakenLink } from './Form.tsx'
import { likelyKind } from './similar.ts'

/** Matters that look like this one, beside the form while it is typed: linked, never dropped. Alt+1 to 3 links. */
export function Similar({
  rows,
  links,
  request,
  onLinks,
}: {
  rows: SimilarRow[]
  links: TakenLink[]
  request: string
  onLinks: (links: TakenLink[]) => void
}) {
  const choose = (s: Pick<SimilarRow, 'id' | 'number' | 'why'>, kind: string) =>
    onLinks([
      ...links.filter((l) => l.toId !== s.id),
      ...(kind ? [{ toId: s.id, kind, note: s.why.join('、'), number: s.number }] : []),
    ])
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const s = e.altKey && !e.isComposing ? rows[Number(e.code.replace('Digit', '')) - 1] : undefined
      if (!s) return
      e.preventDefault()
      choose(s, links.some((l) => l.toId === s.id) ? '' : likelyKind(s))
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
  const gone = links.filter((l) => !rows.some((s) => s.id === l.toId))
  return (
    <Panel title={rows.length ? `可能重复（${rows.length}）` : '可能重复'}>
      <div className="hs-similar" aria-live="polite">
        {rows.length === 0 && gone.length === 0 && (
          <p className="hs-muted">填写时会在这里并列显示相近的事项。关联而不丢弃，每件都登记。</p>
        )}
        {gone.map((l) => (
          <p key={l.toId}>
            已关联 <Link to={`/matter/${l.toId}`}>{l.number}</Link>（{linkKinds[l.kind as keyof typeof linkKinds]}）{' '}
            <Button size="small" type="text" onClick={() => onLinks(links.filter((x) => x !== l))}>
              取消关联
            </Button>
          </p>
        ))}
        {rows.map((s, i) => {
          const taken = links.find((l) => l.toId === s.id)
          const kind = likelyKind(s)
          return (
            <article key={s.id} className={taken ? 'hs-taken' : ''}>
              <p>
                <Link to={`/matter/${s.id}`} target="_blank">
                  {s.number}
                </Link>{' '}
                {s.petitioner} {s.village} <span className="hs-muted">{states[s.state]}</span>
              </p>
              <dl className="hs-compare">
                <dt>{s.receivedOn}</dt>
                <dd>{s.request || s.title}</dd>
                {request.trim() !== '' && (
                  <>
                    <dt>这一次</dt>
                    <dd>{[...request.trim()].slice(0, 200).join('')}</dd>
                  </>
                )}
              </dl>
              <p className="hs-muted">{s.why.join('、')}</p>
              <div className="hs-inline">
                {!taken && (
                  <Button size="small" onClick={() => choose(s, kind)}>
                    {linkKinds[kind]}
                    {i < 3 && <span className="hs-key-hint">（Alt+{i + 1}）</span>}
                  </Button>
                )}
                <Select
                  size="small"
                  aria-label={`与 ${s.number} 的关系`}
                  value={taken?.kind ?? ''}
                  onChange={(k) => choose(s, k)}
                  options={[{ value: '', label: '不关联' }, ...options(linkKinds)]}
                  popupMatchSelectWidth={false}
                />
              </div>
            </article>
          )
        })}
      </div>
    </Panel>
  )
}
