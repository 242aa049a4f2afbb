import { byOf, happened, type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { isUuid, uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { fileNameOf, readAll, takeIn } from '../kit/server/files.ts'
import type { Edge } from '../kit/server/http.ts'
import { sendFile } from '../kit/server/reply.ts'
import { caseWorkers, type Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import type { World } from '../petitions/world.store.ts'
import { manages } from './policy.ts'
import { mayReport } from './report.store.ts'
import { findPlan } from './standing.query.ts'

const fileLimit = 20 * 1024 * 1024
/** Files to one task of one person. */
const mostFiles = 20

const have = (tx: Tx, who: Who, planId: string, item: string) =>
  tx
    .selectFrom('assessmentFile')
    .select(['id', 'sha256'])
    .where('townId', '=', who.townId)
    .where('planId', '=', planId)
    .where('staffId', '=', who.staffId)
    .where('item', '=', item)
    .execute()

/** Who reports on this task may still add to it: it is theirs, the plan runs, nobody has fixed the points. */
const mayAdd = async (tx: Tx, who: Who, planId: string, item: string, today: Day) => {
  const plan = await findPlan(tx, who.townId, planId)
  const { task, before } = await mayReport(tx, who, plan, item, today)
  if (before && before.score !== null) throw new Refused('这一项已经核定，不能再附佐证')
  return task
}

/** Evidence of a self-report as files: added by the person, read by them and by who fixes the points. */
export const evidenceApi = (edge: Edge<Session>, world: World) => {
  const { app } = edge
  app.post('/api/assessment/plans/:id/files/:item', { config: { may: caseWorkers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const { id, item } = req.params as { id: string; item: string }
    if (!isUuid(id)) throw new NotFound()
    await inTown(world.db, who.townId, (tx) => mayAdd(tx, who, id, item, world.clock.today()), { readOnly: true })
    const part = await req.file({ limits: { fileSize: fileLimit } }).catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const name = fileNameOf(part.filename) || '未命名'
    const kept = await takeIn(name, await readAll(part.file, fileLimit, name))
    const field = part.fields.requestId
    const requestId = field && !Array.isArray(field) && field.type === 'field' ? String(field.value) : ''
    if (!isUuid(requestId)) throw new Invalid('缺少请求编号，请刷新页面后重试')
    const fileId = uuidv7()
    const key = `${who.townId}/assessment/${fileId}`
    await world.files.put(key, kept.data, kept.mime)
    await inTown(world.db, who.townId, async (tx) => {
      if (await happened(tx, who.townId, requestId)) return
      const task = await mayAdd(tx, who, id, item, world.clock.today())
      const there = await have(tx, who, id, item)
      if (there.some((f) => f.sha256 === kept.sha256)) return
      if (there.length >= mostFiles) throw new Refused(`一项任务最多附 ${mostFiles} 个文件`)
      await tx
        .insertInto('assessmentFile')
        .values({
          townId: who.townId,
          id: fileId,
          planId: id,
          staffId: who.staffId,
          item,
          name: kept.name,
          mime: kept.mime,
          size: kept.size,
          sha256: kept.sha256,
          storageKey: key,
          addedOn: world.clock.today(),
        } as never)
        .execute()
      await writeTrace(
        tx,
        byOf(who),
        {
          subjectId: id,
          subjectKind: 'assessment',
          kind: 'assess',
          says: `为“${task.text}”附佐证：${name}`,
          data: { item, sha256: kept.sha256 },
          requestId,
        },
        world.clock.now(),
      )
    })
    return { ok: true as const }
  })
  app.get('/api/assessment/files/:id', { config: { may: caseWorkers } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    if (!isUuid(id)) throw new NotFound()
    const f = await inTown(
      world.db,
      who.townId,
      (tx) =>
        tx
          .selectFrom('assessmentFile')
          .select(['name', 'mime', 'storageKey', 'staffId'])
          .where('townId', '=', who.townId)
          .where('id', '=', id)
          .executeTakeFirst(),
      { readOnly: true },
    )
    if (!f || (f.staffId !== who.staffId && !manages(who.roles))) throw new NotFound('没有这个文件')
    return sendFile(reply, f.mime, f.name, await world.files.get(f.storageKey))
  })
}
