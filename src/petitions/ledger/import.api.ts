import { z } from 'zod'
import type { Tx } from '../../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { inTown } from '../../kit/server/db.ts'
import { readWorkbook } from '../../kit/server/excel.ts'
import { readAll } from '../../kit/server/files.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Role, Who } from '../../people/roles.ts'
import type { Session } from '../api.ts'
import type { Setting } from '../store.ts'
import { settingOf, type World } from '../world.store.ts'
import {
  type ImportKind,
  keepFile,
  loadPlan,
  matchExisting,
  type Plan,
  placesForImport,
  planImport,
  type Report,
  recallMapping,
  rowForScreen,
} from './import.store.ts'
import { type Proposal, recognise } from './recognise.ts'

/** 导入由信访办办理. */
const importers = ['clerk', 'petitionHead'] as const satisfies Role[]

/** Loading is long work: how far it is, by import, for whoever asks. */
const progress = new Map<string, { done: number; total: number }>()

const Body = z.object({
  mapping: z.unknown().optional(),
  options: z.object({ year: z.coerce.number().int().min(1990).max(2100).optional() }).default({}),
})

export const importApi = (edge: Edge<Session>, world: World) => {
  const { app } = edge
  const within = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  const answer = (id: string, kind: ImportKind, fileName: string, plan: Plan) => ({
    id,
    kind,
    fileName,
    proposal: plan.proposal,
    rows: plan.rows.slice(0, 5000).map(rowForScreen),
    total: plan.rows.length,
    flags: plan.flags,
    summary: { ...plan.summary, flags: [] },
  })
  const find = async (tx: Tx, who: Who, id: string) => {
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new NotFound()
    const i = await tx
      .selectFrom('import')
      .selectAll()
      .where('townId', '=', who.townId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!i) throw new NotFound()
    return i
  }
  const replan = async (
    tx: Tx,
    who: Who,
    s: Setting,
    i: { kind: string; fileName: string; storageKey: string; mapping: unknown },
    body: z.output<typeof Body>,
  ) => {
    const workbook = await readWorkbook(await world.files.get(i.storageKey), i.fileName)
    const mapping = (body.mapping ?? i.mapping ?? undefined) as Proposal | undefined
    const plan = planImport(i.kind as ImportKind, i.fileName, workbook, await placesForImport(tx, who.townId), {
      today: s.today,
      year: body.options.year,
      mapping: i.kind === 'ledger' ? mapping : undefined,
      known: true,
    })
    await matchExisting(tx, who, plan)
    return plan
  }

  app.post('/api/imports', { config: { may: importers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const kind: ImportKind = (req.query as { kind?: string }).kind === 'messages' ? 'messages' : 'ledger'
    const part = await req.file().catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const name = part.filename.slice(-120)
    const data = await readAll(part.file, 50 * 1024 * 1024, name)
    if (part.file.truncated) throw new Invalid(`“${name}”超过 50 MB，请拆成几个文件再导入`)
    const workbook = await readWorkbook(data, name)
    return within(who, async (tx, s) => {
      const mapping =
        kind === 'ledger'
          ? await recallMapping(tx, who.townId, recognise(workbook, { today: s.today, fileName: name }))
          : undefined
      const plan = planImport(kind, name, workbook, await placesForImport(tx, who.townId), {
        today: s.today,
        mapping,
        known: true,
      })
      await matchExisting(tx, who, plan)
      return answer(await keepFile(tx, world.files, who, kind, name, data, plan.proposal, s.now), kind, name, plan)
    })
  })
  app.post('/api/imports/:id/preview', { config: { may: importers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const body = Body.parse(req.body ?? {})
    return within(who, async (tx, s) => {
      const i = await find(tx, who, (req.params as { id: string }).id)
      return answer(i.id, i.kind as ImportKind, i.fileName, await replan(tx, who, s, i, body))
    })
  })
  app.post('/api/imports/:id/load', { config: { may: importers } }, async (req): Promise<Report> => {
    const { who } = await edge.sessionOf(req)
    const body = Body.parse(req.body ?? {})
    const { id } = req.params as { id: string }
    try {
      return await within(who, async (tx, s) => {
        // The row is locked: pressed twice, the second meets the first one's report.
        const i = await find(tx, who, id)
        const locked = await tx
          .selectFrom('import')
          .select(['status', 'report'])
          .where('townId', '=', who.townId)
          .where('id', '=', i.id)
          .forUpdate()
          .executeTakeFirstOrThrow()
        if (locked.status === 'loaded') return locked.report as Report
        const plan = await replan(tx, who, s, i, body)
        if (plan.summary.registered === 0) throw new Refused('没有可以导入的行')
        progress.set(id, { done: 0, total: plan.summary.registered })
        return loadPlan(tx, who, id, plan, s, (done, total) => progress.set(id, { done, total }))
      })
    } finally {
      progress.delete(id)
    }
  })
  app.get('/api/imports/:id', { config: { may: importers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    const i = await within(who, (tx) => find(tx, who, id))
    const p = progress.get(id)
    const report = i.report as Report | null
    return {
      id,
      fileName: i.fileName,
      kind: i.kind,
      status: p ? 'loading' : i.status,
      done: p?.done ?? report?.registered ?? 0,
      total: p?.total ?? report?.registered ?? 0,
      report,
    }
  })
  app.get('/api/imports', { config: { may: importers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    return within(who, async (tx) => {
      const rows = await tx
        .selectFrom('import')
        .select(['id', 'kind', 'fileName', 'status', 'report', 'byName', 'at', 'loadedAt'])
        .where('townId', '=', who.townId)
        .orderBy('at', 'desc')
        .limit(100)
        .execute()
      return rows.map(({ report, ...r }) => ({ ...r, report: report ? { ...(report as Report), flags: [] } : null }))
    })
  })
}
