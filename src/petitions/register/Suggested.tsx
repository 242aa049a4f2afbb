import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { call } from '../../kit/ui/call.ts'
import type { Grade } from '../petition.ts'
import { petitionRoutes } from '../routes.ts'
import { GradeTag } from '../tags.tsx'

/** Likely categories with how sure and by which words; the person chooses. */
export function SuggestedCategory({ text, onPick }: { text: string; onPick: (code: string) => void }) {
  const asked = text.slice(0, 6_000)
  const found = useQuery({
    queryKey: ['suggest-category', asked],
    enabled: asked.trim().length > 8,
    queryFn: ({ signal }) => call(petitionRoutes.suggestCategory, { body: { text: asked }, signal }),
    placeholderData: (x) => x,
  })
  if (!found.data?.length) return null
  return (
    <div className="hs-suggested" aria-live="polite">
      <span className="hs-muted">建议：</span>
      {found.data.map((c) => (
        <Button key={c.code} size="small" onClick={() => onPick(c.code)}>
          {c.name} {Math.round(c.confidence * 100)}%{c.words.length ? `（${c.words.slice(0, 3).join('、')}）` : ''}
        </Button>
      ))}
    </div>
  )
}

/** The grade that the attributes of the matter speak for, and why; the person chooses. */
export function SuggestedGrade({
  asked,
  onTake,
}: {
  asked: { attributes: string[]; affectedCount: number | null; repeat: boolean }
  onTake: (grade: Grade, reason: string) => void
}) {
  const found = useQuery({
    queryKey: ['suggest-grade', asked],
    queryFn: ({ signal }) => call(petitionRoutes.suggestGrade, { body: asked, signal }),
    placeholderData: (x) => x,
  })
  const it = found.data
  if (!it) return null
  return (
    <div className="hs-suggested" aria-live="polite">
      <span className="hs-muted">建议：</span>
      <GradeTag grade={it.grade} />
      <span>
        {it.because.join('；')}。{it.response}
      </span>
      <Button size="small" onClick={() => onTake(it.grade, it.because.join('；'))}>
        采用
      </Button>
    </div>
  )
}
