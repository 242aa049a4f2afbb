import { Invalid } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import { fileNameOf, readAll, takeIn } from '../kit/server/files.ts'
import type { Edge } from '../kit/server/http.ts'
import { caseWorkers, type Who } from '../people/roles.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { answersBoard, draftAnswer, publishAnswer, saveRule, withdrawAnswer } from './answers.store.ts'
import { openRoutes as r } from './routes.ts'
import { keepOpenFile, openBoard, postNotice, saveItem, startCatalogue, withdrawNotice } from './store.ts'

const fileLimit = 20 * 1024 * 1024

/** The office's side of 公开. What anybody reads is in src/citizen. */
export const openApi = (edge: Edge<{ who: Who }>, world: World) => {
  const at = () => ({ today: world.clock.today(), now: world.clock.now() })
  const ok = { ok: true as const }
  edge.serve(r.board, ({ session: { who } }) =>
    inTown(world.db, who.townId, async (tx) => openBoard(tx, who, await settingOf(tx, world, who.townId)), {
      readOnly: true,
    }),
  )
  edge.serve(r.start, ({ session: { who } }) =>
    inTown(world.db, who.townId, async (tx) => {
      await startCatalogue(tx, who, at())
      return ok
    }),
  )
  edge.serve(r.saveItem, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      await saveItem(tx, who, body, at())
      return ok
    }),
  )
  edge.serve(r.post, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, (tx) => postNotice(tx, who, body, at())),
  )
  edge.serve(r.withdraw, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      await withdrawNotice(tx, who, params.id, body.reason, at())
      return ok
    }),
  )
  edge.serve(r.answers, ({ session: { who } }) =>
    inTown(world.db, who.townId, (tx) => answersBoard(tx, who), { readOnly: true }),
  )
  edge.serve(r.draftAnswer, ({ session: { who }, params }) =>
    inTown(world.db, who.townId, async (tx) => draftAnswer(tx, who, params.id, await settingOf(tx, world, who.townId))),
  )
  edge.serve(r.publishAnswer, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) =>
      publishAnswer(tx, who, { petitionId: params.id, ...body }, await settingOf(tx, world, who.townId)),
    ),
  )
  edge.serve(r.withdrawAnswer, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      await withdrawAnswer(tx, who, params.id, body.reason, await settingOf(tx, world, who.townId))
      return ok
    }),
  )
  edge.serve(r.saveRule, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      await saveRule(tx, who, body, at().now)
      return ok
    }),
  )
  edge.app.post('/api/open/notices/:id/files', { config: { may: caseWorkers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const part = await req.file({ limits: { fileSize: fileLimit } }).catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const name = fileNameOf(part.filename) || '未命名'
    const kept = await takeIn(name, await readAll(part.file, fileLimit, name))
    await inTown(world.db, who.townId, (tx) =>
      keepOpenFile(tx, world.files, who, (req.params as { id: string }).id, { name: kept.name, kept }, at()),
    )
    return ok
  })
}
