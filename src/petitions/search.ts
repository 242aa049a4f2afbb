import { bigrams, normalise } from '../kit/chinese.ts'

/** A town's short mark in front of every two characters: each town looks only through its own inverted lists. */
export const townMark = (townId: string): string => townId.replace(/-/g, '').slice(-10)

/** Lexemes of a text for the town's index; a single character has none and is searched by LIKE. */
export const gramsOf = (townId: string, text: string): string[] => {
  const mark = townMark(townId)
  return [...new Set(bigrams(normalise(text).toLowerCase()).map((g) => mark + g))]
}

/** What can be found of a matter: number, title, names, request, facts, pinyin initials. */
export const searchText = (m: {
  number: string
  title: string
  names: string[]
  request: string
  facts: string
  initials: string
}): string => normalise([m.number, m.title, ...m.names, m.request, m.facts, m.initials].join('\n')).toLowerCase()
