import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtInTemplate } from '../src/documents/render.ts'
import { clean, fits, type Office, phone, startOffice } from './fixture.ts'

let office: Office
beforeAll(async () => {
  office = await startOffice()
})
afterAll(() => office?.close())

test('系统管理员换模板：写错标签的说出哪里错，改好的启用，可以恢复', async () => {
  const page = await office.enter('xitong')
  await page.goto(`${office.base}/papers`)
  await page.getByRole('button', { name: '信访事项受理告知书' }).click()
  const drawer = page.getByRole('dialog', { name: '信访事项受理告知书' })
  await drawer.getByRole('heading', { name: '标签' }).waitFor()
  await clean(page, '文书与模板')
  const template = async (from: string, to: string) => {
    const parts = unzipSync(await builtInTemplate('acceptanceNotice'))
    parts['word/document.xml'] = strToU8(strFromU8(parts['word/document.xml']!).replace(from, to))
    return { name: '受理告知书.docx', mimeType: 'application/octet-stream', buffer: Buffer.from(zipSync(parts)) }
  }
  await drawer.getByLabel('选择模板文件').setInputFiles(await template('{联系人}', '{联络人}'))
  const wrong = drawer.getByRole('alert')
  await wrong.getByText('没有“联络人”这个标签').waitFor()
  await wrong.getByText('缺少法定标签 {联系人}').waitFor()
  await clean(page, '模板写错')
  await drawer.getByLabel('改了什么').fill('改称经办人')
  await drawer.getByLabel('选择模板文件').setInputFiles(await template('承办联系', '本件经办人'))
  await drawer.getByText('第 1 版（现用）').waitFor()
  await drawer.getByText('改称经办人').waitFor()
  await drawer.getByRole('button', { name: '恢复内置模板' }).click()
  await page.getByLabel('理由', { exact: true }).fill('试用完毕')
  await page
    .getByRole('button', { name: '恢 复' })
    .or(page.getByRole('button', { name: '恢复', exact: true }))
    .click()
  await drawer.getByText('第 2 版（现用）').waitFor()
  await office.leave(page)
  // The refused template was answered 400, which the browser notes.
  expect(office.faults.splice(0)).toEqual([expect.stringContaining('400')])
})

test('空白文书打得出来，年度报告出具后编文号；手机上也看得全', async () => {
  const page = await office.enter('zhuren')
  await page.goto(`${office.base}/form/registrationForm`)
  await page.getByRole('heading', { name: '信访事项登记表' }).waitFor()
  await clean(page, '空白文书')
  await page.goto(`${office.base}/annual`)
  await page.getByRole('heading', { name: '信访工作年度报告' }).waitFor()
  await clean(page, '年度报告')
  await page.getByRole('button', { name: '出具', exact: true }).click()
  await page.locator('.ant-modal-confirm-btns').getByRole('button', { name: '出具', exact: true }).click()
  await page
    .getByText(/政信报〔2026〕1号/)
    .first()
    .waitFor()
  await office.leave(page)
  const small = await office.enter('zhuren', phone)
  await small.goto(`${office.base}/papers`)
  await small.getByRole('button', { name: '送达回证' }).waitFor()
  expect(await fits(small)).toBe(true)
  await clean(small, '手机上的文书与模板')
  await office.leave(small)
  expect(office.faults).toEqual([])
})

/** A matter in handling that the office has told of its acceptance. */
const inHandling = (page: Page) =>
  page.evaluate(async () => {
    const list = await (await fetch('/api/petitions?step=handle&size=50')).json()
    for (const row of list.rows) {
      const v = await (await fetch(`/api/petitions/${row.id}`)).json()
      if (v.documents.some((d: { kind: string }) => d.kind === 'acceptanceNotice'))
        return { id: row.id as string, receivedOn: v.matter.receivedOn as string }
    }
    throw new Error('没有办理中的事项')
  })
const pick = async (page: Page, label: string, option: RegExp) => {
  await page.getByLabel(label, { exact: true }).click()
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).click()
}

test('文书重新出具成为第 2 版，旧版可读；手写的按真实日期补录；电脑和手机上都办得成', async () => {
  const page = await office.enter('zhuren')
  const { id, receivedOn } = await inHandling(page)
  await page.goto(`${office.base}/matter/${id}?tab=papers`)
  await page.getByRole('button', { name: '重新出具文书' }).click()
  const drawer = page.getByRole('dialog', { name: '重新出具文书' })
  await pick(page, '文书', /受理告知书/)
  await drawer.getByLabel('重新出具的理由').fill('联系电话写错')
  await drawer.getByLabel('联系人', { exact: true }).fill('信访办 0538-0000000')
  await clean(page, '重新出具文书')
  await drawer.getByRole('button', { name: '预览文书' }).click()
  const preview = page.getByRole('dialog', { name: '预览，尚未出具' })
  await preview.getByText('信访办 0538-0000000').first().waitFor()
  await preview.locator('.ant-drawer-close').click()
  await drawer.getByRole('button', { name: '重新出具文书' }).click()
  await page.getByText('第 2 版', { exact: true }).waitFor()
  await page.getByText(/第 1 版（已被代替）/).waitFor()
  await page.getByText(/重新出具：联系电话写错/).waitFor()
  await office.leave(page)

  const small = await office.enter('zhuren', phone)
  await small.goto(`${office.base}/matter/${id}?tab=papers`)
  await small.getByRole('button', { name: '补录手写文书' }).click()
  const sheet = small.getByRole('dialog', { name: '补录手写文书' })
  await pick(small, '文书', /^信访事项登记表$/)
  await sheet.getByLabel('纸上的日期').fill(receivedOn)
  await small.keyboard.press('Enter')
  await sheet.getByLabel('没有当时录入的理由').fill('村里停电')
  await sheet.getByRole('button', { name: '补录手写文书' }).click()
  await small.getByRole('link', { name: /^信访事项登记表/ }).waitFor()
  expect(await fits(small)).toBe(true)
  const kept = await small.evaluate(
    async (x) =>
      (await (await fetch(`/api/petitions/${x}`)).json()).documents.find(
        (d: { kind: string }) => d.kind === 'registrationForm',
      ),
    id,
  )
  expect([kept.kind, kept.issuedOn, kept.number]).toEqual(['registrationForm', receivedOn, null])
  await office.leave(small)
  expect(office.faults).toEqual([])
})
