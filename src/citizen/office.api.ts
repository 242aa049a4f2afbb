import type { Tx } from '../audit/trace.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { publicUrl, settingOf, type World } from '../petitions/world.store.ts'
import { contactsOf, printCards, revokeCard, saveContacts, townOfMany, villageCards } from './card.store.ts'
import { citizenRoutes as r } from './routes.ts'
import { answerWord, askPetitioner, closeQuality, endAsk, renewCode, wordsFor } from './words.store.ts'

/** The office's side of the public face: read what was said and answer it; the household cards. */
export const citizenOfficeApi = (edge: Edge<{ who: Who }>, world: World) => {
  const write = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  const ok = { ok: true as const }
  edge.serve(r.words, ({ session: { who }, params }) =>
    inTown(world.db, who.townId, (tx) => wordsFor(tx, who, params.id), { readOnly: true }),
  )
  edge.serve(r.answerWord, async ({ session: { who }, params: { id, wordId }, body }) => {
    await write(who, (tx, s) => answerWord(tx, who, { petitionId: id, wordId, ...body }, s))
    return ok
  })
  edge.serve(r.ask, async ({ session: { who }, params, body }) => {
    await write(who, (tx, s) => askPetitioner(tx, who, { petitionId: params.id, ...body }, s))
    return ok
  })
  edge.serve(r.endAsk, async ({ session: { who }, params: { id, askId }, body }) => {
    await write(who, (tx, s) => endAsk(tx, who, { petitionId: id, askId, ...body }, s))
    return ok
  })
  edge.serve(r.closeQuality, async ({ session: { who }, params, body }) => {
    await write(who, (tx, s) => closeQuality(tx, who, { petitionId: params.id, ...body }, s))
    return ok
  })
  edge.serve(r.renewCode, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => renewCode(tx, who, { petitionId: params.id, ...body }, s)),
  )

  const at = () => ({ today: world.clock.today(), now: world.clock.now() })
  edge.serve(r.cards, ({ session: { who } }) =>
    inTown(
      world.db,
      who.townId,
      async (tx) => ({
        publicUrl: publicUrl() ?? null,
        town: await townOfMany(tx, who.townId),
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
