import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const places = (name: string) => (process.env.PATH ?? '').split(':').map((p) => join(p, name))
const find = (...names: string[]) => names.flatMap(places).find((p) => existsSync(p))

/** LibreOffice and poppler, where this machine has them: only tests use them, to see papers as Word and WPS would. */
export const officeTools = (): { soffice: string; pdftotext: string; pdfinfo: string } | null => {
  const [soffice, pdftotext, pdfinfo] = [find('soffice', 'libreoffice'), find('pdftotext'), find('pdfinfo')]
  return soffice && pdftotext && pdfinfo ? { soffice, pdftotext, pdfinfo } : null
}

/** Text (whole and page by page) and page count of Word files as LibreOffice lays them out, with a profile of its own; in the order given. */
export const laidOut = async (files: Uint8Array[]): Promise<{ pages: number; text: string; byPage: string[] }[]> => {
  const tools = officeTools()
  if (!tools) throw new Error('没有 LibreOffice 或 poppler')
  const dir = await mkdtemp(join(tmpdir(), 'huisheng-office-'))
  try {
    const names = files.map((_, i) => join(dir, `${i}.docx`))
    await Promise.all(files.map((f, i) => writeFile(names[i]!, f)))
    await run(tools.soffice, [
      `-env:UserInstallation=file://${join(dir, 'profile')}`,
      '--headless',
      '--convert-to',
      'pdf',
      '--outdir',
      dir,
      ...names,
    ])
    return await Promise.all(
      files.map(async (_, i) => {
        const pdf = join(dir, `${i}.pdf`)
        const info = await run(tools.pdfinfo, [pdf])
        await run(tools.pdftotext, ['-layout', pdf, join(dir, `${i}.txt`)])
        const text = await readFile(join(dir, `${i}.txt`), 'utf8')
        return {
          pages: Number(/Pages:\s+(\d+)/.exec(info.stdout)?.[1] ?? 0),
          text: text.replace(/\s+/g, ''),
          byPage: text.split('\f').map((p) => p.replace(/\s+/g, '')),
        }
      }),
    )
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
