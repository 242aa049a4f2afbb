import jsQR from 'jsqr'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

for (const [name, size] of [
  ['电脑', desk],
  ['手机', phone],
] as const)
  test(`${name}：选村、印十张一页的卡，页面上的二维码扫出来是本村的入口`, async () => {
    const page = await office.enter('zhuren', size)
    await page.goto(`${office.base}/cards`)
    await page.getByRole('heading', { name: '便民服务卡' }).waitFor()
    expect(await fits(page)).toBe(true)
    await clean(page)
    const village =
      size === phone
        ? page.getByRole('checkbox', { name: '东柳庄', exact: true })
        : page.getByRole('row', { name: /东柳庄/ }).getByRole('checkbox')
    await village.check()
    await page.getByRole('button', { name: '印制 1 个村' }).click()
    await page.getByRole('button', { name: '打印 1 张 A4' }).waitFor()
    // Whoever is on it, nothing of a card is cut off.
    const cut = () =>
      page.evaluate(() => [...document.querySelectorAll('.hs-household')].some((e) => e.scrollHeight > e.clientHeight))
    await expect.poll(cut).toBe(false)
    expect(await page.locator('.hs-household').count()).toBe(10)
    await clean(page)
    // A phone shows the whole sheet small, and its own size when asked; nothing is wider than the window.
    expect(await fits(page)).toBe(true)
    if (size === phone) {
      const sheet = page.locator('.hs-sheet').first()
      expect((await sheet.boundingBox())!.width).toBeLessThan(size.width)
      await page.getByRole('button', { name: '看原大' }).click()
      await expect.poll(async () => (await sheet.boundingBox())!.width).toBeGreaterThan(700)
      expect(await fits(page)).toBe(true)
      await clean(page)
    }
    const shot = await page.locator('.hs-household img').first().screenshot()
    const { data, info } = await sharp(shot).resize(600).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const code = jsQR.default(new Uint8ClampedArray(data), info.width, info.height)
    expect(code?.data).toMatch(new RegExp(`^${office.base}/c/v/[2-9a-z]{8}$`))
    await page.goto(code!.data)
    await page.getByRole('heading', { name: '东柳庄' }).waitFor()
    await office.leave(page)
  })

for (const [name, size] of [
  ['电脑', desk],
  ['手机', phone],
] as const)
  test(`${name}：换发的查询码打成凭条，纸上只有凭条；扫出来是查进度，编号已经填好；关上就不在了`, async () => {
    const { rows } = await office.world.ownerPool.query(
      "select id, number from petition where state = 'handling' and not sealed and not anonymous and head_count = 1 order by number limit 1",
    )
    const page = await office.enter('zhuren', size)
    await page.goto(`${office.base}/matter/${rows[0].id}`)
    if (size === phone) await page.locator('details.hs-bar > summary').click()
    await page.getByRole('button', { name: '换发查询码' }).click()
    await page.getByLabel('来人是谁、核对了什么证件').fill('本人持身份证')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^换\s?发$/ })
      .click()
    await page.getByRole('button', { name: '打印凭条' }).waitFor()
    await clean(page)
    const slip = page.getByRole('dialog').locator('.hs-code-slip')
    const shot = await slip.locator('img').screenshot()
    const { data, info } = await sharp(shot).resize(600).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const address = jsQR.default(new Uint8ClampedArray(data), info.width, info.height)!.data
    expect(address).toBe(`${office.base}/c/query?n=${rows[0].number}`)
    const code = (await slip.locator('b').last().textContent())!.replace(/\s/g, '')
    await page.emulateMedia({ media: 'print' })
    const onPaper = await page.evaluate(() =>
      [...document.body.children].filter((e) => getComputedStyle(e).display !== 'none').map((e) => e.className),
    )
    expect(onPaper).toEqual(['hs-code-paper'])
    await page.emulateMedia({ media: 'screen' })
    await page.getByRole('button', { name: '已交给本人' }).click()
    await expect.poll(() => page.locator('.hs-code-slip').count()).toBe(0)
    const outside = await office.open(size)
    await outside.goto(address)
    await outside.getByRole('textbox', { name: '查询码' }).fill(code)
    await outside.getByRole('button', { name: '查询' }).click()
    await outside.getByText(`编号 ${rows[0].number}`).first().waitFor()
    await office.leave(outside)
    await office.leave(page)
  })

test('打印出来一页就是一张 A4，没有菜单；窄屏上缩小了看，打印仍是原大', async () => {
  const page = await office.enter('zhuren')
  await page.goto(`${office.base}/cards`)
  await page
    .getByRole('row', { name: /西王村/ })
    .getByRole('checkbox')
    .check()
  await page.getByRole('spinbutton', { name: '每村张数' }).fill('23')
  await page.getByRole('button', { name: '印制 1 个村' }).click()
  await page.getByRole('button', { name: '打印 3 张 A4' }).waitFor()
  const pdf = await page.pdf({ preferCSSPageSize: true })
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(3)
  await page.setViewportSize(phone)
  await page.getByRole('button', { name: '看原大' }).waitFor()
  await page.emulateMedia({ media: 'print' })
  expect((await page.locator('.hs-sheet').first().boundingBox())!.width).toBeGreaterThan(700)
  await page.emulateMedia({ media: 'screen' })
  await page.setViewportSize(desk)
  await page.getByRole('button', { name: /^返\s?回$/ }).click()
  await page.getByRole('spinbutton', { name: '每村张数' }).fill('99999')
  await page.getByText('每村张数请填 1 到 5000').waitFor()
  expect(await page.getByRole('button', { name: '请先改好张数' }).isDisabled()).toBe(true)
  // A whole town by households: a hundred sheets at a time.
  await page.getByText('按户数', { exact: true }).click()
  await page.getByRole('columnheader').getByRole('checkbox').check()
  await page.getByRole('button', { name: /^印制 43 个村/ }).click()
  await page.getByRole('button', { name: '打印 100 张 A4' }).waitFor()
  await page.getByText(/^一共 \d+ 张，分 \d+ 份打印，这是第 1 份。$/).waitFor()
  await page.getByRole('button', { name: '下一份' }).click()
  await page.getByText('这是第 2 份').waitFor()
  expect(await page.locator('.hs-household').count()).toBe(1000)
  await office.leave(page)
  expect(office.faults).toEqual([])
})
