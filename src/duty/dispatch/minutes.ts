import { strToU8, zipSync } from 'fflate'
import { type Day, formal } from '../../kit/day.ts'
import type { Item } from './dispatch.ts'

export interface Minutes {
  town: string
  title: string
  onDay: Day
  place: string
  chair: string
  attendees: string[]
  items: Item[]
}

const esc = (t: string) =>
  t
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
const fonts = (f: string) => `<w:rFonts w:ascii="${f}" w:hAnsi="${f}" w:eastAsia="${f}"/>`
/** 3号仿宋, 28.95 pt a line, two characters in: the body of GB/T 9704-2012. */
const body = (t: string) =>
  `<w:p><w:pPr><w:spacing w:line="579" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/></w:pPr><w:r><w:rPr>${fonts('仿宋_GB2312')}<w:sz w:val="32"/></w:rPr><w:t xml:space="preserve">${esc(t)}</w:t></w:r></w:p>`
const head = (t: string) =>
  `<w:p><w:pPr><w:keepNext/><w:spacing w:line="579" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/></w:pPr><w:r><w:rPr>${fonts('黑体')}<w:sz w:val="32"/></w:rPr><w:t xml:space="preserve">${esc(t)}</w:t></w:r></w:p>`
const title = (t: string) =>
  `<w:p><w:pPr><w:spacing w:after="400" w:line="600" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr><w:r><w:rPr>${fonts('方正小标宋简体')}<w:sz w:val="44"/></w:rPr><w:t xml:space="preserve">${esc(t)}</w:t></w:r></w:p>`

const ordinals = '一二三四五六七八九十'
const ordinal = (n: number): string =>
  n <= 10
    ? ordinals[n - 1]!
    : n < 20
      ? `十${ordinals[n - 11]}`
      : n < 100
        ? `${ordinals[Math.floor(n / 10) - 1]}十${n % 10 ? ordinals[(n % 10) - 1] : ''}`
        : String(n)

/** The minutes as paragraphs: what was reported, decided, by whom and when, and who objected. Pure. */
export const minutesText = (m: Minutes): { heading: string; lines: string[] }[] => [
  {
    heading: '',
    lines: [
      `时间：${formal(m.onDay)}`,
      ...(m.place ? [`地点：${m.place}`] : []),
      `主持：${m.chair}`,
      `参加：${m.attendees.join('、') || '（未记录）'}`,
    ],
  },
  ...m.items.map((it, i) => ({
    heading: `${ordinal(i + 1)}、${it.title}（${it.number}）`,
    lines: [
      ...(it.report ? [`情况：${it.report}`] : []),
      ...(it.decisions.length === 0 ? ['未作决定。'] : []),
      ...it.decisions.map((d, n) => `决定${n + 1}：${d.text}。责任人：${d.owner}；期限：${formal(d.dueOn)}。`),
      ...it.dissent.map((d) => `不同意见（${d.by}）：${d.text}`),
    ],
  })),
]

/** The minutes as a Word file. */
export const minutesDocx = (m: Minutes): Uint8Array => {
  const document = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${title(`${m.town}${m.title}纪要`)}${minutesText(
    m,
  )
    .map((s) => `${s.heading ? head(s.heading) : ''}${s.lines.map(body).join('')}`)
    .join(
      '',
    )}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`
  return zipSync({
    '[Content_Types].xml': strToU8(
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
    'word/document.xml': strToU8(document),
  })
}
