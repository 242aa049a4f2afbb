import type { FastifyReply, FastifyRequest } from 'fastify'
import QRCode from 'qrcode'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { html } from '../kit/html.ts'
import { isUuid, uuidOf, uuidv7 } from '../kit/server/crypto.ts'
import type { App } from '../kit/server/http.ts'
import { keyringOf } from '../kit/server/keys.ts'
import { sendFile } from '../kit/server/reply.ts'
import { setConsent } from '../open/answers.store.ts'
import { villagesOf } from '../open/store.ts'
import { addSealedFile } from '../petitions/protect/sealed.files.store.ts'
import { mustSeal } from '../petitions/protect/sealed.ts'
import { beforeOf, beforeWords } from '../petitions/register/before.ts'
import { findMatter } from '../petitions/store.ts'
import { anew, queryPath } from './address.ts'
import { askedPart } from './ask.pages.ts'
import { unpackAsked } from './ask.ts'
import { newPage, receiptPage, receiptText, suggestPage } from './bring.pages.ts'
import { type Face, quick, type TownFrame } from './face.api.ts'
import { keepAll, keepEach, readForm } from './form.api.ts'
import { registrationOf, type Texts } from './input.ts'
import { sealMark } from './page.ts'
import { agreeMessages, messagesOf, petitioner, submit, submitSealed } from './store.ts'

/** A matter or a suggestion is brought here, and its receipt given. */
export const bringApi = (c: App, face: Face): void => {
  const { world, seals, sms, frameOf, show, showKept, go, addressOf, atTown, keepCookie, asPetitioner } = face
  const askedOf = (f: TownFrame, packed: string) => unpackAsked(keyringOf(world.dataDir), f.townId, packed)
  c.get('/c/suggest', quick, async (req, reply) => {
    const f = await frameOf(req)
    const given = { seal: sealMark, values: {}, wrong: {}, sentence: null }
    const make = async () => ({ title: '人民建议', body: suggestPage(f, given) })
    return showKept(req, reply, f, 'suggest', make, 'write')
  })
  c.get('/c/new', quick, async (req, reply) => {
    const f = await frameOf(req)
    const { v = '', b: packed = '' } = req.query as Texts
    const villageId = isUuid(v) ? v.toLowerCase() : ''
    const make = async (tx: Tx) => {
      const villages = await villagesOf(tx, f.townId)
      if (villageId !== '' && !villages.some((x) => x.id === villageId)) throw new NotFound('没有这个村')
      const given = { seal: sealMark, values: { villageId }, wrong: {}, sentence: null, villages, sms }
      return { title: '我要反映', body: newPage(f, given) }
    }
    const asked = askedOf(f, packed)
    return showKept(req, reply, f, `new ${villageId}`, make, 'write', askedPart(f, villageId, asked, packed))
  })
  c.post('/c/new', async (req, reply) => {
    const f = await frameOf(req)
    const sent = await readForm(req)
    const requestId = isUuid(sent.fields.requestId) ? sent.fields.requestId : uuidv7()
    try {
      if (sent.wrongFile)
        throw new Invalid(sent.wrongFile, { files: `${sent.wrongFile}；其余内容都还在，请重新选择文件` })
      const spoken = sent.files.filter((x) => x.kept.kindName === '录音').length
      const packed = sent.fields.before ?? ''
      const asked = askedOf(f, packed)
      if (packed !== '' && asked === null) {
        sent.fields.before = ''
        throw new Invalid('“以前反映过吗”答的看不清了。请再答一次，或者直接再按一次“提交”')
      }
      const input = registrationOf(sent.fields, f.today, spoken, asked)
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
          before: input.before ? beforeWords(input.before) : '',
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
      const lost = await keepAll(req, world, f.townId, made.id, sent.files, requestId)
      keepCookie(req, reply, made.token)
      return go(reply, lost ? '/c/receipt?lost=1' : '/c/receipt')
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const wrong = error instanceof Invalid ? error.fields : {}
      const seal = seals.fields(f.townId, 'write', sent.fields)
      const packed = sent.fields.before ?? ''
      const at = isUuid(sent.fields.villageId) ? sent.fields.villageId : ''
      const again = { seal, values: sent.fields, wrong, sentence: error.message }
      if (sent.fields.page === 'suggest') return show(reply, f, '人民建议', suggestPage(f, again), error.status)
      const villages = await atTown(f.townId, (tx) => villagesOf(tx, f.townId))
      return show(
        reply,
        f,
        '我要反映',
        newPage(f, { ...again, seal: html`${seal}${askedPart(f, at, askedOf(f, packed), packed)}`, villages, sms }),
        error.status,
      )
    }
  })

  const atOf = (req: FastifyRequest, f: TownFrame) => `${addressOf(req)}/c/query${f.many ? `?t=${f.town.code}` : ''}`
  const showReceipt = async (
    req: FastifyRequest,
    reply: FastifyReply,
    f: TownFrame,
    m: {
      number: string
      queryCode: string
      receivedOn: Day
      tellBy: Day | null
      why: string[]
      sealed?: boolean
      suggestion?: boolean
      before?: string
      lost?: boolean
    },
  ) => {
    const at = atOf(req, f)
    const url = `${addressOf(req)}${queryPath(m.number, f.many ? f.town.code : null)}`
    const qr = await QRCode.toDataURL(url, { margin: 1, width: 280 })
    const { number, queryCode: code, receivedOn, tellBy, why, sealed, suggestion, before, lost } = m
    return show(
      reply,
      f,
      '登记回执',
      receiptPage(f, { number, code, qr, receivedOn, tellBy, why, at, sealed, suggestion, before, lost }),
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
    if (!r) return go(reply, anew)
    const { f, m, tellBy, why } = r
    const lost = (req.query as Texts).lost === '1'
    const before = beforeOf(m)
    return showReceipt(req, reply, f, { ...m, tellBy, why, suggestion: m.class === 'suggestion', before, lost })
  })
  c.get('/c/receipt/text', async (req, reply) => {
    const r = await receiptNow(req)
    if (!r) return go(reply, anew)
    const at = atOf(req, r.f)
    return sendFile(
      reply,
      'text/plain; charset=utf-8',
      `${r.m.number}.txt`,
      receiptText(r.f, { ...r.m, tellBy: r.tellBy, at }),
    )
  })
}
