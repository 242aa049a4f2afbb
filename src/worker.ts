import { type Runner, run } from 'graphile-worker'
import { sealTown } from './audit/verify.ts'
import { chaseTown } from './ground/campaign.store.ts'
import { routineTown } from './ground/routine.job.ts'
import { inTown } from './kit/server/db.ts'
import { fileBatch } from './petitions/paper/files.store.ts'
import { unstickTown } from './petitions/pass/unstick.job.ts'
import { finishSealing } from './petitions/protect/api.ts'
import { remindSealed } from './petitions/protect/sealing.store.ts'
import { indexBatch } from './petitions/search.job.ts'
import { passReviews } from './petitions/upper/upper.store.ts'
import { settingOf, type World } from './petitions/world.store.ts'
import { type Channels, channelsOf } from './supervision/channels.ts'
import { draftCircular } from './supervision/circular.store.ts'
import { deliverTown } from './supervision/deliver.job.ts'
import { remindTown } from './supervision/remind.job.ts'
import type { OpenedDatabase } from './world.ts'

const townIds = async (world: World) => (await world.db.selectFrom('town').select('id').execute()).map((t) => t.id)

/** Towns with something waiting, asked once over all towns where the owner's connection is at hand. */
const waitingTowns = async (world: World & Partial<OpenedDatabase>, question: string): Promise<string[]> =>
  world.ownerPool
    ? (await world.ownerPool.query<{ town_id: string }>(question)).rows.map((r) => r.town_id)
    : townIds(world)

/** Empty the search queue of every town, `lanes` batches at a time: a server at work keeps to one. */
export const indexAll = async (world: World & Partial<OpenedDatabase>, lanes = 1): Promise<number> => {
  let done = 0
  for (const townId of await waitingTowns(world, 'select distinct town_id from search_queue')) {
    for (;;) {
      const taken = await Promise.all(
        Array.from({ length: lanes }, () => inTown(world.db, townId, (tx) => indexBatch(tx, townId))),
      )
      const n = taken.reduce((all, one) => all + one, 0)
      done += n
      if (n === 0) break
    }
  }
  return done
}

/** Make the Word files of papers issued within the hour, a few at a time; older ones are made when asked for. */
export const fileAll = async (world: World & Partial<OpenedDatabase>): Promise<number> => {
  const since = new Date(world.clock.now().getTime() - 3_600_000)
  let done = 0
  for (const townId of await waitingTowns(
    world,
    `select distinct town_id from document where at > '${since.toISOString()}'`,
  ))
    done += await inTown(world.db, townId, (tx) => fileBatch(tx, townId, since))
  return done
}

/** Reminders of every town, the routine screening and the blanks of a screening, what waits on a vacant post, and on a Monday the draft of last week's circular. Safe to repeat. */
export const remindAll = async (world: World, channels: Channels = channelsOf()): Promise<number> => {
  let sent = 0
  for (const townId of await townIds(world)) {
    const at = { today: world.clock.today(), now: world.clock.now() }
    sent += await inTown(world.db, townId, (tx) => remindTown(tx, townId, { ...at, channels }))
    await inTown(world.db, townId, (tx) => draftCircular(tx, townId, at))
    await inTown(world.db, townId, async (tx) => routineTown(tx, townId, await settingOf(tx, world, townId)))
    sent += await inTown(world.db, townId, (tx) => chaseTown(tx, townId, at))
    await inTown(world.db, townId, async (tx) => unstickTown(tx, townId, await settingOf(tx, world, townId)))
  }
  return sent
}

/** Send what waits to leave the house. */
export const deliverAll = async (world: World, channels: Channels = channelsOf()): Promise<number> => {
  let tried = 0
  for (const townId of await townIds(world))
    tried += await inTown(world.db, townId, (tx) => deliverTown(tx, townId, world.clock.now(), channels))
  return tried
}

export const sealAll = async (world: World): Promise<void> => {
  for (const townId of await townIds(world)) {
    await finishSealing(world, townId)
    await inTown(world.db, townId, async (tx) => remindSealed(tx, townId, await settingOf(tx, world, townId)))
  }
  for (const townId of await townIds(world))
    await inTown(world.db, townId, (tx) => sealTown(tx, townId, world.clock.now()))
}

/** Scheduled work through graphile-worker, what a gap left undone at the start, and a short loop that keeps the search up to date. */
export const startWorker = async (world: World & Partial<OpenedDatabase>): Promise<{ stop(): Promise<void> }> => {
  let runner: Runner | null = null
  if (world.ownerPool) {
    runner = await run({
      pgPool: world.ownerPool,
      concurrency: 1,
      noHandleSignals: true,
      pollInterval: 30_000,
      logger: undefined,
      taskList: {
        remind: async () => void (await remindAll(world)),
        deliver: async () => void (await deliverAll(world)),
        seal: async () => sealAll(world),
        reviews: async () => void (await passReviews(world)),
      },
      crontab: [
        // No filling of hours gone by: what was missed is done once, below.
        '5 * * * * remind',
        '*/2 * * * * deliver',
        '20 * * * * seal',
        '*/5 * * * * reviews',
      ].join('\n'),
    }).catch((error) => {
      console.error('定时任务没有启动：', (error as Error).message)
      return null
    })
  }
  let stopped = false
  let turns = 0
  let timer: NodeJS.Timeout
  const loop = async () => {
    // The database may be away for a while; the queue waits.
    await indexAll(world).catch(() => 0)
    turns += 1
    if (turns % 5 === 0) await fileAll(world).catch(() => 0)
    if (!stopped) timer = setTimeout(loop, 1000)
  }
  timer = setTimeout(loop, 200)
  // What fell due while the server was down is caught up with, without keeping anybody waiting at the door.
  const catchingUp = remindAll(world)
    .catch(() => 0)
    .then(() => sealAll(world))
    .catch(() => {})
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await catchingUp
      await runner?.stop().catch(() => {})
    },
  }
}
