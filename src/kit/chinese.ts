import { pinyin } from 'pinyin-pro'

/** Zero-width and direction marks, soft hyphens, control characters: what Word and web pages leave in pasted text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are taken out
const debris = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g

/** NFKC (full-width digits become half-width), no debris, line ends as \n, ends trimmed. Rare characters stay as they are. */
export const normalise = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(debris, '')
    .normalize('NFKC')
    .replace(/[\u00a0\u3000]/g, ' ')
    .trim()

/** The words as they were typed or pasted, without what can't be seen; Word's own line breaks become plain ones. */
export const asTyped = (text: string): string => text.replace(/\r\n?|[\v\f\u2028\u2029]/g, '\n').replace(debris, '')

/** What a person said or wrote, to be kept: punctuation, ①, ㎡ and rare characters as they are; digits and letters half-width. */
export const written = (text: string): string =>
  asTyped(text)
    .replace(/[０-９Ａ-Ｚａ-ｚ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/\u00a0/g, ' ')
    .trim()

/** Every two neighbouring characters, by code point, within a run without spaces or punctuation. */
export const bigrams = (text: string): string[] => {
  const out = new Set<string>()
  for (const run of text.split(/[^\p{L}\p{N}\p{M}]+/u)) {
    const points = [...run]
    for (let i = 0; i + 1 < points.length; i += 1) out.add(points[i]! + points[i + 1]!)
  }
  return [...out]
}

/** Pinyin initials of each character, lower case: 东柳庄 → dlz. The library's own first letters without tones take twice as long. */
export const initials = (text: string): string => {
  let out = ''
  for (const s of pinyin(text.slice(0, 120), { type: 'array' }))
    out += String.fromCodePoint(s.normalize('NFD').codePointAt(0) ?? 0x20)
  return out.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
