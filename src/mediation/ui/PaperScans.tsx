import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { Day } from '../../kit/day.ts'
import { call, sentenceOf, upload } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { FormDrawer } from '../../kit/ui/FormDrawer.tsx'
import { useMe } from '../../people/me.ts'
import { namedIn } from '../network/letter.ts'
import { mediationRoutes as r } from '../routes.ts'
import { type Book, ScanBook } from './ScanBook.tsx'
import { nameOf, type Person, ready, type Scan, ScanOf } from './ScanOf.tsx'

interface FileScan extends Scan {
  file: File
  /** To look at it while choosing whose it is. */
  url: string
}

/**
 * Letters signed on paper: many scans at once, each given to its person by hand, or one scan of many people's. A name in the file's name
 * is offered, never taken; each scan is sent by itself, so that one that is refused holds up none.
 */
export function PaperScans({
  letterId,
  people: given,
  books,
  only,
  from,
  onClose,
}: {
  letterId: string
  people: readonly Person[]
  /** Scans of many people's letters that have pages left. */
  books: readonly Book[]
  /** Opened for one person. */
  only: Person | null
  /** The day the letter was issued. */
  from: Day
  onClose: () => void
}) {
  const me = useMe()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  // Who is registered meanwhile leaves the list of those missing, but not this screen.
  const [people] = useState(given)
  const [book, setBook] = useState<Book | null>(null)
  const [scans, setScans] = useState<FileScan[]>([])
  const [busy, setBusy] = useState(false)
  const shown = useRef(scans)
  shown.current = scans
  useEffect(
    () => () => {
      for (const s of shown.current) URL.revokeObjectURL(s.url)
    },
    [],
  )
  const anew = () => {
    for (const key of ['mediation', 'letter']) void client.invalidateQueries({ queryKey: [key] })
  }
  const set = (key: string, more: Partial<Scan>) =>
    setScans((all) => all.map((s) => (s.key === key ? { ...s, ...more } : s)))
  const drop = (s: FileScan) => {
    URL.revokeObjectURL(s.url)
    setScans((all) => all.filter((x) => x.key !== s.key))
  }
  const add = (files: FileList | null) => {
    const fresh = [...(files ?? [])]
      .filter((f) => !scans.some((s) => s.file.name === f.name && s.file.size === f.size))
      .map((file) => ({
        key: newRequestId(),
        signing: newRequestId(),
        file,
        url: URL.createObjectURL(file),
        staffId: only?.staffId ?? null,
        on: me.today as string,
        state: 'ready' as const,
        wrong: '',
      }))
    setScans((all) => (only ? [...fresh.slice(0, 1)] : [...all, ...fresh]))
  }
  const taken = new Set(scans.flatMap((s) => (s.staffId ? [s.staffId] : [])))
  const open = people.filter((p) => !taken.has(p.staffId))
  const offer = (s: FileScan) => (s.staffId === null ? namedIn(s.file.name, open) : null)
  // Two files that name the same person: neither is offered.
  const offers = scans.flatMap((s) => {
    const p = offer(s)
    return p && scans.filter((x) => offer(x)?.staffId === p.staffId).length === 1 ? [[s.key, p] as const] : []
  })
  const chosen = scans.filter(ready)
  const done = scans.filter((s) => s.state === 'done').length
  const keep = (s: FileScan) => {
    const form = new FormData()
    form.set('requestId', s.key)
    form.set('kind', '责任书扫描件')
    form.set('file', s.file)
    return upload<{ id: string; name: string; pages: number }>(`/api/mediation/letters/${letterId}/files`, form)
  }
  const send = async () => {
    setBusy(true)
    let failed = 0
    for (const s of chosen) {
      set(s.key, { state: 'going', wrong: '' })
      try {
        const kept = await keep(s)
        await call(r.signLetter, {
          params: { id: letterId },
          body: { requestId: s.signing, how: 'paper', staffId: s.staffId!, fileId: kept.id, on: s.on as Day },
        })
        set(s.key, { state: 'done' })
      } catch (e) {
        failed += 1
        set(s.key, { state: 'ready', wrong: sentenceOf(e) })
      }
    }
    setBusy(false)
    anew()
    if (failed === 0 && scans.every((s) => s.staffId !== null)) onClose()
  }
  const openBook = async (s: FileScan) => {
    setBusy(true)
    set(s.key, { wrong: '' })
    try {
      const { id, name, pages } = await keep(s)
      if (pages > 1) {
        drop(s)
        setBook({ id, name, pages, free: [{ from: 1, to: pages }] })
      } else
        set(s.key, {
          wrong: pages === 1 ? '这份只有一页，请直接选人' : '这份 PDF 打不开（损坏或者加了密码），请重新扫描',
        })
    } catch (e) {
      set(s.key, { wrong: sentenceOf(e) })
    }
    setBusy(false)
    anew()
  }
  if (book)
    return (
      <ScanBook
        letterId={letterId}
        book={book}
        people={people.filter((p) => given.some((x) => x.staffId === p.staffId))}
        from={from}
        onSigned={anew}
        onClose={() => (scans.length ? setBook(null) : onClose())}
      />
    )
  return (
    <FormDrawer
      title={only ? `${only.name}的纸质责任书` : '批量登记纸质签字'}
      label={only ? '登记纸质签字' : `登记选好人的 ${chosen.length} 份`}
      save={{ error: null, isPending: busy }}
      send={() => void send()}
      disabled={chosen.length === 0}
      onClose={onClose}
      wide={720}
    >
      <p className="hs-note">
        选签好字的扫描件或照片（图片、PDF，
        {only ? '一份' : '可以一次选许多，一人一份；一个 PDF 里有许多人的，选后按页分开'}
        ），
        {only ? '' : '逐份看清签名，选出是谁的；文件名里有姓名的只作提示，要您按一下才算。'}签字日期不早于签发的 {from}
        。
      </p>
      {!only && books.length > 0 && (
        <ul className="hs-note" aria-label="没有登记完的扫描件">
          {books.map((b) => (
            <li key={b.id}>
              《{b.name}》{b.pages} 页，还有 {b.free.reduce((n, x) => n + x.to - x.from + 1, 0)} 页没有登记{' '}
              <Button size="small" disabled={busy} onClick={() => setBook(b)}>
                接着登记
              </Button>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={input}
        type="file"
        multiple={!only}
        hidden
        accept="image/*,application/pdf"
        aria-label="选择扫描件"
        onChange={(e) => {
          add(e.target.files)
          e.target.value = ''
        }}
      />
      <div className="hs-actions">
        <Button disabled={busy} onClick={() => input.current?.click()}>
          {scans.length ? (only ? '换一份' : '再选一些') : '选择扫描件'}
        </Button>
        {offers.length > 1 && (
          <Button
            disabled={busy}
            onClick={() => {
              for (const [key, p] of offers) set(key, { staffId: p.staffId })
            }}
          >
            文件名里有姓名的 {offers.length} 份，按姓名选上
          </Button>
        )}
        {!only && scans.length > 0 && (
          <span className="hs-muted">
            共 {scans.length} 份，选好 {chosen.length + done} 份，已登记 {done} 份
          </span>
        )}
      </div>
      <ul className="hs-scans">
        {scans.map((s) => {
          const offered = offers.find(([key]) => key === s.key)?.[1]
          const fixed = busy || s.state === 'done'
          return (
            <li key={s.key}>
              <a href={s.url} target="_blank" rel="noreferrer" title="看大图">
                {s.file.type.startsWith('image/') ? <img src={s.url} alt={s.file.name} /> : <span>PDF，打开看</span>}
              </a>
              <div>
                <p className="hs-scan-name">{s.file.name}</p>
                {s.state === 'done' ? (
                  <p>已登记为 {nameOf(people, s.staffId)} 的签字。</p>
                ) : (
                  <>
                    {!only && s.file.type === 'application/pdf' && (
                      <p>
                        <Button size="small" disabled={fixed} onClick={() => void openBook(s)}>
                          里面有许多人的，按页分开
                        </Button>
                      </p>
                    )}
                    {offered && (
                      <p>
                        <Button size="small" disabled={fixed} onClick={() => set(s.key, { staffId: offered.staffId })}>
                          文件名里有“{offered.name}”，是他签的
                        </Button>
                      </p>
                    )}
                    <ScanOf
                      scan={s}
                      people={only ? null : people}
                      taken={taken}
                      fixed={fixed}
                      set={(more) => set(s.key, more)}
                    />
                    {!fixed && (
                      <Button size="small" onClick={() => drop(s)}>
                        不登记这份
                      </Button>
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
