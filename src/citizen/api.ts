import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import QRCode from 'qrcode'
import type { Tx } from '../audit/trace.ts'
import type { PaperData } from '../documents/catalogue.ts'
import { linesOf, sheetOf } from '../documents/sheet.ts'
import { type Day, formal } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import type { Html } from '../kit/html.ts'
import { uuidOf, uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { readAll, type Kept as TakenIn, takeIn } from '../kit/server/files.ts'
import { type App, answerOf } from '../kit/server/http.ts'
import { type Kept, keepPages } from '../kit/server/kept.ts'
import { takeTurns } from '../kit/server/turns.ts'
import { zipOf } from '../kit/server/zip.ts'
import { hasConsent, publicAnswer, publicAnswers, setConsent } from '../open/answers.store.ts'
import { answerKinds } from '../open/answers.ts'
import { openKinds } from '../open/due.ts'
import { type PublicFigures, publicFigures, publicFile, publicNotice, publicNotices } from '../open/store.ts'
import type { Who } from '../people/roles.ts'
import { keepAttachment } from '../petitions/attach.store.ts'
import { dimensions } from '../petitions/courtesy/courtesy.ts'
import { fileOf } from '../petitions/paper/files.store.ts'
import type { Matter } from '../petitions/petition.ts'
import { readersOf } from '../petitions/protect/readers.store.ts'
import { addSealedFile } from '../petitions/protect/sealed.store.ts'
import { mustSeal, sealedWords } from '../petitions/protect/sealed.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { channelsOf } from '../supervision/channels.ts'
import { assetsOf } from './assets.store.ts'
import { contactsOf, receptionsOf, villageOfCard } from './card.store.ts'
import type { Contacts } from './card.ts'
import { registrationOf, type Texts } from './input.ts'
import { takeOwn } from './own.store.ts'
import { broughtBy } from './own.ts'
import {
  aboutPage,
  answerPage,
  answersPage,
  type Frame,
  homePage,
  matterPage,
  newPage,
  noticePage,
  openPage,
  page,
  paperPage,
  queryPage,
  receiptPage,
  receiptText,
  sealMark,
  sentencePage,
  suggestPage,
  villagePage,
} from './pages.ts'
import { sealsOf } from './seal.store.ts'
import {
  agreeMessages,
  agreeService,
  confirmReceipt,
  endSession,
  filesOfAMatter,
  messagesOf,
  missesOf,
  openMatter,
  petitioner,
  rate,
  ratingOf,
  say,
  sessionMinutes,
  sessionWho,
  submit,
  submitSealed,
  wordsOf,
} from './store.ts'
import { type CitizenView, citizenView, isForPetitioner, mayBring, type WordKind, wordKinds } from './view.ts'
import { freeMisses, type Use } from './work.ts'

const cookieName = 'huisheng_c'
const fileLimit = 20 * 1024 * 1024
const filesAtOnce = 9
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

interface Sent {
  fields: Texts
  files: { name: string; kept: TakenIn }[]
  wrongFile: string | null
}

/** What a form of these pages sent. A file that can't be kept is said, the rest is kept. */
const readForm = async (req: FastifyRequest): Promise<Sent> => {
  const sent: Sent = { fields: {}, files: [], wrongFile: null }
  if (!req.isMultipart()) {
    sent.fields = Object.fromEntries(
      Object.entries((req.body ?? {}) as Texts).map(([k, v]) => [k, String(v).slice(0, 60_000)]),
    )
    return sent
  }
  // One more and a byte more than is taken, so that it is said at the field and not as a page of its own.
  const limits = { files: 60, fileSize: fileLimit + 1, fieldSize: 200_000, fields: 40 }
  for await (const part of req.parts({ limits, throwFileSizeLimit: false } as never)) {
    if (part.type === 'field') {
      sent.fields[part.fieldname] = String(part.value)
      continue
    }
    const name = part.filename.replace(/[\\/:*?"<>|\r\n]/g, '_').slice(0, 120)
    try {
      const data = await readAll(part.file, fileLimit, name)
      if (name === '' && data.length === 0) continue
      if (sent.files.length >= filesAtOnce) throw new Invalid(`一次最多 ${filesAtOnce} 个文件，请分次上传`)
      sent.files.push({ name: name || '未命名', kept: await takeIn(name, data) })
    } catch (error) {
      part.file.resume()
      if (!(error instanceof Refused)) throw error
      sent.wrongFile ??= error.message
    }
  }
  return sent
}

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * The public face: plain pages made on the server, so that old phones, screen readers and browsers without scripts can use it.
 * It may stand on its own port in front of the office; it has only these routes and only a petitioner's rights.
 */
export const citizenApi = async (app: App, world: World, options: { dist?: string } = {}): Promise<void> => {
  const dist = options.dist ?? resolve(import.meta.dirname, '../../dist')
  const { files: assets, ...names } = assetsOf(dist)
  const seals = sealsOf(world)
  /** Whether the office can send short messages at all. */
  const sms = channelsOf().has('sms')
  const keep = keepPages()
  await app.register(async (c) => {
    const turn = takeTurns(c, 2, 400)
    const quick = { config: { quick: true } }
    // These pages have no style written into elements and ask nothing of the server but pages and forms.
    c.addHook('onRequest', async (_req, reply) => {
      reply.header('content-security-policy', contentPolicy)
    })
    c.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 300_000 },
      (_r, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )

    const findTowns = () =>
      world.db.selectFrom('town').select(['id', 'code', 'name', 'isFiction']).orderBy('code').execute()
    // Every page names its town, and towns hardly change.
    let kept: { at: number; towns: Awaited<ReturnType<typeof findTowns>> } | null = null
    const townsNow = async () => {
      if (kept && performance.now() - kept.at < 5000) return kept.towns
      const towns = await findTowns()
      kept = towns.length ? { at: performance.now(), towns } : null
      return towns
    }
    const frameOf = async (req: FastifyRequest, townId?: string): Promise<Frame & { townId: string }> => {
      const towns = await townsNow()
      const asked = (req.query as Texts).t
      const town = townId ? towns.find((x) => x.id === townId) : (towns.find((x) => x.code === asked) ?? towns[0])
      if (!town) throw new NotFound('这里还没有设置好，请联系镇信访窗口')
      return { town, townId: town.id, many: towns.length > 1, ...names, today: world.clock.today() }
    }
    const show = (reply: FastifyReply, f: Frame, title: string, body: Html, status = 200) =>
      reply
        .status(status)
        .header('content-type', 'text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(page(f, title, body))
    /** A page with nothing in it of who asks: made once for all, again once something of the town was written; its form is each reader's own. */
    const showKept = async (
      req: FastifyRequest,
      reply: FastifyReply,
      f: Frame & { townId: string },
      key: string,
      make: (tx: Tx, s: Setting) => Promise<{ title: string; body: Html }>,
      use?: Use,
    ) => {
      const kept: Kept = await keep(`${f.today} ${f.many} ${key}`, f.townId, async () => {
        const { title, body } = await turn(() => readingTown(f.townId, make))
        return page(f, title, body)
      })
      reply.header('content-type', 'text/html; charset=utf-8')
      if (use) {
        const at = kept.body.indexOf(sealMark.text)
        const seal = Buffer.from(seals.fields(f.townId, use).text)
        return reply
          .header('cache-control', 'no-store')
          .send(Buffer.concat([kept.body.subarray(0, at), seal, kept.body.subarray(at + sealMark.text.length)]))
      }
      reply.header('cache-control', 'no-cache').header('etag', kept.etag).header('vary', 'accept-encoding')
      if (req.headers['if-none-match'] === kept.etag) return reply.status(304).send()
      if (!/\bgzip\b/.test(String(req.headers['accept-encoding']))) return reply.send(kept.body)
      return reply.header('content-encoding', 'gzip').send(kept.gzip)
    }
    /** On to another page; a script that sent the form itself is told where, and loads it once. */
    const go = (reply: FastifyReply, path: string) =>
      /^application\/json/.test(reply.request.headers.accept ?? '')
        ? reply.send({ to: path })
        : reply.redirect(path, 303)
    const atTown = <T>(townId: string, work: (tx: Tx, s: Setting) => Promise<T>) =>
      inTown(world.db, townId, async (tx) => work(tx, await settingOf(tx, world, townId)))
    const readingTown = <T>(townId: string, work: (tx: Tx, s: Setting) => Promise<T>) =>
      inTown(world.db, townId, async (tx) => work(tx, await settingOf(tx, world, townId)), { readOnly: true })
    const keepCookie = (req: FastifyRequest, reply: FastifyReply, value: string | null) => {
      const secure = req.protocol === 'https' || req.headers['x-forwarded-proto'] === 'https'
      const common = { path: '/c', httpOnly: true, sameSite: 'strict' as const, secure }
      if (value === null) reply.clearCookie(cookieName, common)
      else reply.setCookie(cookieName, value, { ...common, maxAge: sessionMinutes * 60 })
    }
    const cookieOf = (req: FastifyRequest): { townId: string; token: string } | null => {
      const [townId, token] = (req.cookies[cookieName] ?? '').split('.')
      return townId && token && uuid.test(townId) ? { townId, token } : null
    }
    /** The petitioner whose matter is open, or a way back to the question of number and code. */
    const asPetitioner = async <T>(
      req: FastifyRequest,
      work: (tx: Tx, who: Who, s: Setting) => Promise<T>,
    ): Promise<{ value: T; townId: string } | null> => {
      const cookie = cookieOf(req)
      if (!cookie) return null
      return atTown(cookie.townId, async (tx, s) => {
        const who = await sessionWho(tx, cookie.townId, cookie.token, s)
        return who && { value: await work(tx, who, s), townId: cookie.townId }
      })
    }
    c.setErrorHandler(async (error, req, reply) => {
      const { status, message, fault } = answerOf(error)
      if (fault) req.log.error({ err: error, url: req.url.split('?')[0] }, 'fault')
      const f = await frameOf(req).catch(() => null)
      if (!f) return reply.status(status).type('text/plain; charset=utf-8').send(message)
      return show(reply, f, '没有办成', sentencePage('没有办成', message, '/c'), status)
    })

    c.get('/c/assets/:name', quick, async (req, reply) => {
      const file = assets.get((req.params as Texts).name ?? '')
      if (!file) throw new NotFound('没有这个文件')
      const accepted = String(req.headers['accept-encoding'] ?? '')
      const way = file.ways.find((w) => accepted.includes(w.coding))!
      return reply
        .header('content-type', file.type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('vary', 'accept-encoding')
        .headers(way.coding ? { 'content-encoding': way.coding } : {})
        .send(way.data)
    })
    c.get('/c', quick, async (req, reply) => {
      const f = await frameOf(req)
      return showKept(req, reply, f, 'home', async () => ({ title: '有事请讲', body: homePage(f) }))
    })
    c.get('/c/v/:token', quick, async (req, reply) => {
      const f = await frameOf(req)
      const token = (req.params as Texts).token!
      try {
        return await showKept(req, reply, f, `v ${token}`, async (tx, s) => {
          const found = await villageOfCard(tx, f.townId, token, s.today)
          if (!found) throw new NotFound('这张卡已经换了新的，下面的事仍然可以办')
          return { title: found.village, body: villagePage(f, { id: found.villageId, ...found.now }) }
        })
      } catch (error) {
        if (!(error instanceof NotFound)) throw error
        return show(reply, f, '有事请讲', homePage(f, error.message))
      }
    })
    c.get('/c/about', quick, async (req, reply) => {
      const f = await frameOf(req)
      return showKept(req, reply, f, 'about', async (tx, s) => {
        const contacts = await contactsOf(tx, f.townId)
        const receptions = await receptionsOf(tx, f.townId, s.today)
        return { title: '怎么办理', body: aboutPage(f, { contacts, receptions }) }
      })
    })
    c.get('/c/suggest', quick, async (req, reply) => {
      const f = await frameOf(req)
      const given = { seal: sealMark, values: {}, wrong: {}, sentence: null }
      const make = async () => ({ title: '人民建议', body: suggestPage(f, given) })
      return showKept(req, reply, f, 'suggest', make, 'write')
    })
    c.get('/c/answers', quick, async (req, reply) => {
      const f = await frameOf(req)
      const asked = (req.query as Texts).kind ?? ''
      const kind = Object.hasOwn(answerKinds, asked) ? asked : ''
      return showKept(req, reply, f, `answers ${kind}`, async (tx) => {
        const all = await publicAnswers(tx, f.townId)
        const list = all.filter((a) => kind === '' || a.kind === kind)
        return { title: '看回音', body: answersPage(f, { kind, list }) }
      })
    })
    c.get('/c/answers/:id', quick, async (req, reply) => {
      const f = await frameOf(req)
      const { id } = req.params as Texts
      if (!uuid.test(id ?? '')) throw new NotFound('没有这件答复')
      return showKept(req, reply, f, `answer ${id!.toLowerCase()}`, async (tx) => {
        const a = await publicAnswer(tx, f.townId, id!)
        return { title: a.title, body: answerPage(f, a) }
      })
    })

    // Counted at most every ten minutes a town; the page says of when they are.
    const figures = new Map<string, { until: number; day: Day; value: PublicFigures | null }>()
    const figuresOf = async (tx: Tx, townId: string, s: Setting) => {
      const had = figures.get(townId)
      if (had && had.day === s.today && performance.now() < had.until) return had.value
      const value = await publicFigures(tx, townId, s)
      figures.set(townId, { until: performance.now() + (value ? 600_000 : 5000), day: s.today, value })
      return value
    }
    c.get('/c/open', quick, async (req, reply) => {
      const f = await frameOf(req)
      const { kind: asked = '', village = '' } = req.query as Texts
      const kind = Object.hasOwn(openKinds, asked) ? asked : ''
      const make = async (tx: Tx, s: Setting) => {
        const villages = (await villagesOf(tx, f.townId)).map((v) => v.name)
        if (village !== '' && !villages.includes(village)) throw new NotFound('没有这个村')
        const notices = (await publicNotices(tx, f.townId, s.today)).filter(
          (n) => (!kind || n.kind === kind) && (!village || n.village === village),
        )
        const figures = await figuresOf(tx, f.townId, s)
        return { title: '公开', body: openPage(f, { notices, villages, kind, village, figures }) }
      }
      return showKept(req, reply, f, `open ${kind} ${village}`, make)
    })
    c.get('/c/open/:id', quick, async (req, reply) => {
      const f = await frameOf(req)
      const { id } = req.params as Texts
      if (!uuid.test(id ?? '')) throw new NotFound('没有这份公开内容')
      return showKept(req, reply, f, `notice ${id!.toLowerCase()}`, async (tx, s) => {
        const n = await publicNotice(tx, f.townId, id!, s.today)
        return { title: n.title, body: noticePage(f, n) }
      })
    })
    c.get('/c/open/:id/files/:file', async (req, reply) => {
      const f = await frameOf(req)
      const { id, file } = req.params as Texts
      if (!uuid.test(id ?? '') || !uuid.test(file ?? '')) throw new NotFound('没有这个附件')
      const found = await readingTown(f.townId, (tx, s) => publicFile(tx, f.townId, id!, file!, s.today))
      // Never shown inline: what others made is downloaded.
      return reply
        .header('content-type', found.mime)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`)
        .send(Buffer.from(await world.files.get(found.storageKey)))
    })

    c.get('/c/query', quick, async (req, reply) => {
      const f = await frameOf(req)
      const number = (req.query as Texts).n ?? ''
      if (number) return show(reply, f, '查进度', queryPage(f, { number, sentence: null }))
      const make = async () => ({ title: '查进度', body: queryPage(f, { number, sentence: null }) })
      return showKept(req, reply, f, 'query', make)
    })
    c.post('/c/query', async (req, reply) => {
      const f = await frameOf(req)
      const { fields } = await readForm(req)
      const number = fields.number ?? ''
      const again = (sentence: string, seal: boolean) =>
        show(
          reply,
          f,
          '查进度',
          queryPage(f, {
            number,
            sentence,
            ...(seal ? { seal: seals.fields(f.townId, 'guess', fields), code: fields.code ?? '' } : {}),
          }),
          409,
        )
      const guess = { number, code: fields.code ?? '', address: req.ip }
      if ((await atTown(f.townId, (tx, s) => missesOf(tx, f.townId, req.ip, s))) >= freeMisses) {
        const no = seals.refusal(f.townId, 'guess', fields, '查询')
        if (no) return again(no, true)
      }
      const opened = await atTown(f.townId, (tx, s) => openMatter(tx, f.townId, guess, s))
      if (!opened.ok) return again(opened.sentence, opened.misses >= freeMisses)
      if ('sealed' in opened) return show(reply, f, '查进度', sentencePage('查进度', sealedWords(opened.sealed), '/c'))
      keepCookie(req, reply, opened.token)
      return go(reply, '/c/matter')
    })

    const villagesOf = (tx: Tx, townId: string) =>
      tx
        .selectFrom('village')
        .select(['id', 'name'])
        .where('townId', '=', townId)
        .orderBy('sort')
        .orderBy('name')
        .execute()
    c.get('/c/new', quick, async (req, reply) => {
      const f = await frameOf(req)
      const asked = (req.query as Texts).v ?? ''
      const villageId = uuid.test(asked) ? asked.toLowerCase() : ''
      const make = async (tx: Tx) => {
        const villages = await villagesOf(tx, f.townId)
        if (villageId !== '' && !villages.some((v) => v.id === villageId)) throw new NotFound('没有这个村')
        const given = { seal: sealMark, values: { villageId }, wrong: {}, sentence: null, villages, sms }
        return { title: '我要反映', body: newPage(f, given) }
      }
      return showKept(req, reply, f, `new ${villageId}`, make, 'write')
    })
    c.post('/c/new', async (req, reply) => {
      const f = await frameOf(req)
      const sent = await readForm(req)
      const requestId = uuid.test(sent.fields.requestId ?? '') ? sent.fields.requestId! : uuidv7()
      try {
        if (sent.wrongFile)
          throw new Invalid(sent.wrongFile, { files: `${sent.wrongFile}；其余内容都还在，请重新选择文件` })
        const spoken = sent.files.filter((x) => x.kept.kindName === '录音').length
        const input = registrationOf(sent.fields, f.today, spoken)
        const no = seals.refusal(f.townId, 'write', sent.fields, sent.fields.page === 'suggest' ? '提交建议' : '提交')
        if (no) throw new Refused(no)
        if (mustSeal(input)) {
          const slip = await atTown(f.townId, (tx, s) => submitSealed(tx, f.townId, input, requestId, s))
          const who = petitioner(f.townId, null)
          const lost = await keepEach(req, sent.files, requestId, (file, again) =>
            atTown(f.townId, (tx, s) =>
              addSealedFile(tx, who, { id: slip.id, requestId: again, own: true, ...file }, world.files, s),
            ),
          )
          return showReceipt(req, reply, f, {
            ...slip,
            receivedOn: input.receivedOn,
            tellBy: null,
            why: [],
            sealed: true,
            lost,
          })
        }
        const agreed = (what: string) => ({ agrees: true, requestId: uuidOf(`${requestId}/${what}`) })
        const made = await atTown(f.townId, async (tx, s) => {
          const m = await submit(tx, f.townId, input, requestId, s)
          if (sent.fields.messages === '1' && (await messagesOf(tx, { townId: f.townId, id: m.id })) !== null)
            await agreeMessages(tx, petitioner(f.townId, m.id), agreed('messages'), s)
          if (sent.fields.publish === '1' && !input.confidential)
            await setConsent(tx, petitioner(f.townId, m.id), m.id, agreed('publish'), s)
          return m
        })
        // Evidence comes after the number: a broken file never costs the registration.
        const lost = await keepAll(req, f.townId, made.id, sent.files, requestId)
        keepCookie(req, reply, made.token)
        return go(reply, lost ? '/c/receipt?lost=1' : '/c/receipt')
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const wrong = error instanceof Invalid ? error.fields : {}
        const seal = seals.fields(f.townId, 'write', sent.fields)
        const again = { seal, values: sent.fields, wrong, sentence: error.message }
        if (sent.fields.page === 'suggest') return show(reply, f, '人民建议', suggestPage(f, again), error.status)
        const villages = await atTown(f.townId, (tx) => villagesOf(tx, f.townId))
        return show(reply, f, '我要反映', newPage(f, { ...again, villages, sms }), error.status)
      }
    })
    /** Keeps each file, the same again for a form that is sent twice; answers whether some could not be kept. */
    const keepEach = async (
      req: FastifyRequest,
      files: Sent['files'],
      requestId: string,
      put: (file: Sent['files'][number], requestId: string) => Promise<unknown>,
    ): Promise<boolean> => {
      let lost = false
      for (const [n, file] of files.entries())
        await put(file, uuidOf(`${requestId}/${n}`)).catch((err: unknown) => {
          req.log.error({ err }, 'file of the public not kept')
          lost = true
        })
      return lost
    }
    const keepAll = (req: FastifyRequest, townId: string, id: string, files: Sent['files'], requestId: string) =>
      keepEach(req, files, requestId, (file, again) => keepAttachment(world, petitioner(townId, id), id, file, again))

    const showReceipt = async (
      req: FastifyRequest,
      reply: FastifyReply,
      f: Frame,
      m: {
        number: string
        queryCode: string
        receivedOn: Day
        tellBy: Day | null
        why: string[]
        sealed?: boolean
        suggestion?: boolean
        lost?: boolean
      },
    ) => {
      const url = `${req.protocol}://${req.headers.host}/c/query?${f.many ? `t=${f.town.code}&` : ''}n=${encodeURIComponent(m.number)}`
      const qr = await QRCode.toDataURL(url, { margin: 1, width: 280 })
      const { number, queryCode: code, receivedOn, tellBy, why, sealed, suggestion, lost } = m
      return show(
        reply,
        f,
        '登记回执',
        receiptPage(f, { number, code, qr, receivedOn, tellBy, why, sealed, suggestion, lost }),
      )
    }
    const receiptNow = async (req: FastifyRequest) => {
      const found = await asPetitioner(req, async (tx, who) => (await findMatter(tx, who, who.petitionId!)).matter)
      if (!found) return null
      const m = found.value
      const d02 = m.clocks.find((x) => x.rule === 'D02' && x.endedOn === null)
      return { f: await frameOf(req, found.townId), m, tellBy: d02?.dueOn ?? null, why: d02?.steps ?? [] }
    }
    c.get('/c/receipt', async (req, reply) => {
      const r = await receiptNow(req)
      if (!r) return go(reply, '/c/query')
      const { f, m, tellBy, why } = r
      const lost = (req.query as Texts).lost === '1'
      return showReceipt(req, reply, f, { ...m, tellBy, why, suggestion: m.class === 'suggestion', lost })
    })
    c.get('/c/receipt/text', async (req, reply) => {
      const r = await receiptNow(req)
      if (!r) return go(reply, '/c/query')
      const at = `${req.protocol}://${req.headers.host}${r.f.many ? `/c/query?t=${r.f.town.code}` : '/c/query'}`
      return reply
        .header('content-type', 'text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="${r.m.number}.txt"`)
        .header('cache-control', 'no-store')
        .send(receiptText(r.f, { ...r.m, tellBy: r.tellBy, at }))
    })

    const viewNow = async (
      tx: Tx,
      who: Who,
      s: Setting,
    ): Promise<{
      view: CitizenView
      matter: Matter
      readers: { who: string; times: number; last: Day }[]
      contacts: Contacts
      superior: string
      messages: boolean | null
    }> => {
      const { matter } = await findMatter(tx, who, who.petitionId!)
      const given = {
        words: await wordsOf(tx, who.townId, matter.id),
        rating: await ratingOf(tx, matter),
        publish: await hasConsent(tx, who.townId, matter.id),
      }
      return {
        view: citizenView(matter, given, s.today),
        matter,
        readers: await readersOf(tx, matter.townId, matter.id),
        contacts: await contactsOf(tx, matter.townId),
        superior: s.law.superior,
        messages: sms ? await messagesOf(tx, matter) : null,
      }
    }
    const showMatter = async (
      req: FastifyRequest,
      reply: FastifyReply,
      said: { sentence?: string | null; note?: string | null; status?: number } = {},
    ) => {
      const found = await asPetitioner(req, viewNow)
      if (!found) return go(reply, '/c/query')
      const f = await frameOf(req, found.townId)
      const { view, matter, readers, contacts, superior, messages } = found.value
      return show(
        reply,
        f,
        view.headline,
        matterPage(view, {
          requestId: uuidv7(),
          sentence: said.sentence ?? null,
          note: said.note ?? null,
          readers,
          contacts,
          superior,
          messages,
          files: broughtBy(matter)
            .filter((a) => a.withdrawnAt === null)
            .map((a) => a.name),
          dimensions,
        }),
        said.status,
      )
    }
    const notes: Record<string, string> = {
      pressure: '已经直接送到纪检联络员，经办的人看不到',
      word: '已经收到，并告诉了承办人；有回复会写在这里',
      rate: '谢谢您的评价',
      files: '材料已经收到',
      receipt: '已经记下您收到了这份文书',
      service: '已经按您的意思改好',
    }
    c.get('/c/matter', (req, reply) => showMatter(req, reply, { note: notes[(req.query as Texts).done ?? ''] ?? null }))

    /** One action of the petitioner: done once, then the page again; a refusal keeps the page and says why. */
    const acting = async (
      req: FastifyRequest,
      reply: FastifyReply,
      done: string,
      work: (tx: Tx, who: Who, s: Setting, fields: Texts, requestId: string) => Promise<unknown>,
    ) => {
      const { fields } = await readForm(req)
      const requestId = uuid.test(fields.requestId ?? '') ? fields.requestId! : uuidv7()
      try {
        const found = await asPetitioner(req, (tx, who, s) => work(tx, who, s, fields, requestId))
        const said = found?.value === 'pressure' ? 'pressure' : done
        return go(reply, found ? `/c/matter?done=${said}` : '/c/query')
      } catch (error) {
        if (!(error instanceof Refused) || error instanceof NotFound) throw error
        return showMatter(req, reply, { sentence: error.message, status: error.status })
      }
    }
    c.post('/c/matter/words', (req, reply) =>
      acting(req, reply, 'word', async (tx, who, s, fields, requestId) => {
        if (!Object.hasOwn(wordKinds, fields.kind ?? '')) throw new Invalid('没有这一项')
        const kind = fields.kind as WordKind
        await say(tx, who, { kind, body: fields.body ?? '', name: fields.name ?? '', requestId }, s)
        return kind
      }),
    )
    c.post('/c/matter/receipt', (req, reply) =>
      acting(req, reply, 'receipt', (tx, who, s, fields, requestId) => {
        if (!uuid.test(fields.document ?? '')) throw new Invalid('没有这份文书')
        return confirmReceipt(tx, who, { documentId: fields.document!, requestId }, s)
      }),
    )
    c.post('/c/matter/service', (req, reply) =>
      acting(req, reply, 'service', (tx, who, s, fields, requestId) =>
        agreeService(tx, who, { agrees: fields.agrees === '1', requestId }, s),
      ),
    )
    c.post('/c/matter/messages', (req, reply) =>
      acting(req, reply, 'service', (tx, who, s, fields, requestId) =>
        agreeMessages(tx, who, { agrees: fields.agrees === '1', requestId }, s),
      ),
    )
    c.post('/c/matter/publish', (req, reply) =>
      acting(req, reply, 'service', (tx, who, s, fields, requestId) =>
        setConsent(tx, who, who.petitionId!, { agrees: fields.agrees === '1', requestId }, s),
      ),
    )
    c.post('/c/matter/rate', (req, reply) =>
      acting(req, reply, 'rate', (tx, who, s, fields, requestId) => {
        const one = (k: string) => {
          const v = fields[k]
          if (v !== 'satisfied' && v !== 'basicallySatisfied' && v !== 'dissatisfied')
            throw new Invalid('请对信访办和承办单位都作出评价')
          return v
        }
        const dims = Object.fromEntries(
          Object.keys(dimensions).flatMap((k) => {
            const n = Number(fields[`dim-${k}`])
            return [1, 2, 3].includes(n) ? [[k, n]] : []
          }),
        )
        return rate(
          tx,
          who,
          { office: one('office'), unit: one('unit'), dimensions: dims, reason: fields.reason ?? '', requestId },
          (m) => citizenView(m, { words: [], rating: null }, s.today).mayRate,
          s,
        )
      }),
    )
    c.post('/c/matter/files', async (req, reply) => {
      const cookie = cookieOf(req)
      const found = await asPetitioner(req, async (tx, who) => (await findMatter(tx, who, who.petitionId!)).matter)
      if (!cookie || !found) return go(reply, '/c/query')
      const sent = await readForm(req)
      if (sent.files.length === 0 && !sent.wrongFile)
        return showMatter(req, reply, { sentence: '请先选照片、文件，或者录一段话', status: 400 })
      if (!mayBring(found.value)) {
        const sentence = '这件事已经办结归档，不再收材料；有新的情况请写在“补充情况”里，或者重新反映'
        return showMatter(req, reply, { sentence, status: 409 })
      }
      const have = broughtBy(found.value).filter((a) => a.staffId === null).length
      if (have + sent.files.length > filesOfAMatter) {
        const sentence = `一件事最多收 ${filesOfAMatter} 份材料，已经有 ${have} 份；还有的请带到镇信访窗口`
        return showMatter(req, reply, { sentence, status: 409 })
      }
      const requestId = uuid.test(sent.fields.requestId ?? '') ? sent.fields.requestId! : uuidv7()
      const lost = await keepAll(req, found.townId, found.value.id, sent.files, requestId)
      const sentence = sent.wrongFile ?? (lost ? '有材料没有存上，请再传一次' : null)
      if (sentence) return showMatter(req, reply, { sentence, status: 400 })
      return go(reply, '/c/matter?done=files')
    })

    const paperOf = async (tx: Tx, who: Who, s: Setting, documentId: string) => {
      if (!uuid.test(documentId)) throw new NotFound('没有这份文书')
      const { matter, trace } = await findMatter(tx, who, who.petitionId!, { lock: true })
      const d = await tx
        .selectFrom('document')
        .selectAll()
        .where('townId', '=', who.townId)
        .where('petitionId', '=', matter.id)
        .where('id', '=', documentId)
        .executeTakeFirst()
      if (!d || !isForPetitioner(d.kind)) throw new NotFound('没有这份文书')
      await applyChange(
        tx,
        who,
        matter,
        trace,
        { kind: 'read', says: `信访人打开《${d.title}》${d.number ?? ''}` },
        s,
        {
          move: 'openPaper',
        },
      )
      return { d, docx: (await fileOf(tx, who.townId, d)).docx }
    }
    c.get('/c/matter/papers/:id', async (req, reply) => {
      const { id } = req.params as Texts
      const found = await asPetitioner(req, (tx, who, s) => paperOf(tx, who, s, id!))
      if (!found) return go(reply, '/c/query')
      const f = await frameOf(req, found.townId)
      const { d, docx } = found.value
      const { organ } = d.data as unknown as PaperData
      const on = d.issuedOn as Day
      return show(
        reply,
        f,
        d.title,
        paperPage(
          {
            title: d.title,
            number: d.number ?? '',
            organ,
            lines: linesOf(sheetOf(docx), { organ, number: d.number, title: d.title, date: formal(on) }),
            on,
          },
          d.id,
        ),
      )
    })
    c.get('/c/matter/papers/:id/docx', async (req, reply) => {
      const { id } = req.params as Texts
      const found = await asPetitioner(req, (tx, who, s) => paperOf(tx, who, s, id!))
      if (!found) return go(reply, '/c/query')
      const { d, docx } = found.value
      return reply
        .header('content-type', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`${d.title}.docx`)}`)
        .header('cache-control', 'no-store')
        .send(Buffer.from(docx))
    })
    /** Many large files of many people at once would crowd out the pages. */
    let taking = 0
    c.get('/c/matter/data', async (req, reply) => {
      if (taking >= 2) throw new Refused('现在下载的人多，请过一分钟再下载')
      const lost = (what: string, error: unknown) => void req.log.error({ err: error, what }, 'own file lost')
      const found = await asPetitioner(req, async (tx, who, s) => {
        const { view, matter } = await viewNow(tx, who, s)
        const town = (await frameOf(req, matter.townId)).town.name
        return takeOwn(tx, who, view, { town, files: world.files, lost }, s)
      })
      if (!found) return go(reply, '/c/query')
      const { number, files } = found.value
      const zip = Readable.from(zipOf(files), { objectMode: false })
      taking += 1
      zip.once('close', () => {
        taking -= 1
      })
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', `attachment; filename="${number}.zip"`)
        .header('cache-control', 'no-store')
        .send(zip)
    })
    c.post('/c/out', async (req, reply) => {
      const cookie = cookieOf(req)
      if (cookie) await atTown(cookie.townId, (tx) => endSession(tx, cookie.townId, cookie.token))
      keepCookie(req, reply, null)
      return go(reply, '/c')
    })
  })
}
