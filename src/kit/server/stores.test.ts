import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Refused } from '../errors.ts'
import { type FileStore, fileStore } from './files.ts'

const [accessKey, secret, region, bucket] = ['AKHUISHENG', '一把很长的密钥+/=', 'cn-east-1', 'petitions']
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')

/** Whether a request is signed as the S3 interface asks (AWS Signature Version 4), reckoned without the client's library. */
const isSigned = (req: IncomingMessage, body: Buffer): boolean => {
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      req.headers.authorization ?? '',
    ) ?? []
  if (!credential) return false
  const [key, ...scope] = credential.split('/')
  const headers = signedHeaders!.split(';')
  const sum = String(req.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
  if (sum !== 'UNSIGNED-PAYLOAD' && sum !== sha256(body)) return false
  const canonical = [
    req.method,
    req.url,
    '',
    ...headers.map((h) => `${h}:${String(req.headers[h] ?? '').trim()}`),
    '',
    signedHeaders,
    sum,
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', req.headers['x-amz-date'], scope.join('/'), sha256(canonical)].join('\n')
  const signing = scope.reduce<string | Buffer>((k, part) => hmac(k, part), `AWS4${secret}`)
  return (
    key === accessKey && scope[1] === region && scope[2] === 's3' && hmac(signing, text).toString('hex') === signature
  )
}

const kept = new Map<string, { data: Buffer; mime: string }>()
let full = false
const server = createServer((req, res) => {
  const parts: Buffer[] = []
  req.on('data', (d) => parts.push(d))
  req.on('end', () => {
    const body = Buffer.concat(parts)
    const answer = (status: number, data: string | Buffer = '') => res.writeHead(status).end(data)
    if (!isSigned(req, body)) return answer(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>')
    if (!req.url!.startsWith(`/${bucket}/`)) return answer(404, '<Error><Code>NoSuchBucket</Code></Error>')
    if (req.method === 'PUT') {
      if (full) return answer(403, '<Error><Code>QuotaExceeded</Code></Error>')
      kept.set(req.url!, { data: body, mime: String(req.headers['content-type']) })
      return answer(200)
    }
    const found = kept.get(req.url!)
    if (req.method === 'DELETE') return answer(kept.delete(req.url!) ? 204 : 404)
    return found ? answer(200, found.data) : answer(404, '<Error><Code>NoSuchKey</Code></Error>')
  })
})
let endpoint = ''
const store = (more: Record<string, string | undefined> = {}): FileStore =>
  fileStore('/nowhere', {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY: accessKey,
    S3_SECRET_KEY: secret,
    S3_REGION: region,
    ...more,
  })
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const key = '0190a000-0000-7000-8000-000000000000/imports/0190a000-0000-7000-8000-000000000001'
test('存到 S3 兼容的地方：存、取、删一个字节不差，请求都签了名', async () => {
  const data = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256)
  const s = store({ S3_ENDPOINT: `${endpoint}/` })
  await s.put(key, data, 'image/jpeg')
  expect(kept.get(`/${bucket}/${key}`)!.mime).toBe('image/jpeg')
  expect(Buffer.from(await s.get(key)).equals(Buffer.from(data))).toBe(true)
  await s.remove(key)
  await s.remove(key)
  expect(kept.size).toBe(0)
  await expect(s.get(key)).rejects.toThrow('文件不在存储中')
})

test('密钥不对、存满了、连不上：各说一句，不说成数据库', async () => {
  const data = Buffer.from('材料')
  await expect(store({ S3_SECRET_KEY: '别的' }).put(key, data, 'text/plain')).rejects.toThrow(
    '材料没有存成：对象存储拒绝了（403），请系统管理员核对 S3_ACCESS_KEY、S3_SECRET_KEY 和存储的余量',
  )
  full = true
  await expect(store().put(key, data, 'text/plain')).rejects.toThrow('材料没有存成')
  full = false
  const away = store({ S3_ENDPOINT: 'http://127.0.0.1:9' })
  for (const tried of [() => away.put(key, data, 'text/plain'), () => away.get(key)])
    await expect(tried()).rejects.toMatchObject({ status: 503, message: expect.stringContaining('对象存储现在连不上') })
})

test('只写了一半的设置不当作没写', () => {
  for (const missing of ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'])
    expect(() => store({ [missing]: undefined })).toThrow(new Refused(`用对象存储还须设置 ${missing}`))
  expect(() => store({ S3_ENDPOINT: 'minio:9000' })).toThrow('S3_ENDPOINT=minio:9000 不是网址')
})
