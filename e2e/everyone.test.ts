import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

const narrow = { width: 320, height: 640 }
const shots = process.env.HUISHENG_SHOTS
const shot = async (page: Page, name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
}
const pages = [
  '/c',
  '/c/about',
  '/c/duty',
  '/c/suggest',
  '/c/answers',
  '/c/open',
  '/c/open/due',
  '/c/new',
  '/c/query',
  '/c/ask',
  '/c/ask/code',
  '/c/ask/lost',
  '/c/ask/elsewhere',
]

test('每一页在 320 宽、大字、高对比下都不出格，axe 没有话说；选过的下次还在', async () => {
  const page = await office.open(narrow)
  for (const path of pages) {
    await page.goto(office.base + path)
    expect(await fits(page), path).toBe(true)
    // The others are looked at in the stories that use them.
    if (!['/c', '/c/new', '/c/open'].includes(path)) await clean(page)
  }
  // Zoomed to 200 % a window of 1440 is 720 wide; and the reader's own letters may be twice as large.
  for (const [width, letters] of [
    [720, '100%'],
    [390, '200%'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 })
    for (const path of pages) {
      await page.goto(office.base + path)
      await page.evaluate((size) => {
        const root = document.documentElement
        root.style.fontSize = `calc(${getComputedStyle(root).fontSize} * ${Number.parseInt(size, 10) / 100})`
      }, letters)
      expect(await fits(page), `${path} ${width} ${letters}`).toBe(true)
    }
  }
  await page.setViewportSize(narrow)
  await page.getByRole('button', { name: '大字' }).click()
  await page.getByRole('button', { name: '高对比' }).click()
  for (const path of pages) {
    await page.goto(office.base + path)
    expect(await page.getByRole('button', { name: '高对比' }).getAttribute('aria-pressed')).toBe('true')
    expect(await fits(page), path).toBe(true)
    await clean(page, `${path} 大字高对比`)
    await shot(page, `contrast${path.replaceAll('/', '-')}`)
  }
  await office.leave(page)
})

test('提建议只用键盘；办公室的清单里有负责的人和日期；没有脚本也能看', async () => {
  const page = await office.open(phone)
  await page.goto(`${office.base}/c/suggest`)
  await shot(page, 'suggest')
  await page.getByLabel('您的建议').focus()
  await page.keyboard.type('建议在集上多放几个垃圾桶')
  await page.getByLabel('您的姓名').focus()
  await page.keyboard.type('周远方')
  await page.getByLabel('同意隐去个人信息以后，公开这条建议和回复').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: '提交建议' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/receipt')
  // The slip is one sheet.
  const slip = await page.pdf({ format: 'A4' })
  expect(slip.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
  await page.getByRole('link', { name: '看进度' }).click()
  await page.getByRole('button', { name: '收回同意' }).waitFor()
  await page.getByRole('button', { name: '同意用网页送达' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '不再用网页送达' }).waitFor()
  await clean(page)
  await shot(page, 'matter')
  const desk = await office.enter('zhuren')
  await desk.goto(`${office.base}/open`)
  await desk.getByText('建议与答复', { exact: true }).click()
  const row = desk.getByRole('listitem').filter({ hasText: '建议在集上多放几个垃圾桶' })
  await row.getByText('负责回复').waitFor()
  await row.getByText('前回复').waitFor()
  await clean(desk)
  await shot(desk, 'office-suggestions')
  await office.leave(desk)
  await office.leave(page)

  const bare = await office.browser.newContext({ viewport: phone, javaScriptEnabled: false })
  const plain = await bare.newPage()
  for (const path of pages) {
    await plain.goto(office.base + path)
    expect(await plain.getByRole('heading', { level: 1 }).count(), path).toBe(1)
    expect(await plain.getByRole('button', { name: '大字' }).isVisible(), path).toBe(false)
  }
  await bare.close()
})

test('朗读：有语音的一句一句读，没有的不摆按钮', async () => {
  const page = await office.open(phone)
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
  await page.goto(`${office.base}/c/about`)
  await page.getByRole('button', { name: '朗读' }).click()
  const said = (await page.evaluate('said')) as string[]
  expect(said.length).toBeGreaterThan(5)
  expect(said.join('')).toContain('十五日内书面告诉您是否受理')
  await shot(page, 'about')
  await office.leave(page)
  const silent = await office.open(phone)
  await silent.addInitScript(() => {
    Reflect.deleteProperty(window, 'speechSynthesis')
    Reflect.deleteProperty(Window.prototype, 'speechSynthesis')
  })
  await silent.goto(`${office.base}/c/about`)
  await silent.getByRole('button', { name: '大字' }).waitFor()
  expect(await silent.getByRole('button', { name: '朗读' }).isVisible()).toBe(false)
  await office.leave(silent)
  expect(office.faults).toEqual([])
})
