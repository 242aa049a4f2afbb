import type { Tx } from '../audit/trace.ts'
import { sheetOf } from '../documents/sheet.ts'
import { addDays } from '../kit/day.ts'
import { Invalid, NotFound } from '../kit/errors.ts'
import { invalidFields } from '../kit/fields.ts'
import { isUuid } from '../kit/server/crypto.ts'
import type { Edge } from '../kit/server/http.ts'
import { sendFile, sheetType, wordType } from '../kit/server/reply.ts'
import { caseWorkers, type Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import { addMonths } from '../petitions/clocks.ts'
import type { Setting } from '../petitions/store.ts'
import type { World } from '../petitions/world.store.ts'
import { openStates } from './dispute/dispute.ts'
import { actOnDispute, registerDispute, stepDown } from './dispute/store.ts'
import { disputes, disputeView } from './dispute/view.query.ts'
import { aheadPaper, blankForms, dossierFile, dossierOf, letterPaper, paperOf } from './dossier.store.ts'
import { mediationFiles } from './files.api.ts'
import { refileFile } from './files.store.ts'
import {
  issueLetter,
  letterCounts,
  letterState,
  lettersDue,
  lettersSeen,
  readLetter,
  signLetter,
} from './network/letter.store.ts'
import { letterText } from './network/letter.ts'
import { gapsOf, keepRefusal, seated } from './network/network.ts'
import {
  addMember,
  changeMember,
  gaps,
  gridsOf,
  keepStation,
  makeNetwork,
  mediatorOf,
  membersOf,
  stationsOf,
} from './network/store.ts'
import { reportOf, reportSheet } from './numbers.query.ts'
import { registerRefusal } from './policy.ts'
import { Period, mediationRoutes as r } from './routes.ts'
import { withinTown } from './within.store.ts'

/** Mediation over HTTP. */
export const mediationApi = (edge: Edge<Session>, world: World) => {
  const { serve, app } = edge
  const within = withinTown(world)
  const read = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) => within(who, true, work)
  const write = async (who: Who, work: (tx: Tx, s: Setting) => Promise<unknown>) => {
    await within(who, false, work)
    return { ok: true } as const
  }

  serve(r.network, ({ session: { who } }) =>
    read(who, async (tx, s) => {
      const me = await mediatorOf(tx, who, s.today)
      const [stations, members] = [await stationsOf(tx, who.townId), await membersOf(tx, who.townId)]
      const now = members.filter((m) => seated(m, s.today))
      const open = await tx
        .selectFrom('dispute')
        .select(['stationId', ({ fn }) => fn.countAll<number>().as('n')])
        .where('townId', '=', who.townId)
        .where('state', 'in', [...openStates])
        .groupBy('stationId')
        .execute()
      const of = (level: string) => stations.filter((x) => x.active && x.level === level).length
      return {
        mayKeep: keepRefusal(me, null) === null,
        mayRegister: registerRefusal(me) === null,
        stations: stations.map((x) => ({
          ...x,
          members: now.filter((m) => m.stationId === x.id).length,
          open: Number(open.find((o) => o.stationId === x.id)?.n ?? 0),
        })),
        gaps: await gaps(tx, who.townId, s.today),
        counts: {
          centre: of('centre'),
          area: of('area'),
          village: of('village'),
          grid: now.filter((m) => m.duty === 'grid').length,
        },
      }
    }),
  )
  serve(r.makeNetwork, ({ session: { who }, body }) =>
    within(who, false, (tx, s) => makeNetwork(tx, who, body.requestId, s)),
  )
  serve(r.station, ({ session: { who }, params }) =>
    read(who, async (tx, s) => {
      const station = (await stationsOf(tx, who.townId)).find((x) => x.id === params.id)
      if (!station) throw new NotFound()
      const me = await mediatorOf(tx, who, s.today)
      const mayKeep = keepRefusal(me, station.id) === null
      const members = await membersOf(tx, who.townId, station.id)
      const grids = await gridsOf(tx, who.townId, station)
      return {
        station,
        // What somebody declared for stepping aside, and what he was corrected for, is for those who appoint, and for himself.
        members: members.map((m) => ({
          ...m,
          interests: mayKeep || m.staffId === who.staffId ? m.interests : [],
          faults: mayKeep || m.staffId === who.staffId ? m.faults : [],
          seated: seated(m, s.today),
        })),
        grids,
        gaps: gapsOf(station, members, grids, s.today, addDays(s.today, 60)).map((g) => g.says),
        mayKeep,
      }
    }),
  )
  serve(r.keepStation, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => keepStation(tx, who, params.id, body, s)),
  )
  serve(r.addMember, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => addMember(tx, who, params.id, body, s)),
  )
  serve(r.changeMember, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => {
      const left = await changeMember(tx, who, params.id, body, s)
      if (left) await stepDown(tx, who, left, s)
    }),
  )

  serve(r.letters, ({ session: { who } }) =>
    read(who, async (tx, s) => {
      const me = await mediatorOf(tx, who, s.today)
      const to = addMonths(s.today, 12)
      const rows = []
      for (const l of await letterCounts(tx, who.townId, s.today)) {
        const own = (await letterState(tx, who, l.id, s.today)).rows.find((x) => x.staffId === who.staffId)
        rows.push({ ...l, mine: !own ? ('none' as const) : own.signedOn ? ('signed' as const) : ('toSign' as const) })
      }
      return {
        mayIssue: keepRefusal(me, null) === null,
        due: keepRefusal(me, null) === null ? lettersDue(rows, s.today) : [],
        rows,
        texts: {
          grid: letterText('grid', s.town.name, s.today, to),
          mediator: letterText('mediator', s.town.name, s.today, to),
        },
      }
    }),
  )
  serve(r.issueLetter, ({ session: { who }, body }) => write(who, (tx, s) => issueLetter(tx, who, body, s)))
  serve(r.letter, ({ session: { who }, params }) => read(who, (tx, s) => lettersSeen(tx, who, params.id, s.today)))
  serve(r.readLetter, ({ session: { who }, params }) => write(who, (tx, s) => readLetter(tx, who, params.id, s)))
  serve(r.signLetter, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => signLetter(tx, who, params.id, body, s)),
  )

  serve(r.disputes, ({ session: { who }, query }) => read(who, (tx, s) => disputes(tx, who, query, s)))
  serve(r.registerDispute, ({ session: { who }, body }) =>
    within(who, false, async (tx, s) => ({ id: await registerDispute(tx, who, body, s) })),
  )
  serve(r.dispute, ({ session: { who }, params }) => read(who, (tx, s) => disputeView(tx, who, params.id, s)))
  serve(r.actOnDispute, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => actOnDispute(tx, who, params.id, params.move, body, s)),
  )
  serve(r.refileFile, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => refileFile(tx, who, params.id, params.fileId, body, s)),
  )
  serve(r.disputePaper, ({ session: { who }, params }) =>
    within(who, false, async (tx, s) => {
      const { docx, ...p } = await paperOf(tx, who, params.id, params.paperId, s)
      return { ...p, sheet: sheetOf(docx) }
    }),
  )
  serve(r.dossier, ({ session: { who }, params }) =>
    within(who, false, async (tx, s) => {
      const { bound: _b, papers, ...x } = await dossierOf(tx, who, params.id, s, world.files)
      return {
        ...x,
        papers: papers.map((p) =>
          'file' in p
            ? {
                title: p.title,
                file: {
                  id: p.file.id,
                  pages: p.file.apart ? 0 : p.file.bound,
                  apart: p.file.apart,
                  sha256: p.file.sha256,
                },
              }
            : p,
        ),
      }
    }),
  )
  const period = <T extends { from: string; to: string }>(p: T): T => {
    if (p.to < p.from) throw new Invalid('止日不能早于起日', { to: '不能早于起日' })
    return p
  }
  serve(r.mediationReport, ({ session: { who }, query }) => {
    const { from, to } = period(query)
    return read(who, (tx) => reportOf(tx, who.townId, from, to))
  })

  /** A file made for this person, whose making may leave a trace. */
  const download = (
    path: string,
    type: string,
    make: (
      tx: Tx,
      who: Who,
      asked: { params: Record<string, string>; query: Record<string, string> },
      s: Setting,
    ) => Promise<{
      name: string
      data: Uint8Array
    }>,
  ) =>
    app.get(path, { config: { may: caseWorkers } }, async (req, reply) => {
      const { who } = await edge.sessionOf(req)
      const params = req.params as Record<string, string>
      if (!Object.values(params).every((x) => isUuid(x))) throw new NotFound()
      const f = await within(who, false, (tx, s) =>
        make(tx, who, { params, query: req.query as Record<string, string> }, s),
      )
      return sendFile(reply, type, f.name, f.data)
    })
  download('/api/disputes/:id/papers/:paperId/docx', wordType, async (tx, who, { params }, s) => {
    const p = await paperOf(tx, who, params.id!, params.paperId!, s)
    return { name: `${p.title}.docx`, data: p.docx }
  })
  download('/api/disputes/:id/ahead.docx', wordType, async (tx, who, { params, query }, s) => {
    const p = await aheadPaper(tx, who, params.id!, { kind: query.kind ?? '', about: query.about ?? '' }, s)
    return { name: `${p.name}.docx`, data: p.docx }
  })
  // Drawing what was uploaded takes a while: outside the transaction that found it.
  app.get('/api/disputes/:id/dossier.docx', { config: { may: caseWorkers } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    if (!isUuid(id)) throw new NotFound()
    const x = await within(who, false, (tx, s) => dossierOf(tx, who, id, s, world.files))
    return sendFile(reply, wordType, `卷宗 ${x.number}.docx`, await dossierFile(x, world.files))
  })
  download('/api/mediation/blank.docx', wordType, async (tx, who, _asked, s) => ({
    name: '人民调解空白表格.docx',
    data: await blankForms(tx, who, s),
  }))
  download('/api/mediation/letters/:id/paper.docx', wordType, async (tx, who, { params, query }, s) => {
    if (query.staff !== undefined && !isUuid(query.staff)) throw new NotFound()
    const p = await letterPaper(tx, who, params.id!, query.staff ?? null, s)
    return { name: `${p.name}.docx`, data: p.docx }
  })
  download('/api/mediation/report.xlsx', sheetType, async (tx, who, { query }, s) => {
    const asked = Period.safeParse(query)
    if (!asked.success) throw new Invalid('请选择起止日期', invalidFields(asked.error.issues))
    const { from, to } = period(asked.data)
    const report = await reportOf(tx, who.townId, from, to)
    return { name: `人民调解月报 ${from} 至 ${to}.xlsx`, data: await reportSheet(report, s.town.name, who.name) }
  })
  mediationFiles(edge, world, within)
}
