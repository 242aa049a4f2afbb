import { AwsClient } from 'aws4fetch'
import { NotFound, Unavailable } from '../errors.ts'
import { sha256 } from './crypto.ts'
import type { FileStore } from './files.ts'

export interface S3Place {
  /** Origin of the service, with its path where it has one. */
  endpoint: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  region?: string
  /** The bucket before the host's name (as 阿里云 OSS asks for) instead of in the path. */
  hosted?: boolean
  /** Longest that one try may take. */
  milliseconds?: number
}

const away = (why: string, cause?: unknown) =>
  new Unavailable(`材料存储暂时不能用（${why}），您填写的内容没有丢失，请稍后重试`, { cause })

/** Any place that speaks Amazon's S3 (Signature Version 4). Throws NotFound, or Unavailable with a sentence and the service's own code. */
export const s3Store = (s: S3Place): FileStore => {
  const client = new AwsClient({
    accessKeyId: s.accessKeyId,
    secretAccessKey: s.secretAccessKey,
    service: 's3',
    region: s.region || 'us-east-1',
    // 50, 100, 200 ms at most between tries of what the service itself could not do.
    retries: 3,
  })
  const root = new URL(s.endpoint)
  if (s.hosted) root.hostname = `${s.bucket}.${root.hostname}`
  const base = `${root.href.replace(/\/+$/, '')}/${s.hosted ? '' : `${s.bucket}/`}`
  const ask = async (key: string, init: RequestInit = {}): Promise<Response> => {
    const res = await client
      .fetch(base + key, { ...init, signal: AbortSignal.timeout(s.milliseconds ?? 120_000) })
      .catch((error: unknown) => {
        throw away('连不上', error)
      })
    if (res.ok) return res
    const code = /<Code>([\w.]+)<\/Code>/.exec(await res.text().catch(() => ''))?.[1] ?? ''
    if (res.status === 404 && code !== 'NoSuchBucket') throw new NotFound('文件不在存储中，请联系系统管理员从备份恢复')
    throw away(`${res.status} ${code}`.trim())
  }
  return {
    put: async (key, data, mime) => {
      // Its digest is signed: what arrives changed is refused.
      const headers = { 'content-type': mime, 'x-amz-content-sha256': sha256(data) }
      await ask(key, { method: 'PUT', body: data as never, headers })
    },
    get: async (key) => {
      const res = await ask(key)
      return new Uint8Array(
        await res.arrayBuffer().catch((error: unknown) => {
          throw away('没有传完', error)
        }),
      )
    },
    remove: async (key) => {
      await ask(key, { method: 'DELETE' }).catch((error: unknown) => {
        if (!(error instanceof NotFound)) throw error
      })
    },
  }
}
