import { Button } from 'antd'
import { Link } from 'react-router'
import { promiseStatuses } from '../../duty/promise/promise.ts'
import { useMe } from '../../people/me.ts'
import { states } from '../../petitions/petition.ts'
import { visitKinds } from './record.ts'
import type { VisitRow } from './routes.ts'
import { visitStatuses } from './visits.ts'
import '../../duty/ui/duty.css'

export type Doing = { what: 'record' | 'change' | 'cancel'; visit: VisitRow }

/** Visits as a list: who went where, what was heard, what was promised; what this person may do stands beside. */
export function VisitLines({ list, label, act }: { list: VisitRow[]; label: string; act?: (d: Doing) => void }) {
  const me = useMe()
  return (
    <ul className="hs-cases" aria-label={label}>
      {list.map((v) => (
        <li key={v.id}>
          <span className={v.status === 'done' ? 'hs-done' : v.onDay < me.today ? 'hs-late' : 'hs-soon'}>
            {v.status !== 'planned'
              ? visitStatuses[v.status]
              : v.onDay === me.today
                ? '今天'
                : v.onDay < me.today
                  ? '待记录'
                  : visitStatuses.planned}
          </span>
          <div>
            <b>
              {v.onDay} {visitKinds[v.kind]} {v.staff}
              {v.withNames.length > 0 && `、${v.withNames.join('、')}`}
            </b>
            <small>
              {v.villageId && <Link to={`/village/${v.villageId}`}>{v.village}</Link>} {v.atTime} {v.place}{' '}
              {v.petitionId && <Link to={`/matter/${v.petitionId}`}>{v.number}</Link>}
            </small>
            {v.about && <small>{v.about}</small>}
            {v.away && (
              <small className="hs-late">
                这一天请假{v.deputy ? `，由代理人${v.deputy}去` : '，没有代理人，请换人'}
              </small>
            )}
            {v.history.map((h) => (
              <small key={`${h.on}${h.from}${h.to}`}>
                由 {h.from} 改为 {h.to}：{h.reason}
              </small>
            ))}
            {v.note && <small>{v.note}</small>}
            {v.items.map((i) => (
              <small key={i.id}>
                {i.gist}
                {i.answer && i.answer !== i.gist && ` → ${i.answer}`}{' '}
                {i.petitionId ? (
                  <Link to={`/matter/${i.petitionId}`}>
                    {i.number} {i.state && states[i.state]}
                  </Link>
                ) : i.tied ? (
                  '（已登记为事项）'
                ) : null}
                {i.promise &&
                  ` 承诺${i.promise.body}，${i.promise.owner} ${i.promise.dueOn} 前，${promiseStatuses[i.promise.status]}`}
              </small>
            ))}
            {v.status === 'done' && (
              <small>
                见 {v.headCount} 人。{v.outcome}
              </small>
            )}
          </div>
          {act && (
            <div className="hs-case-do">
              {v.recordRefusal === null && (
                <>
                  <Button size="small" type="primary" onClick={() => act({ what: 'record', visit: v })}>
                    记走访
                  </Button>{' '}
                </>
              )}
              {v.changeRefusal === null && (
                <>
                  <Button size="small" onClick={() => act({ what: 'change', visit: v })}>
                    改期换人
                  </Button>{' '}
                  <Button size="small" onClick={() => act({ what: 'cancel', visit: v })}>
                    取消
                  </Button>
                </>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}
