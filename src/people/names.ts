import { pinyin } from 'pinyin-pro'

/** Full pinyin and initials of a place or a person, lower case without tones, for pickers. Surnames are read as surnames. */
export const soundOf = (name: string, person = false): { pinyin: string; initials: string } => {
  const mode = person ? { surname: 'head' as const } : {}
  const syllables = pinyin(name, { toneType: 'none', type: 'array', v: true, ...mode })
  return {
    pinyin: syllables.join('').toLowerCase().slice(0, 200),
    initials: syllables
      .map((s) => [...s][0] ?? '')
      .join('')
      .toLowerCase()
      .slice(0, 60),
  }
}
