import { z } from 'zod'

/** A text of at most so many characters, without blanks around it. */
export const text = (max: number) => z.string().trim().max(max, `不能超过 ${max} 字`)
/** The same where something must be written. */
export const needed = (max: number, sentence: string) => text(max).min(1, sentence)
