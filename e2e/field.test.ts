import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium as driver, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoPassword } from '../seed/town.ts'
import { addDays } from '../src/kit/day.ts'
import { chromium } from '../src/kit/server/chromium.ts'
import { clean, fits, nameOf, type Office, startOffice } from './fixture.ts'

let office: Office
const small = { width: 360, height: 800 }
beforeAll(async () => {
  office = await startOffice()
})
const phones: BrowserContext[] = []
afterAll(async () => {
  for (const p of phones) await p.close()
  await office?.close()
})

/** A phone with the phone face open and signed in, its worker in charge, so that it starts without network. */
const phoneOf = async (username: string): Promise<Page> => signIn(await office.open(small), username)
const signIn = async (page: Page, username: string): Promise<Page> => {
  nameOf(username)
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
      `select p.id, p.number, p.request, p.received_on::text as day, (select count(*)::int from attachment a where a.town_id = p.town_id and a.petition_id = p.id) as files,
        (select string_agg(r.body, '|') from petition_record r where r.town_id = p.town_id and r.petition_id = p.id) as notes
       from petition p where p.request like $1 order by p.request`,
      [`%${like}%`],
    )
  ).rows as { id: string; number: string; request: string; day: string; files: number; notes: string | null }[]

/** What a hand does on the phone, done by the page itself for records `from` to `to`: the same fields, the same buttons. */
const writeMany = (page: Page, from: number, to: number) =>
  page.evaluate(
    async ([from, to]) => {
      const until = async <T>(what: () => T | null | undefined | false): Promise<T> => {
        for (;;) {
          const x = what()
          if (x) return x
          await new Promise((ok) => setTimeout(ok, 5))
        }
      }
      const field = (label: string) =>
        document.getElementById(
          [...document.querySelectorAll('label')].find((l) => l.textContent === label)!.htmlFor,
        ) as HTMLInputElement
      const put = (label: string, value: string) => {
        field(label).value = value
        field(label).dispatchEvent(new Event('input', { bubbles: true }))
      }
      for (let n = from; n <= to; n += 1) {
        ;(await until(() => document.querySelector<HTMLElement>('.register'))).click()
        await until(() => document.querySelector('form'))
        put('反映什么、要求什么', `试验断网第${n}件，村东路灯不亮，要求修好`)
        put('姓名', `试验人${n}`)
        ;[...document.querySelectorAll<HTMLElement>('.tick')]
          .find((t) => t.textContent!.includes('念给本人核对'))!
          .click()
        const c = document.createElement('canvas')
        c.width = 320
        c.height = 240
        const g = c.getContext('2d')!
        for (let i = 0; i < 60; i += 1) {
          g.fillStyle = `hsl(${(i * 37 + n * 61) % 360} 70% 50%)`
          g.fillRect((i * 131) % 320, (i * 71 + n * 13) % 240, 60, 40)
        }
        const blob = await new Promise<Blob>((ok) => c.toBlob((x) => ok(x!), 'image/jpeg', 0.9))
        const files = new DataTransfer()
        files.items.add(new File([blob], `IMG_${n}.jpg`, { type: 'image/jpeg' }))
        const choose = document.querySelector<HTMLInputElement>('[aria-label="选择照片"]')!
        choose.files = files.files
        choose.dispatchEvent(new Event('change'))
        await until(() => document.querySelector('.files li'))
        ;[...document.querySelectorAll('button')].find((b) => b.textContent === '登记并发送')!.click()
        await until(() => document.querySelector('.register'))
      }
    },
    [from, to] as const,
  )

/** A phone whose browser can be killed and started again on what it kept. */
const device = async (profile: string, offline: boolean): Promise<BrowserContext> => {
  const context = await driver.launchPersistentContext(profile, {
    ...(await chromium()),
    viewport: small,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    offline,
  })
  phones.push(context)
  context.setDefaultTimeout(60_000)
  for (const page of context.pages()) page.on('pageerror', (e) => office.faults.push(e.message))
  return context
}
/** As when the battery goes: the browser of this profile is gone in the middle of whatever it did. */
const crash = async (context: BrowserContext, profile: string) => {
  const gone = new Promise((ok) => context.on('close', ok))
  for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    let line = ''
    try {
      line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      // Ended meanwhile.
    }
    if (line.includes(profile) && !line.includes('--type=')) process.kill(Number(pid), 'SIGKILL')
  }
  await gone
}
const outTo = async (page: Page) => {
  for (let n = 0; n < 200 && (await page.getByText(/^待发送/).count()) > 0; n += 1) {
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.waitForTimeout(300)
  }
}

test('断网写三十件带照片的，断电重开、换新版本、线路时断，两部手机都联网后每件恰好送达一次；冲突和收不下的各说一句话', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'huisheng-phone-'))
  const other = await phoneOf('wg109')
  let one = await device(profile, false)
  let page = await signIn(one.pages()[0]!, 'wg109')
  await clean(page)
  expect(await fits(page)).toBe(true)

  await one.setOffline(true)
  await page.getByText('没有网络，可以照常登记').waitFor()
  await write(page, '试验断网第1件，村东路灯不亮，要求修好', '试验人1', 2)
  await page.getByText('当场解答了').click()
  await page.getByLabel('怎样答复的').fill('已告知明天有人来修')
  // 四声五心: the counter's own list, gone through on the phone before anything has been sent.
  await page.getByRole('button', { name: '对照四声五心自查（可以不填）' }).click()
  for (const done of ['来有迎声', '解答问题耐心']) await page.getByText(done).click()
  await page.getByLabel('没有做到的，为什么（可以不填）').fill('没带回执')
  await clean(page)
  expect(await fits(page)).toBe(true)
  await send(page)
  await write(page, '试验断网第2件，边沟跨两个村堵塞，要求清通', '试验人2', 1)
  await page.getByText('报到管区').click()
  await page.getByText('本级解决不了').click()
  await page.getByLabel('做了什么、为什么上报').fill('两个网格都去看过，要管区协调')
  await clean(page)
  await send(page)
  // A photo that is none: the matter arrives, the photo can't.
  await write(page, '试验断网第3件，井盖松动，要求换掉', '试验人3')
  await page
    .getByLabel('选择照片')
    .setInputFiles({ name: '坏.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2, 3]) })
  await page.getByRole('button', { name: '去掉坏.jpg' }).waitFor()
  await send(page)
  await writeMany(page, 4, 30)
  await page.getByText('待发送 30').waitFor()
  // A visit and a zero for the screening, without network too.
  await page.getByRole('link', { name: /^走访/ }).click()
  await page.getByRole('button', { name: '记一次走访' }).click()
  await page.getByLabel('见了多少人').fill('3')
  await page.getByRole('button', { name: '当场解答的' }).click()
  await page.getByLabel('群众问什么').fill('路灯坏了找谁')
  await page.getByLabel('怎样解答的').fill('找网格员，当天报修')
  await page.getByText('当场作了承诺').click()
  await page.getByLabel('承诺了什么').fill('试验承诺，三天内修好')
  await page.getByLabel('哪天前兑现').fill('2099-01-01')
  await page.getByLabel('走访的结果').fill('走了三户')
  await clean(page)
  expect(await fits(page)).toBe(true)
  await page.getByRole('button', { name: '记下并发送' }).click()
  const zero = async (p: Page, visited: string) => {
    await p
      .getByRole('link', { name: /^矛盾排查/ })
      .last()
      .click()
    await p.getByRole('button', { name: '报告' }).first().click()
    await p.getByLabel('走访了多少户').fill(visited)
    await p.getByText('没有，零报告').click()
    await p.getByRole('button', { name: '报告并发送' }).click()
  }
  await zero(page, '15')
  await page.getByText('待发送 32').waitFor()
  // A dispute between two, with a photo.
  await page.getByRole('button', { name: '登记双方纠纷' }).click()
  await page.getByLabel('哪一类').selectOption({ label: '邻里' })
  await page.getByLabel('一句话写明是什么纠纷').fill('试验断网纠纷，两家为滴水檐争执')
  await page.getByLabel('经过').fill('东户翻盖后雨水流进西户院里')
  for (const n of [0, 1]) await page.getByLabel('姓名或名称').nth(n).fill(`试验当事人${n}`)
  await page
    .getByLabel('选择照片')
    .setInputFiles({ name: 'IMG_檐.jpg', mimeType: 'image/jpeg', buffer: await photo(page, 99) })
  await page.getByRole('button', { name: /去掉照片/ }).waitFor()
  await clean(page)
  await send(page)
  await page.getByText('待发送 33').waitFor()

  // Half a matter, then the battery goes.
  await page.getByRole('button', { name: '登记群众诉求' }).click()
  await page.getByLabel('反映什么、要求什么').fill('写到一半的这一件')
  await page.getByText('已存在手机里', { exact: true }).waitFor()
  await crash(one, profile)
  one = await device(profile, true)
  page = one.pages()[0]!
  await page.goto(`${office.base}/field`)
  await page.getByText('没有网络，可以照常登记').waitFor()
  await page.getByRole('link', { name: /写到一半的这一件/ }).click()
  expect(await page.getByLabel('反映什么、要求什么').inputValue()).toBe('写到一半的这一件')
  await page.getByRole('link', { name: '返回' }).click()
  await page.getByText('待发送 33').waitFor()
  expect(await sent('试验断网')).toEqual([])

  // The other phone of the same person, without network as well, and sooner back: its report stands first.
  await other.context().setOffline(true)
  await write(other, '试验另一部手机上的一件，要求修桥', '试验人甲')
  await send(other)
  await zero(other, '9')
  await other.getByText('待发送 2').waitFor()
  await other.context().setOffline(false)
  await outTo(other)
  await office.leave(other)

  // A new version is taken while everything waits and nothing of the office can be reached.
  await one.route(/\/(api|field\/contact)/, (route) => route.abort('connectionreset'))
  await one.setOffline(false)
  await page.evaluate(() => navigator.serviceWorker.register('/field/sw.js?next', { scope: '/field' }))
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: '现在换上' }).click()])
  await page.getByText('待发送 33').waitFor()
  await one.unroute(/\/(api|field\/contact)/)
  // Back, on a line that breaks: answers to a registration and to pieces of photos come late, or are lost on the way.
  let cut = 3
  await one.route(/\/api\/field\/(matters|visits|uploads\/.*\/\d+)$/, async (route) => {
    if (cut === 0) return route.continue()
    cut -= 1
    await route.fetch().catch(() => {})
    await new Promise((ok) => setTimeout(ok, 200))
    await route.abort('connectionreset')
  })
  // A browser started anew has lost its session: what is written stays, and goes out after signing in.
  // An attempt that is still failing takes no notice of the line's return.
  const signedOut = page.getByText('登录已到期，写下的都在手机里')
  do await page.evaluate(() => dispatchEvent(new Event('online')))
  while (
    !(await signedOut.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    ))
  )
  await page.getByRole('link', { name: '登录' }).click()
  await page.getByLabel('账号').fill('wg109')
  await page.getByLabel('密码').fill(demoPassword)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText(/^待发送 \d+$/).waitFor()
  await outTo(page)
  expect(cut).toBe(0)
  const now = (await sent('试验断网')).sort(
    (a, b) => Number(a.request.slice(5).split('件')[0]) - Number(b.request.slice(5).split('件')[0]),
  )
  expect(now.map((m) => [m.request.split('件')[0], m.files])).toEqual(
    Array.from({ length: 30 }, (_, i) => [`试验断网第${i + 1}`, i === 0 ? 2 : i === 2 ? 0 : 1]),
  )
  expect(now[0]!.notes).toContain('当场解答：已告知明天有人来修')
  expect(await sent('试验另一部手机')).toHaveLength(1)
  const { rows: kept } = await office.world.ownerPool.query(
    "select (select count(*)::int from promise where body like '试验承诺%') as promises, (select passes->0->>'reason' from petition where id = $1) as passed, (select c.place || ':' || array_to_string(c.items, '+') || ':' || c.note from courtesy_check c where c.petition_id = $2) as courtesy, (select count(*)::int from dispute d join mediation_file f on f.town_id = d.town_id and f.dispute_id = d.id where d.title like '试验断网纠纷%') as eaves",
    [now[1]!.id, now[0]!.id],
  )
  expect(kept[0]).toMatchObject({
    promises: 1,
    eaves: 1,
    passed: expect.stringContaining('要管区协调'),
    courtesy: 'field:welcome+patient:没带回执',
  })

  await page.getByRole('link', { name: '被退回 2', exact: true }).click()
  await page.getByRole('link', { name: /排查报告/ }).click()
  await page.getByText('这一处刚有人报告过').waitFor()
  await clean(page)
  await page.getByLabel('更正的理由').fill('两人都走访了，以本次为准')
  await page.getByRole('button', { name: '改好了，再发送' }).click()
  await page.getByRole('link', { name: '被退回 1', exact: true }).click()
  await page.getByRole('link', { name: /井盖松动/ }).click()
  await page.getByText('有材料没有收下').first().waitFor()
  await page.getByRole('button', { name: '去掉坏.jpg' }).click()
  await page.getByRole('button', { name: '改好了，再发送' }).click()
  await page.getByRole('link', { name: /^被退回/ }).waitFor({ state: 'detached' })
  await outTo(page)
  const { rows: reports } = await office.world.ownerPool.query(
    "select r.seq from campaign_report r join account a on a.town_id = r.town_id and a.staff_id = r.by_id where a.username = 'wg109' order by r.seq",
  )
  expect(reports).toHaveLength(2)
  // What became of it is on the phone.
  await page.getByRole('link', { name: /^我报上去的/ }).click()
  await page.getByRole('link', { name: /边沟跨两个村/ }).click()
  await page.getByText('由村报管区').waitFor()
  await clean(page)
  await one.close()
  rmSync(profile, { recursive: true, force: true })
})

test('退出后打不开，登录后还在；手机存满说明白，什么也不丢；报失后清除', async () => {
  const page = await phoneOf('cun43')
  page.on('dialog', (d) => void d.accept())
  await page.context().setOffline(true)
  // The phone's clock is a year and more ahead: the day is the server's all the same.
  await page.clock.setSystemTime(office.world.clock.now().getTime() + 400 * 86_400_000)
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
    const name = (await indexedDB.databases()).find((d) => d.name!.startsWith('huisheng-field-'))!.name!
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
  const [arrived, ...more] = await sent('试验退出')
  expect([arrived!.day, more]).toEqual([office.world.clock.today(), []])
  expect(arrived!.notes).toContain('手机时钟比服务器快约 400 天')

  // The phone is lost: its owner wipes it from the office.
  const desk = await office.enter('cun43')
  await desk.getByRole('button', { name: '登录的设备' }).click()
  await desk.getByRole('button', { name: /手机丢了/ }).click()
  await desk.getByRole('button', { name: '清除', exact: true }).click()
  await desk.getByText('等它联网后清除').waitFor()
  await clean(desk)
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await page.getByText('已按要求清除').waitFor()
  const left = () =>
    indexedDB.databases().then((all) => all.filter((d) => d.name!.startsWith('huisheng-field-')).length)
  expect(await page.evaluate(left)).toBe(0)
  await office.leave(desk)
  await office.leave(page)
})

/** Leads to a page of the phone by its tile. */
const tile = (page: Page, name: RegExp) => page.getByRole('link', { name }).last().click()
/** Written without network, then back on it. */
const back = async (page: Page) => {
  await page.context().setOffline(false)
  await outTo(page)
}

test('管区书记断网交回村里、替村里安排走访又改期；报错的日子当场说；办公室先改过的被退回，改好再发', async () => {
  const page = await phoneOf('gq1')
  await page.context().setOffline(true)
  await tile(page, /^我负责的/)
  const mine = page.getByRole('listitem').filter({ hasText: '公路边沟' })
  await mine.getByRole('button', { name: '交回下级' }).click()
  await page.getByRole('button', { name: '交回并发送' }).click()
  await page.getByText('请写明交回的理由、要办什么').first().waitFor()
  await page.getByLabel('为什么交回、要办什么').fill('管区已约三个村，请本村先清自己这一段')
  await page.getByLabel('哪天前办好').fill('2020-01-01')
  await page.getByRole('button', { name: '交回并发送' }).click()
  await page.getByText('不能早于今天').first().waitFor()
  expect(await fits(page)).toBe(true)
  await clean(page)
  const today = office.world.clock.today()
  await page.getByLabel('哪天前办好').fill(addDays(today, 3))
  await page.getByRole('button', { name: '交回并发送' }).click()
  await page.getByText('待发送 1').waitFor()

  await tile(page, /^走访/)
  await page.getByRole('button', { name: '安排走访' }).click()
  await page.getByLabel('去哪个村').selectOption({ index: 1 })
  await page.getByLabel('哪一天').fill(addDays(today, 2))
  await page.getByLabel('谁去').selectOption({ index: 1 })
  await page.getByLabel('为什么去').fill('试验安排，看边沟清通没有')
  expect(await fits(page)).toBe(true)
  await clean(page)
  await page.getByRole('button', { name: '安排并发送' }).click()
  await page.getByText('待发送 2').waitFor()
  await back(page)
  const { rows } = await office.world.ownerPool.query(
    `select w.id, w.staff_id <> w.by_id as for_other, w.on_day::text as day,
       (select p.passes -> -1 ->> 'to' from petition p where p.request like '%公路边沟%' limit 1) as down
     from visit w where w.about like '试验安排%'`,
  )
  expect(rows).toMatchObject([{ for_other: true, day: addDays(today, 2), down: 'village' }])

  // Another day, written without network while the office changes it too.
  await tile(page, /^走访/)
  await page.context().setOffline(true)
  const planned = page.getByRole('listitem').filter({ hasText: '试验安排' })
  await planned.getByRole('button', { name: '改期、取消' }).click()
  await page.getByLabel('理由').fill('村里约在后一天')
  await page.getByLabel('哪一天').fill(addDays(today, 3))
  await page.getByRole('button', { name: '安排并发送' }).click()
  await office.world.ownerPool.query('update visit set version = version + 1 where id = $1', [rows[0].id])
  await back(page)
  await page.getByRole('link', { name: '被退回 1', exact: true }).click()
  await page
    .getByRole('link', { name: /试验安排|安排走访/ })
    .first()
    .click()
  await page.getByText('他人刚改过这次走访').waitFor()
  await clean(page)
  await page.getByRole('button', { name: '改好了，再发送' }).click()
  await page.getByRole('link', { name: /^被退回/ }).waitFor({ state: 'detached' })
  await outTo(page)
  const after = await office.world.ownerPool.query('select on_day::text as day from visit where id = $1', [rows[0].id])
  expect(after.rows).toEqual([{ day: addDays(today, 3) }])
  await office.leave(page)
})

test('断网撤回报错的发现、改成零报告；承诺与对方商定改期', async () => {
  const page = await phoneOf('cun1')
  await page.context().setOffline(true)
  await tile(page, /^矛盾排查/)
  await page.getByRole('region', { name: /岁末/ }).getByRole('button', { name: '补报或更正' }).first().click()
  await page.getByLabel('走访了多少户').fill('31')
  await page.getByText('没有，零报告').click()
  await page.getByLabel('更正的理由').fill('缴费是邻村的人问的')
  await page.getByRole('button', { name: '报告并发送' }).click()
  await page.getByText('先前报的还有 1 件，不能零报告').first().waitFor()
  await page.getByText(/^撤回：/).click()
  await page.getByLabel('撤回的理由').fill('记到本村是错的')
  expect(await fits(page)).toBe(true)
  await clean(page)
  await page.getByRole('button', { name: '报告并发送' }).click()
  await page.getByText('待发送 1').waitFor()
  await back(page)
  const { rows } = await office.world.ownerPool.query(
    `select r.zero, f.retract_reason from campaign_report r join campaign_finding f on f.retracted_by = r.id
     where r.reason = '缴费是邻村的人问的'`,
  )
  expect(rows).toEqual([{ zero: true, retract_reason: '记到本村是错的' }])
  // Sent before its photo is stored: the photo goes with it all the same.
  const puddle = { name: 'IMG_积水.jpg', mimeType: 'image/jpeg', buffer: await photo(page, 7) }
  await write(page, '试验边存边发，村口积水，要求清通', '试验人戊')
  await page.getByLabel('选择照片').setInputFiles(puddle)
  await send(page)
  await page.getByText('已送达').first().waitFor()
  await outTo(page)
  expect((await sent('试验边存边发')).map((m) => m.files)).toEqual([1])
  await office.leave(page)

  const cadre = await phoneOf('zs1')
  await cadre.context().setOffline(true)
  await tile(cadre, /^承诺/)
  const kept = cadre.getByRole('listitem').filter({ hasText: '裸露水管' })
  await kept.getByRole('button', { name: '记结果、改期' }).click()
  await cadre.getByText('与对方商定改期').click()
  await cadre.getByRole('button', { name: '记下并发送' }).click()
  await cadre.getByText('请填写改到哪天').first().waitFor()
  const to = addDays(office.world.clock.today(), 9)
  await cadre.getByLabel('改到哪天').fill(to)
  await cadre.getByLabel('为什么改期').fill('保温材料还没有到')
  await cadre.getByLabel('对方怎么说').fill('同意等到下周')
  expect(await fits(cadre)).toBe(true)
  await clean(cadre)
  await cadre.getByRole('button', { name: '记下并发送' }).click()
  await cadre.getByText('待发送 1').waitFor()
  await back(cadre)
  const moved = await office.world.ownerPool.query(
    "select due_on::text as day, history -> 0 ->> 'words' as words from promise where body like '%裸露水管%'",
  )
  expect(moved.rows).toEqual([{ day: to, words: '同意等到下周' }])
  await office.leave(cadre)
})

test('村里帮着登记：先问以前反映过吗，按编号查到哪一步；登记后把编号和查询码给本人看，收起就没有了', async () => {
  const page = await phoneOf('cun1')
  await write(page, '要求修好村口水闸', '胡大伯')
  await send(page)
  await page.getByText('都已送达').waitFor()
  const first = (await sent('村口水闸'))[0]!
  await page.getByRole('button', { name: '登记群众诉求' }).click()
  await page.getByLabel('反映过，有编号').check()
  await page.getByLabel('回执上的编号').fill('XF2020-0001')
  await page.getByRole('button', { name: '查一查办到哪一步' }).click()
  await page.getByText('在您看得到的事项里没有这个编号').waitFor()
  await page.getByLabel('回执上的编号').fill(first.number)
  await page.getByRole('button', { name: '查一查办到哪一步' }).click()
  await page.getByText(`${first.number} 要求修好村口水闸`).waitFor()
  await page.getByLabel('大概什么时候').fill('2099年')
  await page.getByLabel('反映什么、要求什么').fill('水闸又漏了')
  await page.getByLabel('姓名').fill('胡大伯')
  await page.getByLabel('已把上面记的念给本人核对').check()
  await send(page)
  await page.getByText('这个时间还没有到').first().waitFor()
  await page.getByLabel('大概什么时候').fill('刚才')
  expect(await fits(page)).toBe(true)
  await clean(page)
  await send(page)
  await page.getByText('都已送达').waitFor()
  const again = (await sent('水闸又漏了'))[0]!
  expect(again.notes).toContain(`信访人说：在本镇反映过，编号 ${first.number}（时间：刚才）`)
  const links = await office.world.ownerPool.query('select to_id, kind, note from petition_link where from_id = $1', [
    again.id,
  ])
  expect(links.rows).toEqual([{ to_id: first.id, kind: 'repeat', note: '信访人自己说：这件事以前反映过' }])
  await page.getByText('水闸又漏了').first().click()
  await page.getByRole('button', { name: '给本人看回执' }).click()
  const code = (await page.locator('.receipt b').nth(1).textContent())!
  const kept = await office.world.ownerPool.query('select query_code from petition where id = $1', [again.id])
  expect(code.replace(' ', '')).toBe(kept.rows[0].query_code)
  expect(await fits(page)).toBe(true)
  await clean(page)
  await page.getByRole('button', { name: '看完了，收起' }).click()
  expect(await page.getByText(code).count()).toBe(0)
  await office.leave(page)
})

test('页面没有报错', () => {
  expect(
    office.faults.filter((f) => !/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET|Failed to load resource/.test(f)),
  ).toEqual([])
})
