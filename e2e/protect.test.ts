import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clean, desk, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

const shot = async (page: Page, name: string) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: false })
}
const go = async (page: Page, path: string, heading: string | RegExp) => {
  await page.goto(office.base + path)
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
}
/** Choose from a list by keyboard and name; typing narrows a long one. */
const choose = async (page: Page, label: string, name: string, type = false) => {
  const box = page.getByLabel(label)
  await box.focus()
  if (type) await box.fill(name)
  else await page.keyboard.press('ArrowDown')
  await page.locator(`.ant-select-item-option[title="${name}"]`).last().dispatchEvent('click')
}
/** Look at the page at this size: nothing for axe, nothing sticking out. */
const look = async (page: Page, name: string) => {
  await clean(page)
  expect(await fits(page), name).toBe(true)
  await shot(page, name)
}

describe('检举控告：看得见的与看不见的', () => {
  const words = '反映某站所负责人虚报工程款'
  let number = ''
  test('窗口登记检举控告，只得到回执', async () => {
    const page = await office.enter('chuangkou')
    await go(page, '/register', '登记')
    await page.getByLabel('姓名', { exact: true }).fill('卫平安')
    await page.getByLabel(/^诉求/).fill(words)
    await choose(page, '类别', '检举控告')
    await page.getByLabel(/^已向信访人宣读/).check()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: '已登记并密封' }).waitFor()
    number = (await page.getByText(/^MF2026-\d{4}$/).textContent())!
    await look(page, 'receipt-desk')
    await page.setViewportSize(phone)
    await look(page, 'receipt-phone')
    await page.getByRole('button', { name: '再登记一件' }).click()
    await go(page, '/ledger', '信访台账')
    await page.getByLabel('搜索', { exact: true }).fill('虚报工程款')
    await page.getByText('没有符合这些条件的事项').waitFor()
    await office.leave(page)
  })
  test('登记员、主任、镇长、审计查阅员都没有密封件可看', async () => {
    for (const who of ['chuangkou', 'zhuren', 'zhenzhang', 'shenji']) {
      const page = await office.enter(who)
      expect(await page.getByRole('link', { name: '密封件' }).count(), who).toBe(0)
      const answer = await page.evaluate(async () => {
        const r = await fetch('/api/sealed')
        return [r.status, await r.text()]
      })
      expect(answer[0], who).toBe(404)
      expect(String(await page.locator('body').textContent())).not.toContain(words)
      if (who === 'shenji') for (const path of ['/ledger', '/sealed']) await go(page, path, '这一页不对您的岗位开放')
      await office.leave(page)
    }
  })
  test('纪检联络员写明用途后打开，转送，登记签收', async () => {
    const page = await office.enter('jijian', desk)
    await page.getByRole('link', { name: '密封件' }).click()
    expect(number).toMatch(/^MF/)
    await page.getByRole('link', { name: number }).waitFor()
    await look(page, 'sealed-list-desk')
    await page.getByRole('link', { name: number }).click()
    await page.getByRole('heading', { name: '打开密封件' }).waitFor()
    await page.getByLabel('打开的用途').fill('转送前核对')
    await page.getByRole('button', { name: '打开', exact: true }).click()
    await page.getByText('卫平安').waitFor()
    await page.getByText(words).first().waitFor()
    await look(page, 'sealed-desk')
    await page.getByRole('button', { name: '转送纪检监察机关' }).click()
    await page.getByLabel('转送的机关').fill('县纪委监委')
    await clean(page)
    await shot(page, 'sealed-forward')
    await page.getByRole('button', { name: '确定' }).click()
    await page.getByText(/县纪委监委，机要交换/).waitFor()
    await page.getByRole('button', { name: '登记签收回执' }).click()
    await page.getByLabel(/回执编号/).fill('县纪收 12 号')
    await page.getByRole('button', { name: '确定' }).click()
    await page.getByText(/县纪收 12 号/).waitFor()
    await page.setViewportSize(phone)
    await look(page, 'sealed-phone')
    await office.leave(page)
  })
})

describe('回避：申报、决定、屏障', () => {
  let path = ''
  const mine = async () => {
    const page = await office.enter('zhuren')
    // A matter in handling whose handler has an account of the demo.
    const found = await page.evaluate(async () => {
      const staff = (await (await fetch('/api/places')).json()).staff as { id: string; name: string; roles: string[] }[]
      const list = await (await fetch('/api/petitions?step=handle&size=200')).json()
      for (const row of list.rows) {
        const v = await (await fetch(`/api/petitions/${row.id}`)).json()
        const alone = (x: { name: string }) => staff.filter((y) => y.name === x.name).length === 1
        const s = staff.find((x) => x.id === v.matter.villageOwnerId && alone(x))
        const other = staff.find((x) => x.id !== s?.id && x.roles.includes('villageOfficer') && alone(x))
        if (s && other) return { id: row.id as string, number: row.number as string, name: s.name, other: other.name }
      }
      return null
    })
    return { page, found: found! }
  }
  test('信访办登记信访人的申请，主任决定，当事人从此看不见', async () => {
    const { page, found } = await mine()
    path = `/matter/${found.id}`
    await page.goto(office.base + path)
    const panel = page.getByRole('region', { name: '回避与保护' })
    await panel.getByText('没有人申报或被申请回避').waitFor()
    await panel.getByRole('button', { name: '登记回避申请' }).click()
    await choose(page, '要求谁回避', found.name, true)
    await page.getByLabel('申请人').fill('信访人本人')
    await clean(page)
    await shot(page, 'recusal-ask')
    await page.getByRole('button', { name: '提出' }).click()
    await panel.getByText('待决定').waitFor()
    await look(page, 'recusal-panel-desk')
    await go(page, '/recusals', '回避决定')
    await page.getByText(found.number).waitFor()
    await look(page, 'recusal-queue-desk')
    await page.getByRole('button', { name: '决定' }).first().click()
    await choose(page, '由谁接手', found.other, true)
    await clean(page)
    await shot(page, 'recusal-decide')
    await page.getByRole('dialog').getByRole('button', { name: '决定' }).click()
    await page.getByText('没有待您决定的回避').waitFor()
    await page.setViewportSize(phone)
    await page.goto(office.base + path)
    await page.getByText('应当回避').first().waitFor({ state: 'attached' })
    expect(await fits(page)).toBe(true)
    await shot(page, 'recusal-panel-phone')
    await page.setViewportSize(desk)
    await page.goto(`${office.base}${path}?tab=readers`)
    await page.getByText(/信访人有权知道/).waitFor()
    await look(page, 'readers-desk')
    await office.leave(page)
  })
  test('近亲属由本人申报', async () => {
    const page = await office.enter('shuji')
    await go(page, '/kin', '近亲属申报')
    await page.getByLabel('第 1 人姓名').fill('诸葛小妹')
    await page.getByRole('button', { name: '保存申报' }).click()
    await page.getByText('已申报').waitFor()
    await look(page, 'kin-desk')
    await page.setViewportSize(phone)
    await look(page, 'kin-phone')
    await office.leave(page)
  })
  test('没有一页出过错', () => {
    expect(office.faults.filter((f) => !/status of 404/.test(f))).toEqual([])
  })
})
