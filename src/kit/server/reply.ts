import type { FastifyReply } from 'fastify'

export const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
export const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Whether part of an address can be an id at all; the database is not asked about anything else. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** Answer with a file to keep, which no cache keeps. */
export const sendFile = (reply: FastifyReply, type: string, name: string, data: Uint8Array) =>
  reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .header('cache-control', 'no-store')
    .send(Buffer.from(data))
