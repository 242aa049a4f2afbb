import type { Para, Sheet, Table } from '../documents/sheet.ts'

/** Points of a form's page: A4 with margins of 30 mm above and below, 156 mm wide. */
const pageHeight = ((297 - 60) / 25.4) * 72
const pageWidth = (156 / 25.4) * 72
const cellGap = 10.8

/** How wide a text is in characters: Chinese and full-width are one, Latin and digits half. */
const widthOf = (text: string): number => {
  let n = 0
  for (const c of text) n += c.codePointAt(0)! < 0x2000 ? 0.5 : 1
  return n
}

interface Block {
  before: number
  lines: number
  lineHeight: number
  after: number
}
const blockOf = (p: Para, width: number): Block => {
  const size = p.runs[0]?.size ?? 14
  const perLine = Math.max(1, Math.floor((width - (p.left ?? 0) - (p.right ?? 0)) / size))
  const text = p.runs.map((r) => r.text).join('')
  const lines = text
    .split('\n')
    .reduce((n, t) => n + Math.max(1, Math.ceil((widthOf(t) + (p.indent ? 2 : 0)) / perLine)), 0)
  return { before: p.before ?? 0, lines, lineHeight: p.line ?? size * 1.3 * 1.25, after: p.after ?? 0 }
}
const heightOf = (list: readonly Block[]): number =>
  list.reduce((n, b) => n + b.before + b.lines * b.lineHeight + b.after, 0)

/** A row is as high as its tallest cell, whose lines flow over to the next page. */
const rowsOf = (t: Table): { height: number; tallest: Block[] }[] =>
  t.rows.map((r) => {
    let at = 0
    const cells = r.cells.map((c) => {
      const width = (t.widths.slice(at, at + c.span).reduce((a, b) => a + b, 0) / 100) * pageWidth - cellGap
      at += c.span
      return c.paras.map((p) => blockOf(p, width))
    })
    const tallest = cells.reduce((a, b) => (heightOf(b) > heightOf(a) ? b : a), [])
    return { height: Math.max(r.height, heightOf(tallest) + 1), tallest }
  })

/**
 * How many pages a form takes, by the grid it is set in: fixed line heights and square characters, only whole lines on a page.
 * Word and WPS count the real pages again when the file is opened; on screen and in the print page this count stands.
 */
export const pagesOf = (sheet: Sheet): number => {
  let left = pageHeight
  let pages = 1
  const put = (h: number) => {
    if (h > left) {
      pages += 1
      left = pageHeight
    }
    left -= h
  }
  const flow = (list: readonly Block[]) => {
    for (const b of list) {
      put(b.before)
      for (let i = 0; i < b.lines; i += 1) put(b.lineHeight)
      left = Math.max(0, left - b.after)
    }
  }
  for (const b of sheet.body) {
    if (b.type === 'p') flow([blockOf(b, pageWidth)])
    else
      for (const r of rowsOf(b)) {
        if (r.height <= left) left -= r.height
        else if (r.height <= heightOf(r.tallest) + 1) flow(r.tallest)
        else {
          // An empty box to write in is cut by the page's end and goes on.
          pages += 1
          left = pageHeight - (r.height - left)
        }
      }
  }
  return pages
}

export interface Entry {
  title: string
  on: string
  pages: number
}
/** The index: every paper with the page it begins on, counted from the first paper after cover and index. */
export const indexOf = (
  papers: readonly Entry[],
): { rows: { title: string; on: string; from: number; to: number }[]; total: number } => {
  let at = 1
  const rows = papers.map((p) => {
    const from = at
    at += p.pages
    return { title: p.title, on: p.on, from, to: at - 1 }
  })
  return { rows, total: at - 1 }
}

/** What a dossier must carry (卷宗格式) and does not; empty when it is whole. */
export const dossierMissing = (kinds: readonly string[], ended: boolean): string[] => {
  const has = (...any: string[]) => any.some((k) => kinds.includes(k))
  return [
    ...(has('mediationApplication', 'mediationIntake') ? [] : ['申请书或受理登记表']),
    ...(has('mediationIdentity') ? [] : ['当事人身份证明']),
    ...(has('mediationRights') ? [] : ['权利义务告知书']),
    ...(has('mediationRecord') || (ended && has('mediationEnd')) ? [] : ['调解记录']),
    ...(has('mediationAgreement', 'mediationOral') || ended ? [] : ['协议书']),
  ]
}
