import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'

const bodyOf = (docx: Uint8Array): { body: string; section: string } => {
  const xml = strFromU8(unzipSync(docx)['word/document.xml']!)
  const inner = /<w:body>([\s\S]*)<\/w:body>/.exec(xml)?.[1] ?? ''
  const at = inner.lastIndexOf('<w:sectPr')
  return at < 0 ? { body: inner, section: '' } : { body: inner.slice(0, at), section: inner.slice(at) }
}
const startOnNewPage =
  '<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'

/** A page that is no form: a line on top, and a picture or a few more lines. */
export interface Leaf {
  caption: string
  says?: readonly string[]
  picture?: { jpeg: Uint8Array; width: number; height: number }
}
/** Points: the page within its margins, without the room the caption takes at its longest (four lines). */
const leafWidth = (156 / 25.4) * 72
const leafHeight = ((297 - 60) / 25.4) * 72 - 4 * 20 - 12
const escaped = (t: string) =>
  t
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML can't carry these
    .replace(/[\u0000-\u001f\ufffe\uffff]/g, '')
const font =
  '<w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:hAnsi="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/><w:sz w:val="24"/></w:rPr>'
const line = (text: string, look = '') =>
  `<w:p><w:pPr>${look}<w:spacing w:line="400" w:lineRule="exact"/></w:pPr><w:r>${font}<w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`
const drawing = (id: string, n: number, { width, height }: { width: number; height: number }, alt: string) => {
  const scale = Math.min(leafWidth / width, leafHeight / height)
  const size = `cx="${Math.round(width * scale * 12_700)}" cy="${Math.round(height * scale * 12_700)}"`
  return `<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent ${size}/><wp:docPr id="${1000 + n}" name="附件${n}" descr="${escaped(alt)}"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="${1000 + n}" name="附件${n}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="${id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>`
}

/** Puts leaves into a Word file being made: their text, and the pictures beside it. */
const leavesInto = (parts: Record<string, Uint8Array>) => {
  let n = 0
  const named: string[] = []
  return {
    body: (leaves: readonly Leaf[]): string =>
      leaves
        .map((leaf, i) => {
          const top = line(leaf.caption, i === 0 ? '' : '<w:pageBreakBefore/>')
          const words = (leaf.says ?? []).map((t) => line(t, '<w:ind w:firstLineChars="200"/>')).join('')
          if (!leaf.picture) return top + words
          n += 1
          parts[`word/media/bound${n}.jpeg`] = leaf.picture.jpeg
          named.push(
            `<Relationship Id="rIdBound${n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/bound${n}.jpeg"/>`,
          )
          return `${top}${words}<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r>${drawing(`rIdBound${n}`, n, leaf.picture, leaf.caption)}</w:r></w:p>`
        })
        .join(''),
    finish: () => {
      if (n === 0) return
      const put = (name: string, end: string, xml: string) => {
        parts[name] = strToU8(strFromU8(parts[name]!).replace(end, `${xml}${end}`))
      }
      put('word/_rels/document.xml.rels', '</Relationships>', named.join(''))
      if (!strFromU8(parts['[Content_Types].xml']!).includes('Extension="jpeg"'))
        put('[Content_Types].xml', '</Types>', '<Default Extension="jpeg" ContentType="image/jpeg"/>')
    },
  }
}

/**
 * Many papers as one Word file to print: each begins on a page of its own, the pages are numbered from `numberedFrom` (0: the first)
 * on (null: none has a number), and every paper carries a mark (`_paperN`) that a page reference may point to. All share the layout
 * of the first, which is a Word file; the others are Word files, or leaves.
 */
export const oneFile = (
  papers: readonly [Uint8Array, ...(Uint8Array | readonly Leaf[])[]],
  numberedFrom: number | null = 0,
): Uint8Array => {
  const parts = unzipSync(papers[0])
  const document = strFromU8(parts['word/document.xml']!)
  const leaves = leavesInto(parts)
  const section = bodyOf(papers[0]).section
  const bodies = papers.map((p) => (p instanceof Uint8Array ? bodyOf(p).body : leaves.body(p)))
  const numbered = section.replace(/(<w:pgMar [^>]*\/>)/, '$1<w:pgNumType w:start="1"/>')
  const bare = section
    .replace(/<w:footerReference [^>]*\/>/g, '')
    .replace('<w:sectPr>', '<w:sectPr><w:type w:val="nextPage"/>')
  const content = bodies
    .map((body, i) => {
      const mark = `<w:bookmarkStart w:id="${i + 1}" w:name="_paper${i}"/><w:bookmarkEnd w:id="${i + 1}"/>`
      const marked = body.replace(/(<w:p(?: [^>]*)?>(?:<w:pPr>[\s\S]*?<\/w:pPr>)?)/, `$1${mark}`)
      // Cover and index are a section of their own without page numbers; the count begins after them.
      const between =
        i === bodies.length - 1 ? '' : i + 1 === numberedFrom ? `<w:p><w:pPr>${bare}</w:pPr></w:p>` : startOnNewPage
      return marked + between
    })
    .join('')
  const head = document.slice(0, document.indexOf('<w:body>') + '<w:body>'.length)
  parts['word/document.xml'] = strToU8(
    `${head}${content}${numberedFrom === null ? bare : numbered}</w:body></w:document>`,
  )
  leaves.finish()
  return zipSync(parts, { mtime: new Date('2026-01-01T00:00:00Z') })
}

/** In an index made with page numbers as text, turn each number into a reference to its paper that Word keeps true. */
export const withReferences = (index: Uint8Array, marks: readonly { text: string; paper: number }[]): Uint8Array => {
  const parts = unzipSync(index)
  let xml = strFromU8(parts['word/document.xml']!)
  for (const { text, paper } of marks) {
    const run = new RegExp(
      `<w:r(?: [^>]*)?>(<w:rPr>(?:(?!</w:rPr>)[\\s\\S])*</w:rPr>)<w:t[^>]*>${text}</w:t>(?:<w:t[^>]*/>)*</w:r>`,
    ).exec(xml)
    if (!run) continue
    const look = run[1]!
    const shown = text.replace(/[〖〗]/g, '').split('/')[1]!
    const field = `<w:r>${look}<w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r>${look}<w:instrText xml:space="preserve"> PAGEREF _paper${paper} </w:instrText></w:r><w:r>${look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>${look}<w:t>${shown}</w:t></w:r><w:r>${look}<w:fldChar w:fldCharType="end"/></w:r>`
    xml = xml.replace(run[0], field)
  }
  // A template of one's own may set them otherwise: then the number stands as it was counted.
  parts['word/document.xml'] = strToU8(xml.replace(/〖\d+\/(\d+)〗/g, '$1'))
  return zipSync(parts, { mtime: new Date('2026-01-01T00:00:00Z') })
}
