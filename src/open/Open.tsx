import { useQuery } from '@tanstack/react-query'
import { Button, Input, Modal, Segmented, Select, Switch, Upload } from 'antd'
import { type ReactNode, useState } from 'react'
import { useNavigate } from 'react-router'
import type { z } from 'zod'
import { options } from '../kit/choice.ts'
import type { Day } from '../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure, upload } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { useSend } from '../kit/ui/useSend.ts'
import { useMe } from '../people/me.ts'
import '../duty/ui/duty.css'
import { Answers } from './Answers.tsx'
import { itemRhythms, openKinds, openLevels, openStates, rhythms } from './due.ts'
import { type ItemRow, openRoutes } from './routes.ts'
import { Withdraw } from './Withdraw.tsx'

const keys = [['open']] as const
type Board = z.infer<(typeof openRoutes)['board']['response']>
type Duty = Board['duties'][number]

/** Publish: for a line of the register, or anything else worth telling. */
function Post({ duty, board, onClose }: { duty: Duty | null; board: Board; onClose: () => void }) {
  const me = useMe()
  const villages = board.villages.filter((x) => x.mayPost)
  const [v, setV] = useState({
    villageId: duty?.villageId ?? (board.mayPostTown ? null : (villages[0]?.id ?? null)),
    kind: duty?.kind ?? ('village' as keyof typeof openKinds),
    title: duty ? `${duty.village === '镇' ? '' : duty.village}${duty.title}（${duty.periodName}）` : '',
    body: '',
    untilOn: '',
  })
  const [files, setFiles] = useState<File[]>([])
  /** Once the text is out, pressing again only sends the files that are left. */
  const [posted, setPosted] = useState<string | null>(null)
  const { send, busy, error, fields } = useSend(keys)
  const publish = () =>
    send(
      'post',
      async (requestId) => {
        const id =
          posted ??
          (
            await call(openRoutes.post, {
              body: {
                requestId,
                itemId: duty?.itemId ?? null,
                period: duty?.period ?? '',
                ...v,
                untilOn: v.untilOn === '' ? null : (v.untilOn as Day),
              },
            })
          ).id
        setPosted(id)
        const left: Failure[] = []
        for (const f of files) {
          const form = new FormData()
          form.append('file', f)
          await upload(`/api/open/notices/${id}/files`, form).then(
            () => setFiles((all) => all.filter((x) => x !== f)),
            (e: Failure) =>
              left.push(new Failure(e.message.includes(f.name) ? e.message : `“${f.name}”：${e.message}`, e.status)),
          )
        }
        if (left.length)
          throw new Failure(
            `正文已经公开，${left.length} 个附件没有传上。${left.map((e) => e.message).join('；')}。去掉它们就好，也可以换文件再传`,
            left[0]!.status,
          )
        onClose()
        return id
      },
      '已公开，公众页面上马上能看到',
    )
  return (
    <Modal
      open
      title={duty ? `公开：${duty.title}` : '公开一份内容'}
      okText={posted ? '补传附件' : '公开'}
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={publish}
      width={640}
    >
      <Sentence error={error} />
      {!duty && (
        <>
          <Field label="类别">
            <Select
              value={v.kind}
              onChange={(kind) => setV({ ...v, kind })}
              options={options(openKinds)}
              style={{ width: '100%' }}
            />
          </Field>
          <Field label={board.mayPostTown ? '哪个村（不选为镇）' : '哪个村'} wrong={fields.villageId}>
            <Select
              allowClear
              showSearch
              optionFilterProp="label"
              value={v.villageId}
              onChange={(villageId) => setV({ ...v, villageId: villageId ?? null })}
              options={villages.map((x) => ({ value: x.id, label: x.name }))}
              style={{ width: '100%' }}
            />
          </Field>
        </>
      )}
      <Field label="标题" wrong={fields.title}>
        <Input value={v.title} onChange={(e) => setV({ ...v, title: e.target.value })} maxLength={100} />
      </Field>
      <Field label="内容" wrong={fields.body}>
        <Input.TextArea
          value={v.body}
          onChange={(e) => setV({ ...v, body: e.target.value })}
          autoSize={{ minRows: 6, maxRows: 16 }}
          maxLength={20_000}
        />
      </Field>
      <p className="hs-muted">不要写身份证号、银行卡号；涉及个人的只写必须公开的部分。</p>
      <Field label="公开到（不填为长期）" wrong={fields.untilOn}>
        <DayInput value={v.untilOn} today={me.today} ahead onChange={(untilOn) => setV({ ...v, untilOn })} />
      </Field>
      <Upload
        multiple
        fileList={files.map((f, i) => ({ uid: String(i), name: f.name, status: 'done' as const }))}
        beforeUpload={(f) => {
          setFiles((all) => [...all, f])
          return false
        }}
        onRemove={(f) => setFiles((all) => all.filter((_, i) => String(i) !== f.uid))}
      >
        <Button>附件</Button>
      </Upload>
    </Modal>
  )
}

const choices = [
  { label: '类别', key: 'kind', all: openKinds },
  { label: '谁公开', key: 'level', all: openLevels },
  { label: '多久一次', key: 'rhythm', all: rhythms },
] as const

function EditItem({ item, onClose }: { item: ItemRow | null; onClose: () => void }) {
  const [v, setV] = useState({
    id: item?.id ?? null,
    version: item?.version ?? 1,
    kind: item?.kind ?? ('village' as keyof typeof openKinds),
    level: item?.level ?? ('village' as keyof typeof openLevels),
    title: item?.title ?? '',
    rhythm: item?.rhythm ?? ('quarter' as keyof typeof itemRhythms),
    withinDays: item?.withinDays ?? 10,
    basis: item?.basis ?? '',
    active: item?.active ?? true,
  })
  const { send, busy, error, fields } = useSend(keys)
  return (
    <Modal
      open
      title={item ? '修改目录' : '增加目录'}
      okText="保存"
      cancelText="返回"
      confirmLoading={busy !== ''}
      onCancel={onClose}
      onOk={async () => {
        if (await send('item', (requestId) => call(openRoutes.saveItem, { body: { requestId, ...v } }), '已保存'))
          onClose()
      }}
    >
      <Sentence error={error} />
      <Field label="公开什么" wrong={fields.title}>
        <Input value={v.title} onChange={(e) => setV({ ...v, title: e.target.value })} maxLength={100} />
      </Field>
      {(v.rhythm === 'week' ? [] : choices).map(({ label, key, all }) => (
        <Field label={label} key={key}>
          <Select
            value={v[key]}
            onChange={(chosen) => setV({ ...v, [key]: chosen })}
            options={options(all)}
            style={{ width: '100%' }}
          />
        </Field>
      ))}
      <Field label={v.rhythm === 'week' ? '每周开始前几天排好' : '一期结束后几天内'} wrong={fields.withinDays}>
        <NumberInput value={v.withinDays} onChange={(n) => setV({ ...v, withinDays: n ?? 0 })} min={1} max={366} />
      </Field>
      <Field label="依据" wrong={fields.basis}>
        <Input value={v.basis} onChange={(e) => setV({ ...v, basis: e.target.value })} maxLength={200} />
      </Field>
      <Field label="在用">
        <Switch
          checked={v.active}
          onChange={(active) => setV({ ...v, active })}
          checkedChildren="在用"
          unCheckedChildren="停用"
        />
      </Field>
    </Modal>
  )
}

/** One line of the three lists: how it stands, what it is, what may be done. */
function Line({
  state,
  tone,
  title,
  about,
  action,
}: {
  state: string
  tone: 'done' | 'soon' | 'late' | 'muted'
  title: ReactNode
  about: string[]
  /** `of` tells many alike apart for whoever hears them. */
  action: { label: string; of: string; run: () => void } | null
}) {
  return (
    <li>
      <span className={`hs-${tone}`}>{state}</span>
      <div>
        <b>{title}</b>
        <small>{about.filter(Boolean).join(' · ')}</small>
      </div>
      <div className="hs-case-do">
        {action && (
          <Button size="small" aria-label={`${action.label}${action.of}`} onClick={action.run}>
            {action.label}
          </Button>
        )}
      </div>
    </li>
  )
}
const tones = { overdue: 'late', due: 'soon', published: 'done', late: 'done' } as const

const views = { due: '应公开', notices: '已公开', items: '目录', answers: '建议与答复' } as const

/** 三务公开、政务公开：what must be published by when, what is out, and the catalogue. */
export default function Open() {
  const me = useMe()
  const q = useQuery({ queryKey: ['open'], queryFn: () => call(openRoutes.board) })
  const [view, setView] = useState<keyof typeof views>('due')
  const [shown, setShown] = useState<'open' | 'all'>('open')
  const [post, setPost] = useState<Duty | 'free' | null>(null)
  const [edit, setEdit] = useState<ItemRow | 'new' | null>(null)
  const [withdraw, setWithdraw] = useState<{ id: string; title: string } | null>(null)
  const { send, busy } = useSend(keys)
  const go = useNavigate()
  if (q.error) return <Sentence error={q.error} retry={() => void q.refetch()} />
  if (!q.data) return <Waiting />
  const { duties, notices, items, mayManage } = q.data
  const late = duties.filter((d) => d.state === 'overdue')
  const ended = (n: { untilOn: Day | null }) => n.untilOn !== null && n.untilOn < me.today
  const list = duties.filter((d) => shown === 'all' || d.state === 'overdue' || d.state === 'due')
  return (
    <>
      <PageHead
        title="三务公开"
        extra={
          (q.data.mayPostTown || q.data.villages.some((x) => x.mayPost)) && (
            <Button type="primary" onClick={() => setPost('free')}>
              公开一份内容
            </Button>
          )
        }
      >
        <Segmented
          value={view}
          onChange={setView}
          options={Object.entries(views).map(([value, label]) => ({ value: value as keyof typeof views, label }))}
        />
      </PageHead>
      {view === 'due' && (
        <Panel title={late.length ? `超期未公开 ${late.length} 项` : '应公开的'}>
          {items.length > 0 && (
            <Segmented
              value={shown}
              onChange={setShown}
              options={[
                { value: 'open', label: '未公开的' },
                { value: 'all', label: `全部 ${duties.length}` },
              ]}
            />
          )}
          {items.length === 0 ? (
            <Nothing
              action={
                mayManage && (
                  <Button
                    loading={busy !== ''}
                    onClick={() =>
                      send('start', (requestId) => call(openRoutes.start, { body: { requestId } }), '已列出')
                    }
                  >
                    从法定应公开的内容开始
                  </Button>
                )
              }
            >
              目录还是空的。
            </Nothing>
          ) : list.length === 0 ? (
            <Nothing>{duties.length === 0 ? '目录里的第一期还没有结束，现在没有要公开的。' : '都按时公开了。'}</Nothing>
          ) : (
            <ul className="hs-cases">
              {list.slice(0, 300).map((d) => (
                <Line
                  key={`${d.itemId}${d.villageId}${d.period}`}
                  state={openStates[d.state]}
                  tone={tones[d.state]}
                  title={`${d.village} · ${d.title}`}
                  about={[openKinds[d.kind], d.periodName, `${d.dueOn} 前`]}
                  action={
                    d.noticeId === null && d.mayPost
                      ? { label: '公开', of: d.village + d.title, run: () => setPost(d) }
                      : d.rhythm === 'week' && mayManage && d.noticeId === null && d.state !== 'published'
                        ? { label: '去排班', of: d.periodName, run: () => go('/watch') }
                        : null
                  }
                />
              ))}
            </ul>
          )}
          {list.length > 300 && <p className="hs-muted">还有 {list.length - 300} 项，先办前面的。</p>}
        </Panel>
      )}
      {view === 'notices' && (
        <Panel title={`已公开 ${notices.filter((n) => !n.withdrawnOn && !ended(n)).length} 份`}>
          {notices.length === 0 && <Nothing>还没有公开过内容。</Nothing>}
          <ul className="hs-cases">
            {notices.map((n) => (
              <Line
                key={n.id}
                state={n.withdrawnOn ? '已撤下' : ended(n) ? '已到期' : openKinds[n.kind]}
                tone={n.withdrawnOn || ended(n) ? 'muted' : 'done'}
                title={
                  n.withdrawnOn || ended(n) ? (
                    n.title
                  ) : (
                    <a href={`/c/open/${n.id}`} target="_blank" rel="noreferrer">
                      {n.title}
                    </a>
                  )
                }
                about={[
                  n.village || '镇',
                  `${n.postedOn} ${n.byName}公开`,
                  n.untilOn ? `到 ${n.untilOn}` : '',
                  n.files.length ? `附件 ${n.files.length} 个` : '',
                  n.withdrawnOn ? `${n.withdrawnOn} 撤下：${n.withdrawnReason}` : '',
                ]}
                action={
                  n.mine && !n.withdrawnOn
                    ? { label: '撤下', of: n.title, run: () => setWithdraw({ id: n.id, title: n.title }) }
                    : null
                }
              />
            ))}
          </ul>
        </Panel>
      )}
      {view === 'answers' && <Answers />}
      {view === 'items' && (
        <Panel title="公开目录">
          {mayManage && <Button onClick={() => setEdit('new')}>增加一条</Button>}
          {items.length === 0 && <Nothing>目录还是空的。</Nothing>}
          <ul className="hs-cases">
            {items.map((i) => (
              <Line
                key={i.id}
                state={i.active ? openKinds[i.kind] : '停用'}
                tone={i.active ? 'done' : 'muted'}
                title={i.title}
                about={[
                  openLevels[i.level],
                  itemRhythms[i.rhythm],
                  i.rhythm === 'week' ? `每周开始前 ${i.withinDays} 天` : `期满 ${i.withinDays} 天内`,
                  i.basis,
                ]}
                action={mayManage ? { label: '修改', of: i.title, run: () => setEdit(i) } : null}
              />
            ))}
          </ul>
        </Panel>
      )}
      {post && <Post duty={post === 'free' ? null : post} board={q.data} onClose={() => setPost(null)} />}
      {edit && <EditItem item={edit === 'new' ? null : edit} onClose={() => setEdit(null)} />}
      {withdraw && (
        <Withdraw
          title={withdraw.title}
          says="撤下后公众看不到，原文和理由留在这里。对应的一期会重新算作没有公开。"
          keys={keys}
          work={(reason) => call(openRoutes.withdraw, { params: { id: withdraw.id }, body: { reason } })}
          onClose={() => setWithdraw(null)}
        />
      )}
    </>
  )
}
