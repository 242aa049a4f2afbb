import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { standingOf } from './coverage.ts'
import {
  type PlaceName,
  type Point,
  project,
  type Ring,
  readGeoJson,
  schematic,
  simplified,
  simplify,
  slim,
  verticesOf,
} from './geojson.ts'
import type { Coverage } from './routes.ts'

const places: PlaceName[] = [
  { kind: 'village', id: 'v1', code: '370900001201', name: '东庄村' },
  { kind: 'village', id: 'v2', code: '370900001202', name: '南庄村' },
  { kind: 'grid', id: 'g1', code: '1', name: '第一网格' },
  { kind: 'grid', id: 'g2', code: '2', name: '第一网格' },
]
const square = (x: number, y: number, size = 0.02): Ring => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
]
const feature = (properties: object, coordinates: unknown, type = 'Polygon') => ({
  type: 'Feature',
  properties,
  geometry: { type, coordinates },
})
const file = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features })

test('太大的文件在上传前去掉用不着的：别的属性、高程、简化时本来就要去掉的点；有毛病的仍有毛病', () => {
  const fine = circle(4000, (i) => 1e-5 * Math.sin(i))
  const text = file(
    feature({ NAME: '东庄村', 面积: '一百二十公顷' }, [fine.map(([x, y]) => [x, y, 35.123456789])]),
    feature({ code: 370900001202 }, [square(39500000, 4000000)]),
    feature({ name: '第一网格', code: '1' }, [[...square(117, 36)].slice(0, 4)]),
  )
  const small = slim(text)
  expect(small.length).toBeLessThan(text.length / 10)
  const [read, whole] = [readGeoJson(small, places), readGeoJson(text, places)]
  expect(simplified(read.shapes)).toEqual(simplified(whole.shapes))
  expect(read.problems).toEqual(whole.problems)
  expect(read.problems).toHaveLength(2)
  for (const bad of ['不是 JSON', '{"type":"Polygon"}', '[1,2]', 'null']) expect(slim(bad)).toBe(bad)
})

/** A round outline with many points. */
const circle = (n: number, wobble: (i: number) => number): Ring => {
  const ring: Point[] = Array.from({ length: n }, (_, i) => {
    const a = (2 * Math.PI * i) / n
    const r = 0.05 + wobble(i)
    return [117 + r * Math.cos(a), 36 + r * Math.sin(a)] as const
  })
  return [...ring, ring[0]!]
}

describe('简化', () => {
  test('首尾不动，仍是闭合的面，丢掉的点离留下的线不超过容差', () => {
    const off = (p: Point, a: Point, b: Point) => {
      const k = Math.cos((p[1] * Math.PI) / 180)
      const [x, y, u, v] = [(p[0] - a[0]) * k, p[1] - a[1], (b[0] - a[0]) * k, b[1] - a[1]]
      const t = u * u + v * v === 0 ? 0 : Math.max(0, Math.min(1, (x * u + y * v) / (u * u + v * v)))
      return Math.hypot(x - t * u, y - t * v)
    }
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.01, noNaN: true }), { minLength: 5, maxLength: 80 }),
        fc.double({ min: 1e-5, max: 0.2, noNaN: true }),
        (wobbles, tolerance) => {
          const ring = circle(wobbles.length, (i) => wobbles[i]!)
          const kept = simplify(ring, tolerance)
          expect(kept[0]).toEqual(ring[0])
          expect(kept.at(-1)).toEqual(ring[0])
          expect(kept.length).toBeGreaterThanOrEqual(4)
          expect(kept.length).toBeLessThanOrEqual(ring.length)
          for (const p of ring) {
            const near = Math.min(...kept.slice(1).map((b, i) => off(p, kept[i]!, b)))
            expect(near).toBeLessThanOrEqual(tolerance + 1e-12)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('点太多的逐步放宽，直到全镇不超过上限', () => {
    const shapes = Array.from({ length: 20 }, (_, i) => ({
      kind: 'village' as const,
      placeId: `v${i}`,
      polygons: [[circle(3000, (k) => (k % 7) * 0.0004)]],
    }))
    const out = simplified(shapes, 2000)
    expect(verticesOf(shapes)).toBe(60_020)
    expect(verticesOf(out)).toBeLessThanOrEqual(2000)
    for (const s of out) expect(s.polygons[0]![0]!.length).toBeGreaterThanOrEqual(4)
  })
})

test('读 GeoJSON：按代码或名称对上；每个不能用的说出第几个、为什么', () => {
  const good = readGeoJson(
    file(
      feature({ code: '370900001201' }, [square(117, 36)]),
      feature({ name: '南庄村' }, [[square(117.1, 36)]], 'MultiPolygon'),
    ),
    places,
  )
  expect(good).toMatchObject({ problems: [], fatal: null })
  expect(good.shapes.map((s) => s.placeId)).toEqual(['v1', 'v2'])
  const bad = readGeoJson(
    `\uFEFF${file(
      feature({ name: '东庄村' }, [square(117, 36)]),
      feature({ name: '东庄村' }, [square(117, 36)]),
      feature({ name: '没有的村' }, [square(117, 36)]),
      feature({ name: '第一网格' }, [square(117, 36)]),
      feature({}, [square(117, 36)]),
      feature({ name: '南庄村' }, [117, 36], 'Point'),
      feature({ name: '南庄村' }, [square(117, 36).slice(0, 4)]),
      feature({ name: '南庄村' }, [square(39_500_000, 4_000_000)]),
      feature({ name: '南庄村' }, [square(117, 95)]),
      feature({ name: '南庄村' }, [
        [
          [117, 36],
          [117, 36],
          [117, 36],
          [117, 36],
        ],
      ]),
      null,
    )}`,
    places,
  )
  expect(bad.shapes).toHaveLength(1)
  expect(bad.problems).toEqual([
    '第 2 个边界“东庄村”与第 1 个重复',
    '第 3 个边界“没有的村”不在本镇的管区、村、网格里',
    '第 4 个边界“第一网格”有 2 处同名，请写明代码',
    '第 5 个边界没有写名称（name）或代码（code）',
    '第 6 个边界“南庄村”边界应为 Polygon 或 MultiPolygon，不能是 Point',
    '第 7 个边界“南庄村”边界没有闭合：最后一点应与第一点相同',
    '第 8 个边界“南庄村”坐标不是经纬度，像是投影坐标；请导出为 WGS84 或 CGCS2000 经纬度',
    '第 9 个边界“南庄村”坐标超出范围：117，95',
    '第 10 个边界“南庄村”边界至少要有三个不同的点',
    '第 11 个边界没有写名称（name）或代码（code）',
  ])
  expect(readGeoJson('<kml>', places).fatal).toContain('读不出来')
  expect(readGeoJson('[]', places).fatal).toContain('FeatureCollection')
  expect(readGeoJson(file(), places).fatal).toBe('文件里没有边界')
  expect(readGeoJson(file(feature({ name: '别处' }, [square(1, 1)])), places).fatal).toContain('别处')
  fc.assert(
    fc.property(fc.json(), (text) => {
      const r = readGeoJson(text, places)
      expect(r.fatal !== null || r.shapes.length > 0).toBe(true)
    }),
  )
})

test('画：北在上，不超出画框；示意图各村互不重叠，都在自己管区的框里', () => {
  const { width, height, drawn } = project(
    [
      { kind: 'village', placeId: 'a', polygons: [[square(117, 36)]] },
      { kind: 'grid', placeId: 'b', polygons: [[square(117.02, 36.02)]] },
    ],
    1000,
  )
  expect(width).toBe(1000)
  expect(height).toBeGreaterThan(1000)
  expect(drawn.map((d) => d.kind)).toEqual(['village', 'grid'])
  expect(drawn[1]!.y).toBeLessThan(drawn[0]!.y)
  expect(drawn[1]!.x).toBeGreaterThan(drawn[0]!.x)
  expect(project([], 1000).drawn).toEqual([])
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 150, max: 1200 }),
      (counts, w) => {
        const areas = counts.map((n, i) => ({
          id: `a${i}`,
          villageIds: Array.from({ length: n }, (_, k) => `v${i}-${k}`),
        }))
        const plan = schematic(areas, w)
        expect(plan.villages).toHaveLength(counts.reduce((a, b) => a + b, 0))
        for (const v of plan.villages) {
          const a = plan.areas.find((x) => `v${x.id.slice(1)}` === v.id.split('-')[0])!
          expect(v.x >= a.x && v.x + v.w <= a.x + a.w && v.y >= a.y && v.y + v.h <= a.y + a.h).toBe(true)
          for (const o of plan.villages)
            if (o !== v) expect(o.x + o.w <= v.x || v.x + v.w <= o.x || o.y + o.h <= v.y || v.y + v.h <= o.y).toBe(true)
        }
      },
    ),
  )
})

test('着色只看信访工作的欠账：空缺、未报、该去未去；没有一项来自信访件数', () => {
  expect(standingOf({ vacant: 1, blanks: 2, visitLate: true })).toBe('vacant')
  expect(standingOf({ vacant: 0, blanks: 2, visitLate: true })).toBe('blank')
  expect(standingOf({ vacant: 0, blanks: 0, visitLate: true })).toBe('late')
  expect(standingOf({ vacant: 0, blanks: 0, visitLate: false })).toBe('done')
})

describe('覆盖图', () => {
  let o: Office
  beforeAll(async () => {
    o = await openOffice()
  })
  afterAll(() => o?.close())
  const see = async (who: string) => (await o.as(who, 'GET', '/api/coverage')).json as Coverage
  const put = (who: string, text: string, partly = false, requestId = uuidv7()) =>
    o.as(who, 'POST', '/api/coverage/map', { requestId, fileName: '村界.geojson', text, partly })

  test('没有边界画示意图；上传检查后画出，可以去掉；固定次序，事项只数看得到的', async () => {
    await o.register()
    const first = await see('petitionHead')
    expect(first.map).toBe(null)
    expect(first.villages.map((v) => v.name)).toEqual(['东庄村', '南庄村', '西庄村'])
    expect(first.villages[0]).toMatchObject({ matters: 1, promises: 0, lastVisitOn: null, cover: '' })
    expect(first.villages[1]!.standing).toBe('vacant')
    expect((await see('areaSecretary')).villages.map((v) => v.name)).toEqual(['东庄村', '南庄村'])
    expect((await see('leadOfficial2')).villages[0]!.matters).toBe(0)
    expect((await o.as('mediator', 'GET', '/api/coverage')).status).toBe(403)

    const good = file(
      feature({ name: '东部管区' }, [square(117, 36, 0.05)]),
      feature({ name: '东庄村' }, [square(117, 36)]),
      feature({ name: '别村' }, [square(117, 36)]),
    )
    expect((await put('clerk', good)).status).toBe(403)
    const no = await put('petitionHead', good)
    expect(no.status).toBe(400)
    expect(no.json.message).toContain('“别村”不在本镇')
    expect((await put('petitionHead', 'x')).json.message).toContain('读不出来')
    const requestId = uuidv7()
    const yes = await put('petitionHead', good, true, requestId)
    expect(yes.json).toMatchObject({ kept: 2, vertices: 10 })
    expect((await put('petitionHead', good, true, requestId)).status).toBe(200)
    const drawn = (await see('petitionHead')).map!
    expect(drawn.drawn.map((d) => [d.kind, d.id])).toEqual([
      ['area', o.town.areas.东部管区],
      ['village', o.town.villages.东庄村],
    ])
    // Who sees one area gets the outlines of that area only.
    expect((await see('areaSecretary')).map!.drawn).toHaveLength(2)
    expect(drawn.fileName).toBe('村界.geojson')
    expect((await o.as('petitionHead', 'POST', '/api/coverage/map/drop', { requestId: uuidv7() })).status).toBe(200)
    expect((await see('petitionHead')).map).toBe(null)
  })
})
