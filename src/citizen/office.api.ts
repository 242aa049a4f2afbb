import { sql } from 'kysely'
import { NotFound, Refused } from '../kit/errors.ts'
import { queryCode } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Who } from '../people/roles.ts'
import { is } from '../people/roles.ts'
import { handles } from '../petitions/guard.ts'
import type { Matter } from '../petitions/petition.ts'
import { hands } from '../petitions/revisit/move.ts'
import { applyChange, findMatter } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { contactsOf, printCards, revokeCard, saveContacts, villageCards } from './card.store.ts'
import { citizenRoutes as r, type WordRow } from './routes.ts'
import { endSessionsOf } from './store.ts'
import { wordKinds } from './view.ts'

/** Why this person can't answer the petitioner's words; null when they may. */
export const answerRefusal = (m: Matter, who: Who): string | null =>
  handles(m, who) ||
  is(who, 'clerk', 'petitionHead', 'disciplineLiaison') ||
  [m.holderId, m.leadOfficialId, m.areaOwnerId, m.villageOwnerId].includes(who.staffId)
    ? null
    : '由承办人、责任人或信访办回复'

/** Why this person can't close the check of a bad rating; null when they may. Nobody checks his own work. */
export const qualityRefusal = (m: Matter, who: Who): string | null =>
  !is(who, 'petitionHead', 'leadOfficial', 'townLeader')
    ? '由信访办主任或者镇领导检查'
    : hands(m).includes(who.staffId)
      ? '质量检查由经办人以外的人做'
      : null

/** The office's side of the public face: read what was said and answer it; the household cards. */
export const citizenOfficeApi = (edge: Edge<{ who: Who }>, world: World) => {
  edge.serve(r.words, ({ session: { who }, params }) =>
    inTown(
      world.db,
      who.townId,
      async (tx) => {
        const { matter } = await findMatter(tx, who, params.id)
        const words = await sql<WordRow>`
          select id, kind, body, on_day, answer, answered_name, answered_on from petitioner_word
          where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid order by at`.execute(tx)
        const rating = await sql<{ office: never; unit: never; reason: string; onDay: never }>`
          select office, unit, reason, on_day from petitioner_rating
          where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid and round = ${matter.round}`.execute(
          tx,
        )
        const quality = await sql<{
          openedOn: never
          finding: string
          action: string
          closedOn: never
          byName: string
        }>`select opened_on, finding, action, closed_on, by_name from quality_check
          where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid and round = ${matter.round}`.execute(
          tx,
        )
        return {
          words: words.rows,
          rating: rating.rows[0] ?? null,
          quality: quality.rows[0] ? { ...quality.rows[0], refusal: qualityRefusal(matter, who) } : null,
        }
      },
      { readOnly: true },
    ),
  )
  edge.serve(r.answerWord, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      const s = await settingOf(tx, world, who.townId)
      const { matter, trace, done } = await findMatter(tx, who, params.id, { lock: true, requestId: body.requestId })
      if (done) return { ok: true as const }
      const no = answerRefusal(matter, who)
      if (no) throw new Refused(no)
      const w = await sql<{ kind: keyof typeof wordKinds; answer: string }>`
        select kind, answer from petitioner_word
        where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid and id = ${params.wordId}::uuid for update`.execute(
        tx,
      )
      const word = w.rows[0]
      if (!word) throw new NotFound()
      if (word.answer !== '') throw new Refused('这句话已经有人回复过，请刷新后再看')
      await sql`update petitioner_word set answer = ${body.answer}, answered_by = ${who.staffId}::uuid, answered_name = ${who.name}, answered_on = ${s.today}::date
        where town_id = ${who.townId}::uuid and id = ${params.wordId}::uuid`.execute(tx)
      await applyChange(
        tx,
        who,
        matter,
        trace,
        {
          kind: 'contact',
          says: `回复信访人（${wordKinds[word.kind]}）：${body.answer}`,
          set: { lastContactOn: s.today },
        },
        s,
        { move: 'answerWord', requestId: body.requestId },
      )
      return { ok: true as const }
    }),
  )

  edge.serve(r.closeQuality, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      const s = await settingOf(tx, world, who.townId)
      const { matter, trace, done } = await findMatter(tx, who, params.id, { lock: true, requestId: body.requestId })
      if (done) return { ok: true as const }
      const no = qualityRefusal(matter, who)
      if (no) throw new Refused(no)
      const closed =
        await sql`update quality_check set finding = ${body.finding}, action = ${body.action}, closed_on = ${s.today}::date,
          by_id = ${who.staffId}::uuid, by_name = ${who.name}
        where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid and round = ${matter.round} and closed_on is null returning 1`.execute(
          tx,
        )
      if (closed.rows.length === 0) throw new Refused('没有要做的质量检查，可能已经做过，请刷新')
      const says = `质量检查：${body.finding}；改进：${body.action}`
      const said = { move: 'closeQuality', requestId: body.requestId }
      await applyChange(tx, who, matter, trace, { kind: 'revisit', standsStill: true, says }, s, said)
      return { ok: true as const }
    }),
  )

  edge.serve(r.renewCode, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      const s = await settingOf(tx, world, who.townId)
      const { matter, trace, done } = await findMatter(tx, who, params.id, { lock: true, requestId: body.requestId })
      if (done) return { number: matter.number, queryCode: matter.queryCode }
      if (matter.version !== body.version) throw new Refused('他人刚处理过此事项，请刷新后再办；您填写的内容没有丢失')
      const code = queryCode()
      // The trace says that it was renewed, never the code itself.
      const says = `换发查询码，旧码作废；核对：${body.checked}`
      await applyChange(tx, who, matter, trace, { kind: 'contact', standsStill: true, says }, s, {
        move: 'renewCode',
        requestId: body.requestId,
      })
      await sql`update petition set query_code = ${code} where town_id = ${who.townId}::uuid and id = ${matter.id}::uuid`.execute(
        tx,
      )
      await endSessionsOf(tx, who.townId, matter.id)
      return { number: matter.number, queryCode: code }
    }),
  )

  const at = () => ({ today: world.clock.today(), now: world.clock.now() })
  edge.serve(r.cards, ({ session: { who } }) =>
    inTown(
      world.db,
      who.townId,
      async (tx) => ({
        contacts: await contactsOf(tx, who.townId),
        villages: await villageCards(tx, who.townId, world.clock.today()),
      }),
      { readOnly: true },
    ),
  )
  edge.serve(r.saveContacts, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      await saveContacts(tx, who, body, world.clock.now())
      return { ok: true as const }
    }),
  )
  edge.serve(r.printCards, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) => ({ cards: await printCards(tx, who, body, at()) })),
  )
  edge.serve(r.revokeCard, ({ session: { who }, params, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      await revokeCard(tx, who, params.villageId, body.reason, at())
      return { ok: true as const }
    }),
  )
}
