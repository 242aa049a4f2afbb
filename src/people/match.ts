const syllable =
  /(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsrwy])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|vn|ia|ie|iu|ua|ui|uo|ue|ve|er|a|o|e|i|u|v)(?![aeiouv])/g

/** The first letters of full pinyin, spaced or not: 'ziranziyuansuo' gives 'zrzys'. */
const initialsOf = (pinyin: string): string =>
  (pinyin.includes(' ') ? pinyin.split(/\s+/) : (pinyin.match(syllable) ?? [])).map((s) => s.slice(0, 1)).join('')

/** Whether what was typed finds this name: by its characters, its full pinyin or its initials. */
export const found = (typed: string, it: { name: string; pinyin?: string; initials?: string }): boolean => {
  const q = typed.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
  if (q === '') return true
  const pinyin = (it.pinyin ?? '').toLowerCase()
  const initials = (it.initials || initialsOf(pinyin)).toLowerCase()
  return (
    it.name.toLowerCase().replace(/\s+/g, '').includes(q) ||
    pinyin.replace(/[\s']+/g, '').includes(q) ||
    initials.includes(q)
  )
}
