import type { FastifyRequest } from 'fastify'
import { firstSentence } from '../kit/fields.ts'
import { isUuid } from '../kit/server/crypto.ts'
import type { App } from '../kit/server/http.ts'
import { keyringOf } from '../kit/server/keys.ts'
import { sealedWords } from '../petitions/protect/sealed.ts'
import { type Before, beforeFaults, elsewheres, noAnswer } from '../petitions/register/before.ts'
import { findMatter } from '../petitions/store.ts'
import { askCodePage, askElsewherePage, askFoundPage, askLostPage, askPage, askSealedPage } from './ask.pages.ts'
import { firstTime, packAsked } from './ask.ts'
import { contactsOf } from './card.store.ts'
import { codesOf } from './code.api.ts'
import { type Face, quick } from './face.api.ts'
import { readForm } from './form.api.ts'
import type { Texts } from './input.ts'
import { to } from './page.ts'
import { unitNameOf, viewOf } from './store.ts'
import { inChargeOf, isOver } from './view.ts'

/** “这件事以前反映过吗？”: asked before the three steps; whatever the answer, one may go on. */
export const askApi = (c: App, face: Face): void => {
  const { world, frameOf, show, showKept, readingTown, go, keepCookie, asPetitioner } = face
  const tryCode = codesOf(face)
  const villageOf = (req: FastifyRequest) => {
    const { v = '' } = req.query as Texts
    return isUuid(v) ? v.toLowerCase() : ''
  }
  const none = { values: {}, wrong: {}, sentence: null }

  c.get('/c/ask', quick, async (req, reply) => {
    const f = await frameOf(req)
    const v = villageOf(req)
    return showKept(req, reply, f, `ask ${v}`, async () => ({
      title: '以前反映过吗',
      body: askPage(f, v, firstTime),
    }))
  })
  c.get('/c/ask/code', quick, async (req, reply) => {
    const f = await frameOf(req)
    const v = villageOf(req)
    const make = async () => ({
      title: '看看办到哪一步',
      body: askCodePage(f, v, { number: '', sentence: null }),
    })
    return showKept(req, reply, f, `ask code ${v}`, make)
  })
  c.post('/c/ask/code', async (req, reply) => {
    const f = await frameOf(req)
    const v = villageOf(req)
    const opened = await tryCode(req, f, '看一看')
    if (!opened.ok) return show(reply, f, '看看办到哪一步', askCodePage(f, v, opened), 409)
    if ('sealed' in opened)
      return show(reply, f, '以前那件', askSealedPage(f, v, sealedWords(opened.sealed), firstTime))
    keepCookie(req, reply, opened.token)
    return go(reply, to(f, '/c/ask/found', v && `v=${v}`))
  })
  c.get('/c/ask/found', async (req, reply) => {
    const v = villageOf(req)
    const found = await asPetitioner(req, async (tx, who, s) => {
      const { matter } = await findMatter(tx, who, who.petitionId!)
      const unit = matter.mainUnitId ? await unitNameOf(tx, who.townId, matter.mainUnitId) : ''
      return {
        matter,
        view: await viewOf(tx, matter, s.today),
        inCharge: inChargeOf(matter, unit, s.law.superior),
        over: isOver(matter),
      }
    })
    if (!found) return go(reply, '/c/ask/code')
    const f = await frameOf(req, found.townId)
    const { matter, view, ...more } = found.value
    const again = packAsked(keyringOf(world.dataDir), found.townId, {
      answer: 'again',
      ...noAnswer,
      number: matter.number,
      earlier: { id: matter.id, anonymous: matter.anonymous },
    })
    return show(reply, f, view.headline, askFoundPage(f, v, { view, ...more, first: firstTime, again }))
  })

  c.get('/c/ask/lost', quick, async (req, reply) => {
    const f = await frameOf(req)
    const v = villageOf(req)
    return showKept(req, reply, f, `ask lost ${v}`, async (tx) => ({
      title: '编号或查询码找不到了',
      body: askLostPage(f, v, { ...none, contacts: await contactsOf(tx, f.townId) }),
    }))
  })
  c.get('/c/ask/elsewhere', quick, async (req, reply) => {
    const f = await frameOf(req)
    const v = villageOf(req)
    const make = async () => ({ title: '在别处反映过', body: askElsewherePage(f, v, none) })
    return showKept(req, reply, f, `ask elsewhere ${v}`, make)
  })
  for (const answer of ['lost', 'elsewhere'] as const)
    c.post(`/c/ask/${answer}`, async (req, reply) => {
      const f = await frameOf(req)
      const v = villageOf(req)
      const { fields } = await readForm(req)
      const said = (k: string) => (fields[k] ?? '').trim()
      const before: Before = {
        ...noAnswer,
        answer,
        at:
          answer === 'elsewhere' && Object.hasOwn(elsewheres, said('at'))
            ? (said('at') as keyof typeof elsewheres)
            : null,
        whom: answer === 'lost' ? said('whom') : '',
        when: said('when'),
      }
      const wrong = beforeFaults(before, f.today) as Texts
      if (Object.keys(wrong).length > 0) {
        const given = { values: fields, wrong, sentence: firstSentence(wrong) }
        if (answer === 'elsewhere') return show(reply, f, '在别处反映过', askElsewherePage(f, v, given), 400)
        const contacts = await readingTown(f.townId, (tx) => contactsOf(tx, f.townId))
        return show(reply, f, '编号或查询码找不到了', askLostPage(f, v, { ...given, contacts }), 400)
      }
      const b = packAsked(keyringOf(world.dataDir), f.townId, { ...before, earlier: null })
      return go(reply, to(f, '/c/new', [v && `v=${v}`, `b=${b}`].filter(Boolean).join('&')))
    })
}
