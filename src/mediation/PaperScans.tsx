import { useQueryClient } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { Day } from '../kit/day.ts'
import { call, sentenceOf, upload } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { newRequestId } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { FormDrawer } from '../kit/ui/FormDrawer.tsx'
import { useMe } from '../people/me.ts'
import { namedIn } from './network/letter.ts'
import { mediationRoutes as r } from './routes.ts'

interface Person {
  staffId: string
  name: string
  station?: string
}
interface Scan {
  key: string
  signing: string
  file: File
  /** To look at it while choosing whose it is. */
  url: string
  staffId: string | null
  on: string
  state: 'ready' | 'going' | 'done'
  wrong: string
}

/**
 * Letters signed on paper: many scans at once, each given to its person by hand. A name in the file's name is offered, never taken;
 * each scan is sent by itself, so that one that is refused holds up none.
 */
export function PaperScans({
  letterId,
  people,
  only,
  from,
  onClose,
}: {
  letterId: string
  people: readonly Person[]
  /** Opened for one person. */
  only: Person | null
  from: Day
  onClose: () => void
}) {
  const me = useMe()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [scans, setScans] = useState<Scan[]>([])
  const [busy, setBusy] = useState(false)
  const shown = useRef(scans)
  shown.current = scans
  useEffect(
    () => () => {
      for (const s of shown.current) URL.revokeObjectURL(s.url)
    },
    [],
  )
  const set = (key: string, more: Partial<Scan>) =>
    setScans((all) => all.map((s) => (s.key === key ? { ...s, ...more } : s)))
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
  const offer = (s: Scan) => (s.staffId === null ? namedIn(s.file.name, open) : null)
  // Two files that name the same person: neither is offered.
  const offers = scans.flatMap((s) => {
    const p = offer(s)
    return p && scans.filter((x) => offer(x)?.staffId === p.staffId).length === 1 ? [[s.key, p] as const] : []
  })
  const ready = scans.filter((s) => s.staffId !== null && s.state === 'ready')
  const done = scans.filter((s) => s.state === 'done').length
  const send = async () => {
    setBusy(true)
    let failed = 0
    for (const s of ready) {
      set(s.key, { state: 'going', wrong: '' })
      const form = new FormData()
      form.set('requestId', s.key)
      form.set('kind', '责任书扫描件')
      form.set('file', s.file)
      try {
        const kept = await upload<{ id: string }>(`/api/mediation/letters/${letterId}/files`, form)
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
    for (const key of ['mediation', 'letter']) void client.invalidateQueries({ queryKey: [key] })
    if (failed === 0 && scans.every((s) => s.staffId !== null)) onClose()
  }
  const nameOf = (id: string | null) => people.find((p) => p.staffId === id)?.name ?? ''
  return (
    <FormDrawer
      title={only ? `${only.name}的纸质责任书` : '批量登记纸质签字'}
      label={only ? '登记纸质签字' : `登记选好人的 ${ready.length} 份`}
      save={{ error: null, isPending: busy }}
      send={() => void send()}
      disabled={ready.length === 0}
      onClose={onClose}
      wide={720}
    >
      <p className="hs-note">
        选签好字的扫描件或照片（图片、PDF，{only ? '一份' : '可以一次选许多，一人一份'}），
        {only ? '' : '逐份看清签名，选出是谁的；文件名里有姓名的只作提示，要您按一下才算。'}签字日期不早于签发的 {from}
        。
      </p>
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
            共 {scans.length} 份，选好 {ready.length + done} 份，已登记 {done} 份
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
                  <p>已登记为 {nameOf(s.staffId)} 的签字。</p>
                ) : (
                  <>
                    {!only && (
                      <Field label="谁签的">
                        <Select
                          showSearch
                          allowClear
                          disabled={fixed}
                          value={s.staffId}
                          placeholder="请看签名选人"
                          optionFilterProp="label"
                          options={people
                            .filter((p) => p.staffId === s.staffId || !taken.has(p.staffId))
                            .map((p) => ({ value: p.staffId, label: `${p.name}（${p.station ?? ''}）` }))}
                          onChange={(staffId: string | undefined) =>
                            set(s.key, { staffId: staffId ?? null, wrong: '' })
                          }
                          style={{ width: '100%' }}
                        />
                      </Field>
                    )}
                    {offered && (
                      <p>
                        <Button size="small" disabled={fixed} onClick={() => set(s.key, { staffId: offered.staffId })}>
                          文件名里有“{offered.name}”，是他签的
                        </Button>
                      </p>
                    )}
                    <Field label="签字日期">
                      <DayInput value={s.on} today={me.today} disabled={fixed} onChange={(on) => set(s.key, { on })} />
                    </Field>
                    {s.wrong && <p className="hs-late">{s.wrong}</p>}
                    {!fixed && (
                      <Button
                        size="small"
                        onClick={() => {
                          URL.revokeObjectURL(s.url)
                          setScans((all) => all.filter((x) => x.key !== s.key))
                        }}
                      >
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
