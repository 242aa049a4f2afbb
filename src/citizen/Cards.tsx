import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Form, Input, Modal, Radio, Table } from 'antd'
import QRCode from 'qrcode'
import { type CSSProperties, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { options } from '../kit/choice.ts'
import { PageHead, Sentence, usePhone, useTitle, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { Scroll } from '../kit/ui/Scroll.tsx'
import { has, useMe } from '../people/me.ts'
import { type CardContent, type Contacts, cardStates, copiesIn, mostCopies, sheetsOf } from './card.ts'
import './cards.css'
import { citizenRoutes } from './routes.ts'

type Printed = { token: string; content: CardContent; copies: number }

/** One card: who to turn to and a code that leads to the village's own page; no personal data of the household. */
function Card({ card, qr, size }: { card: Printed; qr: string; size: number | undefined }) {
  const c = card.content
  return (
    <div className="hs-household" style={size ? { fontSize: `${size}pt` } : undefined}>
      <div>
        <b>{c.village} 便民服务咨询卡</b>
        {c.people.map((p) => (
          <p key={`${p.post}${p.name}`}>
            {p.post} {p.name} <span className="hs-unbroken">{p.phone}</span>
          </p>
        ))}
        {c.hotline && <p>镇信访电话 {c.hotline}</p>}
        {c.legalAid && <p>法律援助 {c.legalAid}</p>}
        {c.hours && (
          <p>
            接待时间{' '}
            {c.hours.split(/(?<=[，,；;])/).map((part) => (
              <span className="hs-unbroken" key={part}>
                {part}
              </span>
            ))}
          </p>
        )}
        {c.address && <p>{c.address}</p>}
      </div>
      <figure>
        <img src={qr} alt={`${c.village}的二维码`} />
        <figcaption>扫码反映、查进度</figcaption>
      </figure>
    </div>
  )
}

const sheetsAtOnce = 100

/** The sheets as they will be printed: ten cards with cut marks on each A4, or one for a door. */
function Sheets({
  cards,
  entry,
  door,
  onClose,
}: {
  cards: Printed[]
  /** Where the code of a card leads. */
  entry: (token: string) => string
  door: boolean
  onClose: () => void
}) {
  const [codes, setCodes] = useState<Record<string, string>>({})
  useEffect(() => {
    let gone = false
    Promise.all(
      cards.map(
        async (c) =>
          [
            c.token,
            await QRCode.toDataURL(entry(c.token), {
              margin: 1,
              width: 320,
              errorCorrectionLevel: 'M',
            }),
          ] as const,
      ),
    ).then((all) => !gone && setCodes(Object.fromEntries(all)))
    return () => {
      gone = true
    }
  }, [cards, entry])
  /** How far a sheet shrinks to be seen whole; 1 where there is room, or its own size was asked for. */
  const [fit, setFit] = useState(1)
  const [whole, setWhole] = useState(true)
  const [sizes, setSizes] = useState<Record<string, number>>({})
  const [tight, setTight] = useState<string[]>([])
  const seen = useRef(new Set<string>())
  /** Thousands of sheets would stop the browser: so many are shown and printed at a time. */
  const [part, setPart] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const ready = cards.every((c) => codes[c.token])
  // Many people make small print, never a cut line; where even that doesn't fit, it is said before paper is wasted.
  useLayoutEffect(() => {
    if (!ready || !box.current) return
    const found: Record<string, number> = {}
    const full: string[] = []
    for (const c of cards) {
      if (seen.current.has(c.token)) continue
      const one = box.current.querySelector<HTMLElement>(`[data-token="${c.token}"] .hs-household`)
      if (!one) continue
      seen.current.add(c.token)
      const start = Number.parseFloat(getComputedStyle(one).fontSize) * 0.75
      let size = start
      while (one.scrollHeight > one.clientHeight && size > start * 0.65) {
        size -= 0.25
        one.style.fontSize = `${size}pt`
      }
      if (size < start) found[c.token] = size
      if (one.scrollHeight > one.clientHeight) full.push(c.content.village)
    }
    setSizes((all) => ({ ...all, ...found }))
    setTight((all) => [...all, ...full])
    // Each part brings villages that were not measured yet.
  }, [ready, cards, part])
  useEffect(() => {
    if (!ready) return
    const measure = () => {
      const sheet = box.current?.querySelector<HTMLElement>('.hs-sheet')
      if (box.current && sheet) setFit(Math.min(1, box.current.clientWidth / sheet.offsetWidth))
    }
    measure()
    addEventListener('resize', measure)
    return () => removeEventListener('resize', measure)
  }, [ready])
  if (!ready) return <Waiting />
  const scale = whole ? fit : 1
  const sheets = sheetsOf(
    cards.map((c) => ({ card: c, copies: c.copies })),
    door ? 1 : 10,
  )
  const parts = Math.ceil(sheets.length / sheetsAtOnce)
  const now = sheets.slice(part * sheetsAtOnce, (part + 1) * sheetsAtOnce)
  return (
    <div className="hs-sheets" ref={box}>
      <div className="hs-sheet-tools">
        <h1>便民服务卡</h1>
        <Button type="primary" onClick={() => window.print()}>
          打印 {now.length} 张 A4
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
      {parts > 1 && (
        <div className="hs-sheet-tools">
          <span>
            一共 {sheets.length} 张，分 {parts} 份打印，这是第 {part + 1} 份。
          </span>
          <Button disabled={part === 0} onClick={() => setPart(part - 1)}>
            上一份
          </Button>
          <Button disabled={part === parts - 1} onClick={() => setPart(part + 1)}>
            下一份
          </Button>
        </div>
      )}
      {tight.length > 0 && (
        <p className="hs-late hs-sheet-tools" role="alert">
          {tight.join('、')}的人太多，十张一页放不下，请印门牌大卡。
        </p>
      )}
      {fit < 1 && (
        <p className="hs-sheet-tools hs-muted">
          {whole ? '屏幕窄，缩小了看；打印出来是 A4 原大。' : '原大，左右滑动看全。'}
          <Button size="small" onClick={() => setWhole(!whole)}>
            {whole ? '看原大' : '缩小看全'}
          </Button>
        </p>
      )}
      <Scroll label="要打印的纸">
        {now.map((sheet, i) => (
          <div className="hs-sheet-fit" style={{ '--fit': scale } as CSSProperties} key={i}>
            <section className={door ? 'hs-sheet hs-sheet-door' : 'hs-sheet'}>
              {sheet.map((c, k) => (
                <div data-token={c.token} key={k}>
                  <Card card={c} qr={codes[c.token]!} size={sizes[c.token]} />
                </div>
              ))}
            </section>
          </div>
        ))}
      </Scroll>
    </div>
  )
}

/** How many cards are printed: ten to a sheet by a number, the households or a list; or one sheet for a door. */
const ways = { same: '每村一样多', households: '按户数', list: '按清单', door: '门牌大卡（每村一张 A4）' } as const

const blank: Contacts = { hotline: '', hours: '', address: '', legalAid: '' }

export default function Cards() {
  useTitle('便民服务卡')
  const me = useMe()
  const client = useQueryClient()
  const q = useQuery({ queryKey: ['cards'], queryFn: () => call(citizenRoutes.cards) })
  const [chosen, setChosen] = useState<string[]>([])
  const [how, setHow] = useState<keyof typeof ways>('same')
  const [copies, setCopies] = useState<number | null>(10)
  const [list, setList] = useState('')
  const [editing, setEditing] = useState(false)
  const [sheets, setSheets] = useState<Printed[] | null>(null)
  const phone = usePhone()
  const [form] = Form.useForm<Contacts>()
  const requestId = useRef(crypto.randomUUID())
  const again = () => client.invalidateQueries({ queryKey: ['cards'] })
  const door = how === 'door'
  const villages = q.data?.villages ?? []
  const households = new Map(villages.map((v) => [v.villageId, v.households ?? 0]))
  const unknown = villages.filter((v) => chosen.includes(v.villageId) && !v.households)
  const of = (n: (villageId: string) => number) => chosen.map((villageId) => ({ villageId, copies: n(villageId) }))
  const jobs =
    how === 'list'
      ? copiesIn(list, villages)
      : how === 'households'
        ? {
            copies: of((id) => households.get(id) ?? 0),
            wrong: unknown.map((v) => `“${v.village}”没有登记户数，请按清单印`),
          }
        : {
            copies: of(() => (door ? 1 : (copies ?? 0))),
            wrong:
              door || (copies !== null && copies >= 1 && copies <= mostCopies)
                ? []
                : [`每村张数请填 1 到 ${mostCopies}`],
          }
  const total = jobs.copies.reduce((n, j) => n + j.copies, 0)
  const { publicUrl, town } = q.data ?? {}
  const entry = useCallback(
    (token: string) => `${publicUrl ?? location.origin}/c/v/${token}${town ? `?t=${town}` : ''}`,
    [publicUrl, town],
  )
  const print = useMutation({
    mutationFn: () =>
      call(citizenRoutes.printCards, {
        body: { requestId: requestId.current, villages: jobs.copies },
      }),
    onSuccess: (r) => {
      requestId.current = crypto.randomUUID()
      setSheets(r.cards)
      again()
    },
  })
  const save = useMutation({
    mutationFn: (body: Contacts) => call(citizenRoutes.saveContacts, { body }),
    onSuccess: () => {
      setEditing(false)
      again()
    },
  })
  const wrongAt = (name: string) => {
    const help = save.error instanceof Failure ? save.error.fields[name] : undefined
    return help ? { help, validateStatus: 'error' as const } : {}
  }
  const [revoking, setRevoking] = useState<{ id: string; village: string } | null>(null)
  const [reason, setReason] = useState('')
  const revoke = useMutation({
    mutationFn: () => call(citizenRoutes.revokeCard, { params: { villageId: revoking!.id }, body: { reason } }),
    onSuccess: () => {
      setRevoking(null)
      setReason('')
      again()
    },
  })
  if (q.isPending) return <Waiting />
  if (!q.data) return <Sentence error={q.error} retry={() => q.refetch()} />
  if (sheets) return <Sheets cards={sheets} entry={entry} door={door} onClose={() => setSheets(null)} />
  const changed = villages.filter((v) => v.state === 'changed')
  return (
    <>
      <PageHead title="便民服务卡" />
      <p className="hs-muted">
        每户一张或贴在门上：找谁、电话、接待时间和本村的二维码。码里没有任何个人信息；卡上的人或电话变了，这里会列出要重印的村。
      </p>
      <div className="hs-cards-bar">
        {has(me, 'petitionHead') && <Button onClick={() => setEditing(true)}>公众联系方式</Button>}
        {changed.length > 0 && (
          <Button onClick={() => setChosen(changed.map((v) => v.villageId))}>选中要重印的 {changed.length} 个村</Button>
        )}
        <Radio.Group value={how} onChange={(e) => setHow(e.target.value)} options={options(ways)} aria-label="印多少" />
        {how === 'same' && (
          <NumberInput
            aria-label="每村张数"
            addonBefore="每村"
            addonAfter="张"
            precision={0}
            value={copies}
            status={jobs.wrong.length > 0 ? 'error' : ''}
            onChange={setCopies}
            style={{ width: 150 }}
          />
        )}
        <Button
          type="primary"
          disabled={total === 0 || jobs.wrong.length > 0}
          loading={print.isPending}
          onClick={() => print.mutate()}
        >
          {jobs.wrong.length > 0 && how !== 'list'
            ? '请先改好张数'
            : total === 0
              ? how === 'list'
                ? '请贴上清单'
                : '请在下面选择要印的村'
              : `印制 ${jobs.copies.length} 个村，共 ${total} 张`}
        </Button>
      </div>
      {how === 'list' && (
        <Field label="清单：一行一个村，村名和张数（可以从表格里贴过来）" wrong={jobs.wrong.join('；') || undefined}>
          <Input.TextArea
            autoSize={{ minRows: 4, maxRows: 16 }}
            value={list}
            onChange={(e) => setList(e.target.value)}
            placeholder={'东庄村 120\n西庄村 85'}
          />
        </Field>
      )}
      {how !== 'list' && jobs.wrong.length > 0 && (
        <p className="hs-late" role="alert">
          {jobs.wrong.join('；')}
        </p>
      )}
      {print.error && <Sentence error={print.error} />}
      {phone ? (
        <ul className="hs-card-list" aria-label="各村的卡">
          {villages.map((v) => (
            <li key={v.villageId}>
              <Checkbox
                disabled={how === 'list'}
                checked={chosen.includes(v.villageId)}
                onChange={(e) =>
                  setChosen(e.target.checked ? [...chosen, v.villageId] : chosen.filter((id) => id !== v.villageId))
                }
              >
                <b>{v.village}</b>
              </Checkbox>{' '}
              <span className={v.state === 'changed' ? 'hs-card-changed' : 'hs-muted'}>{cardStates[v.state]}</span>
              {v.changes.length > 0 && <p>{v.changes.join('；')}</p>}
              <p className="hs-muted">
                {v.now.people.map((p) => `${p.post}${p.name}`).join('、') || '还没有信息员、网格员'}
                {v.printedOn && `；${v.printedOn} 印 ${v.copies} 张`}
              </p>
              {v.printedOn && (
                <Button size="small" onClick={() => setRevoking({ id: v.villageId, village: v.village })}>
                  作废{v.village}的卡
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <div className="hs-cards-table">
          <Table
            size="small"
            rowKey="villageId"
            pagination={false}
            dataSource={villages}
            rowSelection={
              how === 'list' ? undefined : { selectedRowKeys: chosen, onChange: (keys) => setChosen(keys as string[]) }
            }
            columns={[
              { title: '管区', dataIndex: 'area', width: 110 },
              { title: '村', dataIndex: 'village', width: 88 },
              {
                title: '状态',
                minWidth: 64,
                render: (_, v) => (
                  <>
                    <b className={v.state === 'changed' ? 'hs-card-changed' : undefined}>{cardStates[v.state]}</b>
                    {v.changes.length > 0 && <div className="hs-muted">{v.changes.join('；')}</div>}
                  </>
                ),
              },
              {
                title: '卡上的人',
                width: '42%',
                render: (_, v) =>
                  v.now.people.length === 0 ? (
                    <span className="hs-muted">还没有信息员、网格员</span>
                  ) : (
                    v.now.people.map((p) => `${p.post}${p.name}`).join('、')
                  ),
              },
              {
                title: '上次印制',
                width: 150,
                render: (_, v) => (v.printedOn ? `${v.printedOn} ${v.copies} 张` : '—'),
              },
              {
                title: '操作',
                width: 70,
                render: (_, v) =>
                  v.printedOn && (
                    <Button
                      size="small"
                      type="link"
                      onClick={() => setRevoking({ id: v.villageId, village: v.village })}
                    >
                      作废
                    </Button>
                  ),
              },
            ]}
          />
        </div>
      )}
      <Modal
        title="公众联系方式"
        open={editing}
        okText="保存"
        cancelText="取消"
        confirmLoading={save.isPending}
        onCancel={() => {
          setEditing(false)
          save.reset()
        }}
        onOk={() => form.submit()}
        afterOpenChange={(open) => open && form.setFieldsValue(q.data.contacts)}
      >
        <Form form={form} layout="vertical" initialValues={blank} onFinish={(v) => save.mutate(v)}>
          <Form.Item name="hotline" label="镇信访电话" {...wrongAt('hotline')}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name="hours" label="接待时间">
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="address" label="接待地址">
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="legalAid" label="法律援助电话" {...wrongAt('legalAid')}>
            <Input maxLength={40} />
          </Form.Item>
        </Form>
        {save.error && <Sentence error={save.error} />}
      </Modal>
      <Modal
        title={`作废${revoking?.village ?? ''}的卡`}
        open={revoking !== null}
        okText="作废"
        cancelText="取消"
        okButtonProps={{ danger: true, disabled: reason.trim() === '' }}
        confirmLoading={revoke.isPending}
        onCancel={() => setRevoking(null)}
        onOk={() => revoke.mutate()}
      >
        <p>作废以后，已经发出去的卡扫码只能进入全镇首页。</p>
        <Input
          aria-label="作废的原因"
          placeholder="作废的原因"
          maxLength={200}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
        />
        {revoke.error && <Sentence error={revoke.error} />}
      </Modal>
    </>
  )
}
