/** The XML of spreadsheets, read by its text: large sheets come in pieces and are never held as a tree. */

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const codePoint = (n: number) => (n > 0 && n <= 0x10ffff ? String.fromCodePoint(n) : '')

/** Entities, `_x000D_` escapes and line ends. */
export const decode = (raw: string): string => {
  let s = raw
  if (s.includes('<![CDATA['))
    s = s.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, t: string) => t.replaceAll('&', '&amp;'))
  if (s.includes('&'))
    s = s.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all, e: string) =>
      e[0] === '#'
        ? codePoint(e[1] === 'x' || e[1] === 'X' ? Number.parseInt(e.slice(2), 16) : Number(e.slice(1)))
        : (named[e] ?? all),
    )
  if (s.includes('_x'))
    s = s.replace(/_x([0-9A-Fa-f]{4})_/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16)))
  return s.includes('\r') ? s.replace(/\r\n?/g, '\n') : s
}

/** Some programs write every element as <x:row>: the prefix of the main namespace is taken off. */
export const unprefixed = (xml: string): string => {
  const prefix = /<([A-Za-z][\w.-]*):(?:worksheet|sst|styleSheet|workbook|Relationships)[\s>]/.exec(
    xml.slice(0, 4000),
  )?.[1]
  return prefix ? xml.replaceAll(`<${prefix}:`, '<').replaceAll(`</${prefix}:`, '</') : xml
}

export const attribute = (tag: string, name: string): string | null => {
  let p = tag.indexOf(`${name}=`)
  while (p > 0 && !/\s/.test(tag[p - 1]!)) p = tag.indexOf(`${name}=`, p + 1)
  if (p < 0) return null
  const quote = tag[p + name.length + 1]!
  const end = tag.indexOf(quote, p + name.length + 2)
  return end < 0 ? null : tag.slice(p + name.length + 2, end)
}
export const attributeText = (tag: string, name: string) => {
  const v = attribute(tag, name)
  return v === null ? null : decode(v)
}

/** The runs of a rich text joined; the phonetic guide is left out. */
export const textOf = (xml: string): string => {
  const body = xml.includes('<rPh') ? xml.replace(/<rPh[\s>][\s\S]*?<\/rPh>/g, '') : xml
  let out = ''
  let p = 0
  for (;;) {
    p = body.indexOf('<t', p)
    if (p < 0) return out
    const next = body[p + 2]
    const close = body.indexOf('>', p)
    if (close < 0) return out
    if ((next !== '>' && next !== ' ') || body[close - 1] === '/') {
      p = close
      continue
    }
    const end = body.indexOf('</t>', close)
    if (end < 0) return out
    out += decode(body.slice(close + 1, end))
    p = end + 4
  }
}

/**
 * Each complete element `name` of a text that comes in pieces: its opening tag and its body. Gives back a function
 * that takes pieces and returns what is still unread.
 */
export const scanner = (name: string, each: (tag: string, body: string) => void) => {
  const open = `<${name}`
  const shut = `</${name}>`
  let rest = ''
  let prefixed: boolean | null = null
  const run = (): void => {
    let p = 0
    for (;;) {
      const at = rest.indexOf(open, p)
      if (at < 0) {
        // What follows the last row (merged ranges) is kept for the caller.
        p = Math.max(p, rest.length - 4_000_000)
        break
      }
      const next = rest[at + open.length]
      if (next === undefined) {
        p = at
        break
      }
      if (next !== ' ' && next !== '>' && next !== '/' && next !== '\n' && next !== '\r' && next !== '\t') {
        p = at + open.length
        continue
      }
      const close = rest.indexOf('>', at)
      if (close < 0) {
        p = at
        break
      }
      if (rest[close - 1] === '/') {
        each(rest.slice(at, close), '')
        p = close + 1
        continue
      }
      const end = rest.indexOf(shut, close)
      if (end < 0) {
        p = at
        break
      }
      each(rest.slice(at, close), rest.slice(close + 1, end))
      p = end + shut.length
    }
    rest = rest.slice(p)
  }
  return {
    take: (piece: string) => {
      rest += piece
      if (prefixed === null && rest.length > 300) prefixed = unprefixed(rest) !== rest
      if (prefixed === false) run()
    },
    /** What follows the last element. */
    end: (): string => {
      if (prefixed !== false) rest = unprefixed(rest)
      run()
      return rest
    },
  }
}
