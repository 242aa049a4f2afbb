import type { Kysely } from 'kysely'
import type { DB } from '../../db/types.ts'
import type { Tx } from '../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import type { Clock } from '../kit/server/clock.ts'
import { inTown } from '../kit/server/db.ts'
import { fileNameOf, readAll } from '../kit/server/files.ts'
import type { Edge } from '../kit/server/http.ts'
import { sendFile, wordType } from '../kit/server/reply.ts'
import { cut, storable } from '../kit/text.ts'
import type { Who } from '../people/roles.ts'
import { blankPaper, samplePaper } from './blank.ts'
import { catalogue, type DocumentKind, documentKinds } from './catalogue.ts'
import { renderDocx } from './render.ts'
import { KindParam, templateRoutes as r, templateKeepers, templateReaders } from './routes.ts'
import { sheetOf } from './sheet.ts'
import { currentTemplate, keepTemplate, templateRefusal, templateVersion, templateVersions } from './templates.store.ts'

/** Templates of papers: look, download, blank forms, replace, restore. No matter is read here. */
export const documentApi = (edge: Edge<{ who: Who }>, world: { db: Kysely<DB>; clock: Clock }) => {
  const { serve, app } = edge
  const read = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work, { readOnly: true })
  const write = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work)
  const reader = (who: Who) => {
    const no = templateRefusal(who, 'read')
    if (no) throw new Refused(no)
  }
  const townOf = async (tx: Tx, townId: string) => {
    const t = await tx
      .selectFrom('town')
      .select(['name', 'shortName'])
      .where('id', '=', townId)
      .executeTakeFirstOrThrow()
    return {
      organ: /(政府|办事处|委员会)$/.test(t.name) ? t.name : `${t.name}人民政府`,
      short: t.shortName,
    }
  }
  const kindOf = (params: unknown): DocumentKind => {
    const parsed = KindParam.safeParse(params)
    if (!parsed.success) throw new NotFound('没有这种文书')
    return parsed.data.kind
  }
  const filled = async (tx: Tx, who: Who, kind: DocumentKind, as: 'blank' | 'sample') => {
    const town = await townOf(tx, who.townId)
    const { docx } = await currentTemplate(tx, who.townId, kind)
    return renderDocx(as === 'blank' ? blankPaper(kind, town) : samplePaper(kind, town, world.clock.today()), docx)
  }

  serve(r.templates, ({ session: { who } }) =>
    read(who, async (tx) => {
      reader(who)
      const all = await templateVersions(tx, who.townId)
      return {
        mayChange: templateRefusal(who, 'change') === null,
        rows: documentKinds.map((kind) => {
          const versions = all
            .filter((v) => v.kind === kind)
            .map(({ kind: _k, at, ...v }) => ({ ...v, at: new Date(at).toISOString() }))
          return { kind, version: versions[0]?.version ?? 0, versions }
        }),
      }
    }),
  )
  serve(r.templateSheet, ({ session: { who }, params, query }) =>
    read(who, async (tx) => {
      reader(who)
      return { title: catalogue[params.kind].title, sheet: sheetOf(await filled(tx, who, params.kind, query.as)) }
    }),
  )
  serve(r.restoreTemplate, ({ session: { who }, params, body }) =>
    write(who, async (tx) => {
      const docx = await templateVersion(tx, who.townId, params.kind, body.version)
      return keepTemplate(
        tx,
        who,
        {
          kind: params.kind,
          fileName: body.version === 0 ? '内置模板' : `第 ${body.version} 版`,
          docx,
          note: `恢复${body.version === 0 ? '内置模板' : `第 ${body.version} 版`}：${body.reason}`,
          builtIn: body.version === 0,
        },
        { now: world.clock.now(), today: world.clock.today(), ...(await townOf(tx, who.townId)) },
      )
    }),
  )

  app.get('/api/templates/:kind/docx', { config: { may: templateReaders } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const kind = kindOf(req.params)
    reader(who)
    const asked = (req.query as { version?: string }).version
    const { docx, version } = await read(who, async (tx) =>
      asked === undefined
        ? currentTemplate(tx, who.townId, kind)
        : { docx: await templateVersion(tx, who.townId, kind, Number(asked) || 0), version: Number(asked) || 0 },
    )
    return sendFile(reply, wordType, `模板 ${catalogue[kind].title}${version ? ` 第${version}版` : ''}.docx`, docx)
  })
  app.get('/api/templates/:kind/blank.docx', { config: { may: templateReaders } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const kind = kindOf(req.params)
    reader(who)
    const docx = await read(who, (tx) => filled(tx, who, kind, 'blank'))
    return sendFile(reply, wordType, `空白 ${catalogue[kind].title}.docx`, docx)
  })
  app.post('/api/templates/:kind', { config: { may: templateKeepers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const kind = kindOf(req.params)
    const no = templateRefusal(who, 'change')
    if (no) throw new Refused(no)
    const part = await req.file().catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const name = fileNameOf(part.filename) || '未命名.docx'
    const docx = await readAll(part.file, 5 * 1024 * 1024, name)
    const note = part.fields.note
    return write(who, async (tx) =>
      keepTemplate(
        tx,
        who,
        {
          kind,
          fileName: name,
          docx,
          note: note && !Array.isArray(note) && note.type === 'field' ? cut(storable(String(note.value)), 200) : '',
        },
        { now: world.clock.now(), today: world.clock.today(), ...(await townOf(tx, who.townId)) },
      ),
    )
  })
}
