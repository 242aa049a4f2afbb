import type { Tx } from '../../audit/trace.ts'
import { renderDocx } from '../../documents/render.ts'
import { sheetOf } from '../../documents/sheet.ts'
import { currentTemplate } from '../../documents/templates.store.ts'
import { NotFound } from '../../kit/errors.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import { sendFile, wordType } from '../../kit/server/reply.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../store.ts'
import { settingOf, type World } from '../world.store.ts'
import { annualDraft, annualIssued, issueAnnual } from './annual.store.ts'
import { fileOf } from './files.store.ts'
import { annualRoutes as r } from './routes.ts'

/** The year's report: draft, issue, read. */
export const annualApi = (edge: Edge<{ who: Who }>, world: World) => {
  const { serve, app } = edge
  const within = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  const one = async (tx: Tx, who: Who, id: string) => {
    const d = (await annualIssued(tx, who.townId)).find((x) => x.id === id)
    if (!d) throw new NotFound('没有这份报告')
    return { d, file: await fileOf(tx, who.townId, d) }
  }
  serve(r.annual, ({ session: { who }, query }) =>
    within(who, async (tx, s) => {
      const draft = await annualDraft(tx, who.townId, query.year, s)
      const { docx } = await currentTemplate(tx, who.townId, 'annualReport')
      return {
        year: query.year,
        title: draft.title,
        sheet: sheetOf(await renderDocx(draft, docx)),
        issued: (await annualIssued(tx, who.townId)).map((d) => ({
          id: d.id,
          number: d.number,
          issuedOn: d.issuedOn as never,
          year: (d.data as { extra: { facts: { year: number } } }).extra.facts.year,
          byName: d.byName,
        })),
      }
    }),
  )
  serve(r.issueAnnual, ({ session: { who }, body }) =>
    within(who, (tx, s) => issueAnnual(tx, who, body.year, body.requestId, s)),
  )
  serve(r.annualOne, ({ session: { who }, params }) =>
    within(who, async (tx) => {
      const { d, file } = await one(tx, who, params.id)
      return {
        kind: d.kind,
        title: d.title,
        number: d.number,
        issuedOn: d.issuedOn as never,
        sheet: sheetOf(file.docx),
        sha256: file.sha256,
      }
    }),
  )
  app.get('/api/annual/:id/docx', { config: { may: r.annualOne.may } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    const { d, file } = await within(who, (tx) => one(tx, who, id))
    return sendFile(reply, wordType, `${d.title} ${d.number}.docx`, file.docx)
  })
}
