import { z } from 'zod'
import { byOf, type Tx, writeTrace } from '../../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { sha256 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { readWorkbook } from '../../kit/server/excel.ts'
import { fileNameOf, readAll } from '../../kit/server/files.ts'
import type { Edge } from '../../kit/server/http.ts'
import { sendFile } from '../../kit/server/reply.ts'
import type { Role, Who } from '../../people/roles.ts'
import type { Session } from '../api.ts'
import type { Setting } from '../store.ts'
import { settingOf, type World } from '../world.store.ts'
import { keepFile, loadImport, placesForImport, previewImport, recallMapping } from './import.store.ts'
import { type Preview, type PreviewPage, type PreviewRow, pageSize, verdicts } from './preview.ts'
import { Mapping, type Proposal } from './proposal.ts'
import { type ImportKind, type Report, readImport } from './reading.ts'
import { recognise } from './recognise.ts'

/** 导入由信访办办理. */
const importers = ['clerk', 'petitionHead'] as const satisfies Role[]

/** Loading is long work: how far it is, by import, for whoever asks. */
const progress = new Map<string, { done: number; total: number }>()
/** So many imports at once may each hold two connections; one more compares on its own, lest all wait for a second that nobody gives back. */
const importsBeside = 3

const Body = z.preprocess(
  (sent) => sent ?? {},
  z.object({
    mapping: Mapping.nullish(),
    options: z.object({ year: z.coerce.number().int().min(1990).max(2100).optional() }).default({}),
  }),
)

const PageQuery = z.object({
  verdict: z.enum(Object.keys(verdicts) as [keyof typeof verdicts]).optional(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
})

export const importApi = (edge: Edge<Session>, world: World) => {
  const { app } = edge
  const within = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  /** Flags of no single row, as many as a person reads; those of rows come with their rows. */
  const answer = async (
    tx: Tx,
    who: Who,
    id: string,
    kind: ImportKind,
    fileName: string,
    reading: ReturnType<typeof readImport>,
  ): Promise<Preview> => {
    const { report, verdicts: counts } = await previewImport(tx, who, id, reading)
    const unplaced = report.flags.filter((f) => f.code === 'villageUnknown').length
    const strange = {
      sheet: '',
      row: 0,
      code: 'villagesUnknown',
      message: `${unplaced} 行写的村不在本镇的村名录中。请先在“人员与地点”里建好或导入村名录再导入台账，事项才能归到村；现在导入，只按原文保留地点。`,
    }
    return {
      id,
      kind,
      fileName,
      proposal: reading.proposal,
      verdicts: counts,
      total: report.rows,
      flags: [...(unplaced * 2 > report.rows ? [strange] : []), ...reading.flags.slice(0, 500)],
      samples: reading.samples,
      summary: report,
    }
  }
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
  const again = async (
    tx: Tx,
    who: Who,
    s: Setting,
    i: { kind: string; fileName: string; storageKey: string; mapping: unknown },
    body: z.output<typeof Body>,
  ) => {
    const workbook = await readWorkbook(await world.files.get(i.storageKey), i.fileName)
    const mapping = body.mapping ?? (i.mapping as Proposal | null) ?? undefined
    return readImport(i.kind as ImportKind, i.fileName, workbook, await placesForImport(tx, who.townId), {
      today: s.today,
      year: body.options.year,
      mapping: i.kind === 'ledger' ? mapping : undefined,
      known: true,
      mending: true,
    })
  }

  app.post('/api/imports', { config: { may: importers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const kind: ImportKind = (req.query as { kind?: string }).kind === 'messages' ? 'messages' : 'ledger'
    const part = await req.file().catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const name = fileNameOf(part.filename) || '未命名'
    const data = await readAll(part.file, 50 * 1024 * 1024, name)
    if (part.file.truncated) throw new Invalid(`“${name}”超过 50 MB，请拆成几个文件再导入`)
    const workbook = await readWorkbook(data, name)
    return within(who, async (tx, s) => {
      const mapping =
        kind === 'ledger'
          ? await recallMapping(tx, who.townId, recognise(workbook, { today: s.today, fileName: name }))
          : undefined
      const reading = readImport(kind, name, workbook, await placesForImport(tx, who.townId), {
        today: s.today,
        mapping,
        known: true,
        mending: true,
      })
      const id = await keepFile(tx, world.files, who, kind, name, data, reading.proposal, s.now)
      return answer(tx, who, id, kind, name, reading)
    })
  })
  app.post('/api/imports/:id/preview', { config: { may: importers }, schema: { body: Body } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const { body } = req
    return within(who, async (tx, s) => {
      const i = await find(tx, who, (req.params as { id: string }).id)
      if (i.status === 'loaded') throw new Refused('这个文件已经导入，请在台账中查看；要再导入请重新选择文件')
      return answer(tx, who, i.id, i.kind as ImportKind, i.fileName, await again(tx, who, s, i, body))
    })
  })
  app.get(
    '/api/imports/:id/rows',
    { config: { may: importers }, schema: { querystring: PageQuery } },
    async (req): Promise<PreviewPage> => {
      const { who } = await edge.sessionOf(req)
      const q = req.query
      return inTown(
        world.db,
        who.townId,
        async (tx) => {
          const i = await find(tx, who, (req.params as { id: string }).id)
          const all = tx
            .selectFrom('importPreview')
            .where('townId', '=', who.townId)
            .where('importId', '=', i.id)
            .$if(q.verdict !== undefined, (x) => x.where('verdict', '=', q.verdict!))
          const { n } = await all.select((eb) => eb.fn.countAll<string>().as('n')).executeTakeFirstOrThrow()
          const rows = await all
            .select(['n', 'view'])
            .orderBy('n')
            .offset((q.page - 1) * pageSize)
            .limit(pageSize)
            .execute()
          const views = rows.map((r) => r.view as unknown as PreviewRow)
          // The earlier row that a repeat points at stands beside it, wherever its page is.
          const wanted = views.flatMap((v) => (v.parsed.repeatOf ? [v.parsed.repeatOf] : []))
          const others = wanted.length
            ? await tx
                .selectFrom('importPreview')
                .select('view')
                .where('townId', '=', who.townId)
                .where('importId', '=', i.id)
                .where('row', 'in', [...new Set(wanted.map((w) => w.row))])
                .execute()
            : []
          const other = (of: { sheet: string; row: number } | null) =>
            of
              ? ((others
                  .map((o) => o.view as unknown as PreviewRow)
                  .find((v) => v.sheet === of.sheet && v.row === of.row) ?? null) as PreviewRow | null)
              : null
          return { total: Number(n), rows: views.map((v) => ({ ...v, other: other(v.parsed.repeatOf) })) }
        },
        { readOnly: true },
      )
    },
  )
  app.post(
    '/api/imports/:id/load',
    { config: { may: importers }, schema: { body: Body } },
    async (req): Promise<Report> => {
      const { who } = await edge.sessionOf(req)
      const { body } = req
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
          const { n } = await tx
            .selectFrom('importPreview')
            .select((eb) => eb.fn.countAll<string>().as('n'))
            .where('townId', '=', who.townId)
            .where('importId', '=', i.id)
            .where('verdict', 'in', ['ok', 'warning'])
            .executeTakeFirstOrThrow()
          const total = Number(n)
          progress.set(id, { done: 0, total })
          return loadImport(tx, who, id, await again(tx, who, s, i, body), s, {
            step: (done) => progress.set(id, { done, total: Math.max(total, done) }),
            ...(progress.size > importsBeside
              ? {}
              : { ask: (work) => inTown(world.db, who.townId, work, { readOnly: true }) }),
          })
        })
      } finally {
        progress.delete(id)
      }
    },
  )
  /** The file as it was handed in: it names many people, so that fetching it is written down. */
  app.get('/api/imports/:id/file', { config: { may: importers } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const i = await within(who, async (tx, s) => {
      const i = await find(tx, who, (req.params as { id: string }).id)
      await writeTrace(
        tx,
        byOf(who),
        { subjectId: i.id, subjectKind: 'import', kind: 'export', says: `下载导入的原件“${i.fileName}”` },
        s.now,
      )
      return i
    })
    const data = await world.files.get(i.storageKey)
    if (sha256(data) !== i.sha256)
      throw new Refused('文件与存证的校验值不符，可能已损坏或被改动，请联系系统管理员从备份恢复')
    return sendFile(reply, 'application/octet-stream', i.fileName, data, false)
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
