import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { PageHead, Sentence, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Rows, Sections } from '../../kit/ui/Rows.tsx'
import { useMe } from '../../people/me.ts'
import { grades, levels, states } from '../../petitions/petition.ts'
import { type Head, heads } from './desk.ts'
import { type DeskRow, deskRoutes } from './routes.ts'
import '../ground.css'

const none: Record<Head, string> = {
  came: '没有报上来、交下来的事项。',
  settle: '没有等着就地办的事项。',
  stuck: '没有停住的事项。',
  reported: '没有您报的在办事项。',
  tell: '没有等您告知的结果。',
}

/** Words too short to be broken over two lines. */
const whole = (words: ReactNode) => <span className="hs-ground-whole">{words}</span>

/** What came up, what can be settled here, what is stuck, and whom to tell; the steps are taken on the matter's own page. */
export default function AreaDesk() {
  const me = useMe()
  const q = useQuery({ queryKey: ['area-desk'], queryFn: () => call(deskRoutes.areaDesk) })
  const rows = q.data ?? []
  const keys = Object.keys(heads) as Head[]
  const list = (head: Head) => {
    const under = rows.filter((r) => r.heads.includes(head))
    return {
      key: head,
      label: `${heads[head]}（${under.length}）`,
      children: (
        <Rows
          label={heads[head]}
          rows={under}
          keyOf={(r) => r.id}
          none={none[head]}
          columns={[
            { title: '编号', of: (r: DeskRow) => whole(<Link to={`/matter/${r.id}`}>{r.number}</Link>) },
            { title: '事项', of: (r) => r.title },
            { title: '村', of: (r) => whole(r.village) },
            { title: '级别', of: (r) => whole(r.grade ? grades[r.grade] : '未定级') },
            { title: '状态', of: (r) => whole(states[r.state]) },
            {
              title: '在谁手上',
              of: (r) => (
                <>
                  {levels[r.level]} {r.bearer}
                  {r.notes.length > 0 && <small className="hs-late hs-block">{r.notes.join('，')}</small>}
                </>
              ),
            },
            head === 'tell'
              ? {
                  title: '告知什么',
                  of: (r: DeskRow) => (
                    <span className={r.echoDueOn && r.echoDueOn < me.today ? 'hs-late' : undefined}>
                      {r.echo}，{r.echoDueOn} 前
                    </span>
                  ),
                }
              : head === 'stuck'
                ? { title: '停在哪里', of: (r: DeskRow) => <span className="hs-late">{r.stuck}</span> }
                : { title: '上一步', of: (r: DeskRow) => r.lastPass },
            { title: '交回的期限', of: (r) => r.dueOn && whole(r.dueOn) },
          ]}
        />
      ),
    }
  }
  return (
    <>
      <PageHead title="上报与交回" />
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {q.data && (
        <Sections
          label="上报与交回"
          items={keys.map(list)}
          first={keys.find((k) => rows.some((r) => r.heads.includes(k)))}
        />
      )}
    </>
  )
}
