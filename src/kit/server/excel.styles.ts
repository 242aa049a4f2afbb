import { attribute, attributeText } from './excel.xml.ts'
import { isDateFormat, standardIndexed } from './workbook.ts'

const officeTheme = 'FFFFFF 000000 E7E6E6 44546A 5B9BD5 ED7D31 A5A5A5 FFC000 4472C4 70AD47 0563C1 954F72'.split(' ')

/** Hue, saturation, lightness of a hex colour: 0–360, 0–1, 0–1. */
const hslOf = (hex: string): [number, number, number] => {
  const [r, g, b] = [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255) as [number, number, number]
  const max = Math.max(r, g, b)
  const min = Math.min(r, g, b)
  const l = (max + min) / 2
  const d = max - min
  if (d === 0) return [0, 0, l]
  const h = max === r ? ((g - b) / d + 6) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4
  return [h * 60, d / (1 - Math.abs(2 * l - 1)), l]
}
const hexOf = (h: number, s: number, l: number): string => {
  const f = (n: number) => {
    const k = (n + h / 30) % 12
    return l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
  }
  return [f(0), f(8), f(4)]
    .map((x) =>
      Math.round(Math.max(0, Math.min(1, x)) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')
    .toUpperCase()
}
/** ECMA-376 tint: towards black below zero, towards white above. */
const tinted = (hex: string, tint: number): string => {
  if (!tint) return hex
  const [h, s, l] = hslOf(hex)
  return hexOf(h, s, tint < 0 ? l * (1 + tint) : l * (1 - tint) + tint)
}

interface Style {
  date: boolean
  fill: string | undefined
  ink: string | undefined
}
export interface Styles {
  cells: Style[]
  /** The fills of conditional formats, by their number. */
  conditional: (string | undefined)[]
}

export const stylesOf = (xml: string, theme: string): Styles => {
  const scheme = /<a:clrScheme[\s\S]*?<\/a:clrScheme>/.exec(theme)?.[0] ?? ''
  const colour = (name: string, i: number) =>
    new RegExp(`<a:${name}>[\\s\\S]*?(?:lastClr|srgbClr val)="([0-9A-Fa-f]{6})"`).exec(scheme)?.[1] ?? officeTheme[i]!
  const themed = 'lt1 dk1 lt2 dk2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink'.split(' ').map(colour)
  const own = /<indexedColors>([\s\S]*?)<\/indexedColors>/.exec(xml)?.[1]
  const indexed = own
    ? [...own.matchAll(/rgb="(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})"/g)].map((m) => m[1]!)
    : standardIndexed
  const formats = new Map(
    [...xml.matchAll(/<numFmt\s[^>]*>/g)].map((m) => [
      Number(attribute(m[0], 'numFmtId')),
      attributeText(m[0], 'formatCode') ?? '',
    ]),
  )
  const colourIn = (tag: string | undefined): string | undefined => {
    if (!tag) return undefined
    const rgb = attribute(tag, 'rgb')
    const byTheme = attribute(tag, 'theme')
    const byIndex = attribute(tag, 'indexed')
    const base = rgb
      ? rgb.slice(-6)
      : byTheme
        ? themed[Number(byTheme)]
        : byIndex
          ? indexed[Number(byIndex)]
          : undefined
    return base && /^[0-9A-Fa-f]{6}$/.test(base)
      ? tinted(base.toUpperCase(), Number(attribute(tag, 'tint') ?? 0))
      : undefined
  }
  const fills = [
    ...(/<fills[\s>][\s\S]*?<\/fills>/.exec(xml)?.[0] ?? '').matchAll(/<fill\s*\/>|<fill>([\s\S]*?)<\/fill>/g),
  ].map((m): string | undefined => {
    const body = m[1] ?? ''
    if (/<gradientFill/.test(body)) return colourIn(/<color[^>]*>/.exec(body)?.[0])
    return /patternType="solid"/.test(body) ? colourIn(/<fgColor[^>]*>/.exec(body)?.[0]) : undefined
  })
  const inks = [
    ...(/<fonts[\s>][\s\S]*?<\/fonts>/.exec(xml)?.[0] ?? '').matchAll(/<font\s*\/>|<font>([\s\S]*?)<\/font>/g),
  ].map((m) => {
    const ink = colourIn(/<color\s[^>]*>/.exec(m[1] ?? '')?.[0])
    return ink === '000000' ? undefined : ink
  })
  // A differential fill names its colour as the background; only old programs write the pattern too.
  const conditional = [
    ...(/<dxfs[\s>][\s\S]*?<\/dxfs>/.exec(xml)?.[0] ?? '').matchAll(/<dxf\s*\/>|<dxf>([\s\S]*?)<\/dxf>/g),
  ].map((m) => {
    const fill = /<fill>[\s\S]*?<\/fill>/.exec(m[1] ?? '')?.[0] ?? ''
    return colourIn(/<bgColor[^>]*>/.exec(fill)?.[0]) ?? colourIn(/<fgColor[^>]*>/.exec(fill)?.[0])
  })
  const xfs = /<cellXfs[\s>][\s\S]*?<\/cellXfs>/.exec(xml)?.[0] ?? ''
  const cells = [...xfs.matchAll(/<xf(?:\s[^>]*)?\/?>/g)].map((m) => {
    const id = Number(attribute(m[0], 'numFmtId') ?? 0)
    return {
      date: isDateFormat(id, formats.get(id)),
      fill: fills[Number(attribute(m[0], 'fillId') ?? 0)],
      ink: inks[Number(attribute(m[0], 'fontId') ?? 0)],
    }
  })
  return { cells, conditional }
}
