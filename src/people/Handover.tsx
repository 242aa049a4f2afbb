import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Checkbox, Drawer, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import type { Day } from '../kit/day.ts'
import { count, Nothing, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { newRequestId, useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { Scroll } from '../kit/ui/Scroll.tsx'
import { refreshPeople } from './Editor.tsx'
import { useMe, usePlaces } from './me.ts'
import { StaffPicker } from './pickers.tsx'
import { peopleRoutes, type StaffRow } from './routes.ts'

/** Someone leaves: what is in their name, who takes it over, done in one step or not at all. */
export function Handover({ staff, onClose }: { staff: StaffRow; onClose: () => void }) {
  const me = useMe()
  const phone = usePhone()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const places = usePlaces()
  const draft = useDraft(`handover:${staff.id}`, {
    successorId: null as string | null,
    on: me.today as string,
    takePosts: false,
    reason: '',
    requestId: newRequestId(),
  })
  const { value, set } = draft
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const preview = useQuery({
    queryKey: ['handover', staff.id],
    queryFn: () => call(peopleRoutes.handoverPreview, { params: { id: staff.id } }),
    staleTime: 0,
  })
  const wrong = error instanceof Failure ? error.fields : {}
  const successor = places.staff.find((s) => s.id === value.successorId)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const { moved } = await call(peopleRoutes.handover, {
        params: { id: staff.id },
        body: { ...value, successorId: value.successorId ?? '', on: value.on as Day },
      })
      message.success(`交接完成，${count(moved)} 件在办事项已由${successor?.name ?? '接手人'}接手`)
      draft.clear()
      await refreshPeople(queries)
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  const { data } = preview
  const unseen = data?.unseen.reduce((n, g) => n + g.n, 0) ?? 0
  const all = (data?.matters.length ?? 0) + unseen
  return (
    <Drawer open title={`离任交接：${staff.name}`} onClose={onClose} size={phone ? '100%' : 620} destroyOnHidden>
      <Sentence error={preview.error} retry={preview.refetch} />
      {!data && !preview.error && <Waiting />}
      {data && (
        <form onSubmit={submit}>
          <h2 className="hs-after">在办事项（{count(all)} 件）</h2>
          {all === 0 && <Nothing>名下没有在办事项。</Nothing>}
          {data.matters.length > 0 && (
            <Scroll label="在办事项" style={{ maxHeight: 280 }}>
              <table className="hs-table">
                <thead>
                  <tr>
                    <th scope="col">编号</th>
                    <th scope="col">标题</th>
                    <th scope="col">身份</th>
                    <th scope="col">状态</th>
                    <th scope="col">期限</th>
                  </tr>
                </thead>
                <tbody>
                  {data.matters.map((m) => (
                    <tr key={m.id}>
                      <td className="hs-unbroken">{m.number}</td>
                      <td>{m.title}</td>
                      <td>{m.as.join('、')}</td>
                      <td>{m.state}</td>
                      <td className={m.dueOn && m.dueOn < me.today ? 'hs-late hs-unbroken' : 'hs-unbroken'}>
                        {m.dueOn ?? '—'}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
          {data.unseen.length > 0 && (
            <>
              <p className="hs-muted hs-after">
                {data.matters.length > 0 ? '另有' : '这'} {count(unseen)}{' '}
                件的内容不在您的查看范围，只列数目和期限；一并交接，接手人看得到。
              </p>
              <Scroll label="不在查看范围的事项" style={{ maxHeight: 240 }}>
                <table className="hs-table">
                  <thead>
                    <tr>
                      <th scope="col">身份</th>
                      <th scope="col">状态</th>
                      <th scope="col">件数</th>
                      <th scope="col">最近期限</th>
                      <th scope="col">超期</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.unseen.map((g) => (
                      <tr key={`${g.as.join()} ${g.state}`}>
                        <td>{g.as.join('、')}</td>
                        <td>{g.state}</td>
                        <td>{count(g.n)}</td>
                        <td className={g.soonest && g.soonest < me.today ? 'hs-late hs-unbroken' : 'hs-unbroken'}>
                          {g.soonest ?? '—'}
                        </td>
                        <td>{g.late > 0 ? count(g.late) : '—'}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
            </>
          )}
          <p className="hs-muted hs-after">现任岗位：{data.posts.join('、') || '无'}</p>
          <Field label="接手人" hint="在办事项全部交给此人" wrong={wrong.successorId}>
            <StaffPicker
              value={value.successorId}
              onChange={(successorId) => set({ ...value, successorId })}
              only={(s) => s.id !== staff.id}
            />
          </Field>
          <Field label="离任日期" wrong={wrong.on}>
            <DayInput value={value.on} onChange={(on) => set({ ...value, on })} today={me.today} />
          </Field>
          {data.posts.length > 0 && (
            <p className="hs-after">
              <Checkbox checked={value.takePosts} onChange={(e) => set({ ...value, takePosts: e.target.checked })}>
                接手人同时接任以上岗位
              </Checkbox>
              {!value.takePosts && <span className="hs-muted">不勾选的，以上岗位空缺，须另行任命</span>}
            </p>
          )}
          <Field label="理由" hint="如：调任县农业农村局" wrong={wrong.reason}>
            <Input.TextArea
              value={value.reason}
              onChange={(e) => set({ ...value, reason: e.target.value })}
              maxLength={200}
              autoSize={{ minRows: 2 }}
            />
          </Field>
          <p className="hs-note">
            交接后{staff.name}的任职全部结束，账号停用，已登录的设备全部退出。每件事项都留下交接记录。
          </p>
          <Sentence error={error} />
          <div className="hs-actions">
            <Button type="primary" htmlType="submit" loading={busy}>
              {successor ? `全部交给${successor.name}` : '办理交接'}
            </Button>
            <Button onClick={onClose}>取消</Button>
          </div>
        </form>
      )}
    </Drawer>
  )
}
