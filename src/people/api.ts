import type { FastifyReply, FastifyRequest } from 'fastify'
import { logsOf } from '../audit/logs.query.ts'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { verifyTown } from '../audit/verify.ts'
import { Invalid, Refused, SignedOut } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import { saveAccount } from './account.store.ts'
import { phonesOf, wipePhones } from './phone.store.ts'
import { saveArea, saveGrid, saveUnit, saveVillage } from './place.store.ts'
import { endHolding, hold, postsOf, savePost } from './post.store.ts'
import type { Who } from './roles.ts'
import { type Me, peopleRoutes as r } from './routes.ts'
import {
  type At,
  atOf,
  changePassword,
  cookieName,
  devicesOf,
  type Edges,
  endDevice,
  forgetSessions,
  type Session,
  signIn,
  signOut,
  signOutEverywhere,
} from './session.store.ts'
import { setUp } from './setup.store.ts'
import { sheetsApi } from './sheets.api.ts'
import { cookieValue, sessionLife } from './signin.ts'
import { placesOf, saveStaff, staffOf } from './store.ts'

const setCookie = (req: FastifyRequest, reply: FastifyReply, value: string | null) => {
  const secure = req.protocol === 'https' || req.headers['x-forwarded-proto'] === 'https'
  const common = { path: '/', httpOnly: true, sameSite: 'strict' as const, secure }
  if (value === null) reply.clearCookie(cookieName, common)
  else reply.setCookie(cookieName, value, { ...common, maxAge: sessionLife / 1000 })
}

/** Sign-in, places, posts, staff, accounts, first set-up and the logs over HTTP. */
export const peopleApi = (edge: Edge<{ who: Who }>, edges: Edges) => {
  const { db, clock } = edges
  const serve = (edge as unknown as Edge<Session>).serve
  const read = <T>(who: Who, work: (tx: Tx, at: At) => Promise<T>) =>
    inTown(db, who.townId, (tx) => work(tx, atOf(clock)), { readOnly: true })
  /** A change of people is seen by the very next request of anyone. */
  const write = async <T>(who: Who, work: (tx: Tx, at: At) => Promise<T>): Promise<T> => {
    const done = await inTown(db, who.townId, (tx) => work(tx, atOf(clock)))
    forgetSessions()
    return done
  }
  const ok = { ok: true } as const
  sheetsApi(edge as unknown as Edge<Session>, edges)

  const meOf = async (session: Session): Promise<Me> => {
    const { who } = session
    const unread = await read(who, async (tx) =>
      tx
        .selectFrom('notice')
        .select(({ fn }) => fn.countAll<string>().as('n'))
        .where('townId', '=', who.townId)
        .where('staffId', '=', who.staffId)
        .where('readAt', 'is', null)
        .executeTakeFirstOrThrow(),
    )
    return { ...session.me, today: clock.today(), todayFixed: clock.fixed, unread: Number(unread.n) }
  }

  serve(r.setupState, async () => {
    const towns = await db
      .selectFrom('town')
      .select(['code', 'name', 'isFiction', 'settings'])
      .orderBy('code')
      .execute()
    const demo = towns.filter((t) => t.isFiction)
    type Shown = { username: string; password: string; name: string; post: string; role: string }[]
    return {
      needed: towns.length === 0,
      towns: towns.map(({ code, name, isFiction }) => ({ code, name, isFiction })),
      demoAccounts: demo.flatMap((t) => ((t.settings as { demoAccounts?: Shown } | null)?.demoAccounts ?? []) as Shown),
      today: clock.today(),
      todayFixed: clock.fixed,
    }
  })
  serve(r.setup, async ({ body }) => {
    await db.transaction().execute((tx) => setUp(tx, body, atOf(clock)))
    return ok
  })

  serve(r.signIn, async ({ body, req, reply }) => {
    const towns = await db.selectFrom('town').select(['id', 'code']).orderBy('code').execute()
    const town = body.town ? towns.find((t) => t.code === body.town) : towns.length === 1 ? towns[0] : undefined
    if (!town) {
      if (towns.length === 0) throw new Refused('系统还没有设置，请先完成首次设置')
      throw new Invalid('请选择乡镇', { town: '请选择乡镇' })
    }
    const agent = req.headers['user-agent'] ?? ''
    const answer = await inTown(db, town.id, (tx) =>
      signIn(tx, town.id, { username: body.username, password: body.password, agent }, atOf(clock)),
    )
    // Committed first, so that the failure counts.
    if (!answer.ok) throw new SignedOut(answer.sentence)
    setCookie(req, reply, cookieValue(town.id, answer.token))
    return meOf(answer.session)
  })
  serve(r.me, ({ session }) => meOf(session))
  serve(r.signOut, async ({ session, req, reply }) => {
    await write(session.who, (tx, at) => signOut(tx, session, at))
    setCookie(req, reply, null)
    return ok
  })
  serve(r.signOutEverywhere, async ({ session, req, reply }) => {
    await write(session.who, (tx, at) => signOutEverywhere(tx, session, at))
    setCookie(req, reply, null)
    return ok
  })
  serve(r.devices, ({ session }) => read(session.who, (tx, at) => devicesOf(tx, session, at)))
  serve(r.endDevice, async ({ session, params, req, reply }) => {
    const here = (await read(session.who, (tx, at) => devicesOf(tx, session, at))).find((d) => d.current)
    await write(session.who, (tx, at) => endDevice(tx, session, params.id, at))
    if (here?.id === params.id) setCookie(req, reply, null)
    return ok
  })
  serve(r.phones, ({ session: { who } }) => read(who, (tx, at) => phonesOf(tx, who.townId, who.staffId, at)))
  serve(r.wipePhone, async ({ session: { who }, params }) => {
    await write(who, (tx, at) => wipePhones(tx, who, who.staffId, params.id, at))
    return ok
  })
  serve(r.wipePhones, async ({ session: { who }, params }) => ({
    phones: await write(who, (tx, at) => wipePhones(tx, who, params.id, null, at)),
  }))
  serve(r.changePassword, async ({ session, body }) => {
    const answer = await write(session.who, (tx, at) => changePassword(tx, session, body, at))
    if (!answer.ok) throw new Invalid(answer.sentence, { old: answer.sentence })
    return ok
  })

  serve(r.places, ({ session: { who } }) => read(who, (tx, at) => placesOf(tx, who.townId, at.today)))
  serve(r.saveArea, ({ session: { who }, body }) => {
    return write(who, (tx, at) => saveArea(tx, who, body, at))
  })
  serve(r.saveVillage, ({ session: { who }, body }) => {
    return write(who, (tx, at) => saveVillage(tx, who, body, at))
  })
  serve(r.saveGrid, ({ session: { who }, body }) => {
    return write(who, (tx, at) => saveGrid(tx, who, body, at))
  })
  serve(r.saveUnit, ({ session: { who }, body }) => {
    return write(who, (tx, at) => saveUnit(tx, who, body, at))
  })
  serve(r.posts, ({ session: { who } }) => {
    return read(who, (tx, at) => postsOf(tx, who.townId, at.today))
  })
  serve(r.savePost, ({ session: { who }, body }) => {
    return write(who, (tx, at) => savePost(tx, who, body, at))
  })
  serve(r.staff, ({ session: { who } }) => {
    return read(who, (tx, at) => staffOf(tx, who, at))
  })
  serve(r.saveStaff, ({ session: { who }, body }) => {
    return write(who, (tx, at) => saveStaff(tx, who, body, at))
  })
  serve(r.hold, async ({ session: { who }, params, body }) => {
    await write(who, (tx, at) => hold(tx, who, params.id, body, at))
    return ok
  })
  serve(r.endHolding, async ({ session: { who }, params, body }) => {
    await write(who, (tx, at) => endHolding(tx, who, params.id, body.until, at))
    return ok
  })
  serve(r.account, async ({ session: { who }, params, body }) => {
    await write(who, (tx, at) => saveAccount(tx, who, params.id, body, at))
    return ok
  })

  serve(r.logs, ({ session: { who }, query }) => {
    return read(who, (tx) => logsOf(tx, who.townId, query))
  })
  serve(r.verify, async ({ session: { who } }) => {
    const verdict = await inTown(db, who.townId, (tx) => verifyTown(tx, who.townId), {
      readOnly: true,
      oneMoment: true,
    })
    const says = verdict.ok
      ? `核对留痕 ${verdict.rows} 条，全部相符`
      : `核对留痕，发现 ${verdict.problems.length} 处问题`
    await write(who, (tx, at) =>
      writeTrace(tx, who, { subjectId: who.townId, subjectKind: 'town', kind: 'verify', says }, at.now),
    )
    return verdict
  })
}
