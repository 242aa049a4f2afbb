import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { DayText } from '../../petitions/petition.ts'
import { keepsMap, readsMap, standings } from './coverage.ts'
import { shapeKinds, sizeLimit } from './geojson.ts'

export const CoverageRow = z.object({
  id: z.string(),
  name: z.string(),
  areaId: z.string(),
  area: z.string(),
  cover: z.string(),
  vacant: z.number(),
  lastVisitOn: DayText.nullable(),
  visitLate: z.boolean(),
  blanks: z.number(),
  /** Only what this person may see. */
  matters: z.number(),
  promises: z.number(),
  standing: codes(standings),
  /** Its grids in their fixed order: who covers each, and what is owed there. */
  grids: z.array(z.object({ id: z.string(), name: z.string(), cover: z.string(), standing: codes(standings) })),
})
export type CoverageRow = z.infer<typeof CoverageRow>

export const Coverage = z.object({
  areas: z.array(z.object({ id: z.string(), name: z.string(), secretary: z.string() })),
  villages: z.array(CoverageRow),
  screening: z.string(),
  /** Outlines of areas, villages and grids, as far as the town has them; null when the town has supplied none and the map is schematic. */
  map: z
    .object({
      width: z.number(),
      height: z.number(),
      drawn: z.array(
        z.object({ id: z.string(), kind: codes(shapeKinds), path: z.string(), x: z.number(), y: z.number() }),
      ),
      fileName: z.string(),
      onDay: DayText,
    })
    .nullable(),
})
export type Coverage = z.infer<typeof Coverage>

export const mapRoutes = {
  coverage: route({
    method: 'GET',
    path: '/api/coverage',
    says: '覆盖图：谁联系哪里、上次去、排查未报、岗位空缺、在办事项和承诺；只数信访工作',
    may: readsMap,
    response: Coverage,
  }),
  putMap: route({
    method: 'POST',
    path: '/api/coverage/map',
    says: '上传边界（GeoJSON）：检查、简化、保存，取代原来的',
    may: keepsMap,
    body: z.object({
      requestId: z.uuid(),
      fileName: z.string().trim().min(1).max(200),
      text: z.string().min(1, '文件是空的').max(sizeLimit, '文件太大（超过 3 MB），请先在制图软件里简化边界'),
      /** Keep what can be kept although some outlines could not be read. */
      partly: z.boolean().default(false),
    }),
    response: z.object({ kept: z.number(), vertices: z.number(), problems: z.array(z.string()) }),
  }),
  dropMap: route({
    method: 'POST',
    path: '/api/coverage/map/drop',
    says: '去掉边界，改画示意图',
    may: keepsMap,
    body: z.object({ requestId: z.uuid() }),
    response: z.object({ ok: z.literal(true) }),
  }),
}
