import { uuidv7 } from '../src/kit/server/crypto.ts'
import { inTown } from '../src/kit/server/db.ts'
import type { Who } from '../src/people/roles.ts'
import { act } from '../src/petitions/act.store.ts'
import { settingOf } from '../src/petitions/world.store.ts'
import { livesOf, minimal } from './lives.ts'
import { loop } from './load.ts'
import { benchPlace, rawPool, recording, type Statement } from './place.ts'
import type { Bench } from './table.ts'

const input = { onDay: '', way: 'phone', body: '电话听取陈述，约定下周到村里看现场' }

class Undo extends Error {}

/** One move over HTTP against its own statements through the bare driver; then whole lives, register to sign-off. */
export const run: Bench = async ({ matters, clients, seconds }) => {
  const place = await benchPlace(matters)
  const server = await place.serve()
  const raw = rawPool(place, clients)
  try {
    const { ownerPool } = place.world
    const today = place.world.clock.today()
    const contact = { ...input, onDay: today }
    // Matters under way in the first towns, each with its handler, who may note a contact at any time.
    const open = (
      await ownerPool.query(
        `select p.town_id, p.id, p.version, a.username from petition p
         join account a on a.town_id = p.town_id and a.staff_id = p.main_handler_id
         where p.town_id = any ($1) and p.state = 'handling' and not p.sealed order by p.id limit 3000`,
        [place.towns.slice(0, 20).map((t) => t.id)],
      )
    ).rows as { town_id: string; id: string; version: number; username: string }[]
    if (open.length < 40) throw new Error('合成数据中办理中的事项太少')
    const townOf = new Map(place.towns.map((t) => [t.id, t]))
    const cookies = new Map<string, string>()
    const people = new Map<string, Who>()
    const keyOf = (p: { town_id: string; username: string }) => `${p.town_id}/${p.username}`
    for (const p of open) {
      const key = keyOf(p)
      if (cookies.has(key)) continue
      cookies.set(key, await server.signIn(townOf.get(p.town_id)!, p.username))
      people.set(key, await place.whoIs(townOf.get(p.town_id)!, p.username))
    }
    // Half for the bare driver: decided and recorded in transactions that are undone.
    const half = Math.floor(open.length / 2)
    const recorded: Statement[][] = []
    for (const p of open.slice(0, half)) {
      const said = await recording(() =>
        inTown(place.world.db, p.town_id, async (tx) => {
          const s = await settingOf(tx, place.world, p.town_id)
          await act(
            tx,
            people.get(keyOf(p))!,
            { id: p.id, move: 'contact', version: p.version, requestId: uuidv7(), input: contact },
            s,
          )
          throw new Undo()
        }).catch((e) => {
          if (!(e instanceof Undo)) throw e
        }),
      )
      recorded.push(said.map((x) => (x.text === 'rollback' ? { text: 'commit', values: [] } : x)))
    }
    const mine = new Map(open.slice(half).map((p) => [p.id, p.version]))
    const ids = open.slice(half)
    const http = await loop(clients, seconds, async (c) => {
      // Each client keeps to matters of its own, as handlers do.
      const own = ids.filter((_, i) => i % clients === c)
      const p = own[Math.floor(Math.random() * own.length)]!
      const version = mine.get(p.id)!
      const r = await server.must('POST', `/api/petitions/${p.id}/moves/contact`, {
        cookie: cookies.get(keyOf(p))!,
        headers: minimal,
        body: { requestId: uuidv7(), version, input: contact },
      })
      mine.set(p.id, Number(r.headers['x-version']))
    })
    let next = 0
    const began = performance.now()
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (next < recorded.length) await raw.run(recorded[next++]!)
      }),
    )
    const barePerSecond = recorded.length / ((performance.now() - began) / 1000)

    const lives = await livesOf(place, server, clients, seconds)
    return [
      {
        what: '一个动作（授权、判断、写行、留痕、期限、排队）',
        value: http.perSecond,
        unit: '次/秒',
        note: `${clients} 个并发，HTTP`,
      },
      { what: '同样的语句直接经驱动', value: barePerSecond, unit: '次/秒' },
      { what: '二者之比', value: (100 * http.perSecond) / barePerSecond, unit: '%', line: { at: 40, is: 'least' } },
      { what: '一个动作 p95', value: http.p95, unit: 'ms' },
      ...lives,
    ]
  } finally {
    await raw.close()
    await server.stop()
    await place.close()
  }
}
