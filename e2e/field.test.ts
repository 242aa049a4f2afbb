import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoPassword } from '../seed/town.ts'
import { clean, fits, nameOf, type Office, startOffice } from './fixture.ts'

let office: Office
const small = { width: 360, height: 800 }
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

/** A phone with the phone face open and signed in, its worker in charge, so that it starts without network. */
const phoneOf = async (username: string): Promise<Page> => {
  nameOf(username)
  const page = await office.open(small)
  await page.goto(`${office.base}/field`)
  await page.getByLabel('账号').fill(username)
  await page.getByLabel('密码').fill(demoPassword)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('已连接').waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  return page
}
/** A photo as a camera makes one, each its own. */
const photo = (page: Page, n: number): Promise<Buffer> =>
  page
    .evaluate((k) => {
      const c = document.createElement('canvas')
      c.width = 1000
      c.height = 750
      const g = c.getContext('2d')!
      for (let i = 0; i < 400; i += 1) {
        g.fillStyle = `hsl(${(i * 37 + k * 61) % 360} 70% 50%)`
        g.fillRect((i * 131) % 1000, (i * 271 + k * 13) % 750, 90, 70)
      }
      return c.toDataURL('image/jpeg', 0.95).split(',')[1]!
    }, n)
    .then((b) => Buffer.from(b, 'base64'))

const write = async (page: Page, request: string, name: string, photos = 0) => {
  await page.getByRole('button', { name: '登记群众诉求' }).click()
  await page.getByLabel('反映什么、要求什么').fill(request)
  await page.getByLabel('姓名').fill(name)
  await page.getByLabel('已把上面记的念给本人核对').check()
  if (photos) {
    const files = []
    for (let n = 0; n < photos; n += 1)
      files.push({ name: `IMG_${n}.jpg`, mimeType: 'image/jpeg', buffer: await photo(page, n + request.length) })
    await page.getByLabel('选择照片').setInputFiles(files)
    await page
      .getByRole('button', { name: /去掉照片/ })
      .nth(photos - 1)
      .waitFor()
  }
}
const send = (page: Page) => page.getByRole('button', { name: '登记并发送' }).click()
const sent = async (like: string) =>
  (
    await office.world.ownerPool.query(
      `select p.id, p.number, p.request, (select count(*)::int from attachment a where a.town_id = p.town_id and a.petition_id = p.id) as files,
        (select string_agg(r.body, '|') from petition_record r where r.town_id = p.town_id and r.petition_id = p.id) as notes
       from petition p where p.request like $1 order by p.request`,
      [`%${like}%`],
    )
  ).rows as { id: string; number: string; request: string; files: number; notes: string | null }[]

test('断网写几件带照片的，刷新，联网后每件恰好送达一次；被退回的说明原因，改好再发', async () => {
  const page = await phoneOf('wg109')
  await clean(page)
  expect(await fits(page)).toBe(true)
  // Once open, it is known what is to be reported today.
  await page.getByRole('link', { name: /矛盾排查/ }).click()
  await page.getByText('水磨头').first().waitFor()
  await page.goBack()

  await page.context().setOffline(true)
  await page.getByText('没有网络，可以照常登记').waitFor()
  for (const [n, photos] of [2, 0, 1].entries()) {
    await write(page, `试验断网第${n + 1}件，村东路灯不亮，要求修好`, `试验人${n}`, photos)
    if (n === 0) {
      await clean(page)
      expect(await fits(page)).toBe(true)
      await page.getByLabel('当场解答了的').fill('已告知明天有人来修')
    }
    await send(page)
    await page.getByText(`待发送 ${n + 1}`).waitFor()
  }
  // A zero for the screening, without network too.
  await page.getByRole('link', { name: /矛盾排查/ }).click()
  await page.getByRole('button', { name: '报告' }).first().click()
  await page.getByLabel('走访了多少户').fill('15')
  await page.getByText('没有，零报告').click()
  await clean(page)
  await page.getByRole('button', { name: '报告并发送' }).click()
  await page.getByText('待发送 4').waitFor()

  // Half a matter, then the phone is restarted without network.
  await page.getByRole('button', { name: '登记群众诉求' }).click()
  await page.getByLabel('反映什么、要求什么').fill('写到一半的这一件')
  await page.getByText('已存在手机里', { exact: true }).waitFor()
  await page.reload()
  await page.getByText('没有网络，可以照常登记').waitFor()
  await page.getByLabel('反映什么、要求什么').waitFor()
  expect(await page.getByLabel('反映什么、要求什么').inputValue()).toBe('写到一半的这一件')
  await page.getByRole('link', { name: '返回' }).click()
  await page.getByText('待发送 4').waitFor()
  expect(await sent('试验断网')).toEqual([])

  // Meanwhile somebody reports the same place: this phone's report can only be refused.
  const { rows: places } = await office.world.ownerPool.query(
    `update campaign_place set version = 1 where version = 0 and grid_id in (select o.grid_id from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      join account a on a.town_id = h.town_id and a.staff_id = h.staff_id where a.username = 'wg109') returning id`,
  )
  expect(places.length).toBe(1)
  // The answer to the first registration is lost on the way, and an upload breaks off in the middle.
  let cut = 2
  await page.context().route(/\/api\/field\/(matters|uploads\/.*\/\d+)$/, async (route) => {
    if (cut === 0) return route.continue()
    cut -= 1
    await route.fetch().catch(() => {})
    await route.abort('connectionreset')
  })
  await page.context().setOffline(false)
  for (let n = 0; n < 60 && (await page.getByText(/^待发送/).count()) > 0; n += 1) {
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.waitForTimeout(300)
  }
  expect(cut).toBe(0)
  const now = await sent('试验断网')
  expect(now.map((m) => [m.request.slice(4, 7), m.files])).toEqual([
    ['第1件', 2],
    ['第2件', 0],
    ['第3件', 1],
  ])
  expect(now[0]!.notes).toContain('当场解答：已告知明天有人来修')

  await page.getByRole('link', { name: '被退回 1', exact: true }).click()
  await page.getByRole('link', { name: /排查报告/ }).click()
  await page.getByText('这一处刚有人报告过').waitFor()
  await clean(page)
  await page.getByLabel('更正的理由').fill('两人都走访了，以本次为准')
  await page.getByRole('button', { name: '改好了，再发送' }).click()
  await page.getByRole('link', { name: '被退回 1', exact: true }).waitFor({ state: 'detached' })
  await expect
    .poll(
      async () =>
        (await office.world.ownerPool.query('select seq from campaign_report where place_id = $1', [places[0].id])).rows
          .length,
      { timeout: 20_000 },
    )
    .toBe(1)
  await office.leave(page)
})

test('退出后打不开，登录后还在；手机存满说明白，什么也不丢；报失后清除', async () => {
  const page = await phoneOf('cun43')
  // A new version arrives while something is half written: taken when asked for, and nothing is lost.
  await page.getByRole('button', { name: '登记群众诉求' }).click()
  await page.getByLabel('反映什么、要求什么').fill('试验升级，写到一半')
  await page.getByText('已存在手机里', { exact: true }).waitFor()
  await page.getByRole('link', { name: '返回' }).click()
  await page.evaluate(() => navigator.serviceWorker.register('/field/sw.js?next', { scope: '/field' }))
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: '现在换上' }).click()])
  await page.getByRole('link', { name: /试验升级/ }).click()
  expect(await page.getByLabel('反映什么、要求什么').inputValue()).toBe('试验升级，写到一半')
  page.on('dialog', (d) => void d.accept())
  await page.getByRole('button', { name: '不要了' }).click()
  await page.getByText('已删掉').waitFor()
  await page.context().setOffline(true)
  await write(page, '试验退出，井盖丢失，要求补上', '试验人丁')
  // The phone is full for a while.
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put
    ;(window as unknown as { room: () => void }).room = () => {
      IDBObjectStore.prototype.put = put
    }
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  await send(page)
  await page.getByText('手机存储空间满了').waitFor()
  expect(await page.getByLabel('反映什么、要求什么').inputValue()).toContain('井盖丢失')
  await page.evaluate(() => (window as unknown as { room: () => void }).room())
  await send(page)
  await page.getByText('待发送 1').waitFor()
  await page.getByRole('link', { name: '我的' }).click()
  await clean(page)
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.getByText('已退出').waitFor()
  await page.reload()
  await page.getByRole('button', { name: '登录' }).waitFor()
  await clean(page)
  // Nothing of it can be read on the phone.
  const kept = await page.evaluate(async () => {
    const [{ name }] = (await indexedDB.databases()) as [{ name: string }]
    const db = await new Promise<IDBDatabase>((ok) => {
      const r = indexedDB.open(name)
      r.onsuccess = () => ok(r.result)
    })
    const all = (s: string) =>
      new Promise<{ data: ArrayBuffer }[]>((ok) => {
        const r = db.transaction(s).objectStore(s).getAll()
        r.onsuccess = () => ok(r.result)
      })
    const items = await all('items')
    const keys = await all('keys')
    db.close()
    return { items: items.length, keys: keys.length, text: items.map((i) => new TextDecoder().decode(i.data)).join('') }
  })
  expect(kept).toMatchObject({ items: 1, keys: 0 })
  expect(kept.text).not.toContain('井盖')
  expect(await sent('试验退出')).toEqual([])

  await page.context().setOffline(false)
  await page.getByLabel('账号').fill('cun43')
  await page.getByLabel('密码').fill(demoPassword)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('已送达').first().waitFor()
  expect((await sent('试验退出')).length).toBe(1)

  // The phone is lost: its owner wipes it from the office.
  const desk = await office.enter('cun43')
  await desk.getByRole('button', { name: '登录的设备' }).click()
  await desk.getByRole('button', { name: /手机丢了/ }).click()
  await desk.getByRole('button', { name: '清除', exact: true }).click()
  await desk.getByText('等它联网后清除').waitFor()
  await clean(desk)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await page.getByText('已按要求清除').waitFor()
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)
  await office.leave(desk)
  await office.leave(page)
})

test('页面没有报错', () => {
  expect(
    office.faults.filter((f) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET|Failed to load resource/.test(f)),
  ).toEqual([])
})
