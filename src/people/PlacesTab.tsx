import { Button, Checkbox, Input, Select } from 'antd'
import { useMemo, useState } from 'react'
import { count, Nothing, Panel, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { Rows } from '../kit/ui/Rows.tsx'
import { Editor } from './Editor.tsx'
import { ImportPlaces } from './ImportPlaces.tsx'
import { found } from './match.ts'
import { has, useMe, usePlaces } from './me.ts'
import { type Places, peopleRoutes } from './routes.ts'

type Area = Places['areas'][number]
type Village = Places['villages'][number]
type Grid = Places['grids'][number]
type Unit = Places['units'][number]

const State = ({ active }: { active: boolean }) => (active ? null : <span className="hs-muted">（已停用）</span>)

function Active({ value, onChange }: { value: boolean; onChange: (v: boolean) => void }) {
  return (
    <p>
      <Checkbox checked={value} onChange={(e) => onChange(e.target.checked)}>
        在用
      </Checkbox>
    </p>
  )
}

/** Name, code, in use: all that an area, a grid or a unit has. */
function PlaceEditor({
  word,
  place,
  save,
  onClose,
}: {
  word: string
  place: { id?: string; name: string; code?: string; active: boolean }
  save: (p: { id?: string; name: string; code?: string; active: boolean }) => Promise<unknown>
  onClose: () => void
}) {
  const [p, set] = useState(place)
  return (
    <Editor
      title={p.id ? `修改${word}` : `新增${word}`}
      onClose={onClose}
      save={() => save({ ...p, code: p.code || undefined })}
    >
      {(wrong) => (
        <>
          <Field label={`${word}名称`} wrong={wrong.name}>
            <Input value={p.name} onChange={(e) => set({ ...p, name: e.target.value })} maxLength={60} autoFocus />
          </Field>
          <Field label="代码" hint="不填则自动编号" wrong={wrong.code}>
            <Input value={p.code} onChange={(e) => set({ ...p, code: e.target.value })} maxLength={20} />
          </Field>
          <Active value={p.active} onChange={(active) => set({ ...p, active })} />
        </>
      )}
    </Editor>
  )
}

function VillageEditor({ village, areas, onClose }: { village: Partial<Village>; areas: Area[]; onClose: () => void }) {
  const [v, set] = useState({
    name: '',
    code: '',
    households: null,
    population: null,
    active: true,
    ...village,
  } as Partial<Village> & {
    name: string
    code: string
    active: boolean
  })
  const save = () =>
    call(peopleRoutes.saveVillage, {
      body: {
        id: v.id,
        areaId: v.areaId ?? '',
        name: v.name,
        code: v.code || undefined,
        households: v.households,
        population: v.population,
        active: v.active,
      },
    })
  return (
    <Editor title={v.id ? '修改村' : '新增村'} onClose={onClose} save={save}>
      {(wrong) => (
        <>
          <Field label="管区" wrong={wrong.areaId}>
            <Select
              value={v.areaId}
              onChange={(areaId) => set({ ...v, areaId })}
              options={areas.filter((a) => a.active || a.id === v.areaId).map((a) => ({ value: a.id, label: a.name }))}
              style={{ width: '100%' }}
            />
          </Field>
          <Field label="村名" wrong={wrong.name}>
            <Input value={v.name} onChange={(e) => set({ ...v, name: e.target.value })} maxLength={40} />
          </Field>
          <Field label="12 位统计用区划代码" hint="不填则自动编号" wrong={wrong.code}>
            <Input
              value={v.code}
              onChange={(e) => set({ ...v, code: e.target.value })}
              maxLength={12}
              inputMode="numeric"
            />
          </Field>
          <Field label="户数" wrong={wrong.households}>
            <NumberInput
              value={v.households}
              onChange={(households) => set({ ...v, households })}
              min={0}
              precision={0}
            />
          </Field>
          <Field label="人口" wrong={wrong.population}>
            <NumberInput
              value={v.population}
              onChange={(population) => set({ ...v, population })}
              min={0}
              precision={0}
            />
          </Field>
          <Active value={v.active} onChange={(active) => set({ ...v, active })} />
        </>
      )}
    </Editor>
  )
}

/** Areas, villages and grids, as the township is laid out. */
export function PlacesTab() {
  const me = useMe()
  const may = has(me, 'systemAdmin')
  const { areas, villages, grids, ready } = usePlaces()
  const [q, setQ] = useState('')
  const [area, setArea] = useState<Partial<Area> | null>(null)
  const [village, setVillage] = useState<Partial<Village> | null>(null)
  const [grid, setGrid] = useState<(Partial<Grid> & { villageId: string }) | null>(null)
  const [reading, setReading] = useState(false)
  const gridsOf = useMemo(() => {
    const of = new Map<string, Grid[]>()
    for (const g of grids) of.set(g.villageId, [...(of.get(g.villageId) ?? []), g])
    return of
  }, [grids])
  if (!ready) return <Waiting />
  const shown = villages.filter((v) => found(q, v))
  return (
    <>
      <div className="hs-actions" style={{ marginBottom: 12 }}>
        <Input.Search
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder="村名、拼音或首字母"
          aria-label="查找村"
          allowClear
          style={{ width: 220 }}
        />
        {may && (
          <>
            <Button onClick={() => setArea({})}>新增管区</Button>
            <Button onClick={() => setVillage({})}>新增村</Button>
            <Button onClick={() => setReading(true)}>从表格导入</Button>
          </>
        )}
      </div>
      <p className="hs-muted">
        {count(areas.filter((a) => a.active).length)} 个管区，{count(villages.filter((v) => v.active).length)} 个村，
        {count(grids.filter((g) => g.active).length)} 个网格
      </p>
      {areas.length === 0 && <Nothing>还没有管区和村。</Nothing>}
      {q && areas.length > 0 && shown.length === 0 && <Nothing>没有这样的村。</Nothing>}
      {areas.map((a) => {
        const list = shown.filter((v) => v.areaId === a.id)
        if (q && list.length === 0) return null
        return (
          <Panel
            key={a.id}
            label={a.name}
            title={
              <>
                {a.name}
                <State active={a.active} />
              </>
            }
            extra={
              may && (
                <Button size="small" aria-label={`修改管区${a.name}`} onClick={() => setArea(a)}>
                  修改
                </Button>
              )
            }
          >
            <Rows
              label={`${a.name}的村`}
              rows={list}
              keyOf={(v) => v.id}
              none="这个管区还没有村。"
              columns={[
                {
                  title: '村',
                  of: (v) => (
                    <>
                      {may ? (
                        <button type="button" className="hs-open" onClick={() => setVillage(v)}>
                          {v.name}
                        </button>
                      ) : (
                        v.name
                      )}
                      <State active={v.active} />
                    </>
                  ),
                },
                { title: '代码', of: (v) => v.code },
                { title: '户数', num: true, of: (v) => v.households },
                { title: '人口', num: true, of: (v) => v.population },
                {
                  title: '网格',
                  of: (v) => (
                    <span className="hs-inline hs-wrap">
                      {(gridsOf.get(v.id) ?? []).map((g) => (
                        <span key={g.id}>
                          {may ? (
                            <button type="button" className="hs-open" onClick={() => setGrid(g)}>
                              {g.name}
                            </button>
                          ) : (
                            g.name
                          )}
                          <State active={g.active} />
                        </span>
                      ))}
                      {may && v.active && (
                        <Button
                          size="small"
                          aria-label={`给${v.name}增加网格`}
                          onClick={() => setGrid({ villageId: v.id })}
                        >
                          加网格
                        </Button>
                      )}
                    </span>
                  ),
                },
              ]}
            />
          </Panel>
        )
      })}
      {area && (
        <PlaceEditor
          word="管区"
          place={{ name: '', active: true, ...area }}
          onClose={() => setArea(null)}
          save={({ id, name, code, active }) => call(peopleRoutes.saveArea, { body: { id, name, code, active } })}
        />
      )}
      {village && <VillageEditor village={village} areas={areas} onClose={() => setVillage(null)} />}
      {grid && (
        <PlaceEditor
          word="网格"
          place={{
            name: grid.id ? '' : `第${(gridsOf.get(grid.villageId)?.length ?? 0) + 1}网格`,
            active: true,
            ...grid,
          }}
          onClose={() => setGrid(null)}
          save={({ id, name, code, active }) =>
            call(peopleRoutes.saveGrid, { body: { id, villageId: grid.villageId, name, code, active } })
          }
        />
      )}
      {reading && <ImportPlaces onClose={() => setReading(false)} />}
    </>
  )
}

export function UnitsTab() {
  const me = useMe()
  const may = has(me, 'systemAdmin')
  const { units, staff, ready } = usePlaces()
  const [unit, setUnit] = useState<Partial<Unit> | null>(null)
  if (!ready) return <Waiting />
  return (
    <>
      {may && (
        <div className="hs-actions" style={{ marginBottom: 12 }}>
          <Button onClick={() => setUnit({})}>新增站所办</Button>
        </div>
      )}
      <Rows
        label="站所办"
        rows={units}
        keyOf={(u) => u.id}
        none="还没有站所办。"
        columns={[
          {
            title: '站所办',
            of: (u) => (
              <>
                {may ? (
                  <button type="button" className="hs-open" onClick={() => setUnit(u)}>
                    {u.name}
                  </button>
                ) : (
                  u.name
                )}
                <State active={u.active} />
              </>
            ),
          },
          { title: '代码', of: (u) => u.code },
          {
            title: '人员',
            of: (u) =>
              staff
                .filter((s) => s.unitIds.includes(u.id))
                .map((s) => s.name)
                .join('、'),
          },
        ]}
      />
      {unit && (
        <PlaceEditor
          word="站所办"
          place={{ name: '', active: true, ...unit }}
          onClose={() => setUnit(null)}
          save={({ id, name, code, active }) => call(peopleRoutes.saveUnit, { body: { id, name, code, active } })}
        />
      )}
    </>
  )
}
