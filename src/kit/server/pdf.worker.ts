import { parentPort, workerData } from 'node:worker_threads'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import sharp from 'sharp'

const { data, pages, box } = workerData as {
  data: Uint8Array
  pages: number[] | null
  box: { width: number; height: number }
}
const library = await PDFiumLibrary.init()
const pdf = await library.loadDocument(data)
if (pages === null) parentPort!.postMessage(pdf.getPageCount())
else
  for (const n of pages) {
    const page = pdf.getPage(n - 1)
    const { originalWidth: w, originalHeight: h } = page.getOriginalSize()
    const { data: jpeg } = await page.render({
      scale: Math.min(box.width / w, box.height / h),
      render: ({ data: raw, width, height }) =>
        sharp(raw, { raw: { width, height, channels: 4 } })
          .flatten({ background: '#fff' })
          .jpeg({ quality: 80 })
          .toBuffer(),
    })
    parentPort!.postMessage(new Uint8Array(jpeg))
  }
