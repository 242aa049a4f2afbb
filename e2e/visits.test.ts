import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, startOffice } from './fixture.ts'

let office: Office
const small = { width: 360, height: 800 }

beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

test('联系干部在手机上记走访：登记一件、当场答复一件，承诺在村的页面上', async () => {
  const page = await office.enter('zs1', small)
  await page.goto(`${office.base}/visits`)
  await page.getByRole('button', { name: '记走访' }).first().click()
  const form = page.getByRole('dialog', { name: '记走访' })
  await form.getByLabel('去哪个村').fill('水磨')
  await page.locator('.ant-select-item-option').filter({ hasText: '水磨头' }).first().click()
  await form.getByLabel('听到的是哪一种').focus()
  await form.getByLabel('听到的是哪一种').press('ArrowDown')
  await page.locator('.ant-select-item-option').filter({ hasText: '当场解答' }).click()
  await form.getByRole('button', { name: '添一件听到的' }).click()
  await form.getByLabel('群众问什么').fill('路灯坏了找谁')
  await form.getByLabel('怎样解答的').fill('当场报修')
  await form.getByText('当场作了承诺').click()
  await form.getByLabel('承诺了什么').fill('三天内修好村口路灯')
  await form.getByLabel('见了多少人').fill('4')
  await form.getByLabel('走访的结果').fill('走了四户')
  expect(await fits(page)).toBe(true)
  await clean(page)
  await form.getByRole('button', { name: '保存记录' }).click()
  await form.waitFor({ state: 'detached' })
  await page.getByRole('list', { name: '近一年的走访' }).getByText('路灯坏了找谁').waitFor()
  await page.getByRole('list', { name: '近一年的走访' }).getByRole('link', { name: '水磨头' }).first().click()
  await page.getByText('在岗人员').waitFor()
  await page.getByText('三天内修好村口路灯').first().waitFor()
  expect(await fits(page)).toBe(true)
  await clean(page)
  await office.leave(page)

  const secretary = await office.enter('gq1', small)
  await secretary.goto(`${office.base}/coverage`)
  await secretary
    .getByRole('group', { name: /示意图/ })
    .getByRole('link')
    .first()
    .focus()
  expect(await fits(secretary)).toBe(true)
  await clean(secretary)
  if (process.env.SHOTS) await secretary.screenshot({ path: `${process.env.SHOTS}/map-phone.png`, fullPage: true })
  await secretary.keyboard.press('Enter')
  await secretary.waitForURL(/\/village\//)
  await office.leave(secretary)
})

test('走访、联系村、村的页面在电脑上没有无障碍问题，不横向滚动', async () => {
  const page = await office.enter('zhuren', desk)
  for (const [path, seen] of [
    ['area-desk', '可以在管区办的'],
    ['coverage', '示意图（不表示方位）'],
    ['visits', '安排好的'],
    ['visits?tab=contacts', '机关干部联系村'],
  ] as const) {
    await page.goto(`${office.base}/${path}`)
    await page.locator('main').getByText(seen).first().waitFor()
    await clean(page)
    expect(await fits(page), path).toBe(true)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${path.replace(/\W/g, '_')}.png` })
  }
  // The town's own outlines: what can't be matched is said, the rest is drawn, and each village is a way to its page.
  await page.goto(`${office.base}/coverage`)
  await page.getByRole('button', { name: '边界' }).click()
  const box = (name: string, x: number, size: number, code?: string) => ({
    type: 'Feature',
    properties: { name, code },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, 36],
          [x + size, 36.001],
          [x + size, 36 + size],
          [x, 36 + size],
          [x, 36],
        ],
      ],
    },
  })
  const { rows } = await office.world.ownerPool.query(
    "select v.name, a.name as area, g.name as grid, g.code from village v join area a on a.town_id = v.town_id and a.id = v.area_id join grid g on g.town_id = v.town_id and g.village_id = v.id where v.name = '水磨头' order by g.code limit 1",
  )
  const place = rows[0] as { name: string; area: string; grid: string; code: string }
  await page.getByLabel('选择文件').setInputFiles({
    name: '边界.geojson',
    mimeType: 'application/geo+json',
    buffer: Buffer.from(
      JSON.stringify({
        type: 'FeatureCollection',
        features: [
          box(place.area, 117, 0.06),
          box(place.name, 117, 0.03),
          box(place.grid, 117, 0.01, place.code),
          box('没有的村', 118, 0.01),
        ],
      }),
    ),
  })
  await page.getByRole('button', { name: '检查并保存' }).click()
  await page.getByText('“没有的村”不在本镇').first().waitFor()
  await clean(page)
  await page.getByRole('button', { name: '有问题的不用，其余保存' }).click()
  const map = page.getByRole('group', { name: '管区、村和网格的边界' })
  await map.waitFor()
  expect(await map.locator('path').count()).toBe(3)
  await page.getByText(/另有 \d+ 个村没有边界/).waitFor()
  await clean(page)
  expect(await fits(page)).toBe(true)
  await map.getByRole('link', { name: /^水磨头/ }).click()
  await page.getByText('在岗人员').waitFor()
  await clean(page)
  await office.leave(page)
})

test('页面没有报错', () => {
  // One outline was refused on purpose.
  expect(office.faults.filter((f) => !/status of 400/.test(f))).toEqual([])
})
