import type { FastifyRequest } from 'fastify'
import type { Tx } from '../audit/trace.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import { readWorkbook, type Workbook } from '../kit/server/excel.ts'
import { fileNameOf, readAll } from '../kit/server/files.ts'
import type { Edge } from '../kit/server/http.ts'
import { importDivisions } from './divisions.import.ts'
import { recogniseDivisions } from './divisions.ts'
import type { Role } from './roles.ts'
import { importRoster } from './roster.import.ts'
import { recogniseRoster } from './roster.ts'
import { type At, atOf, type Edges, forgetSessions, type Session } from './session.store.ts'

const keepers = ['systemAdmin'] as const satisfies Role[]

/** Undoes a trial: what it would have done is the answer. */
class Trial extends Error {
  readonly report: unknown
  constructor(report: unknown) {
    super('trial')
    this.report = report
  }
}

/** Spreadsheets of places and people: first what would change (`?dryRun=1`), then the change. */
export const sheetsApi = (edge: Edge<Session>, { db, clock }: Edges) => {
  const { app } = edge
  const workbookOf = async (req: FastifyRequest): Promise<Workbook> => {
    const part = await req.file().catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const name = fileNameOf(part.filename) || '未命名'
    const data = await readAll(part.file, 50 * 1024 * 1024, name)
    if (part.file.truncated) throw new Invalid(`“${name}”超过 50 MB，请拆成几个文件再导入`)
    return readWorkbook(data, name)
  }
  const run = async <T>(
    req: FastifyRequest,
    work: (tx: Tx, session: Session, at: At, book: Workbook) => Promise<T>,
  ) => {
    const session = await edge.sessionOf(req)
    const book = await workbookOf(req)
    const dry = (req.query as { dryRun?: string }).dryRun === '1'
    const at = atOf(clock)
    try {
      const done = await inTown(db, session.who.townId, async (tx) => {
        const report = await work(tx, session, at, book)
        if (dry) throw new Trial(report)
        return report
      })
      forgetSessions()
      return done
    } catch (e) {
      if (e instanceof Trial) return e.report as T
      throw e
    }
  }
  app.post('/api/setup/divisions', { config: { may: 'anyone' } }, async (req) => {
    const town = await db.selectFrom('town').select('id').limit(1).executeTakeFirst()
    if (town) throw new Refused('系统已经设置过了，请登录后在“人员与地点”中导入')
    return recogniseDivisions(await workbookOf(req))
  })
  app.post('/api/divisions', { config: { may: keepers } }, (req) =>
    run(req, (tx, { who }, at, book) => importDivisions(tx, who, recogniseDivisions(book), at)),
  )
  app.post('/api/roster', { config: { may: keepers } }, (req) =>
    run(req, (tx, { who }, at, book) => importRoster(tx, who, recogniseRoster(book), at)),
  )
}
