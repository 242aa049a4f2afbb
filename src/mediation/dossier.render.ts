import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'

const bodyOf = (docx: Uint8Array): { body: string; section: string } => {
  const xml = strFromU8(unzipSync(docx)['word/document.xml']!)
  const inner = /<w:body>([\s\S]*)<\/w:body>/.exec(xml)?.[1] ?? ''
  const at = inner.lastIndexOf('<w:sectPr')
  return at < 0 ? { body: inner, section: '' } : { body: inner.slice(0, at), section: inner.slice(at) }
}
const startOnNewPage =
  '<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'

/**
 * Many papers as one Word file to print: each begins on a page of its own, the pages are numbered from `numberedFrom` (0: the first)
 * on (null: none has a number), and every paper carries a mark (`_paperN`) that a page reference may point to. All share the layout
 * of the first.
 */
export const oneFile = (papers: readonly Uint8Array[], numberedFrom: number | null = 0): Uint8Array => {
  const parts = unzipSync(papers[0]!)
  const document = strFromU8(parts['word/document.xml']!)
  const bodies = papers.map(bodyOf)
  const section = bodies[0]!.section
  const numbered = section.replace(/(<w:pgMar [^>]*\/>)/, '$1<w:pgNumType w:start="1"/>')
  const bare = section
    .replace(/<w:footerReference [^>]*\/>/g, '')
    .replace('<w:sectPr>', '<w:sectPr><w:type w:val="nextPage"/>')
  const content = bodies
    .map(({ body }, i) => {
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
