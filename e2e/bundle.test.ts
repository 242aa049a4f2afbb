import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { transformSync } from 'rolldown/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, startOffice } from './fixture.ts'
import { tooNew } from './old.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

/** Kilobytes, as gzip would send them, of everything this browser has asked for: what a first visitor pays. */
const loaded = async (page: Page): Promise<number> => {
  const paths = await page.evaluate(() => [
    location.pathname,
    ...performance
      .getEntriesByType('resource')
      .map((r) => new URL(r.name).pathname)
      .filter((p) => /\.(js|css|svg|png|woff2?)$/.test(p)),
  ])
  let sum = 0
  for (const path of new Set(paths)) {
    const body = Buffer.from(await (await page.request.get(office.base + path)).body())
    sum += gzipSync(body, { level: 9 }).length
  }
  return sum / 1024
}

test('办公端首次打开到工作台不超过 420 KB（gzip）', async () => {
  const page = await office.enter('zhuren')
  await page.getByRole('heading', { name: '我手上的事项' }).waitFor()
  const size = await loaded(page)
  expect(size).toBeGreaterThan(100)
  expect(size).toBeLessThanOrEqual(420)
  await office.leave(page)
})

test('公众端首次打开不超过 40 KB（gzip）', async () => {
  const page = await office.open()
  await page.goto(`${office.base}/c`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const size = await loaded(page)
  expect(size).toBeGreaterThan(3)
  expect(size).toBeLessThanOrEqual(40)
  await office.leave(page)
})

test('手机端首次打开不超过 40 KB（gzip）', async () => {
  const page = await office.open()
  await page.goto(`${office.base}/field`)
  await page.getByRole('button', { name: '登录' }).waitFor()
  const size = await loaded(page)
  expect(size).toBeGreaterThan(8)
  expect(size).toBeLessThanOrEqual(40)
  await office.leave(page)
})

test('生成的入口里没有把整页的代码提前装进来', () => {
  const html = readFileSync(resolve(import.meta.dirname, '../dist/index.html'), 'utf8')
  const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1]!)
  expect(first.length).toBeGreaterThan(2)
  expect(first.filter((f) => /Form-|Import-|MoveDialog-|Cards-|Setup-/.test(f))).toEqual([])
})

test('公众端、手机端生成的脚本和样式，Chromium 86 都认得：语法、名字、样式', () => {
  const wrong: string[] = []
  for (const face of ['citizen', 'field']) {
    const folder = resolve(import.meta.dirname, '../dist', face, 'assets')
    for (const name of readdirSync(folder).filter((f) => /\.(js|css)$/.test(f))) {
      const text = readFileSync(join(folder, name), 'utf8')
      for (const what of tooNew(name, text)) wrong.push(`${face}/${name} ${what}`)
      // Written for 86 and written for today are the same: there is no newer syntax left to lower.
      const of = (target: string) => transformSync(name, text, { target, sourceType: 'module' }).code
      if (name.endsWith('.js') && of('chrome86') !== of('esnext')) wrong.push(`${face}/${name} 有新语法`)
    }
  }
  expect(wrong).toEqual([])
  // The check itself finds what it is for.
  expect(tooNew('a.css', '.a:is(.b,.c){inset:0;accent-color:red}')).toHaveLength(2)
  expect(tooNew('a.js', 'structuredClone(a.at(-1))')).toHaveLength(2)
})
