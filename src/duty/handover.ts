import { z } from 'zod'

/** A day or a village is handed to somebody else, or two change places. */
export const HandOver = z.object({
  requestId: z.uuid(),
  version: z.int(),
  toId: z.uuid('请选择换成谁').nullable().default(null),
  /** The other one, when two change places. */
  withId: z.uuid().nullable().default(null),
  reason: z.string().trim().min(1, '请写明理由').max(200, '不能超过 200 字'),
})
