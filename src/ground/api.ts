import { z } from 'zod'
import { happened, type Tx } from '../audit/trace.ts'
import { NotFound } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import { sendFile, sheetType } from '../kit/server/reply.ts'
import type { Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import type { Setting } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { campaignRoutes as r } from './campaign.routes.ts'
import { changeCover, chase, closeCampaign, openCampaign, report, settle } from './campaign.store.ts'
import { readsProgress } from './campaign.ts'
import { deskRoutes } from './desk/routes.ts'
import { areaDesk } from './desk/store.ts'
import { mapApi } from './map/api.ts'
import { openRoutine } from './routine.job.ts'
import { rhythmOf, setRhythm } from './routine.store.ts'
import { campaigns, campaignView, findingsOf, placeView, tableFile, tasksOf } from './table.store.ts'
import { visitApi } from './visits/api.ts'

/** Screening, visits, the area's desk and the coverage map over HTTP. */
export const groundApi = (edge: Edge<Session>, world: World) => {
  const { serve, app } = edge
  visitApi(edge, world)
  mapApi(edge, world)
  const read = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly: true })
  /** Once for each request id; a repeat meets its own success. */
  const once = (who: Who, requestId: string, work: (tx: Tx, s: Setting) => Promise<unknown>) =>
    inTown(world.db, who.townId, async (tx) => {
      if (!(await happened(tx, who.townId, requestId))) await work(tx, await settingOf(tx, world, who.townId))
      return { ok: true as const }
    })

  serve(deskRoutes.areaDesk, ({ session: { who } }) => read(who, (tx, s) => areaDesk(tx, who, s.today)))
  serve(r.campaigns, ({ session: { who } }) => read(who, (tx) => campaigns(tx, who)))
  serve(r.openCampaign, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) => ({
      id:
        (await happened(tx, who.townId, body.requestId)) ??
        (await openCampaign(tx, who, body.input, body.requestId, await settingOf(tx, world, who.townId))),
    })),
  )
  serve(r.rhythm, ({ session: { who } }) => read(who, (tx) => rhythmOf(tx, who.townId)))
  serve(r.setRhythm, ({ session: { who }, body }) =>
    once(who, body.requestId, async (tx, s) => {
      await setRhythm(tx, who, body, s)
      await openRoutine(tx, who.townId, s)
    }),
  )
  serve(r.campaign, ({ session: { who }, params }) => read(who, (tx, s) => campaignView(tx, who, params.id, s.today)))
  serve(r.findings, ({ session: { who }, params }) => read(who, (tx) => findingsOf(tx, who, params.id)))
  serve(r.tasks, ({ session: { who } }) => read(who, (tx, s) => tasksOf(tx, who, s.today)))
  serve(r.place, ({ session: { who }, params }) =>
    read(who, (tx, s) => placeView(tx, who, params.id, params.placeId, s.today)),
  )
  serve(r.report, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => report(tx, who, params.id, params.placeId, body, s)),
  )
  serve(r.cover, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => changeCover(tx, who, params.id, body, s)),
  )
  serve(r.chase, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      const again = await happened(tx, who.townId, body.requestId)
      return chase(tx, who, params.id, again ? null : body.requestId, await settingOf(tx, world, who.townId))
    }),
  )
  serve(r.settle, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => settle(tx, who, params.id, body, s)),
  )
  serve(r.closeCampaign, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => closeCampaign(tx, who, params.id, body, s)),
  )
  app.get('/api/screenings/:id/table.xlsx', { config: { may: readsProgress } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const id = z.uuid().safeParse((req.params as { id: string }).id).data
    if (!id) throw new NotFound('没有这次排查')
    const made = await read(who, (tx, s) => tableFile(tx, who, id, s.today))
    return sendFile(reply, sheetType, made.name, made.file)
  })
}
