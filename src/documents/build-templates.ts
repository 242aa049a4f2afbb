import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { strToU8, zipSync } from 'fflate'

/** Writes the built-in letter template: GB/T 9704-2012 page, type sizes and order. Run again after a change here. */
const mm = (n: number) => Math.round((n * 1440) / 25.4)
const fonts = (f: string) => `<w:rFonts w:ascii="${f}" w:hAnsi="${f}" w:eastAsia="${f}"/>`
const run = (text: string, o: { font?: string; half?: number; color?: string; bold?: boolean } = {}) =>
  `<w:r><w:rPr>${fonts(o.font ?? '仿宋_GB2312')}${o.bold ? '<w:b/>' : ''}${o.color ? `<w:color w:val="${o.color}"/>` : ''}<w:sz w:val="${o.half ?? 32}"/></w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`
const par = (
  inner: string,
  o: { align?: string; indent?: boolean; before?: number; after?: number; border?: boolean; keep?: boolean } = {},
) =>
  `<w:p><w:pPr>${o.keep ? '<w:keepNext/>' : ''}${o.border ? '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="C00000"/></w:pBdr>' : ''}<w:spacing w:before="${o.before ?? 0}" w:after="${o.after ?? 0}" w:line="560" w:lineRule="exact"/>${o.indent ? '<w:ind w:firstLineChars="200" w:firstLine="640"/>' : ''}${o.align ? `<w:jc w:val="${o.align}"/>` : ''}</w:pPr>${inner}</w:p>`

const body = [
  par(run('{organ}', { font: '方正小标宋简体', half: 52, color: 'C00000' }), { align: 'center', before: 200 }),
  par(run('{number}'), { align: 'center', border: true, after: 240 }),
  par(run('{title}', { font: '方正小标宋简体', half: 44 }), { align: 'center', before: 240, after: 240 }),
  par(run('{#addressee}')),
  par(run('{to}：')),
  par(run('{/addressee}')),
  par(run('{#paragraphs}')),
  par(run('{#heading}')),
  par(run('{text}', { font: '黑体' }), { indent: true, keep: true }),
  par(run('{/heading}')),
  par(run('{#body}')),
  par(run('{text}'), { indent: true }),
  par(run('{/body}')),
  par(run('{/paragraphs}')),
  par(run('联系：{contact}'), { indent: true, before: 240 }),
  par(run('{organ}'), { align: 'right', before: 480 }),
  par(run('{date}'), { align: 'right' }),
].join('')

const ns =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const document = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ${ns}><w:body>${body}<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="${mm(210)}" w:h="${mm(297)}"/><w:pgMar w:top="${mm(37)}" w:right="${mm(26)}" w:bottom="${mm(35)}" w:left="${mm(28)}" w:header="851" w:footer="${mm(28)}" w:gutter="0"/></w:sectPr></w:body></w:document>`
const footer = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:ftr ${ns}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>${run('— ', { font: '宋体', half: 28 })}<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>${run(' —', { font: '宋体', half: 28 })}</w:p></w:ftr>`
const types =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>'
const rels = (list: [string, string, string][]) =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`).join('')}</Relationships>`
const styles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles ${ns}><w:docDefaults><w:rPrDefault><w:rPr>${fonts('仿宋_GB2312')}<w:sz w:val="32"/><w:lang w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>`

const out = resolve(import.meta.dirname, 'templates')
mkdirSync(out, { recursive: true })
writeFileSync(
  resolve(out, 'letter.docx'),
  zipSync(
    {
      '[Content_Types].xml': strToU8(types),
      '_rels/.rels': strToU8(rels([['rId1', 'officeDocument', 'word/document.xml']])),
      'word/document.xml': strToU8(document),
      'word/styles.xml': strToU8(styles),
      'word/footer1.xml': strToU8(footer),
      'word/_rels/document.xml.rels': strToU8(
        rels([
          ['rId1', 'styles', 'styles.xml'],
          ['rId2', 'footer', 'footer1.xml'],
        ]),
      ),
    },
    { mtime: new Date('2026-01-01T00:00:00Z') },
  ),
)
console.log('templates/letter.docx')
