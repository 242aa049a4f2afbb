import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium as driver, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromium } from '../src/kit/server/chromium.ts'
import { uuidv7 } from '../src/kit/server/crypto.ts'
import { type TestWorld, testWorld } from '../src/kit/server/testing.ts'
import { callsOf } from '../src/people/calls.fixture.ts'
import { smallTown } from '../src/people/fixture.ts'
import { createTown } from '../src/people/setup.store.ts'
import { createApp } from '../src/server.ts'

const dist = resolve(import.meta.dirname, '../dist')
let world: TestWorld
let app: Awaited<ReturnType<typeof createApp>>
let browser: Browser
let base: string
const faults: string[] = []

beforeAll(async () => {
  if (!existsSync(resolve(dist, 'citizen/.vite/manifest.json'))) throw new Error('页面还没有生成：先运行 npm run build')
  world = await testWorld('2026-03-05')
  await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  process.env.SMS_GATEWAY_URL = 'http://127.0.0.1:9/'
  app = await createApp(world, { dist })
  delete process.env.SMS_GATEWAY_URL
  base = await app.listen({ port: 0, host: '127.0.0.1' })
  const { args = [], ...how } = await chromium()
  // A microphone that beeps, given without asking.
  const microphone = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  browser = await driver.launch({ ...how, args: [...args, ...microphone] })
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await world?.drop()
})

const open = async (width: number, height: number, more: { scripts?: boolean } = {}): Promise<Page> => {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    javaScriptEnabled: more.scripts ?? true,
  })
  const page = await context.newPage()
  page.on('pageerror', (e) => faults.push(e.message))
  return page
}
const clean = async (page: Page) => {
  const found = await new AxeBuilder({ page }).analyze()
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([])
}
/** Goes on with Tab alone until this is focused, and sees that where one is can be seen. */
const tabTo = async (page: Page, what: Locator) => {
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press('Tab')
    const seen = await what.evaluate((e) => {
      if (document.activeElement !== e) return null
      const { outlineStyle, boxShadow } = getComputedStyle(e)
      return outlineStyle !== 'none' || boxShadow !== 'none'
    })
    if (seen === null) continue
    expect(seen, String(what)).toBe(true)
    return
  }
  throw new Error(`按 Tab 到不了 ${what}`)
}
const noSideScroll = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)

for (const [name, width, height] of [
  ['窄屏', 320, 640],
  ['手机', 390, 844],
  ['电脑', 1440, 900],
] as const)
  test(`${name}：三步反映，得到编号，看到最迟日期，补一句话`, async () => {
    const page = await open(width, height)
    await page.goto(`${base}/c`)
    await clean(page)
    await page.getByRole('link', { name: '我要反映' }).click()
    // Asked first; the steps stay three.
    await page.getByRole('heading', { name: '这件事以前反映过吗？' }).waitFor()
    await clean(page)
    await noSideScroll(page)
    await page.getByRole('link', { name: '没有，第一次反映' }).click()
    await page.getByText('您说：这件事第一次反映').waitFor()
    await page.getByLabel('您要求解决什么').fill(`要求把${name}的路灯修好`)
    await clean(page)
    // What sends it stands only at the end.
    expect(await page.getByRole('button', { name: '提交' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByLabel('哪个村（可以不选）').selectOption({ label: '东庄村' })
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByRole('button', { name: '提交' }).click()
    // Who was left out: the sentence stands at the field, and what was typed is still there.
    await page.getByText('请填写姓名；不愿留名的请勾选“匿名”').first().waitFor()
    await page.getByLabel('您的姓名').fill('王建国')
    await clean(page)
    await page.getByRole('button', { name: '提交' }).click()
    await page.waitForURL('**/c/receipt')
    await page.getByText('2026年3月20日（星期五）', { exact: true }).waitFor()
    await noSideScroll(page)
    await clean(page)
    await page.getByRole('link', { name: '看进度' }).click()
    await page.getByRole('heading', { name: '您的事项已经收到，正在登记' }).waitFor()
    await page.getByText('补充情况', { exact: true }).click()
    await page.getByLabel('要补充的情况').fill('昨天又坏了一盏')
    await page.getByLabel('要补充的情况').locator('xpath=ancestor::form').getByRole('button', { name: '提交' }).click()
    await page.getByRole('status').waitFor()
    await page.locator('.said', { hasText: '昨天又坏了一盏' }).waitFor()
    await page.getByRole('button', { name: '大字' }).click()
    await noSideScroll(page)
    await clean(page)
    await page.context().close()
  })

test('慢线上传到一半断了：写的、选的、录的都还在，网好了自己再送，只登记一次；同意短信和网页送达', async () => {
  const page = await open(390, 844)
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('要求修好机井')
  await page.getByRole('button', { name: '不方便写字，可以录一段话' }).click()
  await page.getByText('正在录音').waitFor()
  await page.waitForTimeout(400)
  await page.getByRole('button', { name: '不方便写字，可以录一段话' }).click()
  await page.getByText('录好了').waitFor()
  await clean(page)
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('照片、文件或者录好的录音').setInputFiles({
    name: '机井.txt',
    mimeType: 'text/plain',
    buffer: Buffer.alloc(600_000, '井'),
  })
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('您的姓名').fill('王建国')
  await page.getByLabel('手机号（可以不填）').fill('13800001234')
  await page.getByLabel('我们超期的时候，发短信告诉我').check()
  // The line is lost while the file is on its way.
  await page.route('**/c/new', async (r) => {
    await page.context().setOffline(true)
    await r.abort('connectionreset')
  })
  await page.getByRole('button', { name: '提交' }).click()
  await page.getByText('网断了，没有送到').waitFor()
  await clean(page)
  // Sent again by itself, with what was chosen and recorded.
  await page.unroute('**/c/new')
  await page.context().setOffline(false)
  await page.waitForURL('**/c/receipt')
  await page.getByRole('link', { name: '看进度' }).click()
  await page.getByText('录音1.webm、机井.txt').waitFor()
  const many = await world.ownerPool.query("select count(*)::int as n from petition where request = '要求修好机井'")
  expect(many.rows[0].n).toBe(1)
  await page.getByRole('button', { name: '不要短信' }).waitFor()
  await page.getByRole('button', { name: '同意用网页送达' }).click()
  await page.getByRole('button', { name: '不再用网页送达' }).waitFor()
  await clean(page)
  await page.context().close()
})

test('上传到一半手机没有信号：马上说，不等；有了信号自己再送，只登记一次', async () => {
  const page = await open(320, 640)
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('要求修好泵房')
  for (const _ of [1, 2]) await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('您的姓名').fill('李水')
  // On its way, and nothing comes back.
  await page.route('**/c/new', () => {})
  await page.getByRole('button', { name: '提交' }).click()
  await page.getByText('正在提交').waitFor()
  await page.waitForTimeout(500)
  await page.context().setOffline(true)
  await page.getByText('网断了，没有送到').waitFor()
  expect(await page.getByLabel('您的姓名').inputValue()).toBe('李水')
  await page.unroute('**/c/new')
  await page.context().setOffline(false)
  await page.waitForURL('**/c/receipt')
  await noSideScroll(page)
  await page.getByRole('button', { name: '大字' }).click()
  await noSideScroll(page)
  const many = await world.ownerPool.query("select count(*)::int as n from petition where request = '要求修好泵房'")
  expect(many.rows[0].n).toBe(1)
  await page.context().close()
})

test('太大的、太多的文件当场就说，不等传完；手机的返回键回到上一步，写的选的都在', async () => {
  const page = await open(390, 844)
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('要求修好水闸')
  await page.getByRole('button', { name: '下一步' }).click()
  const files = page.getByLabel('照片、文件或者录好的录音')
  const of = (n: number, size: number) =>
    Array.from({ length: n }, (_, i) => ({
      name: `水闸${i}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.alloc(size, '水'),
    }))
  await files.setInputFiles(of(1, 21 * 1024 * 1024))
  await page.getByText('“水闸0.txt”超过 20 MB').waitFor()
  await files.setInputFiles(of(10, 30))
  await page.getByText('一次最多 9 个，您选了 10 个').waitFor()
  await clean(page)
  await files.setInputFiles(of(2, 30))
  expect(await page.getByText('一次最多 9 个，您选了').count()).toBe(0)
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByLabel('您的姓名').waitFor()
  await page.goBack()
  await files.waitFor()
  expect(await files.evaluate((e: HTMLInputElement) => e.files?.length)).toBe(2)
  await page.goBack()
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('要求修好水闸')
  await page.goForward()
  await page.goForward()
  await page.getByLabel('您的姓名').fill('石大山')
  await page.getByRole('button', { name: '提交' }).dblclick()
  await page.waitForURL('**/c/receipt')
  const many = await world.ownerPool.query("select count(*)::int as n from petition where request = '要求修好水闸'")
  expect(many.rows[0].n).toBe(1)
  await page.context().close()
})

for (const [name, width, height, scripts] of [
  ['窄屏', 320, 640, true],
  ['手机', 390, 844, true],
  ['电脑', 1440, 900, true],
  ['没有脚本', 390, 844, false],
] as const)
  test(`${name}：先问以前反映过吗——查到那一件，补一句；还是再反映一次；找不到编号的也接着写；返回键一步一步退`, async () => {
    const { as } = callsOf(() => app)
    const input = {
      channel: 'visit',
      receivedOn: '2026-03-05',
      request: `要求${name}通水`,
      parties: [{ name: '孙大娘' }],
    }
    const made = (await as('clerk', 'POST', '/api/petitions', { requestId: uuidv7(), input })).json
    const page = await open(width, height, { scripts })
    await page.goto(`${base}/c`)
    await page.getByRole('link', { name: '我要反映' }).click()
    await page.getByRole('link', { name: '反映过，有编号和查询码' }).click()
    if (scripts) await clean(page)
    await page.getByLabel('编号').fill(made.number)
    if (name === '窄屏') {
      await page.getByLabel('查询码').fill('AAAAAAAAAA')
      await page.getByRole('button', { name: '看一看' }).click()
      await page.getByText('编号或查询码不对').waitFor()
    }
    await page.getByLabel('查询码').fill(made.queryCode)
    await page.getByRole('button', { name: '看一看' }).click()
    await page.getByRole('heading', { name: '您的事项已经登记，正在审查由谁办理' }).waitFor()
    await page.getByText('2026年3月20日').waitFor()
    await page.getByText('现在由镇信访办负责').waitFor()
    await noSideScroll(page)
    if (scripts) {
      await clean(page)
      await page.getByRole('button', { name: '大字' }).click()
      await page.getByRole('button', { name: '高对比' }).click()
      await clean(page)
      await noSideScroll(page)
      await page.getByRole('button', { name: '大字' }).click()
      await page.getByRole('button', { name: '高对比' }).click()
      await page.getByRole('link', { name: '补充情况' }).click()
      await page.getByLabel('要补充的情况').fill('又停了两天')
      await page
        .getByLabel('要补充的情况')
        .locator('xpath=ancestor::form')
        .getByRole('button', { name: '提交' })
        .click()
      await page.locator('.said', { hasText: '又停了两天' }).waitFor()
      await page.goto(`${base}/c/ask/found`)
    }
    await page.getByRole('link', { name: '还是要再反映一次' }).click()
    await page.getByText(`您说：在本镇反映过，编号 ${made.number}`).waitFor()
    await noSideScroll(page)
    await page.getByLabel('您要求解决什么').fill(`${name}还是没有水`)
    if (scripts) {
      await clean(page)
      await page.getByRole('button', { name: '下一步' }).click()
      await page.getByLabel('哪个村（可以不选）').waitFor()
      await page.goBack()
      // Closed midway: opened again, what was answered is still there, too.
      await page.getByLabel('您要求解决什么').waitFor()
      await page.goto(`${base}/c/ask`)
      await page.getByRole('link', { name: '接着写' }).click()
      await page.getByText(`您说：在本镇反映过，编号 ${made.number}`).waitFor()
      expect(await page.getByLabel('您要求解决什么').inputValue()).toBe(`${name}还是没有水`)
      // Answered anew, what was written stays.
      await page.getByRole('link', { name: '改一改' }).click()
      await page.getByRole('link', { name: '反映过，编号或查询码找不到了' }).click()
      await page.getByLabel('大概什么时候反映的（可以不填）').fill('2027年')
      await page.getByRole('button', { name: '接着反映' }).click()
      await page.getByText('这个时间还没有到').first().waitFor()
      await clean(page)
      await noSideScroll(page)
      await page.getByLabel('大概什么时候反映的（可以不填）').fill('去年秋天')
      await page.getByRole('button', { name: '接着反映' }).click()
      await page.getByText('编号找不到了（时间：去年秋天）').waitFor()
      await page.goBack()
      await page.getByRole('heading', { name: '编号或查询码找不到了' }).waitFor()
      await page.goBack()
      await page.getByRole('heading', { name: '这件事以前反映过吗？' }).waitFor()
      await page.goto(`${base}/c/ask/found`)
      await page.getByRole('link', { name: '还是要再反映一次' }).click()
      expect(await page.getByLabel('您要求解决什么').inputValue()).toBe(`${name}还是没有水`)
      for (const _ of [1, 2]) await page.getByRole('button', { name: '下一步' }).click()
    }
    await page.getByLabel('您的姓名').fill('孙大娘')
    await page.getByRole('button', { name: '提交' }).click()
    if (!scripts) {
      await page.getByText('请过 20 秒再按一次“提交”').waitFor()
      await page.getByText(`您说：在本镇反映过，编号 ${made.number}`).waitFor()
      world.clock.set('2026-03-05', 9, 1)
      await page.getByRole('button', { name: '提交' }).click()
    }
    await page.waitForURL('**/c/receipt')
    await page.getByText(`您说：在本镇反映过，编号 ${made.number}，已经一起记下`).waitFor()
    const { rows } = await world.ownerPool.query(
      `select l.kind, l.note from petition_link l join petition p on p.id = l.from_id where p.request = $1 and l.to_id = $2`,
      [`${name}还是没有水`, made.id],
    )
    expect(rows).toEqual([{ kind: 'repeat', note: '信访人自己说：这件事以前反映过' }])
    world.clock.set('2026-03-05')
    await page.context().close()
  })

test('没有脚本也能反映和查进度', async () => {
  const page = await open(390, 844, { scripts: false })
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('要求清理水沟')
  await page.getByLabel('您的姓名').fill('赵六')
  await page.getByRole('button', { name: '提交' }).click()
  // Nothing counts here while one writes: a short wait takes its place, and nothing is lost.
  await page.getByText('请过 20 秒再按一次“提交”').waitFor()
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('要求清理水沟')
  world.clock.set('2026-03-05', 9, 1)
  await page.getByRole('button', { name: '提交' }).click()
  await page.waitForURL('**/c/receipt')
  const [number, code] = await page.locator('.big').allInnerTexts()
  await page.getByRole('link', { name: '看进度' }).click()
  await page.getByRole('button', { name: '看完了，退出' }).click()
  await page.getByRole('link', { name: '查进度' }).click()
  await page.getByLabel('编号').fill(number!)
  await page.getByLabel('查询码').fill(code!)
  await page.getByRole('button', { name: '查询' }).click()
  await page.getByRole('heading', { name: '您的事项已经收到，正在登记' }).waitFor()
  await page.context().close()
})

test('只按 Tab、方向键、空格、回车：从首页反映、看进度、补一句话、退出，走到哪里都看得见', async () => {
  const page = await open(390, 844)
  const { keyboard } = page
  await page.goto(`${base}/c`)
  await tabTo(page, page.getByRole('link', { name: '我要反映' }))
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: '这件事以前反映过吗？' }).waitFor()
  await tabTo(page, page.getByRole('link', { name: '在别处反映过' }))
  await keyboard.press('Enter')
  await tabTo(page, page.getByLabel('12345 热线'))
  await keyboard.press('Space')
  await tabTo(page, page.getByLabel('大概什么时候（可以不填）'))
  await keyboard.type('去年')
  await tabTo(page, page.getByRole('button', { name: '接着反映' }))
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: '我要反映' }).waitFor()
  await page.getByText('您说：在别处反映过：12345 热线（时间：去年）').waitFor()
  await tabTo(page, page.getByLabel('遇到困难、有诉求，要求解决'))
  await tabTo(page, page.getByLabel('您要求解决什么'))
  await keyboard.type('要求修好拦水坝')
  await tabTo(page, page.getByRole('button', { name: '下一步' }))
  await keyboard.press('Enter')
  await tabTo(page, page.getByLabel('哪个村（可以不选）'))
  await keyboard.press('ArrowDown')
  await tabTo(page, page.getByRole('button', { name: '下一步' }))
  await keyboard.press('Enter')
  await tabTo(page, page.getByLabel('您的姓名'))
  await keyboard.type('宋大山')
  await tabTo(page, page.getByLabel('同意用这个网页向我送达文书'))
  await keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: '提交' }))
  await keyboard.press('Enter')
  await page.waitForURL('**/c/receipt')
  await tabTo(page, page.getByRole('link', { name: '看进度' }))
  await keyboard.press('Enter')
  await page.getByRole('button', { name: '不再用网页送达' }).waitFor()
  await tabTo(page, page.locator('#right-facts summary'))
  await keyboard.press('Enter')
  await tabTo(page, page.getByLabel('要补充的情况'))
  await keyboard.type('坝上又开了一道缝')
  await tabTo(page, page.locator('#right-facts button'))
  await keyboard.press('Enter')
  await page.getByText('已经收到，并告诉了承办人').waitFor()
  await tabTo(page, page.getByRole('button', { name: '看完了，退出' }))
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: '有事请讲，件件有回音' }).waitFor()
  const { rows } = await world.ownerPool.query("select village_id from petition where request = '要求修好拦水坝'")
  expect([rows.length, rows[0].village_id !== null]).toEqual([1, true])
  await page.context().close()
})

test('凭编号和查询码查到答复，只用键盘评价：信访办和承办单位分开评，评了就不能改', async () => {
  const { as } = callsOf(() => app)
  const input = { channel: 'visit', receivedOn: '2026-03-05', request: '要求确认地界', parties: [{ name: '孙大娘' }] }
  const made = (await as('clerk', 'POST', '/api/petitions', { requestId: uuidv7(), input })).json
  const move = async (who: string, version: number, name: string, given: object) => {
    const body = { requestId: uuidv7(), version, input: given }
    const r = await as(who, 'POST', `/api/petitions/${made.id}/moves/${name}`, body)
    expect(r.status, r.body).toBe(200)
    return r.json.matter.version as number
  }
  const route = { class: 'claim', route: 'litigation', category: null, categoryText: '土地' }
  const version = await move('clerk', 1, 'classify', route)
  const way = { where: '县人民法院', how: '带身份证明去立案', timeLeft: '三年' }
  await move('petitionHead', version, 'guide', way)
  const page = await open(390, 844)
  const { keyboard } = page
  await page.goto(`${base}/c/query`)
  await tabTo(page, page.getByLabel('编号'))
  await keyboard.type(made.number)
  await tabTo(page, page.getByLabel('查询码'))
  await keyboard.type(made.queryCode)
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: '请您评价' }).waitFor()
  await clean(page)
  await tabTo(page, page.locator('#office-satisfied'))
  await keyboard.press('ArrowDown')
  await tabTo(page, page.locator('#unit-satisfied'))
  await keyboard.press('ArrowUp')
  await tabTo(page, page.getByText('再说细一点（可以不填）'))
  await keyboard.press('Enter')
  await tabTo(page, page.getByLabel('理由'))
  await keyboard.type('没有人告诉我要带什么')
  await tabTo(page, page.getByRole('button', { name: '提交评价' }))
  await keyboard.press('Enter')
  await page.getByText('信访办：基本满意；承办单位：不满意').waitFor()
  expect(await page.getByRole('button', { name: '提交评价' }).count()).toBe(0)
  await clean(page)
  await page.context().close()
})

test('写到一半关掉浏览器，再打开还在；只用键盘也能提交', async () => {
  const page = await open(390, 844)
  await page.goto(`${base}/c/new`)
  await page.getByLabel('您要求解决什么').fill('写到一半的诉求')
  await page.goto(`${base}/c`)
  await page.goto(`${base}/c/new`)
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('写到一半的诉求')
  await page.getByRole('button', { name: '下一步' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '下一步' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('匿名').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: '提交' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/receipt')
  await page.goto(`${base}/c/matter`)
  await page.goto(`${base}/c/new`)
  expect(await page.getByLabel('您要求解决什么').inputValue()).toBe('')
  await page.context().close()
  expect(faults).toEqual([])
})
