import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Drawer } from 'antd'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { receptionStatuses } from '../../duty/reception/reception.ts'
import { formal } from '../../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, usePhone, Waiting } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Sections } from '../../kit/ui/Rows.tsx'
import { has, useMe } from '../../people/me.ts'
import { ContactList, MakeContacts, PassContact } from './Contacts.tsx'
import { visitKinds } from './record.ts'
import { type ContactRow, visitRoutes as r } from './routes.ts'
import { Change, Plan, Record } from './VisitForms.tsx'
import { type Doing, VisitLines } from './VisitLines.tsx'
import { runsRota, visitors } from './visits.ts'
import '../ground.css'

type Open = { what: 'plan' | 'paid' | 'rota' } | { what: 'pass'; c: ContactRow } | Doing

/** 走访: visits to come and paid, the reception days beside them, and the rota of villages. */
export default function Visits() {
  const me = useMe()
  const phone = usePhone()
  const [open, setOpen] = useState<Open | null>(null)
  const [mine, setMine] = useState(false)
  const list = useQuery({
    queryKey: ['visits', mine],
    queryFn: () => call(r.visits, { query: mine ? { mine: '1' } : {} }),
  })
  const rota = useQuery({ queryKey: ['contacts'], queryFn: () => call(r.contacts) })
  const close = () => setOpen(null)
  const goes = has(me, ...visitors)
  const v = list.data
  const contacts = rota.data ?? []
  const due = contacts.filter((c) => c.staffId === me.staffId && ['late', 'soon'].includes(c.standing))
  const planned = v?.visits.filter((x) => x.status === 'planned') ?? []
  const past = v?.visits.filter((x) => x.status !== 'planned') ?? []
  const form = (title: string, body: ReactNode) => (
    <Drawer open title={title} onClose={close} size={phone ? '100%' : 640} destroyOnHidden>
      {body}
    </Drawer>
  )
  return (
    <>
      <PageHead
        title="走访"
        extra={
          goes && (
            <>
              <Button type="primary" aria-haspopup="dialog" onClick={() => setOpen({ what: 'paid' })}>
                记走访
              </Button>{' '}
              <Button aria-haspopup="dialog" onClick={() => setOpen({ what: 'plan' })}>
                安排走访
              </Button>
            </>
          )
        }
      />
      <Sentence error={list.error ?? rota.error} retry={() => void list.refetch()} />
      {list.isPending && <Waiting />}
      {due.length > 0 && (
        <p className="hs-note">
          您联系的村该去了：
          {due.map((c, i) => (
            <span key={c.id}>
              {i > 0 && '、'}
              <Link to={`/village/${c.villageId}`}>{c.village}</Link>（{c.dueOn} 前）
            </span>
          ))}
        </p>
      )}
      <Sections
        label="走访"
        items={[
          {
            key: 'visits',
            label: '走访',
            children: v && (
              <>
                <p className="hs-ground-says">
                  <Checkbox checked={mine} onChange={(e) => setMine(e.target.checked)}>
                    只看我的
                  </Checkbox>
                </p>
                <Panel title={`安排好的（${planned.length}）`}>
                  {planned.length === 0 ? (
                    <Nothing>还没有安排走访。</Nothing>
                  ) : (
                    <VisitLines label="安排好的走访" list={planned} act={setOpen} />
                  )}
                </Panel>
                {v.receptions.length > 0 && (
                  <Panel title="领导接访" extra={<Link to="/receptions">排班和来访记录</Link>}>
                    <ul className="hs-cases" aria-label="领导接访">
                      {v.receptions.slice(0, 12).map((d) => (
                        <li key={d.id}>
                          <span className={d.status === 'held' ? 'hs-done' : 'hs-soon'}>
                            {receptionStatuses[d.status]}
                          </span>
                          <div>
                            <b>
                              {d.onDay} {d.leader}
                            </b>
                            <small>
                              {d.time} {d.place}
                              {d.status === 'held' && `，来访 ${d.came} 批`}
                            </small>
                          </div>
                        </li>
                      ))}
                    </ul>
                  </Panel>
                )}
                <Panel title="近一年的走访">
                  {past.length === 0 ? (
                    <Nothing>还没有走访记录。</Nothing>
                  ) : (
                    <VisitLines label="近一年的走访" list={past} />
                  )}
                </Panel>
              </>
            ),
          },
          {
            key: 'contacts',
            label: `联系村（${contacts.length}）`,
            children: rota.data && (
              <Panel
                title="机关干部联系村"
                extra={
                  has(me, ...runsRota) && (
                    <Button aria-haspopup="dialog" onClick={() => setOpen({ what: 'rota' })}>
                      排联系村
                    </Button>
                  )
                }
              >
                <ContactList rows={contacts} pass={(c) => setOpen({ what: 'pass', c })} />
              </Panel>
            ),
          },
        ]}
      />
      {open?.what === 'plan' && form('安排走访', <Plan paid={false} onDone={close} onClose={close} />)}
      {open?.what === 'paid' && form('记走访', <Plan paid onDone={close} onClose={close} />)}
      {open?.what === 'rota' && form('排联系村', <MakeContacts onDone={close} onClose={close} />)}
      {open?.what === 'pass' &&
        form(`${open.c.village}的联系干部`, <PassContact c={open.c} all={contacts} onDone={close} onClose={close} />)}
      {open?.what === 'record' &&
        form(
          `${formal(open.visit.onDay)} ${visitKinds[open.visit.kind]}记录`,
          <Record visit={open.visit} onDone={close} onClose={close} />,
        )}
      {(open?.what === 'change' || open?.what === 'cancel') &&
        form(
          open.what === 'cancel' ? '取消走访' : '改期换人',
          <Change visit={open.visit} off={open.what === 'cancel'} onDone={close} onClose={close} />,
        )}
    </>
  )
}
