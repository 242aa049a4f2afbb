import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseAst } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { calendarOf } from '../petitions/calendar.ts'
import { dueOf } from '../petitions/clocks.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import { settingOf } from '../petitions/world.store.ts'
import { createPublicApp } from '../server.ts'
import { petitioner, startSession } from './store.ts'

const src = resolve(import.meta.dirname, '..')
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

/** What is wrong with a page's or a file's sentences, each with where it stands. */
const wrongIn = (where: string, text: string): string[] =>
  sentencesOf(text)
    .filter((x) => [...x].length > 50 || office.test(x))
    .map((x) => `${where}：${x}`)

test('公众页面的每一句话都短，没有官话和机器话', async () => {
  const pages = [
    '/c',
    '/c/new',
    '/c/ask',
    '/c/ask/code',
    '/c/ask/found',
    '/c/ask/lost',
    '/c/ask/elsewhere',
    '/c/suggest',
    '/c/query',
    '/c/about',
    '/c/duty',
    '/c/answers',
    '/c/open',
    '/c/open/due',
    '/c/receipt',
    '/c/matter',
  ]
  for (const url of pages) {
    const r = await app.inject({ url, headers: { cookie: `huisheng_c=${cookie}` } })
    expect(r.statusCode, url).toBe(200)
    expect(sentencesOf(r.body).length, url).toBeGreaterThan(5)
    expect(wrongIn(url, r.body)).toEqual([])
  }
})

test('“为什么是这天”的每一句也短', () => {
  const calendar = calendarOf([], [2026])
  // Those a petitioner waits for, or has.
  for (const rule of ['D01', 'D02', 'D03', 'D05', 'D06', 'D07', 'D08', 'D09', 'D10', 'D12'] as const) {
    const { steps } = dueOf(rule, { from: day('2026-03-05'), accepted: day('2026-03-05') }, calendar)
    expect(steps.length).toBeGreaterThan(0)
    expect(wrongIn(rule, steps.join('\n'))).toEqual([])
  }
})

/** Files whose every word is for petitioners; of the others only why something is refused. */
const whole =
  /^citizen\/(page|[a-z]+\.pages|own\.page|view|enhance|recorder|send|input|work|gate|card|(bring|matter|open|face|form|ask|code|api)(\.api)?)\.ts$/
const refusals = [
  'citizen/store.ts',
  'open/answers.store.ts',
  'kit/server/files.ts',
  'kit/server/clamav.ts',
  'kit/server/turns.ts',
]

interface Node {
  type: string
  value?: unknown
  callee?: { name?: string }
  quasis?: { value: { cooked: string } }[]
}
const isNode = (x: unknown): x is Node => typeof x === 'object' && x !== null && 'type' in x

/** Every text in Chinese that stands in a source file, whole, with 某 where something is put in. */
const textsOf = (file: string, refusedOnly: boolean): string[] => {
  const texts: string[] = []
  const visit = (node: Node, inside: boolean) => {
    const here =
      inside || (node.type === 'NewExpression' && /^(Refused|Invalid|NotFound)$/.test(node.callee?.name ?? ''))
    if (here && node.type === 'Literal' && typeof node.value === 'string') texts.push(node.value)
    if (here && node.type === 'TemplateLiteral') texts.push(node.quasis!.map((q) => q.value.cooked).join('某'))
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, here)
  }
  visit(parseAst(readFileSync(join(src, file), 'utf8'), { lang: 'ts' }) as unknown as Node, !refusedOnly)
  return texts.filter((t) => /[\u4e00-\u9fff]/.test(t))
}

test('写给信访人的每一句话，不管哪种情形才出现——页面、脚本、短信、为什么没有办成——都短，没有官话', () => {
  const files = [
    ...(readdirSync(join(src, 'citizen')) as string[]).map((f) => `citizen/${f}`).filter((f) => whole.test(f)),
    'petitions/register/before.ts',
  ]
  expect(files.length).toBeGreaterThan(14)
  const all = [...files.map((f) => [f, false] as const), ...refusals.map((f) => [f, true] as const)]
  const texts = all.flatMap(([f, refusedOnly]) => textsOf(f, refusedOnly).map((t) => [f, t] as const))
  expect(texts.length).toBeGreaterThan(300)
  expect(texts.flatMap(([f, t]) => wrongIn(f, t))).toEqual([])
})
