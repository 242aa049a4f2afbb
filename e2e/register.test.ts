import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

const focused = (page: Page) =>
  page.evaluate(() => {
    const e = document.activeElement
    return e?.getAttribute('aria-label') ?? (e as HTMLInputElement | null)?.labels?.[0]?.textContent ?? ''
  })
/** Tab until this field has the focus, as a person would. */
const tabTo = async (page: Page, label: string | RegExp) => {
  for (let i = 0; i < 60; i += 1) {
    const now = await focused(page)
    if (typeof label === 'string' ? now === label : label.test(now)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`按 Tab 走不到 ${label}，停在 ${await focused(page)}`)
}
const open = async (size = desk) => {
  const page = await office.enter('chuangkou', size)
  await page.goto(`${office.base}/register`)
  await page.getByLabel('姓名', { exact: true }).waitFor()
  return page
}

test('只用键盘登记一件来访：从 N 开始，拼音选村，宣读核对，登记后打印回执', async () => {
  const page = await office.enter('chuangkou')
  await page.keyboard.press('n')
  await page.waitForURL(/\/register/)
  await expect.poll(() => focused(page)).toBe('姓名')
  await page.keyboard.type('赵大年')
  await page.keyboard.press('Enter')
  expect(await focused(page)).toBe('电话')
  await page.keyboard.type('１３８００００１２３４')
  await page.keyboard.press('Enter')
  expect(await focused(page)).toBe('证件号')
  await page.keyboard.type('11010519491231002X')
  await page.keyboard.press('Tab')
  // The whole number is checked and forgotten; the kind is recognised.
  await expect.poll(() => page.getByLabel('证件号', { exact: true }).inputValue()).toBe('**** 002X')
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('19491231')
  await tabTo(page, '收到日期（必填）')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('１１．２３')
  await page.keyboard.press('Tab')
  await page.getByText('2026年11月23日 星期一').waitFor()
  await tabTo(page, '村 / 网格')
  await page.keyboard.type('xlz')
  await page.locator('.ant-select-item-option-active').waitFor()
  await page.keyboard.press('Enter')
  await tabTo(page, /^诉求/)
  await page.keyboard.type('补足少分的 0.3 亩承包地')
  await page.keyboard.press('Enter')
  await page.keyboard.type('公开承包费收支')
  await tabTo(page, /^已向信访人宣读/)
  await page.keyboard.press('Space')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { name: '已登记' }).waitFor()
  await clean(page)
  const number = (await page.locator('.hs-result b').first().textContent()) ?? ''
  expect(number).toMatch(/^XF2026-\d+$/)
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('打印回执')
  const [paper] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')])
  await paper.getByText(number).first().waitFor()
  await paper.locator('svg, img, canvas').first().waitFor()
  await office.leave(page)
})

test('日期刚打完就按 Ctrl+Enter，登记的是打的那一天；缺几项一次说完，展开的列表收起', async () => {
  const page = await open()
  await page.getByLabel('村 / 网格').focus()
  await page.keyboard.type('xlz')
  await page.locator('.ant-select-item-option-active').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('请填写信访人姓名；不愿留名的请勾选“匿名”').first().waitFor()
  await page.getByText('请填写诉求（要求解决什么）').first().waitFor()
  await expect.poll(() => focused(page)).toBe('姓名')
  expect(await page.locator('.ant-select-open').count()).toBe(0)
  await page.keyboard.type('钱日昇')
  await page.getByLabel(/^诉求/).fill('公开承包费收支')
  await page.getByLabel(/^已向信访人宣读/).check()
  await page.getByLabel('收到日期（必填）').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('11.23')
  const sent = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith('/api/petitions'))
  await page.keyboard.press('Control+Enter')
  expect((await sent).postDataJSON().input.receivedOn).toBe('2026-11-23')
  await page.getByRole('heading', { name: '已登记' }).waitFor()
  await office.leave(page)
})

test('边填边查：电话、证件、日期、代表人数；没填诉求时光标停在诉求上，什么也没有丢', async () => {
  const page = await open()
  await page.getByLabel('姓名', { exact: true }).fill('钱秀英')
  await page.getByLabel('电话', { exact: true }).fill('1380000123')
  await page.getByText('手机号应为 11 位，现在 10 位').waitFor()
  await page.getByLabel('证件号', { exact: true }).fill('110105194912310021')
  await page.keyboard.press('Tab')
  await page.getByText('身份证号的校验码不对').waitFor()
  await page.getByLabel('收到日期（必填）').fill('12月32日')
  await page.keyboard.press('Tab')
  await page.getByText('日期没有看懂').waitFor()
  await clean(page)
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').waitFor()
  await expect.poll(() => focused(page)).toBe('电话')
  await page.getByLabel('电话', { exact: true }).fill('13800001234')
  await page.getByLabel('证件号', { exact: true }).fill('002x')
  await page.getByLabel('收到日期（必填）').fill('昨天')
  await page.keyboard.press('Tab')
  await page.getByText('2026年11月23日 星期一').waitFor()
  await page.getByText('请选择证件种类', { exact: false }).first().waitFor()
  await office.leave(page)
})

test('没有登记完的表刷新后还在；多人来访粘贴名单，代表不超过五人，代理人写明代谁', async () => {
  const page = await open()
  await page.getByLabel('姓名', { exact: true }).focus()
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.setData('text', '孙一\n孙二\n孙三\n𠮷四\n䶮五\n孙六')
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))
  })
  await page.getByLabel('第 6 人姓名').waitFor()
  expect(await page.getByLabel('第 4 人姓名').inputValue()).toBe('𠮷四')
  for (let i = 0; i < 5; i += 1) await page.getByLabel('代表', { exact: true }).nth(i).check()
  expect(await page.getByLabel('代表', { exact: true }).nth(5).isDisabled()).toBe(true)
  await page.getByRole('button', { name: '增加代理人' }).click()
  await page.getByLabel('第 7 人姓名').fill('周律师')
  await page.getByText('请写明代谁').waitFor()
  await page.getByLabel('第 7 人代谁').fill('孙一')
  await page.getByLabel(/^诉求/).fill('一'.repeat(10_000))
  await page.reload()
  await page.getByText('接着上次没有登记完的内容').waitFor()
  expect(await page.getByLabel('第 5 人姓名').inputValue()).toBe('䶮五')
  expect(await page.getByLabel(/^诉求/).inputValue()).toHaveLength(10_000)
  await page.getByLabel(/^已向信访人宣读/).check()
  // The connection is lost at the worst moment: the form stays, pressing again registers once.
  await page.context().setOffline(true)
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').getByText('连不上服务器').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('alert').getByRole('button', { name: '重试' }).click()
  await page.getByRole('heading', { name: '已登记' }).waitFor()
  office.faults.splice(0, office.faults.length, ...office.faults.filter((f) => !/ERR_INTERNET_DISCONNECTED/.test(f)))
  await page.getByRole('link', { name: '打开事项' }).click()
  await page.locator('.hs-matter h1').waitFor()
  await page.getByText('6 人').first().waitFor()
  await clean(page)
  await office.leave(page)
})

test('同一人再来：旁边并列出以前的事项，Alt+1 关联，不丢弃', async () => {
  const page = await open()
  await page.getByLabel('姓名', { exact: true }).fill('赵大年')
  await page.getByLabel('电话', { exact: true }).fill('13800001234')
  await page.getByLabel(/^诉求/).fill('补足少分的 0.3 亩承包地，至今没有答复')
  const beside = page.getByRole('complementary', { name: '可能重复的事项' })
  await beside.getByText('电话相同').first().waitFor()
  await beside.getByText('这一次').first().waitFor()
  await page.keyboard.press('Alt+1')
  await beside.locator('.hs-taken').waitFor()
  await clean(page)
  await page.getByLabel(/^已向信访人宣读/).check()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('link', { name: '打开事项' }).click()
  await page.getByRole('heading', { name: '关联事项' }).waitFor()
  await office.leave(page)
})

test('改了记录要重新宣读；手机上逐项有名称，不横向滚动', async () => {
  const page = await open(phone)
  expect(await fits(page)).toBe(true)
  await clean(page)
  await page.getByLabel('姓名', { exact: true }).fill('李四')
  await page.getByLabel(/^诉求/).fill('修好村口的路灯')
  await page.getByRole('button', { name: '宣读稿' }).click()
  await page.getByRole('dialog').getByText('修好村口的路灯').waitFor()
  await clean(page)
  await page.getByRole('button', { name: '已宣读，信访人确认无误' }).click()
  await expect.poll(() => page.getByLabel(/^已向信访人宣读/).isChecked()).toBe(true)
  await page.getByLabel(/^诉求/).fill('修好村口的两盏路灯')
  await expect.poll(() => page.getByLabel(/^已向信访人宣读/).isChecked()).toBe(false)
  await office.leave(page)
  expect(office.faults).toEqual([])
})

test('窗口问“以前反映过吗”：没选在哪里的说在那一格；答的印在回执上，审查的时候看得到，相近的并列、关联', async () => {
  const request = '要求查清村北机井电费为什么多收三年'
  let number = ''
  for (const answer of ['没有，第一次反映', '在别处反映过']) {
    const page = await open()
    await page.getByLabel('姓名', { exact: true }).fill('冉大田')
    await page.getByLabel(/^诉求/).fill(request)
    await page.getByLabel('口头提出，由我记录').uncheck()
    await page.getByLabel(answer, { exact: true }).check()
    if (answer === '在别处反映过') {
      await page.keyboard.press('Control+Enter')
      await page.getByText('请选择在哪里反映过').first().waitFor()
      await clean(page)
      await page.getByLabel('在哪里', { exact: true }).click()
      await page.locator('.ant-select-item-option', { hasText: '行政复议' }).click()
      await page.getByLabel('什么时候', { exact: true }).fill('上个月')
    }
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: '已登记' }).waitFor()
    if (answer === '在别处反映过') {
      const [paper] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('button', { name: '打印回执' }).click(),
      ])
      await paper.getByText('登记时您说：在别处反映过：行政复议（时间：上个月）').waitFor()
      await paper.close()
      await page.getByRole('link', { name: '打开事项' }).click()
      await page.getByText('信访人说：在别处反映过：行政复议（时间：上个月）').waitFor()
      await page.getByRole('link', { name: number }).waitFor()
      await clean(page)
      expect(await fits(page)).toBe(true)
      const line = page.getByRole('listitem').filter({ hasText: number })
      await line.getByRole('button', { name: '同一人再次反映' }).click()
      // Now among what it is linked with, with the kind and why.
      await line.filter({ hasText: '同一人再次反映，信访人同名' }).waitFor()
    } else number = (await page.locator('.hs-result b').first().textContent())!
    await office.leave(page)
  }
  expect(office.faults).toEqual([])
})
