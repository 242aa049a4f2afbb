/** Text that is already HTML. Everything else put into a template is escaped. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => marks[c]!)

type Part = Html | string | number | null | undefined | false | readonly Part[]
const partOf = (p: Part): string =>
  p === null || p === undefined || p === false
    ? ''
    : p instanceof Html
      ? p.text
      : Array.isArray(p)
        ? p.map(partOf).join('')
        : escapeHtml(String(p))

/** A template whose parts are escaped unless they are Html themselves; null and false leave nothing. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.reduce((out, s, i) => out + s + (i < parts.length ? partOf(parts[i]) : ''), ''))
