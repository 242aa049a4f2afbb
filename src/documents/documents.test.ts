import fc from 'fast-check'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { catalogue, type PaperData } from './catalogue.ts'
import { documentNumber, petitionNumber } from './numbering.ts'
import { renderDocx } from './render.ts'

const paper = (text: string): PaperData => ({
  kind: 'handlingOpinion',
  title: catalogue.handlingOpinion.title,
  organ: '示范镇人民政府',
  number: documentNumber('示', '处', 2026, 12),
  addressee: '王某某',
  blocks: [
    { type: 'heading', text: '一、信访人请求' },
    { type: 'text', text },
    { type: 'claims', rows: [{ body: '第一项', result: '支持', answer: '照办', basis: '第三十二条' }] },
  ],
  issuedOn: '2026-03-05',
  contact: '信访办',
  parts: {},
})
const textOf = (docx: Uint8Array) =>
  [...strFromU8(unzipSync(docx)['word/document.xml']!).matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)]
    .map((m) =>
      m[1]!
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&apos;/g, "'")
        .replace(/&amp;/g, '&'),
    )
    .join('')

describe('文书', () => {
  test('文号和编号的写法', () => {
    expect(documentNumber('宫', '处', 2026, 12)).toBe('宫政信处〔2026〕12号')
    expect(petitionNumber('XF', 2026, 412)).toBe('XF2026-0412')
    expect(petitionNumber('XF', 2026, 12345)).toBe('XF2026-12345')
  })
  test('Word 里有抬头、文号、正文、日期，没有剩下的标签', async () => {
    const t = textOf(await renderDocx('handlingOpinion', paper('要求补足少分的承包地。')))
    for (const s of [
      '示范镇人民政府',
      '示政信处〔2026〕12号',
      '王某某',
      '要求补足少分的承包地。',
      '答复：支持。照办',
      '2026年3月5日',
    ])
      expect(t).toContain(s)
    expect(t).not.toMatch(/[{}]/)
  })
  test('花括号、生僻字、一万字照原样写出', async () => {
    const long = `{organ}与{#x}𠮷䶮<b>&"${'长'.repeat(10_000)}`
    expect(textOf(await renderDocx('handlingOpinion', paper(long)))).toContain(long)
  })
  test('任何文字进去，任何文字出来', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'信访{}#/<>&"\'𠮷䶮 12'), minLength: 1, maxLength: 60 }),
        async (s) => {
          const t = textOf(await renderDocx('handlingOpinion', paper(`甲${s}乙`)))
          expect(t).toContain(`甲${s}乙`)
        },
      ),
      { numRuns: 20 },
    )
  })
  test('缺了哪一部分，说出来', () => {
    expect(catalogue.handlingOpinion.missing({ ...paper('x'), parts: { 信访人请求: '有', 查明的事实: '' } })).toContain(
      '查明的事实',
    )
  })
})
