import { expect, test } from 'vitest'
import { html } from '../kit/html.ts'
import { telLinks } from './page.ts'

test('电话点了就拨得通：几个号码各是一个，分机念出来不拨', () => {
  const links = (t: string) => `${html`${telLinks(t)}`}`
  expect(links('0538-1234567')).toBe('<a href="tel:0538-1234567">0538-1234567</a>')
  expect(links('0538-1234567 转 2、12345')).toBe(
    '<a href="tel:0538-1234567">0538-1234567 转 2</a>、<a href="tel:12345">12345</a>',
  )
  expect(links('')).toBe('')
})
