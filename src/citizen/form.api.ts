import type { FastifyRequest } from 'fastify'
import { asTyped } from '../kit/chinese.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidOf } from '../kit/server/crypto.ts'
import { fileNameOf, readAll, type Kept as TakenIn, takeIn } from '../kit/server/files.ts'
import { keepAttachment } from '../petitions/attach.store.ts'
import type { World } from '../petitions/world.store.ts'
import { filesAtOnce, megabytesAFile, type Texts } from './input.ts'
import { petitioner } from './store.ts'

const fileLimit = megabytesAFile * 1024 * 1024

export interface Sent {
  fields: Texts
  files: { name: string; kept: TakenIn }[]
  wrongFile: string | null
}

/** What a form of these pages sent. A file that can't be kept is said, the rest is kept. */
export const readForm = async (req: FastifyRequest): Promise<Sent> => {
  const sent: Sent = { fields: {}, files: [], wrongFile: null }
  if (!req.isMultipart()) {
    sent.fields = Object.fromEntries(
      Object.entries((req.body ?? {}) as Texts).map(([k, v]) => [k, asTyped(String(v).slice(0, 60_000))]),
    )
    return sent
  }
  // One more and a byte more than is taken, so that it is said at the field and not as a page of its own.
  const limits = { files: 60, fileSize: fileLimit + 1, fieldSize: 200_000, fields: 40 }
  for await (const part of req.parts({ limits, throwFileSizeLimit: false } as never)) {
    if (part.type === 'field') {
      sent.fields[part.fieldname] = asTyped(String(part.value))
      continue
    }
    const name = fileNameOf(part.filename)
    try {
      const data = await readAll(part.file, fileLimit, name)
      if (name === '' && data.length === 0) continue
      if (sent.files.length >= filesAtOnce) throw new Invalid(`一次最多 ${filesAtOnce} 个文件，请分次上传`)
      const kept = await takeIn(name || '未命名', data)
      sent.files.push({ name: kept.name, kept })
    } catch (error) {
      part.file.resume()
      if (!(error instanceof Refused)) throw error
      sent.wrongFile ??= error.message
    }
  }
  return sent
}

/** Keeps each file, the same again for a form that is sent twice; answers whether some could not be kept. */
export const keepEach = async (
  req: FastifyRequest,
  files: Sent['files'],
  requestId: string,
  put: (file: Sent['files'][number], requestId: string) => Promise<unknown>,
): Promise<boolean> => {
  let lost = false
  for (const [n, file] of files.entries())
    await put(file, uuidOf(`${requestId}/${n}`)).catch((err: unknown) => {
      req.log.error({ err }, 'file of the public not kept')
      lost = true
    })
  return lost
}
/** The same for a matter that has its number: a broken file never costs the registration. */
export const keepAll = (
  req: FastifyRequest,
  world: World,
  townId: string,
  id: string,
  files: Sent['files'],
  requestId: string,
): Promise<boolean> =>
  keepEach(req, files, requestId, (file, again) => keepAttachment(world, petitioner(townId, id), id, file, again))
