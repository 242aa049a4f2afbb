import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

export const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
export const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Answer with a file, which no cache keeps: to be stored under its name, or `inline` to be looked at where the browser can. */
export const sendFile = (
  reply: FastifyReply,
  type: string,
  name: string,
  data: Uint8Array | Readable | string,
  inline = false,
) =>
  reply
    .header('content-type', type)
    .header('content-disposition', `${inline ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`)
    .header('cache-control', 'no-store')
    .send(data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : data)
