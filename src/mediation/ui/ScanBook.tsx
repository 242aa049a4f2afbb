import { Button } from 'antd'
import { useState } from 'react'
import type { Day } from '../../kit/day.ts'
import { call, sentenceOf } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { FormDrawer } from '../../kit/ui/FormDrawer.tsx'
import { NumberInput } from '../../kit/ui/NumberInput.tsx'
import { useMe } from '../../people/me.ts'
import { cutInto, eachOf, type PageRange } from '../network/scan.ts'
import { mediationRoutes as r } from '../routes.ts'
import { nameOf, type Person, ready, type Scan, ScanOf } from './ScanOf.tsx'

export interface Book {
  id: string
  name: string
  pages: number
  /** Pages that are nobody's yet. */
  free: PageRange[]
}
type Part = Scan & PageRange

/**
 * One scan with many people's signed letters: cut into letters of so many pages, each looked at and given to its person by hand. What
 * has been registered stays; the rest may be gone on with another day.
 */
export function ScanBook({
  letterId,
  book,
  people: given,
  from,
  onSigned,
  onClose,
}: {
  letterId: string
  book: Book
  people: readonly Person[]
  /** The day the letter was issued. */
  from: Day
  onSigned: () => void
  onClose: () => void
}) {
  const me = useMe()
  // Who has been registered here is off the list of those missing, but his letter still says his name.
  const [people] = useState(given)
  const left = book.free.reduce((n, x) => n + x.to - x.from + 1, 0)
  const part = (range: PageRange, on: string = me.today): Part => ({
    ...range,
    key: newRequestId(),
    signing: newRequestId(),
    staffId: null,
    on,
    state: 'ready',
    wrong: '',
  })
  const cut = (each: number) => cutInto(book.free, each).map((x) => part(x))
  const [each, setEach] = useState(() => eachOf(left, people.length))
  const [parts, setParts] = useState(() => cut(each))
  const [busy, setBusy] = useState(false)
  const set = (key: string, more: Partial<Part>) =>
    setParts((all) => all.map((p) => (p.key === key ? { ...p, ...more } : p)))
  const taken = new Set(parts.flatMap((p) => (p.staffId ? [p.staffId] : [])))
  const done = parts.filter((p) => p.state === 'done')
  const chosen = parts.filter(ready)
  const bare = parts.filter((p) => p.staffId === null)
  const inTurn = () => {
    const open = people.filter((p) => !taken.has(p.staffId))
    const whose = new Map(bare.map((p, i) => [p.key, open[i]?.staffId ?? null]))
    setParts((all) => all.map((p) => (whose.has(p.key) ? { ...p, staffId: whose.get(p.key)! } : p)))
  }
  const join = (i: number) =>
    setParts((all) => [...all.slice(0, i), { ...all[i]!, to: all[i + 1]!.to, wrong: '' }, ...all.slice(i + 2)])
  const split = (i: number) =>
    setParts((all) => all.flatMap((p, k) => (k === i ? cutInto([p], 1).map((x) => part(x, p.on)) : [p])))
  const send = async () => {
    setBusy(true)
    let failed = 0
    for (const p of chosen) {
      set(p.key, { state: 'going', wrong: '' })
      try {
        await call(r.signLetter, {
          params: { id: letterId },
          body: {
            requestId: p.signing,
            how: 'paper',
            staffId: p.staffId!,
            fileId: book.id,
            on: p.on as Day,
            pages: { from: p.from, to: p.to },
          },
        })
        set(p.key, { state: 'done' })
      } catch (e) {
        failed += 1
        set(p.key, { state: 'ready', wrong: sentenceOf(e) })
      }
    }
    setBusy(false)
    onSigned()
    if (failed === 0 && bare.length === 0) onClose()
  }
  const at = `/api/mediation/letters/${letterId}/files/${book.id}/pages`
  return (
    <FormDrawer
      title="一本扫描件，按页登记"
      label={`登记选好人的 ${chosen.length} 份`}
      save={{ error: null, isPending: busy }}
      send={() => void send()}
      disabled={chosen.length === 0}
      onClose={onClose}
      wide={720}
    >
      <p className="hs-note">
        《{book.name}》共 {book.pages} 页{left < book.pages && `，还有 ${left} 页没有登记`}
        。逐份看清签名，选出是谁的；扫描件整本存一份，各人记着是第几页。签字日期不早于签发的 {from}。
      </p>
      {done.length === 0 && (
        <Field label="每人几页" hint="不是每人一样多的，下面可以并页、拆页">
          <NumberInput
            value={each}
            min={1}
            max={Math.min(50, book.pages)}
            precision={0}
            disabled={busy}
            onChange={(n) => {
              if (!n) return
              setEach(n)
              setParts(cut(n))
            }}
          />
        </Field>
      )}
      <div className="hs-actions">
        {bare.length > 1 && (
          <Button disabled={busy} onClick={inTurn}>
            按打印的次序选上
          </Button>
        )}
        <span className="hs-muted">
          共 {parts.length} 份，选好 {parts.length - bare.length} 份，已登记 {done.length} 份
        </span>
      </div>
      {bare.length > 1 && <p className="hs-muted">扫描时没有打乱次序的，可以按打印的次序选上，再逐份核对签名。</p>}
      <ul className="hs-scans hs-book">
        {parts.map((p, i) => {
          const fixed = busy || p.state === 'done'
          const next = parts[i + 1]
          const pages = p.from === p.to ? `第 ${p.from} 页` : `第 ${p.from} 至 ${p.to} 页`
          return (
            <li key={p.key} aria-label={pages}>
              <div className="hs-scan-pages">
                {Array.from({ length: p.to - p.from + 1 }, (_, k) => p.from + k).map((n) => (
                  <a key={n} href={`${at}/${n}`} target="_blank" rel="noreferrer" title="看大图">
                    <img src={`${at}/${n}?small`} alt={`第 ${n} 页`} loading="lazy" />
                  </a>
                ))}
              </div>
              <div>
                <p className="hs-scan-name">{pages}</p>
                {p.state === 'done' ? (
                  <p>已登记为 {nameOf(people, p.staffId)} 的签字。</p>
                ) : (
                  <>
                    <ScanOf scan={p} people={people} taken={taken} fixed={fixed} set={(more) => set(p.key, more)} />
                    {!fixed && (
                      <span className="hs-inline">
                        {next?.state === 'ready' && next.from === p.to + 1 && (
                          <Button size="small" onClick={() => join(i)}>
                            并入下一份
                          </Button>
                        )}
                        {p.to > p.from && (
                          <Button size="small" onClick={() => split(i)}>
                            拆成一页一份
                          </Button>
                        )}
                        <Button size="small" onClick={() => setParts((all) => all.filter((x) => x.key !== p.key))}>
                          这几页不登记
                        </Button>
                      </span>
                    )}
                  </>
                )}
              </div>
            </li>
          )
        })}
      </ul>
    </FormDrawer>
  )
}
