import { happened, type Tx } from '../audit/trace.ts'
import { NotFound } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import type { World } from '../petitions/world.store.ts'
import { answer, appeal } from './appeal.store.ts'
import { cardOf, lineOf } from './card.query.ts'
import { evidenceApi } from './evidence.api.ts'
import { recordOutcome } from './outcome.store.ts'
import { savePlan, turnPlan } from './plan.store.ts'
import { manages } from './policy.ts'
import { report, review } from './report.store.ts'
import { assessmentRoutes as r } from './routes.ts'
import { findPlan, plansOf, recount, standingOf, tryWeights } from './standing.query.ts'

/** Assessment plans, people's cards, reports, appeals, outcomes and trial weights over HTTP. */
export const assessmentApi = (edge: Edge<Session>, world: World) => {
  const { serve } = edge
  evidenceApi(edge, world)
  const at = () => ({ today: world.clock.today(), now: world.clock.now() })
  const read = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work, { readOnly: true })
  /** Once for each request id; a repeat meets its own success. */
  const once = (who: Who, requestId: string, work: (tx: Tx) => Promise<unknown>) =>
    inTown(world.db, who.townId, async (tx) => {
      if (!(await happened(tx, who.townId, requestId))) await work(tx)
      return { ok: true as const }
    })
  /** One's own card, or anybody's for those who manage. */
  const ownOrManager = (who: Who, staffId: string) => {
    if (staffId !== who.staffId && !manages(who.roles)) throw new NotFound()
  }
  /** A draft is seen by those who make it. */
  const planFor = async (tx: Tx, who: Who, id: string) => {
    const plan = await findPlan(tx, who.townId, id)
    if (plan.status === 'draft' && !manages(who.roles)) throw new NotFound('没有这个考核方案')
    return plan
  }

  serve(r.plans, ({ session: { who } }) =>
    read(who, async (tx) => (await plansOf(tx, who.townId)).filter((p) => p.status !== 'draft' || manages(who.roles))),
  )
  serve(r.savePlan, ({ session: { who }, body }) => {
    return inTown(world.db, who.townId, async (tx) => ({
      id: (await happened(tx, who.townId, body.requestId)) ?? (await savePlan(tx, who, body, at())),
    }))
  })
  serve(r.turnPlan, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx) => turnPlan(tx, who, params.id, body, at())),
  )
  serve(r.people, ({ session: { who }, params }) =>
    read(who, async (tx) => {
      const s = await standingOf(tx, who.townId, await planFor(tx, who, params.id), at().today)
      return {
        plan: s.plan,
        cutoff: s.cutoff,
        people: s.people.map(({ person, score }) => ({
          ...person,
          total: score.total,
          waiting:
            s.given.reports.filter((x) => x.staffId === person.staffId && x.score === null).length +
            s.given.appeals.filter((x) => x.staffId === person.staffId && x.state === 'open').length,
        })),
      }
    }),
  )
  serve(r.myCard, ({ session: { who } }) =>
    read(who, async (tx) => {
      const cards = []
      for (const plan of (await plansOf(tx, who.townId)).filter((p) => p.status !== 'draft').slice(0, 3)) {
        const s = await standingOf(tx, who.townId, plan, at().today)
        if (s.people.some((p) => p.person.staffId === who.staffId))
          cards.push(await cardOf(tx, who, s, who.staffId, false))
      }
      return { cards }
    }),
  )
  serve(r.card, ({ session: { who }, params }) =>
    read(who, async (tx) => {
      ownOrManager(who, params.staffId)
      const s = await standingOf(tx, who.townId, await planFor(tx, who, params.id), at().today)
      return cardOf(tx, who, s, params.staffId, manages(who.roles))
    }),
  )
  serve(r.line, ({ session: { who }, params }) =>
    read(who, async (tx) => {
      ownOrManager(who, params.staffId)
      const s = await standingOf(tx, who.townId, await planFor(tx, who, params.id), at().today)
      return lineOf(tx, who, s, params.staffId, params.item)
    }),
  )
  serve(r.report, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx) => report(tx, who, params.id, body, at())),
  )
  serve(r.review, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx) => review(tx, who, params.id, body, at())),
  )
  serve(r.appeal, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx) => appeal(tx, who, params.id, body, at())),
  )
  serve(r.answer, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx) => answer(tx, who, params.id, body, at())),
  )
  serve(r.outcome, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx) => recordOutcome(tx, who, params.id, params.staffId, body, at())),
  )
  serve(r.whatIf, ({ session: { who }, params, body }) =>
    read(who, (tx) => tryWeights(tx, who, params.id, body.lists, at())),
  )
  serve(r.recount, ({ session: { who }, params }) => read(who, (tx) => recount(tx, who.townId, params.id, at().today)))
}
