import fc from 'fast-check'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { catalogue, type DocumentKind, documentKinds, type PaperData, tagsOf } from './catalogue.ts'
import { documentNumber, petitionNumber } from './numbering.ts'
import { laidOut, officeTools } from './office.ts'
import { renderDocx } from './render.ts'
import { sheetOf } from './sheet.ts'

const short: Record<string, string> = {
  发文机关: '示范镇人民政府',
  信访人: '王建国',
  事项编号: 'XF2026-0412',
  收到日期: '2026年3月5日',
  成文日期: '2026年11月29日',
  信访形式: '来访',
  查询码: '7KQ4MZP2XA',
  二维码: '示范镇信访事项 XF2026-0412',
  联系: '示范镇信访办 0538-1234567',
  版次说明: '',
}
const paper = (kind: DocumentKind, more: Record<string, string> = {}): PaperData => ({
  kind,
  title: catalogue[kind].title,
  organ: '示范镇人民政府',
  number: null,
  issuedOn: '2026-11-29',
  values: {
    ...Object.fromEntries(
      tagsOf(kind)
        .filter((t) => !t.rows)
        .map((t) => [t.name, t.lines ? `${t.name}：合同载明一亩二分，实际少分三分。` : t.name]),
    ),
    ...short,
    标题: catalogue[kind].title,
    文号: catalogue[kind].numbered ? catalogue[kind].number('示', 2026, 12) : '',
    ...more,
  },
  rows: {
    领域统计: [
      { 领域: '农村农业', 件数: '21', 占比: '27.6%' },
      { 领域: '城乡建设', 件数: '12', 占比: '15.8%' },
    ],
    机关统计: [{ 机关: '自然资源所', 件数: '9', 已办结: '7' }],
    当事人证件: [{ '姓名、名称': '𠮷䶮', 证件: '身份证', 后四位: '123X' }],
    证据: [{ 材料名称: '收条', 来源: '申请人', 页数: '1' }],
    目录: [{ 材料名称: '人民调解申请书', 日期: '2026-03-05', 页次: '1' }],
  },
  extra: {},
})
const textOf = (docx: Uint8Array) => {
  const s = sheetOf(docx)
  const of = (paras: (typeof s)['header']) => paras.map((p) => p.runs.map((r) => r.text).join('')).join('\n')
  return [
    of(s.header),
    ...s.body.map((b) =>
      b.type === 'p' ? of([b]) : b.rows.map((r) => r.cells.map((c) => of(c.paras)).join('|')).join('\n'),
    ),
  ].join('\n')
}
const long = `${'一二三四五六七八九'.repeat(1111)}完`

describe('文书', () => {
  test('文号和编号的写法；每种编号文书有自己的字，互不重号', () => {
    expect(documentNumber('宫', '处', 2026, 12)).toBe('宫政信处〔2026〕12号')
    expect(petitionNumber('XF', 2026, 412)).toBe('XF2026-0412')
    expect(petitionNumber('XF', 2026, 12345)).toBe('XF2026-12345')
    const marks = documentKinds.filter((k) => catalogue[k].numbered).map((k) => catalogue[k].mark)
    expect(new Set(marks).size).toBe(marks.length)
  })
  test.each(documentKinds)('%s：每个标签都填上，没有剩下的标签，模板带齐法定标签', async (kind) => {
    const t = textOf(await renderDocx(paper(kind)))
    expect(t).not.toMatch(/[{}\ue00a-\ue00d]/)
    expect(t).toContain(catalogue[kind].title)
    if (catalogue[kind].numbered) expect(t).toContain(`〔2026〕12号`)
    for (const tag of catalogue[kind].tags.filter((x) => !x.rows && !x.image))
      expect(t, tag.name).toContain(paper(kind).values[tag.name]!)
    for (const tag of catalogue[kind].tags.filter((x) => x.rows))
      expect(t).toContain(paper(kind).rows![tag.name]![0]![tag.rows![0]!]!)
  })
  test('几段文字成为几个自然段，格式相同；空的可选标签连同它的一段不印', async () => {
    const s = sheetOf(
      await renderDocx(paper('handlingOpinion', { 查明的事实: '第一段。\n\n  第二段。\r\n第三段。', 抄送: '' })),
    )
    const paras = s.body.filter((b) => b.type === 'p')
    const at = paras.findIndex((p) => p.runs[0]?.text === '第一段。')
    expect(paras.slice(at, at + 3).map((p) => [p.runs[0]?.text, p.indent, p.runs[0]?.size])).toEqual([
      ['第一段。', true, 16],
      ['第二段。', true, 16],
      ['第三段。', true, 16],
    ])
    expect(textOf(await renderDocx(paper('handlingOpinion', { 抄送: '' })))).not.toContain('抄送')
    expect(textOf(await renderDocx(paper('guidanceNotice', { 时限: '' })))).not.toContain('时限')
    const form = textOf(await renderDocx(paper('serviceReceipt', { 见证人: '' })))
    expect(form).toContain('拒收见证人|')
  })
  test('花括号、生僻字、一万字照原样写出；同样的内容得到同样的文件', async () => {
    const odd = `{发文机关}与{#领域统计}𠮷䶮<b>&"${long}`
    const a = await renderDocx(paper('handlingOpinion', { 理由: odd }))
    expect(textOf(a)).toContain(odd)
    expect(Buffer.from(await renderDocx(paper('handlingOpinion', { 理由: odd }))).equals(Buffer.from(a))).toBe(true)
  })
  test('任何文字进去，任何文字出来', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'信访{}#/<>&"\'𠮷䶮 12'), minLength: 1, maxLength: 60 }),
        async (s) => {
          expect(textOf(await renderDocx(paper('citizenLetter', { 正文: `甲${s}乙` })))).toContain(`甲${s}乙`)
        },
      ),
      { numRuns: 20 },
    )
  })
  test.each(documentKinds)('%s：缺了哪一项法定内容，说出来', (kind) => {
    const whole = paper(kind)
    expect(catalogue[kind].missing(whole)).toEqual([])
    for (const t of catalogue[kind].tags.filter((x) => x.needed)) {
      const without = t.rows
        ? { values: whole.values, rows: {} }
        : { values: { ...whole.values, [t.name]: ' ' }, rows: whole.rows }
      expect(catalogue[kind].missing(without)).toContain(t.name)
    }
  })
  test('版面：A4，版心 156×225 毫米，三号仿宋，每页二十二行', async () => {
    const xml = strFromU8(unzipSync(await renderDocx(paper('handlingOpinion')))['word/document.xml']!)
    const n = (name: string) => Math.round((Number(new RegExp(`w:${name}="(\\d+)"`).exec(xml)![1]) * 25.4) / 1440)
    const margins = /<w:pgMar [^>]*>/.exec(xml)![0]
    const m = (name: string) => Math.round((Number(new RegExp(`w:${name}="(\\d+)"`).exec(margins)![1]) * 25.4) / 1440)
    expect([n('w'), n('h')]).not.toContain(0)
    expect(/<w:pgSz w:w="11906" w:h="16838"\/>/.test(xml)).toBe(true)
    expect([m('top'), m('right'), m('bottom'), m('left')]).toEqual([37, 26, 35, 28])
    expect(Math.floor((225 * 1440) / 25.4 / Number(/w:linePitch="(\d+)"/.exec(xml)![1]))).toBe(22)
  })
})

// Where LibreOffice is installed: the papers as a word processor lays them out.
const inOffice = () => {
  test('每一种都打得开、字句齐全；给群众的信只有一页', async () => {
    const out = await laidOut(await Promise.all(documentKinds.map((k) => renderDocx(paper(k)))))
    for (const [i, kind] of documentKinds.entries()) {
      const { pages, text } = out[i]!
      expect(text, kind).toContain(catalogue[kind].title)
      expect(text, kind).not.toMatch(/[{}]/)
      for (const t of catalogue[kind].tags.filter((x) => !x.rows && !x.image))
        expect(text, `${kind} ${t.name}`).toContain(paper(kind).values[t.name]!.replace(/\s+/g, ''))
      if (catalogue[kind].layout !== 'official') expect([kind, pages]).toEqual([kind, 1])
      else expect(pages).toBeLessThanOrEqual(3)
    }
  }, 240_000)
  test('一万字分页不丢字；生僻字不成问号', async () => {
    const [big, rare] = await laidOut([
      await renderDocx(paper('handlingOpinion', { 查明的事实: long, 信访人: '𠮷䶮' })),
      await renderDocx(paper('acceptanceNotice', { 信访人: '𠮷䶮' })),
    ])
    expect(big!.pages).toBeGreaterThan(15)
    // 页码夹在字里，去掉再数
    expect(big!.text.match(/[一二三四五六七八九]/g)!.length).toBeGreaterThan(9_900)
    expect(big!.text).toContain('完')
    expect(rare!.text).toContain('𠮷䶮')
    expect(rare!.pages).toBe(1)
  }, 240_000)
}
if (officeTools()) describe('文书在 LibreOffice 里', inOffice)
