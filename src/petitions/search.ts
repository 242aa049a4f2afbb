import { bigrams, normalise } from '../kit/chinese.ts'

/** A town's short mark in front of every two characters: each town looks only through its own inverted lists. */
export const townMark = (townId: string): string => townId.replace(/-/g, '').slice(-10)

/** Lexemes of a text for the town's index; a single character has none and is searched by LIKE. */
export const gramsOf = (townId: string, text: string): string[] => {
  const mark = townMark(townId)
  return [...new Set(bigrams(normalise(text).toLowerCase()).map((g) => mark + g))]
}

/** What can be found of a matter: number, title, names, request, facts, pinyin initials. */
export interface Searched {
  number: string
  title: string
  names: string[]
  request: string
  facts: string
  initials: string
}
export const searchText = (m: Searched): string =>
  normalise([m.number, m.title, ...m.names, m.request, m.facts, m.initials].join('\n')).toLowerCase()

/** The row a matter is searched by: its text, and its lexemes as the database reads them. They hold letters and digits only: nothing to escape. */
export const searchRow = (townId: string, m: Searched): { text: string; grams: string } => {
  const text = searchText(m)
  const mark = townMark(townId)
  let grams = ''
  for (const g of bigrams(text)) grams += `${grams ? ' ' : ''}'${mark}${g}'`
  return { text, grams }
}
