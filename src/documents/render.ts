import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TemplateHandler } from 'easy-template-x'
import { type Day, formal } from '../kit/day.ts'
import { type DocumentKind, type PaperData, paragraphsOf } from './catalogue.ts'

const own = resolve(import.meta.dirname, 'templates')

/** Characters that XML 1.0 can't carry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are taken out
const clean = (t: string) => t.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')

/**
 * A paper as .docx, by a real template that an office can retouch in WPS: `<templateDir>/<kind>.docx`,
 * else `<templateDir>/letter.docx`, else the built-in one. Text of people is data and never read as a tag.
 */
export const renderDocx = async (
  kind: DocumentKind,
  data: PaperData,
  options: { templateDir?: string } = {},
): Promise<Uint8Array> => {
  const places = [
    ...(options.templateDir
      ? [join(options.templateDir, `${kind}.docx`), join(options.templateDir, 'letter.docx')]
      : []),
    join(own, 'letter.docx'),
  ]
  const template = await readFile(places.find((p) => existsSync(p))!)
  const handler = new TemplateHandler({
    delimiters: { tagStart: '{', tagEnd: '}', containerTagOpen: '#', containerTagClose: '/' },
  })
  const paragraphs = paragraphsOf(data)
  const out = await handler.process(template, {
    organ: clean(data.organ),
    number: clean(data.number ?? ''),
    title: clean(data.title),
    addressee: data.addressee ? [{ to: clean(data.addressee) }] : [],
    paragraphs: paragraphs.map((p) => ({
      heading: p.level === 'heading' ? [{ text: clean(p.text) }] : [],
      body: p.level === 'body' ? [{ text: clean(p.text) }] : [],
    })),
    contact: clean(data.contact),
    date: formal(data.issuedOn as Day),
    ...Object.fromEntries(Object.entries(data.parts).map(([k, v]) => [k, clean(v)])),
  })
  return new Uint8Array(out)
}
