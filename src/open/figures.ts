/** Fewer than this are not told apart in public: a few could be somebody's (domain reference §12, no village when <10 matters there). */
export const publicFrom = 10

export interface Share {
  name: string
  n: number
}

/**
 * Parts of a whole as they may be told to anybody: every part is nobody or at least `limit`, what is smaller goes together as 其他, and the
 * parts add up to what they were made of. Null where nothing can be told apart. Pure.
 */
export const foldSmall = (parts: readonly Share[], limit = publicFrom): Share[] | null => {
  const told = parts.filter((p) => p.n >= limit && p.name !== '').sort((a, b) => b.n - a.n)
  let rest = parts.reduce((sum, p) => sum + p.n, 0) - told.reduce((sum, p) => sum + p.n, 0)
  while (rest > 0 && rest < limit && told.length > 0) rest += told.pop()!.n
  if (told.length === 0) return null
  return rest > 0 ? [...told, { name: '其他', n: rest }] : told
}
