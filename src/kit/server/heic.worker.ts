import { parentPort, workerData } from 'node:worker_threads'
import libheif from 'libheif-js/wasm-bundle.js'
import sharp from 'sharp'

const { data, most } = workerData as { data: Uint8Array; most: number }
const [image] = new libheif.HeifDecoder().decode(data)
if (!image) throw new Error('no picture')
const [width, height] = [image.get_width(), image.get_height()]
if (width * height > most) throw new Error('too large')
const raw = await new Promise<Uint8ClampedArray>((resolve, reject) =>
  image.display({ data: new Uint8ClampedArray(width * height * 4), width, height }, (drawn) =>
    drawn ? resolve(drawn.data) : reject(new Error('not drawn')),
  ),
)
const jpeg = await sharp(raw, { raw: { width, height, channels: 4 } })
  .flatten({ background: '#fff' })
  .jpeg({ quality: 88 })
  .toBuffer()
parentPort!.postMessage(new Uint8Array(jpeg))
