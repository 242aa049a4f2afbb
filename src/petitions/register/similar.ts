import { bigrams, normalise } from '../../kit/chinese.ts'

export interface Likely {
  names: readonly string[]
  phones: readonly string[]
  idLast4: readonly string[]
  villageId?: string | null
  text: string
}

/** Shown beside the form from here on; a person links or leaves it. */
export const worthShowing = 0.35
/** From here on an import links by itself. */
export const surely = 0.72

/** Dice coefficient of two-character sets, 0–1. */
export const textLikeness = (a: string, b: string): number => {
  const x = new Set(bigrams(normalise(a)))
  const y = new Set(bigrams(normalise(b)))
  if (x.size === 0 || y.size === 0) return 0
  let shared = 0
  for (const g of x) if (y.has(g)) shared += 1
  return (2 * shared) / (x.size + y.size)
}

const meets = (a: readonly string[], b: readonly string[]) => a.some((x) => x !== '' && b.includes(x))

/** How likely two matters are the same people's or the same matter, with the reasons in words. Pure. */
export const likeness = (
  a: Likely,
  b: Likely,
): { score: number; kind: 'samePeople' | 'sameMatter' | 'both' | 'none'; why: string[] } => {
  const why: string[] = []
  const name = meets(a.names, b.names)
  const phone = meets(a.phones, b.phones)
  const id = meets(a.idLast4, b.idLast4)
  const village = !!a.villageId && a.villageId === b.villageId
  const text = textLikeness(a.text, b.text)
  if (name) why.push('信访人同名')
  if (phone) why.push('电话相同')
  if (id && name) why.push('证件后四位相同')
  if (village) why.push('同一个村')
  if (text >= 0.3) why.push(`内容相近 ${Math.round(text * 100)}%`)
  const people = phone ? 0.55 : name && id ? 0.6 : name && village ? 0.45 : name ? 0.35 : 0
  const matter = text >= 0.3 ? 0.6 * text + (village ? 0.12 : 0) : 0
  const score = Math.min(1, people + matter)
  const samePeople = people >= 0.35
  const sameMatter = text >= 0.5
  return {
    score,
    kind: samePeople && sameMatter ? 'both' : samePeople ? 'samePeople' : sameMatter ? 'sameMatter' : 'none',
    why,
  }
}

/** How two matters are probably related: the same people again, or the same matter brought twice. */
export const likelyKind = (s: { kind: string }): 'duplicate' | 'repeat' | 'related' =>
  s.kind === 'sameMatter' ? 'duplicate' : s.kind === 'none' ? 'related' : 'repeat'
