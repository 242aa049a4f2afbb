import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, Input } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import type { Day } from '../kit/day.ts'
import { Nothing, PageHead, Panel, Sentence, usePhone, Waiting } from '../kit/ui/bits.tsx'
import { call, Failure } from '../kit/ui/call.ts'
import { DayInput } from '../kit/ui/DayInput.tsx'
import { useDraft } from '../kit/ui/draft.ts'
import { Field } from '../kit/ui/Field.tsx'
import { useWrite } from '../kit/ui/Rows.tsx'
import { has, useMe, usePlaces } from '../people/me.ts'
import { StaffPicker } from '../people/pickers.tsx'
import { AsksFields } from './AsksFields.tsx'
import { type PlaceTask, campaignRoutes as r } from './campaign.routes.ts'
import { standings } from './campaign.ts'
import { Periods } from './Periods.tsx'
import { Routine } from './Routine.tsx'
import './ground.css'

/** The office opens a campaign; who covers an area or a village can be said now or later. */
function Open({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const go = useNavigate()
  const { areas, villages } = usePlaces()
  const draft = useDraft('screening:open', {
    title: `${me.today.slice(0, 4)}年矛盾纠纷“兜底清仓”`,
    asks: '信访积案、土地承包和征收补偿、占用耕地、宅基地和邻里纠纷、拆违、欠薪、生活困难等矛盾和诉求',
    fromOn: me.today as string,
    dueOn: '',
    withGrids: true,
    leaders: {} as Record<string, string>,
    cadres: {} as Record<string, string>,
  })
  const v = draft.value
  const set = (more: Partial<typeof v>) => draft.set({ ...v, ...more })
  const without = (map: Record<string, string>, key: string, id: string | null) => {
    const { [key]: _old, ...rest } = map
    return id ? { ...rest, [key]: id } : rest
  }
  const save = useWrite(
    async (_: undefined, requestId) => {
      const made = await call(r.openCampaign, {
        body: { requestId, input: { ...v, fromOn: v.fromOn as Day, dueOn: v.dueOn as Day } },
      })
      draft.clear()
      void go(`/screening/${made.id}`)
    },
    ['screenings', 'screening-tasks'],
    { says: '已发起，包保人已收到通知' },
  )
  const wrong = save.error instanceof Failure ? save.error.fields : {}
  return (
    <>
      <Field label="名称" wrong={wrong.title}>
        <Input value={v.title} maxLength={60} onChange={(e) => set({ title: e.target.value })} />
      </Field>
      <div className="hs-fields">
        <Field label="开始" wrong={wrong.fromOn}>
          <DayInput value={v.fromOn} today={me.today} onChange={(fromOn) => set({ fromOn })} />
        </Field>
        <Field label="报告截止（过后算逾期）" wrong={wrong.dueOn}>
          <DayInput value={v.dueOn} today={me.today} ahead onChange={(dueOn) => set({ dueOn })} />
        </Field>
      </div>
      <AsksFields v={v} set={set} wrong={wrong.asks} />
      <h2 className="hs-ground-h">包管区领导</h2>
      <p className="hs-muted hs-ground-says">管区书记、村信访信息员和网格员按在任岗位带出，空缺的以后补。</p>
      {areas
        .filter((a) => a.active)
        .map((a) => (
          <Field key={a.id} label={a.name} wrong={wrong[`leaders.${a.id}`]}>
            <StaffPicker
              value={v.leaders[a.id]}
              roles={['leadOfficial', 'townLeader']}
              onChange={(id) => set({ leaders: without(v.leaders, a.id, id) })}
            />
          </Field>
        ))}
      <details>
        <summary>包村人员不是村信访信息员的，逐村指定</summary>
        {villages
          .filter((x) => x.active)
          .map((x) => (
            <Field key={x.id} label={x.name}>
              <StaffPicker
                value={v.cadres[x.id]}
                onChange={(id) => set({ cadres: without(v.cadres, x.id, id) })}
                placeholder="村信访信息员"
              />
            </Field>
          ))}
      </details>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          发起排查
        </Button>
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** What is mine to report in one screening. */
function Mine({ list, named }: { list: readonly PlaceTask[]; named: boolean }) {
  const me = useMe()
  const left = list.filter((t) => t.standing === 'blank').length
  return (
    <Panel title={`由我报告${named ? `（${list[0]!.campaign}）` : ''}：${list.length} 处，还差 ${left} 处`}>
      <ul className="hs-ground-tasks">
        {list.map((t) => (
          <li key={t.placeId}>
            <Link to={`/screening/${t.campaignId}/${t.placeId}`}>
              <b>{t.name === t.village ? t.village : `${t.village} ${t.name}`}</b>
              <span className={t.standing === 'blank' && me.today > t.dueOn ? 'hs-late' : 'hs-muted'}>
                {t.standing === 'blank' ? `未报告，${t.dueOn} 前` : standings[t.standing]}
                {t.corrected > 0 && `，更正 ${t.corrected} 次`}
                {t.standsFor && `，代请假的${t.standsFor}报`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** What is mine to report stands first; then the campaigns. */
export default function Campaigns() {
  const me = useMe()
  const phone = usePhone()
  const [opening, setOpening] = useState(false)
  const tasks = useQuery({ queryKey: ['screening-tasks'], queryFn: () => call(r.tasks) })
  const list = useQuery({ queryKey: ['screenings'], queryFn: () => call(r.campaigns) })
  const special = (list.data ?? []).filter((c) => !c.routine)
  const mine = new Map<string, PlaceTask[]>()
  for (const t of tasks.data ?? [])
    if (t.fromOn <= me.today) mine.set(t.campaignId, [...(mine.get(t.campaignId) ?? []), t])
  return (
    <>
      <PageHead
        title="排查清仓"
        extra={
          has(me, 'petitionHead') && (
            <Button type="primary" onClick={() => setOpening(true)}>
              发起排查
            </Button>
          )
        }
      />
      <Sentence error={tasks.error ?? list.error} retry={() => void list.refetch()} />
      {(tasks.isPending || list.isPending) && <Waiting />}
      {[...mine.values()].map((list) => (
        <Mine key={list[0]!.campaignId} list={list} named={mine.size > 1} />
      ))}
      {list.data && <Routine rows={list.data.filter((c) => c.routine)} />}
      {list.data && (
        <Panel title="历次排查">
          {special.length === 0 ? <Nothing>还没有发起过排查。</Nothing> : <Periods label="历次排查" rows={special} />}
        </Panel>
      )}
      {opening && (
        <Drawer open title="发起排查" onClose={() => setOpening(false)} size={phone ? '100%' : 600} destroyOnHidden>
          <Open onClose={() => setOpening(false)} />
        </Drawer>
      )}
    </>
  )
}
