import { Zip, ZipPassThrough } from 'fflate'

export interface Zipped {
  name: string
  at: Date
  data: Uint8Array
}

const piece = 256 * 1024

/** A zip of files as they come, none packed (photos and Word files are already): one file in memory at a time, given out in pieces. */
export async function* zipOf(files: AsyncIterable<Zipped>): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = []
  let failure: Error | null = null
  const zip = new Zip((error, chunk) => {
    if (error) failure = error
    else out.push(chunk)
  })
  for await (const { name, at, data } of files) {
    const f = new ZipPassThrough(name)
    f.mtime = at
    zip.add(f)
    let from = 0
    do {
      f.push(data.subarray(from, from + piece), from + piece >= data.length)
      from += piece
      if (failure) throw failure
      yield* out.splice(0)
    } while (from < data.length)
  }
  zip.end()
  yield* out.splice(0)
}
