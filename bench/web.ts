import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium as driver, type Page } from 'playwright-core'
import { chromium } from '../src/kit/server/chromium.ts'
import { benchPlace } from './place.ts'
import type { Bench, Figure } from './table.ts'

const dist = resolve(import.meta.dirname, '../dist')
/** 400 kb/s with the delay of a mobile line, and a processor six times slower than this one. */
const slow = { offline: false, latency: 100, downloadThroughput: 50_000, uploadThroughput: 25_000 }
const rounds = 3

/** The faces of the product: where they begin, what is there once they can be used, what they may weigh and take. */
const faces: {
  name: string
  path: string
  built: string
  ready: (page: Page) => Promise<unknown>
  kb: number
  ms?: number
}[] = [
  {
    name: '公众端“我要反映”',
    path: '/c/new',
    built: 'citizen/.vite/manifest.json',
    // Made by the script: the steps can be walked.
    ready: (page) => page.getByRole('button', { name: '下一步' }).waitFor(),
    kb: 40,
    ms: 3000,
  },
  {
    name: '手机端',
    path: '/field',
    built: 'field/.vite/manifest.json',
    // Made by the script; the page itself says only that it opens.
    ready: (page) => page.getByLabel('账号', { exact: true }).waitFor(),
    kb: 40,
    ms: 3000,
  },
  {
    name: '办公端登录页',
    path: '/',
    built: 'index.html',
    ready: (page) => page.getByLabel('账号', { exact: true }).waitFor(),
    kb: 420,
  },
]

/** What a first visitor pays on a slow line with a slow phone: kilobytes as gzip sends them, and milliseconds to use. */
export const run: Bench = async ({ matters }) => {
  const built = faces.filter((f) => existsSync(resolve(dist, f.built)))
  if (built.length === 0) throw new Error('页面还没有生成：先运行 npm run build')
  const place = await benchPlace(matters)
  const server = await place.serve()
  const base = `http://127.0.0.1:${server.port}`
  const browser = await driver.launch(await chromium())
  try {
    const figures: Figure[] = []
    for (const f of built) {
      const times: number[] = []
      let bytes = 0
      for (let i = 0; i < rounds; i += 1) {
        const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
        context.setDefaultTimeout(120_000)
        const page = await context.newPage()
        const devtools = await context.newCDPSession(page)
        await devtools.send('Network.enable')
        await devtools.send('Network.emulateNetworkConditions', slow)
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 })
        const began = performance.now()
        await page.goto(base + f.path, { waitUntil: 'commit' })
        await f.ready(page)
        times.push(performance.now() - began)
        const asked = await page.evaluate(() =>
          performance.getEntriesByType('resource').map((r) => new URL(r.name).pathname),
        )
        const html = Buffer.from((await server.must('GET', f.path)).body)
        bytes = gzipSync(html).length
        for (const path of new Set(asked)) {
          const file = resolve(dist, `.${path.replace(/^\/c\//, '/citizen/')}`)
          if (/\.(js|css|svg|png|woff2?)$/.test(path) && existsSync(file))
            bytes += gzipSync(readFileSync(file), { level: 9 }).length
        }
        await context.close()
      }
      const middle = times.sort((a, b) => a - b)[Math.floor(rounds / 2)]!
      figures.push(
        { what: `${f.name}首次打开（gzip）`, value: bytes / 1024, unit: 'KB', line: { at: f.kb, is: 'most' } },
        {
          what: `${f.name}可以使用`,
          value: middle,
          unit: 'ms',
          ...(f.ms ? { line: { at: f.ms, is: 'most' as const } } : {}),
          note: `400 kb/s，处理器放慢六倍，${rounds} 次的中位数`,
        },
      )
    }
    return figures
  } finally {
    await browser.close()
    await server.stop()
    await place.close()
  }
}
