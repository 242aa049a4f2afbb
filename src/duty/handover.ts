import { z } from 'zod'
import { needed } from '../kit/text.ts'

/** A day or a village is handed to somebody else, or two change places. */
export const HandOver = z.object({
  requestId: z.uuid(),
  version: z.int(),
  toId: z.uuid('请选择换成谁').nullable().default(null),
  /** The other one, when two change places. */
  withId: z.uuid().nullable().default(null),
  reason: needed(200, '请写明理由'),
})
