import { z } from 'zod'
import { needed } from '../kit/text.ts'

/** What somebody said at a meeting: an option, or a dissent that stays in the minutes. */
export const Said = z.object({
  by: needed(40, '请写是谁的意见'),
  text: needed(1000, '请写意见内容'),
  /** The person, where one was chosen: two may have the same name. */
  staffId: z.uuid().nullish(),
})
export type Said = z.infer<typeof Said>
