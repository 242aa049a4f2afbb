import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import { options } from '../kit/choice.ts'
import { Sentence, Waiting } from '../kit/ui/bits.tsx'
import { call } from '../kit/ui/call.ts'
import { Field } from '../kit/ui/Field.tsx'
import { NumberInput } from '../kit/ui/NumberInput.tsx'
import { Rows } from '../kit/ui/Rows.tsx'
import { Editor } from './Editor.tsx'
import { has, useMe, usePlaces } from './me.ts'
import { PlacePicker, UnitPicker } from './pickers.tsx'
import { type Role, roles } from './roles.ts'
import { type PostRow, peopleRoutes } from './routes.ts'

type Post = z.infer<typeof PostRow>

const fresh: Omit<Post, 'id'> & { id?: string } = {
  name: '',
  role: 'unitHandler',
  rank: 9,
  areaId: null,
  villageId: null,
  gridId: null,
  unitId: null,
  heads: false,
  active: true,
}

/** The place a role is tied to. */
const placeOf: Partial<Record<Role, 'area' | 'village' | 'grid'>> = {
  areaSecretary: 'area',
  villageOfficer: 'village',
  gridWorker: 'grid',
}

function PostEditor({ post, held, onClose }: { post: typeof fresh; held: boolean; onClose: () => void }) {
  const { grids } = usePlaces()
  const [p, set] = useState(post)
  const level = placeOf[p.role]
  return (
    <Editor
      title={p.id ? '修改岗位' : '新增岗位'}
      onClose={onClose}
      save={() => call(peopleRoutes.savePost, { body: p })}
    >
      {(wrong) => (
        <>
          <Field label="岗位名称" hint="如：副镇长、东部管区书记" wrong={wrong.name}>
            <Input value={p.name} onChange={(e) => set({ ...p, name: e.target.value })} maxLength={40} autoFocus />
          </Field>
          <Field
            label="角色"
            hint={held ? '有人任职，角色不能改；可另设岗位' : '决定能看到什么、能办什么'}
            wrong={wrong.role}
          >
            <Select
              value={p.role}
              disabled={held}
              onChange={(role) =>
                set({ ...p, role, areaId: null, villageId: null, gridId: null, unitId: null, heads: false })
              }
              options={options(roles)}
              style={{ width: '100%' }}
            />
          </Field>
          {level && (
            <Field
              label={{ area: '管区', village: '村', grid: '网格' }[level]}
              wrong={wrong.areaId ?? wrong.villageId ?? wrong.gridId}
            >
              <PlacePicker
                levels={[level]}
                value={
                  level === 'area'
                    ? { areaId: p.areaId, villageId: null, gridId: null }
                    : {
                        areaId: null,
                        villageId: p.villageId ?? grids.find((g) => g.id === p.gridId)?.villageId ?? null,
                        gridId: p.gridId,
                      }
                }
                onChange={(place) =>
                  set({
                    ...p,
                    areaId: level === 'area' ? (place?.areaId ?? null) : null,
                    villageId: level === 'area' ? null : (place?.villageId ?? null),
                    gridId: level === 'grid' ? (place?.gridId ?? null) : null,
                  })
                }
              />
            </Field>
          )}
          {(p.role === 'unitHandler' || p.role === 'leadOfficial') && (
            <Field label={p.role === 'unitHandler' ? '站所办' : '分管站所办（可不填）'} wrong={wrong.unitId}>
              <UnitPicker value={p.unitId} onChange={(unitId) => set({ ...p, unitId })} />
            </Field>
          )}
          {p.role === 'unitHandler' && (
            <p>
              <Checkbox checked={p.heads} onChange={(e) => set({ ...p, heads: e.target.checked })}>
                本单位负责人
              </Checkbox>
            </p>
          )}
          <Field label="职级" hint="1 最高（党委书记），数字越大职级越低" wrong={wrong.rank}>
            <NumberInput
              value={p.rank}
              onChange={(rank) => set({ ...p, rank: rank ?? 9 })}
              min={1}
              max={99}
              precision={0}
            />
          </Field>
          <p>
            <Checkbox checked={p.active} onChange={(e) => set({ ...p, active: e.target.checked })}>
              在用
            </Checkbox>
          </p>
        </>
      )}
    </Editor>
  )
}

export function PostsTab() {
  const me = useMe()
  const may = has(me, 'systemAdmin')
  const { areas, villages, grids, units } = usePlaces()
  const { data, error, refetch } = useQuery({ queryKey: ['posts'], queryFn: () => call(peopleRoutes.posts) })
  const [q, setQ] = useState('')
  const [post, setPost] = useState<{ post: typeof fresh; held: boolean } | null>(null)
  if (error) return <Sentence error={error} retry={refetch} />
  if (!data) return <Waiting />
  const nameOf = (list: { id: string; name: string }[], id: string | null) => list.find((x) => x.id === id)?.name
  const shown = data.filter((p) => !q || [p.name, p.holder, roles[p.role]].some((t) => t.includes(q)))
  return (
    <>
      <div className="hs-actions" style={{ marginBottom: 12 }}>
        <Input.Search
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder="岗位、角色或姓名"
          aria-label="查找岗位"
          allowClear
          style={{ width: 220 }}
        />
        {may && <Button onClick={() => setPost({ post: fresh, held: false })}>新增岗位</Button>}
      </div>
      <Rows
        label="岗位"
        rows={shown}
        keyOf={(p) => p.id}
        none={data.length ? '没有这样的岗位。' : '还没有岗位。'}
        columns={[
          {
            title: '岗位',
            of: (p) => (
              <>
                {may ? (
                  <button
                    type="button"
                    className="hs-open"
                    onClick={() => {
                      const { holder, ...row } = p
                      setPost({ post: row, held: holder !== '' })
                    }}
                  >
                    {p.name}
                  </button>
                ) : (
                  p.name
                )}
                {!p.active && <span className="hs-muted">（已停用）</span>}
              </>
            ),
          },
          { title: '角色', of: (p) => roles[p.role] },
          {
            title: '范围',
            of: (p) =>
              [
                nameOf(areas, p.areaId),
                nameOf(villages, p.villageId ?? grids.find((g) => g.id === p.gridId)?.villageId ?? null),
                nameOf(grids, p.gridId),
                nameOf(units, p.unitId),
                p.heads ? '负责人' : undefined,
              ]
                .filter(Boolean)
                .join(' '),
          },
          { title: '职级', num: true, of: (p) => p.rank },
          { title: '任职', of: (p) => p.holder || <span className="hs-muted">空缺</span> },
        ]}
      />
      {post && <PostEditor post={post.post} held={post.held} onClose={() => setPost(null)} />}
    </>
  )
}
