import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  ImagePlugin,
  LoopPlugin,
  type ScopeData,
  type TemplateData,
  TemplateHandler,
  TemplatePlugin,
  type Tag as TemplateTag,
} from 'easy-template-x'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import QRCode from 'qrcode'
import { type DocumentKind, type PaperData, tagsOf } from './catalogue.ts'

const own = resolve(import.meta.dirname, 'templates')

/** The built-in template of a kind. */
export const builtInTemplate = async (kind: DocumentKind): Promise<Uint8Array> =>
  new Uint8Array(await readFile(resolve(own, `${kind}.docx`)))

/** Private-use marks between filling and tidying: end of a paragraph, an empty value, a value. */
const turn = '\ue00a'
const nothing = '\ue00b'
const something = '\ue00c'
const gone = '\ue00d'

/** Characters that XML 1.0 can't carry, our own marks, and Windows line ends. */
const clean = (t: string) =>
  t
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ue00a-\ue00d]/g, '')

/** Fills a text tag; what becomes of its paragraph is settled by `tidy`. Text of people is data and never read as a tag. */
class Words extends TemplatePlugin {
  readonly contentType = 'text'
  override simpleTagReplacements(tag: TemplateTag, data: ScopeData): void {
    const node = (tag as unknown as { xmlTextNode?: { textContent: string; parentNode?: { attributes?: object } } })
      .xmlTextNode
    if (!node) return
    const value: unknown = data.getScopeData()
    const text = typeof value === 'string' ? value : ''
    const lines = text
      .split('\n')
      .map((x) => x.trim())
      .filter((x) => x !== '')
    node.textContent = lines.length ? something + lines.join(turn) : nothing
    if (node.parentNode) node.parentNode.attributes = { ...node.parentNode.attributes, 'xml:space': 'preserve' }
  }
}

const paragraph = /<w:p(?: [^>]*)?>(?:(?!<w:p[ >])[\s\S])*?<\/w:p>/g
/**
 * After filling: a value of several lines becomes several paragraphs of the same look; a paragraph whose tags are all
 * empty is left out, and so is a table row of one cell; other cells stay, empty.
 */
const tidy = (xml: string): string =>
  xml
    .replace(paragraph, (whole, at: number) => {
      if (whole.includes(nothing) && !whole.includes(something)) {
        const before = xml.slice(Math.max(0, at - 12), at)
        const after = xml.slice(at + whole.length, at + whole.length + 7)
        const alone = /(<\/w:tcPr>|<w:tc>)$/.test(before) && after === '</w:tc>'
        if (!alone) return ''
        return whole.replaceAll(nothing, gone)
      }
      if (!whole.includes(turn)) return whole
      const look = /^<w:p(?: [^>]*)?>(<w:pPr>[\s\S]*?<\/w:pPr>|<w:pPr\/>)?/.exec(whole)?.[1] ?? ''
      return whole.replace(/<w:r(?: [^>]*)?>(?:(?!<w:r[ >])[\s\S])*?<\/w:r>/g, (r) => {
        if (!r.includes(turn)) return r
        const runLook = /<w:rPr>[\s\S]*?<\/w:rPr>/.exec(r)?.[0] ?? ''
        return r.replaceAll(turn, `</w:t></w:r></w:p><w:p>${look}<w:r>${runLook}<w:t xml:space="preserve">`)
      })
    })
    .replace(/<w:tr(?: [^>]*)?>(?:(?!<w:tr[ >])[\s\S])*?<\/w:tr>/g, (row) =>
      row.includes(gone) && row.split(/<w:tc[ >]/).length === 2 && !row.includes(something) ? '' : row,
    )
    .replaceAll(turn, '</w:t><w:br/><w:t xml:space="preserve">')
    .replace(/[\ue00b-\ue00d]/g, '')

/** What a QR code on paper says: an address when this office has one, else the number itself. */
const qr = (text: string) =>
  QRCode.toBuffer(text, { margin: 1, width: 300, rendererOpts: { filterType: 0, deflateLevel: 1 } as object })

/** Text of a paper that is not filled yet goes in as it is, tag by tag; unknown names of the data are of no effect. */
const filling = async (data: PaperData): Promise<Record<string, unknown>> => {
  const out: Record<string, unknown> = {}
  for (const t of tagsOf(data.kind)) {
    if (t.rows)
      out[t.name] = (data.rows?.[t.name] ?? []).map((r) =>
        Object.fromEntries(Object.entries(r).map(([k, v]) => [k, clean(v)])),
      )
    else if (t.image)
      out[t.name] = data.values[t.name]
        ? {
            _type: 'image',
            source: await qr(data.values[t.name]!),
            format: 'image/png',
            width: 110,
            height: 110,
            altText: '查询进度的二维码',
          }
        : ''
    else out[t.name] = clean(data.values[t.name] ?? '')
  }
  return out
}

/**
 * Fill a template (the bytes of a .docx) with a paper. The same template and paper give the same bytes, so that the
 * SHA-256 of an issued file can be computed again. Throws the library's error when the template is broken.
 */
export const renderDocx = async (data: PaperData, template?: Uint8Array): Promise<Uint8Array> => {
  const handler = new TemplateHandler({
    delimiters: { tagStart: '{', tagEnd: '}', containerTagOpen: '#', containerTagClose: '/' },
    plugins: [new LoopPlugin(), new ImagePlugin(), new Words()],
    maxXmlDepth: 60,
  })
  const filled = await handler.process(
    Buffer.from(template ?? (await builtInTemplate(data.kind))),
    (await filling(data)) as TemplateData,
  )
  const parts = unzipSync(new Uint8Array(filled))
  for (const name of Object.keys(parts))
    if (/^word\/(document|header\d*|footer\d*)\.xml$/.test(name)) parts[name] = strToU8(tidy(strFromU8(parts[name]!)))
  return zipSync(parts, { mtime: new Date('2026-01-01T00:00:00Z') })
}
