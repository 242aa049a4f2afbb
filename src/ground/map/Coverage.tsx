import { useQuery } from '@tanstack/react-query'
import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { ConfirmButton, PageHead, Panel, Sentence, usePhone, Waiting } from '../../kit/ui/bits.tsx'
import { call, Failure } from '../../kit/ui/call.ts'
import { newRequestId } from '../../kit/ui/draft.ts'
import { useWrite } from '../../kit/ui/Rows.tsx'
import { Scroll } from '../../kit/ui/Scroll.tsx'
import { has, useMe } from '../../people/me.ts'
import { Printed } from '../Printed.tsx'
import { keepsMap, standings } from './coverage.ts'
import { fileLimit, schematic, sizeLimit, slim } from './geojson.ts'
import { type CoverageRow, type Coverage as Data, mapRoutes as r } from './routes.ts'
import '../ground.css'

const saysOf = (v: CoverageRow): string =>
  [
    v.name,
    standings[v.standing],
    `联系干部${v.cover || '未排'}`,
    v.lastVisitOn ? `上次走访 ${v.lastVisitOn}` : '还没有走访',
    v.blanks ? `排查未报 ${v.blanks} 处` : '',
    v.vacant ? `岗位空缺 ${v.vacant} 个` : '',
  ]
    .filter(Boolean)
    .join('，')

const saysOfGrid = (g: CoverageRow['grids'][number]): string =>
  `${g.name}，${g.cover || '没有网格员'}，${standings[g.standing]}`

/** A drawing whose places are links; SVG has no element that says so. */
const asGroup = { role: 'group' } as const

/** The map itself: outlines as the town supplied them, or blocks of areas with their villages. Each village is a link. */
function Drawing({ data }: { data: Data }) {
  const phone = usePhone()
  const go = useNavigate()
  const by = new Map(data.villages.map((v) => [v.id, v]))
  const link = (v: CoverageRow) => ({
    href: `/village/${v.id}`,
    className: `hs-map-place hs-map-${v.standing}`,
    'aria-label': saysOf(v),
    onClick: (e: { preventDefault: () => void; metaKey: boolean; ctrlKey: boolean }) => {
      if (e.metaKey || e.ctrlKey) return
      e.preventDefault()
      void go(`/village/${v.id}`)
    },
  })
  if (data.map) {
    const { width, height, drawn } = data.map
    const outline = new Map(drawn.map((d) => [d.id, d]))
    const villagesDrawn = drawn.some((d) => d.kind === 'village')
    return (
      <svg
        className="hs-map"
        viewBox={`-4 -4 ${width + 8} ${height + 8}`}
        {...asGroup}
        aria-label="管区、村和网格的边界"
      >
        {data.villages.map((v) => {
          const own = outline.get(v.id)
          const cells = v.grids.flatMap((g) => {
            const d = outline.get(g.id)
            return d ? [{ ...g, path: d.path }] : []
          })
          return own || cells.length ? (
            <a key={v.id} {...link(v)}>
              <title>{saysOf(v)}</title>
              {own && <path d={own.path} fillRule="evenodd" />}
              {cells.map((g) => (
                <path
                  key={g.id}
                  className={`hs-map-cell ${own && g.standing === v.standing ? 'hs-map-clear' : `hs-map-${g.standing}`}`}
                  d={g.path}
                  fillRule="evenodd"
                >
                  <title>{saysOfGrid(g)}</title>
                </path>
              ))}
            </a>
          ) : null
        })}
        {/* Lines and names lie on top and catch no pointer: what one goes to is the village. */}
        <g className="hs-map-over">
          {drawn.map((d) => (
            <g key={d.id}>
              {d.kind === 'area' && <path className="hs-map-edge" d={d.path} fillRule="evenodd" />}
              {(d.kind === 'village' || (d.kind === 'area' && !villagesDrawn)) && (
                <text x={d.x} y={d.y} textAnchor="middle">
                  {by.get(d.id)?.name ?? data.areas.find((a) => a.id === d.id)?.name}
                </text>
              )}
            </g>
          ))}
        </g>
      </svg>
    )
  }
  // Three villages beside each other on a phone.
  const width = phone ? 378 : 980
  /** Room for each grid of a village in its cell. */
  const wide = (v: CoverageRow) => Math.min(20, 104 / Math.max(1, v.grids.length))
  const plan = schematic(
    data.areas.map((a) => ({ id: a.id, villageIds: data.villages.filter((v) => v.areaId === a.id).map((v) => v.id) })),
    width,
  )
  return (
    <svg
      className="hs-map"
      viewBox={`-1 -1 ${width + 2} ${plan.height + 2}`}
      {...asGroup}
      aria-label="示意图：各管区和村，不表示方位"
    >
      {plan.areas.map((b) => {
        const a = data.areas.find((x) => x.id === b.id)!
        return (
          <g key={b.id}>
            <rect className="hs-map-area" x={b.x} y={b.y} width={b.w} height={b.h} rx={6} />
            <text x={b.x + 12} y={b.y + 20}>
              {a.name} {a.secretary}
            </text>
          </g>
        )
      })}
      {plan.villages.map((b) => {
        const v = by.get(b.id)!
        return (
          <a key={b.id} {...link(v)}>
            <title>{saysOf(v)}</title>
            <rect x={b.x} y={b.y} width={b.w} height={b.h} rx={4} />
            <text x={b.x + b.w / 2} y={b.y + 19} textAnchor="middle">
              {v.name}
            </text>
            <text className="hs-map-word" x={b.x + b.w / 2} y={b.y + 37} textAnchor="middle">
              {standings[v.standing]}
            </text>
            {v.grids.map((g, i) => (
              <rect
                key={g.id}
                className={`hs-map-cell hs-map-${g.standing}`}
                x={b.x + b.w / 2 + (i - v.grids.length / 2) * wide(v) + 1}
                y={b.y + b.h - 16}
                width={wide(v) - 2}
                height={10}
              >
                <title>{saysOfGrid(g)}</title>
              </rect>
            ))}
          </a>
        )
      })}
    </svg>
  )
}

function Upload({ has: drawn, onClose }: { has: boolean; onClose: () => void }) {
  const [file, setFile] = useState<{ fileName: string; text: string } | null>(null)
  const [tooBig, setTooBig] = useState('')
  const put = useWrite(
    (partly: boolean, requestId) => call(r.putMap, { body: { requestId, ...file!, partly } }),
    ['coverage'],
    { says: '边界已保存', done: onClose },
  )
  const fields = put.error instanceof Failure ? put.error.fields : {}
  const some = Object.keys(fields).some((k) => k.startsWith('problem'))
  return (
    <>
      <p>
        GeoJSON
        文件（FeatureCollection，经纬度），每个边界写村、管区或网格的名称（name）或代码（code）。上传后检查、简化，取代原来的。
      </p>
      <p>
        <label>
          选择文件{' '}
          <input
            type="file"
            accept=".json,.geojson,application/geo+json,application/json"
            onChange={async (e) => {
              const f = e.target.files?.[0]
              put.reset()
              setFile(null)
              setTooBig('')
              if (!f) return
              if (f.size > fileLimit) return setTooBig('文件太大（超过 60 MB），请先在制图软件里简化边界')
              const text = await f.text()
              const small = text.length > sizeLimit ? slim(text) : text
              if (small.length > sizeLimit)
                setTooBig('文件太大（去掉用不着的以后仍超过 3 MB），请先在制图软件里简化边界')
              else setFile({ fileName: f.name, text: small })
            }}
          />
        </label>
      </p>
      <Sentence error={tooBig ? new Failure(tooBig, 0) : put.error} />
      <div className="hs-actions">
        <Button type="primary" disabled={!file} loading={put.isPending} onClick={() => put.mutate(false)}>
          检查并保存
        </Button>
        {some && (
          <Button loading={put.isPending} onClick={() => put.mutate(true)}>
            有问题的不用，其余保存
          </Button>
        )}
        {drawn && (
          <ConfirmButton
            confirm="去掉边界，改画示意图。确定吗？"
            onConfirm={async () => {
              await call(r.dropMap, { body: { requestId: newRequestId() } })
              onClose()
            }}
          >
            去掉边界
          </ConfirmButton>
        )}
        <Button onClick={onClose}>返回</Button>
      </div>
    </>
  )
}

/** What the lines mean, of the kinds that are drawn. */
const linesOf = (drawn: NonNullable<Data['map']>['drawn']): string =>
  [drawn.some((d) => d.kind === 'area') && '粗线是管区，', drawn.some((d) => d.kind === 'grid') && '虚线是网格，']
    .filter(Boolean)
    .join('')

/** Columns of numbers, which stand at the right. */
const counted = ['排查未报', '岗位空缺', '在办事项', '待兑现承诺']

/** The grids of a village in a few words: how many, and those where something is owed. */
const gridsOf = (v: CoverageRow): string => {
  const owed = v.grids.filter((g) => g.standing !== 'done')
  return `${v.grids.length} 个${owed.length ? `，${owed.length} 个有欠账` : ''}`
}

/** 覆盖图: who covers what and what the office still owes; the same as a table beneath. */
export default function Coverage() {
  const me = useMe()
  const phone = usePhone()
  const [putting, setPutting] = useState(false)
  const q = useQuery({ queryKey: ['coverage'], queryFn: () => call(r.coverage) })
  const v = q.data
  const outlined = new Set(v?.map?.drawn.map((d) => d.id))
  const missing = v?.map ? v.villages.filter((x) => !outlined.has(x.id)).length : 0
  const close = () => {
    setPutting(false)
    void q.refetch()
  }
  return (
    <>
      <PageHead
        title="覆盖图"
        extra={
          <>
            {has(me, ...keepsMap) && <Button onClick={() => setPutting(true)}>边界</Button>}{' '}
            <Button onClick={() => print()}>打印</Button>
          </>
        }
      />
      <Printed />
      <Sentence error={q.error} retry={() => void q.refetch()} />
      {q.isPending && <Waiting />}
      {v && (
        <>
          <Panel title={v.map ? '各村' : '示意图（不表示方位）'}>
            <ul className="hs-map-key" aria-label="图例">
              {(Object.keys(standings) as (keyof typeof standings)[]).map((s) => (
                <li key={s}>
                  <i className={`hs-map-${s}`} aria-hidden="true" /> {standings[s]}{' '}
                  {v.villages.filter((x) => x.standing === s).length} 村
                </li>
              ))}
            </ul>
            {v.map && phone ? (
              <Scroll label="边界图">
                <Drawing data={v} />
              </Scroll>
            ) : (
              <Drawing data={v} />
            )}
            <p className="hs-muted">
              {v.map ? linesOf(v.map.drawn) : '村名下的小方块是网格，'}颜色与图例相同。
              {missing > 0 && `另有 ${missing} 个村没有边界，见下表。`}
            </p>
            {v.map && (
              <p className="hs-muted">
                边界：{v.map.fileName}，{v.map.onDay} 上传
              </p>
            )}
          </Panel>
          <Panel title="逐村">
            <p className="hs-muted">
              只数信访工作做了没有；事项和承诺只数您看得到的。按管区和村的固定次序，不排名。
              {v.screening && `排查：${v.screening}。`}
            </p>
            <Scroll label="逐村">
              <table className="hs-table hs-map-table">
                <thead>
                  <tr>
                    {[
                      '村',
                      '管区',
                      '联系干部',
                      '上次走访',
                      '排查未报',
                      '岗位空缺',
                      '网格',
                      '在办事项',
                      '待兑现承诺',
                      '情况',
                    ].map((h) => (
                      <th key={h} scope="col" className={counted.includes(h) ? 'hs-num' : undefined}>
                        {h}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {v.villages.map((x) => (
                    <tr key={x.id}>
                      <th scope="row">
                        <Link to={`/village/${x.id}`}>{x.name}</Link>
                      </th>
                      <td>{x.area}</td>
                      <td>{x.cover || '未排'}</td>
                      <td className={x.visitLate ? 'hs-late' : undefined}>{x.lastVisitOn ?? '还没有'}</td>
                      <td className="hs-num">{x.blanks}</td>
                      <td className="hs-num">{x.vacant}</td>
                      <td>{gridsOf(x)}</td>
                      <td className="hs-num">{x.matters}</td>
                      <td className="hs-num">{x.promises}</td>
                      <td>{standings[x.standing]}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </Panel>
        </>
      )}
      {putting && (
        <Drawer open title="边界" onClose={close} size={phone ? '100%' : 560} destroyOnHidden>
          <Upload has={v?.map != null} onClose={close} />
        </Drawer>
      )}
    </>
  )
}
