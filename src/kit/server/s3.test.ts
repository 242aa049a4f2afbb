import { createHash, createHmac } from 'node:crypto'
import dns from 'node:dns'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Unavailable } from '../errors.ts'
import { fileStore, readAll } from './files.ts'
import { type S3Place, s3Store } from './s3.ts'

const secret = '密/钥+1'
const hex = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** The service's side of Signature Version 4, from its specification; a sentence when it does not hold. */
const signatureFault = (req: IncomingMessage, body: Uint8Array): string | null => {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/s3\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      req.headers.authorization ?? '',
    )
  if (given?.[1] !== '2') return 'InvalidAccessKeyId'
  const [, , scope, signed, signature] = given
  const digest = String(req.headers['x-amz-content-sha256'])
  if (digest !== 'UNSIGNED-PAYLOAD' && digest !== hex(body)) return 'XAmzContentSHA256Mismatch'
  if (req.method === 'PUT' && digest === 'UNSIGNED-PAYLOAD') return 'MissingSecurityHeader'
  const names = signed!.split(';')
  if (!names.includes('host')) return 'AccessDenied'
  const canonical = [
    req.method,
    req.url,
    '',
    ...names.map((n) => `${n}:${String(req.headers[n]).trim()}`),
    '',
    signed,
    digest,
  ].join('\n')
  const [date, region] = scope!.split('/')
  const text = ['AWS4-HMAC-SHA256', req.headers['x-amz-date'], scope, hex(canonical)].join('\n')
  const key = ['s3', 'aws4_request'].reduce((k, part) => hmac(k, part), hmac(hmac(`AWS4${secret}`, date!), region!))
  return createHmac('sha256', key).update(text).digest('hex') === signature ? null : 'SignatureDoesNotMatch'
}

const kept = new Map<string, { data: Uint8Array; mime: string }>()
/** What the service does wrong next, and how often. */
let trouble: { status: number; code: string; times: number } | 'cut' | 'silent' | null = null
let asked = 0
let hosts: string[] = []
const service = createServer(async (req, res) => {
  asked += 1
  hosts.push(String(req.headers.host))
  const body = await readAll(req)
  if (trouble === 'silent') return
  const say = (status: number, code: string) =>
    res.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
  if (trouble && trouble !== 'cut' && trouble.times > 0) {
    trouble.times -= 1
    return say(trouble.status, trouble.code)
  }
  const fault = signatureFault(req, body)
  if (fault) return say(403, fault)
  const path = String(req.headers.host).startsWith('bucket.') ? `/bucket${req.url}` : req.url!
  if (!path.startsWith('/bucket/')) return say(404, 'NoSuchBucket')
  const it = kept.get(path)
  if (req.method === 'PUT') {
    kept.set(path, { data: body, mime: String(req.headers['content-type']) })
    return res.end()
  }
  if (req.method === 'DELETE') {
    kept.delete(path)
    return res.writeHead(204).end()
  }
  if (!it) return say(404, 'NoSuchKey')
  if (trouble === 'cut') {
    res.writeHead(200, { 'content-length': it.data.length + 10 }).write(it.data)
    return setTimeout(() => res.destroy(), 20)
  }
  res.end(it.data)
})

let place: S3Place
const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}
beforeAll(async () => {
  const port = await listening(service)
  place = { endpoint: `http://127.0.0.1:${port}`, bucket: 'bucket', accessKeyId: '2', secretAccessKey: secret }
})
beforeEach(() => {
  kept.clear()
  trouble = null
  asked = 0
  hosts = []
})
afterAll(async () => {
  service.closeAllConnections()
  await new Promise((done) => service.close(done))
})

test('对象存储：存进去的原样取得出来，种类照记，删了就没有了，再删一次也不出错', async () => {
  const store = s3Store(place)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), fc.uuid(), async (data, id) => {
      await store.put(`01abc/${id}`, data, 'image/jpeg')
      expect(kept.get(`/bucket/01abc/${id}`)).toMatchObject({ mime: 'image/jpeg' })
      expect(Buffer.from(await store.get(`01abc/${id}`)).equals(data)).toBe(true)
      await store.remove(`01abc/${id}`)
      await store.remove(`01abc/${id}`)
      await expect(store.get(`01abc/${id}`)).rejects.toThrow('文件不在存储中')
    }),
    { numRuns: 20 },
  )
})

test('对象存储：桶写在主机名里的也行，由环境变量选定', async () => {
  const port = new URL(place.endpoint).port
  const named = vi
    .spyOn(dns, 'lookup')
    .mockImplementation(((_name: string, _options: object, done: (error: null, found: object[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])) as never)
  const store = fileStore('/nowhere', {
    S3_ENDPOINT: `http://oss.example:${port}/`,
    S3_BUCKET: 'bucket',
    S3_ACCESS_KEY: '2',
    S3_SECRET_KEY: secret,
    S3_REGION: 'cn-hangzhou',
    S3_VIRTUAL_HOST: '1',
  })
  await store.put('a/b', Uint8Array.of(1, 2), 'text/plain')
  expect(hosts).toEqual([`bucket.oss.example:${port}`])
  expect([...kept.keys()]).toEqual(['/bucket/a/b'])
  named.mockRestore()
})

test('对象存储：一时不行的自己再试，一直不行的说清楚，不当作文件丢了', async () => {
  const store = s3Store(place)
  trouble = { status: 503, code: 'SlowDown', times: 2 }
  await store.put('a/b', Uint8Array.of(1), 'text/plain')
  expect(asked).toBe(3)
  trouble = { status: 503, code: 'SlowDown', times: 99 }
  await expect(store.get('a/b')).rejects.toThrow('材料存储暂时不能用（503 SlowDown）')
  trouble = null
  for (const wrong of [{ secretAccessKey: 'x' }, { accessKeyId: 'x' }, { bucket: 'other' }])
    await expect(s3Store({ ...place, ...wrong }).get('a/b')).rejects.toThrow(Unavailable)
  await expect(s3Store({ ...place, bucket: 'other' }).get('a/b')).rejects.toThrow('404 NoSuchBucket')
})

test('对象存储：连不上、传了一半、一直不回答，都是暂时不能用', async () => {
  const store = s3Store({ ...place, milliseconds: 300 })
  await store.put('a/b', new Uint8Array(50_000), 'text/plain')
  trouble = 'cut'
  await expect(store.get('a/b')).rejects.toThrow('没有传完')
  trouble = 'silent'
  await expect(store.get('a/b')).rejects.toThrow('连不上')
  const gone = createServer()
  const port = await listening(gone)
  await new Promise((done) => gone.close(done))
  await expect(s3Store({ ...place, endpoint: `http://127.0.0.1:${port}` }).get('a/b')).rejects.toThrow(Unavailable)
})

test('对象存储：只写了一半的设置不当作没写，悄悄存在本机', () => {
  const whole = { S3_ENDPOINT: 'http://127.0.0.1:9', S3_BUCKET: 'a', S3_ACCESS_KEY: 'b', S3_SECRET_KEY: 'c' }
  for (const missing of Object.keys(whole))
    expect(() => fileStore('/nowhere', { ...whole, [missing]: '' })).toThrow(`用对象存储还须设置 ${missing}`)
  for (const endpoint of ['minio:9000', 'http://'])
    expect(() => fileStore('/nowhere', { ...whole, S3_ENDPOINT: endpoint })).toThrow('不是网址')
})
