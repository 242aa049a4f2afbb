import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { blankPaper, samplePaper } from './blank.ts'
import { catalogue, documentKinds } from './catalogue.ts'
import { laidOut, officeTools } from './office.ts'
import { builtInTemplate, renderDocx } from './render.ts'
import { sheetOf } from './sheet.ts'
import { templateProblems } from './validate.ts'

const town = { organ: '示范镇人民政府', short: '示' }
/** The built-in template with its document changed, as WPS would save it. */
const changed = async (
  kind: (typeof documentKinds)[number],
  change: (xml: string) => string,
  more: Record<string, string> = {},
) => {
  const parts = unzipSync(await builtInTemplate(kind))
  parts['word/document.xml'] = strToU8(change(strFromU8(parts['word/document.xml']!)))
  for (const [name, text] of Object.entries(more)) parts[name] = strToU8(text)
  return zipSync(parts)
}

describe('模板', () => {
  test.each(documentKinds)('%s：内置模板没有问题', async (kind) => {
    expect(templateProblems(kind, await builtInTemplate(kind))).toEqual([])
  })
  test('写错的标签：说出是哪一个、在哪一段、可能是哪个', async () => {
    const t = await changed('acceptanceNotice', (x) => x.replace('{受理日期}', '{受利日期}'))
    const problems = templateProblems('acceptanceNotice', t)
    expect(problems[0]).toMatch(/^正文第 \d+ 段“.*\{受利日期\}.*”：没有“受利日期”这个标签，是不是“受理日期”$/)
    expect(problems).toContain('缺少法定标签 {受理日期}（决定受理的日期）')
  })
  test('缺少法定标签、文号，各说一句；可选的删掉无妨', async () => {
    const without = await changed('handlingOpinion', (x) => x.replace('{救济途径}', '').replace('{文号}', ''))
    expect(templateProblems('handlingOpinion', without)).toEqual([
      '缺少法定标签 {救济途径}（不服怎么办：期限和向谁提出）',
      '缺少标签 {文号}：这种文书须编文号',
    ])
    expect(templateProblems('guidanceNotice', await changed('guidanceNotice', (x) => x.replace('{时限}', '')))).toEqual(
      [],
    )
  })
  test('括号不配对、全角括号、重复行写错，都指得出地方', async () => {
    const one = async (kind: (typeof documentKinds)[number], from: string, to: string) =>
      templateProblems(kind, await changed(kind, (x) => x.replace(from, to))).join('\n')
    expect(await one('acceptanceNotice', '{联系人}', '{联系人')).toContain('少了右括号 }')
    expect(await one('acceptanceNotice', '{联系人}', '联系人}')).toContain('多了右括号 }')
    expect(await one('acceptanceNotice', '{联系人}', '｛联系人｝')).toContain('用了全角括号，标签应写作 {联系人}')
    expect(await one('annualReport', '{#领域统计}', '{领域统计}')).toContain('应写作 {#领域统计} …… {/领域统计}')
    expect(await one('annualReport', '{/领域统计}', '')).toContain('应各有一个')
    expect(await one('acceptanceNotice', '{联系人}', '{#联系人}')).toContain('不是可以重复的标签')
  })
  test('标签被 WPS 拆成几截也认得', async () => {
    const split = await changed('acceptanceNotice', (x) =>
      x.replace('{联系人}', '{联</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>系</w:t></w:r><w:r><w:t>人}'),
    )
    expect(templateProblems('acceptanceNotice', split)).toEqual([])
    const sheet = sheetOf(
      await renderDocx({ ...samplePaper('acceptanceNotice', town, '2026-03-05' as never), ...{} }, split),
    )
    expect(JSON.stringify(sheet)).toContain('（承办联系人和电话）')
  })
  test('宏、外部链接、不是 Word、空文件、解开过大，都拒绝', async () => {
    const macro = await changed('citizenLetter', (x) => x, { 'word/vbaProject.bin': 'x' })
    expect(templateProblems('citizenLetter', macro)).toEqual(['文件里有宏或嵌入的对象，请去掉后再上传'])
    const link = await changed('citizenLetter', (x) => x, {
      'word/_rels/settings.xml.rels':
        '<Relationships><Relationship Id="r1" Type="attachedTemplate" Target="http://example.com/x.dotm" TargetMode="External"/></Relationships>',
    })
    expect(templateProblems('citizenLetter', link)).toEqual(['文件里有指向外部的链接或模板，请取消链接后再上传'])
    const refused = (data: Uint8Array) => {
      try {
        templateProblems('citizenLetter', data)
        return ''
      } catch (e) {
        return (e as Error).message
      }
    }
    expect(refused(new Uint8Array())).toContain('空的')
    expect(refused(strToU8('你好'))).toContain('.docx')
    expect(refused(new Uint8Array([0x50, 0x4b, 3, 4, 9, 9, 9]))).toContain('损坏')
    expect(refused(zipSync({ 'a.txt': strToU8('x') }))).toContain('不是 Word 文档')
    expect(refused(zipSync({ 'word/document.xml': new Uint8Array(60 * 1024 * 1024) }))).toContain('过大')
  })
  test.each(documentKinds)('%s：空白文书没有剩下的标签，留有写字的地方', async (kind) => {
    const text = JSON.stringify(sheetOf(await renderDocx(blankPaper(kind, town))))
    expect(text).not.toMatch(/\{[#/]?[\u4e00-\u9fff]+\}/)
    expect(text).toContain(catalogue[kind].title)
    if (catalogue[kind].layout !== 'form') expect(text).toContain('＿＿＿＿')
    if (catalogue[kind].numbered) expect(text).toContain('〔20')
  })
})

const inOffice = () => {
  test('空白的信函、表单在 LibreOffice 里不超过两页，有表格线或横线可写', async () => {
    const kinds = documentKinds.filter((k) => catalogue[k].layout !== 'official')
    const out = await laidOut(await Promise.all(kinds.map((k) => renderDocx(blankPaper(k, town)))))
    for (const [i, k] of kinds.entries()) expect([k, out[i]!.pages <= 2]).toEqual([k, true])
  }, 240_000)
}
if (officeTools()) describe('空白文书', inOffice)
