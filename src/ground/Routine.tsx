import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, Radio, Select } from 'antd'
import { useState } from 'react'
import { options } from '../kit/choice.ts'
import { ConfirmButton, Panel, Sentence, usePhone } from '../kit/ui/bits.tsx'
import { call, wrongOf } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { useWrite } from '../kit/ui/Rows.tsx'
import { has, useMe } from '../people/me.ts'
import { AsksFields } from './AsksFields.tsx'
import { type CampaignRow, type RhythmView, campaignRoutes as r } from './campaign.routes.ts'
import { runsCampaign } from './campaign.ts'
import { Periods } from './Periods.tsx'
import { type RhythmInput, rhythmSays, rhythms, weekdays } from './routine.ts'

const blank: RhythmInput = {
  every: 'week',
  weekday: 1,
  days: 2,
  withGrids: true,
  asks: '邻里、家庭、土地、欠薪等矛盾纠纷和群众诉求；没有的零报告',
  active: true,
}

/** Said once; from then on every period opens by itself. */
function Arrange({ now, onClose }: { now: RhythmView | null; onClose: () => void }) {
  const [v, setV] = useState<RhythmInput>(now ? { ...now, active: true } : blank)
  const set = (more: Partial<RhythmInput>) => setV({ ...v, ...more })
  const save = useWrite(
    async (active: boolean, requestId) => {
      await call(r.setRhythm, { body: { requestId, version: now?.version ?? 0, input: { ...v, active } } })
      onClose()
    },
    ['screening-rhythm', 'screenings', 'screening-tasks'],
    { says: '已定下' },
  )
  const wrong = wrongOf(save.error)
  return (
    <>
      <fieldset className="hs-ground-choice">
        <legend>多久一次</legend>
        <Radio.Group
          value={v.every}
          options={options(rhythms)}
          onChange={(e) => set({ every: e.target.value, weekday: v.weekday ?? 1 })}
        />
      </fieldset>
      {v.every === 'week' && (
        <div className="hs-fields">
          <Field label="周几开始" wrong={wrong.weekday}>
            <Select
              value={v.weekday}
              options={Object.entries(weekdays).map(([n, label]) => ({ value: Number(n), label }))}
              style={{ width: '100%' }}
              onChange={(weekday) => set({ weekday })}
            />
          </Field>
          <Field label="几天内报告" hint="开始那天算一天" wrong={wrong.days}>
            <NumberInput
              value={v.days}
              min={1}
              max={7}
              style={{ width: '100%' }}
              onChange={(days) => set({ days: days ?? 1 })}
            />
          </Field>
        </div>
      )}
      <AsksFields v={v} set={set} wrong={wrong.asks} />
      <p className="hs-muted hs-ground-says">
        到日子由系统发起，提前一天到各人的手机上；过期没有报的第二天提醒一次，七天后自动结束，没有报的照实记着。专项排查照常另行发起。
      </p>
      <Sentence error={save.error} />
      <div className="hs-actions">
        <Button type="primary" loading={save.isPending} onClick={() => save.mutate(true)}>
          {now?.active ? '改定' : '定下'}
        </Button>
        {now?.active && (
          <ConfirmButton
            danger
            disabled={save.isPending}
            confirm="停止以后不再按期发起，已经发起的照常报告。确定吗？"
            okText="停止"
            onConfirm={() => save.mutate(false)}
          >
            停止
          </ConfirmButton>
        )}
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** The routine screening: how it is arranged, and its periods. */
export function Routine({ rows }: { rows: readonly CampaignRow[] }) {
  const me = useMe()
  const phone = usePhone()
  const [open, setOpen] = useState(false)
  const q = useQuery({ queryKey: ['screening-rhythm'], queryFn: () => call(r.rhythm) })
  const runs = has(me, ...runsCampaign)
  if (q.isPending || (!q.data && !runs)) return null
  const now = q.data ?? null
  return (
    <Panel
      title="日常排查"
      extra={runs && <Button onClick={() => setOpen(true)}>{now ? '改安排' : '定下安排'}</Button>}
    >
      <Sentence error={q.error} retry={() => void q.refetch()} />
      <p className="hs-text hs-ground-says">
        {now?.active
          ? `${rhythmSays(now)}，${now.withGrids ? '每个村和网格' : '每个村'}都报，由系统按期发起（${now.byName}定，从 ${now.since} 起）。`
          : now
            ? '已停止。'
            : '每天或每周一次的排查，定一次，以后由系统按期发起。'}
      </p>
      {rows.length > 0 && <Periods label="日常排查各期" rows={rows} />}
      {open && (
        <Drawer open title="日常排查" onClose={() => setOpen(false)} size={phone ? '100%' : 520} destroyOnHidden>
          <Arrange now={now} onClose={() => setOpen(false)} />
        </Drawer>
      )}
    </Panel>
  )
}
