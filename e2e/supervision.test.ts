import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium as driver, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoAccounts, playDemo } from '../seed/demo.ts'
import { chromium } from '../src/kit/server/chromium.ts'
import { type TestWorld, testWorld } from '../src/kit/server/testing.ts'
import { createApp } from '../src/server.ts'
import { remindAll } from '../src/worker.ts'

const dist = resolve(import.meta.dirname, '../dist')
const desk = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

let world: TestWorld
let app: Awaited<ReturnType<typeof createApp>>
let browser: Browser
let base: string
const faults: string[] = []

beforeAll(async () => {
  if (!existsSync(resolve(dist, 'index.html'))) throw new Error('页面还没有生成：先运行 npm run build')
  world = await testWorld('2026-11-24')
  await playDemo(world)
  await remindAll(world, { has: () => false, send: async () => {} })
  app = await createApp(world, { dist })
  base = await app.listen({ port: 0, host: '127.0.0.1' })
  browser = await driver.launch(await chromium())
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await world?.drop()
})

const enter = async (username: string, viewport = desk): Promise<Page> => {
  const context = await browser.newContext({
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.on('pageerror', (e) => faults.push(e.message))
  page.on('console', (m) => m.type() === 'error' && !/status of (401|409)/.test(m.text()) && faults.push(m.text()))
  await page.goto(base)
  const account = demoAccounts().find((a) => a.username === username)!
  await page.getByLabel('账号', { exact: true }).fill(username)
  await page.getByLabel('密码', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.locator('.hs-shell main h1').waitFor()
  return page
}
const clean = async (page: Page) => {
  // What is still fading in has not its colours yet; a spinner never ends.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY),
  )
  const { violations } = await new AxeBuilder({ page }).exclude('.ant-btn-loading').analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([])
}
const fits = (page: Page) =>
  page.evaluate(
    () =>
      document.documentElement.scrollWidth <= innerWidth && document.querySelector('main')!.scrollWidth <= innerWidth,
  )

test('通报提醒各页在电脑和手机上都没有无障碍问题，手机上不横向滚动', async () => {
  for (const size of [desk, phone]) {
    const page = await enter('zhuren', size)
    for (const [tab, seen] of [
      ['sent', '办理期限'],
      ['circulars', '草稿'],
      ['leaves', '登记请假'],
      ['contact', '我的接收方式'],
      ['policy', '上报线'],
      ['deliveries', '还没有外发过消息'],
    ] as const) {
      await page.goto(`${base}/reminders?tab=${tab}`)
      await page.getByText(seen).first().waitFor()
      await clean(page)
      expect(await fits(page), `${tab} ${size.width}`).toBe(true)
    }
    await page.context().close()
  }
})

test('经办人登记请假和代理人，销假；主任改定并签发周通报，领导看得到', async () => {
  const page = await enter('zs1')
  await page.goto(`${base}/reminders?tab=leaves`)
  await page.getByLabel('从', { exact: true }).fill('2026-11-25')
  await page.getByLabel('到', { exact: true }).fill('2026-11-27')
  await page.getByRole('button', { name: '登记请假' }).click()
  await page.getByText('2026-11-25 至 2026-11-27').waitFor()
  await page.getByRole('button', { name: '销假' }).click()
  await page.getByRole('button', { name: '确定' }).click()
  await page.getByText('已销假').first().waitFor()
  await page.context().close()

  const head = await enter('zhuren')
  await head.goto(`${base}/reminders?tab=circulars`)
  await head.getByRole('button', { name: /周通报/ }).click()
  await head.getByRole('button', { name: '签发' }).click()
  await head
    .getByRole('dialog', { name: /签发后不能再改/ })
    .getByRole('button', { name: '签发' })
    .click()
  await head.getByText('已签发').waitFor()
  await head.context().close()

  const leader = await enter('shuji')
  await leader.goto(`${base}/reminders?tab=circulars`)
  await leader.getByRole('button', { name: /周通报/ }).click()
  await leader.getByText('办理情况通报如下').waitFor()
  await clean(leader)
  await leader.context().close()
})

test('页面没有报错', () => {
  expect(faults).toEqual([])
})
