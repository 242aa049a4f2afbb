import { strFromU8, type Unzipped, unzipSync } from 'fflate'
import { Invalid } from '../kit/errors.ts'
import { catalogue, type DocumentKind, tagsOf } from './catalogue.ts'

/** A template is a few pages of text; more than this is not one. */
const mostBytes = 5 * 1024 * 1024
const mostUnpacked = 40 * 1024 * 1024

/** Where in the file something stands, in words a person can look up in WPS. */
interface Piece {
  where: string
  text: string
}

const plain = (t: string) =>
  t
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&')
const textOf = (xml: string) => [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map((m) => plain(m[1]!)).join('')

const piecesOf = (parts: Unzipped): Piece[] =>
  Object.keys(parts)
    .filter((n) => /^word\/(document|header\d*|footer\d*)\.xml$/.test(n))
    .sort()
    .flatMap((name) => {
      const place = name.includes('header') ? '页眉' : name.includes('footer') ? '页脚' : '正文'
      const xml = strFromU8(parts[name]!)
      return [...xml.matchAll(/<w:p(?: [^>]*)?>(?:(?!<w:p[ >])[\s\S])*?<\/w:p>/g)].map((m, i) => ({
        where: `${place}第 ${i + 1} 段`,
        text: textOf(m[0]),
      }))
    })

const around = (text: string, at: number, length: number) =>
  `${at > 8 ? '…' : ''}${text.slice(Math.max(0, at - 8), at + length + 8)}${at + length + 8 < text.length ? '…' : ''}`

/** Unpack with limits: no more than a template can be, no matter what the archive claims. */
const unpack = (data: Uint8Array): Unzipped => {
  if (data.length === 0) throw new Invalid('文件是空的，请重新选择')
  if (data.length > mostBytes) throw new Invalid('模板超过 5 MB，请去掉其中的图片后再上传')
  if (data[0] !== 0x50 || data[1] !== 0x4b)
    throw new Invalid('这不是 .docx 文件。旧版 .doc、.wps 文件请在 WPS 里“另存为”Word 文档（.docx）后再上传')
  let whole = 0
  try {
    return unzipSync(data, {
      filter: (f) => {
        whole += f.originalSize
        if (whole > mostUnpacked) throw new Invalid('文件解开后过大，不是文书模板')
        return true
      },
    })
  } catch (error) {
    if (error instanceof Invalid) throw error
    throw new Invalid('文件已损坏，打不开，请重新保存后再上传')
  }
}

/**
 * What is wrong with a template of a kind, as sentences naming the tag and where it stands; empty when it can be used.
 * Throws Invalid when the file is no Word document at all.
 */
export const templateProblems = (kind: DocumentKind, data: Uint8Array): string[] => {
  const parts = unpack(data)
  if (!parts['word/document.xml']) throw new Invalid('这不是 Word 文档（.docx），请重新选择')
  const problems: string[] = []
  if (Object.keys(parts).some((n) => /vbaProject|activeX|embeddings\//i.test(n)))
    problems.push('文件里有宏或嵌入的对象，请去掉后再上传')
  for (const name of Object.keys(parts).filter((n) => n.endsWith('.rels')))
    if (/TargetMode="External"/.test(strFromU8(parts[name]!)))
      problems.push('文件里有指向外部的链接或模板，请取消链接后再上传')
  const pieces = piecesOf(parts)
  const known = tagsOf(kind)
  const rowTags = new Map(known.flatMap((t) => (t.rows ?? []).map((r) => [r, t.name] as const)))
  const names = new Set(known.map((t) => t.name))
  const found = new Set<string>()
  for (const { where, text } of pieces) {
    for (const m of text.matchAll(/｛([^｛｝{}]{1,20})｝/g))
      if (names.has(m[1]!.trim()))
        problems.push(`${where}“${around(text, m.index, m[0].length)}”用了全角括号，标签应写作 {${m[1]!.trim()}}`)
    let open = -1
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] === '{') {
        if (open >= 0) problems.push(`${where}“${around(text, open, 1)}”少了右括号 }`)
        open = i
      } else if (text[i] === '}') {
        if (open < 0) {
          problems.push(`${where}“${around(text, i, 1)}”多了右括号 }`)
          continue
        }
        const raw = text.slice(open + 1, i)
        const at = around(text, open, raw.length + 2)
        const sign = /^[#/]/.exec(raw)?.[0] ?? ''
        const name = raw.slice(sign.length)
        const tag = known.find((t) => t.name === name)
        if (sign !== '') {
          if (!tag?.rows) problems.push(`${where}“${at}”：“${raw}”不是可以重复的标签`)
          else if (sign === '#') found.add(name)
        } else if (tag?.rows) problems.push(`${where}“${at}”：“${name}”是重复的表格行，应写作 {#${name}} …… {/${name}}`)
        else if (tag || rowTags.has(name)) found.add(name)
        else {
          const near = [...names].find(
            (n) => n.trim() === name.trim() || [...n].filter((c) => !name.includes(c)).length <= 1,
          )
          problems.push(`${where}“${at}”：没有“${raw}”这个标签${near ? `，是不是“${near}”` : ''}`)
        }
        open = -1
      }
    }
    if (open >= 0) problems.push(`${where}“${around(text, open, 1)}”少了右括号 }`)
  }
  const all = pieces.map((p) => p.text).join('\n')
  for (const t of known.filter((x) => x.rows && found.has(x.name)))
    if (all.split(`{#${t.name}}`).length !== 2 || all.split(`{/${t.name}}`).length !== 2)
      problems.push(`“${t.name}”的开头 {#${t.name}} 和结尾 {/${t.name}} 应各有一个`)
  for (const t of catalogue[kind].tags)
    if (t.needed && !found.has(t.name)) problems.push(`缺少法定标签 {${t.rows ? '#' : ''}${t.name}}（${t.says}）`)
  if (catalogue[kind].numbered && !found.has('文号')) problems.push('缺少标签 {文号}：这种文书须编文号')
  if (!found.has('成文日期') && catalogue[kind].layout !== 'form') problems.push('缺少标签 {成文日期}')
  return [...new Set(problems)]
}
