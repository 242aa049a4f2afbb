import { inThread } from './thread.ts'

/** As large as a page is printed: A4 at some 200 points to the inch. */
export const printBox = { width: 1600, height: 2260 }
/** Enough to see whose name a page carries. */
export const glanceBox = { width: 560, height: 790 }

const ask = <T>(data: Uint8Array, pages: number[] | null, box = printBox): Promise<T[]> =>
  inThread(
    new URL('./pdf.worker.ts', import.meta.url),
    { data, pages, box },
    // A long one may take longer.
    20_000 + 2_000 * (pages?.length ?? 0),
  )

/** How many pages a PDF has; 0 when it can't be opened (broken, or locked by a password). */
export const pdfPages = async (data: Uint8Array): Promise<number> => (await ask<number>(data, null))[0] ?? 0

/** Pages of a PDF as JPEG, in the order asked for; pages that can't be drawn, and those after them, are left out. */
export const pdfPictures = (data: Uint8Array, pages: number[], box = printBox): Promise<Uint8Array[]> =>
  ask<Uint8Array>(data, pages, box)
