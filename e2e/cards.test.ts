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
    await page
      .getByRole('row', { name: /东柳庄/ })
      .getByRole('checkbox')
      .check()
    await page.getByRole('button', { name: '印制 1 个村' }).click()
    await page.getByRole('button', { name: '打印 1 张 A4' }).waitFor()
    expect(await page.locator('.hs-household').count()).toBe(10)
    await clean(page)
    const shot = await page.locator('.hs-household img').first().screenshot()
    const { data, info } = await sharp(shot).resize(600).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const code = jsQR.default(new Uint8ClampedArray(data), info.width, info.height)
    expect(code?.data).toMatch(new RegExp(`^${office.base}/c/v/[2-9a-z]{8}$`))
    await page.goto(code!.data)
    await page.getByRole('heading', { name: '东柳庄' }).waitFor()
    await office.leave(page)
  })

test('打印出来一页就是一张 A4，没有菜单', async () => {
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
  await office.leave(page)
  expect(office.faults).toEqual([])
})
