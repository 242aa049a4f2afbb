import type { Tx } from '../audit/trace.ts'
import { publicWatch } from '../duty/watch/store.ts'
import type { Day } from '../kit/day.ts'
import { NotFound } from '../kit/errors.ts'
import { html } from '../kit/html.ts'
import { isUuid } from '../kit/server/crypto.ts'
import type { App } from '../kit/server/http.ts'
import { sendFile } from '../kit/server/reply.ts'
import { publicAnswer, publicAnswers } from '../open/answers.store.ts'
import { answerKinds } from '../open/answers.ts'
import { openKinds } from '../open/due.ts'
import {
  type PublicFigures,
  publicDuties,
  publicFigures,
  publicFile,
  publicNotice,
  publicNotices,
  villagesOf,
} from '../open/store.ts'
import type { Setting } from '../petitions/store.ts'
import { contactsOf, receptionsOf, villageOfCard } from './card.store.ts'
import { type Face, quick } from './face.api.ts'
import type { Texts } from './input.ts'
import {
  aboutPage,
  answerPage,
  answersPage,
  duePage,
  homePage,
  noticePage,
  openPage,
  villagePage,
} from './open.pages.ts'
import { homeTitle } from './page.ts'
import { type Duty, todayPart, watchPage } from './watch.pages.ts'

const dutyOf = async (tx: Tx, townId: string, s: Setting, ahead = 0): Promise<Duty> => ({
  ...(await publicWatch(tx, townId, s, ahead)),
  contacts: await contactsOf(tx, townId),
})

/** What anybody may read: the way in, how matters are handled, what was answered, what the town and its villages publish. */
export const openPagesApi = (c: App, { world, frameOf, show, showKept, readingTown }: Face): void => {
  c.get('/c', quick, async (req, reply) => {
    const f = await frameOf(req)
    return showKept(req, reply, f, 'home', async (tx, s) => ({
      title: homeTitle,
      body: html`${homePage(f)}${todayPart(f, await dutyOf(tx, f.townId, s))}`,
    }))
  })
  c.get('/c/v/:token', quick, async (req, reply) => {
    const f = await frameOf(req)
    const token = (req.params as Texts).token!
    try {
      return await showKept(req, reply, f, `v ${token}`, async (tx, s) => {
        const found = await villageOfCard(tx, f.townId, token, s.today)
        if (!found) throw new NotFound('这张卡已经换了新的，下面的事仍然可以办')
        const duty = await dutyOf(tx, f.townId, s)
        return { title: found.village, body: villagePage(f, { id: found.villageId, ...found.now }, duty) }
      })
    } catch (error) {
      if (!(error instanceof NotFound)) throw error
      return show(reply, f, homeTitle, homePage(f, error.message))
    }
  })
  c.get('/c/about', quick, async (req, reply) => {
    const f = await frameOf(req)
    return showKept(req, reply, f, 'about', async (tx, s) => {
      const duty = await dutyOf(tx, f.townId, s)
      const receptions = await receptionsOf(tx, f.townId, s.today)
      return { title: '怎么办理', body: aboutPage(f, { duty, receptions }) }
    })
  })
  c.get('/c/duty', quick, async (req, reply) => {
    const f = await frameOf(req)
    return showKept(req, reply, f, 'duty', async (tx, s) => ({
      title: '谁值班',
      body: watchPage(f, await dutyOf(tx, f.townId, s, 7)),
    }))
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
    if (!isUuid(id)) throw new NotFound('没有这件答复')
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
      const notices = await publicNotices(tx, f.townId, s.today, { kind, village })
      const figures = await figuresOf(tx, f.townId, s)
      return { title: '公开', body: openPage(f, { notices, villages, kind, village, figures }) }
    }
    return showKept(req, reply, f, `open ${kind} ${village}`, make)
  })
  c.get('/c/open/due', quick, async (req, reply) => {
    const f = await frameOf(req)
    const { village = '' } = req.query as Texts
    return showKept(req, reply, f, `due ${village}`, async (tx, s) => {
      const { villages, duties } = await publicDuties(tx, f.townId, s)
      if (village !== '' && !villages.includes(village)) throw new NotFound('没有这个村')
      return { title: '应当公开什么', body: duePage(f, { duties, villages, village }) }
    })
  })
  c.get('/c/open/:id', quick, async (req, reply) => {
    const f = await frameOf(req)
    const { id } = req.params as Texts
    if (!isUuid(id)) throw new NotFound('没有这份公开内容')
    return showKept(req, reply, f, `notice ${id!.toLowerCase()}`, async (tx, s) => {
      const n = await publicNotice(tx, f.townId, id!, s.today)
      return { title: n.title, body: noticePage(f, n) }
    })
  })
  c.get('/c/open/:id/files/:file', async (req, reply) => {
    const f = await frameOf(req)
    const { id, file } = req.params as Texts
    if (!isUuid(id) || !isUuid(file)) throw new NotFound('没有这个附件')
    const found = await readingTown(f.townId, (tx, s) => publicFile(tx, f.townId, id!, file!, s.today))
    // Never shown inline: what others made is downloaded.
    return sendFile(reply, found.mime, found.name, await world.files.get(found.storageKey))
  })
}
