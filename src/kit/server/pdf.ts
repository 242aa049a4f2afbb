import { Worker } from 'node:worker_threads'

/** As large as a page is printed: A4 at some 200 points to the inch. */
export const printBox = { width: 1600, height: 2260 }

/** One at a time: a PDF is somebody else's program, and a long one is slow. */
let line: Promise<unknown> = Promise.resolve()

/** Work on a PDF in a thread of its own, which is ended when it takes too long; what it has not answered by then is missing. */
const inThread = <T>(data: Uint8Array, pages: number[] | null): Promise<T[]> => {
  const work = () =>
    new Promise<T[]>((resolve) => {
      const said: T[] = []
      const worker = new Worker(new URL('./pdf.worker.ts', import.meta.url), {
        workerData: { data, pages, box: printBox },
      })
      const limit = setTimeout(() => void worker.terminate(), 20_000 + 2_000 * (pages?.length ?? 0))
      worker.on('message', (m: T) => said.push(m))
      // Broken and locked files end here too: what they did not say is the answer.
      worker.on('error', () => {})
      worker.on('exit', () => {
        clearTimeout(limit)
        resolve(said)
      })
    })
  const mine = line.then(work)
  line = mine
  return mine
}

/** How many pages a PDF has; 0 when it can't be opened (broken, or locked by a password). */
export const pdfPages = async (data: Uint8Array): Promise<number> => (await inThread<number>(data, null))[0] ?? 0

/** Pages of a PDF as JPEG, in the order asked for; pages that can't be drawn, and those after them, are left out. */
export const pdfPictures = (data: Uint8Array, pages: number[]): Promise<Uint8Array[]> =>
  inThread<Uint8Array>(data, pages)
