import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileTypeFromBuffer } from 'file-type'
import sharp from 'sharp'
import { normalise } from '../chinese.ts'
import { Invalid, NotFound, Refused } from '../errors.ts'
import { lookAt } from './clamav.ts'
import { heicPicture } from './heic.ts'
import { s3Store } from './s3.ts'

/** Where files are kept: a folder, or any S3-compatible place (s3.ts). `put` and `get` throw NotFound or Unavailable. */
export interface FileStore {
  put(key: string, data: Uint8Array, mime: string): Promise<void>
  get(key: string): Promise<Uint8Array>
  /** Nothing happens when it is not there. */
  remove(key: string): Promise<void>
}

/** Files below one folder, written whole or not at all. */
export const folderStore = (folder: string): FileStore => {
  const at = (key: string) => {
    if (!/^[\w-]+(\/[\w.-]+)*$/.test(key) || key.includes('..')) throw new NotFound('没有这个文件')
    return join(folder, key)
  }
  return {
    put: async (key, data) => {
      const path = at(key)
      await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
      const part = `${path}.${randomUUID()}.part`
      try {
        await writeFile(part, data, { mode: 0o600, flush: true })
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    get: async (key) => {
      const path = at(key)
      if (!(await stat(path).catch(() => null))) throw new NotFound('文件不在存储中，请联系系统管理员从备份恢复')
      return readFile(path)
    },
    remove: async (key) => rm(at(key), { force: true }),
  }
}

/** The place that the settings name. Throws Refused where they are written by half: files must not go where nobody looks for them. */
export const fileStore = (dataDir: string, env: NodeJS.ProcessEnv = process.env): FileStore => {
  const needed = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const
  if (needed.every((name) => !env[name])) return folderStore(join(dataDir, 'files'))
  for (const name of needed) if (!env[name]) throw new Refused(`用对象存储还须设置 ${name}`)
  const endpoint = env.S3_ENDPOINT!
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint))
    throw new Refused(`S3_ENDPOINT=${endpoint} 不是网址，应写作 https://主机:端口`)
  return s3Store({
    endpoint,
    bucket: env.S3_BUCKET!,
    accessKeyId: env.S3_ACCESS_KEY!,
    secretAccessKey: env.S3_SECRET_KEY!,
    region: env.S3_REGION,
    hosted: env.S3_VIRTUAL_HOST === '1',
  })
}

/** What may be kept as evidence, by what the bytes are, not by what the name says. */
const kinds: Record<string, string> = {
  'image/jpeg': '照片',
  'image/png': '图片',
  'image/webp': '图片',
  'image/gif': '图片',
  'image/heic': '照片',
  'image/heif': '照片',
  'application/pdf': 'PDF',
  'audio/mpeg': '录音',
  'audio/mp4': '录音',
  'audio/x-m4a': '录音',
  'audio/aac': '录音',
  'audio/amr': '录音',
  'audio/wav': '录音',
  'audio/ogg': '录音',
  'audio/opus': '录音',
  'audio/flac': '录音',
  'audio/webm': '录音',
  'video/mp4': '录像',
  'video/quicktime': '录像',
  'video/webm': '录像',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word 文档',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel 表格',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': '演示文稿',
  'application/x-cfb': '旧版 Office 文档',
  'application/rtf': '文档',
  'text/plain': '文本',
}
export const largest = 50 * 1024 * 1024
/** A picture of more than this is no photo of a phone. */
export const mostPixels = 120_000_000

/** A sent file's name as it may be kept and shown: no path, nothing unseen, whole characters. Empty where nothing is left, or none was sent. */
export const fileNameOf = (name: string | undefined): string => {
  const whole = normalise(name ?? '').replace(/[\\/:*?"<>|]|\p{Cc}/gu, '_')
  const ending = /\.\w{1,8}$/.exec(whole)?.[0] ?? ''
  return [...whole.slice(0, whole.length - ending.length)].slice(0, 120 - ending.length).join('') + ending
}

/** Text in UTF-8 or, as old notepads save it, in GBK; strictly decoded, without control characters. */
const isText = (data: Uint8Array): boolean => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what no text holds
  const binary = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u0080-\u009f\ue000-\uf8ff\ufffd]/
  return ['utf-8', 'gb18030'].some((label) => {
    try {
      return !binary.test(new TextDecoder(label, { fatal: true }).decode(data))
    } catch {
      return false
    }
  })
}
/** A name that promises a picture, sound, film or office paper. */
const promised =
  /\.(pdf|jpe?g|png|webp|gif|hei[cf]|bmp|tiff?|mp[34]|m4a|mov|avi|wav|amr|aac|docx?|xlsx?|pptx?|wps|et)$/i

/** A WebM with a sound track and no picture: what a browser makes of a voice note. */
const spokenOnly = (mime: string | undefined, data: Uint8Array): boolean => {
  if (mime !== 'video/webm') return false
  const head = Buffer.from(data.subarray(0, 4096)).toString('latin1')
  // The id of a track's codec, its length, its name: two letters alone come up by chance in what is spoken.
  return /\x86[\x81-\xa0]A_OPUS/.test(head) && !/\x86[\x81-\xa0]V_[A-Z]/.test(head)
}

export interface Kept {
  /** As it was sent; a photo kept in another kind than it came has the ending of that. */
  name: string
  data: Uint8Array
  mime: string
  size: number
  sha256: string
  kindName: string
}

/** Pictures are painted anew, so that nothing hidden in them is kept. */
const remade: Record<string, 'jpeg' | 'png' | 'webp' | 'gif'> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
}

/**
 * Look for viruses (where a scanner is named), sniff, strip and hash one uploaded file. Photos lose EXIF and GPS (places of persons are nobody's business) and are turned upright;
 * a phone's HEIC, which few browsers show, becomes a JPEG.
 * Throws Invalid with a sentence when the file can't be kept.
 */
export const takeIn = async (name: string, data: Uint8Array): Promise<Kept> => {
  if (data.length === 0) throw new Invalid(`“${name}”是空文件，没有上传`)
  if (data.length > largest) throw new Invalid(`“${name}”超过 50 MB，请压缩或分段后再上传`)
  await lookAt(name, data)
  const sniffed = await fileTypeFromBuffer(data).catch(() => undefined)
  const sent = spokenOnly(sniffed?.mime, data)
    ? 'audio/webm'
    : (sniffed?.mime ?? (isText(data) ? 'text/plain' : 'application/octet-stream'))
  if (!Object.hasOwn(kinds, sent))
    throw new Invalid(`“${name}”不是可以作为材料的文件类型，请上传照片、PDF、录音、录像或 Office 文档`)
  if (sent === 'text/plain' && promised.test(name))
    throw new Invalid(`“${name}”里的内容和文件名对不上，像是只改了名字。请选原来的文件`)
  const broken = () => new Invalid(`“${name}”这张图片已损坏或过大，无法打开，请重新拍摄或另选一张`)
  const fromPhone = ['image/heic', 'image/heif'].includes(sent)
  const mime = fromPhone ? 'image/jpeg' : sent
  let kept = data
  if (fromPhone) {
    const picture = await heicPicture(data, mostPixels)
    if (!picture) throw broken()
    kept = picture
  } else if (Object.hasOwn(remade, mime)) {
    try {
      // A moving picture keeps its frames.
      const animated = mime === 'image/gif'
      const image = sharp(data, { failOn: 'error', limitInputPixels: mostPixels, animated })
      kept = await (animated ? image : image.rotate()).toFormat(remade[mime]!, { quality: 88 }).toBuffer()
    } catch {
      throw broken()
    }
  }
  return {
    name: fromPhone ? `${name.replace(/\.hei[cf]$/i, '')}.jpg` : name,
    data: kept,
    mime,
    size: kept.length,
    sha256: createHash('sha256').update(kept).digest('hex'),
    kindName: kinds[mime]!,
  }
}

/** A picture small enough that nothing in it can be read; null for what is no picture. Pixels of the longer side. */
export const thumbnail = (mime: string, data: Uint8Array, side = 144): Promise<Buffer> | null =>
  mime.startsWith('image/')
    ? sharp(data, { limitInputPixels: mostPixels })
        .resize(side, side, { fit: 'inside' })
        .jpeg({ quality: 60 })
        .toBuffer()
    : null

/** Read a stream whole, no further than the limit. */
export const readAll = async (stream: Readable, limit = largest, name = '文件'): Promise<Uint8Array> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of stream) {
    size += (part as Buffer).length
    if (size > limit) throw new Invalid(`“${name}”超过 ${Math.round(limit / 1024 / 1024)} MB，请压缩或分段后再上传`)
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}
