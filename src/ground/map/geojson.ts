/** A closed ring of longitude and latitude; the first ring of a polygon is its outline, the others are holes. */
export type Point = readonly [number, number]
export type Ring = readonly Point[]
export type Polygon = readonly Ring[]

export const shapeKinds = { area: '管区', village: '村', grid: '网格' } as const
export type ShapeKind = keyof typeof shapeKinds

export interface PlaceName {
  kind: ShapeKind
  id: string
  code: string
  name: string
}
export interface Shape {
  kind: ShapeKind
  placeId: string
  polygons: Polygon[]
}

/** Vertices a whole town keeps at most; the tolerance grows until it does. */
export const vertexLimit = 20_000
/** Size of a file, in characters, beyond which it is not read at all. */
export const sizeLimit = 3_000_000
/** Tolerance of the first simplification, in degrees of latitude: about ten metres. */
const firstTolerance = 0.0001

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** Distance of p from the segment a–b, in degrees of latitude; longitudes shrink with the latitude. */
const distance = (p: Point, a: Point, b: Point): number => {
  const k = Math.cos((p[1] * Math.PI) / 180)
  const [x, y] = [(p[0] - a[0]) * k, p[1] - a[1]]
  const [u, v] = [(b[0] - a[0]) * k, b[1] - a[1]]
  const length = u * u + v * v
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, (x * u + y * v) / length))
  return Math.hypot(x - t * u, y - t * v)
}

/**
 * Douglas–Peucker without recursion. The ends stay; no point left out lies further than `tolerance` (degrees of latitude)
 * from the line that is kept. A closed ring keeps at least a triangle: the point furthest from its start splits it first.
 */
export const simplify = (ring: Ring, tolerance: number): Ring => {
  if (ring.length <= 4) return ring
  const keep = new Uint8Array(ring.length)
  const last = ring.length - 1
  keep[0] = keep[last] = 1
  let far = 1
  for (let i = 1; i < last; i += 1)
    if (distance(ring[i]!, ring[0]!, ring[0]!) > distance(ring[far]!, ring[0]!, ring[0]!)) far = i
  keep[far] = 1
  const spans: [number, number][] = [
    [0, far],
    [far, last],
  ]
  while (spans.length) {
    const [from, to] = spans.pop()!
    let worst = -1
    let at = 0
    for (let i = from + 1; i < to; i += 1) {
      const d = distance(ring[i]!, ring[from]!, ring[to]!)
      if (d > worst) {
        worst = d
        at = i
      }
    }
    if (worst > tolerance) {
      keep[at] = 1
      spans.push([from, at], [at, to])
    }
  }
  const kept = ring.filter((_, i) => keep[i])
  if (kept.length >= 4) return kept
  // Two points and the closing one are no area: the point furthest off their line stays as well.
  let at = 1
  for (let i = 1; i < last; i += 1)
    if (
      i !== far &&
      (at === far || distance(ring[i]!, ring[0]!, ring[far]!) > distance(ring[at]!, ring[0]!, ring[far]!))
    )
      at = i
  keep[at] = 1
  return ring.filter((_, i) => keep[i])
}

export const verticesOf = (shapes: readonly Shape[]): number =>
  shapes.reduce((n, s) => n + s.polygons.reduce((m, p) => m + p.reduce((k, r) => k + r.length, 0), 0), 0)

/** All shapes within the limit of vertices, with as little lost as that needs. */
export const simplified = (shapes: readonly Shape[], limit = vertexLimit): Shape[] => {
  let tolerance = firstTolerance
  for (let turn = 0; ; turn += 1) {
    const out = shapes.map((s) => ({ ...s, polygons: s.polygons.map((p) => p.map((r) => simplify(r, tolerance))) }))
    if (verticesOf(out) <= limit || turn >= 14) return out
    tolerance *= 2
  }
}

/** The rings of one geometry, or the sentence that says what is wrong with it. */
const polygonsOf = (geometry: unknown): Polygon[] | string => {
  if (!isObject(geometry)) return '没有边界（geometry）'
  const { type, coordinates } = geometry
  if (type !== 'Polygon' && type !== 'MultiPolygon')
    return `边界应为 Polygon 或 MultiPolygon，不能是 ${String(type ?? '空的')}`
  const list = type === 'Polygon' ? [coordinates] : coordinates
  if (!Array.isArray(list) || list.length === 0) return '边界里没有坐标'
  const out: Polygon[] = []
  for (const p of list) {
    if (!Array.isArray(p) || p.length === 0) return '边界里没有坐标'
    const rings: Ring[] = []
    for (const r of p) {
      if (!Array.isArray(r) || r.length < 4) return '边界至少要有四个点，首尾相同'
      const ring: Point[] = []
      for (const c of r) {
        if (!Array.isArray(c) || typeof c[0] !== 'number' || typeof c[1] !== 'number')
          return '坐标应为两个数：经度、纬度'
        const [x, y] = c as [number, number]
        if (!(Math.abs(x) <= 180 && Math.abs(y) <= 90))
          return Math.abs(x) > 1000 || Math.abs(y) > 1000
            ? '坐标不是经纬度，像是投影坐标；请导出为 WGS84 或 CGCS2000 经纬度'
            : `坐标超出范围：${x}，${y}`
        ring.push([Math.round(x * 1e6) / 1e6, Math.round(y * 1e6) / 1e6])
      }
      const [a, z] = [ring[0]!, ring.at(-1)!]
      if (a[0] !== z[0] || a[1] !== z[1]) return '边界没有闭合：最后一点应与第一点相同'
      if (new Set(ring.map((q) => q.join())).size < 3) return '边界至少要有三个不同的点'
      rings.push(ring)
    }
    out.push(rings)
  }
  return out
}

/** Size of a file, in bytes, that a browser still takes in. */
export const fileLimit = 60_000_000

/** Six digits, no heights, and of a ring of longitudes and latitudes what the first simplification would keep anyway. */
const coarse = (v: unknown): unknown => {
  if (!Array.isArray(v)) return v
  if (typeof v[0] === 'number') return v.slice(0, 2).map((n) => (typeof n === 'number' ? Math.round(n * 1e6) / 1e6 : n))
  const out = v.map(coarse)
  const degrees = out.every(
    (p) => Array.isArray(p) && Math.abs(p[0] as number) <= 180 && Math.abs(p[1] as number) <= 90,
  )
  return degrees ? simplify(out as unknown as Ring, firstTolerance) : out
}
/**
 * A large file without what is not read: other properties, heights, points the first simplification leaves out. What is wrong with it stays wrong,
 * to be said by `readGeoJson`.
 */
export const slim = (text: string): string => {
  let file: unknown
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return text
  }
  if (!isObject(file) || !Array.isArray(file.features)) return text
  const features = (file.features as unknown[]).map((f) => {
    if (!isObject(f)) return f
    const { name, code } = namesOf(f)
    const g = isObject(f.geometry) ? { ...f.geometry, coordinates: coarse(f.geometry.coordinates) } : f.geometry
    return { type: f.type, properties: { name, code }, geometry: g }
  })
  return JSON.stringify({ type: file.type, features })
}

const words = (v: unknown): string => (typeof v === 'string' || typeof v === 'number' ? String(v).trim() : '')

/** The name and code a feature carries. */
const namesOf = (f: unknown) => {
  const props = isObject(f) && isObject(f.properties) ? f.properties : {}
  return {
    code: words(props.code ?? props.CODE ?? props.代码),
    name: words(props.name ?? props.NAME ?? props.名称),
  }
}

/**
 * What a town's GeoJSON says, matched to its areas, villages and grids by code or name. Every feature is either a shape or a
 * sentence; nothing is guessed. `fatal` when the file as a whole can't be read.
 */
export const readGeoJson = (
  text: string,
  places: readonly PlaceName[],
): { shapes: Shape[]; problems: string[]; fatal: string | null } => {
  const fail = (fatal: string) => ({ shapes: [], problems: [], fatal })
  if (text.length > sizeLimit) return fail('文件太大（超过 3 MB），请先在制图软件里简化边界')
  let file: unknown
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return fail('不是 GeoJSON 文件：内容读不出来')
  }
  if (!isObject(file) || file.type !== 'FeatureCollection' || !Array.isArray(file.features))
    return fail('不是 GeoJSON 文件：应为 FeatureCollection')
  if (file.features.length === 0) return fail('文件里没有边界')
  const shapes: Shape[] = []
  const problems: string[] = []
  const seen = new Map<string, number>()
  for (const [i, f] of (file.features as unknown[]).entries()) {
    const say = (sentence: string) => problems.push(`第 ${i + 1} 个边界${sentence}`)
    const { name, code } = namesOf(f)
    const label = name || code
    if (!label) {
      say('没有写名称（name）或代码（code）')
      continue
    }
    const found = code ? places.filter((p) => p.code === code) : []
    const matches = found.length ? found : places.filter((p) => p.name === name && name !== '')
    if (matches.length === 0) {
      say(`“${label}”不在本镇的管区、村、网格里`)
      continue
    }
    if (matches.length > 1) {
      say(`“${label}”有 ${matches.length} 处同名，请写明代码`)
      continue
    }
    const polygons = polygonsOf(isObject(f) ? f.geometry : null)
    if (typeof polygons === 'string') {
      say(`“${label}”${polygons}`)
      continue
    }
    const p = matches[0]!
    const before = seen.get(p.id)
    if (before !== undefined) {
      say(`“${label}”与第 ${before + 1} 个重复`)
      continue
    }
    seen.set(p.id, i)
    shapes.push({ kind: p.kind, placeId: p.id, polygons })
  }
  return { shapes, problems, fatal: shapes.length === 0 ? (problems[0] ?? '文件里没有能用的边界') : null }
}

export interface Drawn {
  id: string
  kind: ShapeKind
  /** SVG path data. */
  path: string
  /** Where the name stands. */
  x: number
  y: number
}

/** Shapes in a box of the given width, north up, longitudes shortened as the latitude asks. */
export const project = (shapes: readonly Shape[], width: number) => {
  const all = shapes.flatMap((s) => s.polygons.flatMap((p) => p.flat()))
  if (all.length === 0) return { width, height: 0, drawn: [] as Drawn[] }
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const [x, y] of all) {
    west = Math.min(west, x)
    east = Math.max(east, x)
    south = Math.min(south, y)
    north = Math.max(north, y)
  }
  const k = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = width / Math.max((east - west) * k, 1e-6)
  const at = ([x, y]: Point): [number, number] => [
    Math.round((x - west) * k * scale * 10) / 10,
    Math.round((north - y) * scale * 10) / 10,
  ]
  const drawn = shapes.map((s) => {
    const main = s.polygons
      .map((p) => p[0]!)
      .sort((a, b) => b.length - a.length)[0]!
      .map(at)
    const xs = main.map((p) => p[0])
    const ys = main.map((p) => p[1])
    return {
      id: s.placeId,
      kind: s.kind,
      path: s.polygons
        .flatMap((p) =>
          p.map(
            (r) =>
              `M${r
                .slice(0, -1)
                .map((c) => at(c).join(' '))
                .join('L')}Z`,
          ),
        )
        .join(''),
      x: (Math.min(...xs) + Math.max(...xs)) / 2,
      y: (Math.min(...ys) + Math.max(...ys)) / 2,
    }
  })
  return { width, height: Math.ceil((north - south) * scale), drawn }
}

export interface Box {
  id: string
  x: number
  y: number
  w: number
  h: number
}

/** The schematic map: a block for each area, a cell for each of its villages in their fixed order, with room for its grids. Nothing overlaps. */
export const schematic = (
  areas: readonly { id: string; villageIds: readonly string[] }[],
  width: number,
): { height: number; areas: Box[]; villages: Box[] } => {
  const gap = 12
  const cell = { w: 112, h: 60 }
  const head = 30
  const across = Math.max(1, Math.floor((width - 2 * gap) / (cell.w + 6)))
  let y = 0
  const out = { height: 0, areas: [] as Box[], villages: [] as Box[] }
  for (const a of areas) {
    const rows = Math.max(1, Math.ceil(a.villageIds.length / across))
    const h = head + rows * (cell.h + 6) + gap
    out.areas.push({ id: a.id, x: 0, y, w: width, h })
    a.villageIds.forEach((id, i) => {
      out.villages.push({
        id,
        x: gap + (i % across) * (cell.w + 6),
        y: y + head + Math.floor(i / across) * (cell.h + 6),
        ...cell,
      })
    })
    y += h + gap
  }
  out.height = Math.max(0, y - gap)
  return out
}
