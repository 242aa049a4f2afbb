import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Drawer, Input, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import { options } from '../../kit/choice.ts'
import { Panel, Sentence, usePhone } from '../../kit/ui/bits.tsx'
import { call } from '../../kit/ui/call.ts'
import { Field } from '../../kit/ui/Field.tsx'
import { has } from '../../people/me.ts'
import { StaffPicker } from '../../people/pickers.tsx'
import './protect.css'
import { useSend } from '../../kit/ui/useSend.ts'
import type { MatterPanelProps } from '../page/slots.ts'
import { type RecusalGround, recusalGrounds, recusalSources, recusalStatuses } from './recusal.ts'
import { protectRoutes as r } from './routes.ts'

function AskRecusal({
  id,
  asked,
  onClose,
  onDone,
}: {
  id: string
  asked: boolean
  onClose: () => void
  onDone: () => void
}) {
  const phone = usePhone()
  const { send, busy, error, fields: wrong } = useSend()
  const [v, set] = useState({
    staffId: null as string | null,
    ground: 'interest' as RecusalGround,
    detail: '',
    byName: '',
  })
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const source = asked ? ('asked' as const) : ('declared' as const)
    if (
      await send(
        'ask',
        (requestId) => call(r.askRecusal, { params: { id }, body: { requestId, source, ...v } }),
        '已提出，等待决定',
      )
    ) {
      onDone()
      onClose()
    }
  }
  return (
    <Drawer
      open
      title={asked ? '登记信访人的回避申请' : '申报回避'}
      onClose={onClose}
      size={phone ? '100%' : 460}
      destroyOnHidden
    >
      <form onSubmit={submit}>
        <p className="hs-note">
          {asked
            ? '信访人认为办理的人有利害关系、要求换人的，如实登记。决定之前，被要求回避的人不能办理。'
            : '您与这件事项或信访人有利害关系的，应当申报。决定之前您不能办理；决定回避后，这件事项对您不再显示。'}
        </p>
        {asked && (
          <>
            <Field label="要求谁回避" wrong={wrong.staffId}>
              <StaffPicker value={v.staffId} onChange={(staffId) => set({ ...v, staffId })} />
            </Field>
            <Field label="申请人" wrong={wrong.byName}>
              <Input value={v.byName} maxLength={60} onChange={(e) => set({ ...v, byName: e.target.value })} />
            </Field>
          </>
        )}
        <Field label="理由" wrong={wrong.ground}>
          <Select
            value={v.ground}
            onChange={(ground) => set({ ...v, ground })}
            options={options(recusalGrounds)}
            style={{ width: '100%' }}
          />
        </Field>
        <Field label="说明" wrong={wrong.detail}>
          <Input.TextArea
            value={v.detail}
            maxLength={500}
            rows={3}
            onChange={(e) => set({ ...v, detail: e.target.value })}
          />
        </Field>
        <Sentence error={error} />
        <div className="hs-actions">
          <Button type="primary" htmlType="submit" loading={busy !== ''}>
            提出
          </Button>
          <Button onClick={onClose}>取消</Button>
        </div>
      </form>
    </Drawer>
  )
}

function Pressure({ id, onClose }: { id: string; onClose: () => void }) {
  const phone = usePhone()
  const { send, busy, error, fields: wrong } = useSend()
  const [v, set] = useState({ what: '', by: '', name: '', phone: '', channel: 'visit' as 'visit' | 'phone' | 'letter' })
  const [slip, setSlip] = useState<{ number: string; queryCode: string } | null>(null)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    void send(
      'report',
      async (requestId) => setSlip(await call(r.reportPressure, { body: { requestId, petitionId: id, ...v } })),
      '已直送纪检联络员',
    )
  }
  return (
    <Drawer open title="信访人反映受到打压" onClose={onClose} size={phone ? '100%' : 460} destroyOnHidden>
      {slip ? (
        <div className="hs-result" role="status">
          <p>已经密封，直送纪检联络员，不经村、管区和承办单位。请把回执抄给信访人。</p>
          <p>编号</p>
          <b>{slip.number}</b>
          <p>查询码</p>
          <b>{slip.queryCode}</b>
          <div className="hs-actions">
            <Button type="primary" onClick={onClose}>
              知道了
            </Button>
          </div>
        </div>
      ) : (
        <form onSubmit={submit}>
          <p className="hs-note">
            打击报复信访人要依法处理（《信访工作条例》第四十六条）。登记后内容即时密封，您也不再看得到。
          </p>
          <Field label="怎样受到打压" wrong={wrong.what}>
            <Input.TextArea
              value={v.what}
              maxLength={20000}
              rows={5}
              autoFocus
              onChange={(e) => set({ ...v, what: e.target.value })}
            />
          </Field>
          <Field label="什么人所为（知道的填写）" wrong={wrong.by}>
            <Input value={v.by} maxLength={60} onChange={(e) => set({ ...v, by: e.target.value })} />
          </Field>
          <Field label="反映人姓名（可以不填）" wrong={wrong.name}>
            <Input value={v.name} maxLength={60} onChange={(e) => set({ ...v, name: e.target.value })} />
          </Field>
          <Field label="怎么联系他" wrong={wrong.phone}>
            <Input
              value={v.phone}
              maxLength={40}
              inputMode="tel"
              onChange={(e) => set({ ...v, phone: e.target.value })}
            />
          </Field>
          <Field label="怎样得知">
            <Select
              value={v.channel}
              onChange={(channel) => set({ ...v, channel })}
              options={options({ visit: '来访', phone: '来电', letter: '来信' })}
              style={{ width: '100%' }}
            />
          </Field>
          <Sentence error={error} />
          <div className="hs-actions">
            <Button type="primary" htmlType="submit" loading={busy !== ''}>
              直送纪检联络员
            </Button>
            <Button onClick={onClose}>取消</Button>
          </div>
        </form>
      )}
    </Drawer>
  )
}

/** 回避与保护: who must step aside on this matter, and the way to report pressure. Stands in the right column. */
export default function RecusalPanel({ view, me, reload }: MatterPanelProps) {
  const { id } = view.matter
  const client = useQueryClient()
  const [open, setOpen] = useState<'declared' | 'asked' | 'pressure' | null>(null)
  const q = useQuery({ queryKey: ['recusals', id], queryFn: () => call(r.recusals, { params: { id } }) })
  const done = () => {
    void client.invalidateQueries({ queryKey: ['recusals'] })
    reload()
  }
  const close = () => setOpen(null)
  const office = has(me, 'clerk', 'petitionHead')
  return (
    <Panel title="回避与保护" label="回避与保护">
      <Sentence error={q.error} retry={() => q.refetch()} />
      {q.data?.rows.length === 0 && <p className="hs-muted">没有人申报或被申请回避。</p>}
      <ul className="hs-recusals">
        {q.data?.rows.map((x) => (
          <li key={x.id}>
            <b>{x.staffName}</b>{' '}
            <span className={`hs-tag ${x.status === 'open' ? 'hs-yellow' : x.status === 'upheld' ? 'hs-blue' : ''}`}>
              {recusalStatuses[x.status]}
            </span>
            <div className="hs-muted">
              {recusalSources[x.source]}
              {x.ground && `，${recusalGrounds[x.ground]}`}
              {x.decidedName && `；${x.decidedName} ${x.decidedOn?.slice(5)} 决定${x.reason ? `：${x.reason}` : ''}`}
            </div>
          </li>
        ))}
      </ul>
      {q.data && q.data.attempts.length > 0 && (
        <p className="hs-late" role="note">
          应当回避的人尝试查看：
          {q.data.attempts.map((a) => `${a.name} ${a.day.slice(5)} ${a.n} 次`).join('，')}
        </p>
      )}
      <div className="hs-actions">
        <Button size="small" onClick={() => setOpen('declared')}>
          申报回避
        </Button>
        {office && (
          <Button size="small" onClick={() => setOpen('asked')}>
            登记回避申请
          </Button>
        )}
        <Button size="small" onClick={() => setOpen('pressure')}>
          反映受到打压
        </Button>
      </div>
      {(open === 'declared' || open === 'asked') && (
        <AskRecusal id={id} asked={open === 'asked'} onClose={close} onDone={done} />
      )}
      {open === 'pressure' && <Pressure id={id} onClose={close} />}
    </Panel>
  )
}
