import { Invalid } from '../../kit/errors.ts'

const digits = '零壹贰叁肆伍陆柒捌玖'
const small = ['', '拾', '佰', '仟']
const big = ['', '万', '亿', '万亿']
/** Amounts in fen up to 9999 亿元 are written in words. */
export const mostFen = 99_999_999_999_999

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
