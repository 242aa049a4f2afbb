import type { Tx } from '../../audit/trace.ts'
import type { PaperData } from '../../documents/catalogue.ts'
import { renderDocx } from '../../documents/render.ts'
import { sheetOf } from '../../documents/sheet.ts'
import { currentTemplate } from '../../documents/templates.store.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import { sendFile, wordType } from '../../kit/server/reply.ts'
import { caseWorkers, type Who } from '../../people/roles.ts'
import { act } from '../act.store.ts'
import type { DocumentRow } from '../petition.ts'
import { mayReveal } from '../policy.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import { settingOf, type World } from '../world.store.ts'
import { fileOf } from './files.store.ts'
import { paperRoutes as r, type Shown } from './routes.ts'

/** Thrown to take a rehearsed move back. */
class TakeBack extends Error {}

/** A paper and every version of the same number, the newest first. */
const versionsOf = (all: DocumentRow[], id: string): DocumentRow[] => {
  const line = new Set([id])
  for (let grew = true; grew; ) {
    grew = false
    for (const d of all)
      if (
        !line.has(d.id) &&
        ((d.replacesId && line.has(d.replacesId)) || all.some((x) => line.has(x.id) && x.replacesId === d.id))
      ) {
        line.add(d.id)
        grew = true
      }
  }
  return all.filter((d) => line.has(d.id)).sort((a, b) => b.version - a.version)
}

export const paperApi = (edge: Edge<{ who: Who }>, world: World) => {
  const { serve, app } = edge
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))

  /** Open one paper, leaving a trace, since it carries names. */
  const open = async (tx: Tx, who: Who, id: string, documentId: string, s: Setting, says: string, move: string) => {
    const { matter, trace } = await findMatter(tx, who, id, { lock: true })
    const d = await tx
      .selectFrom('document')
      .selectAll()
      .where('townId', '=', who.townId)
      .where('petitionId', '=', id)
      .where('id', '=', documentId)
      .executeTakeFirst()
    if (!d) throw new NotFound()
    if (!mayReveal(who, matter)) throw new Refused('文书载有信访人信息，您的岗位不能打开')
    await applyChange(
      tx,
      who,
      matter,
      trace,
      { kind: 'read', says: `${says}《${d.title}》${d.number ?? ''}${d.version > 1 ? `第 ${d.version} 版` : ''}` },
      s,
      { move },
    )
    return { d, matter, file: await fileOf(tx, who.townId, d) }
  }

  serve(r.paper, ({ session: { who }, params }) =>
    write(who, async (tx, s) => {
      const { d, matter, file } = await open(tx, who, params.id, params.documentId, s, '打开', 'openPaper')
      return {
        kind: d.kind,
        title: d.title,
        number: d.number,
        issuedOn: d.issuedOn as never,
        sheet: sheetOf(file.docx),
        version: d.version,
        reason: d.reason,
        versions: versionsOf(matter.documents, d.id).map(({ id, version, issuedOn, reason, byName }) => ({
          id,
          version,
          issuedOn,
          reason,
          byName,
        })),
        sha256: file.sha256,
        fiction: s.town.isFiction,
      }
    }),
  )

  app.get('/api/petitions/:id/documents/:documentId/docx', { config: { may: caseWorkers } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id, documentId } = req.params as { id: string; documentId: string }
    const { d, file } = await write(who, (tx, s) => open(tx, who, id, documentId, s, '下载', 'downloadPaper'))
    reply.header('x-sha256', file.sha256)
    return sendFile(reply, wordType, `${d.title}${d.number ? ` ${d.number}` : ''}.docx`, file.docx)
  })

  serve(r.preview, async ({ session: { who }, params, body }) => {
    const shown: Shown[] = []
    try {
      await write(who, async (tx, s) => {
        const { matter: before } = await findMatter(tx, who, params.id)
        if (!mayReveal(who, before)) throw new Refused('文书载有信访人信息，您的岗位不能打开')
        const done = await act(
          tx,
          who,
          { id: params.id, move: params.move, ...body, input: body.input, requestId: uuidv7() },
          s,
        )
        const fresh = done.matter.documents.filter((d) => !before.documents.some((x) => x.id === d.id))
        for (const d of fresh) {
          const row = await tx
            .selectFrom('document')
            .select('data')
            .where('townId', '=', who.townId)
            .where('id', '=', d.id)
            .executeTakeFirstOrThrow()
          const data = row.data as unknown as PaperData
          const { docx } = await currentTemplate(tx, who.townId, data.kind)
          shown.push({
            kind: d.kind,
            title: d.title,
            number: d.number,
            issuedOn: d.issuedOn,
            sheet: sheetOf(await renderDocx(data, docx)),
          })
        }
        throw new TakeBack()
      })
    } catch (error) {
      if (!(error instanceof TakeBack)) throw error
    }
    return shown
  })
}
