/** Whether what was typed finds this name: by its characters, its full pinyin or its initials. */
export const found = (typed: string, it: { name: string; pinyin?: string; initials?: string }): boolean => {
  const q = typed.normalize('NFKC').toLowerCase().replace(/\s+/g, '')
  if (q === '') return true
  const pinyin = (it.pinyin ?? '').toLowerCase().replace(/[\s']+/g, '')
  const initials = (
    it.initials ||
    (it.pinyin ?? '')
      .split(/\s+/)
      .map((s) => s.slice(0, 1))
      .join('')
  ).toLowerCase()
  return it.name.toLowerCase().replace(/\s+/g, '').includes(q) || pinyin.includes(q) || initials.includes(q)
}
