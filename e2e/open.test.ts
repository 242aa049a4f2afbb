import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
let tried = 0
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

for (const [name, size] of [
  ['电脑', desk],
  ['手机', phone],
] as const)
  test(`${name}：公开一份内容，公众马上看到；撤下要写理由，公众就看不到`, async () => {
    tried += 1
    const title = `${name}上公开的值班安排（第${tried}次）`
    const page = await office.enter('zhuren', size)
    await page.goto(`${office.base}/open`)
    await page.getByRole('heading', { name: '三务公开' }).waitFor()
    await page.getByText(/^超期未公开 \d+ 项$/).waitFor()
    expect(await fits(page)).toBe(true)
    await clean(page)
    await page.getByRole('button', { name: '公开一份内容' }).click()
    await page.getByLabel('标题').fill(title)
    await page.getByRole('textbox', { name: '内容' }).fill('卡号 6228480012345678901')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^公\s?开$/ })
      .click()
    await page.getByText('内容里有银行卡号').first().waitFor()
    await page.getByRole('textbox', { name: '内容' }).fill('每天上午有人值班。')
    await clean(page)
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^公\s?开$/ })
      .click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByText('已公开', { exact: true }).click()
    const link = page.getByRole('link', { name: title })
    const address = await link.getAttribute('href')
    await clean(page)
    const outside = await office.open(size)
    await outside.goto(`${office.base}/c/open`)
    await outside.getByRole('link', { name: title }).click()
    await outside.getByText('每天上午有人值班。').waitFor()
    expect(await fits(outside)).toBe(true)
    await clean(outside)
    await page
      .getByRole('listitem')
      .filter({ hasText: title })
      .getByRole('button', { name: /撤\s?下/ })
      .click()
    await page.getByLabel('理由').fill('时间有变，另行公开')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /撤\s?下/ })
      .click()
    // 电脑上撤下的那份也写着这条理由：要等的是这一份。
    await page.getByRole('listitem').filter({ hasText: title }).getByText('另行公开').waitFor()
    await outside.goto(`${office.base}${address}`)
    await outside.getByText('不在公开期内').waitFor()
    // The register is anybody's to read: what is late is told by village.
    await outside.goto(`${office.base}/c/open`)
    await outside.getByRole('link', { name: '应当公开什么、哪天以前、公开了没有' }).click()
    await outside.getByText(/个超期未公开/).waitFor()
    await outside.getByLabel('哪里').selectOption('东柳庄')
    await outside.getByRole('button', { name: '查看' }).click()
    await outside.getByRole('link', { name: '已公开' }).click()
    await outside.getByRole('heading', { name: /村集体财务收支/ }).waitFor()
    await office.leave(outside)
    await office.leave(page)
  })

for (const [name, size] of [
  ['电脑', desk],
  ['手机', phone],
] as const)
  test(`${name}：同意公开的答复，看机器划了什么，再划几个字，核对以后公开；公众看到的是划过的`, async () => {
    const page = await office.enter('zhuren', size)
    await page.goto(`${office.base}/open`)
    await page.getByText('建议与答复', { exact: true }).click()
    await page.getByText('可以公开的答复', { exact: true }).click()
    const waiting = page.getByRole('button', { name: /^核对后公开/ })
    await waiting.first().waitFor()
    const before = await waiting.count()
    const number = /XF\d+-\d+/.exec((await waiting.first().getAttribute('aria-label'))!)![0]
    await waiting.first().click()
    const dialog = page.getByRole('dialog')
    const answer = dialog.getByLabel('答复', { exact: true })
    await answer.waitFor()
    await clean(page)
    await dialog.getByRole('button', { name: '划去答复里选中的字' }).click()
    await dialog.getByText('请先在上面选中要划去的字').waitFor()
    const text = await answer.inputValue()
    await answer.evaluate((e: HTMLTextAreaElement) => e.setSelectionRange(0, 4))
    await dialog.getByRole('button', { name: '划去答复里选中的字' }).click()
    expect(await answer.inputValue()).toBe(`（略）${text.slice(4)}`)
    const go = dialog.getByRole('button', { name: /^公\s?开$/ })
    await go.click()
    await dialog.getByText('请逐字看过以后勾选“已核对”').first().waitFor()
    await dialog.getByRole('checkbox').check()
    await go.click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => waiting.count()).toBe(before - 1)
    await page.getByText('已公开的答复', { exact: true }).click()
    const [outside] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('listitem').filter({ hasText: number }).getByRole('link').click(),
    ])
    await outside.getByText(`（略）${text.slice(4)}`).waitFor()
    await office.leave(page)
  })
