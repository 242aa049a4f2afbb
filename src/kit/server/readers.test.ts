import fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { Refused } from '../errors.ts'
import { readWorkbook } from './excel.ts'
import { compound, toCsv, toHtml, toUtf16, toXls, toXlsx } from './workbook.fixture.ts'
import type { Workbook } from './workbook.ts'

/** Rows as a plain array, whatever holds them. */
const plain = (w: Workbook) => ({ sheets: w.sheets.map((s) => ({ ...s, rows: [...s.rows] })) })
const read = async (data: Uint8Array, name = '') => plain(await readWorkbook(data, name))
const utf8 = (s: string) => new TextEncoder().encode(s)
const book: Workbook = {
  sheets: [
    {
      name: '台账',
      hidden: false,
      rows: [
        { n: 1, cells: [{ c: 1, v: '某镇信访台账' }] },
        {
          n: 2,
          cells: [
            { c: 1, v: '姓名' },
            { c: 2, v: '诉求' },
            { c: 3, v: '日期' },
            { c: 5, v: '金额' },
          ],
        },
        {
          n: 4,
          cells: [
            { c: 1, v: '𠮷䶮' },
            { c: 2, v: '要求修路\n已两年', fill: 'FFC000' },
            { c: 3, v: 45154, date: true },
            { c: 4, v: null, fill: 'FF0000' },
            { c: 5, v: 12.5 },
          ],
        },
        {
          n: 5,
          cells: [
            { c: 1, v: '张三' },
            { c: 2, v: '●', ink: 'C00000' },
            { c: 3, v: '无' },
            { c: 5, v: -7 },
          ],
        },
      ],
      merges: [{ r1: 1, c1: 1, r2: 1, c2: 5 }],
      hiddenRows: [5],
      hiddenColumns: [5],
    },
    { name: '旧', hidden: true, rows: [{ n: 1, cells: [{ c: 1, v: '旧' }] }], merges: [] },
  ],
}

test('.xlsx 与 .xls：值、日期、底色、字色、合并、隐藏的行列和工作表都读出', async () => {
  expect(await read(toXlsx(book), 'a.xlsx')).toEqual(book)
  expect(await read(toXls(book), 'a.xls')).toEqual(book)
  expect(await read(toXls(book, { split: 20 }), 'a.et')).toEqual(book)
})
test('.xls 里的公式取最后的值', async () => {
  const sheet = { name: 's', hidden: false, merges: [], rows: [{ n: 1, cells: [{ c: 1, v: '结果', formula: true }] }] }
  expect((await read(toXls({ sheets: [sheet] }))).sheets[0]).toEqual(sheet)
})
test('从没算过的公式留下记号，不当作空格', async () => {
  const sheet = {
    name: 's',
    hidden: false,
    merges: [],
    rows: [
      {
        n: 1,
        cells: [
          { c: 1, v: null, formula: true },
          { c: 2, v: '甲' },
        ],
      },
    ],
  }
  expect((await read(toXlsx({ sheets: [sheet] }))).sheets[0]!.rows).toEqual(sheet.rows)
})
test('网页表格：跨行跨列、底色、类样式、科学记数', async () => {
  const html = `<html><style>.x{background:#FFC000}</style><table><tr><td colspan=3>标题</td></tr>
    <tr><td rowspan=2>城东管区</td><td class=x>张三</td><td x:num="15000004033">1.5E+10</td></tr>
    <tr bgcolor="red"><td>李四&nbsp;</td><td>第一行<br>第二行</td></tr></table></html>`
  const [sheet] = (await read(utf8(html), '导出.xls')).sheets
  expect(sheet!.rows.map((r) => r.cells)).toEqual([
    [{ c: 1, v: '标题' }],
    [
      { c: 1, v: '城东管区' },
      { c: 2, v: '张三', fill: 'FFC000' },
      { c: 3, v: '15000004033' },
    ],
    [
      { c: 2, v: '李四', fill: 'FF0000' },
      { c: 3, v: '第一行\n第二行', fill: 'FF0000' },
    ],
  ])
  expect(sheet!.merges).toEqual([
    { r1: 1, c1: 1, r2: 1, c2: 3 },
    { r1: 2, c1: 1, r2: 3, c2: 1 },
  ])
})
test('Excel 2003 的 XML', async () => {
  const xml = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="r"><Interior ss:Color="#FF0000" ss:Pattern="Solid"/></Style></Styles>
<Worksheet ss:Name="台账"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">题</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:StyleID="r"><Data ss:Type="String">甲&amp;乙</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">7</Data></Cell><Cell><Data ss:Type="DateTime">2025-03-05T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>`
  expect((await read(utf8(xml), 'a.xls')).sheets[0]).toEqual({
    name: '台账',
    hidden: false,
    rows: [
      { n: 1, cells: [{ c: 1, v: '题' }] },
      {
        n: 4,
        cells: [
          { c: 1, v: '甲&乙', fill: 'FF0000' },
          { c: 3, v: 7 },
          { c: 4, v: '2025-03-05' },
        ],
      },
    ],
    merges: [{ r1: 1, c1: 1, r2: 1, c2: 2 }],
  })
})
test('条件格式给出的颜色', async () => {
  const rows = ['红', '黄', '其他', '1'].map((v, i) => ({
    n: i + 1,
    cells: [
      { c: 1, v },
      { c: 2, v: '事' },
    ],
  }))
  const rule = (type: string, more: string, formula: string, dxf: number, priority: number) =>
    `<cfRule type="${type}" dxfId="${dxf}" priority="${priority}" ${more}><formula>${formula}</formula></cfRule>`
  const data = toXlsx(
    { sheets: [{ name: 's', hidden: false, rows, merges: [] }] },
    {
      dxfs: '<dxf><fill><patternFill><bgColor rgb="FFFF0000"/></patternFill></fill></dxf><dxf><fill><patternFill><bgColor rgb="FFFFC000"/></patternFill></fill></dxf>',
      afterRows:
        `<conditionalFormatting sqref="A1:A9">${rule('cellIs', 'operator="equal"', '"红"', 0, 1)}${rule('containsText', 'operator="containsText" text="黄"', 'NOT(ISERROR(SEARCH("黄",A1)))', 1, 2)}</conditionalFormatting>` +
        `<conditionalFormatting sqref="B1:B9">${rule('expression', '', '$A1=1', 0, 3)}${rule('expression', '', 'LEFT($A1,1)="黄"', 1, 4)}</conditionalFormatting>`,
    },
  )
  const [sheet] = (await read(data)).sheets
  expect(sheet!.rows.map((r) => r.cells.map((c) => c.fill ?? ''))).toEqual([
    ['FF0000', ''],
    ['FFC000', 'FFC000'],
    ['', ''],
    ['', 'FF0000'],
  ])
})
test('条件格式按分数大小给出的颜色；空格子和文字没有大小', async () => {
  const rows = [95, 80, 60, 20, '无', null].map((v, i) => ({
    n: i + 1,
    cells: [
      { c: 1, v },
      { c: 2, v: '事' },
    ],
  }))
  const rule = (more: string, formulas: string[], dxf: number, priority: number) =>
    `<cfRule dxfId="${dxf}" priority="${priority}" ${more}>${formulas.map((f) => `<formula>${f}</formula>`).join('')}</cfRule>`
  const data = toXlsx(
    { sheets: [{ name: 's', hidden: false, rows, merges: [] }] },
    {
      dxfs: ['FFFF0000', 'FFFFC000', 'FF00B0F0']
        .map((c) => `<dxf><fill><patternFill><bgColor rgb="${c}"/></patternFill></fill></dxf>`)
        .join(''),
      afterRows:
        `<conditionalFormatting sqref="A1:A9">${rule('type="cellIs" operator="greaterThanOrEqual"', ['80'], 0, 1)}${rule('type="cellIs" operator="between"', ['79', '50'], 1, 2)}${rule('type="cellIs" operator="lessThan"', ['50'], 2, 3)}</conditionalFormatting>` +
        `<conditionalFormatting sqref="B1:B9">${rule('type="expression"', ['$A1&gt;80'], 0, 4)}${rule('type="expression"', ['$A1&lt;=20'], 2, 5)}</conditionalFormatting>`,
    },
  )
  const [sheet] = (await read(data)).sheets
  expect(sheet!.rows.map((r) => [1, 2].map((n) => r.cells.find((c) => c.c === n)?.fill ?? ''))).toEqual([
    ['FF0000', 'FF0000'],
    ['FF0000', ''],
    ['FFC000', ''],
    ['00B0F0', '00B0F0'],
    ['', ''],
    ['', ''],
  ])
})
test('文字表格的各种编码', async () => {
  const csv = '姓名,诉求\r\n一平,“修路”\r\n'
  const cells = (w: Workbook) => w.sheets[0]!.rows.map((r) => r.cells.map((c) => c.v))
  const expected = [
    ['姓名', '诉求'],
    ['一平', '“修路”'],
  ]
  for (const data of [
    utf8(csv),
    utf8(`\ufeff${csv}`),
    toUtf16(csv),
    toUtf16(csv, { big: true }),
    toUtf16(csv, { mark: false }),
  ])
    expect(cells(await read(data, 'a.csv'))).toEqual(expected)
  expect(cells(await read(utf8(csv.replaceAll('\r\n', '\r')), 'a.csv'))).toEqual(expected)
})

describe('读不了的文件，用一句话说清楚', () => {
  test.each<[string, Uint8Array, string, RegExp]>([
    ['加密的 .xls', toXls(book, { locked: true }), 'a.xls', /密码/],
    [
      '加密的 .xlsx',
      compound({ EncryptionInfo: new Uint8Array(10), EncryptedPackage: new Uint8Array(10) }),
      'a.xlsx',
      /密码/,
    ],
    ['Word 文档', compound({ WordDocument: new Uint8Array(10) }), 'a.xls', /Word/],
    ['没有工作簿的复合文件', compound({ Other: new Uint8Array(10) }), 'a.xls', /没有工作簿/],
    ['截断的 .xls', toXls(book).subarray(0, 700), 'a.xls', /损坏/],
    ['截断的 .xlsx', toXlsx(book).subarray(0, 700), 'a.xlsx', /损坏/],
    ['PDF', utf8('%PDF-1.7 ...'), 'a.xlsx', /PDF/],
    ['图片', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3), 'a.xlsx', /图片/],
    ['压缩包', Uint8Array.of(0x52, 0x61, 0x72, 0x21, 1, 2), 'a.xlsx', /压缩包/],
    ['.xlsb', zipSync({ 'xl/workbook.bin': utf8('x') }), 'a.xlsb', /xlsb/],
    ['docx', zipSync({ 'word/document.xml': utf8('x') }), 'a.xlsx', /Word/],
    ...[
      ['Word 文档改名', 'word/document.xml', /Word/] as const,
      ['二进制表格改名', 'xl/workbook.bin', /xlsb/] as const,
    ].map(([what, main, sentence]): [string, Uint8Array, string, RegExp] => [
      what,
      zipSync({
        [main]: utf8('<x/>'),
        '_rels/.rels': utf8(
          `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${main}"/></Relationships>`,
        ),
      }),
      'a.xlsx',
      sentence,
    ]),
    ['单个文件网页', utf8('MIME-Version: 1.0\nX'), 'a.xls', /单个文件网页/],
    ['改名的文字', utf8('你好'), 'a.xlsx', /有效/],
    ['空', new Uint8Array(), 'a.csv', /空/],
    ['只有空行', utf8('\r\n\r\n'), 'a.csv', /空/],
    ['超过 50 MB', new Uint8Array(50 * 1024 * 1024 + 1), 'a.xlsx', /50 MB/],
  ])('%s', async (_, data, name, sentence) => {
    await expect(readWorkbook(data, name)).rejects.toThrow(sentence)
    await expect(readWorkbook(data, name)).rejects.toBeInstanceOf(Refused)
  })
  test('任意改坏几个字节：要么读出，要么一句话，从不出别的错', async () => {
    const originals = [toXls(book, { split: 30 }), toXlsx(book), utf8(toHtml(book)), utf8(toCsv(book))]
    await fc.assert(
      fc.asyncProperty(
        fc.nat(originals.length - 1),
        fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        async (which, hits) => {
          const data = originals[which]!.slice()
          for (const [at, b] of hits) data[at % data.length] = b
          const got = await readWorkbook(data, 'a.xls').catch((e: unknown) => e)
          if (got instanceof Error) expect(got).toBeInstanceOf(Refused)
        },
      ),
      { numRuns: 400, seed: 5 },
    )
  })
})
