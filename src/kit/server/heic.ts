import { inThread } from './thread.ts'

/** A phone's HEIC photo as a JPEG that every browser shows, upright as taken, without what the phone noted beside it; none when it can't be opened or has more than `most` pixels. */
export const heicPicture = async (data: Uint8Array, most: number): Promise<Uint8Array | undefined> =>
  (await inThread<Uint8Array>(new URL('./heic.worker.ts', import.meta.url), { data, most }, 30_000))[0]
