import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { peopleOf } from '../seed/people.ts'
import { demoDay, demoPassword } from '../seed/town.ts'
import { chromium } from '../src/kit/server/chromium.ts'
import { type TestWorld, testWorld } from '../src/kit/server/testing.ts'
import { createApp } from '../src/server.ts'

export const desk = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }
export type Size = typeof desk

const dist = resolve(import.meta.dirname, '../dist')

/** A server in this process with the demo township, a browser, and what a browser test needs of both. */
export interface Office {
  world: TestWorld
  browser: Browser
  base: string
  /** Faults of page scripts and console errors so far, except answers 401 and 409 that a test provokes. */
  faults: string[]
  /** A fresh browser at the first page, not signed in. */
  open(size?: Size): Promise<Page>
  /** A fresh browser signed in with a demo account, at its first page. */
  enter(username: string, size?: Size): Promise<Page>
  /** Signs in on an open sign-in page. */
  signIn(page: Page, username: string): Promise<void>
  /** Closes the browser window of this page with its cookies. */
  leave(page: Page): Promise<void>
  close(): Promise<void>
}

/** Starts the office of the demo township, or of what `prepare` makes in an empty system. Close it in afterAll. */
export const startOffice = async (
  today = demoDay,
  prepare?: (world: TestWorld) => Promise<unknown>,
): Promise<Office> => {
  if (!existsSync(resolve(dist, 'index.html'))) throw new Error('页面还没有生成：先运行 npm run build')
  const world = prepare ? await testWorld(today) : await testWorld(today, process.env.HUISHENG_TEST_DEMO)
  await prepare?.(world)
  const app = await createApp(world, { dist })
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  const browser = await driver.launch(await chromium())
  const faults: string[] = []
  const open = async (size: Size = desk): Promise<Page> => {
    const context: BrowserContext = await browser.newContext({
      viewport: size,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    page.on('pageerror', (e) => faults.push(e.message))
    page.on('console', (m) => m.type() === 'error' && !/status of (401|409)/.test(m.text()) && faults.push(m.text()))
    await page.goto(base)
    return page
  }
  const signIn = async (page: Page, username: string) => {
    nameOf(username)
    await page.getByLabel('账号', { exact: true }).fill(username)
    await page.getByLabel('密码', { exact: true }).fill(demoPassword)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.locator('.hs-shell main h1').waitFor()
  }
  return {
    world,
    browser,
    base,
    faults,
    open,
    signIn,
    enter: async (username, size) => {
      const page = await open(size)
      await signIn(page, username)
      return page
    },
    leave: (page) => page.context().close(),
    close: async () => {
      await browser.close()
      await app.close()
      await world.drop()
    },
  }
}

/** The name of the person who holds this demo account. */
export const nameOf = (username: string): string => {
  const person = peopleOf().find((p) => p.username === username)
  if (!person) throw new Error(`没有演示账号 ${username}`)
  return person.name
}

/** Choose from a list by its label; typing narrows a long one. */
export const choose = async (page: Page, label: string, name: string | RegExp, type = false) => {
  const box = page.getByLabel(label, { exact: true })
  await box.focus()
  if (type) await box.fill(String(name))
  else await page.keyboard.press('ArrowDown')
  const list = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)')
  const option = list.locator('.ant-select-item-option').filter({ hasText: name }).first()
  await option.click()
}

/** Goes to another page of the office as one of its links would, without loading the whole of it anew. */
export const follow = async (page: Page, path: string) => {
  const { pathname, search } = new URL(page.url())
  if (pathname + search === path) return
  await page.evaluate((to) => {
    for (const e of document.querySelectorAll('main :is(h1, .hs-nothing, .hs-sentence)'))
      e.setAttribute('data-before', '')
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  await page.locator('main :is(h1, .hs-nothing, .hs-sentence):not([data-before])').first().waitFor()
}

/** What axe finds on this page, a line each. Waits for what fades in, which has not its colours yet. */
export const faultsOf = async (page: Page, where = page.url()): Promise<string[]> => {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY),
  )
  // In the page itself, without the second page that frames of other origins would need: we have none.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await axe.exclude('.ant-btn-loading').analyze()
  return violations.map((v) => `${where} ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
}

/** Axe finds nothing on this page. */
export const clean = async (page: Page, where = page.url()) => {
  expect(await faultsOf(page, where)).toEqual([])
}

/** Gives the page a voice; the answer asks what was read aloud. */
export const listening = async (page: Page): Promise<() => Promise<string[]>> => {
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(window, { said })
    Object.defineProperty(window, 'speechSynthesis', {
      value: { speaking: false, cancel: () => {}, speak: (u: { text: string }) => said.push(u.text) },
    })
    Object.assign(window, {
      SpeechSynthesisUtterance: class {
        text: string
        constructor(text: string) {
          this.text = text
        }
      },
    })
  })
  return () => page.evaluate('said')
}

/** Nothing sticks out sideways. */
export const fits = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      document.documentElement.scrollWidth <= innerWidth && document.querySelector('main')!.scrollWidth <= innerWidth,
  )
