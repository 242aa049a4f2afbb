import { z } from 'zod'

/** Where a matter that was not registered at the counter comes from: file, sheet, row, and what stood there. */
export const Origin = z.object({
  importId: z.string(),
  file: z.string(),
  sheet: z.string(),
  row: z.number(),
  by: z.string(),
  at: z.string(),
  cells: z.array(z.object({ head: z.string(), value: z.string() })),
})
export type Origin = z.infer<typeof Origin>
