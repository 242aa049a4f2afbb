import type { Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import { sendFile, wordType } from '../../kit/server/reply.ts'
import type { Who } from '../../people/roles.ts'
import type { Session } from '../../petitions/api.ts'
import type { Setting } from '../../petitions/store.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { table } from '../posts.ts'
import { minutesDocx } from './minutes.ts'
import { dispatchRoutes as r } from './routes.ts'
import {
  backlog,
  callMeeting,
  endMeeting,
  meetings,
  meetingView,
  minutesOf,
  recordItem,
  replanMeeting,
  saveBacklogRule,
} from './store.ts'

/** Dispatch meetings and the backlog over HTTP. */
export const dispatchApi = (edge: Edge<Session>, world: World) => {
  const { serve, app } = edge
  const read = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly: true })
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  serve(r.backlog, ({ session: { who } }) => read(who, (tx, s) => backlog(tx, who, s.today)))
  serve(r.backlogRule, async ({ session: { who }, body }) => {
    await write(who, (tx, s) => saveBacklogRule(tx, who, body, s))
    return { ok: true as const }
  })
  serve(r.meetings, ({ session: { who } }) => read(who, (tx, s) => meetings(tx, who, s.today)))
  serve(r.callMeeting, ({ session: { who }, body }) => write(who, (tx, s) => callMeeting(tx, who, body, s)))
  serve(r.meeting, ({ session: { who }, params }) => read(who, (tx) => meetingView(tx, who, params.id)))
  serve(r.recordItem, async ({ session: { who }, params, body }) => {
    await write(who, (tx, s) => recordItem(tx, who, params.id, params.petitionId, body, s))
    return read(who, (tx) => meetingView(tx, who, params.id))
  })
  serve(r.endMeeting, async ({ session: { who }, params, body }) => {
    await write(who, (tx, s) => endMeeting(tx, who, params.id, body, s))
    return read(who, (tx) => meetingView(tx, who, params.id))
  })
  serve(r.replanMeeting, async ({ session: { who }, params, body }) => {
    await write(who, (tx, s) => replanMeeting(tx, who, params.id, body, s))
    return read(who, (tx) => meetingView(tx, who, params.id))
  })
  app.get('/api/dispatch/meetings/:id/minutes.docx', { config: { may: table } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    const m = await read(who, (tx, s) => minutesOf(tx, who, id, s.town.name))
    return sendFile(reply, wordType, `${m.title}纪要.docx`, minutesDocx(m))
  })
}
