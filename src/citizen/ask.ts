import type { Keyring } from '../kit/server/keys.ts'
import { type Before, befores, elsewheres, noAnswer } from '../petitions/register/before.ts'

/** What was answered to “以前反映过吗”, with the earlier matter whose number and code were right. */
export interface Asked extends Before {
  earlier: { id: string; anonymous: boolean } | null
}
/** Nothing to keep from anybody: the same for all, so that the page of the question can be kept. */
export const firstTime = 'first'

const place = (townId: string) => `before/${townId}`

/** The answer as it goes along with the form, readable here alone: whoever borrows the phone later learns nothing from it. */
export const packAsked = (keys: Keyring, townId: string, a: Asked): string => {
  const { kid, body } = keys.seal(JSON.stringify(a), place(townId))
  return `${kid}.${Buffer.from(body).toString('base64url')}`
}

/** The answer again; null of one that was never given here. */
export const unpackAsked = (keys: Keyring, townId: string, packed: unknown): Asked | null => {
  if (packed === firstTime) return { answer: 'none', ...noAnswer, earlier: null }
  if (typeof packed !== 'string' || packed.length > 2000) return null
  const [kid = '', body = ''] = packed.split('.')
  if (!keys.ids.includes(kid)) return null
  try {
    const a = JSON.parse(keys.open(kid, Buffer.from(body, 'base64url'), place(townId)).toString('utf8')) as Asked
    return Object.hasOwn(befores, a.answer) && (a.at === null || Object.hasOwn(elsewheres, a.at)) ? a : null
  } catch {
    return null
  }
}

/**
 * What is registered of it. Who now stays unnamed is not tied to an earlier matter that has a name: the link would tell who it is.
 */
export const linkOf = (a: Asked, anonymous: boolean): { before: Before; toId: string | null } => {
  const { earlier, ...before } = a
  const hidden = earlier !== null && anonymous && !earlier.anonymous
  return { before: hidden ? { ...before, number: '' } : before, toId: earlier && !hidden ? earlier.id : null }
}
