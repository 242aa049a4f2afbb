import { z } from 'zod'
import { Invalid } from '../../kit/errors.ts'

const digits = '零壹贰叁肆伍陆柒捌玖'
const small = ['', '拾', '佰', '仟']
const big = ['', '万', '亿', '万亿']
/** Amounts in fen up to 9999 亿元 are written in words. */
export const mostFen = 99_999_999_999_999
/** An amount as it is sent, in fen. */
export const Fen = z.int('金额请写成数字，最多两位小数，如 12,000.50').max(100_000_000_000, '金额太大')

/**
 * An amount in words as 《正确填写票据和结算凭证的基本规定》 wants it: 1204530 fen → 壹万贰仟零肆拾伍元叁角整.
 * Throws Invalid for what is no whole amount of fen between 0 and 9999 亿元.
 */
export const inWords = (fen: number): string => {
  if (!Number.isSafeInteger(fen) || fen < 0 || fen > mostFen) throw new Invalid('金额应为不小于零、精确到分的数')
  if (fen === 0) return '零元整'
  const yuan = Math.floor(fen / 100)
  const jiao = Math.floor(fen / 10) % 10
  const cent = fen % 10
  let words = ''
  if (yuan > 0) {
    const groups: number[] = []
    for (let rest = yuan; rest > 0; rest = Math.floor(rest / 10_000)) groups.push(rest % 10_000)
    for (let g = groups.length - 1; g >= 0; g -= 1) {
      const value = groups[g]!
      if (value === 0) continue
      // A zero between groups is said once: the group is not full, or the one above it was empty.
      const lower = g < groups.length - 1 && (value < 1000 || groups[g + 1] === 0)
      words += (lower ? '零' : '') + fourWords(value) + big[g]
    }
    words += '元'
  }
  if (jiao === 0 && cent === 0) return `${words}整`
  if (jiao > 0) words += `${digits[jiao]}角`
  else if (yuan > 0) words += '零'
  return cent > 0 ? `${words}${digits[cent]}分` : `${words}整`
}

const fourWords = (n: number): string => {
  let out = ''
  let gap = false
  for (let place = 3; place >= 0; place -= 1) {
    const d = Math.floor(n / 10 ** place) % 10
    if (d === 0) {
      gap = out !== ''
      continue
    }
    out += (gap ? '零' : '') + digits[d] + small[place]
    gap = false
  }
  return out
}

/** The amount of words as `inWords` writes them, or as they are often written (圆, 正, 两 units missing are wrong); null when they are none. */
export const fromWords = (text: string): number | null => {
  const t = text
    .trim()
    .replace(/^人民币/, '')
    .replaceAll('圆', '元')
    .replace(/正$/, '整')
  const m =
    /^(?:([零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)元)?(?:零?([壹贰叁肆伍陆柒捌玖])角)?(?:零?([壹贰叁肆伍陆柒捌玖])分)?整?$/.exec(
      t,
    )
  if (!m || t === '' || t === '整') return null
  let yuan = 0
  let group = 0
  let section = 0
  let n = 0
  for (const c of m[1] ?? '') {
    const d = digits.indexOf(c)
    if (d >= 0) n = d
    else if (c === '万') {
      section += (group + n) * 10_000
      group = 0
      n = 0
    } else if (c === '亿') {
      yuan += (section + group + n) * 100_000_000
      section = 0
      group = 0
      n = 0
    } else {
      group += n * 10 ** small.indexOf(c)
      n = 0
    }
  }
  yuan += section + group + n
  const of = (d: string | undefined) => (d === undefined ? 0 : digits.indexOf(d))
  return yuan * 100 + of(m[2]) * 10 + of(m[3])
}

/** 1204530 → 12,045.30 */
export const inFigures = (fen: number): string =>
  `${Math.floor(fen / 100)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')}.${String(fen % 100).padStart(2, '0')}`

/** Both ways on paper, the words first. */
export const money = (fen: number): string => `${inWords(fen)}（￥${inFigures(fen)}）`

const wordsOf = '[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]{2,}'
const figuresOf = String.raw`[￥¥]?\s*(\d[\d,，]*(?:\.\d{1,2})?)\s*元?(?:整)?`
const between = String.raw`\s*(?:[（(]\s*(?:大写|小写)?[：:]?|[，,、;；]\s*(?:大写|小写)[：:]?)\s*(?:人民币)?\s*`
const bothWays = [
  new RegExp(`(${wordsOf})${between}${figuresOf}`, 'g'),
  new RegExp(`${figuresOf}${between}(${wordsOf})`, 'g'),
] as const

interface Sum {
  /** As written in words, and its fen; null when the words are none that are allowed. */
  said: string
  words: number | null
  written: string
  figures: number
}
/** Every sum a text writes both ways, as 大写（￥小写） or 小写（大写）. */
export const sumsIn = (text: string): Sum[] =>
  bothWays.flatMap((pattern, i) =>
    [...text.matchAll(pattern)].flatMap((m) => {
      const [said, written] = i === 0 ? [m[1]!, m[2]!] : [m[2]!, m[1]!]
      // 元整 alone is no number.
      if (!/[零壹贰叁肆伍陆柒捌玖拾佰仟]/.test(said)) return []
      return {
        said,
        words: fromWords(/[元圆角分]/.test(said) ? said : `${said}元`),
        written,
        figures: Math.round(Number(written.replace(/[,，]/g, '')) * 100),
      }
    }),
  )

/** The sentence of the first sum whose words and figures disagree; null when all agree. */
export const sumsDisagree = (text: string): string | null => {
  for (const { said, words, written, figures } of sumsIn(text)) {
    if (words === null) return `“${said}”不是规范的大写金额`
    if (words !== figures) return `“${said}”与“${written}”不一致：大写应为“${inWords(figures)}”`
  }
  return null
}

const plain = '零一二三四五六七八九'
const plainUnits: Record<string, number> = { 十: 10, 百: 100, 千: 1000, 万: 10_000, 亿: 100_000_000 }
/** Yuan as people say them, 一万二千 or 一万二, in fen; null when it is more than can be written in words. */
const fromPlain = (text: string): number | null => {
  let all = 0
  let section = 0
  let n = 0
  let unit = 1
  for (const c of text.replaceAll('两', '二').replaceAll('〇', '零')) {
    const d = plain.indexOf(c)
    if (d === 0) unit = 1
    else if (d > 0) n = d
    else {
      const u = plainUnits[c]!
      if (u < 10_000) section += (n || 1) * u
      else {
        all = u === 10_000 ? all + (section + n) * u : (all + section + n) * u
        section = 0
      }
      n = 0
      unit = u
    }
  }
  // 一万二 is twelve thousand, 一万零二 is not.
  const fen = (all + section + (unit >= 100 ? (n * unit) / 10 : n)) * 100
  return fen <= mostFen ? fen : null
}

/** Figures as they are typed, with the thousands set apart or not; null when they are no amount of whole fen. */
const fromFigures = (text: string, times = 1): number | null => {
  const bare = /^\d{1,3}([,，]\d{3})+(\.\d+)?$/.test(text) ? text.replace(/[,，]/g, '') : text
  const m = /^(\d{1,15})(?:\.(\d{1,8}))?$/.exec(bare)
  if (!m) return null
  const scale = 10 ** (m[2]?.length ?? 0)
  const fen = ((Number(m[1]) * scale + Number(m[2] ?? 0)) * times * 100) / scale
  return Number.isSafeInteger(fen) && fen <= mostFen ? fen : null
}
const tenThousands = (unit: string | undefined) => (unit === '万' ? 10_000 : unit === '亿' ? 100_000_000 : 1)

/** What somebody typed where yuan are asked: 12,000、１２０００元、1.2万、￥800、壹万贰仟元整; null for nothing, and for what is no amount. */
export const readYuan = (typed: string): number | null => {
  const t = typed
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/^(人民币|RMB)/i, '')
    .replace(/^[¥￥]/, '')
  const m = /^([\d,.]+)(万|亿)?(?:元|圆|块钱|块)?整?$/.exec(t)
  return m ? fromFigures(m[1]!, tenThousands(m[2])) : fromWords(t)
}

const yuan = '(?:元|圆|块钱)整?'
const plainly = '[零〇一二两三四五六七八九十百千万亿]*[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*'
const capitals = '[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*[壹贰叁肆伍陆柒捌玖拾佰仟][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*'
const cents = '(?:零?[壹贰叁肆伍陆柒捌玖]角)?(?:零?[壹贰叁肆伍陆柒捌玖]分)?[整正]?'
const typed = String.raw`\d[\d,，]*(?:\.\d+)?`
/** In turn: 一万二千元（￥12,000.00）, 12000元（一万二千元）, ￥800, 1.2万元, 捌佰元整, 一万二千元. A 块 of land is no money. */
const alone = new RegExp(
  [
    String.raw`(?<said>${plainly})${yuan}\s*[（(]\s*[￥¥]?\s*(?<beside>${typed})\s*元?整?\s*[)）]`,
    String.raw`[￥¥]?\s*(?<first>${typed})\s*元?\s*[（(]\s*(?<after>${plainly})${yuan}\s*[)）]`,
    String.raw`[￥¥]\s*(?<sign>${typed})\s*元?整?`,
    String.raw`(?<figures>${typed})\s*(?<unit>万|亿)?\s*${yuan}`,
    `(?<words>${capitals}[元圆]${cents})`,
    `(?<plain>${plainly})${yuan}(?![化论])`,
  ].join('|'),
  'g',
)
const agreed = (a: number | null, b: number | null) => (a === b ? a : null)
/** Sums a text does not write in words and figures as it should, with their fen as far as they are plain. */
export const sumsAlone = (text: string): { said: string; at: number; fen: number | null }[] => {
  // Those written both ways are done; what stands beside them keeps its place.
  const rest = bothWays.reduce((t, pattern) => t.replace(pattern, (whole) => '　'.repeat(whole.length)), text)
  const read = (t: string, unit?: string) => fromFigures(t.replace(/[,，]$/, ''), tenThousands(unit))
  return [...rest.matchAll(alone)].map((m) => {
    const g = m.groups!
    return {
      said: m[0],
      at: m.index,
      fen: g.said
        ? agreed(fromPlain(g.said), read(g.beside!))
        : g.first
          ? agreed(read(g.first), fromPlain(g.after!))
          : g.words
            ? fromWords(g.words)
            : g.plain
              ? fromPlain(g.plain)
              : read(g.sign ?? g.figures!, g.unit),
    }
  })
}

/** The sentence of the first sum that stands there in one way only; null when every sum is in words and figures. */
export const sumAlone = (text: string): string | null => {
  const [one] = sumsAlone(text)
  return one
    ? one.fen === null
      ? `“${one.said}”请核对金额，大写、小写都写上，如 捌佰元整（￥800.00）`
      : `“${one.said}”请把大写、小写都写上：${money(one.fen)}`
    : null
}

/** The same text with every sum in words and figures. */
export const withBothWays = (text: string): string =>
  sumsAlone(text).reduceRight(
    (t, { said, at, fen }) => (fen === null ? t : t.slice(0, at) + money(fen) + t.slice(at + said.length)),
    text,
  )
