import { z } from 'zod'

/** A text of at most so many characters, without blanks around it. */
export const text = (max: number) => z.string().trim().max(max, `不能超过 ${max} 字`)
/** Telephones that stand on a page or a card and are dialled from there. */
export const telephones = text(40).regex(/^[0-9\-—－（）() 转、]*$/, '电话只写数字、短横和“转”，几个用顿号隔开')
/** The same where something must be written. */
export const needed = (max: number, sentence: string) => text(max).min(1, sentence)

/** PostgreSQL keeps neither NUL nor half of a character: the text without them. */
export const storable = (text: string): string =>
  text.includes('\u0000') || !text.isWellFormed() ? text.toWellFormed().replaceAll('\u0000', '') : text

/** Its first `n` characters, by code point. */
export const cut = (text: string, n: number): string => {
  if (text.length <= n) return text
  let at = 0
  for (let i = 0; i < n && at < text.length; i += 1) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return text.slice(0, at)
}

/**
 * The same fields, each of which may be left out; what is left out is not there afterwards. `partial` alone would fill in
 * the defaults: a correction of one field would set all the others back.
 */
export const leftOut = <S extends z.ZodRawShape>(schema: z.ZodObject<S>) =>
  schema
    .extend(
      Object.fromEntries(
        Object.entries(schema.shape).map(([k, field]) => [k, field instanceof z.ZodDefault ? field.unwrap() : field]),
      ) as unknown as S,
    )
    .partial()
