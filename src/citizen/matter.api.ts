import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Tx } from '../audit/trace.ts'
import type { PaperData } from '../documents/catalogue.ts'
import { linesOf, sheetOf } from '../documents/sheet.ts'
import { type Day, formal } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { isUuid, uuidv7 } from '../kit/server/crypto.ts'
import type { App } from '../kit/server/http.ts'
import { sendFile, wordType } from '../kit/server/reply.ts'
import { zipOf } from '../kit/server/zip.ts'
import { setConsent } from '../open/answers.store.ts'
import type { Who } from '../people/roles.ts'
import { sessionOfRequest } from '../people/session.store.ts'
import { dimensions } from '../petitions/courtesy/courtesy.ts'
import { fileOf } from '../petitions/paper/files.store.ts'
import type { Matter } from '../petitions/petition.ts'
import { readersOf } from '../petitions/protect/readers.store.ts'
import { sealedWords } from '../petitions/protect/sealed.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { anew } from './address.ts'
import { contactsOf } from './card.store.ts'
import type { Contacts } from './card.ts'
import { codesOf } from './code.api.ts'
import { type Face, quick } from './face.api.ts'
import { keepAll, readForm } from './form.api.ts'
import type { Texts } from './input.ts'
import { matterPage, paperPage, queryPage, type Typed } from './matter.pages.ts'
import { takeOwn } from './own.store.ts'
import { broughtBy } from './own.ts'
import { sentencePage } from './page.ts'
import {
  agreeMessages,
  agreeService,
  confirmReceipt,
  endSession,
  filesOfAMatter,
  messagesOf,
  rate,
  say,
  viewOf,
} from './store.ts'
import { type CitizenView, citizenView, isForPetitioner, mayBring, type WordKind, wordKinds } from './view.ts'

/** What was sealed has a number and code of its own, shown this once: nobody else is ever told them. */
class Slip {
  readonly note: string
  constructor({ number, queryCode }: { number: string; queryCode: string }) {
    const code = `${queryCode.slice(0, 5)} ${queryCode.slice(5)}`
    this.note = `已经直接送到纪检联络员，经办的人看不到。这一条的编号 ${number}，查询码 ${code}。只显示这一次，请现在抄下来，以后凭它查进度`
  }
}

/** A matter is followed here by number and code, and what its petitioner may do is done. */
export const matterApi = (c: App, face: Face): void => {
  const { world, sms, frameOf, show, showKept, go, atTown, keepCookie, cookieOf, asPetitioner } = face
  const tryCode = codesOf(face)
  c.get('/c/query', quick, async (req, reply) => {
    const f = await frameOf(req)
    const { n: number = '', again } = req.query as Texts
    const note = again ? '为保护您的信息，过了半小时要重新输入编号和查询码' : null
    if (number || note) return show(reply, f, '查进度', queryPage(f, { number, sentence: null, note }))
    const make = async () => ({ title: '查进度', body: queryPage(f, { number, sentence: null }) })
    return showKept(req, reply, f, 'query', make)
  })
  c.post('/c/query', async (req, reply) => {
    const f = await frameOf(req)
    const opened = await tryCode(req, f, '查询')
    if (!opened.ok) return show(reply, f, '查进度', queryPage(f, opened), 409)
    if ('sealed' in opened) return show(reply, f, '查进度', sentencePage('查进度', sealedWords(opened.sealed), false))
    keepCookie(req, reply, opened.token)
    return go(reply, '/c/matter')
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
    return {
      view: await viewOf(tx, matter, s.today),
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
    said: { sentence?: string | null; note?: string | null; status?: number; typed?: Typed } = {},
  ) => {
    const found = await asPetitioner(req, viewNow)
    if (!found) return go(reply, anew)
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
        typed: said.typed ?? null,
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
    recusal: '已经收到，送到信访办；有回复会写在这里',
    review: '已经登记您的请求，进展写在“办到哪一步”里',
    recheck: '已经登记您的请求，进展写在“办到哪一步”里',
    withdrawal: '已经收到，送到信访办；向您核实出于自愿以后登记，登记以前照常办理',
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
    const requestId = isUuid(fields.requestId) ? fields.requestId : uuidv7()
    try {
      const found = await asPetitioner(req, (tx, who, s) => work(tx, who, s, fields, requestId))
      // Words that don't go to the handler say where they went.
      if (found?.value instanceof Slip) return showMatter(req, reply, { note: found.value.note })
      const elsewhere = ['recusal', 'withdrawal', 'review', 'recheck'].find((kind) => kind === found?.value)
      const said = elsewhere ?? done
      return go(reply, found ? `/c/matter?done=${said}` : anew)
    } catch (error) {
      if (!(error instanceof Refused) || error instanceof NotFound) throw error
      const wrong = error instanceof Invalid ? error.fields : {}
      return showMatter(req, reply, { sentence: error.message, status: error.status, typed: { fields, wrong } })
    }
  }
  c.post('/c/matter/words', (req, reply) =>
    acting(req, reply, 'word', async (tx, who, s, fields, requestId) => {
      if (!Object.hasOwn(wordKinds, fields.kind ?? '')) throw new Invalid('没有这一项')
      const kind = fields.kind as WordKind
      const slip = await say(tx, who, { kind, body: fields.body ?? '', name: fields.name ?? '', requestId }, s)
      return slip ? new Slip(slip) : kind
    }),
  )
  c.post('/c/matter/receipt', (req, reply) =>
    acting(req, reply, 'receipt', (tx, who, s, fields, requestId) => {
      if (!isUuid(fields.document)) throw new Invalid('没有这份文书')
      return confirmReceipt(tx, who, { documentId: fields.document, requestId }, s)
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
  c.post('/c/matter/rate', async (req, reply) => {
    // Nobody rates for another: not on the office's own computer either, whoever sits there.
    const staff = await sessionOfRequest(world, req).then(
      (session) => session !== null,
      () => true,
    )
    return acting(req, reply, 'rate', (tx, who, s, fields, requestId) => {
      if (staff)
        throw new Refused(
          '这个浏览器里有工作人员登录着，不能在这里评价。请在您自己的手机上评价，或者等回访的时候说给回访的人',
        )
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
    })
  })
  c.post('/c/matter/files', async (req, reply) => {
    const cookie = cookieOf(req)
    const found = await asPetitioner(req, async (tx, who) => (await findMatter(tx, who, who.petitionId!)).matter)
    if (!cookie || !found) return go(reply, anew)
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
    const requestId = isUuid(sent.fields.requestId) ? sent.fields.requestId : uuidv7()
    const lost = await keepAll(req, world, found.townId, found.value.id, sent.files, requestId)
    const sentence = sent.wrongFile ?? (lost ? '有材料没有存上，请再传一次' : null)
    if (sentence) return showMatter(req, reply, { sentence, status: 400 })
    return go(reply, '/c/matter?done=files')
  })

  const paperOf = async (tx: Tx, who: Who, s: Setting, documentId: string) => {
    if (!isUuid(documentId)) throw new NotFound('没有这份文书')
    const { matter, trace } = await findMatter(tx, who, who.petitionId!, { lock: true })
    const d = await tx
      .selectFrom('document')
      .selectAll()
      .where('townId', '=', who.townId)
      .where('petitionId', '=', matter.id)
      .where('id', '=', documentId)
      .executeTakeFirst()
    if (!d || !isForPetitioner(d.kind)) throw new NotFound('没有这份文书')
    await applyChange(tx, who, matter, trace, { kind: 'read', says: `信访人打开《${d.title}》${d.number ?? ''}` }, s, {
      move: 'openPaper',
    })
    return { d, docx: (await fileOf(tx, who.townId, d)).docx }
  }
  c.get('/c/matter/papers/:id', async (req, reply) => {
    const { id } = req.params as Texts
    const found = await asPetitioner(req, (tx, who, s) => paperOf(tx, who, s, id!))
    if (!found) return go(reply, anew)
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
    if (!found) return go(reply, anew)
    const { d, docx } = found.value
    return sendFile(reply, wordType, `${d.title}.docx`, docx)
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
    if (!found) return go(reply, anew)
    const { number, files } = found.value
    const zip = Readable.from(zipOf(files), { objectMode: false })
    taking += 1
    zip.once('close', () => {
      taking -= 1
    })
    return sendFile(reply, 'application/zip', `${number}.zip`, zip)
  })
  c.post('/c/out', async (req, reply) => {
    const cookie = cookieOf(req)
    if (cookie) await atTown(cookie.townId, (tx) => endSession(tx, cookie.townId, cookie.token))
    keepCookie(req, reply, null)
    return go(reply, '/c')
  })
}
