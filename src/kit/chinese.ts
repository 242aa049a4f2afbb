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
  for (const run of text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) {
    if (/[\ud800-\udfff]/.test(run)) {
      const points = [...run]
      for (let i = 0; i + 1 < points.length; i += 1) out.add(points[i]! + points[i + 1]!)
    } else for (let i = 0; i + 1 < run.length; i += 1) out.add(run.slice(i, i + 2))
  }
  return [...out]
}

/** First letter of each of the thousand-odd syllables, without its tone. */
const letters = new Map<string, string>()
const letterOf = (syllable: string): string => {
  let letter = letters.get(syllable)
  if (letter === undefined) {
    letter = String.fromCodePoint(syllable.normalize('NFD').codePointAt(0) ?? 0x20)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]/gu, '')
    if (letters.size < 5000) letters.set(syllable, letter)
  }
  return letter
}
/** Pinyin initials of each character, lower case: 东柳庄 → dlz. The library's own first letters without tones take twice as long. */
export const initials = (text: string): string => {
  let out = ''
  for (const s of pinyin(text.slice(0, 120), { type: 'array' })) out += letterOf(s)
  return out
}

/** Surnames of one character, the common ones. */
export const surnames =
  '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕张孔曹魏陶姜戚谢邹喻潘葛奚范彭郎鲁韦马苗凤花俞袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常傅卞齐康伍余顾孟黄穆萧肖尹姚邵湛汪祁毛禹狄米贝臧戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万柯管卢莫房裘缪解应宗丁宣邓洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段侯班秋仲宫宁仇栾甘厉祖武符刘景詹束龙叶司黎薄印宿白怀蒲鄂索赖卓蔺屠蒙乔阎闫冉苍牟鞠阳佟苟褟逄逯隋车岳帅亓初牛尚付付冷辛路'
