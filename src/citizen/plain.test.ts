import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import { settingOf } from '../petitions/world.store.ts'
import { createPublicApp } from '../server.ts'
import { petitioner, startSession } from './store.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createPublicApp>>
let cookie: string
beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createPublicApp(world)
  cookie = await inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const input = RegisterInput.parse({
      channel: 'online',
      receivedOn: s.today,
      request: '修路灯',
      parties: [{ name: '王建国' }],
    })
    const [made] = await registerMany(tx, petitioner(town.townId, null), [{ input, set: { registeredBy: null } }], s)
    return startSession(tx, town.townId, made!.id, s)
  })
  // A missed limit has the most to say.
  world.clock.set('2026-03-05', 9, 10)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

/** Words of the office and of the law that nobody says at home. */
const office =
  /属地|兜底|稳控|息诉|息访|台账|包案|分流|研判|核查|闭环|予以|之日起|上述|该事项|兹|鉴于|逾期|时限届满|依法依规|有关部门|相关规定|诉求人|系统错误|服务器|接口|参数|提交失败/

const sentencesOf = (page: string): string[] =>
  page
    .replace(/<(script|style|title)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, '\n')
    .split(/[。；！？\n]/u)
    .map((x) => x.trim())
    .filter(Boolean)

test('公众页面的每一句话都短，没有官话和机器话', async () => {
  const pages = [
    '/c',
    '/c/new',
    '/c/suggest',
    '/c/query',
    '/c/about',
    '/c/answers',
    '/c/open',
    '/c/receipt',
    '/c/matter',
  ]
  for (const url of pages) {
    const r = await app.inject({ url, headers: { cookie: `huisheng_c=${cookie}` } })
    expect(r.statusCode, url).toBe(200)
    const sentences = sentencesOf(r.body)
    expect(sentences.length, url).toBeGreaterThan(5)
    expect(
      sentences.filter((x) => [...x].length > 64),
      url,
    ).toEqual([])
    expect(
      sentences.filter((x) => office.test(x)),
      url,
    ).toEqual([])
  }
})
