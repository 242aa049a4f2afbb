import { sql } from 'kysely'
import { addDays, type Day, daysBetween } from '../src/kit/day.ts'
import { type Clock, handClock } from '../src/kit/server/clock.ts'
import { inTown } from '../src/kit/server/db.ts'
import type { Who } from '../src/people/roles.ts'
import { createTown, townExists } from '../src/people/setup.store.ts'
import { whoOfStaff } from '../src/people/who.store.ts'
import { settingOf, type World } from '../src/petitions/world.store.ts'
import type { OpenedDatabase } from '../src/world.ts'
import { assessmentDeeds } from './assessment.ts'
import { citizenDeeds } from './citizens.ts'
import { dutyDeeds } from './duty.ts'
import { deedsOf, plansOf } from './lives.ts'
import { playMediation } from './mediation.ts'
import { openDeeds, playCards } from './open.ts'
import { passDeeds, passedUp } from './passes.ts'
import { peopleOf } from './people.ts'
import { routineDeeds } from './routine.ts'
import { playScreening } from './screening.ts'
import { supervisionDeeds } from './supervision.ts'
import { areas, gridsOf, town, units, villages } from './town.ts'
import { playVisits } from './visits.ts'

/**
 * Play the demo township into an empty system: the year's matters go through the real moves on a simulated calendar.
 * Does nothing when there is a town already. The real clock of `world` only says which day the story ends.
 */
export const playDemo = async (
  world: World & Pick<OpenedDatabase, 'ownerPool'>,
  say: (line: string) => void = () => {},
): Promise<void> => {
  const started = Date.now()
  const today = world.clock.today()
  if (await world.db.transaction().execute((tx) => townExists(tx))) return
  say('正在演出示范镇的一年（虚构数据）……')
  const opening = addDays(today, -340)
  const clock = handClock(opening)
  const made = await world.db.transaction().execute(async (tx) =>
    createTown(
      tx,
      {
        town: { ...town, isFiction: true },
        areas: areas.map((name) => ({ name })),
        villages: areas
          .flatMap((area) => villages[area]!.map((name) => ({ name, area })))
          .map((v, i) => ({
            ...v,
            grids: gridsOf(i),
            households: 180 + ((i * 37) % 260),
            population: 600 + ((i * 113) % 900),
          })),
        units: units.map((name) => ({ name })),
        accounts: peopleOf(),
      },
      { now: clock.now(), today: clock.today() },
    ),
  )
  const townId = made.townId
  const categories = await world.db
    .selectFrom('category')
    .select(['code', 'name', 'level'])
    .orderBy('level', 'desc')
    .execute()
  const categoryOf = (word: string) => categories.find((c) => c.name.includes(word))?.code ?? null
  const whos = new Map<string, Who>()
  const plans = plansOf(today)
  const lives = plans.map((p) => deedsOf(p, made.staff, made, categoryOf))
  const [first, second] = villages[areas[0]!]!
  const passes = passDeeds(today, [made.villages[first!]!, made.villages[second!]!])
  const deeds = [
    ...lives,
    dutyDeeds(today, made.staff),
    supervisionDeeds(today, made.staff),
    assessmentDeeds(today, made.staff),
    openDeeds(
      today,
      areas.flatMap((name, area) => villages[name]!.map((v) => ({ id: made.villages[v]!, name: v, area }))),
    ),
    citizenDeeds(today),
    passes,
    routineDeeds(today, Object.keys(made.villages).length),
  ]
    .flatMap((list, order) => list.map((d, i) => ({ ...d, order, i })))
    .filter((d) => d.on < today || (d.on === today && d.hour <= 12))
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.hour - b.hour || a.order - b.order || a.i - b.i))
  const byDay = new Map<Day, typeof deeds>()
  for (const d of deeds) byDay.set(d.on, [...(byDay.get(d.on) ?? []), d])
  const simulated: Pick<World, 'clock' | 'dataDir'> = { clock: clock as Clock, dataDir: world.dataDir }
  let done = 0
  let grown = 100
  for (const [on, list] of byDay) {
    if (done > grown) {
      await world.ownerPool.query('analyze')
      grown *= 4
    }
    // One transaction a day: the same moves, fewer waits for the disk.
    await inTown(world.db, townId, async (tx) => {
      await sql`set local synchronous_commit = off`.execute(tx)
      for (const [minute, d] of list.entries()) {
        clock.set(on, d.hour, minute % 60)
        const s = await settingOf(tx, simulated, townId)
        let who = whos.get(d.who)
        if (!who) {
          who = await whoOfStaff(tx, townId, made.staff[d.who]!, today)
          whos.set(d.who, who)
        }
        await d.do(tx, who, s)
        done += 1
      }
    })
  }
  await playMediation(world, made, opening)
  await inTown(world.db, townId, async (tx) => {
    await sql`set local synchronous_commit = off`.execute(tx)
    // Once the mediators are there, four villages' cards were printed again; the other two's are out of date.
    clock.set(addDays(today, -15), 11)
    const again = areas.flatMap((a) => villages[a]!).slice(0, 4)
    await playCards(
      tx,
      await whoOfStaff(tx, townId, made.staff.chuangkou!, today),
      again.map((v) => ({ id: made.villages[v]! })),
      await settingOf(tx, simulated, townId),
    )
    clock.set(today, 12)
    const s = await settingOf(tx, simulated, townId)
    const who = (staffId: string) => whoOfStaff(tx, townId, staffId, today)
    const covering = ['renda', 'zuzhi', 'xuanchuan', 'fuzhen1', 'fuzhen2']
    await playScreening(
      tx,
      who,
      await who(made.staff.zhuren!),
      Object.fromEntries(areas.map((a, i) => [made.areas[a]!, made.staff[covering[i]!]!])),
      s,
    )
    await playVisits(
      tx,
      who,
      await who(made.staff.zhuren!),
      Object.values(made.villages),
      ['zs1', 'zs2', 'zs3', 'zs4', 'zs5', 'zs6', 'zs7', 'zs8'].map((u) => made.staff[u]!),
      s,
    )
  })
  say(
    `示范镇已就绪：${plans.length + passedUp} 件事项、${done} 步办理，用时 ${((Date.now() - started) / 1000).toFixed(1)} 秒（${daysBetween(opening, today)} 天的日历）`,
  )
}
