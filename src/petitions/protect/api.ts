import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { Invalid } from '../../kit/errors.ts'
import { isUuid } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { fileNameOf, readAll, takeIn } from '../../kit/server/files.ts'
import type { Edge } from '../../kit/server/http.ts'
import { sendFile } from '../../kit/server/reply.ts'
import type { Who } from '../../people/roles.ts'
import { beforeWords } from '../register/before.ts'
import { findMatter, type Setting } from '../store.ts'
import { settingOf, type World } from '../world.store.ts'
import { declareKin, kinOf } from './kin.store.ts'
import { readersOf } from './readers.store.ts'
import { askRecusal, decideRecusal, recusalsOf, recusalsToDecide } from './recusal.store.ts'
import { protectRoutes as r, type SealedView, sealedCallers } from './routes.ts'
import { actSealed } from './sealed.act.store.ts'
import { addSealedFile, readSealedFile, sealFiles } from './sealed.files.store.ts'
import { attemptsOn, findSealed, listSealed, openSealed, returnsAskedOf, sealedTimeline } from './sealed.store.ts'
import { type Sealed, sealedOffers } from './sealed.ts'
import { reportPressure } from './sealing.store.ts'

type Session = { who: Who }

/**
 * Whoever asks for something and is told “not found” leaves a line, whether the thing exists or not: so the work is the same for both,
 * and attempts to look behind a barrier are on record. To be called before any route is added.
 */
export const recordMisses = (edge: Edge<Session>, world: World) => {
  edge.app.addHook('onSend', async (req, reply, payload) => {
    const { id } = (req.params ?? {}) as { id?: string }
    if (reply.statusCode !== 404 || !isUuid(id)) return payload
    const who = (await edge.sessionOf(req).catch(() => null))?.who
    if (who)
      await inTown(world.db, who.townId, (tx) =>
        sql`insert into access_miss (town_id, staff_id, asked_id, day, last_at) values (${who.townId}, ${who.staffId}, ${id}, ${world.clock.today()}, ${world.clock.now().toISOString()})
          on conflict (town_id, staff_id, asked_id, day) do update set n = access_miss.n + 1, last_at = excluded.last_at`.execute(
          tx,
        ),
      ).catch((error) => req.log.error({ err: error }, 'access miss'))
    return payload
  })
}

/** Files of what was sealed midway are sealed too, and the old ones removed. */
export const finishSealing = async (world: World, townId: string): Promise<void> => {
  const old = await inTown(world.db, townId, async (tx) =>
    sealFiles(tx, townId, world.files, await settingOf(tx, world, townId)),
  )
  for (const key of old) await world.files.remove(key)
}

const viewOf = async (tx: Tx, who: Who, m: Sealed, s: Setting): Promise<SealedView> => {
  const { content: c, ...row } = m
  return {
    ...row,
    dueOn: m.state === 'sealed' ? m.dueOn : null,
    why: c.why,
    channel: c.input.channel,
    title: c.input.title,
    request: c.input.request,
    facts: c.input.facts,
    before: c.input.before ? beforeWords(c.input.before) : '',
    place: c.input.place,
    anonymous: c.input.anonymous,
    headCount: c.input.headCount,
    parties: c.input.parties.filter((p) => p.name !== ''),
    accused: c.accused,
    registeredOn: c.registeredOn,
    registeredByName: c.registeredByName,
    about: c.about,
    formerNumber: c.before?.number ?? '',
    files: c.files.map(({ id, name, mime, size, byName }) => ({ id, name, mime, size, byName })),
    notes: c.notes,
    forwarded: c.forwarded,
    acknowledged: c.acknowledged,
    asked: c.asked && {
      reason: c.asked.reason,
      byName: c.asked.byName,
      onDay: c.asked.onDay,
      confirmerName: c.asked.confirmerName,
    },
    offers: sealedOffers(m, who),
    timeline: await sealedTimeline(tx, who, m.id, s),
    attempts: await attemptsOn(tx, who.townId, [m.id, ...(c.before ? [c.before.petitionId] : [])]),
  }
}

/** Sealed matters, recusal, pressure reports and who has read a file, over HTTP. */
export const protectApi = (edge: Edge<Session>, world: World) => {
  const { serve, app } = edge
  const ok = { ok: true } as const
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))

  serve(r.sealedList, ({ session: { who }, query }) => write(who, (tx, s) => listSealed(tx, who, query, s)))
  serve(r.sealedOpen, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => viewOf(tx, who, await openSealed(tx, who, params.id, body.purpose, s), s)),
  )
  serve(r.sealedMove, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => {
      const done = await actSealed(tx, who, { ...params, ...body, input: body.input }, world.files, s)
      // Who confirms a return sees nothing of it, and a liaison named as accused no longer.
      const still = await findSealed(tx, who, params.id, s).catch(() => null)
      return still ? viewOf(tx, who, done, s) : null
    }),
  )
  serve(r.returnsAsked, ({ session: { who } }) => write(who, (tx, s) => returnsAskedOf(tx, who, s)))

  serve(r.recusals, ({ session: { who }, params }) => write(who, (tx, s) => recusalsOf(tx, who, params.id, s)))
  serve(r.askRecusal, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => {
      await askRecusal(tx, who, { ...body, petitionId: params.id, staffId: body.staffId ?? null }, s)
      return ok
    }),
  )
  serve(r.recusalsToDecide, ({ session: { who } }) => write(who, (tx, s) => recusalsToDecide(tx, who, s)))
  serve(r.decideRecusal, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => {
      await decideRecusal(tx, who, { ...body, id: params.id, successorId: body.successorId ?? null }, s)
      return ok
    }),
  )
  serve(r.readers, ({ session: { who }, params }) =>
    write(who, async (tx) => {
      await findMatter(tx, who, params.id)
      return readersOf(tx, who.townId, params.id)
    }),
  )
  serve(r.kin, ({ session: { who }, params }) => write(who, (tx) => kinOf(tx, who, params.id)))
  serve(r.declareKin, async ({ session: { who }, params, body }) => {
    await write(who, (tx, s) => declareKin(tx, who, { staffId: params.id, ...body }, s))
    return ok
  })
  serve(r.reportPressure, ({ session: { who }, body }) =>
    write(who, async (tx, s) => {
      const matter = body.petitionId ? (await findMatter(tx, who, body.petitionId)).matter : null
      const about = matter && { petitionId: matter.id, number: matter.number }
      const { number, queryCode } = await reportPressure(tx, who, { ...body, about }, s)
      return { number, queryCode }
    }),
  )

  app.post('/api/sealed/:id/files', { config: { may: sealedCallers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    const part = await req.file().catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const field = part.fields.requestId
    const requestId = field && !Array.isArray(field) && field.type === 'field' ? String(field.value) : ''
    if (!isUuid(requestId)) throw new Invalid('缺少请求编号，请刷新页面后重试')
    const name = fileNameOf(part.filename) || '未命名'
    const data = await readAll(part.file, 50 * 1024 * 1024, name)
    await write(who, (tx, s) => findSealed(tx, who, id, s))
    const kept = await takeIn(name, data)
    await write(who, (tx, s) => addSealedFile(tx, who, { id, requestId, name: kept.name, kept }, world.files, s))
    return { ok: true }
  })
  app.get('/api/sealed/:id/files/:fileId', { config: { may: sealedCallers } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id, fileId } = req.params as { id: string; fileId: string }
    const { file, data } = await write(who, (tx, s) => readSealedFile(tx, who, id, fileId, world.files, s))
    return sendFile(reply, file.mime, file.name, data)
  })
}
