import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '../audit/trace.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { maskText, maskWithin } from '../kit/mask.ts'
import { sha256, uuidOf, uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { fileNameOf, readAll, takeIn, thumbnail } from '../kit/server/files.ts'
import type { Edge } from '../kit/server/http.ts'
import { sendFile, sheetType } from '../kit/server/reply.ts'
import { setRow } from '../kit/server/row.ts'
import { caseWorkers, is, type Who } from '../people/roles.ts'
import { act } from './act.store.ts'
import { keepAttachment } from './attach.store.ts'
import { first, notClosed } from './guard.ts'
import { exportLedger } from './ledger/export.store.ts'
import { orderOf } from './ledger/filter.ts'
import { originOf } from './ledger/origin.store.ts'
import { annualApi } from './paper/annual.api.ts'
import { paperApi } from './paper/api.ts'
import { type Matter, noParts } from './petition.ts'
import { mayOpen, mayReveal } from './policy.ts'
import { finishSealing } from './protect/api.ts'
import { recusalWordsReader } from './protect/recusal.store.ts'
import { recusalSaid } from './protect/recusal.ts'
import { ledger, presetCounts, totalsByVillage, totalsOf } from './query.ts'
import { suggestGrade } from './register/grading.ts'
import { registerOnce } from './register/once.store.ts'
import { findSimilar } from './register/similar.query.ts'
import { suggestNow } from './register/suggest.store.ts'
import { LedgerFilter, petitionRoutes as r } from './routes.ts'
import { applyChange, findMatter, type Setting } from './store.ts'
import { sendUp } from './upper/upper.store.ts'
import { idsIn, viewOf } from './view.ts'
import { namesOf, settingOf, type World } from './world.store.ts'

export interface Session {
  who: Who
}

/** The whole path of a category code, from the reference table. */
const categoryPath = async (tx: Tx, code: string | null): Promise<string> => {
  if (!code) return ''
  const rows = await sql<{ name: string }>`with recursive up as (
      select code, name, parent, level from category where code = ${code}
      union all select c.code, c.name, c.parent, c.level from category c join up on up.parent = c.code)
    select name from up order by level`.execute(tx)
  return rows.rows.map((x) => x.name).join(' / ')
}

export const matterView = async (tx: Tx, who: Who, m: Matter, traceCount: number, s: Setting) =>
  viewOf(
    m,
    who,
    s.today,
    await namesOf(tx, who.townId, idsIn(m)),
    (await categoryPath(tx, m.category)) || m.categoryText,
    traceCount,
  )

/** What is seen, and how it is to be written down. */
const ExportQuery = LedgerFilter.extend({
  columns: z.string().max(2000).optional(),
  unmasked: z.string().max(10).optional(),
  purpose: z.string().trim().max(200, '不能超过 200 字').optional(),
  sort: z.string().max(40).default(''),
  dir: z.string().max(10).default(''),
})

export const petitionApi = (edge: Edge<Session>, world: World) => {
  const { serve, app } = edge
  const read = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly: true })
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { fewRows: true })

  serve(r.ledger, ({ session: { who }, query }) =>
    read(who, async (tx, s) => ({ ...(await ledger(tx, who, query, s.today)), today: s.today })),
  )
  serve(r.totals, ({ session: { who }, query }) =>
    read(who, async (tx, s) => ({
      ...(await totalsOf(tx, who, query, s.today)),
      byVillage: await totalsByVillage(tx, who, query, s.today),
    })),
  )
  serve(r.presets, ({ session: { who } }) => read(who, (tx, s) => presetCounts(tx, who, s.today)))

  serve(r.register, ({ session: { who }, body }) =>
    write(who, (tx, s) => registerOnce(tx, who, body.input, body.requestId, s)),
  )
  serve(r.similar, ({ session: { who }, body }) => read(who, (tx) => findSimilar(tx, who, body)))
  serve(r.likely, ({ session: { who }, params }) =>
    read(who, async (tx) => {
      const { matter: m } = await findMatter(tx, who, params.id)
      const taken = new Set(m.links.map((l) => l.petitionId))
      const rows = await findSimilar(tx, who, {
        text: `${m.title}\n${m.request}\n${m.facts}`.slice(0, 6_000),
        names: m.parties.map((p) => p.name).slice(0, 50),
        phones: m.parties.map((p) => p.phone).slice(0, 50),
        idLast4: m.parties.map((p) => p.idLast4).filter((x) => x.length === 4),
        villageId: m.villageId,
        notId: m.id,
      })
      return rows.filter((x) => !taken.has(x.id)).slice(0, 3)
    }),
  )
  serve(r.suggestCategory, ({ body }) => suggestNow(body.text))
  serve(r.suggestGrade, ({ body }) => {
    const g = suggestGrade({
      attributes: body.attributes,
      affectedCount: body.affectedCount ?? undefined,
      repeat: body.repeat,
    })
    return { grade: g.grade, because: g.because, reviewInDays: g.reviewInDays, response: g.response }
  })

  serve(r.one, ({ session: { who }, params }) =>
    read(who, async (tx, s) => {
      const { matter, trace } = await findMatter(tx, who, params.id)
      return matterView(tx, who, matter, trace.seq, s)
    }),
  )
  serve(r.move, async ({ session: { who }, params, body, req, reply }) => {
    let sealed = false
    const answer = await write(who, async (tx, s) => {
      const done = await act(tx, who, { id: params.id, move: params.move, ...body, input: body.input }, s)
      sealed = done.sealed ?? false
      // A script that only needs to know that it happened saves the page its rendering.
      if (req.headers.prefer === 'return=minimal') {
        reply.header('x-version', String(done.matter.version)).header('preference-applied', 'return=minimal')
        reply.status(204)
        return undefined as never
      }
      // The matter may have left this person's sight, by sealing for one.
      const now = await findMatter(tx, who, params.id).catch((e) => {
        if (e instanceof NotFound) return null
        throw e
      })
      return matterView(tx, who, now?.matter ?? hollow(done.matter), now ? done.traceCount : 0, s)
    })
    if (sealed) await finishSealing(world, who.townId)
    // Sent up at once where the organ above is in the system; what does not get through now goes with the next round.
    if (['askReview', 'askRecheck', 'withdrawReview', 'withdraw'].includes(params.move))
      await sendUp(world, who.townId).catch(() => 0)
    return answer
  })
  serve(r.bulk, async ({ session: { who }, params, body }) => {
    const refused: { id: string; number: string; sentence: string }[] = []
    let done = 0
    for (const [n, item] of body.items.entries()) {
      // One request id for the batch gives each item its own, the same again on a repeat.
      const requestId = uuidOf(`${body.requestId}/${item.id}/${n}`)
      try {
        await write(who, (tx, s) => act(tx, who, { ...item, move: params.move, requestId, input: body.input }, s))
        done += 1
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const number = await read(who, async (tx) => (await findMatter(tx, who, item.id)).matter.number).catch(() => '')
        refused.push({ id: item.id, number, sentence: error.message })
      }
    }
    return { done, refused }
  })
  serve(r.timeline, ({ session: { who }, params, query }) =>
    read(who, async (tx) => {
      const { matter } = await findMatter(tx, who, params.id)
      const reads = await recusalWordsReader(tx, who, matter)
      const open = mayReveal(who, matter)
      // A file's name often is a person's.
      const told = (says: string) => (open ? says : maskText(says.replace(/(材料|上传[^“]*)“[^”]*”/, '$1')))
      const rows = await tx
        .selectFrom('trace')
        .select(['id', 'seq', 'kind', 'at', 'byName', 'byPost', 'says', 'data', 'hash'])
        .where('townId', '=', who.townId)
        .where('subjectId', '=', params.id)
        .$if(!!query.kind?.length, (q) => q.where('kind', 'in', query.kind!))
        .orderBy('seq', 'desc')
        .limit(1000)
        .execute()
      return rows.map(({ byName, byPost, at, data, ...t }) => ({
        ...t,
        says: told(t.kind === 'recuse' && !reads('') ? recusalSaid(t.says) : t.says),
        data: open ? forReading(data) : maskWithin(forReading(data)),
        at: new Date(at as unknown as string).toISOString(),
        by: `${byPost ? `${byPost} ` : ''}${byName}`,
      }))
    }),
  )
  serve(r.reveal, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => {
      const { matter, trace } = await findMatter(tx, who, params.id, { lock: true })
      if (!mayReveal(who, matter)) throw new Refused('您的岗位不能查看受保护的信息')
      await applyChange(tx, who, matter, trace, { kind: 'read', says: `查看信访人信息，用途：${body.purpose}` }, s, {
        move: 'reveal',
      })
      return {
        parties: matter.parties,
        request: matter.request,
        facts: matter.facts,
        origin: await originOf(tx, who.townId, matter.id),
      }
    }),
  )

  app.post('/api/petitions/:id/attachments', { config: { may: caseWorkers } }, async (req) => {
    const { who } = await edge.sessionOf(req)
    const { id } = req.params as { id: string }
    const part = await req.file().catch(() => undefined)
    if (!part) throw new Invalid('没有收到文件，请重新选择')
    const field = (k: string) => {
      const f = part.fields[k]
      return f && !Array.isArray(f) && f.type === 'field' ? String(f.value) : ''
    }
    const name = fileNameOf(part.filename) || '未命名'
    const data = await readAll(part.file, 50 * 1024 * 1024, name)
    if (part.file.truncated) throw new Invalid(`“${name}”超过 50 MB，请压缩或分段后再上传`)
    const requestId = field('requestId')
    if (!/^[0-9a-f-]{36}$/i.test(requestId)) throw new Invalid('缺少请求编号，请刷新页面后重试')
    await read(who, (tx) => findMatter(tx, who, id))
    const kept = await takeIn(name, data)
    const file = { name: kept.name, kept, kind: field('kind'), note: field('note'), brought: field('brought') === '1' }
    return keepAttachment(world, who, id, file, requestId)
  })
  app.get('/api/petitions/:id/attachments/:attachmentId', { config: { may: caseWorkers } }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { id, attachmentId } = req.params as { id: string; attachmentId: string }
    const small = Boolean((req.query as { thumb?: string }).thumb)
    const a = await write(who, async (tx, s) => {
      const { matter, trace } = await findMatter(tx, who, id, { lock: !small })
      const found = await tx
        .selectFrom('attachment')
        .selectAll()
        .where('townId', '=', who.townId)
        .where('petitionId', '=', id)
        .where('id', '=', attachmentId)
        .executeTakeFirst()
      if (!found) throw new NotFound()
      if (!mayOpen(who, matter, found)) throw new Refused('材料可能载有信访人信息，您的岗位不能打开')
      if (!small)
        await applyChange(
          tx,
          who,
          matter,
          trace,
          { kind: 'read', says: `打开材料“${found.name}”`, data: { attachmentId } },
          s,
          { move: 'openAttachment' },
        )
      return found
    })
    const data = await world.files.get(a.storageKey)
    if (sha256(data) !== a.sha256)
      throw new Refused('文件与存证的校验值不符，可能已损坏或被改动，请联系系统管理员从备份恢复')
    if (small) {
      const picture = await thumbnail(a.mime, data)
      if (!picture) throw new NotFound()
      return sendFile(reply, 'image/jpeg', a.name, picture, true)
    }
    // Pictures were painted anew and sound runs nothing; a PDF is shown in the page only where a colleague scanned it.
    const inline = /^(image|audio|video)\//.test(a.mime) || (a.mime === 'application/pdf' && a.staffId !== null)
    return sendFile(reply, a.mime, a.name, data, inline)
  })
  serve(r.withdrawAttachment, ({ session: { who }, params, body }) =>
    write(who, async (tx, s) => {
      const { matter, trace, done } = await findMatter(tx, who, params.id, { lock: true, requestId: body.requestId })
      if (done) return { ok: true as const }
      const a = matter.attachments.find((x) => x.id === params.attachmentId)
      if (!a || a.withdrawnAt) throw new NotFound()
      const no = first(
        notClosed(matter),
        a.staffId !== who.staffId && !is(who, 'clerk', 'petitionHead') && '由上传人或信访办撤下',
        matter.tests.some((t) => t.evidenceIds.includes(a.id)) && '已作为结案证据，不能撤下',
      )
      if (no) throw new Refused(no)
      await setRow(tx, 'attachment', who.townId, a.id, {
        withdrawnAt: s.now.toISOString(),
        withdrawnReason: body.reason,
      })
      await applyChange(
        tx,
        who,
        matter,
        trace,
        { kind: 'evidence', says: `撤下材料“${a.name}”：${body.reason}（原件保留）`, data: { attachmentId: a.id } },
        s,
        { move: 'withdrawAttachment', requestId: body.requestId },
      )
      return { ok: true as const }
    }),
  )

  paperApi(edge, world)
  annualApi(edge, world)

  const exported = { querystring: ExportQuery }
  app.get('/api/petitions/export.xlsx', { config: { may: caseWorkers }, schema: exported }, async (req, reply) => {
    const { who } = await edge.sessionOf(req)
    const { columns: chosen, unmasked, purpose, sort, dir, ...filter } = req.query
    const wish = {
      filter,
      order: orderOf(Object.entries({ sort, dir })),
      columns: chosen?.split(','),
      unmasked: unmasked === '1',
      purpose,
    }
    const { file } = await write(who, (tx, s) => exportLedger(tx, who, wish, s))
    return sendFile(reply, sheetType, `信访台账 ${world.clock.today()}.xlsx`, file)
  })

  serve(r.savedFilters, ({ session: { who } }) =>
    read(who, (tx) =>
      tx
        .selectFrom('savedFilter')
        .select(['id', 'name', 'filter', 'columns'])
        .where('townId', '=', who.townId)
        .where('staffId', '=', who.staffId)
        .orderBy('name')
        .execute(),
    ),
  )
  serve(r.saveFilter, ({ session: { who }, body }) =>
    write(who, async (tx) => {
      const row = await sql<{ id: string }>`insert into saved_filter (town_id, id, staff_id, name, filter, columns)
        values (${who.townId}, ${uuidv7()}, ${who.staffId}, ${body.name}, ${JSON.stringify(body.filter)}::jsonb, ${body.columns ? JSON.stringify(body.columns) : null}::jsonb)
        on conflict (town_id, staff_id, name) do update set filter = excluded.filter, columns = excluded.columns returning id`.execute(
        tx,
      )
      return row.rows[0]!
    }),
  )
  serve(r.dropFilter, ({ session: { who }, params }) =>
    write(who, async (tx) => {
      await tx
        .deleteFrom('savedFilter')
        .where('townId', '=', who.townId)
        .where('staffId', '=', who.staffId)
        .where('id', '=', params.id)
        .execute()
      return { ok: true as const }
    }),
  )
  serve(r.categories, ({ session: { who } }) =>
    read(who, (tx) =>
      tx.selectFrom('category').select(['code', 'name', 'parent', 'level', 'initials']).orderBy('code').execute(),
    ),
  )
  serve(r.desk, ({ session: { who } }) =>
    read(who, async (tx, s) => {
      const counts = await presetCounts(tx, who, s.today)
      const mine = await ledger(tx, who, { mine: true, sort: 'nextDueOn', dir: 'asc', size: 12 }, s.today)
      const notices = await tx
        .selectFrom('notice')
        .select(['id', 'kind', 'says', 'at', 'readAt', 'petitionId', 'link'])
        .where('townId', '=', who.townId)
        .where('staffId', '=', who.staffId)
        .orderBy('at', 'desc')
        .limit(30)
        .execute()
      return {
        cards: counts.filter((c) => c.key !== 'all'),
        rows: mine.rows,
        notices: notices as never,
        totals: await totalsOf(tx, who, {}, s.today),
      }
    }),
  )
  serve(r.readNotices, ({ session: { who }, body }) =>
    write(who, async (tx, s) => {
      if (body.ids.length)
        await tx
          .updateTable('notice')
          .set({ readAt: s.now.toISOString() } as never)
          .where('townId', '=', who.townId)
          .where('staffId', '=', who.staffId)
          .where('id', 'in', body.ids)
          .execute()
      return { ok: true as const }
    }),
  )
}

/** What is left to say of a matter that has just left this person's sight: nothing. */
const hollow = (m: Matter): Matter => ({
  ...m,
  title: '已密封，由纪检联络员办理',
  request: '',
  facts: '',
  place: '',
  petitionerName: '',
  outcomeText: '',
  parties: [],
  clocks: [],
  uncounted: [],
  claims: [],
  ...noParts(),
})

/** The trace's data without what is kept only to be counted again; null when nothing else is there. */
const forReading = (data: unknown): unknown => {
  if (typeof data !== 'object' || data === null) return data
  const { replay: _r, ...rest } = data as Record<string, unknown>
  return Object.keys(rest).length ? rest : null
}
