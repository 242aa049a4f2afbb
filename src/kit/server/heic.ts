import { mostPixels } from './files.ts'
import { inThread } from './thread.ts'

export const heicTypes = ['image/heic', 'image/heif']

const ask = <T>(data: Uint8Array, box: { width: number; height: number } | null): Promise<T[]> =>
  inThread(new URL('./heic.worker.ts', import.meta.url), { data, box, most: mostPixels }, 30_000)

/** Whether a phone's HEIC photo can be opened: 1, or 0 for a broken or too large one. */
export const heicPages = async (data: Uint8Array): Promise<number> => (await ask<number>(data, null))[0] ?? 0

/** Its picture as JPEG, upright as taken, without what the phone noted beside it; none when it can't be drawn. */
export const heicPicture = async (
  data: Uint8Array,
  box: { width: number; height: number },
): Promise<Uint8Array | undefined> => (await ask<Uint8Array>(data, box))[0]
